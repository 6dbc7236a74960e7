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
    found: list[Found] = []
    for low, high in table_spans(source.text, spans[0][0], spans[-1][1]):
        first = max(0, bisect_right(starts, low) - 1)
        last = bisect_right(starts, high - 1)
        grid = html_grid(source, low, high)
        before = clean_markup(source, spans[first][0], low).strip()
        after = clean_markup(source, high, spans[last - 1][1]).strip() if high < spans[last - 1][1] else EMPTY
        if found and found[-1][1] > first:  # two tables share a line: the second goes on where the first ended
            found[-1][2].rows += grid.rows
            found[-1] = (found[-1][0], max(last, found[-1][1]), found[-1][2])
            continue
        _add_row(grid, before, 0)
        _add_row(grid, after, len(grid.rows))
        found.append((first, last, grid))
    return found


def _add_row(grid: Grid, text: Text, at: int) -> None:
    """Words on the line of a table but outside it stand in a row of their own, so that none are lost."""
    if text:
        columns = len(grid.rows[0]) if grid.rows else 1
        grid.rows.insert(at, [text] + [EMPTY] * (columns - 1))
