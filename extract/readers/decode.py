"""Bytes to text: the encodings in which Vietnamese plans arrive.

UTF-8 with or without a byte order mark, UTF-16 with or without one, TCVN3 and VNI (typed for fonts from before
Unicode), Windows-1258, and (last) what charset-normalizer takes it for. The text comes back as Unicode NFC with `\\n`
as its only line break; letters that only look like Đ are Đ.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from kehoach.extract.readers.old_fonts import OldFonts
from kehoach.schemas.errors import NotReadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_LETTERS = re.compile(r"[^\W\d_]")
_VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.I)
_LINE_ENDS = re.compile("\r\n?|\x0b|\x85|\u2028|\u2029")
_ETH = re.compile("[ÐðƉ]")  # old fonts write `Ðồng` with the Icelandic or African letter that looks like Đ
_AS_D = str.maketrans("ÐðƉ", "ĐđĐ")
_TOO_STRANGE = 0.02  # share of control characters above which bytes are no text


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of a file's bytes, NFC, with `\\n` line breaks; form feeds stay.

    `declared` is the encoding that the file itself names; only Windows-1258 is believed, for what is no Unicode.
    Raises NotReadable for an empty file and for bytes that are no text.
    """
    if not data.strip(b"\x00 \t\r\n\x0c"):
        raise NotReadable("the file is empty")
    text = _unicode(data)
    text = _one_byte(data, declared) if text is None else in_unicode(text)
    if text is None or len(_NOT_TEXT.findall(text)) > _TOO_STRANGE * len(text):
        raise NotReadable("the bytes are no text (binary file, or an encoding that is not known)")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _ETH.search(text):
        text = text.translate(_AS_D)
    return _LINE_ENDS.sub("\n", text)


def in_unicode(text: str, *, throughout: bool = False) -> str:
    """A text typed for an old font as that draws it, line by line; any other text as it is.

    `throughout`: only where all of it was typed so.
    """
    lines = text.split("\n")
    fonts = OldFonts.of(lines)
    if fonts.encoding is None or (throughout and not fonts.throughout):
        return text
    return "\n".join(map(fonts.convert, lines))


def _unicode(data: bytes) -> str | None:
    return _by_mark(data) or _utf8(data) or _utf16_without_mark(data)


def _one_byte(data: bytes, declared: str | None) -> str | None:
    """Text of one byte a letter. TCVN3 and VNI come first: read as Windows-1258 they look a little Vietnamese too."""
    if declared and declared.endswith("1258"):
        return data.decode("cp1258", errors="replace")
    western = data.decode("cp1252", errors="replace")
    shown = in_unicode(western, throughout=True)
    if shown != western:
        return shown
    return _windows_1258(data) or _guessed(data)


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff")
    return None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        # One broken byte in a long text (a page cut in the middle of a letter) does not make it another encoding.
        text = data.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        return text if broken * 200 < len(text) and len(_VIETNAMESE.findall(text)) > broken and fault else None


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample):
        return None
    return data.decode("utf-16-be" if even > odd else "utf-16-le", errors="replace")


def _windows_1258(data: bytes) -> str | None:
    """Tone marks are characters of their own there (`a` + `´`), so the text must be composed."""
    if b"\x00" in data:
        return None
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    letters = len(_LETTERS.findall(text))
    return text if letters and 0.08 < len(_VIETNAMESE.findall(text)) / letters < 0.6 else None


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - heavy, and hardly ever needed

    best = from_bytes(data).best()
    return str(best) if best is not None and best.encoding != "ascii" else None
