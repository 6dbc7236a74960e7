"""Two plans, or the plans of two runs, compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from kehoach.normalize.replacing import newest
from kehoach.normalize.text import fold
from kehoach.publish.compare.changes import KINDS, Change, PlanChanges, RunChanges
from kehoach.publish.compare.indicators import compare_indicators
from kehoach.publish.compare.pairing import Pairing
from kehoach.publish.compare.sides import Side, read_documents, read_sides
from kehoach.publish.compare.tasks import compare_tasks
from kehoach.schemas.records import Document

__all__ = ["compare_plans", "compare_runs", "pair_documents"]


def compare_plans(a: Side, b: Side) -> PlanChanges:
    """What differs between two plans: indicators before tasks, each by kind of change, then in the plan's order."""
    changes = [*compare_indicators(a, b), *compare_tasks(a, b)]
    return PlanChanges(a.document, b.document, sorted(changes, key=_order))


def compare_runs(a: Path, b: Path) -> RunChanges:
    """What differs between the plans of two runs that belong together; where each holds one plan, those two. Plans that
    another of their run replaces are left out. Raises InputMissing where a folder holds no run.
    """
    known = read_documents(a), read_documents(b)
    documents = newest(known[0]), newest(known[1])
    pairing = pair_documents(*documents)
    if len(documents[0]) == len(documents[1]) == 1:
        pairing = Pairing(*documents).by(lambda _: "the only one")
    sides = (
        read_sides(a, {one.doc_id for one, _ in pairing.pairs}),
        read_sides(b, {one.doc_id for _, one in pairing.pairs}),
    )
    places = {document.doc_id: at for at, document in enumerate(documents[1])}
    pairs = sorted(pairing.pairs, key=lambda pair: places[pair[1].doc_id])
    plans = [compare_plans(sides[0][one.doc_id], sides[1][other.doc_id]) for one, other in pairs]
    replaced = sum(len(side) for side in known) - sum(len(side) for side in documents)
    return RunChanges(plans, pairing.left, pairing.right, replaced)


def pair_documents(a: Sequence[Document], b: Sequence[Document]) -> Pairing[Document]:
    """Which plan of one run belongs to which of the other: the same file; the same unit, body and year; the same unit
    and number; the only plan of a unit's body; where the unit is not known, the number. Of two that could be meant none
    is taken.
    """
    steps: list[Callable[[Document], Hashable]] = [
        lambda document: document.doc_id,
        lambda document: (
            (*_body(document), document.plan_year, fold(document.number or "")) if _body(document) else None
        ),
        lambda document: (*_body(document), document.plan_year) if _body(document) else None,
        lambda document: (*_body(document)[:1], fold(document.number)) if _body(document) and document.number else None,
        lambda document: _body(document) or None,
        _nameless,
    ]
    pairing = Pairing(a, b)
    for step in steps:
        pairing.by(step, unique=True)
    return pairing


def _body(document: Document) -> tuple[Hashable, ...]:
    """The commune or department, and which of its bodies issued the plan; empty where that is not known."""
    if document.unit_code is not None:
        return document.unit_code, document.issuer_kind
    if document.unit_name:
        names = (document.unit_type, document.unit_name, document.province)
        return tuple(fold(name or "") for name in names), document.issuer_kind
    return (fold(document.issuer), document.issuer_kind) if document.issuer else ()


def _nameless(document: Document) -> Hashable:
    return fold(document.number) if document.number and not _body(document) else None


def _order(change: Change) -> tuple[str, int, int, int]:
    here = change.b or change.a
    assert here is not None  # one side names it
    return change.subject, KINDS.index(change.kind), here.id, change.a.id if change.a else -1
