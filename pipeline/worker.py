"""A worker process: reads one file after another as its parent asks, and ends when its parent does.

    python -c "from kehoach.pipeline.worker import main; main(FOLDER)"

It speaks frames (:mod:`kehoach.pipeline.frames`) on what were its standard streams; nothing else comes there.
"""

from __future__ import annotations

import itertools
import os
import queue
import shutil
import signal
import sys
import threading
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO

import msgspec
from psutil import Process

from kehoach.normalize.vocabulary import use_workspace
from kehoach.pipeline import reading
from kehoach.pipeline.frames import SIGN, Answer, Setup, Task, receive, send
from kehoach.pipeline.guard import confine, limit_processor, limit_resources
from kehoach.pipeline.settings import MB, Limits

__all__ = ["main"]

_MOST_FILES = 1000  # then a new process takes over: what leaks, leaks little
_WORN = 4  # so it does when this part of the memory that it may use does not become free


def main(folder: Path) -> None:
    """Take the setup, say that we are ready, then read until the parent has no more; the folder is our own."""
    try:
        _work(folder)
    except OSError:  # the parent is gone
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _work(folder: Path) -> None:
    requests, answers = _private_streams()
    setup = receive(requests, Setup)
    if setup is None:
        raise BrokenPipeError("the parent is gone")
    use_workspace(Path(os.fsdecode(setup.workspace)) if setup.workspace is not None else None)
    reading.EXTRACT = setup.extract
    import_module(setup.extract)
    reading.PAGE_READ = partial(_page_read, folder / SIGN, setup.settings.limits)
    confine(folder)
    limit_resources(setup.settings.limits)
    send(answers, Answer())
    tasks = _listen(requests, folder)
    for count in itertools.count(1):
        send(answers, _read(tasks.get(), setup, count))
        _clear(folder)


def _private_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output under other numbers; what a library or a program prints goes nowhere."""
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _listen(requests: IO[bytes], folder: Path) -> queue.SimpleQueue[Task]:
    """The tasks as they come. When the parent is gone, however it ended, nothing of ours stays behind."""
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()

    def listen() -> None:
        while (task := receive(requests, Task)) is not None:
            tasks.put(task)
        shutil.rmtree(folder, ignore_errors=True)
        if sys.platform != "win32":
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    return tasks


def _read(task: Task, setup: Setup, count: int) -> Answer:
    """Read a file, the worker's first, second, … by `count`."""
    limit_processor(setup.settings.limits)
    one = reading.read_file(Path(os.fsdecode(task.path)), setup.settings, task.name)
    plan = msgspec.json.encode(one.plan) if one.plan is not None else None
    found = reading.Found(one.file, plan, one.content)
    starved = found.file.message == reading.too_much_memory(setup.settings)
    worn = count == _MOST_FILES or Process().memory_info().rss * _WORN > setup.settings.limits.memory * MB
    return Answer(found, last=starved or worn, starved=starved)


def _page_read(sign: Path, limits: Limits) -> None:
    """A page of a scan is read: the time for the next one begins, also by the processor's clock."""
    sign.touch()
    limit_processor(limits)


def _clear(folder: Path) -> None:
    """Remove what a reader left behind."""
    for path in folder.iterdir():
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
