"""Formats told by bytes: what a file is, whatever it is called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.readers.registry import FORMATS, format_of, refuse_unknown
from kehoach.extract.readers.sniff import Sniffed, is_binary, looks_like_markup, sniff
from kehoach.schemas.errors import NotReadable


def package(*names: str, mime: str = "") -> bytes:
    """A ZIP with empty parts of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mime:
            archive.writestr("mimetype", mime)
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


def compound(*names: str) -> bytes:
    """The start of a compound file whose directory holds these streams, cut off behind it."""
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + entries


TYPES = "[Content_Types].xml"
PNG, JPEG = b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xd8\xff\xe0\x00\x10JFIF"

KINDS = [
    (b"%PDF-1.7\n", "pdf"),
    (b"\r\n\r\n%PDF-1.4\n", "pdf"),
    (package(TYPES, "_rels/.rels", "word/document.xml"), "docx"),
    (package(TYPES, "word/document.xml", "word/embeddings/xl/workbook.xml"), "docx"),
    (package("_rels/.rels", "xl/workbook.xml"), "xlsx"),
    (package(TYPES, "xl\\workbook.xml"), "xlsx"),
    (package(TYPES, "xl/workbook.xml")[:120], "xlsx"),  # cut off: no directory
    (package("KH.docx", "Phu luc.xlsx"), "zip"),
    (package("word/ke hoach.txt"), "zip"),
    (package(), "zip"),
    (package(TYPES, "ppt/presentation.xml"), None),
    (package(TYPES, "xl/workbook.bin"), None),
    (package("content.xml", mime="application/vnd.oasis.opendocument.text"), "odt"),
    (package("content.xml", mime="application/vnd.oasis.opendocument.spreadsheet"), None),
    (compound("Root Entry", "WordDocument"), "doc"),
    (compound("Root Entry", "Workbook"), "xls"),
    (compound("Root Entry", "Book"), "xls"),
    (compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "locked"),
    (compound("Root Entry"), "compound"),
    (b"{\\rtf1\\ansi\\ansicpg1258", "rtf"),
    (b"<!DOCTYPE html>\n<html>", "html"),
    ('\ufeff<HTML xmlns:o="urn:x">'.encode(), "html"),
    ("<html><p>Kế hoạch".encode("utf-16"), "html"),
    (b"<?xml version='1.0'?>\n<!-- saved -->\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'>", "html"),
    (b"<!-- %PDF-1.4 --><body>", "html"),
    (PNG, None),
    (JPEG, None),
    (b"II*\x00\x08\x00", None),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", None),
    (b"\x00\x00\x00\x18ftypheic", None),
    (b"MIME-Version: 1.0\nContent-Type: multipart/related", None),
]


@pytest.mark.parametrize(("data", "expected"), KINDS, ids=[f"{data[:12]!r}-{kind}" for data, kind in KINDS])
def test_kind_of_bytes(data: bytes, expected: str | None) -> None:
    found = sniff(data)
    assert isinstance(found, Sniffed)
    assert found.format == expected


TEXTS = ["", "KẾ HOẠCH\n", "# KẾ HOẠCH", "<table><tr><td>1</td></tr></table>", "MZ là chữ tắt", "BM: ban", "PK", "II"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_tells_nothing(text: str) -> None:
    assert sniff(text.encode()) is None
    assert not is_binary(text.encode("utf-16"))
    assert not is_binary(text.encode())


NAMES = [
    (b"", "KH.TXT", "txt"),
    (b"", "KH.md", "md"),
    ("KẾ HOẠCH".encode(), "a/KH.txt", "txt"),
    (b"<table><tr><td>", "KH.md", "md"),
    (b"<html><body>", "KH.txt", "html"),
    (b"<html><body>", "KH", "html"),
    (b"<html><body>", "KH.doc", "html"),
    (b"<html><body>", "KH.aspx", "html"),
    (b"<html><body>", "KH.xls", "html"),
    (b"<table><tr><td>", "KH.xls", "html"),
    ("TT\tChỉ tiêu\n1\tSố máy".encode(), "KH.xls", "txt"),
    (package(TYPES, "xl/workbook.xml"), "KH.xls", "xlsx"),
    (package(TYPES, "xl/workbook.xml"), "KH.pdf", "xlsx"),
    (compound("Workbook"), "KH.xlsx", "xls"),
    (compound("EncryptedPackage"), "KH.xlsx", "xlsx"),
    (compound("Root Entry"), "KH.xls", "xls"),
]


@pytest.mark.parametrize(("data", "name", "expected"), NAMES)
def test_format_of(data: bytes, name: str, expected: str) -> None:
    assert format_of(data, name) == expected


REFUSED = [
    (PNG, "KH.html", "unreadable", "a PNG image named .html"),
    (PNG, "KH.png", "unsupported", "no reader for a PNG image"),
    (b"", "KH.xyz", "unsupported", "no reader for .xyz; supported: .txt"),
    (b"x", "KH", "unsupported", "no reader for a file without extension"),
    (package("a.txt"), "KH.zip", "unsupported", "no reader for a ZIP archive"),
    (PNG, "KH.xlsx", "unreadable", "a PNG image named .xlsx"),
    (b"\x00\x01\x02\x03\x00\x00" * 20, "KH.xlsx", "unreadable", "not those of a .xlsx file"),
    (compound("EncryptedPackage"), "KH.txt", "unreadable", "a file locked by a password named .txt"),
]


@pytest.mark.parametrize(("data", "name", "status", "message"), REFUSED)
def test_refused(data: bytes, name: str, status: str, message: str) -> None:
    with pytest.raises(NotReadable, match=message) as caught:
        format_of(data, name)
    assert caught.value.status == status


@pytest.mark.parametrize(("head", "name"), [(b"x", "KH.xyz"), (b"", "KH")])
def test_unknown_is_refused_before_it_is_read(head: bytes, name: str) -> None:
    with pytest.raises(NotReadable):
        refuse_unknown(head, name)


@pytest.mark.parametrize(("head", "name"), [(b"x", "KH.txt"), (PNG, "KH"), (b"<html>", "KH.aspx")])
def test_what_may_be_known_is_read(head: bytes, name: str) -> None:
    refuse_unknown(head, name)


_STARTS = st.sampled_from([data for data, _ in KINDS]) | st.binary(max_size=12)


@given(_STARTS, st.binary(max_size=60), st.integers(0, 600), st.sampled_from([*FORMATS, ".xyz", ""]))
def test_any_bytes_have_a_format_or_a_message(start: bytes, rest: bytes, cut: int, suffix: str) -> None:
    data = start[:cut] + rest
    assert looks_like_markup(data) in (True, False)
    try:
        assert format_of(data, f"KH{suffix}") in FORMATS.values()
    except NotReadable as error:
        assert str(error)
