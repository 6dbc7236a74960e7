"""Short forms that a plan defines itself: `thủ tục hành chính (TTHC)`, `(sau đây gọi tắt là Tổ công tác)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kehoach.normalize.syllables import spells
from kehoach.normalize.text import tidy, without_tones

__all__ = ["differ_by_short_form", "initials_stand_for", "read_definitions", "spell_defined"]

_SHORT = re.compile(  # (TTHC), (gọi tắt là TTHC), (sau đây viết tắt là: “CSDL”)
    r"\(\s*(?:(?:sau đây\s+)?(?:được\s+)?(?:gọi|viết)\s+(?:chung|tắt)?\s*là\s*:?\s*)?[“\"']?"
    r"([A-ZĐƯÔÂĂÊƠ][A-ZĐƯÔÂĂÊƠ&-]{1,9})[”\"']?\s*\)"
)
_WORD = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐƯÔÂĂÊƠ][A-ZĐƯÔÂĂÊƠ&-]+(?!\w)")
_LONGEST = 8  # letters of a short form
_SKIPPED = frozenset({"và", "của", "về", "các", "cho"})  # left out of initials: giáo dục và đào tạo (GDĐT)


def read_definitions(texts: Iterable[str]) -> dict[str, str]:
    """From a short form to the words before the bracket that define it, the first definition of each.

    >>> read_definitions(["tỷ lệ giải quyết thủ tục hành chính (TTHC) đúng hạn"])
    {'TTHC': 'thủ tục hành chính'}
    """
    found: dict[str, str] = {}
    for text in texts:
        if "(" not in text:
            continue
        for match in _SHORT.finditer(text):
            words = _WORD.findall(text[max(0, match.start() - 120) : match.start()])
            if match[1] not in found and (meant := _words_before(match[1], words)):
                found[match[1]] = tidy(meant).lower()
    return found


def spell_defined(name: str, definitions: Mapping[str, str]) -> str:
    """A name with the short forms that its plan defines spelled out, but for those that merely follow their words."""
    if not definitions or not _CAPITALS.search(name):
        return name
    bare = _SHORT.sub(" ", name)
    return _CAPITALS.sub(lambda match: definitions.get(match[0], match[0]), bare)


def _words_before(short: str, words: list[str]) -> str | None:
    letters = _letters(short)
    for length in range(len(letters), min(len(letters) + 3, len(words)) + 1):
        part = words[len(words) - length :]
        if part and part[0].lower() not in _SKIPPED and initials_stand_for(short, part):
            return " ".join(part)
    return None


def initials_stand_for(short: str, words: Iterable[str]) -> bool:
    """Whether a short form is made of the first letters of these words: `TTHC`, `GDĐT` without its `và`.

    >>> initials_stand_for("tthc", ["thủ", "tục", "hành", "chính"])
    True
    """
    every = [word for word in words if word]
    letters = _letters(short)
    return letters in (_initials(every), _initials([word for word in every if word.lower() not in _SKIPPED]))


def _initials(words: list[str]) -> str:
    return without_tones("".join(word[:1] for word in words))


@lru_cache(maxsize=4096)
def _letters(short: str) -> str:
    return without_tones(short.replace("&", "").replace("-", ""))


def differ_by_short_form(one: str, other: str) -> bool:
    """Whether each word that only one text has is a short form, or spelled out by one.

    >>> differ_by_short_form("hộ dùng nước hvs", "hộ dùng nước hợp vệ sinh")
    True
    """
    left, right = one.split(), other.split()
    mine, theirs = set(left) - set(right), set(right) - set(left)
    shorts, others = {word for word in mine if _looks_short(word)}, {word for word in theirs if _looks_short(word)}
    if not (mine and theirs and (shorts or others)):
        return False
    return mine | theirs <= _spelled_out(shorts, right) | _spelled_out(others, left)


@lru_cache(maxsize=16384)
def _looks_short(word: str) -> bool:
    """Letters that spell no syllable: `hvs`, `mn`."""
    return word.isalpha() and 1 < len(word) <= _LONGEST and not spells(word)


def _spelled_out(shorts: set[str], words: Sequence[str]) -> set[str]:
    """The short forms of which consecutive words have the first letters, and those words."""
    initials = _initials(list(words)) if shorts else ""
    found: set[str] = set()
    for short in sorted(shorts):
        at = initials.find(_letters(short))
        if at >= 0:
            found.update((short, *words[at : at + len(short)]))
    return found
