"""The command that writes a run's tables for Excel."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kehoach.commands.shared import Exit, Outputs, fail, say

if TYPE_CHECKING:
    from kehoach.publish.workbook.export import Form

__all__ = ["export_command"]


def export_command(
    outputs: Outputs,
    target: Annotated[
        Path, typer.Argument(metavar="WORKBOOK", help="The workbook (NAME.xlsx), or the folder for CSV files.")
    ],
    format: Annotated[
        Literal["xlsx", "csv"] | None, typer.Option(help="Default: xlsx for NAME.xlsx, csv for NAME.csv.")
    ] = None,
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Language of heads and labels.")] = "vi",
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], metavar="DATE", help="Mark the tasks due before this day."),
    ] = None,
    sources: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the run was started: links to the plans lead from there.")
    ] = Path(),
) -> None:
    """Write a run for Excel: the matrix of indicators by commune, indicators with targets, tasks, agencies, more.

    Sheets or files: matrix, indicators, tasks, agencies, diagnostics, plans. The same run gives the same bytes.
    """
    from kehoach.publish.wording import words_of  # noqa: PLC0415
    from kehoach.publish.workbook.export import ExportOptions, export_tables  # noqa: PLC0415

    options = ExportOptions(format or _form(target), lang, as_of.date() if as_of else None, sources)
    written = export_tables(outputs, target, options)
    words = words_of("workbook", lang)
    counts = ", ".join(f"{words(f'sheet.{key}')} {count}" for key, count in written.rows.items())
    typer.echo(f"{target}: {counts}")
    if written.without_link:
        say(words("report.no_sources", count=written.without_link))


def _form(target: Path) -> Form:
    forms: dict[str, Form] = {".xlsx": "xlsx", ".csv": "csv"}
    found = forms.get(target.suffix.lower())
    return found or fail(Exit.USAGE, f"{target}: name a workbook NAME.xlsx, or a folder with --format csv")
