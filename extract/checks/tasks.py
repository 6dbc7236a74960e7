"""Tasks without a lead or deadline, due before the plan, or led by a body that also helps itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kehoach.extract.checks.view import Rule, View, diagnostic, printed
from kehoach.schemas.codes import Code
from kehoach.schemas.records import Diagnostic, Task


def missing_leads(view: View) -> Iterator[Diagnostic]:
    """A task that names nobody who leads it."""
    led = {one.subject_id for one in view.plan.assignments if one.subject == "task" and one.role == "lead"}
    yield from _missing(view, "lead", "lead-missing", lambda task: task.task_id not in led)


def missing_deadlines(view: View) -> Iterator[Diagnostic]:
    """A task that says nothing of when."""
    yield from _missing(view, "deadline", "deadline-missing", lambda task: not task.deadline_raw)


def _missing(view: View, role: str, code: Code, lacks: Callable[[Task], bool]) -> Iterator[Diagnostic]:
    """One diagnostic a task, or a single one for a table that has no such column at all."""
    without = {table.table_id: table for table in view.plan.tables if role not in table.roles}
    counts: dict[int, int] = {}
    for task in view.plan.tasks:
        if not lacks(task):
            continue
        if task.table_id in without:
            counts[task.table_id] = counts.get(task.table_id, 0) + 1
            continue
        raw = task.lead_raw if role == "lead" else None
        message = f"The {role} {printed(raw)} names no body." if raw else f"The task has no {role}."
        yield diagnostic(view.plan.document, code, message, task, _shown(task))
    for table_id, count in counts.items():
        table = without[table_id]
        message = f"The table has no column for the {role}; {count} tasks have none."
        yield diagnostic(view.plan.document, code, message, table, " | ".join(table.header))


def _shown(task: Task) -> str:
    return " ".join(part for part in (task.ordinal, task.name, task.subtask) if part)


def due_before_issue(view: View) -> Iterator[Diagnostic]:
    """`28/02/2026` in a plan of 16/3/2026."""
    document = view.plan.document
    for task in view.plan.tasks:
        if document.issue_date and task.due and task.due < document.issue_date:
            message = (
                f"The deadline {printed(task.deadline_raw)} is before the plan's day, {document.issue_date:%d/%m/%Y}."
            )
            yield diagnostic(document, "deadline-before-issue", message, task, _shown(task))


def leads_and_coordinates(view: View) -> Iterator[Diagnostic]:
    """One body in both columns of a task; `Các cơ quan, đơn vị` in both are no single body."""
    document = view.plan.document
    for task in view.plan.tasks:
        leads: set[str] = set()
        for one in view.task_assignments.get(task.task_id, []):
            key, kind = view.body_of(one.agency_raw)
            if kind != "tap_the" and one.role == "lead":
                leads.add(key)
            elif key in leads:
                message = f"{printed(one.agency_raw)} leads the task and is also told to coordinate it."
                yield diagnostic(document, "lead-also-coordinates", message, one, _shown(task))


RULES: tuple[Rule, ...] = (missing_leads, missing_deadlines, due_before_issue, leads_and_coordinates)
