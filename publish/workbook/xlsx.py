"""Writes sheets as an Excel workbook: row after row, so that little of it is in memory; the same bytes every time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, groupby, islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kehoach.publish.wording import Language, Words
from kehoach.publish.wording.forms import date_text
from kehoach.publish.workbook.cells import SUSPECT, Cell, Column, Link, Mark, Marked, Sheet, Value, is_risky, safe_text
from kehoach.publish.workbook.matrix import SIGNS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["MOST_ROWS", "Counts", "sheet_name", "write_xlsx"]

Counts = Counter[str]
"""Rows by the key of their sheet."""

MOST_ROWS = 1_048_576
_MOST_LINKS = 65_530
_ALWAYS = dt.datetime(2000, 1, 1)
_FIRST_DAY = dt.date(1901, 1, 1)  # before it, Excel has no days, or counts one that never was
_LINE, _MOST_LINES = 15.0, 8  # points; what is longer can be read in the cell
_WIDEST = 500  # characters that still can be read when they are printed on one page
_HEAD_FILL, _ABOVE_FILL = "#1F4E79", "#2E75B6"
FILLS: dict[Mark, str] = {
    "below": "#F8CBAD", "missing": "#FFF2CC", "pending": "#DDEBF7", "conflict": "#E4C7F1", "overdue": "#F8CBAD",
    "median": "#EDEDED", "error": "#F8CBAD", "warning": "#FFF2CC",
}  # fmt: skip


def sheet_name(title: str, part: int) -> str:
    """The name of a sheet, at most 31 characters: of the second part `Nhiệm vụ (2)`."""
    end = f" ({part})" if part > 1 else ""
    return title[: 31 - len(end)] + end


class _Look(NamedTuple):
    """What a format depends on."""

    kind: str
    mark: Mark | None = None
    comparator: str | None = None
    decimals: int = 0
    to_right: bool = False
    """Text in a column of numbers."""


class _Styles:
    """Formats by what they depend on, made when they are first needed."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self._book, self._made = book, dict[_Look, "Format"]()
        self._day = "dd/mm/yyyy" if language == "vi" else "yyyy-mm-dd"

    def __call__(self, look: _Look) -> Format:
        found = self._made.get(look)
        if found is None:
            found = self._made[look] = self._book.add_format(self._properties(look))
        return found

    def _properties(self, look: _Look) -> dict[str, Any]:
        made: dict[str, Any] = {"valign": "top", "font_name": "Calibri", "font_size": 11}
        if look.kind in ("head", "above"):
            fill = FILLS[look.mark] if look.mark else _HEAD_FILL if look.kind == "head" else _ABOVE_FILL
            return made | {
                "bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1,
                "border_color": "#FFFFFF", "bg_color": fill, "font_color": "#000000" if look.mark else "#FFFFFF",
            }  # fmt: skip
        if look.mark:
            made |= {"bg_color": FILLS[look.mark], "border": 1, "border_color": "#D9D9D9"}
        if look.kind == "number":
            sign = SIGNS.get(look.comparator or "", "")
            digits = "#,##0" + ("." + "0" * look.decimals if look.decimals else "")
            return made | {"num_format": f'"{sign}"{digits}' if sign else digits}
        if look.kind in ("year", "date", "count"):
            forms = {"year": "0", "date": self._day, "count": "#,##0"}
            return made | {"num_format": forms[look.kind], "align": "center"}
        if look.to_right:
            made |= {"align": "right"}
        made |= {"text_wrap": True, "quote_prefix": look.kind == "risky"}
        return made | ({"font_color": "#0563C1", "underline": 1} if look.kind == "link" else {})


