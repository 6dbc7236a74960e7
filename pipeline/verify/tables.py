"""One table against the contract and against what the run says that it wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kehoach.pipeline.record import TableRecord, digest_of
from kehoach.pipeline.verify.faults import Fault
from kehoach.schemas.arrow import codes_of, schema_of
from kehoach.schemas.codes import SEVERITY
from kehoach.schemas.storage import Storage

__all__ = ["KEYS", "check_table"]

KEYS: dict[str, tuple[str, ...]] = {
    "files": ("source", "sha256", "doc_id", "format", "status"),
    "documents": (
        "doc_id", "source", "sources", "sha256", "replaces", "chars", "chars_kept", "chars_dropped",
    ),
    "sections": ("doc_id", "section_id", "parent_id"),
    "references": ("doc_id",),
    "tables": ("doc_id", "table_id"),
    "rows": ("doc_id", "table_id", "row_id"),
    "indicators": ("doc_id", "indicator_id", "table_id", "duplicate_of"),
    "targets": ("doc_id", "indicator_id", "target_no"),
    "tasks": ("doc_id", "task_id", "table_id"),
    "assignments": ("doc_id", "subject", "subject_id", "agency_id"),
    "agencies": ("agency_id", "mentions"),
    "catalogue": ("canonical_id", "broader", "replaced_by"),
    "matches": ("doc_id", "indicator_id", "link_no", "target_no", "canonical_id", "runner_up_id"),
    "matrix": ("doc_id", "indicator_id", "target_no", "canonical_id"),
    "diagnostics": ("doc_id", "source"),
}  # fmt: skip
"""The columns by which tables refer to each other: all that is kept in memory of them."""


def check_table(storage: Storage, name: str, told: TableRecord | None) -> tuple[list[Fault], pa.Table | None]:
    """The faults of a table by itself, and its key columns; None where they cannot be relied on."""
    data = storage.read(f"{name}.parquet")
    if data is None:
        return [Fault(name, "table-missing", f"there is no {name}.parquet")], None
    faults = []
    if told is not None and digest_of(data) != told.sha256:
        faults.append(Fault(name, "digest", f"{name}.parquet is not the file that the run wrote"))
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        found, usable = _check_content(name, file, told)
        return [*faults, *found], file.read(list(KEYS[name]), use_threads=False) if usable else None
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        return [*faults, Fault(name, "table-damaged", f"{name}.parquet cannot be read: {reason}")], None


def _check_content(name: str, file: pq.ParquetFile, told: TableRecord | None) -> tuple[list[Fault], bool]:
    faults = []
    rows = file.metadata.num_rows
    if told is not None and rows != told.rows:
        faults.append(Fault(name, "rows", f"{rows} rows; the run wrote {told.rows}"))
    wrong = list(_schema_faults(name, file.schema_arrow))
    if wrong:
        return [*faults, *wrong], False
    faults += [*_loose_faults(name, file), *_code_faults(name, file)]
    return faults, True


def _schema_faults(name: str, found: pa.Schema) -> Iterator[Fault]:
    """Columns that are missing, too many, or of another type; whether they may be null is looked at by itself."""
    wanted = schema_of(name)
    for field in wanted:
        at = found.get_field_index(field.name)
        if at < 0:
            yield Fault(name, "column-missing", f"there is no column {field.name}")
        elif found.field(at).type != field.type:
            yield Fault(name, "column-type", f"{field.name} is {found.field(at).type}, not {field.type}")
    for field in found:
        if wanted.get_field_index(field.name) < 0:
            yield Fault(name, "column-unknown", f"the contract knows no column {field.name}")
    if found.names != wanted.names and set(found.names) == set(wanted.names):
        yield Fault(name, "column-order", f"the columns stand in another order: {', '.join(found.names)}")


def _loose_faults(name: str, file: pq.ParquetFile) -> Iterator[Fault]:
    """What may not be null in the contract, but may in this file; one that does not allow it has none."""
    for field in file.schema_arrow:
        if field.nullable and not schema_of(name).field(field.name).nullable:
            nulls = file.read([field.name], use_threads=False)[field.name].null_count
            held = f"{nulls} of {file.metadata.num_rows} rows are" if nulls else "none is"
            yield Fault(name, "null", f"{field.name} must never be null; the file allows it, {held}")


def _code_faults(name: str, file: pq.ParquetFile) -> Iterator[Fault]:
    allowed = codes_of(name) | ({"code": frozenset(SEVERITY)} if name == "diagnostics" else {})
    for column, words in allowed.items():
        values = file.read([column], use_threads=False)[column].combine_chunks()
        if pa.types.is_list(values.type):
            values = values.flatten()
        unknown = pc.unique(values.filter(pc.invert(pc.is_in(values, pa.array(sorted(words))))).drop_null()).to_pylist()
        if unknown:
            shown = ", ".join(repr(one) for one in sorted(unknown)[:5])
            yield Fault(name, "code", f"{column} holds {shown}; it may be {' '.join(sorted(words))}")
