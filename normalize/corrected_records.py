"""Changes records of a plan as a correction says, with what follows from it. `raw` text stays as printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from kehoach.normalize.agencies import split_roles
from kehoach.normalize.corrected_fields import FIELDS, is_nothing, read_targets, read_value
from kehoach.normalize.corrected_rows import change_kind
from kehoach.normalize.deadlines import parse_deadline
from kehoach.normalize.places import unit_of
from kehoach.normalize.quantities import Quantity
from kehoach.normalize.text import tidy
from kehoach.schemas.records import Assignment, AssignmentRole, Document, Indicator, Placed, Plan, Row, Target, Task

__all__ = ["Subject", "change", "renumber"]


class Subject(NamedTuple):
    """What is changed: a field of a record."""

    field: str
    record: Document | Placed


def change(plan: Plan, subject: Subject, corrected: str) -> str | None:
    """Change the record within its plan; the reason where that cannot be done (then nothing is changed)."""
    field, record = subject
    if isinstance(record, Row):
        return change_kind(plan, record, str(read_value(field, corrected)))
    if isinstance(record, Target) and field == "target.raw":
        return _reread(plan, [record], corrected, record)
    if isinstance(record, Indicator) and field == "indicator.target":
        return _set_targets(plan, record, corrected)
    if isinstance(record, Indicator) and field == "indicator.unit":
        _change_unit(plan, record, _text(corrected))
    elif isinstance(record, Indicator | Task) and field.endswith((".lead", ".coordinating")):
        _change_bodies(plan, record, subject, _text(corrected))
    elif isinstance(record, Task) and field == "task.deadline":
        return _change_deadline(plan, record, corrected)
    else:
        setattr(record, FIELDS[field].attribute, read_value(field, corrected))
        if isinstance(record, Document):
            unit = unit_of(record.unit_type, record.unit_name, record.province)
            record.unit_code, record.province_code = unit.unit_code, unit.province_code
    return None


def _text(corrected: str) -> str | None:
    return None if is_nothing(corrected) else tidy(corrected)


# --- targets


def _reread(plan: Plan, old: Sequence[Target], corrected: str, like: Target) -> str | None:
    """The targets that the corrected words set, in the place of the old ones."""
    unit = next((one.unit for one in plan.indicators if one.indicator_id == like.indicator_id), None)
    found = [] if is_nothing(corrected) else read_targets(corrected, unit)
    if not found and not is_nothing(corrected):
        return f"{corrected!r} cannot be read as a target"
    if len(old) == len(found) == 1:
        _read_into(old[0], found[0])  # the record stays: another correction may set its year
        return None
    new = [msgspec.structs.replace(like) for _ in found]
    for target, quantity in zip(new, found, strict=True):
        _read_into(target, quantity)
    rest = [one for one in plan.targets if not any(one is gone for gone in old)]
    at = sum(
        one.indicator_id < like.indicator_id or (not old and one.indicator_id == like.indicator_id) for one in rest
    )
    if old:
        at += sum(one.indicator_id == like.indicator_id and one.target_no < old[0].target_no for one in rest)
    plan.targets = [*rest[:at], *new, *rest[at:]]
    return None


def _read_into(target: Target, quantity: Quantity) -> None:
    """As the grammar reads the corrected words; its year and scope stay where they name none."""
    target.period = quantity.period or target.period
    target.raw = target.raw or tidy(quantity.raw)
    target.comparator = quantity.comparator  # type: ignore[assignment] # the vocabulary's values
    target.value, target.value_high = quantity.value, quantity.value_high
    target.unit = quantity.unit
    target.scope = quantity.scope or target.scope
    target.aspirational, target.qualitative = quantity.aspirational, quantity.qualitative


def _set_targets(plan: Plan, indicator: Indicator, corrected: str) -> str | None:
    """All targets of an indicator, also of one for which none was read."""
    old = [one for one in plan.targets if one.indicator_id == indicator.indicator_id]
    like = Target(
        indicator_id=indicator.indicator_id,
        target_no=0,
        period=plan.document.period_end,
        raw="",
        line=indicator.line,
        page=indicator.page,
        places=indicator.places,
    )
    if len({(one.period, one.baseline) for one in old}) > 1:
        return "the indicator has targets of several years; correct each of them"
    return _reread(plan, old, corrected, msgspec.structs.replace(old[0], raw="") if old else like)


def _change_unit(plan: Plan, indicator: Indicator, unit: str | None) -> None:
    """The targets that have the unit of the column are read again with the new one."""
    before, indicator.unit = indicator.unit, unit
    for target in plan.targets:
        if target.indicator_id == indicator.indicator_id and target.unit == before:
            found = read_targets(target.raw, unit)
            if len(found) == 1:
                target.unit = found[0].unit
                target.comparator = found[0].comparator  # type: ignore[assignment] # the vocabulary's values
                target.value, target.value_high = found[0].value, found[0].value_high


# --- who, and by when


def _change_bodies(plan: Plan, record: Indicator | Task, subject: Subject, text: str | None) -> None:
    """The bodies that the old words named give way to those of the corrected ones."""
    attribute = FIELDS[subject.field].attribute
    role: AssignmentRole = "lead" if subject.field.endswith(".lead") else "coordinating"
    kind: Literal["task", "indicator"] = "task" if isinstance(record, Task) else "indicator"
    number = record.task_id if isinstance(record, Task) else record.indicator_id
    gone = {(said, tidy(part.text)) for said, part in split_roles(getattr(record, attribute) or "", role)}
    new = [
        Assignment(
            subject=kind,
            subject_id=number,
            role=said,  # type: ignore[arg-type] # split_roles names no other
            agency_raw=tidy(part.text),
            line=record.line,
            page=record.page,
            places=record.places,
        )
        for said, part in split_roles(text or "", role)
    ]
    own = [one.subject == kind and one.subject_id == number for one in plan.assignments]
    old = [mine and (one.role, one.agency_raw) in gone for mine, one in zip(own, plan.assignments, strict=True)]
    at = old.index(True) if True in old else _end_of(own, plan.assignments, kind, number)
    kept_before = sum(not out for out in old[:at])
    plan.assignments = [one for one, out in zip(plan.assignments, old, strict=True) if not out]
    plan.assignments[kept_before:kept_before] = new
    if not attribute.endswith("_raw"):
        setattr(record, attribute, text)


def _end_of(own: Sequence[bool], assignments: Sequence[Assignment], kind: str, number: int) -> int:
    """Where a further assignment of a subject belongs: behind its own, else behind those of the subjects before it."""
    if True in own:
        return len(own) - list(reversed(own)).index(True)
    before = [at for at, one in enumerate(assignments) if one.subject == kind and one.subject_id < number]
    return before[-1] + 1 if before else 0


def _change_deadline(plan: Plan, task: Task, corrected: str) -> str | None:
    deadline = parse_deadline("" if is_nothing(corrected) else corrected, plan.document.plan_year)
    if deadline.problem:
        return f"{corrected!r} cannot be read as a deadline"
    task.deadline_kind, task.start, task.due = deadline.kind, deadline.start, deadline.due
    task.recurrence = deadline.recurrence
    return None


# --- ids


def renumber(plan: Plan) -> None:
    """Ids count from 0 in document order again, and what points to them follows."""
    indicators = {one.indicator_id: number for number, one in enumerate(plan.indicators)}
    tasks = {one.task_id: number for number, one in enumerate(plan.tasks)}
    for indicator in plan.indicators:
        indicator.indicator_id = indicators[indicator.indicator_id]
        indicator.duplicate_of = None if indicator.duplicate_of is None else indicators.get(indicator.duplicate_of)
    for task in plan.tasks:
        task.task_id = tasks[task.task_id]
    counts: dict[int, int] = {}
    for target in plan.targets:
        target.indicator_id = indicators[target.indicator_id]
        target.target_no = counts.get(target.indicator_id, 0)
        counts[target.indicator_id] = target.target_no + 1
    for assignment in plan.assignments:
        ids = tasks if assignment.subject == "task" else indicators
        assignment.subject_id = ids[assignment.subject_id]
