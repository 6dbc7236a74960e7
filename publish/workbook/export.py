"""Exports the tables of a run for people who work in Excel: a workbook, or a folder of CSV files."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from kehoach.publish.wording import Language, Words, words_of
from kehoach.publish.workbook.cells import Column, Link, Mark, Marked, Sheet
from kehoach.publish.workbook.csv_files import write_csv
from kehoach.publish.workbook.links import read_links
from kehoach.publish.workbook.matrix import matrix_sheets
from kehoach.publish.workbook.run import Run
from kehoach.publish.workbook.sheets import (
    Context,
    agencies_sheet,
    diagnostics_sheet,
    indicators_sheet,
    plans_sheet,
    tasks_sheet,
)
from kehoach.publish.workbook.sources import Sources
from kehoach.publish.workbook.xlsx import MOST_ROWS, sheet_name, write_xlsx
from kehoach.schemas.errors import OutputUnavailable

__all__ = ["ExportOptions", "Exported", "Form", "export_tables"]

Form = Literal["xlsx", "csv"]
_SHEETS = ("matrix", "indicators", "tasks", "agencies", "diagnostics", "plans")
_LEGEND: tuple[Mark, ...] = ("below", "missing", "pending", "conflict", "overdue")


class ExportOptions(NamedTuple):
    """How to export."""

    form: Form = "xlsx"
    language: Language = "vi"
    as_of: dt.date | None = None
    """The day on which what was due before is overdue; None marks nothing."""
    base: Path = Path()
    """The folder in which the run was started: the sources are named from there."""
    most_rows: int = MOST_ROWS


class Exported(NamedTuple):
    """What was written."""

    rows: dict[str, int]
    """Rows by the key of their sheet."""
    without_link: int
    """Sources that were not found, so that no link leads to them."""


def export_tables(folder: Path, target: Path, options: ExportOptions) -> Exported:
    """Write the tables of a run to a workbook or a folder of CSV files; the same tables give the same bytes.

    Raises InputMissing where the folder holds no run, OutputUnavailable where the target cannot be written.
    """
    words = words_of("workbook", options.language)
    run = Run(folder, words)
    sources = Sources(target, options.base, words)
    sheets = _sheets(Context(run, words, sources, options.language), options)
    with _aside(target) as aside:
        if options.form == "csv":
            rows = write_csv(aside, (sheet for sheet in sheets if sheet.key != "guide"), words, options.language)
            _put_files(aside, target)
        else:
            rows = write_xlsx(aside / "workbook.xlsx", sheets, words, options.language, options.most_rows)
            (aside / "workbook.xlsx").replace(target)
    lost = sum(sources.target(plan.source) is None for plan in run.plans.values())
    return Exported({key: rows[key] for key in _SHEETS}, lost)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder beside the target, in which it is written before it takes its place."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=target.parent, ignore_cleanup_errors=True) as aside:
            yield Path(aside)
    except OSError as error:
        hint = "; close it where it is open, in Excel for one" if isinstance(error, PermissionError) else ""
        raise OutputUnavailable(f"cannot write to {target}: {error.strerror or error}{hint}") from error


def _put_files(aside: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for path in sorted(aside.iterdir()):
        path.replace(folder / path.name)


def _sheets(context: Context, options: ExportOptions) -> Iterator[Sheet]:
    """The sheets, one after another, so that what the last one needed is not kept."""
    links = read_links(context.run, options.language)
    yield _guide(context.words, options.as_of is not None)
    room = options.most_rows - 1
    title = context.words("sheet.indicators")
    cell_of = {
        key: f"internal:'{sheet_name(title, at // room + 1)}'!A{at % room + 2}" for at, key in enumerate(links.order)
    }
    yield from matrix_sheets(context, links, cell_of if options.form == "xlsx" else {})
    del cell_of
    yield indicators_sheet(context, links)
    yield tasks_sheet(context, options.as_of)
    yield agencies_sheet(context)
    yield diagnostics_sheet(context)
    yield plans_sheet(context)


def _guide(words: Words, dated: bool) -> Sheet:
    """What each sheet holds, with a link to it, and what the colours mean."""
    columns = [Column(words("title"), 28), Column(words("guide.head"), 110)]
    rows = [
        (Link(words(f"sheet.{key}"), f"internal:'{words(f'sheet.{key}')}'!A1"), words(f"guide.{key}"))
        for key in _SHEETS
    ]
    colours = [
        (Marked(words(f"legend.{mark}"), mark), words(f"guide.{mark}"))
        for mark in _LEGEND
        if dated or mark != "overdue"
    ]
    notes = [(None, text) for text in words.group("guide.note").values()]
    return Sheet("guide", columns, [*rows, (None, None), *colours, (None, None), *notes], 0, filtered=False)
