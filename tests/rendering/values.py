"""The figures and deadlines of a plan, each with the name that it stands beside: what a reader must not get wrong."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from kehoach.schemas.records import Plan

__all__ = ["Score", "score"]

_Value = tuple[object, ...]


class Score(NamedTuple):
    """Of the values wanted: how many are there, how many are not; and how many are there that nobody wanted."""

    wanted: int
    right: int
    missing: int
    wrong: int


def score(wanted: Plan, found: Plan) -> Score:
    """A value beside another name, or beside a part of its name, is wrong."""
    want, have = Counter(_values(wanted)), Counter(_values(found))
    right = (want & have).total()
    wrong = (have - want).total()
    return Score(want.total(), right, max(0, want.total() - right - wrong), wrong)


def _values(plan: Plan) -> list[_Value]:
    names = {indicator.indicator_id: indicator.name for indicator in plan.indicators}
    figures: list[_Value] = [
        (names[one.indicator_id], one.period, one.scope, one.raw, one.value, one.value_high, one.comparator, one.unit)
        for one in plan.targets
    ]
    return figures + [(task.name, task.deadline_raw, task.due) for task in plan.tasks if task.deadline_raw]
