"""The wording of an indicator, reduced to what tells it from others.

A name is folded, its abbreviations are spelled out, and what carries nothing (the unit's own name, years, values,
citations, `trên địa bàn phường`) goes out. Tone marks stay: `trường` and `trưởng` are two words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.slots import Index, Slots, index_phrases, longest_at, read_slots, split_words
from kehoach.normalize.text import fold, tidy, without_tones

__all__ = ["Wording", "content_words", "name_words", "read_wordings"]


class Wording(NamedTuple):
    """What is compared: a clause of a name, with the slots read in it."""

    text: str
    """The words that carry meaning, in their own order."""
    words: tuple[str, ...]
    """The same, each once, in alphabetical order."""
    key: str
    """The same without those that tell nothing apart (`chữ ký số cá nhân`): equal for a mere change of order."""
    toneless: str
    """The base letters of `key`: what OCR leaves when it loses tone marks. Never compared alone."""
    slots: Slots


_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_UNIT = r"[Pp]hường|[Xx]ã|[Đđ]ặc khu|[Tt]hị trấn|[Tt]hị xã|[Qq]uận|[Hh]uyện|[Tt]ỉnh|[Tt]hành phố|TP\.?|[Tt]p\.?"
_OWN_NAME = re.compile(rf"\b({_UNIT})\s+[{_UPPER}](?!\w*[{_UPPER}])\w*(?:[\s-]+[{_UPPER}](?!\w*[{_UPPER}])\w*)*")
_BRACKETS = re.compile(r"\([^()]*(?:\)|$)|\[[^\[\]]*(?:\]|$)")  # "(VNeID)"; one that a cut line left open too
_CITATION = re.compile(  # theo Thông tư số 02/2025/TT-BGDĐT ngày 24/01/2025
    r"(?:\b(?:theo|tại|của)\s+)?(?:quy định tại\s+)?"
    r"\b(?:nghị quyết|quyết định|thông tư|nghị định|kế hoạch|chỉ thị|công văn|hướng dẫn|luật)(?: hành động)?"
    r"\s+(?:số\s*)?\d+[\w/.-]*(?:\s+ngày\s+\d+/\d+/\d+)?"
)
_YEARS = re.compile(  # đến hết năm 2030, giai đoạn 2026-2030
    r"\b(?:(?:tính )?(?:đến|trong|từ)\s+)?(?:hết\s+|cuối\s+)?(?:năm|giai đoạn)\s+(?:19|20)\d\d"
    r"(?:\s*-\s*(?:năm\s+)?(?:19|20)\d\d)?"
)
_SHARE = re.compile(  # đạt từ 60% trở lên, ≥ 80%, tối thiểu 95 %
    r"(?:\b(?:đạt|trên|từ|tối thiểu|ít nhất|khoảng|dưới|phấn đấu|tăng)\s+)*[≥≤><=~]*\s*"
    r"\d+(?:[.,]\d+)?\s*(?:-\s*\d+(?:[.,]\d+)?\s*)?%(?:\s+trở lên)?"
)
_COMPARATOR = re.compile(r"[≥≤><=~]+")
_SPEED = re.compile(r"(\d)\s*([gm])(?:bps|b/s|bit/s|bps/s)\b")  # 1Gb/s, 01 Gbps
_ZEROS = re.compile(r"\b0+(?=\d)")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:[&-][^\W_]+)*|[,;:%/]|\.(?= )")
_SHORT = re.compile(r"[^\W_]+(?:[&-][^\W_]+)*")
_SHARES = frozenset({("tỷ", "lệ"), ("tỷ", "trọng")})  # twice: "Tỷ lệ hồ sơ …; tỷ lệ thanh toán …" measures two things
_STOPS = frozenset(",;:.%/-")
_LEAST_HEAD = 3  # a head clause has at least so many words that carry meaning


@lru_cache(maxsize=32768)
def read_wordings(name: str, unit: str | None = None) -> tuple[Wording, ...]:
    """What an indicator's name says, clause by clause, the head first; empty where nothing of it carries meaning.

    >>> read_wordings("Tỉ lệ số hoá hồ sơ TTHC trên địa bàn phường An Khê")[0].text
    'số hóa hồ sơ thủ tục hành chính'
    """
    name = tidy(name)
    unit_words = name_words(unit) if unit else []
    aside = name_words(" , ".join(_BRACKETS.findall(name)))
    words_of_name = name_words(_BRACKETS.sub(" ", name))
    compound = sum(pair in _SHARES for pair in pairwise(words_of_name)) > 1
    found: dict[str, Wording] = {}
    for clause in _clauses(words_of_name):
        content = content_words(clause)
        text = " ".join(content)
        if text and text not in found:
            words = tuple(sorted(set(content)))
            key = " ".join(sorted(set(_heavy(content)))) or text
            slots = dict(read_slots(clause, unit_words, aside))
            if compound:
                slots["aside"] = slots.get("aside", frozenset()) | {"compound"}
            found[text] = Wording(text, words, key, without_tones(key), slots)
    return tuple(found.values())


def name_words(name: str) -> list[str]:
    """The words of a name, folded, abbreviations spelled out, without citations, years and shares; commas are words."""
    text = fold(_SHORT.sub(_spell_out, _OWN_NAME.sub(r"\1", name)))
    if any(letter.isdigit() for letter in text):
        text = _CITATION.sub(" ", text)
        text = _SHARE.sub(" ", _YEARS.sub(" ", text))
        text = _ZEROS.sub("", _SPEED.sub(r"\1 \2bps", text))
    return _TOKEN.findall(_COMPARATOR.sub(" ", text))


def _spell_out(match: re.Match[str]) -> str:
    word = match[0]
    found = _abbreviations().get(word.lower())
    if found is None or (found[1] and not word.isupper()):
        return word
    return found[0]


def _clauses(words: Sequence[str]) -> list[list[str]]:
    """The head clause and those that a semicolon or `, bảo đảm …` opens; what `góp phần …` opens measures nothing."""
    found: list[list[str]] = []
    clause: list[str] = []
    wanted = True
    for at, word in enumerate(words):
        opens = _opening(words, at)
        if opens and (not wanted or len(content_words(clause)) >= _LEAST_HEAD):
            if wanted:
                found.append(clause)
            clause, wanted = [], opens == "turn"
        clause.append(word)
    if wanted and clause:
        found.append(clause)
    return found


def _opening(words: Sequence[str], at: int) -> str | None:
    """`turn` where a new measure begins, `cut` where a remark begins."""
    if words[at] in ";:.":
        return "turn"
    hit = longest_at(_phrases("cut", "turn"), words, at)
    if hit is None or (hit[1] == "turn" and words[at - 1] not in _STOPS):
        return None
    return hit[1]


def content_words(words: Sequence[str]) -> list[str]:
    """The words that carry meaning: without stop words, boilerplate, and the bodies after `thuộc`; synonyms are one."""
    index = _meanings()
    kept: list[str] = []
    at, listing = 0, False
    while at < len(words):
        length, label = longest_at(index, words, at) or (1, "word")
        kind, _, same = label.partition(":")
        if kind == "body" and not listing:
            length, kind = 1, "word"
        if kind == "same":
            kept += same.split()
        elif kind in ("word", "keep") or (kind == "lead" and kept):
            new = [word for word in words[at : at + length] if word not in _STOPS]
            kept += new
            listing = listing and not new
        elif words[at] == "thuộc":
            listing = True
        at += length
    return kept


def _heavy(content: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(content):
        hit = longest_at(_phrases("light"), content, at)
        if hit is None:
            kept.append(content[at])
        at += hit[0] if hit else 1
    return kept


@cache
def _phrases(*kinds: str) -> Index:
    rows = vocabulary.rows("boilerplate")
    return index_phrases((split_words(row["phrase"]), row["kind"]) for row in rows if row["kind"] in kinds)


@cache
def _meanings() -> Index:
    """Boilerplate by its kind, synonyms as `same:` and the words that stand for them."""
    kinds = ("carrier", "keep", "lead", "stop", "body")
    plain = [
        (split_words(row["phrase"]), row["kind"]) for row in vocabulary.rows("boilerplate") if row["kind"] in kinds
    ]
    same = [(split_words(row["phrase"]), f"same:{row['words']}") for row in vocabulary.rows("synonyms")]
    return index_phrases(plain + same)


@cache
def _abbreviations() -> dict[str, tuple[str, bool]]:
    rows = vocabulary.rows("abbreviations")
    return {row["abbreviation"].lower(): (row["words"], row["case_sensitive"] == "yes") for row in rows}


for _cached in (_phrases, _meanings, _abbreviations, read_wordings):
    vocabulary.on_change(_cached.cache_clear)
