"""Legal citations: the written forms (cases/citations.csv: one line each), and what merging makes of mentions."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.citations import find_citations, has_citation_hint, merge_citations
from kehoach.normalize.vocabulary import rows

with (Path(__file__).parent / "cases" / "citations.csv").open(encoding="utf-8", newline="") as file:
    CASES = [(row["text"].replace("\\n", "\n"), row["citations"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_written_forms(text: str, expected: str) -> None:
    found = [" ".join(filter(None, (c.kind, c.number, str(c.date or "")))) for c in find_citations(text)]
    assert "|".join(found) == expected


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị về đột phá", "Bộ Chính trị"),
        ("Kế hoạch số 13-KH/TU của Ban Thường vụ Tỉnh ủy thực hiện", "Ban Thường vụ Tỉnh ủy"),
        (
            "Kế hoạch số 5/KH-BCĐ của Ban chỉ đạo chuyển đổi số xã Ánh Dương, xin gửi",
            "Ban chỉ đạo chuyển đổi số xã Ánh Dương",
        ),
        (
            "Thông báo số 3-TB/BCĐTW của Ban Chỉ đạo Trung ương về phát triển khoa học, công nghệ và chuyển đổi số; xã",
            "Ban Chỉ đạo Trung ương về phát triển khoa học, công nghệ và chuyển đổi số",
        ),
        (
            "Thông tư số 5/2025/TT-BVHTTDL của Bộ Văn hóa, Thể thao và Du lịch quy định",
            "Bộ Văn hóa, Thể thao và Du lịch",
        ),
        ("Công văn số 2617/UBND-VX của UBND tỉnh và Văn bản số 812/SNV-CC", "UBND tỉnh"),
        ("Nghị quyết số 71/NQ-CP ngày 01/4/2025 và Nghị quyết số 11/NQ-CP của Chính phủ", "Chính phủ"),
        ("Kế hoạch số 238/KH-UBND của thành phố", None),
        ("Kế hoạch số 238/KH-UBND", None),
    ],
)
def test_issuer(text: str, issuer: str | None) -> None:
    assert find_citations(text)[0].issuer == issuer


def test_span_runs_from_kind_to_date() -> None:
    text = "Căn cứ Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị"
    citation = find_citations(text)[0]
    assert text[citation.start : citation.end] == "Nghị quyết số 57-NQ/TW ngày 22/12/2024"
    assert citation.number_raw == "57-NQ/TW"


def test_merging_fills_date_and_issuer_from_any_mention() -> None:
    text = (
        "Kế hoạch 07-KH/TU; Kế hoạch hành động số 07-KH/TU ngày 25/7/2025 của Ban Thường vụ Tỉnh ủy;"
        " Nghị quyết 11-NQ/CP; Nghị quyết số 11/NQ-CP ngày 14/01/2026; Kế hoạch số 9/KH-UBND; Kế hoạch 07-KH/TU"
    )
    merged = merge_citations(find_citations(text), exclude=["9/KH-UBND"])
    assert [(m.kind, m.number, m.date, m.mentions) for m in merged] == [
        ("Kế hoạch", "07-KH/TU", dt.date(2025, 7, 25), 2),
        ("Kế hoạch hành động", "07-KH/TU", dt.date(2025, 7, 25), 1),
        ("Nghị quyết", "11-NQ/CP", dt.date(2026, 1, 14), 1),
        ("Nghị quyết", "11/NQ-CP", dt.date(2026, 1, 14), 1),
    ]
    assert merged[0].issuer == "Ban Thường vụ Tỉnh ủy"
    assert merged[0].indexes == (0, 5)


def test_decision_and_regulation_of_one_number_are_two_documents() -> None:
    merged = merge_citations(find_citations("Quyết định số 204-QĐ/TW ngày 29/11/2024; Quy định số 204-QĐ/TW"))
    assert [m.date for m in merged] == [dt.date(2024, 11, 29), None]


@pytest.mark.parametrize("row", rows("document_kinds"), ids=lambda row: row["phrase"])
def test_each_kind_is_read(row: dict[str, str]) -> None:
    number = f"12/{row['letters'].split()[0] if row['letters'] else 'UBND'}-XH"
    assert [(c.kind, c.number) for c in find_citations(f"theo {row['phrase']} số {number}.")] == [(row["kind"], number)]


PIECES = [
    "Nghị quyết",
    " số ",
    "57",
    "-",
    "NQ",
    "/",
    "TW",
    " ngày ",
    "22/12/2024",
    "\n",
    " của ",
    "Đề án ",
    "06",
    ", ",
    "và ",
    "(",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_spans_lie_in_the_text_and_in_order(text: str) -> None:
    citations = find_citations(text)
    assert all(0 <= c.start < c.end <= len(text) and c.number_raw in text[c.start : c.end] for c in citations)
    assert [c.start for c in citations] == sorted(c.start for c in citations)
    assert not citations or has_citation_hint(text)
