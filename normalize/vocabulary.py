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
        for forget in _caches:
            forget()


def on_change(forget: Callable[[], None]) -> None:
    """Register a cache's `cache_clear` to be called when the workspace changes."""
    _caches.append(forget)


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the vocabulary `name` (without `.csv`), shipped ones first, each column by its name.

    Raises FileNotFoundError where there is no such vocabulary.
    """
    found = list(_read(_SHIPPED / f"{name}.csv"))
    if _workspace is not None:
        extra = _workspace / "vocabulary" / f"{name}.csv"
        if extra.exists():
            found += _read(extra)
    return tuple(found)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]


_caches: list[Callable[[], None]] = [rows.cache_clear]
