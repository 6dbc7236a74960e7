"""The export: from the tables of a run to the review workbook."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from kehoach.normalize.agency_decisions import load_agency_book
from kehoach.normalize.audit import read_audit
from kehoach.normalize.batches import not_undone
from kehoach.normalize.decisions import DecisionBook, load_decisions
from kehoach.publish.review.bodies import agencies_sheet, shown_body
from kehoach.publish.review.manifest import make_manifest
from kehoach.publish.review.names import audit_sheet, names_sheet, shown_entry
from kehoach.publish.review.outputs import Outputs, read_outputs
from kehoach.publish.review.values import MOST_VALUES, values_sheet
from kehoach.publish.review.workbook import Contents, write_workbook
from kehoach.publish.wording import Language, Words, words_of

__all__ = ["ExportOptions", "export_review"]


class ExportOptions(NamedTuple):
    """How to export."""

    language: Language = "vi"
    blind: bool = False
    """Without scores and reasons, in an order that does not tell them."""
    most_values: int = MOST_VALUES


_PLAIN = ExportOptions()


def export_review(
    outputs: Path, workbook: Path, workspace: Path | None = None, options: ExportOptions = _PLAIN
) -> dict[str, int]:
    """Write the review workbook of a run and return the number of questions by sheet.

    The workspace tells what is decided already and where people contradict each other; it is not written to.
    Raises InputMissing where `outputs` holds no tables, OutputUnavailable, and ValueError with the faults of a file
    of the workspace.
    """
    told = words_of("review", options.language)
    run = read_outputs(outputs)
    contents = _contents(run, workspace, options, told)
    write_workbook(workbook, contents, told)
    return {sheet.name: len(sheet.questions) for sheet in contents.sheets}


def _contents(run: Outputs, workspace: Path | None, options: ExportOptions, told: Words) -> Contents:
    contested = load_decisions(workspace).contested
    names = names_sheet(run, told, options.blind, contested)
    agencies = agencies_sheet(run, told, options.blind, _settled(load_agency_book(workspace)))
    values, left = values_sheet(run, told, options.most_values)
    sheets = [names, agencies, values, audit_sheet(run, _judged(workspace))]
    guide = [told(f"guide.{number}") for number in range(1, 9) if number < 8 or options.blind]
    if left:
        guide.append(told("guide.left_out", shown=len(values.questions), left=left))
    return Contents(guide, sheets, _lists(run, told), make_manifest(run.run_id, sheets), options.blind)


def _settled(book: DecisionBook) -> Collection[str]:
    return {key for key, decision in book.decided.items() if decision.verdict != "unsure"}


def _judged(workspace: Path | None) -> Collection[str]:
    """The matches that were judged already: they count, and are not asked about again."""
    return {one.row_id for one in not_undone(read_audit(workspace))} if workspace is not None else frozenset()


def _lists(run: Outputs, told: Words) -> dict[str, list[tuple[str, ...]]]:
    entries = sorted(run.catalogue.values(), key=lambda entry: (entry.status == "proposed", entry.name))
    bodies = sorted(run.agencies.values(), key=lambda body: (body.name, body.agency_id))
    return {
        "catalogue": [
            tuple(told(f"col.{key}") for key in ("label", "id", "unit", "domain", "status")),
            *(
                (shown_entry(one.canonical_id, run.catalogue), one.canonical_id, one.unit or "", one.domain, one.status)
                for one in entries
            ),
        ],
        "bodies": [
            tuple(told(f"col.{key}") for key in ("label", "id", "level")),
            *((shown_body(one), one.agency_id, told(f"level.{one.level}")) for one in bodies),
        ],
    }
