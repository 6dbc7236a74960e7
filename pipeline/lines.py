"""One line a plan, for the summary of a run."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from kehoach.schemas.storage import Storage

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PlanLine", "plan_lines"]

_COUNTED = ("tables", "indicators", "targets", "tasks")
_SEVERITIES = {"errors": "error", "warnings": "warning", "notes": "info"}


class PlanLine(msgspec.Struct, kw_only=True):
    """A plan and how much was found in it."""

    doc_id: str
    source: str
    sources: list[str]
    number: str | None
    issue_date: dt.date | None
    unit_type: str | None
    unit_name: str | None
    title: str | None
    tables: int = 0
    indicators: int = 0
    targets: int = 0
    tasks: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0


def plan_lines(storage: Storage) -> list[PlanLine]:
    """A line for each plan in the tables of an output folder, in their order."""
    counts = {name: _count(_column(storage, name, "doc_id")) for name in _COUNTED}
    found = _table(storage, "diagnostics", ["doc_id", "severity"])
    severities = Counter(zip(found["doc_id"].to_pylist(), found["severity"].to_pylist(), strict=True))
    names = [name for name in PlanLine.__struct_fields__ if name not in (*_COUNTED, *_SEVERITIES)]
    return [
        msgspec.convert(
            row
            | {name: counts[name].get(row["doc_id"], 0) for name in _COUNTED}
            | {name: severities[row["doc_id"], severity] for name, severity in _SEVERITIES.items()},
            PlanLine,
        )
        for row in _table(storage, "documents", names).to_pylist()
    ]


def _count(column: Any) -> dict[str, int]:
    return {one["values"]: one["counts"] for one in column.value_counts().to_pylist()}


def _column(storage: Storage, table: str, column: str) -> Any:
    return _table(storage, table, [column])[column]


def _table(storage: Storage, name: str, columns: list[str]) -> pa.Table:
    from kehoach.schemas.arrow import read_parquet  # noqa: PLC0415 - see kehoach --help

    data = storage.read(f"{name}.parquet")
    assert data is not None, "the tables are in place"
    return read_parquet(data, columns)
