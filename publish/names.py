"""The links of names alone, as `kehoach match` prints them, and the file of names that it reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from kehoach.normalize.matching import NameMatch

__all__ = ["COLUMNS", "names_csv", "names_json", "read_names"]

COLUMNS = ("name", "canonical_id", "status", "probability", "runner_up_id", "explanation")


def read_names(text: str) -> list[tuple[str, str | None]]:
    """The names of a text, one a line, each with its unit where a tab parts one off; empty lines are no names."""
    pairs = [line.split("\t") for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    return [
        (pair[0].strip(), (pair[1].strip() or None) if len(pair) > 1 else None) for pair in pairs if pair[0].strip()
    ]


def names_csv(matches: Sequence[NameMatch]) -> str:
    """One row a name, in the order given; what is not known is empty."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(match, name)) for name in COLUMNS] for match in matches)
    return written.getvalue().rstrip("\n")


def names_json(matches: Sequence[NameMatch]) -> str:
    """A JSON list of the matches, with unit and method too; what is not known is null."""
    return json.dumps([match._asdict() for match in matches], ensure_ascii=False, indent=2)


def _cell(value: str | float | None) -> str:
    """A probability with four places."""
    return f"{value:.4f}" if isinstance(value, float) else value or ""
