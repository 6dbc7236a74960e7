"""A place at which files are read one after another, by one worker process after another."""

from __future__ import annotations

from pathlib import Path

from kehoach.pipeline.processes import NotStarted, Verdict, Worker, Workplace
from kehoach.pipeline.reading import Found

__all__ = ["Desk"]

_STARTS = 3  # of a worker that is killed each time before it is ready


class Desk:
    """Has files read, in a worker process that is replaced when it ends or is worn.

    What a file comes to does not depend on the worker: one that fails in a used worker, or whose worker somebody
    killed, is tried once more in a new one. One thread calls `read` and, at the end, `close`; `watch` and `end` may
    come from others.
    """

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self._worker: Worker | None = None
        self._ended: Verdict | None = None

    def read(self, path: Path, name: str) -> Found:
        """What becomes of a file under this name. Raises RuntimeError where no worker process starts,
        OSError where the system does not let it: there is no room for temporary files, or no process more.
        """
        return self._read(path, name, again=True)

    def watch(self) -> None:
        """End the worker where its file is over a limit of time or memory."""
        worker = self._worker
        if worker is not None:
            worker.watch()

    def end(self, verdict: Verdict) -> None:
        """End the worker, whatever it does; what it was reading, or will be given, comes to this."""
        self._ended = verdict
        worker = self._worker
        if worker is not None:
            worker.end(verdict)

    def close(self) -> None:
        """End the worker, and remove what it left behind."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _read(self, path: Path, name: str, *, again: bool) -> Found:
        worker = self._worker or self._hire()
        answer = worker.read(path, name)
        if answer is None or answer.last or worker.verdict is not None:
            self.close()
        if again and worker.may_be_tried_again(answer):
            return self._read(path, name, again=False)
        found = answer.found if answer is not None else worker.failure(name)
        assert found is not None
        return found

    def _hire(self) -> Worker:
        worker = self._worker = _start(self.place)
        if self._ended is not None:  # said while the process started
            worker.end(self._ended)
        return worker


def _start(place: Workplace) -> Worker:
    for more in reversed(range(_STARTS)):
        try:
            return Worker(place)
        except NotStarted as error:
            if not (error.killed and more):
                raise
    raise AssertionError("the last start raises")
