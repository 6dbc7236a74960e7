"""Tables for the page: a column at a time, each text written once, with what it is sorted by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

__all__ = ["Cell", "Heading", "Row", "table"]


class Cell(NamedTuple):
    """A text and what it is sorted by where that is not the text."""

    text: str
    order: float | str | None = None


Row = Sequence[Cell | str]


class Heading(NamedTuple):
    """The head of a column."""

    title: str
    kind: str = "text"
    """`text`, or `number`: to the right, sorted by its order. What has no order stands last."""
    chosen: bool = False
    """Whether the rows can be chosen by its values."""


def table(
    headings: Sequence[Heading],
    rows: Iterable[Row],
    places: Sequence[tuple[int, str]] = (),
    link: int = 0,
) -> dict[str, Any]:
    """The table as plain values. `places`: for each row its plan and fact, to which the cell of column `link` leads."""
    listed = list(rows)
    columns = [_column(heading, [row[at] for row in listed]) for at, heading in enumerate(headings)]
    found: dict[str, Any] = {"columns": columns, "count": len(listed)}
    if places:
        found |= {"plan": [plan for plan, _ in places], "fact": [fact for _, fact in places], "link": link}
    return found


def _column(heading: Heading, cells: Sequence[Cell | str]) -> dict[str, Any]:
    numbers: dict[Cell, int] = {}
    data = [numbers.setdefault(cell if isinstance(cell, Cell) else Cell(cell), len(numbers)) for cell in cells]
    column: dict[str, Any] = {"title": heading.title, "values": [cell.text for cell in numbers], "data": data}
    if any(cell.order is not None for cell in numbers):
        column["order"] = [cell.order for cell in numbers]
    if heading.kind == "number":
        column["number"] = True
    if heading.chosen:
        column["chosen"] = True
    return column
