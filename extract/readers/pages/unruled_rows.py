"""Which lines of a table without rules make a row: told by the gaps between lines, else by the numbers of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from kehoach.extract.grids.aligned_header import COLUMN_NUMBERS
from kehoach.extract.grids.cells import is_ordinal
from kehoach.extract.readers.pages.lines import Line

__all__ = ["Columns", "Part", "Row", "Span", "is_rest", "lie_apart", "open_columns", "row_starts"]

_ROW_GAP = 0.12  # points more than from one line of a cell to the next
_SPACE = 0.22  # of a line's height


class Span(NamedTuple):
    """From where to where a column's words reach."""

    x0: float
    x1: float


Columns = list[Span]


class Part(NamedTuple):
    """Words of a line that stand together, and the columns (first, last) over which they reach."""

    line: Line
    first: int
    last: int


Row = list[Part]  # the parts of one line of the page


def row_starts(rows: Sequence[Row], columns: Columns, parted: bool) -> list[int] | None:
    """At which lines rows begin; None where nothing tells. `(1)  (2)  (3)` is a row by itself."""
    if len(rows) == 1:
        return [0]
    if COLUMN_NUMBERS.fullmatch(" ".join(part.line.text for part in rows[0])):
        below = row_starts(rows[1:], columns, parted)
        return below and [0, *(1 + at for at in below)]
    gaps = _gaps(rows)
    within = [gap for gap, pair in zip(gaps, pairwise(rows), strict=True) if _goes_on(*pair)]
    marked = [at for at, row in enumerate(rows) if row[0].first == 0 and is_ordinal(row[0].line.text)]
    if any(at and _goes_on(rows[at - 1], rows[at]) for at in marked):
        return None  # a number at the middle of its row
    most = (max(within) if within else min(gaps, default=0.0)) + _ROW_GAP
    apart = [at for at, gap in enumerate(gaps, start=1) if gap > most]
    wrapped = [at for at in range(1, len(rows)) if _is_wrapped(rows[at - 1], rows[at])]
    spaced = not {*wrapped} & {*marked}
    if not spaced:
        wrapped = []  # a space ends every cell
    told = (marked or within) and all(gaps[at - 1] > most for at in marked if at) and not {*apart} & {*wrapped}
    if told and (apart or parted or len(wrapped) == len(gaps)):
        return [0, *apart]
    full = [at for at in range(1, len(rows)) if _is_full(rows[at - 1], rows[at], columns)]
    sure = {*marked, *wrapped, *full}
    return sorted({0, *marked}) if spaced and all(at in sure for at in range(1, len(rows))) else None


def _is_wrapped(above: Row, row: Row) -> bool:
    """Whether a cell of the line above has a space at its end, and words on this line too."""
    return any(one.first == other.first and one.line.words[-1].space for one in above for other in row)


def _is_full(above: Row, row: Row, columns: Columns) -> bool:
    """Whether in one column the first word of a line had no room on the line above, and begins nothing new."""
    for one in above:
        for other in row:
            word = other.line.words[0]
            room = columns[one.last].x1 - one.line.x1 - _SPACE * one.line.height
            if one.first == other.first and word.x1 - word.x0 > room and not word.text[0].isupper():
                return True
    return False


def _gaps(rows: Sequence[Row]) -> list[float]:
    return [after[0].line.bottom - before[0].line.bottom for before, after in pairwise(rows)]


def _goes_on(above: Row, row: Row) -> bool:
    """Whether a cell of the line above was wrapped and goes on below."""
    return any(
        one.first == other.first and one.line.words[-1].space and other.line.words[0].text[0].islower()
        for one in above
        for other in row
    )


def lie_apart(rows: Sequence[Row], starts: Sequence[int]) -> bool:
    """Whether the rows lie further apart than the lines of their cells, all of them."""
    gaps = _gaps(rows)
    between = [gaps[at - 1] for at in starts if at]
    within = [gap for at, gap in enumerate(gaps, start=1) if at not in starts]
    return bool(between and within) and min(between) > max(within) + _ROW_GAP


def open_columns(rows: Sequence[Row]) -> frozenset[int]:
    """The columns whose last words have a space behind them."""
    last = {part.first: part.line.words[-1].space for row in rows for part in row}
    return frozenset(column for column, space in last.items() if space)


def is_rest(row: Row) -> bool:
    """Whether the first row of a page goes on with one of the page before: no number, and words with a small letter."""
    return row[0].first > 0 and any(part.line.words[0].text[0].islower() for part in row)
