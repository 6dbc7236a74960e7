"""From a file's bytes to its content: which format they are, and the reader of it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.schemas.errors import NotReadable

__all__ = ["FORMATS", "format_of", "read_content"]

FORMATS = {".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html"}
"""Extension (lower case) to format, for all formats that can be read."""

Reader = Callable[[bytes, ReadOptions], Content]

_READERS = {"txt": "text", "md": "text", "html": "html"}
"""Format to the module of its reader, which has a function `read`; imported when first used."""


def format_of(data: bytes, name: str) -> str:
    """The format of a file, by its bytes and, where these do not tell, by the extension of its name.

    Raises NotReadable (`unsupported`) where there is no reader for it.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        kind = suffix or "a file without extension"
        raise NotReadable(f"no reader for {kind}; supported: {' '.join(FORMATS)}", "unsupported")
    return FORMATS[suffix]


def read_content(data: bytes, format: str, options: ReadOptions | None = None) -> Content:
    """The content of bytes of a known format.

    Raises NotReadable where they are broken, locked, too large, or need a program that is not installed.
    """
    module = import_module(f"kehoach.extract.readers.{_READERS[format]}")
    read: Reader = module.read
    return read(data, options or ReadOptions())
