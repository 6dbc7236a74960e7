"""The command that says what is due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import typer

from kehoach.commands.shared import Exit, Outputs, fail, say

__all__ = ["due_command"]


def due_command(
    outputs: Outputs,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day, 2026-11-30 or 30/11/2026 [default: today]")
    ] = "",
    within: Annotated[int, typer.Option(min=0, metavar="N", help="How many days ahead count as due.")] = 30,
    agency: Annotated[
        str, typer.Option(metavar="TEXT", help="Only what this agency leads; tone marks may be left out.")
    ] = "",
    all: Annotated[bool, typer.Option("--all", help="With the tasks of plans that others replaced.")] = False,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write a calendar for Outlook or Google too.")
    ] = None,
    format: Annotated[Literal["table", "csv", "json"], typer.Option(help="Form of the list.")] = "table",
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Language of the table and the calendar.")] = "vi",
) -> None:
    """Print the tasks of a run that are overdue, due soon, later, recurring or without a day, by lead agency."""
    from kehoach.publish.due.calendar import write_calendar  # noqa: PLC0415
    from kehoach.publish.due.tasks import Question, read_due  # noqa: PLC0415
    from kehoach.publish.due.texts import due_csv, due_json, due_text  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415

    found = read_due(outputs, Question(_day(as_of), within, agency, all))
    if agency and not found.tasks:
        fail(Exit.NOTHING, f"no lead agency of a task has {agency!r} in its name")
    if ics is not None:
        say(words_of("due", lang)("events", file=ics, events=write_calendar(found, ics, lang)))
    if format == "table":
        typer.echo(due_text(found, lang))
    else:
        typer.echo(due_csv(found) if format == "csv" else due_json(found))


def _day(text: str) -> dt.date:
    from kehoach.normalize.dates import parse_date  # noqa: PLC0415

    day = parse_date(text) if text else dt.date.today()
    if day is None:
        fail(Exit.USAGE, f"--as-of {text}: not a day such as 2026-11-30 or 30/11/2026")
    return day
