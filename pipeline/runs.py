"""A run: find the inputs, read what is not read yet, make the tables from all plans on disk, put them in place."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kehoach.pipeline.cluster import Cluster
from kehoach.pipeline.inputs import Input, at_hand, find_inputs, input_name
from kehoach.pipeline.lines import PlanLine, plan_lines
from kehoach.pipeline.pool import Pool, interrupted
from kehoach.pipeline.reading import Found, content_of
from kehoach.pipeline.record import (
    RunRecord,
    TableRecord,
    digest_of,
    read_files_table,
    read_record,
    state_of,
    tables_hold,
)
from kehoach.pipeline.remote import Remote
from kehoach.pipeline.settings import Settings
from kehoach.pipeline.shelf import Shelf, arrange, place_of
from kehoach.pipeline.store import DONE, Head, Store, file_of
from kehoach.pipeline.versions import extractor_version, meaning_version
from kehoach.schemas.errors import NotReadable
from kehoach.schemas.records import File
from kehoach.schemas.storage import Storage

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Progress", "RunOptions", "RunResult", "run"]

_FETCHED_AT_ONCE = 8
_ORDER = ("ok", "no-plan", "unsupported", "unreadable", "limit", "missing-tool", "error", "interrupted")

Progress = Callable[[File, int], None]
"""Called after each file that was read, in input order, with the number of files that are to be read."""


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a run deals with what is in the output folder, and where it works."""

    prune: bool = False
    """Forget the plans whose files are not given this time."""
    again: bool = False
    """Read also what is read already."""
    wait: float = 0
    """Seconds to wait for another run on the same folder."""
    scheduler: str | None = None
    """Address of a Dask scheduler whose workers read the files."""


class RunResult(msgspec.Struct):
    """What a run did. `counts` holds the rows of each table, `statuses` how many files ended how."""

    out: str
    files: list[File]
    """Those that were given, in their order."""
    plans: list[PlanLine]
    """The plans in them, in the order of the tables."""
    counts: dict[str, int]
    interrupted: bool = False
    unchanged: int = 0
    """How many of the files were read in an earlier run."""
    kept: int = 0
    """How many files of earlier runs, not given this time, still have their plans in the tables."""
    written: bool = False
    """Whether the tables are new."""
    killed: str = ""
    """The process of an earlier run that did not come to its end."""
    seconds: dict[str, float] = {}

    @property
    def statuses(self) -> dict[str, int]:
        """Number of files by status, in the order in which a person wants to read them."""
        return count_statuses(self.files)


def count_statuses(files: Sequence[File]) -> dict[str, int]:
    """Number of files by status, in the order in which a person wants to read them."""
    found = Counter(file.status for file in files)
    return {status: found[status] for status in (*_ORDER, *sorted(set(found) - set(_ORDER))) if found[status]}


def run(  # noqa: PLR0913 - all but two have a default
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    workspace: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    options: RunOptions | None = None,
) -> RunResult:
    """Read all plans under `paths` that are not read yet, keep each in `out`, and write the tables of the contract
    there as Parquet, from all plans that are kept.

    Each file is read in a worker process under the limits of the settings. One bad file is a row of
    `files`, never an exception. Interrupted (Ctrl-C) it writes what is done and says so in the result.
    Raises InputMissing for a path that does not exist, OutputUnavailable where `out` cannot be written or is
    held by another run, ClusterUnavailable where the scheduler does not answer; all before anything is read.
    """
    from kehoach.normalize.vocabulary import use_workspace  # noqa: PLC0415 - see kehoach --help
    from kehoach.schemas.folder import finish_writing, hold  # noqa: PLC0415

    options = options or RunOptions()
    storage = Storage(out)
    clock = _Clock()
    with clock("find"):
        skip = [storage.local or storage.location, *([workspace] if workspace else [])]
        inputs = find_inputs(paths, skip, bundle=bool(settings and settings.bundle))
    use_workspace(workspace)
    with hold(storage.local, options.wait) if storage.local else nullcontext("") as killed:
        storage.make()
        finish_writing(storage)
        job = _Job(storage, workspace, settings or Settings(), options, clock)
        result = job.run(inputs, progress)
        result.killed = killed
        return result


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + time.perf_counter() - start, 3)


