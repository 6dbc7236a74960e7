"""The consolidated matrix as people compare it: indicators down, communes across, what lags behind in colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from kehoach.normalize.alphabet import alphabetical
from kehoach.normalize.text import fold
from kehoach.publish.wording import Language
from kehoach.publish.wording.forms import number_text
from kehoach.publish.workbook.cells import Cell, Column, Link, Mark, Marked, Sheet
from kehoach.publish.workbook.links import Entry, Links, TargetKey
from kehoach.publish.workbook.run import Plan, Run, UnitKey
from kehoach.publish.workbook.sheets import Context

__all__ = ["SIGNS", "Coverage", "Setting", "matrix_sheets", "shown_value"]

SIGNS = {"=": "", ">=": "≥ ", "<=": "≤ ", ">": "> ", "<": "< "}
_MOST_COLUMNS = 16_384
_MATRIX = ("doc_id", "indicator_id", "target_no", "canonical_id", "period", "scope", "unit", "comparator", "value",
           "value_high", "qualitative")  # fmt: skip


class Setting(NamedTuple):
    """A target that a unit sets."""

    key: TargetKey
    comparator: str | None
    value: float | None
    high: float | None
    words: str | None

    def promised(self, direction: str) -> float | None:
        """The number to compare: of a range the end that promises less."""
        return self.high if direction == "down" and self.high is not None else self.value


class Row(NamedTuple):
    """A row of the matrix: an entry in one unit of measure, for one year and scope."""

    entry: str
    unit: str
    period: int | None
    scope: str | None


class Coverage(NamedTuple):
    """What the plans of the units are about, to tell a target that is not set from one that nobody looked for."""

    years: Mapping[UnitKey, frozenset[int] | None]
    """The years that the plans of a unit cover, without those that were replaced; None where a plan does not say."""
    having: frozenset[tuple[UnitKey, str]]
    """(unit, entry) with a target of any year, scope or measure."""
    pending: frozenset[tuple[UnitKey, str]]
    """(unit, entry) for which a person has yet to decide whether an indicator is the entry."""


class _Matrix(NamedTuple):
    """All of it, before it is laid out."""

    units: Mapping[UnitKey, Plan]
    cells: Mapping[Row, Mapping[UnitKey, list[Setting]]]
    measures: Mapping[tuple[str, str], str]
    coverage: Coverage


def shown_value(settings: Sequence[Setting], language: Language) -> tuple[float | str | None, str | None]:
    """What a cell shows, and the sign before it: a number where there is one; ranges, words and conflicts as text.

    >>> one = Setting(("a", 0, 0), ">=", 95.5, None, None)
    >>> shown_value([one], "vi"), shown_value([one, one._replace(value=97.0)], "vi")
    ((95.5, '>='), ('≥ 95,5 | ≥ 97', None))
    """
    different = list(dict.fromkeys(setting[1:] for setting in settings))
    comparator, value, high, _ = different[0]
    if len(different) == 1 and value is not None and high is None:
        return value, comparator
    return " | ".join(_text(*setting, language) for setting in different) or None, None


def _text(
    comparator: str | None, value: float | None, high: float | None, words: str | None, language: Language
) -> str:
    if value is None:
        return words or "…"
    shown = SIGNS.get(comparator or "", "") + number_text(value, language)
    return shown if high is None else f"{shown} – {number_text(high, language)}"


def matrix_sheets(context: Context, links: Links, cell_of: Mapping[TargetKey, str]) -> list[Sheet]:
    """The matrix; in several sheets where there are more units than columns."""
    matrix = _build(context.run, links)
    rows = sorted(matrix.cells, key=lambda row: _row_order(row, links))
    lead = _lead_columns(context)
    layout = _layout(matrix.units)
    room = _MOST_COLUMNS - len(lead)
    chunks = [layout[at : at + room] for at in range(0, len(layout), room)] or [[]]
    painter = _Painter(context, links, matrix, cell_of)
    return [
        Sheet("matrix", [*lead, *_columns(context, matrix, chunk)], painter.rows(rows, chunk), 4) for chunk in chunks
    ]


def _build(run: Run, links: Links) -> _Matrix:
    units: dict[UnitKey, Plan] = {}
    for plan in run.plans.values():
        units.setdefault(plan.unit_key, plan)
    cells: dict[Row, dict[UnitKey, list[Setting]]] = {}
    wordings: dict[tuple[str, str], Counter[str]] = {}
    having = set()
    for doc_id, indicator, number, entry, period, scope, unit, *rest in run.rows("matrix", _MATRIX):
        if doc_id not in run.plans:
            continue
        whose = run.plans[doc_id].unit_key
        row = Row(entry, _measure(unit), period, scope)
        cells.setdefault(row, {}).setdefault(whose, []).append(Setting((doc_id, indicator, number), *rest))
        wordings.setdefault(row[:2], Counter())[unit or ""] += 1
        having.add((whose, entry))
    set_units = {unit for unit, _ in having}
    shown = {key: plan for key, plan in units.items() if plan.is_communes or key in set_units}
    measures = {key: min(found, key=lambda unit: (-found[unit], unit)) for key, found in wordings.items()}
    coverage = Coverage(_years(run), frozenset(having), _pending(run, links))
    return _Matrix(shown, cells, measures, coverage)


def _measure(unit: str | None) -> str:
    """One key for what can be compared: `% dân số` and `%` are shares."""
    key = fold(unit or "")
    return "%" if key.startswith(("%", "phần trăm")) else key


def _years(run: Run) -> dict[UnitKey, frozenset[int] | None]:
    years: dict[UnitKey, frozenset[int] | None] = {}
    for doc_id, plan in run.plans.items():
        if doc_id in run.replaced:
            continue
        before = years.get(plan.unit_key, frozenset())
        years[plan.unit_key] = before | plan.years if plan.years is not None and before is not None else None
    return years


def _pending(run: Run, links: Links) -> frozenset[tuple[UnitKey, str]]:
    return frozenset(
        (run.plans[doc_id].unit_key, entry)
        for (doc_id, _), found in links.matches.items()
        for _, entry, status in found
        if status == "review" and entry is not None and doc_id in run.plans and doc_id not in run.replaced
    )


def _row_order(row: Row, links: Links) -> tuple[object, ...]:
    name = links.entries[row.entry].name if row.entry in links.entries else row.entry
    return alphabetical(name), row.entry, row.unit, row.period or 0, alphabetical(row.scope or "")


def _lead_columns(context: Context) -> list[Column]:
    column = context.column
    return [
        column("canonical", 46), column("unit", 13), column("period", 7, "year"), column("scope", 16),
        column("domain", 22), column("direction", 11), column("communes_setting", 9, "count"),
        column("communes_below", 9, "count"), column("communes_missing", 9, "count"), column("sources", 46, "link"),
    ]  # fmt: skip


_Place = tuple[str, UnitKey | None]
"""A column after the lead: the median of a province (no unit), or a unit of it."""


def _layout(units: Mapping[UnitKey, Plan]) -> list[_Place]:
    """Province after province; one with several communes begins with their median."""
    provinces: dict[str, list[UnitKey]] = {}
    for unit in units:
        provinces.setdefault(unit[0], []).append(unit)
    return [
        place
        for province, inside in provinces.items()
        for place in ([(province, None)] if _has_median(province, inside) else [])
        + [(province, unit) for unit in inside]
    ]


def _has_median(province: str, units: Sequence[UnitKey]) -> bool:
    return bool(province) and sum(unit[2] == "commune" for unit in units) > 1


def _columns(context: Context, matrix: _Matrix, layout: Sequence[_Place]) -> list[Column]:
    names = {unit[0]: plan.place for unit, plan in matrix.units.items()}
    above = {province: name or context.words("matrix.no_province") for province, name in names.items()}
    return [
        Column(matrix.units[unit].unit, 12, "number", above[province])
        if unit
        else Column(context.words("matrix.median"), 9, "number", above[province], "median")
        for province, unit in layout
    ]


class _Painter:
    """Lays out the rows and says what is in colour."""

    def __init__(self, context: Context, links: Links, matrix: _Matrix, cell_of: Mapping[TargetKey, str]) -> None:
        self._context, self._links, self._matrix, self._cell_of = context, links, matrix, cell_of
        self._communes = [unit for unit in matrix.units if unit[2] == "commune"]

    def rows(self, rows: Sequence[Row], layout: Sequence[_Place]) -> Iterator[list[Cell]]:
        """The rows of one sheet."""
        for row in rows:
            entry = self._links.entries.get(row.entry, Entry(row.entry, None, "none", None))
            settings = self._matrix.cells[row]
            medians = _medians(settings, entry.direction)
            marks = self._marks(row, settings, medians, entry.direction)
            cells: list[Cell] = self._lead(row, entry, settings, marks)
            for province, unit in layout:
                if unit is None:
                    middle = medians.get(province)
                    cells.append(None if middle is None else Marked(middle, "median"))
                elif unit in settings:
                    cells.append(self._cell(settings[unit], marks.get(unit)))
                else:
                    mark = marks.get(unit)
                    cells.append(Marked("?" if mark == "pending" else None, mark) if mark else None)
            yield cells

    def _cell(self, settings: Sequence[Setting], mark: Mark | None) -> Marked:
        value, comparator = shown_value(settings, self._context.language)
        return Marked(value, mark, comparator, self._cell_of.get(settings[0].key))

    def _marks(
        self, row: Row, settings: Mapping[UnitKey, Sequence[Setting]], medians: Mapping[str, float], direction: str
    ) -> dict[UnitKey, Mark]:
        marks: dict[UnitKey, Mark] = {}
        for unit, found in settings.items():
            if len({setting[1:] for setting in found}) > 1:
                marks[unit] = "conflict"
            elif unit[2] == "commune" and _is_worse(found[0].promised(direction), medians.get(unit[0]), direction):
                marks[unit] = "below"
        if row.scope is None:
            marks |= {unit: mark for unit in self._communes if (mark := self._missing(row, unit))}
        return marks

    def _missing(self, row: Row, unit: UnitKey) -> Mark | None:
        """A commune lacks a target where its plans cover the year and have none for the entry, whatever the year."""
        coverage = self._matrix.coverage
        if (unit, row.entry) in coverage.having or unit not in coverage.years:
            return None
        years = coverage.years[unit]
        if row.period is not None and years is not None and row.period not in years:
            return None
        return "pending" if (unit, row.entry) in coverage.pending else "missing"

    def _lead(
        self, row: Row, entry: Entry, settings: Mapping[UnitKey, Sequence[Setting]], marks: Mapping[UnitKey, Mark]
    ) -> list[Cell]:
        context, counts = self._context, Counter(marks.values())
        return [
            entry.name, self._matrix.measures[row[:2]] or None, row.period, row.scope,
            context.label("domain", entry.domain), context.label("direction", entry.direction), len(settings),
            counts["below"], counts["missing"], self._source(settings),
        ]  # fmt: skip

    def _source(self, settings: Mapping[UnitKey, Sequence[Setting]]) -> Link | None:
        """The file of the first value, and how many others there are."""
        order = self._context.run.order
        keys = sorted((setting.key for found in settings.values() for setting in found), key=lambda key: order[key[0]])
        link = self._context.source(keys[0][0], *self._links.places[keys[0]])
        if link is None or len(keys) == 1:
            return link
        return Link(f"{link.text} {self._context.words('matrix.others', count=len(keys) - 1)}", link.target)


def _medians(settings: Mapping[UnitKey, Sequence[Setting]], direction: str) -> dict[str, float]:
    """The median of each province where several communes set the target; those that set several values do not count."""
    numbers: dict[str, list[float]] = {}
    for unit, found in settings.items():
        promised = found[0].promised(direction)
        if unit[0] and unit[2] == "commune" and promised is not None and len({one[1:] for one in found}) == 1:
            numbers.setdefault(unit[0], []).append(promised)
    return {province: median(found) for province, found in numbers.items() if len(found) > 1}


def _is_worse(value: float | None, middle: float | None, direction: str) -> bool:
    if value is None or middle is None:
        return False
    return value < middle if direction == "up" else value > middle if direction == "down" else False
