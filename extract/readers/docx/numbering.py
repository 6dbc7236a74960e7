"""The numbers that Word prints before paragraphs and that stand nowhere in the text: `1.`, `a)`, `II.1.`, `Điều 3.`"""

from __future__ import annotations

import re
from typing import NamedTuple

from kehoach.extract.readers.docx.styles import Styles
from kehoach.extract.readers.docx.xml import Element, attribute, child, children, first, is_on, number

__all__ = ["Numbering"]

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_COUNTED = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"]
_TYPED_BULLETS = frozenset("-–—+*")  # bullets that a typist would type; all others become a dash


class _Level(NamedTuple):
    """How a level of a list counts and what it prints; `restarts`: after which level (1-based), 0 for never."""

    start: int = 0
    format: str = "decimal"
    text: str = ""
    arabic: bool = False
    suffix: str = " "
    restarts: int | None = None
    hidden: bool = False


class _List(NamedTuple):
    """A list as paragraphs refer to it: its levels, the abstract list it counts with, levels that start anew."""

    counter: str
    levels: dict[int, _Level]
    anew: list[int]


class Numbering:
    """Counts the lists of a file; ask for each paragraph once, in order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._abstract = {attribute(node, "w:abstractNumId") or "": node for node in children(root, "w:abstractNum")}
        self._nums = {attribute(node, "w:numId") or "": node for node in children(root, "w:num")}
        self._styles = styles
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._used: set[str] = set()

    def label(self, paragraph: Element) -> str:
        """What Word prints before this paragraph, with the space after it; "" for none. Counts on."""
        name, depth = self._number_of(paragraph)
        found = self._list(name) if name else None
        if found is None or name is None or depth not in found.levels:
            return ""
        counts = self._count(name, found, depth)
        level = found.levels[depth]
        if level.hidden:
            return ""
        if level.format == "bullet":
            return f"{level.text if level.text in _TYPED_BULLETS else '-'} "
        text = _PLACE.sub(lambda match: _shown(found, counts, int(match[1]) - 1, level.arabic), level.text)
        return text + level.suffix if text else ""

    def _number_of(self, paragraph: Element) -> tuple[str | None, int]:
        """The list and level of a paragraph: by itself, or by its styles."""
        name, depth = None, None
        for properties in self._styles.paragraph_properties(paragraph):
            numbered = child(properties, "w:numPr")
            if numbered is None:
                continue
            depth = number(child(numbered, "w:ilvl"), default=-1) if depth is None else depth
            depth = None if depth == -1 else depth
            name = attribute(child(numbered, "w:numId"))
            if name is not None:
                break
        if name is None or name == "0":
            return None, 0
        if depth is None:
            depth = self._level_of_style(name, attribute(child(paragraph, "w:pPr", "w:pStyle")))
        return name, min(max(depth, 0), _LEVELS - 1)

    def _level_of_style(self, name: str, style: str | None) -> int:
        """The level that is tied to a style (`Heading 2` is the second one)."""
        abstract = self._abstract_of(self._nums.get(name))
        for level in children(abstract, "w:lvl"):
            if style is not None and attribute(child(level, "w:pStyle")) == style:
                return number(level, "w:ilvl")
        return 0

    def _abstract_of(self, node: Element | None) -> Element | None:
        """The abstract list of a list; one that is but a link to a numbering style leads to that style's."""
        abstract = self._abstract.get(attribute(child(node, "w:abstractNumId")) or "")
        linked = attribute(child(abstract, "w:numStyleLink"))
        if linked is None:
            return abstract
        other = attribute(child(self._styles.style(linked), "w:pPr", "w:numPr", "w:numId"))
        return self._abstract.get(attribute(child(self._nums.get(other or ""), "w:abstractNumId")) or "")

    def _list(self, name: str) -> _List | None:
        if name not in self._lists:
            self._lists[name] = self._read_list(self._nums.get(name))
        return self._lists[name]

    def _read_list(self, node: Element | None) -> _List | None:
        abstract = self._abstract_of(node)
        if abstract is None:
            return None
        levels = {number(level, "w:ilvl"): _read_level(level) for level in children(abstract, "w:lvl")}
        anew = []
        for override in children(node, "w:lvlOverride"):
            depth = number(override, "w:ilvl")
            whole, start = child(override, "w:lvl"), child(override, "w:startOverride")
            if whole is not None:
                levels[depth] = _read_level(whole)
            if start is not None:
                levels[depth] = levels.get(depth, _Level())._replace(start=number(start))
                anew.append(depth)
        return _List(attribute(abstract, "w:abstractNumId") or "", levels, anew)

    def _count(self, name: str, found: _List, depth: int) -> list[int | None]:
        """Count a paragraph; lists made from one abstract list go on counting, unless told to start anew."""
        counts = self._counts.setdefault(found.counter, [None] * _LEVELS)
        if name not in self._used:
            self._used.add(name)
            for level in found.anew:
                if level < _LEVELS:
                    counts[level] = None
        current = counts[depth]
        counts[depth] = found.levels[depth].start if current is None else current + 1
        for deeper in range(depth + 1, _LEVELS):
            restarts = found.levels.get(deeper, _Level()).restarts
            if restarts is None or depth < restarts:
                counts[deeper] = None
        return counts


def _read_level(node: Element) -> _Level:
    text = attribute(child(node, "w:lvlText")) or ""
    suffix = attribute(child(node, "w:suff"))
    restarts = child(node, "w:lvlRestart")
    picture = first(node, "w:lvlPicBulletId") is not None
    return _Level(
        start=number(child(node, "w:start")),
        format="bullet" if picture else attribute(child(node, "w:numFmt")) or "decimal",
        text=text.strip() if suffix != "nothing" else text,
        arabic=bool(is_on(child(node, "w:isLgl"))),
        suffix="" if suffix == "nothing" else " ",
        restarts=None if restarts is None else number(restarts),
        hidden=bool(is_on(child(node, "w:rPr", "w:vanish"))),
    )


def _shown(found: _List, counts: list[int | None], depth: int, arabic: bool) -> str:
    """The number of a level as it is printed; one that was not counted yet shows where it will start."""
    level = found.levels.get(depth, _Level())
    count = counts[depth]
    value = level.start if count is None else count
    return _formatted(value, "decimal" if arabic and level.format != "none" else level.format)


def _formatted(value: int, format: str) -> str:
    """A number in one of Word's formats.

    >>> [_formatted(4, format) for format in ("decimalZero", "upperRoman", "lowerLetter", "vietnameseCounting")]
    ['04', 'IV', 'd', 'bốn']
    >>> _formatted(28, "upperLetter")
    'BB'
    """
    if format in ("none", "bullet"):
        return ""
    if format == "decimalZero":
        return f"{value:02d}"
    if format in ("upperRoman", "lowerRoman") and 0 < value < 4000:
        return _roman(value) if format == "upperRoman" else _roman(value).lower()
    if format in ("upperLetter", "lowerLetter") and 0 < value <= 780:
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)  # Z is followed by AA, BB
        return letter if format == "upperLetter" else letter.lower()
    if format == "vietnameseCounting" and 0 <= value < len(_COUNTED):
        return _COUNTED[value]
    return str(value)


def _roman(value: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text
