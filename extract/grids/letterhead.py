"""Tables that only place text on a page: letterheads, signatures beside the recipients."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kehoach.extract.blocks import Grid, Paragraph, Text
from kehoach.extract.grids import cells
from kehoach.extract.grids.header import find_head

__all__ = ["holds_letterhead", "is_layout", "unfold"]

_LINE = re.compile(r"[^\n]+")


def is_layout(grid: Grid) -> bool:
    """Whether a grid only places text: a letterhead, `Nơi nhận: …` beside `TM. ỦY BAN NHÂN DÂN`, a frame."""
    filled = [cell.value for row in grid.rows for cell in row if cell]
    if len(filled) <= 1 or max(sum(map(bool, row)) for row in grid.rows) < 2:
        return True  # a frame around a text
    return holds_letterhead(grid)


def holds_letterhead(grid: Grid) -> bool:
    """Whether a grid is a letterhead or the recipients beside a signature: never a piece of another table."""
    if len(grid.rows) > 12 or max(map(len, grid.rows)) > 4 or find_head(grid.rows) is not None:
        return False
    return any(cells.is_letterhead(cell.value) for row in grid.rows for cell in row if cell)


def unfold(grid: Grid) -> list[Paragraph]:
    """The text of a grid cell by cell, column after column, a paragraph for each line of a cell."""
    columns = max(map(len, grid.rows), default=0)
    ordered = (row[column] for column in range(columns) for row in grid.rows if column < len(row))
    return [Paragraph(line) for cell in ordered for line in _lines(cell)]


def _lines(cell: Text) -> Iterator[Text]:
    for match in _LINE.finditer(cell.value):
        line = cell.slice(match.start(), match.end()).single_line()
        if line:
            yield line
