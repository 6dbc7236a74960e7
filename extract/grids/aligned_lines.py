"""The lines of a table aligned by spaces: where its columns stand on a page, and what each line puts into them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from kehoach.extract.blocks import Text, join
from kehoach.extract.grids.aligned_header import AlignedHeader, Segment, segments
from kehoach.extract.grids.lost_units import INT, NUMBERED, ORD, ROMAN, classify

Cells = dict[int, list[Segment]]  # the segments of a line by column


class Line:
    """A line of the body: its cells by column, whether it is a heading, and whether an empty line stands before it."""

    __slots__ = ("cells", "fresh_page", "gap", "heading", "ordinal")

    def __init__(self, cells: Cells, heading: bool, gap: bool, fresh_page: bool) -> None:
        self.cells, self.heading, self.gap, self.fresh_page = cells, heading, gap, fresh_page
        self.ordinal = False


class Row:
    """The cells of a row, each with the segments of its lines."""

    __slots__ = ("cells", "fresh_page", "heading")

    def __init__(self, lines: Sequence[Line]) -> None:
        self.cells: dict[int, list[Segment]] = {}
        self.heading = lines[0].heading
        self.fresh_page = lines[0].fresh_page
        for line in lines:
            for column, parts in line.cells.items():
                self.cells.setdefault(column, []).extend(parts)

    def add(self, other: Row) -> None:
        for column, parts in other.cells.items():
            self.cells.setdefault(column, []).extend(parts)

    def first_text(self) -> str:
        return self.cells[min(self.cells)][0].text.value

    def first_letter(self) -> str:
        return self.first_text()[0]


def parted(line: Text, at: int, cuts: frozenset[int]) -> list[Segment]:
    """The segments of a line of the body; a heading over the whole width is not cut at the corridors."""
    plain = segments(line, at)
    if not cuts or len(plain) > 2 or (len(plain) == 2 and classify(plain[0].text.value) not in (ORD, INT)):
        return segments(line, at, cuts) if cuts else plain
    first = plain[0].text.value
    if classify(first) == ROMAN or (classify(first) == ORD and not first[0].isdigit()):
        return plain
    cut = segments(line, at, cuts)
    return plain if any(part.text.value[0].islower() for part in cut[len(plain) :]) else cut


def blocks_of(body: Sequence[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in body:
        if block and (line.gap or line.fresh_page or line.heading != block[-1].heading or _new_heading(line)):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _new_heading(line: Line) -> bool:
    return line.heading and not line.cells[0][0].text.value[0].islower()


def begins_numbered(line: Line) -> bool:
    """Whether the first cell begins with the row's number: `3. Xây dựng …`."""
    return 0 in line.cells and classify(line.cells[0][0].text.value) in (NUMBERED, ROMAN)


def begins_heading(line: Line) -> bool:
    return classify(line.cells[0][0].text.value) == ROMAN


_PEAK = 0.4  # share of the cells between two heads that begin at one place


