"""What people decided about the names of indicators: `decisions.tsv` of the workspace, in the terms of SSSOM.

    book = load_decisions(Path("kehoach-workspace"))
    decision = book.standing(subject_key("Tỷ lệ người dân có CKS", "%"))
    decision.verdict, decision.object_id          # ("same", "chu_ky_so_nguoi_dan"), or decision is None

Rows are only ever added. A person's later row on a name replaces the earlier one; two persons who contradict each
other decide nothing and stand in `conflicts`. Undoing a batch is a row too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from kehoach.normalize.batches import not_undone, undo_name
from kehoach.normalize.catalogue import load_redirects
from kehoach.normalize.decision_rows import (
    COLUMNS,
    NO_TERM,
    NOT_AN_INDICATOR,
    REQUIRED,
    Decision,
    Verdict,
    decision_fault,
    decision_to_cells,
    line_to_decision,
    subject_key,
    subject_unit,
    with_choice,
)
from kehoach.normalize.text import fold
from kehoach.normalize.tsv import append_lines, read_lines

__all__ = [
    "EMPTY_BOOK", "FILE", "NOT_AN_INDICATOR", "NO_TERM", "Conflict", "Decision", "DecisionBook", "Verdict",
    "append_decisions", "decision_faults", "load_decisions", "make_book", "read_decisions",
    "subject_key", "subject_unit", "undo_batch", "with_choice",
]  # fmt: skip

FILE = "decisions.tsv"
_NEAR = frozenset({"close", "broader", "narrower"})
_NO_REDIRECTS: Mapping[str, str] = MappingProxyType({})


class Conflict(NamedTuple):
    """A name about which people contradict each other."""

    key: str
    decisions: tuple[Decision, ...]
    """What each of them says, in the order of the file."""


class DecisionBook(NamedTuple):
    """What stands when all decisions are taken together; make it with make_book or load_decisions."""

    decided: Mapping[str, Decision] = MappingProxyType({})
    refusals: Mapping[str, frozenset[str]] = MappingProxyType({})
    contested: Mapping[str, Conflict] = MappingProxyType({})

    def standing(self, key: str) -> Decision | None:
        """The decision on a name; None where nobody decided or where people contradict each other.

        Its object is the entry that counts today: redirects of merged entries are followed.
        """
        return self.decided.get(key)

    def refused(self, key: str) -> frozenset[str]:
        """The entries that a name is not: `Not`, or merely close, broader or narrower, and nobody contradicts."""
        return self.refusals.get(key, frozenset())

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """The wordings that people gave to each entry, in the order of the file."""
        found: dict[str, dict[str, str]] = {}
        for decision in self.decided.values():
            if decision.verdict == "same":
                found.setdefault(decision.object_id, {}).setdefault(
                    fold(decision.subject_label), decision.subject_label
                )
        return {entry: tuple(labels.values()) for entry, labels in found.items()}

    def conflicts(self) -> list[Conflict]:
        """The names about which people contradict each other, in the order of the file."""
        return list(self.contested.values())


EMPTY_BOOK = DecisionBook()
"""Nobody has decided anything."""


# --- what stands ------------------------------------------------------------------------------------------------


class _Said(NamedTuple):
    """What people say about one name."""

    choices: dict[str, Decision]
    """By author, who chooses once."""
    refusals: dict[tuple[str, str], Decision]
    """By author and entry."""


def make_book(decisions: Iterable[Decision], redirects: Mapping[str, str] = _NO_REDIRECTS) -> DecisionBook:
    """The book of decisions in the order in which they were made; `redirects`: from a merged entry to the one kept."""
    by_key: dict[str, _Said] = {}
    for decision in not_undone(list(decisions)):
        if decision.undoes:
            continue
        kept = redirects.get(decision.object_id)
        current = msgspec.structs.replace(decision, object_id=kept) if kept else decision
        _take(current, by_key.setdefault(current.key, _Said({}, {})))
    decided: dict[str, Decision] = {}
    refusals: dict[str, frozenset[str]] = {}
    contested: dict[str, Conflict] = {}
    for key, said in by_key.items():
        if against := _contradicting(said):
            contested[key] = Conflict(key, tuple(against))
        elif said.choices:
            decided[key] = min(said.choices.values(), key=_order)
        if away := _refused(said):
            refusals[key] = away
    return DecisionBook(decided, refusals, contested)


def _order(decision: Decision) -> tuple[bool, str, str]:
    """Of several who agree, who is sure; then by what and who, never by who spoke first."""
    return decision.verdict == "unsure", decision.object_id, fold(decision.author)


def _take(decision: Decision, said: _Said) -> None:
    """A person's later word replaces the earlier one, also where it refuses what was said, or says what was refused."""
    author = fold(decision.author)
    if decision.verdict == "not":
        said.refusals[author, decision.object_id] = decision
        if author in said.choices and said.choices[author].object_id == decision.object_id:
            del said.choices[author]
    else:
        said.refusals.pop((author, decision.object_id), None)
        said.choices.pop(author, None)  # to the end: the order is that of the last word
        said.choices[author] = decision


