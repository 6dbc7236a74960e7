"""The words of a PDF page with their boxes, as PDFium finds them.

PDFium parts words where it sees a gap, also within a word whose letters come from two fonts (`ĐIỀ U KHO ẢN`): parts
without a gap between them are one word again. Left out is what nobody sees: text outside the page, text drawn
invisibly over visible text, the second copy of a word drawn twice to look bold.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from kehoach.extract.readers.old_fonts import OldFonts, font_encoding
from kehoach.extract.readers.pages.page import Word
from kehoach.extract.readers.pdf.frame import Frame
from kehoach.extract.readers.pdf.paths import clip_of

__all__ = ["PageText", "read_words"]

_TOKEN = re.compile(r"[^\s\x00-\x01\x03-\x1f]+")
_ASCENT, _DESCENT = 0.9, 0.22  # of the font size, above and below the base line
_GLUED = 0.1  # of the font size: less between two parts of a word than any space
_A_SPACE = 0.12  # of the font size: more than this between a space and the next word, and the space is seen
_SAME_BASE = 0.2  # of the font size
_ONE_WORD = 0.75  # of the font size: the width of a letter, at most
_BOLD = re.compile(r"bold|black|heavy|demi|[,-]b[di]?\b", re.IGNORECASE)
_CLEAR = str.maketrans({"\x02": "-", "\ufffe": "-", "\u00ad": None, "\u200b": None, "\ufeff": None, "\u2060": None})
_BEYOND = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_UNUSUAL = re.compile("[\x02\u00ad\u200b\u2060\ufb00-\ufb06\ufeff\ufffe]")
_NOTHING = re.compile("[\u00ad\u200b\u2060\ufeff]+")
_BEYOND_16_BITS = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_COPY = 2.0  # points
_CELL = 2.0  # points: more than what parts two touching letters
_INVISIBLE = {pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP}
_STROKED = {pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP}


class Look(NamedTuple):
    """How a piece of text is set: its size in points, the direction it runs in, whether it is bold or invisible."""

    size: float
    across: bool
    bold: bool
    hidden: bool
    font: str
    clip: tuple[float, float, float, float] | None = None
    """The part of the page outside which nothing of it is seen, in the PDF's own coordinates."""
    old: bool = False
    """Whether the font is one from before Unicode."""


class Glyphs(NamedTuple):
    """A word as PDFium parts them: its text, where it begins and ends on its base line, how it is set."""

    text: str
    x: float
    y: float
    end_x: float
    end_y: float
    look: Look
    space: bool = False
    """Whether a space of the file stands behind it,"""
    space_x: float = 0.0
    """and where: behind letters of the word that are drawn later, it may be."""


class PageText(NamedTuple):
    """The words of a page, and those of them that are set invisibly."""

    words: list[Word]
    hidden: list[Word]


def read_words(page: Any, frame: Frame) -> PageText:
    """The words of a page of pypdfium2 in the order in which they are drawn."""
    textpage = page.get_textpage()
    try:
        parts = list(_glued(_in_place(list(_glued(_parts(textpage))))))
    finally:
        textpage.close()
    clipped = {at for at, part in enumerate(parts) if _is_clipped(part)}
    if 2 * len(clipped) > len(parts):
        clipped = set()  # no clips of this page, but of a form that is placed elsewhere
    seen: dict[str, list[tuple[float, float]]] = {}
    words: list[Word] = []
    hidden: list[Word] = []
    fonts = _old_fonts(parts)
    for at, part in enumerate(parts):
        word = _word(part, frame, fonts)
        if at not in clipped and _is_on_page(word, frame) and not _is_copy(word, seen):
            (hidden if part.look.hidden else words).append(word)
    return PageText(words, hidden)


def _old_fonts(parts: Sequence[Glyphs]) -> OldFonts:
    """What the words of a page say of its fonts; one letter that only Unicode has speaks for Unicode."""
    texts = [part.text for part in parts]
    if not parts or _BEYOND.search("".join(texts)):
        return OldFonts()
    return OldFonts.of(texts)


def _is_clipped(part: Glyphs) -> bool:
    if part.look.clip is None:
        return False
    x0, y0, x1, y1 = part.look.clip
    middle = (part.x + part.end_x) / 2
    return not (x0 <= middle <= x1 and y0 <= part.y + 0.3 * part.look.size <= y1)


def _is_on_page(word: Word, frame: Frame) -> bool:
    width, height = frame.size
    return 0 < (word.x0 + word.x1) / 2 < width and 0 < (word.top + word.bottom) / 2 < height


def _is_copy(word: Word, seen: dict[str, list[tuple[float, float]]]) -> bool:
    """Whether the same word was drawn before, less than two points away."""
    places = seen.setdefault(word.text, [])
    for x, y in places:
        if abs(x - word.x0) < _COPY and abs(y - word.top) < _COPY:
            return True
    places.append((word.x0, word.top))
    return False


