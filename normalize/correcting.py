"""Applies corrections to plans: a pure function from a plan to the plan put right and what became of each correction.

A correction is applied only where its place still holds the printed value that it was made for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kehoach.normalize.corrected_fields import FIELDS
from kehoach.normalize.corrected_records import Subject, change, renumber
from kehoach.normalize.corrections import Correction
from kehoach.normalize.text import fold, tidy
from kehoach.schemas.records import Diagnostic, Document, Indicator, Place, Placed, Plan, Row, Severity, Target, Task

__all__ = ["Corrected", "Spot", "apply_corrections", "concerns", "correct_plans", "place_text", "spots"]

_ORDER = {field: number for number, field in enumerate(FIELDS)}
_CONCERNS = {
    "target.": ("target-", "unit-", "share-"),
    "indicator.target": ("target-",),
    "indicator.unit": ("unit-",),
    "task.deadline": ("deadline-",),
    "task.lead": ("lead-",),
    "document.number": ("number-",),
    "document.issue_date": ("date-",),
    "document.unit_name": ("unit-name-",),
    "document.unit_type": ("unit-type-",),
}


class Spot(NamedTuple):
    """A value of a plan that can be put right: where it stands and what the extraction gave."""

    field: str
    place: str
    subject: str
    """The name of the indicator or task; empty for documents and rows."""
    printed: str
    record: Document | Placed


class Corrected(NamedTuple):
    """A plan put right. `stale`: the corrections not applied, each with the reason."""

    plan: Plan
    applied: list[Correction]
    stale: list[tuple[Correction, str]]


def place_text(places: Sequence[Place]) -> str:
    """Where a thing starts, as people write it down: see Correction.place.

    >>> place_text([Place(line=118, col=5)])
    'line 118:5'
    >>> place_text([Place(page=3, x0=72.2, top=110.4)])
    'page 3 (72, 110)'
    """
    if not places:
        return ""
    at = places[0]
    if at.path is not None:
        return at.path if not at.col else f"{at.path}:{at.col}"
    if at.line is not None:
        return f"line {at.line}:{at.col or 0}"
    return f"page {at.page} ({at.x0 or 0:.0f}, {at.top or 0:.0f})" if at.page is not None else ""


def correct_plans(plans: Sequence[Plan], corrections: Sequence[Correction]) -> list[Plan]:
    """The plans put right, with a diagnostic for each correction that concerns them.

    A correction goes to the plan of its `doc_id`; where none has it, to those of its number and issuer.
    """
    ids = {plan.document.doc_id for plan in plans}
    by_plan: dict[object, list[Correction]] = {}
    for one in corrections:
        by_plan.setdefault(one.doc_id if one.doc_id in ids else (one.number, fold(one.issuer)), []).append(one)
    found = []
    for plan in plans:
        document = plan.document
        own = list(by_plan.get(document.doc_id, ()))
        if document.number and document.issuer:
            own += by_plan.get((document.number, fold(document.issuer)), ())
        found.append(_with_diagnostics(apply_corrections(plan, own)) if own else plan)
    return found


def apply_corrections(plan: Plan, corrections: Sequence[Correction]) -> Corrected:
    """The plan with the corrections that fit; the plan given stays as it is. All are compared with it, none with
    what another correction made of it.
    """
    plan = copy.deepcopy(plan)
    known = list(spots(plan))
    renamed = {fold(one.corrected): fold(one.printed) for one in corrections if one.field.endswith(".name")}
    fitting: list[tuple[Correction, Spot]] = []
    stale: list[tuple[Correction, str]] = []
    for correction in corrections:
        found = [spot for spot in known if _fits(correction, spot, renamed)]
        if len(found) == 1:
            fitting.append((correction, found[0]))
        else:
            stale.append((correction, _why_stale(correction, found, known)))
    applied: list[Correction] = []
    for correction, spot in sorted(fitting, key=lambda pair: _ORDER[pair[0].field]):
        if _contradicted(correction, spot, fitting):
            stale.append((correction, "two corrections contradict each other"))
        elif why := change(plan, Subject(spot.field, spot.record), correction.corrected):
            stale.append((correction, why))
        else:
            _silence(plan, spot)
            applied.append(correction)
    if applied:
        renumber(plan)
    return Corrected(plan, applied, stale)


def spots(plan: Plan) -> Iterator[Spot]:
    """Every value of a plan that can be put right, in document order within each table."""
    names = {one.indicator_id: one.name for one in plan.indicators}
    groups: list[tuple[str, Sequence[Document | Placed]]] = [
        ("document", [plan.document]),
        ("indicator", plan.indicators),
        ("target", plan.targets),
        ("task", plan.tasks),
        ("row", plan.rows),
    ]
    for group, records in groups:
        fields = [field for field in FIELDS if field.startswith(f"{group}.")]
        for record in records:
            place = "" if isinstance(record, Document) else place_text(record.places)
            subject = _subject(record, names)
            for field in fields:
                yield Spot(field, place, subject, _printed(field, record, plan), record)


def _subject(record: Document | Placed, names: dict[int, str]) -> str:
    if isinstance(record, Target):
        return names.get(record.indicator_id, "")
    return record.name if isinstance(record, Indicator | Task) else ""


def _printed(field: str, record: Document | Placed, plan: Plan) -> str:
    """What the extraction gave: of a target always its printed words, of a row its cells."""
    if isinstance(record, Target):
        return record.raw
    if isinstance(record, Row):
        return tidy(" | ".join(record.cells))
    if field == "indicator.target":
        assert isinstance(record, Indicator)
        return " | ".join(target.raw for target in plan.targets if target.indicator_id == record.indicator_id)
    value = getattr(record, FIELDS[field].attribute)
    return "" if value is None else tidy(str(value))


def _fits(correction: Correction, spot: Spot, renamed: Mapping[str, str]) -> bool:
    """`renamed`: the name that another correction gives, as people saw it when they made this one."""
    subject = fold(correction.subject)
    return (
        correction.field == spot.field
        and _same_place(correction, spot)
        and tidy(correction.printed) == tidy(spot.printed)
        and (not subject or fold(spot.subject) in (subject, renamed.get(subject)))
    )


def _same_place(correction: Correction, spot: Spot) -> bool:
    return isinstance(spot.record, Document) or tidy(correction.place) == spot.place


def _why_stale(correction: Correction, found: Sequence[Spot], known: Sequence[Spot]) -> str:
    if len(found) > 1:
        return "more than one value stands there"
    there = [spot for spot in known if spot.field == correction.field and _same_place(correction, spot)]
    if there:
        return f"now reads {there[0].printed!r}" + (f" of {there[0].subject!r}" if there[0].subject else "")
    return "nothing of this kind stands there any more"


def _contradicted(correction: Correction, spot: Spot, fitting: Sequence[tuple[Correction, Spot]]) -> bool:
    return any(
        other.field == correction.field
        and at.record is spot.record
        and tidy(other.corrected) != tidy(correction.corrected)
        for other, at in fitting
    )


@cache
def concerns(field: str) -> tuple[str, ...]:
    """How the codes of the diagnostics begin that speak of a field: they do not hold of a corrected one."""
    return next((codes for name, codes in _CONCERNS.items() if field.startswith(name)), ())


def _silence(plan: Plan, spot: Spot) -> None:
    """Without the diagnostics that stood at the value for what it was."""
    codes = concerns(spot.field)
    where = spot.record.places
    plan.diagnostics = [
        one for one in plan.diagnostics if not (codes and one.code.startswith(codes) and one.places == where)
    ]


def _with_diagnostics(corrected: Corrected) -> Plan:
    plan = corrected.plan
    where = {(spot.field, spot.place): spot.record.places for spot in spots(plan)}
    for one in corrected.applied:
        message = f"{one.field} corrected by {one.by}: {one.printed!r} is {one.corrected!r}."
        plan.diagnostics.append(_diagnostic(plan, "corrected", "info", (message, one), where))
    for one, why in corrected.stale:
        message = f"The correction of {one.field} by {one.by} was not applied: {why}."
        plan.diagnostics.append(_diagnostic(plan, "correction-stale", "warning", (message, one), where))
    return plan


def _diagnostic(
    plan: Plan,
    code: str,
    severity: Severity,
    said: tuple[str, Correction],
    where: dict[tuple[str, str], list[Place]],
) -> Diagnostic:
    message, one = said
    places = where.get((one.field, tidy(one.place)), [])
    return Diagnostic(
        source=plan.document.source,
        code=code,
        severity=severity,
        message=message,
        context=f"{one.place} {one.printed} → {one.corrected}".strip(),
        line=places[0].line if places else None,
        page=places[0].page if places else None,
        places=places,
    )
