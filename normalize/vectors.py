"""Wordings as numbers: TF-IDF rows by which candidates are found, and rows of words by which two are compared.

Half of the likeness is that of the letters (trigrams of each word), half that of the words and word pairs; both count
more, the fewer labels of the catalogue use them. The features are hashed, so that nothing has to be fitted again for
new names; where two features share a place, a candidate comes a little too near, and no decision depends on that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kehoach.normalize.wording import Wording

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

__all__ = ["Batch", "Space", "nearest"]

_PLACES = 1 << 18  # of each kind of feature
_MIXER = 1000003  # parts the hashes of a pair's words
_CHUNK = 20000  # rows at a time: bounds the memory


class Batch(NamedTuple):
    """Wordings beside their rows."""

    wordings: Sequence[Wording]
    rows: Any
    """Sparse, one TF-IDF row of length 1 a wording."""


class Space:
    """The features and their weights, as the labels of a catalogue give them."""

    def __init__(self, labels: Sequence[Wording]) -> None:
        import numpy as np  # noqa: PLC0415 - not needed where every name is a label

        self._trigrams: dict[str, list[int]] = {}
        self._idf: Floats = np.ones(3 * _PLACES)
        if labels:
            used = np.bincount(self._count(labels).indices, minlength=3 * _PLACES)
            self._idf = np.log((1 + len(labels)) / (1 + used)) + 1
        self.labels = self.batch(labels)

    def batch(self, wordings: Sequence[Wording]) -> Batch:
        """The rows of these wordings."""
        import numpy as np  # noqa: PLC0415
        import scipy.sparse as sp  # noqa: PLC0415

        counted = self._count(wordings)
        counted.data = counted.data * self._idf[counted.indices]
        letters, words = counted[:, :_PLACES], counted[:, _PLACES:]
        halves = [_unit_length(part) * np.sqrt(0.5) for part in (letters, words)]
        return Batch(wordings, sp.hstack(halves, format="csr", dtype=np.float32))

    def _count(self, wordings: Sequence[Wording]) -> Any:
        """How often each feature stands in each wording: trigrams, then word pairs, then words."""
        import numpy as np  # noqa: PLC0415
        import scipy.sparse as sp  # noqa: PLC0415

        number: dict[str, int] = {}
        texts = [wording.text.split() for wording in wordings]
        flat = np.fromiter(
            (number.setdefault(word, len(number)) for text in texts for word in text), np.int64, sum(map(len, texts))
        )
        ends = np.cumsum([0, *map(len, texts)])
        names = sp.csr_array((np.ones(len(flat)), flat, ends), shape=(len(texts), max(len(number), 1)))
        hashes = np.fromiter((zlib.crc32(word.encode()) for word in number), np.int64, len(number))
        row = np.repeat(np.arange(len(texts)), np.diff(ends))
        together = row[:-1] == row[1:] if len(row) else np.zeros(0, bool)
        pairs = (hashes[flat[:-1]] * _MIXER + hashes[flat[1:]])[together] % _PLACES if len(flat) > 1 else flat[:0]
        pair_rows = row[:-1][together] if len(row) else row
        shape = (len(texts), _PLACES)
        return sp.hstack(
            [
                names @ self._spell(number or [""]),
                sp.csr_array((np.ones(len(pairs)), (pair_rows, pairs)), shape=shape),
                sp.csr_array((np.ones(len(flat)), (row, hashes[flat] % _PLACES)), shape=shape),
            ],
            format="csr",
        )

    def _spell(self, words: Iterable[str]) -> Any:
        """A row a word: its trigrams, with a blank at either end."""
        import numpy as np  # noqa: PLC0415
        import scipy.sparse as sp  # noqa: PLC0415

        spelled = [self._trigrams_of(word) for word in words]
        ends = np.cumsum([0, *map(len, spelled)])
        flat = np.fromiter((place for places in spelled for place in places), np.int64, int(ends[-1]))
        return sp.csr_array((np.ones(len(flat)), flat, ends), shape=(len(spelled), _PLACES))

    def _trigrams_of(self, word: str) -> list[int]:
        known = self._trigrams.get(word)
        if known is None:
            padded = f" {word} "
            known = [zlib.crc32(padded[at : at + 3].encode()) % _PLACES for at in range(len(padded) - 2)]
            self._trigrams[word] = known
        return known


def nearest(names: Batch, others: Batch, most: int, least: float) -> tuple[Integers, Integers, Floats]:
    """Rows of the names, rows of the others and their likeness (0 to 1): for each name the nearest others."""
    import numpy as np  # noqa: PLC0415
    import scipy.sparse as sp  # noqa: PLC0415
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

    if not (names.wordings and others.wordings):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    turned = sp.csr_matrix(others.rows.T)  # the library knows no sparse arrays, only matrices
    found = []
    for start in range(0, len(names.wordings), _CHUNK):
        near = sp_matmul_topn(
            sp.csr_matrix(names.rows[start : start + _CHUNK]),
            turned,
            top_n=most,
            threshold=least,
            sort=True,
            n_threads=2,
        ).tocoo()
        found.append((near.row.astype(np.int64) + start, near.col.astype(np.int64), near.data.astype(np.float64)))
    rows, columns, likeness = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, columns, likeness


class WordTable:
    """The words of each wording's key as a row, to weigh what two wordings share."""

    def __init__(self, wordings: Sequence[Wording], places: Mapping[str, int], weights: Floats) -> None:
        import numpy as np  # noqa: PLC0415
        import scipy.sparse as sp  # noqa: PLC0415

        keys = [wording.key.split() for wording in wordings]
        flat = np.fromiter((places[word] for key in keys for word in key), np.int64, sum(map(len, keys)))
        ends = np.cumsum([0, *map(len, keys)])
        self.rows = sp.csr_array((np.ones(len(flat)), flat, ends), shape=(len(keys), len(weights)))
        self.masses: Floats = self.rows @ weights


def _unit_length(rows: Any) -> Any:
    import numpy as np  # noqa: PLC0415
    import scipy.sparse as sp  # noqa: PLC0415

    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    return sp.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ rows
