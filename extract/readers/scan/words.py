"""What Tesseract read, completed by shapes and written in points: dashes, Roman numbers, commas, comparison signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from kehoach.extract.readers.pages.page import Word
from kehoach.extract.readers.scan.glyphs import cased, dash_of, roman_of
from kehoach.extract.readers.scan.marks import marked
from kehoach.extract.readers.scan.ocr import OcrWord
from kehoach.extract.readers.scan.sheet import PixelBox, Sheet
from kehoach.extract.readers.scan.signs import Sign

__all__ = ["by_shape", "page_words", "without_loose_marks"]

_DASHES = re.compile("[-—_~]{1,3}")
_QUARTER = re.compile(r"\W*qu[ýyỷỳ]", re.IGNORECASE)
_SIGN_SURE = 0.95
_NEAR = 0.35  # of the usual height of a line
_LOW = 0.5  # of the usual height of a word: tone marks that were read as a line of their own


def by_shape(words: Sequence[OcrWord], sheet: Sheet, prose: bool) -> list[OcrWord]:
    """The words of a region with dashes, Roman numbers and small marks as their shapes say.

    In prose the first word of a line may be the number of a heading, with a dot.
    """
    shown: list[OcrWord] = []
    for word in words:
        text = word.text
        if _DASHES.fullmatch(text):
            text = dash_of((word.x1 - word.x0) * 72 / sheet.dpi)
        else:
            patch = sheet.grey[word.top : word.bottom, word.x0 : word.x1]
            text = roman_of(text, patch, quarter=bool(shown) and bool(_QUARTER.fullmatch(shown[-1].text)))
            first = prose and not (shown and shown[-1].line == word.line)
            beyond = (word.bottom - word.top) // 3 if first else 1
            ink = sheet.ink[max(0, word.top - 1) : word.bottom + 2, max(0, word.x0 - 1) : word.x1 + beyond]
            text = cased(marked(text, ink, first))
        shown.append(word._replace(text=text))
    return shown


def without_loose_marks(words: Sequence[OcrWord]) -> list[OcrWord]:
    """The words of a region without those that are the tone marks of the line below, read as a line: `7 ^ 3 ~`."""
    usual = median([word.bottom - word.top for word in words]) if words else 0.0
    highest: dict[tuple[int, int, int], int] = {}
    for word in words:
        highest[word.line] = max(highest.get(word.line, 0), word.bottom - word.top)
    return [word for word in words if highest[word.line] > _LOW * usual or _DASHES.fullmatch(word.text)]


def page_words(found: Iterable[Sequence[OcrWord]], sheet: Sheet) -> list[Word]:
    """The words of all regions with the signs of the page, in points."""
    words = [word for region in found for word in _evened(_levelled(region))]
    for sign in sheet.signs:
        _put(sign, words, sheet.cells)
    point = 72 / sheet.dpi
    return [
        Word(text, x0 * point, top * point, x1 * point, bottom * point, confidence=sure)
        for text, x0, top, x1, bottom, sure, _ in words
    ]


def _levelled(region: Sequence[OcrWord]) -> list[list[OcrWord]]:
    """The lines of a region, each with one height: the box of a comma, or of a word with two tone marks, misleads."""
    lines: dict[tuple[int, int, int], list[OcrWord]] = {}
    for word in region:
        lines.setdefault(word.line, []).append(word)
    levelled = []
    for line in lines.values():
        letters = [word for word in line if len(word.text) > 1] or line
        top, bottom = round(median(word.top for word in letters)), round(median(word.bottom for word in letters))
        levelled.append([word._replace(top=top, bottom=max(bottom, top + 1)) for word in line])
    return levelled


def _evened(lines: Sequence[Sequence[OcrWord]]) -> list[OcrWord]:
    """The words of a region with its usual height wherever theirs is near: few tone marks make a line seem low."""
    heights = [line[0].bottom - line[0].top for line in lines for _ in line]
    usual = median(heights) if heights else 0.0
    words: list[OcrWord] = []
    for line in lines:
        top, bottom = line[0].top, line[0].bottom
        if abs(bottom - top - usual) <= _NEAR * usual:
            middle = (top + bottom) / 2
            top, bottom = round(middle - usual / 2), round(middle + usual / 2)
        words += [word._replace(top=top, bottom=max(bottom, top + 1)) for word in line]
    return words


def _put(sign: Sign, words: list[OcrWord], cells: Sequence[PixelBox]) -> None:
    """A sign before the number at its right: joined as in `≥60`, or a word of its own where a space is between."""
    box = OcrWord(sign.text, sign.x0, sign.top, sign.x1, sign.bottom, _SIGN_SURE, (0, 0, 0))
    home = _cell_of(box, cells)
    beside = [
        number
        for number, word in enumerate(words)
        if word.x0 >= sign.x0 and _shared(word, box) > 0.4 and _cell_of(word, cells) == home
    ]
    nearest = min(beside, key=lambda number: words[number].x0, default=None)
    if nearest is None:
        words.append(box)
        return
    word = words[nearest]
    if word.x0 - sign.x1 <= 0.35 * (sign.x1 - sign.x0):
        words[nearest] = word._replace(text=sign.text + word.text, x0=sign.x0)
    else:
        words.insert(nearest, box._replace(top=word.top, bottom=word.bottom, line=word.line))


def _shared(one: OcrWord, other: OcrWord) -> float:
    height = min(one.bottom - one.top, other.bottom - other.top)
    return (min(one.bottom, other.bottom) - max(one.top, other.top)) / max(1, height)


def _cell_of(word: OcrWord, cells: Sequence[PixelBox]) -> int | None:
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return next((n for n, (x0, top, x1, bottom) in enumerate(cells) if x0 <= x < x1 and top <= y < bottom), None)
