"""Plain text and Markdown: lines to grids and paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from kehoach.extract.blocks import EMPTY, Block, Grid, Source, Text, join, split_lines
from kehoach.extract.grids.aligned import find_aligned_tables
from kehoach.extract.grids.find import find_grids
from kehoach.extract.grids.lost_columns import find_lost_tables
from kehoach.extract.grids.roles import header_role
from kehoach.extract.markup import clean_markup
from kehoach.extract.paragraphs import lines_to_blocks, wrap_width
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.decode import decode
from kehoach.extract.two_columns import split_columns

_TAB = Text("\t")
_FEW_HEADS = 3
_WIDE_GAP = "   "


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of a text or Markdown file. Raises NotReadable where the bytes are no text."""
    del options  # nothing of it is about texts
    return Content(*read_text(decode(data)))


def read_text(text: str) -> tuple[Source, list[Block]]:
    """The blocks of a decoded text, in reading order.

    Tables are looked for in the order of how sure they are: tabs, pipes and HTML first, then columns aligned by
    spaces, then tables whose columns were lost; what is left are paragraphs.
    """
    source = Source(text)
    spans = _line_spans(source)
    grids = find_grids(source, spans)
    stretches = [_lines(source, spans[first:last]) for first, last in _between(grids, len(spans))]
    width = wrap_width([line for stretch in stretches for line in stretch])
    blocks: list[Block] = []
    for stretch, grid in zip(stretches, [*grids, None], strict=True):
        blocks += _read_stretch(stretch, source, width)
        if grid is not None:
            blocks.append(grid[2])
    return source, blocks


def _between(found: Sequence[tuple[int, int, Grid]], count: int) -> list[tuple[int, int]]:
    """The stretches of lines before, between and after the tables."""
    edges = [0, *(edge for first, last, _ in found for edge in (first, last)), count]
    return list(zip(edges[::2], edges[1::2], strict=True))


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
    line = value[start:end].rstrip(" ")
    end = start + len(line)
    if "\t" not in line:
        return clean_markup(source, start, end) if line and not line.isspace() else EMPTY
    parts = []
    while start < end:
        tab = value.find("\t", start, end)
        stop = end if tab < 0 else tab
        parts.append(clean_markup(source, start, stop))
        if tab >= 0:
            parts.append(_TAB)
        start = stop + 1
    return join(parts, "")


def _read_stretch(lines: list[Text], source: Source, width: int | None) -> list[Block]:
    """The blocks of lines between two explicit grids."""
    tables = _find_tables(lines, source)
    blocks: list[Block] = []
    for (first, last), table in zip(_between(tables, len(lines)), [*tables, None], strict=True):
        blocks += lines_to_blocks(split_columns(lines[first:last]), source, width)
        if table is not None:
            blocks.append(table[2])
    return blocks


def _find_tables(lines: list[Text], source: Source) -> list[tuple[int, int, Grid]]:
    if not any(line.value for line in lines):
        return []
    found = [table for table in find_aligned_tables(lines, source) if not _is_heading(table[2], source)]
    for start, end in _between(found, len(lines)):
        lost = [table for table in find_lost_tables(lines[start:end], source) if not _is_heading(table[2], source)]
        found = found + [(start + first, start + last, grid) for first, last, grid in lost]
    return sorted(found, key=lambda table: table[0])


def _is_heading(grid: Grid, source: Source) -> bool:
    """Whether the head of a table is but a heading: `NHIỆM VỤ TRỌNG TÂM  NĂM 2026`, on one line without a wide gap."""
    head = [cell for cell in grid.rows[0] if cell]
    shouted = all(cell.value == cell.value.upper() for cell in head)
    if not head or header_role(head[0].value) == "ordinal" or (len(head) > _FEW_HEADS and not shouted):
        return False
    start, end = head[0].start(), head[-1].start()
    return source.line_of(start) == source.line_of(end) and _WIDE_GAP not in source.text[start:end]
