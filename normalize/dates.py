"""Calendar dates as Vietnamese documents write them: day, month, year."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

YEAR = r"(?:19|20)\d{2}"

# One alternative a written form. The same separator stands twice: `10-12/2026` may be two months.
DATE = re.compile(
    rf"""
    (?<![\d/.,-])(?<![/.-]\s)
    (?: (?P<iso_year>{YEAR})-(?P<iso_month>\d{{2}})-(?P<iso_day>\d{{2}})               # 2026-02-25
      | (?P<day>\d{{1,2}})\s*(?P<sep>[/.-])\s*(?P<month>\d{{1,2}})\s*(?P=sep)\s*(?P<year>{YEAR})   # 30 /01/2026
      | (?P<day_word>\d{{1,2}})\s*tháng\s*(?P<month_word>\d{{1,2}})\s*(?:[,/]\s*)?(?:năm\s*)?(?P<year_word>{YEAR})
      | (?P<day_of>\d{{1,2}})\s*/\s*(?P<month_of>\d{{1,2}})\s*,?\s*năm\s*(?P<year_of>{YEAR})        # 30/11 năm 2026
    )
    (?![\d])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FORMS = (
    ("iso_day", "iso_month", "iso_year"),
    ("day", "month", "year"),
    ("day_word", "month_word", "year_word"),
    ("day_of", "month_of", "year_of"),
)


class FoundDate(NamedTuple):
    """A date and the span of its digits in the text."""

    date: dt.date
    start: int
    end: int


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """The date, or None where the calendar has no such day (31/02/2026)."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def date_of(match: re.Match[str]) -> dt.date | None:
    """The date that a match of `DATE` states; None for an impossible one."""
    for day, month, year in _FORMS:
        if match[day] is not None:
            return day_of(int(match[year]), int(match[month]), int(match[day]))
    return None


def find_dates(text: str) -> list[FoundDate]:
    """All full dates in `text`, in order; impossible ones are left out.

    Written forms: `22/12/2024`, `30 /01/2026`, `09/8/2025`, `02.02.2026`, `22-12-2024`, `30/11 năm 2026`,
    `22 tháng 12 năm 2024` and `2026-02-25`. A blank day (`ngày   tháng 02 năm 2026`) is no date.
    """
    found = ((date_of(match), match) for match in DATE.finditer(text))
    return [FoundDate(date, match.start(), match.end()) for date, match in found if date is not None]


def parse_date(text: str) -> dt.date | None:
    """The one date that `text` states; None where there is none, an impossible one, or two different ones.

    Words around it do not matter: `Hà Nội, ngày 22 tháng 12 năm 2024`.
    """
    dates = {found.date for found in find_dates(text)}
    return dates.pop() if len(dates) == 1 else None
