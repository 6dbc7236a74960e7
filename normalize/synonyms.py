"""Wordings that count as one (`synonyms.csv`): every step after this one sees the same words for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kehoach.normalize import vocabulary
from kehoach.normalize.phrases import Phrases, index_phrases, longest_at
from kehoach.normalize.text import split_words

__all__ = ["unify_synonyms"]


def unify_synonyms(words: Sequence[str]) -> list[str]:
    """The words with each phrase of the list replaced by the one that stands for it.

    >>> " ".join(unify_synonyms("hộ dân được truy nhập băng thông rộng".split()))
    'hộ gia đình được truy cập băng rộng'
    """
    synonyms = _synonyms()
    if synonyms.first.isdisjoint(words):
        return list(words)
    found: list[str] = []
    at = 0
    while at < len(words):
        hit = longest_at(synonyms, words, at)
        if hit is None:
            found.append(words[at])
            at += 1
        else:
            found += hit[1]
            at += hit[0]
    return found


@cache
def _synonyms() -> Phrases[tuple[str, ...]]:
    rows = vocabulary.rows("synonyms")
    return index_phrases((split_words(row["phrase"]), split_words(row["words"])) for row in rows)


vocabulary.on_change(_synonyms.cache_clear)
