"""Pages to blocks: tables by their rules, lines to paragraphs, what stands at the edges left out.

content = pages_to_content([Page(1, 595, 842, words, rules)], ReadOptions())
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kehoach.extract.blocks import EMPTY, Block, Break, DropReason, Grid, Paragraph, Source, Text, join
from kehoach.extract.grids.cells import COVERED, SPANNED
from kehoach.extract.paragraphs import is_rule, lines_to_blocks
from kehoach.extract.places import Anchor
from kehoach.extract.readers.content import Content, ReadOptions, SourceBuilder
from kehoach.extract.readers.pages.lattice import Lattice
from kehoach.extract.readers.pages.lines import Edges, Joiner, Line, joiner_of
from kehoach.extract.readers.pages.page import Page
from kehoach.extract.readers.pages.sheet import Sheet, Table, drop_edges, page_edges, page_to_sheet
from kehoach.extract.readers.pages.unruled import add_unruled_tables, is_unread_head
from kehoach.extract.readers.scan.doubt import unsure_texts
from kehoach.schemas.codes import Code

__all__ = ["pages_to_content"]

_CELL_MARGIN = 7.0  # points between the text of a cell and its right side, at most
_EMPTY_LINE = 1.2  # of a line's height: more between two lines reads as an empty one


def pages_to_content(pages: Iterable[Page], options: ReadOptions) -> Content:
    """The content of a file's pages; each page may be let go when the next one is asked for.

    Raises NotReadable (`limit`) for a table with more cells than the options allow.
    """
    sheets: list[Sheet] = []
    ocr = False
    for page in pages:
        sheets.append(page_to_sheet(page, options.max_cells))
        ocr = ocr or page.ocr
    add_unruled_tables(sheets)
    drop_edges(sheets)
    writer = _Writer(_joiner(sheets), page_edges(sheets))
    for sheet in sheets:
        writer.write(sheet)
    source, blocks = writer.finish()
    notes: list[tuple[Code, Text]] = [("ocr-uncertain", text) for text in writer.unsure]
    notes += [("table-unread", text) for text in writer.unread.values()]
    return Content(source, blocks, len(sheets), ocr, notes=notes)


def _joiner(sheets: Sequence[Sheet]) -> Joiner:
    cells = [lines for sheet in sheets for table in sheet.tables for lines in table.lines.values()]
    return joiner_of([sheet.body for sheet in sheets], cells)


class _Written(NamedTuple):
    """A paragraph of the page as it was written down."""

    text: Text
    bold: bool
    gap: bool


class _Writer:
    """Writes the pages down as one source, and collects the tables and the paragraphs between them."""

    def __init__(self, joiner: Joiner, edges: Mapping[float, Edges]) -> None:
        self.joiner, self.edges = joiner, edges
        self.builder = SourceBuilder()
        self.found: list[_Written | Grid] = []
        self.run: list[Line] = []  # the lines of the paragraph that is open, and their texts
        self.text = EMPTY
        self.gap = False
        self.dropped: list[tuple[Text, DropReason]] = []
        self.unsure: list[Text] = []
        self.unread: dict[str, Text] = {}  # heads of tables that were not found, once for all pages
        self.page = 0

    def write(self, sheet: Sheet) -> None:
        """Write down the next page; a paragraph that its end cut stays open."""
        self.page = sheet.number
        new_page = True
        at = 0
        for table in [*sheet.tables, None]:
            while at < len(sheet.lines) and (table is None or sheet.lines[at].top < table.lattice.ys[0]):
                text = self._add(sheet.lines[at])
                if at in sheet.dropped:
                    self.dropped.append((text, sheet.dropped[at]))
                else:
                    if is_unread_head(sheet.lines[at]):
                        self.unread.setdefault(text.value, text)
                    self._line(sheet.lines[at], text, self.edges[sheet.width], new_page)
                    new_page = False
                at += 1
            if table is not None:
                self._table(table)
                new_page = False

    def _line(self, line: Line, text: Text, edges: Edges, new_page: bool) -> None:
        if self.run and self.joiner.goes_on(self.run, line, edges, new_page):
            self.text = join([self.text, text], self.joiner.glue(self.run[-1], line, edges))
        else:
            last = self.run[-1] if self.run else None
            self._end()
            self.gap = new_page or (last is not None and _is_apart(last, line))
            self.text = text
        self.run.append(line)

    def _end(self) -> None:
        """The open paragraph is whole."""
        if self.run:
            bold = all(word.bold for line in self.run for word in line.words)
            self.found.append(_Written(self.text, bold, self.gap))
        self.run, self.text, self.gap = [], EMPTY, False

    def _table(self, table: Table) -> None:
        self._end()
        lattice = table.lattice
        rows = [[EMPTY] * (len(lattice.xs) - 1) for _ in lattice.ys[1:]]
        margin = _margin(table)
        for row, column in lattice.cells():
            lines = table.lines.get((row, column))
            if lines:
                rows[row][column] = self._cell(
                    lines, Edges(lattice.xs[column] + margin, lattice.right_of(row, column) - margin)
                )
        _mark_merged(rows, lattice)
        self.found.append(Grid(rows, "ruled", tuple(lattice.xs)))

    def _cell(self, lines: Sequence[Line], edges: Edges) -> Text:
        """The text of a cell, a line for each paragraph in it."""
        paragraphs = []
        for run in self.joiner.runs(lines, edges):
            text = EMPTY
            for at, line in enumerate(run):
                text = join([text, self._add(line)], self.joiner.glue(run[at - 1], line, edges))
            paragraphs.append(text)
        text = join(paragraphs, "\n")
        if self.joiner.spaced and lines[-1].words[-1].space:
            return Text(text.value + " ", text.pieces)  # a line that was wrapped: the cell goes on, on the next page
        return text

    def _add(self, line: Line) -> Text:
        """Write a line down; each of its words is a place."""
        parts: list[Text] = []
        for word in line.words:
            anchor = Anchor(0, self.page, (word.x0, word.top, word.x1, word.bottom))
            if parts:
                self.builder.separate(" ")
            parts.append(self.builder.add(word.text, anchor, bold=word.bold))
        self.builder.separate()
        if line.words[0].confidence is not None:
            self.unsure += unsure_texts(line.words, parts)
        start = parts[0].start()
        value = " ".join([part.value for part in parts])
        return Text(value, ((0, start, len(value)),))

    def finish(self) -> tuple[Source, list[Block]]:
        """The source of all that was written, and its blocks."""
        self._end()
        source = self.builder.source()
        for text, reason in self.dropped:
            source.drop(text, reason)
        return source, (_as_written if self.joiner.spaced else _by_words)(self.found, source)


def _is_apart(last: Line, line: Line) -> bool:
    """Whether an empty line would stand between two lines: also where the next column begins."""
    return line.top < last.top or line.top - last.bottom > _EMPTY_LINE * line.height


def _mark_merged(rows: list[list[Text]], lattice: Lattice) -> None:
    """Mark the places that a merged cell takes beside its first."""
    for row, keys in enumerate(lattice.owner):
        for column, key in enumerate(keys):
            if key != (row, column):
                rows[row][column] = SPANNED if key[1] == column else COVERED


def _margin(table: Table) -> float:
    """How near to their right side the lines of the cells come."""
    right_of = table.lattice.right_of
    return min([_CELL_MARGIN, *(right_of(*key) - line.x1 for key, lines in table.lines.items() for line in lines)])


def _as_written(found: Iterable[_Written | Grid], source: Source) -> list[Block]:
    """The paragraphs as they are: the spaces at the ends of their lines tell where each ends."""
    blocks: list[Block] = []
    for part in found:
        if isinstance(part, Grid):
            blocks.append(part)
        elif is_rule(part.text.value):
            source.drop(part.text, "rule")
            blocks.append(Break())
        else:
            blocks.append(Paragraph(part.text, part.bold, part.gap))
    return blocks


def _by_words(found: Iterable[_Written | Grid], source: Source) -> list[Block]:
    """The paragraphs, and what the end of a page cut joined where their words go on."""
    blocks: list[Block] = []
    lines: list[Text] = []
    for part in found:
        if isinstance(part, Grid):
            blocks += [*lines_to_blocks(lines, source, None), part]
            lines = []
        else:
            lines += [EMPTY, part.text] if part.gap else [part.text]
    return blocks + lines_to_blocks(lines, source, None)
