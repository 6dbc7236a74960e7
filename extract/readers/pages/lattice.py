"""Tables drawn with rules: the rules that touch make a lattice, its borders part or merge the cells.

Rules come in all forms: a line, a thin filled box, one piece a cell, dashes, two beside each other. What lies on one
line within some points is one rule.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from kehoach.extract.readers.pages.page import Rule
from kehoach.schemas.errors import NotReadable

__all__ = ["Lattice", "find_lattices"]

_SAME_LINE = 3.0  # points: double borders, borders of neighbouring cells drawn one by one
_DASH = 5.0  # points between the dashes of one rule
_SHORTEST = 7.0  # points: less is a tick, a dash, a part of a letter
_TOUCH = 3.5  # points between the ends of rules that meet
_OVERHANG = 8.0  # points by which rules run beyond the last crossing one: a side without border
_MOST_FIELDS = 1_000_000  # of a drawn table; a drawing of so many rules is none, and a limit of cells is far below
_COVERED = 0.6  # part of a cell's side that a rule must cover to be its border


class Span(NamedTuple):
    """A rule of known direction: where it lies across, from where to where it runs along."""

    at: float
    start: float
    end: float


class Lattice(msgspec.Struct):
    """A drawn table: the sides of its columns and rows from left and top, and which cell each field belongs to.

    `owner[row][column]` is the (row, column) of the merged cell's first field. `open_top`, `open_bottom`: no rule
    closes the table there, its upright rules run on.
    """

    xs: list[float]
    ys: list[float]
    owner: list[list[tuple[int, int]]]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, top, x1, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cells(self) -> list[tuple[int, int]]:
        """The first fields of all cells, row by row."""
        return [key for row, keys in enumerate(self.owner) for column, key in enumerate(keys) if key == (row, column)]

    def right_of(self, row: int, column: int) -> float:
        """The right side of the cell that begins in this field."""
        return self.xs[max(at for at, key in enumerate(self.owner[row]) if key == (row, column)) + 1]

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell at a point; None outside the table."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not (0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1):
            return None
        return self.owner[row][column]


def find_lattices(rules: Iterable[Rule]) -> list[Lattice]:
    """The drawn tables of a page from top to bottom; what lies within a cell of another one is part of that cell.

    Rules that cross no other (an underline, a line for a signature) and a frame around one cell make none.
    """
    level, upright = rules_to_spans(rules)
    found = [lattice for group in _groups(level, upright) if (lattice := spans_to_lattice(*group)) is not None]
    found.sort(key=lambda lattice: (lattice.ys[0], lattice.xs[0]))
    return [one for one in found if not any(_inside(one, other) for other in found if other is not one)]


def _inside(one: Lattice, other: Lattice) -> bool:
    x0, top, x1, bottom = one.box
    left, upper, right, lower = other.box
    if (x1 - x0) * (bottom - top) >= (right - left) * (lower - upper):
        return False
    return left - _TOUCH <= x0 and x1 <= right + _TOUCH and upper - _TOUCH <= top and bottom <= lower + _TOUCH


def rules_to_spans(rules: Iterable[Rule]) -> tuple[list[Span], list[Span]]:
    """The level and the upright rules, those on one line joined; too short ones are left out."""
    level: list[Span] = []
    upright: list[Span] = []
    for x0, top, x1, bottom in rules:
        if x1 - x0 >= bottom - top:
            level.append(Span((top + bottom) / 2, x0, x1))
        else:
            upright.append(Span((x0 + x1) / 2, top, bottom))
    return _joined(level), _joined(upright)


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for line in _by_line(spans):
        at = sum(span.at for span in line) / len(line)
        start, end = line[0].start, line[0].end
        for span in line[1:]:
            if span.start - end > _DASH:
                joined.append(Span(at, start, end))
                start = span.start
            end = max(end, span.end)
        joined.append(Span(at, start, end))
    return [span for span in joined if span.end - span.start >= _SHORTEST]


def _by_line(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans that lie on one line, each line from its start on."""
    lines: list[list[Span]] = []
    for span in sorted(spans):
        if lines and span.at - lines[-1][0].at <= _SAME_LINE:
            lines[-1].append(span)
        else:
            lines.append([span])
    return [sorted(line, key=lambda span: span.start) for line in lines]


