"""Cuts the words of a header whose columns were lost into its cells: which lines and capitals begin a column's head.

The vocabulary of heads decides, and how heads are written: `Kế hoạch` / `2026` is one, `Đơn vị thực hiện` /
`Đơn vị theo dõi` are two, and none comes twice (of two with names, `Chỉ tiêu` and `Mục tiêu`, one holds figures).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kehoach.extract.blocks import Text
from kehoach.extract.grids.roles import header_role
from kehoach.normalize.text import bare
from kehoach.schemas.records import ColumnRole


class Atom(NamedTuple):
    text: Text
    line: int
    gap: int  # what stands before it: 0 a space, 1 a line break, 2 an empty line


JOINED = -1  # the gap of a year before which a head waits: `Chỉ tiêu năm` / `2026`
MAX_CELL, MAX_PARTS = 90, 8  # characters, atoms
NUMBER_IN_LINE = re.compile(r"(?<!\S)\((\d{1,2})\)")
_GENERAL = {"cơ quan", "đơn vị", "cơ quan, đơn vị", "các cơ quan", "các đơn vị"}  # heads that the next word decides
_ONCE = {"ordinal", "name", "subtask", "unit", "lead", "coordinating", "output", "kpi", "deadline", "note", "basis"}
_BODIES = {"lead", "coordinating"}
_VALUES = {"target", "baseline"}
_VALUE_HEAD = re.compile(r"(?i:mục tiêu|chỉ tiêu)(?: 20\d\d)?\b")  # the second of such heads holds the figures
_YEAR_ALONE = re.compile(r"20\d\d(?![\w/])")
_YEAR_INSIDE = re.compile(r"(.* 20\d\d) (\w.*)")
_UNFINISHED = {"so sánh", "ước", "dự kiến"}  # `So sánh` / `KH 2026/TH 2025`
_YEAR_END = re.compile(r"20\d\d\)?$")


@lru_cache(maxsize=8192)
def role_of(text: str) -> ColumnRole | None:
    role = header_role(NUMBER_IN_LINE.sub("", text, 1).strip())
    if role is None and (parts := _YEAR_INSIDE.fullmatch(text)):  # `Mục tiêu 2026 Tỉnh giao`
        roles = {header_role(parts[1]), header_role(parts[2])}
        return "target" if roles == {"target"} else None
    return role


def segment(atoms: Sequence[Atom], count: int, every: bool = False) -> list[int]:
    """Cuts atoms into header cells: the indices where cells begin, and the end of the last one.

    With ``count``, exactly so many cells, all atoms used; with ``every``, all atoms; else the best prefix.
    """
    flat = " ".join(atom.text.value for atom in atoms) + " "
    parted = any(atom.gap == 2 for atom in atoms[1:8])
    best: dict[tuple[int, int], _Cut] = {(0, 0): (0.0, (0,), frozenset())}
    for end in range(1, len(atoms) + 1):
        for start in range(max(0, end - MAX_PARTS), end):
            text = " ".join(atom.text.value for atom in atoms[start:end])
            if len(text) > MAX_CELL:
                continue
            gain, role = _cell_score(atoms[start:end], text, parted)
            head = _VALUE_HEAD.match(text)
            if flat.count(text + " ") > 1 and text.count(" ") > 1:
                gain -= 5.0  # over two columns, and printed with each: `Mục tiêu 2026`
            for cells in range(count or 1):
                before = best.get((start, cells))
                if before is None:
                    continue
                score = before[0] + gain
                if role in before[2]:  # `Chỉ tiêu` / `ĐVT` / `Mục tiêu`: the second holds the figures
                    score -= 2.5 if head and head.end() == len(text) and "unit" in before[2] else 4.0
                elif head and role == "target" and "name" in before[2]:
                    score += 4.0 if head.end() == len(text) else 2.5  # `Mục tiêu` / `2026`, `Chỉ tiêu` / `Tỉnh giao`
                key = (end, cells + 1 if count else 0)
                if key not in best or score > best[key][0]:
                    seen = before[2] | {role} if role in _ONCE else before[2]
                    best[key] = (score, (*before[1], end), seen)
    return list(_choose(best, len(atoms), count, every))


_Cut = tuple[float, tuple[int, ...], frozenset[str]]  # score, where cells begin, roles seen


def _choose(best: dict[tuple[int, int], _Cut], atoms: int, count: int, every: bool) -> tuple[int, ...]:
    if count:
        found = best.get((atoms, count))
        return found[1] if found else (0,)
    ends = [(value[0], value[1]) for (end, _), value in best.items() if end == atoms or not every]
    return max(ends)[1] if ends else (0,)


def _cell_score(atoms: Sequence[Atom], text: str, parted: bool) -> tuple[float, str]:
    role = role_of(text)
    first = atoms[0].text.value
    score = 3.0 if role else -1.5 - 0.5 * len(atoms)
    if role and len(atoms) > 1 and role_of(first) != role and (role_of(first) is None or bare(first) in _GENERAL):
        score += 2.5  # `Đơn vị` / `phối hợp`: only the whole names the column
    if text.lower() in _UNFINISHED:
        score -= 5
    if first[0].islower() or (first[0] == "(" and not NUMBER_IN_LINE.match(first)):
        score -= 5
    if atoms[0].gap == JOINED:
        score -= 6
    elif atoms[0].gap < 2:
        score -= (1.5, 2.0 if parted else 0.5)[atoms[0].gap]
    score += _inner_score(atoms, role)
    score -= sum(
        1.0 for atom in atoms[1:] if atom.gap == 2 and not (atom.text.value[0].islower() or atom.text.value[0] == "(")
    )
    return score, role or ""


def _inner_score(atoms: Sequence[Atom], role: ColumnRole | None) -> float:
    """What speaks for and against words in one cell: `Kế hoạch` / `2026`; `Đơn vị thực hiện` / `Đơn vị theo dõi`."""
    first, score = atoms[0].text.value, 0.0
    if _YEAR_ALONE.match(first) and len(atoms) > 1 and not _YEAR_ALONE.match(atoms[1].text.value):
        score -= 4 * (atoms[1].text.value[0].isupper())  # `2026` / `Mục tiêu`
    body = " ".join(first.split(" ")[:2])
    for index, atom in enumerate(atoms[1:], 1):
        value = atom.text.value
        if _YEAR_ALONE.match(value):
            plain = index == 1 and role in _VALUES and atom.gap != JOINED and first[0].isupper()
            score += 4 * (plain and role_of(first) != "name" and not _YEAR_END.search(first))
        elif value.startswith(body) and " " in body and atoms[index - 1].text.value[-1] not in ",/(":
            score -= 6
        elif role and value[0].isupper() and role_of(first) == role and role_of(value) not in (None, role):
            score -= 2.5 * (atoms[index - 1].text.value[-1] not in ",/(")  # `ĐVT` / `Mục tiêu`
        elif index == 1 and role in _BODIES and role_of(first) == "name" and role_of(value) == role:
            score -= 2.5  # `Mục tiêu` / `Cơ quan chủ trì`
    return score


def roles_of(heads: Sequence[str]) -> list[ColumnRole | None]:
    """What the columns hold; of two with names (`Chỉ tiêu`, `Mục tiêu`) the second holds the figures."""
    roles = [role_of(head) for head in heads]
    for index, head in enumerate(heads):
        if roles[index] == "name" and "name" in roles[:index] and _VALUE_HEAD.fullmatch(head):
            roles[index] = "target"
    return roles