def _word(part: Glyphs, frame: Frame, fonts: OldFonts) -> Word:
    look = part.look
    up, down = _ASCENT * look.size, -_DESCENT * look.size
    if look.across:
        box = frame.box(part.x, part.y + down, part.end_x, part.end_y + up)
    else:
        box = frame.box(part.x - up, part.y, part.end_x - down, part.end_y)
    text = part.text
    if look.old or fonts.encoding:
        text = fonts.convert(text, look.font)
    if _UNUSUAL.search(text):
        text = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_CLEAR))
    return Word(unicodedata.normalize("NFC", text), *box, look.bold, None, part.space)


def _in_place(parts: Sequence[Glyphs]) -> Iterator[Glyphs]:
    """The words, with letters of another font where they are read.

    LibreOffice draws the letters that a font lacks behind all others of their line: `Đ NG TÂM H` and then `Ồ`, `Ạ`.
    """
    if len({part.look.font for part in parts}) < 2:
        yield from parts
        return
    left: dict[int, list[int]] = {}  # by a word, those that are read before it, or behind it
    right: dict[int, list[int]] = {}
    begins: dict[tuple[int, int], list[int]] = {}  # by place, the words that begin or end there
    ends: dict[tuple[int, int], list[int]] = {}
    spaced = {at: part.space_x for at, part in enumerate(parts) if part.space}
    moved = set()
    for at, part in enumerate(parts):
        if at and not _is_rest(parts[at - 1], part):
            before = next((one for one in _near(ends, part.x, part.y) if _follows(parts[one], part)), None)
            behind = next((one for one in _near(begins, part.end_x, part.y) if _follows(part, parts[one])), None)
            if before is not None:
                right.setdefault(before, []).append(at)
            elif behind is not None:
                left.setdefault(behind, []).append(at)
            if before is not None or behind is not None:
                moved.add(at)
        begins.setdefault(_place(part.x, part.y), []).append(at)
        ends.setdefault(_place(part.end_x, part.y), []).append(at)
    waiting = [at for at in range(len(parts) - 1, -1, -1) if at not in moved]
    while waiting:  # each stands for itself once what is read before it is out
        at = waiting.pop()
        if at >= 0 and at in left:
            waiting += [~at, *reversed(left.pop(at))]
            continue
        at = max(at, ~at)
        rest = right.pop(at, [])
        yield parts[at]._replace(space=at in spaced, space_x=spaced.get(at, 0.0))
        for other in rest:  # the space behind the word was drawn with the letters that the font has
            if at in spaced:
                spaced.setdefault(other, spaced[at])
        waiting += reversed(rest)


def _follows(last: Glyphs, part: Glyphs) -> bool:
    return last.look.font != part.look.font and _is_rest(last, part)


def _place(x: float, y: float) -> tuple[int, int]:
    return round(x / _CELL), round(y / _CELL)


def _near(words: dict[tuple[int, int], list[int]], x: float, y: float) -> Iterator[int]:
    """Those about a place, the nearest cells first."""
    column, row = _place(x, y)
    for across in (0, -1, 1):
        for down in (0, -1, 1):
            yield from words.get((column + across, row + down), ())


def _glued(parts: Iterable[Glyphs]) -> Iterator[Glyphs]:
    """The words, parts of one word with no gap between them put together."""
    last: Glyphs | None = None
    for part in parts:
        if last is not None and _is_rest(last, part):
            last = last._replace(text=last.text + part.text, end_x=part.end_x, space=part.space, space_x=part.space_x)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _is_rest(last: Glyphs, part: Glyphs) -> bool:
    size = last.look.size
    if not last.look.across or not part.look.across or abs(part.y - last.y) > _SAME_BASE * size:
        return False
    if last.space and part.x - last.space_x > _A_SPACE * size:
        return False
    return -0.3 * size < part.x - last.end_x < _GLUED * size


def _parts(textpage: Any) -> Iterator[Glyphs]:
    """The words as PDFium parts them; marks that have no width of their own (soft hyphens) are left out."""
    text = _text_of(textpage)
    reader = _Reader(textpage)
    before = 0
    last: list[Glyphs] = []
    for token in _TOKEN.finditer(text):
        parts = reader.token(text, *token.span())
        if not parts:
            continue
        if last and last[-1].space:
            last[-1] = reader.with_space(last[-1], parts[0], before)
        yield from last
        last, before = parts, token.end()
    yield from last


def _is_even(part: Glyphs, letters: int) -> bool:
    """Whether a word runs along one line and is as long as its letters can be."""
    if not part.look.across:
        return abs(part.end_x - part.x) < part.look.size
    length = part.end_x - part.x
    least = 0.1 * letters * part.look.size if letters > 1 else 0  # the last letter may be drawn before the others
    return least <= length <= letters * part.look.size * 1.3 and abs(part.end_y - part.y) < 0.6 * part.look.size


