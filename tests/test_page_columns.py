"""Letterhead and signature set beside each other on a page: the left column comes first, then the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehoach.extract.readers.pages.columns import columns_apart
from kehoach.extract.readers.pages.lines import words_to_lines
from kehoach.extract.readers.pages.page import Word
from kehoach.pipeline import read_file
from tests.corpus import SAMPLES
from tests.rendering.equal import differences
from tests.rendering.office import convert, needs_office

WIDTH = 595.0


def words(text: str, x0: float, top: float) -> list[Word]:
    """The words of a line that begins here, six points a letter."""
    found = []
    for word in text.split():
        found.append(Word(word, x0, top, x0 + 6 * len(word), top + 12))
        x0 += 6 * len(word) + 4
    return found


def page(*lines: tuple[str, float, float]) -> list[str]:
    placed = [word for line in lines for word in words(*line)]
    return [line.text for line in columns_apart(words_to_lines(placed), WIDTH, [])]


def test_signature_beside_the_recipients() -> None:
    assert page(
        ("Trên đây là Kế hoạch, các đơn vị triển khai thực hiện nghiêm túc theo đúng nội dung.", 60, 80),
        ("Nơi nhận:", 60, 110),
        ("TM. ỦY BAN NHÂN DÂN", 330, 112),
        ("- Như trên;", 60, 126),
        ("KT. CHỦ TỊCH", 350, 127),
        ("- Lưu: VT.", 60, 140),
        ("Lò Văn Pánh", 360, 215),
    ) == [
        "Trên đây là Kế hoạch, các đơn vị triển khai thực hiện nghiêm túc theo đúng nội dung.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "Lò Văn Pánh",
    ]


def test_the_title_under_a_letterhead_belongs_to_no_column() -> None:
    assert page(
        ("UBND TỈNH CAO BẰNG", 60, 50),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 280, 52),
        ("SỞ NỘI VỤ", 90, 66),
        ("Độc lập - Tự do - Hạnh phúc", 310, 68),
        ("Số: 12/KH-SNV", 80, 95),
        ("KẾ HOẠCH", 275, 130),
        ("Tuyển dụng viên chức năm 2026", 200, 146),
    ) == [
        "UBND TỈNH CAO BẰNG",
        "SỞ NỘI VỤ",
        "Số: 12/KH-SNV",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "KẾ HOẠCH",
        "Tuyển dụng viên chức năm 2026",
    ]


def test_prose_that_speaks_of_recipients_is_no_column() -> None:
    lines = [("Nơi nhận kinh phí: các đơn vị được giao nhiệm vụ chi trong năm theo dự toán đã duyệt", 60, 80)]
    assert page(*lines) == [lines[0][0]]


@needs_office
@pytest.mark.parametrize("name", ["word_numbered", "word_body_tables"])
def test_front_matter_of_a_pdf_is_that_of_the_word_file(name: str, tmp_path: Path) -> None:
    word_file = SAMPLES / f"{name}.docx"
    (made,) = convert([word_file], "pdf", tmp_path)
    word, pdf = read_file(word_file).plan, read_file(made).plan
    assert word is not None and pdf is not None
    assert not differences(word, pdf)
    for field in (
        "number",
        "issuer",
        "unit_name",
        "issue_date",
        "title",
        "signatory_name",
        "signatory_title",
        "recipients",
    ):
        assert getattr(pdf.document, field) == getattr(word.document, field)
