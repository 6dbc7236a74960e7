"""Text typed for fonts from before Unicode: TCVN3 (`.VnTime`) and VNI (`VNI-Times`).

Such a font draws `ế` where the file says `Õ`, so that `Kế hoạch` arrives as `KÕ ho¹ch` (TCVN3) or `Keá hoaïch` (VNI).
The name of the font tells, where there is one; else the words do: those that are no Vietnamese as they stand and are
as the font draws them. What is Unicode already is never touched. The codes are in `data/old_fonts.csv`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from kehoach.normalize.syllables import is_syllable

__all__ = ["Encoding", "OldFonts", "convert", "decode", "font_encoding", "letters"]

Encoding = Literal["tcvn3", "vni"]

_TABLE = Path(__file__).with_name("data") / "old_fonts.csv"
_ENCODINGS: tuple[Encoding, ...] = ("tcvn3", "vni")
_SUBSET = re.compile(r"^[A-Z]{6}\+")  # a PDF names `ABCDEF+.VnTime` what it embeds in part
_STYLE = re.compile(r"[,-](?:bold|italic|oblique|regular|roman)*(?:mt)?$", re.IGNORECASE)
_CAPITALS = re.compile(r"\.?vn.*h", re.IGNORECASE)  # .VnTimeH draws small letters as capitals
# PDF puts a minus for the soft hyphen of `ư` and a bullet operator for the dot of `ã`: only beside a letter
_IN_PDF = {"\u2212": "\xad", "\u2219": "\xb7"}
_BESIDE_LETTER = re.compile("(?<=[A-Za-z\xa1-\xff])[\u2212\u2219]|[\u2212\u2219](?=[A-Za-z\xa1-\xff])")
_WORD = re.compile(r"(?:[^\W\d_]|[\xa1-\xff\u0300-\u0323\u2212\u2219])+")
_LEGACY = re.compile("[\xa1-\xff]")
_BEYOND = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u0323]")  # letters that only Unicode has
_VIETNAMESE = re.compile(  # one syllable; no `niño`, no `Straße`
    "(?:[bcdđghklmnpqrstvx]|ngh?|[gknpt]h|ch|tr)?[aeiouyà-ãè-êìíò-õùúýăĩũơưạ-ỹ]+(?:ch?|m|n[gh]?|p|t)?"
)
_SMALL = re.compile("[a-z]")
_CAPITAL = re.compile("[A-Z\xa1-\xa7]")
# no word of small letters has these: `HO¹CH` two capitals and a small letter with a tone, `ñY` a capital after one
_IN_CAPITALS = re.compile("[A-Z\xa1-\xa7]{2}.*[\xa8-\xff]|[\xa8-\xff].*[A-Z]")
_ENOUGH = 4  # different words that make sure that a text is of an old font
_FEWEST = 2  # words: one alone may be a unit (`N·m`)
_CLEAR = 0.1  # share of words that is but noise


def font_encoding(font: str | None) -> Encoding | None:
    """The encoding that a font is made for; None for a font of Unicode and for none.

    >>> [font_encoding(font) for font in (".VnTime", "ABCDEF+.VnArialH", "VNI-Times", "Times New Roman", None)]
    ['tcvn3', 'tcvn3', 'vni', None, None]
    """
    name = _SUBSET.sub("", font or "").lower()
    if name.startswith((".vn", "vntime", "vnarial")) and not name.startswith("vni"):
        return "tcvn3"
    return "vni" if name.startswith("vni") else None


def convert(text: str, font: str | None = None) -> str:
    """A text as its font draws it, Unicode; by the font's name, without one of an old font by its own words.

    Of a text in many pieces (runs, lines) ask OldFonts once and convert each with its answer: it knows more.

    >>> convert("KÕ ho¹ch"), convert("Keá hoaïch xaõ"), convert("kÕ ho¹ch", ".VnTimeH"), convert("Kế hoạch", ".VnTime")
    ('Kế hoạch', 'Kế hoạch xã', 'KẾ HOẠCH', 'Kế hoạch')
    """
    return OldFonts.of([text], 1).convert(text, font)


class OldFonts(NamedTuple):
    """What the words of a whole file or page say: the encoding of its old font, and whether all of it is in that.

    A short text (`cã` for `có` in a cell) cannot tell alone.
    """

    encoding: Encoding | None = None
    throughout: bool = False

    @classmethod
    def of(cls, texts: Iterable[str], enough: int = _ENOUGH) -> OldFonts:
        """What these texts say; `enough` different words of an old font are needed to believe it."""
        words = _words(texts)
        best, (gained, lost) = _best(words)
        if gained < enough or len(words) < _FEWEST or gained <= 2 * lost:
            return cls()
        against = lost + sum(_BEYOND.search(word) is not None for word in words)
        return cls(best, against <= _CLEAR * gained)

    def convert(self, text: str, font: str | None = None) -> str:
        """A stretch of the text (a run, a line) as its font draws it; see the function convert."""
        named = font_encoding(font)
        if _BEYOND.search(text):
            return text
        if named is not None:
            capitals = named == "tcvn3" and _CAPITALS.fullmatch(_STYLE.sub("", _SUBSET.sub("", font or "")))
            shown = decode(text, named)
            return shown.upper() if capitals else shown
        encoding = self._encoding_of(text) if self.encoding is not None else None
        return text if encoding is None else decode(text, encoding)

    def _encoding_of(self, text: str) -> Encoding | None:
        """The old font of a stretch: as its own words tell, else that of the file if all of it is in one."""
        words = _words([text])
        best, (gained, lost) = _best(words, self.encoding)
        if gained >= _FEWEST and gained > 2 * lost:
            return best
        if self.encoding is None or not self.throughout:
            return None
        gained, lost = _weigh(words, self.encoding)
        return self.encoding if gained >= lost else None


def _words(texts: Iterable[str]) -> set[str]:
    """The distinct words; few pieces between white space are distinct, so each is taken apart once."""
    pieces = {piece for text in texts for piece in text.split()}
    return {word for piece in pieces for word in _WORD.findall(piece)}


def decode(text: str, encoding: Encoding) -> str:
    """A text as a font of this encoding draws it; letters that no font of it has stay as they are."""
    if encoding == "vni":
        drawn, pattern = _vni()
        return pattern.sub(lambda match: drawn[match[0]], text)
    text = _BESIDE_LETTER.sub(lambda match: _IN_PDF[match[0]], text)
    shown = text.translate(_tcvn3())  # one letter for one
    for start, end in _capital_words(text):
        shown = shown[:start] + shown[start:end].upper() + shown[end:]
    return shown


def _capital_words(text: str) -> list[tuple[int, int]]:
    """Where words stand in capitals: `KÕ HO¹CH` is `KẾ HOẠCH`, as TCVN3 has no capitals with tones.

    A word with one capital alone (`Hµ`, `KÕ`) is so beside one that shows it.
    """
    found: list[tuple[int, int]] = []
    group: list[re.Match[str]] = []
    for word in [*_WORD.finditer(text), None]:
        if word and _CAPITAL.search(word[0]) and not _SMALL.search(word[0]):
            group.append(word)
            continue
        if any(_IN_CAPITALS.search(each[0]) for each in group):
            found.append((group[0].start(), group[-1].end()))
        group = []
    return found


@cache
def letters(encoding: Encoding) -> dict[str, str]:
    """What is typed to the letter that is drawn."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            "".join(chr(int(code, 16)) for code in row["codes"].split()): row["letter"]
            for row in csv.DictReader(file)
            if row["encoding"] == encoding
        }


