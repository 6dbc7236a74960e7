"""The years that stand with the figures of one statement: `đạt 50% vào năm 2028 và 75% vào năm 2030`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class _Spanned(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Period(NamedTuple):
    """The year of a figure and the span of its words (`đến hết năm 2026`); `behind` the figure or in front of it."""

    year: int
    start: int
    end: int
    behind: bool


_INTRO = r"(?:(?:tính\s+đến|đến|tới|vào|trong)\s+)?(?:(?:hết|cuối|thời\s+điểm\s+cuối)\s+)?"
# `năm 2026`, `đến hết năm 2030`, `đến 2030`, `(2026)`, `2026:`; neither `2026-2030` nor `so với năm 2025`
_YEAR = re.compile(
    rf"(?P<intro>(?<!\w){_INTRO})(?:(?<!\w)năm\s+(?P<named>20\d\d)"
    r"|(?:(?<=đến\s)|(?<=tới\s)|(?<=hết\s)|(?<=cuối\s))(?P<bare>20\d\d)|(?<=\()\s*(?P<inner>20\d\d)(?=\s*\))|(?<![\w/.-])(?P<label>20\d\d)(?=\s*:))"
    r"(?!\s*[-–]\s*\d|\d|[.,/]\d)",
    re.I,
)
# The year of a comparison or of something else: `so với thực hiện năm 2025`, `từ năm 2026`, `kế hoạch năm 2026`
_OTHER_YEAR = re.compile(
    r"(?:so\s+với|so\s+sánh\s+với|cao\s+hơn|thấp\s+hơn|cùng\s+kỳ|(?<!\w)(?:hơn|bằng|từ|trước|sau|của|giai\s+đoạn))(?:\s+[^\W\d_]+){0,3}\s*$",
    re.I,
)
_NEAR = re.compile(r"[^\d%;,\n()]{0,40}")
_BETWEEN = re.compile(r"[^\d%()]*")
_JOINED = re.compile(r"(?<!\w)(?:và|còn|đạt)(?!\w)", re.I)


def find_periods(text: str, figures: Sequence[_Spanned]) -> list[Period | None]:
    """For each figure the year that stands with it.

    Written forms: `đạt 75% năm 2026, 95% năm 2028`, `50% vào năm 2028 và 75% vào năm 2030`, `75% (2026), 95% (2028)`,
    `năm 2026 đạt 75%; năm 2028 đạt 95%`, `2026: 75%; 2030: 95%`, `Đến năm 2030, 90% …, 80% …` (of both).
    Where the last figure has a year behind it, all have; else the years stand in front.
    """
    if not figures or "20" not in text:
        return [None] * len(figures)
    years = [
        match
        for match in _YEAR.finditer(text)
        if not _OTHER_YEAR.search(text, max(0, match.start() - 50), match.start())
    ]
    if not years:
        return [None] * len(figures)
    behind = [_year_behind(text, figures, years, place) for place in range(len(figures))]
    if behind[-1] is None:
        behind = [None] * len(figures)
    found: list[Period | None] = []
    for place, following in enumerate(behind):
        before = following or _year_before(text, figures, years, place)
        if before is None and behind[-1] is None and found:
            before = found[-1] and found[-1]._replace(start=0, end=0)
        taken = before and place and behind[place - 1]
        found.append(None if taken and before is not None and taken.start == before.start else before)
    return found


def _period(match: re.Match[str], behind: bool) -> Period:
    year = match["named"] or match["bare"] or match["inner"] or match["label"]
    return Period(int(year), *match.span(), behind)


def _year_behind(text: str, figures: Sequence[_Spanned], years: list[re.Match[str]], place: int) -> Period | None:
    end = figures[place].end
    limit = figures[place + 1].start if place + 1 < len(figures) else len(text)
    year = next((match for match in years if end <= match.start() and match.end() <= limit), None)
    if year is None or year["label"]:
        return None
    gap = text[end : year.start()].rstrip("(").rstrip()
    near = len(gap) <= 12 or (year["intro"] and len(gap) <= 40)
    if not near or not _NEAR.fullmatch(gap) or _JOINED.search(gap):
        return None
    return _period(year, True)


def _year_before(text: str, figures: Sequence[_Spanned], years: list[re.Match[str]], place: int) -> Period | None:
    """A year in front of the figure with no other number between; the year that opens the sentence holds for all."""
    floor, start = (figures[place - 1].end if place else 0), figures[place].start
    year = next((match for match in reversed(years) if floor <= match.start() and match.end() <= start), None)
    if year is None:
        return None
    opens = not text[: year.start()].strip(" -–+*•") or len(text[: year.start()].split()) <= 2
    if not (opens or (start - year.end() <= 80 and _BETWEEN.fullmatch(text, year.end(), start))):
        return None
    return _period(year, False)
