"""The ids of proposed entries: `ledger.tsv` of the workspace. An id is never reused and never renumbered.

A run reads the ledger as it reads the decisions, and never writes it; `extend_ledger` keeps the ids that people have
seen. What is kept comes back under the same id whatever else is proposed, so that a second run gives the same bytes.
Without a workspace the ids come from the wording.

    ledger = load_ledger(Path("kehoach-workspace"))
    ledger.propose([subject_key("Tỷ lệ hộ nuôi ong", "%")], "Tỷ lệ hộ nuôi ong", taken=set())   # ho_nuoi_ong_1f2e3d
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from kehoach.normalize.catalogue import load_redirects
from kehoach.normalize.decision_rows import subject_key
from kehoach.normalize.text import bare, without_tones
from kehoach.normalize.tsv import append_lines, read_lines
from kehoach.schemas.records import Canonical

__all__ = [
    "COLUMNS", "EMPTY_LEDGER", "FILE", "Ledger", "LedgerRow", "extend_ledger", "ledger_faults", "ledger_ids",
    "load_ledger", "make_ledger", "wording_id",
]  # fmt: skip

FILE = "ledger.tsv"

COLUMNS = ("canonical_id", "label", "unit", "key")
_REQUIRED = COLUMNS[:2]
_NO_REDIRECTS: Mapping[str, str] = MappingProxyType({})
_LETTERS = 40  # of an id before its digest


class LedgerRow(NamedTuple):
    """A name that belongs to a proposed entry; the first row of an id names the entry."""

    canonical_id: str
    label: str
    unit: str = ""

    @property
    def key(self) -> str:
        """See subject_key."""
        return subject_key(self.label, self.unit or None)


class Ledger(NamedTuple):
    """The ids kept; make it with make_ledger or load_ledger."""

    kept: Mapping[str, str] = MappingProxyType({})
    """From the key of a name to the id as it was given."""
    names: Mapping[str, LedgerRow] = MappingProxyType({})
    """The first row of each id, in the order of the file."""
    redirects: Mapping[str, str] = MappingProxyType({})

    def id_of(self, key: str) -> str | None:
        """The id kept for a name, that of the entry it was merged into where it was; None where there is none."""
        kept = self.kept.get(key)
        return self.redirects.get(kept, kept) if kept else None

    def propose(self, keys: Collection[str], label: str, taken: Collection[str]) -> str:
        """The id of a proposed entry whose names have these keys and of which `label` is the wording to show.

        It is the one kept longest for one of the keys, else made from the label. `taken`: the ids that this run
        gave to others. Names kept under two ids are not to be put together: one of the ids would be lost.
        """
        kept = {found for key in keys if (found := self.id_of(key)) and found not in taken}
        if kept:
            order = {name: number for number, name in enumerate(self.names)}
            return min(kept, key=lambda name: (order.get(name, len(order)), name))
        return _first_free(wording_id(label), taken, self.names)

    def entry(self, canonical_id: str) -> Canonical | None:
        """The proposed entry of an id kept, as its first row names it; None where the id is not kept."""
        row = self.names.get(canonical_id)
        if row is None:
            return None
        return Canonical(
            canonical_id=canonical_id, name=row.label, domain="khac", unit=row.unit or None, status="proposed"
        )


EMPTY_LEDGER = Ledger()
"""No workspace: the ids come from the wording."""


def wording_id(label: str) -> str:
    """An id that people can read and that comes from the wording alone.

    >>> wording_id("Tỷ lệ hộ nuôi ong")
    'ty_le_ho_nuoi_ong_d33e2a'
    """
    key = bare(label)
    slug = re.sub(r"[^a-z0-9]+", "_", without_tones(key))[:_LETTERS].strip("_")
    return f"{slug}_{hashlib.sha256(key.encode()).hexdigest()[:6]}"


def make_ledger(rows: Iterable[LedgerRow], redirects: Mapping[str, str] = _NO_REDIRECTS) -> Ledger:
    """The ledger of these rows; of two for one name the first counts."""
    kept: dict[str, str] = {}
    names: dict[str, LedgerRow] = {}
    for row in rows:
        kept.setdefault(row.key, row.canonical_id)
        names.setdefault(row.canonical_id, row)
    return Ledger(kept, names, redirects)


def load_ledger(workspace: Path | None) -> Ledger:
    """The ledger of a workspace (of the one in use: names are read with its vocabulary); without one EMPTY_LEDGER.

    Raises ValueError with the faults of the file.
    """
    if workspace is None:
        return EMPTY_LEDGER
    rows, faults = _read(workspace)
    if faults:
        raise ValueError("\n".join(faults))
    return make_ledger(rows, load_redirects())


def ledger_faults(workspace: Path) -> list[str]:
    """What is wrong with the file, each fault as `ledger.tsv:12: what is wrong`."""
    return _read(workspace)[1]


def ledger_ids(workspace: Path) -> list[str]:
    """The ids in a file without fault, in its order."""
    return list(dict.fromkeys(row.canonical_id for row in _read(workspace)[0]))


def extend_ledger(workspace: Path, rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Keep the ids of names that have none yet, and return what was added. A name keeps the id it has.

    Raises ValueError with the faults of the file, OutputUnavailable where it cannot be written.
    """
    known = dict(load_ledger(workspace).kept)
    added = []
    for row in rows:
        if row.key not in known:
            known[row.key] = row.canonical_id
            added.append(row)
    if added:
        append_lines(workspace / FILE, COLUMNS, [_cells(row) for row in added])
    return added


def _first_free(wanted: str, *taken: Collection[str]) -> str:
    """`ho_nuoi_ong_1f2e3d`, `ho_nuoi_ong_1f2e3d_2`, …: the same name counted in another unit."""
    names = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
    return next(name for name in names if not any(name in some for some in taken))


def _read(workspace: Path) -> tuple[list[LedgerRow], list[str]]:
    lines, faults = read_lines(workspace / FILE, _REQUIRED)
    rows: list[LedgerRow] = []
    for line in lines:
        if line.cells.get("canonical_id") and line.cells.get("label"):
            rows.append(LedgerRow(line.cells["canonical_id"], line.cells["label"], line.cells.get("unit", "")))
        elif not faults:
            faults.append(f"{FILE}:{line.number}: no canonical_id or no label")
    return rows, faults


def _cells(row: LedgerRow) -> dict[str, str]:
    return dict(zip(COLUMNS, (*row, row.key), strict=True))
