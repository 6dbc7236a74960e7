"""The entries that come near a name, and in plain words why, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kehoach.normalize.explaining import Explained, explain_names
from kehoach.normalize.knowledge import Knowledge
from kehoach.publish.wording import Words
from kehoach.schemas.records import Canonical

__all__ = ["Near", "Nearest", "why", "why_not"]

MOST = 3
_PARTS = 3  # features named in a reason
_FAINT = 0.05  # log-odds: less is not worth a word


class Near(NamedTuple):
    """An entry near a name."""

    canonical_id: str
    candidate: Explained | None
    """None where the run names the entry but no label comes near."""


class Nearest:
    """The entries of a run's catalogue near its names, the best first; sought for all names together."""

    def __init__(self, catalogue: Mapping[str, Canonical], names: Iterable[tuple[str, str | None]]) -> None:
        distinct = list(dict.fromkeys(names))
        explained = explain_names(distinct, Knowledge(tuple(catalogue.values())), MOST)
        self._found = dict(zip(distinct, explained, strict=True))

    def entries(self, name: str, unit: str | None, linked: Iterable[str]) -> list[Near]:
        """The best three; `linked`, what the run itself found, come first."""
        found = {one.canonical_id: one for one in self._found[name, unit]}
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
        parts.append(words("why.behind", points=f"{first.score - second.score:.1f}"))
    return "; ".join(filter(None, parts))


def _told(near: Near, words: Words) -> str:
    if near.candidate is None:
        return ""
    candidate, slots, features = near.candidate, words.group("slot"), words.group("feature")
    shown = [(name, value) for name, value in candidate.features if name in features and abs(value) >= _FAINT]
    parts = [
        words(
            "why.scores",
            label=candidate.label,
            chance=f"{candidate.probability or 0:.0%}",
            parts=", ".join(f"{features[name]} {value:+.1f}" for name, value in shown[:_PARTS]),
        )
    ]
    for key, found in (("why.vetoes", candidate.vetoes), ("why.doubts", candidate.doubts)):
        if found:
            parts.append(words(key, slots=", ".join(slots.get(slot, slot) for slot in found)))
    return "; ".join(parts)
