"""How right a plan read from a scan is: its cells, and what is wrong in targets and deadlines without a warning."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

from kehoach.schemas.records import Diagnostic, Place, Plan, Target, Task

__all__ = ["ScanScore", "folded", "score_scan"]


Record = TypeVar("Record", Target, Task)


class ScanScore(NamedTuple):
    """Counts over one plan or, added up, over many."""

    cells: int = 0
    exact: int = 0
    folded: int = 0
    """Cells that are right but for tone marks."""
    meant: int = 0
    """Targets and deadlines."""
    wrong: int = 0
    unflagged: int = 0
    """Wrong, or missing, with no diagnostic at its place."""
    doubted: int = 0
    """Right, with the diagnostic at its place that recognition was not sure."""

    def plus(self, other: ScanScore) -> ScanScore:
        """The sum."""
        return ScanScore(*(one + two for one, two in zip(self, other, strict=True)))

    def shares(self) -> dict[str, float]:
        """Per cent of the cells exact and folded; of the targets and deadlines unflagged, of the right ones doubted."""
        cells, meant = max(1, self.cells), max(1, self.meant)
        return {
            "exact": 100 * self.exact / cells,
            "folded": 100 * self.folded / cells,
            "unflagged": 100 * self.unflagged / meant,
            "doubted": 100 * self.doubted / max(1, meant - self.wrong),
        }


def score_scan(wanted: Plan, found: Plan) -> ScanScore:
    """A plan read from a scan against the same one read from its text."""
    want, have = _cells(wanted), _cells(found)
    exact = _common(want, have)
    folded_cells = _common([folded(cell) for cell in want], [folded(cell) for cell in have])
    targets = _meant(wanted.targets, found.targets, _target, found.diagnostics)
    deadlines = _meant(wanted.tasks, found.tasks, _deadline, found.diagnostics)
    return ScanScore(len(want), exact, folded_cells).plus(targets).plus(deadlines)


def _cells(plan: Plan) -> list[str]:
    return [cell for row in plan.rows for cell in row.cells if cell]


def folded(text: str) -> str:
    """Without tone marks, in small letters, kinds of dashes and quotes alike."""
    plain = text.replace("đ", "d").replace("Đ", "D").replace("–", "-").replace("—", "-")
    letters = unicodedata.normalize("NFD", plain.replace("“", '"').replace("”", '"'))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def _common(want: Sequence[Hashable], have: Sequence[Hashable]) -> int:
    return sum(block.size for block in SequenceMatcher(None, want, have, autojunk=False).get_matching_blocks())


def _target(target: Target) -> Hashable:
    return (
        target.period,
        target.comparator,
        target.value,
        target.value_high,
        target.unit,
        folded(target.qualitative or ""),
    )


def _deadline(task: Task) -> Hashable:
    return task.deadline_kind, task.start, task.due, task.recurrence


def _meant(
    want: Sequence[Record], have: Sequence[Record], meaning: Callable[[Record], Hashable], notes: Iterable[Diagnostic]
) -> ScanScore:
    """What is wrong between two lists; a wrong value is flagged where a diagnostic lies on its place."""
    notes = list(notes)
    flagged = [place for note in notes for place in note.places]
    unsure = [place for note in notes if note.code == "ocr-uncertain" for place in note.places]
    wrong = unflagged = doubted = 0
    matcher = SequenceMatcher(None, [meaning(one) for one in want], [meaning(one) for one in have], autojunk=False)
    for tag, start, end, low, high in matcher.get_opcodes():
        if tag == "equal":
            doubted += _touched(have[low:high], unsure)
        else:
            bad = max(end - start, high - low)
            wrong += bad
            unflagged += max(0, bad - _touched(have[low:high], flagged))
    return ScanScore(meant=len(want), wrong=wrong, unflagged=unflagged, doubted=doubted)


def _touched(records: Sequence[Target | Task], places: Sequence[Place]) -> int:
    """How many of the records lie on one of the places."""
    return sum(any(_touch(place, other) for place in record.places for other in places) for record in records)


def _touch(one: Place, other: Place) -> bool:
    x0, top, x1, bottom = _box(one)
    left, upper, right, lower = _box(other)
    return one.page == other.page and x0 < right and left < x1 and top < lower and upper < bottom


def _box(place: Place) -> tuple[float, float, float, float]:
    """The box of a place; what has none touches nothing."""
    return place.x0 or 0.0, place.top or 0.0, place.x1 or 0.0, place.bottom or 0.0
