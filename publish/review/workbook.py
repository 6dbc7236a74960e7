"""Writes the review workbook: sheets of questions with lists to choose from, made for people who live in Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kehoach.publish.review.manifest import MANIFEST, Manifest, manifest_lines
from kehoach.publish.review.sheets import COLUMNS, Column, Sheet
from kehoach.publish.wording import Words
from kehoach.schemas.errors import OutputUnavailable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Contents", "write_workbook"]

_ALWAYS = dt.datetime(2000, 1, 1)
_LONGEST_CELL = 32_767
_EDITABLE = 1000  # rows below the last question that keep the lists: people paste there
_LISTS = {"names": "catalogue", "audit": "catalogue", "agencies": "bodies"}
_LINE, _MOST_LINES = 15.0, 8  # points; what is longer can be read in the cell
_HEAD_FILL, _INPUT_FILL = "#D9E2F3", "#FFF8DC"


class Contents(NamedTuple):
    """What goes into a workbook."""

    guide: Sequence[str]
    sheets: Sequence[Sheet]
    lists: Mapping[str, Sequence[Sequence[str]]]
    """`catalogue` and `bodies`: their heads, then one row an entry; the first column is what people choose."""
    manifest: Manifest
    blind: bool = False


class _Styles(NamedTuple):
    head: Format
    text: Format
    input: Format
    number: Format


def write_workbook(path: Path, contents: Contents, words: Words) -> None:
    """Write the workbook. All text is text: what begins with `=` is no formula. Raises OutputUnavailable."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - see kehoach --help
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    book = Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": _ALWAYS, "author": "kehoach", "title": words("sheet.names")})
    styles = _styles(book)
    _write_guide(book.add_worksheet(words("sheet.guide")), contents.guide, styles)
    for sheet in contents.sheets:
        _write_sheet(book.add_worksheet(words(f"sheet.{sheet.name}")), sheet, contents, (words, styles))
    for name, rows in contents.lists.items():
        _write_list(book.add_worksheet(words(f"sheet.{name}")), rows, styles)
    hidden = book.add_worksheet(MANIFEST)
    for number, line in enumerate(manifest_lines(contents.manifest)):
        for at, cell in enumerate(line):
            hidden.write_string(number, at, cell, styles.text)
    hidden.hide()
    try:
        book.close()
    except (FileCreateError, OSError) as error:
        raise OutputUnavailable(f"cannot write to {path}: {error}") from error


def _styles(book: Workbook) -> _Styles:
    """Text columns have the format “text”, so that `≥ 80%` or `-5` typed over a cell stays what was typed."""
    text = {"num_format": "@", "text_wrap": True, "valign": "top", "border": 1, "border_color": "#D0D0D0"}
    return _Styles(
        head=book.add_format({**text, "bold": True, "bg_color": _HEAD_FILL, "valign": "vcenter"}),
        text=book.add_format({**text, "quote_prefix": True}),
        input=book.add_format({**text, "bg_color": _INPUT_FILL, "locked": False}),
        number=book.add_format({**text, "num_format": "0"}),
    )


def _write_guide(sheet: Worksheet, lines: Sequence[str], styles: _Styles) -> None:
    sheet.set_column(0, 0, 120)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, styles.text)


def _write_sheet(sheet: Worksheet, questions: Sheet, contents: Contents, tools: tuple[Words, _Styles]) -> None:
    words, styles = tools
    columns = [column for column in COLUMNS[questions.name] if not (contents.blind and column.scored)]
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, words(f"col.{column.key}"), styles.head)
    for number, question in enumerate(questions.questions, 1):
        cells = {"row_id": question.row_id, **question.shown}
        sheet.set_row(number, _height(columns, cells))
        for at, column in enumerate(columns):
            _write_cell(sheet, (number, at), cells.get(column.key, ""), _style(column, styles))
    last = len(questions.questions)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for at, column in enumerate(columns):
        source = _choices(column, questions, contents, words)
        if source:
            sheet.data_validation(1, at, last + _EDITABLE, at, _validation(column, source))


def _height(columns: Sequence[Column], cells: Mapping[str, str | int]) -> float:
    """The height in points that shows wrapped text: LibreOffice does not find it by itself."""
    lines = [
        sum(-(-max(len(part), 1) // column.width) for part in str(cells.get(column.key, "")).split("\n"))
        for column in columns
    ]
    return _LINE * min(max(lines), _MOST_LINES)


def _style(column: Column, styles: _Styles) -> Format:
    return styles.text if column.kind == "shown" else styles.input


def _write_cell(sheet: Worksheet, at: tuple[int, int], value: str | int, style: Format) -> None:
    if isinstance(value, int):
        sheet.write_number(*at, value, style)
    elif value:
        sheet.write_string(*at, value[:_LONGEST_CELL], style)
    else:
        sheet.write_blank(*at, None, style)


def _choices(column: Column, sheet: Sheet, contents: Contents, words: Words) -> list[str] | str | None:
    """The list of a cell: the verdicts, or the first column of a sheet."""
    if column.kind == "verdict":
        return list(words.group(sheet.name).values())
    if column.kind == "chosen":
        name = _LISTS[sheet.name]
        return f"='{words(f'sheet.{name}')}'!$A$2:$A${max(len(contents.lists[name]), 2)}"
    return None


def _validation(column: Column, source: list[str] | str) -> dict[str, object]:
    """People may type what is not in the list of entries (`1`, an id); the list of verdicts is closed."""
    return {
        "validate": "list",
        "source": source,
        "ignore_blank": True,
        "error_type": "stop",
        "show_error": column.kind == "verdict",
    }


def _write_list(sheet: Worksheet, rows: Sequence[Sequence[str]], styles: _Styles) -> None:
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            sheet.write_string(number, at, cell[:_LONGEST_CELL], styles.head if number == 0 else styles.text)
    sheet.set_column(0, 0, 70)
    sheet.set_column(1, max(len(rows[0]) - 1, 1), 24)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
