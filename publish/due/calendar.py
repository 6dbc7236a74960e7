"""The tasks as a calendar (RFC 5545) that Outlook and Google read: a day each, or a rule where they recur.

The same run gives the same bytes: the stamp is the plan's day of issue, the ids come from plan and task.
"""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kehoach.publish.assigned import place_of, title_of
from kehoach.publish.due.tasks import DueList, DueTask
from kehoach.publish.due.texts import plan_name, shortened
from kehoach.publish.wording import Language, Words, words_of
from kehoach.publish.wording.forms import date_text
from kehoach.schemas.errors import OutputUnavailable
from kehoach.schemas.records import Document

if TYPE_CHECKING:
    from icalendar import Event

__all__ = ["calendar_bytes", "write_calendar"]

_SUMMARY = 80  # characters; the whole name stands in the description
_MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}


def write_calendar(found: DueList, file: Path, language: Language) -> int:
    """Write the calendar and give the number of its events. Raises OutputUnavailable."""
    data = calendar_bytes(found, language)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {file}: {error.strerror or error}") from error
    return data.count(b"BEGIN:VEVENT\r\n")


def calendar_bytes(found: DueList, language: Language) -> bytes:
    """The calendar: an event for each task with a day, and for each that recurs weekly, monthly, quarterly,
    half-yearly or yearly, until its plan ends. What is to be done always, or daily, has none.
    """
    from icalendar import Calendar  # noqa: PLC0415 - see kehoach --help

    book = Calendar()
    book.add("prodid", f"-//kehoach//due//{language.upper()}")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", words_of("due", language)("calendar"))
    for one in sorted(found.tasks, key=lambda one: (one.assigned.document.doc_id, one.assigned.task.task_id)):
        if (event := _event(one, language)) is not None:
            book.add_component(event)
    data: bytes = book.to_ical()
    return data


def _event(one: DueTask, language: Language) -> Event | None:
    from icalendar import Event  # noqa: PLC0415

    document, task = one.assigned.document, one.assigned.task
    rule: dict[str, Any] | None = None
    day = task.due
    if day is None:
        day, rule = _repeated(document, task.recurrence)
    if day is None:
        return None
    words = words_of("due", language)
    event = Event()
    event.add("uid", f"{document.doc_id}-{task.task_id}@kehoach")
    event.add("dtstamp", dt.datetime.combine(_stamp(document, day), dt.time(), dt.UTC))
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))  # the day after, as all-day events end
    if rule:
        event.add("rrule", rule)
    event.add("summary", shortened(title_of(task) or task.output or words("untitled"), _SUMMARY))
    event.add("description", _description(one, language))
    if one.leads:
        event.add("categories", [body.name for body in one.leads])
    event.add("transp", "TRANSPARENT")  # a deadline does not make a day busy
    return event


def _stamp(document: Document, day: dt.date) -> dt.date:
    """The day of issue; where the number and date were left blank, the first of the plan's year."""
    return document.issue_date or (dt.date(document.plan_year, 1, 1) if document.plan_year else day)


def _repeated(document: Document, recurrence: str | None) -> tuple[dt.date | None, dict[str, Any] | None]:
    """The first day on which it is due again, and the rule: month, quarter, half and year by their last day, the week
    by its Friday; from the issue of the plan (or the start of its period, if later) to the end of its period.
    """
    years = [year for year in (document.period_start or document.plan_year, document.period_end) if year]
    known = [*([document.issue_date] if document.issue_date else []), *(dt.date(year, 1, 1) for year in years[:1])]
    if not known:
        return None, None
    begin, end = max(known), dt.date(max([*years, known[0].year]), 12, 31)
    rule: dict[str, Any]
    if recurrence == "weekly":
        first = begin + dt.timedelta(days=(calendar.FRIDAY - begin.weekday()) % 7)
        rule = {"FREQ": "WEEKLY", "UNTIL": end, "BYDAY": "FR"}
    elif recurrence == "yearly":
        first = dt.date(begin.year, 12, 31)
        rule = {"FREQ": "YEARLY", "UNTIL": end}
    elif recurrence in _MONTHS:
        every = _MONTHS[recurrence]
        month = -(-begin.month // every) * every
        first = dt.date(begin.year, month, calendar.monthrange(begin.year, month)[1])
        rule = {"FREQ": "MONTHLY", "INTERVAL": every, "UNTIL": end, "BYMONTHDAY": -1}
    else:
        return None, None
    return (first, rule) if first <= end else (None, None)


def _description(one: DueTask, language: Language) -> str:
    words = words_of("due", language)
    document, task = one.assigned.document, one.assigned.task
    issued = words("issued", day=date_text(document.issue_date, language)) if document.issue_date else ""
    said = {
        "task": title_of(task),
        "lead": "; ".join(body.name for body in one.assigned.leads),
        "coordinating": "; ".join(body.name for body in one.assigned.coordinating),
        "deadline": task.deadline_raw,
        "output": task.output,
        "plan": " ".join(filter(None, [plan_name(document), issued])),
        "place": _place(one, words),
    }
    return "\n".join(words(f"field.{name}", text=text) for name, text in said.items() if text)


def _place(one: DueTask, words: Words) -> str:
    page, line, path = place_of(one.assigned.task)
    where = [words("place.page", page=page) if page else "", words("place.line", line=line) if line else "", path]
    return ", ".join(filter(None, [one.assigned.document.source.rpartition("/")[2], *where]))
