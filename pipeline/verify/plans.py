"""Every plan of the tables against its file under `plans/`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pyarrow as pa

from kehoach.pipeline.store import Store, decode_stored, stored_name
from kehoach.pipeline.verify.faults import Fault
from kehoach.schemas.records import File
from kehoach.schemas.storage import Storage

__all__ = ["check_plans"]


def check_plans(storage: Storage, files: pa.Table, documents: pa.Table) -> Iterator[Fault]:
    """The faults of the stored plans from which the rows of `documents` were made."""
    rows = {row["source"]: row for row in files.to_pylist()}
    wanted = {}
    for document in documents.select(["doc_id", "source"]).to_pylist():
        row = rows.get(document["source"])
        if row is not None:  # else the keys of the tables tell
            name = stored_name(File(source=row["source"], status="", doc_id=document["doc_id"], format=row["format"]))
            wanted[name] = document["doc_id"]
    for name, data in Store(storage).read(wanted):
        if message := _fault(name, wanted[name], data):
            yield Fault("plans", *message)


def _fault(name: str, doc_id: str, data: bytes | None) -> tuple[str, str] | None:
    """Code and message of what is wrong with a stored plan."""
    if data is None:
        return "plan-missing", f"there is no plans/{name}.json; run again"
    try:
        stored = decode_stored(data)
    except msgspec.MsgspecError as error:
        return "plan-damaged", f"plans/{name}.json is damaged ({error}); run again"
    if stored.plan is None:
        return "plan-empty", f"plans/{name}.json holds no plan"
    told = {stored.file.doc_id, stored.plan.document.doc_id}
    if told != {doc_id}:
        return "plan-other", f"plans/{name}.json holds another plan: {', '.join(sorted(map(str, told - {doc_id})))}"
    return None
