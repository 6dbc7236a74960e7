"""Letterhead and signature set in two columns by spaces: one column after the other.

ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  XÃ TÂN HIỆP                Độc lập - Tự do - Hạnh phúc
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.extract.blocks import EMPTY, Text

_GAP = re.compile(r"(?<=\S)(?:[ \u00a0]{3,}|[ ]*\t[\t ]*)(?=\S)")
_OPENS = re.compile(
    r"C[ỘO]NG H[ÒO][AÀ] X[ÃA] H[ỘO]I|ĐẢNG CỘNG SẢN VIỆT NAM|Nơi\s+nh[aâậ]n|\b(?:TM|T/M|KT|TL|TUQ)\.?\s", re.IGNORECASE
)
_STATE = re.compile(r"C[ỘO]NG H[ÒO][AÀ] X[ÃA] H[ỘO]I|ĐẢNG CỘNG SẢN VIỆT NAM", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\*?\s*S[ốó]\b", re.IGNORECASE)
_APPENDIX = re.compile(r"\s*(?:PHỤ LỤC|Phụ lục|KẾ HOẠCH|K Ế +H O Ạ C H|Biểu|BIỂU)\b")
_LONGEST_LEFT = 90  # characters: a recipient is shorter
_LONGEST_PAUSE = 6  # empty lines inside a signature block: room for the signature itself


def split_columns(lines: Sequence[Text]) -> list[Text]:
    """The same lines, with the left column of each two-column stretch before its right one.

    A stretch begins at a line with a wide gap that holds the words of a letterhead or of a signature block, and
    ends where a line runs across the gap.
    """
    result: list[Text] = []
    at = 0
    while at < len(lines):
        edge = _edge(lines[at])
        if edge is None:
            result.append(lines[at])
            at += 1
            continue
        left, right, at = _collect(lines, at, edge)
        result += [*left, EMPTY, *right, EMPTY]
    return result


def opens_columns(value: str) -> bool:
    """Whether a line holds the words with which a letterhead or a signature block begins."""
    return _OPENS.search(value) is not None


def begins_alone(value: str) -> bool:
    """Whether a line is the title of the document or of an appendix: no column goes on with it."""
    return _APPENDIX.match(value) is not None


def _edge(line: Text) -> int | None:
    """Column at which the right half begins, where this line opens a two-column stretch."""
    gap = _GAP.search(line.value)
    if gap is None or not opens_columns(line.value):
        return None
    return gap.end() if len(line.value[: gap.start()].strip()) > 2 else None


def _collect(lines: Sequence[Text], at: int, edge: int) -> tuple[list[Text], list[Text], int]:
    left: list[Text] = []
    right: list[Text] = []
    pause = 0
    closing = not _STATE.search(lines[at].value)
    tabbed = "\t" in lines[at].value.strip()
    while at < len(lines) and pause <= _LONGEST_PAUSE:
        line = lines[at]
        if not line.value.strip():
            pause += 1
            left.append(EMPTY)
            at += 1
            continue
        halves = _halves(line, edge, tabbed)
        if halves is None or (pause and _ends_after_pause(line, halves, closing)):
            break
        pause = 0
        left.append(halves[0])
        right.append(halves[1])
        at += 1
    return left, right, at


def _ends_after_pause(line: Text, halves: tuple[Text, Text], closing: bool) -> bool:
    """After an empty line a letterhead goes on with its number, a signature with a name; else the title follows."""
    if halves[1]:
        return False
    if len(line.value) > _LONGEST_LEFT or begins_alone(line.value):
        return True
    return not closing and _NUMBER.match(line.value) is None


def _halves(line: Text, edge: int, tabbed: bool) -> tuple[Text, Text] | None:
    """The two halves of a line; None where it runs across the gap (the column layout has ended)."""
    value = line.value
    if tabbed:
        before, tab, _ = value.partition("\t")
        return (line.slice(0, len(before)), line.slice(len(before) + 1)) if tab else (line, EMPTY)
    gaps = [gap for gap in _GAP.finditer(value) if abs(gap.end() - edge) < 0.5 * edge + 4]
    if gaps:
        gap = min(gaps, key=lambda gap: abs(gap.end() - edge))
        return line.slice(0, gap.start()), line.slice(gap.end())
    start = len(value) - len(value.lstrip())
    if start >= 0.6 * edge and start > 12:
        return EMPTY, line
    if len(value.rstrip()) <= edge + 2 and start < 0.5 * edge:
        return line, EMPTY
    return None
