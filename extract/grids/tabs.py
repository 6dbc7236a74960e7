"""Tables as rows of tab-separated cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids import cells
from kehoach.extract.grids.roles import header_role
from kehoach.extract.markers import marker_of
from kehoach.extract.markup import clean_markup

__all__ = ["tab_grids"]

Span = tuple[int, int]
Found = tuple[int, int, Grid]
RawRow = list[list[Span]]  # the cells, each with its lines

_LONGEST_ROW = 40  # lines that a row with line breaks in its cells may take
_LONGEST_NUMBER = 16  # characters of a number, marks included: `<b>VIII</b>`
_NEAR = 8  # lines between a table and the rest of a row that a page break cut
_CAPTION = re.compile(r"\W*(?:phụ lục|biểu|bảng|mẫu|danh mục)\b|[\W\d]*$", re.IGNORECASE)
_MARKS = re.compile(r"</?[a-zA-Z][^<>]*>|[*_#]+")


def tab_grids(source: Source, spans: Sequence[Span], taken: Sequence[bool]) -> list[Found]:
    """The runs of lines that are rows of a table: (first line, line after the last, grid).

    A numbered heading (`I.<tab>MỤC ĐÍCH`), a first line set in by tabs or a letterhead in two columns is none.
    """
    text = source.text
    tabs = [0 if taken[i] else text.count("\t", *span) for i, span in enumerate(spans)]
    found: list[Found] = []
    at = 0
    while at < len(spans):
        if not tabs[at]:
            at += 1
            continue
        last = _end_of_block(text, spans, taken, at)
        width = _width(text, spans, tabs, at, last)
        stop, rows = _rows(text, spans, tabs, (at, last, width))
        near = found[-1] if found and at - found[-1][1] <= _NEAR else None
        if _is_table(text, rows, width, near):
            found.append((at, stop, Grid(_clean(source, rows, width), "tabs")))
        at = max(stop, at + 1)
    return found


def _end_of_block(text: str, spans: Sequence[Span], taken: Sequence[bool], first: int) -> int:
    at = first
    while at < len(spans) and not taken[at] and text[spans[at][0] : spans[at][1]].strip(" \r\f\xa0"):
        at += 1
    return at


def _width(text: str, spans: Sequence[Span], tabs: Sequence[int], first: int, last: int) -> int:
    """Tabs in a whole row: those of the first line where it is a header, else of most lines."""
    counts = Counter(tabs[i] for i in range(first, last) if tabs[i])
    usual = max(counts, key=lambda count: (counts[count], count))
    low, high = spans[first]
    if _known_heads(text[low:high].split("\t")) >= 2 and not (usual > tabs[first] and counts[usual] > 1):
        return tabs[first]
    return usual


def _known_heads(heads: Sequence[str]) -> int:
    return len({role for role in map(header_role, heads) if role is not None})


def _rows(
    text: str, spans: Sequence[Span], tabs: Sequence[int], block: tuple[int, int, int]
) -> tuple[int, list[RawRow]]:
    """The rows of a block of lines; a line break inside a cell leaves lines with fewer tabs, or with none."""
    at, last, width = block
    rows: list[RawRow] = []
    while at < last:
        low, high = spans[at]
        stop = at + 1
        if tabs[at]:
            rows.append(_split(text, low, high))
            stop = _end_of_row(text, spans, tabs, (at, last, width))
            for more in spans[at + 1 : stop]:
                parts = _split(text, *more)
                rows[-1][-1] += parts[0]
                rows[-1] += parts[1:]
        else:
            place = _without_tabs(text[low:high].strip(), rows, any(tabs[at:last]))
            if place == "after":
                return at, rows
            if place == "title":
                rows.append([[(low, high)]])
            else:
                rows[-1][-1].append((low, high))
        at = stop
    return at, rows


def _end_of_row(text: str, spans: Sequence[Span], tabs: Sequence[int], where: tuple[int, int, int]) -> int:
    """The line after a row whose cells hold line breaks: where the tabs of its lines make a whole row."""
    at, last, width = where
    filled = tabs[at]
    for stop in range(at + 1, min(last, at + _LONGEST_ROW)):
        if filled >= width or (tabs[stop] and _starts_row(text[slice(*spans[stop])])):
            break
        filled += tabs[stop]
        if filled == width:
            return stop + 1
    return at + 1


def _starts_row(line: str) -> bool:
    first = _MARKS.sub("", line[: line.index("\t")]).strip()
    head = header_role(first) == "ordinal" and _known_heads(line.split("\t")) >= 2
    return not first or cells.is_ordinal(first) or head


def _without_tabs(line: str, rows: Sequence[RawRow], more: bool) -> Literal["cell", "title", "after"]:
    """What a line without tabs is: the rest of the last cell, a title among the rows, or text after the table."""
    if _CAPTION.match(line):
        return "after"
    if line[0].islower():
        return "cell"
    if not more:
        return "after"
    marker = marker_of(_MARKS.sub("", line))
    if marker is not None and marker.kind in ("part", "roman", "upper", "arabic"):
        return "title"
    return "cell" if len(rows) > 1 and _is_numbered(rows) else "title"


def _is_numbered(rows: Sequence[RawRow]) -> bool:
    return all(row[0][0][1] - row[0][0][0] < _LONGEST_NUMBER for row in rows)


def _split(text: str, low: int, high: int) -> RawRow:
    parts: RawRow = []
    at = low
    for cell in text[low:high].split("\t"):
        bare = cell.strip()
        start = at + cell.index(bare) if bare else at
        parts.append([(start, start + len(bare))])
        at += len(cell) + 1
    return parts


def _is_table(text: str, rows: Sequence[RawRow], width: int, near: Found | None) -> bool:
    first = [text[cell[0][0] : cell[-1][1]] for cell in rows[0]]
    if _known_heads(first) >= 2:
        return True
    words = [[text[cell[0][0] : cell[-1][1]] for cell in row] for row in rows]
    if len(rows) <= 10 and any(cells.is_letterhead(_MARKS.sub("", cell)) for row in words for cell in row if cell):
        return False
    if near and width >= 2 and len(near[2].rows[0]) == width + 1:
        return True  # the next page of a table, perhaps but the rest of one cell
    filled = [sum(map(bool, row)) for row in words]
    return max(filled) >= 2 and width >= 2 and (len(rows) >= 2 or filled[0] >= 3)


def _clean(source: Source, rows: Sequence[RawRow], width: int) -> list[list[Text]]:
    columns = max(width + 1, *map(_used, rows))
    grid = []
    for row in rows:
        texts = [_clean_cell(source, cell) for cell in row[:columns]]
        grid.append(texts + [EMPTY] * (columns - len(texts)))
    return grid


def _clean_cell(source: Source, lines: Sequence[Span]) -> Text:
    if len(lines) == 1:
        return clean_markup(source, *lines[0]).strip() if lines[0][0] < lines[0][1] else EMPTY
    return join([clean_markup(source, *line).strip() for line in lines], "\n").strip()


def _used(row: RawRow) -> int:
    """Cells up to the last that is not empty: a typist leaves tabs at a line's end."""
    return max((i + 1 for i, cell in enumerate(row) if cell[-1][1] > cell[0][0]), default=0)
