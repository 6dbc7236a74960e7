"""The questions about extracted values: what was read where, and what it should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kehoach.normalize.correcting import Spot, concerns, spots
from kehoach.publish.review.outputs import Outputs
from kehoach.publish.review.sheets import Question, Sheet, row_id
from kehoach.publish.wording import Words
from kehoach.schemas.records import Diagnostic, Document, Indicator, Place, Plan, Row, Target, Task

__all__ = ["MOST_VALUES", "values_sheet"]

MOST_VALUES = 20_000
_ALWAYS = frozenset({"indicator.unit", "indicator.lead", "task.lead", "task.deadline"})
"""Also where nothing was read; a document says of itself what it lacks, too."""


def values_sheet(outputs: Outputs, words: Words, most: int = MOST_VALUES) -> tuple[Sheet, int]:
    """A row for each extracted value, those with a warning first, then in the order of the plans.

    Returns how many values were left out to keep the sheet within `most` rows.
    """
    found: list[tuple[Plan, Spot, str]] = []
    fields = words.group("field")
    for plan in outputs.plans:
        warnings = _warnings(plan)
        asked = {  # of two alike in one place a correction could not tell which is meant
            (spot.field, spot.place, spot.subject, spot.printed): spot
            for spot in spots(plan)
            if spot.field in fields and _is_asked(spot)
        }
        found += [(plan, spot, _hint(spot, warnings)) for spot in asked.values()]
    found.sort(key=lambda one: not one[2])
    questions = [_question(spot, plan, hint, words) for plan, spot, hint in found[:most]]
    return Sheet("values", questions), max(len(found) - most, 0)


def _is_asked(spot: Spot) -> bool:
    if spot.field == "indicator.target":
        return not spot.printed and isinstance(spot.record, Indicator)
    return bool(spot.printed) or spot.field in _ALWAYS or isinstance(spot.record, Document)


def _question(spot: Spot, plan: Plan, hint: str, words: Words) -> Question:
    document = plan.document
    return Question(
        row_id("values", document.doc_id, spot.field, spot.place, spot.subject, spot.printed),
        {
            "plan": _plan_name(document),
            "place": _shown_place(spot.place, words),
            "field": words(f"field.{spot.field}"),
            "subject": spot.subject,
            "printed": spot.printed,
            "read": _understood(spot, plan),
            "hint": hint,
        },
        {
            "doc_id": document.doc_id,
            "number": document.number or "",
            "issuer": document.issuer or "",
            "subject": spot.subject,
            "place": spot.place,
            "field": spot.field,
            "printed": spot.printed,
        },
    )


def _plan_name(document: Document) -> str:
    """`95/KH-UBND, Ủy ban nhân dân phường Phù Liễn`, with the file's name where there is no number."""
    named = document.number or document.source.rsplit("/", 1)[-1]
    return ", ".join(filter(None, [named, document.issuer]))


def _shown_place(place: str, words: Words) -> str:
    for kind in ("line", "page"):
        if place.startswith(f"{kind} "):
            return words(f"place.{kind}") + place.removeprefix(kind)
    return place


def _understood(spot: Spot, plan: Plan) -> str:
    record = spot.record
    if isinstance(record, Target):
        return str(record.period or "") if spot.field == "target.period" else _target(record)
    if isinstance(record, Task) and spot.field == "task.deadline":
        due = record.due or record.start or record.recurrence
        return f"{record.deadline_kind}" + (f": {due}" if due else "")
    if isinstance(record, Task | Indicator) and spot.field.endswith(".lead"):
        return "\n".join(_leads(record, plan))
    return record.kind if isinstance(record, Row) else ""


def _target(target: Target) -> str:
    """`>= 80 %`, `80 - 90 hộ`, or the words."""
    if target.value is None:
        return target.qualitative or ""
    high = f" - {target.value_high:g}" if target.value_high is not None else ""
    sign = "" if target.comparator in (None, "=", "range") else target.comparator
    return " ".join(filter(None, [sign, f"{target.value:g}{high}", target.unit]))


def _leads(record: Task | Indicator, plan: Plan) -> Iterator[str]:
    kind, number = ("task", record.task_id) if isinstance(record, Task) else ("indicator", record.indicator_id)
    for one in plan.assignments:
        if (one.subject, one.subject_id, one.role) == (kind, number, "lead"):
            yield one.agency_id or one.agency_raw


def _warnings(plan: Plan) -> Mapping[tuple[Place, ...], Sequence[Diagnostic]]:
    found: dict[tuple[Place, ...], list[Diagnostic]] = {}
    for one in plan.diagnostics:
        found.setdefault(tuple(one.places), []).append(one)
    return found


def _hint(spot: Spot, warnings: Mapping[tuple[Place, ...], Sequence[Diagnostic]]) -> str:
    """What the checks say of this very value."""
    codes = concerns(spot.field)
    there = warnings.get(tuple(spot.record.places), ()) if codes else ()
    return "\n".join(f"{one.code}: {one.message}" for one in there if one.code.startswith(codes))
