"""The report on disk: one file, or the overview with a folder of plans; written aside and put in place when whole."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kehoach.publish.report.overview import overview_of
from kehoach.publish.report.page import Pages
from kehoach.publish.report.run import read_run
from kehoach.publish.wording import Language, words_of
from kehoach.schemas.errors import OutputUnavailable

__all__ = ["MOST_BYTES", "Written", "write_report"]

MOST_BYTES = 15_000_000
"""Of a single file; a larger report gets a page for each plan."""
_REPORT, _PLANS = "report", "plans"  # while they are aside
_OURS = re.compile(r"[0-9A-Za-z_]{1,64}\.html")


class Written(NamedTuple):
    """What was written."""

    report: Path
    folder: Path | None
    """The folder of the plans' pages where there is one."""
    plans: int
    bytes: int


def write_report(outputs: Path, report: Path, language: Language = "vi", most_bytes: int = MOST_BYTES) -> Written:
    """Write the report of a run. Raises InputMissing where the folder is no run's, OutputUnavailable."""
    run = read_run(outputs)
    words = words_of("report", language)
    pages = Pages(run, words, language)
    overview = overview_of(run, words, language)
    folder = report.with_name(f"{report.stem}_plans")
    with _aside(report, folder) as aside:
        parts = _parts(pages, most_bytes)
        text = pages.report(overview, parts or [], folder.name).encode()
        split = parts is None or len(text) > most_bytes
        size = _write_plans(pages, f"../{report.name}", aside / _PLANS) if split else 0
        if split and parts:
            text = pages.report(overview, [], folder.name).encode()
        (aside / _REPORT).write_bytes(text)
        _put(aside, report, folder)
    return Written(report, folder if split else None, len(run.plans), len(text) + size)


def _parts(pages: Pages, most_bytes: int) -> list[str] | None:
    """Every plan as a part of one page; None where they are too much for it, so that not all are held at once."""
    parts: list[str] = []
    size = 0
    for plan in pages.run.plans:
        parts.append(pages.plan(plan))
        size += len(parts[-1].encode())
        if size > most_bytes:
            return None
    return parts


def _write_plans(pages: Pages, home: str, folder: Path) -> int:
    """A page for each plan; returns how many bytes they are."""
    folder.mkdir()
    size = 0
    for plan in pages.run.plans:
        page = pages.plan_page(plan, pages.plan(plan), home).encode()
        (folder / f"{plan.document.doc_id}.html").write_bytes(page)
        size += len(page)
    return size


@contextmanager
def _aside(report: Path, folder: Path) -> Iterator[Path]:
    """A folder beside the report in which all of it is written first. Raises OutputUnavailable."""
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        if report.is_dir():
            raise OutputUnavailable(f"cannot write to {report}: it is a folder, not a file")
        if folder.exists() and not _is_ours(folder):
            raise OutputUnavailable(f"cannot write to {folder}: it holds other files; give the report another name")
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=report.parent) as name:
            yield Path(name)
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {report}: {error.strerror or error}") from error


def _put(aside: Path, report: Path, folder: Path) -> None:
    """All of it into place; pages of an earlier report go."""
    if folder.exists():
        folder.replace(aside / "before")
    if (aside / _PLANS).exists():
        (aside / _PLANS).replace(folder)
    (aside / _REPORT).replace(report)


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and all(_OURS.fullmatch(path.name) for path in folder.iterdir())
