"""What people put right in extracted values: `corrections.tsv` of the workspace, applied after every extraction.

    corrections = load_corrections(Path("kehoach-workspace"))
    plans = correct_plans(plans, corrections)       # kehoach.normalize.correcting

A correction names the plan, the place, the field and what the extraction gave there; where that has changed, it is
reported and not applied. Rows are only ever added: a person's later row on a value replaces the earlier one, two
persons who contradict each other correct nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from kehoach.normalize.batches import not_undone, undo_name
from kehoach.normalize.corrected_fields import FIELDS, correction_reads
from kehoach.normalize.text import fold, tidy
from kehoach.normalize.tsv import Line, append_lines, read_lines

__all__ = [
    "COLUMNS",
    "FILE",
    "Contest",
    "Correction",
    "append_corrections",
    "correction_fault",
    "correction_faults",
    "load_corrections",
    "read_corrections",
    "standing",
    "undo_corrections",
]

FILE = "corrections.tsv"
REQUIRED = ("place", "field", "printed", "corrected", "by", "at")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """One value that one person put right. The fields are the columns of the file."""

    doc_id: str = ""
    number: str = ""
    """`95/KH-UBND`; with the issuer it names the plan where its file, and so its `doc_id`, is another."""
    issuer: str = ""
    subject: str = ""
    """The name of the indicator or task that the value belongs to; where it is given, it must fit too."""
    place: str = ""
    """`line 118:5`, `page 3 (72, 110)`, `tbl[3]/tr[5]/tc[2]`, `Sheet1!B5`: see place_text."""
    field: str = ""
    """`target.raw`: one of FIELDS."""
    printed: str = ""
    """What the extraction gives there; of a row its cells, parted by ` | `."""
    corrected: str = ""
    """What it should be, as a plan would print it: `≥ 80%`, `Quý II/2026`; `-` for nothing."""
    by: str
    at: str
    """`2026-03-02`."""
    note: str = ""
    batch: str = ""
    row_id: str = ""
    undoes: str = ""

    @property
    def value_key(self) -> tuple[str, str, str, str]:
        """The value that is corrected, within its plan."""
        return self.field, tidy(self.place), fold(self.subject), tidy(self.printed)


COLUMNS = Correction.__struct_fields__


class Contest(NamedTuple):
    """A value that people put right in different ways."""

    corrections: tuple[Correction, ...]


def standing(corrections: Iterable[Correction]) -> tuple[list[Correction], list[Contest]]:
    """What counts when all rows are taken together, in the order of the file, and what people contradict each other in.

    Rows that name a plan by id and by number count as about two plans here.
    """
    said: dict[tuple[str, ...], dict[str, Correction]] = {}
    for correction in not_undone(list(corrections)):
        if not correction.undoes:
            key = (correction.doc_id or f"{correction.number}|{fold(correction.issuer)}", *correction.value_key)
            said.setdefault(key, {})[fold(correction.by)] = correction
    stand, contests = [], []
    for by_author in said.values():
        rows = tuple(by_author.values())
        if len({tidy(row.corrected) for row in rows}) > 1:
            contests.append(Contest(rows))
        else:
            stand.append(rows[-1])
    return stand, contests


# --- the file ---------------------------------------------------------------------------------------------------


def load_corrections(workspace: Path | None) -> list[Correction]:
    """The corrections that count; without a workspace none. Raises ValueError with the faults of the file."""
    return standing(read_corrections(workspace))[0] if workspace is not None else []


def read_corrections(workspace: Path) -> list[Correction]:
    """All rows as they were written, those undone too. Raises ValueError with the faults of the file."""
    corrections, faults = _read(workspace)
    if faults:
        raise ValueError("\n".join(faults))
    return corrections


def correction_faults(workspace: Path) -> list[str]:
    """What is wrong with the file, each fault as `corrections.tsv:12: what is wrong`."""
    return _read(workspace)[1]


def append_corrections(workspace: Path, corrections: Iterable[Correction]) -> None:
    """Add rows to the file, all or none. Raises OutputUnavailable where it cannot be written."""
    rows = [{name: getattr(correction, name) for name in COLUMNS} for correction in corrections]
    append_lines(workspace / FILE, COLUMNS, rows)


def undo_corrections(workspace: Path, batch: str, by: str, at: str) -> int:
    """Add the row that undoes a batch, where one stands, and return how many rows it undoes."""
    rows = read_corrections(workspace)
    undone = sum(bool(batch) and row.batch == batch for row in not_undone(rows))
    if undone:
        append_corrections(workspace, [Correction(by=by, at=at, batch=undo_name(rows, batch), undoes=batch)])
    return undone


def correction_fault(correction: Correction) -> str | None:
    """What keeps a correction from being applied to any plan; None where nothing does."""
    if not correction.by:
        return "no name under `by`"
    if not _DATE.fullmatch(correction.at):
        return f"no date of the form 2026-03-02: {correction.at!r}"
    if correction.undoes:
        return None
    if correction.field not in FIELDS:
        return f"no field {correction.field!r}; there are: {', '.join(FIELDS)}"
    if not correction.doc_id and not (correction.number and correction.issuer):
        return "no plan: neither doc_id nor number and issuer"
    if not correction.place and not correction.field.startswith("document."):
        return "no place"
    if not correction_reads(correction.field, correction.corrected):
        return f"{correction.field} cannot be {correction.corrected!r}: {FIELDS[correction.field].form}"
    return None


def _read(workspace: Path) -> tuple[list[Correction], list[str]]:
    lines, faults = read_lines(workspace / FILE, REQUIRED)
    corrections = []
    for line in lines:
        correction = _correction(line)
        wrong = correction_fault(correction)
        if wrong:
            faults.append(f"{FILE}:{line.number}: {wrong}")
        else:
            corrections.append(correction)
    return corrections, faults


def _correction(line: Line) -> Correction:
    return Correction(**{name: line.cells.get(name, "") for name in COLUMNS})
