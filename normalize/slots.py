"""The slots of an indicator: what is measured, of whom, out of what, by which act. Two that differ there are two.

The words are data (`indicator_slots.csv`); the rules of comparison stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.phrases import Phrases, index_phrases, longest_at, phrases_at
from kehoach.normalize.synonyms import unify_synonyms
from kehoach.normalize.text import split_words

__all__ = ["Comparison", "Slots", "act_spans", "compare_slots", "read_slots", "without_denominator"]

Slots = Mapping[str, frozenset[str]]
"""From the name of a slot to the values read; a slot of which nothing was read is absent."""

_STRICT = ("generation", "grade", "polarity")  # said by one alone is a difference: `5G`, `quá hạn`
_TELLING = ("act", "channel", "denominator", "number", "population", "school")
_SOFT = ("aside", "object", "per")  # never a veto: what stands in brackets, and the head noun, which prose hides
_MUTE = ("body", "kind")  # unsaid is nothing against it
_OWN_TIER = frozenset({"base"})  # `cấp cơ sở`, `cấp xã`: often left out
_SHARED_OUT = frozenset({"trong", "trên", "/", "với", "chiếm", "%"})  # a denominator stands behind one of these
_REACH = 2  # words between it and the denominator: `trong tổng số …`
_WEAK = frozenset({"state", "both"})
_NARROW = {"adults": "residents", "age15": "residents", "age14": "residents", "age6": "residents", "age18": "residents"}
_START = 2  # a word of kind `start` stands among the first words: `Tăng số lượng …`
_MARKS = str.maketrans("", "", ".,")
_CHANGES = frozenset({"growth", "decrease"})  # kinds that a unit of % does not overrule
_NONE: frozenset[str] = frozenset()


class Comparison(NamedTuple):
    """`vetoes`: slots that make two indicators different; `doubts`: slots of which only a person can tell."""

    vetoes: tuple[str, ...]
    doubts: tuple[str, ...]


def read_slots(tokens: Sequence[str], unit: Sequence[str] = (), aside: Sequence[str] = ()) -> Slots:
    """The slots of a name's words (folded, abbreviations spelled out), of its unit's and of those in brackets.

    What brackets add, `người dân (từ 14 tuổi)`, goes to a slot of its own: it may narrow the measure or explain it.
    """
    found: dict[str, set[str]] = {}
    _collect(tokens, found)
    found.pop("unit_kind", None)  # the unit's words count in the unit alone
    numbers = {token for token in tokens if token[0].isdigit() and token.translate(_MARKS).isdigit()}
    if numbers:
        found["number"] = numbers
    if unit:
        _read_unit(unit, found)
    if aside:
        found["aside"] = _read_aside(aside, found)
    return {slot: _tidy(slot, values) for slot, values in found.items() if values}


def act_spans(tokens: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where the acts stand: first word, word behind the last, value."""
    spans: list[tuple[int, int, str]] = []
    index = _index()
    for at in range(len(tokens)):
        acts = ((length, told) for length, told in phrases_at(index, tokens, at) if told.slot == "act")
        length, told = next(acts, (0, None))
        if told and told.value and not (spans and at < spans[-1][1]):
            spans.append((at, at + length, told.value))
    return spans


def without_denominator(tokens: Sequence[str], denominators: frozenset[str]) -> list[str]:
    """The words but for those that name a denominator, which may as well stand in the unit: `kinh tế số trên GRDP`;
    and but for those that merely repeat it: `chi ngân sách cho y tế`, in % of the budget.
    """
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        length = _denominator_at(tokens, at, denominators) if kept else 0
        kept += [] if length else [tokens[at]]
        at += length or 1
    return kept


def _denominator_at(tokens: Sequence[str], at: int, denominators: frozenset[str]) -> int:
    """How many words from here on name a denominator, or repeat it."""
    for length, told in phrases_at(_index(), tokens, at):
        if told.slot == "denominator" and told.value and _is_shared_out(tokens, at):
            return length
    echo = longest_at(_echoes(), tokens, at)
    return echo[0] if echo and echo[1] in denominators else 0


