"""The words that portals put around a document; they are data: ``normalize/data/portal_words.csv``."""

from __future__ import annotations

import re
from functools import cache

from kehoach.extract.blocks import Grid
from kehoach.normalize import vocabulary
from kehoach.normalize.text import fold

__all__ = ["is_attribute_table", "is_other_documents", "is_portal_line"]

_FEWEST, _MOST_COLUMNS = 3, 4
_SHARE = 0.6  # of the labels that must be known
_LONGEST = 160  # characters of a line


def is_attribute_table(grid: Grid) -> bool:
    """Whether a table tells of a document: `Số ký hiệu | 12/KH-UBND`, `Ngày ban hành | 05/03/2026`, …"""
    columns = max(map(len, grid.rows), default=0)
    if not 2 <= columns <= _MOST_COLUMNS:
        return False
    labels = [fold(cell.value).strip(" :") for row in grid.rows for cell in row[::2] if cell]
    known = sum(label in _words("attribute") for label in labels)
    return known >= _FEWEST and known >= _SHARE * len(labels)


def is_other_documents(heads: list[str]) -> bool:
    """Whether these are the heads of a list of documents: `STT | Số ký hiệu | Trích yếu`."""
    return any(fold(head).strip(" :") in _words("list") for head in heads)


def is_portal_line(value: str) -> bool:
    """`Lượt xem: 1.234`, `Chia sẻ`, `Tin liên quan`; not `Chia sẻ dữ liệu giữa các phòng`."""
    return len(value) < _LONGEST and _line().match(fold(value)) is not None


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(fold(row["words"]) for row in vocabulary.rows("portal_words") if row["kind"] == kind)


@cache
def _line() -> re.Pattern[str]:
    words = "|".join(re.escape(words) for words in sorted(_words("line"), key=lambda words: (-len(words), words)))
    return re.compile(rf"(?:{words})\s*(?:[:|(]|\d|$)")


vocabulary.on_change(_words.cache_clear)
vocabulary.on_change(_line.cache_clear)
