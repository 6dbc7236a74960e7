"""Walks over a Word file in reading order: paragraphs, tables with merged cells, page breaks, text boxes, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kehoach.extract.blocks import EMPTY, Break, DropReason, Grid, Text, join, whole
from kehoach.extract.grids.cells import SPANNED
from kehoach.extract.grids.header import find_head
from kehoach.extract.readers.docx.package import Parts
from kehoach.extract.readers.docx.tables import Cell, Row, shape
from kehoach.extract.readers.docx.writer import Line, Writer
from kehoach.extract.readers.docx.xml import (
    Element,
    alternative,
    attribute,
    child,
    children,
    descendants,
    first,
    is_on,
    name_of,
)

__all__ = ["Event", "Walk"]

Event = list[Line] | Grid | Break
"""The lines of a paragraph (none: an empty one), a table, a page break."""

_WRAPPERS = frozenset(["w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:smartTag"])
_DELETED = frozenset(["w:del", "w:moveFrom"])
_CONTENTS = "Table of Contents"


class Walk:
    """Goes over the parts of a file once; what it meets is written down by a Writer."""

    def __init__(self, parts: Parts, most_cells: int) -> None:
        self.parts = parts
        self.most_cells = most_cells
        self.writer = Writer(parts)
        self._sections = _starts_of_sections(parts.body)

    def body(self) -> list[Event]:
        """Everything in the body, in order."""
        return self._blocks(self.parts.body, "")

    def footnotes(self) -> list[Text]:
        """The notes that the body refers to, each as one text; those whose reference was deleted are left out."""
        shown = list(dict.fromkeys(self.writer.notes))
        found = []
        for number, key in enumerate([*shown, *(key for key in self.parts.notes if key not in shown)], start=1):
            if key in self.parts.notes:
                reason: DropReason | None = None if key in shown else "deleted"
                found.append(self._text(self.parts.notes[key], f"{key[0]}[{number}]", reason).strip())
        return [text for text in found if text]

    def margins(self) -> None:
        """Headers and footers: written down, and left out."""
        for number, (kind, root) in enumerate(self.parts.margins, start=1):
            self._blocks(root, f"{kind}[{number}]", "page-furniture")

    def _blocks(self, container: Element, path: str, reason: DropReason | None = None) -> list[Event]:
        events: list[Event] = []
        self._children(container, _Place(path), reason, events)
        rest = self.writer.end(path or "p")
        return [*events, rest] if rest else events

    def _children(self, node: Element, place: _Place, reason: DropReason | None, events: list[Event]) -> None:
        for inner in node:
            name = name_of(inner)
            if name == "w:p":
                events += self._paragraph(inner, place.next("p"), reason)
            elif name == "w:tbl":
                events += self._table(inner, place.next("tbl"), reason)
            elif name == "w:sdt":
                self._children(inner, place, reason or _reason_of(inner), events)
            elif name in _WRAPPERS:
                self._children(inner, place, reason, events)
            elif name in _DELETED:
                self._children(inner, place, reason or "deleted", events)
            elif name == "mc:AlternateContent":
                chosen = alternative(inner)
                if chosen is not None:
                    self._children(chosen, place, reason, events)

    def _paragraph(self, node: Element, path: str, reason: DropReason | None) -> list[Event]:
        properties = child(node, "w:pPr")
        events: list[Event] = [Break()] if is_on(child(properties, "w:pageBreakBefore")) else []
        events.append(self.writer.paragraph(node, path, reason))
        for number, box in enumerate(self.writer.boxes, start=1):
            events += self._blocks(box, f"{path}/box[{number}]", reason)
        if child(properties, "w:sectPr") is not None and next(self._sections, "") != "continuous":
            events.append(Break())
        return events

    def _table(self, table: Element, path: str, reason: DropReason | None) -> list[Event]:
        """A table as a grid; one that only lays out the page (a frame, tables beside each other) as what it holds."""
        rows, columns = shape(table, self.most_cells)
        rest = self.writer.end(path)
        events: list[Event] = [rest] if rest else []
        if _is_frame(rows):
            for row in rows:
                why = reason or _row_left_out(row)
                for cell in row.cells:
                    events += self._blocks(cell.element, _cell_path(path, row, cell), why or _cell_left_out(cell))
            return events
        grid = []
        for row in rows:
            why = reason or _row_left_out(row)
            texts = self._row(row, columns, path, why)
            if why is None:
                grid.append(texts)
        return [*events, Grid(grid, "ruled")] if any(cell for texts in grid for cell in texts) else events

    def _row(self, row: Row, columns: int, path: str, reason: DropReason | None) -> list[Text]:
        texts = [EMPTY] * columns
        for cell in row.cells:
            covered = cell.merged == "beside" or (cell.merged == "other" and row.ordinal > 1)
            why = reason or _cell_left_out(cell) or ("hidden" if covered else None)
            text = self._text(cell.element, _cell_path(path, row, cell), why)
            self.writer.part_cells()
            texts[cell.column] = SPANNED if covered and cell.merged == "other" else text
        return texts

    def _text(self, container: Element, path: str, reason: DropReason | None) -> Text:
        """All text of a cell or note: a line for each of its paragraphs and for each row of a table within it."""
        lines: list[Text] = []
        for event in self._blocks(container, path, reason):
            if isinstance(event, Grid):
                lines += [join((cell.single_line() for cell in row), " ") for row in event.rows]
            elif isinstance(event, list):
                lines += _texts(event)
        return join(lines, "\n")


class _Place:
    """Counts what stands in a container: `p[1]`, `tbl[1]`, `p[2]`; in a cell only tables have places of their own."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._counts: Counter[str] = Counter()

    def next(self, kind: str) -> str:
        self._counts[kind] += 1
        step = f"{kind}[{self._counts[kind]}]"
        if not self._path:
            return step
        return f"{self._path}/{step}" if kind == "tbl" else self._path


