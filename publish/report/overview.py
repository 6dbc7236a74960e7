"""What the overview shows: tables and charts over all plans, as plain values for the page's script."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from kehoach.publish.report.columns import Cell, Heading, Row, table
from kehoach.publish.report.figures import Outlier, Spread, Value, contradictions, outliers, spreads, values_of
from kehoach.publish.report.run import Run, document_name, unit_key, unit_labels
from kehoach.publish.report.work import Work, diagnostics_tables, tasks_tables
from kehoach.publish.wording import Language, Words
from kehoach.publish.wording.forms import date_text, number_text
from kehoach.schemas.records import Plan

__all__ = ["Overview", "overview_of"]


class Overview(NamedTuple):
    """The tables by name, what the charts are drawn from, and the figures at the head of the page."""

    tables: dict[str, dict[str, Any]]
    charts: dict[str, Any]
    figures: dict[str, int]


class _Names(NamedTuple):
    """What is called how, and in which language all is written."""

    run: Run
    words: Words
    language: Language
    plans: list[str]
    """The label of each plan's unit."""
    documents: list[str]

    def amount(self, number: float | None) -> Cell:
        return Cell("" if number is None else number_text(number, self.language), number)

    def entry(self, entry: str) -> str:
        known = self.run.catalogue.get(entry)
        if known is None:
            return entry
        return known.name_en or known.name if self.language == "en" else known.name

    def domain(self, entry: str) -> str:
        domain = self.run.catalogue[entry].domain if entry in self.run.catalogue else ""
        return self.words.texts.get(f"domain.{domain}", domain)

    def year(self, period: int | None) -> Cell:
        return Cell(str(period or ""), period)


def overview_of(run: Run, words: Words, language: Language) -> Overview:
    """Everything over all plans."""
    names = _Names(
        run,
        words,
        language,
        unit_labels(run.plans),
        [document_name(plan.document) for plan in run.plans],
    )
    values = values_of(run, language)
    spread = spreads(values)
    far = outliers(spread)
    against = contradictions(values)
    work = Work(run, words, language, names.plans, names.documents)
    tables = {
        "plans": _plans_table(names),
        "cover": _cover_table(values, names),
        "values": _values_table(values, names),
        "spread": _spread_table(spread, names),
        "outliers": _outliers_table(far, names),
        "against": _against_table(against, names),
    }
    tasks, task_charts = tasks_tables(work)
    found, found_charts = diagnostics_tables(work)
    charts = {"heat": _heat(values, names), "strip": _strip(spread, far, names), **task_charts, **found_charts}
    return Overview(tables | tasks | found, charts, _figures(run, far, against))


def _figures(run: Run, far: list[Outlier], against: list[list[Value]]) -> dict[str, int]:
    severities = Counter(one.severity for plan in run.plans for one in plan.diagnostics)
    linked = {(cell.doc_id, cell.indicator_id) for cell in run.matrix}
    return {
        "plans": len(run.plans),
        "units": len({unit_key(plan.document) for plan in run.plans}),
        "indicators": sum(len(plan.indicators) for plan in run.plans),
        "linked": len(linked),
        "targets": sum(len(plan.targets) for plan in run.plans),
        "tasks": sum(len(plan.tasks) for plan in run.plans),
        "outliers": len(far),
        "against": len(against),
        "errors": severities["error"],
        "warnings": severities["warning"],
    }


def _plans_table(names: _Names) -> dict[str, Any]:
    w = names.words
    headings = [
        Heading(w("col.unit")),
        Heading(w("col.province"), chosen=True),
        Heading(w("col.plan")),
        Heading(w("col.issued"), "number"),
        Heading(w("col.period")),
        *(Heading(w(f"col.{key}"), "number") for key in ("indicators", "targets", "tasks", "errors", "warnings")),
    ]
    rows = [_plan_row(plan, number, names) for number, plan in enumerate(names.run.plans)]
    return table(headings, rows, [(number, "") for number in range(len(rows))])


def _plan_row(plan: Plan, number: int, names: _Names) -> list[Cell | str]:
    document = plan.document
    severities = Counter(one.severity for one in plan.diagnostics)
    day = document.issue_date
    counts = (
        len(plan.indicators),
        len(plan.targets),
        len(plan.tasks),
        severities["error"],
        severities["warning"],
    )
    return [
        names.plans[number],
        document.province or "",
        names.documents[number],
        Cell(date_text(day, names.language), day.toordinal()) if day else Cell(""),
        period_text(document.period_start, document.period_end),
        *map(names.amount, counts),
    ]


def period_text(start: int | None, end: int | None) -> str:
    """The years of a plan: `2026`, `2026–2030`."""
    return "–".join(dict.fromkeys(str(year) for year in (start, end) if year))


def _cover_table(values: list[Value], names: _Names) -> dict[str, Any]:
    w = names.words
    units, count = _units_by_entry(values), Counter(value.entry for value in values)
    everyone = len({unit_key(plan.document) for plan in names.run.plans})
    headings = [
        Heading(w("col.entry")),
        Heading(w("col.domain"), chosen=True),
        *(Heading(w(f"col.{key}"), "number") for key in ("units", "share", "values")),
    ]
    rows: list[Row] = [
        [
            names.entry(entry),
            names.domain(entry),
            names.amount(len(units[entry])),
            names.amount(round(100 * len(units[entry]) / everyone, 1)),
            names.amount(count[entry]),
        ]
        for entry in sorted(units, key=lambda entry: (-len(units[entry]), entry))
    ]
    return table(headings, rows)


