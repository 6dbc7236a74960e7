"""Pages to blocks: tables by their rules, lines to paragraphs, what stands at the edges left out.

content = pages_to_content([Page(1, 595, 842, words, rules)], ReadOptions())
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from kehoach.extract.blocks import CUT_TOKEN, EMPTY, Block, DropReason, Grid, Source, Text, join
from kehoach.extract.paragraphs import lines_to_blocks
from kehoach.extract.places import Anchor
from kehoach.extract.readers.content import Content, ReadOptions, SourceBuilder
from kehoach.extract.readers.ocr_doubt import unsure_texts
from kehoach.extract.readers.page import Page, Word
from kehoach.extract.readers.page_edges import edge_lines
from kehoach.extract.readers.page_lattice import Lattice, find_lattices
from kehoach.extract.readers.page_lines import Line, goes_on, right_edge, words_to_lines, words_to_runs
from kehoach.schemas.errors import NotReadable

__all__ = ["pages_to_content"]


_CELL_MARGIN = 7.0  # points between the text of a cell and its right side, at most


class Table(msgspec.Struct):
    """A drawn table and the words of each of its cells."""

    lattice: Lattice
    words: dict[tuple[int, int], list[Word]]


class Sheet(msgspec.Struct):
    """A page taken apart: the tables, and the lines that stand in none, from top to bottom."""

    number: int
    height: float
    tables: list[Table]
    lines: list[Line]
    dropped: dict[int, DropReason] = {}  # index of a line, and why it is left out


def pages_to_content(pages: Iterable[Page], options: ReadOptions) -> Content:
    """The content of a file's pages; each page may be let go when the next one is asked for.

    Raises NotReadable (`limit`) for a table with more cells than the options allow.
    """
    sheets: list[Sheet] = []
    ocr = False
    for page in pages:
        sheets.append(_sheet(page, options))
        ocr = ocr or page.ocr
    _drop_edges(sheets)
    writer = _Writer()
    for sheet in sheets:
        writer.write(sheet)
    source, blocks = writer.finish()
    return Content(source, blocks, len(sheets), ocr, notes=[("ocr-uncertain", text) for text in writer.unsure])


def _sheet(page: Page, options: ReadOptions) -> Sheet:
    lattices = find_lattices(page.rules)
    for lattice in lattices:
        if (len(lattice.xs) - 1) * (len(lattice.ys) - 1) > options.max_cells:
            raise NotReadable(f"a table of more than {options.max_cells} cells on page {page.number}", "limit")
    tables = [Table(lattice, {}) for lattice in lattices]
    loose = []
    for word in page.words:
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        for table in tables:
            cell = table.lattice.cell_at(x, y)
            if cell is not None:
                table.words.setdefault(cell, []).append(word)
                break
        else:
            loose.append(word)
    return Sheet(page.number, page.height, [table for table in tables if table.words], words_to_lines(loose))


def _drop_edges(sheets: Sequence[Sheet]) -> None:
    found = edge_lines({s.number: s.lines for s in sheets}, {s.number: s.height for s in sheets})
    for sheet in sheets:
        reasons = {id(line): reason for line, reason in found[sheet.number]}
        sheet.dropped = {at: reasons[id(line)] for at, line in enumerate(sheet.lines) if id(line) in reasons}


class _Writer:
    """Writes the pages down as one source, and collects the tables and the stretches of lines between them."""

    def __init__(self) -> None:
        self.builder = SourceBuilder()
        self.stretch: list[Text] = []
        self.found: list[list[Text] | Grid] = []
        self.run: list[Line] = []
        self.texts: list[Text] = []
        self.dropped: list[tuple[Text, DropReason]] = []
        self.unsure: list[Text] = []
        self.page = 0

    def write(self, sheet: Sheet) -> None:
        self.page = sheet.number
        right = right_edge(sheet.lines)
        at = 0
        for table in sheet.tables:
            end = at
            while end < len(sheet.lines) and sheet.lines[end].top < table.lattice.ys[0]:
                end += 1
            self._lines(sheet, range(at, end), right)
            self._table(table)
            at = end
        self._lines(sheet, range(at, len(sheet.lines)), right)
        self._end_run()
        self.stretch.append(EMPTY)

    def _lines(self, sheet: Sheet, numbers: Iterable[int], right: float) -> None:
        for at in numbers:
            line = sheet.lines[at]
            text = self._add(line)
            if at in sheet.dropped:
                self.dropped.append((text, sheet.dropped[at]))
                continue
            if not (self.run and goes_on(self.run, line, right)):
                gap = bool(self.run) and line.top - self.run[-1].bottom > 1.2 * line.height
                self._end_run()
                if gap:
                    self.stretch.append(EMPTY)
            self.run.append(line)
            self.texts.append(text)

    def _end_run(self) -> None:
        if self.texts:
            self.stretch.append(_in_one(self.texts))
        self.run, self.texts = [], []

    def _table(self, table: Table) -> None:
        self._end_run()
        self.found.append(self.stretch)
        self.stretch = []
        lattice = table.lattice
        rows = [[EMPTY] * (len(lattice.xs) - 1) for _ in lattice.ys[1:]]
        for row, column in lattice.cells():
            words = table.words.get((row, column))
            if words:
                rows[row][column] = self._cell(words, lattice.right_of(row, column))
        self.found.append(Grid(rows, "ruled"))

    def _cell(self, words: Sequence[Word], side: float) -> Text:
        """The text of a cell, a line for each paragraph in it."""
        right = max(side - _CELL_MARGIN, *(word.x1 for word in words))
        return join([_in_one([self._add(line) for line in run]) for run in words_to_runs(words, right)], "\n")

    def _add(self, line: Line) -> Text:
        """Write a line down; each of its words is a place."""
        parts: list[Text] = []
        for word in line.words:
            anchor = Anchor(0, page=self.page, box=(word.x0, word.top, word.x1, word.bottom))
            if parts:
                self.builder.separate(" ")
            parts.append(self.builder.add(word.text, anchor, bold=word.bold))
        self.builder.separate()
        self.unsure += unsure_texts(line.words, parts)
        start = parts[0].start()
        value = " ".join([part.value for part in parts])
        return Text(value, ((0, start, len(value)),))

    def finish(self) -> tuple[Source, list[Block]]:
        source = self.builder.source()
        for text, reason in self.dropped:
            source.drop(text, reason)
        blocks: list[Block] = []
        for part in [*self.found, self.stretch]:
            if isinstance(part, Grid):
                blocks.append(part)
            else:
                blocks += lines_to_blocks(part, source, None)
        return source, blocks


def _in_one(lines: Sequence[Text]) -> Text:
    """The lines of a paragraph as one; a number or word cut at a line's end is joined."""
    whole = EMPTY
    for line in lines:
        whole = join([whole, line], "" if CUT_TOKEN.search(whole.value) else " ")
    return whole
