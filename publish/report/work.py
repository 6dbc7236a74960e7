"""Tasks and diagnostics over all plans, as tables and as what the charts are drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kehoach.publish.report.columns import Cell, Heading, Row, table
from kehoach.publish.report.run import Run
from kehoach.publish.wording import Language, Words
from kehoach.publish.wording.forms import date_text, number_text
from kehoach.schemas.records import Plan, Task

__all__ = ["Work", "diagnostics_tables", "leads_of", "month_text", "tasks_tables"]

Tables = dict[str, dict[str, Any]]
_GRAVEST_FIRST = ("error", "warning", "info")
_MOST_BARS = 25


class Work(NamedTuple):
    """The run with the names of its plans."""

    run: Run
    words: Words
    language: Language
    units: list[str]
    documents: list[str]

    def amount(self, number: int) -> Cell:
        return Cell(number_text(number, self.language), number)


class _Line(NamedTuple):
    plan: int
    task: Task
    leads: list[str]


def leads_of(plan: Plan, run: Run) -> Mapping[int, list[str]]:
    """The bodies that lead each task, by the names under which all plans know them."""
    found: dict[int, list[str]] = {}
    for one in plan.assignments:
        if one.subject == "task" and one.role == "lead":
            agency = run.agencies.get(one.agency_id or "")
            found.setdefault(one.subject_id, []).append(agency.name if agency else one.agency_raw)
    return found


def _lines(work: Work) -> Iterator[_Line]:
    for number, plan in enumerate(work.run.plans):
        leads = leads_of(plan, work.run)
        for task in plan.tasks:
            yield _Line(number, task, list(dict.fromkeys(leads.get(task.task_id, []))))


def month_text(task: Task) -> Cell:
    """The month of its last day: `03/2026`."""
    day = task.due
    return Cell(f"{day.month:02d}/{day.year}", day.year * 12 + day.month) if day else Cell("")


def tasks_tables(work: Work) -> tuple[Tables, dict[str, Any]]:
    """All tasks; how many are due in each month; how many each body leads."""
    lines = list(_lines(work))
    months = sorted(Counter(month_text(line.task) for line in lines if line.task.due).items(), key=_by_order)
    undated = Counter(line.task.deadline_kind for line in lines if line.task.due is None)
    leads = sorted(Counter(lead for line in lines for lead in line.leads).items(), key=lambda item: (-item[1], item[0]))
    units = Counter(lead for lead, _ in {(lead, line.plan) for line in lines for lead in line.leads})
    w = work.words
    by_month: list[Row] = [[month, work.amount(count)] for month, count in months]
    by_month += [[w(f"deadline.{kind}"), work.amount(count)] for kind, count in sorted(undated.items())]
    tables = {
        "tasks": _tasks_table(lines, work),
        "months": table([Heading(w("col.month"), "number"), Heading(w("col.tasks"), "number")], by_month),
        "leads": table(
            [Heading(w("col.lead")), Heading(w("col.tasks"), "number"), Heading(w("col.plans"), "number")],
            [[lead, work.amount(count), work.amount(units[lead])] for lead, count in leads],
        ),
    }
    charts = {
        "months": [{"month": month.text, "count": count} for month, count in months],
        "leads": [{"lead": lead, "count": count} for lead, count in leads[:_MOST_BARS]],
    }
    return tables, charts


def _by_order(item: tuple[Cell, int]) -> float:
    return float(item[0].order or 0)


def _tasks_table(lines: list[_Line], work: Work) -> dict[str, Any]:
    w = work.words
    headings = [
        Heading(w("col.task")),
        Heading(w("col.unit")),
        Heading(w("col.lead")),
        Heading(w("col.deadline")),
        Heading(w("col.due"), "number"),
        Heading(w("col.month"), "number", chosen=True),
        Heading(w("col.kind"), chosen=True),
    ]
    rows: list[Row] = [
        [
            " – ".join(part for part in (line.task.name, line.task.subtask) if part),
            work.units[line.plan],
            "; ".join(line.leads),
            line.task.deadline_raw or "",
            Cell(date_text(line.task.due, work.language), line.task.due.toordinal()) if line.task.due else Cell(""),
            month_text(line.task),
            w(f"deadline.{line.task.deadline_kind}"),
        ]
        for line in lines
    ]
    return table(headings, rows, [(line.plan, f"k{line.task.task_id}") for line in lines])


def diagnostics_tables(work: Work) -> tuple[Tables, dict[str, Any]]:
    """All diagnostics; how many of each code, and in how many plans."""
    w = work.words
    found = [(number, at, one) for number, plan in enumerate(work.run.plans) for at, one in enumerate(plan.diagnostics)]
    found.sort(key=lambda item: (_GRAVEST_FIRST.index(item[2].severity), item[2].code, item[0], item[1]))
    codes = Counter((one.severity, one.code) for _, _, one in found)
    plans = Counter(code for code, _ in {((one.severity, one.code), number) for number, _, one in found})
    ordered = sorted(codes, key=lambda code: (_GRAVEST_FIRST.index(code[0]), -codes[code], code))
    severity = {name: Cell(w(f"severity.{name}"), order) for order, name in enumerate(_GRAVEST_FIRST)}
    tables = {
        "found": table(
            [
                Heading(w("col.severity"), chosen=True),
                Heading(w("col.code"), chosen=True),
                Heading(w("col.message")),
                Heading(w("col.unit")),
                Heading(w("col.plan")),
            ],
            [
                [severity[one.severity], one.code, one.message, work.units[number], work.documents[number]]
                for number, _, one in found
            ],
            [(number, f"x{at}") for number, at, _ in found],
            link=2,
        ),
        "codes": table(
            [
                Heading(w("col.severity")),
                Heading(w("col.code")),
                Heading(w("col.meaning")),
                *(Heading(w(f"col.{key}"), "number") for key in ("times", "plans")),
            ],
            [
                [
                    severity[code[0]],
                    code[1],
                    w.texts.get(f"code.{code[1]}", ""),
                    work.amount(codes[code]),
                    work.amount(plans[code]),
                ]
                for code in ordered
            ],
        ),
    }
    bars = [
        {"code": w.texts.get(f"code.{code[1]}", code[1]), "severity": w(f"severity.{code[0]}"), "count": codes[code]}
        for code in ordered[:_MOST_BARS]
    ]
    return tables, {"codes": bars}
