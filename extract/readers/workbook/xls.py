"""Sheets out of `.xls`, the workbooks of Excel 95 to 2003."""

from __future__ import annotations

import io
from typing import Any

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.unpack import unlocked
from kehoach.extract.readers.workbook.formats import BUILT_IN, General, is_hiding, show_number, show_text
from kehoach.extract.readers.workbook.sheet import Range, Sheet, SheetCell, clean
from kehoach.schemas.errors import NotReadable

__all__ = ["xls_sheets"]

_BOLD = 600  # weight from which a font is bold; 400 is normal, 700 what Excel writes
_LINES = ("left_line_style", "right_line_style", "top_line_style", "bottom_line_style")
_OF_ALL = "VelvetSweatshop"  # with which Excel locks a workbook whose sheets are only protected against changes
_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = range(6)


def xls_sheets(data: bytes, options: ReadOptions) -> list[Sheet]:
    """The sheets in the order of their tabs. Raises NotReadable for locked and for broken files."""
    try:
        book = _open(data, options.password)
        return [_read_sheet(book, number, options) for number in range(book.nsheets)]
    except (NotReadable, MemoryError):
        raise
    except Exception as error:  # a broken file breaks the package in many ways: IndexError, struct.error, assertions
        raise NotReadable(f"no workbook or a broken one: {error}") from error


def _open(data: bytes, password: str | None) -> Any:
    import xlrd  # noqa: PLC0415 - needed for old workbooks alone

    settings = {"formatting_info": True, "ragged_rows": True, "on_demand": True, "logfile": io.StringIO()}
    try:
        return xlrd.open_workbook(file_contents=data, **settings)
    except xlrd.XLRDError as error:
        if "encrypted" not in str(error):
            raise
    try:
        data = unlocked(data, password or _OF_ALL)
    except NotReadable:
        data = unlocked(data, password)
    return xlrd.open_workbook(file_contents=data, **settings)


def _read_sheet(book: Any, number: int, options: ReadOptions) -> Sheet:
    given = book.sheet_by_index(number)
    sheet = Sheet(
        clean(given.name),
        given.visibility != 0,
        merged=[Range(top + 1, left + 1, bottom, right) for top, bottom, left, right in given.merged_cells],
        hidden_rows={row + 1 for row, about in given.rowinfo_map.items() if about.hidden},
        hidden_columns=[(column + 1, column + 1) for column, about in given.colinfo_map.items() if about.hidden],
    )
    for row in range(given.nrows):
        for column in range(given.row_len(row)):
            style = book.xf_list[given.cell_xf_index(row, column)]
            sheet.boxed[row + 1] = sheet.boxed.get(row + 1, 0) + any(getattr(style.border, side) for side in _LINES)
            if given.cell_type(row, column) in (_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR):
                sheet.add(row + 1, column + 1, _cell(book, given, (row, column), style), options)
    book.unload_sheet(number)
    return sheet


def _cell(book: Any, given: Any, at: tuple[int, int], style: Any) -> SheetCell:
    kind, value = given.cell_type(*at), given.cell_value(*at)
    font = book.font_list[style.font_index]
    bold, name = bool(font.bold or font.weight >= _BOLD), font.name
    code = _code(book, style)
    hidden = is_hiding(code)
    if kind == _ERROR:
        from xlrd import error_text_from_code  # noqa: PLC0415

        return SheetCell(error_text_from_code.get(value, "#ERROR"), bold, "cell-error", name)
    if kind == _BOOLEAN:
        return SheetCell("TRUE" if value else "FALSE", bold, None, name)
    if kind == _TEXT:
        shown = value if hidden else show_text(clean(value), code)
    else:
        shown = show_number(float(value), General if hidden else code, since_1904=bool(book.datemode))
    return SheetCell(clean(shown), bold, "hidden-cells" if hidden else None, name)


def _code(book: Any, style: Any) -> str:
    """A number format; those that follow the computer's settings stand in a file as its last computer had them."""
    if style.format_key in BUILT_IN:
        return BUILT_IN[style.format_key]
    about = book.format_map.get(style.format_key)
    return str(about.format_str) if about is not None else General
