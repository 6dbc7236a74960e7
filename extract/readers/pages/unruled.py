"""Tables without rules: columns by the white between them, rows by their numbers and by the gaps between their lines.

TT   Nhiệm vụ                  Cơ quan chủ trì     Thời hạn
1    Xây dựng kế hoạch         Văn phòng           Quý I/2026
     phát triển
2    Tổ chức tập huấn          Hội Nông dân        Năm 2026

Such a table begins at a line with known heads of columns. What is not sure (words that run over two columns, cells set
at the middle of their rows, rows that nothing parts) stays lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from kehoach.extract.grids.cells import is_ordinal
from kehoach.extract.grids.header import is_head_of_columns
from kehoach.extract.readers.pages.lattice import Lattice
from kehoach.extract.readers.pages.lines import Line, words_to_lines
from kehoach.extract.readers.pages.page import Word
from kehoach.extract.readers.pages.sheet import Sheet, Table
from kehoach.extract.readers.pages.unruled_rows import (
    Columns,
    Part,
    Row,
    Span,
    is_rest,
    lie_apart,
    open_columns,
    row_starts,
)
from kehoach.extract.two_columns import opens_columns

__all__ = ["add_unruled_tables", "is_unread_head"]

_GAP = 0.42  # of a line's height: more than a space, less than what lies between two cells
_COLUMNS = 3  # as many, at least
_MARGIN = 5.4  # points between the words of a cell and its side
_APART = 1.0  # of a line's height: what stands so far below is no more of the table
_OTHER_SIZE = 0.07  # of a line's height
_HEAD = 9  # lines, at most
_FOOT = 2  # lines at the end of a page that may stand below a table which goes on: page number, running foot
_FIRST = 3  # lines of a page without a head: a line of several cells is among them
_LONGEST = 300  # lines of a page that are looked at
_SAME_SIDE = 2.0  # points

Key = tuple[int, int]


class Found(NamedTuple):
    """A table: its lines among those of the page (`start:end`), its lattice, the lines of its cells, its columns."""

    start: int
    end: int
    lattice: Lattice
    cells: dict[Key, list[Line]]
    columns: Columns
    height: float  # of its lines
    parted: bool  # whether its rows lie further apart than the lines of a cell
    open: frozenset[int]  # the columns whose last cell goes on below
    rest: bool  # whether its first row is the rest of another


def add_unruled_tables(sheets: Sequence[Sheet]) -> None:
    """Find the tables of pages that have none with rules; their lines are no lines of the page any more."""
    found: list[list[Found]] = []
    before: Found | None = None
    parted = False
    for sheet in sheets:
        scanned = any(line.words[0].confidence is not None for line in sheet.lines)
        tables = [] if sheet.tables or scanned else _tables(sheet.lines, before, parted)
        parted = parted or any(table.parted for table in tables)
        before = tables[-1] if _reaches_end(sheet, tables) else None
        found.append(tables)
    _leave_unsure(sheets, found)
    for sheet, tables in zip(sheets, found, strict=True):
        if tables:
            sheet.tables = [Table(table.lattice, table.cells) for table in tables]
            taken = {at for table in tables for at in range(table.start, table.end)}
            sheet.lines = [line for at, line in enumerate(sheet.lines) if at not in taken]


def is_unread_head(line: Line) -> bool:
    """Whether a line that stands in no table holds heads of columns."""
    parts = _segments(line) if line.words[0].confidence is None else []
    return len(parts) >= _COLUMNS and is_head_of_columns([[part.text] for part in parts])


def _reaches_end(sheet: Sheet, tables: Sequence[Found]) -> bool:
    return bool(tables) and len(sheet.lines) - tables[-1].end <= _FOOT


def _goes_on_from(tables: Sequence[Found], last: Found) -> bool:
    """Whether the first table of a page stands where the last one of the page before goes on."""
    return bool(tables) and tables[0].start <= _FOOT and len(tables[0].columns) == len(last.columns)


def _leave_unsure(sheets: Sequence[Sheet], found: Sequence[list[Found]]) -> None:
    """A row that a page cuts is none without its other part: such tables stay lines."""
    for at in range(len(found) - 1, -1, -1):
        following = found[at + 1] if at + 1 < len(found) else []
        if _reaches_end(sheets[at], found[at]) and found[at][-1].open and not _goes_on_from(following, found[at][-1]):
            found[at].pop()
    for at, tables in enumerate(found):
        above = at and _reaches_end(sheets[at - 1], found[at - 1]) and _goes_on_from(tables, found[at - 1][-1])
        if tables and tables[0].rest and not above:
            tables.pop(0)


def _tables(lines: Sequence[Line], before: Found | None, parted: bool) -> list[Found]:
    """The tables of a page; above its first head the one of the page before may go on."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        table = find_table(lines, at, None, parted)
        if table is not None:
            found.append(table)
        at = table.end if table else at + 1
    above = lines[: found[0].start] if found else lines
    starts = range(min(len(above), _FOOT + 1)) if before else range(0)
    rest = next(filter(None, (find_table(above, at, before, parted) for at in starts)), None)
    return [rest, *found] if rest else found


