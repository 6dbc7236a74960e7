"""Two readings of one region: what is taken, and what is not sure."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from kehoach.extract.blocks import whole
from kehoach.extract.readers.pages.page import Word
from kehoach.extract.readers.scan.doubt import has_figures, unsure_texts
from kehoach.extract.readers.scan.ocr import OcrWord, read_pictures, tesseract
from kehoach.extract.readers.scan.readings import compared, decided, needs_second
from kehoach.extract.readers.scan.words import without_loose_marks
from kehoach.schemas.errors import NotReadable


def reading(text: str, sure: float = 0.95) -> list[OcrWord]:
    """Words beside each other; a word's own confidence after a colon: `2:0.6`."""
    words = []
    for number, part in enumerate(text.split()):
        value, _, own = part.partition("~")
        box = (100 * number, 10, 100 * number + 90, 40)
        words.append(OcrWord(value, *box, float(own or sure), (1, 1, 1)))
    return words


@pytest.mark.parametrize(
    ("first", "second", "text", "disputed"),
    [
        ("≥ 95%", "≥ 95%", "≥ 95%", []),
        ("Quý 1/2026", "Quý I/2026~0.97", "Quý I/2026", ["I/2026"]),
        ("3~0.93", "2~0.95", "2", ["2"]),
        ("15% hộ", "1,5%~0.96 hộ", "1,5% hộ", ["1,5%"]),
        ("Phong~0.6 Kinh tế", "Phòng~0.9 Kinh tế", "Phòng Kinh tế", []),
        ("VH- XH", "VH-XH", "VH-XH", []),
        ("", "7~0.9", "7", ["7"]),
        ("UBND phường", "", "UBND phường", []),
    ],
)
def test_two_readings_compared(first: str, second: str, text: str, disputed: list[str]) -> None:
    words = compared(reading(first), reading(second))
    assert " ".join(word.text for word in words) == text
    assert [word.text for word in words if word.confidence < 0.5] == disputed


@pytest.mark.parametrize(
    ("third", "text", "sure"),
    [("2", "2", True), ("3", "3", True), ("8", "2", False), ("3~0.5", "3", True), ("", "2", False)],
)
def test_a_third_reading_decides(third: str, text: str, sure: bool) -> None:
    words = decided(reading("3~0.93"), reading("2~0.95"), reading(third))
    assert [word.text for word in words] == [text]
    assert (words[0].confidence > 0.8) is sure


def test_a_third_reading_that_is_as_unsure_decides_nothing() -> None:
    assert decided(reading("3~0.6"), reading("2~0.7"), reading("3~0.7"))[0].confidence < 0.5


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("UBND phường", False),
        ("Phong~0.6 ban", True),
        ("đạt 95%", True),
        ("Quý II", True),
        ("Văn phòng", False),
        ("", True),
        ("AA", True),
    ],
)
def test_figures_and_doubtful_words_are_read_twice(text: str, needed: bool) -> None:
    assert needs_second(reading(text)) is needed


@pytest.mark.parametrize(
    ("text", "figures"), [("95%", True), ("IV.", True), ("II/2026", True), (">", True), ("lập", False)]
)
def test_words_with_figures(text: str, figures: bool) -> None:
    assert has_figures(text) is figures


def test_unsure_words_beside_each_other_are_one_note() -> None:
    values = [("đạt", 0.9), ("9S", 0.3), ("%", 0.4), ("hộ", 0.7), ("dan", 0.2)]
    words = [Word(value, 0, 0, 9, 9, confidence=sure) for value, sure in values]
    texts = [whole(value, 10 * number) for number, (value, _) in enumerate(values)]
    assert [text.value for text in unsure_texts(words, texts)] == ["9S %", "dan"]


def test_words_of_a_text_layer_are_sure() -> None:
    assert list(unsure_texts([Word("5", 0, 0, 9, 9)], [whole("5")])) == []


def test_tone_marks_read_as_a_line_of_their_own_are_left_out() -> None:
    words = reading("bán thổ 7 ^ cẩm, nông sản -")
    high = {"7": 9, "^": 6, "-": 5}
    lines = [1, 1, 2, 2, 3, 3, 3, 4]
    words = [
        word._replace(bottom=10 + high.get(word.text, 24), line=(1, 1, line))
        for word, line in zip(words, lines, strict=True)
    ]
    assert [word.text for word in without_loose_marks(words)] == ["bán", "thổ", "cẩm,", "nông", "sản", "-"]


@pytest.fixture
def no_cache() -> None:
    tesseract.cache_clear()


@pytest.mark.usefixtures("no_cache")
def test_without_tesseract_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NotReadable, match=r"tesseract-ocr-vie.*Windows") as caught:
        read_pictures([np.full((20, 20), 255, np.uint8)], 6, 200)
    assert caught.value.status == "missing-tool"


def test_no_pictures_need_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert read_pictures([], 6, 200) == []
