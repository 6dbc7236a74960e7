"""Reads and extends the tab-separated files of a workspace, which people write too, in editors and spreadsheets.

Read are a BOM, CRLF, columns in another order, columns that nobody knows, and SSSOM's `#` lines above the header.
What was written stays byte for byte as it is: rows are only ever added below.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kehoach.normalize.text import tidy
from kehoach.schemas.folder import hold

__all__ = ["Line", "append_lines", "read_lines", "replace_text"]


class Line(NamedTuple):
    """A row of a file: where it stands and its cells by column."""

    number: int
    """1-based line of the file."""
    cells: Mapping[str, str]


def read_lines(path: Path, required: Sequence[str]) -> tuple[list[Line], list[str]]:
    """The rows of a file, and its faults, each as `decisions.tsv:12: what is wrong`; no file, no rows.

    A cell is NFC with single spaces; one that is missing is empty. Faults: not UTF-8, a column of `required` is
    missing or a name stands twice in the header, a row with more cells than the header, an open quotation mark.
    """
    if not path.exists():
        return [], []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return [], [f"{path.name}: not UTF-8; save it as tab-separated text in UTF-8"]
    lines = _rows(text)
    if not lines:
        return [], [f"{path.name}: no header; it begins with: {' '.join(required)}"]
    number, header = lines[0][0], [tidy(name) for name in lines[0][1]]
    faults = [f"{path.name}:{number}: no column {name}" for name in required if name not in header]
    faults += [f"{path.name}:{number}: two columns {name}" for name in _twice(header)]
    rows: list[Line] = []
    for number, cells in [] if faults else lines[1:]:
        if fault := _fault(cells, header):
            faults.append(f"{path.name}:{number}: {fault}")
        elif any(map(str.strip, cells)):
            padded = cells + [""] * (len(header) - len(cells))
            rows.append(Line(number, {name: tidy(cell) for name, cell in zip(header, padded, strict=False) if name}))
    return rows, faults


def append_lines(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Add rows below those of a file, all of them or none; a file that is missing gets the header `columns`.

    The file keeps its own order of columns and ends of lines; `columns` that it lacks are added to its header's end
    only by rewriting the header line. Raises OutputUnavailable where another process is writing to the workspace.
    """
    with hold(path.parent):
        before = path.read_bytes().decode("utf-8") if path.exists() else ""
        ending = "\r\n" if "\r\n" in before else "\n"
        header, before = _header(before, columns, ending)
        if before and not before.endswith("\n"):
            before += ending
        added = io.StringIO()
        writer = csv.writer(added, delimiter="\t", lineterminator=ending)
        for row in rows:
            writer.writerow([tidy(row.get(name, "")) for name in header])
        replace_text(path, before + added.getvalue())


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Each row with its line; comments above the header and empty lines left out."""
    lines = _split(text)
    skipped = 0
    while skipped < len(lines) and (lines[skipped].startswith("#") or not lines[skipped].strip()):
        skipped += 1
    reader = csv.reader(lines[skipped:], delimiter="\t")
    found: list[tuple[int, list[str]]] = []
    start = skipped + 1
    for cells in reader:
        if any(map(str.strip, cells)):
            found.append((start, cells))
        start = skipped + reader.line_num + 1
    return found


def _split(text: str) -> list[str]:
    """The lines with their ends; other than splitlines, a cell may hold a form feed."""
    return list(io.StringIO(text, newline=""))


def _twice(header: Sequence[str]) -> list[str]:
    return sorted({name for name in header if name and header.count(name) > 1})


def _fault(cells: Sequence[str], header: Sequence[str]) -> str | None:
    if any("\n" in cell for cell in cells):
        return "a quotation mark is open: the cell runs over the end of the line"
    if any(map(str.strip, cells[len(header) :])):
        return f"{len(cells)} cells under {len(header)} columns"
    return None


def _header(text: str, columns: Sequence[str], ending: str) -> tuple[list[str], str]:
    """The columns to write, and the text with a header that has them all."""
    rows = _rows(text.removeprefix("\ufeff"))
    if not rows:
        return list(columns), text + "\t".join(columns) + ending
    number, header = rows[0]
    names = [tidy(name) for name in header]
    missing = [name for name in columns if name not in names]
    if not missing:
        return names, text
    lines = _split(text)
    lines[number - 1] = "\t".join([lines[number - 1].rstrip("\r\n"), *missing]) + ending
    return names + missing, "".join(lines)


def replace_text(path: Path, text: str) -> None:
    """Put the new content in place at once, so that a reader never sees half of it."""
    aside = path.with_name(f".{path.name}.writing")
    with aside.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
