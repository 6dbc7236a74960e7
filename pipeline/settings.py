"""How a run reads: what one file may take, with how many processes, with which password."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec
from msgspec import Meta

__all__ = ["MB", "Limits", "Settings"]

MB = 2**20

AtLeast1 = Annotated[int, Meta(ge=1)]
EnoughToStart = Annotated[int, Meta(ge=256)]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What reading one file may take; a file that needs more has the status `limit`, and the others are read.

    `seconds` and `memory` hold for the worker process with all programs that it starts (LibreOffice, Tesseract).
    """

    seconds: AtLeast1 = 120
    """Of a scan, for each of its pages."""
    memory: EnoughToStart = 2048
    """MB in use at once."""
    size: AtLeast1 = 64
    """MB of the file; a plan is some 100 KB, a scan of it some 10 MB."""
    pages: AtLeast1 = 500
    cells: AtLeast1 = 100_000
    """Cells of one table."""
    unpacked: AtLeast1 = 500
    """MB that a packed file (docx, xlsx, zip) may unpack to, counted while it is unpacked."""
    ratio: AtLeast1 = 100
    """How many times its own size a packed file may unpack to."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How files are read: the number of processes (default: one a processor), the limits, what the readers are told."""

    jobs: AtLeast1 | None = None
    limits: Limits = Limits()
    password: str | None = None
    """For documents that ask for one."""
    ocr: bool = True
    """Read scanned pages by optical character recognition."""
    bundle: bool = False
    """Each folder or ZIP that is given is one plan in several files, whatever its name."""

    def workers(self, files: int) -> int:
        """The number of processes for so many files."""
        return min(self.jobs or _processors(), files)


def _processors() -> int:
    """Those that this process may use; a container or a batch system can give fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