@cache
def _tcvn3() -> dict[int, str]:
    return {ord(code): letter for code, letter in letters("tcvn3").items()}


@cache
def _vni() -> tuple[dict[str, str], re.Pattern[str]]:
    """Small and capital letters (`aù`, `AÙ`, `Aù`), and a pattern that finds the longest ones first."""
    small = letters("vni")
    drawn = {code[:1].upper() + code[1:]: letter.upper() for code, letter in small.items()}
    drawn |= {code.upper(): letter.upper() for code, letter in small.items()} | small
    longest = sorted(drawn, key=lambda code: (-len(code), code))
    return drawn, re.compile("|".join(map(re.escape, longest)))


@lru_cache(maxsize=16384)
def _drawn(word: str, encoding: Encoding) -> str:
    return decode(word, encoding)


def _best(words: Iterable[str], likely: Encoding | None = None) -> tuple[Encoding, tuple[int, int]]:
    """The encoding that these words speak for most, and what _weigh says of it; a close call goes to the likely one."""
    typed = [word for word in words if len(word) > 1 and not word.isascii() and _LEGACY.search(word)]
    weighed = {encoding: _weigh(typed, encoding) for encoding in _ENCODINGS}
    return max(weighed.items(), key=lambda each: each[1][0] - each[1][1] + _FEWEST * (each[0] == likely))


def _weigh(words: Iterable[str], encoding: Encoding) -> tuple[int, int]:
    """How many words become Vietnamese when they are read in this encoding, and how many are so no longer."""
    gained = lost = 0
    for word in words:
        if len(word) > 1 and _LEGACY.search(word):
            before, after = _is_vietnamese(word), _is_vietnamese(_drawn(word, encoding))
            gained += after and not before
            lost += before and not after
    return gained, lost


@lru_cache(maxsize=16384)
def _is_vietnamese(word: str) -> bool:
    small = word.lower()
    return not word.isascii() and bool(_VIETNAMESE.fullmatch(small)) and is_syllable(small)
