"""The drawn lines of a page, found on its picture, and the cells between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from kehoach.extract.readers.scan.image import Mask

__all__ = ["Line", "horizontal_lines", "rule_mask", "vertical_lines"]


class Line(NamedTuple):
    """A drawn line in pixels, straight along one axis: from `start` to `end`, at `at`, `low` to `high` across."""

    at: float
    start: int
    end: int
    low: int
    high: int


_THICKEST = 0.035  # inches: a double frame; more is a picture
_ISOLATED = 0.25  # beside a rule there is paper; beside the foot of a row of letters stand their stems


def horizontal_lines(ink: Mask, dpi: int) -> list[Line]:
    """The lines across the page of at least 0.3 inch, from the top."""
    return _rejoined(_pieces(ink, dpi, int(0.3 * dpi)), dpi)


def vertical_lines(ink: Mask, dpi: int, across: Sequence[Line] = ()) -> list[Line]:
    """The lines down the page, from the left: of at least 0.2 inch, or 0.12 where both ends are at lines across.

    A head that is the last row of a page, with one line of text, is lower than a capital letter of a title is high.
    """
    down = np.ascontiguousarray(ink.T)
    long = _rejoined(_pieces(down, dpi, int(0.2 * dpi)), dpi, across)
    low = [line for line in _pieces(down, dpi, int(0.12 * dpi)) if line.end - line.start < 0.2 * dpi]
    return sorted(
        [_trimmed(line, across, dpi) for line in long] + [line for line in low if _is_between(line, across, dpi)]
    )


def _trimmed(line: Line, across: Sequence[Line], dpi: int) -> Line:
    """A line without the stroke of a letter that stands over or under its end in a merged cell."""
    met = [other.at for other in across if other.start <= line.at <= other.end]
    start = next((at for at in sorted(met) if 0 < at - line.start <= 0.15 * dpi), line.start)
    end = next((at for at in sorted(met, reverse=True) if 0 < line.end - at <= 0.15 * dpi), line.end)
    return line._replace(start=round(start), end=round(end)) if start < end else line


def _is_between(line: Line, across: Sequence[Line], dpi: int) -> bool:
    near = 0.015 * dpi  # a capital letter in a low row leaves more
    met = [other for other in across if other.start - near <= line.at <= other.end + near]
    return all(any(abs(other.at - end) <= near for other in met) for end in (line.start, line.end))


def _pieces(ink: Mask, dpi: int, least: int) -> list[Line]:
    thick = ink.copy()
    thick[1:] |= ink[:-1]  # a line that is not quite straight steps to the next row of pixels
    thick[:-1] |= ink[1:]
    lines = [line for line in _grouped(_runs(thick, least)) if line.high - line.low <= _THICKEST * dpi + 2]
    return [line for line in lines if _stands_alone(ink, line, dpi)]


def _runs(mask: Mask, least: int) -> list[tuple[int, int, int]]:
    """(row, start, end) of every run of at least so many pixels, holes of two pixels in it allowed."""
    closed = mask.copy()
    closed[:, 1:-1] |= mask[:, :-2] & mask[:, 2:]
    closed[:, 1:-2] |= mask[:, :-3] & mask[:, 3:]
    edges = np.diff(np.pad(closed, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    long = ends - starts >= least
    return list(zip(rows[long].tolist(), starts[long].tolist(), ends[long].tolist(), strict=True))


def _grouped(runs: list[tuple[int, int, int]]) -> list[Line]:
    """Runs one under the other are one line."""
    groups: list[list[tuple[int, int, int]]] = []
    growing: list[list[tuple[int, int, int]]] = []
    for run in runs:
        growing = [group for group in growing if run[0] - group[-1][0] <= 1]
        home = next((group for group in growing if any(_overlap(run, other) for other in group[-3:])), None)
        if home is None:
            home = []
            groups.append(home)
            growing.append(home)
        home.append(run)
    return [_line(group) for group in groups]


def _overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[1] < other[2] and other[1] < one[2]


def _line(group: list[tuple[int, int, int]]) -> Line:
    weight = sum(end - start for _, start, end in group)
    at = sum(row * (end - start) for row, start, end in group) / weight + 0.5
    return Line(at, min(run[1] for run in group), max(run[2] for run in group), group[0][0], group[-1][0] + 1)


def _stands_alone(ink: Mask, line: Line, dpi: int) -> bool:
    """Whether there is paper on one side of it at least, and not much ink on the other."""
    away = max(3, dpi // 60)
    shares = []
    for row in (line.low - away, line.high - 1 + away):
        inside = 0 <= row < len(ink)
        shares.append(float(ink[row, line.start : line.end].mean()) if inside else 0.0)
    return min(shares) < _ISOLATED and max(shares) < 2 * _ISOLATED


def _rejoined(lines: list[Line], dpi: int, stops: Sequence[Line] = ()) -> list[Line]:
    """Pieces of one line that a weak spot parted; beside a piece that ends at a line across, the other is a letter."""
    joined: list[Line] = []
    for line in sorted(lines, key=lambda each: (each.start, each.at)):
        for number, other in enumerate(joined):
            if abs(other.at - line.at) <= dpi / 66 and _is_gap(other.end, line.start, dpi, stops):
                joined[number] = _both(other, line)
                break
        else:
            joined.append(line)
    return sorted(joined)


def _is_gap(end: int, start: int, dpi: int, stops: Sequence[Line]) -> bool:
    return start - end <= dpi / 10 and not any(
        abs(stop.at - at) <= 0.015 * dpi for stop in stops for at in (end, start) if end < start
    )


def _both(one: Line, other: Line) -> Line:
    long, short = one.end - one.start, other.end - other.start
    at = (one.at * long + other.at * short) / (long + short)
    low, high = min(one.low, other.low), max(one.high, other.high)
    return Line(at, one.start, max(one.end, other.end), low, high)


def rule_mask(shape: tuple[int, ...], across: list[Line], down: list[Line]) -> Mask:
    """The pixels that the lines cover, with the grey ones at their edges."""
    mask = np.zeros(shape, dtype=np.bool_)
    for line in across:
        mask[max(0, line.low - 1) : line.high + 1, max(0, line.start - 2) : line.end + 2] = True
    for line in down:
        mask[max(0, line.start - 2) : line.end + 2, max(0, line.low - 1) : line.high + 1] = True
    return cast(NDArray[np.bool_], mask)
