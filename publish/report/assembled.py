"""The text of a plan put together from what was read of it, for sources that have no lines: Word, PDF, workbooks.

Sections, tables and their rows stand in the order of the document as far as their places tell; each fact is sought in
the section or row at its own place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kehoach.publish.report.pieces import Piece, Span, cut
from kehoach.schemas.records import Place, Placed, Plan, Row, Section, Table

__all__ = ["Block", "assemble", "covers"]

_VALUES = ("target", "baseline")
_PARAGRAPHS = re.compile(r"(?P<part>.*?#?)p\[(?P<first>\d+)\](?::p\[(?P<last>\d+)\])?")
_CELLS = re.compile(r"(?P<sheet>.*!)[A-Z]+(?P<first>\d+)(?::[A-Z]+(?P<last>\d+))?")


class Block(NamedTuple):
    """A paragraph, or a table with its title, head and rows."""

    paragraph: list[Piece]
    level: int = 0
    title: str = ""
    head: Sequence[str] = ()
    rows: Sequence[tuple[str, Sequence[list[Piece]]]] = ()
    """Each row's kind and its cells."""
    place: Place | None = None

    @property
    def pieces(self) -> list[Piece]:
        """All pieces of the block."""
        return [*self.paragraph, *(piece for _, cells in self.rows for cell in cells for piece in cell)]


def assemble(plan: Plan) -> list[Block]:
    """The blocks of a plan with all facts that could be found in them."""
    found = _Found(plan)
    found.seek_all()
    blocks = [found.paragraph(section) for section in plan.sections]
    blocks += [found.table(table) for table in plan.tables]
    return _in_order(blocks)


def covers(outer: Place, inner: Place) -> bool:
    """Whether a place lies in another: in its box, its lines, or its path.

    >>> covers(Place(path="p[3]:p[5]"), Place(path="p[4]")), covers(Place(path="tbl[1]/tr[2]"), Place(path="tbl[1]"))
    (True, False)
    """
    if outer.path is not None and inner.path is not None:
        return _path_covers(outer.path, inner.path)
    if outer.page != inner.page:
        return False
    if outer.top is not None and inner.top is not None:
        return outer.top - 2 <= inner.top and (inner.bottom or inner.top) <= (outer.bottom or outer.top) + 2
    if outer.line is not None and inner.line is not None:
        return outer.line <= inner.line <= (outer.line_end or outer.line)
    return False


def _path_covers(outer: str, inner: str) -> bool:
    if outer == inner or inner.startswith(f"{outer}/"):
        return True
    for pattern in (_PARAGRAPHS, _CELLS):
        one, other = pattern.fullmatch(outer), pattern.fullmatch(inner)
        if one and other and one[1] == other[1]:
            return int(one["first"]) <= int(other["first"]) <= int(one["last"] or one["first"])
    return False


