"""The output folder: held by one run at a time; what a run writes is put in place all together.

The files of a run are first written into `.writing/`; when all are there, a marker in it says so. Only then do they
move to their places, `run.json` last. A run that is killed before the marker leaves the tables as they were; one that
is killed after it is finished by the next.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from kehoach.schemas.errors import OutputUnavailable
from kehoach.schemas.storage import Storage

__all__ = ["RECORD", "Holder", "begin_writing", "commit_writing", "finish_writing", "hold", "holder_of", "left_over"]

RECORD = "run.json"
"""What a run says of itself; where it is, the tables are complete."""

_LOCK, _HOLDER = ".lock", ".lock.json"
_ASIDE, _MARKER = ".writing", "complete"
_LOOK_EVERY = 0.5  # seconds


class Holder(NamedTuple):
    """Who says that it holds a folder: `process 4711 on host`."""

    name: str
    running: bool
    """Else it was killed: its process is no more."""


@contextmanager
def hold(folder: Path, wait: float = 0) -> Iterator[str]:
    """Make the folder and hold it, waiting at most so many seconds for another run; the system lets go when the process
    ends, however it ends.

    Gives who held it last and did not come to an end (`process 4711 on host`), else nothing.

    Raises OutputUnavailable where it cannot be written, or where another run holds it, with its process id.
    """
    holder = folder / _HOLDER
    with _opened(folder) as lock:
        _lock(lock, folder, wait)
        killed = _told_by(holder)
        try:
            _tell(holder)
            yield killed
        finally:
            with contextlib.suppress(OSError):  # else it says who was here, which the next run bears
                holder.unlink(missing_ok=True)


def holder_of(folder: Path) -> Holder | None:
    """Who holds the folder now, or held it last and did not come to an end; None where nobody is to be named."""
    name = _told_by(folder / _HOLDER)
    if not name:
        return None
    try:
        with (folder / _LOCK).open("rb") as lock:
            _try_lock(lock)
            return Holder(name, running=False)
    except FileNotFoundError:
        return Holder(name, running=False)
    except OSError:
        return Holder(name, running=True)


def left_over(storage: Storage) -> str:
    """What a run that was killed left of its tables: `complete` (the next run puts them in place), `incomplete` (it
    removes them), or nothing.
    """
    names = storage.names(_ASIDE)
    if f"{_ASIDE}/{_MARKER}" in names:
        return "complete"
    return "incomplete" if names else ""


def begin_writing(storage: Storage) -> str:
    """A new, empty folder for the files of a run; its name."""
    storage.clear(_ASIDE)
    storage.make(_ASIDE)
    return _ASIDE


def commit_writing(storage: Storage, out_of_use: Iterable[str] = ()) -> None:
    """All files are written: put them in place and delete those out of use, whatever happens from here on."""
    storage.write(f"{_ASIDE}/{_MARKER}", "\n".join(out_of_use).encode())
    finish_writing(storage)


def finish_writing(storage: Storage) -> None:
    """Put in place what a run wrote completely, and remove what it did not; to be called by who holds the folder."""
    names = storage.names(_ASIDE)
    if f"{_ASIDE}/{_MARKER}" in names:
        for name in sorted(names, key=lambda name: (name.endswith(RECORD), name)):
            if not name.endswith(_MARKER):
                storage.move(name, name.removeprefix(f"{_ASIDE}/"))
        for name in (storage.read(f"{_ASIDE}/{_MARKER}") or b"").decode().splitlines():
            storage.delete(name)
    storage.clear(_ASIDE)


def _opened(folder: Path) -> IO[bytes]:
    if folder.exists() and not folder.is_dir():
        raise OutputUnavailable(f"cannot write to {folder}: it is a file, not a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / _LOCK).open("a+b")
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {folder}: {error.strerror or error}") from error


def _lock(file: IO[bytes], folder: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            _try_lock(file)
            return
        except OSError as error:
            if time.monotonic() >= until:
                who = _told_by(folder / _HOLDER) or "it has not said which"
                raise OutputUnavailable(
                    f"{folder} is held by another run ({who}); wait for it (--wait) or choose another folder"
                ) from error
        time.sleep(_LOOK_EVERY)


def _tell(holder: Path) -> None:
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "host": platform.node()}), encoding="utf-8")
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {holder.parent}: {error.strerror or error}") from error


def _told_by(holder: Path) -> str:
    """Who says that it holds the folder."""
    try:
        told = json.loads(holder.read_bytes())
        return f"process {told['pid']} on {told['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _try_lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
