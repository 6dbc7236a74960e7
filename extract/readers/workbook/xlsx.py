"""Sheets out of `.xlsx` and `.xlsm`: cells with the number formats, fonts and lines of their styles.

python-calamine reads the values faster, but tells neither formats nor what is hidden: `0.95` instead of `95%`.
"""

from __future__ import annotations

import datetime as dt
import math
import posixpath
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, NamedTuple, TypeVar

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.unpack import open_package, parse_xml
from kehoach.extract.readers.workbook.formats import BUILT_IN, General, is_hiding, show_number, show_text
from kehoach.extract.readers.workbook.sheet import Range, Sheet, SheetCell, TextBox, clean
from kehoach.schemas.errors import NotReadable

__all__ = ["xlsx_sheets"]

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # how a part writes characters that XML does not have: `_x000D_`
_SIDES = ("left", "right", "top", "bottom")
_T = TypeVar("_T")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class _Style(NamedTuple):
    code: str = General
    bold: bool = False
    font: str | None = None
    lined: bool = False


class _Book(NamedTuple):
    strings: list[tuple[str, bool]]  # the text, and whether all of it is bold in itself
    styles: list[_Style]
    since_1904: bool


def xlsx_sheets(data: bytes, options: ReadOptions) -> list[Sheet]:
    """The sheets in the order of their tabs. Raises NotReadable as :func:`open_package` does, and for broken parts."""
    package = open_package(data, options)
    parts = {name.replace("\\", "/").lower().lstrip("/"): name for name in package}
    main = _main_part(package, parts)
    root = _part(package, parts, main)
    if root is None:
        raise NotReadable("a workbook without its main part")
    related = _related(package, parts, main)
    book = _Book(
        _strings(_by_kind(package, parts, related, "sharedStrings")),
        _styles(_by_kind(package, parts, related, "styles")),
        any(each.get("date1904") in ("1", "true") for each in root.iterfind("{*}workbookPr")),
    )
    sheets = []
    for entry in root.iterfind("{*}sheets/{*}sheet"):
        identity = next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")
        kind, target = related.get(identity, ("", ""))
        if kind == "worksheet" and target in parts:
            hidden = entry.get("state", "visible") != "visible"
            sheet = Sheet(clean(entry.get("name", "")), hidden)
            _read_sheet(sheet, package[parts[target]], book, options)
            drawings = [name for kind, name in _related(package, parts, target).values() if kind == "drawing"]
            sheet.boxes = [box for name in drawings for box in _text_boxes(_part(package, parts, name))]
            sheets.append(sheet)
    return sheets


def _main_part(package: Mapping[str, bytes], parts: Mapping[str, str]) -> str:
    """`xl/workbook.xml`, or what the package names as its main part."""
    if "xl/workbook.xml" in parts:
        return "xl/workbook.xml"
    return next((target for kind, target in _related(package, parts, "").values() if kind == "officeDocument"), "")


def _part(package: Mapping[str, bytes], parts: Mapping[str, str], name: str) -> Any:
    return parse_xml(package[parts[name]], name) if name in parts else None


