"""One cited document whose number is written in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kehoach.extract.checks.view import Rule, View, diagnostic, printed, where
from kehoach.normalize.citations import number_key
from kehoach.schemas.records import Diagnostic, Reference


def number_variants(view: View) -> Iterator[Diagnostic]:
    """`11/NQ-CP` and `11-NQ/CP`; `15-KH/ĐU` and `15-ĐH/ĐU` where kind and day are the same."""
    seen: list[Reference] = []
    for reference in sorted(view.plan.references, key=lambda one: one.line or 0):
        twin = next((one for one in seen if _one_document(one, reference)), None)
        if twin is not None:
            message = (
                f"The number of one document is written in two ways: {printed(twin.number)} at {where(twin)}"
                f" and {printed(reference.number)} here."
            )
            yield diagnostic(
                view.plan.document, "citation-variant", message, reference, f"{reference.kind} {reference.number}"
            )
        seen.append(reference)


def _one_document(one: Reference, other: Reference) -> bool:
    if one.number.upper() == other.number.upper() or not _kin(one.kind, other.kind):
        return False
    days = {day for day in (one.date, other.date) if day is not None}
    if len(days) > 1:
        return False
    if number_key(one.number) == number_key(other.number):
        return True
    return (
        one.date is not None
        and one.date == other.date
        and one.kind == other.kind
        and _one_slip(one.number, other.number)
    )


def _kin(one: str, other: str) -> bool:
    return one == other or one.startswith(other) or other.startswith(one)


_NUMBER = re.compile(r"(\d+)(?:[/-](\d{4}))?[/-](.+)")


def _one_slip(one: str, other: str) -> bool:
    """The same serial number, and letters that differ in one place."""
    first, second = _NUMBER.fullmatch(one), _NUMBER.fullmatch(other)
    if first is None or second is None or first[1] != second[1] or first[2] != second[2]:
        return False
    letters, others = number_key(first[3]), number_key(second[3])
    return len(letters) == len(others) and sum(a != b for a, b in zip(letters, others, strict=True)) == 1


RULES: tuple[Rule, ...] = (number_variants,)
