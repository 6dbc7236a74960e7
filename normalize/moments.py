"""Times named in a text: days, months, quarters, halves, years, and spans of them, each with its first and last day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Literal, NamedTuple

from kehoach.normalize.dates import day_of

MomentKind = Literal["date", "month", "quarter", "half", "year", "range", "open"]
MomentProblem = Literal["no-year", "impossible-date", "vague", "ocr-slip"]


class Moment(NamedTuple):
    """A time and its span in the text; `start` only for a range or what stays open. See `Deadline` for the problems."""

    kind: MomentKind
    start: dt.date | None
    due: dt.date | None
    begin: int
    end: int
    has_year: bool
    problem: MomentProblem | None


class _Period(NamedTuple):
    """One printed unit of time before the words around it are heard."""

    kind: MomentKind
    first: tuple[int, int]  # month and day within the year
    last: tuple[int, int]
    year: int | None
    last_year: int | None
    begin: int
    end: int
    problem: MomentProblem | None


_YEAR = r"(?:19|20)\d\d(?!\d)"
_OF_YEAR = rf"(?:\s*(?:[/.,(-]\s*)?(?:của\s+)?(?:năm\s*)?(?P<{{}}_year>{_YEAR}))?"
_QUARTER = r"(?:[IVl|]{1,3}|[1-4])(?![\w/]*[A-ZĐ])(?!\d)"
_JOIN = r"\s*(?:-|–|—|,|và|&|đến|\+)\s*"

_TIME = re.compile(
    rf"""
    (?<![\d/.])(?<!\b\d-)(?<!\b\d\d-)
    (?: (?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)
      | (?:ngày\s*)?(?P<span_from>\d{{1,2}})\s*(?:-|–|—|đến)\s*(?:ngày\s*)?(?P<span_to>\d{{1,2}})   # 20 - 25/9/2026
            \s*/\s*(?P<span_month>\d{{1,2}})(?:\s*/\s*(?P<span_year>{_YEAR}))?(?![\d/])
      | (?:ngày\s*)?(?P<day>\d{{1,2}})\s*(?P<sep>[/.-])\s*                      # 10/2/2026
            (?P<month>\d{{1,2}})\s*(?P=sep)\s*(?P<day_year>{_YEAR})
      | (?<!tuần\ )(?<!tuần\ thứ\ )(?:ngày\s*)?(?P<wday>\d{{1,2}})           # 15 tháng 3 năm 2026; not `tuần 1 tháng 3`
            \s*tháng\s*(?P<wmonth>\d{{1,2}})
            (?:\s*[,/]?\s*(?:năm\s*)?(?P<wday_year>{_YEAR}))?
      | (?:(?:0?(?P<months>[69])|(?P<months_word>sáu|chín))\s*tháng|nửa)\s+     # 6 tháng đầu năm 2026
            (?P<half>đầu|cuối)\s+(?:của\s+)?năm(?:\s*(?P<half_year>{_YEAR}))?
      | (?<!\w)(?:Quý|Qúy|Quí|Quỷ|Quy|Q)\s*\.?\s*(?P<quarter>{_QUARTER})               # Quý I, II/2026
            (?:(?P<quarter_join>{_JOIN})(?:quý\s+)?(?P<quarter_to>{_QUARTER})){{0,3}}  # Quý I, II, III và IV/2026
            {_OF_YEAR.format("quarter")}
      | (?<!\w)(?:tháng|T)\s*\.?\s*(?P<tmonth>\d{{1,2}})(?!\d)                         # Tháng 8/2025, tháng 3-5/2026
            (?:(?P<month_join>{_JOIN})(?:tháng\s*)?(?P<month_to>\d{{1,2}})(?![\d/]\d?/|\d)){{0,11}}
            {_OF_YEAR.format("tmonth")}
      | (?:giai\s+đoạn\s+|năm\s+)?(?P<from_year>{_YEAR})\s*(?:[-–—]|đến|tới)\s* # 2026-2030
            (?:hết\s+)?(?:năm\s+)?(?P<to_year>{_YEAR})
      | (?P<months_from>0?[1-9]|1[0-2])\s*[-–]\s*(?P<months_to>0?[1-9]|1[0-2])  # 5-6/2026
            \s*/\s*(?P<months_year>{_YEAR})
      | (?P<bmonth>\d{{1,2}})\s*[/.-]\s*(?P<bmonth_year>{_YEAR})                # 8/2025
      | (?:ngày\s*)?(?<!\d)(?P<pday>\d{{1,2}})\s*/\s*(?P<pmonth>\d{{1,2}})   # trước 30/11
            (?![\d/])(?:\s*,?\s*năm\s*(?P<pday_year>{_YEAR}))?
      | (?P<school>năm\s+học\s+{_YEAR}(?:\s*[-–]\s*{_YEAR})?)
      | (?:năm\s*)?(?P<year>{_YEAR})(?!\s*[-–]?\s*\d)
      | (?:trong|cuối|hết|cả|đầu|giữa|suốt)\s+(?P<this>năm)(?!\s*(?:học|\d))(?!\w)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}

