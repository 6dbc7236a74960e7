"""The terms that an entry of the catalogue requires and excludes: vetoes that a person wrote.

A term is a phrase compared word by word, after folding and with abbreviations spelled out; `a/b` in `requires` asks
for one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kehoach.normalize import vocabulary
from kehoach.normalize.wording import name_words
from kehoach.schemas.records import Canonical

__all__ = ["term_vetoes"]


def term_vetoes(words: Sequence[str], entry: Canonical) -> list[str]:
    """What speaks against a name (its words as name_words gives them) being this entry: `lacks 5g`, `has cán bộ`."""
    text = f" {' '.join(words)} "
    lacks = [f"lacks {term}" for term in entry.requires if not any(_stands(one, text) for one in term.split("/"))]
    return lacks + [f"has {term}" for term in entry.excludes if _stands(term, text)]


def _stands(term: str, text: str) -> bool:
    return f" {_folded(term)} " in text


@lru_cache(maxsize=4096)
def _folded(term: str) -> str:
    return " ".join(name_words(term))


vocabulary.on_change(_folded.cache_clear)
