"""What of an output folder is current, failed or out of date, without changing anything.

from kehoach.pipeline.status import read_status
status = read_status("outputs", workspace=None)
status.current, status.counts, [file for file in status.files if file.state != "done"]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from kehoach.pipeline.reading import content_of, content_told
from kehoach.pipeline.record import RunRecord, digest_of, read_files_table, read_record, state_of
from kehoach.pipeline.settings import MB, Limits, Settings
from kehoach.pipeline.shelf import KEPT, arrange
from kehoach.pipeline.store import DONE, Head, Store, stored_name
from kehoach.pipeline.versions import extractor_version, meaning_version
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.folder import holder_of, left_over
from kehoach.schemas.records import File
from kehoach.schemas.storage import Storage, is_uri

__all__ = ["FileStatus", "Status", "read_status"]

STATES = ("done", "kept", "changed", "gone", "outdated", "lost", "failed")


class FileStatus(msgspec.Struct, frozen=True):
    """A file of the last run, or of an earlier one whose plan is kept."""

    source: str
    state: str
    """`done`; `kept`: not given to the last run; `changed`: it holds something else now; `gone`: it is no more;
    `outdated`: an earlier version of the readers read it; `lost`: its stored plan is not there; `failed`."""
    message: str = ""


class Status(msgspec.Struct, kw_only=True):
    """What a folder of outputs holds."""

    out: str
    started: str | None = None
    """When the last run that came to its end began; None where none did."""
    running: str | None = None
    """Who writes to the folder now."""
    unfinished: list[str] = []
    """What runs left that were killed."""
    tables: list[str] = []
    """Why the tables are out of date."""
    files: list[FileStatus] = []
    unseen: int = 0
    """How many of the files are behind URIs: whether they changed was not looked at."""

    @property
    def counts(self) -> dict[str, int]:
        """Number of files by state."""
        found = Counter(file.state for file in self.files)
        return {state: found[state] for state in STATES if found[state]}

    @property
    def current(self) -> bool:
        """Whether a run would find nothing to do, and nothing failed in the last one."""
        return not (self.running or self.unfinished or self.tables) and set(self.counts) <= {"done", "kept"}


def read_status(location: str | Path, workspace: Path | None) -> Status:
    """What is done, failed and out of date in the output of runs with this workspace.

    Raises InputMissing where the folder is none of a run, OutputUnavailable where it cannot be read.
    """
    storage = Storage(location)
    record = read_record(storage)
    heads, damaged = Store(storage).look()
    left = left_over(storage)
    holder = holder_of(storage.local) if storage.local else None
    if not (record or heads or damaged or left or holder):
        raise InputMissing(f"{location} holds no output of a run")
    status = Status(out=str(location), started=record.started if record else None)
    if holder and holder.running:
        status.running = holder.name
        return status  # what it holds changes while we look
    rows = read_files_table(storage)
    status.unfinished = [*([f"a run was killed ({holder.name})"] if holder else []), *_half_done(left)]
    extractor = _extractor(record, workspace)
    contents = {head.content for head in heads.values() if head.extractor == extractor}
    status.files = [_file_status(row, heads, contents, extractor) for row in rows]
    status.unseen = sum(is_uri(row.source) for row in rows)
    status.tables = [
        *(f"plans/{name}.json is damaged" for name in damaged),
        *_out_of_date(storage, record, rows, heads),
    ]
    if record and record.meaning != meaning_version(workspace):
        status.tables.append("the program, its catalogue or the workspace changed since they were made")
    return status


def _half_done(left: str) -> Iterator[str]:
    if left == "complete":
        yield "its tables are written but not all in place; the next run ends that"
    elif left:
        yield "its tables were half written; the next run removes them"


def _extractor(record: RunRecord | None, workspace: Path | None) -> str:
    """The version that would read now, with text recognition or without it as in the last run."""
    without = extractor_version(Settings(ocr=False), workspace)
    return without if record and record.extractor == without else extractor_version(Settings(), workspace)


def _file_status(row: File, heads: Mapping[str, Head], contents: set[str], extractor: str) -> FileStatus:
    if row.status not in (*DONE, KEPT):
        stays = "; what was read from it before is kept" if row.doc_id and stored_name(row) in heads else ""
        return FileStatus(row.source, "failed", f"{row.status}: {row.message}{stays}")
    head = heads.get(stored_name(row))
    state, message = "done", ""
    if head is None:
        state, message = "lost", f"its stored plan plans/{stored_name(row)}.json is not there or damaged"
    elif head.extractor != extractor:
        state, message = "outdated", "another version of the program or its vocabularies read it"
    now = _look(row)
    if now == "gone":
        state, message = "gone", "the file is not there any more; its plan stays until a run with --prune"
    elif now and now not in contents and now not in (head.content if head else "", content_told(row)):
        state, message = "changed", "the file is not what was read"
    if row.status == "no-plan" and state == "done":
        return FileStatus(row.source, "failed", f"no-plan: {row.message}")
    if row.status == KEPT and state in ("done", "gone"):
        there = "is gone" if state == "gone" else "is still there" if now else "was not looked at"
        return FileStatus(row.source, KEPT, f"not given to the last run; the file {there}")
    return FileStatus(row.source, state, message)


def _look(row: File) -> str:
    """What identifies the content of a file now; `gone`; nothing where it is not looked at."""
    if is_uri(row.source):
        return ""
    path = Path(row.source)
    try:
        size = path.stat().st_size
    except OSError:
        return "gone"
    settings = Settings(limits=Limits(size=max(Limits().size, size // MB + 1)), bundle=row.format == "bundle")
    return content_of(path, settings) or "unreadable"


def _out_of_date(
    storage: Storage, record: RunRecord | None, rows: Sequence[File], heads: Mapping[str, Head]
) -> Iterator[str]:
    """Why tables made now from the stored plans would be others."""
    if record is None:
        yield f"no run came to its end here; {len(heads)} plans are stored"
        return
    for name, table in record.tables.items():
        data = storage.read(f"{name}.parquet")
        if data is None or digest_of(data) != table.sha256:
            yield f"{name}.parquet is {'missing' if data is None else 'not what the run wrote'}"
    given = [row for row in rows if row.status != KEPT]
    shelf = arrange(given, [row for row in rows if row.status == KEPT], heads)
    if record.state != state_of(shelf.files, shelf.volumes, heads, record.meaning):
        yield "they were made from other plans than those that are stored now"
