"""The table of the bodies named in the plans, and the links of the assignments to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kehoach.normalize.agencies import Body, agency_id, normalise_agency
from kehoach.normalize.agency_decisions import body_ids
from kehoach.normalize.decisions import EMPTY_BOOK, DecisionBook
from kehoach.schemas.records import Agency, Plan

__all__ = ["Mention", "link_agencies", "link_mentions", "plan_mentions"]


class Mention(NamedTuple):
    """A body as an assignment names it, and whose plan that is."""

    agency_raw: str
    unit_type: str | None
    unit_name: str | None


def plan_mentions(plan: Plan) -> Counter[Mention]:
    """How often the assignments of a plan name each body."""
    document = plan.document
    return Counter(Mention(one.agency_raw, document.unit_type, document.unit_name) for one in plan.assignments)


def link_mentions(
    mentions: Mapping[Mention, int], book: DecisionBook = EMPTY_BOOK
) -> tuple[dict[Mention, str | None], list[Agency]]:
    """The `agency_id` of each body that is named, and the bodies, sorted by id.

    `aliases` are the spellings other than the body's name, the most frequent first: `Phòng VH-XH`,
    `Phòng Văn hoá và Xã hội phường`. `mentions` counts the assignments. What people said in the `book` counts: one
    body may be another, or none (then it has no id).
    """
    bodies = {mention: normalise_agency(*mention) for mention in sorted(mentions, key=_key)}
    spellings: dict[Body, Counter[str]] = {}
    for mention, body in bodies.items():
        spellings.setdefault(body, Counter())[mention.agency_raw] += mentions[mention]
    ids = body_ids(spellings, book)
    return {mention: ids[body] for mention, body in bodies.items()}, _agencies(spellings, ids)


def link_agencies(plans: Sequence[Plan], book: DecisionBook = EMPTY_BOOK) -> list[Agency]:
    """Fill `agency_id` of every assignment of the plans and return the bodies: see link_mentions."""
    ids, agencies = link_mentions(sum((plan_mentions(plan) for plan in plans), Counter()), book)
    for plan in plans:
        for assignment in plan.assignments:
            mention = Mention(assignment.agency_raw, plan.document.unit_type, plan.document.unit_name)
            assignment.agency_id = ids[mention]
    return agencies


def _key(mention: Mention) -> tuple[str, str, str]:
    return mention.agency_raw, mention.unit_type or "", mention.unit_name or ""


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
