"""Wordings that count as one (`synonyms.csv`): every step after this one sees the same words for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from kehoach.normalize import vocabulary
from kehoach.normalize.text import split_words

__all__ = ["Index", "index_phrases", "longest_at", "unify_synonyms"]

Index = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
"""Phrases by their first word, the longest first, each with its label."""


def index_phrases(phrases: Iterable[tuple[tuple[str, ...], str]]) -> Index:
    """Phrases, each with a label, by their first word."""
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, label in phrases:
        if words:
            index.setdefault(words[0], []).append((words, label))
    for found in index.values():
        found.sort(key=lambda entry: (-len(entry[0]), entry))
    return index


def longest_at(index: Index, tokens: Sequence[str], at: int) -> tuple[int, str] | None:
    """The number of words and the label of the longest phrase that starts at this word."""
    for words, label in index.get(tokens[at], ()):
        if tuple(tokens[at : at + len(words)]) == words:
            return len(words), label
    return None


def unify_synonyms(words: Sequence[str]) -> list[str]:
    """The words with each phrase of the list replaced by the one that stands for it.

    >>> " ".join(unify_synonyms("hộ dân được truy nhập băng thông rộng".split()))
    'hộ gia đình được truy cập băng rộng'
    """
    index = _synonyms()
    found: list[str] = []
    at = 0
    while at < len(words):
        hit = longest_at(index, words, at) if words[at] in index else None
        if hit is None:
            found.append(words[at])
            at += 1
        else:
            found += hit[1].split()
            at += hit[0]
    return found


@cache
def _synonyms() -> Index:
    rows = vocabulary.rows("synonyms")
    return index_phrases((split_words(row["phrase"]), " ".join(split_words(row["words"]))) for row in rows)


vocabulary.on_change(_synonyms.cache_clear)
