"""The plans that the benchmarks make are plans: each is read as the sample that it comes from."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from benchmarks.generate import make_plan, write_plans
from kehoach.extract.plan import extract_plan
from kehoach.schemas.records import Plan
from tests.corpus import reading_of

SOME = range(20)


@cache
def plan_of(number: int) -> Plan:
    made = make_plan(number)
    return extract_plan(made.data, made.name)


def counts(path: Path, appendix: str | None = None) -> Counter[str]:
    """How many tables, indicators and tasks a sample has, or one appendix of it."""
    plan = reading_of(path).plan
    assert plan is not None
    return Counter(
        tables=sum(appendix in (None, one.appendix) for one in plan.tables),
        indicators=sum(appendix in (None, one.appendix) for one in plan.indicators),
        tasks=sum(appendix in (None, one.appendix) for one in plan.tasks),
    )


@pytest.mark.parametrize("number", SOME)
def test_made_plan_is_read_as_its_parent(number: int) -> None:
    made, plan = make_plan(number), plan_of(number)
    wanted = counts(made.parent)
    for path, appendix in made.more:
        wanted += counts(path, appendix)
    assert Counter(tables=len(plan.tables), indicators=len(plan.indicators), tasks=len(plan.tasks)) == wanted


def test_some_plans_are_longer_than_their_parent() -> None:
    assert any(make_plan(number).more for number in SOME)


@pytest.mark.parametrize("number", SOME)
def test_made_plan_is_of_its_commune(number: int) -> None:
    assert plan_of(number).document.unit_code == make_plan(number).commune.code


def test_each_commune_has_one() -> None:
    assert len({make_plan(number).commune.code for number in range(3321)}) == 3321


def test_same_seed_same_bytes_and_a_larger_set_begins_with_the_smaller(tmp_path: Path) -> None:
    write_plans(5, tmp_path / "five")
    write_plans(9, tmp_path / "nine")
    five, nine = (
        {path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())} for name in ("five", "nine")
    )
    assert list(nine.items())[:5] == list(five.items())
    assert make_plan(3, seed=2).data != make_plan(3).data
