"""The hidden sheet of the review workbook: what was exported, and a digest that shows whether it was changed."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kehoach.publish.review.sheets import Sheet, SheetName, shown_digest
from kehoach.publish.wording import Words
from kehoach.schemas.errors import NotReadable

__all__ = ["MANIFEST", "VERSION", "Asked", "Manifest", "make_manifest", "manifest_lines", "read_manifest"]

MANIFEST = "_kehoach"
"""The name of the sheet."""
VERSION = "1"
_HEAD = ("kehoach review", "version", "run", "digest")
_CELL = 32_000  # a cell of a workbook holds 32,767 characters


class Asked(NamedTuple):
    """A question of the export."""

    sheet: SheetName
    shown: str
    """Digest of what the row shows."""
    about: Mapping[str, Any]


class Manifest(NamedTuple):
    """What was exported: of which run, and the questions by row id."""

    run_id: str
    questions: Mapping[str, Asked]

    @property
    def digest(self) -> str:
        """Another for every other export."""
        lines = [(VERSION, self.run_id), *_lines(self)]
        return hashlib.sha256("\n".join("\t".join(line) for line in lines).encode()).hexdigest()[:16]


def make_manifest(run_id: str, sheets: Iterable[Sheet]) -> Manifest:
    """The manifest of an export."""
    return Manifest(
        run_id,
        {
            question.row_id: Asked(sheet.name, shown_digest(sheet.name, question.shown), question.about)
            for sheet in sheets
            for question in sheet.questions
        },
    )


def manifest_lines(manifest: Manifest) -> list[tuple[str, ...]]:
    """The rows of the hidden sheet."""
    return [_HEAD, ("", VERSION, manifest.run_id, manifest.digest), *_lines(manifest)]


def _lines(manifest: Manifest) -> list[tuple[str, ...]]:
    found = []
    for row_id, asked in manifest.questions.items():
        about = json.dumps(asked.about, ensure_ascii=False, sort_keys=True)
        parts = [about[start : start + _CELL] for start in range(0, len(about), _CELL)]
        found.append((row_id, asked.sheet, asked.shown, *parts))
    return found


def read_manifest(rows: Sequence[Sequence[object]] | None, words: Words) -> Manifest:
    """The manifest that a hidden sheet holds. Raises NotReadable with what is the matter with it."""
    if rows is None or len(rows) < 2 or [str(cell) for cell in rows[0][:2]] != list(_HEAD[:2]):
        raise NotReadable(words("manifest.missing"))
    version, run_id, digest = (_text(cell) for cell in (*rows[1], "", "", "", "")[1:4])
    if version != VERSION:
        raise NotReadable(words("manifest.version", version=version, known=VERSION))
    try:
        questions = {_text(row[0]): _asked(row) for row in rows[2:] if any(map(_text, row))}
    except (ValueError, IndexError) as error:
        raise NotReadable(words("manifest.damaged")) from error
    manifest = Manifest(run_id, questions)
    if manifest.digest != digest:
        raise NotReadable(words("manifest.damaged"))
    return manifest


def _asked(row: Sequence[object]) -> Asked:
    return Asked(_text(row[1]), _text(row[2]), json.loads("".join(map(_text, row[3:]))))  # type: ignore[arg-type]


def _text(cell: object) -> str:
    """A cell as it was written: `1`, also where a spreadsheet made a number of it."""
    return f"{cell:g}" if isinstance(cell, float) else unicodedata.normalize("NFC", str(cell))
