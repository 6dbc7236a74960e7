"""The header of a table whose columns are aligned by spaces: its lines, its cells and where its columns stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kehoach.extract.blocks import Text, join
from kehoach.extract.grids.lost_header import role_of
from kehoach.schemas.records import ColumnRole


class Segment(NamedTuple):
    """Words of a line that stand together: two spaces or more part them from the next."""

    line: int
    start: int
    end: int
    text: Text


class AlignedHeader(NamedTuple):
    """Header lines ``start:end``, its cells, their roles, and the span of characters of each column's head."""

    start: int
    end: int
    cells: list[Text]
    roles: list[ColumnRole | None]
    spans: list[tuple[int, int]]


_WIDE = re.compile(r" {2,}")
_SURE, _LONG = 12, 45  # lines all white at a place; letters that no cell of two columns has
_LOOK, _ENOUGH, _FEW = 60, 8, 3  # lines: how far down corridors are looked for, how many must show one; in heads
_TOGETHER = re.compile(r"\S+(?: \S+)*")
_GAP = re.compile(r"\S {2,}\S")
_MAX_LINES = 8
_NAMES = {"name", "subtask"}
_FACTS = {"lead", "coordinating", "output", "deadline", "unit", "target", "kpi", "baseline", "budget"}
_DATA = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.)]?|\d{1,2}[.)] .*|(?:[IVX]{1,5}|[A-Z])[.)] .*"
)  # 1  II.  1. Xây dựng
_YEAR = re.compile(r"20\d\d(?:\s*-\s*20\d\d)?")
COLUMN_NUMBERS = re.compile(r"\s*\(?1\)?(?:\s+\(?\d{1,2}\)?(?: ?= ?[\d+/x() ]+)?){2,}\s*")  # (1)   (2)   (3)


def segments(line: Text, at: int, cuts: frozenset[int] = frozenset()) -> list[Segment]:
    """The segments of a line, left to right; parted too at a single space that stands in a corridor (``cuts``)."""
    found = []
    value = line.value
    for match in _TOGETHER.finditer(value):
        start, end = match.span()
        if cuts:
            for space in range(start + 1, end):
                if space in cuts and value[space] == " ":
                    found.append(Segment(at, start, space, line.slice(start, space)))
                    start = space + 1
        found.append(Segment(at, start, end, line.slice(start, end)))
    return found


def corridors(
    lines: Sequence[Text], start: int, enough: int = _ENOUGH, begins: float = 0.5, sparse: bool = False
) -> frozenset[int]:
    """Places white on all lines from ``start`` on, after which a column begins on most of them.

    Two columns that only one space parts are seen by this; ``sparse``: also one that few lines fill (`%`). Lines with
    a single segment are headings or prose.
    """
    values = [line.value for line in lines[start : start + _LOOK] if has_gap(line.value) and not _runs_on(line.value)]
    if len(values) < enough:
        return frozenset()
    width = max(map(len, values))
    filled, reach = [0] * (width + 2), [0] * (width + 1)
    for value in values:
        reach[len(value)] += 1
        for at, letter in enumerate(value):
            if letter != " ":
                filled[at] += 1
    beyond, found = 0, set()
    for at in range(width - 1, 0, -1):
        beyond += reach[at + 1]
        plain = beyond >= enough and filled[at] <= beyond // 25 and filled[at + 1] > begins * beyond
        if plain or (sparse and beyond >= _SURE and not filled[at] and filled[at + 1] >= _FEW):
            found.add(at)
    return frozenset(found)


def _runs_on(line: str) -> bool:
    """A heading over the whole width beside its ordinal: `II   Phát triển hạ tầng số, …`."""
    parts = _WIDE.split(line.strip())
    return len(parts) == 2 and len(parts[0]) <= 6 and len(parts[1]) > _LONG


def has_gap(line: str) -> bool:
    """Whether two or more segments stand on the line."""
    return "  " in line and _GAP.search(line) is not None


class White(NamedTuple):
    """Places that are white on the lines of a page, and these lines."""

    places: frozenset[int]
    values: list[str]

    def parts_cells(self, start: int, at: int, end: int) -> bool:
        """Whether some lines have words on both sides of the place, from ``start`` and up to ``end``."""
        both = sum(1 for value in self.values if value[start:at].strip() and value[at + 1 : end].strip())
        return both > _FEW + 1  # the head itself is one of them, or several


def header_at(lines: Sequence[Text], start: int, cuts: frozenset[int], stop: int = 0) -> AlignedHeader | None:
    """The header whose first line with several heads is ``start``; None where the words are no heads of columns.

    ``stop``: the line after the header, where it is known.
    """
    above = _lines_above(lines, start)
    white = White(corridors(lines, start, _FEW, -1.0), [line.value for line in lines[start : start + _LOOK]])
    best: AlignedHeader | None = None
    taken: list[Segment] = []
    at, blank = start, False
    while at < min(len(lines), stop or start + _MAX_LINES):
        here = segments(lines[at], at, cuts)
        if not here:
            if best is not None or blank:
                break
            blank = True
        elif _starts_body(here, lines[at].value, at > start):
            break
        else:
            taken += here
            found = _header(above, taken, at + 1, white)
            if found is not None and (best is None or _known(found) > _known(best) or _same_heads(here, best, found)):
                best = found
        at += 1
    return best


def may_start(line: Text, at: int) -> bool:
    """Whether a line may be the first of a header: several segments, one of them a known head."""
    return has_gap(line.value) and any(role_of(segment.text.value) for segment in segments(line, at))


