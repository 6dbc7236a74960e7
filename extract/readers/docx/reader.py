"""Word files: paragraphs with the numbers that Word prints, tables with their merged cells, each with its path.

A place is the path of a paragraph (`p[12]`) or of a cell (`tbl[3]/tr[5]/tc[2]`), counted from 1 as they stand in the
body. What tracked changes put in is text, what they took out is left out, as are hidden words, headers and footers,
placeholders and a table of contents; comments are no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kehoach.extract.blocks import EMPTY, Block, Break, Grid, Source, Text
from kehoach.extract.markers import marker_of
from kehoach.extract.paragraphs import lines_to_blocks, wrap_width
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.docx.package import read_parts
from kehoach.extract.readers.docx.walk import Event, Walk
from kehoach.extract.readers.docx.writer import Line
from kehoach.extract.readers.unpack import open_package
from kehoach.extract.two_columns import split_columns
from kehoach.schemas.errors import NotReadable

__all__ = ["read"]

_LONG = 45  # characters of a line that may be cut at the page's width
_CUT_SHARE = 0.3  # of such lines: more are no accident, the text was typed or pasted line by line


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of a Word file (.docx).

    Raises NotReadable where it is broken, locked or without text (`unreadable`) or too large (`limit`).
    """
    walk = Walk(read_parts(open_package(data, options)), options.max_cells)
    events = walk.body()
    footnotes = walk.footnotes()
    walk.margins()
    source = walk.writer.source()
    if not source.text.strip():
        raise NotReadable("the document holds no text (a scan set into Word holds but pictures)")
    return Content(source, _blocks(events, source), footnotes=footnotes)


def _blocks(events: Sequence[Event], source: Source) -> list[Block]:
    """The blocks of what was met: paragraphs between the tables and page breaks."""
    width = _width([line for event in events if isinstance(event, list) for line in event if isinstance(line, Text)])
    blocks: list[Block] = []
    stretch: list[list[Text]] = []
    for part in _parts(events):
        if isinstance(part, list):
            stretch.append(part)
        else:
            blocks += [*_flow(stretch, source, width), part]
            stretch = []
    return blocks + _flow(stretch, source, width)


def _parts(events: Sequence[Event]) -> list[list[Text] | Grid | Break]:
    """The same, a paragraph with a page break in it as two."""
    parts: list[list[Text] | Grid | Break] = []
    for event in events:
        if isinstance(event, list):
            parts += _around_breaks(event)
        else:
            parts.append(event)
    return parts


def _around_breaks(lines: Sequence[Line]) -> list[list[Text] | Grid | Break]:
    parts: list[list[Text] | Grid | Break] = []
    current: list[Text] = []
    for line in lines:
        if isinstance(line, Break):
            parts += [current, line] if current else [line]
            current = []
        else:
            current.append(line)
    return [*parts, current] if current or not parts else parts


def _width(lines: Sequence[Text]) -> int | None:
    """The width of a text in which each line is a paragraph of its own, as typists and converters make them."""
    long = cut = 0
    for line, below in pairwise([line.value.strip() for line in lines]):
        if len(line) > _LONG:
            long += 1
            cut += line[-1] not in ".;:?!…" and below[:1].islower() and marker_of(below) is None
    return wrap_width(lines) if cut > _CUT_SHARE * long else None


def _flow(paragraphs: Sequence[Sequence[Text]], source: Source, width: int | None) -> list[Block]:
    """Paragraphs to blocks. A letterhead set by tabs goes column by column; lines typed one by one are joined."""
    lines = [line for paragraph in paragraphs for line in (paragraph or [EMPTY])]
    parted = split_columns(lines)
    if width is not None or len(parted) != len(lines):
        return lines_to_blocks(parted, source, width)
    blocks: list[Block] = []
    gap: list[Text] = []
    for paragraph in paragraphs:
        blocks += lines_to_blocks([*gap, *paragraph], source, None)
        gap = [] if paragraph else [EMPTY]
    return blocks