def _units_by_entry(values: list[Value]) -> Mapping[str, set[str]]:
    units: dict[str, set[str]] = defaultdict(set)
    for value in values:
        units[value.entry].add(value.unit)
    return units


def _values_table(values: list[Value], names: _Names) -> dict[str, Any]:
    w = names.words
    headings = [
        Heading(w("col.entry")),
        Heading(w("col.unit")),
        Heading(w("col.year"), "number", chosen=True),
        Heading(w("col.scope")),
        Heading(w("col.value"), "number"),
        Heading(w("col.plan")),
    ]
    rows: list[Row] = [
        [
            names.entry(value.entry),
            names.plans[value.plan],
            names.year(value.period),
            value.scope,
            Cell(value.text, value.number),
            names.documents[value.plan],
        ]
        for value in values
    ]
    return table(headings, rows, _places(values), link=4)


def _places(values: list[Value]) -> list[tuple[int, str]]:
    return [(value.plan, value.fact) for value in values]


def _spread_table(found: list[Spread], names: _Names) -> dict[str, Any]:
    w = names.words
    headings = [
        Heading(w("col.entry")),
        Heading(w("col.measure")),
        Heading(w("col.year"), "number", chosen=True),
        Heading(w("col.scope")),
        *(Heading(w(f"col.{key}"), "number") for key in ("values", "low", "middle", "high", "mad")),
    ]
    rows: list[Row] = [
        [
            names.entry(one.values[0].entry),
            one.values[0].measure_text,
            names.year(one.values[0].period),
            one.values[0].scope,
            *map(names.amount, (len(one.values), one.low, one.middle, one.high, one.mad)),
        ]
        for one in sorted(found, key=lambda one: -len(one.values))
    ]
    return table(headings, rows)


def _outliers_table(far: list[Outlier], names: _Names) -> dict[str, Any]:
    w = names.words
    headings = [
        Heading(w("col.entry")),
        Heading(w("col.unit")),
        Heading(w("col.year"), "number"),
        *(Heading(w(f"col.{key}"), "number") for key in ("value", "middle", "mad", "values", "score")),
    ]
    rows: list[Row] = [
        [
            names.entry(one.value.entry),
            names.plans[one.value.plan],
            names.year(one.value.period),
            Cell(one.value.text, one.value.number),
            *map(names.amount, (one.spread.middle, one.spread.mad, len(one.spread.values), round(one.score, 1))),
        ]
        for one in far
    ]
    return table(headings, rows, _places([one.value for one in far]), link=3)


def _against_table(against: list[list[Value]], names: _Names) -> dict[str, Any]:
    w = names.words
    headings = [
        Heading(w("col.group"), "number"),
        Heading(w("col.entry")),
        Heading(w("col.unit")),
        Heading(w("col.year"), "number"),
        Heading(w("col.scope")),
        Heading(w("col.value"), "number"),
        Heading(w("col.plan")),
    ]
    rows: list[Row] = [
        [
            names.amount(number),
            names.entry(value.entry),
            names.plans[value.plan],
            names.year(value.period),
            value.scope,
            Cell(value.text, value.number),
            names.documents[value.plan],
        ]
        for number, group in enumerate(against, start=1)
        for value in group
    ]
    return table(headings, rows, _places([value for group in against for value in group]), link=5)


def _heat(values: list[Value], names: _Names) -> dict[str, Any]:
    """Who sets what: one cell for each unit and entry with how many values, what they are, and where the first is."""
    keys = list(dict.fromkeys(unit_key(plan.document) for plan in names.run.plans))
    labels = dict(zip((unit_key(plan.document) for plan in names.run.plans), names.plans, strict=True))
    at = {key: number for number, key in enumerate(keys)}
    cells: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in values:
        cells[value.entry, value.unit].append(value)
    units = _units_by_entry(values)
    entries = sorted(units, key=lambda entry: (-len(units[entry]), entry))
    numbers = {entry: number for number, entry in enumerate(entries)}
    return {
        "units": [labels[key] for key in keys],
        "entries": [[names.entry(entry), names.domain(entry)] for entry in entries],
        "cells": [
            [at[unit], numbers[entry], len(group), _listed(group), group[0].plan, group[0].fact]
            for (entry, unit), group in cells.items()
        ],
    }


def _listed(group: list[Value]) -> str:
    shown = [f"{value.period}: {value.text}" if value.period else value.text for value in group[:4]]
    return "; ".join([*shown, *(["…"] if len(group) > 4 else [])])


def _strip(found: list[Spread], far: list[Outlier], names: _Names) -> list[dict[str, Any]]:
    """For each entry and measure its values: unit, year, number, whether it stands out, what it is and where."""
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for spread in found:
        for value in spread.values:
            groups[value.entry, value.measure].append(value)
    outside = {id(one.value) for one in far}
    ordered = sorted(groups.items(), key=lambda item: (-len({value.unit for value in item[1]}), item[0]))
    return [
        {
            "name": names.entry(entry),
            "measure": group[0].measure_text,
            "points": [
                [value.plan, value.period, value.number, int(id(value) in outside), value.text, value.fact, value.scope]
                for value in group
            ],
        }
        for (entry, _), group in ordered
    ]
