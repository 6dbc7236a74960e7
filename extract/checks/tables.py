"""Tables that were not understood, and text that no heading holds."""

from __future__ import annotations

from collections.abc import Iterator

from kehoach.extract.checks.view import Rule, View, diagnostic
from kehoach.schemas.records import Diagnostic

_MANY_ROWS = 5
_UNMARKED = 0.25  # of the text: preamble, closing and notes are seldom more
_MUCH = 1500  # characters: in a short plan the preamble alone may be that share


def unread_tables(view: View) -> Iterator[Diagnostic]:
    """A table that is neither one of indicators nor one of tasks though it is long, or has no row."""
    document = view.plan.document
    for table in view.plan.tables:
        rows = len(view.rows.get(table.table_id, []))
        heads = " | ".join(table.header)
        if table.kind == "other" and rows >= _MANY_ROWS:
            message = f"A table of {rows} rows holds neither indicators nor tasks as far as its columns tell."
            yield diagnostic(document, "table-unread", message, table, heads)
        elif not rows:
            yield diagnostic(document, "table-empty", "A table has a header but no rows.", table, heads)


def unmarked_text(view: View) -> Iterator[Diagnostic]:
    """Much text outside all headings and tables: a table or an outline was probably not recognised."""
    document = view.plan.document
    unmarked = [section for section in view.plan.sections if not section.marker]
    count = sum(len("".join((section.text or "").split())) for section in unmarked)
    if count > max(_MUCH, _UNMARKED * document.chars):
        longest = max(unmarked, key=lambda section: len(section.text or ""))
        message = f"{count / document.chars:.0%} of the text stands under no heading and in no table."
        yield diagnostic(document, "text-unmarked", message, longest, longest.text)


RULES: tuple[Rule, ...] = (unread_tables, unmarked_text)
