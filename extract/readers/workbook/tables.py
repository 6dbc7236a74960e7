"""Finds the tables of a sheet among its rows: titles above, the table, notes and signatures below.

Lines around cells tell it where there are any; else the head does (`TT | Chỉ tiêu | ĐVT | …`), and empty rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kehoach.extract.blocks import Block, Grid, Paragraph, Text, join, split_lines
from kehoach.extract.front_matter import is_body_name
from kehoach.extract.grids import cells
from kehoach.extract.grids.header import Head, find_head, same_head
from kehoach.extract.grids.letterhead import unfold
from kehoach.extract.layout import appendix_label, is_signing_title
from kehoach.extract.readers.workbook.lines import Line, dense_rows

__all__ = ["lines_to_blocks"]

_HEAD = 6  # rows that show whether a head begins: up to three of it, and the first ones under it


def lines_to_blocks(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs and tables of a sheet in reading order."""
    blocks: list[Block] = []
    between: list[Line] = []
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end is None:
            between.append(lines[at])
            at += 1
            continue
        blocks += _paragraphs(between)
        blocks.append(Grid(dense_rows(lines[at:end]), "ruled" if lines[at].boxed else "tabs"))
        between, at = [], end
    return [*blocks, *_paragraphs(between)]


# --- where a table begins and ends ------------------------------------------------------------------------------


def _head_at(lines: Sequence[Line], at: int) -> Head | None:
    """The head that begins with this row."""
    if len(lines[at].cells) < 2:
        return None
    head = find_head(dense_rows(lines[at : at + _HEAD]))
    return head if head is not None and head.first == 0 else None


def _table_end(lines: Sequence[Line], at: int) -> int | None:
    """Index after the last row of the table that begins with this row; None where none does."""
    head = _head_at(lines, at)
    if head is None and not _begins_without_head(lines, at):
        return None
    end = at + 1
    while end < len(lines) and _goes_on(lines, at, end, head):
        end += 1
    return end


def _begins_without_head(lines: Sequence[Line], at: int) -> bool:
    """Whether a table with lines but without a known head begins: no head follows within the next rows."""
    line = lines[at]
    if not line.boxed or len(line.cells) < 2:
        return False
    following = range(at + 1, min(at + _HEAD, len(lines)))
    return not any(lines[later].boxed and _head_at(lines, later) for later in following)


def _goes_on(lines: Sequence[Line], first: int, at: int, head: Head | None) -> bool:
    line = lines[at]
    gap = line.row - lines[at - 1].row > 1
    if gap and _is_other_head(lines, first, at, head):
        return False
    if lines[first].boxed:
        return line.boxed or (len(line.cells) > 1 and not gap and not _is_signature(line))
    if len(line.cells) > 1:
        return not _is_signature(line)
    later = next((later for later in range(at + 1, len(lines)) if len(lines[later].cells) > 1), None)
    if later is None:  # the last rows with one text each: notes, but a cell of the table in its own column
        return not gap and not line.wide and min(line.cells) > min(lines[first].cells)
    return not _is_signature(lines[later]) and _head_at(lines, later) is None


def _is_other_head(lines: Sequence[Line], first: int, at: int, head: Head | None) -> bool:
    """Whether another table begins; the same head again is but a new page."""
    other = _head_at(lines, at)
    return other is not None and not (head is not None and same_head(other.cells, head.cells))


def _is_signature(line: Line) -> bool:
    """`Nơi nhận:` beside `TM. ỦY BAN NHÂN DÂN`, `NGƯỜI LẬP BIỂU` beside `CHỦ TỊCH`."""
    values = [text.value for text in line.texts()]
    return any(map(cells.is_letterhead, values)) or any(
        is_signing_title(part) for value in values if value.isupper() for part in value.split("\n")
    )


# --- what stands around them ------------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    """Titles, notes, letterheads and signatures: what stands side by side is read column by column."""
    for band in _bands(lines):
        if len(band) > 1 or len(band[0].cells) > 1:
            yield from _side_by_side(band)
        else:
            yield from _split(band[0])


def _bands(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Rows that belong side by side: with several texts each, and the single ones among those of a signature."""
    band: list[Line] = []
    for line in lines:
        several = len(line.cells) > 1
        if band and (several or (not line.wide and any(map(_is_signature, band)) and not _is_heading(band))):
            band.append(line)
            continue
        if band:
            yield band
        band = [line] if several else []
        if not several:
            yield [line]
    if band:
        yield band


def _is_heading(band: Sequence[Line]) -> bool:
    """Whether a band is a letterhead, under which a title may stand in the first column."""
    return any("CỘNG H" in text.value.upper() for line in band for text in line.texts())


def _side_by_side(band: Sequence[Line]) -> Iterator[Block]:
    if any(_is_signature(line) or _is_caption(line) for line in band):
        yield from unfold(Grid(dense_rows(band)))
    elif len(band) > 1:
        yield Grid(dense_rows(band), "tabs")
    else:
        yield Paragraph(join([text.single_line() for text in band[0].texts()], " "), band[0].bold)


def _is_caption(line: Line) -> bool:
    """`UBND XÃ BÌNH AN` beside `Phụ lục số 01`, over the table."""
    values = [text.value for text in line.texts()]
    return any(is_body_name(value) or appendix_label(value) is not None for value in values)


def _split(line: Line) -> Iterator[Block]:
    text: Text = line.texts()[0]
    for part in split_lines(text):
        yield Paragraph(part.single_line(), line.bold)
