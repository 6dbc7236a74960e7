"""Sets a plan as a Word file: merged cells, repeated heads, each appendix on a new page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from tests.rendering.model import Cell, Line, Part, PrintedGrid

__all__ = ["Style", "word_file"]


class Style(NamedTuple):
    """How the page is set; the defaults are those of an office."""

    font: str = "Liberation Serif"
    size: float = 13
    table_size: float = 11
    landscape_appendices: bool = False
    repeat_heads: bool = True
    narrow: float = 1.0
    """Share of the page's width that a table takes: narrower cells are taller, and more of them are cut."""
    borders: bool = True
    """Whether tables have rules; without them only the columns tell where a cell ends."""


def word_file(parts: Sequence[Part], style: Style | None = None) -> bytes:
    """The bytes of a `.docx` with all these parts."""
    style = style or Style()
    document = Document()
    document.styles["Normal"].font.name = style.font
    document.styles["Normal"].font.size = Pt(style.size)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    _set_page(document.sections[0], False)
    for number, part in enumerate(parts):
        if number:
            section = document.add_section()
            _set_page(section, style.landscape_appendices)
        for item in part.items:
            if isinstance(item, Line):
                document.add_paragraph().add_run(item.text).bold = item.bold or None
            else:
                _add_table(document, item, style)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_page(section: Any, landscape: bool) -> None:
    wide, high = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (high, wide) if landscape else (wide, high)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)


def _add_table(document: Any, grid: PrintedGrid, style: Style) -> None:
    table = document.add_table(grid.rows, grid.columns)
    table.style = "Table Grid" if style.borders else "Normal Table"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    widths = [int(room * style.narrow * share) for share in _shares(grid)]
    rows = [list(row.cells) for row in table.rows]
    for row in rows:
        for cell, width in zip(row, widths, strict=True):
            cell.width = width
    for cell in grid.cells:
        _fill(rows, cell, style, cell.row < grid.head)
    for row in table.rows[: grid.head] if style.repeat_heads else ():
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)
    document.add_paragraph()


def _fill(rows: Sequence[Sequence[Any]], cell: Cell, style: Style, bold: bool) -> None:
    target = rows[cell.row][cell.column]
    if cell.wide > 1 or cell.high > 1:
        target = target.merge(rows[cell.row + cell.high - 1][cell.column + cell.wide - 1])
    lines = cell.text.split("\n")
    for number, line in enumerate(lines):
        paragraph = target.paragraphs[0] if not number else target.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(line)
        run.font.size = Pt(style.table_size)
        run.bold = bold or None


def _shares(grid: PrintedGrid) -> list[float]:
    """Columns as wide as their words ask for, none too narrow for a word."""
    weights = [5.0] * grid.columns
    for cell in grid.cells:
        if cell.wide == 1:
            longest = max(map(len, cell.text.split()), default=0)
            weights[cell.column] = max(weights[cell.column], min(len(cell.text) ** 0.75 + 2, 34), 1.6 * longest)
    return [weight / sum(weights) for weight in weights]
