"""The report on disk: one file, or the overview with a folder of plans; written aside and put in place when whole."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
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
    parts = [pages.plan(plan) for plan in run.plans]
    text = pages.report(overview, parts, folder.name)
    files: dict[str, str] = {}
    if len(text.encode()) > most_bytes:
        text = pages.report(overview, [], folder.name)
        home = f"../{report.name}"
        files = {
            f"{plan.document.doc_id}.html": pages.plan_page(plan, part, home)
            for plan, part in zip(run.plans, parts, strict=True)
        }
    _put(report, text, folder, files)
    size = len(text.encode()) + sum(len(page.encode()) for page in files.values())
    return Written(report, folder if files else None, len(run.plans), size)


def _put(report: Path, text: str, folder: Path, files: Mapping[str, str]) -> None:
    """All of it aside, then into place; pages of an earlier report go."""
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        if report.is_dir():
            raise OutputUnavailable(f"cannot write to {report}: it is a folder, not a file")
        if folder.exists() and not _is_ours(folder):
            raise OutputUnavailable(f"cannot write to {folder}: it holds other files; give the report another name")
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=report.parent) as name:
            aside = Path(name)
            (aside / "report").write_bytes(text.encode())
            (aside / "plans").mkdir()
            for page, content in files.items():
                (aside / "plans" / page).write_bytes(content.encode())
            if folder.exists():
                folder.replace(aside / "before")
            if files:
                (aside / "plans").replace(folder)
            (aside / "report").replace(report)
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {report}: {error.strerror or error}") from error


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and all(_OURS.fullmatch(path.name) for path in folder.iterdir())