_BETWEEN = re.compile(r"\s*(?:-|–|—|→|đến|tới)\s*(?:hết\s+|cuối\s+|trước\s+)?", re.I)
_LISTED = re.compile(r"\s*(?:,|;|và|&|hoặc)\s*", re.I)
_GOES_ON = re.compile(
    r"[\s,;(]*(?:(?:và|đến|cho)\s+)*(?:tiếp\s+tục\s+)?(?:(?:thực\s+hiện|duy\s+trì|triển\s+khai)\s+)?(?:(?:cho|trong|ở|vào)\s+)?"
    r"(?:(?:các|những|hằng|hàng)\s+)*(?:năm\s+(?:tiếp\s+theo|tiếp|sau|tới|kế\s+tiếp|sau\s+đó)|trở\s+đi|trở\s+về\s+sau)(?!\w)",
    re.I,
)
_BEFORE = re.compile(r"(?<!\w)trước(?:\s+(?:thời\s+điểm|mốc|hạn))?\s*:?\s*$", re.I)
_FROM = re.compile(r"(?<!\w)(?:từ|kể\s+từ|bắt\s+đầu(?:\s+từ)?|bắt\s+đầu\s+trong)\s*$", re.I)
_SINCE = re.compile(r"(?<!\w)sau\s*$", re.I)
_EARLY = re.compile(r"(?<!\w)(?:đầu|giữa)\s*$", re.I)
_LATE = re.compile(r"(?<!\w)(?:cuối|hết)\s*$", re.I)


def find_moments(text: str, plan_year: int | None = None) -> list[Moment]:
    """The times named in `text`, in order; one without a year is taken to be in `plan_year`.

    `trước` makes the day before it the due one, `từ … đến …` a range, `và các năm tiếp theo` or `từ` leaves it open.
    """
    if "năm" not in text.lower() and not any(character.isdigit() or character in "IV" for character in text):
        return []
    periods = [_period(match) for match in _TIME.finditer(text)]
    moments = []
    position = 0
    while position < len(periods):
        period, used, is_range = _joined(text, periods, position)
        moments.append(_moment(text, period, plan_year, is_range))
        position += used
    return moments


def _period(match: re.Match[str]) -> _Period:
    begin, end = match.span()
    for day, month, year in (("iso_day", "iso_month", "iso_year"), ("day", "month", "day_year"),
                             ("wday", "wmonth", "wday_year"), ("pday", "pmonth", "pday_year")):  # fmt: skip
        if match[day]:
            when = int(match[month]), int(match[day])
            return _Period("date", when, when, _number(match[year]), None, begin, end, None)
    if match["span_to"] or match["months_to"]:
        return _span_period(match)
    if match["tmonth"] or match["bmonth"]:
        return _month_period(match)
    if match["quarter"]:
        return _quarter_period(match)
    if match["half"]:
        return _half_period(match)
    first, last = (1, 1), (12, 31)
    if match["school"]:
        return _Period("year", first, last, None, None, begin, end, "vague")
    if match["from_year"]:
        years = int(match["from_year"]), int(match["to_year"])
        return _Period("range", first, last, years[0], years[1], begin, end, None if years[0] <= years[1] else "vague")
    problem: MomentProblem | None = "vague" if match["this"] and re.match("đầu|giữa", match[0], re.I) else None
    return _Period("year", first, last, _number(match["year"]), None, begin, end, problem)


def _span_period(match: re.Match[str]) -> _Period:
    """`20 - 25/9/2026`, days of a month; `5-6/2026`, months of a year."""
    if match["span_to"]:
        in_month = int(match["span_month"])
        first, last = (in_month, int(match["span_from"])), (in_month, int(match["span_to"]))
        return _Period("range", first, last, _number(match["span_year"]), None, *match.span(), None)
    first, last = (int(match["months_from"]), 1), (int(match["months_to"]), 0)
    return _Period("range", first, last, int(match["months_year"]), None, *match.span(), None)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _month_period(match: re.Match[str]) -> _Period:
    first = int(match["tmonth"] or match["bmonth"])
    last = int(match["month_to"] or first)
    kind: MomentKind = "range" if match["month_to"] and not _LISTED.fullmatch(match["month_join"]) else "month"
    if kind == "month":
        first = last
    year = _number(match["tmonth_year"] or match["bmonth_year"])
    return _Period(kind, (first, 1), (last, 0), year, None, *match.span(), None)


