"""Packed files (docx, xlsx, odt, zip) and the XML in them, read with care.

What a ZIP says of its sizes proves nothing: every part is unpacked in pieces and counted. Nothing is written to disk,
so that a name such as `../../etc/passwd` is but a name.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from kehoach.extract.readers.content import ReadOptions
from kehoach.schemas.errors import NotReadable

__all__ = ["Package", "open_package", "parse_xml", "unlocked"]

_PIECE = 64 * 2**10
_SMALL = 2**20  # bytes: a package of no more than that is harmless whatever its ratio
_MOST_PARTS = 10_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what office files use; the others unpack in large pieces
_LOCKED = 0x1
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an OLE container: old office files, and locked new ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in which Office puts a package that it locks


def open_package(data: bytes, options: ReadOptions) -> Package:
    """The parts of a ZIP by their names, each unpacked when it is asked for.

    A file that Office locked is opened with ``options.password`` (needs the extra `password`). Raises NotReadable for
    a broken or locked file (`unreadable`), for one that unpacks to too much (`limit`), and where the package that
    unlocks files is not installed (`missing-tool`).
    """
    if data.startswith(_COMPOUND_FILE) and _ENCRYPTED in data:
        data = unlocked(data, options.password)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotReadable(f"no package or a broken one: {error}") from error
    if len(archive.infolist()) > _MOST_PARTS:
        raise NotReadable(f"a package of {len(archive.infolist())} parts; the limit is {_MOST_PARTS}", "limit")
    return Package(archive, len(data), options)


class Package(Mapping[str, bytes]):
    """The parts of a package by name; see open_package. Reading one raises NotReadable as open_package does."""

    def __init__(self, archive: zipfile.ZipFile, size: int, options: ReadOptions) -> None:
        self._archive = archive
        self._size = size
        self._options = options
        self._parts: dict[str, bytes] = {}
        self._expanded = 0
        self._names = {info.filename: info for info in archive.infolist() if not info.is_dir()}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._parts:
            self._parts[name] = self._unpack(self._names[name])
        return self._parts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & _LOCKED:
            raise NotReadable(f"locked with a password: {info.filename}")
        if info.compress_type not in _METHODS:
            raise NotReadable(f"packed in a way that office files are not: {info.filename}")
        pieces = []
        try:
            with self._archive.open(info) as part:
                while piece := part.read(_PIECE):
                    self._count(len(piece))
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise NotReadable(f"a broken part: {info.filename}: {error}") from error
        return b"".join(pieces)

    def _count(self, more: int) -> None:
        """Add to what was unpacked so far, of all parts together."""
        self._expanded += more
        if self._expanded > self._options.max_expanded:
            raise NotReadable(f"unpacks to more than {self._options.max_expanded >> 20} MB", "limit")
        if self._expanded > max(_SMALL, self._options.max_ratio * self._size):
            raise NotReadable(f"unpacks to more than {self._options.max_ratio} times its size", "limit")


def parse_xml(data: bytes, name: str) -> Any:
    """The root element (lxml) of an XML part; `name` is for the message.

    No entity is resolved, nothing is fetched; a document type declaration, which no office file has, is refused.
    Raises NotReadable for such a part and for broken XML, also for one nested more than 255 levels deep.
    """
    from lxml import etree  # noqa: PLC0415 - heavy, and needed for office files alone

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable(f"broken XML in {name}: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise NotReadable(f"{name} declares a document type (entities), which no office file does")
    return root


def unlocked(data: bytes, password: str | None) -> bytes:
    """What Office locked, opened again. Raises NotReadable without the right password (see open_package)."""
    if password is None:
        raise NotReadable("locked with a password; give it with --password")
    try:
        import msoffcrypto  # noqa: PLC0415 - an extra
    except ImportError as error:
        message = "locked with a password; opening it needs msoffcrypto-tool: pip install 'kehoach[password]'"
        raise NotReadable(message, "missing-tool") from error
    opened = BytesIO()
    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
        file.load_key(password=password)
        file.decrypt(opened)
    except Exception as error:  # the package raises what it meets; all of it means that the file stays locked
        raise NotReadable(f"locked with another password than the one given ({type(error).__name__})") from error
    return opened.getvalue()
