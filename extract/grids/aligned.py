"""Tables whose columns are aligned by spaces, as `pdftotext -layout` writes them.

    TT   Nhiệm vụ                     Cơ quan         Thời gian
                                      chủ trì         hoàn thành
    1    Xây dựng kế hoạch phát       Văn phòng       Quý I/2026
         triển dữ liệu dùng chung

What is handled: cells of several lines; heads of several lines and of two levels; columns that shift from page to
page (each repeated header is measured anew); ordinals set at the top or at the middle of their row; headings over the
whole width; rows cut by a page break; rows of column numbers; page numbers. A letterhead or a signature block in two
columns is no table: its words are no heads of columns.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids.aligned_header import (
    COLUMN_NUMBERS,
    AlignedHeader,
    Segment,
    corridors,
    header_at,
    may_start,
    segments,
)
from kehoach.extract.grids.lost_columns import is_end
from kehoach.extract.grids.lost_units import INT, NUMBERED, ORD, ROMAN, classify

_PAGE_NUMBER = re.compile(r"\s*(?:[-–]\s*)?(?:Trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*[-–])?\s*")
Cells = dict[int, list[Segment]]  # the segments of a line by column


class _Line:
    """A line of the body: its cells by column, whether it is a heading, and whether an empty line stands before it."""

    __slots__ = ("cells", "fresh_page", "gap", "heading", "ordinal")

    def __init__(self, cells: Cells, heading: bool, gap: bool, fresh_page: bool) -> None:
        self.cells, self.heading, self.gap, self.fresh_page = cells, heading, gap, fresh_page
        self.ordinal = False


def find_aligned_tables(lines: Sequence[Text], source: Source) -> list[tuple[int, int, Grid]]:
    """The tables among these lines whose columns are aligned by spaces.

    ``lines`` keep their leading spaces; an empty text is an empty line. Each result is the table's first line, the
    line after its last, and its grid (header first; cells keep their line breaks). Repeated headers, rows of column
    numbers and page numbers inside a table are noted in ``source`` as dropped.
    """
    found: list[tuple[int, int, Grid]] = []
    at = 0
    while at < len(lines):
        header = header_at(lines, at, corridors(lines, at)) if may_start(lines[at], at) else None
        table = _Reader(lines, header, source).read() if header else None
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table[1]
    return found


class _Reader:
    """Reads one table: pages with their columns, then lines with their cells, then rows."""

    def __init__(self, lines: Sequence[Text], header: AlignedHeader, source: Source) -> None:
        self.lines, self.header, self.source = lines, header, source
        self.words = [word for line in lines[header.start : header.end] for word in line.value.split()]
        self.drops: list[tuple[int, str]] = []
        self.body: list[_Line] = []
        self.centred = self.numbered = False
        self.name_end = 0
        self.last = header.end

    def read(self) -> tuple[int, int, Grid] | None:
        for header, start, end in self._pages():
            self._read_page(header, start, end)
        blocks = list(_blocks(self.body))
        self.centred = _is_centred(blocks)
        self.name_end = max(
            (line.cells[0][-1].end for line in self.body if 0 in line.cells and not line.heading), default=0
        )
        self.numbered = sum(1 for line in self.body if _begins_numbered(line) and not _begins_heading(line)) > 2
        rows = [row for block in blocks for row in self._rows(block)]
        rows = self._joined(rows)
        while rows and len(rows[-1].cells) < 2:
            rows.pop()
        full = [row for row in rows if len(row.cells) >= 2]
        if not full or sum(len(row.cells) for row in full) < 0.4 * len(full) * len(self.header.cells):
            return None
        return self._grid(rows)

    def _grid(self, rows: Sequence[_Row]) -> tuple[int, int, Grid]:
        last = max(part.line for row in rows for parts in row.cells.values() for part in parts) + 1
        count = len(self.header.cells)
        body = [[join([p.text for p in row.cells.get(c, ())], "\n") or EMPTY for c in range(count)] for row in rows]
        for at, reason in self.drops:
            if at < last:
                self.source.drop(self.lines[at].strip(), reason)  # type: ignore[arg-type]
        return self.header.start, last, Grid([self.header.cells, *body], "aligned")

    def _pages(self) -> Iterator[tuple[AlignedHeader, int, int]]:
        """The header of each page, and the lines of the page below it."""
        header, start = self.header, self.header.end
        at = start
        while at < len(self.lines):
            value = self.lines[at].value
            if value and is_end(value):
                break
            again = self._repeated(at)
            if again:
                yield header, start, at
                self.drops += [(line, "repeated-header") for line in range(at, again)]
                header = self._measured(at, again, header)
                start = at = again
            else:
                at += 1
        yield header, start, at

    def _repeated(self, at: int) -> int:
        """The line after the header's words if they stand from line ``at`` on; else 0."""
        found, stop = 0, at
        while stop < len(self.lines) and found < len(self.words):
            here = self.lines[stop].value.split()
            if here != self.words[found : found + len(here)] or (not here and stop == at):
                return 0
            found += len(here)
            stop += 1
        return stop if found == len(self.words) else 0

    def _measured(self, at: int, end: int, before: AlignedHeader) -> AlignedHeader:
        first = next((line for line in range(at, end) if len(segments(self.lines[line], line)) > 1), at)
        found = header_at(self.lines, first, corridors(self.lines, first))
        return found if found and len(found.cells) == len(before.cells) else before

    def _read_page(self, header: AlignedHeader, start: int, end: int) -> None:
        cuts = corridors(self.lines[:end], header.start)
        parts = {at: _parted(self.lines[at], at, cuts) for at in range(start, end) if self.lines[at].value.strip()}
        edges = _edges(header, parts)
        gap, fresh = True, True
        wide = 0
        for at in range(start, end):
            here = parts.get(at)
            if not here:
                gap = True
                continue
            if fresh and COLUMN_NUMBERS.fullmatch(self.lines[at].value):
                self.drops.append((at, "column-numbers"))
                continue
            if self._is_page_number(at, here, edges):
                self.drops.append((at, "page-number"))
                continue
            line = _line(here, edges, gap, fresh and bool(self.body))
            wide = wide + 1 if line.heading and not _is_marked(here) else 0
            if wide > 2:  # a paragraph, no table any more
                del self.body[-2:]
                return
            self.body.append(line)
            gap = fresh = False

    def _is_page_number(self, at: int, here: Sequence[Segment], edges: Sequence[int]) -> bool:
        if len(here) > 1 or not _PAGE_NUMBER.fullmatch(self.lines[at].value):
            return False
        lone = not self._value(at - 1) and not self._value(at + 1)
        role = self.header.roles[_column(here[0], edges)]
        return lone and role not in ("ordinal", "target", "baseline", "unit", "budget")

    def _value(self, at: int) -> str:
        return self.lines[at].value.strip() if 0 <= at < len(self.lines) else ""

    def _rows(self, block: Sequence[_Line]) -> Iterator[_Row]:
        """The rows of lines between two empty lines."""
        starts = self._starts(block)
        for low, high in zip(starts, [*starts[1:], len(block)], strict=True):
            if low < high:
                yield _Row(block[low:high])

    def _starts(self, block: Sequence[_Line]) -> list[int]:
        if block[0].heading:
            return [0]
        if self.header.roles[0] == "ordinal":
            marks = [index for index, line in enumerate(block) if 0 in line.cells]
            if self.centred and marks and not block[0].fresh_page:
                return _centred(marks, len(block))
            return sorted({0, *marks})
        return [0, *(index for index in range(1, len(block)) if self._starts_row(block, index))]

    def _starts_row(self, block: Sequence[_Line], index: int) -> bool:
        """Without an ordinal column: the name begins anew, and other cells with it."""
        line = block[index]
        if 0 not in line.cells:
            return False
        text = line.cells[0][0].text.value
        if _begins_numbered(line):
            return True
        if self.numbered:
            return False
        if text[0].islower():
            return False
        before = block[index - 1].cells.get(0)
        if before is None or before[-1].end + 1 + len(text.split(" ", 1)[0]) < self.name_end:
            return True  # the word would have fitted on the line before
        begun = sum(1 for parts in line.cells.values() if not parts[0].text.value[0].islower())
        return begun == len(line.cells) and begun * 2 > len(self.header.cells)

    def _joined(self, rows: Sequence[_Row]) -> list[_Row]:
        """Rows whose lines an empty line or a page break had parted become one."""
        found: list[_Row] = []
        for row in rows:
            if found and self._continues(row, found[-1]):
                found[-1].add(row)
            else:
                found.append(row)
        return found

    def _continues(self, row: _Row, before: _Row) -> bool:
        if row.heading or before.heading:
            return row.heading and before.heading and row.first_letter().islower()
        if 0 in row.cells and self.header.roles[0] == "ordinal":
            return False
        if row.fresh_page:
            return classify(row.first_text()) not in (NUMBERED, ROMAN) and not self._complete(row)
        lower = sum(1 for parts in row.cells.values() if parts[0].text.value[0].islower())
        return lower * 2 >= len(row.cells) or (len(row.cells) == 1 and min(row.cells) > 1)

    def _complete(self, row: _Row) -> bool:
        """Whether the row is no rest of another: every cell begins with a capital, and the name is there."""
        name = next((column for column, role in enumerate(self.header.roles) if role == "name"), 0)
        if name not in row.cells or len(row.cells) * 2 <= len(self.header.cells):
            return False
        return all(not parts[0].text.value[0].islower() for parts in row.cells.values())


