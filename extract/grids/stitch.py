"""Joins the pieces that page breaks made of one table: one grid, one head, cut rows whole again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from kehoach.extract.blocks import EMPTY, Block, Break, Grid, Paragraph, Source, Text, join
from kehoach.extract.grids.header import Head, find_head, is_column_numbers, same_head
from kehoach.extract.grids.roles import header_role
from kehoach.extract.markers import marker_of
from kehoach.extract.paragraphs import open_words
from kehoach.normalize import vocabulary
from kehoach.normalize.text import fold

__all__ = ["glue", "stitch_grids"]

_PAGE_NUMBER = re.compile(
    r"(?:(?:trang|page)\s*)?[-–—(\[]?\s*\d{1,3}\s*[-–—)\]]?(?:\s*(?:/|of)\s*\d{1,3})?", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"\W*(?:\(?\s*tiếp\s*(?:theo|bảng|tục)?\W*|(?:phụ lục|bảng|biểu).{0,60}\(\s*tiếp.{0,20}\)\W*)", re.IGNORECASE
)
_RUNNING = 3  # a line that stands as often between tables is a running head
_OPEN_END = ",(-–/&“"
_CLOSED_END = re.compile(r"[.;:!?…”\"]$")
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
            if last is not None and _append(source, last, head, block):
                _drop_between(source, waiting)
            else:
                out += [*waiting, block]
                last, head = block, find_head(block.rows)
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
    repeated = _repeated_rows(table, head, rows)
    columns = len(table.rows[0])
    if not repeated:
        if find_head(rows) is not None:
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
    if body and len(table.rows) > (head.end if head else 0) and _is_rest(head, table.rows[-1], body[0]):
        table.rows[-1] = [glue(*pair) for pair in zip(table.rows[-1], body[0], strict=True)]
        body = body[1:]
    table.rows += body
    return True


def _repeated_rows(table: Grid, head: Head | None, rows: Sequence[list[Text]]) -> int:
    """How many of the first rows say the head again (its rows one by one, or all in one)."""
    if head is None:
        return 0
    printed = table.rows[head.first : head.end]
    wide = len(rows[0]) - len(printed[0])
    if wide and any(cell for row in rows for cell in row[len(printed[0]) :]):
        return 0
    count = 0
    for row in rows:
        row = [*row[: len(printed[0])], *[EMPTY] * -wide]  # noqa: PLW2901
        same = any(same_head(row, upper) for upper in printed) or same_head(row, head.cells)
        if not same and not (count and is_column_numbers(row)):
            break
        count += 1
    if not count:
        again = find_head(rows)
        if again is not None and not wide and same_head(again.cells, head.cells):
            return again.end
    return count


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


def _is_rest(head: Head | None, above: Sequence[Text], row: Sequence[Text]) -> bool:
    """Whether the first row of a page is the rest of the row that the page before it cut.

    A row with a number of its own never is; one without (`- …`, a merged cell) only where its words go on.
    """
    if len(above) != len(row) or not any(row):
        return False
    heads = [header_role(text) for text in head.heads] if head else []
    ordinal = heads.index("ordinal") if "ordinal" in heads else (None if heads else 0)
    name = heads.index("name") if "name" in heads else (0 if ordinal is None else min(ordinal + 1, len(row) - 1))
    if ordinal is not None and row[ordinal].value.strip():
        return False
    if not row[name]:
        return True
    return _words_go_on(above, row, name, bool(ordinal is not None and above[ordinal]))


def _words_go_on(above: Sequence[Text], row: Sequence[Text], name: int, numbered: bool) -> bool:
    before, after = above[name].value.rstrip(), row[name].value.lstrip(" “\"'(")
    found = marker_of(row[name].value)
    if found or not before or not after:
        return bool(not found and not before and after[:1].islower())
    if after[0].islower() or after[0] in ",;.)&/%" or _ends_open(before):
        return True
    if _CLOSED_END.search(before) or after[-1] == ":":  # `Trong đó:` is a row of its own
        return False
    if before.isupper() and after.isupper():
        return True  # a heading in capitals
    values = [column for column, cell in enumerate(row) if cell and column != name]
    return not values and numbered and not after.isupper()


def _ends_open(words: str) -> bool:
    """`… thuộc Đảng ủy,`, `… theo quy định của`: no cell ends so."""
    return words[-1] in _OPEN_END or fold(words[-24:]).rsplit(" ", 1)[-1] in open_words()


def glue(left: Text, right: Text) -> Text:
    """Two parts of a cell as one: with a space, but none within a token (`57-` `NQ/TW`, `HĐND&UB` `ND phường`)."""
    if not left or not right:
        return left or right
    return join([left.strip(), right.strip()], "" if _is_cut(left.value.rstrip(), right.value.lstrip()) else " ")


def _is_cut(left: str, right: str) -> bool:
    if left[-1:] in "-/" and left[-2:-1].isalnum() and right[:1].isalnum():
        return left[-1] == "/" or left[-2:-1].isdigit() or right[:1].isupper()
    before, after = _TOKEN.search(left), _TOKEN_START.match(right)
    if not before or not after or not before[0].isupper() or not after[0].isupper():
        return False
    known = _abbreviations()
    # `UB` / `ND phường` is one word, `UB` / `MTTQ phường` are two
    return before[0] + after[0] in known and not (after[0] in known and len(after[0]) > 2)


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(row["abbreviation"] for row in vocabulary.rows("abbreviations"))


vocabulary.on_change(_abbreviations.cache_clear)
