"""The marker at the start of a paragraph: `I.`, `1.1.`, `a)`, `(1)`, `-`, `PHẦN II`, `Điều 3.`"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from kehoach.normalize.text import UPPER

MarkerKind = Literal["part", "chapter", "article", "upper", "roman", "arabic", "letter", "paren", "bullet"]


class Marker(NamedTuple):
    """What stands before the text of a numbered paragraph or a list item.

    `label` is the marker without its punctuation (`I`, `1.1`, `a`, `(1)`, `-`); `end` is where the text begins;
    `depth` counts the numbers of an arabic marker (`1.1` → 2), otherwise 1.
    """

    kind: MarkerKind
    label: str
    end: int
    depth: int = 1


_ROMAN = r"(?=[IVXL])(?:X{0,3}|XL|L)(?:IX|IV|V?I{0,3})"
# A marker ends in `.`, `)`, `-`, `/` or `:`; before a letter the space may be missing (`1.Mục đích`,
# `I-MỤC TIÊU`), but `57-NQ/TW` or `06/QĐ-TTg` at the start of a line is a number of a document.
_END = (
    rf"\s?(?:[.):]\s?[-–]?|/(?=\s*[{UPPER}])(?![A-ZĐ]{{1,5}}[-–])"
    r"|[-–](?=\s|[^\W\d_])(?![A-ZĐ][\w.]{0,8}[/-]))\s*(?=\S)"
)
# A text that begins with a number of its own: 4. 100% cán bộ, 3. 02 mô hình, 2. 5/5 thôn; not `1. 500 người`, a number
# that a space cut.
_NUMBER = r"\.\s+(?=\d[\d.,]*\s?%|\d{1,2}(?:/\d{1,2})?\s+[^\W\d_])"
_PATTERNS: tuple[tuple[MarkerKind, re.Pattern[str]], ...] = (
    # PHẦN I. / PHẦN THỨ NHẤT / Phần A:
    (
        "part",
        re.compile(rf"((?:PHẦN|Phần)\s+(?:(?:THỨ|thứ)\s+[^\W\d_]+|{_ROMAN}\b|[A-E]\b|\d{{1,2}}\b))\s*[.:\-–]?\s*"),
    ),
    # CHƯƠNG II, Mục 1.
    ("chapter", re.compile(rf"((?:CHƯƠNG|Chương)\s+(?:{_ROMAN}\b|\d{{1,2}}\b))\s*[.:\-–]?\s*")),
    # Điều 3. Tổ chức thực hiện
    ("article", re.compile(r"((?:ĐIỀU|Điều)\s+\d{1,3})\s*[.:]\s*")),
    # 1.1. Về phát triển hạ tầng; 2.10 Rà soát (without a dot only before a capital: never "1.5 triệu")
    ("arabic", re.compile(rf"(\d{{1,2}}(?:\.\d{{1,2}}){{1,4}})(?:{_END}(?=[^\W\d]|[“\"(*])|\s+(?=[{UPPER}“\"]))")),
    ("arabic", re.compile(rf"(\d{{1,2}}){_END}(?=[^\W\d]|[“\"(*])")),
    ("arabic", re.compile(rf"(\d{{1,2}}(?:\.\d{{1,2}}){{0,4}}){_NUMBER}")),
    # III. NHIỆM VỤ; not the end of `… tại Phụ lục` / `II).`
    ("roman", re.compile(rf"({_ROMAN}){_END}(?=\w|[“\"(*\[«])")),
    ("upper", re.compile(rf"([A-HĐ]){_END}(?=[{UPPER}])")),
    # a) Rà soát; a. Rà soát; a/ Rà soát; a- Rà soát
    ("letter", re.compile(r"([a-zđ])(?:\s?[.)]\s*|[/-]\s+)(?=[^\W\d_]|[“\"(])")),
    ("paren", re.compile(r"(\(\s?(?:\d{1,2}|[a-zđ]|[ivx]{1,4})\s?\))\s*(?=\S)")),
    ("bullet", re.compile(r"([-–—+•●▪◦*·])\s*(?=[^\W_]|[“\"(≥≤>])")),
)
_FIRST = re.compile(r"[\dIVXLA-HĐa-zđ(\-–—+•●▪◦*·PpCĐ]")


@lru_cache(maxsize=8192)
def marker_of(text: str) -> Marker | None:
    """The marker at the very start of a text, or None.

    >>> marker_of("1.2. Về nguồn nhân lực:")
    Marker(kind='arabic', label='1.2', end=5, depth=2)
    >>> marker_of("I- MỤC TIÊU").label, marker_of("đ) Rà soát").label, marker_of("(3) Tỷ lệ").label
    ('I', 'đ', '(3)')
    >>> marker_of("4. 100% cán bộ").label, marker_of("2. 5/5 thôn").label
    ('4', '2')
    >>> marker_of("1. 500 người") is marker_of("2.500 người") is marker_of("100% hồ sơ") is marker_of("I can") is None
    True
    """
    if not text or not _FIRST.match(text):
        return None
    for kind, pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            label = re.sub(r"\s+", " ", found[1]).strip()
            depth = label.count(".") + 1 if kind == "arabic" else 1
            return Marker(kind, label.replace(" ", "") if kind == "paren" else label, found.end(), depth)
    return None


_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50}


def roman_number(letters: str) -> int | None:
    """What Roman digits count, in capitals or not; None for other letters.

    >>> roman_number("XIV"), roman_number("iv"), roman_number("A")
    (14, 4, None)
    """
    if not letters or not set(letters.upper()) <= _ROMAN_DIGITS.keys():
        return None
    values = [_ROMAN_DIGITS[letter] for letter in letters.upper()]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


_INLINE = re.compile(r"(?<=\s)\(\s?(\d{1,2}|[a-zđ]|[ivx]{1,4})\s?\)\s*(?=\S)")
_COUNTS = (
    tuple(str(number) for number in range(1, 21)),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
    tuple("abcdđeghik"),
    tuple("abcdefghijk"),
)


def inline_items(text: str) -> list[tuple[str, int, int]]:
    """The items that a paragraph counts in its running text, as marker and span of what stands behind it; none where
    it does not count from the first on.

    >>> value = "Về dịch vụ công: (i) 90% hồ sơ trực tuyến; (ii) chờ không quá 15 phút"
    >>> [(marker, value[start:end]) for marker, start, end in inline_items(value)]
    [('(i)', '90% hồ sơ trực tuyến;'), ('(ii)', 'chờ không quá 15 phút')]
    """
    found = list(_INLINE.finditer(" " + text))
    labels = tuple(match[1] for match in found)
    if len(labels) < 2 or all(labels != counted[: len(labels)] for counted in _COUNTS):
        return []
    ends = [match.start() - 1 for match in found[1:]] + [len(text)]
    spans = [(f"({match[1]})", match.end() - 1, end) for match, end in zip(found, ends, strict=True)]
    return [(label, start, start + len(text[start:end].rstrip())) for label, start, end in spans]


SECTION_KINDS = frozenset({"part", "chapter", "article", "upper", "roman", "arabic", "letter"})
