"""What people decided about bodies: `agency_decisions.tsv` of the workspace, in the form of `decisions.tsv`.

    book = load_agency_book(Path("kehoach-workspace"))
    agencies = link_agencies(plans, book)

The subject is a body as this package names it, the `unit` of the row its level; the object is the id of the body
that it is (`ward-phong-van-hoa-xa-hoi`). “Not an indicator” says here: no body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from kehoach.normalize.agency_names import Body, agency_id
from kehoach.normalize.batches import not_undone, undo_name
from kehoach.normalize.decision_rows import (
    COLUMNS,
    REQUIRED,
    Decision,
    decision_fault,
    decision_to_cells,
    line_to_decision,
)
from kehoach.normalize.decisions import EMPTY_BOOK, DecisionBook, make_book
from kehoach.normalize.text import bare
from kehoach.normalize.tsv import append_lines, read_lines

__all__ = [
    "FILE",
    "AgencyDecision",
    "agency_decision_faults",
    "agency_key",
    "append_agency_decisions",
    "body_ids",
    "load_agency_book",
    "read_agency_decisions",
    "undo_agency_batch",
]  # fmt: skip

FILE = "agency_decisions.tsv"


class AgencyDecision(Decision, frozen=True, kw_only=True):
    """What one person said about one body."""

    @property
    def key(self) -> str:
        """See agency_key."""
        return agency_key(self.subject_label, self.unit) if self.subject_label else ""


def agency_key(name: str, level: str) -> str:
    """What identifies a body in decisions: its level and its folded name.

    >>> agency_key("Phòng Văn hoá - Xã hội", "ward")
    'ward | phòng văn hóa - xã hội'
    """
    return f"{level} | {bare(name)}"


def body_ids(bodies: Iterable[Body], book: DecisionBook) -> dict[Body, str | None]:
    """The id that counts for each body: its own, or that of the body which people said it is; None for no body.

    What people said is followed over all steps; a circle leads back to where it began.
    """
    own = {body: agency_id(body) for body in bodies}
    said = {body: book.standing(agency_key(body.name, body.level)) for body in own}
    steps = {agency_id(Body(one.subject_label, one.unit, "")): one for one in book.decided.values()}
    steps |= {own[body]: decision for body, decision in said.items() if decision is not None}
    return {body: _end(key, steps) for body, key in own.items()}


def _end(start: str, steps: Mapping[str, Decision]) -> str | None:
    at, seen = start, {start}
    while at in steps and steps[at].verdict in ("same", "none"):
        if steps[at].verdict == "none":
            return None
        at = steps[at].object_id
        if at in seen:
            return start
        seen.add(at)
    return at


# --- the file ---------------------------------------------------------------------------------------------------


def load_agency_book(workspace: Path | None) -> DecisionBook:
    """The book of a workspace; without one EMPTY_BOOK. Raises ValueError with the faults of the file."""
    return EMPTY_BOOK if workspace is None else make_book(read_agency_decisions(workspace))


def read_agency_decisions(workspace: Path) -> list[AgencyDecision]:
    """All rows as they were written, those undone too. Raises ValueError with the faults of the file."""
    decisions, faults = _read(workspace)
    if faults:
        raise ValueError("\n".join(faults))
    return decisions


def agency_decision_faults(workspace: Path) -> list[str]:
    """What is wrong with the file, each fault as `agency_decisions.tsv:12: what is wrong`."""
    return _read(workspace)[1]


def append_agency_decisions(workspace: Path, decisions: Iterable[AgencyDecision]) -> None:
    """Add rows to the file, all or none. Raises OutputUnavailable where it cannot be written."""
    append_lines(workspace / FILE, list(COLUMNS), [decision_to_cells(decision) for decision in decisions])


def undo_agency_batch(workspace: Path, batch: str, author: str, date: str) -> int:
    """Add the row that undoes a batch, where one stands, and return how many rows it undoes."""
    rows = read_agency_decisions(workspace)
    undone = sum(bool(batch) and row.batch == batch for row in not_undone(rows))
    if undone:
        undo = AgencyDecision(author=author, date=date, batch=undo_name(rows, batch), undoes=batch)
        append_agency_decisions(workspace, [undo])
    return undone


def _read(workspace: Path) -> tuple[list[AgencyDecision], list[str]]:
    lines, faults = read_lines(workspace / FILE, REQUIRED)
    decisions = []
    for line in lines:
        wrong = decision_fault(line)
        if wrong:
            faults.append(f"{FILE}:{line.number}: {wrong}")
        else:
            decisions.append(msgspec.convert(msgspec.to_builtins(line_to_decision(line)), AgencyDecision))
    return decisions, faults