class _Page:
    """A worksheet that is being filled: hundreds of thousands of rows, so plain text and counts take a short way."""

    def __init__(self, sheet: Worksheet, columns: Sequence[Column], styles: _Styles, language: Language) -> None:
        self._sheet, self._columns, self._styles, self._language = sheet, columns, styles, language
        self._links = 0
        self._widths = [column.width for column in columns]
        self._text_style = styles(_Look("text"))
        self._int_styles = [styles(_Look(_number_kind(column.kind))) for column in columns]

    def row(self, number: int, cells: Sequence[Cell]) -> None:
        """Write a row; its height shows wrapped text, which LibreOffice does not find by itself."""
        lines = 1.0
        for at, cell in enumerate(cells):
            if type(cell) is str:
                lines = max(lines, len(cell) / self._widths[at])
                if SUSPECT.search(cell):
                    self._text(number, at, cell, _Look("text"))
                elif cell:
                    self._sheet.write_string(number, at, cell, self._text_style)
            elif type(cell) is int:
                self._sheet.write_number(number, at, cell, self._int_styles[at])
            elif isinstance(cell, Link):
                linked = cell.target and self._link(number, at, cell.target)
                self._value(number, at, cell.text, _Look("link" if linked else "text"))
            elif isinstance(cell, Marked):
                if cell.target:
                    self._link(number, at, cell.target)
                self._value(number, at, cell.value, _Look(self._columns[at].kind, cell.mark, cell.comparator))
            elif cell is not None:
                self._value(number, at, cell, _Look(self._columns[at].kind))
        self._sheet.set_row(number, _LINE * min(ceil(lines), _MOST_LINES))

    def _link(self, row: int, at: int, target: str) -> bool:
        """Put a link on a cell, of which the value is written after it; past the limit of Excel there is none."""
        if self._links >= _MOST_LINKS:
            return False
        self._links += 1
        return bool(self._sheet.write_url(row, at, target, string="") == 0)

    def _value(self, row: int, at: int, value: Value, look: _Look) -> None:
        if isinstance(value, dt.date):
            if value >= _FIRST_DAY:
                self._sheet.write_datetime(row, at, value, self._styles(look._replace(kind="date")))
                return
            value = date_text(value, self._language)
        if isinstance(value, str):
            self._text(row, at, value, look)
        elif value is None:
            self._sheet.write_blank(row, at, None, self._styles(look))
        elif value - value != 0:  # infinite, or no number
            self._text(row, at, str(value), look)
        else:
            look = look._replace(kind=_number_kind(look.kind), decimals=0 if value == int(value) else _decimals(value))
            self._sheet.write_number(row, at, value, self._styles(look))

    def _text(self, row: int, at: int, text: str, look: _Look) -> None:
        if not text:
            return
        if text.startswith("<r>") and text.endswith("</r>"):  # XlsxWriter would take it for its own markup
            text += " "
        kind = "link" if look.kind == "link" else "risky" if is_risky(text) else "text"
        style = self._styles(_Look(kind, look.mark, to_right=look.kind == "number"))
        self._sheet.write_string(row, at, safe_text(text), style)


def _number_kind(kind: str) -> str:
    return kind if kind in ("year", "count") else "number"


def _decimals(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def write_xlsx(path: Path, sheets: Iterable[Sheet], words: Words, language: Language, most_rows: int) -> Counts:
    """Write the workbook and count the rows of each sheet. All text is text: what begins with `=` is no formula.

    Raises OSError.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - see kehoach --help
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False}
    book = Workbook(str(path), {**options, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": _ALWAYS, "author": "kehoach", "title": words("title")})
    book.use_zip64()
    styles = _Styles(book, language)
    counts: Counts = Counter()
    parts: Counter[str] = Counter()
    for sheet in sheets:
        rows = iter(sheet.rows)
        waiting: list[Sequence[Cell]] | None = []  # the first row of the next part
        while waiting is not None:
            parts[sheet.key] += 1
            page = book.add_worksheet(sheet_name(words(f"sheet.{sheet.key}"), parts[sheet.key]))
            heads = _set_up(page, sheet, styles)
            room = most_rows - heads
            writer = _Page(page, sheet.columns, styles, language)
            last = heads - 1
            for last, cells in enumerate(islice(chain(waiting, rows), room), heads):
                writer.row(last, cells)
            counts[sheet.key] += last - heads + 1
            if sheet.filtered:
                page.autofilter(heads - 1, 0, max(last, heads), len(sheet.columns) - 1)
            waiting = list(islice(rows, 1)) or None
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error
    return counts


def _set_up(page: Worksheet, sheet: Sheet, styles: _Styles) -> int:
    """Heads, widths, what stays in sight, how it is printed; returns how many rows the heads take."""
    heads = 2 if any(column.above for column in sheet.columns) else 1
    if heads == 2:
        _write_above(page, sheet.columns, styles)
    lines = max(ceil(1.3 * len(column.head) / column.width) for column in sheet.columns)  # bold, and broken at words
    page.set_row(heads - 1, min(max(lines, 2), 4) * _LINE + 4)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        page.write_string(heads - 1, at, safe_text(column.head), styles(_Look("head", column.mark)))
    page.freeze_panes(heads, sheet.frozen)
    page.set_landscape()
    page.set_paper(9)
    page.hide_gridlines(0)  # they are printed
    page.repeat_rows(0, heads - 1)
    if sum(column.width for column in sheet.columns) <= _WIDEST:
        page.fit_to_pages(1, 0)
    else:
        page.set_print_scale(60)
        page.repeat_columns(0, max(sheet.frozen - 1, 0))
    return heads


def _write_above(page: Worksheet, columns: Sequence[Column], styles: _Styles) -> None:
    """The upper head: one cell over columns that stand together under one name."""
    style = styles(_Look("above"))
    at = 0
    for name, group in groupby(column.above for column in columns):
        end = at + len(list(group)) - 1
        if name and end > at:
            page.merge_range(0, at, 0, end, safe_text(name), style)
        elif name:
            page.write_string(0, at, safe_text(name), style)
        at = end + 1
