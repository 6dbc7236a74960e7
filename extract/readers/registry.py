"""From a file's bytes to its content: which format they are, and the reader of it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from kehoach.extract.blocks import Grid
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.sniff import is_binary, looks_like_markup, sniff
from kehoach.schemas.errors import NotReadable

__all__ = ["FORMATS", "format_of", "is_bundle_name", "read_content", "refuse_unknown"]

FORMATS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".doc": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".pdf": "pdf",
}
"""Extension (lower case) to format, for all formats that can be read."""

Reader = Callable[[bytes, ReadOptions], Content]

_READERS = {
    "txt": "text",
    "md": "text",
    "html": "html.reader",
    "docx": "docx.reader",
    "doc": "office",
    "rtf": "office",
    "odt": "office",
    "xlsx": "workbook.reader",
    "xls": "workbook.reader",
    "bundle": "bundle.reader",
    "pdf": "pdf.reader",
}
"""Format to the module of its reader, which has a function `read`; imported when first used."""

_HALF_KNOWN = {"locked": ("docx", "xlsx"), "compound": ("doc", "xls")}  # which of them the extension tells
_OLD = (".doc", ".xls", ".rtf")  # names that systems give to any text


_BUNDLES = (".plan", ".plan.zip")


def is_bundle_name(name: str) -> bool:
    """Whether a folder or a ZIP of this name is one plan in several files: `KH 12.plan`, `KH 12.plan.zip`."""
    return name.lower().endswith(_BUNDLES)


def format_of(data: bytes, name: str, *, bundle: bool = False) -> str:
    """The format of a file, by its bytes and, where these do not tell, by the extension of its name.

    A ZIP is a `bundle` where its name, or the caller, says so. Of no bytes the extension alone tells. Raises
    NotReadable: `unsupported` where there is no reader for it, `unreadable` where the bytes belie the name (a PNG image
    named .pdf).
    """
    suffix = PurePath(name).suffix.lower()
    found = sniff(data) if data else None
    if found is None:
        return _by_name(data, suffix)
    if FORMATS.get(suffix) in _HALF_KNOWN.get(str(found.format), ()):
        return FORMATS[suffix]
    if found.format in _READERS:
        return str(found.format)
    if found.format == "zip" and (bundle or is_bundle_name(name)):
        return "bundle"
    if found.format == "zip" and suffix not in FORMATS:
        raise _unsupported("a ZIP archive that is not said to be one plan (NAME.plan.zip, or --bundle)")
    if found.format == "locked" or suffix in FORMATS:
        raise NotReadable(f"{found.label} named {suffix or 'without extension'}")
    raise _unsupported(f"{found.label}")


def _by_name(data: bytes, suffix: str) -> str:
    """The format where the bytes do not tell; a `.doc` that is text is read as text, a `.pdf` is no PDF."""
    format = FORMATS.get(suffix)
    if format is None:
        raise _unsupported(suffix or "a file without extension")
    if not data or format in ("txt", "md", "html"):
        return format
    if suffix in _OLD and not is_binary(data):
        return "html" if looks_like_markup(data) else "txt"
    raise NotReadable(f"the bytes are not those of a {suffix} file")


def _unsupported(kind: str) -> NotReadable:
    return NotReadable(f"no reader for {kind}; supported: {' '.join(FORMATS)}", "unsupported")


def refuse_unknown(head: bytes, name: str) -> None:
    """Raises NotReadable (`unsupported`) where neither the extension nor the first bytes are of a known format."""
    if PurePath(name).suffix.lower() not in FORMATS and sniff(head) is None:
        format_of(b"", name)


def read_content(data: bytes, format: str, options: ReadOptions | None = None) -> Content:
    """The content of bytes of a known format.

    Raises NotReadable where they are empty, broken, locked, too large, or need a program that is not installed.
    """
    if not data:
        raise NotReadable("the file is empty")
    module = import_module(f"kehoach.extract.readers.{_READERS[format]}")
    read: Reader = module.read
    given = options or ReadOptions()
    content = read(data, given)
    _refuse_large(content, given)
    return content


def _refuse_large(content: Content, options: ReadOptions) -> None:
    """Raises NotReadable (`limit`) for what no reader has stopped at before."""
    if (content.pages or 0) > options.max_pages:
        raise NotReadable(f"more than {options.max_pages} pages", "limit")
    for grid in content.blocks:
        if isinstance(grid, Grid) and sum(map(len, grid.rows)) > options.max_cells:
            raise NotReadable(f"a table of more than {options.max_cells} cells", "limit")
