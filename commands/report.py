"""The command that writes the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kehoach.commands.shared import Exit, Outputs, fail

__all__ = ["report_command"]


def report_command(
    outputs: Outputs,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The HTML file to write.")] = Path(
        "report.html"
    ),
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Language of the report.")] = "vi",
    split_at: Annotated[
        int, typer.Option(min=0, metavar="MB", help="A larger report gets a page for each plan, in FILE_plans/.")
    ] = 15,
) -> None:
    """Write a report that opens in a browser without a network: who sets which targets, what stands out, the tasks,
    and each plan beside its source text, where a click on a value shows the words it was read from."""
    from kehoach.publish.report import write_report  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415
    from kehoach.publish.wording.forms import number_text  # noqa: PLC0415

    if out.suffix.lower() not in (".html", ".htm"):
        fail(Exit.USAGE, f"{out}: the report is a web page; call it {out.name}.html")
    written = write_report(outputs, out, lang, split_at * 1_000_000)
    size = number_text(round(written.bytes / 1_000_000, 1), lang)
    key = "written.split" if written.folder else "written.one"
    words = words_of("report", lang)
    typer.echo(words(key, report=written.report, folder=written.folder, plans=written.plans, size=size))
