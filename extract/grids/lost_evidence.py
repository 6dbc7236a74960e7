"""What the lines of a table whose columns were lost tell by themselves, before any cell is made of them.

**Ordinals** rise one by one, and other numbers do not.
A line may look as an ordinal and be none: `Y` is the rest of `Phòng Nghiệp vụ` / `Y`, `12` a figure, `14 Ấp` the rest
of a name. And one that follows `chuyển đổi số` is an ordinal, though `Nghị quyết số` / `57` is none.

**Blanks at line ends**: some programs leave one where a paragraph goes on and none where it ends. Then a line without
one ends its cell, and one with it may go on after an empty line (`1 Xây dựng Kế hoạch tuyên ` / empty / `truyền …`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kehoach.extract.blocks import Text
from kehoach.normalize.text import UPPER

Line = tuple[int, Text]


class Evidence(NamedTuple):
    """Numbers of lines: those that surely begin with an ordinal, those that look so but do not; those that end with
    a blank, and those that end without, where that tells something."""

    sure: frozenset[int] = frozenset()
    false: frozenset[int] = frozenset()
    open: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()


_FEW, _MOST = 10, 0.95  # lines within a block, and the share of them that end with a blank, to make it a habit
_LOW, _HIGH = 0.05, 1.5  # blanks to none before empty lines; with fewer a blank tells no more than the empty line
_LEAST = 5  # so many ordinals in a row are no chance
_SHARE = 0.8  # of the numbers that may be ordinals, so many in the chain say that the others are none
_CANDIDATE = re.compile(rf"(\d{{1,3}})[.)]?(?:$|\s+(?=[{UPPER}“\"]))")  # 7   7.   7 Duy trì tổ hỗ trợ
_LETTER = re.compile(r"([A-ZĐ])[.)]?$")
_LETTERS = "ABCDĐEFGHIKLMNOPQRSTUVXY"
_ROMAN_LETTERS = "IVXL"
_Link = tuple[float, int, int]  # worth of the best chain up to a candidate, the candidate before (-1), its number


def find_ordinals(blocks: Sequence[Sequence[Line]]) -> Evidence:
    """What the numbers in a table's body tell, which has a column of ordinals; ``blocks``: lines between empty ones."""
    lines = [line for block in blocks for line in block]
    numbers = list(_candidates(lines))
    chain = _chain([number for _, number in numbers])
    false = set(_false_letters(lines))
    if len(chain) < _LEAST:
        return Evidence(false=frozenset(false))
    sure = frozenset(numbers[index][0] for index in chain)
    if len(chain) >= _SHARE * len(numbers):
        false |= {line for line, _ in numbers if line not in sure}
    return Evidence(sure, frozenset(false))


def with_line_ends(evidence: Evidence, blocks: Sequence[Sequence[Line]], source: str) -> Evidence:
    """The evidence, and what the blanks at the ends of the lines tell, if anything; ``source`` is the whole text."""
    open_, closed = _line_ends(blocks, source)
    return evidence._replace(open=frozenset(open_), closed=frozenset(closed))


def _line_ends(blocks: Sequence[Sequence[Line]], source: str) -> tuple[list[int], list[int]]:
    """The lines with a blank at the end and those without; none where blanks do not tell the ends of cells."""
    within = [_ends_blank(lines[:-1], source) for lines in blocks if len(lines) > 1]
    blanks, others = sum(len(open_) for open_, _ in within), sum(len(closed) for _, closed in within)
    if blanks < _FEW or blanks < _MOST * (blanks + others):
        return [], []
    open_, closed = _ends_blank([lines[-1] for lines in blocks], source)
    if not _LOW * len(closed) < len(open_) < _HIGH * len(closed):
        return [], []
    return open_, closed + [at for _, found in within for at in found]


def _ends_blank(lines: Sequence[Line], source: str) -> tuple[list[int], list[int]]:
    """The lines that end with a blank and those that do not; a word cut at a hyphen (`57-` / `NQ/TW`) tells nothing."""
    found: tuple[list[int], list[int]] = ([], [])
    for at, text in lines:
        if text.value[-1] not in "-–/":
            _, start, length = text.pieces[-1]
            found[source[start + length : start + length + 1] not in _BLANKS].append(at)
    return found


_BLANKS = (" ", "\u00a0")  # the text may end there


def _candidates(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Lines with a number that a name follows, on the line or the next one."""
    for index, (at, text) in enumerate(lines):
        if text.value[0].isdigit() and (match := _CANDIDATE.match(text.value)):
            following = lines[index + 1][1].value if index + 1 < len(lines) else ""
            if match.end() < len(text.value) or following[:1].isupper():
                yield at, int(match[1])


def _chain(numbers: Sequence[int]) -> list[int]:
    """The indices of the longest run of numbers that rise by one; it may begin anew and leave out a few."""
    links: list[_Link] = []
    latest: dict[int, int] = {}  # by number: the candidate with it that ends the best chain
    best = -1  # the candidate that ends the best chain of all
    for index, number in enumerate(numbers):
        worth, before = (0.0, -1) if number == 1 else (-1.0, -1)
        for step, loss in ((1, 0.0), (2, 1.2), (3, 1.6)):
            other = latest.get(number - step)
            if other is not None and links[other][0] - loss > worth:
                worth, before = links[other][0] - loss, other
        if number == 1 and best >= 0 and links[best][0] - 1.2 > worth:
            worth, before = links[best][0] - 1.2, best
        links.append((worth + 1.0, before, number))
        if number not in latest or links[index][0] >= links[latest[number]][0]:
            latest[number] = index
        if best < 0 or links[index][0] > links[best][0]:
            best = index
    found = []
    while best >= 0:
        found.append(best)
        best = links[best][1]
    return found[::-1]


def _false_letters(lines: Sequence[Line]) -> Iterator[int]:
    """Lines of a single letter though the one before it in the alphabet never stood: `Y` in `Sở` / `Y` / `tế`."""
    seen = ""
    for at, text in lines:
        match = _LETTER.match(text.value) if len(text.value) <= 2 else _JOINED_LETTER.match(text.value)
        if match is None:
            continue
        place = _LETTERS.find(match[1])
        before = _LETTERS[max(0, place - 2) : max(0, place)]
        if match[1] in _ROMAN_LETTERS or place == 0 or any(letter in seen for letter in before):
            seen += match[1]
        elif len(text.value) <= 2:
            yield at


_JOINED_LETTER = re.compile(rf"([A-HĐ])(?:[.)]\s*|\s+[-–]?\s*|\s*[-–:]\s*)[{UPPER}]")  # B. HẠ TẦNG
