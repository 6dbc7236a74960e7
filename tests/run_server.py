"""Runs the command with the reader of the tests as often as it is told, each time in a new process that need not load
anything first: `python -m tests.run_server`. A line is the folder and the arguments as JSON; the answer is the process
id and, when it has ended, its status.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

from kehoach.cli import main
from kehoach.normalize.knowledge import load_knowledge
from kehoach.pipeline import reading

_NEEDED = ("pandas", "pyarrow.fs", "pyarrow.parquet", "scipy.sparse", "kehoach.pipeline.tables", "kehoach.extract.plan")


def serve() -> None:
    """Load what a run needs, but start no thread: the processes that are forked off would lack it."""
    reading.EXTRACT = "tests.fake_reader"
    for name in _NEEDED:
        import_module(name)
    load_knowledge(None)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(*json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(folder: str, args: list[str]) -> None:
    """The command in a process group of its own; what it prints goes to `said.txt`."""
    os.setsid()
    os.chdir(folder)
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(said, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        main(args)
    except SystemExit as ended:
        sys.stdout.flush()
        os._exit(int(ended.code or 0))


if __name__ == "__main__":
    serve()
