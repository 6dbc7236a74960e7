"""Reads a review workbook back, whatever Excel or LibreOffice did to it: which rows hold an answer, and to what.

Sheets are known by their heads, not by their names; rows by their ids, wherever they stand; columns by their heads in
either language, wherever they stand. What is not known is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kehoach.normalize.text import tidy
from kehoach.publish.review.manifest import MANIFEST, Asked, Manifest, read_manifest
from kehoach.publish.review.sheets import COLUMNS, INPUTS, shown_digest
from kehoach.publish.wording import Words, meaning_of
from kehoach.schemas.errors import NotReadable

__all__ = ["Answer", "Filled", "Returned", "read_workbook"]

_HEAD_WITHIN = 20  # rows in which the head is sought: people write titles above it
_NEEDED = {"names": ("verdict",), "agencies": ("verdict",), "values": ("corrected",), "audit": ("verdict",)}


class Filled(NamedTuple):
    """A row of the workbook in which a person wrote something."""

    sheet: str
    """The name of its sheet in the workbook."""
    row: int
    """1-based, as the spreadsheet counts."""
    row_id: str
    cells: Mapping[str, str]
    """What the person wrote, by column of INPUTS."""
    numbers: frozenset[str] = frozenset()
    """The columns whose cell holds a number: `80%` may have become 0.8."""


class Answer(NamedTuple):
    """A filled row with the question that it answers."""

    filled: Filled
    asked: Asked


class Returned(NamedTuple):
    """What came back of an export."""

    manifest: Manifest
    answers: Sequence[Answer]
    refused: Sequence[tuple[Filled, str]]
    """The filled rows that answer no question, each with the reason."""
    faults: Sequence[str]
    """Sheets that could not be read, and why."""
    blank: int
    """Rows without an answer."""
    gone: int
    """Questions of the export that the workbook does not hold any more."""


class _Row(NamedTuple):
    filled: Filled
    shown: Mapping[str, object]


def read_workbook(path: Path, words: Words) -> Returned:
    """Read what people wrote. Raises NotReadable where it is no workbook, or its manifest does not fit."""
    sheets = _sheets(path)
    manifest = read_manifest(_hidden(sheets), words)
    faults: list[str] = []
    rows: list[_Row] = []
    for name, cells in sheets.items():
        found = _head(cells)
        if name.casefold() != MANIFEST and found is not None:
            at, heads = found
            columns, fault = _columns(name, heads, cells[at + 1 :], (manifest, words))
            faults += [fault] if fault else []
            rows += [] if fault else _rows(name, cells[at + 1 :], (at + 2, columns))
    return _sorted_out(rows, manifest, faults, words)


def _sheets(path: Path) -> dict[str, list[list[object]]]:
    """Every sheet as a grid from its first cell on."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - see kehoach --help

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}  # type: ignore[misc]
    except (CalamineError, OSError, ValueError) as error:
        raise NotReadable(f"{path}: no workbook that can be read ({error})") from error


def _hidden(sheets: Mapping[str, list[list[object]]]) -> list[list[object]] | None:
    return next((cells for name, cells in sheets.items() if name.casefold() == MANIFEST), None)


# --- heads and columns ------------------------------------------------------------------------------------------


def _head(cells: Sequence[Sequence[object]]) -> tuple[int, list[str | None]] | None:
    """The row of the heads and what each says; None for a sheet without a column of row ids."""
    for at, row in enumerate(cells[:_HEAD_WITHIN]):
        heads = [meaning_of("review", "col", _words_of(cell)) for cell in row]
        if "row_id" in heads:
            return at, heads
    return None


def _columns(
    name: str, heads: Sequence[str | None], below: Sequence[Sequence[object]], known: tuple[Manifest, Words]
) -> tuple[dict[str, int], str | None]:
    """Where each column stands; and what keeps the sheet from being read."""
    manifest, words = known
    columns = {key: at for at, key in reversed(list(enumerate(heads))) if key}
    twice = [key for key in columns if heads.count(key) > 1]
    ids = [_words_of(row[columns["row_id"]]) for row in below if len(row) > columns["row_id"]]
    kinds = {manifest.questions[one].sheet for one in ids if one in manifest.questions}
    needed = [
        key
        for kind in sorted(kinds)
        for key in (*_NEEDED[kind], *(column.key for column in COLUMNS[kind] if column.checked))
    ]
    missing = [key for key in needed if key not in columns]
    if twice:
        return columns, words("sheet.twice_column", sheet=name, column=words(f"col.{twice[0]}"))
    if missing:
        return columns, words("sheet.no_column", sheet=name, column=words(f"col.{missing[0]}"))
    return columns, None


def _rows(name: str, below: Sequence[Sequence[object]], where: tuple[int, Mapping[str, int]]) -> Iterator[_Row]:
    first, columns = where
    for number, row in enumerate(below, first):
        shown = {key: row[at] for key, at in columns.items() if at < len(row)}
        cells = {key: _words_of(shown[key]) for key in INPUTS if key in shown}
        row_id = _words_of(shown.get("row_id")).lower()
        numbers = frozenset(key for key in cells if isinstance(shown[key], float))
        if row_id or any(cells.values()):
            yield _Row(Filled(name, number, row_id, cells, numbers), shown)


def _words_of(cell: object) -> str:
    """A cell as a person would write it: the number 80 as `80`, a day as `30/6/2026`."""
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", ",")
    if isinstance(cell, dt.date):
        return f"{cell.day}/{cell.month}/{cell.year}"
    return tidy(str(cell))


# --- rows and questions -----------------------------------------------------------------------------------------


def _sorted_out(rows: Sequence[_Row], manifest: Manifest, faults: Sequence[str], words: Words) -> Returned:
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.filled.row_id, []).append(row.filled.row)
    answers: list[Answer] = []
    refused: list[tuple[Filled, str]] = []
    blank = 0
    for row in rows:
        if not _is_answered(row.filled):
            blank += 1
        elif why := _why_refused(row, manifest, numbers[row.filled.row_id], words):
            refused.append((row.filled, why))
        else:
            answers.append(Answer(row.filled, manifest.questions[row.filled.row_id]))
    gone = sum(row_id not in numbers for row_id in manifest.questions)
    return Returned(manifest, answers, refused, faults, blank, gone)


def _is_answered(filled: Filled) -> bool:
    """A name alone, filled down, is no answer."""
    return any(text for key, text in filled.cells.items() if key != "author")


def _why_refused(row: _Row, manifest: Manifest, numbers: Sequence[int], words: Words) -> str | None:
    row_id = row.filled.row_id
    if not row_id:
        return words("reason.no_id")
    if row_id not in manifest.questions:
        return words("reason.unknown_id", id=row_id)
    if len(numbers) > 1:
        return words("reason.twice", rows=", ".join(map(str, numbers)))
    asked = manifest.questions[row_id]
    return words("reason.changed") if shown_digest(asked.sheet, row.shown) != asked.shown else None
