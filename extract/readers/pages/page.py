"""A page as a reader of PDF or of scans sees it: words with their boxes, and the rules drawn on it.

Coordinates are PDF points from the top left corner of the page as a person reads it (turned by its /Rotate).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

__all__ = ["Page", "Rule", "Word"]


class Word(NamedTuple):
    """A word without spaces inside, and its box. `confidence` from 0 to 1 where it was read from an image.

    `space` tells whether a space follows in the text, also at a line's end; None where that is not known.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    bold: bool = False
    confidence: float | None = None
    space: bool | None = None


class Rule(NamedTuple):
    """A drawn line, horizontal or vertical: its box, thin in one direction."""

    x0: float
    top: float
    x1: float
    bottom: float


class Page(msgspec.Struct):
    """A page: its number from 1, its size in points, its words in any order, its rules; `ocr` where it was an image."""

    number: int
    width: float
    height: float
    words: list[Word]
    rules: list[Rule]
    ocr: bool = False
