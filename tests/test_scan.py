"""Plans printed, scanned and read: most cells as printed, hardly a target or deadline wrong without a warning."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.pages.page import Page
from kehoach.extract.readers.scan.reader import read_scanned_page
from tests.corpus import SAMPLES, reading_of
from tests.rendering.model import read_parts
from tests.rendering.office import convert, needs_office
from tests.rendering.scan import Scanner, scan_pdf
from tests.rendering.scan_score import folded, score_scan
from tests.rendering.word import Style, word_file

PLANS = ("u3_thcs_loc_tan_dong", "u3_tri_luc_ha")
SHORT = PLANS[0]


@cache
def has_vietnamese() -> bool:
    found = shutil.which("tesseract")
    return (
        found is not None
        and "vie" in subprocess.run([found, "--list-langs"], capture_output=True, text=True, check=False).stdout.split()
    )


pytestmark = [
    needs_office,
    pytest.mark.skipif(not has_vietnamese(), reason="needs Tesseract (Debian: tesseract-ocr, tesseract-ocr-vie)"),
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The plans as PDFs."""
    folder = tmp_path_factory.mktemp("printed")
    files = []
    for name in PLANS:
        file = folder / f"{name}.docx"
        file.write_bytes(word_file(read_parts(SAMPLES / f"{name}.txt"), Style(landscape_appendices=True)))
        files.append(file)
    return dict(zip(PLANS, convert(files, "pdf", folder), strict=True))


def read_pages(pdf: bytes) -> list[Page]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [read_scanned_page(document[at], at + 1, ReadOptions()) for at in range(len(document))]
    finally:
        document.close()


@pytest.mark.parametrize("name", PLANS)
def test_a_scanned_plan(name: str, printed: dict[str, Path], tmp_path: Path) -> None:
    wanted = reading_of(SAMPLES / f"{name}.txt").plan
    assert wanted is not None
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(scan_pdf(printed[name]))
    found = reading_of(scan).plan
    assert found is not None
    assert found.document.ocr
    assert found.document.number == wanted.document.number
    score = score_scan(wanted, found)
    shares = score.shares()
    assert shares["exact"] >= 87
    assert shares["folded"] >= 92
    assert shares["unflagged"] <= 1


def test_seals_and_signatures_over_a_table(printed: dict[str, Path]) -> None:
    seals = ((0.3, 0.25), (0.7, 0.3), (0.5, 0.45))
    clean, sealed = (last_page(printed[SHORT], Scanner(seals=spots)) for spots in ((), seals))
    assert len(sealed.rules) >= len(clean.rules) - 1
    assert len(common_words(clean, sealed)) >= 0.93 * len(clean.words)


@pytest.mark.parametrize("turn", [2, 3])
def test_a_page_on_its_side_or_head_is_turned(turn: int, printed: dict[str, Path]) -> None:
    upright, turned = (last_page(printed[SHORT], Scanner(turn=quarters)) for quarters in (0, turn))
    assert turned.width == pytest.approx(upright.width, abs=1)
    assert len(common_words(upright, turned)) >= 0.95 * len(upright.words)


def last_page(pdf: Path, scanner: Scanner) -> Page:
    last = len(pypdfium2.PdfDocument(pdf)) - 1
    (page,) = read_pages(scan_pdf(pdf, scanner, [last]))
    return page


def common_words(one: Page, other: Page) -> list[str]:
    """The words that both pages have, but for tone marks."""
    rest = [folded(word.text) for word in other.words]
    common = []
    for word in one.words:
        text = folded(word.text)
        if text in rest:
            rest.remove(text)
            common.append(text)
    return common


def test_boxes_lie_on_the_page_in_points(printed: dict[str, Path]) -> None:
    page = last_page(printed[SHORT], Scanner())
    document = pypdfium2.PdfDocument(printed[SHORT])
    size = document[len(document) - 1].get_size()
    assert (page.width, page.height) == pytest.approx(size, abs=1)
    assert all(
        0 <= word.x0 < word.x1 <= page.width and 0 <= word.top < word.bottom <= page.height for word in page.words
    )
