"""Corrected plans: which one replaces which, and what the matrix then shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.replacing import link_replaced, newest
from kehoach.pipeline import Settings, run
from kehoach.schemas.records import Document, Reference

PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG SAO MAI
Số: {number}/KH-UBND
Sao Mai, ngày {day} tháng 3 năm {year}

KẾ HOẠCH
Chuyển đổi số năm {year}
{before}
I. MỤC TIÊU

1. Nâng cao chất lượng dịch vụ.

PHỤ LỤC I
CHỈ TIÊU

| TT | Chỉ tiêu | Đơn vị | Năm {year} |
|---|---|---|---|
| 1 | Tỷ lệ phủ sóng 5G | % | {value} |
"""


def document(doc_id: str, date: str | None, number: str | None = "12/KH-UBND", unit: str = "Sao Mai") -> Document:
    return Document(
        doc_id=doc_id,
        source=f"{doc_id}.txt",
        sha256="",
        format="txt",
        number=number,
        issuer=f"Ủy ban nhân dân phường {unit}",
        unit_name=unit,
        issue_date=dt.date.fromisoformat(date) if date else None,
    )


def says_replaces(number: str, date: str | None = None) -> Reference:
    day = dt.date.fromisoformat(date) if date else None
    return Reference(kind="Kế hoạch", number=number, role="replaces", date=day)


A = document("a", "2026-03-02")


@pytest.mark.parametrize(
    ("later", "replaces"),
    [
        (document("b", "2026-04-02"), True),
        (document("b", "2026-03-02"), False),  # a copy of it
        (document("b", "2027-03-02"), False),  # numbers begin anew each year
        (document("b", "2026-04-02", unit="Sao Hôm"), False),
        (document("b", "2026-04-02", number="13/KH-UBND"), False),
        (document("b", "2026-04-02", number=None), False),
        (document("b", None), False),
    ],
)
def test_same_number_and_issuer_with_a_later_date(later: Document, replaces: bool) -> None:
    assert link_replaced([later, A]) == ({"b": "a"} if replaces else {})


@pytest.mark.parametrize(
    ("later", "reference", "replaces"),
    [
        (document("b", "2027-01-05", number="7/KH-UBND"), says_replaces("12/KH-UBND"), True),
        (document("b", "2027-01-05", number="7/KH-UBND"), says_replaces("12/kh-ubnd", "2026-03-02"), True),
        (document("b", "2027-01-05", number="7/KH-UBND"), says_replaces("12/KH-UBND", "2025-03-02"), False),
        (document("b", "2027-01-05", number="7/KH-UBND", unit="Sao Hôm"), says_replaces("12/KH-UBND"), False),
        (document("b", "2026-01-05", number="7/KH-UBND"), says_replaces("12/KH-UBND"), False),
        (document("b", "2027-01-05", number="7/KH-UBND"), says_replaces("99/KH-UBND"), False),
    ],
)
def test_a_plan_that_says_what_it_replaces(later: Document, reference: Reference, replaces: bool) -> None:
    assert link_replaced([A, later], {"b": [reference]}) == ({"b": "a"} if replaces else {})


def test_each_issue_replaces_the_one_before() -> None:
    issues = [document("c", "2026-05-02"), A, document("b", "2026-04-02")]
    replaced = link_replaced(issues)
    assert replaced == {"b": "a", "c": "b"}
    for one in issues:
        one.replaces = replaced.get(one.doc_id)
    assert [one.doc_id for one in newest(issues)] == ["c"]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.dates(dt.date(2026, 1, 1), dt.date(2027, 6, 1))), max_size=9))
def test_replacing_never_goes_in_a_circle(issues: list[tuple[str, dt.date]]) -> None:
    known = [document(str(at), day.isoformat(), number=number) for at, (number, day) in enumerate(issues)]
    references = {one.doc_id: [says_replaces("a"), says_replaces("b")] for one in known}
    replaced = link_replaced(known, references)
    for start in replaced:
        seen, at = {start}, start
        while at in replaced:
            at = replaced[at]
            assert at not in seen
            seen.add(at)


def test_the_matrix_shows_the_newest(tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    texts = {
        "draft": PLAN.format(number=12, day="02", year=2026, before="", value=80),
        "signed": PLAN.format(number=12, day="09", year=2026, before="", value=85),
        "anew": PLAN.format(
            number=31, day="20", year=2026, before="(Thay thế Kế hoạch số 12/KH-UBND ngày 09/3/2026)\n", value=90
        ),
        "other": PLAN.format(number=5, day="20", year=2027, before="", value=95),
    }
    for name, text in texts.items():
        (plans / f"{name}.txt").write_text(text, encoding="utf-8")
    run([plans], tmp_path / "out", settings=Settings(jobs=1))
    rows = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    names = {row["doc_id"]: Path(row["source"]).stem for row in rows}
    assert {names[row["doc_id"]]: names.get(row["replaces"]) for row in rows} == {
        "draft": None,
        "signed": "draft",
        "anew": "signed",
        "other": None,
    }
    matrix = pq.read_table(tmp_path / "out" / "matrix.parquet").to_pylist()
    assert {(row["period"], row["value"]) for row in matrix} == {(2026, 90.0), (2027, 95.0)}
