"""Phrases by their first two words: found in a name without looking at all that begin alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Phrases", "index_phrases", "longest_at", "phrases_at"]

Told = TypeVar("Told")


class Phrases(NamedTuple, Generic[Told]):
    """Phrases, each with what is told of it."""

    first: frozenset[str]
    """The words with which one begins."""
    by_start: Mapping[tuple[str, str], Sequence[tuple[tuple[str, ...], Told]]]
    """By the first two words (the second empty for a single word), the longest first."""


def index_phrases(phrases: Iterable[tuple[Sequence[str], Told]]) -> Phrases[Told]:
    """The phrases by their first words; of two of one length the earlier comes first."""
    by_start: dict[tuple[str, str], list[tuple[tuple[str, ...], Told]]] = {}
    for words, told in phrases:
        if words:
            by_start.setdefault((words[0], words[1] if len(words) > 1 else ""), []).append((tuple(words), told))
    for found in by_start.values():
        found.sort(key=lambda phrase: -len(phrase[0]))
    return Phrases(frozenset(first for first, _ in by_start), by_start)


def phrases_at(phrases: Phrases[Told], words: Sequence[str], at: int) -> list[tuple[int, Told]]:
    """The phrases that start at this word, the longest first: how many words, and what is told."""
    if words[at] not in phrases.first:
        return []
    after = words[at + 1] if at + 1 < len(words) else ""
    found = [
        (len(phrase), told)
        for phrase, told in phrases.by_start.get((words[at], after), ())
        if len(phrase) <= 2 or tuple(words[at : at + len(phrase)]) == phrase
    ]
    if after:
        found += [(1, told) for _, told in phrases.by_start.get((words[at], ""), ())]
    return found


def longest_at(phrases: Phrases[Told], words: Sequence[str], at: int) -> tuple[int, Told] | None:
    """The longest phrase that starts at this word."""
    return next(iter(phrases_at(phrases, words, at)), None) if words[at] in phrases.first else None
