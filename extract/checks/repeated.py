"""Parts of the text that stand twice: a paragraph, a table row, a whole appendix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kehoach.extract.checks.view import Rule, View, diagnostic, where
from kehoach.schemas.records import Diagnostic, Place, Row, Section, Table

_LONG = 100  # characters: a shorter paragraph may well stand twice
_LONG_NAME = 30
_FEW_ROWS = 3
_MOST = 0.8  # of the rows: the second print of an appendix may have a corrected row


def repeated_sections(view: View) -> Iterator[Diagnostic]:
    """The same heading and text a second time; of neighbours that come again together, the first is reported."""
    first: dict[tuple[str, str], Section] = {}
    running = False
    for section in view.plan.sections:
        key = ((section.title or "").casefold(), (section.text or "").casefold())
        caption = not section.marker and key[1].startswith("(")  # "(Kèm theo Kế hoạch số …)" under each appendix
        if len(key[0]) + len(key[1]) < _LONG or caption:
            continue
        if key in first and not running:
            message = f"This text stands twice: at {where(first[key])} and here."
            context = " ".join(part for part in (section.marker, section.title, section.text) if part)
            yield diagnostic(view.plan.document, "text-repeated", message, section, context)
        running = key in first
        first.setdefault(key, section)


def repeated_tables(view: View) -> Iterator[Diagnostic]:
    """A whole appendix printed a second time, and single rows printed twice within a table."""
    seen: list[tuple[Table, frozenset[str]]] = []
    for table in view.plan.tables:
        rows = view.rows.get(table.table_id, [])
        keys = frozenset(_key(row.cells) for row in rows)
        twin = next((other for other, others in seen if _same(keys, others)), None)
        if twin is not None:
            places, before = _heading(view, table), _heading(view, twin)
            spot = f"line {before[0].line}" if before else where(twin)
            message = f"The whole table stands twice: at {spot} and here."
            yield diagnostic(view.plan.document, "text-repeated", message, [*places, *table.places], table.title)
        elif table.kind != "other":
            yield from _repeated_rows(view, table, rows)
        seen.append((table, keys))


def _key(cells: Sequence[str]) -> str:
    return "|".join(cells)


def _same(keys: frozenset[str], others: frozenset[str]) -> bool:
    return len(keys) >= _FEW_ROWS and len(keys & others) >= _MOST * max(len(keys), len(others))


# "# PHỤ LỤC I", "**Phụ lục 02**", "PHỤ LỤC II**DANH MỤC NHIỆM VỤ"; not "… tại Phụ lục I"
_APPENDIX = re.compile(r"phụ lục(?!\w)[^\n]*")
_NEAR = 15  # lines from the heading of an appendix to its table


def _heading(view: View, table: Table) -> list[Place]:
    """Where the heading of a table's appendix stands in the source."""
    if view.source is None or table.line is None:
        return []
    lines = range(table.line - _NEAR, table.line)
    headings = [
        found.places
        for found in view.find(_APPENDIX, lower=True)
        if found.places[0].line in lines and not found.before.rpartition("\n")[2].strip("#* \t")
    ]
    return headings[-1] if headings else []


def _repeated_rows(view: View, table: Table, rows: Sequence[Row]) -> Iterator[Diagnostic]:
    ordinal = table.roles.index("ordinal") if "ordinal" in table.roles else -1
    first: dict[str, Row] = {}
    for row in rows:
        cells = [cell for at, cell in enumerate(row.cells) if at != ordinal]
        if row.kind == "item" and max(map(len, cells), default=0) >= _LONG_NAME:
            key = _key(cells)
            if key in first:
                message = f"The same row stands twice: at {where(first[key])} and here."
                yield diagnostic(view.plan.document, "text-repeated", message, row, " | ".join(filter(None, cells)))
            first.setdefault(key, row)


RULES: tuple[Rule, ...] = (repeated_sections, repeated_tables)
