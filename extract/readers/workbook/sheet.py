"""A sheet of a workbook as its readers give it: the shown text of each filled cell, and how the sheet is laid out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

import msgspec

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.old_fonts import OldFonts
from kehoach.schemas.codes import Code
from kehoach.schemas.errors import NotReadable

__all__ = ["Range", "Sheet", "SheetCell", "TextBox", "cell_name", "clean", "column_name"]

_BLANKS = re.compile("[\t\xa0\u2000-\u200a\u202f\u3000]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
_FEW = 2  # filled cells of a row of a letterhead
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_AS_VIETNAMESE = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "\xad": None})  # letters that only look like Đ


class SheetCell(NamedTuple):
    """What a cell shows (line breaks as `\\n`), whether all of it is bold, and what is the matter with it."""

    value: str
    bold: bool = False
    problem: Code | None = None
    font: str | None = None


class Range(NamedTuple):
    """Merged cells: first and last row and column, 1-based."""

    top: int
    left: int
    bottom: int
    right: int


class TextBox(NamedTuple):
    """The text of a shape drawn over a sheet, and the cell over which it begins."""

    row: int
    column: int
    value: str


class Sheet(msgspec.Struct):
    """A sheet: its filled cells by row and column (1-based); `boxed` counts the cells of a row that have lines."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], SheetCell] = {}
    merged: list[Range] = []
    hidden_rows: set[int] = set()
    hidden_columns: list[tuple[int, int]] = []
    boxed: dict[int, int] = {}
    boxes: list[TextBox] = []

    def add(self, row: int, column: int, cell: SheetCell, options: ReadOptions) -> None:
        """Put a filled cell in its place. Raises NotReadable (`limit`) for more cells than a table may have."""
        if cell.value or cell.problem:
            self.cells[row, column] = cell
            if len(self.cells) > options.max_cells:
                raise NotReadable(f"the sheet '{self.name}' has more than {options.max_cells} cells", "limit")

    def first_of_table(self) -> int:
        """The first row that looks like one of a table: cells with lines, or several filled ones."""
        filled = Counter(row for row, _ in self.cells)
        return min((row for row in filled if self.boxed.get(row, 0) > 1 or filled[row] > _FEW), default=0)

    def convert(self, fonts: OldFonts) -> None:
        """Put what old fonts draw in the place of what was typed for them."""
        for place, cell in self.cells.items():
            if not cell.value.isascii() or cell.font is not None:
                value = fonts.convert(cell.value, cell.font).translate(_AS_VIETNAMESE)
                self.cells[place] = cell._replace(value=value)
        self.boxes = [box._replace(value=fonts.convert(box.value).translate(_AS_VIETNAMESE)) for box in self.boxes]

    def is_hidden(self, row: int, column: int) -> bool:
        """Whether a cell is not seen: in a hidden sheet, row or column."""
        return self.hidden or row in self.hidden_rows or any(low <= column <= up for low, up in self.hidden_columns)


def clean(value: str) -> str:
    """Characters as every reader gives them: NFC, `\\n` for line breaks, plain spaces, nothing invisible."""
    if value.isascii() and value.isprintable():
        return value.strip()
    value = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", value))
    value = _INVISIBLE.sub("", _BLANKS.sub(" ", value))
    return "\n".join(line.strip() for line in value.split("\n")).strip()


def column_name(column: int) -> str:
    """The letters of a column.

    >>> column_name(1), column_name(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name of a cell: `B5`."""
    return f"{column_name(column)}{row}"
