"""One of the two plans that are compared, read from the tables of a run or made from a plan just read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from kehoach.publish.assigned import NEEDED, AssignedTask, assigned_tasks, assigned_to
from kehoach.publish.run_tables import read_tables
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.records import Agency, Canonical, Document, Indicator, Match, Plan, Record, Target

__all__ = ["Side", "read_documents", "read_sides", "side_of"]

_TABLES: dict[str, Sequence[str] | None] = {
    **NEEDED, "indicators": None, "targets": None, "matches": None, "catalogue": None,
}  # fmt: skip
_SURE = frozenset({"matched", "decided"})
Kind = TypeVar("Kind", bound=Record)


class Side(NamedTuple):
    """A plan as it is compared."""

    document: Document
    indicators: Sequence[Indicator]
    targets: Mapping[int, Sequence[Target]]
    """By indicator."""
    links: Mapping[int, Sequence[Match]]
    """By indicator, those to the catalogue that are sure."""
    tasks: Sequence[AssignedTask]
    directions: Mapping[str, str]
    """What is better, `up` or `down`, by entry of the catalogue."""

    @property
    def year(self) -> int | None:
        """The year that the plan is for."""
        return self.document.plan_year


def side_of(
    plan: Plan, matches: Sequence[Match], catalogue: Sequence[Canonical], agencies: Sequence[Agency] = ()
) -> Side:
    """A plan with its links and the bodies named in it (agency_id of the assignments filled)."""
    bodies = {body.agency_id: body for body in agencies}
    assignments = [one for one in plan.assignments if one.subject == "task"]
    of_task = _by([(one.subject_id, one) for one in assignments])
    return Side(
        plan.document,
        plan.indicators,
        _by([(one.indicator_id, one) for one in plan.targets]),
        _by([(one.indicator_id, one) for one in matches if one.status in _SURE]),
        [assigned_to(plan.document, task, of_task.get(task.task_id, ()), bodies) for task in plan.tasks],
        {entry.canonical_id: entry.direction for entry in catalogue},
    )


def read_documents(folder: Path) -> list[Document]:
    """The plans of a run. Raises InputMissing where the folder holds no run, or one of another version."""
    try:
        rows = read_tables(folder, {"documents": None})["documents"].to_pylist()
        return [msgspec.convert(row, Document) for row in rows]
    except msgspec.ValidationError as error:
        raise _other_version(folder, error) from error


def read_sides(folder: Path, doc_ids: Collection[str]) -> dict[str, Side]:
    """The plans of a run with these ids. Raises InputMissing as read_documents does."""
    import pyarrow as pa  # noqa: PLC0415 - see kehoach --help
    import pyarrow.compute as pc  # noqa: PLC0415

    tables = read_tables(folder, _TABLES)
    wanted = pa.array(sorted(doc_ids), pa.string())
    for name, table in tables.items():
        if "doc_id" in table.column_names:
            tables[name] = table.filter(pc.is_in(table["doc_id"], value_set=wanted))
    try:
        return _sides({name: tables[name] for name in tables})
    except (msgspec.ValidationError, KeyError) as error:
        raise _other_version(folder, error) from error


def _sides(tables: Mapping[str, Any]) -> dict[str, Side]:
    directions = dict(
        zip(*(tables["catalogue"][name].to_pylist() for name in ("canonical_id", "direction")), strict=True)
    )
    indicators = _records(tables["indicators"], Indicator)
    targets = _records(tables["targets"], Target)
    matches = _records(tables["matches"], Match)
    tasks = _by([(one.document.doc_id, one) for one in assigned_tasks(tables)])
    sides = {}
    for row in tables["documents"].to_pylist():
        document = msgspec.convert(row, Document)
        doc_id = document.doc_id
        sides[doc_id] = Side(
            document,
            indicators.get(doc_id, ()),
            _by([(one.indicator_id, one) for one in targets.get(doc_id, ())]),
            _by([(one.indicator_id, one) for one in matches.get(doc_id, ()) if one.status in _SURE]),
            tasks.get(doc_id, ()),
            directions,
        )
    return sides


def _records(table: Any, kind: type[Kind]) -> Mapping[str, Sequence[Kind]]:
    return _by([(row["doc_id"], msgspec.convert(row, kind)) for row in table.to_pylist()])


Key = TypeVar("Key")
Value = TypeVar("Value")


def _by(pairs: Sequence[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _other_version(folder: Path, error: Exception) -> InputMissing:
    return InputMissing(f"{folder} holds tables of another version ({error}); run again")
