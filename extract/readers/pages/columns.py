"""Letterhead and signature: what stands beside each other on a page, one column after the other.

ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  XÃ TÂN HIỆP                Độc lập - Tự do - Hạnh phúc
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kehoach.extract.readers.pages.lines import Line, words_to_lines
from kehoach.extract.readers.pages.page import Word
from kehoach.extract.two_columns import begins_alone, opens_columns

__all__ = ["columns_apart"]

_GAP = 14.0  # points: far more than a space, less than what lies between the columns
_PAUSE = 9.0  # heights of a line: room for a signature
_NEAR = 1.5  # heights of a line: the left column may begin a little above the right one
_CENTRED = 0.03  # of the page's width: how far the middle of a centred line may be from that of the page


class _Gutter(NamedTuple):
    """What no word of either column reaches: from the right side of the left one to the left side of the right one."""

    low: float
    high: float

    def narrowed(self, segments: Sequence[Line]) -> _Gutter | None:
        """The gutter that these pieces of a line leave; None where one runs across it."""
        low, high = self
        for segment in segments:
            if segment.x1 <= high - _GAP and segment.x0 < low:
                low = max(low, segment.x1)
            elif segment.x0 >= low + _GAP:
                high = min(high, segment.x0)
            else:
                return None
        return _Gutter(low, high) if high - low >= _GAP else None


def columns_apart(lines: Sequence[Line], width: float, stops: Sequence[float]) -> list[Line]:
    """The lines of a page, those of each two-column stretch parted at its gutter: the left column, then the right one.

    A stretch begins at a line with the words of a letterhead or signature block and ends where a line runs across the
    gutter, where a centred one stands alone (the title), or at one of the heights `stops` (a table).
    """
    result: list[Line] = []
    at = 0
    while at < len(lines):
        gutter = _opened(lines, at)
        end, gutter = _grown(lines, at, gutter, width, stops) if gutter else (at, None)
        sides = _parted(lines[at:end], gutter) if gutter else None
        if sides is None:
            result.append(lines[at])
            at += 1
            continue
        above: list[Line] = []
        while result and gutter and _begins_above(result[-1], lines[at], gutter):
            above.insert(0, result.pop())
        result += [*above, *sides[0], *sides[1]]
        at = end
    return result


def _segments(line: Line) -> list[Line]:
    """The pieces of a line between which a wide gap lies."""
    pieces: list[list[Word]] = []
    for word in line.words:
        if pieces and word.x0 - pieces[-1][-1].x1 < _GAP:
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [words_to_lines(piece)[0] for piece in pieces]


def _opened(lines: Sequence[Line], at: int) -> _Gutter | None:
    """The gutter at a line that opens a stretch; one that stands in one column alone leaves the other side open."""
    if not opens_columns(lines[at].text):
        return None
    segments = _segments(lines[at])
    if len(segments) > 1:
        widest = max(range(1, len(segments)), key=lambda right: segments[right].x0 - segments[right - 1].x1)
        return _Gutter(segments[widest - 1].x1, segments[widest].x0)
    near = [line for line in lines[at + 1 : at + 3] if line.top - lines[at].bottom < lines[at].height]
    for other in near:
        left, right = sorted((lines[at], other), key=lambda line: line.x0)
        if right.x0 - left.x1 >= _GAP:
            return _Gutter(left.x1, right.x0)
    return None


def _grown(
    lines: Sequence[Line], at: int, gutter: _Gutter, width: float, stops: Sequence[float]
) -> tuple[int, _Gutter | None]:
    """Where the stretch ends, and the gutter that all its lines leave."""
    end = at
    while end < len(lines):
        line = lines[end]
        if end > at and _ends(lines[end - 1], line, width, stops):
            break
        narrowed = gutter.narrowed(_segments(line))
        if narrowed is None:
            break
        gutter, end = narrowed, end + 1
    return end, gutter if end > at else None


def _ends(last: Line, line: Line, width: float, stops: Sequence[float]) -> bool:
    if line.top - last.bottom > _PAUSE * line.height or any(last.top < stop < line.bottom for stop in stops):
        return True
    centred = abs((line.x0 + line.x1) / 2 - width / 2) < _CENTRED * width
    return begins_alone(line.text) or (centred and len(_segments(line)) == 1)


def _parted(lines: Sequence[Line], gutter: _Gutter) -> tuple[list[Line], list[Line]] | None:
    """Both columns, each with lines of its own; None where one is empty."""
    middle = (gutter.low + gutter.high) / 2
    words = [word for line in lines for word in line.words]
    left = words_to_lines(word for word in words if word.x0 < middle)
    right = words_to_lines(word for word in words if word.x0 >= middle)
    return (left, right) if left and right else None


def _begins_above(line: Line, first: Line, gutter: _Gutter) -> bool:
    """Whether the line above a stretch is the first of its left column."""
    return line.x1 <= gutter.low + _GAP and 0 <= first.top - line.top < _NEAR * line.height