def _quarter_period(match: re.Match[str]) -> _Period:
    slips = re.search(r"[l|]", match["quarter"] + (match["quarter_to"] or "")) is not None
    first = _quarter(match["quarter"])
    last = _quarter(match["quarter_to"]) if match["quarter_to"] else first
    kind: MomentKind = "range" if match["quarter_to"] and not _LISTED.fullmatch(match["quarter_join"]) else "quarter"
    if kind == "quarter":
        first = last
    year = _number(match["quarter_year"])
    return _Period(kind, (3 * first - 2, 1), (3 * last, 0), year, None, *match.span(), "ocr-slip" if slips else None)


def _quarter(printed: str) -> int:
    """1 to 4, or 5 (no quarter, hence no date) for what is none. `l` and `|` stand for I: `lI` is II."""
    return int(printed) if printed.isdigit() else _ROMAN.get(re.sub(r"[l|i]", "I", printed).upper(), 5)


def _half_period(match: re.Match[str]) -> _Period:
    months = 9 if match["months"] == "9" or (match["months_word"] or "").lower() == "chín" else 6
    early = match["half"].lower() == "đầu"
    first, last = ((1, 1), (months, 30)) if early else ((13 - months, 1), (12, 31))
    kind: MomentKind = "half" if months == 6 else "range"
    return _Period(kind, first, last, _number(match["half_year"]), None, *match.span(), None)


def _joined(text: str, periods: list[_Period], position: int) -> tuple[_Period, int, bool]:
    """The period at `position` with the one it is joined to: `từ tháng 3 đến tháng 5/2026`, `Quý I và Quý II/2026`."""
    period = periods[position]
    if position + 1 < len(periods):
        after = periods[position + 1]
        gap = text[period.end : after.begin]
        year, last_year = period.year or after.year, after.last_year or after.year
        if _BETWEEN.fullmatch(gap):
            problem = period.problem or after.problem
            both = _Period("range", period.first, after.last, year, last_year, period.begin, after.end, problem)
            return both, 2, True
        if _LISTED.fullmatch(gap) and period.year is None and period.kind == after.kind and after.year:
            return after._replace(begin=period.begin), 2, False
    return period, 1, period.kind == "range"


def _moment(text: str, period: _Period, plan_year: int | None, is_range: bool) -> Moment:
    before, begin, end = text[max(0, period.begin - 40) : period.begin], period.begin, period.end
    has_year = period.year is not None
    year = period.year or plan_year
    if year is None:
        return Moment(period.kind, None, None, begin, end, has_year, period.problem or "no-year")
    first = _first(year, *period.first)
    last = _last(period.last_year or year, *period.last)
    if first is None or last is None or last < first:
        return Moment(period.kind, None, None, begin, end, has_year, "impossible-date")
    going_on = _GOES_ON.match(text, end)
    if going_on:
        return Moment("open", first, None, begin, going_on.end(), has_year, period.problem)
    if is_range:
        return Moment("range", first, last, begin, end, has_year, period.problem)
    return _heard(Moment(period.kind, first, last, begin, end, has_year, period.problem), before)


def _heard(moment: Moment, before: str) -> Moment:
    """The moment as the words in front of it mean it; `start` holds its first day until then."""
    first, last = moment.start, moment.due
    assert first is not None and last is not None
    if moment.kind in ("month", "quarter") and _EARLY.search(before):
        return moment._replace(start=None, problem="vague")  # đầu tháng 6/2026: not after its last day
    if moment.problem == "vague" or _EARLY.search(before):
        return moment._replace(start=None, due=None, problem="vague")
    late = _LATE.search(before)
    if _BEFORE.search(before[: late.start()] if late else before):
        due = last if late else first - dt.timedelta(days=1)
        return moment._replace(start=None, due=due)
    if _FROM.search(before):
        return moment._replace(kind="open", start=first, due=None)
    if _SINCE.search(before):
        return moment._replace(kind="open", start=last + dt.timedelta(days=1), due=None)
    return moment._replace(start=None)


def _first(year: int, month: int, day: int) -> dt.date | None:
    return day_of(year, month, day)


def _last(year: int, month: int, day: int) -> dt.date | None:
    """The day; day 0 is the last of its month."""
    if not 1 <= month <= 12:
        return None
    return day_of(year, month, day or calendar.monthrange(year, month)[1])
