"""The units of a table whose columns were lost: runs of lines that belong to one cell, and what their shape tells.

A unit is what stands between two empty lines; where a text has no empty lines between its cells, every line that
may begin a cell begins a unit. Behind this module only shapes count: the class of a unit and how wide it was set.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import add

from kehoach.extract.blocks import Text
from kehoach.extract.paragraphs import open_words
from kehoach.normalize.agencies import looks_like_agency
from kehoach.normalize.deadlines import looks_like_deadline

# The classes of units, each with an example.
ORD = 0  # 1.2   a)   IV   (3)
INT = 1  # 12: an ordinal or a value
QTY = 2  # ≥ 80%   2.500   trên 3%   -
DEADLINE = 3  # Quý I/2026
AGENCY = 4  # Phòng Văn hóa - Xã hội
ROMAN = 5  # II. Hoàn thiện thể chế: a group row, mostly
NUMBERED = 6  # 3. Xây dựng Đề án
PHRASE = 7  # 100% cán bộ được tập huấn
LOWER = 8  # được ban hành: begins with a small letter
SHORT = 9  # Dự án: three words at most
TEXT = 10
CLASSES = 11

HARD, SOFT, NONE = 2, 1, 0  # what parts a unit from the one before: a page break, perhaps one, none

_NUMBER = r"\d[\d.,]*"
_LEAD = r"(?:[≥≤><=~±]+|trên|dưới|tối thiểu|tối đa|ít nhất|đạt|từ|khoảng|phấn đấu(?: đạt)?)?\s*"
_ORDINAL = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){1,3}\.?|\d{1,3}[.)]|[IVXL]{1,6}[.)]?|[A-ZĐ][.)]?|[a-wyđ][.)]?|\(\d{1,2}\))"
)  # 1.2  3.  IV  A.  b)  (4)
_INTEGER = re.compile(r"\d{1,3}")
_QUANTITY = re.compile(
    rf"{_LEAD}{_NUMBER}\s*%?(?:\s*[-–]\s*{_NUMBER}\s*%?)?(?:\s*trở lên)?|[-–—x]|100\s*%", re.IGNORECASE
)  # ≥ 80%  80-90%  2.500  -
_ROMAN = re.compile(r"(?:[IVXL]{1,6}|[A-HĐ])\s*[.):\-–]\s*[^\W\d_]")  # II. Hoàn thiện   A - Phát triển
_NUMBERED = re.compile(r"(?:\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}[.)]?|\(\d{1,2}\)|[a-zđ]\))\s*[^\W\d_]|[-–+•]\s+\w")
_PHRASE = re.compile(rf"{_LEAD}{_NUMBER}\s*%?\s*\D", re.IGNORECASE)  # 100% cán bộ …


@lru_cache(maxsize=16384)
def classify(text: str) -> int:
    """The class of a cell's text (single spaces).

    >>> classify("≥ 80%") == QTY, classify("II. Hoàn thiện thể chế") == ROMAN
    (True, True)
    """
    if len(text) <= 24:
        if _INTEGER.fullmatch(text):
            return INT
        if _ORDINAL.fullmatch(text):
            return ORD
        if _QUANTITY.fullmatch(text):
            return DEADLINE if _YEAR.fullmatch(text) else QTY
    if _ROMAN.match(text):
        return ROMAN
    if _NUMBERED.match(text):
        return NUMBERED
    if len(text) <= 160 and looks_like_deadline(text):
        return DEADLINE
    if len(text) <= 400 and looks_like_agency(text):
        return AGENCY
    return _plain_class(text)


_YEAR = re.compile(r"20\d\d(?:\s*[-–]\s*20\d\d)?")


def _plain_class(text: str) -> int:
    if _PHRASE.match(text):
        return PHRASE
    if text[0].islower():
        return LOWER
    return SHORT if text.count(" ") <= 2 and len(text) <= 20 else TEXT


# Widths of letters in a serif fount, an `n` being 1: lines wrap by these and not by their number of letters.
_NARROW, _WIDE = "ijltfrs.,;:'!|()-–/\"“” ", "mwMW%…"
_WIDTHS = {"i": 0.56, "j": 0.56, "l": 0.56, "t": 0.6, "f": 0.67, "r": 0.67, "s": 0.78, " ": 0.5, "I": 0.67, "đ": 1.0}


def _width_of(letter: str) -> float:
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    if base in _WIDE:
        return 1.6
    if base in _NARROW:
        return 0.6
    if base in "aceg":
        return 0.92
    return 1.35 if base.isupper() else 1.0


class _Letters(dict[str, float]):
    def __missing__(self, letter: str) -> float:
        self[letter] = width = _width_of(letter)
        return width


_LETTERS = _Letters()


@lru_cache(maxsize=16384)
def width(line: str) -> float:
    """How wide a line is set, in widths of an `n`."""
    return sum(map(_LETTERS.__getitem__, line))


class Unit:
    """Lines that make a cell, or what stands of it on one page.

    ``low`` is its widest line, and the column is at least that wide; ``high`` is what the column is narrower than,
    since a line would have taken the first word of the next one. ``break_``: what parts it from the text before.
    """

    __slots__ = ("begins", "break_", "ends", "first", "high", "kind", "last", "lines", "low", "lower", "open", "text")

    def __init__(self, lines: Sequence[Text], first: int, last: int, break_: int = NONE) -> None:
        self.lines = lines
        self.first, self.last, self.break_ = first, last, break_
        values = [line.value for line in lines]
        self.text = " ".join(values) if len(values) > 1 else values[0]
        self.kind = classify(self.text)
        self.low, self.high = _bounds(values)
        words = self.text.split(" ")
        self.begins, self.ends = "^" + " ".join(words[:2]), " ".join(words[-2:]) + "$"
        self.lower = is_lower(self.text)
        self.open = is_open(self.text)

    def __repr__(self) -> str:
        return f"Unit({self.text!r}, kind={self.kind}, {self.low:.0f}..{self.high:.0f})"


def is_lower(text: str) -> bool:
    """Whether a text begins as the rest of a sentence: with a small letter, or a mark that closes."""
    return text[0].islower() or text[0] in ",;)"


def is_open(text: str) -> bool:
    """Whether a text cannot end here: `… theo hướng dẫn của`, `… số 57-`."""
    return text[-1] in ",:-–/(" or text.rsplit(" ", 1)[-1] in open_words()


def _bounds(values: Sequence[str]) -> tuple[float, float]:
    if len(values) == 1:
        return width(values[0]), 999.0
    widths = list(map(width, values))
    heads = [width(value.split(" ", 1)[0]) for value in values[1:]]
    return max(widths), min(map(add, widths, heads)) + 0.5