def find_table(lines: Sequence[Line], at: int, before: Found | None, parted: bool) -> Found | None:
    """The table whose head is line `at`; with the one of the page `before`, its rest without a head."""
    if not (_may_go_on(lines[at], before) if before else len(_segments(lines[at])) >= _COLUMNS):
        return None
    parts = [_segments(line) for line in lines[at : _stop(lines, at)]]
    columns = before.columns if before else _columns(parts)
    if len(columns) < _COLUMNS:
        return None
    rows, columns = _placed(parts, columns)
    head = 0 if before else _head_end(rows)
    end = _table_end(rows, head)
    if len(parts) > end > 0 and (len(rows) < len(parts) or any(part.line.words[-1].space for part in rows[end - 1])):
        return None  # words over two columns, or a row that does not end
    rows = rows[:end]
    if (
        before
        and rows
        and not ({part.first for part in rows[0]} & before.open or any(len(row) > 1 for row in rows[:_FIRST]))
    ):
        return None
    if (not before and not head) or len(rows) <= head:
        return None
    starts = row_starts(rows[head:], columns, parted)
    if starts is None:
        return None
    parted = parted or lie_apart(rows[head:], starts)
    cells: dict[Key, list[Word]] = {}
    owner: list[list[Key]] = []
    if head:
        _add_head(rows[:head], len(columns), owner, cells)
    for low, high in pairwise([*starts, len(rows) - head]):
        _add_row(rows[head + low : head + high], len(columns), owner, cells)
    sides = [*([0] if head else []), *(head + start for start in starts)]
    lattice = Lattice(_xs(columns), _ys(rows, sides, len(owner)), owner)
    found = {key: words_to_lines(words) for key, words in cells.items()}
    if head and not is_head_of_columns(_heads(owner, found, len(columns))):
        return None
    return Found(
        at, at + len(rows), lattice, found, columns, lines[at].height, parted, open_columns(rows), is_rest(rows[head])
    )


def _segments(line: Line) -> list[Line]:
    """The words of a line that stand together."""
    pieces: list[list[Word]] = []
    for word in line.words:
        if pieces and word.x0 - pieces[-1][-1].x1 < _GAP * line.height:
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [_line(piece) for piece in pieces]


def _line(words: Sequence[Word]) -> Line:
    return Line(
        list(words),
        words[0].x0,
        min(word.top for word in words),
        max(word.x1 for word in words),
        max(word.bottom for word in words),
    )


def _stop(lines: Sequence[Line], at: int) -> int:
    """Where no line of a table that begins at a line can stand any more."""
    height = lines[at].height
    longest = min(len(lines), at + _LONGEST)
    for stop in range(at + 1, longest):
        last, line = lines[stop - 1], lines[stop]
        alone = len(_segments(line)) == 1
        apart = line.top - last.bottom > _APART * height or abs(line.height - height) > _OTHER_SIZE * height
        if line.top < last.top or (alone and apart) or opens_columns(line.text):
            return stop
    return longest


def _is_near(height: float, other: float) -> bool:
    return abs(height - other) <= _OTHER_SIZE * other


def _may_go_on(line: Line, before: Found) -> bool:
    return _is_near(line.height, before.height) and line.x0 > before.columns[0].x0 - _SAME_SIDE


def _columns(parts: Sequence[Sequence[Line]]) -> Columns:
    """What the words of full lines cover; a head over several columns counts only where nothing else is."""
    full = [line for line in parts[1:] if len(line) >= _COLUMNS]
    body = [line for line in full if is_ordinal(line[0].text)] or full[3:] or full
    columns: Columns = []
    for line in body:
        for part in line:
            columns = _with(columns, part)
    for line in parts[:_HEAD]:
        for part in line if len(line) >= _COLUMNS else ():
            if len(_touched(columns, part)) < 2:
                columns = _with(columns, part)
    return columns


def _with(columns: Columns, part: Line) -> Columns:
    touched = _touched(columns, part)
    x0 = min([part.x0, *(columns[at].x0 for at in touched)])
    x1 = max([part.x1, *(columns[at].x1 for at in touched)])
    return sorted([*(span for at, span in enumerate(columns) if at not in touched), Span(x0, x1)])


def _touched(columns: Columns, part: Line) -> list[int]:
    return [at for at, span in enumerate(columns) if part.x0 < span.x1 and span.x0 < part.x1]


def _placed(parts: Sequence[Sequence[Line]], columns: Columns) -> tuple[list[Row], Columns]:
    """The lines up to the first one that cannot stand in these columns, its parts in their columns."""
    rows: list[Row] = []
    for line in parts:
        row: Row = []
        for part in line:
            touched = _touched(columns, part)
            if len(touched) == 1:
                columns = _with(columns, part)
            if not touched or (row and row[-1].last >= touched[0]):
                return rows, columns
            row.append(Part(part, touched[0], touched[-1]))
        rows.append(row)
    return rows, columns


