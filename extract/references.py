"""The legal documents that a plan cites: one record for each distinct (kind, number)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kehoach.extract.blocks import Source, Text
from kehoach.extract.sections import place_fields
from kehoach.normalize.citations import Citation, CitedDocument, find_citations, has_citation_hint, merge_citations
from kehoach.schemas.records import Reference, ReferenceRole

_BASIS = re.compile(r"\s*(?:Căn cứ|Thực hiện|Theo|Triển khai|Xét|Tiếp tục thực hiện)\b")
_REPLACES = re.compile(r"thay thế\s+(?:cho\s+)?(?:\w+\s+){0,3}$", re.IGNORECASE)
_AMENDS = re.compile(
    r"(?:sửa đổi|bổ sung|cập nhật)(?:,?\s*(?:và\s+)?(?:sửa đổi|bổ sung|cập nhật))*\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)


def read_references(
    preamble: Sequence[Text], others: Iterable[Text], own_number: str | None, source: Source
) -> list[Reference]:
    """All citations of a plan, merged; those of the preamble are its `basis`."""
    found: list[tuple[Citation, ReferenceRole, Text]] = []
    for text in preamble:
        basis = _BASIS.match(text.value) is not None
        found += [(citation, "basis" if basis else _role(citation, text), text) for citation in _citations(text)]
    for text in others:
        found += [(citation, _role(citation, text), text) for citation in _citations(text)]
    first: dict[tuple[str, str], tuple[Citation, ReferenceRole, Text]] = {}
    for entry in found:
        key = (entry[0].kind, entry[0].number)
        if key not in first or (first[key][1] == "cites" and entry[1] != "cites"):
            first[key] = (first.get(key, entry)[0], entry[1], first.get(key, entry)[2])
    exclude = (own_number,) if own_number else ()
    merged = merge_citations([citation for citation, _, _ in found], exclude)
    long_forms = _long_forms(found)
    return [
        _record(
            citation, long_forms.get((citation.kind, citation.number)), *first[(citation.kind, citation.number)], source
        )
        for citation in merged
    ]


def _long_forms(found: Sequence[tuple[Citation, ReferenceRole, Text]]) -> dict[tuple[str, str], Citation]:
    """`Kế hoạch số 15-KH/ĐU ngày 23/9/2025 … (Kế hoạch số 15-ĐH/ĐU)`: what stands in brackets is the same document.

    It is one where kind and leading number agree; the key is the short name's, the value the citation in full.
    """
    forms: dict[tuple[str, str], Citation] = {}
    for at, (short, _, text) in enumerate(found):
        if short.date is None and text.value[: short.start].rstrip().endswith("("):
            for full, _, of in reversed(found[max(0, at - 8) : at]):
                if of is text and full.date and full.kind == short.kind and _digits(full) == _digits(short):
                    forms.setdefault((short.kind, short.number), full)
                    break
    return forms


def _digits(citation: Citation) -> str:
    return re.split(r"\D", citation.number, maxsplit=1)[0]


def _citations(text: Text) -> list[Citation]:
    return find_citations(text.value) if has_citation_hint(text.value) else []


def _role(citation: Citation, text: Text) -> ReferenceRole:
    before = text.value[max(0, citation.start - 60) : citation.start]
    if _REPLACES.search(before):
        return "replaces"
    return "amends" if _AMENDS.search(before) else "cites"


def _record(  # noqa: PLR0913, PLR0917 - the parts of one entry
    merged: CitedDocument, full: Citation | None, citation: Citation, role: ReferenceRole, text: Text, source: Source
) -> Reference:
    line, page, places = place_fields(source.places(text.slice(citation.start, citation.end)))
    return Reference(
        kind=citation.kind,
        number=citation.number,
        date=merged.date or (full.date if full else None),
        issuer=merged.issuer or (full.issuer if full else None),
        role=role,
        mentions=merged.mentions,
        line=line,
        page=page,
        places=places,
    )
