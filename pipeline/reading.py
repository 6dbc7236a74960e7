"""Reads one file, in this process and without a limit of time: see :mod:`kehoach.pipeline.pool` for many and for all
that a person hands in.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from kehoach.pipeline.settings import MB, Settings
from kehoach.schemas.errors import NoPlan, NotReadable
from kehoach.schemas.records import File, Plan

if TYPE_CHECKING:
    from kehoach.extract.readers import ReadOptions

__all__ = ["EXTRACT", "Reading", "name_of", "read_file", "too_much_memory"]

EXTRACT = "kehoach.extract.plan"
"""The module whose `extract_plan` reads the files, also in the worker processes; tests put another in its place."""

_HEAD = 4096  # bytes that tell whether a file without a known extension is worth reading


class Reading(msgspec.Struct):
    """What became of one file: its row of `files` and, where it is one, the plan."""

    file: File
    plan: Plan | None = None


class Extract(Protocol):
    """What is asked of `extract_plan`."""

    def __call__(self, data: bytes, source: str, *, format: str | None, options: ReadOptions | None) -> Plan: ...


def read_file(path: Path, settings: Settings | None = None, name: str | None = None) -> Reading:
    """Read one file, under this name (default: the path); whatever happens becomes the status and message of its row.

    Time and memory are limited only in the worker processes of a run.
    """
    settings = settings or Settings()
    file = File(source=name or name_of(path), status="ok")
    started = time.perf_counter()
    plan = None
    try:
        data = _regular_bytes(path, file, settings.limits.size)
        extract: Extract = import_module(EXTRACT).extract_plan
        plan = extract(data, file.source, format=file.format, options=_options(settings))
    except NotReadable as error:
        file.status, file.message = error.status, str(error)
    except NoPlan as error:
        file.status, file.message = "no-plan", str(error)
    except MemoryError:
        file.status, file.message = "limit", too_much_memory(settings)
    except RecursionError:
        file.status, file.message = "limit", "its parts are nested too deeply"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a bug in a reader must not cost the other files; Rust raises more than Exception
        file.status, file.message = "error", _where(error)
    file.seconds = time.perf_counter() - started
    return Reading(file, plan)


def _regular_bytes(path: Path, file: File, most: int) -> bytes:
    """The content of a regular file of at most so many MB; fills in its format and its digests.

    A pipe or a device is never opened: that would wait for ever, or give bytes for ever.
    """
    from kehoach.extract.readers import format_of  # noqa: PLC0415 - see kehoach --help

    try:
        if not path.is_file():
            raise NotReadable("a folder that cannot be listed" if path.is_dir() else "not a regular file")
        data = _read_at_most(path, most * MB)
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from error
    file.sha256 = hashlib.sha256(data).hexdigest()
    file.doc_id = file.sha256[:16]
    if not data:
        raise NotReadable("the file is empty")
    file.format = format_of(data, path.name)
    return data


def _read_at_most(path: Path, most: int) -> bytes:
    """What the file holds now: it may be another than a moment ago, a pipe even, or grow while it is read."""
    from kehoach.extract.readers import refuse_unknown  # noqa: PLC0415 - see kehoach --help

    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise NotReadable("not a regular file")
        head = opened.read(min(_HEAD, most + 1))
        refuse_unknown(head, path.name)
        data = head + opened.read(most + 1 - len(head))
    if len(data) > most:
        raise NotReadable(f"larger than {most // MB} MB", "limit")
    return data


def _options(settings: Settings) -> ReadOptions:
    from kehoach.extract.readers import ReadOptions  # noqa: PLC0415

    limits = settings.limits
    return ReadOptions(
        password=settings.password,
        ocr=settings.ocr,
        max_pages=limits.pages,
        max_cells=limits.cells,
        max_expanded=limits.unpacked * MB,
        max_ratio=limits.ratio,
    )


def _where(error: BaseException) -> str:
    """`KeyError: 'x' (assign.py:31, please report)`: enough to find it, the same on every machine."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"internal error, please report: {type(error).__name__}: {error} ({place})"


def too_much_memory(settings: Settings) -> str:
    """What is said of a file that needs more memory than it may have."""
    return f"reading it takes more than {settings.limits.memory} MB of memory"


def name_of(path: Path) -> str:
    """The path as given; a name that is no Unicode would not fit into a table."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
