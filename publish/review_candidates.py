"""The entries that come near a name, and in plain words why, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kehoach.normalize.labels import Candidate, LabelIndex
from kehoach.normalize.wording import read_wordings
from kehoach.publish.review_words import Words
from kehoach.schemas.records import Canonical

__all__ = ["Near", "Nearest", "why", "why_not"]

MOST = 3


class Near(NamedTuple):
    """An entry near a name."""

    canonical_id: str
    candidate: Candidate | None
    """None where the run names the entry but no label comes near."""


class Nearest:
    """The entries of a run's catalogue near a name, the best first."""

    def __init__(self, catalogue: Mapping[str, Canonical]) -> None:
        self._index = LabelIndex(catalogue.values())

    def entries(self, name: str, unit: str | None, linked: Iterable[str]) -> list[Near]:
        """The best three; `linked`, what the run itself found, come first."""
        found: dict[str, Candidate] = {}
        for wording in read_wordings(name, unit):
            for candidate in self._index.near(wording):
                found.setdefault(candidate.label.canonical_id, candidate)
        order = dict.fromkeys([*linked, *found])
        return [Near(entry, found.get(entry)) for entry in order][:MOST]


def why(near: Sequence[Near], words: Words) -> str:
    """What speaks for the first, and what is left in doubt."""
    return _told(near[0], words) if near else ""


def why_not(near: Sequence[Near], words: Words) -> str:
    """What speaks against the second."""
    if len(near) < 2:
        return ""
    first, second = near[0].candidate, near[1].candidate
    parts = [_told(near[1], words)]
    if first is not None and second is not None and first.score > second.score:
        parts.append(words("why.behind", points=f"{first.score - second.score:.0f}"))
    return "; ".join(filter(None, parts))


def _told(near: Near, words: Words) -> str:
    if near.candidate is None:
        return ""
    candidate, slots = near.candidate, words.group("slot")
    parts = [
        words(
            "why.scores",
            label=candidate.label.printed,
            score=f"{candidate.score:.0f}",
            covered=f"{candidate.covered:.0%}",
        )
    ]
    for key, found in (("why.vetoes", candidate.comparison.vetoes), ("why.doubts", candidate.comparison.doubts)):
        if found:
            parts.append(words(key, slots=", ".join(slots.get(slot, slot) for slot in found)))
    return "; ".join(parts)
