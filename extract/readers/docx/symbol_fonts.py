"""Characters of Symbol and Wingdings as Unicode: ticks, arrows, `≥`, the marks of lists."""

from __future__ import annotations

import re

__all__ = ["from_symbol_font"]

# By code, which Word writes with or without 0xF000 added.
_SYMBOL = {
    0x2D: "-", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±",
    0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD0: "∠", 0xD1: "∇",
    0xD5: "∏", 0xDB: "⇔", 0xDC: "⇐", 0xDE: "⇒", 0xE5: "∑", 0x61: "α", 0x62: "β", 0x6D: "µ", 0x44: "Δ", 0x53: "Σ",
}  # fmt: skip
_WINGDINGS = {
    0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x73: "◆", 0x74: "◆", 0x75: "◆",
    0x76: "❖", 0x77: "◆", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
    0xE8: "→", 0xF0: "⇒", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x97: "●", 0x98: "●"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
_PRIVATE = re.compile("[\uf020-\uf0ff]")
_UNKNOWN = "\N{WHITE MEDIUM SMALL SQUARE}"  # something stands there, and nothing tells what


def from_symbol_font(text: str, font: str | None) -> str:
    """The text with the characters of a symbol font as Unicode.

    Characters for private use (U+F0xx) are such ones whatever the font; without a known font they are read as
    Wingdings, the common one.

    >>> from_symbol_font("\\uf0b3 80%", "Symbol"), from_symbol_font("\\uf0fc", "Wingdings"), from_symbol_font("a", None)
    ('≥ 80%', '✓', 'a')
    """
    table = _FONTS.get((font or "").lower())
    if table is not None and not _PRIVATE.search(text):
        return "".join(table.get(ord(letter), letter) for letter in text)
    if not _PRIVATE.search(text):
        return text
    codes = table or _WINGDINGS
    return _PRIVATE.sub(lambda match: codes.get(ord(match[0]) - 0xF000, _ascii_or_unknown(match[0])), text)


def _ascii_or_unknown(letter: str) -> str:
    """`(`, `1` and other plain signs, which Symbol draws as they are; else a square."""
    code = ord(letter) - 0xF000
    return chr(code) if code < 0x41 else _UNKNOWN
