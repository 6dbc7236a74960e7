"""A scanned page made ready to be read: straight, its rules and comparison signs taken out, cut into regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import numpy as np
from PIL import Image

from kehoach.extract.readers.pages.lattice import Lattice, find_lattices
from kehoach.extract.readers.pages.page import Rule
from kehoach.extract.readers.scan.image import PAPER, Grey, Mask, flatten_paper, ink_mask, skew_of, turn
from kehoach.extract.readers.scan.rules import Line, horizontal_lines, rule_mask, vertical_lines
from kehoach.extract.readers.scan.signs import Sign, find_signs, without_signs

__all__ = ["Region", "Sheet", "page_sheet", "regions", "resized"]

_MARGIN = 3  # pixels of paper left around the ink of a region
_LINE = 0.24  # inches: lower ink is one line of text
_LEAST_INK = 2e-4  # square inches: a full stop has three times as much

PixelBox = tuple[int, int, int, int]


class Sheet(NamedTuple):
    """A page made ready: the picture with nothing but letters, what was taken out, the cells between its rules."""

    grey: Grey
    ink: Mask
    dpi: int
    rules: list[Rule]
    signs: list[Sign]
    cells: list[PixelBox]


class Region(NamedTuple):
    """A piece of the picture that is read by itself, where its top left corner is on the page, and what is in it."""

    picture: Grey
    x: int
    y: int
    kind: str
    """`line` and `block` in a cell; `page`: all that is in none."""


def page_sheet(grey: Grey, dpi: int) -> Sheet:
    """What there is to read on a picture of a page, and its rules in points."""
    flat = flatten_paper(grey)
    straight = turn(flat, skew_of(ink_mask(flat)))
    ink = ink_mask(straight)
    across = horizontal_lines(ink, dpi)
    down = vertical_lines(ink, dpi, across)
    drawn = rule_mask(ink.shape, across, down)
    letters = straight.copy()
    letters[drawn] = PAPER
    ink &= ~drawn
    signs = find_signs(letters, ink, dpi)
    rules = _rules(across, down, dpi)
    clean = without_signs(letters, signs)
    for _, x0, top, x1, bottom in signs:
        ink[top:bottom, x0:x1] = False
    return Sheet(clean, ink, dpi, rules, signs, [box for each in find_lattices(rules) for box in _boxes(each, dpi)])


def _rules(across: Sequence[Line], down: Sequence[Line], dpi: int) -> list[Rule]:
    point = 72 / dpi
    level = [Rule(line.start * point, line.low * point, line.end * point, line.high * point) for line in across]
    upright = [Rule(line.low * point, line.start * point, line.high * point, line.end * point) for line in down]
    return level + upright


def _boxes(lattice: Lattice, dpi: int) -> Iterator[PixelBox]:
    """The cells of a table in pixels."""
    corners: dict[tuple[int, int], tuple[int, int]] = {}
    for row, keys in enumerate(lattice.owner):
        for column, key in enumerate(keys):
            corners[key] = (column + 1, row + 1)  # row by row: the last field of a merged cell comes last
    for (row, column), (right, bottom) in corners.items():
        sides = (lattice.xs[column], lattice.ys[row], lattice.xs[right], lattice.ys[bottom])
        x0, top, x1, low = (round(side * dpi / 72) for side in sides)
        yield x0, top, x1, low


def regions(sheet: Sheet) -> list[Region]:
    """The cells with something in them, each cut to its ink, and the rest of the page as one."""
    found = [region for box in sheet.cells if (region := _cut(sheet, box)) is not None]
    rest = sheet.grey
    if sheet.cells:
        rest = rest.copy()
        for x0, top, x1, bottom in sheet.cells:
            rest[top:bottom, x0:x1] = PAPER
    if int((rest < 128).sum()) > _LEAST_INK * sheet.dpi**2:
        found.append(Region(rest, 0, 0, "page"))
    return found


def _cut(sheet: Sheet, box: PixelBox) -> Region | None:
    x0, top, x1, bottom = box
    ink = sheet.ink[top + 1 : bottom - 1, x0 + 1 : x1 - 1]
    rows, columns = np.nonzero(ink.any(axis=1))[0], np.nonzero(ink.any(axis=0))[0]
    if not len(rows) or int(ink.sum()) < _LEAST_INK * sheet.dpi**2:
        return None
    upper, left = top + 1 + int(rows[0]), x0 + 1 + int(columns[0])
    lower, right = top + 2 + int(rows[-1]), x0 + 2 + int(columns[-1])
    kind = "line" if lower - upper < _LINE * sheet.dpi else "block"
    upper, left = max(top, upper - _MARGIN), max(x0, left - _MARGIN)
    picture = sheet.grey[upper : min(bottom, lower + _MARGIN), left : min(x1, right + _MARGIN)]
    return Region(picture, left, upper, kind)


def resized(picture: Grey, scale: float) -> Grey:
    """The picture so many times as wide and high."""
    if abs(scale - 1) < 0.02:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cast(Grey, np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)))
