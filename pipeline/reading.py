"""Reads one file, in this process and without a limit of time: see :mod:`kehoach.pipeline.pool` for many and for all
that a person hands in.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from kehoach.pipeline.files import name_of, packed_folder, read_regular
from kehoach.pipeline.inputs import is_bundle
from kehoach.pipeline.settings import MB, Settings
from kehoach.schemas.errors import NoPlan, NotReadable
from kehoach.schemas.records import File, Plan

if TYPE_CHECKING:
    from kehoach.extract.readers import ReadOptions

__all__ = [
    "EXTRACT", "PAGE_READ", "Found", "Reading", "content_of", "content_told", "is_folder", "name_of",
    "read_file", "shown", "taken", "too_much_memory",
]  # fmt: skip

EXTRACT = "kehoach.extract.plan"
"""The module whose `extract_plan` reads the files, also in the worker processes; tests put another in its place."""

PAGE_READ: Callable[[], None] | None = None
"""What is told of each scanned page; the worker processes put a sign for their parent here."""

_LONGEST = 300  # characters of a message
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # commands to a terminal, halves of letters


class Reading(msgspec.Struct):
    """What became of one file: its row of `files` and, where it is one, the plan."""

    file: File
    plan: Plan | None = None
    content: str | None = None
    """What identifies the bytes and how they were taken; see content_of."""


class Found(msgspec.Struct):
    """A reading as it passes between processes and onto the disk: the plan as JSON."""

    file: File
    plan: bytes | None = None
    content: str | None = None


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
    plan = content = None
    try:
        data = _bytes(path, file, settings)
        content = content_told(file)
        extract: Extract = import_module(EXTRACT).extract_plan
        plan = extract(data, file.source, format=file.format, options=_options(settings))
        file.sha256, file.doc_id = plan.document.sha256, plan.document.doc_id  # of a bundle: that of its parts
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
    file.message = shown(file.message) if file.message else None
    file.seconds = time.perf_counter() - started
    return Reading(file, plan, content)


def _bytes(path: Path, file: File, settings: Settings) -> bytes:
    """The content of a file, or of a folder that is one plan; fills in its format and its digests."""
    from kehoach.extract.readers import format_of  # noqa: PLC0415 - see kehoach --help

    data = taken(path, settings)
    file.sha256 = hashlib.sha256(data).hexdigest()
    file.doc_id = file.sha256[:16]
    if not data:
        raise NotReadable("the file is empty")
    file.format = "bundle" if is_folder(path, settings) else format_of(data, path.name, bundle=settings.bundle)
    return data


def content_of(path: Path, settings: Settings) -> str | None:
    """What identifies the content of a file and how it is taken; None where it cannot be read, which read_file tells.

    The same bytes are another plan where the ending of the name, or `--bundle`, makes them another format.
    """
    file = File(source="", status="ok")
    try:
        _bytes(path, file, settings)
    except NotReadable:
        return None
    return content_told(file)


def content_told(file: File) -> str:
    """The same from the row of a file; not of a bundle, the digest of which is that of its parts."""
    return f"{file.sha256} {file.format}"


def taken(path: Path, settings: Settings) -> bytes:
    """The bytes of a file, or of a folder that is one plan, packed. Raises NotReadable."""
    most = settings.limits.size * MB
    try:
        return packed_folder(path, most) if is_folder(path, settings) else read_regular(path, most)
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from error


def is_folder(path: Path, settings: Settings) -> bool:
    """Whether a path is a folder that is one plan."""
    return is_bundle(path) or (settings.bundle and path.is_dir())


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
        page_read=PAGE_READ,
    )


def _where(error: BaseException) -> str:
    """`KeyError: 'x' (assign.py:31, please report)`: enough to find it, the same on every machine."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"internal error, please report: {type(error).__name__}: {error} ({place})"


def shown(message: str) -> str:
    """A message as a table and a terminal may show it: it can quote names from the file, of any length and kind."""
    words = " ".join(_CONTROL.sub(" ", message).split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def too_much_memory(settings: Settings) -> str:
    """What is said of a file that needs more memory than it may have."""
    return f"reading it takes more than {settings.limits.memory} MB of memory"
