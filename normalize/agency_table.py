"""The table of the bodies named in the plans, and the links of the assignments to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kehoach.normalize.agencies import Body, agency_id, normalise_agency
from kehoach.normalize.agency_decisions import body_ids
from kehoach.normalize.decisions import EMPTY_BOOK, DecisionBook
from kehoach.schemas.records import Agency, Plan

__all__ = ["link_agencies"]


def link_agencies(plans: Sequence[Plan], book: DecisionBook = EMPTY_BOOK) -> list[Agency]:
    """Fill `agency_id` of every assignment and return the bodies, sorted by id.

    `aliases` are the spellings other than the body's name, the most frequent first: `Phòng VH-XH`,
    `Phòng Văn hoá và Xã hội phường`. `mentions` counts the assignments. What people said in the `book` counts: one
    body may be another, or none (then the assignment has no `agency_id`).
    """
    spellings: dict[Body, Counter[str]] = {}
    for plan in plans:
        document = plan.document
        for assignment in plan.assignments:
            body = normalise_agency(assignment.agency_raw, document.unit_type, document.unit_name)
            spellings.setdefault(body, Counter())[assignment.agency_raw] += 1
    ids = body_ids(spellings, book)
    for plan in plans:
        document = plan.document
        for assignment in plan.assignments:
            assignment.agency_id = ids[normalise_agency(assignment.agency_raw, document.unit_type, document.unit_name)]
    return _agencies(spellings, ids)


def _agencies(spellings: dict[Body, Counter[str]], ids: dict[Body, str | None]) -> list[Agency]:
    """One row an id: named after the body whose own id it is, else after the one named most."""
    merged: dict[str, Counter[str]] = {}
    named: dict[str, Body] = {}
    for body in sorted(spellings, key=lambda body: (agency_id(body) != ids[body], -spellings[body].total(), body.name)):
        key = ids[body]
        if key is not None:
            named.setdefault(key, body)
            merged.setdefault(key, Counter()).update(spellings[body])
    return [_agency(key, named[key], merged[key]) for key in sorted(merged)]


def _agency(key: str, body: Body, spellings: Counter[str]) -> Agency:
    by_use = sorted(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    return Agency(
        agency_id=key,
        name=body.name,
        level=body.level,
        kind=body.kind,
        aliases=[spelling for spelling in by_use if spelling != body.name],
        mentions=spellings.total(),
    )
