"""The labels of the catalogue, indexed: which entries come near a wording, and how near."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from kehoach.normalize.slots import Comparison, compare_slots
from kehoach.normalize.wording import Wording, read_wordings
from kehoach.schemas.records import Canonical

__all__ = ["DOUBT", "Candidate", "Label", "LabelIndex", "overlap"]

DOUBT = 4.0
"""Points that a doubt takes from a candidate's place among others, not from its score."""

_KEPT = 10  # labels on which the costly scores are computed


class Label(NamedTuple):
    """One label of a catalogue entry."""

    canonical_id: str
    printed: str
    wording: Wording


class Candidate(NamedTuple):
    """A label near a wording."""

    label: Label
    score: float
    """0 to 100: half the order of the letters, half the weight of the common words."""
    covered: float
    """0 to 1: the lesser share of weight, of the wording or of the label, that the other has too."""
    found: float
    """0 to 1: the share of the label's weight that the wording has."""
    comparison: Comparison


class LabelIndex:
    """All labels of a catalogue by their words, each word weighed by how few entries use it."""

    def __init__(self, catalogue: Iterable[Canonical]) -> None:
        entries = list(catalogue)
        labels = [label for entry in entries for label in _labels(entry)]
        self.labels = labels
        self.weights = _weights(entries, labels)
        self._unknown = math.log(1 + 2 * max(len(entries), 1))
        self._masses = [self.mass(label.wording.words) for label in labels]
        self._by_word: dict[str, list[int]] = {}
        self._by_text: dict[str, list[int]] = {}
        self._by_key: dict[str, list[int]] = {}
        self._by_letters: dict[str, list[int]] = {}
        for number, label in enumerate(labels):
            self._by_text.setdefault(label.wording.text, []).append(number)
            self._by_key.setdefault(label.wording.key, []).append(number)
            self._by_letters.setdefault(label.wording.toneless, []).append(number)
            for word in label.wording.words:
                self._by_word.setdefault(word, []).append(number)

    def weight(self, word: str) -> float:
        """How much a word tells: more, the fewer entries use it; a word that none uses tells most."""
        return self.weights.get(word, self._unknown)

    def mass(self, words: Iterable[str]) -> float:
        """The weight of words together."""
        return sum(map(self.weight, words))

    def same_text(self, wording: Wording) -> list[Label]:
        """The labels with the same words in the same order."""
        return [self.labels[number] for number in self._by_text.get(wording.text, ())]

    def same_words(self, wording: Wording) -> list[Label]:
        """The labels with the same words in whatever order, but for words that tell nothing apart."""
        return [self.labels[number] for number in self._by_key.get(wording.key, ())]

    def same_letters(self, wording: Wording) -> list[Label]:
        """The labels with the same words but for a slip in the tone marks (`trường thành`)."""
        found = [self.labels[number] for number in self._by_letters.get(wording.toneless, ())]
        return [label for label in found if label.wording.key != wording.key]

    def near(self, wording: Wording) -> list[Candidate]:
        """The best label of each of the nearest entries, best first; those with a veto too."""
        mass = self.mass(wording.words)
        common: dict[int, float] = {}
        for word in wording.words:
            weight = self.weight(word)
            for number in self._by_word.get(word, ()):
                common[number] = common.get(number, 0.0) + weight
        ranked = sorted((-2 * shared / (mass + self._masses[number]), number) for number, shared in common.items())
        best: dict[str, Candidate] = {}
        for rank, number in ranked[:_KEPT]:
            label = self.labels[number]
            found = common[number] / self._masses[number]
            score = 50 * -rank + fuzz.token_sort_ratio(wording.text, label.wording.text) / 2
            comparison = compare_slots(wording.slots, label.wording.slots)
            candidate = Candidate(label, score, min(found, common[number] / mass), found, comparison)
            if label.canonical_id not in best or _order(candidate) < _order(best[label.canonical_id]):
                best[label.canonical_id] = candidate
        return sorted(best.values(), key=_order)


def overlap(one: Sequence[str], other: Sequence[str], index: LabelIndex) -> float:
    """The weight of the common words, twice, by that of all words: 0 to 1."""
    total = index.mass(one) + index.mass(other)
    return 2 * index.mass(sorted(set(one) & set(other))) / total if total else 0.0


def _order(candidate: Candidate) -> tuple[bool, float, str, str]:
    label = candidate.label
    rating = candidate.score - DOUBT * len(candidate.comparison.doubts)
    return bool(candidate.comparison.vetoes), -rating, label.canonical_id, label.printed


def _labels(entry: Canonical) -> list[Label]:
    """The entry's labels, of those that say the same the first."""
    found: dict[tuple[object, ...], Label] = {}
    for printed in (entry.name, *entry.aliases):
        for head in read_wordings(printed, entry.unit)[:1]:
            found.setdefault(
                (head.text, *sorted((slot, *sorted(values)) for slot, values in head.slots.items())),
                Label(entry.canonical_id, printed, head),
            )
    return list(found.values())


def _weights(entries: Sequence[Canonical], labels: Sequence[Label]) -> dict[str, float]:
    users: dict[str, set[str]] = {}
    for label in labels:
        for word in label.wording.words:
            users.setdefault(word, set()).add(label.canonical_id)
    return {word: math.log(1 + len(entries) / len(ids)) for word, ids in sorted(users.items())}
