"""Which rows of a file stand to which rows are only ever added: an undo is a row too, and may itself be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

__all__ = ["Batched", "not_undone", "undo_name"]


class Batched(Protocol):
    """A row of such a file."""

    @property
    def batch(self) -> str:
        """What was said together and can be undone together."""

    @property
    def undoes(self) -> str:
        """The batch that this row undoes; empty in every other row."""


Row = TypeVar("Row", bound=Batched)


def not_undone(rows: Sequence[Row]) -> list[Row]:
    """The rows without the batches that a later row undoes. What a batch says after its undoing stands again."""
    void: set[str] = set()
    kept = []
    for row in reversed(rows):
        if row.batch and row.batch in void:
            continue
        kept.append(row)
        if row.undoes:
            void.add(row.undoes)
    return kept[::-1]


def undo_name(rows: Sequence[Batched], batch: str) -> str:
    """The name of the batch that undoes another: `undo-1:r3f2a`, the second time `undo-2:r3f2a`."""
    return f"undo-{sum(row.undoes == batch for row in rows) + 1}:{batch}"
