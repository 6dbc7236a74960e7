"""The shape of Word tables: which column a cell stands in, what it is merged with.

Read off the XML (`gridSpan`, `gridBefore`, `vMerge`), never through python-docx's `Table.cell`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from kehoach.extract.readers.docx.xml import Element, attribute, child, children, name_of, number, unwrapped
from kehoach.schemas.errors import NotReadable

__all__ = ["Cell", "Row", "shape"]

_SAME_EDGE = 140  # twips (2.5 mm): edges drawn by hand that are meant as one
_UNKNOWN_WIDTH = 2000

Merged = Literal["", "first", "other", "beside"]


class Cell(NamedTuple):
    """A cell: its element, its number in the row (from 1), the table's columns that it covers; `merged`: whether it is
    the first or another one of cells merged downwards, or belongs to the cell beside it."""

    element: Element
    ordinal: int
    column: int
    end: int
    merged: Merged = ""


class Row(NamedTuple):
    """A row: its element, its number in the table (from 1), its cells."""

    element: Element
    ordinal: int
    cells: list[Cell]


def shape(table: Element, most: int) -> tuple[list[Row], int]:
    """The rows of a table and how many columns it has. Raises NotReadable (`limit`) over `most` cells."""
    rows = [
        Row(node, index, _cells(node))
        for index, node in enumerate((node for node in unwrapped(table) if name_of(node) == "w:tr"), start=1)
    ]
    width = max((row.cells[-1].end for row in rows if row.cells), default=0)
    if width * len(rows) > most:
        raise NotReadable(f"a table of {width * len(rows)} cells; the limit is {most}", "limit")
    rows = _by_number(rows) or _by_edges(rows, _positions(table, width))
    return rows, max((row.cells[-1].end for row in rows if row.cells), default=0)


def _cells(row: Element) -> list[Cell]:
    """The cells of a row by the columns of the table's grid, of which a visible column may take several."""
    column = max(number(child(row, "w:trPr", "w:gridBefore")), 0)
    cells: list[Cell] = []
    nodes = [node for node in unwrapped(row) if name_of(node) == "w:tc"]
    for index, node in enumerate(nodes, start=1):
        properties = child(node, "w:tcPr")
        if cells and attribute(child(properties, "w:hMerge")) == "continue":  # how Word 97 merged cells in a row
            cells.append(Cell(node, index, column, column + 1, "beside"))
            column += 1
            continue
        end = column + max(number(child(properties, "w:gridSpan"), default=1), 1)
        cells.append(Cell(node, index, column, end, _merged(child(properties, "w:vMerge"))))
        column = end
    return cells


def _merged(mark: Element | None) -> Merged:
    if mark is None:
        return ""
    return "first" if attribute(mark) == "restart" else "other"


def _positions(table: Element, width: int) -> list[int]:
    """Where each edge of the grid stands, in twips from the left."""
    given = [max(number(column, "w:w"), 0) for column in children(child(table, "w:tblGrid"), "w:gridCol")]
    widths = given if len(given) >= width and all(given[:width]) else [_UNKNOWN_WIDTH] * width
    return [0, *accumulate(widths[:width])]


def _by_number(rows: Sequence[Row]) -> list[Row] | None:
    """Cells by their number, where all rows have equally many (but for titles over the whole width).

    Then rows pasted from elsewhere, whose edges lie a little to the side, have the columns of the others.
    """
    counts = {len(row.cells) for row in rows if len(row.cells) > 1}
    if len(counts) != 1 or any(row.cells and row.cells[0].column and len(row.cells) == 1 for row in rows):
        return None
    width = counts.pop()
    return [
        row._replace(
            cells=[_numbered(cell, at, width if len(row.cells) == 1 else 1) for at, cell in enumerate(row.cells)]
        )
        for row in rows
    ]


def _numbered(cell: Cell, at: int, wide: int) -> Cell:
    return cell._replace(column=at, end=at + wide)


def _by_edges(rows: Sequence[Row], positions: Sequence[int]) -> list[Row]:
    """Cells by where they begin; edges that lie close together are one, columns where no cell begins are none."""
    same = _joined_edges(rows, positions)
    starts = sorted({same[cell.column] for row in rows for cell in row.cells})
    column = {edge: at for at, edge in enumerate(starts)}
    ends = {edge: bisect_left(starts, edge) for edge in set(same)}
    return [
        row._replace(
            cells=[
                cell._replace(
                    column=column[same[cell.column]],
                    end=max(ends[same[cell.end]], column[same[cell.column]] + 1),
                )
                for cell in row.cells
            ]
        )
        for row in rows
    ]


def _joined_edges(rows: Sequence[Row], positions: Sequence[int]) -> list[int]:
    """For each edge the first one of those that it lies close to; never the two edges of one cell."""
    parted = {(cell.column, cell.end) for row in rows for cell in row.cells}
    same: list[int] = []
    for edge, position in enumerate(positions):
        first = same[-1] if same else 0
        close = position - positions[first] < _SAME_EDGE
        apart = any((other, edge) in parted for other in range(first, edge)) if close else True
        same.append(edge if apart else first)
    return same
