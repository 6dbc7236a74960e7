"""Beside what a user would take instead, in one run on the same files: see README.md."""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.scale import machine
from tests.corpus import TRUTH, text_plans
from tests.rendering.model import Line, Part, PrintedGrid, read_parts
from tests.rendering.office import convert
from tests.rendering.word import Style, word_file

READERS = Path(__file__).with_name("peer_readers.py")
PEERS = {"docx": ("markitdown", "docling"), "pdf": ("markitdown", "pdfplumber"), "md": ("markitdown", "docling")}

Cells = Counter[str]


class Result(NamedTuple):
    """What a tool took for all files of a format, and how many rows of the truth it gives whole."""

    tool: str
    version: str
    files: int
    failed: int
    processor: float
    memory: float
    rows: int


# --- the files --------------------------------------------------------------------------------------------------


def render(folder: Path, font: str) -> dict[str, list[Path]]:
    """All plans that are texts as Word files, as Markdown and, where LibreOffice is there, as PDF."""
    files: dict[str, list[Path]] = {"docx": [], "md": []}
    for name, path in text_plans().items():
        parts = read_parts(path)
        word, markdown = (folder / f"{Path(name).stem}.{kind}" for kind in ("docx", "md"))
        word.write_bytes(word_file(parts, Style(font=font)))
        markdown.write_text("\n".join(_markdown(parts)), encoding="utf-8")
        files["docx"].append(word)
        files["md"].append(markdown)
    if shutil.which("soffice"):
        files["pdf"] = convert(files["docx"], "pdf", folder)
    return files


def _markdown(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        for item in part.items:
            if isinstance(item, Line):
                yield f"**{item.text}**\n" if item.bold and item.text else f"{item.text}\n"
                continue
            for number, row in enumerate(_grid_rows(item)):
                yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in row) + " |"
                if not number:
                    yield "|" + "---|" * item.columns
            yield ""


def _grid_rows(grid: PrintedGrid) -> list[list[str]]:
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


# --- the rows ---------------------------------------------------------------------------------------------------


def true_rows() -> dict[str, list[Cells]]:
    """By sample, the rows of its truth that its renderings have, so that none can miss what was never set."""
    found = {}
    for name, path in text_plans().items():
        truth = TRUTH / f"{Path(name).stem}.json"
        if not truth.exists():
            continue
        tables = json.loads(truth.read_text(encoding="utf-8"))["tables"]
        wanted = [cells(row["cells"]) for table in tables for row in table["rows"]]
        grids = [item for part in read_parts(path) for item in part.items if isinstance(item, PrintedGrid)]
        printed = [cells(row) for grid in grids for row in _grid_rows(grid)]
        found[path.stem] = [row for row in wanted if any(row <= one for one in printed)]
    return found


_MARKS = re.compile(r"<br ?/?>|\*\*|\\(?=[^\w\s])|\s+")


def cells(row: Sequence[str]) -> Cells:
    """The filled cells of a row, without blanks, line breaks and marks of Markdown."""
    texts = (_MARKS.sub("", unicodedata.normalize("NFC", html.unescape(text))) for text in row)
    return Counter(text for text in texts if text)


def rows_found(wanted: dict[str, list[Cells]], given: dict[str, list[list[str]]]) -> int:
    """How many rows have all their cells in one row of what was given; more cells there do no harm."""
    count = 0
    for name, rows in given.items():
        printed = [cells(row) for row in rows]
        count += sum(any(row <= one for one in printed) for row in wanted.get(Path(name).stem, []))
    return count


# --- the tools --------------------------------------------------------------------------------------------------


def run(python: str, tool: str, files: Sequence[Path], wanted: dict[str, list[Cells]]) -> Result | None:
    """A tool over these files, in a process of its own; None, with a message, where it is not installed."""
    command = [python, str(READERS), tool, *map(str, files)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        print(f"{tool}: {ended.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    for name, why in said["failed"].items():
        print(f"{tool}: {name}: {why[:200]}", file=sys.stderr)
    rows = rows_found(wanted, said["rows"])
    return Result(tool, said["version"], len(files), len(said["failed"]), said["processor"], said["memory"], rows)


def line(kind: str, result: Result, ours: Result, total: int) -> str:
    """A row of the table; ratios are this package's to the peer's."""
    speed, own = (one.files / one.processor for one in (result, ours))
    ratios = [f"{own / speed:.2f}", f"{ours.memory / result.memory:.2f}"] if result is not ours else ["", ""]
    marks = [
        kind, f"{result.tool} {result.version}", f"{result.files - result.failed} of {result.files}", f"{speed:.1f}",
        ratios[0], f"{result.memory:.0f}", ratios[1], f"{result.rows / total:.1%} of {total}",
    ]  # fmt: skip
    return "| " + " | ".join(marks) + " |"


HEAD = ["format", "tool", "files read", "files/s", "kehoach : peer", "MB", "kehoach : peer", "rows found"]


def main() -> None:
    """Render, read by each tool, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers-python", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--formats", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--font", default="DejaVu Serif", help="of the Word files, and so of the PDFs [DejaVu Serif]")
    options = parser.parse_args()
    wanted = true_rows()
    total = sum(map(len, wanted.values()))
    print(machine(), "\n")
    print("| " + " | ".join(HEAD) + " |")
    print("|" + "---|" * len(HEAD))
    with tempfile.TemporaryDirectory() as folder:
        files = render(Path(folder), options.font)
        for kind in options.formats:
            ours = run(sys.executable, "kehoach", files[kind], wanted) if kind in files else None
            if ours is None:
                continue
            print(line(kind, ours, ours, total), flush=True)
            for tool in PEERS[kind]:
                result = run(options.peers_python, tool, files[kind], wanted)
                if result is not None:
                    print(line(kind, result, ours, total), flush=True)


if __name__ == "__main__":
    main()
