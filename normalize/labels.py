"""The labels of the catalogue, indexed: which entry says the same as a wording, and how much each word tells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from kehoach.normalize.slips import are_one_word
from kehoach.normalize.slots import Slots, compare_slots
from kehoach.normalize.vectors import Space
from kehoach.normalize.wording import Wording, faint_words, read_wordings
from kehoach.schemas.records import Canonical

__all__ = ["Label", "LabelIndex", "same_label"]

_OF_UNIT = ("kind", "denominator", "aside")  # slots that count in a misspelt name too: its unit, its brackets
_FAINT = 0.25  # of its weight counts of a word that may as well be left out
_LEAST_SPELLED = 4  # words of a wording that may be recognised though a mark is wrong


class Label(NamedTuple):
    """One label of a catalogue entry."""

    canonical_id: str
    printed: str
    wording: Wording
    told: Wording
    """The same with what the entry says of itself where the wording is silent: its kind, population, denominator."""


class LabelIndex:
    """All labels of a catalogue by their words, each word weighed by how few entries use it.

    `taught`: from the id of an entry to the wordings that people gave it.
    """

    def __init__(self, catalogue: Iterable[Canonical], taught: Mapping[str, Sequence[str]] | None = None) -> None:
        entries = list(catalogue)
        self.entries = {entry.canonical_id: entry for entry in entries}
        self.labels = [
            label for entry in entries for label in _labels(entry, (taught or {}).get(entry.canonical_id, ()))
        ]
        self.weights = _weights(entries, self.labels)
        self.unknown = math.log(1 + 2 * max(len(entries), 1))
        self._by_text: dict[str, list[int]] = {}
        self._by_key: dict[str, list[int]] = {}
        self._by_letters: dict[str, list[int]] = {}
        for number, label in enumerate(self.labels):
            self._by_text.setdefault(label.wording.text, []).append(number)
            self._by_key.setdefault(label.wording.key, []).append(number)
            self._by_letters.setdefault(label.wording.toneless, []).append(number)

    @cached_property
    def space(self) -> Space:
        """The TF-IDF rows of the labels."""
        return Space([label.wording for label in self.labels])

    def same_text(self, wording: Wording) -> list[Label]:
        """The labels with the same words in the same order."""
        return [self.labels[number] for number in self._by_text.get(wording.text, ())]

    def same_words(self, wording: Wording) -> list[Label]:
        """The labels with the same words in whatever order, but for words that tell nothing apart."""
        return [self.labels[number] for number in self._by_key.get(wording.key, ())]

    def same_letters(self, wording: Wording) -> list[Label]:
        """The labels of which a wording is a misspelling: the same but for a mark in a word that is none."""
        words = wording.text.split()
        found = [self.labels[number] for number in self._by_letters.get(wording.toneless, ())]
        others = [label for label in found if label.wording.text != wording.text]
        return [label for label in others if are_one_word(words, label.wording.text.split())]


def same_label(head: Wording, index: LabelIndex) -> tuple[str, Label | None]:
    """The label that says the same, and by which step; a single word says too little."""
    if len(head.words) > 1:
        if exact := _only_entry(head.slots, index.same_text(head)):
            return "alias", exact
        if exact := _only_entry(head.slots, index.same_words(head)):
            return "words", exact
    if len(head.words) >= _LEAST_SPELLED and (exact := _only_entry(head.slots, index.same_letters(head), _OF_UNIT)):
        return "spelling", exact
    return "score", None


def _only_entry(slots: Slots, labels: Iterable[Label], doubted: Sequence[str] = ()) -> Label | None:
    """The label of the one entry that nothing speaks against; None where two remain. `doubted`: the slots in which a
    doubt counts, where it does not in all: a slip hides what a slot would say.
    """
    found = []
    for label in labels:
        comparison = compare_slots(slots, label.wording.slots)
        if not comparison.vetoes and not any(not doubted or slot in doubted for slot in comparison.doubts):
            found.append(label)
    return found[0] if len({label.canonical_id for label in found}) == 1 else None


def _labels(entry: Canonical, taught: Sequence[str]) -> list[Label]:
    """The entry's labels, of those that say the same the first."""
    found: dict[tuple[object, ...], Label] = {}
    for printed in (entry.name, *entry.aliases, *entry.hidden, *taught):
        for head in read_wordings(printed, entry.unit)[:1]:
            found.setdefault(
                (head.text, *sorted((slot, *sorted(values)) for slot, values in head.slots.items())),
                Label(entry.canonical_id, printed, head, head._replace(slots=_with_fields(head.slots, entry))),
            )
    return list(found.values())


def _with_fields(slots: Slots, entry: Canonical) -> Slots:
    fields = {
        "population": frozenset(entry.population),
        "denominator": frozenset([entry.denominator] if entry.denominator else ()),
        "kind": frozenset([entry.kind] if entry.kind else ()),
    }
    return {slot: values for slot, values in fields.items() if values} | dict(slots)


def _weights(entries: Sequence[Canonical], labels: Sequence[Label]) -> dict[str, float]:
    users: dict[str, set[str]] = {}
    for label in labels:
        for word in label.wording.words:
            users.setdefault(word, set()).add(label.canonical_id)
    weights = {word: math.log(1 + len(entries) / len(ids)) for word, ids in sorted(users.items())}
    return weights | {word: _FAINT * weights.get(word, 1.0) for word in sorted(faint_words())}
