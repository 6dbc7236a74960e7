"""What is wrong with a catalogue, as a linter says it. An entry's words are vetoes, so a slip in them costs links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.batches import not_undone
from kehoach.normalize.catalogue import ADOPTED, PROPOSED, REPLACED, RETIRED, follow_redirects
from kehoach.normalize.decision_rows import NO_TERM, NOT_AN_INDICATOR, Decision, subject_key
from kehoach.normalize.slots import Slots
from kehoach.normalize.terms import term_vetoes
from kehoach.normalize.text import fold
from kehoach.normalize.wording import name_words, read_wordings
from kehoach.schemas.records import Canonical

__all__ = ["Fault", "check_catalogue", "check_decisions"]

_STATES = (ADOPTED, PROPOSED, REPLACED, RETIRED)
_DIRECTIONS = ("up", "down", "none")
_UNIT_SLOTS = {"unit_kind": "kind"}  # a unit's words tell the kind too


class Fault(NamedTuple):
    """One thing that is wrong with an entry."""

    severity: Literal["error", "warning"]
    code: str
    canonical_id: str
    message: str


def check_catalogue(entries: Sequence[Canonical], proposals: Collection[str] = ()) -> list[Fault]:
    """The faults of all entries (those replaced too), ordered by entry and code.

    `proposals` are the ids of the ledger, to which an entry may be redirected.
    """
    known = {entry.canonical_id: entry for entry in entries}
    found = [fault for entry in entries for rule in _RULES for fault in rule(entry)]
    found += [*_twice(entries), *_lost_references(known, proposals)]
    return sorted(found, key=lambda fault: (fault.canonical_id, fault.code, fault.message))


def check_decisions(decisions: Sequence[Decision], known: Collection[str]) -> list[Fault]:
    """Decisions (undone ones do not count) for an entry that is neither in the catalogue nor in the ledger."""
    special = ("", NO_TERM, NOT_AN_INDICATOR)
    standing = [row for row in not_undone(decisions) if row.object_id not in special]
    lost = {row.object_id: row for row in standing if row.object_id not in known}
    return [
        Fault("error", "decision-lost", name, f"no such entry, but “{row.subject_label}” was decided to be it")
        for name, row in sorted(lost.items())
    ]


def _words(entry: Canonical) -> Iterator[Fault]:
    for name, value, allowed in (
        ("status", entry.status, _STATES),
        ("direction", entry.direction, _DIRECTIONS),
        ("kind", entry.kind, _slot_values()["kind"]),
        ("denominator", entry.denominator, _slot_values()["denominator"]),
        *(("population", value, _slot_values()["population"]) for value in entry.population),
    ):
        if value is not None and value not in allowed:
            message = f"no {name} {value!r}; there are: {', '.join(sorted(allowed))}"
            yield Fault("error", f"{name}-unknown", entry.canonical_id, message)


def _labels_apart(entry: Canonical) -> Iterator[Fault]:
    """The preferred label, the alternative and the hidden ones are disjoint, as SKOS asks."""
    seen: set[str] = set()
    for label in (entry.name, *entry.aliases, *entry.hidden):
        if fold(label) in seen:
            yield Fault("error", "label-repeated", entry.canonical_id, f"“{label}” is a label of it already")
        seen.add(fold(label))


def _own_terms(entry: Canonical) -> Iterator[Fault]:
    """A hidden label may break them: in a misprint the very word is wrong."""
    for label in (entry.name, *entry.aliases):
        for veto in term_vetoes(name_words(label), entry):
            yield Fault("error", "term-against-label", entry.canonical_id, f"its label “{label}” {veto}")


def _own_slots(entry: Canonical) -> Iterator[Fault]:
    """What its name says is what its columns say."""
    wordings = read_wordings(entry.name, entry.unit)
    slots: Slots = wordings[0].slots if wordings else {}
    denominator = {entry.denominator} if entry.denominator else set()
    for name, stated in (("population", set(entry.population)), ("denominator", denominator)):
        read = slots.get(name, frozenset())
        if read and stated and not read & stated:
            message = f"the name says {name} {'+'.join(sorted(read))}, the column {'+'.join(sorted(stated))}"
            yield Fault("error", f"{name}-differs", entry.canonical_id, message)
    if entry.kind and "kind" in slots and entry.kind not in slots["kind"]:
        message = f"name and unit say kind {'+'.join(sorted(slots['kind']))}, the column {entry.kind}"
        yield Fault("error", "kind-differs", entry.canonical_id, message)


def _replaced(entry: Canonical) -> Iterator[Fault]:
    if entry.replaced_by and entry.status != REPLACED:
        message = f"replaced by {entry.replaced_by}, but its status is {entry.status}"
        yield Fault("error", "status-differs", entry.canonical_id, message)
    if entry.status == REPLACED and not entry.replaced_by:
        yield Fault("error", "redirect-missing", entry.canonical_id, "replaced, but it does not say by what")


_RULES: tuple[Callable[[Canonical], Iterator[Fault]], ...] = (_words, _labels_apart, _own_terms, _own_slots, _replaced)


def _twice(entries: Sequence[Canonical]) -> Iterator[Fault]:
    """A label on two entries, word for word or read alike: no rule could tell which is meant."""
    owners: dict[str, Canonical] = {}
    for entry in entries:
        if entry.status in (REPLACED, RETIRED):
            continue
        for label in (entry.name, *entry.aliases, *entry.hidden):
            for key in (fold(label), subject_key(label, entry.unit)):
                owner = owners.setdefault(key, entry)
                if owner is not entry:
                    message = f"“{label}” is a label of {owner.canonical_id} too"
                    yield Fault("error", "label-twice", entry.canonical_id, message)
                    break


def _lost_references(known: Mapping[str, Canonical], proposals: Collection[str]) -> Iterator[Fault]:
    redirects = {name: entry.replaced_by for name, entry in known.items() if entry.replaced_by}
    ends = follow_redirects(redirects)
    for name, target in redirects.items():
        if name not in ends:
            yield Fault("error", "redirect-circle", name, f"replaced by {target}, which leads back")
        elif ends[name] not in known and ends[name] not in proposals:
            yield Fault("error", "redirect-lost", name, f"replaced by {ends[name]}, which does not exist")
    broader = {name: entry.broader for name, entry in known.items() if entry.broader}
    tops = follow_redirects(broader)
    for name, target in broader.items():
        if name not in tops:
            yield Fault("error", "broader-circle", name, f"{target} is broader, and this one broader than that")
        elif target not in known:
            yield Fault("error", "broader-lost", name, f"no entry {target}")
        elif known[target].status in (REPLACED, RETIRED):
            yield Fault("warning", "broader-replaced", name, f"{target} is {known[target].status}")


@cache
def _slot_values() -> dict[str, frozenset[str]]:
    """The values of each slot; a count has the kind `number` without a word for it."""
    values: dict[str, set[str]] = {"kind": {"number"}, "population": set(), "denominator": set()}
    for row in vocabulary.rows("indicator_slots"):
        slot = _UNIT_SLOTS.get(row["slot"], row["slot"])
        if slot in values and row["value"]:
            values[slot].add(row["value"])
    return {slot: frozenset(found) for slot, found in values.items()}


vocabulary.on_change(_slot_values.cache_clear)
