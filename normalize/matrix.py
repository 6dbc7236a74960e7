"""The consolidated view: canonical indicator × unit × year × scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kehoach.normalize.matching import Named
from kehoach.schemas.records import Document, Match, MatrixCell, Target

__all__ = ["build_matrix"]

_DECIDED = frozenset({"matched", "decided"})


def build_matrix(
    named: Iterable[Named], documents: Mapping[str, Document], matches: Sequence[tuple[str, Match]]
) -> list[MatrixCell]:
    """One cell for each target of an indicator that is linked for sure, ordered by entry, plan and target; only of the
    documents that are given, by their doc_id.

    Links left to review or new, figures already reached (baselines) and repetitions within a plan give no cell. Two
    values for one entry, unit, year and scope give two cells: a conflict is shown, not settled.
    """
    links: dict[tuple[str, int], list[Match]] = {}
    for doc_id, match in matches:
        if match.status in _DECIDED and match.canonical_id is not None:
            links.setdefault((doc_id, match.indicator_id), []).append(match)
    cells = [cell for one in named if one.doc_id in documents for cell in _cells(one, documents[one.doc_id], links)]
    return sorted(cells, key=lambda cell: (cell.canonical_id, cell.doc_id, cell.indicator_id, cell.target_no))


def _cells(named: Named, document: Document, links: dict[tuple[str, int], list[Match]]) -> list[MatrixCell]:
    if named.indicator.duplicate_of is not None:
        return []
    return [
        _cell(document, target, match.canonical_id)
        for target in named.targets
        if not target.baseline
        for match in links.get((named.doc_id, named.indicator.indicator_id), ())
        if match.canonical_id is not None and match.target_no in (None, target.target_no)
    ]


def _cell(document: Document, target: Target, canonical_id: str) -> MatrixCell:
    return MatrixCell(
        canonical_id=canonical_id,
        doc_id=document.doc_id,
        unit_code=document.unit_code,
        unit_name=document.unit_name,
        province=document.province,
        period=target.period,
        scope=target.scope,
        comparator=target.comparator,
        value=target.value,
        value_high=target.value_high,
        unit=target.unit,
        qualitative=target.qualitative,
        indicator_id=target.indicator_id,
        target_no=target.target_no,
    )