class _Row:
    """The cells of a row, each with the segments of its lines."""

    __slots__ = ("cells", "fresh_page", "heading")

    def __init__(self, lines: Sequence[_Line]) -> None:
        self.cells: dict[int, list[Segment]] = {}
        self.heading = lines[0].heading
        self.fresh_page = lines[0].fresh_page
        for line in lines:
            for column, parts in line.cells.items():
                self.cells.setdefault(column, []).extend(parts)

    def add(self, other: _Row) -> None:
        for column, parts in other.cells.items():
            self.cells.setdefault(column, []).extend(parts)

    def first_text(self) -> str:
        return self.cells[min(self.cells)][0].text.value

    def first_letter(self) -> str:
        return self.first_text()[0]


def _parted(line: Text, at: int, cuts: frozenset[int]) -> list[Segment]:
    """The segments of a line of the body; a heading over the whole width is not cut at the corridors."""
    plain = segments(line, at)
    if not cuts or len(plain) > 2 or (len(plain) == 2 and classify(plain[0].text.value) not in (ORD, INT)):
        return segments(line, at, cuts) if cuts else plain
    first = plain[0].text.value
    if classify(first) == ROMAN or (classify(first) == ORD and not first[0].isdigit()):
        return plain
    cut = segments(line, at, cuts)
    return plain if any(part.text.value[0].islower() for part in cut[len(plain) :]) else cut


