"""The entries that a run proposed, read back from its tables: what `catalogue keep` puts into the ledger."""

from __future__ import annotations

from pathlib import Path

from kehoach.normalize.decisions import subject_unit
from kehoach.normalize.ledger import LedgerRow
from kehoach.schemas.errors import InputMissing

__all__ = ["proposed_names"]

_NEEDED = ("catalogue", "indicators", "targets", "matches")


def proposed_names(outputs: Path) -> list[LedgerRow]:
    """The names of each proposed entry, the one that it is called by first, ordered by id.

    Names that are merely near an entry (`review`) are not among them. Raises InputMissing where a table is missing.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - see kehoach --help

    paths = {name: outputs / f"{name}.parquet" for name in _NEEDED}
    if missing := [str(path) for path in paths.values() if not path.exists()]:
        raise InputMissing(f"no such table: {', '.join(missing)}; write them with: kehoach run PLANS -o {outputs}")
    entries, indicators, targets, matches = (pq.read_table(paths[name]).to_pylist() for name in _NEEDED)
    units: dict[tuple[str, int], list[str | None]] = {}
    for row in targets:
        units.setdefault((row["doc_id"], row["indicator_id"]), []).append(row["unit"])
    names = {
        key: (row["name"], subject_unit(row["unit"], units.get(key, ())) or "")
        for row in indicators
        for key in [(row["doc_id"], row["indicator_id"])]
    }
    called = {row["canonical_id"]: row for row in entries if row["status"] == "proposed"}
    members: dict[str, set[tuple[str, str]]] = {}
    for match in matches:
        if match["status"] == "new" and match["canonical_id"] in called:
            members.setdefault(match["canonical_id"], set()).add(names[match["doc_id"], match["indicator_id"]])
    rows = []
    for canonical_id in sorted(members):
        label = called[canonical_id]["name"]
        ordered = sorted(members[canonical_id], key=lambda name: (name[0].rstrip(" .;,") != label, name))
        rows += [LedgerRow(canonical_id, *name) for name in ordered]
    return rows
