"""What the results of a run depend on besides the files: this package, its vocabularies, the workspace, the settings.

Two digests stand for it: that of the extractor, with which each plan on disk is marked, and that of the meaning, which
only all plans together get. Where the first is another, plans are read again; where the second is, only the tables are
made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kehoach.pipeline import reading
from kehoach.pipeline.settings import Settings

__all__ = ["extractor_version", "meaning_version"]

_PACKAGE = Path(__file__).resolve().parents[1]
_READS = ("schemas", "normalize", "extract")
_MEANS = ("schemas", "normalize", "pipeline")
_CATALOGUE = Path("normalize/data/catalogue")
_LIBRARIES = (
    "charset-normalizer", "lxml", "olefile", "pdfminer.six", "pdfplumber", "pypdfium2", "python-calamine",
    "python-docx", "regex", "xlrd",
)  # fmt: skip
"""The packages that decide what a reader sees."""


def extractor_version(settings: Settings, workspace: Path | None, extract: str | None = None) -> str:
    """16 hexadecimal digits: the code and vocabularies that read a plan, the vocabulary of the workspace, the settings
    that change what is read, and the module that reads (default: `reading.EXTRACT`). The limits do not: what was read
    within them is read.
    """
    told = [extract or reading.EXTRACT, str(settings.ocr), *(f"{name} {_installed(name)}" for name in _LIBRARIES)]
    parts = [*_shipped(_READS, catalogue=False), *_folder(workspace / "vocabulary" if workspace else None)]
    return _digest([*(one.encode() for one in told), *parts])


def meaning_version(workspace: Path | None) -> str:
    """16 hexadecimal digits: the code, the catalogue, and all that people keep in the workspace."""
    return _digest([*_shipped(_MEANS, catalogue=True), *_folder(workspace)])


@cache
def _shipped(rooms: tuple[str, ...], *, catalogue: bool) -> tuple[bytes, ...]:
    """The digests of the files of these rooms; the catalogue decides what a name means, not what is read."""
    return tuple(
        _file(path, _PACKAGE)
        for room in rooms
        for path in sorted((_PACKAGE / room).rglob("*"))
        if path.suffix in (".py", ".csv") and (catalogue or not path.relative_to(_PACKAGE).is_relative_to(_CATALOGUE))
    )


def _folder(folder: Path | None) -> Iterator[bytes]:
    if folder is not None and folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
                yield _file(path, folder)


def _file(path: Path, root: Path) -> bytes:
    name = path.relative_to(root).as_posix().encode("utf-8", "surrogateescape")
    return hashlib.sha256(name + b"\0" + path.read_bytes()).digest()


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]
