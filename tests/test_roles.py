"""Roles of columns: known heads from the case table, unknown ones by their cells."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.grids.roles import assign_roles, header_role, header_year, table_kind
from kehoach.normalize import vocabulary

_FOLDER = Path(__file__).parent / "cases"
with (_FOLDER / "column_heads.csv").open(encoding="utf-8", newline="") as _open_file:
    _HEADS = [(row["head"], row["role"], row["year"]) for row in csv.DictReader(_open_file)]


@pytest.mark.parametrize(("head", "role", "year"), _HEADS)
def test_head(head: str, role: str, year: str) -> None:
    assert (header_role(head) or "") == role
    assert str(header_year(head) or "") == year


@pytest.mark.parametrize("row", vocabulary.rows("column_roles"), ids=lambda row: f"{row['match']}-{row['phrase']}")
def test_each_phrase_means_its_role(row: dict[str, str]) -> None:
    head = f"{row['phrase']} năm 2026" if row["match"] == "year" else row["phrase"]
    assert header_role(head) == row["role"]


def test_phrases_stand_in_order_and_once() -> None:
    keys = [(row["match"], row["phrase"]) for row in vocabulary.rows("column_roles")]
    assert len(keys) == len(set(keys))


_TABLES = json.loads((_FOLDER / "column_roles.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: "-".join(table["header"]))
def test_roles_and_kind(table: dict[str, Any]) -> None:
    found = assign_roles(table["header"], table["rows"])
    assert " ".join(found) == table["roles"]
    assert table_kind(found, table["header"], table["rows"], None) == table["kind"]


_WORDS = st.sampled_from(
    ["TT", "Chỉ tiêu", "Nhiệm vụ", "Đơn vị", "2026", "Chủ trì", "Phối hợp", "Ghi chú", "", "Gì đó", "80%", "Công an xã"]
)


@given(st.lists(_WORDS, min_size=1, max_size=8), st.data())
def test_one_role_a_column_and_one_name(header: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(_WORDS, min_size=len(header), max_size=len(header)), max_size=4))
    roles = assign_roles(header, rows)
    assert len(roles) == len(header)
    assert roles.count("name") <= 1
    assert table_kind(roles, header, rows, None) in ("indicators", "tasks", "other")
