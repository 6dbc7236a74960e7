"""From the plans of a run to the tables of the contract: copies merged, meaning given, every table written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kehoach.schemas.records import Agency, Canonical, File, Match, MatrixCell, Plan, Record

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["merge_copies", "put_right", "write_plans"]


class _Meaning(msgspec.Struct):
    """What only all plans together show."""

    agencies: list[Agency]
    catalogue: list[Canonical]
    matches: list[tuple[str, Match]]
    matrix: list[MatrixCell]


def merge_copies(plans: Sequence[Plan]) -> list[Plan]:
    """One plan for each content: the same bytes under two names keep the first, with both names in `sources`."""
    first: dict[str, Plan] = {}
    for plan in plans:
        document = first.setdefault(plan.document.doc_id, plan).document
        document.sources = [*document.sources, *(s for s in [plan.document.source] if s not in document.sources)]
    return list(first.values())


def put_right(plans: Sequence[Plan], workspace: Path | None) -> list[Plan]:
    """The plans with the corrections of the workspace; where a value changed, repeated indicators are sought again.

    Raises ValueError with the faults of the file of corrections.
    """
    from kehoach.extract.indicators import mark_duplicates  # noqa: PLC0415
    from kehoach.normalize.correcting import correct_plans  # noqa: PLC0415
    from kehoach.normalize.corrections import load_corrections  # noqa: PLC0415

    corrections = load_corrections(workspace)
    if not corrections:
        return list(plans)
    found = correct_plans(plans, corrections)
    for plan, before in zip(found, plans, strict=True):
        if plan is not before:
            for indicator in plan.indicators:
                indicator.duplicate_of = None
            mark_duplicates(plan.indicators, plan.targets)
    return found


def write_plans(
    files: Sequence[File], plans: Sequence[Plan], out: Path, workspace: Path | None = None
) -> dict[str, int]:
    """Write every table into the folder; gives the number of rows of each. Raises OutputUnavailable."""
    from kehoach.schemas.folder import write_tables  # noqa: PLC0415

    tables = _tables(files, plans, _understand(plans, workspace))
    write_tables(tables, out)
    return {name: table.num_rows for name, table in tables.items()}


def _understand(plans: Sequence[Plan], workspace: Path | None) -> _Meaning:
    """What the plans mean together, with what people decided and kept in the workspace (the one in use)."""
    from kehoach.normalize.agency_decisions import load_agency_book  # noqa: PLC0415
    from kehoach.normalize.agency_table import link_agencies  # noqa: PLC0415
    from kehoach.normalize.knowledge import load_knowledge  # noqa: PLC0415
    from kehoach.normalize.matching import match_indicators  # noqa: PLC0415
    from kehoach.normalize.matrix import build_matrix  # noqa: PLC0415

    matches, catalogue = match_indicators(plans, load_knowledge(workspace))
    return _Meaning(link_agencies(plans, load_agency_book(workspace)), catalogue, matches, build_matrix(plans, matches))


def _tables(files: Sequence[File], plans: Sequence[Plan], meaning: _Meaning) -> dict[str, pa.Table]:
    """Every table of the contract by name; `files.seconds` stays null, for a clock gives other bytes each time."""
    from kehoach.schemas.arrow import RECORDS, records_to_table  # noqa: PLC0415

    rows: dict[str, list[tuple[str | None, Record]]] = {name: [] for name in RECORDS}
    rows["files"] = [(None, msgspec.structs.replace(file, seconds=None)) for file in files]
    rows["documents"] = [(None, plan.document) for plan in plans]
    rows["agencies"] = [(None, agency) for agency in meaning.agencies]
    rows["catalogue"] = [(None, canonical) for canonical in meaning.catalogue]
    rows["matches"] = list(meaning.matches)
    rows["matrix"] = [(None, cell) for cell in meaning.matrix]
    for plan in plans:
        for name in set(Plan.__struct_fields__) - {"document"}:
            rows[name] += [(plan.document.doc_id, record) for record in getattr(plan, name)]
    return {name: records_to_table(name, found) for name, found in rows.items()}
