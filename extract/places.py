"""Where text stands in a file that has no lines: page and box, or the path to a paragraph or cell.

A reader notes an anchor wherever the place changes; a piece of text stands where the anchors that it covers say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from kehoach.schemas.records import Place

__all__ = ["Anchor", "Box", "anchored_places", "path_range"]

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points from the page's top left."""


class Anchor(NamedTuple):
    """The place of a source's characters from `start` on, up to the next anchor."""

    start: int
    page: int | None = None
    box: Box | None = None
    path: str | None = None
    """`p[12]`, `tbl[3]/tr[5]/tc[2]`, `Sheet1!A5`; of a part of a bundle `Phu luc.xlsx#Sheet1!A5`."""
    line: int | None = None


def anchored_places(anchors: Sequence[Anchor], spans: Iterable[tuple[int, int]]) -> list[Place]:
    """The places of these spans of the source, in their order: what is not parted by a page is one place.

    Boxes become the smallest one around all of them, paths the range from the first to the last: the cells of a row
    `tbl[1]/tr[2]`, paragraphs `p[3]:p[5]`.
    """
    groups: list[list[Anchor]] = []
    for anchor in _covered(anchors, spans):
        if groups and _together(groups[-1][-1], anchor):
            groups[-1].append(anchor)
        else:
            groups.append([anchor])
    return [_place(group) for group in groups]


def _covered(anchors: Sequence[Anchor], spans: Iterable[tuple[int, int]]) -> Iterable[Anchor]:
    last = -1
    for start, end in spans:
        first = max(0, bisect_right(anchors, start, key=_START) - 1)
        for number in range(first, max(first + 1, bisect_left(anchors, end, key=_START))):
            if number != last:
                yield anchors[number]
                last = number


_START = attrgetter("start")


def _together(one: Anchor, other: Anchor) -> bool:
    return one.page == other.page and _container(one.path) == _container(other.path)


def _container(path: str | None) -> str | None:
    """What a range of paths lies in: the table, the sheet, the run of paragraphs."""
    if path is None:
        return None
    part, mark, inner = path.rpartition("#")
    sheet, is_cell, _ = inner.rpartition("!")
    top = sheet if is_cell else inner.partition("/")[0]
    return part + mark + ("p" if top.startswith("p[") else top)


def _place(group: Sequence[Anchor]) -> Place:
    boxes = [anchor.box for anchor in group if anchor.box is not None]
    x0, top, x1, bottom = (
        (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        if boxes
        else (None, None, None, None)
    )
    paths = [anchor.path for anchor in group if anchor.path is not None]
    return Place(
        page=group[0].page,
        x0=x0,
        top=top,
        x1=x1,
        bottom=bottom,
        line=group[0].line,
        line_end=group[-1].line,
        path=path_range(paths) if paths else None,
    )


_CELL = re.compile(r"(?P<sheet>.*!)(?P<column>[A-Z]+)(?P<row>\d+)(?::(?P<last>[A-Z]+)(?P<end>\d+))?")


def path_range(paths: Sequence[str]) -> str:
    """The one path that stands for all of these, which lie in one container.

    >>> path_range(["tbl[3]/tr[5]/tc[1]", "tbl[3]/tr[5]/tc[4]"])
    'tbl[3]/tr[5]'
    >>> path_range(["KPI!A5", "KPI!F5", "KPI!B6"])
    'KPI!A5:F6'
    >>> path_range(["p[3]", "p[4]"])
    'p[3]:p[4]'
    """
    distinct = list(dict.fromkeys(paths))
    if len(distinct) == 1:
        return distinct[0]
    cells = [_CELL.fullmatch(path) for path in distinct]
    if all(cells):
        return _cell_range([cell for cell in cells if cell])
    common = []
    for steps in zip(*(path.split("/") for path in distinct), strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common) or f"{distinct[0]}:{distinct[-1].rpartition('#')[2]}"


def _cell_range(cells: Sequence[re.Match[str]]) -> str:
    columns = [name for cell in cells for name in (cell["column"], cell["last"]) if name]
    rows = [int(number) for cell in cells for number in (cell["row"], cell["end"]) if number]
    left, right = (pick(columns, key=lambda name: (len(name), name)) for pick in (min, max))
    return f"{cells[0]['sheet']}{left}{min(rows)}:{right}{max(rows)}"
