"""What a comparison finds: one record a change, with what stands on both sides."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, NamedTuple, get_args

from kehoach.publish.assigned import place_of
from kehoach.schemas.records import Document, Target, Task

__all__ = ["KINDS", "Change", "Deadline", "Kind", "Mention", "PlanChanges", "RunChanges", "mirrored"]

Kind = Literal[
    "raised", "lowered", "changed", "moved", "unit", "target-added", "target-dropped",
    "earlier", "later", "deadline", "lead", "coordinating", "reworded", "added", "dropped",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
_MIRROR: dict[str, Any] = {
    "raised": "lowered", "earlier": "later", "added": "dropped", "target-added": "target-dropped", "better": "worse",
}  # fmt: skip
_MIRROR |= {other: one for one, other in _MIRROR.items()}


class Mention(NamedTuple):
    """Where one side names the indicator or task."""

    name: str
    id: int
    page: int | None
    line: int | None
    path: str | None

    @classmethod
    def of(cls, name: str, id: int, record: Any) -> Mention:
        """Of a record with its place."""
        return cls(name, id, *place_of(record))


class Deadline(NamedTuple):
    """When a task is to be done, as understood and as printed."""

    start: dt.date | None
    due: dt.date | None
    recurrence: str | None
    raw: str | None

    @classmethod
    def of(cls, task: Task) -> Deadline:
        """The deadline of a task."""
        return cls(task.start, task.due, task.recurrence, task.deadline_raw)


Value = Target | Deadline | tuple[str, ...] | None
"""A target, a deadline, or the names of bodies."""


class Change(NamedTuple):
    """One difference. What was added has no `a`, what was dropped no `b`."""

    subject: Literal["indicator", "task"]
    kind: Kind
    a: Mention | None
    b: Mention | None
    before: Value = None
    after: Value = None
    canonical_id: str | None = None
    scope: str | None = None
    sense: Literal["better", "worse"] | None = None
    """Of a raised or lowered target, where the catalogue knows what is better."""
    perhaps: str | None = None
    """Of what was added or dropped: a name on the other side that may mean the same."""


class PlanChanges(NamedTuple):
    """Two plans and what differs."""

    a: Document
    b: Document
    changes: list[Change]


class RunChanges(NamedTuple):
    """The plans of two runs that belong together, and those that have no counterpart."""

    plans: list[PlanChanges]
    only_a: list[Document]
    only_b: list[Document]
    replaced: int = 0
    """Plans left out, because another one of their run replaces them."""

    @property
    def differ(self) -> bool:
        """Whether anything is not the same."""
        return bool(self.only_a or self.only_b or any(plan.changes for plan in self.plans))


def mirrored(change: Change) -> Change:
    """The same difference seen from the other side."""
    return change._replace(
        kind=_MIRROR.get(change.kind, change.kind),
        a=change.b,
        b=change.a,
        before=change.after,
        after=change.before,
        sense=_MIRROR.get(change.sense) if change.sense else None,
    )
