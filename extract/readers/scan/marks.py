"""Small marks that Tesseract overlooks, told by shape: a comma in `2,5`, a dot behind `II`, the third ring of `‰`.

Without them a figure is another one (`25`, `28%`) and a heading none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from kehoach.extract.readers.scan.image import Mask

__all__ = ["marked"]

_FIGURE = re.compile(r"[(<>]?\d[\d.,;:/'’–-]*")
_NO_MARK = ("", "/", ";", ":", "'", "’")  # what is read for a comma
_NUMBERING = re.compile(r"[IVX]{1,5}|\d{1,2}(?:\.\d{1,2})*")
_SHARE = re.compile(r"(.*)%([o0O°ọ]?)([.,;:)]*)")
_HIGH, _LOW, _NARROW = 0.6, 0.5, 0.4  # of the highest glyph: a digit at least, a mark at most, its width
_FOOT = 0.3  # of the height, from the line up: where a mark begins at most
_TAIL = 0.06  # of the height: by so much a comma hangs below the line, a dot by nothing
_SPECK = 0.012  # of the square of the height
_RINGS = 0.6  # of the height: between the middles of the two lower rings of ‰, at most; of 6% they are twice as far
_ALIKE = 0.4  # of the largest ring


class _Box(NamedTuple):
    """A piece of ink, or of paper within it: its box and how many pixels it has."""

    x0: int
    top: int
    x1: int
    bottom: int
    area: int

    @property
    def high(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


class _Glyphs(NamedTuple):
    """The high pieces of a word from left to right, the small ones with the marks that they are, `""` for none."""

    high: list[_Box]
    marks: list[tuple[_Box, str]]

    def mark(self, left: int) -> str:
        """The one mark behind a high piece and before the next; empty for none, for two, and for the dots of `:`."""
        begin = self.high[left].middle[0]
        end = self.high[left + 1].middle[0] if left + 1 < len(self.high) else float("inf")
        found = [mark for box, mark in self.marks if begin < box.middle[0] < end]
        return found[0] if len(found) == 1 else ""


def marked(text: str, ink: Mask, first: bool) -> str:
    """A word with the marks that its picture shows.

    `first`: it begins a line, and may be the number of a heading or item; `ink` then reaches a little beyond it.
    """
    if _FIGURE.match(text):
        text = _figure(text, ink)
    if first and _NUMBERING.fullmatch(text):
        return text + _mark_behind(text, ink)
    share = _SHARE.fullmatch(text)
    if share and (share[2] or _is_per_mille(ink)):
        return f"{share[1]}‰{share[3]}"
    return text


def _pieces(mask: Mask, touching: int) -> list[_Box]:
    """The pieces of a mask from left to right, whose pixels touch by their sides (4) or corners too (8)."""
    from scipy import ndimage  # noqa: PLC0415 - slow to import, and only scans need it

    labels, count = ndimage.label(mask, structure=np.ones((3, 3)) if touching == 8 else None)
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:].tolist()
    boxes = [(x.start, y.start, x.stop, y.stop) for y, x in ndimage.find_objects(labels)]
    return sorted(_Box(*box, area) for box, area in zip(boxes, areas, strict=True))


def _glyphs(ink: Mask) -> _Glyphs | None:
    pieces = _pieces(ink, 8)
    most = max((piece.high for piece in pieces), default=0)
    if most < 8:
        return None
    high = [piece for piece in pieces if piece.high >= _HIGH * most]
    height = float(np.median([piece.high for piece in high]))
    line = float(np.median([piece.bottom for piece in high]))
    small = [piece for piece in pieces if piece.high < _HIGH * most and piece.area >= _SPECK * height**2]
    marks = []
    for piece in small:
        low = piece.high <= _LOW * height and piece.x1 - piece.x0 <= _NARROW * height
        at_foot = low and line - _FOOT * height <= piece.top < line
        if piece.middle[1] > line - height:
            marks.append((piece, "" if not at_foot else "," if piece.bottom - line >= _TAIL * height else "."))
    return _Glyphs(high, marks)


def _figure(text: str, ink: Mask) -> str:
    """`25` with a comma between its digits as `2,5`, `2/1` with one as `2,1`."""
    found, glyphs = _FIGURE.match(text), _glyphs(ink)
    if found is None or glyphs is None:
        return text
    body = found[0]
    rest = len(glyphs.high) - sum(letter.isdigit() or letter in "(<>" for letter in body)
    if rest != 0 if body == text else rest < 1:
        return text  # digits that touch, or others than were read
    shown, between, at = "", "", -1
    for letter in body:
        if letter.isdigit() or letter in "(<>":
            at += 1
            if shown[-1:].isdigit() and between in _NO_MARK:
                between = glyphs.mark(at - 1) or between
            shown += between + letter
            between = ""
        else:
            between += letter
    return shown + between + text[len(body) :]


def _mark_behind(text: str, ink: Mask) -> str:
    """The dot behind the number of a heading; a comma is none."""
    glyphs = _glyphs(ink)
    if glyphs is None or len(glyphs.high) != sum(letter.isalnum() for letter in text):
        return ""
    return "." if glyphs.mark(len(glyphs.high) - 1) == "." else ""


def _is_per_mille(ink: Mask) -> bool:
    """Whether two rings stand side by side in the lower half at the right end, as wide as the one in the upper half."""
    rows = np.nonzero(ink.any(axis=1))[0]
    if len(rows) < 8:
        return False
    high, middle = len(rows), (int(rows[0]) + int(rows[-1])) / 2 + 1
    holes = _pieces(np.pad(~ink, 1, constant_values=True), 4)
    rings = [hole for hole in holes if _SPECK * high**2 < hole.area and hole.high < 0.5 * high]
    right = sorted(rings, key=lambda hole: -hole.middle[0])[:3]
    if len(right) < 3 or min(hole.area for hole in right) < _ALIKE * max(hole.area for hole in right):
        return False
    (x2, y2), (x1, y1), (_, y0) = (hole.middle for hole in right)
    level = y0 < middle < min(y1, y2) and abs(y1 - y2) < 0.12 * high
    return level and 0.15 * high < x2 - x1 < _RINGS * high
