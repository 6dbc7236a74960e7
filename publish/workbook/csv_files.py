"""Writes sheets as a folder of CSV files that Excel opens: UTF-8 with its mark, numbers and dates as it reads them."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from kehoach.publish.wording import Language, Words
from kehoach.publish.wording.forms import date_text
from kehoach.publish.workbook.cells import Cell, Column, Link, Marked, Sheet, Value, is_risky, safe_text

__all__ = ["write_csv"]


def write_csv(folder: Path, sheets: Iterable[Sheet], words: Words, language: Language) -> Counter[str]:
    """Write a file a sheet and count their rows. Raises OSError.

    Vietnamese Excel reads `;` between cells and `95,5`; English Excel `,` and `95.5`. Text that Excel would run as a
    formula gets an apostrophe before it; a number is never text.
    """
    counts: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for sheet in sheets:
        parts[sheet.key] += 1
        part = f"_{parts[sheet.key]}" if parts[sheet.key] > 1 else ""
        path = folder / f"{words(f'file.{sheet.key}')}{part}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";" if language == "vi" else ",")
            writer.writerow(_heads(sheet.columns, words))
            for cells in sheet.rows:
                writer.writerow(_line(cells, sheet.columns, language))
                counts[sheet.key] += 1
    return counts


def _heads(columns: Sequence[Column], words: Words) -> list[str]:
    heads = []
    for column in columns:
        head = f"{column.above}: {column.head}" if column.above else column.head
        heads += [_text(head), *([words("col.file")] if column.kind == "link" else [])]
    return heads


def _line(cells: Sequence[Cell], columns: Sequence[Column], language: Language) -> list[str]:
    """The cells of a row; a link is its text and, in a cell of its own, where it leads."""
    line = []
    for cell, column in zip(cells, columns, strict=True):
        value = cell[0] if isinstance(cell, Link | Marked) else cell
        line.append(_written(value, column, language))
        if column.kind == "link":
            target = cell.target if isinstance(cell, Link) else None
            line.append(_text((target or "").removeprefix("external:")))
    return line


def _written(value: Value, column: Column, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dt.date):
        return date_text(value, language)
    text = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text.replace(".", ",") if language == "vi" else text


def _text(text: str) -> str:
    """The text; `'- Tổ chức …` where a spreadsheet would take it for a formula."""
    text = safe_text(text)
    return f"'{text}" if is_risky(text) else text
