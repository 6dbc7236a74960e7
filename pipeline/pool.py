"""Many files in a few worker processes: in order, one file's fault being its own.

    with Pool(paths, Settings(jobs=2), None) as pool:
        for reading in pool:
            ...

A worker costs about as much as ten plans to start, so it reads many files, one at a time; it is ended with all that it
started when a file is over a limit, and another takes its place. What a file comes to does not depend on the worker:
one that fails in a used worker is tried once more in a new one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from kehoach.pipeline import reading
from kehoach.pipeline.processes import Verdict, Worker, Workplace
from kehoach.pipeline.reading import Reading, name_of
from kehoach.pipeline.settings import Settings
from kehoach.schemas.records import File

__all__ = ["Pool", "read_files"]

_LOOK_EVERY = 0.2  # seconds between two looks at the workers
_AHEAD = 256  # so many files may be done before the one that is wanted next; more would only fill the memory
_INTERRUPTED = Verdict("interrupted", "not reached")


def read_files(
    paths: Sequence[Path], settings: Settings | None = None, workspace: Path | None = None
) -> Iterator[Reading]:
    """Read the files in worker processes; the readings come in the order of the paths."""
    with Pool(paths, settings or Settings(), workspace) as pool:
        yield from pool


class Pool:
    """Reads files in worker processes while it is open; to be iterated once."""

    def __init__(self, paths: Sequence[Path], settings: Settings, workspace: Path | None) -> None:
        self.paths = paths
        self._place = Workplace(settings, workspace, reading.EXTRACT)
        self._changed = threading.Condition()
        self._next = self._taken = 0  # the first file that nobody reads, and the first that was not handed out
        self._done: dict[int, Reading] = {}
        self._workers: set[Worker] = set()
        self._failure: BaseException | None = None
        self._closed = threading.Event()
        count = settings.workers(len(paths))
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(count)]
        self._threads.append(threading.Thread(target=self._watch, daemon=True))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def __iter__(self) -> Iterator[Reading]:
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

    def rest(self, start: int) -> list[Reading]:
        """Stop, and give what there is from this file on; files that were not read to their end are `interrupted`."""
        self._close()
        skipped = [Reading(File(source=name_of(path), status=_INTERRUPTED.status)) for path in self.paths[start:]]
        for one in skipped:
            one.file.message = _INTERRUPTED.message
        return [self._done.get(index, one) for index, one in enumerate(skipped, start)]

    def _close(self) -> None:
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
            workers = list(self._workers)
        for worker in workers:
            worker.end(_INTERRUPTED)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        """The life of one worker after another, in a thread of its own."""
        worker: Worker | None = None
        try:
            for index in self._indices():
                worker = self._read(index, worker)
        except BaseException as error:
            with self._changed:
                self._failure = error
                self._changed.notify_all()
        finally:
            if worker is not None:
                self._dismiss(worker)

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

    def _read(self, index: int, worker: Worker | None) -> Worker | None:
        """Read a file; gives back the worker that can read the next one."""
        path = self.paths[index]
        worker = worker or self._hire()
        answer = worker.read(path)
        spent = answer is None or answer.last or worker.verdict is not None
        if spent:
            self._dismiss(worker)
        if worker.may_be_tried_again(answer):
            return self._read(index, None)
        found = answer.reading if answer is not None else worker.failure(path)
        assert found is not None
        with self._changed:
            if not self._closed.is_set() or answer is not None:
                self._done[index] = found
            self._changed.notify_all()
        return None if spent else worker

    def _hire(self) -> Worker:
        worker = Worker(self._place)
        with self._changed:
            self._workers.add(worker)
        if self._closed.is_set():
            worker.end(_INTERRUPTED)
        return worker

    def _dismiss(self, worker: Worker) -> None:
        with self._changed:
            self._workers.discard(worker)
        worker.close()

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK_EVERY):
            with self._changed:
                workers = list(self._workers)
            for worker in workers:
                worker.watch()
