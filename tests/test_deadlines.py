"""Deadlines: a case is a line of `cases/deadlines.csv` (read in a plan of 2026) or of the tables below."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize import vocabulary
from kehoach.normalize.deadlines import find_deadline, looks_like_deadline, parse_deadline

RECURRENCES = {"continuous", "daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", ""}


def cases() -> list[dict[str, str]]:
    with Path(__file__).with_name("cases").joinpath("deadlines.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["cell"])
def test_cell(case: dict[str, str]) -> None:
    found = parse_deadline(case["cell"], 2026)
    seen = [found.kind, found.start or "", found.due or "", found.recurrence or "", found.problem or ""]
    assert [str(value) for value in seen] == [case[key] for key in ("kind", "start", "due", "recurrence", "problem")]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["cell"])
def test_is_deadline_cell(case: dict[str, str]) -> None:
    assert looks_like_deadline(case["cell"]) is (case["is_cell"] == "yes")


@pytest.mark.parametrize("cell", ["trước 30/11", "Quý II", "tháng 3", "6 tháng đầu năm", "cuối năm"])
def test_without_a_plan_year_nothing_is_invented(cell: str) -> None:
    found = parse_deadline(cell)
    assert (found.due, found.problem) == (None, "no-year")


@pytest.mark.parametrize(
    ("sentence", "raw", "kind", "due"),
    [
        ("Rà soát quy trình nội bộ (nhiệm vụ thường xuyên).", "nhiệm vụ thường xuyên", "recurring", None),
        ("Ban hành Quy chế (Quý II/2026).", "Quý II/2026", "quarter", "2026-06-30"),
        ("Báo cáo kết quả về Sở trước ngày 30/11/2026.", "trước ngày 30/11/2026", "date", "2026-11-29"),
        ("Việc ban hành Kế hoạch hoàn thành trong tháng 02/2026.", "trong tháng 02/2026", "month", "2026-02-28"),
        ("Số hóa hồ sơ đất đai, xong trước tháng 6/2026.", "xong trước tháng 6/2026", "month", "2026-05-31"),
        ("Trình duyệt chậm nhất ngày 30/6/2026.", "chậm nhất ngày 30/6/2026", "date", "2026-06-30"),
        ("Lập danh mục. Thời gian hoàn thành: Quý I/2026.", "Quý I/2026", "quarter", "2026-03-31"),
    ],
)
def test_running_text(sentence: str, raw: str, kind: str, due: str | None) -> None:
    found = find_deadline(sentence, 2026)
    assert found is not None
    assert (found.raw, found.kind, found.due and str(found.due)) == (raw, kind, due)


@pytest.mark.parametrize(
    "sentence",
    [
        "Thường xuyên rà soát quy trình nội bộ.",
        "Lập dự toán năm 2026 cho chuyển đổi số.",
        "Thực hiện Quyết định số 12/QĐ-UBND ngày 05/01/2026 của UBND tỉnh.",
        "Báo cáo định kỳ hằng quý (trước ngày 20 hằng quý).",
        "Xây dựng kế hoạch giai đoạn 2026-2030.",
        "Lập kế hoạch đầu tư 05 năm (2026-2030) của xã.",
        "Đưa tỷ lệ hộ nghèo xuống dưới 1%.",
        "",
    ],
)
def test_running_text_without_a_deadline(sentence: str) -> None:
    assert find_deadline(sentence, 2026) is None


@pytest.mark.parametrize(
    "text",
    [
        "Kế hoạch năm 2026", "Báo cáo quý", "3/5", "100%", "80-90%", "1.250 tỷ đồng", "Phòng Kinh tế",
        "-", "10", "57-NQ/TW",
        "Xây dựng và ban hành kế hoạch cải thiện chỉ số chuyển đổi số của phường trong năm 2026",
        "Quyết định số 12/QĐ-UBND ngày 05/01/2026", "Theo dõi, đôn đốc các đơn vị",
        "Văn bản triển khai", "5G", "Sản phẩm",
    ],
)  # fmt: skip
def test_no_deadline_cell(text: str) -> None:
    assert not looks_like_deadline(text)


def test_recurrences_are_known() -> None:
    assert {row["recurrence"] for row in vocabulary.rows("recurrence")} <= RECURRENCES


DATES = st.dates(dt.date(2020, 1, 1), dt.date(2049, 12, 31))
ROMAN = ["I", "II", "III", "IV"]


@given(
    DATES,
    st.sampled_from(["{0:%d/%m/%Y}", "ngày {0.day}/{0.month}/{0.year}", "ngày {0.day} tháng {0.month} năm {0.year}"]),
)
def test_a_written_day_is_read_back(date: dt.date, form: str) -> None:
    assert parse_deadline(form.format(date)).due == date
    assert parse_deadline("Trước " + form.format(date)).due == date - dt.timedelta(days=1)
    assert parse_deadline("chậm nhất " + form.format(date)).due == date
    assert looks_like_deadline(form.format(date))


@given(
    st.integers(1, 4),
    st.integers(2020, 2049),
    st.sampled_from(["Quý {r}/{y}", "Quý {q} năm {y}", "Q{r}/{y}", "quý {r} - {y}"]),
)
def test_a_written_quarter_is_read_back(quarter: int, year: int, form: str) -> None:
    found = parse_deadline(form.format(q=quarter, r=ROMAN[quarter - 1], y=year))
    after = dt.date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    assert (found.kind, found.due) == ("quarter", after - dt.timedelta(days=1))


@given(
    st.integers(1, 12),
    st.integers(2020, 2049),
    st.sampled_from(["Tháng {m}/{y}", "{m:02d}/{y}", "T{m}/{y}", "tháng {m} năm {y}"]),
)
def test_a_written_month_is_read_back(month: int, year: int, form: str) -> None:
    found = parse_deadline(form.format(m=month, y=year))
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    assert (found.kind, found.due) == ("month", after - dt.timedelta(days=1))


PIECES = st.sampled_from(
    ["Quý", "I", "II/2026", "2026", "-", "tháng", "13", "31/02/2026", "trước", "ngày", "hằng năm", "thường xuyên",
     "sau khi",
     ",", "(", ")", "đến", "từ", "6 tháng", "đầu năm", "cuối", "và các năm tiếp theo", "12/", "/", "30/11",
     "theo", "số 12/QĐ-UBND", "9999", "0"]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join)


@given(TEXTS, st.none() | st.just(2026))
def test_any_text_has_a_faithful_span(text: str, plan_year: int | None) -> None:
    looks_like_deadline(text)
    for found in filter(None, (parse_deadline(text, plan_year), find_deadline(text, plan_year))):
        assert found.raw == text[found.begin : found.end]
        assert found.start is None or found.due is None or found.start <= found.due
