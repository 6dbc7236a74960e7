"""Words to lines, lines to paragraphs: by where they stand on the page, not by how long they are.

A line goes on where the next word would not have fitted any more; a line that begins further right than the one above
it begins a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from kehoach.extract.blocks import CUT_TOKEN
from kehoach.extract.paragraphs import is_one_paragraph
from kehoach.extract.readers.page import Word

__all__ = ["Line", "right_edge", "words_to_lines", "words_to_runs"]

_SAME_HEIGHT = 0.45  # part of the smaller height that two words on one line share: more than a superscript loses
_INDENT = 6.0  # points
_WIDE_SPACE = 0.25  # of a line's height: the space between two words
_PARAGRAPH_GAP = 0.9  # of a line's height between two lines: more than a wide line spacing (1.5)


class Line(NamedTuple):
    """Words beside each other, from left to right, and the box around them."""

    words: list[Word]
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join([word.text for word in self.words])

    @property
    def height(self) -> float:
        """From top to bottom in points."""
        return self.bottom - self.top


def line_of(words: Sequence[Word]) -> Line:
    """The line of these words, sorted."""
    ordered = sorted(words, key=attrgetter("x0"))
    return Line(
        ordered,
        ordered[0].x0,
        min(word.top for word in ordered),
        max(word.x1 for word in ordered),
        max(word.bottom for word in ordered),
    )


def words_to_lines(words: Iterable[Word]) -> list[Line]:
    """The lines of a text set in one column, from top to bottom; a superscript stands on the line that it touches."""
    rows: list[list[Word]] = []
    boxes: list[tuple[float, float]] = []
    for word in sorted(words, key=_middle):
        at = _row_of(word, boxes)
        if at is None:
            rows.append([word])
            boxes.append((word.top, word.bottom))
        else:
            rows[at].append(word)
            if word.bottom - word.top > boxes[at][1] - boxes[at][0]:
                boxes[at] = (word.top, word.bottom)
    return sorted(map(line_of, rows), key=attrgetter("top"))


def _middle(word: Word) -> float:
    return word.top + word.bottom


def _row_of(word: Word, boxes: Sequence[tuple[float, float]]) -> int | None:
    """The row among the last ones that shares enough of its height with a word."""
    best, most = None, _SAME_HEIGHT
    for at in range(len(boxes) - 1, max(-1, len(boxes) - 4), -1):
        top, bottom = boxes[at]
        least = min(bottom - top, word.bottom - word.top)
        shared = min(bottom, word.bottom) - max(top, word.top)
        if least > 0 and shared / least > most:
            best, most = at, shared / least
    return best


def right_edge(lines: Sequence[Line]) -> float:
    """Where the lines of a column end at the right: what several of them reach, else the furthest."""
    ends = sorted((line.x1 for line in lines), reverse=True)
    for at, end in enumerate(ends):
        if sum(end - other <= 3 for other in ends[at:]) >= max(2, len(ends) // 20):
            return end
    return ends[0] if ends else 0.0


def words_to_runs(words: Iterable[Word], right: float) -> list[list[Line]]:
    """The paragraphs of a cell or column that ends at `right`, each with its lines."""
    return lines_to_runs(words_to_lines(words), right)


def lines_to_runs(lines: Sequence[Line], right: float) -> list[list[Line]]:
    """The lines, those of one paragraph together."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and goes_on(runs[-1], line, right):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def goes_on(run: Sequence[Line], line: Line, right: float) -> bool:
    """Whether a line belongs to the paragraph above it."""
    last = run[-1]
    height = min(last.height, line.height)
    if line.top - last.bottom > _PARAGRAPH_GAP * height or not is_full(last, line, right):
        return False
    if len(run) > 1 and line.x0 - last.x0 > _INDENT:
        return False
    return is_one_paragraph(run[0].text, last.text, line.text)


def is_full(line: Line, below: Line, right: float) -> bool:
    """Whether the first word of the line below would not have fitted on a line."""
    first = below.words[0]
    space = 0.0 if CUT_TOKEN.search(line.words[-1].text) else _WIDE_SPACE * line.height
    return line.x1 + space + (first.x1 - first.x0) > right - 1.0
