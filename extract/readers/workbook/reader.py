"""Reads a workbook: each sheet its titles, tables and notes, in the order of the tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.extract.blocks import Block, Grid, Paragraph, Text, split_lines
from kehoach.extract.front_matter import is_body_name
from kehoach.extract.grids import cells
from kehoach.extract.layout import appendix_label, is_document_type
from kehoach.extract.places import Anchor
from kehoach.extract.readers.content import Content, ReadOptions, SourceBuilder
from kehoach.extract.readers.old_fonts import OldFonts, font_encoding
from kehoach.extract.readers.workbook.lines import Note, sheet_lines
from kehoach.extract.readers.workbook.sheet import Sheet, TextBox, cell_name
from kehoach.extract.readers.workbook.tables import lines_to_blocks
from kehoach.schemas.errors import NotReadable

__all__ = ["appendix_opening", "file_label", "read"]

# Tabs and files are named with and without marks: `Phụ lục I`, `PL1 - Chi tieu`, `Bieu so 02`
_LABEL = re.compile(
    r"(?:ph[ụu] l[ụu]c|pl|bi[ểe]u(?: m[ẫa]u)?)[ ._-]*(?:s[ốo][ ._-]*)?(?P<label>\d{1,2}(?:\.\d)?|[ivx]{1,5})(?!\w)",
    re.IGNORECASE,
)
_UNNAMED = re.compile(r"(?:sheet|trang tính|trang|bảng tính|bảng|tờ|table|page)? *\d*(?: *\(\d+\))?", re.IGNORECASE)
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of an `.xlsx`, `.xlsm` or `.xls`. Raises NotReadable for broken, locked and too large ones."""
    builder = SourceBuilder()
    blocks: list[Block] = []
    notes: list[Note] = []
    sheets = _sheets(data, options)
    fonts = OldFonts.of(cell.value for sheet in sheets for cell in sheet.cells.values() if not font_encoding(cell.font))
    for sheet in sheets:
        sheet.convert(fonts)
        top = sheet.first_of_table()
        above = _boxes(sheet, [box for box in sheet.boxes if box.row <= top], builder)
        lines, found = sheet_lines(sheet, builder)
        below = _boxes(sheet, [box for box in sheet.boxes if box.row > top], builder)
        blocks += _opened(sheet, [*above, *lines_to_blocks(lines), *below])
        notes += found
    if not blocks:
        raise NotReadable("a workbook without a word in it")
    return Content(builder.source(), blocks, notes=notes)


def _boxes(sheet: Sheet, boxes: Sequence[TextBox], builder: SourceBuilder) -> list[Block]:
    """The texts of shapes: a title drawn over the first rows, a note below the table."""
    found: list[Block] = []
    for box in boxes:
        text = builder.add(box.value, Anchor(0, path=f"{sheet.name}!{cell_name(box.row, box.column)}"))
        builder.separate("\n\n")
        found += [Paragraph(line.single_line()) for line in split_lines(text)]
    return found


def _sheets(data: bytes, options: ReadOptions) -> list[Sheet]:
    from kehoach.extract.readers.workbook.xls import xls_sheets  # noqa: PLC0415 - one of them is needed
    from kehoach.extract.readers.workbook.xlsx import xlsx_sheets  # noqa: PLC0415

    old = data.startswith(_COMPOUND_FILE) and "EncryptedPackage".encode("utf-16-le") not in data
    return xls_sheets(data, options) if old else xlsx_sheets(data, options)


def _opened(sheet: Sheet, blocks: list[Block]) -> list[Block]:
    """The blocks of a sheet; one with a table and no heading of its own is the appendix that its tab names."""
    first = next((at for at, block in enumerate(blocks) if isinstance(block, Grid)), None)
    if first is None:
        return blocks
    above = [block.text.value for block in blocks[:first] if isinstance(block, Paragraph)]
    if any(appendix_label(value) is not None or is_document_type(value) for value in above):
        return blocks
    heads = max((at + 1 for at, value in enumerate(above) if _is_letterhead(value)), default=0)
    titled = heads < len(above) or _UNNAMED.fullmatch(sheet.name)
    return [*blocks[:heads], *appendix_opening(sheet.name, named=not titled), *blocks[heads:]]


def _is_letterhead(value: str) -> bool:
    return cells.is_letterhead(value) or is_body_name(value)


def file_label(name: str) -> str | None:
    """The label of the appendix that a file is called by: `02` for `dot 1/Phu luc so 02 - Nhiem vu.xlsx`."""
    found = _LABEL.match(name.rpartition("/")[2])
    return found["label"].upper() if found else None


def appendix_opening(name: str, *, named: bool) -> Sequence[Paragraph]:
    """The heading of an appendix told by the name of its sheet or file, and the name as its title where asked for.

    These words stand nowhere in the text of the source.
    """
    label = _LABEL.match(name)
    heading = Paragraph(Text(f"PHỤ LỤC {label['label'].upper() if label else ''}".strip()), bold=True)
    title = name[label.end() :].strip(" .:_-") if label else name
    return [heading, *([Paragraph(Text(title), bold=True)] if named and title else [])]
