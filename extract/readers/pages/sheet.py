"""A page taken apart: its tables with the lines of each cell, and the lines that stand in none."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kehoach.extract.blocks import DropReason
from kehoach.extract.readers.pages.columns import columns_apart
from kehoach.extract.readers.pages.edges import edge_lines
from kehoach.extract.readers.pages.lattice import Lattice, find_lattices
from kehoach.extract.readers.pages.lines import Edges, Line, right_edge, words_to_lines
from kehoach.extract.readers.pages.page import Page, Word
from kehoach.schemas.errors import NotReadable

__all__ = ["Sheet", "Table", "drop_edges", "page_edges", "page_to_sheet"]

_NEAR = 15.0  # points: lines that end so near to one another end at the edge
_FEW = 4


class Table(msgspec.Struct):
    """A drawn table and the lines of each of its cells."""

    lattice: Lattice
    lines: dict[tuple[int, int], list[Line]]


class Sheet(msgspec.Struct):
    """A page taken apart; tables and lines stand from top to bottom. `dropped`: index of a line, and why."""

    number: int
    width: float
    height: float
    tables: list[Table]
    lines: list[Line]
    dropped: dict[int, DropReason] = {}

    @property
    def body(self) -> list[Line]:
        """The lines that are not left out."""
        return [line for at, line in enumerate(self.lines) if at not in self.dropped]


def page_to_sheet(page: Page, max_cells: int) -> Sheet:
    """Sort the words of a page into its tables and the text around them.

    Raises NotReadable (`limit`) for a table of more cells than that.
    """
    lattices = find_lattices(page.rules)
    for lattice in lattices:
        if (len(lattice.xs) - 1) * (len(lattice.ys) - 1) > max_cells:
            raise NotReadable(f"a table of more than {max_cells} cells on page {page.number}", "limit")
    cells: list[dict[tuple[int, int], list[Word]]] = [{} for _ in lattices]
    loose: list[Word] = []
    for word in page.words:
        found = _cell_of(word, lattices)
        words = loose if found is None else cells[found[0]].setdefault(found[1], [])
        words.append(word)
    tables = [
        Table(lattice, {key: words_to_lines(found) for key, found in words.items()})
        for lattice, words in zip(lattices, cells, strict=True)
        if words
    ]
    return Sheet(page.number, page.width, page.height, tables, words_to_lines(loose))


def _cell_of(word: Word, lattices: Sequence[Lattice]) -> tuple[int, tuple[int, int]] | None:
    """The table (its index) and the cell in which the middle of a word lies."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    for at, lattice in enumerate(lattices):
        cell = lattice.cell_at(x, y)
        if cell is not None:
            return at, cell
    return None


def page_edges(sheets: Sequence[Sheet]) -> dict[float, Edges]:
    """By the width of the page, between which edges the lines of such pages stand.

    Where few lines tell how far they may reach, as far as a table reaches, or as far from the right side of the page as
    the text is from the left.
    """
    edges: dict[float, Edges] = {}
    for width in dict.fromkeys(sheet.width for sheet in sheets):
        lines = [line for sheet in sheets if sheet.width == width for line in sheet.body]
        left, right = min((line.x0 for line in lines), default=0.0), right_edge(lines)
        if sum(right - line.x1 < _NEAR for line in lines) < _FEW:
            tables = [table.lattice.xs[-1] for sheet in sheets if sheet.width == width for table in sheet.tables]
            right = max([right, *tables, width - left])
        edges[width] = Edges(left, right)
    return edges


def drop_edges(sheets: Sequence[Sheet]) -> None:
    """Mark page numbers and running heads as left out, and part the columns of letterhead and signature."""
    found = edge_lines({s.number: s.lines for s in sheets}, {s.number: s.height for s in sheets})
    for sheet in sheets:
        reasons = {id(line): reason for line, reason in found[sheet.number]}
        kept = [line for line in sheet.lines if id(line) not in reasons]
        left_out = [line for line in sheet.lines if id(line) in reasons]
        tops = [table.lattice.ys[0] for table in sheet.tables]
        sheet.lines = _in_order(left_out, columns_apart(kept, sheet.width, tops))
        sheet.dropped = {at: reasons[id(line)] for at, line in enumerate(sheet.lines) if id(line) in reasons}


def _in_order(some: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """Both lists as one, the lines of the first before what stands below them."""
    merged = list(others)
    for line in some:
        at = next((at for at, other in enumerate(merged) if other.top > line.top), len(merged))
        merged.insert(at, line)
    return merged
