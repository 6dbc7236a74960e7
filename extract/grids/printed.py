"""Reads a grid as a printed table: head, roles of the columns, rows with their kinds and headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids.cells import SPANNED
from kehoach.extract.grids.groups import Line, enclosing_groups, is_group, is_total, lines_of_rows
from kehoach.extract.grids.header import Head, find_head, is_column_numbers, same_head
from kehoach.extract.grids.roles import assign_roles, header_year, table_kind
from kehoach.extract.markers import marker_of
from kehoach.normalize import vocabulary
from kehoach.normalize.text import fold
from kehoach.schemas.records import ColumnRole, RowKind, TableKind

__all__ = ["PrintedRow", "PrintedTable", "read_table"]

_REPEATABLE = frozenset({"lead", "coordinating", "deadline", "output", "unit", "basis", "kpi"})
_WORDS = re.compile(r"[^ ]+(?: [^ ]+)*")


@cache
def _dittos() -> frozenset[str]:
    """What a cell says that means what stands above it: `-nt-`, `như trên`."""
    return frozenset(fold(row["word"]) for row in vocabulary.rows("ditto"))


vocabulary.on_change(_dittos.cache_clear)


class PrintedRow(msgspec.Struct):
    """A row of a table: its cells as printed, its number without the dot, the headings that enclose it.

    ``group`` and ``group_titles`` run in step, outermost first; a heading without a number has the marker "".
    ``inherited`` gives for a cell merged with the one above it (empty here), or that only says `-nt-`, what stands
    there, by column.
    ``total`` marks a row that sums others up: `Tổng cộng`.
    """

    kind: RowKind
    cells: list[Text]
    ordinal: str = ""
    group: list[str] = []
    group_titles: list[str] = []
    inherited: dict[int, Text] = {}
    total: bool = False


class PrintedTable(msgspec.Struct):
    """A table as printed: a head, roles and years (of target columns) of its columns, and its rows.

    ``years`` are None where a head names none, and in columns of other kinds.
    ``above`` are the texts of rows that stand over the head: a title set within the table.
    """

    header: list[str]
    header_texts: list[Text]
    roles: list[ColumnRole]
    years: list[int | None]
    kind: TableKind
    rows: list[PrintedRow]
    above: list[Text] = []


def read_table(source: Source, grid: Grid, title: str | None) -> PrintedTable | None:
    """The table that a grid holds; None for a grid without words.

    A grid without a head (a letterhead in two columns, a form) is of kind `other` with empty heads. Rows that repeat
    the head or number the columns are noted as dropped.
    """
    grid_rows = [list(map(_single_spaced, row)) for row in grid.rows if any(row)]
    if not grid_rows:
        return None
    head = find_head(grid_rows)
    if head is None:
        return _without_head(grid_rows)
    body = _body(source, grid_rows, head)
    kept = [c for c in range(len(head.cells)) if head.cells[c] or any(row[c] for row in body)]
    rows = [[row[c] for c in kept] for row in body]
    heads = [head.heads[c] for c in kept]
    texts = [head.cells[c] for c in kept]
    values = [[cell.value for cell in row] for row in rows]
    roles = assign_roles(heads, values)
    items = _read_rows(rows, roles)
    table = PrintedTable(
        header=[text.value for text in texts],
        header_texts=texts,
        roles=roles,
        years=[
            header_year(words) or header_year(text.value) if role in ("target", "baseline", "budget") else None
            for words, text, role in zip(heads, texts, roles, strict=True)
        ],
        kind="other",
        rows=items,
        above=[cell for row in grid_rows[: head.first] for cell in row if cell],
    )
    own = [value for value, item in zip(values, items, strict=True) if item.kind == "item" or len(items) == 1]
    table.kind = table_kind(roles, heads, own or values, title)
    return table


def _single_spaced(cell: Text) -> Text:
    """A cell set in block has two spaces between some words; its line breaks stay."""
    if "  " not in cell.value:
        return cell
    return join([cell.slice(*part.span()) for part in _WORDS.finditer(cell.value)], " ")


def _without_head(rows: Sequence[Sequence[Text]]) -> PrintedTable:
    columns = len(rows[0])
    return PrintedTable(
        header=[""] * columns,
        header_texts=[EMPTY] * columns,
        roles=["other"] * columns,
        years=[None] * columns,
        kind="other",
        rows=[PrintedRow("item", list(row)) for row in rows],
    )


def _body(source: Source, rows: Sequence[list[Text]], head: Head) -> list[list[Text]]:
    """The rows under the head, without the head printed again and without rows of column numbers."""
    if head.numbers is not None:
        _drop(source, rows[head.numbers], "column-numbers")
    printed = rows[head.first : head.end]
    body: list[list[Text]] = []
    after_head = False
    for row in rows[head.end :]:
        repeated = same_head(row, head.cells) or any(same_head(row, upper) for upper in printed)
        numbers = after_head and not repeated and is_column_numbers(row)
        if repeated:
            _drop(source, row, "repeated-header")
        elif numbers:
            _drop(source, row, "column-numbers")
        else:
            body.append(row)
        after_head = repeated
    return body


def _drop(source: Source, row: Sequence[Text], reason: str) -> None:
    for cell in row:
        source.drop(cell, "column-numbers" if reason == "column-numbers" else "repeated-header")


def _read_rows(rows: Sequence[list[Text]], roles: Sequence[ColumnRole]) -> list[PrintedRow]:
    lines = lines_of_rows(rows, roles)
    valued = any(line.values for line in lines)
    groups = [is_group(lines, at, valued) for at in range(len(lines))]
    found: list[PrintedRow] = []
    for at, enclosing in enumerate(enclosing_groups(lines, groups)):
        row = PrintedRow(
            kind="group" if groups[at] else "item",
            cells=rows[at],
            ordinal=lines[at].label,
            group=[group.label for group in enclosing],
            group_titles=[group.title for group in enclosing],
            total=not lines[at].label and is_total(lines[at].title),
        )
        if row.kind == "item":
            _inherit(row, lines[at], found, roles)
            _number_by_subtask(row, roles)
        found.append(row)
    return found


def _inherit(row: PrintedRow, line: Line, above: Sequence[PrintedRow], roles: Sequence[ColumnRole]) -> None:
    """Note what merged cells hold: those known to be merged, and the name of a row that has values but no name; and
    what cells hold that only say `-nt-`.
    """
    upper = next((each for each in reversed(above) if each.kind == "item"), None)
    if upper is None:
        return
    name = roles.index("name") if "name" in roles else -1
    for column, cell in enumerate(row.cells):
        nameless = column == name and not cell and line.values and not line.title
        if cell is SPANNED or nameless or (roles[column] in _REPEATABLE and fold(cell.value).strip(" .") in _dittos()):
            text = upper.inherited.get(column) or upper.cells[column]
            if text:
                row.inherited = row.inherited | {column: text}
    if name in row.inherited and not row.ordinal:
        row.ordinal, row.group, row.group_titles = upper.ordinal, upper.group, upper.group_titles
        if upper.group and upper.ordinal == _dotted_subtask(upper, roles):
            row.ordinal = upper.group[-1]
            row.group, row.group_titles = upper.group[:-1], upper.group_titles[:-1]


def _number_by_subtask(row: PrintedRow, roles: Sequence[ColumnRole]) -> None:
    """`1. Xây dựng hệ thống …` beside `1.1 Hệ thống A`, `1.2 Hệ thống B`: a row has the number of its sub-task."""
    label = _dotted_subtask(row, roles)
    if label and row.ordinal and label.split(".")[0] == row.ordinal.split(".")[0]:
        name = roles.index("name")
        title = row.cells[name] or row.inherited.get(name, EMPTY)
        row.group = [*row.group, row.ordinal]
        row.group_titles = [*row.group_titles, title.single_line().value]
        row.ordinal = label


def _dotted_subtask(row: PrintedRow, roles: Sequence[ColumnRole]) -> str:
    if "subtask" not in roles or "name" not in roles:
        return ""
    marker = marker_of(row.cells[roles.index("subtask")].value)
    return marker.label if marker is not None and marker.depth > 1 else ""
