"""What a Dask worker does for a run on another machine: it has one file read, as a run does on its own.

The file comes as bytes and is read by a worker process of ours (:mod:`kehoach.pipeline.desk`) beside the Dask worker:
so the limits of time and memory hold there too, and a file that ends its process costs only itself.
"""

from __future__ import annotations

import io
import tempfile
import threading
import time
import zipfile
from functools import cache
from pathlib import Path

import msgspec

from kehoach.pipeline.desk import Desk
from kehoach.pipeline.processes import Workplace
from kehoach.pipeline.reading import Found
from kehoach.pipeline.settings import Settings
from kehoach.pipeline.versions import extractor_version
from kehoach.schemas.errors import ClusterUnavailable

__all__ = ["Brief", "Errand", "Vocabulary", "read_on_worker", "vocabulary_of"]

_LOOK_EVERY = 0.2  # seconds between two looks at the worker processes
_IDLE = 30  # seconds after which a worker process that nobody needs is ended

Vocabulary = tuple[tuple[str, bytes], ...]
"""The files in the vocabulary folder of a workspace, by their names."""


class Brief(msgspec.Struct, frozen=True):
    """What all files of a run have in common."""

    settings: Settings
    vocabulary: Vocabulary | None
    """Of the workspace, where there is one."""
    extract: str
    extractor: str
    """The version of the extractor that asks: another one would find other things."""


class Errand(msgspec.Struct, frozen=True):
    """A file to read."""

    data: bytes
    file: str
    """The last part of its path: the ending tells the format."""
    name: str
    """The name under which it was given."""
    is_folder: bool
    """Whether it is a folder that is one plan, packed."""


def vocabulary_of(workspace: Path | None) -> Vocabulary | None:
    """What a reader needs of a workspace."""
    if workspace is None:
        return None
    folder = workspace / "vocabulary"
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in found)


def read_on_worker(errand: Errand, brief: Brief) -> Found:
    """Have a file read on this machine; to be run by a Dask worker.

    Raises ClusterUnavailable where this machine would read it otherwise than the one that asks.
    """
    workspace = _workspace(brief.vocabulary)
    own = _version(brief.settings, workspace, brief.extract)
    if own != brief.extractor:
        raise ClusterUnavailable(
            "a Dask worker has another version of kehoach, or of a package that it reads with (extractor "
            f"{own}, not {brief.extractor}); install the same on all machines and start the workers again"
        )
    desk = _DESKS.borrow(Workplace(brief.settings, workspace, brief.extract))
    try:
        with tempfile.TemporaryDirectory(prefix="kehoach-", dir=_scratch()) as folder:
            return desk.read(_put_down(errand, Path(folder)), errand.name)
    finally:
        _DESKS.give_back(desk)


def _scratch() -> str:
    """The folder of the Dask worker, which the next one clears where this one is killed."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    folder: str = get_worker().local_directory
    return folder


def _put_down(errand: Errand, folder: Path) -> Path:
    path = folder / errand.file
    if errand.is_folder:
        with zipfile.ZipFile(io.BytesIO(errand.data)) as package:
            path.mkdir()
            package.extractall(path)
    else:
        path.write_bytes(errand.data)
    return path


@cache
def _workspace(vocabulary: Vocabulary | None) -> Path | None:
    """A workspace on this machine that holds this vocabulary; it stays as long as the process."""
    if vocabulary is None:
        return None
    folder = tempfile.TemporaryDirectory(prefix="kehoach-workspace-", dir=_scratch())
    _KEPT.append(folder)
    for name, data in vocabulary:
        path = Path(folder.name) / "vocabulary" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []

_version = cache(extractor_version)  # packages are looked up on the disk


class _Desks:
    """The desks of this process: one for each thread that has a file read, those that nobody needs kept for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: set[Desk] = set()
        self._idle: list[tuple[float, Desk]] = []  # since when
        self._watched = False

    def borrow(self, place: Workplace) -> Desk:
        """A desk at this place that nobody else has."""
        with self._lock:
            at = next((at for at, (_, desk) in enumerate(self._idle) if desk.place == place), None)
            desk = Desk(place) if at is None else self._idle.pop(at)[1]
            self._busy.add(desk)
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, daemon=True).start()
        return desk

    def give_back(self, desk: Desk) -> None:
        """The desk is free for another file."""
        with self._lock:
            self._busy.discard(desk)
            self._idle.append((time.monotonic(), desk))

    def _watch(self) -> None:
        """Look at the desks until there are none."""
        while self._watched:
            time.sleep(_LOOK_EVERY)
            with self._lock:
                busy = list(self._busy)
                old = time.monotonic() - _IDLE
                unused = [desk for since, desk in self._idle if since < old]
                self._idle = [(since, desk) for since, desk in self._idle if since >= old]
                self._watched = bool(busy or self._idle)
            for desk in unused:
                desk.close()
            for desk in busy:
                desk.watch()


_DESKS = _Desks()
