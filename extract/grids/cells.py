"""What a cell looks like, alone by its own words: a value, a unit, a body, a deadline, an ordinal.

The first words of bodies and the units are data: ``normalize/data/cell_words.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from kehoach.extract.blocks import Text
from kehoach.normalize import vocabulary
from kehoach.normalize.text import fold

__all__ = [
    "COVERED",
    "SPANNED",
    "Test",
    "is_agency",
    "is_deadline",
    "is_letterhead",
    "is_ordinal",
    "is_text",
    "is_unit",
    "is_value",
]

Test = Callable[[str], bool]

_VALUE = re.compile(  # `≥ 80%`, `phấn đấu đạt 3%`, `1.250`, `80-90%`, `Từ 95% trở lên`
    r"[≥≤<>=~+ ]*(?:(?:từ|đạt|trên|dưới|tối thiểu|tối đa|ít nhất|khoảng|ph[âấầ]n đ[âấầ]u|hơn|không quá|còn) )*"
    r"[≥≤<>=~+ ]*\d[\d.,]*(?: ?- ?\d[\d.,]*)? ?[%‰)]*(?: ?[^\s\d]\S*){0,3}",
)
_REACHED = re.compile(r"(?:đạt|hoàn thành|có|không|duy trì|tăng|giảm|x)\.?")
_DATE = re.compile(r"\d{1,2} ?[/.-] ?(?:\d{1,2} ?[/.-] ?)?20\d{2}")
_DEADLINE = re.compile(  # `Trước ngày 30/11/2026`, `Quý I/2026`, `T8/2025`, `Thường xuyên`
    r"(?:(?:trước|trong|đến|hết|từ|sau|chậm nhất|hoàn thành|cuối|đầu) )*(?:(?:ngày|tháng|quý|năm) |t\.?)?"
    r"(?:[ivx]{1,3}|\d{1,2})? ?[/.-]? ?(?:\d{1,2} ?[/.-] ?)?(?:năm )?20\d{2}(?!\d).*"
    r"|(?:thường xuyên|hằng|hàng|định kỳ|quý|tháng|năm|theo lộ trình|sau khi|khi có|giai đoạn)(?!\w).*"
)
_ORDINAL = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[ivxlc]{1,7}|[a-zđ])\)?[.)/]?|[-+*•–]")
_WORD = re.compile(r"[^\W\d_]{2}")


@cache
def _begins(kind: str) -> re.Pattern[str]:
    words = sorted((row["word"] for row in vocabulary.rows("cell_words") if row["kind"] == kind), key=len, reverse=True)
    return re.compile(r"(?:[-+•*] ?)?(?:các |toàn thể )?(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")


vocabulary.on_change(_begins.cache_clear)


@lru_cache(maxsize=8192)
def is_value(cell: str) -> bool:
    """Whether a cell is a number with little beside it: `≥ 80%`, `phấn đấu đạt 3%`, `1.250 người`; no date."""
    if len(cell) > 45:
        return False
    text = fold(cell)
    return not _DATE.search(text) and bool(_VALUE.fullmatch(text) or _REACHED.fullmatch(text))


def is_unit(cell: str) -> bool:
    """Whether a cell is a unit of measure: `%`, `% dân số`, `Dự án`."""
    return len(cell) <= 35 and bool(_begins("unit").match(fold(cell)))


def is_agency(cell: str) -> bool:
    """Whether a cell begins as the name of a body: `Phòng Kinh tế`, `Các cơ quan, đơn vị`."""
    return bool(_begins("agency").match(fold(cell[:40])))


def is_body(cell: str) -> bool:
    """Whether a cell names a body and is no unit: not the single words `Trạm`, `Bộ`, `Tổ` of a column of units."""
    return is_agency(cell) and (len(cell.split()) > 2 or not is_unit(cell))


def is_deadline(cell: str) -> bool:
    """Whether a cell is a time: `Quý I/2026`, `12/2026`, `Thường xuyên`."""
    return len(cell) <= 60 and bool(_DEADLINE.fullmatch(fold(cell)))


def is_ordinal(cell: str) -> bool:
    """Whether a cell is a number of a row: `1`, `1.2`, `IV`, `a)`, `-`."""
    return len(cell) < 16 and bool(_ORDINAL.fullmatch(fold(cell)))


def is_text(cell: str) -> bool:
    """Whether a cell says something: it holds a word of two letters or more, and is no line of dots."""
    return bool(_WORD.search(cell))


_LETTERHEAD = re.compile(
    r"cộng hòa xã hội chủ nghĩa|độc lập ?- ?tự do|^đảng cộng sản việt nam|^nơi nhận|^(?:tm|kt|tl|tuq)\. "
    r"|^(?:t/m|k/t|t/l) |^số ?: ?(?:[\d.…_]* ?[-/]|$)|^[^,]{2,30}, ngày .{0,6}tháng .{0,6}năm.{0,6}$|^người ký"
)


def is_letterhead(cell: str) -> bool:
    """Whether a cell is part of a letterhead or signature: `CỘNG HÒA XÃ HỘI …`, `Nơi nhận:`, `TM. ỦY BAN NHÂN DÂN`."""
    return len(cell) < 400 and any(_LETTERHEAD.search(fold(line)) for line in cell.split("\n"))


# The place of a cell merged with the one above it; told from an empty cell by identity (`cell is SPANNED`).
SPANNED = Text()
# The place of a cell merged with the one to its left.
COVERED = Text()
