"""The points of a PDF's paths and the parts of the page that its objects are clipped to."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium_c

__all__ = ["Box", "Matrix", "clip_of", "matrix_of", "outlines"]

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in the PDF's own coordinates."""
Matrix = tuple[float, float, float, float, float, float]
_MOST_POINTS = 400  # of one path: more is a drawing


def matrix_of(handle: Any) -> Matrix:
    """How an object is placed."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(handle, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def outlines(handle: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The lines of points of which a path is made; one with a curve stops there."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for at in range(min(pdfium_c.FPDFPath_CountSegments(handle), _MOST_POINTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(handle, at)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind != pdfium_c.FPDF_SEGMENT_LINETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if pdfium_c.FPDFPathSegment_GetClose(segment) and len(points) > 2:
            points.append(points[0])
    if len(points) > 1:
        yield points


def clip_of(handle: Any) -> Box | None:
    """The box outside which nothing of an object is seen; None where it is not clipped."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(handle)
    boxes = [box for at in range(pdfium_c.FPDFClipPath_CountPaths(clip)) if (box := _clip_box(clip, at))]
    if not boxes:
        return None
    left, bottom = (max(box[at] for box in boxes) for at in (0, 1))
    right, top = (min(box[at] for box in boxes) for at in (2, 3))
    return left, bottom, right, top


def _clip_box(clip: Any, at: int) -> Box | None:
    x, y = ctypes.c_float(), ctypes.c_float()
    points = []
    for number in range(min(pdfium_c.FPDFClipPath_CountPathSegments(clip, at), _MOST_POINTS)):
        segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, at, number)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((x.value, y.value))
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
