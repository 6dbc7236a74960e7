"""Where the text goes on after a table in the body: at the heading whose number follows that of the one above it.

II. THỜI GIAN, NỘI DUNG
STT  Nội dung …                       a table, whose groups would begin again from I
III. TỔ CHỨC THỰC HIỆN                no row of it
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.extract.blocks import Text
from kehoach.extract.markers import roman_number

__all__ = ["next_section"]

_HEADING = re.compile(r"\s*([IVX]{1,5})\s?[.\-–/)]\s*(?=\S)")
_APPENDIX = re.compile(r"\W*(?:PHỤ LỤC|Phụ lục|BIỂU|Biểu)\b")


def next_section(lines: Sequence[Text], start: int, stop: int) -> int | None:
    """The line from `start` on, before `stop`, that holds the heading in capitals which comes after the last one above
    `start`; None where there is none, or where the table has groups that are numbered so.
    """
    last = _last_above(lines, start)
    if not last:
        return None
    for at in range(start, stop):
        number = _heading(lines[at].value)
        if number == last + 1:
            return at
        if number:
            return None
    return None


def _last_above(lines: Sequence[Text], start: int) -> int:
    """The number of the heading under which a table of the body stands; 0 in an appendix."""
    for at in range(start - 1, -1, -1):
        value = lines[at].value
        if number := _heading(value):
            return number
        if _APPENDIX.match(value):
            return 0
    return 0


def _heading(line: str) -> int:
    """The number of a heading in capitals, from 1; 0 for any other line: `II. MỤC TIÊU` is 2."""
    found = _HEADING.match(line)
    return (roman_number(found[1]) or 0) if found and line.isupper() else 0
