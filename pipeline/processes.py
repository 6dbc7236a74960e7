"""A worker process as the parent sees it: started, watched, ended together with all that it started."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from kehoach.pipeline.frames import SIGN, Answer, Setup, Task, receive, send
from kehoach.pipeline.reading import Found, too_much_memory
from kehoach.pipeline.settings import MB, Settings
from kehoach.schemas.records import File

if TYPE_CHECKING:
    from psutil import Process

__all__ = ["NotStarted", "Verdict", "Worker", "Workplace"]

_MAIN = """
import pathlib, sys
folder, *sys.path[:] = sys.argv[1:]
from kehoach.pipeline.worker import main
main(pathlib.Path(folder))
"""
_KILLED = getattr(signal, "SIGKILL", 9)
_TO_END = 2  # seconds between the end of what a process says and its own
_LOOK_AFTER = 0.5  # seconds on one file after which its memory is looked at; most are done by then


class Workplace(msgspec.Struct, frozen=True):
    """What all workers of a run have in common."""

    settings: Settings
    workspace: Path | None
    extract: str

    def setup(self) -> Setup:
        """The first frame to a worker."""
        workspace = os.fsencode(self.workspace.absolute()) if self.workspace is not None else None
        return Setup(self.settings, workspace, self.extract)


class Verdict(msgspec.Struct, frozen=True):
    """Why a file could not be read to its end, as `files` says it."""

    status: str
    message: str
    again: bool = False
    """Whether a new process may do better: what one took for earlier files counts as memory too."""


class NotStarted(RuntimeError):
    """A process that ended before it was ready."""

    def __init__(self, message: str, killed: bool) -> None:
        super().__init__(message)
        self.killed = killed
        """By somebody else, so that another may start."""


class Worker:
    """A process that reads one file at a time, in its own folder for temporary files and its own process group.

    One thread calls `read` and, at the end, `close`; `watch` and `end` may come from others.
    Raises NotStarted, and OSError.
    """

    def __init__(self, place: Workplace) -> None:
        self.settings = place.settings
        self.files = 0
        self.verdict: Verdict | None = None
        """Why it was ended from outside, where it was."""
        self._since: float | None = None
        self._memory = 0
        self._closed = False
        self._lock = threading.Lock()
        self._family: set[Process] = set()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self._folder = Path(tempfile.mkdtemp(prefix="kehoach-"))
        self._process = _start(self._folder, self._errors)
        if self._exchange(place.setup()) is None:
            reason = self._last_words()
            self.close()
            raise NotStarted(f"a worker process does not start: {reason}", self._process.returncode == -_KILLED)

    def read(self, path: Path, name: str) -> Answer | None:
        """Have a file read under this name; None where the process ended over it, see `failure`."""
        self.files += 1
        self._since = time.monotonic()
        try:
            answer = self._exchange(Task(os.fsencode(path.absolute()), name))
        finally:
            with self._lock:  # from here on, no limit of this file ends the process
                self._since = None
        if answer is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_TO_END)  # its status tells what became of it
        return answer

    def failure(self, name: str) -> Found:
        """What is said of the file over which the process ended; asked after `close`."""
        found = self.verdict or self._cause()
        return Found(File(source=name, status=found.status, message=found.message))

    def may_be_tried_again(self, answer: Answer | None) -> bool:
        """Whether the file should have a new process of its own before this is the last word on it."""
        if self.files <= 1:  # what it met in a new process it meets again, unless someone else ended that
            return answer is None and self.verdict is None and self._process.returncode == -_KILLED
        return self.verdict.again if self.verdict is not None else answer is None or answer.starved

    def watch(self) -> None:
        """End the process where the file that it reads is over a limit of time or memory."""
        with self._lock:
            taken = time.monotonic() - self._since if self._since is not None else 0.0
            taken = min(taken, age(self._folder / SIGN))
            if taken > self.settings.limits.seconds:
                self._end(Verdict("limit", f"reading it takes longer than {self.settings.limits.seconds} seconds"))
            elif taken > _LOOK_AFTER:
                self._memory = self._look()
                if self._memory > self.settings.limits.memory * MB:
                    self._end(Verdict("limit", too_much_memory(self.settings), again=True))

    def end(self, verdict: Verdict) -> None:
        """End the process, whatever it does."""
        with self._lock:
            self._end(verdict)

    def close(self) -> None:
        """End the process, with all that it started, and remove its folder: first, for when we are killed meanwhile the
        process would not do it any more; and afterwards what it wrote since.
        """
        shutil.rmtree(self._folder, ignore_errors=True)
        with self._lock:
            if not self._closed:
                self._kill()
                self._process.communicate()  # closes the pipes and takes the status, so that no zombie stays
                self._closed = True
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _exchange(self, request: Setup | Task) -> Answer | None:
        pipe, answers = self._process.stdin, self._process.stdout
        assert pipe is not None and answers is not None
        try:
            send(pipe, request)
            return receive(answers, Answer)
        except (OSError, ValueError, msgspec.MsgspecError):
            return None

    def _end(self, verdict: Verdict) -> None:
        if not self._closed and self.verdict is None:
            self.verdict = verdict
            self._kill()

    def _look(self) -> int:
        """Bytes in use by the process and its descendants, who are noted."""
        from psutil import Error  # noqa: PLC0415 - needed for slow files only

        used = 0
        self._family |= set(_descendants(self._process.pid))
        for process in self._family:
            with contextlib.suppress(Error):
                used += process.memory_info().rss
        return used

    def _kill(self) -> None:
        """End all: the group, and what left it (a program that was started as the leader of its own)."""
        from psutil import Error  # noqa: PLC0415 - see kehoach --help

        family = self._family | set(_descendants(self._process.pid))
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        for process in family:
            with contextlib.suppress(Error):
                process.kill()

    def _cause(self) -> Verdict:
        """Why the process ended by itself, from its exit status."""
        code = self._process.returncode
        name = signal.Signals(-code).name if code < 0 else f"status {code}"
        if name == "SIGXCPU":
            return Verdict("limit", f"reading it takes longer than {self.settings.limits.seconds} seconds")
        if name == "SIGKILL":
            return Verdict("limit", "the system ended the process that read it: most likely it had no more memory")
        if self._memory * 2 > self.settings.limits.memory * MB:
            return Verdict("limit", too_much_memory(self.settings))
        return Verdict("error", f"reading it crashed the process ({name})")

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        return lines[-1] if lines else "it says nothing"


def age(file: Path) -> float:
    """Seconds since a file was written; infinite where there is none."""
    try:
        return max(0.0, time.time() - file.stat().st_mtime)
    except OSError:
        return math.inf


def _start(folder: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process of its own session: Ctrl-C does not reach it, and it can be ended with all that it starts."""
    return subprocess.Popen(
        [sys.executable, "-c", _MAIN, folder, *map(os.path.abspath, sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _descendants(pid: int) -> list[Process]:
    """The process and all that it started, directly or not."""
    import psutil  # noqa: PLC0415 - see kehoach --help

    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
