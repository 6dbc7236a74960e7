"""Words cut where they were too long for their line: `ngườ` / `i/năm`, `26/2024/N` / `Đ-CP`."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

from kehoach.normalize import vocabulary
from kehoach.normalize.syllables import spells

__all__ = ["is_cut_word", "is_known_whole", "is_surely_cut"]

_TAIL = re.compile(r"[^\W\d_]+$|\d+$")
_HEAD = re.compile(r"[^\W\d_]+|\d+")
_DECIMAL = re.compile(r"[\d.]*\d[.,]")  # 24.360, / 5
_CUT_YEAR = re.compile(r"\d{1,2}/(?:\d{1,2}/)?2(?:0\d?)?")  # 10/01/202 / 5
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_NUMBER = re.compile(r"\d.*[/-]|[A-ZĐ]{2}[/-]")  # 17-TB/CQTT, TB/CQTT
_LATER = re.compile(r"[-–/.,;:)\]%”&]")  # with these no word begins


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(row["abbreviation"] for row in vocabulary.rows("abbreviations"))


vocabulary.on_change(_abbreviations.cache_clear)


def is_known_whole(first: str, rest: str) -> bool:
    """Whether two parts in capitals are one abbreviation: `UB` / `ND phường` is one, `UB` / `MTTQ phường` are two."""
    known = _abbreviations()
    return first + rest in known and not (rest in known and len(rest) > 2)


def is_surely_cut(first: str, rest: str) -> bool:
    """Whether two words can only be one, whatever stood between them: the second can begin no word.

    >>> [is_surely_cut(*pair) for pair in (("phườn", "g"), ("ngườ", "i"), ("17-TB/BCĐT", "W"), ("24.360,", "5"))]
    [True, True, True, True]
    >>> [is_surely_cut(*pair) for pair in (("phường", "xã"), ("mềm", "y"), ("UBND", "TP"), ("5", "km"))]
    [False, False, False, False]
    """
    if (
        rest[0] in "),;:%&"
        or (_CUT_YEAR.fullmatch(first) and rest[0].isdigit())
        or (_DECIMAL.fullmatch(first) and rest[0].isdigit())
    ):
        return True
    tail, head = _TAIL.search(first), _HEAD.match(rest)
    if tail is None or head is None or tail[0].isdigit() or head[0].isdigit():
        return False
    if tail[0].isupper() and head[0].isupper():
        if len(head[0]) == 1 and not _is_word(tail[0]) and tail[0] not in _abbreviations():
            return len(tail[0]) > 1  # LGS / P, but UBND / P. An Phú
        return len(tail[0]) > 1 and _NUMBER.search(first) is not None and not _is_word(head[0])
    both = _is_word(tail[0]) and _is_word(head[0])
    return head[0].islower() and not both and spells((tail[0] + head[0]).lower())


def is_cut_word(first: str, rest: str) -> bool:
    """Whether a word that fills its line goes on in the first word of the next one.

    >>> [is_cut_word(*pair) for pair in (("ngườ", "i/năm"), ("15/03/202", "6"), ("26/2024/N", "Đ-CP"))]
    [True, True, True]
    >>> [is_cut_word(*pair) for pair in (("nghiên", "cứu"), ("Internet", "cáp"), ("UBND", "xã"), ("6", "tháng"))]
    [False, False, False, False]
    """
    if rest[0] in "-–" and not rest[1:2].isalnum():
        return False
    if _LATER.match(rest):
        return True
    if _DECIMAL.fullmatch(first) and rest[0].isdigit():
        return True
    tail, head = _TAIL.search(first), _HEAD.match(rest)
    if tail is None or head is None:
        return first[-1:] in "&_" and head is not None
    return _is_one_word(first, tail[0], head[0])


def _is_one_word(first: str, tail: str, head: str) -> bool:
    if tail.isdigit() or head.isdigit():
        return tail.isdigit() == head.isdigit() or (tail.isupper() and "/" in first)
    if tail.isupper() and head.isupper() and not (_is_word(tail) and _is_word(head)):
        both_known = {tail, head} <= _abbreviations()
        return is_known_whole(tail, head) or not both_known or _NUMBER.search(first) is not None
    whole = spells((tail + head).lower())
    if (_is_word(head) or _is_word(tail)) and not whole:
        return False  # Internet / cáp, mềm / y tế, doanh / nghiệ(p)
    if _is_word(head) and _is_word(tail) and not (whole and _VOWEL.match(normalize("NFD", head))):
        return False  # nghiên / cứu; but chuy / ển
    return not (tail.isupper() and len(tail) > 1 and _is_word(head))


def _is_word(letters: str) -> bool:
    return (len(letters) > 1 or letters.lower() in "yýởôổ") and spells(letters.lower())
