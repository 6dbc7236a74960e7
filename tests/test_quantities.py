"""Targets in table cells and in prose: a case is a line of `cases/quantities.csv` or `cases/measures.csv`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize import vocabulary
from kehoach.normalize.figures import UnitKind, is_aspirational
from kehoach.normalize.measures import parse_measure
from kehoach.normalize.quantities import Quantity, parse_target

CASES = Path(__file__).with_name("cases")


def cases(name: str) -> list[dict[str, str]]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(quantity: Quantity, with_words: bool = True) -> str:
    value = "?" if quantity.value is None else f"{quantity.value:g}"
    value += "" if quantity.value_high is None else f"..{quantity.value_high:g}"
    parts = [quantity.comparator or "?", value, quantity.unit or "-"]
    if quantity.qualitative is not None:
        parts = ["words", quantity.qualitative] if with_words else ["words"]
    parts += [f"{name}={getattr(quantity, name)}" for name in ("scope", "period", "problem") if getattr(quantity, name)]
    return " | ".join(parts + ["aspirational"] * quantity.aspirational)


@pytest.mark.parametrize("case", cases("quantities"), ids=lambda case: case["cell"])
def test_cell(case: dict[str, str]) -> None:
    quantities = parse_target(case["cell"], case["unit"] or None)
    assert " ;; ".join(map(described, quantities)) == case["expected"]


@pytest.mark.parametrize("case", cases("measures"), ids=lambda case: case["sentence"][:50])
def test_sentence(case: dict[str, str]) -> None:
    measure = parse_measure(case["sentence"])
    assert measure.name == case["name"]
    assert " ;; ".join(described(quantity, with_words=False) for quantity in measure.quantities) == case["expected"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Phấn đấu đạt 3%", True), ("phần đầu đạt 3%", True), ("vốn phần đầu tư", False), ("trong phần đầu", False)],
)
def test_aspiration(text: str, expected: bool) -> None:
    assert is_aspirational(text) is expected


def test_kinds_of_units() -> None:
    assert {row["kind"] for row in vocabulary.rows("units")} <= set(get_args(UnitKind))


def test_each_unit_stands_once() -> None:
    units = [row["unit"] for row in vocabulary.rows("units")]
    assert len(units) == len(set(units))


PIECES = st.sampled_from(
    ["≥", "80", "%", " ", "từ", "trở lên", "1,5", "2.500", "-", "đến", "xã", ":", ";", "(", ")", "phấn đấu", "đạt",
     "\n", "năm 2026", "5G", "đối với", "tỷ đồng", "100%", "Tỷ lệ", ",", ".", "mô hình", "3/5", "dưới", "l0%"]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join)


@given(TEXTS, st.none() | st.just("%") | st.just("Mô hình"))
def test_any_cell_has_faithful_spans(cell: str, unit: str | None) -> None:
    for quantity in parse_target(cell, unit):
        assert quantity.raw == cell[quantity.start : quantity.end]
        assert (quantity.value is None) or (quantity.qualitative is None)


@given(TEXTS)
def test_any_sentence_has_faithful_spans(sentence: str) -> None:
    measure = parse_measure(sentence)
    assert measure.quantities
    assert all(0 <= start <= end <= len(sentence) for start, end in measure.name_spans)
    assert all(quantity.raw == sentence[quantity.start : quantity.end] for quantity in measure.quantities)


WORDS = {">=": "tối thiểu {}", "<=": "không quá {}", ">": "trên {}", "<": "dưới {}", "=": "đạt {}"}


@given(st.sampled_from(sorted(WORDS)), st.integers(0, 1999), st.integers(0, 99), st.booleans())
def test_a_written_target_is_read_back(comparator: str, whole: int, hundredths: int, prose: bool) -> None:
    value = float(f"{whole}.{hundredths:02d}")
    written = WORDS[comparator].format(f"{value:.2f}".replace(".", ",") + "%")
    quantities = parse_measure(f"Tỷ lệ hộ dùng nước sạch {written}.").quantities if prose else parse_target(written)
    assert [(q.comparator, q.value, q.unit) for q in quantities] == [(comparator, value, "%")]
