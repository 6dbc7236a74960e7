"""Markdown tables: rows of cells between `|`, with or without outer ones, and tables drawn with `+---+`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids.roles import header_role
from kehoach.extract.markup import clean_markup

__all__ = ["pipe_grids"]

Span = tuple[int, int]
Found = tuple[int, int, Grid]

_RULE = re.compile(r"\s*[|+]?\s*:?[-=]{2,}:?\s*(?:[|+]\s*:?[-=]{1,}:?\s*)*[|+]?\s*")  # `|---|:--:|`, `+====+---+`
_DRAWN = re.compile(r"\s*\+[-=:+]{2,}\+\s*")
_PIPE = re.compile(r"(?<!\\)\|")


def pipe_grids(source: Source, spans: Sequence[Span], taken: Sequence[bool]) -> list[Found]:
    """The runs of lines that are rows of a Markdown table: (first line, line after the last, grid)."""
    text = source.text
    found: list[Found] = []
    at = 0
    while at < len(spans):
        last = at
        while last < len(spans) and not taken[last] and _is_row(text[spans[last][0] : spans[last][1]]):
            last += 1
        if last > at:
            lines = [text[low:high] for low, high in spans[at:last]]
            near = bool(found) and at - found[-1][1] <= 6 and len(found[-1][2].rows[0])
            if _is_table(lines, near):
                found.append((at, last, Grid(_read(source, spans[at:last]), "pipes")))
        at = max(last, at + 1)
    return [grid for grid in found if grid[2].rows]


def _is_row(line: str) -> bool:
    return ("|" in line and bool(_PIPE.search(line))) or bool(_DRAWN.fullmatch(line))


def _is_table(lines: Sequence[str], near: int) -> bool:
    rows = [line for line in lines if not _RULE.fullmatch(line)]
    if not rows:
        return False
    if len(rows) < len(lines):
        return True
    if near and len(_bounds(rows[0])) == near:
        return True
    outer = all(line.strip().startswith("|") and line.strip().endswith("|") for line in rows)
    heads = {header_role(rows[0][low:high].strip()) for low, high in _bounds(rows[0])} - {None}
    return (outer and (len(rows) >= 2 or rows[0].count("|") > 3)) or len(heads) >= 2


def _bounds(line: str, framed: bool = True) -> list[Span]:
    """From and to of each cell within a line; ``framed``: an empty first or last one is the space beyond the frame."""
    marks = [match.start() for match in _PIPE.finditer(line)]
    edges = [-1, *marks, len(line)]
    cells = [(low + 1, high) for low, high in pairwise(edges)]
    if not framed:
        return cells
    if len(cells) > 1 and not line[: cells[0][1]].strip():
        cells = cells[1:]
    if len(cells) > 1 and not line[cells[-1][0] :].strip():
        cells = cells[:-1]
    return cells


def _read(source: Source, spans: Sequence[Span]) -> list[list[Text]]:
    drawn = any(_DRAWN.fullmatch(source.text[low:high]) for low, high in spans)
    framed = _is_framed([source.text[low:high] for low, high in spans])
    rows: list[list[Text]] = []
    open_row = False
    for low, high in spans:
        line = source.text[low:high]
        if _RULE.fullmatch(line):
            source.dropped.append((low, high, "rule"))
            open_row = False
            continue
        row = [clean_markup(source, low + start, low + end).strip() for start, end in _bounds(line, framed)]
        source.dropped.extend((low + m.start(), low + m.end(), "markup") for m in _PIPE.finditer(line))
        if drawn and open_row and len(row) == len(rows[-1]):
            rows[-1] = [join(pair, "\n") for pair in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
        open_row = True
    columns = max(map(len, rows), default=0)
    return [row + [EMPTY] * (columns - len(row)) for row in rows if any(row)]


def _is_framed(lines: Sequence[str]) -> bool:
    """Whether the rows stand between outer `|`; without them an empty first cell is `  | Tổng cộng | 12`."""
    rule = next((line.strip() for line in lines if _RULE.fullmatch(line)), "")
    marks = [rule[:1]] if rule else [line.strip()[:1] for line in lines]
    return any(mark in ("|", "+") for mark in marks)
