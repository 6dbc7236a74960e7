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

from collections import Counter
from collections.abc import Iterator, Sequence

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids.aligned_header import (
    COLUMN_NUMBERS,
    AlignedHeader,
    Segment,
    corridors,
    has_gap,
    header_at,
    may_start,
    segments,
)
from kehoach.extract.grids.aligned_lines import (
    Line,
    Row,
    begins_heading,
    begins_numbered,
    blocks_of,
    column_of,
    edges_between,
    is_closing_part,
    is_marked,
    is_prose,
    line_of,
    parted,
)
from kehoach.extract.grids.aligned_rows import centred_starts, is_centred
from kehoach.extract.grids.lost_columns import PAGE_NUMBER, is_end
from kehoach.extract.grids.lost_units import NUMBERED, ROMAN, classify
from kehoach.extract.grids.next_section import next_section


def _running_key(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def _running_heads(lines: Sequence[Text]) -> frozenset[str]:
    """The heads that run over the pages: a line alone, far from the left, seen again and again."""
    far = (line.value.strip() for line in lines if len(line) > 33 and line.value.startswith(" " * 8))
    alone = Counter(_running_key(text) for text in far if not has_gap(text))
    return frozenset(text for text, seen in alone.items() if seen > 1 and len(text) > 24)


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


def _reach(body: Sequence[Line]) -> dict[int, int]:
    """How far each column reaches to the right."""
    reach: dict[int, int] = {}
    for line in body:
        for column, parts in line.cells.items():
            if not line.heading:
                reach[column] = max(reach.get(column, 0), parts[-1].end)
    return reach


class _Reader:
    """Reads one table: pages with their columns, then lines with their cells, then rows."""

    def __init__(self, lines: Sequence[Text], header: AlignedHeader, source: Source) -> None:
        self.lines, self.header, self.source = lines, header, source
        self.words = [word for line in lines[header.start : header.end] for word in line.value.split()]
        self.drops: list[tuple[int, str]] = []
        self.body: list[Line] = []
        self.numbered = False
        self.running = _running_heads(lines)
        self.name = next((at for at, role in enumerate(header.roles) if role == "name"), 0)
        self.name_end = 0
        self.centred = False
        self.ends: dict[int, int] = {}
        self.last = header.end

    def read(self) -> tuple[int, int, Grid] | None:
        for header, start, end in self._pages():
            if not self._read_page(header, start, end):
                break
        blocks = list(blocks_of(self.body))
        self.name_end = max(
            (line.cells[self.name][-1].end for line in self.body if self.name in line.cells and not line.heading),
            default=0,
        )
        self.centred = is_centred(self.body, self.name)
        self.ends = _reach(self.body)
        self.numbered = sum(1 for line in self.body if begins_numbered(line) and not begins_heading(line)) > 2
        rows = [row for block in blocks for row in self._rows(block)]
        rows = self._joined(rows)
        while rows and len(rows[-1].cells) < 2:
            rows.pop()
        full = [row for row in rows if len(row.cells) >= 2]
        if not full or sum(len(row.cells) for row in full) < 0.4 * len(full) * len(self.header.cells):
            return None
        return self._grid(rows)

    def _grid(self, rows: Sequence[Row]) -> tuple[int, int, Grid]:
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
        stop = next_section(self.lines, start, len(self.lines)) or len(self.lines)
        while at < stop:
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
        found = header_at(self.lines, first, corridors(self.lines, first), end)
        return found if found and len(found.cells) == len(before.cells) else before

    def _read_page(self, header: AlignedHeader, start: int, end: int) -> bool:
        """Read the lines of a page into the body; whether the table may go on after it."""
        cuts = corridors(self.lines[:end], header.start, sparse=True)
        parts = {at: parted(self.lines[at], at, cuts) for at in range(start, end) if self.lines[at].value.strip()}
        edges = edges_between(header, parts)
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
            reason = self._furniture(at, here, edges)
            if reason:
                self.drops.append((at, reason))
                gap = fresh = True
                continue
            line = line_of(here, edges, gap, fresh and bool(self.body))
            wide = wide + 1 if line.heading and not is_marked(here) else 0
            if wide > 2:  # a paragraph, no table any more
                del self.body[-2:]
                return False
            if (gap or line.heading or is_marked(here)) and is_prose(parts, at, edges):
                return False
            if gap and self._is_last(end) and is_closing_part(parts, at, edges):
                return False
            self.body.append(line)
            gap = fresh = False
        return True

    def _is_last(self, end: int) -> bool:
        """Whether the page ends the text, or what follows it can stand in no table."""
        return end >= len(self.lines) or is_end(self.lines[end].value)

    def _furniture(self, at: int, here: Sequence[Segment], edges: Sequence[int]) -> str:
        """Why a line belongs to the page and not to the table: a page number alone, a running head; else empty."""
        if _running_key(self.lines[at].value.strip()) in self.running:  # whole: a corridor may run through its words
            return "repeated-text"
        if len(here) > 1 or not PAGE_NUMBER.fullmatch(self.lines[at].value):
            return ""
        if self._value(at - 1) and not (self._tops_page(at) or _running_key(self._value(at + 1)) in self.running):
            return ""
        return "page-number" if self.header.roles[column_of(here[0], edges)] != "ordinal" else ""

    def _tops_page(self, at: int) -> bool:
        """Does the line stand right behind a form feed?"""
        start = self.lines[at].start()
        return "\f" in self.source.text[self.source.lines[self.source.line_of(start) - 1] : start + 1]

    def _value(self, at: int) -> str:
        return self.lines[at].value.strip() if 0 <= at < len(self.lines) else ""

    def _rows(self, block: Sequence[Line]) -> Iterator[Row]:
        """The rows of lines between two empty lines."""
        starts = self._starts(block)
        for low, high in zip(starts, [*starts[1:], len(block)], strict=True):
            if low < high:
                yield Row(block[low:high])

    def _starts(self, block: Sequence[Line]) -> list[int]:
        if block[0].heading:
            return [0]
        if self.header.roles[0] == "ordinal" and self.centred:
            return sorted({0, *centred_starts(block, self.ends, self.name)})
        if self.header.roles[0] == "ordinal":
            return sorted({0, *self._ordinal_starts(block)})
        return [0, *(index for index in range(1, len(block)) if self._starts_row(block, index))]

    def _ordinal_starts(self, block: Sequence[Line]) -> Iterator[int]:
        """Where the rows of ordinals begin: at their line, or above it where they stand at the middle of the row."""
        before = -1
        for mark in (index for index, line in enumerate(block) if 0 in line.cells):
            above = range(mark - 1, before, -1)
            start = next((index for index in above if self._begins_name(block, index)), mark)
            yield start if self._is_middle(block, mark, start) else mark
            before = mark

    def _begins_name(self, block: Sequence[Line], index: int) -> bool:
        """Whether a name begins on the line: a capital, and the line before had room for the word or is none."""
        here = block[index].cells.get(self.name)
        if here is None or here[0].text.value[0].islower():
            return False
        before = block[index - 1].cells.get(self.name) if index else None
        return before is None or before[-1].end + 1 + len(here[0].text.value.split(" ", 1)[0]) < self.name_end

    def _is_middle(self, block: Sequence[Line], mark: int, start: int) -> bool:
        """Whether the ordinal belongs to the name that begins above it: its own line goes on with that name."""
        here = block[mark].cells.get(self.name)
        if start == mark or here is None or here[0].text.value[0].islower():
            return True
        return start == 0 and not block[0].fresh_page and len(here[0].text.value) < 12  # `Tân Mỹ` / `Thuận`

    def _starts_row(self, block: Sequence[Line], index: int) -> bool:
        """Without an ordinal column: the name begins anew, and other cells with it."""
        line = block[index]
        if 0 not in line.cells:
            return False
        text = line.cells[0][0].text.value
        if begins_numbered(line):
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

    def _joined(self, rows: Sequence[Row]) -> list[Row]:
        """Rows whose lines an empty line or a page break had parted become one."""
        found: list[Row] = []
        for row in rows:
            if found and self._continues(row, found[-1]):
                found[-1].add(row)
            else:
                found.append(row)
        return found

    def _continues(self, row: Row, before: Row) -> bool:
        if row.heading or before.heading:
            return row.heading and before.heading and row.first_letter().islower()
        if 0 in row.cells and self.header.roles[0] == "ordinal":
            return False
        if row.fresh_page:
            return classify(row.first_text()) not in (NUMBERED, ROMAN) and not self._complete(row)
        lower = sum(1 for parts in row.cells.values() if parts[0].text.value[0].islower())
        return lower * 2 >= len(row.cells) or (len(row.cells) == 1 and min(row.cells) > 1)

    def _complete(self, row: Row) -> bool:
        """Whether the row is no rest of another: every cell begins with a capital, and the name is there."""
        name = next((column for column, role in enumerate(self.header.roles) if role == "name"), 0)
        if name not in row.cells or len(row.cells) * 2 <= len(self.header.cells):
            return False
        return all(not parts[0].text.value[0].islower() for parts in row.cells.values())
