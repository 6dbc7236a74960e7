"""Hostile and broken files: each gets a status and a reason, all of them in one run, and nothing is left of them."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import psutil
import pytest

from kehoach.extract.readers import FORMATS, read_content
from kehoach.pipeline import Limits, Settings, read_files
from kehoach.schemas.records import File
from tests.corpus import plans
from tests.generators import hostile
from tests.generators.hostile import LAUGHS, OUTSIDE, bomb, docx_body, nested, packed, repacked, workbook
from tests.generators.hostile_pdf import CONTENT_RING, FORM_RING, RING, page_file, pdf
from tests.rendering.model import read_parts
from tests.rendering.office import needs_office
from tests.rendering.web import web_page
from tests.rendering.word import word_file

SAMPLE = plans()["tabs_one_page.txt"]
SETTINGS = Settings(limits=Limits(memory=1024, unpacked=100))
QUICKLY = "limit|no-plan|unreadable"  # whichever comes first, within a few seconds
NO_ERROR = "ok|no-plan|unreadable"


@cache
def word() -> bytes:
    return word_file(read_parts(SAMPLE))


def plan() -> bytes:
    return SAMPLE.read_bytes()


def page() -> bytes:
    return web_page(read_parts(SAMPLE))


@cache
def book() -> bytes:
    return workbook(
        [["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"], ["1", "Tập huấn", "UBND phường", "Quý I/2026"]]
    )


def large() -> bytes:
    """A package large enough that a hundred times its size is over the other limit."""
    return hostile.repacked(word(), {"word/media/a.bin": random.Random(3).randbytes(2 << 20)})


def text_of_cells(separator: str, rows: int) -> bytes:
    lines = (separator.join([str(row), "Việc", "UBND", "2026"]) for row in range(rows))
    return "\n".join(["TT\tNhiệm vụ\tChủ trì\tThời gian".replace("\t", separator), *lines]).encode()


def web_of_cells(rows: int) -> bytes:
    return b"<table>" + b"".join(b"<tr><td>%d</td><td>a</td><td>b</td><td>c</td></tr>" % row for row in range(rows))


# Name of the file, the function that makes it, its status and a pattern of its message.
Case = tuple[str, Callable[[], bytes], str, str]
TEXTS: list[Case] = [
    ("nothing.txt", lambda: b"", "unreadable", "the file is empty"),
    ("zeros.txt", lambda: bytes(10**6), "unreadable", "the file is empty"),
    ("zeros between.txt", lambda: b"a\0b\0\0c" * 10**5, "unreadable", "the bytes are no text"),
    ("form feeds.txt", lambda: b"\f" * 10**6, "unreadable", "the file is empty"),
    ("control.txt", lambda: bytes(range(32)) * 10**4, "unreadable", "the bytes are no text"),
    ("utf7.txt", lambda: b"+AGEAYgBj-+HsA-" * 10**4, "no-plan", ""),
    ("utf16.txt", lambda: b"\xff\xfe" + random.Random(1).randbytes(10**5 + 1), NO_ERROR, ""),
    ("utf16 half.txt", lambda: SAMPLE.read_text("utf-8").encode("utf-16")[:-1], "ok", ""),
    ("too large.txt", lambda: b"x" * (65 << 20), "limit", "larger than 64 MB"),
    ("many cells.txt", lambda: text_of_cells("\t", 30_000), "limit", "a table of more than 100000 cells"),
    ("many cells.md", lambda: text_of_cells(" | ", 30_000), "limit", "a table of more than 100000 cells"),
    ("a million cells.html", lambda: web_of_cells(250_000), "limit", "a table of more than 100000 cells"),
    ("wide cells.html", lambda: b"<table><tr><td colspan=999 rowspan=999>x" * 2000, "limit|no-plan", ""),
    ("deep tables.html", lambda: b"<table><tr><td>" * 10_000 + b"x", "no-plan", ""),
    ("deep boxes.html", lambda: b"<div><b>" * 10_000 + b"x", "no-plan", ""),
    ("deep lists.html", lambda: b"<ul><li>" * 10_000 + b"x", "no-plan", ""),
    ("entities.html", lambda: LAUGHS, "no-plan", ""),
    ("image.txt", lambda: b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(2000), "unreadable", ""),
    ("Kế hoạch.TXT", SAMPLE.read_bytes, "ok", ""),
]
WORDS: list[Case] = [
    ("nothing.docx", lambda: b"", "unreadable", "the file is empty"),
    ("image.docx", lambda: b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(2000), "unreadable", "PNG"),
    ("bomb.docx", lambda: bomb(word(), "word/document.xml", 50), "limit", "unpacks to more than 100 times its size"),
    ("large.docx", lambda: bomb(large(), "word/document.xml", 110), "limit", "unpacks to more than 100 MB"),
    ("lying bomb.docx", lambda: hostile.lying(bomb(word(), "word/document.xml", 50)), "limit|unreadable", ""),
    ("lying.docx", lambda: hostile.lying(word()), NO_ERROR, ""),
    ("above.docx", lambda: repacked(word(), {"../../outside.txt": b"x"}), "ok", ""),
    (
        "laughs.docx",
        lambda: repacked(word(), {"word/document.xml": LAUGHS}),
        "unreadable",
        "entities|broken XML",
    ),
    ("outside.docx", lambda: repacked(word(), {"word/document.xml": OUTSIDE}), "unreadable", "entities"),
    ("locked.docx", lambda: hostile.locked(word(), "bí mật"), "unreadable", "locked with a password; give it"),
    ("deep.docx", lambda: docx_body(nested(10_000)), "unreadable|limit", "nested|broken XML"),
    ("deep as allowed.docx", lambda: docx_body(nested(80)), "unreadable", "no text"),
    ("a million cells.docx", lambda: docx_body(hostile.million_cells()), "limit", ""),
    ("wide cells.docx", lambda: docx_body(hostile.wide_cells()), "limit|no-plan", ""),
    ("form field.docx", lambda: docx_body(hostile.field()), "no-plan", ""),
    ("macro.docm", lambda: repacked(word(), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "ok", ""),
    ("a workbook.docx", book, "ok|no-plan", ""),
]
BOOKS: list[Case] = [
    ("nothing.xlsx", lambda: b"", "unreadable", "the file is empty"),
    ("bomb.xlsx", lambda: bomb(book(), "xl/worksheets/sheet1.xml", 50), "limit", "unpacks to more than 100 times"),
    ("laughs.xlsx", lambda: repacked(book(), {"xl/worksheets/sheet1.xml": LAUGHS}), "unreadable", ""),
    ("outside.xlsx", lambda: repacked(book(), {"xl/worksheets/sheet1.xml": OUTSIDE}), "unreadable", ""),
    ("above.xlsx", lambda: repacked(book(), {"../../outside.txt": b"x"}), "ok", ""),
    ("locked.xlsx", lambda: hostile.locked(book(), "bí mật"), "unreadable", "locked with a password; give it"),
    ("a million cells.xlsx", lambda: workbook([["1"] * 10] * 100_000), "limit", "100000 cells"),
    (
        "far cell.xlsx",
        lambda: repacked(book(), {"xl/worksheets/sheet1.xml": hostile.far_cell()}),
        "limit|no-plan|ok",
        "",
    ),
    ("macro.xlsm", lambda: repacked(book(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "ok", ""),
    ("image.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(2000), "unreadable", "PNG"),
]
BUNDLES: list[Case] = [
    (
        "above.plan.zip",
        lambda: packed({"../../outside.txt": b"x", "plan.txt": plan()}),
        "unreadable",
        "leads out of it",
    ),
    ("absolute.plan.zip", lambda: packed({"/etc/passwd": b"x", "plan.txt": plan()}), "unreadable", "leads out of it"),
    ("bomb.plan.zip", lambda: packed({"plan.txt": bytes(90 << 20)}), "limit", "100 times its size"),
    ("zip in zip.plan.zip", lambda: packed({"a.plan.zip": packed({"plan.txt": plan()})}), "unreadable", ""),
    ("many.plan.zip", lambda: packed({f"{at}.txt": b"x" for at in range(20_000)}), "limit", "20000 parts"),
    ("nothing in it.plan.zip", lambda: packed({}), "unreadable", "without a file"),
    ("one bad part.plan.zip", lambda: packed({"plan.txt": plan(), "PL I.docx": b"no Word file"}), "ok", ""),
    ("cut.plan.zip", lambda: packed({"plan.txt": plan()})[:-30], "unreadable", ""),
]
PAGES: list[Case] = [
    ("nothing.pdf", lambda: b"", "unreadable", "the file is empty"),
    ("image.pdf", lambda: b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(2000), "unreadable", "PNG"),
    ("3000 pages.pdf", lambda: page_file(3000), "limit", "500"),
    ("pages in a ring.pdf", lambda: pdf(RING), "unreadable|no-plan|limit", ""),
    ("no area.pdf", lambda: page_file(extra="/MediaBox [0 0 0 0]"), "unreadable|no-plan|limit", ""),
    ("no end.pdf", lambda: page_file()[:-200], "unreadable|no-plan", ""),
]


def baits() -> list[Case]:
    return [
        (f"{name}.txt", partial(hostile.bait, unit, 50_000), "ok|no-plan", "") for name, unit in hostile.BAITS.items()
    ]


def cut() -> list[Case]:
    """Each format, cut off after a tenth, two tenths, … of it."""
    whole: dict[str, Callable[[], bytes]] = {
        ".txt": SAMPLE.read_bytes,
        ".html": page,
        ".docx": word,
        ".xlsx": book,
        ".pdf": page_file,
    }
    return [
        (f"{tenths} tenths{extension}", partial(first, make, tenths), NO_ERROR, "")
        for extension, make in whole.items()
        for tenths in range(1, 10)
    ]


def first(make: Callable[[], bytes], tenths: int) -> bytes:
    data = make()
    return data[: len(data) * tenths // 10]


SLOW: list[Case] = [
    ("one line.txt", lambda: b"x" * (50 << 20), QUICKLY, ""),
    ("form in itself.pdf", lambda: pdf(FORM_RING), QUICKLY, ""),
    ("packed content.pdf", lambda: page_file(1, b" " * (200 << 20)), QUICKLY, ""),
    ("many rules.pdf", lambda: page_file(1, b"0 0 9 9 re S 1 0 0 1 1 1 cm " * 10**5), QUICKLY, ""),
    ("huge page.pdf", lambda: page_file(extra="/MediaBox [0 0 1e9 1e9]"), QUICKLY, ""),
    ("content in a ring.pdf", lambda: pdf(CONTENT_RING), QUICKLY, ""),
    ("empty huge page.pdf", lambda: page_file(1, b"", "/MediaBox [0 0 1e9 1e9]"), QUICKLY, ""),
    ("many words.pdf", lambda: page_file(1, b"BT /F1 1 Tf " + b"1 1 Td (KE HOACH) Tj " * 10**5 + b"ET"), QUICKLY, ""),
]
CASES = {case[0]: case for case in [*TEXTS, *WORDS, *BOOKS, *BUNDLES, *PAGES, *SLOW, *baits(), *cut()]}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, File]]:
    """What a run says of all of them; none of its processes is left."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, make, _, _ in CASES.values():
        (folder / name).write_bytes(make())
    before = sorted(folder.parent.iterdir())
    slow = [case[0] for case in SLOW]
    readings = list(read_files([folder / name for name in CASES if name not in slow], SETTINGS))
    readings += read_files([folder / name for name in slow], Settings(limits=Limits(seconds=5)))
    assert not psutil.Process().children(recursive=True)
    assert sorted(folder.parent.iterdir()) == before
    yield {Path(reading.file.source).name: reading.file for reading in readings}
    for name in CASES:
        (folder / name).unlink()


