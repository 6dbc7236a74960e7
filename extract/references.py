"""The legal documents that a plan cites: one record for each distinct (kind, number)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kehoach.extract.blocks import Source, Text
from kehoach.extract.sections import place_fields
from kehoach.normalize.citations import Citation, find_citations, has_citation_hint, merge_citations
from kehoach.schemas.records import Place, Reference, ReferenceRole

_BASIS = re.compile(r"\s*(?:Căn cứ|Thực hiện|Theo|Triển khai|Xét|Tiếp tục thực hiện)\b")
_REPLACES = re.compile(r"thay thế\s+(?:cho\s+)?(?:\w+\s+){0,3}$")
_AMENDS = re.compile(r"(?:sửa đổi|bổ sung|cập nhật)(?:,?\s*(?:và\s+)?(?:sửa đổi|bổ sung|cập nhật))*\s+(?:\w+\s+){0,3}$")


def read_references(
    preamble: Sequence[Text], others: Iterable[Text], own_number: str | None, source: Source
) -> list[Reference]:
    """All citations of a plan, merged; those of the preamble are its `basis`."""
    found: list[tuple[Citation, ReferenceRole, Text]] = []
    for text in preamble:
        basis = _BASIS.match(text.value) is not None
        found += [(citation, "basis" if basis else "cites", text) for citation in _citations(text)]
    for text in others:
        found += [(citation, _role(citation, text), text) for citation in _citations(text)]
    first: dict[tuple[str, str], tuple[Citation, ReferenceRole, Text]] = {}
    for entry in found:
        key = (entry[0].kind, entry[0].number)
        if key not in first or (first[key][1] == "cites" and entry[1] != "cites"):
            first[key] = (first.get(key, entry)[0], entry[1], first.get(key, entry)[2])
    exclude = (own_number,) if own_number else ()
    merged = merge_citations([citation for citation, _, _ in found], exclude)
    return [_record(citation, *first[(citation.kind, citation.number)], source) for citation in merged]


def _citations(text: Text) -> list[Citation]:
    return find_citations(text.value) if has_citation_hint(text.value) else []


def _role(citation: Citation, text: Text) -> ReferenceRole:
    before = text.value[max(0, citation.start - 60) : citation.start]
    if _REPLACES.search(before):
        return "replaces"
    return "amends" if _AMENDS.search(before) else "cites"


def _record(merged: object, citation: Citation, role: ReferenceRole, text: Text, source: Source) -> Reference:
    places: list[Place] = source.places(text.slice(citation.start, citation.end))
    line, page, places = place_fields(places)
    return Reference(
        kind=citation.kind,
        number=citation.number,
        date=merged.date,  # type: ignore[attr-defined]
        issuer=merged.issuer,  # type: ignore[attr-defined]
        role=role,
        mentions=merged.mentions,  # type: ignore[attr-defined]
        line=line,
        page=page,
        places=places,
    )
