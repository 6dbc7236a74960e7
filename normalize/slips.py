"""Slips of text recognition or typing in the words of a name, put right where only one reading is a known word.

`chăn nuối` is `chăn nuôi`, since `chăn nuối` is no word and nothing else is spelled like it. A word that exists beside
its neighbour is never changed: `dứa` does not become `dừa`. The words are data: `known_words.csv`, `ocr_slips.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from kehoach.normalize import vocabulary
from kehoach.normalize.phrases import Phrases, index_phrases, phrases_at
from kehoach.normalize.syllables import is_syllable
from kehoach.normalize.text import split_words, without_tones

__all__ = ["are_one_word", "correct_slips"]


def correct_slips(words: Sequence[str]) -> list[str]:
    """The words of a name with listed slips and those of a single syllable put right.

    >>> correct_slips("tỷ lệ hộ chăn nuối gia súc".split())
    ['tỷ', 'lệ', 'hộ', 'chăn', 'nuôi', 'gia', 'súc']
    """
    found = _correct_listed(words)
    known = _pairs()
    for at in range(len(found) - 1):
        if (found[at], found[at + 1]) in known or not (_is_word(found[at]) and _is_word(found[at + 1])):
            continue
        better = _better(found[at], found[at + 1])
        if better is None:
            continue
        left, right = better
        anchored = (
            (at and (found[at - 1], found[at]) in known)
            if left != found[at]
            else (at + 2 < len(found) and (found[at + 1], found[at + 2]) in known)
        )
        if not anchored:
            found[at], found[at + 1] = left, right
    return found


def are_one_word(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether words that differ in their marks alone are slips of one: not where each is a word of its own.

    >>> are_one_word(["dinh", "dương"], ["dinh", "dưỡng"]), are_one_word(["cây", "dứa"], ["cây", "dừa"])
    (True, False)
    """
    if len(one) != len(other):
        return False
    differing = [at for at, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    if not differing or any(without_tones(one[at]) != without_tones(other[at]) for at in differing):
        return not differing
    return all(_is_slip_at(at, one, other) for at in differing)


def _is_slip_at(at: int, one: Sequence[str], other: Sequence[str]) -> bool:
    """Both readings are words: two things. One alone is: a slip of it. Neither: a slip, unless both stand alone."""
    left, right = _stands(at, one), _stands(at, other)
    if left and right:
        return False
    if left or right:
        return True
    return not (one[at] in _singles() and other[at] in _singles())


def _stands(at: int, words: Sequence[str]) -> bool:
    known = _pairs()
    return (at > 0 and (words[at - 1], words[at]) in known) or (
        at + 1 < len(words) and (words[at], words[at + 1]) in known
    )


def _is_word(word: str) -> bool:
    return word.isalpha()


@lru_cache(maxsize=65536)
def _better(left: str, right: str) -> tuple[str, str] | None:
    """The one known pair with another syllable: in its marks, or in a letter where it can be no syllable."""
    after, before = _neighbours()
    found = {(left, word) for word in after.get(left, ()) if _may_be(right, word)}
    found |= {(word, right) for word in before.get(right, ()) if _may_be(left, word)}
    return found.pop() if len(found) == 1 else None


def _may_be(written: str, meant: str) -> bool:
    plain, wanted = without_tones(written), without_tones(meant)
    if plain == wanted:
        return True
    return not is_syllable(written) and len(wanted) > 2 and Levenshtein.distance(plain, wanted, score_cutoff=1) == 1


def _correct_listed(words: Sequence[str]) -> list[str]:
    listed = _listed()
    if listed.by_start.keys().isdisjoint(pairwise(words)):
        return list(words)
    found: list[str] = []
    at = 0
    while at < len(words):
        slips = phrases_at(listed, words, at)
        hit = next(((length, slip) for length, slip in slips if _holds(slip, words, at, at + length)), None)
        found += hit[1].right if hit else [words[at]]
        at += hit[0] if hit else 1
    return found


class _Slip(NamedTuple):
    """What is meant, and the neighbours beside which the slip is a right word."""

    right: tuple[str, ...]
    not_before: frozenset[str]
    not_after: frozenset[str]


def _holds(slip: _Slip, words: Sequence[str], at: int, end: int) -> bool:
    return not (end < len(words) and words[end] in slip.not_before) and not (at and words[at - 1] in slip.not_after)


@cache
def _listed() -> Phrases[_Slip]:
    rows = vocabulary.rows("ocr_slips")
    return index_phrases((split_words(row["slip"]), _to_slip(row)) for row in rows)


def _to_slip(row: Mapping[str, str]) -> _Slip:
    beside = (frozenset(part for part in row[column].split("|") if part) for column in ("not_before", "not_after"))
    return _Slip(split_words(row["correction"]), *beside)


def _known_phrases() -> Iterable[tuple[str, ...]]:
    yield from (split_words(row["word"]) for row in vocabulary.rows("known_words"))
    yield from (split_words(row["words"]) for row in vocabulary.rows("abbreviations"))
    yield from (split_words(row[column]) for row in vocabulary.rows("synonyms") for column in ("phrase", "words"))
    yield from (split_words(row["phrase"]) for row in vocabulary.rows("indicator_slots"))
    yield from (split_words(row["phrase"]) for row in vocabulary.rows("boilerplate"))


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Syllables that stand together in a known word or phrase."""
    return frozenset(pair for words in _known_phrases() for pair in pairwise(words) if "," not in pair)


@cache
def _singles() -> frozenset[str]:
    return frozenset(row["word"] for row in vocabulary.rows("known_words") if " " not in row["word"])


@cache
def _neighbours() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """For a syllable those that follow it, and those that stand before it, in the known words (not in phrases)."""
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for row in vocabulary.rows("known_words"):
        for left, right in pairwise(split_words(row["word"])):
            after.setdefault(left, set()).add(right)
            before.setdefault(right, set()).add(left)
    return (
        {word: tuple(sorted(found)) for word, found in after.items()},
        {word: tuple(sorted(found)) for word, found in before.items()},
    )


for _cached in (_better, _listed, _pairs, _singles, _neighbours):
    vocabulary.on_change(_cached.cache_clear)
