"""Which things of two lists belong together: first by what they have in common for sure, then by likeness."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from kehoach.normalize.text import bare

__all__ = ["LIKE", "PERHAPS", "Pairing", "name_key", "relative_key"]

Thing = TypeVar("Thing")

# Measured on the tasks of the samples, see docs/due_compare.md.
LIKE = 84.0
"""Names at least this much alike (of 100) are one, where nothing else comes near."""
MARGIN = 4.0
"""How much less alike the second best must be."""
PERHAPS = 70.0
"""From here on a name is worth a hint."""

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|\b[ivx]+\b")


def name_key(name: str) -> str:
    """Names with the same key are the same word for word."""
    return bare(name)


def relative_key(name: str, year: int | None) -> str:
    """The same with years counted from that of the plan: `báo cáo năm 2026` in 2026 is `báo cáo năm 2027` in 2027."""
    if year is None:
        return name_key(name)
    return _YEAR.sub(lambda found: f"<{int(found[0]) - year:+d}>", name_key(name))


class Pairing(Generic[Thing]):
    """Two lists, the pairs found in them, and what is left. Every step is the same seen from either side."""

    def __init__(self, left: Sequence[Thing], right: Sequence[Thing]) -> None:
        self.left, self.right = list(left), list(right)
        self.pairs: list[tuple[Thing, Thing]] = []

    def by(self, key: Callable[[Thing], Hashable], *, unique: bool = False) -> Pairing[Thing]:
        """Pair what has the same key (None: none), several in their order; with `unique` only where one has it."""
        places: dict[Hashable, tuple[list[Thing], list[Thing]]] = {}
        for side, things in enumerate((self.left, self.right)):
            for thing in things:
                if (found := key(thing)) is not None:
                    places.setdefault(found, ([], []))[side].append(thing)
        for lefts, rights in places.values():
            if not unique or len(lefts) == len(rights) == 1:
                self._take(list(zip(lefts, rights, strict=False)))
        return self

    def by_likeness(self, name: Callable[[Thing], str]) -> Pairing[Thing]:
        """Pair those whose names are each other's best, alike enough, and with no second one near; names that differ
        in a number are never one.
        """
        scores = self._scores(name)
        if scores is None:
            return self
        found = []
        for row, column in zip(*(scores >= LIKE).nonzero(), strict=True):
            best = scores[row, column]
            rivals = [
                *scores[row, :column],
                *scores[row, column + 1 :],
                *scores[:row, column],
                *scores[row + 1 :, column],
            ]
            if all(best - rival >= MARGIN for rival in rivals):
                found.append((self.left[row], self.right[column]))
        self._take(found)
        return self

    def hints(self, name: Callable[[Thing], str]) -> tuple[dict[int, Thing], dict[int, Thing]]:
        """For what is left, by its place in `left` or `right`: the most alike on the other side, if at all alike."""
        scores = self._scores(name)
        if scores is None:
            return {}, {}
        lefts = {at: self.right[int(row.argmax())] for at, row in enumerate(scores) if row.max() >= PERHAPS}
        rights = {at: self.left[int(column.argmax())] for at, column in enumerate(scores.T) if column.max() >= PERHAPS}
        return lefts, rights

    def _scores(self, name: Callable[[Thing], str]) -> Any:
        """How alike the names are, 0 to 100: a row for each on the left, a column for each on the right."""
        from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - see kehoach --help
        from rapidfuzz.process import cdist  # noqa: PLC0415

        if not self.left or not self.right:
            return None
        names = [name(thing) for thing in self.left], [name(thing) for thing in self.right]
        scores = cdist(*names, scorer=ratio)
        numbers = [[Counter(_NUMBER.findall(one)) for one in side] for side in names]
        for row, one in enumerate(numbers[0]):
            for column, other in enumerate(numbers[1]):
                if one != other:
                    scores[row, column] = min(scores[row, column], PERHAPS)
        return scores

    def _take(self, pairs: Sequence[tuple[Thing, Thing]]) -> None:
        self.pairs += pairs
        lefts, rights = {id(one) for one, _ in pairs}, {id(other) for _, other in pairs}
        self.left = [thing for thing in self.left if id(thing) not in lefts]
        self.right = [thing for thing in self.right if id(thing) not in rights]
