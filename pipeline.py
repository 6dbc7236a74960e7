"""A run: find the inputs, read each, give the plans their meaning, write the tables.

    from kehoach.pipeline import run
    result = run(["plans"], "outputs")
    result.counts["tasks"]

The same input gives the same bytes: no clock and no order of arrival stands in a table.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kehoach.schemas.errors import InputMissing, NoPlan, NotReadable
from kehoach.schemas.records import Agency, Canonical, File, Match, MatrixCell, Plan, Record

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Reading", "RunResult", "find_inputs", "read_file", "read_files", "run"]

MAX_BYTES = 64 * 2**20  # a plan is some 100 KB; a text of this size is a dump of something else
_HEAD = 4096  # bytes that tell whether a file without a known extension is worth reading
_FEW = 8  # below this, starting processes costs more than it saves
_ORDER = ("ok", "no-plan", "unsupported", "unreadable", "limit", "error", "interrupted")

Progress = Callable[[File], None]
"""Called after each file, in input order."""


class Reading(msgspec.Struct):
    """What became of one file: its row of `files` and, where it is one, the plan."""

    file: File
    plan: Plan | None = None


class RunResult(msgspec.Struct):
    """What a run did. `counts` holds the rows of each table written, `statuses` how many files ended how."""

    out: Path
    files: list[File]
    plans: list[Plan]
    counts: dict[str, int]
    interrupted: bool = False

    @property
    def statuses(self) -> dict[str, int]:
        """Number of files by status, in the order in which a person wants to read them."""
        found = Counter(file.status for file in self.files)
        return {status: found[status] for status in (*_ORDER, *sorted(set(found) - set(_ORDER))) if found[status]}


class _Meaning(msgspec.Struct):
    """What only all plans together show."""

    agencies: list[Agency]
    catalogue: list[Canonical]
    matches: list[tuple[str, Match]]
    matrix: list[MatrixCell]


def run(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    workspace: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Read all plans under `paths` and write the tables of the contract as Parquet into the folder `out`.

    `jobs` is the number of processes (default: the processors, one for a few files; a script that uses more must
    call this under `if __name__ == "__main__":`). One bad file is a row of
    `files`, never an exception. Interrupted (Ctrl-C) it writes what is done and says so in the result.
    Raises InputMissing for a path that does not exist, OutputUnavailable where `out` cannot be written or is
    held by another run; both before anything is read.
    """
    from kehoach.normalize.vocabulary import use_workspace  # noqa: PLC0415 - see kehoach --help
    from kehoach.schemas.folder import hold  # noqa: PLC0415

    target = Path(out)
    inputs = find_inputs(paths, skip=[target, *([workspace] if workspace else [])])
    use_workspace(workspace)
    with hold(target):
        readings = _read_all(inputs, jobs, workspace, progress)
        return _finish(readings, target)


def find_inputs(paths: Sequence[str | Path], skip: Sequence[Path] = ()) -> list[Path]:
    """The files under these paths, each once: folders in depth and sorted, hidden files and `skip` left out.

    Raises InputMissing with the paths that do not exist.
    """
    roots = [Path(path) for path in paths]
    missing = [str(root) for root in roots if not root.exists()]
    if missing:
        raise InputMissing(f"no such file or folder: {', '.join(missing)}")
    closed = {path.resolve() for path in skip}
    found: dict[Path, Path] = {}
    for root in roots:
        for path in _walk(root, closed):
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _walk(path: Path, closed: set[Path]) -> Iterator[Path]:
    """The files at or below a path, sorted by name; a folder that cannot be listed stands for what is in it."""
    try:
        entries = sorted(path.iterdir(), key=lambda entry: entry.name) if path.is_dir() else None
    except OSError:
        entries = None
    if entries is None:
        yield path
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.resolve() in closed:  # Word leaves `~$plan.docx` beside a file
            continue
        if entry.is_dir() and entry.is_symlink():
            continue  # a link may lead back to where we are
        yield from _walk(entry, closed)


def read_file(path: Path) -> Reading:
    """Read one file; whatever happens becomes the status and message of its row."""
    file = File(source=_name(path), status="ok")
    started = time.perf_counter()
    plan = None
    try:
        plan = _extract(_bytes(path, file), file)
    except NotReadable as error:
        file.status, file.message = error.status, str(error)
    except NoPlan as error:
        file.status, file.message = "no-plan", str(error)
    except Exception as error:  # a bug in a reader must not cost the other files
        file.status, file.message = "error", _where(error)
    file.seconds = time.perf_counter() - started
    return Reading(file, plan)


