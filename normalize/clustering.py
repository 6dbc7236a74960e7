"""What the catalogue does not have: wordings that belong together become one proposed entry.

The same words (in another order, with a slip in a mark) are one; what is merely near, by average linkage under the
vetoes of matching, is put to a person with the nearest proposal. Two wordings of one table are never joined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from kehoach.normalize.decisions import subject_key
from kehoach.normalize.labels import LabelIndex
from kehoach.normalize.ledger import Ledger
from kehoach.normalize.likeness import near_pairs
from kehoach.normalize.slips import are_one_word
from kehoach.normalize.slots import compare_slots
from kehoach.normalize.text import bare, tidy
from kehoach.normalize.wording import Wording
from kehoach.schemas.records import Canonical

__all__ = ["Place", "Unlinked", "cluster_unlinked"]

_TOGETHER = 0.9  # mean probability of a cluster's pairs
_SURE = 1.0  # of wordings that say the same
_MANY = 60  # nodes with the same letters: more are not compared one by one


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
    why: str


class _Node(NamedTuple):
    """All indicators whose names say the same, word for word."""

    wording: Wording | None
    members: list[int]
    tables: frozenset[Hashable]
    kept: str | None
    """The id under which an earlier run proposed it."""


_Edges = dict[tuple[int, int], float]


def cluster_unlinked(
    unlinked: Sequence[Unlinked], index: LabelIndex, ledger: Ledger
) -> tuple[list[Place], list[Canonical]]:
    """The place of each, in their order, and the proposed entries ordered by id."""
    nodes = _nodes(unlinked, ledger)
    sure = _same_edges(nodes)
    groups = _join(nodes, sure, {})
    near = _near_edges(nodes, groups, index)
    places: dict[int, Place] = {}
    proposals: dict[str, Canonical] = {}
    clusters = _join(nodes, sure | near, near)
    for cluster in sorted(clusters, key=lambda cluster: (not any(nodes[node].kept for node in cluster), cluster)):
        core = _core(cluster, nodes, groups)
        entry = _proposal([unlinked[member] for node in core for member in nodes[node].members], ledger, proposals)
        proposals[entry.canonical_id] = entry
        for node in cluster:
            same = node in core
            place = Place(entry.canonical_id, same, "" if same else f"like the proposed “{entry.name}”, not the same")
            places.update(dict.fromkeys(nodes[node].members, place))
    return [places[number] for number in range(len(unlinked))], [proposals[key] for key in sorted(proposals)]


def _nodes(unlinked: Sequence[Unlinked], ledger: Ledger) -> list[_Node]:
    """Ordered by their words: the order of the plans does not count."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, one in enumerate(unlinked):
        groups.setdefault((*_node_key(one), _kept(one, ledger) or ""), []).append(number)
    return [
        _Node(
            min((unlinked[member].wordings[0] for member in members), key=lambda head: head.text) if key[0] else None,
            members,
            frozenset(unlinked[member].table_key for member in members),
            key[-1] or None,
        )
        for key, members in sorted(groups.items())
    ]


def _node_key(one: Unlinked) -> tuple[str, ...]:
    """The words in whatever order, and the slots."""
    if not one.wordings:
        return "", bare(one.name)
    head = one.wordings[0]
    return head.key, *sorted(f"{slot} {' '.join(sorted(values))}" for slot, values in head.slots.items())


def _kept(one: Unlinked, ledger: Ledger) -> str | None:
    return ledger.id_of(subject_key(one.name, one.unit)) if ledger.kept else None


def _same_edges(nodes: Sequence[_Node]) -> _Edges:
    """Wordings that say the same: the same words but for a slip, nothing in their slots against it."""
    letters: dict[str, list[int]] = {}
    for number, node in enumerate(nodes):
        if node.wording:
            letters.setdefault(node.wording.toneless, []).append(number)
    alike = (pair for numbers in letters.values() if len(numbers) <= _MANY for pair in combinations(numbers, 2))
    return {(one, other): _SURE for one, other in alike if _say_the_same(nodes[one], nodes[other])}


