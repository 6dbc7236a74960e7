"""A table row that was taken for a heading, or a heading that was taken for a row: what stands in it follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.normalize.agencies import split_roles
from kehoach.normalize.deadlines import parse_deadline
from kehoach.normalize.quantities import parse_target
from kehoach.normalize.text import tidy
from kehoach.schemas.records import Assignment, Indicator, Plan, Row, Table, Target, Task

__all__ = ["change_kind"]

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_ROLES = ("lead", "coordinating")


def change_kind(plan: Plan, row: Row, kind: str) -> str | None:
    """Make a row a heading, which loses its indicator or task, or an item, which gets one; the reason where it cannot.

    The headings above other rows stay as they were read.
    """
    table = next(one for one in plan.tables if one.table_id == row.table_id)
    if kind == "item" and row.kind != "item" and not _cell(row, table, "name"):
        return "the row has no cell with a name"
    if kind == row.kind:
        return None
    row.kind = "item" if kind == "item" else "group"
    if kind == "group":
        _take_out(plan, row)
    elif table.kind == "indicators":
        _add_indicator(plan, row, table)
    elif table.kind == "tasks":
        _add_task(plan, row, table)
    return None


def _take_out(plan: Plan, row: Row) -> None:
    """Without the indicators and tasks made of the row; renumber closes the gap in the ids."""
    indicators = {one.indicator_id for one in plan.indicators if _is_of(one, row)}
    tasks = {one.task_id for one in plan.tasks if _is_of(one, row)}
    gone = {("indicator", number) for number in indicators} | {("task", number) for number in tasks}
    plan.indicators = [one for one in plan.indicators if one.indicator_id not in indicators]
    plan.targets = [one for one in plan.targets if one.indicator_id not in indicators]
    plan.tasks = [one for one in plan.tasks if one.task_id not in tasks]
    plan.assignments = [one for one in plan.assignments if (one.subject, one.subject_id) not in gone]


def _is_of(record: Indicator | Task, row: Row) -> bool:
    return record.table_id == row.table_id and record.places == row.places


def _cell(row: Row, table: Table, role: str) -> str | None:
    """The cell of the first column with this role; None where it is empty or there is none."""
    return next((tidy(cell) or None for cell, of in zip(row.cells, table.roles, strict=False) if of == role), None)


def _place_among(plan: Plan, row: Row, records: Sequence[Indicator | Task]) -> int:
    """Behind the records of the rows above."""
    above = [one for one in plan.rows if (one.table_id, one.row_id) < (row.table_id, row.row_id)]
    behind = [at for at, record in enumerate(records) if any(_is_of(record, one) for one in above)]
    if behind:
        return behind[-1] + 1
    later = (at for at, one in enumerate(records) if one.table_id is not None and one.table_id >= row.table_id)
    return next(later, len(records))


def _add_indicator(plan: Plan, row: Row, table: Table) -> None:
    at = _place_among(plan, row, plan.indicators)
    number = max((one.indicator_id for one in plan.indicators), default=-1) + 1
    indicator = Indicator(
        indicator_id=number,
        table_id=row.table_id,
        appendix=table.appendix,
        ordinal=_cell(row, table, "ordinal") or "",
        group=row.group,
        group_titles=_titles(plan, row),
        name=_cell(row, table, "name") or "",
        unit=_cell(row, table, "unit"),
        lead=_cell(row, table, "lead"),
        coordinating=_cell(row, table, "coordinating"),
        output=_cell(row, table, "output"),
        note=_cell(row, table, "note"),
        line=row.line,
        page=row.page,
        places=row.places,
    )
    plan.indicators.insert(at, indicator)
    order = {one.indicator_id: place for place, one in enumerate(plan.indicators)}
    plan.targets = sorted(plan.targets + _targets(plan, row, table, indicator), key=lambda one: order[one.indicator_id])
    plan.assignments += _assignments(row, indicator)


def _targets(plan: Plan, row: Row, table: Table, indicator: Indicator) -> list[Target]:
    found: list[Target] = []
    for cell, head, role in zip(row.cells, table.header, table.roles, strict=False):
        years = _YEAR.findall(head)
        for quantity in parse_target(cell, indicator.unit) if role in ("target", "baseline") else ():
            year = int(years[-1]) if years else plan.document.period_end if role == "target" else None
            found.append(
                Target(
                    indicator_id=indicator.indicator_id,
                    target_no=len(found),
                    period=quantity.period or year,
                    raw=tidy(quantity.raw),
                    comparator=quantity.comparator,  # type: ignore[arg-type] # the vocabulary's values
                    value=quantity.value,
                    value_high=quantity.value_high,
                    unit=quantity.unit,
                    scope=quantity.scope,
                    aspirational=quantity.aspirational,
                    baseline=role == "baseline",
                    qualitative=quantity.qualitative,
                    line=row.line,
                    page=row.page,
                    places=row.places,
                )
            )
    return found


def _add_task(plan: Plan, row: Row, table: Table) -> None:
    at = _place_among(plan, row, plan.tasks)
    number = max((one.task_id for one in plan.tasks), default=-1) + 1
    raw = _cell(row, table, "deadline")
    deadline = parse_deadline(raw or "", plan.document.plan_year)
    task = Task(
        task_id=number,
        table_id=row.table_id,
        appendix=table.appendix,
        ordinal=_cell(row, table, "ordinal") or "",
        group=row.group,
        group_titles=_titles(plan, row),
        name=_cell(row, table, "name") or "",
        subtask=_cell(row, table, "subtask"),
        output=_cell(row, table, "output"),
        kpi=_cell(row, table, "kpi"),
        basis=_cell(row, table, "basis"),
        note=_cell(row, table, "note"),
        lead_raw=_cell(row, table, "lead"),
        coordinating_raw=_cell(row, table, "coordinating"),
        deadline_raw=raw,
        deadline_kind=deadline.kind,
        start=deadline.start,
        due=deadline.due,
        recurrence=deadline.recurrence,
        line=row.line,
        page=row.page,
        places=row.places,
    )
    plan.tasks.insert(at, task)
    plan.assignments += _assignments(row, task)


def _titles(plan: Plan, row: Row) -> list[str]:
    """The headings above, as another row under the same has them."""
    records: list[Indicator | Task] = [*plan.indicators, *plan.tasks]
    beside = (one for one in records if one.table_id == row.table_id and one.group == row.group)
    return next((list(one.group_titles) for one in beside), ["" for _ in row.group])


def _assignments(row: Row, record: Indicator | Task) -> list[Assignment]:
    is_task = isinstance(record, Task)
    raws = (
        (record.lead_raw, record.coordinating_raw) if isinstance(record, Task) else (record.lead, record.coordinating)
    )
    return [
        Assignment(
            subject="task" if is_task else "indicator",
            subject_id=record.task_id if isinstance(record, Task) else record.indicator_id,
            role=said,  # type: ignore[arg-type] # split_roles names no other
            agency_raw=tidy(part.text),
            line=row.line,
            page=row.page,
            places=row.places,
        )
        for role, raw in zip(_ROLES, raws, strict=True)
        for said, part in split_roles(raw or "", role)
    ]