class _Job:
    """A run while it holds the output folder."""

    def __init__(
        self, storage: Storage, workspace: Path | None, settings: Settings, options: RunOptions, clock: _Clock
    ) -> None:
        self.storage, self.workspace, self.settings, self.options, self.clock = (
            storage, workspace, settings, options, clock,
        )  # fmt: skip
        self.store = Store(storage)
        self.extractor = extractor_version(settings, workspace)
        self.heads: dict[str, Head] = {}
        self.lock = threading.Lock()  # of what several threads keep
        self.new = 0  # plans read in this run

    def run(self, inputs: Sequence[Input], progress: Progress | None) -> RunResult:
        with self.clock("read"):
            self.heads = self.store.open()
            files, unchanged = self._read_all(inputs, progress)
        stopped = any(file.status == "interrupted" for file in files)
        result = RunResult(self.storage.location, files, [], {}, interrupted=stopped, unchanged=unchanged)
        if files and (self.new or not stopped):  # nothing at all must not wipe out what an earlier run wrote
            self._write(result)
        result.seconds = self.clock.seconds
        return result

    def _read_all(self, inputs: Sequence[Input], progress: Progress | None) -> tuple[list[File], int]:
        """The row of every file, in order, and how many needed no reading; after Ctrl-C the rest is `interrupted`."""
        rows: dict[int, File] = {}
        waiting = list(range(len(inputs)))
        done = 0
        try:
            rows = self._known_rows(inputs)
            waiting = [number for number in waiting if number not in rows]
            with self._pool([inputs[number] for number in waiting]) as pool:
                try:
                    for found in pool:
                        rows[waiting[done]] = found.file
                        done += 1
                        if progress:
                            progress(found.file, len(waiting))
                except KeyboardInterrupt:
                    rest = pool.rest(done)
                    rows |= {waiting[number]: found.file for number, found in enumerate(rest, done)}
        except KeyboardInterrupt:  # before the reading began
            rows |= {number: interrupted(inputs[number]).file for number in waiting if number not in rows}
        return [rows[number] for number in range(len(inputs))], len(inputs) - len(waiting)

    def _pool(self, inputs: Sequence[Input]) -> Pool | Cluster:
        if self.options.scheduler is not None:
            return Cluster(self.options.scheduler, inputs, self.settings, self.workspace, self._keep)
        return Pool(inputs, self.settings, self.workspace, self._keep)

    def _known_rows(self, inputs: Sequence[Input]) -> dict[int, File]:
        """The rows of the files that need not be read, by their number."""
        current = {head.content: head for head in self.heads.values() if head.extractor == self.extractor}
        if self.options.again or not current:
            return {}
        rows = {}
        for number, content in enumerate(self._contents(inputs)):
            head = current.get(content or "")
            if head is not None:
                rows[number] = msgspec.structs.replace(head.file, source=input_name(inputs[number]))
        return rows

    def _contents(self, inputs: Sequence[Input]) -> Iterator[str | None]:
        """What identifies the content of each file; several are fetched at once where they are far away."""
        if not any(isinstance(one, Remote) for one in inputs):
            yield from map(self._content, inputs)
            return
        with ThreadPoolExecutor(_FETCHED_AT_ONCE) as pool:
            try:
                yield from pool.map(self._content, inputs)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _content(self, one: Input) -> str | None:
        try:
            with at_hand(one, self.settings) as path:
                return content_of(path, self.settings)
        except NotReadable:
            return None

    def _keep(self, found: Found) -> Found:
        """Put on disk what was read, in whichever thread; what the bytes give, and not what befell a process."""
        if found.file.status in DONE and found.content:
            head = Head(extractor=self.extractor, content=found.content, file=found.file)
            with self.lock:
                if self._comes_first(head):
                    self.store.save(head, found.plan)
                    self.heads[head.name] = head
                self.new += 1
        return Found(found.file)

    def _comes_first(self, head: Head) -> bool:
        """Whether no other packing of the same parts is kept already that stands before this one in the tables."""
        other = self.heads.get(head.name)
        if other is None or other.content == head.content or other.extractor != self.extractor:
            return True
        return place_of(head.file.source) <= place_of(other.file.source)

    def _write(self, result: RunResult) -> None:
        """Make the tables and put them in place, where they are not the ones that are there."""
        shelf = arrange(result.files, read_files_table(self.storage), self.heads, prune=self.options.prune)
        meaning = meaning_version(self.workspace)
        state = state_of(shelf.files, shelf.volumes, self.heads, meaning)
        record = read_record(self.storage)
        if record is None or record.state != state or not tables_hold(self.storage, record):
            with self.clock("tables"):
                tables = self._make(shelf)
            record = self._put_in_place(tables, shelf, meaning, state)
            result.written = True
        else:
            for name in shelf.out_of_use:
                self.store.delete(name)
        result.counts = {name: table.rows for name, table in record.tables.items()}
        given = {file.source for file in result.files}
        result.kept = sum(file.source not in given for file in shelf.files)
        result.plans = [line for line in plan_lines(self.storage) if given & set(line.sources)]

    def _make(self, shelf: Shelf) -> dict[str, pa.Table]:
        from kehoach.pipeline.tables import make_tables  # noqa: PLC0415

        return make_tables(self.store, shelf.volumes, shelf.files, self.workspace)

    def _put_in_place(self, tables: Mapping[str, pa.Table], shelf: Shelf, meaning: str, state: str) -> RunRecord:
        from importlib.metadata import version  # noqa: PLC0415 - see kehoach --help

        from kehoach.schemas.arrow import parquet_bytes  # noqa: PLC0415
        from kehoach.schemas.folder import RECORD, begin_writing, commit_writing  # noqa: PLC0415

        written = {}
        with self.clock("write"):
            aside = begin_writing(self.storage)
            for name, table in tables.items():
                data = parquet_bytes(table)
                self.storage.write(f"{aside}/{name}.parquet", data)
                written[name] = TableRecord(rows=table.num_rows, sha256=digest_of(data))
        record = RunRecord(
            version=version("kehoach"),
            extractor=self.extractor,
            meaning=meaning,
            state=state,
            started=self.clock.started,
            seconds=self.clock.seconds,
            files=count_statuses(shelf.files),
            plans=len(shelf.volumes),
            tables=written,
        )
        self.storage.write(f"{aside}/{RECORD}", msgspec.json.format(msgspec.json.encode(record)))
        commit_writing(self.storage, map(file_of, shelf.out_of_use))
        return record
