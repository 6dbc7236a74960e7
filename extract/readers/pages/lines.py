"""Words to lines, lines to paragraphs: by where they stand on the page, not by how long they are.

A line goes on where the next word would not have fitted any more; a line that begins further right than the one above
it begins a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from kehoach.extract.blocks import CUT_TOKEN
from kehoach.extract.cut_words import is_cut_word
from kehoach.extract.grids.cells import is_body
from kehoach.extract.paragraphs import is_one_paragraph
from kehoach.extract.readers.pages.page import Word

__all__ = ["Edges", "Joiner", "Line", "joiner_of", "right_edge", "words_to_lines"]

_SAME_HEIGHT = 0.45  # part of the smaller height that two words on one line share: more than a superscript loses
_INDENT = 6.0  # points
_SPACE = 0.22  # of a line's height: the space between two words
_WIDE_LETTER = 1.4  # times the middle width of a word's letters
_CENTRED = 2.0  # points
_MANY = 8  # lines
_JUTS_OUT = 10.0  # points
_MOST = 0.6
_MORE = 0.15  # of a line's height: the least space between paragraphs
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
    if boxes and boxes[-1] == (word.top, word.bottom):
        return len(boxes) - 1
    best, most = None, _SAME_HEIGHT
    for at in range(len(boxes) - 1, max(-1, len(boxes) - 4), -1):
        top, bottom = boxes[at]
        least = min(bottom - top, word.bottom - word.top)
        shared = min(bottom, word.bottom) - max(top, word.top)
        if least > 0 and shared / least > most:
            best, most = at, shared / least
    return best


def right_edge(lines: Sequence[Line]) -> float:
    """Where the lines of a column end at the right: as far as the furthest reaches, but for one that juts out alone."""
    ends = sorted((line.x1 for line in lines), reverse=True)
    if len(ends) >= _MANY and ends[0] - ends[1] > _JUTS_OUT:
        return ends[1]
    return ends[0] if ends else 0.0


class Edges(NamedTuple):
    """Between which sides the text of a cell or page may stand."""

    left: float
    right: float

    def room(self, line: Line) -> float:
        """How many points a line leaves free: at its right, in a centred one on both sides."""
        behind = self.right - line.x1
        return 2 * behind if self.is_centred(line) else behind

    def is_centred(self, line: Line) -> bool:
        """Whether a line stands in the middle, away from both sides."""
        before, behind = line.x0 - self.left, self.right - line.x1
        return before > _CENTRED and abs(before - behind) < 2 * _CENTRED


class Joiner(NamedTuple):
    """Joins lines to paragraphs. `spaced`: the text has a space where a line was wrapped, and none at its end."""

    spaced: bool
    pitch: float = 9.0
    """From one line of a paragraph to the next, in heights of a line."""

    def runs(self, lines: Sequence[Line], edges: Edges) -> list[list[Line]]:
        """The lines of a cell between these edges, those of one paragraph together."""
        runs: list[list[Line]] = []
        for line in lines:
            if runs and self._flows(runs[-1], line, edges) and not self._are_two(runs[-1], line):
                runs[-1].append(line)
            else:
                runs.append([line])
        return runs

    def _are_two(self, run: Sequence[Line], line: Line) -> bool:
        """`Văn phòng HĐND và UBND` / `Công an xã`: two bodies, though the first fills its line by chance."""
        last = run[-1].words[-1]
        if not self._is_told(run[-1]) or last.space or last.text[-1] in ",-–":
            return False
        return line.words[0].text[0].isupper() and is_body(run[0].text) and is_body(line.text)

    def goes_on(self, run: Sequence[Line], line: Line, edges: Edges, new_page: bool) -> bool:
        """Whether a line of prose belongs to the paragraph before it, on a new page only where that is sure."""
        last = run[-1]
        if line.top < last.top and not new_page:
            return False  # the next column
        if not (new_page or _is_near(last, line)) or not self._flows(run, line, edges):
            return False
        told = self._is_told(last)
        if told and last.words[-1].space:
            return True
        if (new_page and not told) or _is_bold(last) != (line.words[0].bold and _is_bold(line)):
            return False
        if not new_page and line.top - last.top > (self.pitch + _MORE) * last.height:
            return False
        return is_one_paragraph(run[0].text, last.text, line.text)

    def _is_told(self, line: Line) -> bool:
        return self.spaced and line.words[-1].space is not None

    def _flows(self, run: Sequence[Line], line: Line, edges: Edges) -> bool:
        last = run[-1]
        if self._is_told(last):
            if last.words[-1].space:
                return True
            if has_room(last, edges):  # for the space that it lacks
                marked = CUT_TOKEN.search(last.words[-1].text) is not None and is_full(last, line, edges)
                return marked or is_cut(last, line, edges)
        indented = len(run) > 1 and line.x0 - last.x0 > _INDENT and not edges.is_centred(line)
        return is_full(last, line, edges) and not indented

    def glue(self, last: Line, line: Line, edges: Edges) -> str:
        """What stands between two lines of one paragraph: a space, or nothing where a word was cut."""
        if self._is_told(last) and last.words[-1].space:
            return " "
        cut = CUT_TOKEN.search(last.words[-1].text) or is_cut(last, line, edges)
        return "" if cut else " "


def _is_bold(line: Line) -> bool:
    return all(word.bold for word in line.words)


def _is_near(last: Line, line: Line) -> bool:
    return line.top - last.bottom <= _PARAGRAPH_GAP * min(last.height, line.height)


def joiner_of(body: Sequence[Sequence[Line]], cells: Sequence[Sequence[Line]]) -> Joiner:
    """How the lines of the pages and those of the cells are wrapped.

    Asked of lines before one that begins with a small letter: they were wrapped, and have a space at their end or not.
    """
    pairs = _wrapped(body)
    ends = [last.words[-1].space for last, _ in [*pairs, *_wrapped(cells)]]
    pitches = sorted((line.top - last.top) / last.height for last, line in pairs if _is_near(last, line))
    spaced = ends.count(True) > _MOST * len(ends)
    return Joiner(spaced, pitches[len(pitches) // 2]) if pitches else Joiner(spaced)


def _wrapped(columns: Iterable[Sequence[Line]]) -> list[tuple[Line, Line]]:
    return [pair for lines in columns for pair in pairwise(lines) if pair[1].words[0].text[0].islower()]


def has_room(line: Line, edges: Edges) -> bool:
    """Whether a line ends further from the right edge than a space is wide: a space at its end would be there."""
    return edges.room(line) > _SPACE * line.height + 0.5


def is_cut(line: Line, below: Line, edges: Edges) -> bool:
    """Whether a line ends within a word that is too long for it: one alone on its line, without room for a letter."""
    if len(line.words) > 1:
        return False
    word, rest = line.words[0], below.words[0]
    letter = max((word.x1 - word.x0) / len(word.text), (rest.x1 - rest.x0) / len(rest.text))
    return edges.room(line) < _WIDE_LETTER * letter and is_cut_word(word.text, rest.text)


def is_full(line: Line, below: Line, edges: Edges) -> bool:
    """Whether the first word of the line below would not have fitted on a line."""
    first = below.words[0]
    space = 0.0 if CUT_TOKEN.search(line.words[-1].text) else _SPACE * line.height
    return space + (first.x1 - first.x0) > edges.room(line) - 1.0