def _groups(level: Sequence[Span], upright: Sequence[Span]) -> list[tuple[list[Span], list[Span]]]:
    """The rules that hang together, each group's level and upright ones."""
    parent = list(range(len(level) + len(upright)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    ats = [up.at for up in upright]  # in order, as rules_to_spans gives them
    for one, across in enumerate(level):
        for other in range(bisect_left(ats, across.start - _TOUCH), bisect_right(ats, across.end + _TOUCH)):
            if _meet(across, upright[other]):
                parent[root(one)] = root(len(level) + other)
    groups: dict[int, tuple[list[Span], list[Span]]] = {}
    for at in range(len(parent)):
        pair = groups.setdefault(root(at), ([], []))
        pair[at >= len(level)].append(level[at] if at < len(level) else upright[at - len(level)])
    return list(groups.values())


def _meet(across: Span, up: Span) -> bool:
    return across.start - _TOUCH <= up.at <= across.end + _TOUCH and up.start - _TOUCH <= across.at <= up.end + _TOUCH


def spans_to_lattice(level: Sequence[Span], upright: Sequence[Span]) -> Lattice | None:
    """The table that rules which hang together draw; None for fewer than two cells."""
    if not level or not upright:
        return None
    xs, _, _ = _sides(upright, level)
    ys, top, bottom = _sides(level, upright)
    if len(xs) < 2 or len(ys) < 2 or len(xs) + len(ys) < 5:
        return None
    if len(xs) * len(ys) > _MOST_FIELDS:
        raise NotReadable(f"rules that draw a table of {len(xs)} columns and {len(ys)} rows", "limit")
    owner = _owners(xs, ys, level, upright)
    lattice = _without_empty(Lattice(xs, ys, owner, top, bottom))
    return lattice if len(lattice.cells()) > 1 else None


def _sides(spans: Sequence[Span], crossing: Sequence[Span]) -> tuple[list[float], bool, bool]:
    """Where the sides lie, and whether the first and the last of them are not drawn."""
    sides: list[float] = []
    for span in sorted(spans):
        if not sides or span.at - sides[-1] > _SAME_LINE:
            sides.append(span.at)
    first, last = min(span.start for span in crossing), max(span.end for span in crossing)
    before, after = sides[0] - first > _OVERHANG, last - sides[-1] > _OVERHANG
    return [*([first] if before else []), *sides, *([last] if after else [])], before, after


def _owners(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[Span], upright: Sequence[Span]
) -> list[list[tuple[int, int]]]:
    """Fields without a border between them are one cell; its first field stands for it."""
    above = _borders(ys, xs, level)
    before = _borders(xs, ys, upright)
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = [[(row, column) for column in range(columns)] for row in range(rows)]
    for row in range(rows):
        for column in range(columns):
            if row and not above[row][column]:
                owner[row][column] = owner[row - 1][column]
            elif column and not before[column][row]:
                owner[row][column] = owner[row][column - 1]
    return owner


def _borders(sides: Sequence[float], bands: Sequence[float], spans: Sequence[Span]) -> list[list[bool]]:
    """For each side whether a rule lies on it, band by band."""
    drawn = [[False] * (len(bands) - 1) for _ in sides]
    for span in spans:
        line = drawn[_nearest(sides, span.at)]
        for at in range(max(0, bisect_right(bands, span.start) - 1), len(bands) - 1):
            low, high = bands[at], bands[at + 1]
            if low >= span.end:
                break
            if min(span.end, high) - max(span.start, low) >= _COVERED * (high - low):
                line[at] = True
    return drawn


def _nearest(sides: Sequence[float], value: float) -> int:
    at = bisect_left(sides, value)
    return min(range(max(0, at - 1), min(at + 1, len(sides))), key=lambda side: abs(sides[side] - value))


def _without_empty(lattice: Lattice) -> Lattice:
    """Without rows and columns in which no cell begins: rules a little apart that mean one."""
    firsts = lattice.cells()
    rows = sorted({row for row, _ in firsts})
    columns = sorted({column for _, column in firsts})
    row_at = {row: at for at, row in enumerate(rows)}
    column_at = {column: at for at, column in enumerate(columns)}
    owner = [
        [(row_at[lattice.owner[row][column][0]], column_at[lattice.owner[row][column][1]]) for column in columns]
        for row in rows
    ]
    xs = [*(lattice.xs[column] for column in columns), lattice.xs[-1]]
    ys = [*(lattice.ys[row] for row in rows), lattice.ys[-1]]
    return Lattice(xs, ys, owner, lattice.open_top, lattice.open_bottom)
