"""The order of the Vietnamese alphabet: a ă â b c d đ e ê g … o ô ơ … u ư v x y."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["alphabetical"]

_LETTERS = {letter: at for at, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 1)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng
_AFTER_DIGITS, _AFTER_LETTERS = 0x100, 0x200

Key = tuple[tuple[int, ...], tuple[int, ...], str]


@lru_cache(maxsize=65536)
def alphabetical(text: str) -> Key:
    """A key to sort by: letters first, tones where the letters are alike, then capitals. `đ` is a letter after `d`.

    >>> sorted(["Đồng Nai", "Dương", "Ăn", "Áo", "Ân", "An", "Ấn"], key=alphabetical)
    ['An', 'Áo', 'Ăn', 'Ân', 'Ấn', 'Dương', 'Đồng Nai']
    >>> sorted(["má", "mạ", "mã", "mả", "mà", "ma"], key=alphabetical)
    ['ma', 'mà', 'mả', 'mã', 'má', 'mạ']
    """
    letters: list[int] = []
    tones: list[int] = []
    for sign in text.lower():
        letter, tone = _parts(sign)
        letters.append(letter)
        tones.append(tone)
    return tuple(letters), tuple(tones), text


@lru_cache(maxsize=4096)
def _parts(sign: str) -> tuple[int, int]:
    """The place of a letter in the alphabet, and of its tone: spaces and signs, digits, letters, all others."""
    marks = unicodedata.normalize("NFD", sign)
    tone = next((_TONES[mark] for mark in marks if mark in _TONES), 0)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if bare in _LETTERS:
        return _AFTER_DIGITS + _LETTERS[bare], tone
    code = ord(bare[0]) if bare else 0
    return (code, tone) if code < _AFTER_DIGITS and not bare.isalpha() else (_AFTER_LETTERS + code, tone)
