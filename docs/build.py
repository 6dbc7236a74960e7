"""Writes the generated pages of docs/; with --check only says which are out of date (exit status 1).

tables.md and diagnostics.md come from `schemas/`, commands.md from the help texts of the commands, plan.schema.json
from the records.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from typer.main import get_command

from kehoach.cli import app
from kehoach.pipeline.store import Stored
from kehoach.schemas.codes import CODES
from kehoach.schemas.contract import tables_page

DOCS = Path(__file__).resolve().parent


def pages() -> dict[str, str]:
    """Each generated page by its name."""
    return {
        "tables.md": tables_page(),
        "diagnostics.md": diagnostics_page(),
        "commands.md": commands_page(),
        "plan.schema.json": plan_schema(),
    }


def plan_schema() -> str:
    """The JSON Schema of the files in `plans/`."""
    return json.dumps(msgspec.json.schema(Stored), ensure_ascii=False, indent=1) + "\n"


def diagnostics_page() -> str:
    """The codes, one a row."""
    rows = [f"| `{info.code}` | {info.severity} | {info.meaning} |" for info in CODES]
    head = ["| code | severity | meaning |", "|---|---|---|"]
    return "\n".join(["# Diagnostics", "", _DIAGNOSTICS, "", *head, *rows]) + "\n"


def commands_page() -> str:
    """The help of every command, as a terminal of 100 columns shows it."""
    parts = ["# Commands", "Made from the help texts by `make docs`."]
    for command in commands(get_command(app)):
        name = " ".join(("kehoach", *command))
        parts += [f"## {name}", f"```text\n{_help(command)}\n```"]
    return "\n\n".join(parts) + "\n"


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The app, then each of its commands and groups in the order of its help."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


_DIAGNOSTICS = """`kehoach check FILE` prints them as `file:line: severity code message` and ends with status 1 where an
error stands; a run writes them to `diagnostics.parquet`. An `error` makes a value untrustworthy, a `warning` should be
looked at, `info` is good to know. This page is made from `schemas/codes.py` by `make docs`."""


def _help(command: tuple[str, ...]) -> str:
    """From a process of its own: the width of help is set when the command is loaded."""
    environment = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    printed = subprocess.run(
        [sys.executable, "-m", "kehoach.cli", *command, "--help"],
        check=True,
        capture_output=True,
        env=environment,
        text=True,
        encoding="utf-8",
    ).stdout
    return "\n".join(line.rstrip() for line in printed.strip().splitlines())


def main(args: list[str]) -> int:
    """Write the pages, or check that they are current."""
    stale = [
        name
        for name, text in pages().items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in args:
        print(f"out of date, run `make docs`: {', '.join(stale)}" if stale else "docs are current", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(pages()[name], encoding="utf-8", newline="\n")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
