"""What stands at the edge of every page and belongs to none: page numbers, running heads and feet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from kehoach.extract.blocks import DropReason
from kehoach.extract.readers.pages.lines import Line

__all__ = ["edge_lines"]

_DEPTH = 3  # lines of a running head
_SAME_PLACE = 4.0  # points
_MARGIN = 0.13  # of the page's height: where a page number stands
_OFTEN = 3  # pages
_NEARLY_ALL = 0.8
_NUMBER = re.compile(
    r"(?:(?:trang|page)(?:\s+số)?\s*:?\s*)?[-–—(\[|]?\s*(\d{1,4})\s*[-–—)\]|]?(?:\s*(?:/|of|trên)\s*\d{1,4})?\.?",
    re.IGNORECASE,
)
_APPENDIX = re.compile(r"(?:phụ lục|biểu)\b", re.IGNORECASE)

Key = tuple[str, int]


def edge_lines(
    pages: Mapping[int, Sequence[Line]], heights: Mapping[int, float]
) -> dict[int, list[tuple[Line, DropReason]]]:
    """The lines outside the text by page, each with its reason.

    `pages` holds the lines of each page that stand in no table, from top to bottom. A page number is a number alone
    in the upper or lower margin; a running head the same words at the same place of several pages running, from the
    outermost line inwards.
    """
    found: dict[int, list[tuple[Line, DropReason]]] = {number: [] for number in pages}
    for from_end in (False, True):
        rest = {number: [*lines][::-1] if from_end else [*lines] for number, lines in pages.items()}
        for _ in range(_DEPTH):
            _take_numbers(rest, heights, found)
            running = _running({at: lines for at, lines in rest.items() if lines and _in_margin(lines[0], heights[at])})
            for number, lines in rest.items():
                if number in running:
                    found[number].append((lines.pop(0), "repeated-text"))
    return found


def _take_numbers(
    rest: Mapping[int, list[Line]],
    heights: Mapping[int, float],
    found: Mapping[int, list[tuple[Line, DropReason]]],
) -> None:
    for number, lines in rest.items():
        if lines and _in_margin(lines[0], heights[number]) and _NUMBER.fullmatch(lines[0].text):
            found[number].append((lines.pop(0), "page-number"))


def _in_margin(line: Line, height: float) -> bool:
    return line.bottom < _MARGIN * height or line.top > (1 - _MARGIN) * height


def _running(rest: Mapping[int, Sequence[Line]]) -> set[int]:
    """The pages whose outermost line comes again at the same place of the pages around it.

    Where other words stand at that place of other pages, it is the place of any first line, and no head runs there.
    """
    places: dict[Key, list[int]] = defaultdict(list)
    at_place: dict[int, list[int]] = defaultdict(list)
    for number, lines in rest.items():
        places[_key(number, lines)].append(number)
        at_place[_key(number, lines)[1]].append(number)
    pages: set[int] = set()
    for (words, place), numbers in places.items():
        within = [number for number in at_place[place] if numbers[0] <= number <= numbers[-1]]
        if len(numbers) >= _OFTEN and len(numbers) >= _NEARLY_ALL * len(within):
            pages.update(numbers[1:] if _APPENDIX.match(words) else numbers)
    return pages


def _key(number: int, lines: Sequence[Line]) -> Key:
    """The words of the outermost line, its page's number as `#`, and about where it stands.

    `PHỤ LỤC` above different captions on several pages is no running head.
    """
    words = lines[0].text
    if _APPENDIX.match(words):
        return " ".join(line.text for line in lines[:2]), round(lines[0].top / _SAME_PLACE)
    return re.sub(rf"(?<!\d){number}(?!\d)", "#", words), round(lines[0].top / _SAME_PLACE)
