"""The sheets that list what plans hold, row by row: plans, indicators with targets, tasks, agencies, diagnostics."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kehoach.normalize.alphabet import alphabetical
from kehoach.publish.wording import Language, Words
from kehoach.publish.wording.forms import date_text
from kehoach.publish.workbook.cells import Cell, Column, Kind, Link, Mark, Marked, Sheet
from kehoach.publish.workbook.links import Links
from kehoach.publish.workbook.run import Run
from kehoach.publish.workbook.sources import Sources

__all__ = ["Context", "agencies_sheet", "diagnostics_sheet", "indicators_sheet", "plans_sheet", "tasks_sheet"]

_GRAVEST = ("error", "warning", "info")
_SEVERITY_MARKS: dict[str, Mark] = {"error": "error", "warning": "warning"}
_PLACE = ("line", "page", "path")


class Context(NamedTuple):
    """What all sheets need."""

    run: Run
    words: Words
    sources: Sources
    language: Language

    def column(self, key: str, width: int, kind: Kind = "text") -> Column:
        return Column(self.words(f"col.{key}"), width, kind)

    def label(self, group: str, value: str | None) -> str | None:
        """What a value of a closed list is called; one that is not known stands as it is."""
        return self.words.texts.get(f"{group}.{value}", value) if value else None

    def of_plan(self, doc_id: str | None) -> Sequence[Cell]:
        """The cells under `plan_columns`."""
        return self.run.names.get(doc_id or "", (None, None, None))

    @property
    def plan_columns(self) -> list[Column]:
        """The columns that say whose plan a row is of."""
        return [self.column("province", 14), self.column("unit_name", 22), self.column("number", 16)]

    def source(self, doc_id: str, line: int | None, page: int | None, path: str | None) -> Link | None:
        plan = self.run.plans.get(doc_id)
        return self.sources.link(plan.source, line, page, path) if plan else None


def plans_sheet(context: Context) -> Sheet:
    """One row a plan with the counts of what it holds."""
    run = context.run
    counts = [Counter(row[0] for row in run.rows(name, ["doc_id"])) for name in ("indicators", "tasks", "diagnostics")]
    columns = [
        *context.plan_columns, context.column("doc_type", 14), context.column("issue_date", 12, "date"),
        context.column("title", 60), context.column("issuer", 34), context.column("signatory", 22),
        context.column("period_start", 8, "year"), context.column("period_end", 8, "year"),
        *(context.column(key, 10, "count") for key in ("indicators", "tasks", "diagnostics")),
        context.column("replaces", 16), context.column("source", 40, "link"),
    ]  # fmt: skip
    rows = (
        (
            *context.of_plan(doc_id), plan.doc_type, plan.issue_date, plan.title, plan.issuer, plan.signatory_name,
            plan.period_start, plan.period_end, *(count[doc_id] for count in counts),
            run.plans[plan.replaces].name if plan.replaces in run.plans else plan.replaces,
            context.source(doc_id, None, None, None),
        )
        for doc_id, plan in run.plans.items()
    )  # fmt: skip
    return Sheet("plans", columns, rows, 3)


_INDICATOR = (
    "doc_id",
    "indicator_id",
    "group_titles",
    "ordinal",
    "name",
    "unit",
    "lead",
    "coordinating",
    "duplicate_of",
)
_TARGET = ("doc_id", "indicator_id", "target_no", "period", "scope", "raw", "comparator", "value", "value_high", "unit",
           "qualitative", "aspirational", "baseline")  # fmt: skip


def indicators_sheet(context: Context, links: Links) -> Sheet:
    """One row a target, beside it its indicator; one that sets no target has a row too."""
    columns = [
        *context.plan_columns, context.column("group", 24), context.column("ordinal", 6), context.column("name", 50),
        context.column("canonical", 40), context.column("match", 14), context.column("period", 7, "year"),
        context.column("scope", 18), context.column("raw", 18), context.column("comparator", 7),
        context.column("value", 10, "number"), context.column("value_high", 10, "number"), context.column("unit", 14),
        context.column("qualitative", 20), context.column("nature", 14), context.column("lead", 26),
        context.column("coordinating", 30), context.column("source", 42, "link"),
    ]  # fmt: skip
    return Sheet("indicators", columns, _indicator_rows(context, links), 3)


def _indicator_rows(context: Context, links: Links) -> Iterator[tuple[Cell, ...]]:
    run = context.run
    indicators = {row[:2]: row[2:] for row in run.rows("indicators", _INDICATOR)}
    targets = {row[:3]: row[3:] for row in run.rows("targets", _TARGET)}
    places = {row[:2]: row[2:] for row in run.rows("indicators", ("doc_id", "indicator_id", *_PLACE))}
    nothing = (None,) * (len(_TARGET) - 5) + (False, False)
    for key in links.order:
        doc_id, indicator_id, number = key
        group, ordinal, name, unit, lead, coordinating, duplicate = indicators[doc_id, indicator_id]
        *target, aspirational, baseline = targets.get(key, nothing)
        period, scope, raw, comparator, value, high, own_unit, qualitative = target
        entry, status = links.entry(doc_id, indicator_id, number)
        natures = (("aspirational", aspirational), ("baseline", baseline), ("duplicate", duplicate is not None))
        yield (
            *context.of_plan(doc_id), " › ".join(group), ordinal, name, entry, context.label("match", status), period,
            scope, raw, comparator, value, high, own_unit or unit, qualitative,
            ", ".join(context.words(f"nature.{nature}") for nature, holds in natures if holds), lead, coordinating,
            context.source(doc_id, *(links.places.get(key) or places[doc_id, indicator_id])),
        )  # fmt: skip


_TASK = ("doc_id", "due", "deadline_raw", "deadline_kind", "start", "recurrence", "group_titles", "ordinal", "name",
         "subtask", "output", "kpi", "basis", "note", "lead_raw", "coordinating_raw", "task_id", *_PLACE)  # fmt: skip


def tasks_sheet(context: Context, as_of: dt.date | None) -> Sheet:
    """One row a task, the first due first; as of a day, those due before it are marked, with the days since.

    Tasks of plans that were replaced are never overdue.
    """
    column = context.column
    late = []
    if as_of:
        head = context.words("col.days_late", day=date_text(as_of, context.language))
        late = [Column(head, 16, "count")]
    columns = [
        column("due", 12, "date"), *late, column("name", 60), column("lead", 28), column("coordinating", 30),
        *context.plan_columns, column("deadline", 20), column("deadline_kind", 14), column("start", 12, "date"),
        column("recurrence", 14), column("group", 24), column("ordinal", 6), column("subtask", 34),
        column("output", 26), column("kpi", 22), column("basis", 18), column("note", 18), column("source", 42, "link"),
    ]  # fmt: skip
    return Sheet("tasks", columns, _task_rows(context, as_of), 3 if as_of else 2)


def _task_rows(context: Context, as_of: dt.date | None) -> Iterator[tuple[Cell, ...]]:
    rows = list(context.run.rows("tasks", _TASK))
    order, replaced = context.run.order, context.run.replaced
    rows.sort(key=lambda row: (row[1] is None, row[1] or dt.date.min, order.get(row[0], 0), row[16]))
    for row in rows:
        doc_id, due, deadline, kind, start, recurrence, group, ordinal, name, subtask, *rest = row
        output, kpi, basis, note, lead, coordinating, _, line, page, path = rest
        overdue = as_of is not None and due is not None and due < as_of and doc_id not in replaced
        late: tuple[Cell, ...] = ()
        if as_of:
            late = (Marked((as_of - due).days, "overdue") if overdue else None,)
        yield (
            Marked(due, "overdue") if overdue else due, *late, name, lead, coordinating, *context.of_plan(doc_id),
            deadline, context.label("deadline", kind), start, context.label("recurrence", recurrence),
            " › ".join(group), ordinal, subtask, output, kpi, basis, note, context.source(doc_id, line, page, path),
        )  # fmt: skip


def agencies_sheet(context: Context) -> Sheet:
    """One row a body in alphabetical order: what it leads and coordinates, in how many plans, where first."""
    column = context.column
    columns = [
        column("agency", 50), column("level", 12), column("mentions", 9, "count"),
        *(column(key, 11, "count") for key in ("leads_tasks", "coordinates_tasks", "leads_indicators",
                                                "coordinates_indicators", "plans")),
        column("aliases", 60), column("first_named", 40, "link"),
    ]  # fmt: skip
    return Sheet("agencies", columns, _agency_rows(context), 1)


def _agency_rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    roles: dict[str, Counter[tuple[str, str]]] = {}
    plans: dict[str, set[str]] = {}
    first: dict[str, tuple[Any, ...]] = {}
    order = context.run.order
    for row in context.run.rows("assignments", ("agency_id", "subject", "role", "doc_id", *_PLACE)):
        agency, subject, role, doc_id, *_ = row
        if agency is None:
            continue
        roles.setdefault(agency, Counter())[subject, role] += 1
        plans.setdefault(agency, set()).add(doc_id)
        if agency not in first or order.get(doc_id, 0) < order.get(first[agency][0], 0):
            first[agency] = row[3:]
    agencies = list(context.run.rows("agencies", ("agency_id", "name", "level", "aliases", "mentions")))
    agencies.sort(key=lambda row: (alphabetical(row[1]), row[0]))
    for agency, name, level, aliases, mentions in agencies:
        counts = roles.get(agency, Counter())
        yield (
            name, context.label("level", level), mentions,
            *(counts[subject, role] for subject in ("task", "indicator") for role in ("lead", "coordinating")),
            len(plans.get(agency, ())), "; ".join(aliases), context.source(*first[agency]) if agency in first else None,
        )  # fmt: skip


def diagnostics_sheet(context: Context) -> Sheet:
    """One row a finding: errors first, then in the order of the plans."""
    column = context.column
    columns = [
        column("severity", 11), *context.plan_columns, column("meaning", 46), column("context", 50),
        column("message", 50), column("code", 22), column("source", 42, "link"),
    ]  # fmt: skip
    return Sheet("diagnostics", columns, _diagnostic_rows(context), 1)


def _diagnostic_rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    columns = ("severity", "doc_id", "code", "context", "message", "source", *_PLACE)
    rows = list(context.run.rows("diagnostics", columns))
    order = context.run.order
    rows.sort(key=lambda row: (_GRAVEST.index(row[0]), order.get(row[1], len(order)), row[5], row[7] or 0, row[6] or 0))
    for severity, doc_id, code, about, message, source, line, page, path in rows:
        yield (
            Marked(context.label("severity", severity), _SEVERITY_MARKS.get(severity)), *context.of_plan(doc_id),
            context.label("code", code), about, message, code, context.sources.link(source, line, page, path),
        )  # fmt: skip
