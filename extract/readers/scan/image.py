"""Cleaning the picture of a page before it is read: coloured ink, shade of the paper, skew.

Pictures are grey, one byte a pixel, 0 ink and 255 paper, rows from the top.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["PAPER", "Grey", "Mask", "flatten_paper", "ink_mask", "skew_of", "turn", "without_coloured_ink"]

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

PAPER = 255
_COLOURED = 60  # difference between the strongest and the weakest channel; JPEG leaves up to 30 around black letters
_TINTED = 20  # the edge of a stroke in colour, beside it
_BLACK = 90  # a coloured pixel as dark as this in every channel has black under it


def without_coloured_ink(rgb: NDArray[np.uint8]) -> Grey:
    """The picture in grey with red and blue ink gone as far as it is not over black letters.

    The red channel shows a red seal as paper; a signature in blue is bright in the blue one. A pixel with colour thus
    takes its brightest channel, one without colour its mean.
    """
    brightest, darkest = rgb.max(axis=2), rgb.min(axis=2)
    colour = brightest.astype(np.int16) - darkest
    coloured = (colour > _TINTED) & _widened(colour > _COLOURED)
    grey = np.asarray(Image.fromarray(rgb).convert("L")).copy()
    grey[coloured] = brightest[coloured]
    stamp = coloured & (brightest > _BLACK)
    grey[stamp] = np.maximum(grey[stamp], _lightened(brightest[stamp]))
    return cast(Grey, grey)


def _widened(mask: Mask) -> Mask:
    """The mask and two pixels around it."""
    wide = np.pad(mask, 2)
    for axis in (0, 1):
        wide = (
            wide | np.roll(wide, 1, axis) | np.roll(wide, -1, axis) | np.roll(wide, 2, axis) | np.roll(wide, -2, axis)
        )
    return wide[2:-2, 2:-2]


def _lightened(values: Grey) -> Grey:
    return cast(Grey, np.clip(values.astype(np.int16) + 60, 0, PAPER).astype(np.uint8))


_TILE = 64


def flatten_paper(grey: Grey) -> Grey:
    """The picture with its paper at 255 and its ink near 0, shade by shade: grey copies, the fold of a book."""
    height, width = grey.shape
    rows, columns = -(-height // _TILE), -(-width // _TILE)
    padded = np.pad(grey, ((0, rows * _TILE - height), (0, columns * _TILE - width)), mode="edge")
    tiles = padded.reshape(rows, _TILE, columns, _TILE).swapaxes(1, 2).reshape(rows, columns, -1)
    paper = np.maximum(np.percentile(tiles, 80, axis=2), 100)  # a tile full of ink has no paper to go by
    shade = np.asarray(
        Image.fromarray(paper.astype(np.float32)).resize((columns * _TILE, rows * _TILE), Image.Resampling.BILINEAR)
    )[:height, :width]
    ink = min(float(np.percentile(grey, 0.5)), float(paper.mean()) / 2)  # of an empty page there is none
    span = np.maximum(shade * 0.97 - ink, 50)
    return cast(Grey, np.clip((grey - ink) * (PAPER / span), 0, PAPER).astype(np.uint8))


def ink_mask(grey: Grey, threshold: int = 160) -> Mask:
    """Where there is ink; thin rules that the scanner greyed count too, single specks of noise do not."""
    soft = _blurred(grey)
    return soft < threshold


def _blurred(grey: Grey) -> NDArray[np.float32]:
    """Each pixel with its neighbours, weights 1 2 1 both ways."""
    padded = np.pad(grey.astype(np.float32), 1, mode="edge")
    across = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    return cast(NDArray[np.float32], (across[:-2] + 2 * across[1:-1] + across[2:]) / 4)


def skew_of(ink: Mask, most: float = 4.0) -> float:
    """By how many degrees the page is turned clockwise: at that angle its lines stand out most from the gaps between.

    The angle is sought from -`most` to `most`, at the end in steps of 0.02.
    """
    rows, columns = np.nonzero(ink[:, ::3])
    columns = columns * 3
    if len(rows) < 200:  # an empty page
        return 0.0
    angle, step = 0.0, 0.5
    angles = np.arange(-most, most + step / 2, step)
    while True:
        angle = float(max(angles, key=lambda degrees: (_contrast(rows, columns, degrees), -abs(degrees))))
        if step <= 0.02:
            return round(angle, 3)
        angles = angle + np.arange(-step, step + step / 10, step / 5)
        step /= 5


def _contrast(rows: NDArray[np.intp], columns: NDArray[np.intp], degrees: float) -> float:
    """How much the ink of a line of pixels at this angle differs from that of the next one."""
    shifted = rows - columns * np.tan(np.radians(degrees))
    counts = np.bincount((shifted - shifted.min()).astype(np.intp)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())


def turn(grey: Grey, degrees: float) -> Grey:
    """The picture turned by these degrees counter-clockwise about its centre, with paper in the corners."""
    if abs(degrees) < 0.03:
        return grey
    turned = Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=PAPER)
    return np.asarray(turned)
