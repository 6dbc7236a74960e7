"""From a PDF's own coordinates to those of the page as a person reads it: points from the top left, turned upright."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Frame", "frame_of"]

Box = tuple[float, float, float, float]


class Frame(NamedTuple):
    """The visible part of a page in its own coordinates (`left`, `top`, size), and its turn in quarters clockwise."""

    left: float
    top: float
    across: float
    down: float
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen."""
        return (self.down, self.across) if self.turn % 2 else (self.across, self.down)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """x0, top, x1, bottom of what has these opposite corners in the PDF's own coordinates."""
        left, right = min(x0, x1) - self.left, max(x0, x1) - self.left
        top, bottom = self.top - max(y0, y1), self.top - min(y0, y1)
        if self.turn == 0:
            return left, top, right, bottom
        if self.turn == 1:
            return self.down - bottom, left, self.down - top, right
        if self.turn == 2:
            return self.across - right, self.down - bottom, self.across - left, self.down - top
        return top, self.across - right, bottom, self.across - left


def frame_of(page: Any) -> Frame:
    """The frame of a page of pypdfium2."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, top, right - left, top - bottom, page.get_rotation() // 90 % 4)
