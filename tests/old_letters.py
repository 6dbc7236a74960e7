"""Unicode to the codes of old fonts: what a typist of the nineties would have typed."""

from __future__ import annotations

from functools import cache

from kehoach.extract.readers.old_fonts import Encoding, letters

__all__ = ["ALPHABET", "typed"]

ALPHABET = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"


def typed(text: str, encoding: Encoding) -> str:
    """A Unicode text as it is typed for a font of this encoding; of TCVN3 a capital with a tone is a small letter."""
    return "".join(map(_codes(encoding).__getitem__, text)) if text else ""


@cache
def _codes(encoding: Encoding) -> _Codes:
    codes = _Codes()
    for code, letter in letters(encoding).items():
        codes.setdefault(letter, code)
    for letter in ALPHABET:
        small = codes[letter]
        codes.setdefault(letter.upper(), small.upper() if encoding == "vni" or letter.isascii() else small)
    return codes


class _Codes(dict[str, str]):
    def __missing__(self, letter: str) -> str:
        return letter