def _crosses(row: Row) -> bool:
    return any(part.last > part.first for part in row)


def _head_end(rows: Sequence[Row]) -> int:
    """How many lines the head takes: up to the first number of a row, or while the letters are bold; 0 if unknown."""
    bold = all(word.bold for part in rows[0] for word in part.line.words) if rows else False
    for at, row in enumerate(rows[:_HEAD]):
        plain = not all(word.bold for part in row for word in part.line.words)
        if at and ((row[0].first == 0 and is_ordinal(row[0].line.text)) or (bold and plain)):
            return at
    return 0


def _table_end(rows: Sequence[Row], head: int) -> int:
    """The line after the last of the table: a line over several columns is one of it only before other rows."""
    end = head
    for at in range(head, len(rows)):
        row = rows[at]
        if _crosses(row) and (len(row) > 2 or row[-1].last == row[-1].first or row[-1].first > 1):
            break  # words of two cells that touch, or no table any more
        if len(row) > 1 or (end == at and not _crosses(row)):
            end = at + 1
        elif at - end > 3:
            break
    return end


def _add_head(rows: Sequence[Row], count: int, owner: list[list[Key]], cells: dict[Key, list[Word]]) -> None:
    """Heads over several columns stand in a row of their own, the others in both."""
    over = _spans_of_head(rows, count)
    spanned = {column: span for span in over for column in range(span.first, span.last + 1)}
    for row in range(2 if over else 1):
        owner.append(
            [
                (0, spanned[column].first)
                if column in spanned and not row
                else (row if column in spanned else 0, column)
                for column in range(count)
            ]
        )
    for line, parts in enumerate(rows):
        for part in parts:
            span = spanned.get(part.first)
            key = (1, part.first) if span and line > span.line else owner[0][part.first]
            cells.setdefault(key, []).extend(part.line.words)


class _HeadSpan(NamedTuple):
    """A head over several columns, and the line of the head on which its words end."""

    first: int
    last: int
    line: int


def _spans_of_head(rows: Sequence[Row], count: int) -> list[_HeadSpan]:
    """The heads over several columns: words that reach over them, or stand above columns that begin further down."""
    seen = {part.first: part.last for row in rows for part in row if part.last > part.first}
    lines = {
        (at, column): part for at, row in enumerate(rows) for part in row for column in range(part.first, part.last + 1)
    }
    begins = {column: min(at for at, other in lines if other == column) for _, column in lines}
    late = {column for column, at in begins.items() if at and (at, column - 1) in lines}
    if begins.get(0) == 0 and all(at == 0 or column in late for column, at in begins.items()):
        for column in sorted(late):
            first = max(at for at in range(column) if at not in late)
            first = next((at for at, last in seen.items() if at <= first <= last), first)
            seen[first] = max(seen.get(first, 0), column)
    spans = []
    for first, last in seen.items():
        wide = [at for at, row in enumerate(rows) for part in row if part.first == first and part.last > first]
        below = [
            begins[column] for column in range(first + 1, last + 1) if begins.get(column, 0) > max(wide, default=-1)
        ]
        spans.append(_HeadSpan(first, last, max([*wide, *([min(below) - 1] if below else [])])))
    return spans


def _add_row(rows: Sequence[Row], count: int, owner: list[list[Key]], cells: dict[Key, list[Word]]) -> None:
    """A title over several columns takes all behind it."""
    at = len(owner)
    wide = next((part.first for row in rows for part in row if part.last > part.first), count)
    owner.append([(at, min(column, wide)) for column in range(count)])
    for row in rows:
        for part in row:
            cells.setdefault(owner[at][part.first], []).extend(part.line.words)


def _heads(owner: Sequence[Sequence[Key]], cells: dict[Key, list[Line]], count: int) -> list[list[str]]:
    rows = 2 if len(owner) > 1 and any(key[0] == 0 for key in owner[1]) else 1
    keys = [dict.fromkeys(owner[row][column] for row in range(rows)) for column in range(count)]
    return [[" ".join(line.text for line in cells[key]) for key in column if key in cells] for column in keys]


def _xs(columns: Columns) -> list[float]:
    between = [after.x0 - min(_MARGIN, (after.x0 - before.x1) / 2) for before, after in pairwise(columns)]
    return [columns[0].x0 - _MARGIN, *between, columns[-1].x1 + _MARGIN]


def _ys(rows: Sequence[Row], sides: Sequence[int], count: int) -> list[float]:
    """The sides of the rows; a head of two rows is parted at its middle."""
    tops = [min(part.line.top for part in row) for row in rows]
    bottoms = [max(part.line.bottom for part in row) for row in rows]
    ys = [tops[0] - 1.0, *((bottoms[at - 1] + tops[at]) / 2 for at in sides[1:]), max(bottoms) + 1.0]
    return [ys[0], (ys[0] + ys[1]) / 2, *ys[1:]] if len(ys) <= count else ys
