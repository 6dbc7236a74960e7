"""What a run says of itself: `run.json`, with which anyone can tell whether the tables are whole and still hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from kehoach.pipeline.shelf import Volume
from kehoach.pipeline.store import Head
from kehoach.schemas.folder import RECORD
from kehoach.schemas.records import File
from kehoach.schemas.storage import Storage

__all__ = ["RunRecord", "TableRecord", "digest_of", "read_files_table", "read_record", "state_of", "tables_hold"]


class TableRecord(msgspec.Struct):
    """A table as it was written."""

    rows: int
    sha256: str


class RunRecord(msgspec.Struct, kw_only=True):
    """A run that came to its end. Times are the only things in it that differ from one run to the next."""

    version: str
    """Of this package."""
    extractor: str
    """See :mod:`kehoach.pipeline.versions`; plans kept from earlier runs may have another."""
    meaning: str
    state: str
    """Digest of all that the tables are made from."""
    started: str
    """UTC, ISO 8601."""
    seconds: dict[str, float]
    """By stage: `find`, `read`, `tables`, `write`."""
    files: dict[str, int]
    """By status."""
    plans: int
    tables: dict[str, TableRecord]


def state_of(files: Sequence[File], volumes: Sequence[Volume], heads: Mapping[str, Head], meaning: str) -> str:
    """The digest of what tables are made from: these rows of `files`, these stored plans, this meaning."""
    told = [
        [msgspec.structs.replace(file, seconds=None) for file in files],
        [(volume, heads[volume.name].content, heads[volume.name].extractor) for volume in volumes],
        meaning,
    ]
    return digest_of(msgspec.msgpack.encode(told))


def digest_of(data: bytes) -> str:
    """SHA-256, as `run.json` gives it."""
    return hashlib.sha256(data).hexdigest()


def read_record(storage: Storage) -> RunRecord | None:
    """What the last run said of itself; None where there was none, or one of another version."""
    data = storage.read(RECORD)
    try:
        return msgspec.json.decode(data, type=RunRecord) if data else None
    except msgspec.MsgspecError:
        return None


def read_files_table(storage: Storage) -> list[File]:
    """The rows of `files` that the last run wrote; none where they are damaged: the plans tell where they came from."""
    import pyarrow as pa  # noqa: PLC0415 - see kehoach --help

    from kehoach.schemas.arrow import read_parquet  # noqa: PLC0415

    data = storage.read("files.parquet")
    try:
        return msgspec.convert(read_parquet(data).to_pylist(), list[File]) if data else []
    except (pa.ArrowException, msgspec.ValidationError, OSError):
        return []


def tables_hold(storage: Storage, record: RunRecord) -> bool:
    """Whether the tables are those that the run wrote, byte for byte."""
    return all(
        (data := storage.read(f"{name}.parquet")) is not None and digest_of(data) == table.sha256
        for name, table in record.tables.items()
    )
