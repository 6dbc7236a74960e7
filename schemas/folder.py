"""The output folder: held by one run at a time, its tables put in place when all are written."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kehoach.schemas.errors import OutputUnavailable

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["hold", "write_tables"]

_LOCK = ".lock"
_TEMPORARY = ".writing-"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Make the folder and hold it; the system lets go when the process ends, however it ends.

    Raises OutputUnavailable where it cannot be written or another run holds it.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputUnavailable(f"cannot write to {folder}: it is a file, not a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("a+b")
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {folder}: {error.strerror or error}") from error
    with lock:
        try:
            _lock(lock)
        except OSError as error:
            raise OutputUnavailable(f"{folder} is held by another run; wait for it or choose another folder") from error
        yield


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_tables(tables: Mapping[str, pa.Table], folder: Path) -> None:
    """Write `<name>.parquet` for each table: first all aside, then all into place. Raises OutputUnavailable."""
    try:
        _clear_left_over(folder)
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=folder) as aside:
            _write_aside(tables, Path(aside))
            for name in tables:
                (Path(aside) / f"{name}.parquet").replace(folder / f"{name}.parquet")
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {folder}: {error.strerror or error}") from error


def _write_aside(tables: Mapping[str, pa.Table], aside: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    for name, table in tables.items():
        pq.write_table(table, aside / f"{name}.parquet", compression="zstd")


def _clear_left_over(folder: Path) -> None:
    """Remove what a run left that was killed while writing."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(path, ignore_errors=True)
