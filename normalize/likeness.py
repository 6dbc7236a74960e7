"""Which of many wordings come near each other: only those that share rare words are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from kehoach.normalize.definitions import differ_by_short_form
from kehoach.normalize.features import FEATURES, Pairs, calibrated, compare_pairs, log_odds
from kehoach.normalize.labels import LabelIndex
from kehoach.normalize.wording import Wording, is_faint

__all__ = ["near_pairs"]

_RARE = 4  # words under which a wording is filed: two that are near share two of these
_WINDOW = 12  # neighbours compared where very many share a word
_EXTRA = FEATURES.index("extra")
_LIKELY = 0.95  # of two that are the same but for a short form of whose letters the other's words begin


def near_pairs(wordings: Sequence[Wording], index: LabelIndex, least: float) -> Iterator[tuple[int, int, float]]:
    """The pairs that are the same with at least this probability, nothing in their slots against it."""
    import numpy as np  # noqa: PLC0415

    pairs = sorted(_blocked(wordings))
    if not pairs:
        return
    rows, columns = np.array(pairs, np.int64).T
    vectors = index.space.batch(wordings).rows
    likeness = np.asarray(vectors[rows].multiply(vectors[columns]).sum(axis=1), np.float64).ravel()
    compared = compare_pairs(Pairs(wordings, wordings, rows, columns, likeness), index.weights, index.unknown)
    scores = log_odds(compared.values, np.ones(len(rows), bool))
    for number, (one, other) in enumerate(pairs):
        comparison = compared.comparisons[int(compared.of_pair[number])]
        if comparison.vetoes:
            continue
        if differ_by_short_form(wordings[one].text, wordings[other].text):
            yield one, other, _LIKELY
        elif not comparison.doubts and _differ_faintly(wordings[one], wordings[other]):
            yield one, other, max(least, calibrated(float(scores[number])))


def _blocked(wordings: Sequence[Wording]) -> set[tuple[int, int]]:
    """Pairs that share two of the rarest words of each; of very many such only neighbours in the alphabet."""
    users = Counter(word for wording in wordings for word in wording.key.split())
    filed: dict[tuple[str, str], list[int]] = {}
    for number, wording in enumerate(wordings):
        words = sorted(set(wording.key.split()), key=lambda word: (users[word] < 2, users[word], word))
        for pair in combinations(sorted(words[:_RARE]), 2):
            filed.setdefault(pair, []).append(number)
    found: set[tuple[int, int]] = set()
    for numbers in filed.values():
        ordered = sorted(numbers, key=lambda number: (wordings[number].key, number))
        for at, number in enumerate(ordered):
            found.update((min(number, other), max(number, other)) for other in ordered[at + 1 : at + 1 + _WINDOW])
    return found


def _differ_faintly(one: Wording, other: Wording) -> bool:
    return is_faint(set(one.key.split()) ^ set(other.key.split()))
