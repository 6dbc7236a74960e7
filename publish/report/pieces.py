"""Text cut into pieces, each with the facts that stand there, so that a click on a fact finds its words.

Facts have short keys within their plan: `t3.0` the first target of indicator 3, `i3` an indicator, `k2` a task,
`a5` an assignment, `s1` a section, `w0.4` a row of a table, `r2` a reference, `x0` a diagnostic.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kehoach.schemas.records import Place, Plan

__all__ = ["Fact", "Piece", "Span", "cut", "facts_of", "words_within"]

_KINDS = "takir"  # a piece is shown as the first of these that stands in it


class Fact(NamedTuple):
    """What was read at a place."""

    key: str
    places: Sequence[Place]
    raw: str | None = None
    """Its words as printed, where the fact is these words and nothing else."""


class Span(NamedTuple):
    """Characters of a text in which a fact stands."""

    start: int
    end: int
    key: str


class Piece(NamedTuple):
    """A stretch of text over which the same facts stand."""

    text: str
    keys: str
    """Keys of the facts, a space between; empty where none stands."""
    kind: str
    """The letter of the most telling fact, for its colour."""


def facts_of(plan: Plan) -> Iterator[Fact]:
    """Everything of a plan that has a place."""
    for section in plan.sections:
        yield Fact(f"s{section.section_id}", section.places)
    for row in plan.rows:
        yield Fact(f"w{row.table_id}.{row.row_id}", row.places)
    for indicator in plan.indicators:
        yield Fact(f"i{indicator.indicator_id}", indicator.places)
    for target in plan.targets:
        yield Fact(f"t{target.indicator_id}.{target.target_no}", target.places, target.raw)
    for task in plan.tasks:
        yield Fact(f"k{task.task_id}", task.places)
    for number, assignment in enumerate(plan.assignments):
        yield Fact(f"a{number}", assignment.places, assignment.agency_raw)
    for number, reference in enumerate(plan.references):
        yield Fact(f"r{number}", reference.places)
    for number, diagnostic in enumerate(plan.diagnostics):
        yield Fact(f"x{number}", diagnostic.places)


def cut(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The text in pieces, in order; together they are the text.

    >>> cut("đạt 95 %", [Span(0, 8, "i1"), Span(4, 8, "t1.0")])
    [Piece(text='đạt ', keys='i1', kind='i'), Piece(text='95 %', keys='i1 t1.0', kind='t')]
    """
    inside = [Span(max(0, start), min(end, len(text)), key) for start, end, key in spans]
    inside = [span for span in inside if span.start < span.end]
    edges = sorted({0, len(text), *(edge for span in inside for edge in span[:2])})
    return [_piece(text, low, high, inside) for low, high in itertools.pairwise(edges)]


def _piece(text: str, low: int, high: int, spans: Sequence[Span]) -> Piece:
    keys = list(dict.fromkeys(span.key for span in spans if span.start <= low and high <= span.end))
    kinds = {key[0] for key in keys}
    return Piece(text[low:high], " ".join(keys), next((kind for kind in _KINDS if kind in kinds), ""))


def words_within(text: str, raw: str) -> list[tuple[int, int]]:
    """Where the words of `raw` stand one after another in a text that may hold others between them; [] if not all do.

    A cell of aligned columns runs over lines that hold parts of its neighbours:

    >>> words_within("Phấn đấu   Phòng Y tế\\n          đạt 90%", "Phấn đấu đạt 90%")
    [(0, 8), (32, 39)]
    """
    found: list[tuple[int, int]] = []
    at = 0
    for word in raw.split():
        match = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(text, at)
        if match is None:
            return []
        if found and text[found[-1][1] : match.start()].strip(" ") == "":
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
        at = match.end()
    return found
