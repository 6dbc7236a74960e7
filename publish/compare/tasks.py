"""The tasks of two plans: which are the same, and whether their deadline or those who do them changed."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kehoach.normalize.text import fold
from kehoach.publish.assigned import AssignedTask, title_of
from kehoach.publish.compare.changes import Change, Deadline, Kind, Mention
from kehoach.publish.compare.pairing import Pairing, name_key, relative_key
from kehoach.publish.compare.sides import Side
from kehoach.schemas.records import Agency, Task

__all__ = ["compare_tasks"]

_Day = tuple[int, int, int]


class _Item(NamedTuple):
    """A task, and the year from which its days are counted."""

    assigned: AssignedTask
    year: int

    @property
    def task(self) -> Task:
        """The task alone."""
        return self.assigned.task

    @property
    def name(self) -> str:
        """What is to be done."""
        return title_of(self.task)

    @property
    def key(self) -> str:
        """Its name as it is compared."""
        return name_key(self.name)

    @property
    def leads(self) -> tuple[str, ...]:
        """Who leads, in any order."""
        return _names(self.assigned.leads)


def compare_tasks(a: Side, b: Side) -> list[Change]:
    """What differs, in the order of `b`, then of `a` for what was dropped. Where the plans are of different years, a
    deadline is earlier or later within the plan's year.
    """
    years = (a.year or 0, b.year or 0) if a.year and b.year else (0, 0)
    pairing = _paired(Pairing(_items(a, years[0]), _items(b, years[1])))
    found = [change for one, other in pairing.pairs for change in _changes(one, other)]
    lefts, rights = pairing.hints(_relative)
    for at, item in enumerate(pairing.right):
        found.append(_alone(item, rights.get(at), added=True))
    for at, item in enumerate(pairing.left):
        found.append(_alone(item, lefts.get(at), added=False))
    return found


def _items(side: Side, year: int) -> list[_Item]:
    return [_Item(assigned, year) for assigned in side.tasks]


def _paired(pairing: Pairing[_Item]) -> Pairing[_Item]:
    """By name, of several with one name first those with the same heading, deadline or lead; then by likeness."""
    pairing.by(_everything)
    pairing.by(lambda item: (item.key, tuple(item.task.group_titles), _when(item)))
    pairing.by(lambda item: (item.key, tuple(item.task.group_titles)))
    pairing.by(lambda item: (item.key, _when(item)))
    pairing.by(lambda item: (item.key, item.leads))
    pairing.by(lambda item: item.key or None)
    pairing.by(lambda item: _relative(item) or None, unique=True)
    return pairing.by_likeness(_relative)


def _everything(item: _Item) -> object:
    task = item.task
    around = (task.appendix, task.ordinal, tuple(task.group), tuple(task.group_titles))
    return item.name, around, _when(item), item.leads, _names(item.assigned.coordinating)


def _relative(item: _Item) -> str:
    return relative_key(item.name, item.year or None)


def _names(bodies: Sequence[Agency]) -> tuple[str, ...]:
    return tuple(sorted({fold(body.name) for body in bodies}))


def _changes(one: _Item, other: _Item) -> Iterator[Change]:
    base = Change("task", "deadline", _mention(one), _mention(other))
    if (kind := _moved(one, other)) is not None:
        yield base._replace(kind=kind, before=Deadline.of(one.task), after=Deadline.of(other.task))
    bodies: list[tuple[Kind, Sequence[Agency], Sequence[Agency]]] = [
        ("lead", one.assigned.leads, other.assigned.leads),
        ("coordinating", one.assigned.coordinating, other.assigned.coordinating),
    ]
    for kind, before, after in bodies:
        if _names(before) != _names(after):
            names = (tuple(body.name for body in found) for found in (before, after))
            yield base._replace(kind=kind, before=next(names), after=next(names))
    if _relative(one) != _relative(other):
        yield base._replace(kind="reworded")


def _moved(one: _Item, other: _Item) -> Kind | None:
    if (before := _when(one)) == (after := _when(other)):
        return None
    days = before[0], after[0]
    if days[0] is None or days[1] is None:
        return "deadline"
    if days[0] == days[1]:
        return None  # `từ tháng 3 đến tháng 5` and `tháng 5`: the last acceptable day is the same
    return "later" if days[0] < days[1] else "earlier"


def _when(item: _Item) -> tuple[_Day | None, _Day | None, str]:
    """The last acceptable day, the first, and what else is said, each counted from the plan's year."""
    task = item.task
    due, start = _day(task.due, item.year), _day(task.start, item.year)
    said = "" if due or start else task.recurrence or fold(task.deadline_raw or "")
    return due, start, said


def _day(day: dt.date | None, year: int) -> _Day | None:
    """A day of which the year counts from the plan's; the last of a month is that in every year."""
    if day is None:
        return None
    last = day.day == calendar.monthrange(day.year, day.month)[1]
    return day.year - year, day.month, 31 if last else day.day


def _alone(item: _Item, like: _Item | None, *, added: bool) -> Change:
    deadline, perhaps = Deadline.of(item.task), like.name if like else None
    change = Change("task", "added", None, _mention(item), None, deadline, perhaps=perhaps)
    return change if added else change._replace(kind="dropped", a=change.b, b=None, before=deadline, after=None)


def _mention(item: _Item) -> Mention:
    return Mention.of(item.name, item.task.task_id, item.task)