def _starts_of_sections(body: Element) -> Iterator[str | None]:
    """How each section but the first begins: `continuous` on the same page, anything else on a new one."""
    sections = [node for node in descendants(body, "w:sectPr") if name_of(node.getparent()) in ("w:pPr", "w:body")]
    return (attribute(child(node, "w:type")) for node in sections[1:])


def _texts(lines: Iterable[Line]) -> list[Text]:
    return [line for line in lines if isinstance(line, Text)]


def _cell_path(path: str, row: Row, cell: Cell) -> str:
    return f"{path}/tr[{row.ordinal}]/tc[{cell.ordinal}]"


def _reason_of(control: Element) -> DropReason | None:
    """Why the content of a content control is left out: a table of contents, `Click here to enter text`."""
    properties = child(control, "w:sdtPr")
    if attribute(child(properties, "w:docPartObj", "w:docPartGallery")) == _CONTENTS:
        return "repeated-text"
    return "placeholder" if is_on(child(properties, "w:showingPlcHdr")) else None


def _row_left_out(row: Row) -> DropReason | None:
    """Why a row is left out: deleted by tracked changes, or hidden."""
    properties = child(row.element, "w:trPr")
    if child(properties, "w:del") is not None:
        return "deleted"
    return "hidden" if is_on(child(properties, "w:hidden")) else None


def _cell_left_out(cell: Cell) -> DropReason | None:
    return "deleted" if child(cell.element, "w:tcPr", "w:cellDel") is not None else None


def _is_frame(rows: Sequence[Row]) -> bool:
    """Whether a table holds a text and no data: one cell in each row, or tables and no head of its own."""
    if all(len(row.cells) < 2 for row in rows):
        return True
    if not any(first(cell.element, "w:tbl") is not None for row in rows for cell in row.cells):
        return False
    return find_head([[_own_words(cell) for cell in row.cells] for row in rows]) is None


def _own_words(cell: Cell) -> Text:
    words = (text.text or "" for paragraph in children(cell.element, "w:p") for text in descendants(paragraph, "w:t"))
    return whole("".join(words).strip())
