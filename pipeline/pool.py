"""Many files in a few worker processes: in order, one file's fault being its own.

    with Pool(paths, Settings(jobs=2), None) as pool:
        for found in pool:
            ...

A worker costs about as much as ten plans to start, so it reads many files, one at a time; it is ended with all that it
started when a file is over a limit, and another takes its place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from kehoach.pipeline import reading
from kehoach.pipeline.desk import Desk
from kehoach.pipeline.inputs import Input, at_hand, input_name
from kehoach.pipeline.processes import Verdict, Workplace
from kehoach.pipeline.reading import Found, Reading
from kehoach.pipeline.settings import Settings
from kehoach.schemas.errors import NotReadable, OutputUnavailable
from kehoach.schemas.records import File, Plan

__all__ = ["Keep", "Pool", "interrupted", "read_files"]

_LOOK_EVERY = 0.2  # seconds between two looks at the workers
_AHEAD = 256  # so many files may be done before the one that is wanted next; more would only fill the memory
_INTERRUPTED = Verdict("interrupted", "not reached")
_PLAN = msgspec.json.Decoder(Plan)

Keep = Callable[[Found], Found]
"""Called with what was read as soon as it is, in whichever thread; what it gives is handed on in its place."""


def read_files(
    paths: Sequence[Input], settings: Settings | None = None, workspace: Path | None = None
) -> Iterator[Reading]:
    """Read the files in worker processes; the readings come in the order of the paths."""
    with Pool(paths, settings or Settings(), workspace) as pool:
        for found in pool:
            yield Reading(found.file, _PLAN.decode(found.plan) if found.plan is not None else None, found.content)


def interrupted(path: Input) -> Found:
    """What is said of a file that was not reached."""
    return Found(File(source=input_name(path), status=_INTERRUPTED.status, message=_INTERRUPTED.message))


class Pool:
    """Reads files in worker processes while it is open; to be iterated once."""

    def __init__(
        self, paths: Sequence[Input], settings: Settings, workspace: Path | None, keep: Keep | None = None
    ) -> None:
        self.paths = paths
        self._keep = keep
        self._settings = settings
        place = Workplace(settings, workspace, reading.EXTRACT)
        self._desks = [Desk(place) for _ in range(settings.workers(len(paths)))]
        self._changed = threading.Condition()
        self._next = self._taken = 0  # the first file that nobody reads, and the first that was not handed out
        self._done: dict[int, Found] = {}
        self._failure: BaseException | None = None
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=self._serve, args=(desk,), daemon=True) for desk in self._desks]
        self._threads.append(threading.Thread(target=self._watch, daemon=True))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def __iter__(self) -> Iterator[Found]:
        for index in range(len(self.paths)):
            with self._changed:
                while index not in self._done and self._failure is None:
                    self._changed.wait(0.5)  # Windows lets nobody interrupt a wait without end
                if self._failure is not None:
                    raise self._failure
            yield self._done[index]
            with self._changed:
                del self._done[index]
                self._taken = index + 1
                self._changed.notify_all()

    def rest(self, start: int) -> list[Found]:
        """Stop, and give what there is from this file on; files that were not read to their end are `interrupted`."""
        self._close()
        return [self._done.get(index) or interrupted(self.paths[index]) for index in range(start, len(self.paths))]

    def _close(self) -> None:
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
        for desk in self._desks:
            desk.end(_INTERRUPTED)
        for thread in self._threads:
            thread.join()

    def _serve(self, desk: Desk) -> None:
        """One file after another, in a thread of its own."""
        try:
            for index in self._indices():
                self._read(index, desk)
        except BaseException as error:
            with self._changed:
                self._failure = error
                self._changed.notify_all()
        finally:
            desk.close()

    def _indices(self) -> Iterator[int]:
        """The next file to read, again and again."""
        while True:
            with self._changed:
                while self._next >= self._taken + _AHEAD and not self._closed.is_set():
                    self._changed.wait()
                if self._closed.is_set() or self._next >= len(self.paths):
                    return
                index = self._next
                self._next += 1
            yield index

    def _read(self, index: int, desk: Desk) -> None:
        name = input_name(self.paths[index])
        try:
            with at_hand(self.paths[index], self._settings) as path:
                found = desk.read(path, name)
        except NotReadable as error:
            found = Found(File(source=name, status=error.status, message=reading.shown(str(error))))
        except OSError as error:
            raise OutputUnavailable(f"cannot start a worker process: {error.strerror or error}") from error
        if self._keep is not None:
            found = self._keep(found)
        with self._changed:
            self._done[index] = found
            self._changed.notify_all()

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK_EVERY):
            for desk in self._desks:
                desk.watch()
