"""The order in which a PDF made by a word processor holds the text of a table, and how it is taken out.

The page holds the cells one after the other, row by row. What takes the text out starts a line where the height
changes, and sets an empty line where the height jumps or the left edge moves after the second line of a paragraph:
so the lines of a centred cell are parted by empty lines, and cells of one line that stand side by side share a line.
"""

from __future__ import annotations

import random
from typing import NamedTuple, Protocol

_PITCH, _HEIGHT, _LETTER, _SPACE = 15.0, 8.6, 5.6, 3.2  # points, of a serif fount of 13 points
_NARROW = frozenset("iíìỉĩịjltrfs.,;:()-/ ")


class _Table(Protocol):
    roles: list[str]
    header: list[str]
    rows: list[list[str]]
    groups: set[int]
    widths: list[int]


class _Run(NamedTuple):
    """A line of a cell as it stands on the page."""

    text: str
    x: float
    y: float


class _Layout:
    """Where columns stand and how their cells are set."""

    def __init__(self, made: _Table, dice: random.Random) -> None:
        self.widths = [max(width * _LETTER, 24.0) for width in made.widths]
        self.left = [60.0 + sum(self.widths[:column]) + 11 * column for column in range(len(self.widths))]
        centred = {role for role in ("lead", "coordinating", "deadline", "unit", "output") if dice.random() < 0.4}
        self.centred = [role in centred or role in ("ordinal", "target", "target2") for role in made.roles]
        self.middle = dice.random() < 0.5  # cells stand at the middle of their row


def length(text: str) -> float:
    """The width of a text in points."""
    return sum(_LETTER * (0.6 if letter in _NARROW else 1.35 if letter.isupper() else 1.0) for letter in text)


def streamed(made: _Table, seed: int, *, page: float = 600.0, repeat: bool = True) -> str:
    """The text of a table as it is taken out of a PDF; ``page``: the height of a page in points."""
    dice = random.Random(seed)
    layout = _Layout(made, dice)
    pages: list[list[_Run]] = [[]]
    top = _header(made, layout, pages[-1], 0.0)
    for index, row in enumerate(made.rows):
        cells = _cells(made, layout, index, row)
        while any(cells):
            room = int((page - top) // _PITCH)
            tall = max(map(len, cells))
            if room < 2 or (index in made.groups and room < tall):
                pages.append([])
                top = _header(made, layout, pages[-1], 0.0) if repeat else 0.0
                continue
            head = [cell[:room] for cell in cells]
            top = _place(head, layout, pages[-1], top, index in made.groups)
            cells = [cell[room:] for cell in cells]
    return "\n ".join("\n".join(_taken_out(runs)) for runs in pages) + "\n"


def _cells(made: _Table, layout: _Layout, index: int, row: list[str]) -> list[list[str]]:
    if index in made.groups:
        whole = sum(layout.widths) + 11 * (len(layout.widths) - 1)
        first = 1 if made.roles[0] == "ordinal" else 0
        return [
            [row[0]] if column < first else _wrap(row[first], whole) if column == first else []
            for column in range(len(row))
        ]
    return [_wrap(cell, width) for cell, width in zip(row, layout.widths, strict=True)]


def _header(made: _Table, layout: _Layout, runs: list[_Run], top: float) -> float:
    cells = [_wrap(head, width) for head, width in zip(made.header, layout.widths, strict=True)]
    tall = max(map(len, cells))
    for column, cell in enumerate(cells):
        low = top + (tall - len(cell)) * _PITCH / 2
        for number, line in enumerate(cell):
            x = layout.left[column] + (layout.widths[column] - length(line)) / 2
            runs.append(_Run(line, x, low + number * _PITCH))
    return top + tall * _PITCH + 3


def _place(cells: list[list[str]], layout: _Layout, runs: list[_Run], top: float, group: bool) -> float:
    tall = max(map(len, cells))
    for column, cell in enumerate(cells):
        low = top + ((tall - len(cell)) * _PITCH / 2 if layout.middle else 0.0)
        for number, line in enumerate(cell):
            indent = (layout.widths[column] - length(line)) / 2 if layout.centred[column] and not group else 0.0
            runs.append(_Run(line, layout.left[column] + max(0.0, indent), low + number * _PITCH))
    return top + tall * _PITCH + 3


def _wrap(text: str, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and length(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _taken_out(runs: list[_Run]) -> list[str]:
    lines: list[str] = []
    last: _Run | None = None  # the run that began the line before
    height, starts = -1e9, True
    for run in runs:
        if lines and abs(run.y - height) < _HEIGHT:
            lines[-1] += f" {run.text}"
            continue
        parted = last is not None and _is_parted(run, last, height, starts)
        if parted:
            lines.append("")
        starts = last is None or parted
        last, height = run, run.y
        lines.append(run.text)
    return lines


def _is_parted(run: _Run, last: _Run, height: float, starts: bool) -> bool:
    shift = run.x - last.x
    if abs(run.y - height) > 2.5 * _HEIGHT:
        return True
    return not starts and (shift > 2 * _SPACE or shift < -_SPACE)
