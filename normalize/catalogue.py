"""The catalogue: the canonical indicators, shipped as data and extended by the workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from kehoach.normalize import vocabulary
from kehoach.normalize.text import tidy
from kehoach.schemas.records import Canonical

__all__ = ["load_catalogue", "load_redirects", "read_entries"]

COUNTED = (ADOPTED, PROPOSED) = ("adopted", "proposed")
"""The states of an entry that may be linked to; one that is `replaced` or `retired` only explains old links."""

_COUNT = re.compile(r"(.+?)\s*×\s*(\d{1,9})")


@cache
def load_catalogue() -> tuple[Canonical, ...]:
    """The entries that may be linked to, in the order of the file. Raises ValueError as read_entries does."""
    return tuple(entry for entry in read_entries() if entry.status in COUNTED and not entry.replaced_by)


@cache
def read_entries() -> tuple[Canonical, ...]:
    """All entries, those replaced or retired too; a workspace's row replaces the shipped one of the same id.

    Raises ValueError where a row has no id, name or domain.
    """
    entries = {row["id"]: _entry(row) for row in vocabulary.rows("catalogue")}
    return tuple(entries.values())


@cache
def load_redirects() -> Mapping[str, str]:
    """From each merged entry to the one that counts today, over all steps; a circle leads nowhere and is left out."""
    steps = {entry.canonical_id: entry.replaced_by for entry in read_entries() if entry.replaced_by}
    return {start: end for start in steps if (end := _end(start, steps))}


def _end(start: str, steps: Mapping[str, str]) -> str | None:
    seen: set[str] = set()
    at = start
    while at in steps:
        if at in seen:
            return None
        seen.add(at)
        at = steps[at]
    return at


def _entry(row: dict[str, str]) -> Canonical:
    if not (row["id"] and row["name"] and row["domain"]):
        raise ValueError(f"catalogue: a row without id, name or domain: {row}")
    labels = [split_count(label) for label in _listed(row, "aliases")]
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


def _listed(row: Mapping[str, str], column: str) -> list[str]:
    """`Tỷ lệ A|Tỷ lệ B ×3`: what bars part."""
    return [tidy(part) for part in row.get(column, "").split("|") if part.strip()]


def split_count(label: str) -> tuple[str, int]:
    """A label, and how many plans are known to print it: 0 where that is not said.

    >>> split_count("Tỷ lệ hộ nghèo ×3")
    ('Tỷ lệ hộ nghèo', 3)
    """
    found = _COUNT.fullmatch(label)
    return (found[1], int(found[2])) if found else (label, 0)


for _cached in (load_catalogue, read_entries, load_redirects):
    vocabulary.on_change(_cached.cache_clear)