def _bytes(path: Path, file: File) -> bytes:
    """The content of a file that may be read; fills in its format and its digests."""
    from kehoach.extract.readers import format_of, refuse_unknown  # noqa: PLC0415 - see kehoach --help

    try:
        if not path.is_file():
            raise NotReadable("a folder that cannot be listed" if path.is_dir() else "not a regular file")
        with path.open("rb") as opened:
            refuse_unknown(opened.read(_HEAD), path.name)
        if path.stat().st_size > MAX_BYTES:
            raise NotReadable(f"larger than {MAX_BYTES >> 20} MB", "limit")
        data = path.read_bytes()
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from error
    file.sha256 = hashlib.sha256(data).hexdigest()
    file.doc_id = file.sha256[:16]
    file.format = format_of(data, path.name)
    return data


def _extract(data: bytes, file: File) -> Plan:
    from kehoach.extract.plan import extract_plan  # noqa: PLC0415 - see kehoach --help

    plan: Plan = extract_plan(data, file.source, format=file.format)
    return plan


def _where(error: Exception) -> str:
    """`KeyError: 'x' (assign.py:31, please report)`: enough to find it, the same on every machine."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"internal error, please report: {type(error).__name__}: {error} ({place})"


def _name(path: Path) -> str:
    """The path as given; a name that is no Unicode would not fit into a table."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


# --- many files -------------------------------------------------------------------------------------------------


def read_files(paths: Sequence[Path], jobs: int | None = None, workspace: Path | None = None) -> Iterator[Reading]:
    """Read the files in order, in several processes where there are many."""
    workers = min(jobs or os.cpu_count() or 1, len(paths))
    if workers <= 1 or (jobs is None and len(paths) < _FEW):
        yield from map(read_file, paths)
    else:
        yield from _read_parallel(paths, workers, workspace)


def _read_parallel(paths: Sequence[Path], workers: int, workspace: Path | None) -> Iterator[Reading]:
    """A file that takes its process down breaks the pool: it is read again alone, then a new pool goes on."""
    at = 0
    while at < len(paths):
        for reading in _read_in_pool(paths[at:], workers, workspace):
            at += 1
            yield reading
        if at < len(paths):
            yield next(_read_in_pool(paths[at : at + 1], 1, workspace), _crashed(paths[at]))
            at += 1


def _read_in_pool(paths: Sequence[Path], workers: int, workspace: Path | None) -> Iterator[Reading]:
    """The readings in order, up to the first that a crash kept from coming."""
    pool = ProcessPoolExecutor(workers, initializer=_start_worker, initargs=(workspace,))
    try:
        for future in [pool.submit(read_file, path) for path in paths]:
            yield future.result()
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _crashed(path: Path) -> Reading:
    return Reading(File(source=_name(path), status="error", message="reading it crashed the process"))


def _start_worker(workspace: Path | None) -> None:
    import signal  # noqa: PLC0415

    from kehoach.normalize.vocabulary import use_workspace  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    use_workspace(workspace)


def _read_all(
    paths: Sequence[Path], jobs: int | None, workspace: Path | None, progress: Progress | None
) -> list[Reading]:
    """All readings in order; after Ctrl-C the files not reached have the status `interrupted`."""
    done: list[Reading] = []
    try:
        for reading in read_files(paths, jobs, workspace):
            done.append(reading)
            if progress:
                progress(reading.file)
    except KeyboardInterrupt:
        rest = [File(source=_name(path), status="interrupted", message="not reached") for path in paths[len(done) :]]
        done += [Reading(file) for file in rest]
    return done


# --- the tables -------------------------------------------------------------------------------------------------


def _finish(readings: list[Reading], out: Path) -> RunResult:
    files = [reading.file for reading in readings]
    plans = _merge_copies([reading.plan for reading in readings if reading.plan])
    interrupted = any(file.status == "interrupted" for file in files)
    counts: dict[str, int] = {}
    if plans or (files and not interrupted):  # nothing at all must not wipe out what an earlier run wrote
        counts = _write(files, plans, out)
    return RunResult(out=out, files=files, plans=plans, counts=counts, interrupted=interrupted)


def _merge_copies(plans: Sequence[Plan]) -> list[Plan]:
    """One plan for each content: the same bytes under two names keep the first, with both names in `sources`."""
    first: dict[str, Plan] = {}
    for plan in plans:
        document = first.setdefault(plan.document.doc_id, plan).document
        document.sources = [*document.sources, *(s for s in [plan.document.source] if s not in document.sources)]
    return list(first.values())


def _write(files: Sequence[File], plans: Sequence[Plan], out: Path) -> dict[str, int]:
    from kehoach.schemas.folder import write_tables  # noqa: PLC0415

    tables = _tables(files, plans, _understand(plans))
    write_tables(tables, out)
    return {name: table.num_rows for name, table in tables.items()}


def _understand(plans: Sequence[Plan]) -> _Meaning:
    from kehoach.normalize.agency_table import link_agencies  # noqa: PLC0415
    from kehoach.normalize.matching import match_indicators  # noqa: PLC0415
    from kehoach.normalize.matrix import build_matrix  # noqa: PLC0415

    matches, catalogue = match_indicators(plans)
    return _Meaning(link_agencies(plans), catalogue, matches, build_matrix(plans, matches))


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
