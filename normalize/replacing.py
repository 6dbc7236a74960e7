"""Which plan another one replaces: a corrected plan, or one that says so of an earlier one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from kehoach.normalize.text import fold
from kehoach.schemas.records import Document, Reference

__all__ = ["link_replaced", "newest", "replacing_references"]


class _Key(NamedTuple):
    """What two issues of one plan have in common: a number is given anew each year, by each body."""

    number: str
    issuer: str
    unit: str
    province: str
    year: int


def replacing_references(references: Iterable[Reference]) -> list[Reference]:
    """Those that name what the plan replaces: `thay thế Kế hoạch số 12/KH-UBND`."""
    return [one for one in references if one.role == "replaces"]


def link_replaced(
    documents: Sequence[Document], references: Mapping[str, Sequence[Reference]] | None = None
) -> dict[str, str]:
    """The `doc_id` of the plan that each replaces, by its own: that of the same number, issuer and year with the next
    earlier date; else the one that its `references` (by doc_id, see replacing_references) say it replaces.

    Two plans with the same number and date are two copies, neither of which replaces the other. No plan is replaced by
    an earlier one or by itself.
    """
    replaced = dict(_by_references(documents, references or {}))
    replaced.update(_by_date(documents))
    return replaced


def newest(documents: Iterable[Document]) -> list[Document]:
    """The documents that no other of them replaces."""
    known = list(documents)
    replaced = {document.replaces for document in known}
    return [document for document in known if document.doc_id not in replaced]


def _by_date(documents: Sequence[Document]) -> Iterable[tuple[str, str]]:
    issues: dict[_Key, dict[dt.date, list[str]]] = {}
    for document in documents:
        key = _key(document)
        if key is not None and document.issue_date is not None:
            issues.setdefault(key, {}).setdefault(document.issue_date, []).append(document.doc_id)
    for dates in issues.values():
        for earlier, later in pairwise(sorted(dates)):
            for doc_id in dates[later]:
                yield doc_id, min(dates[earlier])


def _by_references(
    documents: Sequence[Document], references: Mapping[str, Sequence[Reference]]
) -> Iterable[tuple[str, str]]:
    by_number: dict[str, list[Document]] = {}
    for document in documents:
        if document.number:
            by_number.setdefault(fold(document.number), []).append(document)
    for document in documents:
        for reference in references.get(document.doc_id, ()):
            meant = [one for one in by_number.get(fold(reference.number), ()) if _means(reference, document, one)]
            if len(meant) == 1:
                yield document.doc_id, meant[0].doc_id


def _key(document: Document) -> _Key | None:
    year = document.issue_date.year if document.issue_date else None
    if not document.number or year is None or not (document.issuer or document.unit_name):
        return None
    return _Key(
        fold(document.number),
        fold(document.issuer or ""),
        fold(document.unit_name or ""),
        fold(document.province or ""),
        year,
    )


def _means(reference: Reference, document: Document, other: Document) -> bool:
    """Whether a plan that says it replaces a number can mean this one: of the same body, earlier, of that date."""
    if _body(other) != _body(document) or other.issue_date is None or document.issue_date is None:
        return False
    return other.issue_date < document.issue_date and reference.date in (None, other.issue_date)


def _body(document: Document) -> tuple[str, str]:
    return fold(document.issuer or document.unit_name or ""), fold(document.province or "")
