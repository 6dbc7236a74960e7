"""Makes small workbooks for the tests, the same one as `.xlsx` (xlsxwriter) and as `.xls` (xlwt)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import xlsxwriter
import xlwt

__all__ = ["Made", "xls", "xlsx"]

Value = str | float | bool | None

_CELL = re.compile(r"(?P<lined>\|)?(?P<bold>\*)?(?P<wide>>*)(?P<high>v*)(?P<text>.*)", re.DOTALL)


class Made(NamedTuple):
    """A sheet: its rows as lines with tabs between cells, the number formats of cells, what is hidden.

    A cell is its text: `|` before it draws lines around it, `*` makes it bold, each `>` merges a column to the right,
    each `v` a row below; `=95` is the number 95, `=TRUE` a truth value.
    """

    text: str
    name: str = "Sheet1"
    formats: Mapping[str, str] = MappingProxyType({})
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    hidden: bool = False
    font: str = "Calibri"
    boxes: Mapping[str, str] = MappingProxyType({})
    """Text boxes by the cell over which they begin; in `.xlsx` only."""


class _Cell(NamedTuple):
    row: int
    column: int
    wide: int
    high: int
    value: Value
    lined: bool
    bold: bool


def _cells(made: Made) -> list[_Cell]:
    found = []
    for row, line in enumerate(made.text.split("\n")):
        for column, written in enumerate(line.split("\t")):
            match = _CELL.fullmatch(written.replace("\\n", "\n"))
            assert match
            if match["text"] or match["lined"]:
                spans = len(match["wide"]), len(match["high"])
                found.append(
                    _Cell(row, column, *spans, _value(match["text"]), bool(match["lined"]), bool(match["bold"]))
                )
    return found


def _value(text: str) -> Value:
    if text in ("=TRUE", "=FALSE"):
        return text == "=TRUE"
    return float(text[1:]) if text.startswith("=") else text


def _format(made: Made, cell: _Cell) -> str:
    return made.formats.get(f"{chr(65 + cell.column)}{cell.row + 1}", "General")


def xlsx(*sheets: Made) -> bytes:
    """The bytes of an `.xlsx`."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for made in sheets:
        sheet = book.add_worksheet(made.name)
        for cell in _cells(made):
            style = book.add_format({"border": int(cell.lined), "bold": cell.bold, "text_wrap": True})
            style.set_num_format(_format(made, cell))
            style.set_font_name(made.font)
            if cell.wide or cell.high:
                sheet.merge_range(cell.row, cell.column, cell.row + cell.high, cell.column + cell.wide, "", style)
            _write(sheet, cell, style)
        for row in made.hidden_rows:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        for column in made.hidden_columns:
            sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
        for cell_name, text in made.boxes.items():
            sheet.insert_textbox(cell_name, text)
        if made.hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def _write(sheet: Any, cell: _Cell, style: Any) -> None:
    if isinstance(cell.value, bool):
        sheet.write_boolean(cell.row, cell.column, cell.value, style)
    elif isinstance(cell.value, float):
        sheet.write_number(cell.row, cell.column, cell.value, style)
    elif cell.value:
        sheet.write_string(cell.row, cell.column, cell.value, style)
    else:
        sheet.write_blank(cell.row, cell.column, None, style)


def xls(*sheets: Made) -> bytes:
    """The bytes of an `.xls`."""
    book = xlwt.Workbook(encoding="utf-8")
    for made in sheets:
        sheet = book.add_sheet(made.name)
        for cell in _cells(made):
            lines = "; borders: left thin, right thin, top thin, bottom thin" if cell.lined else ""
            style = xlwt.easyxf(
                f"font: name {made.font}, bold {'on' if cell.bold else 'off'}{lines}", _format(made, cell)
            )
            sheet.write_merge(
                cell.row, cell.row + cell.high, cell.column, cell.column + cell.wide, cell.value, style
            ) if cell.wide or cell.high else sheet.write(cell.row, cell.column, cell.value, style)
        for row in made.hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in made.hidden_columns:
            sheet.col(column - 1).hidden = True
        sheet.visibility = int(made.hidden)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
