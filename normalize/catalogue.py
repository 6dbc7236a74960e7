"""The catalogue: the canonical indicators, shipped as data and extended by the workspace.

Each file in `data/catalogue/` is a domain of policy; a workspace adds files in its own `catalogue/`. Of two rows of one
id the later counts: the workspace's over the shipped one, its `own.csv`, which the commands write, over all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kehoach.normalize import vocabulary
from kehoach.normalize.text import tidy
from kehoach.schemas.records import Canonical

__all__ = [
    "ADOPTED", "COLUMNS", "PROPOSED", "REPLACED", "RETIRED", "SHIPPED", "entry_to_row", "follow_redirects",
    "load_catalogue", "load_redirects", "own_file", "read_entries", "row_to_entry", "workspace_files",
]  # fmt: skip

SHIPPED = Path(__file__).with_name("data") / "catalogue"

ADOPTED, PROPOSED, REPLACED, RETIRED = "adopted", "proposed", "replaced", "retired"
"""The states of an entry. Only the first two may be linked to; the others explain old links."""

COLUMNS = (
    "id", "name", "name_en", "domain", "kind", "unit", "population", "denominator", "direction", "requires", "excludes",
    "broader", "basis", "status", "replaced_by", "aliases", "hidden", "comment",
)  # fmt: skip
"""Of the files. `population`, `requires`, `excludes`, `aliases` and `hidden` hold several values, parted by bars."""

_COUNT = re.compile(r"(.+?)\s*×\s*(\d{1,9})")


@cache
def load_catalogue() -> tuple[Canonical, ...]:
    """The entries that may be linked to, in the order of the files. Raises ValueError as read_entries does."""
    linkable = (ADOPTED, PROPOSED)
    return tuple(entry for entry in read_entries() if entry.status in linkable and not entry.replaced_by)


@cache
def read_entries() -> tuple[Canonical, ...]:
    """All entries, those replaced or retired too. Raises ValueError where a row has no id, name or domain."""
    workspace = vocabulary.workspace_in_use()
    paths = [*sorted(SHIPPED.glob("*.csv")), *(workspace_files(workspace) if workspace else [])]
    entries = [row_to_entry(row) for path in paths for row in vocabulary.read_rows(path)]
    return tuple({entry.canonical_id: entry for entry in entries}.values())


@cache
def load_redirects() -> Mapping[str, str]:
    """From each merged entry to the one that counts today."""
    return follow_redirects({entry.canonical_id: entry.replaced_by for entry in read_entries() if entry.replaced_by})


def follow_redirects(steps: Mapping[str, str]) -> dict[str, str]:
    """From each start to its end over all steps; a circle leads nowhere and is left out.

    >>> follow_redirects({"a": "b", "b": "c", "x": "y", "y": "x"})
    {'a': 'c', 'b': 'c'}
    """
    return {start: end for start in steps if (end := _end(start, steps))}


def workspace_files(workspace: Path) -> list[Path]:
    """The files of a workspace's catalogue, the last the one that the commands write."""
    own = own_file(workspace)
    others = sorted(path for path in own.parent.glob("*.csv") if path != own)
    return [*others, own] if own.exists() else others


def own_file(workspace: Path) -> Path:
    """The file of the entries that people add and change."""
    return workspace / "catalogue" / "own.csv"


def row_to_entry(row: Mapping[str, str]) -> Canonical:
    """The entry of a row; columns that are missing are empty. Raises ValueError where it has no id, name or domain."""
    if not (row.get("id") and row.get("name") and row.get("domain")):
        raise ValueError(f"catalogue: a row without id, name or domain: {dict(row)}")
    labels = [_split_count(label) for label in _listed(row, "aliases")]
    return Canonical(
        canonical_id=row["id"],
        name=tidy(row["name"]),
        name_en=row.get("name_en") or None,
        domain=row["domain"],
        unit=row.get("unit") or None,
        direction=row.get("direction") or "none",
        basis=row.get("basis") or None,
        status=row.get("status") or ADOPTED,
        aliases=[label for label, _ in labels],
        alias_counts=[count for _, count in labels],
        hidden=_listed(row, "hidden"),
        kind=row.get("kind") or None,
        population=_listed(row, "population"),
        denominator=row.get("denominator") or None,
        requires=_listed(row, "requires"),
        excludes=_listed(row, "excludes"),
        broader=row.get("broader") or None,
        replaced_by=row.get("replaced_by") or None,
    )


def entry_to_row(entry: Canonical) -> dict[str, str]:
    """The row of an entry; the column `comment` is for people and left out."""
    counts = [*entry.alias_counts, *[0] * len(entry.aliases)]
    counted = [f"{label} ×{count}" if count else label for label, count in zip(entry.aliases, counts, strict=False)]
    listed = {name: "|".join(getattr(entry, name)) for name in ("population", "requires", "excludes", "hidden")}
    plain = {name: getattr(entry, name) or "" for name in COLUMNS if name not in {"id", "aliases", "comment", *listed}}
    return {"id": entry.canonical_id, **plain, **listed, "aliases": "|".join(counted)}


def _end(start: str, steps: Mapping[str, str]) -> str | None:
    seen: set[str] = set()
    at = start
    while at in steps:
        if at in seen:
            return None
        seen.add(at)
        at = steps[at]
    return at


def _listed(row: Mapping[str, str], column: str) -> list[str]:
    return [tidy(part) for part in (row.get(column) or "").split("|") if part.strip()]


def _split_count(label: str) -> tuple[str, int]:
    """`Tỷ lệ hộ nghèo ×3`: a label, and in how many plans it is known to stand; 0 where that is not said."""
    found = _COUNT.fullmatch(label)
    return (found[1], int(found[2])) if found else (label, 0)


for _cached in (load_catalogue, read_entries, load_redirects):
    vocabulary.on_change(_cached.cache_clear)
