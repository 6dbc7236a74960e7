"""What is rendered: the blocks of a plan in document order, its tables with their merged cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kehoach.extract.blocks import Block, Grid, Paragraph, Text
from kehoach.extract.grids.cells import SPANNED
from kehoach.extract.grids.header import find_head
from kehoach.extract.grids.stitch import stitch_grids
from kehoach.extract.layout import Appendix, Layout, split_parts
from kehoach.extract.readers import format_of, read_content

__all__ = ["Cell", "Line", "Part", "Printed", "PrintedGrid", "read_parts"]

_SOFT = ("aligned", "lost")  # their line breaks are those of a page, not of a typist


class Line(NamedTuple):
    """A paragraph."""

    text: str
    bold: bool


class Cell(NamedTuple):
    """A cell of a table: its text (line breaks as `\\n`) and how many columns and rows it covers."""

    text: str
    row: int
    column: int
    wide: int = 1
    high: int = 1


class PrintedGrid(NamedTuple):
    """A table: its cells, how many rows and columns, and how many rows are its head."""

    cells: list[Cell]
    rows: int
    columns: int
    head: int


Printed = Line | PrintedGrid


class Part(NamedTuple):
    """The body (label None) or an appendix: its caption and what stands in it."""

    label: str | None
    items: list[Printed]


def read_parts(path: Path) -> list[Part]:
    """The body and the appendices of a plan that is a text, Markdown or web page."""
    data = path.read_bytes()
    content = read_content(data, format_of(data, path.name))
    layout = split_parts(stitch_grids(content.source, content.blocks), content.source)
    body = Part(None, list(_printed([*layout.front, *layout.body, *_closing(layout)])))
    return [body, *(_appendix(appendix) for appendix in layout.appendices)]


def _closing(layout: Layout) -> Sequence[Block]:
    return layout.closing


def _appendix(appendix: Appendix) -> Part:
    caption = [_line(appendix.heading, True), *(_line(text, True) for text in [appendix.title] if text)]
    notes = [_line(text, False) for text in appendix.notes]
    return Part(appendix.label, [*caption, *notes, *_printed(appendix.blocks)])


def _line(text: Text, bold: bool) -> Line:
    return Line(text.single_line().value, bold)


def _printed(blocks: Sequence[Block]) -> Iterator[Printed]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _line(block.text, block.bold)
        elif isinstance(block, Grid):
            yield _grid(block)


def _grid(grid: Grid) -> PrintedGrid:
    head = find_head(grid.rows)
    texts = [[_cell_text(cell, grid) for cell in row] for row in grid.rows]
    columns = max(map(len, texts))
    texts = [row + [""] * (columns - len(row)) for row in texts]
    cells: list[Cell] = []
    first, end = (head.first, head.end) if head else (0, 0)
    labels = end - (head is not None and head.numbers is not None)  # rows of the head that hold words
    for number, row in enumerate(texts):
        if first <= number < labels:
            cells += _head_cells(texts, number, labels)
        else:
            cells += _body_cells(row, number, grid.rows)
    return PrintedGrid(cells, len(texts), columns, end)


def _cell_text(cell: Text, grid: Grid) -> str:
    if grid.kind in _SOFT:
        return cell.single_line().value
    return "\n".join(line.strip() for line in cell.value.split("\n") if line.strip())


def _head_cells(texts: Sequence[Sequence[str]], number: int, end: int) -> Iterator[Cell]:
    """`Mục tiêu` over `2026 | 2027` covers both columns; a head without a lower one covers both rows."""
    row = texts[number]
    column = 0
    while column < len(row):
        above = number and any(texts[upper][column] for upper in range(number)) and not row[column]
        wide = 1
        if row[column] and number + 1 < end and texts[number + 1][column]:
            while column + wide < len(row) and not row[column + wide] and texts[number + 1][column + wide]:
                wide += 1
        high = 1
        while wide == 1 and row[column] and number + high < end and not texts[number + high][column]:
            high += 1
        if not above:
            yield Cell(row[column], number, column, wide, high)
        column += wide


def _body_cells(row: Sequence[str], number: int, rows: Sequence[Sequence[Text]]) -> Iterator[Cell]:
    """A title that stands alone in its row runs over the empty columns behind it; a merged cell over rows below."""
    filled = [column for column, text in enumerate(row) if text]
    alone = len(row) > 2 and filled and filled[-1] <= 1 and len(row[filled[-1]]) > 3
    alone = alone and not any(_is_spanned(rows, number, column) for column in range(len(row)))
    last = filled[-1] if filled and alone else len(row)
    for column, text in enumerate(row[: last + 1]):
        if not _is_spanned(rows, number, column):
            high = 1
            while number + high < len(rows) and _is_spanned(rows, number + high, column):
                high += 1
            yield Cell(text, number, column, len(row) - column if column == last else 1, high)


def _is_spanned(rows: Sequence[Sequence[Text]], number: int, column: int) -> bool:
    return column < len(rows[number]) and rows[number][column] is SPANNED
