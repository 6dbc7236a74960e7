"""What tells that a text goes on over a line break, or that a cell may begin there.

`Ban Chỉ huy` / `Quân sự`, `Trước` / `15/3/2026` go on; `từ 90% trở lên` may begin a cell though its letter is small.
"""

from __future__ import annotations

import re
from functools import cache

from kehoach.extract.grids.lost_units import AGENCY, DEADLINE, NUMBERED, ROMAN, classify, is_lower
from kehoach.normalize import vocabulary
from kehoach.normalize.text import UPPER


def names_on(text: str, before: str) -> bool:
    """Whether a name or a date goes on: `Ban Chỉ huy` / `Quân sự`, `Phòng Nội` / `- vụ`, `ngày` / `30/11/2026`."""
    if text.startswith("- "):
        return classify(before) == AGENCY
    if text[0].isdigit():
        if classify(text) == NUMBERED or (before.endswith("năm") and not _YEAR.match(text)):  # `đồng/năm` / `41,2`
            return False
        return unfinished("figure").search(before) is not None or (
            _DATE_LEAD.search(before) is not None and classify(text) == DEADLINE
        )
    if text[0] in "IV" and _QUARTER.match(text) and before[-3:].lower() == "quý":  # `Hết quý` / `III/2026`
        return True
    if text.startswith("Việt Nam"):  # `Ủy ban MTTQ` / `Việt Nam xã`
        return before[-1] not in ";."
    if unfinished("place").search(before):
        return _PLACE.fullmatch(text) is not None and not _begins_body().match(text)
    if _OWN_OFFICE.search(before) and _begins_body().match(text):  # `Văn phòng Sở` / `Trung tâm Khởi nghiệp`
        return False
    return unfinished("name").search(before) is not None


_YEAR = re.compile(r"20\d\d\b")
_DATE_LEAD = re.compile(r"(?:^|\s)(?:[Tt]rước|[Hh]ết|[Ss]au)$")  # `Trước` / `15/3/2026`
_OWN_OFFICE = re.compile(r"\w (?:Sở|Bộ|Cục)$")
_QUARTER = re.compile(r"(?:I{1,3}|IV)\s*[/,;]|(?:I{1,3}|IV)$")


LOW_VALUE = re.compile(
    r"(?:trên|dưới|từ|đạt|hơn|phấn đấu(?: đạt)?|tối thiểu|ít nhất|không quá|khoảng) \d[\d.,]*\s*%?(?: trở lên)?$"
    r"|(?:thường xuyên|hằng (?:năm|quý|tháng|tuần)|hàng (?:năm|quý|tháng|tuần))$|trước (?:ngày )?\d{1,2}/[\d/]+$"
    r"|(?:ha|m|km|kg|tấn|m[23²³])(?:/[\w²³]+)?$"
)  # cells that may begin with a small letter: `từ 90% trở lên`, `hằng quý`, `trước 30/11`


def may_begin(text: str, ends: str) -> bool:
    """Whether a cell may begin with a text after a line that ``ends`` so."""
    if ends[-1] in "-–,(/" or (is_lower(text) and not LOW_VALUE.match(text)):
        return False
    if classify(text) in (NUMBERED, ROMAN):
        return True
    return not names_on(text, ends)


@cache
def unfinished(before: str) -> re.Pattern[str]:
    """Ends of lines after which a `name`, `place` or `figure` goes on (``normalize/data/unfinished_words.csv``)."""
    words = sorted((row["words"] for row in vocabulary.rows("unfinished_words") if row["before"] == before), key=len)
    flags = re.IGNORECASE if before == "figure" else re.NOFLAG
    signs = "|[≥≤><=]" if before == "figure" else ""
    return re.compile(rf"(?:\b(?:{'|'.join(map(re.escape, reversed(words)))}){signs})$", flags)


vocabulary.on_change(unfinished.cache_clear)


@cache
def _begins_body() -> re.Pattern[str]:
    """Beginnings of names of bodies: `Phòng Văn` / `hóa` after `Công an xã` is no place."""
    words = (row["words"] for row in vocabulary.rows("unfinished_words") if row["before"] == "name")
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\b")


vocabulary.on_change(_begins_body.cache_clear)
_PLACE = re.compile(rf"[{UPPER}]\w*(?: [{UPPER}]\w*){{0,3}}[,;.]?")  # An Hòa
