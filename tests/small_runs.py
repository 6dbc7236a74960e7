"""The tables of a run, written from plans made in a test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from kehoach.normalize.agency_table import link_agencies
from kehoach.normalize.matching import match_indicators
from kehoach.schemas.arrow import RECORDS, records_to_table
from kehoach.schemas.records import Plan, Record


def write_run(plans: Sequence[Plan], folder: Path) -> Path:
    """Write every table of the contract into a new folder; those that nothing is known of are empty."""
    matches, catalogue = match_indicators(plans)
    rows: dict[str, list[tuple[str | None, Record]]] = {name: [] for name in RECORDS}
    rows["agencies"] = [(None, agency) for agency in link_agencies(plans)]
    rows["documents"] = [(None, plan.document) for plan in plans]
    rows["catalogue"] = [(None, entry) for entry in catalogue]
    rows["matches"] = list(matches)
    for plan in plans:
        for name in set(Plan.__struct_fields__) - {"document"}:
            rows[name] += [(plan.document.doc_id, record) for record in getattr(plan, name)]
    folder.mkdir()
    for name, found in rows.items():
        pq.write_table(records_to_table(name, found), folder / f"{name}.parquet")
    return folder
