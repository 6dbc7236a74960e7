"""Reads the vocabularies: CSV files beside this module, extended by those of a workspace.

A vocabulary is a CSV with a header row. A workspace may hold a file of the same name under `vocabulary/`; its
rows come after the shipped ones and win where a reader keeps the last.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

_SHIPPED = Path(__file__).with_name("data")
_workspace: Path | None = None


def use_workspace(folder: Path | None) -> None:
    """Let the vocabularies of this workspace count from now on; None for the shipped ones alone."""
    global _workspace  # noqa: PLW0603 - one process reads with one workspace; the caches below depend on it
    if folder != _workspace:
        _workspace = folder
        forget()


def forget() -> None:
    """Read all files again: a file of the workspace has changed."""
    for clear in _caches:
        clear()


def on_change(clear: Callable[[], None]) -> None:
    """Register a cache's `cache_clear` to be called when the workspace changes."""
    _caches.append(clear)


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the vocabulary `name` (without `.csv`), shipped ones first, each column by its name.

    Raises FileNotFoundError where there is no such vocabulary.
    """
    found = list(read_rows(_SHIPPED / f"{name}.csv"))
    if _workspace is not None:
        extra = _workspace / "vocabulary" / f"{name}.csv"
        if extra.exists():
            found += read_rows(extra)
    return tuple(found)


def workspace_in_use() -> Path | None:
    """The workspace whose files count now."""
    return _workspace


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV with a header, each column by its name, cells stripped; a BOM is no part of it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]


_caches: list[Callable[[], None]] = [rows.cache_clear]