@pytest.mark.parametrize("name", CASES)
def test_hostile_file(files: dict[str, File], name: str) -> None:
    _, _, status, message = CASES[name]
    if Path(name).suffix.lower() not in {*FORMATS, ".zip"}:
        pytest.skip(f"no reader for {Path(name).suffix}")
    file = files[name]
    assert re.fullmatch(status, file.status), file.message
    assert re.search(message, file.message or "")
    assert (file.status == "ok") == (file.message is None)


@pytest.mark.parametrize(("make", "extension"), [(word, ".docx"), (book, ".xlsx")])
@pytest.mark.parametrize(("password", "status"), [("bí mật", "ok"), ("falsch", "unreadable"), (None, "unreadable")])
def test_locked_file(
    tmp_path: Path, make: Callable[[], bytes], extension: str, password: str | None, status: str
) -> None:
    pytest.importorskip("msoffcrypto", reason="needs the extra `password`")
    path = tmp_path / f"plan{extension}"
    path.write_bytes(hostile.locked(make(), "bí mật"))
    (reading,) = read_files([path], Settings(password=password))
    assert reading.file.status == status, reading.file.message


@needs_office
@pytest.mark.skipif(".rtf" not in FORMATS, reason="no reader for .rtf")
def test_links_in_a_document_are_not_followed(tmp_path: Path) -> None:
    """LibreOffice opens it: neither the picture on a server nor the text in a file of ours is fetched."""
    (tmp_path / "secret.txt").write_text("bi mat")
    with socket.create_server(("127.0.0.1", 0)) as server:
        document = hostile.linked(server.getsockname()[1], (tmp_path / "secret.txt").as_uri())
        text = read_content(document, "rtf").source.text
        server.settimeout(0.5)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "KE HOACH" in text
    assert "bi mat" not in text