def compare_slots(one: Slots, other: Slots) -> Comparison:
    """What speaks against two wordings being one indicator.

    Two sets of values without a common one, or a strict slot (5G, overdue) that only one has, is a veto; sets that
    only overlap, or a telling slot of which one says nothing, a doubt.
    """
    vetoes = [slot for slot in _STRICT if one.get(slot, _NONE) != other.get(slot, _NONE)]
    doubts: list[str] = []
    if one.get("tier", _NONE) - _OWN_TIER != other.get("tier", _NONE) - _OWN_TIER:
        (vetoes if "tier" in one and "tier" in other else doubts).append("tier")
    for slot in _TELLING + _SOFT + _MUTE:
        left, right = one.get(slot, _NONE), other.get(slot, _NONE)
        if left == right or (slot == "per" and not (left and right)):
            continue
        if left and right and not left & right:
            (doubts if slot in _SOFT or left <= _WEAK or right <= _WEAK else vetoes).append(slot)
        elif slot not in _MUTE or (left and right):
            doubts.append(slot)
    return Comparison(tuple(vetoes), tuple(doubts))


def _is_shared_out(tokens: Sequence[str], at: int) -> bool:
    return tokens[at] in _SHARED_OUT or not _SHARED_OUT.isdisjoint(tokens[max(0, at - _REACH) : at])


def _collect(tokens: Sequence[str], found: dict[str, set[str]], in_unit: bool = False) -> None:
    index = _index()
    free: dict[str, int] = {}  # where the next phrase of a slot may begin: within one slot the longest wins
    for at, token in enumerate(tokens):
        if token not in index.first:
            continue
        for length, (slot, value, start) in phrases_at(index, tokens, at):
            if at < free.get(slot, 0) or (start and at > _START):
                continue
            if slot == "denominator" and not in_unit and not _is_shared_out(tokens, at):
                continue
            free[slot] = at + length
            if value and not (slot in _FIRST and slot in found):
                found.setdefault(slot, set()).add(value)


_FIRST = frozenset({"kind", "object"})  # of these only the first counts: it is the head


def _read_unit(unit: Sequence[str], found: dict[str, set[str]]) -> None:
    """Name and unit together say the kind; where they differ, `Số hộ …` in %, both stand and a person decides."""
    read = _unit_slots(tuple(unit))
    named = found.get("kind", set())
    if not named & _CHANGES:
        found["kind"] = named | read["unit_kind"] if "unit_kind" in read else named or {"number"}
    if "denominator" in read:
        found.setdefault("denominator", set()).update(read["denominator"])


@lru_cache(maxsize=4096)
def _unit_slots(unit: tuple[str, ...]) -> Mapping[str, set[str]]:
    read: dict[str, set[str]] = {}
    _collect(unit, read, in_unit=True)
    return read


def _read_aside(aside: Sequence[str], found: Mapping[str, set[str]]) -> set[str]:
    read: dict[str, set[str]] = {}
    _collect(aside, read)
    counted = {slot: values for slot, values in read.items() if slot in _STRICT + _TELLING}
    return {value for slot, values in counted.items() for value in _tidy(slot, values) - found.get(slot, set())}


def _tidy(slot: str, values: set[str]) -> frozenset[str]:
    """Of `người dân … trưởng thành` only the adults remain."""
    if slot != "population":
        return frozenset(values)
    return frozenset(values - {_NARROW[value] for value in values if value in _NARROW})


class _Told(NamedTuple):
    """What a phrase says; an empty value says that a longer phrase means nothing here: `ủy ban nhân dân`."""

    slot: str
    value: str
    at_start: bool


@cache
def _index() -> Phrases[_Told]:
    return _phrases(lambda where: where != "echo")


@cache
def _echoes() -> Phrases[str]:
    index = _phrases(lambda where: where == "echo")
    return index_phrases((words, told.value) for found in index.by_start.values() for words, told in found)


def _phrases(wanted: Callable[[str], bool]) -> Phrases[_Told]:
    rows = sorted(vocabulary.rows("indicator_slots"), key=lambda row: (row["slot"], row["value"]))
    return index_phrases(
        (unify_synonyms(split_words(row["phrase"])), _Told(row["slot"], row["value"], row["where"] == "start"))
        for row in rows
        if wanted(row["where"])
    )


for _cached in (_index, _echoes, _unit_slots):
    vocabulary.on_change(_cached.cache_clear)
