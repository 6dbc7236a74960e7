"""The signs ≥ and ≤, found by their shape: Tesseract's Vietnamese data has no such letters and reads `≥60` as `>60`.

Each sign found is taken out of the picture before the letters are read, so that it is neither lost nor read as a digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kehoach.extract.readers.scan.image import PAPER, Grey, Mask

__all__ = ["Sign", "find_signs", "sign_score", "without_signs"]

_SIDE = 24
_ANGLES = {"≥": (0.66, 0.74, 0.82, 0.88), "≤": (0.66, 0.74, 0.82, 0.88), ">": (1.0,), "<": (1.0,)}
_STROKES = (0.09, 0.13, 0.18)
_ALIKE = 0.65
"""In six typefaces, 26 to 50 pixels an em, the signs score 0.80 to 0.96; the nearest other glyph, 2, at most 0.45."""


class Sign(NamedTuple):
    """`≥` or `≤` and its box in pixels."""

    text: str
    x0: int
    top: int
    x1: int
    bottom: int


def find_signs(grey: Grey, ink: Mask, dpi: int) -> list[Sign]:
    """The signs on a picture, from the top."""
    found = []
    for x0, top, x1, bottom in _candidates(ink, dpi):
        scores = sign_score(grey[top:bottom, x0:x1])
        text = max(scores, key=lambda sign: scores[sign])
        if text in "≥≤" and scores[text] >= _ALIKE:
            found.append(Sign(text, x0, top, x1, bottom))
    return sorted(found, key=lambda sign: (sign.top, sign.x0))


def _candidates(ink: Mask, dpi: int) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of glyphs about as high as wide that stand on a bar, which touches them or not."""
    from scipy import ndimage  # noqa: PLC0415 - slow to import, and only scans need it

    labels, _ = ndimage.label(ink, structure=np.ones((3, 3)))
    boxes = np.array([(x.start, y.start, x.stop, y.stop) for y, x in ndimage.find_objects(labels)]).reshape(-1, 4)
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    sized = (wide >= dpi * 0.03) & (wide <= dpi * 0.18)
    bars = boxes[sized & (high <= 0.35 * wide)]
    for x0, top, x1, bottom in boxes[sized & (high >= 0.5 * wide) & (high <= 1.6 * wide)].tolist():
        if ink[bottom - 2 : bottom, x0:x1].mean(axis=1).max() > 0.75:
            yield x0, top, x1, bottom
        span = x1 - x0
        under = (np.abs(bars[:, 0] - x0) <= span / 4) & (np.abs(bars[:, 2] - x1) <= span / 4)
        under &= (bars[:, 1] >= bottom - 1) & (bars[:, 1] <= bottom + span * 0.4)
        for left, _, right, foot in bars[under].tolist():
            yield min(x0, left), top, max(x1, right), foot


def sign_score(patch: Grey) -> dict[str, float]:
    """How like each comparison sign a glyph is, from -1 to 1."""
    shrink = Image.Resampling.BOX if min(patch.shape) > _SIDE else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(patch).resize((_SIDE, _SIDE), shrink)).astype(np.float32)
    glyph = _normed(PAPER - small)
    return {sign: max(float((glyph * shape).sum()) for shape in shapes) for sign, shapes in _shapes().items()}


def _normed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = values - values.mean()
    return cast(NDArray[np.float32], centred / (np.sqrt(np.square(centred).sum()) + 1e-9))


@cache
def _shapes() -> dict[str, list[NDArray[np.float32]]]:
    return {
        sign: [_normed(_drawn(sign, high, stroke)) for high in heights for stroke in _STROKES]
        for sign, heights in _ANGLES.items()
    }


def _drawn(sign: str, high: float, stroke: float) -> NDArray[np.float32]:
    """The sign filling a square: its angle `high` of the height, a bar at the foot of those that have one."""
    side = _SIDE * 8
    thick = int(stroke * side)
    picture = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(picture)
    tip = (side - 1 - thick // 2, int(high * side / 2))
    draw.line([(0, thick // 2), tip, (0, int(high * side) - thick // 2)], fill=PAPER, width=thick, joint="curve")
    if sign in "≥≤":
        draw.rectangle((0, side - thick, side, side), fill=PAPER)
    shape = np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX)).astype(np.float32)
    return shape[:, ::-1] if sign in "≤<" else shape


def without_signs(grey: Grey, signs: Sequence[Sign]) -> Grey:
    """The picture with paper where the signs were."""
    clean = grey.copy()
    for _, x0, top, x1, bottom in signs:
        clean[max(0, top - 1) : bottom + 1, max(0, x0 - 1) : x1 + 1] = PAPER
    return clean