def _lines_above(lines: Sequence[Text], start: int) -> list[Segment]:
    """Short heads that stand above the line: `Cơ quan` over `chủ trì`."""
    above: list[Segment] = []
    for at in range(start - 1, max(-1, start - 4), -1):
        here = segments(lines[at], at)
        if not here or any(len(segment.text) > 40 for segment in here) or here[0].start < 8:
            break
        if len(here) == 1 and here[0].text.value.isupper() and not lines[start].value.isupper():
            break  # the table's title
        above = [*here, *above]
    return above


def _starts_body(here: Sequence[Segment], line: str, later: bool) -> bool:
    if COLUMN_NUMBERS.fullmatch(line):
        return True
    return later and _DATA.fullmatch(here[0].text.value) is not None and not role_of(here[0].text.value)


def _same_heads(here: Sequence[Segment], header: AlignedHeader, longer: AlignedHeader) -> bool:
    """Whether a line below complete heads still belongs to them: small letters, remarks, sub-heads."""
    if _known(longer) < _known(header):
        return False
    inside = all(any(s.start < end and start < s.end for start, end in header.spans) for s in here)
    small = sum(1 for s in here if s.text.value[0].islower() or s.text.value[0] == "(" or _YEAR.fullmatch(s.text.value))
    return inside and (small * 2 >= len(here) or (all(role_of(s.text.value) for s in here) and len(here) > 1))


def _header(above: Sequence[Segment], taken: Sequence[Segment], end: int, white: White) -> AlignedHeader | None:
    """The heads with as many of the lines above as make the most columns: a title may stand there too."""
    starts = [*sorted({part.line for part in above}), taken[0].line]
    found = [_header_of([*(part for part in above if part.line >= start), *taken], end, white) for start in starts]
    headers = [header for header in found if header is not None]
    return max(headers, key=_known, default=None)  # the first of the best: the one with the most lines


def _known(header: AlignedHeader) -> int:
    """How well the heads are known: of two readings the one that parts more of them is right."""
    return sum(2 if role else -1 for role in header.roles)


def _header_of(parts: Sequence[Segment], end: int, white: White) -> AlignedHeader | None:
    columns = [part for column in _columns(parts) for part in _split_heads(column, white)]
    if not 3 <= len(columns) <= 14:
        return None
    cells = [join([part.text for part in column], "\n") for column in columns]
    roles = [role_of(cell.value.replace("\n", " ")) for cell in cells]
    if not _is_header(cells, roles):
        return None
    spans = [_span(column, columns) for column in columns]
    return AlignedHeader(min(part.line for part in parts), end, cells, roles, spans)


def _is_header(cells: Sequence[Text], roles: Sequence[ColumnRole | None]) -> bool:
    known = {role for role in roles if role}
    if len(known) < 3 or any(len(cell) > 110 for cell in cells):
        return False
    names = not _NAMES.isdisjoint(role for role in roles[:4] if role) or roles[:2] == ["ordinal", None]
    return names and not _FACTS.isdisjoint(known) and roles.count(None) <= len(roles) / 3


def _span(column: Sequence[Segment], columns: Sequence[Sequence[Segment]]) -> tuple[int, int]:
    own = [s for s in column if sum(s in other for other in columns) == 1] or list(column)
    return min(s.start for s in own), max(s.end for s in own)


def _columns(parts: Sequence[Segment]) -> list[list[Segment]]:
    """The heads of the columns: segments one under another; a head over several others is part of each of them."""
    over = {index for index, part in enumerate(parts) if _is_over_several(part, parts)}
    columns: list[list[Segment]] = []
    low = high = -1
    for index, part in sorted(enumerate(parts), key=lambda item: item[1].start):
        if index in over:
            continue
        if columns and part.start < high and low < part.end:
            columns[-1].append(part)
            high = max(high, part.end)
        else:
            columns.append([part])
            low, high = part.start, part.end
    for index in over:
        for column in columns:
            if any(_overlap(parts[index], part) for part in column):
                column.append(parts[index])
    return [sorted(column, key=lambda part: (part.line, part.start)) for column in columns]


def _split_heads(column: list[Segment], white: White) -> list[list[Segment]]:
    """Two heads that one space parts, where the columns below are parted there: `Thời gian Ghi chú`."""
    widest = max(column, key=lambda part: part.end - part.start)
    for match in re.finditer(" ", widest.text.value):
        at = widest.start + match.start()
        if at not in white.places or any(
            part.start < at < part.end and part.text.value[at - part.start] != " " for part in column
        ):
            continue
        left = [_slice(part, part.start, at) for part in column if part.start < at]
        right = [_slice(part, at + 1, part.end) for part in column if part.end > at + 1]
        roles = [role_of(" ".join(part.text.value for part in side)) for side in (left, right)]
        first = right[0].text.value  # `Kết quả 2025` is one head
        differ = None not in roles and roles[0] != roles[1] and not first[0].islower() and not _YEAR.match(first)
        if differ and white.parts_cells(min(part.start for part in left), at, max(part.end for part in right)):
            return [left, *_split_heads(right, white)]
    return [column]


def _slice(part: Segment, start: int, end: int) -> Segment:
    low, high = max(start, part.start), min(end, part.end)
    return Segment(part.line, low, high, part.text.slice(low - part.start, high - part.start))


def _is_over_several(part: Segment, parts: Sequence[Segment]) -> bool:
    below = [other for other in parts if other.line > part.line and _overlap(part, other)]
    return any(a.line == b.line and a.end < b.start for a in below for b in below)


def _overlap(one: Segment, other: Segment) -> bool:
    return one.start < other.end and other.start < one.end
