"""Which format bytes are, by the bytes alone: magic numbers, the parts of a package, the streams of an old file.

A name lies often: portals send web pages as `.doc` and `.xls`, offices scan to PNG and call it `.pdf`.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

__all__ = ["Sniffed", "is_binary", "looks_like_markup", "sniff"]


class Sniffed(NamedTuple):
    """What bytes are: a format of the contract, or None for a kind without a reader; and its name.

    Or half known: `zip`, `compound` (an old Office file whose directory is cut off), `locked` by a password.
    """

    format: str | None
    label: str


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x7fELF", "a program"),
)
_INNER: tuple[tuple[int, re.Pattern[bytes], str], ...] = (  # what stands a few bytes further on
    (8, re.compile(rb"WEBP"), "a WebP image"),
    (4, re.compile(rb"ftyp(?:heic|heix|mif1|msf1|avif)"), "a HEIC image"),
    (4, re.compile(rb"ftyp"), "a video"),
    (0, re.compile(rb"BM.{4}\x00{4}", re.DOTALL), "a BMP image"),
    (0, re.compile(rb"MZ[^\r\n]{0,58}\x00", re.DOTALL), "a program"),
)
_HEAD = 16_384  # a page from Word has its styles in a comment before anything else
_PDF = re.compile(rb"%PDF-\d")
_PDF_WITHIN = 1024  # viewers forgive that much in front of it
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_START = r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?(?:-->|\Z)\s*|<!\[[^>]*>\s*)*"
_PAGE = re.compile(_START + r"<(?:!doctype\s+html|(?:html|head|body|meta|title)[\s>])", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(
    _START + r"<(?:table|div|p|style|font|span|center|h[1-6]|br)[\s>/]", re.IGNORECASE | re.DOTALL
)  # what systems export as `.xls`: a table and nothing around it
_LOCAL_NAME = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_NOT_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(data: bytes) -> Sniffed | None:
    """What bytes are; None where they do not tell: plain text, Markdown, noise.

    Never fails, and takes no longer for a large file.
    """
    if data.startswith(b"PK"):
        return _package(data)
    if data.startswith(_OLE):
        return _compound(data)
    for magic, label in _MAGIC:
        if data.startswith(magic):
            return Sniffed(None, label)
    for at, pattern, label in _INNER:
        if pattern.match(data, at):
            return Sniffed(None, label)
    return _document(data)


def _document(data: bytes) -> Sniffed | None:
    """PDF, RTF and what is marked up: all that begins with words."""
    head = data[:_HEAD]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return Sniffed("rtf", "an RTF text")
    words = _words(head)
    if "<?mso-application" in words or "urn:schemas-microsoft-com:office:spreadsheet" in words[:2000]:
        return Sniffed(None, "an Office 2003 XML file")
    if _PAGE.match(words):
        return Sniffed("html", "a web page")
    if words.startswith("MIME-Version:") and "multipart/related" in words:
        return Sniffed(None, "a web archive (MHTML)")
    return Sniffed("pdf", "a PDF") if _PDF.search(head, 0, _PDF_WITHIN) else None


def looks_like_markup(data: bytes) -> bool:
    """Whether bytes begin with a tag that a web page has inside: `<table>`, `<div>`."""
    return bool(_MARKUP.match(_words(data[:_HEAD])))


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text in any encoding: control characters among the first ones."""
    head = data[:_HEAD]
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return max(head[::2].count(0), head[1::2].count(0)) * 8 < len(head)  # UTF-16 has its zeros at every second
    return len(_NOT_TEXT.findall(head)) * 50 > len(head) and b"\x00" not in head


def _words(head: bytes) -> str:
    """The first characters, whatever the encoding: tags are ASCII in all of them."""
    return head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip("\xff\xfe\ufeff \t\r\n")


# --- packages and compound files --------------------------------------------------------------------------------


def _package(data: bytes) -> Sniffed | None:
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return None
    mime = _mime_type(data)
    if mime == _OPEN_DOCUMENT + "text":
        return Sniffed("odt", "an OpenDocument text")
    if mime.startswith(_OPEN_DOCUMENT):
        return Sniffed(None, f"an OpenDocument file ({mime.removeprefix(_OPEN_DOCUMENT)})")
    names = [name.replace("\\", "/").lower().lstrip("/") for name in _names(data)]
    if "xl/workbook.bin" in names:
        return Sniffed(None, "a binary Excel workbook (.xlsb)")
    if "[content_types].xml" in names or "_rels/.rels" in names:
        for folder, format, label in _OFFICE:
            if any(name.startswith(folder) for name in names):
                return Sniffed(format, label)
    return Sniffed("zip", "a ZIP archive")


_OFFICE = (
    ("word/", "docx", "a Word document"),
    ("xl/", "xlsx", "an Excel workbook"),
    ("ppt/", None, "a PowerPoint presentation"),
    ("visio/", None, "a Visio drawing"),
)


def _mime_type(data: bytes) -> str:
    """The content of the entry `mimetype`, which stands first and uncompressed in OpenDocument files."""
    if data[30:38] != b"mimetype":
        return ""
    start = 38 + int.from_bytes(data[28:30], "little")
    return data[start : start + 80].split(b"PK")[0].decode("latin-1")


def _names(data: bytes) -> list[str]:
    """The names in a package; of one that was cut off, those that stand before each part."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.namelist()
    except Exception:  # a directory that is cut off or made to break readers: zipfile has many ways to say so
        found = _LOCAL_NAME.finditer(data)
        return [
            data[match.end() : match.end() + int.from_bytes(match[1], "little")].decode("latin-1") for match in found
        ]


_STREAMS = (
    ("EncryptedPackage", "locked", "a file locked by a password"),
    ("WordDocument", "doc", "an old Word document"),
    ("Workbook", "xls", "an old Excel workbook"),
    ("Book", "xls", "an old Excel workbook"),
    ("PowerPoint Document", None, "an old PowerPoint presentation"),
    ("__properties_version1.0", None, "an Outlook message"),
)


def _compound(data: bytes) -> Sniffed:
    """Word, Excel, PowerPoint before 2007, and everything locked by a password, are files within a file."""
    top = _top_streams(data)
    for name, format, label in _STREAMS:
        if name.lower() in top:
            return Sniffed(format, label)
    for name, format, label in _STREAMS:
        if name.encode("utf-16-le") + b"\x00\x00" in data:
            return Sniffed(format, label)
    return Sniffed("compound", "a compound file of Windows")


def _top_streams(data: bytes) -> set[str]:
    """The streams that lie in no folder of the file, in lower case: an embedded sheet lies in one."""
    import olefile  # noqa: PLC0415 - needed for old files only

    try:
        with olefile.OleFileIO(data) as compound:
            return {path[0].lower() for path in compound.listdir() if len(path) == 1}
    except Exception:  # cut off, or with loops in its directory
        return set()
