"""The words that name bodies, as tries over folded words: what `agencies` splits and `agency_names` spells by.

`agencies.csv` holds six roles: ``word`` begins a name that goes on (`Phòng …`), ``name`` is a whole name
(`Văn phòng Đảng ủy`), ``field`` is what a Phòng, Sở or Bộ is for (`Văn hóa - Xã hội`), ``collective`` a noun for many
bodies (`cơ quan`, `đơn vị`), ``stop`` a verb with which a name is over (`chủ trì`), ``not`` begins like a body and
is none (`Ban hành`, `Bộ chỉ số`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from kehoach.normalize.text import fold
from kehoach.normalize.vocabulary import on_change, rows

__all__ = ["CONNECTORS", "LEVEL_WORDS", "Entry", "Token", "abbreviations", "longest", "tokens_of", "trie"]

CONNECTORS = frozenset({",", "-", "&", "/", "và", "–"})
LEVEL_WORDS = {
    "phường": "ward",
    "xã": "ward",
    "đặc khu": "ward",
    "tỉnh": "province",
    "thành phố": "province",
    "tp": "province",
    "quận": "other",
    "huyện": "other",
    "trung ương": "central",
}
_JOINT = "~"  # stands where a phrase has a comma, a dash or `và`: each of them, or none, may be printed there
_TOKEN = re.compile(r"\w+|[^\w\s]")


class Entry(NamedTuple):
    """A phrase of the vocabulary: its role, canonical spelling, kind and level."""

    role: str
    name: str
    kind: str
    level: str


class Token(NamedTuple):
    """A word or mark: folded, with its place, whether it has a capital, only capitals, a new line before it."""

    key: str
    start: int
    end: int
    capital: bool
    upper: bool
    new_line: bool


@lru_cache(maxsize=4096)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The words and marks of a text."""
    tokens, at = [], 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        key = fold(word) if word[0].isalnum() else _MARKS.get(word, word)
        new_line = "\n" in text[at : match.start()]
        tokens.append(Token(key, match.start(), match.end(), word[0].isupper(), word.isupper(), new_line))
        at = match.end()
    return tuple(tokens)


_MARKS = dict.fromkeys("‐‑‒–—―−", "-")


def longest(root: dict[str, Any], tokens: Sequence[Token], at: int) -> tuple[int, Entry] | None:
    """The longest phrase of a trie that starts with the token ``at``: (index after it, its entry)."""
    if at >= len(tokens) or tokens[at].key not in root:
        return None
    found: tuple[int, Entry] | None = None
    node: dict[str, Any] | None = root
    while at < len(tokens):
        key = tokens[at].key
        joint = node.get(_JOINT) if node else None
        if joint is not None and key in CONNECTORS and at + 1 < len(tokens):
            while at + 1 < len(tokens) and tokens[at].key in CONNECTORS:
                at += 1
            node = joint.get(tokens[at].key)
        else:
            node = (node.get(key) if node else None) or (joint.get(key) if joint else None)
        if node is None:
            return found
        at += 1
        if "" in node:
            found = (at, node[""])
    return found


@cache
def trie(*roles: str) -> dict[str, Any]:
    """The phrases of these roles, each with its abbreviated spellings."""
    root: dict[str, Any] = {}
    for row in rows("agencies"):
        if row["role"] in roles:
            name = row["name"] or row["phrase"][:1].upper() + row["phrase"][1:]
            entry = Entry(row["role"], name, row["kind"], row["level"])
            for spelling in _spellings(fold(row["phrase"])):
                _add(root, spelling, entry)
    return root


def _add(root: dict[str, Any], phrase: str, entry: Entry) -> None:
    node, joint = root, False
    for key in _TOKEN.findall(phrase):
        if key in CONNECTORS:
            joint = True
            continue
        if joint:
            node, joint = node.setdefault(_JOINT, {}), False
        node = node.setdefault(key, {})
    if "" not in node or (node[""].role == "word" and entry.role == "name"):
        node[""] = entry


def _spellings(phrase: str) -> list[str]:
    """The phrase, and the same with its parts abbreviated: `văn phòng hđnd và ubnd`, `vp hđnd và ubnd`."""
    spellings = [phrase]
    for short, words in abbreviations().items():
        if len(short) < 2 or words not in phrase:
            continue
        pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        spellings += [pattern.sub(short, spelling) for spelling in spellings[:8] if pattern.search(spelling)]
    return spellings


@cache
def abbreviations() -> dict[str, str]:
    """Folded abbreviation → folded words: `ubnd` → `ủy ban nhân dân`."""
    return {fold(row["abbreviation"]): fold(row["words"]) for row in rows("agency_abbreviations")}


for _forget in (trie, abbreviations):
    on_change(_forget.cache_clear)
