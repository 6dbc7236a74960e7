"""Sets the appendices of a plan as a workbook, a sheet each; plain numbers and shares as numbers with a format."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tests.rendering.model import Cell, Line, Part

__all__ = ["workbook_file"]

_WHOLE = re.compile(r"[1-9]\d{0,5}|0")
_SHARE = re.compile(r"([1-9]\d{0,2}|0)(?:,(\d{1,2}))?%")


def workbook_file(parts: Sequence[Part]) -> bytes:
    """The bytes of an `.xlsx` with these parts."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for number, part in enumerate(parts, start=1):
        first = next((item.text for item in part.items if isinstance(item, Line)), "")
        called_one = first.casefold().startswith("phụ lục")  # a tab gives a name to what has none
        sheet = book.add_worksheet(f"PL {number}" if called_one else f"Sheet{number}")
        at = 0
        for item in part.items:
            if isinstance(item, Line):
                sheet.write_string(at, 0, item.text, book.add_format({"bold": item.bold}))
                at += 1
                continue
            for cell in item.cells:
                _write(book, sheet, at, cell)
            at += item.rows + 1
    book.close()
    return stream.getvalue()


def _write(book: Any, sheet: Any, top: int, cell: Cell) -> None:
    value, layout = _value(cell.text)
    style = book.add_format({"text_wrap": True, "border": 1, **layout})
    row, column = top + cell.row, cell.column
    if cell.wide > 1 or cell.high > 1:
        sheet.merge_range(row, column, row + cell.high - 1, column + cell.wide - 1, "", style)
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _value(text: str) -> tuple[str | float, dict[str, str]]:
    share = _SHARE.fullmatch(text)
    if share:
        places = len(share[2] or "")
        return float(f"{share[1]}.{share[2] or 0}") / 100, {"num_format": "0." + "0" * places + "%" if places else "0%"}
    return (int(text), {"num_format": "0"}) if _WHOLE.fullmatch(text) else (text, {})