def _blocks(body: Sequence[_Line]) -> Iterator[list[_Line]]:
    block: list[_Line] = []
    for line in body:
        if block and (line.gap or line.fresh_page or line.heading != block[-1].heading or _new_heading(line)):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _new_heading(line: _Line) -> bool:
    return line.heading and not line.cells[0][0].text.value[0].islower()


def _begins_numbered(line: _Line) -> bool:
    """Whether the first cell begins with the row's number: `3. Xây dựng …`."""
    return 0 in line.cells and classify(line.cells[0][0].text.value) in (NUMBERED, ROMAN)


def _begins_heading(line: _Line) -> bool:
    return classify(line.cells[0][0].text.value) == ROMAN


def _is_centred(blocks: Sequence[Sequence[_Line]]) -> bool:
    """Whether the ordinals stand at the middle of their rows: below the first line of most blocks that hold one."""
    below = [0 not in block[0].cells for block in blocks if any(0 in line.cells for line in block)]
    return sum(below) * 2 > len(below)


def _centred(marks: Sequence[int], count: int) -> list[int]:
    """Where rows begin whose ordinals stand at their middle line: each row reaches as far below it as above."""
    starts, start = [], 0
    for mark, following in zip(marks, [*marks[1:], count], strict=True):
        starts.append(start)
        start = min(max(2 * mark - start + 1, mark + 1), following)
    return starts


def _edges(header: AlignedHeader, parts: dict[int, list[Segment]]) -> list[int]:
    """Where each column but the first begins: the emptiest place between two heads over the lines of a page."""
    width = max((here[-1].end for here in parts.values()), default=0) + 2
    width = max(width, header.spans[-1][1] + 2)
    change = [0] * (width + 1)
    for here in parts.values():
        if len(here) > 1 or here[0].start > header.spans[0][1]:
            for part in here:
                change[part.start] += 1
                change[part.end] -= 1
    filled, total = [], 0
    for step in change:
        total += step
        filled.append(total)
    edges = []
    for (start, end), (following, stop) in zip(header.spans, header.spans[1:], strict=False):
        low, high = min((start + end) // 2, following - 1), max((following + stop) // 2, end)
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


def _column(part: Segment, edges: Sequence[int]) -> int:
    """The column in which most of the segment stands."""
    bounds = [0, *edges, 10**6]
    shares = [min(part.end, high) - max(part.start, low) for low, high in itertools.pairwise(bounds)]
    return shares.index(max(shares))


def _is_marked(here: Sequence[Segment]) -> bool:
    text = here[0].text.value
    return classify(text) in (ORD, INT, ROMAN, NUMBERED) or text.isupper()


def _line(here: Sequence[Segment], edges: Sequence[int], gap: bool, fresh: bool) -> _Line:
    last = here[-1]
    across = sum(1 for edge in edges if last.start < edge - 1 and last.end > edge + 1)
    if across and len(here) <= 2 and last.start <= edges[min(1, len(edges) - 1)] and _is_spanning(here, edges, across):
        if len(here) == 2:
            return _Line({0: [here[0]], 1: [last]}, True, gap, fresh)
        return _Line({0: [last]}, True, gap, fresh)
    cells: Cells = {}
    for part in here:
        for piece in _cut(part, edges):
            cells.setdefault(_column(piece, edges), []).append(piece)
    for column, parts in cells.items():
        if len(parts) > 1:
            text = join([part.text for part in parts], " ")
            cells[column] = [Segment(parts[0].line, parts[0].start, parts[-1].end, text)]
    return _Line(cells, False, gap, fresh)


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
        if not start < at < len(value) - 0:
            continue
        space = next(
            (at - 1 + step for step in (0, 1, -1) if 0 < at - 1 + step < len(value) and value[at - 1 + step] == " "), -1
        )
        if space > start:
            yield Segment(part.line, part.start + start, part.start + space, part.text.slice(start, space))
            start = space + 1
    yield Segment(part.line, part.start + start, part.end, part.text.slice(start))
