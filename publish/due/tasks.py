"""What is due on a day: the tasks of a run, each with its state, those of replaced plans left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kehoach.normalize.text import without_tones
from kehoach.publish.assigned import NEEDED, AssignedTask, assigned_tasks, unit_of
from kehoach.publish.run_tables import read_tables
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.records import Agency, Document, Task

__all__ = ["STATES", "DueList", "DueTask", "Question", "State", "due_list", "read_due"]

State = Literal["overdue", "due", "later", "recurring", "undated"]
STATES: tuple[State, ...] = ("overdue", "due", "later", "recurring", "undated")


class Question(NamedTuple):
    """What is asked: the day, how many days ahead, whose tasks, and whether those of replaced plans count."""

    as_of: dt.date
    within: int = 30
    agency: str = ""
    all: bool = False


class DueTask(NamedTuple):
    """A task and how it stands on that day."""

    state: State
    days: int | None
    """Days until it is due, negative where that is past; None where no day is named."""
    assigned: AssignedTask
    leads: tuple[Agency, ...]
    """Those that were asked for, all of them where nobody was."""


class DueList(NamedTuple):
    """The answer: the tasks by state, day, plan and their order there; the plans left out."""

    question: Question
    tasks: list[DueTask]
    replaced: list[Document]
    left_out: int
    """Tasks of the replaced plans."""
    units: int
    """How many communes or issuers the tasks come from."""


def read_due(outputs: Path, question: Question) -> DueList:
    """What is due of the run in a folder. Raises InputMissing where that holds no run, or one of another version."""
    try:
        tables = read_tables(outputs, NEEDED)
        documents = [msgspec.convert(row, Document) for row in tables["documents"].to_pylist()]
        return due_list(assigned_tasks(tables), documents, question)
    except (msgspec.ValidationError, KeyError) as error:
        raise InputMissing(f"{outputs} holds tables of another version ({error}); run again") from error


def due_list(tasks: Sequence[AssignedTask], documents: Sequence[Document], question: Question) -> DueList:
    """What of these tasks of these plans is due."""
    gone = {one.replaces for one in documents if one.replaces}
    kept = [one for one in tasks if question.all or one.document.doc_id not in gone]
    found = [_judged(one, question) for one in kept]
    chosen = [one for one in found if one.leads or not question.agency]
    return DueList(
        question=question,
        tasks=sorted(chosen, key=_order),
        replaced=[] if question.all else [one for one in documents if one.doc_id in gone],
        left_out=len(tasks) - len(kept),
        units=len({unit_of(one.assigned.document) for one in chosen}),
    )


def _judged(assigned: AssignedTask, question: Question) -> DueTask:
    task = assigned.task
    leads = tuple(asked_for(assigned.leads, question.agency))
    days = (task.due - question.as_of).days if task.due else None
    return DueTask(_state(task, days, question.within), days, assigned, leads)


def _state(task: Task, days: int | None, within: int) -> State:
    if days is not None:
        return "overdue" if days < 0 else "due" if days <= within else "later"
    return "recurring" if task.recurrence or task.deadline_kind == "recurring" else "undated"


def asked_for(bodies: Iterable[Agency], text: str) -> list[Agency]:
    """The bodies of which the name or a spelling holds the text, typed with tone marks or without: `cong an`."""
    wanted = without_tones(text)
    return [body for body in bodies if any(wanted in without_tones(name) for name in (body.name, *body.aliases))]


def _order(one: DueTask) -> tuple[int, dt.date, dt.date, str, int]:
    task = one.assigned.task
    document = one.assigned.document
    return STATES.index(one.state), task.due or dt.date.max, task.start or dt.date.max, document.doc_id, task.task_id
