"""Rows whose cells are centred: the ordinal stands at the middle of its row, and no empty line parts the rows.

      Kiện toàn Tổ công nghệ       Văn phòng
1     số cộng đồng, phân công      HĐND và        Quý I/2026
      thành viên theo thôn         UBND xã
      Khảo sát hạ tầng viễn        Phòng
2                                                 30/6/2026
      thông tại các thôn           Kinh tế
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kehoach.extract.grids.aligned_lines import Line
from kehoach.extract.grids.lost_units import ORD, classify, is_open

_LOWER, _OFF, _HOLE, _NAMELESS, _LEAN, _WIDE_HEADING, _REST = (
    3.0,
    2.0,
    1.5,
    6.0,
    0.4,
    5.0,
    1.0,
)  # costs of what a row seldom shows
_FIT = 1.5  # of a first word that had room on the line before: there a cell begins
_LONGEST = 80  # lines of a row


def is_centred(body: Sequence[Line], name: int) -> bool:
    """Whether the ordinals stand at the middle of their rows: some stand beside no beginning of a name."""
    marks = [line for line in body if 0 in line.cells and not line.heading]
    off = sum(1 for line in marks if name not in line.cells or line.cells[name][0].text.value[0].islower())
    return off > 1 and 5 * off > len(marks)


def centred_starts(block: Sequence[Line], ends: dict[int, int], name: int) -> list[int]:
    """Where the rows of a block begin, one for each ordinal in it: the cheapest way to part its lines.

    ``ends`` tells how far each column reaches to the right. Lines before the first row may be the rest of a row that
    the page before cut.
    """
    marks = [index for index, line in enumerate(block) if 0 in line.cells]
    if not marks:
        return [0]
    first = {0: 0.0}
    if block[0].fresh_page:
        first |= {start: _REST * start for start in range(1, marks[0] + 1)}
    ways: dict[int, tuple[float, list[int]]] = {start: (cost, [start]) for start, cost in first.items()}
    for mark, following in zip(marks, [*marks[1:], len(block)], strict=True):
        stops = range(mark + 1, following + 1) if following < len(block) else [len(block)]
        after: dict[int, tuple[float, list[int]]] = {}
        for stop in stops:
            options = [
                (cost + _cost(block, (start, mark, stop), ends, name), starts)
                for start, (cost, starts) in ways.items()
                if stop - start <= _LONGEST or stop == len(block)
            ]
            if options:
                cost, starts = min(options, key=lambda option: option[0])
                after[stop] = (cost, [*starts, stop])
        ways = after or {mark + 1: (0.0, [mark, mark + 1])}
    return min(ways.values(), key=lambda way: way[0])[1][:-1]


def _cost(block: Sequence[Line], row: tuple[int, int, int], ends: dict[int, int], name: int) -> float:
    """How unlike a row the lines ``start:stop`` with the ordinal on line ``mark`` are."""
    start, mark, stop = row
    if _is_heading(block[mark]):
        return _WIDE_HEADING * (stop - start - 1)
    lean = abs((start + stop - 1) / 2 - mark)
    cost = _LEAN * lean + _OFF * max(0.0, lean - 0.5)
    columns = {column for line in block[start:stop] for column in line.cells} - {0}
    cost += 0.0 if name in columns else _NAMELESS
    for column in columns:
        at = [index for index in range(start, stop) if column in block[index].cells]
        # cells of an odd and of an even number of lines stand half a line apart: every other line is empty
        cost += _HOLE * sum(1 for one, other in pairwise(at) if other - one > 2)
        lean = min(abs((at[0] + at[-1]) - (start + stop - 1)) / 2 - 0.5, at[0] - start, stop - 1 - at[-1])
        cost += _OFF * max(0.0, lean)
        first = block[at[0]].cells[column][0].text.value
        if first[0].islower() or first[0] in ",;)":
            cost += _LOWER
        above = block[at[0] - 1].cells.get(column) if at[0] else None
        if above is not None and is_open(above[-1].text.value):  # `giai đoạn 2020 -` / `2025`
            cost += _LOWER
        elif above is not None and above[-1].end + 1 + len(first.split(" ", 1)[0]) >= ends.get(column, 0):
            cost += 0.3  # the word had no room above: it may as well be the rest of that cell
        cost += _missed(block, (at[0], at[-1]), column, ends)
    return cost


def _missed(block: Sequence[Line], span: tuple[int, int], column: int, ends: dict[int, int]) -> float:
    """Cost of lines within the cell that begin with a capital where the word had room on the line before."""
    cost = 0.0
    for index in range(span[0] + 1, span[1] + 1):
        here, above = block[index].cells.get(column), block[index - 1].cells.get(column)
        if here is None or above is None:
            continue
        word = here[0].text.value.split(" ", 1)[0]
        if above[-1].end + 1 + len(word) < ends.get(column, 0) and not word[0].islower():
            cost += _FIT
    return cost


def _is_heading(line: Line) -> bool:
    """`II   HẠ TẦNG SỐ`: a letter or Roman number, and capitals."""
    ordinal = line.cells[0][0].text.value
    texts = [parts[0].text.value for column, parts in line.cells.items() if column]
    return len(texts) == 1 and classify(ordinal) == ORD and not ordinal[0].isdigit() and texts[0].isupper()
