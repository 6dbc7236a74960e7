"""The fields that people may put right, and how their words are read: by the grammar that reads the plans."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, get_args

from kehoach.normalize.dates import parse_date
from kehoach.normalize.deadlines import parse_deadline
from kehoach.normalize.numbers import parse_number
from kehoach.normalize.quantities import Quantity, parse_target
from kehoach.normalize.text import fold, tidy
from kehoach.schemas.records import Comparator, RowKind

__all__ = ["FIELDS", "Field", "correction_reads", "is_nothing", "read_targets", "read_value"]

Value = str | float | int | dt.date | None


class Field(NamedTuple):
    """A field: the name of its attribute in the record and how a corrected value is written."""

    attribute: str
    form: str


_TEXT = "text, or - for nothing"
_NAME = "text"
_NUMBER = "a number, 1.250,5, or - for nothing"
_YEAR = "a year, or - for nothing"
_DATE = "a day, 30/6/2026 or 2026-06-30, or - for nothing"
_COMPARATOR = f"one of {' '.join(get_args(Comparator))}, or - for nothing"
_TARGET = "targets as a cell prints them, ≥ 80%, or - for none"
_DEADLINE = "a deadline as a cell prints it, Quý II/2026, or - for none"
_BODIES = "bodies as a cell prints them, Phòng Kinh tế; Công an xã, or - for none"
_KIND = " or ".join(get_args(RowKind))

FIELDS: dict[str, Field] = {
    **{f"document.{name}": Field(name, _TEXT) for name in ("doc_type", "number", "issuer", "unit_type", "unit_name")},
    **{f"document.{name}": Field(name, _TEXT) for name in ("province", "title", "signatory_name", "signatory_title")},
    "document.issue_date": Field("issue_date", _DATE),
    **{f"document.{name}": Field(name, _YEAR) for name in ("plan_year", "period_start", "period_end")},
    "indicator.name": Field("name", _NAME),
    "indicator.unit": Field("unit", _TEXT),
    "indicator.lead": Field("lead", _BODIES),
    "indicator.coordinating": Field("coordinating", _BODIES),
    "indicator.output": Field("output", _TEXT),
    "indicator.note": Field("note", _TEXT),
    "indicator.target": Field("", _TARGET),
    "target.raw": Field("raw", _TARGET),
    "target.value": Field("value", _NUMBER),
    "target.value_high": Field("value_high", _NUMBER),
    "target.comparator": Field("comparator", _COMPARATOR),
    "target.unit": Field("unit", _TEXT),
    "target.period": Field("period", _YEAR),
    "target.scope": Field("scope", _TEXT),
    "target.qualitative": Field("qualitative", _TEXT),
    "task.name": Field("name", _NAME),
    **{f"task.{name}": Field(name, _TEXT) for name in ("subtask", "output", "kpi", "basis", "note")},
    "task.lead": Field("lead_raw", _BODIES),
    "task.coordinating": Field("coordinating_raw", _BODIES),
    "task.deadline": Field("deadline_raw", _DEADLINE),
    "row.kind": Field("kind", _KIND),
}
"""By name, in the order in which they are applied: what a value is read with comes before the value."""


def is_nothing(corrected: str) -> bool:
    """`-`, `–`: nothing stands there."""
    return tidy(corrected) in ("-", "–", "—")


def correction_reads(field: str, corrected: str) -> bool:
    """Whether the words can be read as a value of the field."""
    form = FIELDS[field].form
    if not corrected:
        return False
    if is_nothing(corrected):
        return form not in (_NAME, _KIND)
    if form == _TARGET:
        return bool(read_targets(corrected, None))
    if form == _DEADLINE:
        return parse_deadline(corrected).problem in (None, "no-year")  # the plan's year is added when it is applied
    return form in (_TEXT, _NAME, _BODIES) or read_value(field, corrected) is not None


def read_targets(corrected: str, unit: str | None) -> list[Quantity]:
    """The targets that the words set; none where one of them cannot be read for sure."""
    found = parse_target(corrected, unit)
    sure = all(one.problem in (None, "approximate", "fraction", "relative") for one in found)
    return found if sure else []


def read_value(field: str, corrected: str) -> Value:
    """The value of a field that is written down as it is read; None for `-` and where the words do not fit."""
    form, text = FIELDS[field].form, tidy(corrected)
    if is_nothing(text):
        return None
    if form == _NUMBER:
        return parse_number(text)
    if form == _YEAR:
        return int(text) if text.isdigit() and len(text) == 4 else None
    if form == _DATE:
        return parse_date(text)
    if form == _COMPARATOR:
        return text if text in get_args(Comparator) else None
    if form == _KIND:
        return _KINDS.get(fold(text))
    return text


_KINDS = {kind: kind for kind in get_args(RowKind)} | {"nhóm": "group", "mục": "item"}
