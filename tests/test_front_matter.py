"""Front matter: each case is a small document beside a JSON file with the fields that must come out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kehoach.extract import extract_plan
from kehoach.extract.front_matter import title_years

CASES = Path(__file__).parent / "cases" / "front"


@pytest.mark.parametrize("truth", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_front_matter(truth: Path) -> None:
    source = next(path for path in CASES.glob(f"{truth.stem}.*") if path != truth)
    document = extract_plan(source.read_bytes(), source.name).document
    expected = json.loads(truth.read_text(encoding="utf-8"))
    found = {field: getattr(document, field) for field in expected}
    if "issue_date" in found and found["issue_date"] is not None:
        found["issue_date"] = found["issue_date"].isoformat()
    assert found == expected


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("Chuyển đổi số năm 2026", (2026, 2026)),
        ("Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 trên địa bàn xã năm 2026", (2026, 2026)),
        ("Phát triển kinh tế số giai đoạn 2026-2030, tầm nhìn đến năm 2045", (2026, 2030)),
        ("Triển khai Nghị quyết số 193/2025/QH15", (None, None)),
        ("Kế hoạch hành động ngày 22 tháng 12 năm 2024", (None, None)),
    ],
)
def test_title_years(title: str, years: tuple[int | None, int | None]) -> None:
    assert title_years(title) == years
