"""Plain text and Markdown: lines to grids and paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from kehoach.extract.blocks import EMPTY, Block, Grid, Source, Text, join, split_lines
from kehoach.extract.grids.aligned import find_aligned_tables
from kehoach.extract.grids.find import find_grids
from kehoach.extract.grids.lost_columns import find_lost_tables
from kehoach.extract.markup import clean_markup
from kehoach.extract.paragraphs import lines_to_blocks
from kehoach.extract.two_columns import split_columns

_TAB = Text("\t")


def read_text(text: str) -> tuple[Source, list[Block]]:
    """The blocks of a decoded text, in reading order.

    Tables are looked for in the order of how sure they are: tabs, pipes and HTML first, then columns aligned by
    spaces, then tables whose columns were lost; what is left are paragraphs.
    """
    source = Source(text)
    spans = _line_spans(source)
    blocks: list[Block] = []
    at = 0
    for first, last, grid in find_grids(source, spans):
        blocks += _read_stretch(_lines(source, spans[at:first]), source)
        blocks.append(grid)
        at = last
    return source, blocks + _read_stretch(_lines(source, spans[at:]), source)


def _line_spans(source: Source) -> list[tuple[int, int]]:
    ends = [start - 1 for start in source.lines[1:]] + [len(source.text)]
    return list(zip(source.lines, ends, strict=True))


def _lines(source: Source, spans: Sequence[tuple[int, int]]) -> list[Text]:
    """The lines without markup; `<br>` inside one makes two."""
    lines: list[Text] = []
    for span in spans:
        line = _line(source, *span)
        lines += split_lines(line) if "\n" in line.value else [line]
    return lines


def _line(source: Source, start: int, end: int) -> Text:
    """A line without markup; a tab stays a tab: it is a wide gap on paper."""
    value = source.text
    if "\t" not in value[start:end]:
        return clean_markup(source, start, end) if not value[start:end].isspace() else EMPTY
    parts = []
    while start < end:
        tab = value.find("\t", start, end)
        stop = end if tab < 0 else tab
        parts.append(clean_markup(source, start, stop))
        if tab >= 0:
            parts.append(_TAB)
        start = stop + 1
    return join(parts, "")


def _read_stretch(lines: list[Text], source: Source) -> list[Block]:
    """The blocks of lines between two explicit grids."""
    blocks: list[Block] = []
    at = 0
    for first, last, grid in _find_tables(lines, source):
        blocks += lines_to_blocks(split_columns(lines[at:first]), source)
        blocks.append(grid)
        at = last
    return blocks + lines_to_blocks(split_columns(lines[at:]), source)


def _find_tables(lines: list[Text], source: Source) -> list[tuple[int, int, Grid]]:
    if not any(line.value for line in lines):
        return []
    aligned = find_aligned_tables(lines, source)
    edges = [0, *(edge for first, last, _ in aligned for edge in (first, last)), len(lines)]
    found = list(aligned)
    for at in range(0, len(edges), 2):
        stretch = lines[edges[at] : edges[at + 1]]
        found += [
            (edges[at] + first, edges[at] + last, grid) for first, last, grid in find_lost_tables(stretch, source)
        ]
    return sorted(found, key=lambda table: table[0])