def _contradicting(said: _Said) -> list[Decision]:
    """The decisions that cannot all hold; empty where they can. Who is unsure contradicts nobody."""
    sure = [decision for decision in said.choices.values() if decision.verdict != "unsure"]
    claimed = _claimed(said)
    against = [decision for decision in said.refusals.values() if decision.object_id in claimed]
    alike = len({(decision.verdict, decision.object_id) for decision in sure}) <= 1
    return [] if alike and not against else [*sure, *against]


def _refused(said: _Said) -> frozenset[str]:
    refused = {decision.object_id for decision in said.refusals.values()}
    near = {decision.object_id for decision in said.choices.values() if decision.verdict in _NEAR}
    return frozenset((refused | near) - _claimed(said))


def _claimed(said: _Said) -> set[str]:
    return {decision.object_id for decision in said.choices.values() if decision.verdict == "same"}


# --- the file ---------------------------------------------------------------------------------------------------


def load_decisions(workspace: Path | None) -> DecisionBook:
    """The book of a workspace (of the one in use: names are read with its vocabulary); without one EMPTY_BOOK.

    Raises ValueError with the faults of the file.
    """
    if workspace is None:
        return EMPTY_BOOK
    return make_book(read_decisions(workspace), load_redirects())


def read_decisions(workspace: Path) -> list[Decision]:
    """All rows as they were written, those undone too. Raises ValueError with the faults of the file."""
    decisions, faults = _read(workspace)
    if faults:
        raise ValueError("\n".join(faults))
    return decisions


def decision_faults(workspace: Path) -> list[str]:
    """What is wrong with the file, each fault as `decisions.tsv:12: what is wrong`."""
    return _read(workspace)[1]


def append_decisions(workspace: Path, decisions: Iterable[Decision]) -> None:
    """Add rows to the file, all or none. Raises OutputUnavailable where it cannot be written."""
    append_lines(workspace / FILE, list(COLUMNS), [decision_to_cells(decision) for decision in decisions])


def undo_batch(workspace: Path, batch: str, author: str, date: str) -> int:
    """Add the row that undoes a batch and return how many rows it undoes. Raises ValueError where none is left."""
    rows = read_decisions(workspace)
    undone = sum(decision.batch == batch for decision in not_undone(rows))
    if not batch or not undone:
        raise ValueError(f"no decision of a batch {batch!r} stands")
    append_decisions(workspace, [Decision(author=author, date=date, batch=undo_name(rows, batch), undoes=batch)])
    return undone


def _read(workspace: Path) -> tuple[list[Decision], list[str]]:
    lines, faults = read_lines(workspace / FILE, REQUIRED)
    decisions = []
    for line in lines:
        wrong = decision_fault(line)
        if wrong:
            faults.append(f"{FILE}:{line.number}: {wrong}")
        else:
            decisions.append(line_to_decision(line))
    return decisions, faults
