"""Pages made by hand: words and rules in, paragraphs and grids out."""

from __future__ import annotations

import pytest

from kehoach.extract.blocks import Grid, Paragraph
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.pages.blocks import pages_to_content
from kehoach.extract.readers.pages.page import Page, Rule, Word
from kehoach.pipeline import read_file
from kehoach.schemas.errors import NotReadable
from tests.corpus import ROOT
from tests.rendering.equal import differences

SPACE, LETTER, HEIGHT = 3.0, 6.0, 12.0


def words(text: str, x: float, top: float, bold: bool = False) -> list[Word]:
    """A line of text with letters 6 points wide."""
    found = []
    for word in text.split():
        found.append(Word(word, x, top, x + LETTER * len(word), top + HEIGHT, bold))
        x += LETTER * len(word) + SPACE
    return found


def lattice(xs: list[float], ys: list[float]) -> list[Rule]:
    level = [Rule(xs[0], y, xs[-1], y + 0.5) for y in ys]
    return level + [Rule(x, ys[0], x + 0.5, ys[-1]) for x in xs]


def page(number: int, found: list[Word], rules: list[Rule] | None = None) -> Page:
    return Page(number, 595, 842, found, rules or [])


def content(*pages: Page) -> Content:
    return pages_to_content(pages, ReadOptions())


def texts(found: Content) -> list[str]:
    return [block.text.value for block in found.blocks if isinstance(block, Paragraph)]


def rows(found: Content) -> list[list[str]]:
    return [[cell.value for cell in row] for block in found.blocks if isinstance(block, Grid) for row in block.rows]


def test_cells_by_rules() -> None:
    drawn = lattice([50, 100, 300, 400], [100, 130, 170])
    inside = [
        *words("TT", 55, 105),
        *words("Nhiệm vụ", 105, 105),
        *words("Thời hạn", 305, 105),
        *words("1", 55, 135),
        *words("Xây dựng kế hoạch phát triển toàn diện", 105, 135),
        *words("dữ liệu", 105, 150),
        *words("Quý I/2026", 305, 135),
    ]
    found = content(page(1, inside, drawn))
    assert rows(found) == [
        ["TT", "Nhiệm vụ", "Thời hạn"],
        ["1", "Xây dựng kế hoạch phát triển toàn diện dữ liệu", "Quý I/2026"],
    ]
    grid = found.blocks[0]
    assert isinstance(grid, Grid)
    place = found.source.places(grid.rows[1][1])[0]
    assert (place.page, place.x0, place.top, place.bottom) == (1, 105, 135, 162)


def test_merged_cells_stand_in_their_first_place() -> None:
    drawn = [
        *(Rule(50, y, 400, y + 0.5) for y in (100, 130, 200)),
        Rule(100, 160, 400, 160.5),
        *(Rule(x, 100, x + 0.5, 200) for x in (50, 400)),
        Rule(100, 130, 100.5, 200),
        Rule(300, 130, 300.5, 200),
    ]
    inside = [*words("I. HẠ TẦNG", 55, 105), *words("1", 55, 140), *words("a", 105, 135), *words("b", 105, 165)]
    assert rows(content(page(1, inside, drawn))) == [["I. HẠ TẦNG", "", ""], ["1", "a", ""], ["", "b", ""]]


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([Rule(50, 120, 150, 120.5)], id="underline"),
        pytest.param([Rule(50, 95, 500, 95.5), Rule(50, 130, 500, 130.5)], id="two lines"),
        pytest.param(lattice([40, 500], [90, 140]), id="frame"),
    ],
)
def test_rules_that_are_no_table(rules: list[Rule]) -> None:
    assert texts(content(page(1, words("KẾ HOẠCH", 50, 100), rules))) == ["KẾ HOẠCH"]


def test_rules_drawn_in_pieces() -> None:
    pieces = [Rule(x, y, x + 49.6, y + 0.7) for y in (100, 130.4, 131.2, 160) for x in (50, 100, 150)] + [
        Rule(x, y, x + 0.7, y + 29) for x in (50, 99.6, 100.4, 150, 200) for y in (100.5, 131)
    ]
    inside = [*words("a", 60, 105), *words("b", 110, 105), *words("c", 160, 140)]
    assert rows(content(page(1, inside, pieces))) == [["a", "b", ""], ["", "", "c"]]


def test_lines_of_a_paragraph_are_joined_where_the_line_is_full() -> None:
    lines = [
        *words("1. Nâng cao nhận thức của cán bộ, công chức về chuyển đổi", 70, 100),
        *words("số trên toàn địa bàn.", 50, 115),
        *words("Tổ chức tuyên truyền", 70, 130),
        *words("Bố trí kinh phí", 70, 145),
    ]
    assert texts(content(page(1, lines))) == [
        "1. Nâng cao nhận thức của cán bộ, công chức về chuyển đổi số trên toàn địa bàn.",
        "Tổ chức tuyên truyền",
        "Bố trí kinh phí",
    ]


def test_page_numbers_and_running_heads_are_dropped_with_their_reason() -> None:
    pages = [
        page(
            n,
            [*words("Kế hoạch xã Tân Hiệp", 200, 30), *words(f"Dòng {n} của trang", 50, 200), *words(f"{n}", 290, 800)],
        )
        for n in range(1, 5)
    ]
    found = content(*pages)
    assert texts(found) == [f"Dòng {n} của trang" for n in range(1, 5)]
    assert [reason for _, _, reason in found.source.dropped].count("page-number") == 4
    assert [reason for _, _, reason in found.source.dropped].count("repeated-text") == 4


def test_too_many_cells() -> None:
    drawn = lattice([50 + 10 * n for n in range(20)], [50 + 10 * n for n in range(20)])
    with pytest.raises(NotReadable) as caught:
        pages_to_content([page(1, words("a", 55, 50), drawn)], ReadOptions(max_cells=300))
    assert caught.value.status == "limit"


def test_letters_that_a_font_lacks_are_read_in_their_place() -> None:
    """A Word file set by LibreOffice where its font has few Vietnamese letters: those of another font are drawn behind
    all others of their line, and the spaces behind them are lost.
    """
    set_by_office = read_file(ROOT / "tests" / "inputs" / "letters_of_two_fonts.pdf").plan
    in_word = read_file(ROOT / "samples" / "word_body_tables.docx").plan
    assert set_by_office is not None
    assert in_word is not None
    assert not differences(in_word, set_by_office)
