"""What speaks for and against two wordings being one indicator, in numbers that are added: each times its weight is a
part of the log-odds, so that an explanation can show all of them and they sum to the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.slots import Comparison, compare_slots
from kehoach.normalize.vectors import WordTable
from kehoach.normalize.wording import Wording

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from kehoach.normalize.vectors import Floats, Integers

__all__ = ["FEATURES", "Compared", "Pairs", "calibrated", "compare_pairs", "contributions", "load_weights", "log_odds"]

FEATURES = (
    "bias",  # before anything is known
    "common",  # weight of the words in common, twice, by that of all words
    "extra",  # share of the name's weight that the label lacks
    "missing",  # share of the label's weight that the name lacks
    "both",  # the lesser of these two: each has what the other lacks
    "letters",  # likeness of the letters, words in alphabetical order
    "order",  # likeness of the letters, words as they stand
    "likeness",  # TF-IDF cosine by which the candidate was found
    "telling",  # less than 0: share of the name's weight that a rival explains and this candidate does not
    "doubts",  # slots that one leaves unsaid or that only overlap
    "short_form",  # 1: they differ by a short form of whose letters the other's words begin
    "heading",  # share of the label's weight that the name lacks and the headings above it have
)
_COLUMN = {name: number for number, name in enumerate(FEATURES)}


class Pairs(NamedTuple):
    """Which wordings of the left are compared with which of the right."""

    left: Sequence[Wording]
    right: Sequence[Wording]
    rows: Integers
    columns: Integers
    likeness: Floats


class Compared(NamedTuple):
    """The features of each pair, and what their slots say."""

    values: npt.NDArray[np.float64]
    """One row a pair, one column a feature."""
    comparisons: Sequence[Comparison]
    of_pair: Integers
    """For each pair its place in `comparisons`."""
    vetoed: npt.NDArray[np.bool_]


def compare_pairs(
    pairs: Pairs, weight: Mapping[str, float], unknown: float, headings: Sequence[Sequence[str]] = ()
) -> Compared:
    """The features of all pairs but `telling`. `weight`: of each word, `unknown` of others; `headings`: the words
    above each wording of the left.
    """
    import numpy as np  # noqa: PLC0415

    places: dict[str, int] = {}
    for wording in (*pairs.left, *pairs.right):
        for word in wording.key.split():
            places.setdefault(word, len(places))
    weights = np.fromiter((weight.get(word, unknown) for word in places), np.float64, len(places))
    left, right = WordTable(pairs.left, places, weights), WordTable(pairs.right, places, weights)
    rows, columns = pairs.rows, pairs.columns
    comparisons, of_pair = _compare_slots(pairs)
    values = np.zeros((len(rows), len(FEATURES)))
    shared = left.rows[rows].multiply(right.rows[columns]) if len(rows) else None
    common = shared @ weights if shared is not None else np.zeros(0)
    name_mass, label_mass = left.masses[rows], right.masses[columns]
    extra, missing = 1 - common / name_mass, 1 - common / label_mass
    doubts = np.fromiter((len(one.doubts) for one in comparisons), np.float64, len(comparisons))
    found = {
        "bias": np.ones(len(rows)),
        "common": 2 * common / (name_mass + label_mass),
        "extra": extra,
        "missing": missing,
        "both": np.minimum(extra, missing),
        "letters": _ratios([one.key for one in pairs.left], [one.key for one in pairs.right], pairs),
        "order": _ratios([one.text for one in pairs.left], [one.text for one in pairs.right], pairs),
        "likeness": pairs.likeness,
        "doubts": doubts[of_pair],
    }
    if any(headings) and shared is not None:
        above = _heading_rows(headings, places, len(weights))[rows]
        found["heading"] = ((right.rows[columns].multiply(above) - shared.multiply(above)) @ weights) / label_mass
    for name, column in found.items():
        values[:, _COLUMN[name]] = column
    vetoed = np.fromiter((bool(one.vetoes) for one in comparisons), bool, len(comparisons))
    return Compared(values, comparisons, of_pair, vetoed[of_pair])


def add_telling(values: Floats, subject_of: Integers, entry_of: Integers) -> None:
    """Fill in `telling`: how much less of the name a candidate explains than the best candidate of another entry."""
    import numpy as np  # noqa: PLC0415

    explained = 1 - values[:, _COLUMN["extra"]]
    order = np.lexsort((-explained, subject_of))
    best: dict[int, list[tuple[float, int]]] = {}
    for pair in order.tolist():
        top = best.setdefault(int(subject_of[pair]), [])
        if len(top) < 2 and all(entry != entry_of[pair] for _, entry in top):
            top.append((float(explained[pair]), int(entry_of[pair])))
    rivals = np.fromiter(
        (
            next((share for share, entry in best[subject] if entry != own), 0.0)
            for subject, own in zip(subject_of.tolist(), entry_of.tolist(), strict=True)
        ),
        np.float64,
        len(subject_of),
    )
    values[:, _COLUMN["telling"]] = np.minimum(explained - rivals, 0)


def log_odds(values: Floats, in_table: npt.NDArray[np.bool_]) -> Floats:
    """The sum of each pair's features times their weights, those of tables or those of prose."""
    import numpy as np  # noqa: PLC0415

    weights = load_weights()
    total: Floats = np.where(in_table, values @ np.array(weights.table), values @ np.array(weights.prose))
    return total