class _Found:
    """The spans of the facts in the texts of sections and in the cells of rows."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.in_section: dict[int, list[Span]] = defaultdict(list)
        self.in_cell: dict[tuple[int, int, int], list[Span]] = defaultdict(list)
        self.rows = {(row.table_id, str(row.places)): row for row in plan.rows}
        self.row_of: dict[str, Row] = {}
        self.stretch_of: dict[str, tuple[int, int, int]] = {}
        """The section of a fact from prose, and from where to where it stands in its text."""
        self.roles = {table.table_id: table.roles for table in plan.tables}
        self.texts = {section.section_id: _section_text(section) for section in plan.sections}

    def seek_all(self) -> None:
        """Find each fact; one that is not found exactly is its whole row or section."""
        plan = self.plan
        for section in plan.sections:
            self._whole_section(section, f"s{section.section_id}")
        for row in plan.rows:
            self._whole_row(row, f"w{row.table_id}.{row.row_id}")
        for indicator in plan.indicators:
            self._owner(f"i{indicator.indicator_id}", indicator.table_id, indicator, indicator.text or indicator.name)
        for task in plan.tasks:
            self._owner(f"k{task.task_id}", task.table_id, task, task.name)
        for target in plan.targets:
            self._part(f"t{target.indicator_id}.{target.target_no}", target.raw, f"i{target.indicator_id}", _VALUES)
        for number, assignment in enumerate(plan.assignments):
            owner = f"{'k' if assignment.subject == 'task' else 'i'}{assignment.subject_id}"
            self._part(f"a{number}", assignment.agency_raw, owner, (assignment.role,))
        for number, reference in enumerate(plan.references):
            self._in_sections(f"r{number}", reference.number, reference.places)

    def _owner(self, key: str, table_id: int | None, owner: Placed, text: str) -> None:
        """An indicator or task: its whole row, else its words in a section."""
        row = None if table_id is None else self.rows.get((table_id, str(owner.places)))
        if row is not None:
            self.row_of[key] = row
            self._whole_row(row, key)
        else:
            self._in_sections(key, text, owner.places)

    def _part(self, key: str, raw: str, owner: str, roles: Sequence[str]) -> None:
        """The words of a target or body within those of its indicator or task."""
        row, stretch = self.row_of.get(owner), self.stretch_of.get(owner)
        if row is not None and not self._in_row(row, key, raw, roles):
            self._whole_row(row, key)
        if stretch is not None:
            section_id, start, end = stretch
            spans = self.in_section[section_id]
            at = self._free(self.texts[section_id][start:end], raw, "", [])
            spans.append(Span(start, end, key) if at is None else Span(start + at, start + at + len(raw), key))

    def _in_row(self, row: Row, key: str, raw: str, roles: Sequence[str]) -> bool:
        """The first place in the row's cells that no other fact of this kind has; cells of these roles first."""
        table_roles = self.roles.get(row.table_id, [])
        numbers = sorted(
            range(len(row.cells)), key=lambda at: (at >= len(table_roles) or table_roles[at] not in roles, at)
        )
        for number in numbers:
            cell = (row.table_id, row.row_id, number)
            start = self._free(row.cells[number], raw, key[0], self.in_cell[cell])
            if start is not None:
                self.in_cell[cell].append(Span(start, start + len(raw), key))
                return True
        return False

    def _in_sections(self, key: str, text: str, places: Sequence[Place]) -> None:
        """The words in the first section that has them and to no other fact of this kind, at its place if it can be."""
        sections = sorted(
            self.plan.sections,
            key=lambda section: not any(covers(outer, inner) for outer in section.places for inner in places),
        )
        for section in sections:
            spans = self.in_section[section.section_id]
            start = self._free(self.texts[section.section_id], text, key[0], spans)
            if start is not None:
                spans.append(Span(start, start + len(text), key))
                self.stretch_of[key] = (section.section_id, start, start + len(text))
                return

    @staticmethod
    def _free(text: str, raw: str, letter: str, taken: Iterable[Span]) -> int | None:
        """Where the words stand first and are not taken by a fact of this letter."""
        used = {span.start for span in taken if span.key[0] == letter}
        for match in re.finditer(rf"(?<!\w){re.escape(raw)}(?!\w)", text):
            if match.start() not in used:
                return match.start()
        return None

    def _whole_row(self, row: Row, key: str) -> None:
        for number, cell in enumerate(row.cells):
            self.in_cell[row.table_id, row.row_id, number].append(Span(0, len(cell), key))

    def _whole_section(self, section: Section, key: str) -> None:
        text = self.texts[section.section_id]
        self.in_section[section.section_id].append(Span(0, len(text), key))

    def paragraph(self, section: Section) -> Block:
        """A section as a paragraph."""
        pieces = cut(self.texts[section.section_id], self.in_section[section.section_id])
        return Block(pieces, section.level if section.title else 0, place=_first(section))

    def table(self, table: Table) -> Block:
        """A table with its rows."""
        title = " – ".join(part for part in (table.appendix, table.title) if part)
        rows = [
            (
                row.kind,
                [cut(cell, self.in_cell[row.table_id, row.row_id, at]) for at, cell in enumerate(row.cells)],
            )
            for row in self.plan.rows
            if row.table_id == table.table_id
        ]
        return Block([], title=title, head=table.header, rows=rows, place=_first(table))


def _section_text(section: Section) -> str:
    return " ".join(part for part in (section.marker, section.title, section.text) if part)


def _first(part: Placed) -> Place | None:
    return part.places[0] if part.places else None


def _in_order(blocks: list[Block]) -> list[Block]:
    """By page and height, or by line; where the places tell no order, the tables come after the sections."""
    keys = [_height(block.place) for block in blocks]
    if any(key is None for key in keys):
        return blocks
    return [block for _, block in sorted(zip(keys, blocks, strict=True), key=lambda pair: pair[0] or (0, 0))]


def _height(place: Place | None) -> tuple[float, float] | None:
    if place is None or (place.line is None and place.top is None):
        return None
    return place.page or 0, place.top if place.top is not None else place.line or 0
