"""Scanned pages: a picture made ready, read by Tesseract cell by cell, its words and rules in points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.ocr import OcrWord, read_pictures, tesseract, turned_by
from kehoach.extract.readers.ocr_readings import compared, needs_second
from kehoach.extract.readers.page import Page, Word
from kehoach.extract.readers.scan_glyphs import dash_of
from kehoach.extract.readers.scan_image import PAPER, Grey
from kehoach.extract.readers.scan_render import page_dpi, render_page
from kehoach.extract.readers.scan_sheet import Region, Sheet, page_sheet, regions, resized
from kehoach.extract.readers.scan_words import by_shape, page_words

__all__ = ["read_picture", "read_scanned_page"]

_FIRST, _SECOND = 200, 260  # dots an inch at which a region is read: the two sizes with the fewest mistakes in common
_MODES = {"line": 7, "block": 6, "page": 3}
_PAD = 10


def read_scanned_page(page: Any, number: int, options: ReadOptions) -> Page:
    """The words and rules of a page of a PDF (a pypdfium2 page) that has no text of its own.

    Boxes are those of the page once it is straight: turned upright, without the skew of the scanner.
    Raises NotReadable where Tesseract or its Vietnamese data is not installed (`missing-tool`).
    """
    tesseract()
    dpi = page_dpi(page)
    return read_picture(render_page(page, dpi), dpi, number)


def read_picture(grey: Grey, dpi: int, number: int) -> Page:
    """The words and rules of a grey picture of a page; a page that lies on its side or head is turned."""
    sheet = page_sheet(grey, dpi)
    words = _read_sheet(sheet)
    quarters = turned_by(grey, dpi) if _is_nonsense(words, sheet) else 0
    if quarters:
        grey = np.ascontiguousarray(np.rot90(grey, quarters))
        sheet = page_sheet(grey, dpi)
        words = _read_sheet(sheet)
    height, width = grey.shape
    return Page(number, width * 72 / dpi, height * 72 / dpi, words, sheet.rules, ocr=True)


def _is_nonsense(words: Sequence[Word], sheet: Sheet) -> bool:
    """Whether hardly a word was read for sure though there is ink."""
    sure = sum(len(word.text) for word in words if (word.confidence or 0) > 0.8 and len(word.text) > 1)
    return sure < 0.4 * sum(len(word.text) for word in words) or (not words and float(sheet.ink.mean()) > 0.002)


def _read_sheet(sheet: Sheet) -> list[Word]:
    found = regions(sheet)
    read: list[list[OcrWord]] = [[dash] if (dash := _lone_dash(region, sheet.dpi)) else [] for region in found]
    letters = [number for number, words in enumerate(read) if not words]
    for number, words in zip(letters, _read([found[n] for n in letters], sheet.dpi, _FIRST), strict=True):
        read[number] = words
    again = [number for number in letters if found[number].kind != "page" and needs_second(read[number])]
    for number, words in zip(again, _read([found[n] for n in again], sheet.dpi, _SECOND), strict=True):
        read[number] = compared(read[number], words)
    return page_words([by_shape(words, sheet) for words in read], sheet)


def _lone_dash(region: Region, dpi: int) -> OcrWord | None:
    """The dash that is all there is in a cell; Tesseract sees none there."""
    rows, columns = np.nonzero(region.picture < 160)
    if region.kind != "line" or not len(rows):
        return None
    x0, top, x1, bottom = (int(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    high, wide = bottom - top, x1 - x0
    if high > 0.035 * dpi or wide < 1.5 * high or wide > 0.2 * dpi:
        return None
    box = (region.x + x0, region.y + top, region.x + x1, region.y + bottom)
    return OcrWord(dash_of(wide * 72 / dpi), *box, 0.9, (0, 0, 0))


def _read(found: Sequence[Region], dpi: int, at: int) -> list[list[OcrWord]]:
    """The words of each region, in pixels of the page, read at so many dots an inch."""
    scale = at / dpi
    words: list[list[OcrWord]] = [[] for _ in found]
    for kind, mode in _MODES.items():
        numbers = [number for number, region in enumerate(found) if region.kind == kind]
        pictures = [
            np.pad(resized(found[n].picture, scale), round(_PAD * scale), constant_values=PAPER) for n in numbers
        ]
        for number, read in zip(numbers, read_pictures(pictures, mode, at), strict=True):
            words[number] = [_on_page(word, found[number], scale) for word in read]
    return words


def _on_page(word: OcrWord, region: Region, scale: float) -> OcrWord:
    pad = round(_PAD * scale)
    x0, x1 = (region.x + round((x - pad) / scale) for x in (word.x0, word.x1))
    top, bottom = (region.y + round((y - pad) / scale) for y in (word.top, word.bottom))
    return word._replace(x0=x0, top=top, x1=x1, bottom=bottom)
