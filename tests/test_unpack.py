"""Packed files: what is counted, what is refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.unpack import open_package, parse_xml
from kehoach.schemas.errors import NotReadable

_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY b "ha ha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]><a>&d;</a>',
    '<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>',
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
)


def zipped(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def test_parts_by_name() -> None:
    package = open_package(zipped(("word/document.xml", b"<a/>"), ("../b.txt", b"b")), ReadOptions())
    assert list(package) == ["word/document.xml", "../b.txt"]
    assert package["../b.txt"] == b"b"
    assert "word/styles.xml" not in package


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (ReadOptions(max_expanded=10**6), "limit"),
        (ReadOptions(max_ratio=50), "limit"),
        (ReadOptions(max_ratio=10_000), None),
    ],
)
def test_what_it_unpacks_to(options: ReadOptions, status: str | None) -> None:
    package = open_package(zipped(("a", bytes(3 * 10**6))), options)
    if status is None:
        assert len(package["a"]) == 3 * 10**6
        return
    with pytest.raises(NotReadable) as caught:
        package["a"]
    assert caught.value.status == status


def test_parts_are_counted_together() -> None:
    package = open_package(
        zipped(("a", bytes(2**20)), ("b", bytes(2**20))), ReadOptions(max_expanded=3 * 2**19, max_ratio=10_000)
    )
    assert len(package["a"]) == len(package["a"]) == 2**20
    with pytest.raises(NotReadable, match="unpacks to more than 1 MB"):
        package["b"]


def test_the_sizes_that_it_declares_prove_nothing() -> None:
    data = zipped(("a", bytes(3 * 10**6)))
    size = (3 * 10**6).to_bytes(4, "little")
    with pytest.raises(NotReadable):
        open_package(data.replace(size, (10).to_bytes(4, "little")), ReadOptions())["a"]


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_file_that_is_cut(cut: int) -> None:
    data = zipped(("a", bytes(range(256)) * 50), ("b", b"b" * 99))
    with pytest.raises(NotReadable):
        open_package(data[: len(data) * cut // 10], ReadOptions())["a"]


def test_a_broken_byte() -> None:
    data = bytearray(zipped(("a", bytes(range(256)) * 50), method=zipfile.ZIP_STORED))
    data[500] ^= 255
    with pytest.raises(NotReadable, match="broken part"):
        open_package(bytes(data), ReadOptions())["a"]


def test_other_methods_of_packing() -> None:
    with pytest.raises(NotReadable, match="packed in a way"):
        open_package(zipped(("a", b"a" * 99), method=zipfile.ZIP_BZIP2), ReadOptions())["a"]


@pytest.mark.parametrize("text", _LAUGHS, ids=["entities", "outer declaration", "outer entity"])
def test_entities(text: str) -> None:
    with pytest.raises(NotReadable, match="document type"):
        parse_xml(text.encode(), "a.xml")


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a>" * 300 + b"</a>" * 300, b"\xff\xfe", b"<a b='1' b='2'/>"])
def test_broken_xml(data: bytes) -> None:
    with pytest.raises(NotReadable, match=r"broken XML in a\.xml"):
        parse_xml(data, "a.xml")


def test_locked_by_office() -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto.format.ooxml", reason="the extra password is not installed")
    plain, locked = BytesIO(), BytesIO()
    docx.Document().save(plain)
    msoffcrypto.OOXMLFile(plain).encrypt("bí mật", locked)
    data = locked.getvalue()
    assert "word/document.xml" in open_package(data, ReadOptions(password="bí mật"))
    with pytest.raises(NotReadable, match="--password"):
        open_package(data, ReadOptions())
    with pytest.raises(NotReadable, match="another password"):
        open_package(data, ReadOptions(password="khác"))
