"""The bytes of what a person hands in: a regular file, or a folder that is one plan packed as a ZIP in memory."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

from kehoach.pipeline.settings import MB
from kehoach.schemas.errors import NotReadable

__all__ = ["name_of", "packed_folder", "read_regular"]

_WAITS = (0, 0.1, 0.5)  # seconds before each time that a file is read
_HEAD = 4096  # bytes that tell whether a file without a known extension is worth reading
_MOST = 10_000  # files in a folder that is one plan; more are another folder given by mistake


def read_regular(path: Path, most: int, *, known: bool = True) -> bytes:
    """The content of a regular file of at most so many bytes: what it holds now, which may be more than a moment ago.

    A pipe or a device is never opened: that would wait for ever, or give bytes for ever. With `known` a file whose
    format is not known is refused before it is all read. One that somebody writes to meanwhile is read once more, and
    then again. Raises NotReadable, and OSError.
    """
    for wait in _WAITS:
        time.sleep(wait)
        data = _read_once(path, most, known=known)
        if data is not None:
            return data
    raise NotReadable("changes while it is read")


def _read_once(path: Path, most: int, *, known: bool) -> bytes | None:
    """The content of a file; None where it was written to meanwhile: it may be half old, half new."""
    from kehoach.extract.readers import refuse_unknown  # noqa: PLC0415 - see kehoach --help

    if not path.is_file():
        raise NotReadable("a folder that cannot be listed" if path.is_dir() else "not a regular file")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as opened:
        before = os.fstat(opened.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise NotReadable("not a regular file")
        head = opened.read(min(_HEAD, most + 1))
        if known:
            refuse_unknown(head, path.name)
        data = head + opened.read(most + 1 - len(head))
        after = os.fstat(opened.fileno())
    if len(data) > most:
        raise NotReadable(f"larger than {most // MB} MB", "limit")
    return data if (before.st_size, before.st_mtime_ns) == (len(data), after.st_mtime_ns) else None


def packed_folder(path: Path, most: int) -> bytes:
    """The files in a folder, in depth and without hidden ones, as a ZIP that is not compressed; the same bytes always.

    Raises NotReadable where they are more than `most` bytes together, and OSError where one cannot be read.
    """
    size = 0
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for file in _files_in(path):
            data = read_regular(file, most, known=False)
            size += len(data)
            if size > most:
                raise NotReadable(f"its files are larger than {most // MB} MB", "limit")
            package.writestr(zipfile.ZipInfo(name_of(file.relative_to(path))), data)
    return stream.getvalue()


def _files_in(path: Path) -> list[Path]:
    found: list[Path] = []
    for entry in sorted(path.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "~$")):
            continue
        if not entry.is_dir():
            found.append(entry)
        elif not entry.is_symlink():  # a link may lead back to where we are
            found += _files_in(entry)
        if len(found) > _MOST:
            raise NotReadable(f"more than {_MOST} files in a folder that is to be one plan", "limit")
    return found


def name_of(path: Path) -> str:
    """The path as given; a name that is no Unicode would not fit into a table."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
