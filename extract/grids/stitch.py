"""Joins the pieces that page breaks made of one table: one grid, one head, cut rows whole again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from kehoach.extract.blocks import EMPTY, Block, Break, Grid, Paragraph, Source, Text, join
from kehoach.extract.cut_words import is_known_whole, is_surely_cut
from kehoach.extract.grids.cut_rows import is_rest, span_over
from kehoach.extract.grids.header import Head, find_head, is_column_numbers, same_head
from kehoach.extract.grids.letterhead import holds_letterhead
from kehoach.normalize.text import fold

__all__ = ["glue", "stitch_grids"]

_PAGE_NUMBER = re.compile(
    r"(?:(?:trang|page)\s*)?[-–—(\[]?\s*\d{1,3}\s*[-–—)\]]?(?:\s*(?:/|of)\s*\d{1,3})?", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"\W*(?:\(?\s*tiếp\s*(?:theo|bảng|tục)?\W*|(?:phụ lục|bảng|biểu).{0,60}\(\s*tiếp.{0,20}\)\W*)", re.IGNORECASE
)
_SAME_PLACE = 3.0  # points
_RUNNING = 3  # a line that stands as often between tables is a running head
_TOKEN = re.compile(r"[^\s&/,;.()\-–]+$")
_TOKEN_START = re.compile(r"[^\s&/,;.()\-–]+")
_NUMBER = re.compile(r"(\d{1,3})[.)]?")


def stitch_grids(source: Source, blocks: list[Block]) -> list[Block]:
    """The blocks with the pieces of each table as one grid.

    Pieces are joined where nothing but page breaks, page numbers and running heads stands between them and the next
    one repeats the head (plain, bold or with slips) or has none and as many columns. A first row without a number
    that goes on with a cut sentence is joined cell by cell. A caption or any other text between ends the table.
    """
    running = _running_heads(blocks)
    out: list[Block] = []
    waiting: list[Block] = []  # what stands after the last grid and may lie within its table
    last: Grid | None = None
    head: Head | None = None
    for block in blocks:
        if isinstance(block, Grid):
            alone = holds_letterhead(block)
            if last is not None and not alone and _append(source, last, head, block):
                _drop_between(source, waiting)
            else:
                out += [*waiting, block]
                last, head = (None, None) if alone else (block, find_head(block.rows))
            waiting = []
        elif last is not None and _is_transparent(block, running):
            waiting.append(block)
        else:
            out += [*waiting, block]
            waiting, last = [], None
    return out + waiting


def _running_heads(blocks: Sequence[Block]) -> frozenset[str]:
    """The lines that stand three times or more at the edge of a page: beside a table, a break or a page number."""
    edges = [not isinstance(block, Paragraph) or _is_page_number(block) for block in blocks]
    counts = Counter(
        fold(block.text.value)
        for at, block in enumerate(blocks)
        if isinstance(block, Paragraph) and len(block.text) < 150 and any(edges[max(0, at - 1) : at + 2 : 2])
    )
    return frozenset(words for words, count in counts.items() if count >= _RUNNING)


def _is_page_number(block: Paragraph) -> bool:
    return len(block.text) < 20 and bool(_PAGE_NUMBER.fullmatch(block.text.value.strip()))


def _is_transparent(block: Block, running: frozenset[str]) -> bool:
    if not isinstance(block, Paragraph):
        return isinstance(block, Break)
    value = block.text.value.strip()
    return not value or _is_page_number(block) or bool(_GOES_ON.fullmatch(value)) or fold(value) in running


def _drop_between(source: Source, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            source.drop(
                block.text, "page-number" if _PAGE_NUMBER.fullmatch(block.text.value.strip()) else "repeated-text"
            )


def _append(source: Source, table: Grid, head: Head | None, piece: Grid) -> bool:
    """Add the rows of a piece to a table where it goes on with it; whether it did."""
    rows = piece.rows
    repeated = _repeated_rows(table, head, piece)
    columns = len(table.rows[0])
    if not repeated:
        if find_head(rows) is not None and not _same_sides(table, piece):
            return False
        rows = _fit(table, head, rows, columns)
    elif len(rows[0]) != columns:
        rows = [row[:columns] + [EMPTY] * (columns - len(row)) for row in rows]
    if not rows:
        return False
    for row in rows[:repeated]:
        numbers = is_column_numbers(row)
        for cell in row:
            source.drop(cell, "column-numbers" if numbers else "repeated-header")
    body = rows[repeated:]
    if not repeated and body and is_column_numbers(body[0]) and head is not None and head.numbers is not None:
        for cell in body.pop(0):
            source.drop(cell, "column-numbers")
    above = table.rows[head.end if head else 0 :]
    if body and above and is_rest(head, above, body):
        table.rows[-1] = [glue(*pair) for pair in zip(table.rows[-1], body[0], strict=True)]
        body = body[1:]
    elif body and above:
        span_over(above, body)
    table.rows += body
    return True


def _repeated_rows(table: Grid, head: Head | None, piece: Grid) -> int:
    """How many of the first rows of a piece say the head again (its rows one by one, or all in one)."""
    if head is None:
        return 0
    rows = piece.rows
    printed = table.rows[head.first : head.end]
    wide = len(rows[0]) - len(printed[0])
    if wide and any(cell for row in rows for cell in row[len(printed[0]) :]):
        return 0
    count = 0
    drawn_alike = _same_sides(table, piece)
    for row in rows:
        row = [*row[: len(printed[0])], *[EMPTY] * -wide]  # noqa: PLW2901
        same = any(same_head(row, upper) for upper in printed) or same_head(row, head.cells)
        same = same or (drawn_alike and any(_is_cut_head(row, upper) for upper in printed))
        if not same and not (count and is_column_numbers(row)):
            break
        count += 1
    if not count:
        again = find_head(rows)
        if again is not None and not wide and same_head(again.cells, head.cells):
            return again.end
    return count


def _same_sides(table: Grid, piece: Grid) -> bool:
    """Whether both are drawn with the same columns."""
    if not table.sides or len(table.sides) != len(piece.sides):
        return False
    return all(abs(one - other) <= _SAME_PLACE for one, other in zip(table.sides, piece.sides, strict=True))


def _is_cut_head(row: Sequence[Text], printed: Sequence[Text]) -> bool:
    """Whether a row is a head of which the last lines are cut off: `Đơn vị`, `Kết quả` for `Đơn vị tính`, …"""
    pairs = [(cell.single_line().value, upper.single_line().value) for cell, upper in zip(row, printed, strict=True)]
    filled = [pair for pair in pairs if pair[0]]
    return len(filled) > 1 and all(upper.startswith(cell) for cell, upper in filled)


def _fit(table: Grid, head: Head | None, rows: list[list[Text]], columns: int) -> list[list[Text]]:
    """The rows of a piece without a head as rows of the table; none where they may belong to another table."""
    given = len(rows[0])
    if given == columns:
        return rows
    if given > columns:
        return [row[:columns] for row in rows] if not any(cell for row in rows for cell in row[columns:]) else []
    # a typist's empty cells at the end of the lines are lost: the numbering must go on
    last, first = _number_of(reversed(table.rows)), _number_of(rows)
    goes_on = last is not None and first == last + 1
    rest = len(rows) == 1 and not rows[0][0] and given > 2
    rest = rest or (head is not None and not any(head.cells[given:]))
    return [row + [EMPTY] * (columns - given) for row in rows] if (goes_on and given > 2) or rest else []


def _number_of(rows: Iterable[Sequence[Text]]) -> int | None:
    """The number of the first row that has one."""
    for row in rows:
        found = _NUMBER.fullmatch(row[0].value.strip())
        if found:
            return int(found[1])
    return None


def glue(left: Text, right: Text) -> Text:
    """Two parts of a cell as one: with a space, but none within a token (`57-` `NQ/TW`, `HĐND&UB` `ND phường`)."""
    if not left or not right:
        return right or left  # the left one where both are empty: it may be a merged cell
    cut = not left.value[-1].isspace() and _is_cut(left.value, right.value.lstrip())
    return join([left.strip(), right.strip()], "" if cut else " ")


def _is_cut(left: str, right: str) -> bool:
    if left and right and is_surely_cut(left.rsplit(maxsplit=1)[-1], right.split(maxsplit=1)[0]):
        return True
    if left[-1:] in "-/" and left[-2:-1].isalnum() and right[:1].isalnum():
        return left[-1] == "/" or left[-2:-1].isdigit() or right[:1].isupper()
    before, after = _TOKEN.search(left), _TOKEN_START.match(right)
    if not before or not after or not before[0].isupper() or not after[0].isupper():
        return False
    return is_known_whole(before[0], after[0])
