"""Applies a review workbook: what people wrote becomes rows of the workspace, and every row is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kehoach.normalize.batches import not_undone
from kehoach.normalize.catalogue import read_entries
from kehoach.normalize.ledger import LedgerRow, extend_ledger
from kehoach.publish.review.answers import Harvest, Kept, Reader, read_answer
from kehoach.publish.review.outputs import Lists, read_lists
from kehoach.publish.review.read import Answer, Filled, Returned, read_workbook
from kehoach.publish.review.store import Store, append, is_said, read_store
from kehoach.publish.wording import Language, words_of
from kehoach.schemas.errors import NotReadable

__all__ = ["Applied", "ApplyOptions", "Outcome", "apply_review"]

State = Literal["taken", "stored", "refused"]


class ApplyOptions(NamedTuple):
    """How to apply."""

    date: str
    """`2026-03-02`: the day that the decisions bear."""
    author: str = ""
    """Who decided where a row names nobody."""
    dry_run: bool = False
    language: Language = "vi"
    """Of the reasons."""


class Outcome(NamedTuple):
    """What became of a row in which a person wrote something."""

    sheet: str
    row: int
    row_id: str
    state: State
    subject: str
    what: str
    """The answer, or the reason why it was refused."""


class Applied(NamedTuple):
    """What became of a workbook."""

    outcomes: list[Outcome]
    faults: list[str]
    """Sheets that could not be read."""
    notes: list[str]
    batch: str
    """What undoes it; empty where nothing was taken."""
    blank: int
    gone: int
    store: Store
    """What is kept now; in a dry run, what would be."""

    def count(self, state: State) -> int:
        """How many rows ended so."""
        return sum(outcome.state == state for outcome in self.outcomes)


def apply_review(outputs: Path, workbook: Path, workspace: Path, options: ApplyOptions) -> Applied:
    """Take what people wrote in a workbook into the workspace (the one in use: names are read with its vocabulary).

    Applying the same workbook again adds nothing. Raises InputMissing where `outputs` holds no tables, NotReadable
    where the workbook or its manifest does not fit, ValueError with the faults of a file of the workspace.
    """
    told = words_of("review", options.language)
    run = read_lists(outputs)
    returned = read_workbook(workbook, told)
    store = read_store(workspace)
    notes = _fitting(returned, run, options)
    reader = Reader(
        told,
        _choices(run),
        {key: body.name for key, body in run.agencies.items()},
        not_undone(store.corrections),
        options.author,
        options.date,
    )
    order = {row_id: number for number, row_id in enumerate(returned.manifest.questions)}
    answers = sorted(returned.answers, key=lambda answer: order[answer.filled.row_id])
    harvests = [(answer, read_answer(answer, reader)) for answer in answers]
    batch = _batch(returned, [row for _, harvest in harvests for row in harvest.kept])
    outcomes, new = _take(harvests, store, batch)
    outcomes += [_refused(filled, why, "") for filled, why in returned.refused]
    if new and not options.dry_run:
        extend_ledger(workspace, _proposed(new, run))  # first: a decision for an unknown entry is a fault
        append(workspace, new)
    return Applied(
        sorted(outcomes, key=lambda outcome: outcome[:2]),
        list(returned.faults),
        notes,
        batch if new else "",
        returned.blank,
        returned.gone,
        store.with_rows(new),
    )


def _choices(run: Lists) -> dict[str, str]:
    """The names of the entries that may be chosen: those of the catalogue as it is now, and the proposed ones."""
    known = {entry.canonical_id for entry in read_entries()}
    return {key: entry.name for key, entry in run.catalogue.items() if key in known or entry.status == "proposed"}


def _fitting(returned: Returned, run: Lists, options: ApplyOptions) -> list[str]:
    """A note where the workbook is of another run. Raises NotReadable where nothing of it is in these tables."""
    told = words_of("review", options.language)
    ids = {"theirs": returned.manifest.run_id, "ours": run.run_id}
    if returned.manifest.run_id == run.run_id:
        return []
    theirs = {about["doc_id"] for _, _, about in returned.manifest.questions.values() if "doc_id" in about}
    if theirs and not theirs & run.doc_ids:
        raise NotReadable(told("manifest.other_run", **ids))
    return [told("report.other_run", **ids)]


def _batch(returned: Returned, rows: Sequence[Kept]) -> str:
    """The same for the same answers, whenever they are applied."""
    undated = [msgspec.json.encode({**msgspec.to_builtins(row), "date": "", "at": ""}) for row in rows]
    return "r" + hashlib.sha256(b"\n".join([returned.manifest.digest.encode(), *undated])).hexdigest()[:10]


def _take(harvests: Sequence[tuple[Answer, Harvest]], store: Store, batch: str) -> tuple[list[Outcome], list[Kept]]:
    """What becomes of each answer, and the rows to add."""
    current, batches = store.current(), store.batches()
    outcomes: list[Outcome] = []
    new: list[Kept] = []
    for answer, harvest in harvests:
        filled, subject = answer.filled, _named(answer)
        if not harvest.kept:
            outcomes.append(_refused(filled, harvest.said, subject))
            continue
        known = (batch, filled.row_id) in batches or all(is_said(row, current) for row in harvest.kept)
        if not known:
            new += [msgspec.structs.replace(row, batch=batch) for row in harvest.kept]
        state: State = "stored" if known else "taken"
        outcomes.append(Outcome(filled.sheet, filled.row, filled.row_id, state, subject, harvest.said))
    return outcomes, new


def _refused(filled: Filled, why: str, subject: str) -> Outcome:
    return Outcome(filled.sheet, filled.row, filled.row_id, "refused", subject or filled.row_id, why)


def _named(answer: Answer) -> str:
    about = answer.asked.about
    return str(about.get("label") or about.get("subject") or about.get("printed") or "")


def _proposed(rows: Sequence[Kept], run: Lists) -> list[LedgerRow]:
    """The proposed entries that people chose: from now on they keep their ids."""
    chosen = dict.fromkeys(getattr(row, "object_id", "") for row in rows)
    entries = [run.catalogue[key] for key in chosen if key in run.catalogue]
    return [
        LedgerRow(entry.canonical_id, entry.name, entry.unit or "") for entry in entries if entry.status == "proposed"
    ]
