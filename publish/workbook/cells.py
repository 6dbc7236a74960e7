"""What a cell may hold: values that a spreadsheet keeps as they are, with no formula among them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

__all__ = ["SUSPECT", "Cell", "Column", "Link", "Mark", "Marked", "Sheet", "Value", "is_risky", "safe_text"]

Kind = Literal["text", "number", "count", "year", "date", "link"]
Mark = Literal["below", "missing", "pending", "conflict", "overdue", "median", "error", "warning"]
Value = str | float | dt.date | None

_LONGEST = 32_767  # UTF-16 units in a cell of Excel
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
SUSPECT = re.compile(rf"\A(?:[{re.escape(''.join(_RISKY))}]|<r>)|{_ILLEGAL.pattern}|\A(?s:.){{{_LONGEST // 2}}}")
"""What text has that cannot go into a cell just as it is; without it neither function below changes anything."""


class Link(NamedTuple):
    """Text that leads somewhere: to a file (`external:…`), to a cell (`internal:…`) or to a page of the web."""

    text: str
    target: str | None


class Marked(NamedTuple):
    """A value with a colour, or with the sign of comparison that stands before a number."""

    value: Value
    mark: Mark | None = None
    comparator: str | None = None
    target: str | None = None


Cell = Value | Link | Marked


class Column(NamedTuple):
    """A column: its head, its width in characters, what it holds."""

    head: str
    width: int
    kind: Kind = "text"
    above: str = ""
    """A second head, over this one; those alike that stand together are one."""
    mark: Mark | None = None


class Sheet(NamedTuple):
    """A sheet: the key of its name in the wording, its columns, its rows, how many columns stay in sight."""

    key: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    frozen: int
    filtered: bool = True


def safe_text(text: str) -> str:
    """The text as a cell can hold it: `�` for what XML cannot say, `…` at the end of what is too long.

    >>> safe_text("a\\x01b"), len(safe_text("x" * 40_000))
    ('a�b', 32767)
    """
    text = _ILLEGAL.sub("�", text)
    if len(text) > _LONGEST // 2 and len(text.encode("utf-16-le")) // 2 > _LONGEST:
        text = text.encode("utf-16-le")[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    return text


def is_risky(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula: `=1+1`, `- Tổ chức`, `+84`, `@SUM(1)`.

    >>> is_risky("=1+1"), is_risky("- Tổ chức"), is_risky("95%")
    (True, True, False)
    """
    return text.startswith(_RISKY)
