"""Numbers and dates, each form a line of a table, and round trips."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.dates import find_dates, parse_date
from kehoach.normalize.numbers import parse_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", 80.0), ("01", 1.0), ("0", 0.0), ("1,5", 1.5), ("66.7", 66.7), ("0.125", 0.125), ("2.500", 2500.0),
        ("1.234,5", 1234.5), ("1.250.000", 1250000.0), ("1 250", 1250.0), ("1 250 000,5", 1250000.5),
        ("1,250,000", 1250000.0), ("-5", -5.0), ("+5", 5.0), (" 7 ", 7.0),
        ("", None), ("-", None), ("mười", None), ("12.34.567", None), ("1234.567", None), ("12.5,3", None),
        ("1.2.3", None), ("80%", None), ("1 25", None),
    ],
)  # fmt: skip
def test_number(text: str, expected: float | None) -> None:
    assert parse_number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22/12/2024", "2024-12-22"), ("ngày 22 tháng 12 năm 2024", "2024-12-22"), ("30 /01/2026", "2026-01-30"),
        ("09/8/2025", "2025-08-09"), ("02.02.2026", "2026-02-02"), ("2026-02-25", "2026-02-25"),
        ("22-12-2024", "2024-12-22"), ("30/11 năm 2026", "2026-11-30"),
        ("Hà Nội, ngày 05 tháng 01 năm 2026", "2026-01-05"),
        ("ngày 25 tháng 02/2026", "2026-02-25"), ("ngày   tháng 02 năm 2026", None), ("/02/2026", None),
        ("31/02/2026", None), ("12/2026", None), ("10-12/2026", None), ("22/12/24", None), ("", None),
        ("từ 01/3/2026 đến 05/3/2026", None), ("22/12/20245", None),
    ],
)  # fmt: skip
def test_date(text: str, expected: str | None) -> None:
    assert parse_date(text) == (dt.date.fromisoformat(expected) if expected else None)


@given(st.integers(0, 10**9), st.integers(0, 999), st.booleans())
def test_a_written_number_is_read_back(whole: int, thousandths: int, grouped: bool) -> None:
    written = f"{whole:,}".replace(",", ".") if grouped else str(whole)
    assert parse_number(written) == whole
    english = 0 < whole < 1000 and thousandths % 10 == 0  # 12,500 may be 12 500
    read = None if english else float(f"{whole}.{thousandths:03d}")
    assert parse_number(f"{written},{thousandths:03d}") == read


FORMS = [
    "{0.day}/{0.month}/{0.year}",
    "{0:%d/%m/%Y}",
    "{0:%d.%m.%Y}",
    "ngày {0:%d} tháng {0:%m} năm {0.year}",
    "{0:%Y-%m-%d}",
]


@given(st.dates(dt.date(1945, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(FORMS))
def test_a_written_date_is_read_back(date: dt.date, form: str) -> None:
    assert parse_date(form.format(date)) == date


@given(st.text() | st.text(alphabet="0123456789/.- ngàythánnăm"))
def test_any_text_is_safe(text: str) -> None:
    parse_number(text)
    assert all(0 <= found.start < found.end <= len(text) for found in find_dates(text))