def _related(package: Mapping[str, bytes], parts: Mapping[str, str], name: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → (kind, name of the part)."""
    folder, _, file = name.rpartition("/")
    root = _part(package, parts, posixpath.join(folder, "_rels", f"{file}.rels"))
    related: dict[str, tuple[str, str]] = {}
    for entry in () if root is None else root.iterfind("{*}Relationship"):
        target = entry.get("Target", "").replace("\\", "/").lower()
        path = posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target))
        related[entry.get("Id", "")] = (entry.get("Type", "").rpartition("/")[2], path.lstrip("/"))
    return related


def _by_kind(
    package: Mapping[str, bytes], parts: Mapping[str, str], related: Mapping[str, tuple[str, str]], kind: str
) -> Any:
    target = next((target for other, target in related.values() if other == kind), "")
    return _part(package, parts, target)


# --- strings and styles -----------------------------------------------------------------------------------------


def _strings(root: Any) -> list[tuple[str, bool]]:
    return [] if root is None else [_string(item) for item in root.iterfind("{*}si")]


def _string(item: Any) -> tuple[str, bool]:
    """The text of a string without its reading aids (`rPh`); bold where every run with words is."""
    plain = "".join(part.text or "" for part in item.iterfind("{*}t"))
    runs = [
        ("".join(part.text or "" for part in run.iterfind("{*}t")), _is_on(run.find("{*}rPr/{*}b")))
        for run in item.iterfind("{*}r")
    ]
    value = plain + "".join(text for text, _ in runs)
    filled = [bold for text, bold in runs if text.strip()]
    return clean(_unescaped(value)), bool(filled) and all(filled) and not plain.strip()


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value) if "_x" in value else value


def _is_on(element: Any) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false")


def _styles(root: Any) -> list[_Style]:
    if root is None:
        return []
    codes = dict(BUILT_IN)
    for entry in root.iterfind("{*}numFmts/{*}numFmt"):
        number = _whole(entry.get("numFmtId"))
        if number not in BUILT_IN:
            codes[number] = entry.get("formatCode", General)
    fonts = [_font(font) for font in root.iterfind("{*}fonts/{*}font")]
    lined = [_is_lined(border) for border in root.iterfind("{*}borders/{*}border")]
    return [
        _Style(
            codes.get(_whole(entry.get("numFmtId")), General),
            *_at(fonts, _whole(entry.get("fontId")), (False, None)),
            _at(lined, _whole(entry.get("borderId")), False),
        )
        for entry in root.iterfind("{*}cellXfs/{*}xf")
    ]


def _font(font: Any) -> tuple[bool, str | None]:
    name = font.find("{*}name")
    return _is_on(font.find("{*}b")), None if name is None else name.get("val")


def _is_lined(border: Any) -> bool:
    sides = [side for name in _SIDES for side in border.iterfind(f"{{*}}{name}")]
    return any(side.get("style", "none") != "none" for side in sides)


def _whole(value: str | None) -> int:
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 10 else 0


def _at(values: list[_T], at: int, otherwise: _T) -> _T:
    return values[at] if at < len(values) else otherwise


# --- one sheet --------------------------------------------------------------------------------------------------


def _read_sheet(sheet: Sheet, data: bytes, book: _Book, options: ReadOptions) -> None:
    """Fill a sheet row by row, so that one of a million cells is left before it is all in memory."""
    row = 0
    for element in _elements(data, sheet.name, ("row", "col", "mergeCell")):
        kind = element.tag.rpartition("}")[2]
        if kind == "row":
            row = _whole(element.get("r")) or row + 1
            _read_row(sheet, row, element, book, options)
        elif kind == "col" and (element.get("hidden") in ("1", "true") or element.get("width") == "0"):
            sheet.hidden_columns.append((_whole(element.get("min")), _whole(element.get("max"))))
        elif kind == "mergeCell":
            corners = [_position(corner) for corner in element.get("ref", "").split(":")]
            if len(corners) == 2 and corners[0] and corners[1]:
                sheet.merged.append(Range(*corners[0], *corners[1]))


def _elements(data: bytes, name: str, kinds: tuple[str, ...]) -> Iterator[Any]:
    """The elements of these names one by one, each forgotten after its use; no entity is resolved."""
    from lxml import etree  # noqa: PLC0415 - heavy, and needed for office files alone

    tags = [f"{{*}}{kind}" for kind in kinds]
    try:
        for _, element in etree.iterparse(
            BytesIO(data), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            if element.getroottree().docinfo.doctype:
                raise NotReadable(f"the sheet '{name}' declares a document type (entities), which no office file does")
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable(f"broken XML in the sheet '{name}': {error}") from error


def _read_row(sheet: Sheet, row: int, element: Any, book: _Book, options: ReadOptions) -> None:
    if row > _LAST_ROW:
        return
    if element.get("hidden") in ("1", "true") or element.get("ht") == "0":
        sheet.hidden_rows.add(row)
    column = 0
    for entry in element.iterfind("{*}c"):
        position = _position(entry.get("r", ""))
        column = position[1] if position else column + 1
        style = _at(book.styles, _whole(entry.get("s")), _Style())
        sheet.boxed[row] = sheet.boxed.get(row, 0) + style.lined
        if column <= _LAST_COLUMN and len(entry):
            sheet.add(row, column, _cell(entry, style, book), options)


def _position(reference: str) -> tuple[int, int] | None:
    """`B5` → (5, 2)."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _cell(entry: Any, style: _Style, book: _Book) -> SheetCell:
    kind, value = entry.get("t", "n"), entry.findtext("{*}v")
    inline = entry.find("{*}is")
    if kind == "inlineStr" and inline is not None:
        text, bold = _string(inline)
        return _text_cell(text, bold, style)
    if not value:
        uncounted = entry.find("{*}f") is not None and kind != "str"
        return SheetCell("", problem="formula-without-value" if uncounted else None)
    if kind == "s":
        text, bold = _at(book.strings, _whole(value), ("", False))
        return _text_cell(text, bold, style)
    if kind == "e":
        return SheetCell(clean(value), style.bold, "cell-error", style.font)
    if kind == "b":
        return SheetCell("TRUE" if value.strip() == "1" else "FALSE", style.bold, None, style.font)
    if kind == "d":
        value = _serial(value, book.since_1904)
    elif kind in ("str", "inlineStr"):
        return _text_cell(clean(_unescaped(value)), False, style)
    return _number_cell(value, style, book.since_1904)


def _serial(value: str, since_1904: bool) -> str:
    """`2026-03-15T00:00:00`, as strict files write a date, as the number that other files have."""
    try:
        moment = dt.datetime.fromisoformat(value.strip().removesuffix("Z"))
    except ValueError:
        return value
    start = dt.datetime(1904, 1, 1) if since_1904 else dt.datetime(1899, 12, 30)
    return str((moment.replace(tzinfo=None) - start) / dt.timedelta(days=1))


def _text_cell(text: str, bold: bool, style: _Style) -> SheetCell:
    if is_hiding(style.code):
        return SheetCell(text, style.bold or bold, "hidden-cells", style.font)
    return SheetCell(clean(show_text(text, style.code)), style.bold or bold, None, style.font)


def _number_cell(value: str, style: _Style, since_1904: bool) -> SheetCell:
    try:
        number = float(value)
    except ValueError:
        return SheetCell(clean(value), style.bold, None, style.font)
    if not math.isfinite(number):
        return SheetCell(clean(value), style.bold, "cell-error", style.font)
    hidden = is_hiding(style.code)
    shown = show_number(number, General if hidden else style.code, since_1904=since_1904)
    return SheetCell(clean(shown), style.bold, "hidden-cells" if hidden else None, style.font)


def _text_boxes(root: Any) -> list[TextBox]:
    """The texts of the shapes drawn over a sheet, by the cell over which each begins."""
    boxes = []
    for anchor in () if root is None else root.iter("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor"):
        start = anchor.find("{*}from")
        row, column = (
            (_whole(start.findtext(f"{{*}}{name}")) for name in ("row", "col")) if start is not None else (0, 0)
        )
        lines = ["".join(run.text or "" for run in line.iterfind(".//{*}t")) for line in anchor.iterfind(".//{*}p")]
        value = clean("\n".join(lines))
        if value:
            boxes.append(TextBox(row + 1, column + 1, value))
    return boxes
