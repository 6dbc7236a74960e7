"""The sheets of questions of the review workbook: their columns, their rows, what identifies a row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from kehoach.normalize.text import fold

__all__ = ["COLUMNS", "INPUTS", "SHEETS", "Column", "Question", "Sheet", "SheetName", "plain", "row_id", "shown_digest"]

SheetName = Literal["names", "agencies", "values", "audit"]
SHEETS: tuple[SheetName, ...] = ("names", "agencies", "values", "audit")


class Column(NamedTuple):
    """A column of a sheet; its head stands under `col.KEY` in the wording."""

    key: str
    width: int
    kind: Literal["shown", "verdict", "chosen", "words"] = "shown"
    """What a person fills in: one of the verdicts, an entry of a list, words; or nothing."""
    checked: bool = False
    """It says what the question is about: changed, the row is refused."""
    scored: bool = False
    """It shows scores: left out of a blind workbook."""


class Question(NamedTuple):
    """A row of a sheet."""

    row_id: str
    shown: Mapping[str, str | int]
    """The cells by column."""
    about: Mapping[str, Any]
    """What the answer is about, for the program: kept in the hidden manifest."""


class Sheet(NamedTuple):
    """A sheet of questions."""

    name: SheetName
    questions: Sequence[Question]


_ANSWER = (Column("note", 24, "words"), Column("author", 16, "words"))
_ENTRY = (Column("verdict", 22, "verdict"), Column("chosen", 34, "chosen"))
_ID = Column("row_id", 15)

COLUMNS: dict[SheetName, tuple[Column, ...]] = {
    "names": (
        _ID, Column("wording", 46, checked=True), Column("unit", 11, checked=True), *_ENTRY, Column("communes", 10),
        Column("examples", 34), Column("first", 34), Column("second", 34), Column("third", 34),
        Column("why", 34, scored=True), Column("why_not", 34, scored=True), *_ANSWER,
    ),
    "agencies": (
        _ID, Column("body", 40, checked=True), Column("level", 11, checked=True), *_ENTRY, Column("variants", 44),
        Column("mentions", 10), Column("first", 34), Column("second", 34), Column("third", 34),
        Column("why", 22, scored=True), *_ANSWER,
    ),
    "values": (
        _ID, Column("plan", 30, checked=True), Column("place", 18, checked=True), Column("field", 24, checked=True),
        Column("subject", 40, checked=True), Column("printed", 34, checked=True), Column("read", 24),
        Column("corrected", 26, "words"), Column("hint", 34), *_ANSWER,
    ),
    "audit": (
        _ID, Column("wording", 46, checked=True), Column("unit", 11, checked=True),
        Column("entry", 46, checked=True), *_ENTRY, Column("examples", 34), *_ANSWER,
    ),
}  # fmt: skip
_LETTERS: dict[SheetName, str] = {"names": "n", "agencies": "b", "values": "v", "audit": "m"}
_TELLING = 1000  # letters that identify a text: a cell holds no more than 32,767
INPUTS = ("verdict", "chosen", "corrected", "note", "author")
"""The columns that people fill in."""


def row_id(sheet: SheetName, *parts: str) -> str:
    """The id of a row: the same for the same question in every export; it begins with a letter, so it stays text."""
    return f"{_LETTERS[sheet]}-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:12]}"


def shown_digest(sheet: SheetName, cells: Mapping[str, object]) -> str:
    """Digest of what a row shows about its question, whatever a spreadsheet did to the form of the cells."""
    said = chr(31).join(plain(cells.get(column.key))[:_TELLING] for column in COLUMNS[sheet] if column.checked)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def plain(value: object) -> str:
    """A cell folded; `80`, `80.0` and the number 80 are alike, and so are `80%` and 0.8."""
    text = fold(str(value)) if value is not None else ""
    share = text.endswith("%")
    try:
        number = float(text.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        return text
    return f"{round(number / 100 if share else number, 9):g}"
