"""The rows of a sheet as texts with their places, and what the reader has to report of its cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from kehoach.extract.blocks import EMPTY, Text, join
from kehoach.extract.grids.cells import SPANNED
from kehoach.extract.places import Anchor
from kehoach.extract.readers.content import SourceBuilder
from kehoach.extract.readers.workbook.sheet import Range, Sheet, SheetCell, cell_name
from kehoach.schemas.codes import Code

__all__ = ["Line", "Note", "dense_rows", "sheet_lines"]

Note = tuple[Code, Text]
_WIDE = 0.6  # share of the used columns from which a merged cell is a title over the sheet
_LINED = 2  # cells with lines that make a row one of a table


class Line(msgspec.Struct):
    """A row that holds words: its texts by column, the columns merged with what stands above, how it is set."""

    row: int
    cells: dict[int, Text]
    spanned: set[int] = set()
    boxed: bool = False
    wide: bool = False
    """One text over most of the sheet: a title."""
    bold: bool = False

    def texts(self) -> list[Text]:
        """The texts of the row from left to right."""
        return list(self.cells.values())


def sheet_lines(sheet: Sheet, builder: SourceBuilder) -> tuple[list[Line], list[Note]]:
    """Write a sheet into a source, row by row; empty rows and cells leave nothing."""
    owners = {(area.top, area.left): area for area in sheet.merged}
    covered = _covered(sheet)
    lines: list[Line] = []
    notes = _Notes(sheet)
    for (row, column), cell in sorted(sheet.cells.items()):
        owner = covered.get(row, {}).get(column)
        if owner is not None and cell.value in ("", _value_at(sheet, owner)):
            continue  # a program that merged cells left the same value in each
        text = EMPTY
        if cell.value:
            same_row = bool(lines) and lines[-1].row == row
            if lines:
                builder.separate("\t" if same_row else "\n")
            text = builder.add(cell.value, Anchor(0, path=_path(sheet, row, column, owners)), bold=cell.bold)
            if not same_row:
                lines.append(Line(row, {}, _spanned(covered, row), sheet.boxed.get(row, 0) >= _LINED, bold=True))
            lines[-1].cells[column] = text
            lines[-1].bold = lines[-1].bold and cell.bold
        notes.of(cell, (row, column), text, seen=owner is None)
    if lines:
        builder.separate("\n\n")
    _tell_titles(lines, owners)
    return lines, notes.all(lines)


def _value_at(sheet: Sheet, area: Range) -> str:
    cell = sheet.cells.get((area.top, area.left))
    return cell.value if cell else ""


def _path(sheet: Sheet, row: int, column: int, owners: dict[tuple[int, int], Range]) -> str:
    area = owners.get((row, column))
    end = f":{cell_name(area.bottom, area.right)}" if area else ""
    return f"{sheet.name}!{cell_name(row, column)}{end}"


def _spanned(covered: dict[int, dict[int, Range]], row: int) -> set[int]:
    """The columns of a row that go on with a merged cell above it: of each such cell the first."""
    return {column for column, area in covered.get(row, {}).items() if column == area.left and row > area.top}


def _covered(sheet: Sheet) -> dict[int, dict[int, Range]]:
    """By row and column the merged cell that covers a place: in the rows and columns that hold anything."""
    rows = sorted({row for row, _ in sheet.cells})
    columns = sorted({column for _, column in sheet.cells})
    covered: dict[int, dict[int, Range]] = {}
    for area in sheet.merged:
        across = columns[bisect_left(columns, area.left) : bisect_right(columns, area.right)]
        for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
            covered.setdefault(row, {}).update(dict.fromkeys(across, area))
            if row == area.top:
                covered[row].pop(area.left, None)
    return covered


def _tell_titles(lines: Sequence[Line], owners: dict[tuple[int, int], Range]) -> None:
    """Note which rows hold one text over most of the sheet."""
    used = sorted({column for line in lines for column in line.cells})
    for line in lines:
        first = next(iter(line.cells))
        area = owners.get((line.row, first))
        if area is not None and len(line.cells) == 1:
            under = sum(area.left <= column <= area.right for column in used)
            line.wide = under >= _WIDE * len(used) and area.right > area.left


def dense_rows(lines: Sequence[Line]) -> list[list[Text]]:
    """Lines as the rows of a grid, without columns in which none of them has a word."""
    columns = sorted({column for line in lines for column in line.cells})
    return [
        [line.cells.get(column, SPANNED if column in line.spanned else EMPTY) for column in columns] for line in lines
    ]


class _Notes:
    """What is to be said of single cells and of hidden rows, columns and sheets: one note a run of them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.found: list[tuple[int, Code, Text]] = []
        self.hidden: dict[tuple[str, int], list[Text]] = {}
        self.last_hidden = 0
        self.run = 0

    def of(self, cell: SheetCell, at: tuple[int, int], text: Text, *, seen: bool) -> None:
        """Note what is the matter with a cell; one under a merged cell is not seen."""
        problem = cell.problem if seen else "hidden-cells"
        if problem:
            self.found.append((at[0], problem, text))
        elif text and self.sheet.is_hidden(*at):
            self.hidden.setdefault(self._run_of(*at), []).append(text)

    def _run_of(self, row: int, column: int) -> tuple[str, int]:
        """The hidden thing that a cell lies in: the sheet, a run of rows, a run of columns."""
        if self.sheet.hidden:
            return "sheet", 0
        if row not in self.sheet.hidden_rows:
            return "column", next(low for low, up in self.sheet.hidden_columns if low <= column <= up)
        if self.last_hidden not in (row, row - 1):
            self.run += 1
        self.last_hidden = row
        return "row", self.run

    def all(self, lines: Sequence[Line]) -> list[Note]:
        """The notes; one of a cell without a word is at the words of its row."""
        first = {line.row: join(line.texts(), " ") for line in lines}
        single = [(code, text or first.get(row, EMPTY)) for row, code, text in self.found]
        return [*_distinct(single), *(("hidden-cells", join(texts, " ")) for texts in self.hidden.values())]


def _distinct(notes: Iterable[Note]) -> list[Note]:
    """One note where several cells of a row would say the same at the same place."""
    return list({(code, text.start()): (code, text) for code, text in notes}.values())
