"""The tasks of a run with the bodies that do them, as the lists of what is due and the comparison need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from kehoach.schemas.records import Agency, Assignment, Document, Task

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NEEDED", "AssignedTask", "assigned_tasks", "assigned_to", "place_of", "title_of", "unit_of"]

NEEDED: dict[str, Sequence[str] | None] = {"documents": None, "tasks": None, "assignments": None, "agencies": None}
"""The tables that assigned_tasks reads."""


class AssignedTask(NamedTuple):
    """A task, its plan, and who leads and who helps, in the order in which the plan names them."""

    document: Document
    task: Task
    leads: tuple[Agency, ...]
    coordinating: tuple[Agency, ...]


def assigned_tasks(tables: Mapping[str, pa.Table]) -> list[AssignedTask]:
    """The tasks of a run, in the order of its table. Raises msgspec.ValidationError for tables of another version."""
    documents = {row["doc_id"]: msgspec.convert(row, Document) for row in tables["documents"].to_pylist()}
    agencies = {row["agency_id"]: msgspec.convert(row, Agency) for row in tables["agencies"].to_pylist()}
    assignments: dict[tuple[str, int], list[Assignment]] = {}
    for row in tables["assignments"].drop_columns(["places"]).to_pylist():
        if row["subject"] == "task":
            found = msgspec.convert(row, Assignment)
            assignments.setdefault((row["doc_id"], found.subject_id), []).append(found)
    tasks = []
    for row in tables["tasks"].to_pylist():
        task, document = msgspec.convert(row, Task), documents[row["doc_id"]]
        tasks.append(assigned_to(document, task, assignments.get((row["doc_id"], task.task_id), ()), agencies))
    return tasks


def assigned_to(
    document: Document, task: Task, assignments: Iterable[Assignment], agencies: Mapping[str, Agency]
) -> AssignedTask:
    """A task with its bodies, each once; one that is in no table of bodies stands as it is printed."""
    bodies: dict[str, dict[str, Agency]] = {"lead": {}, "coordinating": {}}
    for one in assignments:
        body = agencies.get(one.agency_id or "") or _as_printed(one)
        bodies[one.role].setdefault(body.agency_id, body)
    return AssignedTask(document, task, tuple(bodies["lead"].values()), tuple(bodies["coordinating"].values()))


def title_of(task: Task) -> str:
    """What is to be done: the name, and of a part of it that too."""
    return ": ".join(filter(None, [task.name, task.subtask]))


def unit_of(document: Document) -> str:
    """The commune, or whoever issued it where no commune is named: `phường Phù Liễn`; empty where neither is known."""
    if document.unit_name:
        return " ".join(filter(None, [document.unit_type, document.unit_name]))
    return document.issuer or ""


def place_of(record: Any) -> tuple[int | None, int | None, str | None]:
    """Page, line and path of where a record stands in its source."""
    return record.page, record.line, next((place.path for place in record.places if place.path), None)


def _as_printed(assignment: Assignment) -> Agency:
    return Agency(agency_id=f"={assignment.agency_raw}", name=assignment.agency_raw, level="other", kind="other")
