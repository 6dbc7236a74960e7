"""What is due, for the terminal, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from itertools import groupby
from typing import Any

from kehoach.normalize.text import fold
from kehoach.publish.assigned import place_of, title_of, unit_of
from kehoach.publish.due.tasks import STATES, DueList, DueTask
from kehoach.publish.wording import Language, Words, words_of
from kehoach.publish.wording.forms import date_text
from kehoach.schemas.records import Agency, Document

__all__ = ["COLUMNS", "due_csv", "due_json", "due_text", "plan_name", "shortened"]

COLUMNS = (
    "state", "due", "days", "start", "recurrence", "deadline", "task", "output", "lead", "coordinating",
    "plan", "unit", "source", "page", "line", "path", "doc_id", "task_id",
)  # fmt: skip
_WIDE = 100  # characters of a task that are enough to know it again
_WIDE_DEADLINE = 40


def due_text(found: DueList, language: Language) -> str:
    """The states one after the other, in each the bodies by name, in each the tasks by day."""
    words = words_of("due", language)
    plans = len({one.assigned.document.doc_id for one in found.tasks})
    day = date_text(found.question.as_of, language)
    lines = [words("head", day=day, tasks=len(found.tasks), plans=plans)]
    for state in STATES:
        tasks = [one for one in found.tasks if one.state == state]
        if tasks:
            heading = words(f"state.{state}", days=found.question.within)
            lines += ["", words("group", name=heading, count=len(tasks)), *_by_body(tasks, found, language)]
    if found.replaced:
        names = "; ".join(plan_name(document) for document in found.replaced)
        lines += ["", words("replaced", tasks=found.left_out, plans=names)]
    return "\n".join(lines)


def due_csv(found: DueList) -> str:
    """One row a task; days as 2026-03-31, several bodies with a semicolon between."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in found.tasks:
        values = _values(one)
        writer.writerow(values | {name: "; ".join(values[name]) for name in ("lead", "coordinating")})
    return written.getvalue().rstrip("\n")


def due_json(found: DueList) -> str:
    """The question, the tasks, and the plans left out because others replaced them."""
    question = found.question
    answer = {
        "as_of": question.as_of.isoformat(),
        "within": question.within,
        "agency": question.agency or None,
        "counts": {state: sum(one.state == state for one in found.tasks) for state in STATES},
        "tasks": [_values(one) for one in found.tasks],
        "replaced_plans": [document.doc_id for document in found.replaced],
        "tasks_left_out": found.left_out,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def plan_name(document: Document) -> str:
    """The number of a plan with its commune; without a number the name of its file."""
    return ", ".join(filter(None, [document.number or document.source.rpartition("/")[2], unit_of(document)]))


def shortened(text: str, most: int) -> str:
    """A text cut between two words where it is longer; within the word only where that alone is longer."""
    cut = textwrap.shorten(text, most, placeholder="…")
    return cut if len(cut) > 1 or len(text) < 2 else f"{text[: most - 1]}…"


def _by_body(tasks: list[DueTask], found: DueList, language: Language) -> list[str]:
    words = words_of("due", language)
    rows = [(_body_name(lead, one, found, words), one) for one in tasks for lead in one.leads or (None,)]
    rows.sort(key=lambda row: (not row[1].leads, fold(row[0]), row[0]))  # the tasks of a body stay in their order
    lines = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        of_body = [one for _, one in group]
        lines += ["  " + words("group", name=name, count=len(of_body))]
        lines += [f"    {_line(one, language)}" for one in of_body]
    return lines


def _body_name(body: Agency | None, one: DueTask, found: DueList, words: Words) -> str:
    """Each commune has a Phòng Kinh tế of its own."""
    if body is None:
        return words("no_agency")
    own = found.units > 1 and body.level == "ward"
    return ", ".join(filter(None, [body.name, unit_of(one.assigned.document) if own else ""]))


def _line(one: DueTask, language: Language) -> str:
    words = words_of("due", language)
    document, task = one.assigned.document, one.assigned.task
    title = shortened(title_of(task) or task.output or words("untitled"), _WIDE)
    said = [_days(one, words), plan_name(document)]
    return f"{_when(one, language)}  {title} ({'; '.join(filter(None, said))})"


def _when(one: DueTask, language: Language) -> str:
    words, task = words_of("due", language), one.assigned.task
    if task.due:
        return date_text(task.due, language)
    raw = shortened(task.deadline_raw or "", _WIDE_DEADLINE)
    return raw or (words(f"recurrence.{task.recurrence}") if task.recurrence else words("no_deadline"))


def _days(one: DueTask, words: Words) -> str:
    if one.days is None or one.state == "later":
        return ""
    if one.days < 0:
        return words("days.past", days=-one.days)
    return words("days.left", days=one.days) if one.days else words("days.today")


def _values(one: DueTask) -> dict[str, Any]:
    document, task = one.assigned.document, one.assigned.task
    page, line, path = place_of(task)
    return {
        "state": one.state,
        "due": task.due.isoformat() if task.due else None,
        "days": one.days,
        "start": task.start.isoformat() if task.start else None,
        "recurrence": task.recurrence,
        "deadline": task.deadline_raw,
        "task": title_of(task),
        "output": task.output,
        "lead": [body.name for body in one.assigned.leads],
        "coordinating": [body.name for body in one.assigned.coordinating],
        "plan": document.number,
        "unit": unit_of(document) or None,
        "source": document.source,
        "page": page,
        "line": line,
        "path": path,
        "doc_id": document.doc_id,
        "task_id": task.task_id,
    }
