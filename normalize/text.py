"""Folding: two spellings of one Vietnamese word become the same key.

Tone marks are never stripped: `trương`, `trường` and `trưởng` are three words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

# The capital letters of Vietnamese, for a character class; no range of code points holds them alone.
UPPER = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"

_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("“”„‟″", '"') | dict.fromkeys("‘’‚`´", "'"))

# Old and new placement of the tone: `hoá`/`hóa`, `thuỷ`/`thủy`; the new one is the key. A syllable that goes on
# (`hoàn`, `thuyền`) has only one placement, so the vowels must end the syllable.
_TONED = {"oa": ("òóỏõọ", "àáảãạ"), "oe": ("òóỏõọ", "èéẻẽẹ"), "uy": ("ùúủũụ", "ỳýỷỹỵ")}
_PLACEMENT = {
    vowels[0] + toned: first + vowels[1]
    for vowels, (firsts, lasts) in _TONED.items()
    for first, toned in zip(firsts, lasts, strict=True)
}
_OLD_TONE = re.compile(r"(?<!q)(" + "|".join(_PLACEMENT) + r")(?!\w)")
_OLD_PLACEMENT = {new: old for old, new in _PLACEMENT.items()}
_NEW_TONE = re.compile(r"(?<!q)(" + "|".join(_OLD_PLACEMENT) + r")(?!\w)")
_TI_LE = re.compile(r"\btỉ(?= lệ\b| trọng\b| suất\b)")  # `tỉ lệ` is `tỷ lệ`
_FINAL_I = re.compile(r"(?<!\w)(qu|[hklmst])([iìíỉĩị])(?!\w)")  # `kĩ`, `lí`, `quí`: one sound, two spellings
_TO_Y = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True))


def tidy(text: str) -> str:
    """Unicode NFC, every run of white space one space, ends stripped: the form of all strings in the tables."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The key under which spellings meet.

    NFC, lower case, one kind of dash and quote, single spaces, `hoá` → `hóa`, `uỷ` → `ủy`, `tỉ lệ` → `tỷ lệ`.
    Commas stay: without them `trung học, cơ sở` becomes `trung học cơ sở`.

    >>> fold("Tỉ lệ số hoá – UỶ ban")
    'tỷ lệ số hóa - ủy ban'
    """
    key = tidy(text).lower().translate(_DASHES)
    key = _OLD_TONE.sub(lambda match: _PLACEMENT[match[1]], key)
    return _TI_LE.sub("tỷ", key)


def unify_y(text: str) -> str:
    """A folded text in which `kĩ năng`, `lí lịch`, `quí` are spelled with y: as syllables of their own they are one.

    >>> unify_y("kĩ sư, bác sĩ")
    'kỹ sư, bác sỹ'
    """
    return _FINAL_I.sub(lambda match: match[1] + _TO_Y[match[2]], text)


def split_words(text: str) -> tuple[str, ...]:
    """The folded words of a phrase; a comma is a word: `chỉ đạo, điều hành`."""
    return tuple(unify_y(fold(text)).replace(",", " , ").split())


def old_placement(text: str) -> str:
    """A text in small letters or title case with its tones in the old place, for patterns that must know both.

    >>> old_placement("Khánh Hòa")
    'Khánh Hoà'
    """
    return _NEW_TONE.sub(lambda match: _OLD_PLACEMENT[match[1]], text)


@lru_cache(maxsize=16384)
def bare(text: str) -> str:
    """The folded text without the punctuation at its ends.

    >>> bare("“Cơ quan chủ trì”:")
    'cơ quan chủ trì'
    """
    return fold(text).strip(" .,;:-*\"'()[]…")


@cache
def _base_letters() -> dict[int, str]:
    """Every letter with a tone or another mark to its base letter: `ế` → `e`, `đ` → `d`."""
    marked = {
        code: unicodedata.normalize("NFD", chr(code))[0] for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    }
    return {code: base for code, base in marked.items() if base != chr(code)} | {ord("đ"): "d"}


def without_tones(text: str) -> str:
    """Base letters only, `đ` as `d`: to compare texts in which OCR lost tone marks. Not for matching names.

    >>> without_tones("Đổi mới")
    'doi moi'
    """
    return fold(text).translate(_base_letters())


MISTAKEN_MARKS = ("êếể", "âấẩ", "ôốổ", "iỉ")
"""Letters that text recognition takes for each other: `MỤC TIỂU`, `Điếm`, `sản phấm`, `tống chỉ`."""
_ALIKE = str.maketrans({letter: letters[0] for letters in MISTAKEN_MARKS for letter in letters})


def with_marks_alike(text: str) -> str:
    """The folded text in which letters that text recognition takes for each other are one.

    >>> with_marks_alike("MỤC TIỂU") == with_marks_alike("mục tiêu")
    True
    """
    return fold(text).translate(_ALIKE)
