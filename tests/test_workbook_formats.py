"""Numbers and texts as a sheet shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.readers.workbook.formats import BUILT_IN, is_hiding, show_number, show_text
from kehoach.normalize.numbers import parse_number

_ACCOUNTING = '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)'
_DAY = 46_096  # 15/03/2026, a Sunday

SHOWN: list[tuple[float, str, str]] = [
    (95, "General", "95"),
    (95, "", "95"),
    (0.95, "General", "0,95"),
    (0.30000000000000004, "General", "0,3"),
    (100 / 3, "General", "33,33333333"),
    (123_456_789_012, "General", "123456789012"),
    (1e-7, "General", "0,0000001"),
    (-12.5, "General", "-12,5"),
    (0.95, "0%", "95%"),
    (0.955, "0.0%", "95,5%"),
    (1.2, "0%", "120%"),
    (95, '"≥ "0"%"', "≥ 95%"),
    (95, '0"%"', "95%"),
    (1_234_567.5, "#,##0.0", "1.234.567,5"),
    (1_234_567.5, "#,##0", "1.234.568"),
    (1234, "#,##0", "1.234"),
    (5, "#,##0", "5"),
    (0, "#,##0", "0"),
    (0, "0.00", "0,00"),
    (4.35, "0.0", "4,4"),
    (3, "0.##", "3"),
    (0.5, "#.##", "0,5"),
    (7, "00", "07"),
    (912_345_678, "0000 000 000", "0912 345 678"),
    (1_500_000, '#,##0.0,," triệu"', "1,5 triệu"),
    (1_500_000, "#,##0,", "1.500"),
    (1234, _ACCOUNTING, "1.234"),
    (-1234, _ACCOUNTING, "(1.234)"),
    (0, _ACCOUNTING, "-"),
    (-5.25, "0.0", "-5,3"),
    (-0.001, "0.0", "0,0"),
    (-5, "0;[Red]-0", "-5"),
    (5, "[>=10]0.0;[<10]00", "05"),
    (12, "[>=10]0.0;[<10]00", "12,0"),
    (-5, "[<0]0;0", "-5"),
    (1234.5, "[$₫-42A]#,##0.0", "₫1.234,5"),
    (2.5, "# ?/?", "2 1/2"),
    (0.75, "# ?/?", "3/4"),
    (0.999, "# ?/?", "1"),
    (0.5, "# ?/8", "1/2"),
    (12_345, "0.0E+0", "1,2E+4"),
    (2026, '"Năm "0', "Năm 2026"),
    (5, "@", "5"),
    (5, '"không"', "không"),
    (_DAY, "dd/mm/yyyy", "15/03/2026"),
    (_DAY, "d/m/yy", "15/3/26"),
    (_DAY, "[$-42A]dd mmmm yyyy;@", "15/03/2026"),
    (_DAY, "m/d/yyyy", "15/03/2026"),
    (_DAY, "mm/yyyy", "03/2026"),
    (_DAY, "mmm-yy", "03/2026"),
    (_DAY, "yyyy-mm-dd", "2026-03-15"),
    (_DAY, '"ngày" dd "tháng" mm "năm" yyyy', "ngày 15 tháng 03 năm 2026"),
    (_DAY, "dddd", "Chủ Nhật"),
    (_DAY + 0.5, "dd/mm/yyyy h:mm", "15/03/2026 12:00"),
    (_DAY + 0.75, "h:mm AM/PM", "6:00 CH"),
    (0.5 + 65 / 86_400, "hh:mm:ss", "12:01:05"),
    (0.5, "mm:ss", "00:00"),
    (1.5, "[h]:mm", "36:00"),
    (1.5, "[hh]:mm:ss", "36:00:00"),
    (61, "dd/mm/yyyy", "01/03/1900"),
    (59, "dd/mm/yyyy", "28/02/1900"),
    (-1, "dd/mm/yyyy", "-1"),
    (3e6, "dd/mm/yyyy", "3000000"),
    (2_958_465.999_999, "dd/mm/yyyy", "31/12/9999"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "expected"), SHOWN)
def test_number(value: float, code: str, expected: str) -> None:
    assert show_number(value, code) == expected


def test_days_since_1904() -> None:
    assert show_number(_DAY - 1462, "dd/mm/yyyy", since_1904=True) == "15/03/2026"


TEXTS = [("80", '@" %"', "80 %"), ("80", "0", "80"), ("80", "General", "80"), ("80", '0;-0;0;"- "@', "- 80")]


@pytest.mark.parametrize(("value", "code", "expected"), TEXTS)
def test_text(value: str, code: str, expected: str) -> None:
    assert show_text(value, code) == expected


@pytest.mark.parametrize(("code", "hiding"), [(";;;", True), ("", False), ("General", False), ("0;;", False)])
def test_format_that_hides(code: str, hiding: bool) -> None:
    assert is_hiding(code) is hiding


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=2), st.sampled_from(["0.00", "#,##0.00", "General"]))
def test_shown_number_is_read_back(value: object, code: str) -> None:
    number = float(str(value))
    if "E" not in (shown := show_number(number, code)) and abs(number) < 10**7:
        assert parse_number(shown) == number


_PIECES = st.sampled_from(["0", "#", "?", ",", ".", "%", ";", "/", "d", "mm", "yyyy", "h", "ss", "[h]", "E+", "@", '"',
                           "\\", "_", "*", "[", "]", "[>=5]", "General", "AM/PM", "đ", " "])  # fmt: skip


@given(st.floats(allow_nan=False, allow_infinity=False), st.lists(_PIECES, max_size=8).map("".join))
def test_any_format_shows_something(value: float, code: str) -> None:
    assert isinstance(show_number(value, code), str)
    assert isinstance(show_text("chữ", code), str)


@pytest.mark.parametrize("code", BUILT_IN.values())
def test_built_in_format(code: str) -> None:
    assert show_number(1.5, code)
