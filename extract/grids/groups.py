"""The rows of a printed table: their numbers, which of them are headings, and which headings enclose each.

Numbering seen: `A` over `I` over `1` over `1.1`, the same with letters and Romans swapped, `-` and `a)` rows under a
numbered one, bare titles, `I, B, C, D` where the typist changed his mind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from kehoach.extract.blocks import EMPTY, Text
from kehoach.extract.grids import cells
from kehoach.extract.markers import marker_of
from kehoach.schemas.records import ColumnRole

__all__ = ["Line", "enclosing_groups", "is_group", "is_total", "lines_of_rows"]

LineKind = Literal["letter", "roman", "arabic", "dotted", "lower", "paren", "bullet", "none"]

_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_LETTERS = "ABCDĐEFGHIKLMNOPQRSTUVXY"
_TOTAL = re.compile(r"\W*(?:tổng(?: cộng| số| kinh phí| hợp)?|cộng(?: chung)?)\W*", re.IGNORECASE)
_SILENT: frozenset[ColumnRole] = frozenset({"ordinal", "name", "note"})  # what these hold makes no row an item
_NUMBERED = frozenset({"part", "roman", "upper", "arabic", "letter", "paren", "bullet"})


class Line(NamedTuple):
    """What the number and the cells of a row say: its label (`I`, `1.2`, `-`), its words, whether it has values."""

    kind: LineKind
    label: str
    title: Text
    values: bool


class Group(NamedTuple):
    """A heading row that is open: what kind of number it has, its label and its words."""

    kind: str
    label: str
    title: str


def lines_of_rows(rows: Sequence[Sequence[Text]], roles: Sequence[ColumnRole]) -> list[Line]:
    """What each row says by its number and by which cells are filled."""
    ordinal = roles.index("ordinal") if "ordinal" in roles else None
    name = roles.index("name") if "name" in roles else None
    valued = [column for column, role in enumerate(roles) if role not in _SILENT]
    found = []
    for row in rows:
        values = any(row[c] is cells.SPANNED or row[c].value.strip(" -–…._") for c in valued)
        number = row[ordinal] if ordinal is not None else EMPTY
        kind, label, title = _label(number, row[name] if name is not None else EMPTY, ordinal is not None)
        if kind in ("letter", "roman") and name is not None and not row[name]:
            title, values = _titled_elsewhere(row, ordinal) or (title, values)
        if not title and not label:
            title = next((cell for cell in row if is_total(cell)), EMPTY)
        if not title and not label:
            title = next((cell for cell in row if cell), EMPTY) if not values or name is None else EMPTY
        found.append(Line(kind, label, title, values))
    return [line._replace(kind="arabic") if _is_misread(found, at) else line for at, line in enumerate(found)]


def _is_misread(lines: Sequence[Line], at: int) -> bool:
    """Whether a row between the numbers `6` and `8` has a letter for its `7`."""
    line = lines[at]
    if line.kind != "letter" or not line.values or at + 1 == len(lines):
        return False
    above = next((other.label for other in reversed(lines[:at]) if other.kind == "arabic"), "")
    below = lines[at + 1].label
    return above.isdecimal() and below.isdecimal() and int(below) == int(above) + 2


def is_total(cell: Text) -> bool:
    """Whether a cell says that its row sums others up: `Tổng cộng`."""
    return _TOTAL.fullmatch(cell.value) is not None


def _titled_elsewhere(row: Sequence[Text], ordinal: int | None) -> tuple[Text, bool] | None:
    """The title of a heading outside the column of names, as where the lead stands before it: `A | THỂ CHẾ | |`."""
    filled = [cell for at, cell in enumerate(row) if at != ordinal and cell]
    return (filled[0], False) if len(filled) == 1 and filled[0] is not cells.SPANNED else None


def _label(number: Text, name: Text, numbered: bool) -> tuple[LineKind, str, Text]:
    """The label of a row, from its number or from the start of its words: `I. Phát triển hạ tầng` alone in a row."""
    value = number.value.strip()
    if cells.is_ordinal(value):
        label = value if value.startswith("(") else value.rstrip(".)/: ")
        return _kind(label), label or value, name
    words = name if not value else number if not name else EMPTY
    if not words:
        return "none", value, name
    marker = marker_of(words.value)
    if marker is None or marker.kind not in _NUMBERED or (numbered and marker.kind in ("bullet", "paren")):
        return "none", "", words
    label = marker.label.split(" ")[-1]  # `PHẦN II` is `II`
    return _kind(label), label, words.slice(marker.end)


def _kind(label: str) -> LineKind:
    if label.startswith("("):
        return "paren"
    if label[:1].isdigit():
        return "dotted" if "." in label else "arabic"
    if not label[:1].isalpha():
        return "bullet"
    if label.islower():
        return "lower"
    return "roman" if _ROMAN.fullmatch(label) else "letter"


def is_group(lines: Sequence[Line], at: int, numbered: bool) -> bool:
    """Whether a row is a heading: without values of its own, or with sub-rows (`3` over `3.1`).

    `numbered`: whether any row of the table has values; where none has, only letters and Romans are headings.
    """
    line = lines[at]
    below = lines[at + 1] if at + 1 < len(lines) else None
    if not line.title:
        return False
    if line.kind in ("arabic", "dotted") and is_sub_heading(lines, at + 1):
        return True
    if line.kind in ("letter", "roman"):
        if not line.values:
            return True
        return below is not None and below.kind in ("arabic", "dotted") and below.values
    if line.kind == "lower" and not line.values and below is not None and below.kind == "arabic" and below.values:
        return True  # `a Hạ tầng, dữ liệu` over `1, 2, 3`
    if line.kind == "none":
        return numbered and not line.values and not line.label
    return below is not None and bool(below.title) and _introduces(line, below)


def is_sub_heading(lines: Sequence[Line], at: int) -> bool:
    """`Trong đó:` under a numbered row and over its `-` rows: a bare title that ends with them."""
    if not 0 < at < len(lines) - 1:
        return False
    line = lines[at]
    bare = line.kind == "none" and bool(line.title) and not line.label and not line.values
    return bare and lines[at - 1].kind in ("arabic", "dotted") and lines[at + 1].kind == "bullet"


def _introduces(line: Line, below: Line) -> bool:
    bare = not line.values
    if below.kind == "dotted":
        return line.kind in ("arabic", "dotted") and _is_within(below.label, line.label)
    if below.kind == "bullet":
        return (bare or below.values) and (line.kind != "bullet" or (bare and line.label != below.label))
    if below.kind in ("lower", "paren"):
        return line.kind in ("arabic", "dotted") and (bare or below.values)
    if below.kind == "none":
        return bare and line.kind != "bullet" and not below.label
    # `1 Nhóm kinh tế` without values, then `1, 2, 3` anew
    return below.kind == "arabic" and line.kind == "arabic" and bare and below.label.lstrip("0") == "1" and below.values


def _is_within(label: str, outer: str) -> bool:
    return _numbers(label)[: len(_numbers(outer))] == _numbers(outer) and label.count(".") > outer.count(".")


def _numbers(label: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", label)]


def enclosing_groups(lines: Sequence[Line], groups: Sequence[bool]) -> list[list[Group]]:
    """For each row the headings that enclose it, outermost first."""
    open_groups: list[Group] = []
    found: list[list[Group]] = []
    for at, line in enumerate(lines):
        kind = "sub" if is_sub_heading(lines, at) else _resolved_kind(line, open_groups)
        over_arabic = groups[at] and at + 1 < len(lines) and lines[at + 1].kind == "arabic"
        open_groups = _still_open(open_groups, line, kind, groups[at])
        found.append(open_groups)
        if groups[at]:
            # `1 Nhóm kinh tế` or `a Hạ tầng` over `1, 2, 3`: the numbers below do not close it
            outer = {"arabic": "outer", "lower": "outer lower"}.get(kind, kind) if over_arabic else kind
            group = Group(outer, line.label, line.title.single_line().value)
            open_groups = [*open_groups, group]
    return found


def _resolved_kind(line: Line, open_groups: Sequence[Group]) -> str:
    """The kind of a number, a lone `I`, `V` or `X` read as the one that goes on: `H, I, K` are letters."""
    if line.kind == "bullet":
        return "bullet" + line.label
    if line.kind == "roman" and len(line.label) == 1:
        last = {group.kind: group.label for group in open_groups}
        before = _LETTERS[_LETTERS.index(line.label) - 1]
        if last.get("letter") == before and "roman" not in last:
            return "letter"
    return line.kind


def _still_open(open_groups: list[Group], line: Line, kind: str, heading: bool) -> list[Group]:
    kinds = [group.kind for group in open_groups]
    if kind == "sub":
        return _before(open_groups, lambda group: group.kind == "sub" or _bullet(group))
    if kind == "none":
        # a bare title stands under letters and Romans; a bare row goes on with what is open
        return _before(open_groups, lambda group: group.kind not in ("letter", "roman")) if heading else open_groups
    if kind in ("letter", "roman"):
        return _before_upper(open_groups, kinds, kind, line.label)
    if kind == "arabic":
        closing = ("arabic", "outer") if heading else ("arabic",)
        return _before(
            open_groups, lambda group: group.kind in (*closing, "dotted", "lower", "paren", "sub") or _bullet(group)
        )
    if kind == "dotted":
        return _before(
            open_groups,
            lambda group: (
                (group.kind in ("arabic", "dotted") and not _is_within(line.label, group.label))
                or group.kind in ("lower", "paren", "sub")
                or _bullet(group)
            ),
        )
    if kind in ("lower", "paren"):
        return _before(open_groups, lambda group: group.kind in (kind, f"outer {kind}") or _bullet(group))
    return open_groups[: kinds.index(kind)] if kind in kinds else open_groups


def _bullet(group: Group) -> bool:
    return group.kind.startswith("bullet")


def _before(open_groups: list[Group], closes: Callable[[Group], bool]) -> list[Group]:
    for at, group in enumerate(open_groups):
        if closes(group):
            return open_groups[:at]
    return open_groups


def _before_upper(open_groups: list[Group], kinds: list[str], kind: str, label: str) -> list[Group]:
    """What a letter or Roman number leaves open: what encloses its own kind; `B` after `I` is a slip for `II`."""
    if kind in kinds:
        return open_groups[: kinds.index(kind)]
    other = "letter" if kind == "roman" else "roman"
    if other in kinds:
        at = kinds.index(other)
        return open_groups[: at + 1] if _first(label, kind) else open_groups[:at]
    uppers = [at for at, each in enumerate(kinds) if each == "none"]
    return open_groups[: uppers[-1] + 1] if uppers else open_groups[:0]


def _first(label: str, kind: str) -> bool:
    return label == ("A" if kind == "letter" else "I")