def _text_of(textpage: Any) -> str:
    """All characters of a page, one for each of PDFium's."""
    count = max(textpage.count_chars(), 0)
    text: str = textpage.get_text_range() if count else ""
    if len(text) == count and not _BEYOND_16_BITS.search(text):
        return text
    codes = (pdfium_c.FPDFText_GetUnicode(textpage, at) for at in range(count))
    return "".join([chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " " for code in codes])


class _Reader:
    """Asks PDFium for places; the looks of its text objects are kept, for a line is one of them."""

    def __init__(self, textpage: Any) -> None:
        self.raw = textpage.raw
        self.looks: dict[bytes, Look] = {}
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.ref_x, self.ref_y = ctypes.byref(self.x), ctypes.byref(self.y)
        self.rect = pdfium_c.FS_RECTF()
        self.ref = ctypes.byref(self.rect)

    def glyphs(self, value: str, start: int, end: int, space: bool = False) -> Glyphs | None:
        """The word of the characters from `start` to `end`."""
        if not pdfium_c.FPDFText_GetCharOrigin(self.raw, start, self.ref_x, self.ref_y):
            return None
        x, y = self.x.value, self.y.value
        look = self._look(start)
        pdfium_c.FPDFText_GetLooseCharBox(self.raw, end - 1, self.ref)
        rect, size = self.rect, look.size
        if look.across:
            level = rect.bottom - size < y < rect.top + size
            end_x, end_y = rect.right, y if level else rect.bottom
            if level and end - start > 1 and pdfium_c.FPDFText_GetCharOrigin(self.raw, end - 1, self.ref_x, self.ref_y):
                end_y = self.y.value  # the last letter may be that of a word on the next line
            return Glyphs(value, x, y, end_x, end_y, look, space)
        end_y = rect.top if abs(rect.top - y) > abs(rect.bottom - y) else rect.bottom
        return Glyphs(value, x, y, x, end_y, look, space)

    def token(self, text: str, start: int, end: int) -> list[Glyphs]:
        """The word from `start` to `end`; several where its letters do not stand side by side."""
        value, space = text[start:end], text[end : end + 1] == " "
        part = None if _NOTHING.fullmatch(value) else self.glyphs(value, start, end, space)
        if part is None:
            return []
        return [part] if _is_even(part, end - start) else self.letters(text, start, end, space)

    def with_space(self, part: Glyphs, following: Glyphs, at: int) -> Glyphs:
        """A word with the space behind it, the character `at`; without it where PDFium put it there.

        PDFium says so too of a space that stands away from both words, behind letters that are drawn later.
        """
        if pdfium_c.FPDFText_IsGenerated(self.raw, at) != 1:
            return part._replace(space_x=part.end_x)
        pdfium_c.FPDFText_GetLooseCharBox(self.raw, at, self.ref)
        x, near = self.rect.left, _GLUED * part.look.size
        if not part.look.across or abs(x - part.end_x) < near or abs(x - following.x) < near:
            return part._replace(space=False)
        return part._replace(space_x=x)

    def letters(self, text: str, start: int, end: int, space: bool) -> list[Glyphs]:
        """The characters one by one, glued where they stand side by side."""
        found = [self.glyphs(text[at], at, at + 1, space and at == end - 1) for at in range(start, end)]
        return list(_glued(part for part in found if part is not None))

    def _look(self, at: int) -> Look:
        handle = pdfium_c.FPDFText_GetTextObject(self.raw, at)
        key = bytes(handle)
        if key not in self.looks:
            self.looks[key] = _look_of(handle, pdfium_c.FPDFText_GetCharAngle(self.raw, at))
        return self.looks[key]


_NO_LOOK = Look(10.0, True, False, False, "")


def _look_of(handle: Any, angle: float) -> Look:
    if not handle:
        return _NO_LOOK
    size, matrix = ctypes.c_float(), pdfium_c.FS_MATRIX()
    pdfium_c.FPDFTextObj_GetFontSize(handle, size)
    pdfium_c.FPDFPageObj_GetMatrix(handle, matrix)
    scale = max(abs(matrix.d), abs(matrix.b), abs(matrix.c))
    font = pdfium_c.FPDFTextObj_GetFont(handle)
    name = _font_name(font)
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(handle)
    bold = bool(_BOLD.search(name)) or mode in _STROKED or pdfium_c.FPDFFont_GetWeight(font) >= 600
    across = min(angle % 3.14159265, 3.14159265 - angle % 3.14159265) < 0.8
    return Look(
        abs(size.value * scale) or 10.0,
        across,
        bold,
        mode in _INVISIBLE,
        name,
        clip_of(handle),
        font_encoding(name) is not None,
    )


def _font_name(font: Any) -> str:
    buffer = ctypes.create_string_buffer(256)
    length = pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 256)
    return buffer.raw[: max(0, min(length, 256) - 1)].decode("utf-8", "replace")
