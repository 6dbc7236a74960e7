"""A run: find the inputs, read each, give the plans their meaning, write the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from kehoach.pipeline.inputs import find_inputs
from kehoach.pipeline.pool import Pool
from kehoach.pipeline.reading import Reading
from kehoach.pipeline.settings import Settings
from kehoach.pipeline.tables import merge_copies, put_right, write_plans
from kehoach.schemas.records import File, Plan

__all__ = ["Progress", "RunResult", "run"]

_ORDER = ("ok", "no-plan", "unsupported", "unreadable", "limit", "missing-tool", "error", "interrupted")

Progress = Callable[[File], None]
"""Called after each file, in input order."""


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


def run(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    workspace: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Read all plans under `paths` and write the tables of the contract as Parquet into the folder `out`.

    Each file is read in a worker process under the limits of the settings. One bad file is a row of
    `files`, never an exception. Interrupted (Ctrl-C) it writes what is done and says so in the result.
    Raises InputMissing for a path that does not exist, OutputUnavailable where `out` cannot be written or is
    held by another run; both before anything is read.
    """
    from kehoach.normalize.vocabulary import use_workspace  # noqa: PLC0415 - see kehoach --help
    from kehoach.schemas.folder import hold  # noqa: PLC0415

    target = Path(out)
    settings = settings or Settings()
    inputs = find_inputs(paths, [target, *([workspace] if workspace else [])], bundle=settings.bundle)
    use_workspace(workspace)
    with hold(target):
        with Pool(inputs, settings, workspace) as pool:
            readings = _read_all(pool, progress)
        return _finish(readings, target, workspace)


def _read_all(pool: Pool, progress: Progress | None) -> list[Reading]:
    """All readings in order; after Ctrl-C the files not read have the status `interrupted`."""
    done: list[Reading] = []
    try:
        for reading in pool:
            done.append(reading)
            if progress:
                progress(reading.file)
    except KeyboardInterrupt:
        done += pool.rest(len(done))
    return done


def _finish(readings: list[Reading], out: Path, workspace: Path | None) -> RunResult:
    files = [reading.file for reading in readings]
    plans = put_right(merge_copies([reading.plan for reading in readings if reading.plan]), workspace)
    interrupted = any(file.status == "interrupted" for file in files)
    counts: dict[str, int] = {}
    if plans or (files and not interrupted):  # nothing at all must not wipe out what an earlier run wrote
        counts = write_plans(files, plans, out, workspace)
    return RunResult(out=out, files=files, plans=plans, counts=counts, interrupted=interrupted)
