"""Tells the document within a web page from the portal around it: menus, related news, counters, the footer.

Portals mark it hardly ever (`<main>`, `<article>`), so it is found by where its words are: the innermost element that
holds most of them, outside of which nothing stands that belongs to a plan.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from kehoach.extract.blocks import Block, Break, Grid, Paragraph, Source, Text
from kehoach.extract.grids import cells
from kehoach.extract.grids.header import find_head
from kehoach.extract.grids.html import Tag
from kehoach.extract.grids.roles import header_role
from kehoach.extract.layout import appendix_label, is_document_type
from kehoach.extract.markers import marker_of
from kehoach.extract.readers.html.portal import is_other_documents, is_portal_line

__all__ = ["without_portal"]

_CONTAINERS = frozenset(["body", "center", "div", "form", "section", "article", "main", "table", "tbody", "tr", "td"])
_LINKED = 0.7  # share of a paragraph that links take: what has more of it is a menu
_MOST = 0.5  # share of the words of an element that its innermost part must hold
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)]\s+[^\W\d]")  # `2.1. Nhiệm vụ`; not `12/KH-UBND`, `05/03/2026`


class _Part(NamedTuple):
    """A block with its span in the page and how many of its characters stand outside of links."""

    block: Block
    start: int
    end: int
    words: int
    share: float  # of its characters in links


class _Element(NamedTuple):
    start: int
    end: int


def without_portal(source: Source, blocks: Sequence[Block], found: Sequence[Tag]) -> list[Block]:
    """The blocks of the document; those of the portal, and paragraphs that are but links, are noted as dropped."""
    links = _spans(found, frozenset("a"))
    parts = [_part(block, links) for block in blocks]
    inside = _document(parts, _spans(found, _CONTAINERS), len(source.text))
    kept: list[Block] = []
    for part in parts:
        within = inside.start <= part.start and part.end <= inside.end
        if isinstance(part.block, Break) or (within and not _is_menu(part)):
            kept.append(part.block)
        else:
            for text in _texts(part.block):
                source.drop(text, "navigation")
    return kept


def _spans(found: Sequence[Tag], names: frozenset[str]) -> list[_Element]:
    """The elements of these names, sorted; one that is never closed ends with the one around it."""
    spans: list[_Element] = []
    opened: list[tuple[str, int]] = []
    for tag in found:
        if tag.name not in names:
            continue
        if not tag.closes:
            opened.append((tag.name, tag.end))
        elif any(name == tag.name for name, _ in opened[-_DEEPEST:]):
            while opened:
                name, start = opened.pop()
                spans.append(_Element(start, tag.start))
                if name == tag.name:
                    break
    return sorted(spans, key=lambda span: (span.start, -span.end))


_STEPS = 40
_DEEPEST = 200  # elements in which one may lie; a page of a million open tags has no parts to tell


def _texts(block: Block) -> list[Text]:
    if isinstance(block, Paragraph):
        return [block.text]
    return [cell for row in block.rows for cell in row if cell] if isinstance(block, Grid) else []


def _part(block: Block, links: Sequence[_Element]) -> _Part:
    pieces = [(start, start + length) for text in _texts(block) for _, start, length in text.pieces]
    if not pieces:
        return _Part(block, -1, -1, 0, 0)
    characters = sum(end - start for start, end in pieces)
    linked = sum(_covered(start, end, links) for start, end in pieces)
    low, high = min(start for start, _ in pieces), max(end for _, end in pieces)
    return _Part(block, low, high, characters - linked, linked / characters)


def _covered(start: int, end: int, links: Sequence[_Element]) -> int:
    first = max(0, bisect_right(links, start, key=lambda link: link.start) - 1)
    last = bisect_left(links, end, key=lambda link: link.start)
    return sum(max(0, min(end, link.end) - max(start, link.start)) for link in links[first:last])


def _is_menu(part: _Part) -> bool:
    if isinstance(part.block, Paragraph) and is_portal_line(part.block.text.value):
        return True
    return part.share >= _LINKED and not _is_of_plan(part.block)


def _document(parts: Sequence[_Part], elements: Sequence[_Element], length: int) -> _Element:
    """The innermost element that holds the plan: step by step into the one with most of the words."""
    inside = _Element(0, length)
    within = [part for part in parts if part.start >= 0]
    for _ in range(_STEPS):
        sums = [0, *accumulate(part.words for part in within)]
        counted = [(*_inner_words(within, sums, element), element) for element in elements if _is_in(element, inside)]
        best = max(counted, key=lambda each: (each[0], -each[1]), default=None)
        if best is None or best[0] < max(1, _MOST * sums[-1]):
            return inside
        inner: list[_Part] = []
        outside: list[_Part] = []
        for part in within:
            (inner if _is_in(part, best[2]) else outside).append(part)
        if not any(_is_sign(part) and isinstance(part.block, Paragraph) for part in inner) or any(
            map(_is_sign, outside)
        ):
            return inside
        inside, within = best[2], inner
    return inside


def _is_sign(part: _Part) -> bool:
    return part.share < _LINKED and _is_of_plan(part.block)


def _is_in(inner: _Part | _Element, outer: _Element) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and inner != outer


def _inner_words(parts: Sequence[_Part], sums: Sequence[int], element: _Element) -> tuple[int, int]:
    """How many words an element holds, in whole blocks, and its length."""
    low = bisect_left(parts, element.start, key=lambda part: part.start)
    high = bisect_left(parts, element.end, lo=low, key=lambda part: part.start)
    if low < high and parts[high - 1].end > element.end:  # the cell of a table that is a block
        high -= 1
    return sums[high] - sums[low], element.end - element.start


def _is_of_plan(block: Block) -> bool:
    """Whether a block is one that no portal has around its documents: a letterhead, a heading, a table of data."""
    if isinstance(block, Paragraph):
        value = block.text.value
        marker = marker_of(value)
        kind = marker.kind if marker is not None else ""
        return (
            (value.isupper() and is_document_type(value) is not None)
            or (cells.is_letterhead(value) and value.casefold() != "người ký")
            or appendix_label(value) is not None
            or kind in ("part", "chapter", "article", "roman", "upper")
            or (kind == "arabic" and _NUMBERED.match(value) is not None)
        )
    return isinstance(block, Grid) and _is_data(block)


def _is_data(grid: Grid) -> bool:
    head = find_head(grid.rows)
    if head is None:
        return any(cells.is_letterhead(cell.value) for row in grid.rows for cell in row if cell)
    if is_other_documents(head.heads):
        return False
    return sum(header_role(text) is not None for text in head.heads) > 1
