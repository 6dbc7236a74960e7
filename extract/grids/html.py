"""HTML tables: rows and cells with the places of their texts, spanned cells spread out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kehoach.extract.blocks import EMPTY, Grid, Source, Text
from kehoach.extract.grids.cells import SPANNED
from kehoach.extract.markup import clean_markup

__all__ = ["Tag", "clean_cell", "clean_inline", "html_grid", "table_spans", "tags"]

_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:]*)((?:[^<>"']|"[^"<>]*"|'[^'<>]*')*)>|<(/?)([a-zA-Z]+)([^<>]*)>""")
_SPAN = re.compile(r"""\b(col|row)span\s*=\s*["']?\s*(\d{1,4})""", re.IGNORECASE)
_TABLE = re.compile(r"</?table(?=[\s>/])[^<>]*>", re.IGNORECASE)
_MOST_SPANNED = 200


class Tag(NamedTuple):
    """A tag of a source: its span, name in lower case, whether it closes, and its attributes as they stand."""

    start: int
    end: int
    name: str
    closes: bool
    attributes: str


class _Cell(NamedTuple):
    start: int
    end: int
    columns: int
    rows: int


def tags(text: str, start: int, end: int) -> Iterator[Tag]:
    """The tags within ``start:end``, in order."""
    for match in _TAG.finditer(text, start, end):
        slash, name, attributes = (match[1], match[2], match[3]) if match[2] else (match[4], match[5], match[6])
        yield Tag(match.start(), match.end(), name.lower(), bool(slash), attributes)


def table_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """From and to of each outermost table, its tags included; one that is never closed ends with the text."""
    found: list[tuple[int, int]] = []
    depth, opened = 0, 0
    for match in _TABLE.finditer(text, start, end):
        if not match[0].startswith("</"):
            opened = match.start() if depth == 0 else opened
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((opened, match.end()))
    if depth:
        found.append((opened, end))
    return found


def html_grid(source: Source, start: int, end: int) -> Grid:
    """The table of a source between ``start`` and ``end``; a table within a cell is text of that cell.

    A cell merged over columns or rows stands in its first place, the others are empty. What stands between the
    cells (`<caption>`) is a row of its own; the tags of the table are noted as dropped.
    """
    raw = _raw_rows(source.text, start, end)
    at = start
    for cell in (cell for row in raw for cell in row):
        if at < cell.start:
            source.dropped.append((at, cell.start, "markup"))
        at = cell.end
    if at < end:
        source.dropped.append((at, end, "markup"))
    return Grid(_spread(source, raw), "html")


def _raw_rows(text: str, start: int, end: int) -> list[list[_Cell]]:
    """The cells of each row; every character that is no tag of the table lies in one."""
    rows: list[list[_Cell]] = []
    depth, at = 0, start
    spans = (1, 1)
    inside = False
    for tag in tags(text, start, end):
        depth += (tag.name == "table") * (-1 if tag.closes else 1)
        structural = tag.name in ("table", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "col")
        if depth > 1 or not structural or (tag.name == "table" and tag.closes and depth == 1):
            continue
        if inside or text[at : tag.start].strip():
            if not rows or (not inside and rows[-1]):
                rows.append([])
            rows[-1].append(_Cell(at, tag.start, *(spans if inside else (1, 1))))
        inside = not tag.closes and tag.name in ("td", "th")
        spans = _spans(tag.attributes) if inside else (1, 1)
        if tag.name == "tr" and not tag.closes:
            rows.append([])
        at = tag.end
    if text[at:end].strip():
        rows.append([_Cell(at, end, 1, 1)]) if not inside or not rows else rows[-1].append(_Cell(at, end, *spans))
    return [row for row in rows if row]


def _spans(attributes: str) -> tuple[int, int]:
    given = {kind.lower(): int(number) for kind, number in _SPAN.findall(attributes)}
    return min(max(given.get("col", 1), 1), _MOST_SPANNED), min(max(given.get("row", 1), 1), _MOST_SPANNED)


def _spread(source: Source, raw: list[list[_Cell]]) -> list[list[Text]]:
    grid: list[list[Text]] = []
    below: dict[int, tuple[int, Text]] = {}  # column → rows that a cell from above still covers, and what stands there
    for row in raw:
        texts: list[Text] = []
        for cell in row:
            _skip_spanned(texts, below)
            at = len(texts)
            texts += [clean_cell(source, cell.start, cell.end)] + [EMPTY] * (cell.columns - 1)
            if cell.rows > 1:
                below[at] = (cell.rows, SPANNED)
                below |= dict.fromkeys(range(at + 1, at + cell.columns), (cell.rows, EMPTY))
        _skip_spanned(texts, below)
        below = {column: (left - 1, text) for column, (left, text) in below.items() if left > 1}
        grid.append(texts)
    columns = max(map(len, grid), default=0)
    return [row + [EMPTY] * (columns - len(row)) for row in grid]


def _skip_spanned(texts: list[Text], below: dict[int, tuple[int, Text]]) -> None:
    while len(texts) in below:
        texts.append(below[len(texts)][1])


def clean_cell(source: Source, start: int, end: int) -> Text:
    """The text of a piece of HTML: a line break of the file is a space, `<br>` and `<p>` are line breaks."""
    return clean_inline(source, start, end).strip()


def clean_inline(source: Source, start: int, end: int) -> Text:
    """The same with the spaces at its ends: a piece that others may follow."""
    text = clean_markup(source, start, end)
    if "\n" in text.value:
        letters = list(text.value)
        for at, _, length in text.pieces:
            letters[at : at + length] = text.value[at : at + length].replace("\n", " ")
        text = Text("".join(letters), text.pieces)
    return text
