"""The workspace: a folder of plain files with what people add. It is input to a run, like the plans."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from kehoach.normalize import agency_decisions, audit, corrections, vocabulary
from kehoach.normalize.catalogue import COLUMNS, SHIPPED, own_file, workspace_files
from kehoach.normalize.catalogue_check import check_decisions
from kehoach.normalize.decision_rows import COLUMNS as DECISION_COLUMNS
from kehoach.normalize.decisions import FILE as DECISIONS
from kehoach.normalize.decisions import decision_faults, read_decisions
from kehoach.normalize.ledger import COLUMNS as LEDGER_COLUMNS
from kehoach.normalize.ledger import FILE as LEDGER
from kehoach.normalize.ledger import ledger_faults, ledger_ids

__all__ = ["DEFAULT_WORKSPACE", "init_workspace", "workspace_faults"]

DEFAULT_WORKSPACE = Path("kehoach-workspace")

_SHIPPED = Path(__file__).with_name("data")
_NEEDED = ("id", "name", "domain")  # without them a row is no entry
_README = """# A kehoach workspace

What people add stands here; a run reads it and never changes it, nor the installed package. Keep it under version
control: all of it is plain text.

- `vocabulary/*.csv` extends the word list of the same name. Each file begins with the header row of the shipped list;
  add rows below it, in a spreadsheet (save as "CSV UTF-8") or an editor. Your rows come after the shipped ones and win.
- `catalogue/*.csv` adds canonical indicators, one file a domain, with the columns of `own.csv`. `kehoach catalogue`
  writes to `own.csv` (`add`, `merge`, `rename`); its rows win over all others of the same id.
- `decisions.tsv` holds what people decided about names, one row a decision. Rows are only ever added; a batch is undone
  by a row too. `kehoach review apply` writes it.
- `agency_decisions.tsv` holds what they decided about bodies, in the same columns.
- `corrections.tsv` holds extracted values that people put right, each with its plan, its place and what was read there.
- `audit.tsv` holds what they judged of automatic matches; `kehoach review report` tells the precision from it.
- `ledger.tsv` keeps the ids of proposed entries, so that they are never reused and never renumbered.

Use it with `kehoach run PATH... -o OUT --workspace DIR`, or name it `kehoach-workspace` where you run the command.
"""


def init_workspace(folder: Path) -> list[Path]:
    """Make the files of a workspace that are missing and return them; nothing there is overwritten. Raises OSError."""
    wanted = {folder / "README.md": _README}
    for shipped in sorted(_SHIPPED.glob("*.csv")):
        wanted[folder / "vocabulary" / shipped.name] = ",".join(_header(shipped)) + "\n"
    wanted[own_file(folder)] = ",".join(COLUMNS) + "\n"
    wanted[folder / DECISIONS] = "\t".join(DECISION_COLUMNS) + "\n"
    wanted[folder / LEDGER] = "\t".join(LEDGER_COLUMNS) + "\n"
    wanted[folder / agency_decisions.FILE] = "\t".join(DECISION_COLUMNS) + "\n"
    wanted[folder / corrections.FILE] = "\t".join(corrections.COLUMNS) + "\n"
    wanted[folder / audit.FILE] = "\t".join(audit.COLUMNS) + "\n"
    made = [path for path in wanted if not path.exists()]
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return made


def workspace_faults(folder: Path) -> list[str]:
    """What keeps a workspace from being used, each fault with its file; an empty list where all is well."""
    if not folder.is_dir():
        return [f"{folder}: no such workspace; make one with: kehoach workspace init {folder}"]
    faults = [fault for path in sorted((folder / "vocabulary").glob("*.csv")) for fault in _vocabulary_faults(path)]
    faults += [fault for path in workspace_files(folder) for fault in _catalogue_faults(path)]
    faults += [f"{folder}/{fault}" for faults_of in _KEPT for fault in faults_of(folder)]
    return faults or [f"{folder}/{fault}" for fault in _lost_decisions(folder)]


def _lost_decisions(folder: Path) -> list[str]:
    """Decisions for entries that do not exist: a run would lose them."""
    paths = [*SHIPPED.glob("*.csv"), *workspace_files(folder)]
    known = {row["id"] for path in paths for row in vocabulary.read_rows(path)} | set(ledger_ids(folder))
    lost = check_decisions(read_decisions(folder), known)
    return [f"{DECISIONS}: {fault.canonical_id}: {fault.message}" for fault in lost]


_KEPT = (
    decision_faults,
    agency_decisions.agency_decision_faults,
    corrections.correction_faults,
    audit.audit_faults,
    ledger_faults,
)


def _vocabulary_faults(path: Path) -> list[str]:
    shipped = _SHIPPED / path.name
    if shipped.exists():
        return _table_faults(path, _header(shipped))
    if path.stem == "catalogue":
        return [f"{path}: entries of the catalogue stand in {own_file(path.parent.parent)}"]
    names = ", ".join(sorted(known.stem for known in _SHIPPED.glob("*.csv")))
    return [f"{path}: no vocabulary of this name; there are: {names}"]


def _catalogue_faults(path: Path) -> list[str]:
    faults = _table_faults(path, _NEEDED)
    if faults:
        return faults
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return [
            f"{path}:{reader.line_num}: no {' and no '.join(missing)}"
            for row in reader
            if (missing := [name for name in _NEEDED if not (row[name] or "").strip()])
        ]


def _table_faults(path: Path, needed: Sequence[str]) -> list[str]:
    try:
        header = _header(path)
    except UnicodeDecodeError:
        return [f"{path}: not UTF-8; save it as 'CSV UTF-8'"]
    except OSError as error:
        return [f"{path}: {error.strerror}"]
    missing = [name for name in needed if name not in header]
    return [f"{path}: missing columns: {', '.join(missing)}"] if missing else []


def _header(path: Path) -> list[str]:
    """The names in the first row; the whole file is read, so that a wrong encoding shows wherever it is."""
    text = path.read_text(encoding="utf-8-sig")
    return next(csv.reader(text.splitlines()), [])
