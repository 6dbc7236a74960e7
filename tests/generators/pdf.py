"""PDF files made by hand: words at places, lines, a turned page, text that nobody sees."""

from __future__ import annotations

import ctypes
import io
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

__all__ = ["PdfMaker"]


class PdfMaker:
    """Draws on pages of A4; `x`, `y` are points from the lower left corner."""

    def __init__(self, width: float = 595, height: float = 842) -> None:
        self.document = pypdfium2.PdfDocument.new()
        self.size = (width, height)
        self.page: Any = None
        self.add_page()

    def add_page(self) -> None:
        self._finish()
        self.page = self.document.new_page(*self.size)

    def text(self, value: str, x: float, y: float, *, font: str = "Helvetica", mode: int = 0) -> None:
        """A piece of text in 10 points; `mode` is PDF's text rendering mode."""
        item = pdfium_c.FPDFPageObj_NewTextObj(self.document, font.encode(), ctypes.c_float(10))
        letters = value.encode("utf-16-le") + b"\x00\x00"
        pdfium_c.FPDFText_SetText(item, ctypes.cast(ctypes.create_string_buffer(letters), pdfium_c.FPDF_WIDESTRING))
        pdfium_c.FPDFTextObj_SetTextRenderMode(item, mode)
        pdfium_c.FPDFPageObj_Transform(item, 1, 0, 0, 1, x, y)
        pdfium_c.FPDFPage_InsertObject(self.page, item)

    def line(self, x0: float, y0: float, x1: float, y1: float, *, white: bool = False) -> None:
        item = pdfium_c.FPDFPageObj_CreateNewPath(x0, y0)
        pdfium_c.FPDFPath_LineTo(item, x1, y1)
        self._draw(item, white)

    def box(self, x0: float, y0: float, x1: float, y1: float, *, filled: bool = False) -> None:
        """A rectangle: its sides, or all of it filled."""
        item = pdfium_c.FPDFPageObj_CreateNewRect(x0, y0, x1 - x0, y1 - y0)
        if filled:
            pdfium_c.FPDFPageObj_SetFillColor(item, 0, 0, 0, 255)
            pdfium_c.FPDFPath_SetDrawMode(item, pdfium_c.FPDF_FILLMODE_WINDING, False)
            pdfium_c.FPDFPage_InsertObject(self.page, item)
        else:
            self._draw(item, False)

    def _draw(self, item: Any, white: bool) -> None:
        level = 255 if white else 0
        pdfium_c.FPDFPageObj_SetStrokeColor(item, level, level, level, 255)
        pdfium_c.FPDFPageObj_SetStrokeWidth(item, 0.5)
        pdfium_c.FPDFPath_SetDrawMode(item, pdfium_c.FPDF_FILLMODE_NONE, True)
        pdfium_c.FPDFPage_InsertObject(self.page, item)

    def _finish(self) -> None:
        if self.page is not None:
            pdfium_c.FPDFPage_GenerateContent(self.page)
            self.page.close()

    def bytes(self) -> bytes:
        """The file."""
        self._finish()
        stream = io.BytesIO()
        self.document.save(stream)
        self.document.close()
        return stream.getvalue()
