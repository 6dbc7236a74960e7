"""The catalogue for the terminal: as a list, one entry in full, its faults."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from kehoach.normalize.catalogue import COLUMNS, entry_to_row
from kehoach.normalize.catalogue_check import Fault
from kehoach.schemas.records import Canonical

__all__ = ["entries_csv", "entries_json", "entries_text", "entry_text", "faults_json", "faults_text"]


def entries_text(entries: Sequence[Canonical]) -> str:
    """One line each: the id, the unit, the name."""
    widths = [
        max((len(getattr(entry, name) or "") for entry in entries), default=0) for name in ("canonical_id", "unit")
    ]
    return "\n".join(
        f"{entry.canonical_id:<{widths[0]}}  {entry.unit or '':<{widths[1]}}  {entry.name}" for entry in entries
    )


def entries_csv(entries: Sequence[Canonical]) -> str:
    """With the columns of the catalogue's files, so that it can be edited and put into a workspace."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(entry_to_row, entries))
    return written.getvalue().rstrip("\n")


def entries_json(entries: Sequence[Canonical]) -> str:
    """A JSON list of the entries, each with all its columns."""
    return json.dumps([_values(entry) for entry in entries], ensure_ascii=False, indent=2)


def entry_text(entry: Canonical) -> str:
    """All that is known of an entry, a line each."""
    values = _values(entry)
    counts = values.pop("alias_counts") + [0] * len(entry.aliases)
    values["aliases"] = [f"{one} ×{count}" if count else one for one, count in zip(entry.aliases, counts, strict=False)]
    listed = [(name, value if isinstance(value, list) else [value]) for name, value in values.items() if value]
    return "\n".join(f"{name}: {one}" for name, found in listed for one in found)


def faults_text(faults: Sequence[Fault]) -> str:
    """One line each: `phu_song_5g: error label-twice “…” is a label of … too`."""
    return "\n".join(f"{fault.canonical_id}: {fault.severity} {fault.code} {fault.message}" for fault in faults)


def faults_json(faults: Sequence[Fault]) -> str:
    """A JSON list of the faults."""
    return json.dumps([fault._asdict() for fault in faults], ensure_ascii=False, indent=2)


def _values(entry: Canonical) -> dict[str, Any]:
    return {name: msgspec.to_builtins(getattr(entry, name)) for name in entry.__struct_fields__}