def edges_between(header: AlignedHeader, parts: dict[int, list[Segment]]) -> list[int]:
    """Where each column but the first begins: the emptiest place between two heads over the lines of a page."""
    width = max((here[-1].end for here in parts.values()), default=0) + 2
    width = max(width, header.spans[-1][1] + 2)
    change, begun = [0] * (width + 1), [0] * (width + 2)
    for here in parts.values():
        if len(here) > 1 or here[0].start > header.spans[0][1]:
            for part in here:
                change[part.start] += 1
                change[part.end] -= 1
                begun[part.start] += 1
    filled, total = [], 0
    for step in change:
        total += step
        filled.append(total)
    edges = []
    for (start, end), (following, stop) in zip(header.spans, header.spans[1:], strict=False):
        low, high = min((start + end) // 2, following - 1), max((following + stop) // 2, end)
        most = max(range(low, high + 1), key=lambda at: begun[at + 1] - filled[at])
        if begun[most + 1] - filled[most] > max(2, _PEAK * sum(begun[low + 1 : high + 2])):
            edges.append(most + 1)  # where the cells of the column begin, one under another
            continue
        least = min(filled[low : high + 1])
        runs = _runs([at for at in range(low, high + 1) if filled[at] == least])
        between = [run for run in runs if run[0] <= following and run[1] >= end - 1] or runs
        first, last = max(between, key=lambda run: run[1] - run[0])
        edges.append(max(first, min(last, following)))
    return edges


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring places as spans: `4 5 6 9` is (4, 6), (9, 9)."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def column_of(part: Segment, edges: Sequence[int]) -> int:
    """The column in which most of the segment stands."""
    bounds = [0, *edges, 10**6]
    shares = [min(part.end, high) - max(part.start, low) for low, high in itertools.pairwise(bounds)]
    return shares.index(max(shares))


def is_marked(here: Sequence[Segment]) -> bool:
    text = here[0].text.value
    return classify(text) in (ORD, INT, ROMAN, NUMBERED) or text.isupper()


_PROSE, _WIDE = 5, 2  # lines of which none is parted, and so many of them run over the columns


def is_prose(parts: dict[int, list[Segment]], at: int, edges: Sequence[int]) -> bool:
    """Whether paragraphs begin at a line: the lines from there on hold one segment each, and some cross the columns."""
    following = list(itertools.islice((here for line, here in parts.items() if line >= at), _PROSE))
    if len(following) < _PROSE or any(len(here) > 1 for here in following):
        return False
    return sum(1 for here in following if _crossed(here[0], edges)) >= _WIDE


def is_closing_part(parts: dict[int, list[Segment]], at: int, edges: Sequence[int]) -> bool:
    """Whether a short last part of the text begins at a line: `3. Tổ chức thực hiện` over a paragraph or two, with
    nothing parted from there to the end.
    """
    following = [here for line, here in parts.items() if line >= at]
    if len(following) < 2 or any(len(here) > 1 for here in following):
        return False
    numbered = classify(following[0][0].text.value) in (NUMBERED, ROMAN)
    return numbered and any(_crossed(here[0], edges) > 1 for here in following[1:])


def _crossed(part: Segment, edges: Sequence[int]) -> int:
    """How many edges of columns a segment runs over."""
    return sum(1 for edge in edges if part.start < edge - 1 and part.end > edge + 1)


def line_of(here: Sequence[Segment], edges: Sequence[int], gap: bool, fresh: bool) -> Line:
    last = here[-1]
    across = _crossed(last, edges)
    if across and len(here) <= 2 and last.start <= edges[min(1, len(edges) - 1)] and _is_spanning(here, edges, across):
        if len(here) == 2:
            return Line({0: [here[0]], 1: [last]}, True, gap, fresh)
        return Line({0: [last]}, True, gap, fresh)
    cells: Cells = {}
    for part in here:
        for piece in _cut(part, edges):
            cells.setdefault(column_of(piece, edges), []).append(piece)
    for column, parts in cells.items():
        if len(parts) > 1:
            text = join([part.text for part in parts], " ")
            cells[column] = [Segment(parts[0].line, parts[0].start, parts[-1].end, text)]
    return Line(cells, False, gap, fresh)


def _is_spanning(here: Sequence[Segment], edges: Sequence[int], across: int) -> bool:
    """Whether the last segment is a heading over the columns, and not cells that stand close together."""
    if len(here) == 2:
        return classify(here[0].text.value) in (ORD, INT) and across >= 1
    text = here[0].text.value
    return across >= 2 or (across == 1 and classify(text) == ROMAN) or text.isupper()


def _cut(part: Segment, edges: Sequence[int]) -> Iterator[Segment]:
    """A segment that reaches over a column's edge, cut at the space there: one space was all the gap left."""
    start = 0
    value = part.text.value
    for edge in edges:
        at = edge - part.start
        if not start < at < len(value):
            continue
        space = next(
            (at - 1 + step for step in (0, 1, -1) if 0 < at - 1 + step < len(value) and value[at - 1 + step] == " "), -1
        )
        if space > start:
            yield Segment(part.line, part.start + start, part.start + space, part.text.slice(start, space))
            start = space + 1
    yield Segment(part.line, part.start + start, part.end, part.text.slice(start))
