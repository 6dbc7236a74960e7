"""The rules drawn on a PDF page: lines, thin filled boxes, the sides of drawn rectangles."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium_c

from kehoach.extract.readers.pages.page import Rule
from kehoach.extract.readers.pdf.frame import Frame
from kehoach.extract.readers.pdf.paths import Box, Matrix, matrix_of, outlines

__all__ = ["read_rules"]

_THIN = 3.0  # points: a thicker box is a shade, no line
_SHORT = 2.5  # points: dots, parts of letters drawn as paths
_MOST = 20_000  # objects of a page that are looked at: a map has more, a table does not
_DEEPEST = 4  # forms within forms
_WHITE = 250  # of 255: white lines are not seen
_PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_rules(page: Any, frame: Frame) -> list[Rule]:
    """The level and upright lines that a page of pypdfium2 shows."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    objects = (pdfium_c.FPDFPage_GetObject(page, at) for at in range(min(count, _MOST)))
    boxes = (box for handle in objects for box in _lines(handle, _PLAIN, 0))
    rules = [Rule(*frame.box(*box)) for box in boxes]
    return [rule for rule in rules if max(rule.x1 - rule.x0, rule.bottom - rule.top) >= _SHORT]


def _lines(handle: Any, outer: Matrix, depth: int) -> Iterator[Box]:
    """The thin boxes that an object draws, in the page's own coordinates."""
    kind = pdfium_c.FPDFPageObj_GetType(handle)
    if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
        yield from _path_lines(handle, outer)
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        inner = _times(matrix_of(handle), outer)
        for at in range(min(pdfium_c.FPDFFormObj_CountObjects(handle), _MOST)):
            yield from _lines(pdfium_c.FPDFFormObj_GetObject(handle, at), inner, depth + 1)


def _times(one: Matrix, other: Matrix) -> Matrix:
    """First the one, then the other."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _path_lines(handle: Any, outer: Matrix) -> Iterator[Box]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(handle, fill, stroke)
    if not (fill.value or stroke.value) or _is_white(handle, bool(stroke.value)):
        return
    if outer is _PLAIN and (bounds := _bounds(handle)) is not None and _is_thin(bounds):
        yield bounds
        return
    for points in outlines(handle, _times(matrix_of(handle), outer)):
        yield from _sides(points, bool(stroke.value))


def _bounds(handle: Any) -> Box | None:
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(handle, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _is_thin(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) <= _THIN


def _is_white(handle: Any, stroke: bool) -> bool:
    colour = [ctypes.c_uint() for _ in range(4)]
    ask = pdfium_c.FPDFPageObj_GetStrokeColor if stroke else pdfium_c.FPDFPageObj_GetFillColor
    if not ask(handle, *colour):
        return False
    return all(part.value >= _WHITE for part in colour[:3]) or colour[3].value == 0


def _sides(points: list[tuple[float, float]], stroke: bool) -> Iterator[Box]:
    """A thin outline as one line, a drawn one as its sides; a filled shape has none."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = min(xs), min(ys), max(xs), max(ys)
    if _is_thin(box):
        yield box
    elif stroke:
        for (x0, y0), (x1, y1) in pairwise(points):
            side = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
            if _is_thin(side):
                yield side
