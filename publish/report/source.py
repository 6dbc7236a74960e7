"""The source text of a plan with the facts in it: the lines of its file, else what was read of it put together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Literal, NamedTuple

from kehoach.extract.readers.decode import decode
from kehoach.publish.report.assembled import Block, assemble
from kehoach.publish.report.pieces import Fact, Piece, Span, cut, facts_of, words_within
from kehoach.schemas.errors import NotReadable
from kehoach.schemas.records import Document, Place, Plan

__all__ = ["SourceView", "State", "view_source"]

State = Literal["lines", "missing", "changed", "format"]
_GAP, _MANY = "   ", 8  # a text with so many lines with a gap inside has columns set by spaces
_WIDE = 240  # a longer line is a paragraph
_TEXTS = frozenset({"txt", "md"})


class Line(NamedTuple):
    """A line of the source."""

    pieces: list[Piece]
    aligned: bool
    """Whether it is one of a text whose columns are set by spaces: it must not be wrapped."""


class SourceView(NamedTuple):
    """What is shown beside the facts."""

    state: State
    """`lines` of the file; else why not: the file is missing, has changed, or its format has no lines."""
    lines: list[Line]
    blocks: list[Block]
    keys: frozenset[str]
    """The facts that can be shown in it."""


def view_source(plan: Plan) -> SourceView:
    """The lines of the plan's file where it is still the one that was read, else the text put together again."""
    state, text = _text_of(plan.document)
    if text is None:
        blocks = assemble(plan)
        pieces = [piece for block in blocks for piece in block.pieces]
        return SourceView(state, [], blocks, _keys(pieces))
    lines = _lines(text.split("\n"), plan)
    return SourceView(state, lines, [], _keys([piece for line in lines for piece in line.pieces]))


def _keys(pieces: list[Piece]) -> frozenset[str]:
    return frozenset(key for piece in pieces for key in piece.keys.split())


def _text_of(document: Document) -> tuple[State, str | None]:
    if document.format not in _TEXTS:
        return "format", None
    try:
        data = Path(document.source).read_bytes()
    except (OSError, ValueError):  # ValueError: a name that no system takes
        return "missing", None
    if hashlib.sha256(data).hexdigest() != document.sha256:
        return "changed", None
    try:
        return "lines", decode(data)
    except NotReadable:
        return "changed", None


def _lines(lines: list[str], plan: Plan) -> list[Line]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for fact in facts_of(plan):
        for place in fact.places:
            for number, span in _spans(lines, place, fact):
                spans[number].append(span)
    aligned = sum(_GAP in line.strip() for line in lines) >= _MANY
    return [Line(cut(line, spans[number]), aligned and len(line) <= _WIDE) for number, line in enumerate(lines)]


def _spans(lines: list[str], place: Place, fact: Fact) -> list[tuple[int, Span]]:
    """The spans of a place, each with the index of its line; without the indent of lines after the first."""
    if place.line is None or not 1 <= place.line <= len(lines):
        return []
    first, last = place.line - 1, min(place.line_end or place.line, len(lines)) - 1
    found = []
    for number in range(first, last + 1):
        line = lines[number]
        indent = len(line) - len(line.lstrip())
        start = (place.col or 0) if number == first else indent
        end = place.col_end if number == last and place.col_end is not None else len(line)
        if start < end:
            found.append((number, Span(start, end, fact.key)))
    return _own_words(lines, found, fact) if fact.raw else found


def _own_words(lines: list[str], found: list[tuple[int, Span]], fact: Fact) -> list[tuple[int, Span]]:
    """Without what stands between a fact's words: the neighbours of a cell in aligned columns."""
    text = "\n".join(lines[number][span.start : span.end] for number, span in found)
    words = words_within(text, fact.raw or "")
    if not words:
        return found
    exact, at = [], 0
    for number, span in found:
        for start, end in words:
            low, high = max(start - at, 0), min(end - at, span.end - span.start)
            if low < high:
                exact.append((number, Span(span.start + low, span.start + high, fact.key)))
        at += span.end - span.start + 1
    return exact
