"""Finds the header of a table whose columns were lost, and its repetitions at the page breaks.

The header comes as its cells one under another, each hard-wrapped and perhaps parted by empty lines
(`Đơn vị` / `Chủ trì` / empty line / `(Rõ người)`). Which lines make one cell is decided by the vocabulary of column
heads, by the numbers of the columns where they stand there (`(1) Nhiệm vụ (2) Sản phẩm`, or a row `(1) (2) (3)` below),
and by what recurs at the next page.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kehoach.extract.blocks import Text, join
from kehoach.extract.grids.lost_heads import (
    JOINED,
    MAX_CELL,
    MAX_PARTS,
    NUMBER_IN_LINE,
    Atom,
    role_of,
    roles_of,
    segment,
)
from kehoach.extract.grids.lost_units import INT, NUMBERED, ORD, ROMAN, classify
from kehoach.normalize.text import UPPER, bare
from kehoach.schemas.records import ColumnRole

__all__ = ["Header", "find_headers", "role_of"]


class Header(NamedTuple):
    """A header: its lines ``start:end``, its cells, what they hold, and where it recurs.

    ``spans`` holds the first occurrence and the others, each as its lines (start, end);
    ``numbers`` the rows of column numbers below it: their lines, and how many numbers.
    """

    start: int
    end: int
    cells: list[Text]
    roles: list[ColumnRole | None]
    spans: list[tuple[int, int]]
    numbers: list[tuple[int, int, int]]


_HEADS = re.compile(
    rf" +(?=[{UPPER}]|(?<![Nn]ăm )(?<!NĂM )(?<!đoạn )(?<!ĐOẠN )(?<![Đđ]ến )(?<![-–] )(?<![KT]H )20\d\d(?![\w/]))"
)  # before `Cơ` in `Ghi chú Cơ quan`, before `2026` in `Đơn vị tính 2026`, not in `Năm 2026`, `KH 2026/ƯTH 2025`
_YEAR_TO_COME = re.compile(r"(?:năm|đoạn|kỳ|\b[KT]H)$", re.IGNORECASE)  # `Chỉ tiêu năm` / `2026`
_FIRST_ROW = re.compile(rf"(?:\d{{1,3}}|[IVX]{{1,4}}|[A-Z]|[a-c])[.)]?\s+[{UPPER}]")  # 1 Xây dựng …   I Hoàn thiện …
_NO_HEAD = re.compile(r"(?i:quý|tháng).*20\d\d|\d\s*/\s*20\d\d|(?i:thường xuyên)$")
_LONGEST_PART = 60  # characters without a capital: prose
_MAX_ATOMS = 48
_LONGEST_LINE = 160  # of heads on one line
_COLUMN_NUMBERS = re.compile(r"\(?(\d{1,2})\)?(?:\s*=.*)?")
_NUMBER_ROW = re.compile(r"\(?1\)?(?:\s+\(?\d{1,2}\)?){2,}")
_NAMES = {"name", "subtask"}
_AFTER_NAME = {"output", "target", "kpi", "unit", "coordinating", "baseline", "budget"}  # never before the name
_FACTS = {"lead", "coordinating", "output", "deadline", "unit", "target", "kpi", "baseline", "budget"}


def find_headers(lines: Sequence[Text]) -> Iterator[Header]:
    """The headers of lost tables, in order, each with its repetitions."""
    at = 0
    while at < len(lines):
        if _may_start(lines[at].value):
            header = _header_at(lines, at)
            if header is not None:
                yield header
                at = header.spans[-1][1]
                continue
        at += 1


def _may_start(line: str) -> bool:
    value = line.strip()
    if not value or value[-1] in ".;:" or "    " in value:
        return False
    if len(value) > MAX_CELL and not (len(value) < _LONGEST_LINE and _ORDINAL_HEAD.match(value)):
        return False
    if value.startswith("(1)"):
        return len(value) > 3
    if not value[0].isupper():
        return False
    if len(value) <= 45 and role_of(value) is not None:
        return True
    heads = _HEADS.split(value)  # `Chỉ tiêu Đơn vị tính Cơ quan chủ trì`: heads of one line share it
    return len(heads) > 1 and len(heads[0]) <= 45 and role_of(heads[0]) is not None


_ORDINAL_HEAD = re.compile(rf"(?:S?TT|Số TT|Stt)\s+(?=[{UPPER}])")  # heads of one line, many of them


def _header_at(lines: Sequence[Text], start: int) -> Header | None:
    atoms, numbers = _atoms(lines, start)
    if len(atoms) < 3 or (numbers is None and not _is_promising(atoms)):
        return None
    numbered = atoms[0].text.value.startswith("(1)")
    later = 0 if numbered else _better_start(atoms)
    if later:
        return _header_at(lines, atoms[later].line) if atoms[later].line > start else None
    cut = _numbered_cells(atoms) if numbered else segment(atoms, numbers[2] if numbers else 0)
    if cut[-1] < len(atoms) <= cut[-1] + 4 and not numbered and _first_row_follows(lines, atoms):
        every = segment(atoms, 0, every=True)  # heads of no known kind before the first row
        cut = every if _is_header(atoms, every) else cut
    if not _is_header(atoms, cut):
        return None
    end = numbers[0] if numbers and not numbered else _last_line(atoms, cut) + 1
    spans, end = _repetitions(lines, start, end)
    whole = [atom for atom in atoms if atom.line < end]
    if cut[-1] != len(whole):
        cut = [*cut[:-1], len(whole)] if numbered else segment(whole, 0, every=True)
        if not _is_header(whole, cut):
            return None
    cells = [_cell(whole[a:b]) for a, b in itertools.pairwise(cut)]
    found = [row for span in spans if (row := _number_row(lines, span[1], len(cells)))]
    return Header(start, end, cells, roles_of([_flat(cell) for cell in cells]), spans, found)


def _is_promising(atoms: Sequence[Atom]) -> bool:
    """Whether heads of three kinds stand among the first words: a quick test before the cells are cut."""
    found: set[str | None] = set()
    for atom, following in zip(atoms[:24], [*atoms[1:24], None], strict=False):
        found.add(role_of(atom.text.value))
        if following is not None:
            found.add(role_of(f"{atom.text.value} {following.text.value}"))
        if len(found - {None}) >= 3:
            return True
    return False


def _cell(atoms: Sequence[Atom]) -> Text:
    lines = itertools.groupby(atoms, lambda atom: atom.line)  # `Kết quả/ Sản` / `phẩm`: the blank is printed
    return join([join([atom.text for atom in line], " ") for _, line in lines], "\n")


def _flat(text: Text) -> str:
    return text.value.replace("\n", " ")


def _atoms(lines: Sequence[Text], start: int) -> tuple[list[Atom], tuple[int, int, int] | None]:
    """The lines from ``start`` on that may belong to a header, parted where a line holds several numbered cells;
    and the row of column numbers that ends them: its lines and how many they are."""
    atoms: list[Atom] = []
    gap = blanks = 0
    for at in range(start, min(len(lines), start + 3 * _MAX_ATOMS)):
        value = lines[at].value.strip()
        if not value:
            gap, blanks = 1, blanks + 1
            if blanks > 3:
                break
            continue
        row = _number_row(lines, at, 0) if len(value) <= 3 or value[:3] in ("1 2", "(1)") else None
        if row and atoms:
            return atoms, row
        if len(atoms) >= _MAX_ATOMS or _ends_header(value):
            break
        parts = list(_parts(lines[at].strip(), at, 1 + gap))
        if any(len(part.text) > _LONGEST_PART for part in parts):
            break
        goes_on = atoms and _YEAR_TO_COME.search(atoms[-1].text.value) and value[0].isdigit()
        atoms += [parts[0]._replace(gap=JOINED), *parts[1:]] if goes_on else parts
        gap = blanks = 0
    return atoms, None


def _first_row_follows(lines: Sequence[Text], atoms: Sequence[Atom]) -> bool:
    """Whether the first row follows these heads at once: `1`, `I Hạ tầng số` below `TT` / `Nhiệm vụ` …"""
    if role_of(atoms[0].text.value) != "ordinal":
        return False
    after = (lines[at].value.strip() for at in range(atoms[-1].line + 1, min(atoms[-1].line + 5, len(lines))))
    return re.match(r"[1IAa](?:[.)/]|\s|$)", next(filter(None, after), "")) is not None


def _ends_header(value: str) -> bool:
    if len(value) > 120 or _FIRST_ROW.match(value):
        return True
    return not value.startswith("(") and classify(value) in (ORD, INT, ROMAN, NUMBERED)


def _parts(line: Text, at: int, gap: int) -> Iterator[Atom]:
    """`(1) Nhiệm vụ (2) Sản phẩm` is two atoms; a head may also begin with any capital."""
    numbered = NUMBER_IN_LINE.match(line.value)
    marks = [match.span() for match in (NUMBER_IN_LINE if numbered else _HEADS).finditer(line.value) if match.start()]
    starts = [0, *((low if numbered else high) for low, high in marks)]
    for low, high in zip(starts, [*(low for low, _ in marks), len(line.value)], strict=True):
        yield Atom(line.slice(low, high).strip(), at, 0 if low else gap)


def _number_row(lines: Sequence[Text], start: int, count: int) -> tuple[int, int, int] | None:
    """A row of column numbers at or after ``start``: `1 2 3 4` in a line, or `(1)`, `(2)`, `(3)` one under another."""
    at, expected, first = start, 1, -1
    while at < len(lines) and at < start + 30:
        value = lines[at].value.strip()
        if value:
            if expected == 1 and _NUMBER_ROW.fullmatch(value):
                numbers = re.findall(r"\d+", value)
                fits = [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
                return (at, at + 1, len(numbers)) if fits and count in (0, len(numbers)) else None
            match = _COLUMN_NUMBERS.fullmatch(value)
            if not match or int(match[1]) != expected:
                break
            first = at if expected == 1 else first
            expected += 1
            last = at + 1
        elif expected == 1 and at > start + 2:
            break
        at += 1
    return (first, last, expected - 1) if expected > 3 and count in (0, expected - 1) else None


_LONGEST_TITLE = 24  # atoms: every capital of `CHỈ TIÊU CHỦ YẾU` begins one


def _better_start(atoms: Sequence[Atom]) -> int:
    """Index of the atom where the header really starts, if a title was taken for its first cell; else 0.

    `DANH MỤC NHIỆM VỤ` / `TT` / `Nhiệm vụ`: the ordinal column comes first; so does `(1)`.
    """
    named = role_of(atoms[0].text.value) == "ordinal" and bare(atoms[0].text.value) != "mục"  # MỤC TIÊU CỤ THỂ
    for index, atom in enumerate(atoms[1:_LONGEST_TITLE], 1):
        value = atom.text.value
        if index < 6 and value.startswith("(1)") and len(value) > 3:
            return index
        if not named and (index < 6 or atom.gap) and role_of(value) == "ordinal":
            return index
    return 0


def _numbered_cells(atoms: Sequence[Atom]) -> list[int]:
    """Where the cells `(1) …`, `(2) …` begin, and where the last one ends."""
    cut: list[int] = []
    for index, atom in enumerate(atoms):
        match = NUMBER_IN_LINE.match(atom.text.value)
        if match and int(match[1]) == len(cut) + 1:
            cut.append(index)
    if not cut:
        return [0]
    end = cut[-1] + 1
    while end < len(atoms) and _goes_on(atoms[cut[-1] : end], atoms[end]):
        end += 1
    return [*cut, end]


def _goes_on(cell: Sequence[Atom], atom: Atom) -> bool:
    value = atom.text.value
    if value[0].islower() or value[0] == "(" or cell[-1].text.value.count("(") > cell[-1].text.value.count(")"):
        return True
    return len(value) <= (12 if atom.gap else 20) and len(cell) < MAX_PARTS


def _is_header(atoms: Sequence[Atom], cut: Sequence[int]) -> bool:
    if not 4 <= len(cut) <= 13:
        return False
    texts = [" ".join(atom.text.value for atom in atoms[a:b]) for a, b in itertools.pairwise(cut)]
    roles = [role_of(text) for text in texts]
    known = {role for role in roles if role}
    if any(len(text) > MAX_CELL or _NO_HEAD.search(text) for text in texts):
        return False
    return (
        len(known) >= 3
        and not _NAMES.isdisjoint(role for role in roles[:3] if role)
        and _AFTER_NAME.isdisjoint(itertools.takewhile(lambda role: role not in _NAMES, roles))
        and not _FACTS.isdisjoint(known)
        and roles.count(None) <= len(roles) / 3
    )


def _last_line(atoms: Sequence[Atom], cut: Sequence[int]) -> int:
    return atoms[cut[-1] - 1].line


def _repetitions(lines: Sequence[Text], start: int, end: int) -> tuple[list[tuple[int, int]], int]:
    """The header's occurrences as lines, and its end, moved on where the same words follow every occurrence."""
    words = [word for line in lines[start:end] for word in line.value.split()]
    spans = [(start, end)]
    at = end
    while at < len(lines):
        value = lines[at].value
        if value and value.lstrip().startswith(words[0]):
            stop = _same_words(lines, at, words)
            if stop:
                spans.append((at, stop))
                at = stop
                continue
        at += 1
    if len(spans) > 1:
        extra = _common(lines, [stop for _, stop in spans])
        spans = [(first, _skip(lines, stop, extra)) for first, stop in spans]
    return spans, spans[0][1]


def _same_words(lines: Sequence[Text], at: int, words: Sequence[str]) -> int:
    """The line after the words if they stand from line ``at`` on, whatever their line breaks; else 0."""
    found = 0
    while at < len(lines) and found < len(words):
        here = lines[at].value.split()
        if here and here != list(words[found : found + len(here)]):
            return 0
        found += len(here)
        at += 1
    return at if found == len(words) else 0


def _common(lines: Sequence[Text], ends: Sequence[int]) -> int:
    """How many more lines with text are the same after every occurrence (and may belong to a header)."""
    tails = [[line.value.strip() for line in lines[end : end + 24] if line.value.strip()] for end in ends]
    count = 0
    for same in zip(*tails, strict=False):
        if len(set(same)) > 1 or _ends_header(same[0]) or len(same[0]) > 45 or count >= 12:
            break
        count += 1
    return count


def _skip(lines: Sequence[Text], at: int, count: int) -> int:
    while count and at < len(lines):
        count -= bool(lines[at].value.strip())
        at += 1
    return at
