"""Scanned pages: a picture made ready, read by Tesseract cell by cell, its words and rules in points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kehoach.extract.readers.content import ReadOptions
from kehoach.extract.readers.pages.page import Page, Word
from kehoach.extract.readers.scan.glyphs import dash_of
from kehoach.extract.readers.scan.image import PAPER, Grey
from kehoach.extract.readers.scan.ocr import OcrWord, read_pictures, tesseract, turned_by
from kehoach.extract.readers.scan.readings import compared, decided, is_disputed, needs_second
from kehoach.extract.readers.scan.render import page_dpi, render_page
from kehoach.extract.readers.scan.sheet import Region, Sheet, page_sheet, regions, resized
from kehoach.extract.readers.scan.words import by_shape, page_words, without_loose_marks

__all__ = ["read_picture", "read_scanned_page"]

_SIZES = (200, 260, 300)
"""Dots an inch at which a region is read: the two sizes with the fewest mistakes in common, and one to decide."""
_MODES = {"line": 7, "block": 6, "page": 3}
_PAD = 10


def read_scanned_page(page: Any, number: int, options: ReadOptions) -> Page:
    """The words and rules of a page of a PDF (a pypdfium2 page) that has no text of its own.

    Boxes are those of the page once it is straight: turned upright, without the skew of the scanner.
    Raises NotReadable where Tesseract or its Vietnamese data is not installed (`missing-tool`).
    """
    tesseract()
    dpi = page_dpi(page)
    read = read_picture(render_page(page, dpi), dpi, number)
    if options.page_read is not None:
        options.page_read()
    return read


def read_picture(grey: Grey, dpi: int, number: int) -> Page:
    """The words and rules of a grey picture of a page; a page that lies on its side or head is turned."""
    sheet = page_sheet(grey, dpi)
    words = _read_sheet(sheet)
    quarters = turned_by(grey, dpi) if _is_turned(words, sheet) else 0
    if quarters:
        grey = np.ascontiguousarray(np.rot90(grey, quarters))
        sheet = page_sheet(grey, dpi)
        words = _read_sheet(sheet)
    height, width = grey.shape
    return Page(number, width * 72 / dpi, height * 72 / dpi, words, sheet.rules, ocr=True)


def _is_turned(words: Sequence[Word], sheet: Sheet) -> bool:
    """Whether a page seems to lie on its side or head: there is ink, but hardly a word that is sure and level."""
    letters = sum(len(word.text) for word in words)
    good = [word for word in words if (word.confidence or 0) > 0.8 and len(word.text) > 1]
    level = sum(len(word.text) for word in good if len(word.text) < 3 or word.x1 - word.x0 > word.bottom - word.top)
    return level < 0.4 * letters or (not words and float(sheet.ink.mean()) > 0.002)


def _read_sheet(sheet: Sheet) -> list[Word]:
    """Once all of it, twice what carries figures or is not sure, three times what two readings differ on."""
    found = regions(sheet)
    dashes = {number: dash for number, region in enumerate(found) if (dash := _lone_dash(region, sheet.dpi))}
    cells = [number for number, region in enumerate(found) if region.kind != "page"]
    first = {number: [dash] for number, dash in dashes.items()}
    first |= _read(found, [n for n in range(len(found)) if n not in dashes], sheet, _SIZES[0])
    second = _read(found, [n for n in cells if n not in dashes and needs_second(first[n])], sheet, _SIZES[1])
    words = {n: compared(first[n], second[n]) if n in second else first[n] for n in first}
    third = _read(found, [n for n in cells if found[n].kind == "line" and is_disputed(words[n])], sheet, _SIZES[2])
    words |= {n: decided(first[n], second[n], third[n]) for n in third}
    return page_words([words[n] for n in range(len(found))], sheet)


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


def _read(found: Sequence[Region], numbers: Sequence[int], sheet: Sheet, at: int) -> dict[int, list[OcrWord]]:
    """The words of these regions by their numbers, in pixels of the page, read at so many dots an inch."""
    scale = at / sheet.dpi
    words: dict[int, list[OcrWord]] = {}
    for kind, mode in _MODES.items():
        chosen = [number for number in numbers if found[number].kind == kind]
        pictures = [resized(found[number].picture, scale) for number in chosen]
        padded = [np.pad(picture, round(_PAD * scale), constant_values=PAPER) for picture in pictures]
        for number, read in zip(chosen, read_pictures(padded, mode, at), strict=True):
            placed = [_on_page(word, found[number], scale) for word in read]
            words[number] = by_shape(without_loose_marks(placed), sheet, prose=kind == "page")
    return words


def _on_page(word: OcrWord, region: Region, scale: float) -> OcrWord:
    pad = round(_PAD * scale)
    x0, x1 = (region.x + round((x - pad) / scale) for x in (word.x0, word.x1))
    top, bottom = (region.y + round((y - pad) / scale) for y in (word.top, word.bottom))
    return word._replace(x0=x0, top=top, x1=x1, bottom=bottom)