def _say_the_same(one: _Node, other: _Node) -> bool:
    if one.wording is None or other.wording is None or not _may_meet(one, other):
        return False
    comparison = compare_slots(one.wording.slots, other.wording.slots)
    if comparison.vetoes or comparison.doubts:
        return False
    return one.wording.key == other.wording.key or are_one_word(one.wording.text.split(), other.wording.text.split())


def _may_meet(one: _Node, other: _Node) -> bool:
    """Not two wordings of one table, nor two that earlier runs proposed apart."""
    return one.tables.isdisjoint(other.tables) and (one.kept is None or other.kept is None or one.kept == other.kept)


def _near_edges(nodes: Sequence[_Node], groups: Sequence[Sequence[int]], index: LabelIndex) -> _Edges:
    """Wordings of different groups that are probably the same; a group speaks through each of its wordings."""
    group_of = {node: number for number, group in enumerate(groups) for node in group}
    worded = [number for number, node in enumerate(nodes) if node.wording]
    wordings = [wording for number in worded if (wording := nodes[number].wording)]
    found = ((worded[one], worded[other], share) for one, other, share in near_pairs(wordings, index, _TOGETHER))
    return {
        (one, other): share
        for one, other, share in found
        if group_of[one] != group_of[other] and _may_meet(nodes[one], nodes[other])
    }


def _join(nodes: Sequence[_Node], edges: _Edges, near: Mapping[tuple[int, int], float]) -> list[list[int]]:
    """Joins the nearest clusters first, as long as no pair of them is forbidden and their mean suffices."""
    cluster_of = list(range(len(nodes)))
    clusters = {number: [number] for number in cluster_of}
    for _, one, other in sorted((-share, one, other) for (one, other), share in edges.items()):
        left, right = sorted((cluster_of[one], cluster_of[other]))
        if left == right or not _may_join(nodes, clusters[left], clusters[right], edges):
            continue
        moved = clusters.pop(right)
        clusters[left] += moved
        for number in moved:
            cluster_of[number] = left
    return [sorted(clusters[key]) for key in sorted(clusters)]


def _may_join(nodes: Sequence[_Node], left: Sequence[int], right: Sequence[int], edges: _Edges) -> bool:
    total = 0.0
    for pair in _pairs(left, right):
        if not _may_meet(nodes[pair[0]], nodes[pair[1]]):
            return False
        total += edges.get(pair, 0.0)
    return total / (len(left) * len(right)) >= _TOGETHER


def _pairs(left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int, int]]:
    for one in left:
        for other in right:
            yield min(one, other), max(one, other)


def _core(cluster: Sequence[int], nodes: Sequence[_Node], groups: Sequence[Sequence[int]]) -> Sequence[int]:
    """Of the wordings of a cluster those that say the same as its most frequent one."""
    members = set(cluster)
    inside = [group for group in groups if group[0] in members] if len(cluster) > 1 else [cluster]
    return min(inside, key=lambda group: (-sum(len(nodes[node].members) for node in group), group[0]))


def _proposal(members: Sequence[Unlinked], ledger: Ledger, taken: Mapping[str, Canonical]) -> Canonical:
    """Named by the most frequent wording; the id is that of the ledger, else comes from that wording."""
    names = Counter(tidy(member.name).rstrip(" .;,") for member in members)
    ranked = sorted(names, key=lambda name: (-names[name], len(name), name))
    units = Counter(member.unit for member in members if member.unit)
    keys = sorted({subject_key(member.name, member.unit) for member in members}) if ledger.kept else []
    return Canonical(
        canonical_id=ledger.propose(keys, ranked[0], taken),
        name=ranked[0],
        domain="khac",
        unit=min(units, key=lambda unit: (-units[unit], unit)) if units else None,
        status="proposed",
        aliases=sorted(ranked[1:]),
    )
