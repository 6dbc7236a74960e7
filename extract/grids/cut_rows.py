"""Whether the first row of a page is the rest of the row that the page before it cut.

A row with a number of its own never is. For one without, the table tells: are its rows numbered, which columns are
always filled, do the words of its cells go on, are its cells merged as those of the row above are?
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.extract.blocks import Text
from kehoach.extract.grids.cells import COVERED, SPANNED, is_deadline, is_value
from kehoach.extract.grids.header import Head
from kehoach.extract.grids.roles import header_role
from kehoach.extract.markers import marker_of
from kehoach.extract.paragraphs import open_words
from kehoach.normalize.text import fold

__all__ = ["is_rest", "span_over"]

Row = Sequence[Text]

_OPEN_END = ",(-–/&“"
_CLOSED_END = re.compile(r"[.;:!?…”\"]$")
_SHORT = 8  # characters
_BEFORE_NUMBER = re.compile(r"(?:(?<!hằng )(?<!hàng )(?<!mỗi )(?:năm|tháng|quý)|ngày|số)$")
_YEAR = re.compile(r"20\d\d$")
_FEW = 4  # rows: too few to tell what rows of a table are like
_NEARLY_ALL = 0.9
_USUALLY = 0.8


def is_rest(head: Head | None, rows: Sequence[Row], body: Sequence[Row]) -> bool:
    """Whether `body[0]`, the first row of a page, belongs to `rows[-1]`, the last one of the page before.

    `rows` are those of the table so far, without its head, `body` those of the page.
    """
    above, row = rows[-1], body[0]
    if len(above) != len(row) or not any(row) or not _merged_alike(above, row):
        return False
    ordinal, name = _columns(head, len(row))
    if ordinal is not None and _is_number(row[ordinal].value):
        return False
    pairs = [(upper.value, cell.value) for upper, cell in zip(above, row, strict=True) if cell and upper]
    goes_on = [_goes_on(*pair) for pair in pairs]
    if any(_is_new(*pair) for pair, on in zip(pairs, goes_on, strict=True) if not on):
        return False
    items = [other for other in (*rows[:-1], *body[1:]) if len(other) == len(row) and 2 * _count(other) > len(row)]
    lacking = [c for c, cell in enumerate(row) if not cell and above[c] and c != ordinal and _is_usual(items, c)]
    numbered = ordinal is not None and bool(above[ordinal])
    all_numbered = numbered and len(items) >= _FEW and _filled(items, ordinal or 0) >= _NEARLY_ALL
    if row[name] and _begins_item(above[name].value, row[name].value, all_numbered):
        return False
    if all_numbered and (any(goes_on) or lacking):
        return True
    if not row[name]:
        return any(goes_on) or bool(lacking) or not any(not other[name] for other in items)
    if sum(goes_on) > 1 or _words_go_on(above, row, name, numbered):
        return True
    return len(lacking) > 1 and not any(map(_is_heading, (*rows, *body[1:])))


def _count(row: Row) -> int:
    return sum(bool(cell) or cell is SPANNED for cell in row)


def _is_heading(row: Row) -> bool:
    """A row of few words and no number in a table whose other rows are full."""
    return _count(row) == 1 and COVERED not in row and not any(_is_number(cell.value) for cell in row)


def _begins_item(before: str, after: str, all_numbered: bool) -> bool:
    """`- Tổ chức …`; but not `… thông tin` / `- viễn thông`, `2015` / `- 2025`, a dash of the sentence.

    Where all rows have numbers, what begins with a dash is part of one.
    """
    marker = marker_of(after)
    if marker is None or marker.kind != "bullet" or not before:
        return marker is not None
    if all_numbered or before[-1].isspace() or (after[marker.end].isdigit() and before[-1].isdigit()):
        return False
    return not after[marker.end].islower() or _CLOSED_END.search(before) is not None


def _is_number(value: str) -> bool:
    """`4`, `IV`, `2. Triển khai …`; not the rest of the words of a column without a head of its own."""
    value = value.strip()
    return bool(value) and (len(value) < _SHORT or marker_of(value) is not None)


def _is_new(upper: str, lower: str) -> bool:
    """Whether both are values in themselves: `44` under `12`, `Quý II/2026` under `Quý I/2026`, the same body again."""
    if upper == lower or (is_value(upper) and is_value(lower)):
        return True
    return is_deadline(upper) and is_deadline(lower) and _YEAR.search(upper) is not None


def _is_usual(rows: Sequence[Row], column: int) -> bool:
    return _filled(rows, column) >= _USUALLY


def _merged_alike(above: Row, row: Row) -> bool:
    """A heading over the whole width is no rest of a row of single cells."""
    return all((upper is COVERED) == (cell is COVERED) for upper, cell in zip(above, row, strict=True))


def _columns(head: Head | None, width: int) -> tuple[int | None, int]:
    """Which column holds the numbers of the rows (None for none), and which their names."""
    heads = [header_role(text) for text in head.heads] if head else []
    ordinal = heads.index("ordinal") if "ordinal" in heads else (None if heads else 0)
    name = heads.index("name") if "name" in heads else (0 if ordinal is None else min(ordinal + 1, width - 1))
    return ordinal, name


def _filled(rows: Sequence[Row], column: int) -> float:
    """The share of the rows in which a column is filled, none for no rows."""
    return sum(bool(row[column]) or row[column] is SPANNED for row in rows) / len(rows) if rows else 0.0


def _words_go_on(above: Row, row: Row, name: int, numbered: bool) -> bool:
    before, after = above[name].value, row[name].value.lstrip(" “\"'(")
    if not before or not after:
        return bool(not before and after[:1].islower())
    if _goes_on(before, after):
        return True
    before = before.rstrip()
    if _CLOSED_END.search(before) or after[-1] == ":":  # `Trong đó:` is a row of its own
        return False
    if before.isupper() and after.isupper():
        return True  # a heading in capitals
    values = [column for column, cell in enumerate(row) if cell and column != name]
    return not values and numbered and not after.isupper()


def _goes_on(before: str, after: str) -> bool:
    """`… của phường về` / `phát triển`; `… Đảng ủy,` / `HĐND`; `6 tháng đầu năm` / `2026`: one text."""
    if before[-1:].isspace():  # a line was wrapped here, no cell ended
        return True
    first = after.lstrip(" “\"'(")[:1]
    if first.isdigit() and _BEFORE_NUMBER.search(fold(before[-12:])):
        return True
    return first.islower() or first in tuple(",;.)&/%") or _ends_open(before.rstrip())


def _ends_open(words: str) -> bool:
    """`… thuộc Đảng ủy,`, `… theo quy định của`: no cell ends so."""
    return words[-1] in _OPEN_END or fold(words[-24:]).rsplit(" ", 1)[-1] in open_words()


def span_over(rows: Sequence[Row], body: Sequence[list[Text]]) -> None:
    """Mark in the first row of a page the cells that go on with a merged cell of the page before.

    A page break parts a merged cell: below it stands an empty one, or the rest of its text.
    """
    if len(rows[-1]) != len(body[0]):
        return
    for column, cell in enumerate(body[0]):
        upper = rows[-1][column]
        below = len(body) > 1 and body[1][column] is SPANNED
        if not cell and cell is not COVERED and (upper is SPANNED or (below and upper)):
            body[0][column] = SPANNED