def contributions(values: Iterable[float], in_table: bool) -> tuple[tuple[str, float], ...]:
    """Feature and log-odds, the strongest first; their sum is the score."""
    weights = load_weights().table if in_table else load_weights().prose
    parts = [(name, value * weight) for name, value, weight in zip(FEATURES, values, weights, strict=True)]
    return tuple(sorted((part for part in parts if part[1]), key=lambda part: (-abs(part[1]), part[0])))


class Weights(NamedTuple):
    """The weights of the features, and the line that turns log-odds into calibrated ones."""

    table: tuple[float, ...]
    prose: tuple[float, ...]
    slope: float
    offset: float


@cache
def load_weights() -> Weights:
    """The weights shipped (`match_weights.csv`). Raises KeyError where one is missing."""
    rows = {row["feature"]: row for row in vocabulary.rows("match_weights")}
    table, prose = (tuple(float(rows[name][column]) for name in FEATURES) for column in ("table", "prose"))
    return Weights(table, prose, float(rows["slope"]["table"]), float(rows["offset"]["table"]))


def calibrated(score: float) -> float:
    """The probability that belongs to log-odds, by the line fitted on held-out plans (Platt)."""
    import math  # noqa: PLC0415

    weights = load_weights()
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, weights.slope * score + weights.offset))))


def _ratios(left: Sequence[str], right: Sequence[str], pairs: Pairs) -> Floats:
    import numpy as np  # noqa: PLC0415
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    if not len(pairs.rows):
        return np.zeros(0)
    ours, theirs = [left[row] for row in pairs.rows.tolist()], [right[column] for column in pairs.columns.tolist()]
    ratios: Floats = process.cpdist(ours, theirs, scorer=fuzz.ratio, dtype=np.float64, workers=-1) / 100
    return ratios


def _compare_slots(pairs: Pairs) -> tuple[list[Comparison], Integers]:
    """Each pair of slots is compared once, however many wordings have them."""
    import numpy as np  # noqa: PLC0415

    left, right = _number_slots(pairs.left), _number_slots(pairs.right)
    width = len(pairs.right) + 1
    codes, of_pair = np.unique(left[pairs.rows] * width + right[pairs.columns], return_inverse=True)
    return [
        compare_slots(pairs.left[code // width].slots, pairs.right[code % width].slots) for code in codes.tolist()
    ], of_pair


def _number_slots(wordings: Sequence[Wording]) -> Integers:
    """For each wording the first one with the same slots."""
    import numpy as np  # noqa: PLC0415

    first: dict[frozenset[tuple[str, frozenset[str]]], int] = {}
    return np.fromiter(
        (first.setdefault(frozenset(one.slots.items()), number) for number, one in enumerate(wordings)),
        np.int64,
        len(wordings),
    )


def _heading_rows(headings: Sequence[Sequence[str]], places: Mapping[str, int], width: int) -> Any:
    import numpy as np  # noqa: PLC0415
    import scipy.sparse as sp  # noqa: PLC0415

    known = [sorted({places[word] for word in words if word in places}) for words in headings]
    ends = np.cumsum([0, *map(len, known)])
    flat = np.fromiter((place for row in known for place in row), np.int64, int(ends[-1]))
    return sp.csr_array((np.ones(len(flat)), flat, ends), shape=(len(known), width))


vocabulary.on_change(load_weights.cache_clear)
