"""What the indicators of a run are linked to, and in which row of the indicators' sheet each target stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kehoach.publish.workbook.run import Run

__all__ = ["Entry", "Links", "TargetKey", "read_links"]

TargetKey = tuple[str, int, int]
"""doc_id, indicator_id, target_no; -1 where the indicator sets no target."""


Place = tuple[int | None, int | None, str | None]
"""line, page, path."""


class Entry(NamedTuple):
    """An entry of the catalogue."""

    name: str
    unit: str | None
    direction: str
    domain: str | None


class Links(NamedTuple):
    """The links, the entries, the order of the targets."""

    entries: Mapping[str, Entry]
    matches: Mapping[tuple[str, int], list[tuple[int | None, str | None, str]]]
    """(target_no, canonical_id, status) of an indicator."""
    order: list[TargetKey]
    places: Mapping[TargetKey, Place]
    """Where each target stands in its source."""

    def entry(self, doc_id: str, indicator_id: int, target_no: int) -> tuple[str | None, str | None]:
        """The names of what a target is linked to, and the status of the link."""
        found = [
            (self.entries[entry].name if entry and entry in self.entries else entry, status)
            for number, entry, status in self.matches.get((doc_id, indicator_id), ())
            if number in (None, target_no) or target_no < 0
        ]
        names = [name for name, _ in found if name]
        return "; ".join(dict.fromkeys(names)) or None, found[0][1] if found else None


def read_links(run: Run, language: str) -> Links:
    """Read the catalogue and the links of a run; names are in the language where the catalogue has them."""
    columns = ("canonical_id", "name", "name_en", "unit", "direction", "domain")
    entries = {
        entry: Entry((english if language == "en" else None) or name, unit, direction, domain)
        for entry, name, english, unit, direction, domain in run.rows("catalogue", columns)
    }
    matches: dict[tuple[str, int], list[tuple[int | None, str | None, str]]] = {}
    for doc_id, indicator, number, entry, status in run.rows(
        "matches", ("doc_id", "indicator_id", "target_no", "canonical_id", "status")
    ):
        matches.setdefault((doc_id, indicator), []).append((number, entry, status))
    columns = ("doc_id", "indicator_id", "target_no", "line", "page", "path")
    places: dict[TargetKey, Place] = {row[:3]: row[3:] for row in run.rows("targets", columns)}
    return Links(entries, matches, _order(run, places), places)


def _order(run: Run, places: Mapping[TargetKey, Place]) -> list[TargetKey]:
    having = {key[:2] for key in places}
    without = [
        (doc_id, indicator, -1)
        for doc_id, indicator in run.rows("indicators", ("doc_id", "indicator_id"))
        if (doc_id, indicator) not in having
    ]
    return sorted([*places, *without], key=lambda key: (run.order.get(key[0], 0), key))
