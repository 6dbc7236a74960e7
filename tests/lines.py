"""Lines of text as the finders of tables get them, and the cells they find."""

from __future__ import annotations

from kehoach.extract.blocks import Grid, Source, Text, whole


def read(text: str) -> tuple[Source, list[Text]]:
    """The source and its lines, without white space at their ends."""
    source = Source(text)
    stops = [*source.lines[1:], len(text) + 1]
    lines = [whole(text[start : stop - 1], start) for start, stop in zip(source.lines, stops, strict=True)]
    return source, [line.slice(0, len(line.value.rstrip())) for line in lines]


def cells(grid: Grid) -> list[list[str]]:
    """The cells of a grid, each on one line."""
    return [[" ".join(cell.value.split()) for cell in row] for row in grid.rows]
