"""Which rows of a rendered file a page break cut: each row is set in a colour of its own, and the pages of the PDF show
where each colour stands. Independent of how the PDF is read: no reader looks at colours.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium_c
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from kehoach.extract.blocks import whole
from tests.rendering.model import Part, PrintedGrid

__all__ = ["TrueRow", "coloured", "true_rows"]

_STEP = 3  # between two numbers, so that rounding of a colour does not matter


class TrueRow(NamedTuple):
    """A row of a table as it was set: its cells, and the pages on which its words stand."""

    cells: tuple[str, ...]
    pages: tuple[int, ...]


def coloured(word_file: bytes) -> bytes:
    """The same Word file with each row of its tables in another colour."""
    document = Document(io.BytesIO(word_file))
    rows = (row for table in document.tables for row in table.rows)
    for number, row in enumerate(rows):
        for run in row._tr.iter(qn("w:r")):
            colour = OxmlElement("w:color")
            colour.set(qn("w:val"), f"{_colour(number):06X}")
            run.get_or_add_rPr().append(colour)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _colour(number: int) -> int:
    """No white, no black."""
    high, low = divmod(number, 60)
    return (10 + _STEP * high) << 16 | (10 + _STEP * low) << 8 | 40


def true_rows(parts: Sequence[Part], pdf: bytes) -> list[TrueRow]:
    """The rows below the heads of all tables in their order."""
    pages = _pages_by_colour(pdf)
    found = []
    for number, cells in enumerate(_rows(parts)):
        if cells is not None:
            found.append(TrueRow(cells, tuple(pages.get(_colour(number), ()))))
    return found


def _rows(parts: Sequence[Part]) -> Iterator[tuple[str, ...] | None]:
    """The cells of each row as they are read again; None for a row of a head."""
    for part in parts:
        for grid in part.items:
            if not isinstance(grid, PrintedGrid):
                continue
            rows = [[""] * grid.columns for _ in range(grid.rows)]
            for cell in grid.cells:
                rows[cell.row][cell.column] = whole(cell.text).single_line().value
            yield from (tuple(row) if number >= grid.head else None for number, row in enumerate(rows))


def _pages_by_colour(pdf: bytes) -> dict[int, list[int]]:
    pages: dict[int, list[int]] = {}
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, start=1):
        for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
            seen = pages.setdefault(_colour_of(item), [])
            if number not in seen:
                seen.append(number)
    document.close()
    return pages


def _colour_of(item: pypdfium2.PdfObject) -> int:
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetFillColor(item, *parts)
    red, green, blue, _ = (part.value for part in parts)
    return red << 16 | green << 8 | blue
