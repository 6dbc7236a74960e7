"""What the catalogue does not have: wordings that belong together become one proposed entry.

The same words (in another order, with a slip in the tone marks) are one; what is merely near, by average linkage under
the vetoes of matching, is put to a person with the nearest proposal. Two wordings of one table are never joined.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from kehoach.normalize.labels import LabelIndex, overlap
from kehoach.normalize.slots import compare_slots
from kehoach.normalize.text import bare, tidy, without_tones
from kehoach.normalize.wording import Wording
from kehoach.schemas.records import Canonical

__all__ = ["Place", "Unlinked", "cluster_unlinked"]

_TOGETHER = 85.0  # mean score of a cluster's pairs
_LEAST_OVERLAP = 0.7  # of a pair with that score, were all its letters in the same order
_OF_UNIT = ("kind", "denominator", "aside")  # what the unit and the brackets say counts in a misspelt name too
_SPELLED = 5  # words of a name that may be recognised without its tone marks
_PREFIX = 1 - _LEAST_OVERLAP / (2 - _LEAST_OVERLAP)  # two such wordings share a word within this weight of each


class Unlinked(NamedTuple):
    """An indicator that nothing in the catalogue fits."""

    name: str
    unit: str | None
    wordings: tuple[Wording, ...]
    table_key: Hashable


class Place(NamedTuple):
    """Where an unlinked indicator belongs: in a proposed entry (`same`), or merely near it."""

    canonical_id: str
    same: bool


class _Node(NamedTuple):
    """All indicators whose names have the same words."""

    wording: Wording | None
    members: list[int]
    tables: frozenset[Hashable]


def cluster_unlinked(unlinked: Sequence[Unlinked], index: LabelIndex) -> tuple[list[Place], list[Canonical]]:
    """The place of each, in their order, and the proposed entries ordered by id."""
    nodes = _nodes(unlinked)
    places: dict[int, Place] = {}
    proposals: dict[str, Canonical] = {}
    for cluster in _clusters(nodes, index):
        core = min(cluster, key=lambda node: (-len(nodes[node].members), node))
        entry = _proposal([unlinked[member] for member in nodes[core].members])
        while entry.canonical_id in proposals:  # the same name counted in another unit
            entry.canonical_id += "x"
        proposals[entry.canonical_id] = entry
        for node in cluster:
            places.update(dict.fromkeys(nodes[node].members, Place(entry.canonical_id, node == core)))
    return [places[number] for number in range(len(unlinked))], [proposals[key] for key in sorted(proposals)]


def _nodes(unlinked: Sequence[Unlinked]) -> list[_Node]:
    """Ordered by their words: the order of the plans does not count."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, one in enumerate(unlinked):
        groups.setdefault(_node_key(one), []).append(number)
    return [
        _Node(
            min((unlinked[member].wordings[0] for member in members), key=lambda head: head.text) if key[0] else None,
            members,
            frozenset(unlinked[member].table_key for member in members),
        )
        for key, members in sorted(groups.items())
    ]


def _node_key(one: Unlinked) -> tuple[str, ...]:
    """The words and the slots; of a long name the base letters, with the slots of its unit."""
    if not one.wordings:
        return "", bare(one.name)
    head = one.wordings[0]
    long = len(head.words) >= _SPELLED
    slots = [(slot, *sorted(head.slots[slot])) for slot in sorted(head.slots) if not long or slot in _OF_UNIT]
    return head.toneless if long else head.key, *(" ".join(slot) for slot in slots)


def _clusters(nodes: Sequence[_Node], index: LabelIndex) -> list[list[int]]:
    """Joins the nearest clusters first, as long as no pair of them is forbidden and their mean score suffices."""
    cluster_of = list(range(len(nodes)))
    clusters = {number: [number] for number in cluster_of}
    for _, one, other in sorted((-score, one, other) for (one, other), score in _near_pairs(nodes, index).items()):
        left, right = sorted((cluster_of[one], cluster_of[other]))
        if left == right or not _may_join(nodes, clusters[left], clusters[right], index):
            continue
        moved = clusters.pop(right)
        clusters[left] += moved
        for number in moved:
            cluster_of[number] = left
    return [clusters[key] for key in sorted(clusters)]


def _may_join(nodes: Sequence[_Node], left: Sequence[int], right: Sequence[int], index: LabelIndex) -> bool:
    scores = [_score(nodes[one], nodes[other], index) for one in left for other in right]
    return min(scores) > 0 and sum(scores) / len(scores) >= _TOGETHER


def _near_pairs(nodes: Sequence[_Node], index: LabelIndex) -> dict[tuple[int, int], float]:
    by_word: dict[str, list[int]] = {}
    found: dict[tuple[int, int], float] = {}
    users = Counter(word for node in nodes if node.wording for word in node.wording.words)
    for number, node in enumerate(nodes):
        partners: set[int] = set()
        for word in _prefix(node, index, users):
            partners.update(by_word.get(word, ()))
            by_word.setdefault(word, []).append(number)
        for partner in sorted(partners):
            score = _score(nodes[partner], node, index)
            if score >= _TOGETHER:
                found[partner, number] = score
    return found


def _prefix(node: _Node, index: LabelIndex, users: Mapping[str, int]) -> list[str]:
    """The rarest words of a wording, up to the weight that a near one cannot do without."""
    words = sorted(node.wording.words if node.wording else (), key=lambda word: (users[word], word))
    limit = _PREFIX * index.mass(words)
    kept: list[str] = []
    weight = 0.0
    for word in words:
        kept.append(word)
        weight += index.weight(word)
        if weight > limit:
            break
    return kept


def _score(one: _Node, other: _Node, index: LabelIndex) -> float:
    """0 to 100; 0 where the two must stay apart."""
    if one.wording is None or other.wording is None or one.tables & other.tables:
        return 0.0
    if _replaced(one.wording, other.wording):
        return 0.0
    common = overlap(one.wording.words, other.wording.words, index)
    if common < _LEAST_OVERLAP:
        return 0.0
    comparison = compare_slots(one.wording.slots, other.wording.slots)
    if comparison.vetoes or comparison.doubts:
        return 0.0
    return 50 * common + fuzz.token_sort_ratio(one.wording.text, other.wording.text) / 2


def _replaced(one: Wording, other: Wording) -> bool:
    """Each has a word that the other lacks: `bảo hiểm y tế`, `bảo hiểm xã hội`. One that merely says more is near."""
    left, right = set(one.toneless.split()), set(other.toneless.split())
    return not (left <= right or right <= left)


def _proposal(members: Sequence[Unlinked]) -> Canonical:
    """Named by the most frequent wording; the id comes from that wording, so the same plans give the same id."""
    names = Counter(tidy(member.name).rstrip(" .;,") for member in members)
    ranked = sorted(names, key=lambda name: (-names[name], len(name), name))
    units = Counter(member.unit for member in members if member.unit)
    key = bare(ranked[0])
    slug = re.sub(r"[^a-z0-9]+", "_", without_tones(key))[:40].strip("_")
    unit = min(units, key=lambda unit: (-units[unit], unit)) if units else None
    return Canonical(
        canonical_id=f"{slug}_{hashlib.sha256(key.encode()).hexdigest()[:6]}",
        name=ranked[0],
        domain="khac",
        unit=unit,
        status="proposed",
        aliases=sorted(ranked[1:]),
    )
