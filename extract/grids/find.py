"""Finds the explicit grids of a text: HTML tables, Markdown tables, rows of tab-separated cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from kehoach.extract.blocks import EMPTY, Grid, Source, Text
from kehoach.extract.grids.html import html_grid, table_spans
from kehoach.extract.grids.pipes import pipe_grids
from kehoach.extract.grids.tabs import tab_grids
from kehoach.extract.markup import clean_markup

__all__ = ["find_grids"]

Span = tuple[int, int]
Found = tuple[int, int, Grid]


def find_grids(source: Source, spans: Sequence[Span]) -> list[Found]:
    """The grids among the lines ``spans`` (from and to in the source, without the line break).

    Each as (index of its first line, index after its last, grid), in order, none overlapping. An empty line ends a
    table of tabs or pipes; :func:`kehoach.extract.grids.stitch.stitch_grids` joins the pieces.
    """
    if not spans:
        return []
    taken = [False] * len(spans)
    found = _html_grids(source, spans) if "<" in source.text else []
    _take(taken, found)
    if "|" in source.text:
        found += pipe_grids(source, spans, taken)
        _take(taken, found)
    if "\t" in source.text:
        found += tab_grids(source, spans, taken)
    return sorted((grid for grid in found if grid[2].rows), key=lambda grid: grid[0])


def _take(taken: list[bool], found: Sequence[Found]) -> None:
    for first, last, _ in found:
        taken[first:last] = [True] * (last - first)


def _html_grids(source: Source, spans: Sequence[Span]) -> list[Found]:
    starts = [low for low, _ in spans]
    groups: list[tuple[int, int, list[Span]]] = []  # the lines that tables take, and the tables on them
    for low, high in table_spans(source.text, spans[0][0], spans[-1][1]):
        first, last = max(0, bisect_right(starts, low) - 1), bisect_right(starts, high - 1)
        if groups and groups[-1][1] > first:
            before = groups.pop()
            groups.append((before[0], max(last, before[1]), [*before[2], (low, high)]))
        else:
            groups.append((first, last, [(low, high)]))
    found = [(first, last, _html_rows(source, (spans[first][0], spans[last - 1][1]), tables))
             for first, last, tables in groups]  # fmt: skip
    return [(first, last, Grid(rows, "html")) for first, last, rows in found]


def _html_rows(source: Source, lines: Span, tables: Sequence[Span]) -> list[list[Text]]:
    """The rows of the tables on some lines; words on these lines but outside the tables have rows of their own."""
    rows: list[list[Text]] = []
    at = lines[0]
    for low, high in tables:
        rows += [[words] for words in (clean_markup(source, at, low).strip(),) if words]
        rows += html_grid(source, low, high).rows
        at = high
    if at < lines[1]:
        rows += [[words] for words in (clean_markup(source, at, lines[1]).strip(),) if words]
    columns = max(map(len, rows), default=0)
    return [row + [EMPTY] * (columns - len(row)) for row in rows]
