"""Changes to the catalogue: entries added, merged, renamed. They go to the workspace's `catalogue/own.csv`.

Each change is a pure function from entries to the entries that it makes; `save_entries` writes them. An id once given
stays: a merged entry remains, with `replaced_by`, so that decisions and links made with it lead on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from kehoach.normalize import vocabulary
from kehoach.normalize.catalogue import ADOPTED, COLUMNS, REPLACED, entry_to_row, own_file
from kehoach.normalize.text import fold
from kehoach.normalize.tsv import replace_text
from kehoach.schemas.folder import hold
from kehoach.schemas.records import Canonical

__all__ = ["EntryRefused", "add_entry", "merge_entries", "rename_entry", "save_entries"]

Entries = Mapping[str, Canonical]
"""By id: all of the catalogue, and those of the ledger that people may adopt."""


class EntryRefused(ValueError):
    """A change that would leave the catalogue wrong; ``str()`` says why."""


def add_entry(entry: Canonical, entries: Entries) -> list[Canonical]:
    """A new entry, or a proposed one of the ledger that is adopted under its id.

    Raises EntryRefused where its id or one of its labels belongs to another.
    """
    known = entries.get(entry.canonical_id)
    if known is not None and known.status != "proposed":
        raise EntryRefused(f"{entry.canonical_id} exists already: {known.name}")
    _refuse_labels(entry, entries)
    return [entry]


def merge_entries(source: str, target: str, entries: Entries) -> list[Canonical]:
    """Two entries that are one: the first is replaced by the second, which gets its labels.

    A proposed target is adopted. Raises EntryRefused where one does not exist or was merged already.
    """
    old, kept = _counted(source, entries), _counted(target, entries)
    if source == target:
        raise EntryRefused(f"{source} cannot be merged with itself")
    known = {fold(label) for label in (kept.name, *kept.aliases, *kept.hidden)}
    gained = [(label, count) for label, count in _counted_labels(old) if fold(label) not in known]
    taken = known | {fold(label) for label, _ in gained}
    labels = [*_counted_labels(kept)[1:], *gained]
    return [
        msgspec.structs.replace(old, domain=kept.domain, status=REPLACED, replaced_by=target),
        msgspec.structs.replace(
            kept,
            status=ADOPTED,
            aliases=[label for label, _ in labels],
            alias_counts=[count for _, count in labels],
            hidden=[*kept.hidden, *(label for label in old.hidden if fold(label) not in taken)],
        ),
    ]


def rename_entry(canonical_id: str, name: str, entries: Entries) -> list[Canonical]:
    """Another preferred label; the old one stays as an alias.

    Raises EntryRefused where the entry does not exist, or the name belongs to another.
    """
    entry = _counted(canonical_id, entries)
    others = [pair for pair in _counted_labels(entry) if fold(pair[0]) != fold(name)]
    renamed = msgspec.structs.replace(
        entry,
        name=name,
        aliases=[label for label, _ in others],
        alias_counts=[count for _, count in others],
        hidden=[label for label in entry.hidden if fold(label) != fold(name)],
    )
    _refuse_labels(renamed, entries)
    return [renamed]


def save_entries(workspace: Path, changed: Sequence[Canonical]) -> None:
    """Write entries to the workspace's own file: each replaces its row or comes last; other rows stay as they are.

    Raises OutputUnavailable where another process holds the workspace.
    """
    path = own_file(workspace)
    with hold(workspace):
        path.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        reader = csv.DictReader(io.StringIO(text, newline=""))
        header = list(reader.fieldnames or ())
        header += [name for name in COLUMNS if name not in header]
        rows = {row["id"]: row for row in reader}
        for entry in changed:
            rows[entry.canonical_id] = rows.get(entry.canonical_id, {}) | entry_to_row(entry)
        written = io.StringIO()
        writer = csv.DictWriter(written, header, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())
        replace_text(path, written.getvalue())
    vocabulary.forget()


def _counted(canonical_id: str, entries: Entries) -> Canonical:
    entry = entries.get(canonical_id)
    if entry is None:
        raise EntryRefused(f"no entry {canonical_id}")
    if entry.replaced_by:
        raise EntryRefused(f"{canonical_id} was merged into {entry.replaced_by} already")
    return entry


def _counted_labels(entry: Canonical) -> list[tuple[str, int]]:
    """Its name and its aliases, each with the number of plans known to print it."""
    counts = [*entry.alias_counts, *[0] * len(entry.aliases)]
    return [(entry.name, 0), *zip(entry.aliases, counts, strict=False)]


def _refuse_labels(entry: Canonical, entries: Entries) -> None:
    labels = {fold(label): label for label in (entry.name, *entry.aliases, *entry.hidden)}
    for other in entries.values():
        if other.canonical_id == entry.canonical_id or other.replaced_by or other.status == "proposed":
            continue
        for label in (other.name, *other.aliases, *other.hidden):
            if fold(label) in labels:
                raise EntryRefused(f"“{label}” is a label of {other.canonical_id} already")
