"""The catalogue: the canonical indicators, shipped as data and extended by the workspace."""

from __future__ import annotations

from functools import cache

from kehoach.normalize import vocabulary
from kehoach.normalize.text import tidy
from kehoach.schemas.records import Canonical

__all__ = ["load_catalogue"]


@cache
def load_catalogue() -> tuple[Canonical, ...]:
    """The entries in the order of the file; a workspace's row replaces the shipped one of the same id.

    Raises ValueError where a row has no id, name or domain.
    """
    entries = {row["id"]: _entry(row) for row in vocabulary.rows("catalogue")}
    return tuple(entries.values())


def _entry(row: dict[str, str]) -> Canonical:
    if not (row["id"] and row["name"] and row["domain"]):
        raise ValueError(f"catalogue: a row without id, name or domain: {row}")
    return Canonical(
        canonical_id=row["id"],
        name=tidy(row["name"]),
        name_en=row.get("name_en") or None,
        domain=row["domain"],
        unit=row.get("unit") or None,
        direction=row.get("direction") or "none",
        basis=row.get("basis") or None,
        status=row.get("status") or "adopted",
        aliases=[tidy(alias) for alias in row.get("aliases", "").split("|") if alias.strip()],
    )


vocabulary.on_change(load_catalogue.cache_clear)
