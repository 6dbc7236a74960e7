"""The checks one after the other: the record of the run, each table, the keys between them, the stored plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kehoach.pipeline.record import RunRecord, read_record
from kehoach.pipeline.verify.faults import Fault
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.folder import RECORD, holder_of, left_over
from kehoach.schemas.storage import Storage

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["verify"]


def verify(location: str | Path, *, quick: bool = False) -> list[Fault]:
    """The faults of a run's output, table by table; `quick` leaves the stored plans out.

    Raises InputMissing where there is no output of a run, OutputUnavailable where it cannot be read.
    """
    from kehoach.pipeline.verify.keys import check_keys  # noqa: PLC0415 - see kehoach --help
    from kehoach.pipeline.verify.plans import check_plans  # noqa: PLC0415
    from kehoach.pipeline.verify.tables import check_table  # noqa: PLC0415
    from kehoach.schemas.arrow import RECORDS  # noqa: PLC0415

    storage = Storage(location)
    if storage.read(RECORD) is None and storage.read("documents.parquet") is None:
        raise InputMissing(f"{location} holds no tables of a run")
    record = read_record(storage)
    faults: list[Fault] = []
    keys: dict[str, pa.Table] = {}
    for name in RECORDS:
        found, table = check_table(storage, name, record.tables.get(name) if record else None)
        faults += found
        if table is not None:
            keys[name] = table
    faults = [*_check_record(storage, record, keys), *faults, *check_keys(keys)]
    if not quick and {"files", "documents"} <= set(keys):
        faults += check_plans(storage, keys["files"], keys["documents"])
    return faults


def _check_record(storage: Storage, record: RunRecord | None, keys: dict[str, pa.Table]) -> list[Fault]:
    faults = []
    holder = holder_of(storage.local) if storage.local else None
    if holder and holder.running:
        faults.append(Fault("run", "running", f"{holder.name} writes to it now; wait for its end"))
    if left_over(storage) == "complete":
        faults.append(Fault("run", "unfinished", "a run was killed while it put its tables in place; run again"))
    if record is None:
        what = "damaged, or of another version" if storage.read(RECORD) is not None else "not there"
        return [*faults, Fault("run", "record-missing", f"{RECORD} is {what}: nothing tells what was written")]
    if "documents" in keys and record.plans != keys["documents"].num_rows:
        rows = keys["documents"].num_rows
        faults.append(Fault("run", "plans", f"{RECORD} tells of {record.plans} plans, documents holds {rows}"))
    if "files" in keys:
        counts = {one["values"]: one["counts"] for one in keys["files"]["status"].value_counts().to_pylist()}
        if counts != record.files:
            told, found = (_told(one) for one in (record.files, counts))
            faults.append(Fault("run", "files", f"{RECORD} tells of the files {told}; the table says {found}"))
    return faults


def _told(counts: dict[str | None, int] | dict[str, int]) -> str:
    return ", ".join(sorted(f"{count} {status}" for status, count in counts.items())) or "none"
