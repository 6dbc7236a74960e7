"""Number, date and kind of the plan, and what its appendices say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kehoach.extract.checks.view import Rule, View, diagnostic
from kehoach.normalize.citations import find_citations, number_key
from kehoach.normalize.dates import find_dates
from kehoach.normalize.text import fold
from kehoach.schemas.records import Diagnostic, Place, Placed


def number_and_date(view: View) -> Iterator[Diagnostic]:
    """`Số:     /KH-UBND`, `ngày     tháng 3 năm 2026`: left blank."""
    document = view.plan.document
    places = document.places[:1]
    if document.number is None:
        yield diagnostic(document, "number-missing", "The plan has no number.", places, document.number_raw)
    if document.issue_date is None:
        yield diagnostic(
            document, "date-missing", "The plan has no readable day of issue.", places, document.number_raw
        )


_PLANS = ("kế hoạch", "chương trình", "phương án", "đề án")


def not_a_plan(view: View) -> Iterator[Diagnostic]:
    """A decision, a report, a resolution: read all the same, but the analyst should know."""
    document = view.plan.document
    if document.doc_type is not None and not fold(document.doc_type).startswith(_PLANS):
        message = f"The document is of the type {document.doc_type!r}, not a plan."
        yield diagnostic(document, "not-a-plan", message, document.places[:1], document.title)


# "(Kèm theo Kế hoạch số 52/KH-UBND ngày 05/01/2026 của UBND phường Sao Mai)"
_ATTACHED = re.compile(r"(?:kèm theo|đính kèm)\s+(?P<kind>[^\W\d_]+(?:\s+[^\W\d_]+){0,3}?)\s+số\b", re.IGNORECASE)


def appendix_of_another_day(view: View) -> Iterator[Diagnostic]:
    """An appendix that names another number or day than the head of its plan."""
    document = view.plan.document
    issued = document.issue_date
    for text, at in _captions(view):
        attached = _ATTACHED.search(text)
        if attached is None or document.doc_type is None or fold(attached["kind"]) != fold(document.doc_type):
            continue
        named = text[attached.start() :]
        dates = find_dates(named)
        if dates and issued and dates[0].date < issued:
            message = f"The appendix names the day {dates[0].date:%d/%m/%Y}, before the plan's {issued:%d/%m/%Y}."
            yield diagnostic(document, "appendix-before-plan", message, at, text)
        elif dates and issued and dates[0].date > issued:
            message = f"The appendix names the day {dates[0].date:%d/%m/%Y}, the plan {issued:%d/%m/%Y}."
            yield diagnostic(document, "appendix-differs", message, at, text)
        cited = find_citations(named)
        if cited and document.number and number_key(cited[0].number) != number_key(document.number):
            message = f"The appendix belongs to number {cited[0].number!r}, the plan has {document.number!r}."
            yield diagnostic(document, "appendix-differs", message, at, text)


def _captions(view: View) -> Iterator[tuple[str, Placed | list[Place]]]:
    """The lines under the heading of an appendix."""
    for section in view.plan.sections:
        if section.appendix is not None and not section.marker and section.text:
            yield section.text, section
    for table in view.plan.tables:
        if table.title:
            yield table.title, table


RULES: tuple[Rule, ...] = (number_and_date, not_a_plan, appendix_of_another_day)
