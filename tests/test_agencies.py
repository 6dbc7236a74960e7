"""Bodies: how cells are split, which cells name bodies, one spelling for each (cases/agenc*.csv: one line each)."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.agencies import (
    Body,
    agency_id,
    find_agencies,
    looks_like_agency,
    normalise_agency,
    split_agencies,
    split_roles,
)
from kehoach.normalize.agency_words import tokens_of
from kehoach.normalize.text import fold, tidy
from kehoach.normalize.vocabulary import rows


def cases(name: str) -> list[list[str]]:
    with (Path(__file__).parent / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [[value.replace("\\n", "\n") for value in row] for row in list(csv.reader(file))[1:]]


@pytest.mark.parametrize(("cell", "bodies"), cases("agencies"))
def test_split(cell: str, bodies: str) -> None:
    parts = split_agencies(cell)
    assert "|".join(part.text for part in parts) == bodies
    assert all(tidy(cell[part.start : part.end]) == part.text for part in parts)


@pytest.mark.parametrize(("cell", "names_bodies"), cases("agency_cells"))
def test_cells_that_name_bodies(cell: str, names_bodies: str) -> None:
    assert looks_like_agency(cell) == (names_bodies == "yes")


@pytest.mark.parametrize(("printed", "unit_type", "unit_name", "name", "level", "kind"), cases("agency_names"))
def test_one_spelling(printed: str, unit_type: str, unit_name: str, name: str, level: str, kind: str) -> None:
    assert normalise_agency(printed, unit_type, unit_name or None) == Body(name, level, kind)


@pytest.mark.parametrize(("cell", "column", "lead", "coordinating"), cases("agency_roles"))
def test_roles_inside_a_cell(cell: str, column: str, lead: str, coordinating: str) -> None:
    found = split_roles(cell, column)
    assert "|".join(part.text for role, part in found if role == "lead") == lead
    assert "|".join(part.text for role, part in found if role == "coordinating") == coordinating
    assert all(cell[part.start : part.end] == part.text for _, part in found)


def test_canonical_names_stay_themselves() -> None:
    names = {normalise_agency(row["phrase"], "xã").name for row in rows("agencies") if row["role"] == "name"}
    changed = {name: normalise_agency(name, "xã").name for name in names if normalise_agency(name, "xã").name != name}
    assert not changed


def test_vocabulary_is_sound() -> None:
    assert {row["role"] for row in rows("agencies")} == {"word", "name", "field", "collective", "stop", "not"}
    assert {row["level"] for row in rows("agencies")} <= {"", "ward", "province", "central", "other"}
    keys = [(row["role"], fold(row["phrase"])) for row in rows("agencies")]
    assert len(keys) == len(set(keys))


def test_ids_are_stable_slugs() -> None:
    assert agency_id(Body("Sở Khoa học và Công nghệ", "province", "so")) == "province-so-khoa-hoc-va-cong-nghe"


def test_find_in_running_text() -> None:
    text = "Giao Sở Khoa học và Công nghệ tỉnh Bắc Ninh, Công an phường Các đơn vị; UBND xã Ánh Dương theo dõi báo chí."
    assert [part.text for part in find_agencies(text)] == [
        "Sở Khoa học và Công nghệ tỉnh Bắc Ninh",
        "Công an phường",
        "UBND xã Ánh Dương",
    ]


WORDS = [
    "Phòng Kinh tế",
    "Công an",
    "xã",
    "Văn phòng HĐND",
    "UBND",
    "các",
    "đơn vị",
    "liên quan",
    ";",
    ",",
    "và",
    "\n",
    "-",
    "(",
]


@given(st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join))
def test_no_letter_moves(cell: str) -> None:
    parts = split_agencies(cell)
    assert all(tidy(cell[part.start : part.end]) == part.text for part in parts)
    assert all(first.end <= second.start for first, second in pairwise(parts))
    assert len(tokens_of(" ".join(part.text for part in parts))) <= len(tokens_of(cell))
    looks_like_agency(cell)
    normalise_agency(cell, "xã", "Ánh Dương")
