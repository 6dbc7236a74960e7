"""What a PDF hides, turns or draws in pieces; files that are broken, locked or too long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kehoach.extract.blocks import Grid, Paragraph
from kehoach.extract.readers import Content, ReadOptions, read_content
from kehoach.schemas.errors import NotReadable
from tests.generators.pdf import PdfMaker


def read(maker: PdfMaker, **options: int) -> Content:
    return read_content(maker.bytes(), "pdf", ReadOptions(ocr=False, **options))  # type: ignore[arg-type]


def shown(content: Content) -> list[str]:
    """Paragraphs as they are, rows of tables with ` | `."""
    lines = []
    for block in content.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text.value)
        elif isinstance(block, Grid):
            lines += [" | ".join(cell.value for cell in row) for row in block.rows]
    return lines


def test_place_and_weight_of_words() -> None:
    maker = PdfMaker()
    maker.text("KE HOACH", 100, 700, font="Helvetica-Bold")
    maker.text("nam 2026", 100, 650)
    content = read(maker)
    title, year = (block for block in content.blocks if isinstance(block, Paragraph))
    assert (title.bold, year.bold, content.pages) == (True, False, 1)
    place = content.source.places(title.text)[0]
    assert place.page == 1
    assert (place.x0, place.top) == pytest.approx((100, 842 - 700 - 9), abs=1)


def table(maker: PdfMaker, draw: Callable[[PdfMaker], None]) -> PdfMaker:
    for number, (x, y) in enumerate([(110, 580), (210, 580), (110, 560), (210, 560)]):
        maker.text("abcd"[number], x, y)
    draw(maker)
    return maker


def by_lines(maker: PdfMaker) -> None:
    for y in (550, 573, 595):
        maker.line(100, y, 300, y)
    for x in (100, 200, 300):
        maker.line(x, 550, x, 595)


def by_thin_boxes(maker: PdfMaker) -> None:
    for y in (550, 573, 595):
        maker.box(100, y, 300, y + 0.6, filled=True)
    for x in (100, 200, 300):
        maker.box(x, 550, x + 0.6, 595, filled=True)


def by_cell_boxes(maker: PdfMaker) -> None:
    for x in (100, 200):
        for y in (550, 573):
            maker.box(x, y, x + 100, y + 22.5)


def by_dashes(maker: PdfMaker) -> None:
    for y in (550, 573, 595):
        for x in range(100, 300, 10):
            maker.line(x, y, x + 7, y)
    for x in (100, 200, 300):
        maker.line(x, 550, x, 595)


@pytest.mark.parametrize("draw", [by_lines, by_thin_boxes, by_cell_boxes, by_dashes])
def test_rules_however_drawn(draw: Callable[[PdfMaker], None]) -> None:
    assert shown(read(table(PdfMaker(), draw))) == ["a | b", "c | d"]


def test_white_rules_are_none() -> None:
    maker = PdfMaker()
    for x, y in ((100, 550), (100, 595)):
        maker.line(x, y, 300, y, white=True)
    maker.line(100, 550, 100, 595, white=True)
    maker.line(200, 550, 200, 595, white=True)
    maker.text("one", 110, 570)
    assert shown(read(maker)) == ["one"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages(turn: int) -> None:
    maker = table(PdfMaker(), by_lines)
    maker.page.set_rotation(turn)
    content = read(maker)
    grid = next(block for block in content.blocks if isinstance(block, Grid))
    assert sorted(cell.value for row in grid.rows for cell in row) == ["a", "b", "c", "d"]


def test_what_nobody_sees_is_left_out() -> None:
    maker = PdfMaker()
    maker.text("seen", 100, 700)
    maker.text("seen", 100.4, 700)  # drawn twice to look bold
    maker.text("behind", 100, 650, mode=3)
    maker.text("outside", 100, 900)
    assert shown(read(maker)) == ["seen"]


def test_the_hidden_text_of_a_scan_is_its_text() -> None:
    maker = PdfMaker()
    maker.text("from a scanner", 100, 700, mode=3)
    assert shown(read(maker)) == ["from a scanner"]


def test_parts_of_a_word_without_a_gap_are_one_word() -> None:
    maker = PdfMaker()
    maker.text("KHO", 100, 700)  # 21.7 points wide
    maker.text("AN", 122, 700)
    assert shown(read(maker)) == ["KHOAN"]


FORM = b"""%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DR<</Font<</F 4 0 R>>>>/DA(/F 10 Tf 0 g)>>>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R
/Resources<</Font<</F 4 0 R>>>>/Annots[5 0 R]>> endobj
4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
5 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(written in)/DA(/F 10 Tf 0 g)
/Rect[200 700 300 715]/F 4/P 3 0 R/AP<</N 7 0 R>>>> endobj
6 0 obj <</Length 44>> stream
BT /F 10 Tf 100 704 Td (printed) Tj ET
endstream endobj
7 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 100 15]/Resources<</Font<</F 4 0 R>>>>/Length 50>> stream
/Tx BMC BT /F 10 Tf 2 4 Td (written in) Tj ET EMC
endstream endobj
trailer <</Root 1 0 R/Size 8>>
%%EOF
"""


def test_what_was_written_into_a_form_is_text() -> None:
    assert shown(read_content(FORM, "pdf", ReadOptions(ocr=False))) == ["printed written in"]


def test_too_many_pages() -> None:
    maker = PdfMaker()
    maker.add_page()
    maker.add_page()
    with pytest.raises(NotReadable) as caught:
        read(maker, max_pages=2)
    assert caught.value.status == "limit"


def test_nothing_in_it() -> None:
    with pytest.raises(NotReadable, match="no text"):
        read(PdfMaker())


@pytest.mark.parametrize("share", [n / 10 for n in range(10)])
def test_truncated(share: float) -> None:
    maker = table(PdfMaker(), by_lines)
    data = maker.bytes()
    data = data[: int(share * len(data))]
    try:
        content = read_content(data, "pdf", ReadOptions(ocr=False))
    except NotReadable:
        return
    assert set("".join(shown(content))) <= set("abcd |")
