"""The table of the bodies named in the plans, and the links of the assignments to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kehoach.normalize.agencies import Body, agency_id, normalise_agency
from kehoach.schemas.records import Agency, Plan

__all__ = ["link_agencies"]


def link_agencies(plans: Sequence[Plan]) -> list[Agency]:
    """Fill `agency_id` of every assignment and return the bodies, sorted by id.

    `aliases` are the spellings other than the body's name, the most frequent first: `Phòng VH-XH`,
    `Phòng Văn hoá và Xã hội phường`. `mentions` counts the assignments.
    """
    bodies: dict[str, Body] = {}
    spellings: dict[str, Counter[str]] = {}
    for plan in plans:
        document = plan.document
        for assignment in plan.assignments:
            body = normalise_agency(assignment.agency_raw, document.unit_type, document.unit_name)
            key = agency_id(body)
            assignment.agency_id = key
            bodies.setdefault(key, body)
            spellings.setdefault(key, Counter())[assignment.agency_raw] += 1
    return [_agency(key, bodies[key], spellings[key]) for key in sorted(bodies)]


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
