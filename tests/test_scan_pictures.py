"""Pictures drawn here, and what the cleaning of a scanned page makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from kehoach.extract.readers.pages.lattice import find_lattices
from kehoach.extract.readers.scan.glyphs import cased, dash_of, roman_of
from kehoach.extract.readers.scan.image import (
    PAPER,
    Grey,
    Mask,
    flatten_paper,
    ink_mask,
    skew_of,
    turn,
    without_coloured_ink,
)
from kehoach.extract.readers.scan.marks import marked
from kehoach.extract.readers.scan.rules import horizontal_lines, vertical_lines
from kehoach.extract.readers.scan.sheet import page_sheet, regions
from kehoach.extract.readers.scan.signs import find_signs

DPI = 200


def paper(width: int = 900, height: int = 700) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("L", (width, height), 245)
    return picture, ImageDraw.Draw(picture)


def noisy(picture: Image.Image, seed: int = 1) -> Grey:
    noise = np.random.default_rng(seed).normal(0, 8, (picture.height, picture.width))
    return np.clip(np.asarray(picture) + noise, 0, PAPER).astype(np.uint8)


def written(draw: ImageDraw.ImageDraw, x0: int, top: int, x1: int, lines: int) -> None:
    """Rows of upright strokes, which is what text is to these functions."""
    for line in range(lines):
        for x in range(x0, x1, 9):
            draw.rectangle((x, top + 36 * line, x + 3, top + 36 * line + 18), fill=20)


@pytest.mark.parametrize("degrees", [-2.5, -0.7, -0.3, 0.0, 0.4, 0.7, 3.0])
def test_the_skew_of_a_page_is_found(degrees: float) -> None:
    picture, draw = paper()
    written(draw, 100, 100, 800, 14)
    turned = turn(noisy(picture), degrees)
    assert skew_of(ink_mask(turned)) == pytest.approx(-degrees, abs=0.06)


@pytest.mark.parametrize("skew", [-0.7, 0.0, 0.5])
def test_cells_are_found_between_the_rules_of_a_skewed_page(skew: float) -> None:
    picture, draw = paper()
    for x in (100, 300, 800):
        draw.line((x, 100, x, 400), fill=60, width=2)
    for y in (100, 200, 300, 400):
        draw.line((100, y, 800, y), fill=60, width=2)
    written(draw, 320, 120, 780, 1)
    written(draw, 120, 220, 280, 2)
    written(draw, 100, 450, 800, 4)
    sheet = page_sheet(turn(noisy(picture), skew), DPI)
    assert len(sheet.cells) == 6
    assert [region.kind for region in regions(sheet)] == ["line", "block", "page"]


def test_a_table_of_one_low_row_has_its_cells() -> None:
    picture, draw = paper()
    for y in (600, 636):
        draw.line((100, y, 800, y), fill=60, width=2)
    for x in (100, 300, 500, 800):
        draw.line((x, 600, x, 636), fill=60, width=2)
    written(draw, 120, 609, 280, 1)
    draw.rectangle((400, 605, 404, 630), fill=20)  # a tall letter
    assert len(page_sheet(noisy(picture), DPI).cells) == 3


def test_a_letter_on_the_line_of_a_border_parts_no_merged_row() -> None:
    picture, draw = paper()
    draw.rectangle((100, 100, 800, 336), outline=60, width=2)
    for y in (200, 236):
        draw.line((100, y, 800, y), fill=60, width=2)
    for low, high in ((100, 200), (236, 336), (210, 236)):  # the last is a letter that touches the border below it
        draw.line((400, low, 400, high), fill=60, width=2)
    assert len(page_sheet(noisy(picture), DPI).cells) == 5


def test_a_cell_merged_over_columns_is_one() -> None:
    picture, draw = paper()
    draw.rectangle((100, 100, 800, 300), outline=40, width=2)
    draw.line((100, 200, 800, 200), fill=40, width=2)
    draw.line((400, 200, 400, 300), fill=40, width=2)
    assert len(page_sheet(noisy(picture), DPI).cells) == 3


def test_rows_of_letters_and_bars_are_no_rules() -> None:
    picture, draw = paper()
    written(draw, 100, 100, 800, 10)
    draw.rectangle((100, 520, 800, 620), fill=30)
    ink = ink_mask(noisy(picture))
    assert horizontal_lines(ink, DPI) == []
    assert vertical_lines(ink, DPI) == []


def test_tall_letters_one_under_the_other_are_no_rule() -> None:
    picture, draw = paper()
    for line in range(12):
        draw.rectangle((400, 100 + 42 * line, 403, 130 + 42 * line), fill=20)
    assert vertical_lines(ink_mask(noisy(picture)), DPI) == []


def test_a_rule_with_weak_spots_is_one() -> None:
    picture, draw = paper()
    for x in range(100, 800, 120):
        draw.line((x, 300, x + 112, 300), fill=60, width=2)
    assert [(line.start // 10, line.end // 10) for line in horizontal_lines(ink_mask(noisy(picture)), DPI)] == [
        (10, 81)
    ]


def test_an_underline_makes_no_table() -> None:
    picture, draw = paper()
    draw.line((300, 300, 600, 300), fill=20, width=2)
    sheet = page_sheet(noisy(picture), DPI)
    assert len(sheet.rules) == 1
    assert find_lattices(sheet.rules) == []


def test_shade_of_the_paper_is_evened_out() -> None:
    shade = np.tile(np.linspace(250, 150, 900), (700, 1)).astype(np.uint8)
    shade[300:310, 100:800] = 30
    flat = flatten_paper(shade)
    assert flat[100:200].min() > 230
    assert flat[302:308, 110:790].max() < 60


@pytest.mark.parametrize(
    "colour", [(205, 30, 45), (230, 60, 70), (40, 60, 190)], ids=["seal", "faint seal", "signature"]
)
def test_coloured_ink_goes_and_black_letters_under_it_stay(colour: tuple[int, int, int]) -> None:
    page = np.full((200, 200, 3), 250, np.uint8)
    page[80:120, 20:180] = 25
    page[:, 90:110] = np.minimum(page[:, 90:110], colour)  # ink over ink is darker than both
    grey = without_coloured_ink(page)
    assert grey[20:60, 90:110].min() > 200
    assert grey[85:115, 95:105].max() < 90


def sign(draw: ImageDraw.ImageDraw, text: str, x: int, y: int, side: int) -> None:
    """`≥` or `≤` of this width, or without its bar `>` or `<`."""
    high = round(side * 0.9)
    ends = (x, x + side) if text in "≥>" else (x + side, x)
    draw.line([(ends[0], y), (ends[1], y + high // 2), (ends[0], y + high)], fill=20, width=2)
    if text in "≥≤":
        draw.line((x, y + high + side // 4, x + side, y + high + side // 4), fill=20, width=2)


@pytest.mark.parametrize("side", [13, 16, 20, 26])
@pytest.mark.parametrize(("text", "found"), [("≥", ["≥"]), ("≤", ["≤"]), (">", []), ("<", [])])
def test_signs_are_told_by_their_shape(text: str, found: list[str], side: int) -> None:
    picture, draw = paper(300, 200)
    sign(draw, text, 60, 60, side)
    written(draw, 110, 60, 200, 2)
    grey = flatten_paper(noisy(picture))
    assert [each.text for each in find_signs(grey, ink_mask(grey), DPI)] == found


def strokes(count: int, bar: bool = False) -> Grey:
    """So many upright strokes with serifs that touch; with a bar it is an H."""
    picture, draw = paper(20 * count + 10, 40)
    for number in range(count):
        x = 6 + 14 * number
        draw.rectangle((x + 4, 6, x + 7, 30), fill=20)
        draw.rectangle((x, 6, x + 12, 7), fill=20)
        draw.rectangle((x, 29, x + 12, 30), fill=20)
    if bar:
        draw.rectangle((12, 17, 12 + 14 * (count - 1), 19), fill=20)
    return noisy(picture)


@pytest.mark.parametrize(
    ("read", "picture", "quarter", "text"),
    [
        ("H", strokes(2), False, "II"),
        ("H", strokes(2, bar=True), False, "H"),
        ("IH", strokes(3), False, "III"),
        ("IH.", strokes(3), False, "III."),
        ("IL", strokes(2), False, "II."),
        ("II", strokes(2), False, "II"),
        ("I", strokes(1), False, "I"),
        ("11", strokes(2), False, "11"),
        ("11", strokes(2), True, "II"),
        ("1", strokes(1), True, "1"),
        ("UBND", strokes(3), False, "UBND"),
    ],
)
def test_roman_numbers_are_told_by_their_strokes(read: str, picture: Grey, quarter: bool, text: str) -> None:
    assert roman_of(read, picture, quarter) == text


@pytest.mark.parametrize(("width", "text"), [(3.6, "-"), (4.2, "-"), (5.5, "–"), (7.0, "–"), (12.0, "—")])
def test_dashes_are_told_by_their_width(width: float, text: str) -> None:
    assert dash_of(width) == text


def figure(shapes: str) -> Mask:
    """How a word looks: `0` a digit, `,` `.` `:` marks on the line, `o` a ring below, `°` one above."""
    picture, draw = paper(20 * len(shapes) + 40, 50)
    x = 10
    for shape in shapes:
        if shape == "0":
            draw.rectangle((x, 10, x + 11, 34), outline=20, width=3)
        elif shape == "/":
            draw.line((x + 9, 10, x, 34), fill=20, width=2)
        elif shape in ",.":
            draw.rectangle((x, 31, x + 3, 39 if shape == "," else 34), fill=20)
        elif shape == ":":
            draw.rectangle((x, 31, x + 3, 34), fill=20)
            draw.rectangle((x, 18, x + 3, 21), fill=20)
        else:
            top = 22 if shape == "o" else 10
            draw.rectangle((x, top, x + 8, top + 12), outline=20, width=2)
        x += 6 if shape in ",.:" else 12 if shape in "/°o" else 16
    return ink_mask(noisy(picture))


@pytest.mark.parametrize(
    ("read", "shapes", "first", "text"),
    [
        ("25", "0,0", False, "2,5"),
        ("25", "00", False, "25"),
        ("2/1", "0,0", False, "2,1"),
        ("2/1", "0/0", False, "2/1"),
        ("8:30", "0:00", False, "8:30"),
        ("1200", "0.000", False, "1.200"),
        ("<05", "00,0", False, "<0,5"),
        ("115", "0,0", False, "115"),
        ("125%", "00,0°/o", False, "12,5%"),
        ("28%", "00°/oo", False, "28‰"),
        ("28%", "00°/o", False, "28%"),
        ("16%o", "00", False, "16‰"),
        ("28%o.", "00", False, "28‰."),
        ("11", "0.0", True, "1.1"),
        ("1", "0.", True, "1."),
        ("1", "0.", False, "1"),
        ("1", "0,", True, "1"),
        ("hộ", "0,0", False, "hộ"),
    ],
)
def test_small_marks_are_told_by_their_shape(read: str, shapes: str, first: bool, text: str) -> None:
    assert marked(read, figure(shapes), first) == text


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("giỜ", "giờ"),
        ("HỢp", "Hợp"),
        ("viỆc", "việc"),
        ("CHO", "CHO"),
        ("iOS", "iOS"),
        ("VNeID", "VNeID"),
        ("Ốc", "Ốc"),
        ("(ï)", "(i)"),
    ],
)
def test_capitals_within_a_word_are_small(read: str, text: str) -> None:
    assert cased(read) == text
