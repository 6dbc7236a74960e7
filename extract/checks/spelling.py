"""Words that look like slips of text recognition or of typing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from kehoach.extract.checks.view import Found, Rule, View, diagnostic
from kehoach.normalize.syllables import is_syllable, lacks_tone
from kehoach.normalize.vocabulary import on_change, rows
from kehoach.schemas.records import Diagnostic


def slips(view: View) -> Iterator[Diagnostic]:
    """Each slip once a line, by the surest of the signs that show it."""
    seen: set[tuple[int | None, str]] = set()
    for found, meant in (*_known(view), *_quarters(view), *_impossible(view)):
        line = found.places[0].line if found.places else None
        marks = {(line, word) for word in found.words.lower().split()}
        if not marks <= seen:
            yield diagnostic(view.plan.document, "ocr-slip", f"{found.words!r} {meant}.", found.places, found.context)
        seen |= marks


class Slip(NamedTuple):
    """A row of the vocabulary: what stands there, what is meant, and the words before it that make it right."""

    words: frozenset[str]
    pattern: re.Pattern[str]
    correction: str
    not_after: tuple[str, ...]


Pair = tuple[str, str]


@cache
def _slips() -> dict[Pair, list[Slip]]:
    """The slips by their first two words; the second is empty for a single word."""
    slips: dict[Pair, list[Slip]] = {}
    for row in rows("ocr_slips"):
        words = row["slip"].lower().split()
        after = tuple(f" {word} " for word in row["not_after"].lower().split("|") if word)
        slip = Slip(frozenset(words), _pattern(row), row["correction"], after)
        slips.setdefault((words[0], words[1] if len(words) > 1 else ""), []).append(slip)
    return slips


on_change(_slips.cache_clear)


def _pattern(row: dict[str, str]) -> re.Pattern[str]:
    follows = rf"(?!\s+(?:{row['not_before'].lower()})(?!\w))" if row["not_before"] else ""
    return re.compile(r"\s+".join(map(re.escape, row["slip"].lower().split())) + r"(?!\w)" + follows)


def _known(view: View) -> Iterator[tuple[Found, str]]:
    """The slips of the vocabulary `ocr_slips.csv`: `phần đầu đạt 80%`, `Nơi nhân:`."""
    vocabulary = view.vocabulary
    possible = {
        pair: slips
        for pair, all_slips in _slips().items()
        if pair[0] in vocabulary and (slips := [slip for slip in all_slips if slip.words <= vocabulary])
    }
    pairs = view.pairs({first for first, _ in possible})
    for pair in sorted(pair for pair in possible if not pair[1] or pair in pairs):
        for slip in possible[pair]:
            for found in view.find(slip.pattern, lower=True):
                if not slip.not_after or not f" {' '.join(found.before.lower().split())} ".endswith(slip.not_after):
                    yield found, f"is probably {slip.correction!r}"


# "Quý lI/2026", "QUÝ I|": a small L or a bar among the capital I of a Roman number
_QUARTER = re.compile(r"quý\s+(?=[ivl|!]*[l|!])[ivl|!]{1,3}(?=\s*(?:/|năm|[,;.)\n]|$))")


def _quarters(view: View) -> Iterator[tuple[Found, str]]:
    """A Roman number of a quarter with a wrong letter; the reader of deadlines reports those in its columns."""
    known = {one.line for one in view.plan.diagnostics if one.code == "deadline-unclear"}
    for found in view.find(_QUARTER, lower=True):
        if found.places and found.places[0].line not in known:
            yield found, f"is probably {re.sub('[l|!]', 'I', found.words)!r}"


def _impossible(view: View) -> Iterator[tuple[Found, str]]:
    """`đươc`, `ngưòi`, `thưc hiện`: no Vietnamese syllable is written so. Names (capitals) are left alone."""
    for word in sorted(word for word in view.vocabulary if not is_syllable(word)):
        # "Thưc hiện": with a capital, other impossible words are names of other languages (Đắk, Ia Púch)
        forms = (word, word.capitalize()) if lacks_tone(word) else (word,)
        for form in forms:
            for found in view.find(_whole(form)):
                yield found, "is no Vietnamese syllable"


@lru_cache(maxsize=1024)
def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(word)}(?!\w)")


RULES: tuple[Rule, ...] = (slips,)
