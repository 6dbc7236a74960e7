"""What the values of all plans say together: who sets what, how far apart they are, which stand out or contradict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

from kehoach.normalize.text import fold
from kehoach.publish.report.run import Run, unit_key
from kehoach.publish.wording import Language
from kehoach.publish.wording.forms import number_text, quantity_text
from kehoach.schemas.records import MatrixCell, Target

__all__ = [
    "LEAST_VALUES", "STANDS_OUT", "Outlier", "Spread", "Value", "contradictions", "outliers", "spreads", "target_text",
    "values_of",
]  # fmt: skip

LEAST_VALUES = 5
"""Of fewer values none is said to stand out."""
STANDS_OUT = 3.5
"""Modified z-score above which a value stands out (Iglewicz and Hoaglin, 1993)."""
_SIGNS = {">=": "≥ ", "<=": "≤ ", ">": "> ", "<": "< "}


class Value(NamedTuple):
    """A target that is linked to the catalogue."""

    plan: int
    """Its plan's place in the run."""
    entry: str
    unit: str
    """Key of the commune or body whose plan it is."""
    measure: str
    """Of what it is a number: values of two measures are never compared."""
    measure_text: str
    period: int | None
    scope: str
    number: float | None
    high: float | None
    words: str
    text: str
    fact: str


class Spread(NamedTuple):
    """The values of an indicator in one measure, year and scope: their middle, and how far they lie from it."""

    values: Sequence[Value]
    low: float
    middle: float
    high: float
    mad: float
    """Median of the distances from the median."""
    mean_distance: float

    def score(self, number: float) -> float:
        """The modified z-score; where more than half of the values are equal (MAD 0), by the mean distance."""
        distance = abs(number - self.middle)
        if self.mad:
            return 0.6745 * distance / self.mad
        return distance / (1.253314 * self.mean_distance) if self.mean_distance else 0.0


class Outlier(NamedTuple):
    """A value far from the others of its spread."""

    value: Value
    spread: Spread
    score: float


def target_text(target: Target | MatrixCell, language: Language) -> str:
    """A target as it was understood: `≥ 95,5 %`, `80–90 %`, or its words."""
    if target.value is None:
        return target.qualitative or ""
    if target.value_high is not None:
        low = number_text(target.value, language)
        return f"{low}–{quantity_text(target.value_high, target.unit, language)}"
    return _SIGNS.get(target.comparator or "", "") + quantity_text(target.value, target.unit, language)


def values_of(run: Run, language: Language) -> list[Value]:
    """The cells of the matrix in its order; without those of plans that another plan of the run replaces."""
    numbers = {plan.document.doc_id: number for number, plan in enumerate(run.plans)}
    replaced = {plan.document.replaces for plan in run.plans}
    keys = [unit_key(plan.document) for plan in run.plans]
    return [
        Value(
            plan=numbers[cell.doc_id],
            entry=cell.canonical_id,
            unit=keys[numbers[cell.doc_id]],
            measure=_measure(cell.unit),
            measure_text="%" if _measure(cell.unit) == "%" else cell.unit or "",
            period=cell.period,
            scope=cell.scope or "",
            number=cell.value,
            high=cell.value_high,
            words=cell.qualitative or "",
            text=target_text(cell, language),
            fact=f"t{cell.indicator_id}.{cell.target_no}",
        )
        for cell in run.matrix
        if cell.doc_id in numbers and cell.doc_id not in replaced
    ]


def _measure(unit: str | None) -> str:
    """A share is a share whatever it is of: the catalogue's entry says that."""
    folded = fold(unit or "")
    return "%" if folded.startswith("%") else folded


def spreads(values: Iterable[Value]) -> list[Spread]:
    """The values with a number by entry, measure, year and scope."""
    groups: dict[tuple[str, str, int, str], list[Value]] = defaultdict(list)
    for value in values:
        if value.number is not None:
            groups[value.entry, value.measure, value.period or 0, fold(value.scope)].append(value)
    return [_spread(groups[key]) for key in sorted(groups)]


def _spread(values: Sequence[Value]) -> Spread:
    numbers = [value.number for value in values if value.number is not None]
    middle = median(numbers)
    distances = [abs(number - middle) for number in numbers]
    return Spread(values, min(numbers), middle, max(numbers), median(distances), fmean(distances))


def outliers(found: Iterable[Spread]) -> list[Outlier]:
    """The values that stand out, farthest first; of spreads with at least five values."""
    scored = [
        Outlier(value, spread, spread.score(value.number))
        for spread in found
        if len(spread.values) >= LEAST_VALUES
        for value in spread.values
        if value.number is not None
    ]
    return sorted((one for one in scored if one.score > STANDS_OUT), key=lambda one: -one.score)


def contradictions(values: Iterable[Value]) -> list[list[Value]]:
    """Values for one entry, unit, measure, year and scope that are not all the same."""
    groups: Mapping[tuple[str, str, str, int, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[value.entry, value.unit, value.measure, value.period or 0, fold(value.scope)].append(value)
    return [groups[key] for key in sorted(groups) if len({_said(value) for value in groups[key]}) > 1]


def _said(value: Value) -> tuple[float | None, float | None, str]:
    return value.number, value.high, "" if value.number is not None else fold(value.words)
