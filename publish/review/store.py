"""What is kept of reviews: four files of the workspace, read, added to and undone together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from kehoach.normalize import agency_decisions, audit, corrections, decisions
from kehoach.normalize.agency_decisions import AgencyDecision
from kehoach.normalize.audit import Judgement, Precision, contested, precision
from kehoach.normalize.batches import not_undone
from kehoach.normalize.catalogue import load_redirects
from kehoach.normalize.corrections import Correction, standing
from kehoach.normalize.decisions import Decision, DecisionBook, make_book
from kehoach.normalize.text import fold, tidy
from kehoach.publish.review.answers import Kept

__all__ = ["Store", "append", "is_said", "read_store", "undo"]

KeptType = TypeVar("KeptType", AgencyDecision, Correction, Judgement)


class Store(NamedTuple):
    """All rows of a workspace, in the order of the files."""

    decisions: Sequence[Decision]
    agencies: Sequence[AgencyDecision]
    corrections: Sequence[Correction]
    judgements: Sequence[Judgement]

    def names_book(self) -> DecisionBook:
        """What stands about names."""
        return make_book(self.decisions, load_redirects())

    def agencies_book(self) -> DecisionBook:
        """What stands about bodies."""
        return make_book(self.agencies)

    def precision(self) -> Precision:
        """What the audit says."""
        return precision(self.judgements)

    def conflicts(self) -> list[Sequence[Kept]]:
        """Where people contradict each other: what each says, about names, bodies, values, then matches audited."""
        books = (self.names_book(), self.agencies_book())
        found: list[Sequence[Kept]] = [conflict.decisions for book in books for conflict in book.conflicts()]
        found += [contest.corrections for contest in standing(self.corrections)[1]]
        return found + list(contested(self.judgements))

    def current(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Each person's last word on each thing, for `is_said`."""
        rows: Iterable[Kept] = (
            *not_undone(self.decisions),
            *not_undone(self.agencies),
            *not_undone(self.corrections),
            *not_undone(self.judgements),
        )
        return {_about(row): _said(row) for row in rows if not row.undoes}

    def batches(self) -> set[tuple[str, str]]:
        """The batches that stand, each with the ids of its rows."""
        rows: Iterable[Kept] = (*self.decisions, *self.agencies, *self.corrections, *self.judgements)
        return {(row.batch, row.row_id) for row in not_undone(list(rows))}

    def with_rows(self, rows: Sequence[Kept]) -> Store:
        """The store as it is when these rows are added."""
        return Store(
            [*self.decisions, *_names(rows)],
            [*self.agencies, *_of(rows, AgencyDecision)],
            [*self.corrections, *_of(rows, Correction)],
            [*self.judgements, *_of(rows, Judgement)],
        )


def is_said(row: Kept, current: Mapping[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether a person's last word is this very row."""
    return current.get(_about(row)) == _said(row)


def read_store(workspace: Path) -> Store:
    """All rows of a workspace. Raises ValueError with the faults of a file."""
    return Store(
        decisions.read_decisions(workspace),
        agency_decisions.read_agency_decisions(workspace),
        corrections.read_corrections(workspace),
        audit.read_audit(workspace),
    )


def append(workspace: Path, rows: Sequence[Kept]) -> None:
    """Add rows to their files. Raises OutputUnavailable where one cannot be written."""
    if found := _names(rows):
        decisions.append_decisions(workspace, found)
    if bodies := _of(rows, AgencyDecision):
        agency_decisions.append_agency_decisions(workspace, bodies)
    if values := _of(rows, Correction):
        corrections.append_corrections(workspace, values)
    if judged := _of(rows, Judgement):
        audit.append_audit(workspace, judged)


def undo(workspace: Path, batch: str, author: str, date: str) -> int:
    """Undo a batch in all files and return how many rows it undoes; 0 where none stands."""
    stands = any(row.batch == batch for row in not_undone(decisions.read_decisions(workspace)))
    undone = decisions.undo_batch(workspace, batch, author, date) if batch and stands else 0
    for undo_file in (agency_decisions.undo_agency_batch, corrections.undo_corrections, audit.undo_audit):
        undone += undo_file(workspace, batch, author, date)
    return undone


def _names(rows: Sequence[Kept]) -> list[Decision]:
    return [row for row in rows if type(row) is Decision]


def _of(rows: Sequence[Kept], kind: type[KeptType]) -> list[KeptType]:
    return [row for row in rows if isinstance(row, kind)]


def _about(row: Kept) -> tuple[str, ...]:
    """Who speaks about what. A person chooses once about a name, and may refuse several entries."""
    if isinstance(row, Correction):
        return ("value", row.doc_id, *row.value_key, fold(row.by))
    if isinstance(row, Judgement):
        return ("match", row.row_id, fold(row.author))
    kind = "body" if isinstance(row, AgencyDecision) else "name"
    return kind, row.key, fold(row.author), row.object_id if row.verdict == "not" else ""


def _said(row: Kept) -> tuple[str, ...]:
    if isinstance(row, Correction):
        return tidy(row.corrected), tidy(row.note)
    if isinstance(row, Judgement):
        return row.verdict, tidy(row.comment)
    return row.verdict, row.object_id, tidy(row.comment)
