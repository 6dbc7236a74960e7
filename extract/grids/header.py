"""The head of a printed table: its one to three rows, the row of column numbers, the same head again on a new page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kehoach.extract.blocks import EMPTY, Text, join
from kehoach.extract.grids import cells
from kehoach.extract.grids.roles import header_role, header_year
from kehoach.normalize.text import without_tones
from kehoach.schemas.records import ColumnRole

__all__ = ["Head", "find_head", "is_column_numbers", "is_head_of_columns", "same_head"]

Row = Sequence[Text]

_LONGEST_HEAD = 110
_LONGEST_SUBHEAD = 60
_FEWEST_HEADS = 3  # different ones where no rules are drawn
_NAMED: frozenset[ColumnRole | None] = frozenset({"ordinal", "name", "subtask"})
_FIRST_ROWS = 4  # a title or an empty row may stand above the head
_NUMBER = re.compile(
    r"\(?\s*(?:\d{1,2}|[A-Za-z]|[IVX]{1,4})\s*\)?\.?(?:\s*=\s*[\d()+\-*/x: ]+)?"
)  # `(4)`, `(6)=(4)+(5)`
_PLACE_NUMBER = re.compile(r"\(?\s*(\d{1,2})\s*\)?\.?")
_LEAST_RIGHT = 3  # numbers in their places beside misread ones
_LONGEST_NUMBER = 4  # `(10)`
_FIRST_ORDINAL = re.compile(r"\(?(?:1|01|I|A|1\.1)\)?[.)/]?")
_LETTERS = re.compile(r"[^\w%]+")


class Head(NamedTuple):
    """Where the head stands among the rows of a grid (`first` to `end`, column numbers included) and its cells.

    `cells` has one text a column, "upper lower" where the head takes two rows; `heads` the words that tell its role.
    """

    first: int
    end: int
    cells: list[Text]
    heads: list[str]
    numbers: int | None  # the row of column numbers


def find_head(rows: Sequence[Row]) -> Head | None:
    """The head of a grid; None where its first rows are rows of data.

    Forms: `TT | Chỉ tiêu | ĐVT | Năm 2026`; the same over two rows, `Kế hoạch | ` over `2026 | 2030`, followed
    or not by `(1) | (2) | (3)`; heads that nobody knows over a first row numbered 1, I or A.
    """
    seen = 0
    for first, row in enumerate(rows):
        if sum(map(bool, row)) < 2:
            seen += 1
        elif _is_head(row) or (len(rows) > first + 1 and _is_unknown_head(row, rows[first + 1 :])):
            return _read(rows, first)
        else:
            return None
        if seen >= _FIRST_ROWS:
            return None
    return None


def is_head_of_columns(heads: Sequence[Sequence[str]]) -> bool:
    """Whether the words above columns are their heads (upper and lower ones): three different ones known, and most."""
    known = [_role_of_head(head) for head in heads]
    if any(not any(head) or len(" ".join(head)) > _LONGEST_HEAD for head in heads) or _NAMED.isdisjoint(known):
        return False
    return len({*known} - {None}) >= _FEWEST_HEADS and 3 * known.count(None) <= len(heads)


def _role_of_head(head: Sequence[str]) -> ColumnRole | None:
    return header_role(" ".join(head)) or next(filter(None, map(header_role, head)), None)


def _is_head(row: Row) -> bool:
    values = [cell.value for cell in row if cell]
    if cells.is_ordinal(row[0].value) or any(len(value) > _LONGEST_HEAD for value in values):
        return False
    known = [role for role in map(header_role, values) if role is not None]
    if header_role(row[0].value) == "ordinal" and len(known) >= 1:
        return True
    return len(set(known)) >= 2 and len(known) * 2 >= len(values) and ("name" in known or len(set(known)) >= 3)


def _is_unknown_head(row: Row, below: Sequence[Row]) -> bool:
    """`Lĩnh vực | Việc cần làm | Ai làm` over `1 | …`: short words over a first row with the number one."""
    if cells.is_ordinal(row[0].value) or any(len(cell) > _LONGEST_SUBHEAD for cell in row) or not row[0]:
        return False
    body = [under for under in below[:3] if not is_column_numbers(under)]
    return bool(body) and bool(_FIRST_ORDINAL.fullmatch(body[0][0].value)) and any(map(bool, body[0][1:]))


def _read(rows: Sequence[Row], first: int) -> Head:
    merged = list(rows[first])
    heads = [cell.value for cell in merged]
    end = first + 1
    while end < min(len(rows), first + 3) and _is_lower_head(merged, rows[end]):
        merged, heads = _join_heads(merged, rows[end], heads)
        end += 1
    numbers = None
    if end < len(rows) and is_column_numbers(rows[end]):
        numbers = end
        end += 1
    return Head(first, end, [cell.single_line() for cell in merged], heads, numbers)


def _is_lower_head(upper: Row, row: Row) -> bool:
    """Whether a row goes on with the head: sub-heads under merged cells, or the second lines of narrow heads."""
    filled = [column for column, cell in enumerate(row) if cell]
    if not filled or row[0] or is_column_numbers(row) or any(len(row[c]) > _LONGEST_SUBHEAD for c in filled):
        return False
    if all(_under_merged(upper, row, column) for column in filled):
        known = [c for c in filled if header_role(row[c].value) or header_year(row[c].value)]
        return bool(known) or not any(cells.is_value(row[c].value) for c in filled)
    named = [c for c, cell in enumerate(upper) if header_role(cell.value) == "name"]
    if any(row[c] for c in named):
        return False
    joined = [header_role(f"{upper[c].value} {row[c].value}".strip()) for c in filled]
    return all(joined) and not any(cells.is_value(row[c].value) for c in filled)


def _under_merged(upper: Row, row: Row, column: int) -> bool:
    """Whether the cell lies under a head that spans columns: under an empty one, or under its first place."""
    if not upper[column]:
        return True
    return column + 1 < len(upper) and not upper[column + 1] and bool(row[column + 1])


def _join_heads(upper: Row, lower: Row, heads: Sequence[str]) -> tuple[list[Text], list[str]]:
    merged: list[Text] = []
    words: list[str] = []
    for column, cell in enumerate(lower):
        above = upper[column]
        if not above and cell:
            above = _spanning(upper, lower, column)
        both = join([above, cell], " ")
        merged.append(both)
        words.append(_telling(above.value, cell.value) if cell else heads[column])
    return merged, words


def _spanning(upper: Row, lower: Row, column: int) -> Text:
    """The merged head above an empty place: the nearest filled one to the left whose sub-heads reach here."""
    for left in range(column - 1, -1, -1):
        if not lower[left]:
            return EMPTY
        if upper[left]:
            return upper[left]
    return EMPTY


def _telling(upper: str, lower: str) -> str:
    """Which words tell the role: `Chủ trì` under `Cơ quan thực hiện`, but both where `2025` lies under `Kinh phí`."""
    own = header_role(lower)
    if own is None or header_year(lower) is not None or header_role(upper) in ("budget", "baseline"):
        return f"{upper} {lower}".strip()
    return lower


def is_column_numbers(row: Row) -> bool:
    """Whether a row only numbers the columns: `(1) | (2) | (3)`, `A | B | 1 | 2`, `1 | 2 | 3 | (4)=(2)+(3)`.

    A few may be misread where the others stand in their places: `@) | (2) | (3) | (4) | G)`.
    """
    values = [cell.value.strip() for cell in row if cell]
    if len(values) < max(2, len(row) * 0.6):
        return False
    if not all(map(_NUMBER.fullmatch, values)):
        return _are_nearly_numbers([cell.value.strip() for cell in row])
    numbers = [int(found[0]) for found in (re.findall(r"\d+", value) for value in values) if found]
    if len(numbers) < 2:
        return len(values) >= 3 and len(set(values)) == len(values)
    return all(low + 1 == high for low, high in pairwise(numbers))


def _are_nearly_numbers(values: Sequence[str]) -> bool:
    """Whether most cells hold the number of their place, and the others as few letters: `I5)` for `(5)`."""
    filled = [value for value in values if value]
    found = [(column, _PLACE_NUMBER.fullmatch(value)) for column, value in enumerate(values)]
    first = Counter(int(match[1]) - column for column, match in found if match)
    if not first or any(len(value) > _LONGEST_NUMBER for value in filled):
        return False
    right = first.most_common(1)[0][1]
    bracketed = all(value[-1] == ")" for value in filled)
    return right >= _LEAST_RIGHT and right >= (0.5 if bracketed else 0.75) * len(filled)


def same_head(row: Row, head: Sequence[Text]) -> bool:
    """Whether a row repeats a head: the same words but for case, tones, marks and one slip in four cells."""
    if len(row) != len(head) or (row[0] and cells.is_ordinal(row[0].value)):
        return False
    wrong = filled = 0
    for cell, printed in zip(row, head, strict=True):
        if cell or printed:
            filled += 1
            near = len(cell) <= 2 * len(printed) + 8  # marks and spaces aside as long
            wrong += not near or _key(cell.value) != _key(printed.value)
            if wrong * 4 > len(row):
                return False
    return filled >= 2 and wrong * 4 <= filled


@lru_cache(maxsize=4096)
def _key(value: str) -> str:
    return _LETTERS.sub("", without_tones(value))
