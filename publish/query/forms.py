"""An answer as CSV, as JSON, as a table to look at. Days are ISO, text is NFC, lists in a cell are JSON."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
import shutil
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, Any

from kehoach.publish.query.engine import Answer

__all__ = ["answer_csv", "answer_json", "answer_table"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_GAP = "  "


def answer_csv(answer: Answer, file: IO[str]) -> int:
    """Write it as CSV, row by row as they come; null is empty. Gives the number of rows."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    count = 0
    for row in answer.rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def answer_json(answer: Answer, file: IO[str]) -> int:
    """Write it as a JSON list of objects, one a line, as they come. Gives the number of rows."""
    count = 0
    for row in answer.rows:
        record = dict(zip(answer.columns, map(_plain, row), strict=True))
        file.write(("[\n" if count == 0 else ",\n") + json.dumps(record, ensure_ascii=False, allow_nan=False))
        count += 1
    file.write("\n]\n" if count else "[]\n")
    return count


def answer_table(answer: Answer, file: IO[str]) -> int:
    """Write it in aligned columns; where a terminal is too narrow for them, each row as a block of lines, one a value.
    Nothing is cut off. Gives the number of rows.
    """
    rows = [[_plain(value) for value in row] for row in answer.rows]
    numbers = [_all_numbers(column) for column in zip(*rows, strict=True)]
    grid = [answer.columns, *([_shown(value) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*grid, strict=True)]
    if file.isatty() and sum(widths) + len(_GAP) * (len(widths) - 1) > shutil.get_terminal_size().columns:
        file.write("\n".join(_block(answer.columns, row) for row in grid[1:]))
        return len(rows)
    head, *body = (_line(row, widths, numbers or [False] * len(widths)) for row in grid)
    file.writelines([head, _GAP.join("─" * width for width in widths) + "\n", *body])
    return len(rows)


def _all_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float | None) and not isinstance(value, bool) for value in values)


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    """Numbers at the right of their column, words at the left."""
    padded = []
    for cell, width, number in zip(cells, widths, numbers, strict=True):
        blank = " " * (width - _width(cell))
        padded.append(blank + cell if number else cell + blank)
    return _GAP.join(padded).rstrip() + "\n"


def _block(columns: Sequence[str], cells: Sequence[str]) -> str:
    longest = max(map(_width, columns))
    pairs = zip(columns, cells, strict=True)
    return "".join(" " * (longest - _width(name)) + f"{name}: {cell}\n" for name, cell in pairs)


def _width(text: str) -> int:
    """Places on a terminal: a combining mark takes none, a Chinese character two."""
    from rich.cells import cell_len  # noqa: PLC0415

    return len(text) if text.isascii() else cell_len(text)


def _shown(value: Any) -> str:
    """On one line: `80`, not `80.0`, and no character that commands a terminal."""
    text = f"{value:.10g}" if isinstance(value, float) else _cell(value)
    return _CONTROL.sub("?", text)


def _cell(value: Any) -> str:
    """
    >>> _cell(None), _cell(True), _cell(dt.date(2026, 3, 31)), _cell(["I", "2"])
    ('', 'true', '2026-03-31', '["I", "2"]')
    """
    plain = _plain(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A value as JSON knows it: no number is NaN, days are ISO, what JSON has no word for is text."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case float() | Decimal():
            return float(value) if math.isfinite(value) else None
        case dt.date() | dt.time():
            return value.isoformat()
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case bytes():
            return value.hex()
    return str(value)
