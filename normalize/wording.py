"""The wording of an indicator, reduced to what tells it from others.

A name is folded, its abbreviations are spelled out, and what carries nothing (the unit's own name, years, values,
citations, `trên địa bàn phường`) goes out. Tone marks stay: `trường` and `trưởng` are two words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from sys import intern
from typing import NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.phrases import Phrases, index_phrases, longest_at
from kehoach.normalize.slips import correct_slips
from kehoach.normalize.slots import Slots, read_slots, without_denominator
from kehoach.normalize.synonyms import unify_synonyms
from kehoach.normalize.text import fold, split_words, tidy, unify_y, without_tones

__all__ = ["Wording", "content_words", "faint_words", "is_faint", "name_words", "read_wordings"]


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
_DIGIT = re.compile(r"\d")
_COMPARATOR = re.compile(r"[≥≤><=~]+")
_SPEED = re.compile(r"(\d)\s*([gm])(?:bps|b/s|bit/s|bps/s)\b")  # 1Gb/s, 01 Gbps
_PER_MANY = re.compile(r"\b(?:(?:1|một)\s+vạn|10[.,]?000)\s+(?:người\s+)?dân\b")  # 15 bác sĩ/10.000 dân
_PER_ONE = re.compile(r"(?:\btrên|/)\s*1\s+(?![gm]bps)(?=[^\W\d])")  # trên 1 ha đất, /1 lao động
_ZEROS = re.compile(r"(?<![\d.,])0+(?=\d)")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|[,;:%/‰]|\.(?= )")
_SHORT = re.compile(r"[^\W_]+(?:[&-][^\W_]+)*")
_SHARES = frozenset({("tỷ", "lệ"), ("tỷ", "trọng")})  # twice: "Tỷ lệ hồ sơ …; tỷ lệ thanh toán …" measures two things
_STOPS = frozenset(",;:.%/-")
_OVER = frozenset({"trên", "/", "với"})
_LEAST_HEAD = 3  # a head clause has at least so many words that carry meaning


@lru_cache(maxsize=32768)
def read_wordings(name: str, unit: str | None = None) -> tuple[Wording, ...]:
    """What an indicator's name says, clause by clause, the head first; empty where nothing of it carries meaning.

    >>> read_wordings("Tỉ lệ số hoá hồ sơ TTHC trên địa bàn phường An Khê")[0].text
    'số hóa hồ sơ thủ tục hành chính'
    """
    name = tidy(name)
    unit_words = _unit_words(unit) if unit else ()
    inner = _BRACKETS.findall(name)
    aside = unify_synonyms(name_words(" , ".join(inner))) if inner else ()
    words_of_name = unify_synonyms(name_words(_BRACKETS.sub(" ", name) if inner else name))
    compound = words_of_name.count("tỷ") > 1 and sum(pair in _SHARES for pair in pairwise(words_of_name)) > 1
    found: dict[str, Wording] = {}
    for clause in _clauses(words_of_name):
        slots = dict(read_slots(clause, unit_words, aside))
        rest = without_denominator(clause, slots["denominator"]) if "denominator" in slots else clause
        content = content_words(rest)
        text = " ".join(content)
        if text and text not in found:
            words = tuple(sorted({intern(word) for word in content}))  # many names share few words
            key = " ".join(sorted(set(_heavy(content)))) or text
            if (over := _divided_by(rest)) is not None:
                slots["per"] = frozenset({over})
            if compound:
                slots["aside"] = slots.get("aside", frozenset()) | {"compound"}
            found[text] = Wording(text, words, key, without_tones(key), _shared(frozenset(slots.items())))
    return tuple(found.values())


@lru_cache(maxsize=8192)
def _shared(slots: frozenset[tuple[str, frozenset[str]]]) -> Slots:
    """One mapping for all wordings with the same slots: of many names that saves most of the memory."""
    return dict(slots)


@lru_cache(maxsize=4096)
def _unit_words(unit: str) -> tuple[str, ...]:
    return tuple(unify_synonyms(name_words(unit)))


def name_words(name: str) -> list[str]:
    """The words of a name, folded, abbreviations spelled out, slips put right, without citations, years and shares;
    commas are words.
    """
    name = _OWN_NAME.sub(r"\1", name)
    if not _abbreviations().keys().isdisjoint(_SHORT.findall(name.lower())):
        name = _SHORT.sub(_spell_out, name)
    text = unify_y(fold(name))
    if _DIGIT.search(text):
        text = _CITATION.sub(" ", text)
        text = _SHARE.sub(" ", _YEARS.sub(" ", text))
        text = _PER_MANY.sub("vạn dân", _ZEROS.sub("", _SPEED.sub(r"\1 \2bps", text)))
        text = _PER_ONE.sub("/ ", text)
    return correct_slips(_TOKEN.findall(_COMPARATOR.sub(" ", text)))


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
    hit = longest_at(_openings(), words, at)
    if hit is None or (hit[1] == "turn" and words[at - 1] not in _STOPS):
        return None
    return hit[1]


def _divided_by(clause: Sequence[str]) -> str | None:
    """The first word that carries meaning after the last `trên`, `/`, `so với`: `xuất khẩu trên nhập khẩu`."""
    if _OVER.isdisjoint(clause):
        return None
    at = max(at for at, word in enumerate(clause) if word in _OVER)
    return next(iter(content_words(clause[at + 1 :])), None) if at else None


def content_words(words: Sequence[str]) -> list[str]:
    """The words that carry meaning: without stop words, boilerplate, and the bodies after `thuộc`."""
    index = _carriers()
    kept: list[str] = []
    at, listing = 0, False
    while at < len(words):
        length, kind = longest_at(index, words, at) or (1, "word")
        if kind == "body" and not listing:
            length, kind = 1, "word"
        if kind in ("word", "keep") or (kind == "lead" and kept):
            new = [word for word in words[at : at + length] if word not in _STOPS]
            kept += new
            listing = listing and not new
        elif words[at] == "thuộc":
            listing = True
        at += length
    return kept


def _heavy(content: Sequence[str]) -> list[str]:
    light = _light()
    if light.first.isdisjoint(content):
        return list(content)
    kept: list[str] = []
    at = 0
    while at < len(content):
        hit = longest_at(light, content, at)
        if hit is None:
            kept.append(content[at])
        at += hit[0] if hit else 1
    return kept


def is_faint(words: Collection[str]) -> bool:
    """Whether words may be there or not without another thing being meant: `được công nhận`, `tổ chức`."""
    return all(word in faint_words() for word in words)


@cache
def faint_words() -> frozenset[str]:
    """The words that is_faint means."""
    rows = vocabulary.rows("boilerplate")
    return frozenset(word for row in rows if row["kind"] == "faint" for word in split_words(row["phrase"]))


def _phrases(*kinds: str) -> Phrases[str]:
    rows = vocabulary.rows("boilerplate")
    wanted = ((row["phrase"], row["kind"]) for row in rows if row["kind"] in kinds)
    return index_phrases((unify_synonyms(split_words(phrase)), kind) for phrase, kind in wanted)


@cache
def _carriers() -> Phrases[str]:
    return _phrases("carrier", "keep", "lead", "stop", "body")


@cache
def _light() -> Phrases[str]:
    return _phrases("light")


@cache
def _openings() -> Phrases[str]:
    return _phrases("cut", "turn")


@cache
def _abbreviations() -> dict[str, tuple[str, bool]]:
    rows = vocabulary.rows("abbreviations")
    return {row["abbreviation"].lower(): (row["words"], row["case_sensitive"] == "yes") for row in rows}


for _cached in (faint_words, _carriers, _light, _openings, _abbreviations, _unit_words, read_wordings):
    vocabulary.on_change(_cached.cache_clear)
