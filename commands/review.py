"""The commands of the review: a workbook for people to decide in, and what they decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import typer

from kehoach.commands.shared import Exit, Workspace, fail, group, use_workspace_folder

__all__ = ["review_app"]

review_app = group("People decide: a workbook of questions, their answers, corrections, the blind audit.")

Outputs = Annotated[Path, typer.Argument(metavar="OUTPUTS", help="Folder with the tables of a run.")]
Book = Annotated[Path, typer.Argument(metavar="WORKBOOK", help="The review workbook (xlsx; to apply, ods too).")]
Lang = Annotated[Literal["vi", "en"], typer.Option(help="Language of the workbook and the reasons.")]
Form = Annotated[Literal["table", "json"], typer.Option(help="Form of the report.")]


@review_app.command("export", epilog="Example: kehoach review export outputs review.xlsx")
def export_command(
    outputs: Outputs,
    workbook: Book,
    workspace: Workspace = None,
    lang: Lang = "vi",
    blind: Annotated[bool, typer.Option("--blind", help="Without scores and reasons, in mixed order.")] = False,
    values: Annotated[int, typer.Option(min=0, metavar="N", help="Most extracted values to list.")] = 20_000,
) -> None:
    """Write the questions of a run to a workbook: names, bodies, values, a blind sample of the automatic matches."""
    from kehoach.publish.review.export import ExportOptions, export_review  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415

    folder = use_workspace_folder(workspace)
    counts = export_review(outputs, workbook, folder, ExportOptions(lang, blind, values))
    typer.echo(words_of("review", lang)("report.exported", file=workbook, **counts))


@review_app.command("apply", epilog='Example: kehoach review apply outputs review.xlsx --author "Nguyễn An" --dry-run')
def apply_command(
    outputs: Outputs,
    workbook: Book,
    workspace: Workspace = None,
    author: Annotated[str, typer.Option(metavar="NAME", help="Who decided, where a row names nobody.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken.")] = False,
    lang: Lang = "vi",
    format: Form = "table",
) -> None:
    """Take the answers of a workbook into the workspace and say, row by row, what was taken and what not, and why.

    Status 1 where a row or a sheet was refused. The same workbook applied again adds nothing.
    """
    from kehoach.publish.review.apply import ApplyOptions, apply_review  # noqa: PLC0415
    from kehoach.publish.review.report import applied_json, applied_text  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415
    from kehoach.schemas.errors import NotReadable  # noqa: PLC0415

    options = ApplyOptions(dt.date.today().isoformat(), author, dry_run, lang)
    try:
        applied = apply_review(outputs, workbook, _writable(workspace), options)
    except NotReadable as error:
        fail(Exit.NOTHING, str(error))
    text = (
        applied_json(applied, dry_run) if format == "json" else applied_text(applied, words_of("review", lang), dry_run)
    )
    typer.echo(text)
    raise typer.Exit(Exit.FAILED if applied.count("refused") or applied.faults else Exit.OK)


@review_app.command("report", epilog="Example: kehoach review report outputs")
def report_command(outputs: Outputs, workspace: Workspace = None, lang: Lang = "vi", format: Form = "table") -> None:
    """Print what is decided, what is left, and how many of the automatic matches are right, by the blind audit."""
    from kehoach.publish.review.outputs import read_outputs  # noqa: PLC0415
    from kehoach.publish.review.report import report_json, report_text  # noqa: PLC0415
    from kehoach.publish.review.store import read_store  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415

    store = read_store(_writable(workspace))
    run = read_outputs(outputs)
    typer.echo(report_json(run, store) if format == "json" else report_text(run, store, words_of("review", lang)))


@review_app.command("conflicts", epilog="Example: kehoach review conflicts")
def conflicts_command(workspace: Workspace = None, lang: Lang = "vi") -> None:
    """Print where people contradict each other; status 1 where they do. Nobody wins before they agree."""
    from kehoach.publish.review.report import conflicts_text  # noqa: PLC0415
    from kehoach.publish.review.store import read_store  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415

    store = read_store(_writable(workspace))
    typer.echo(conflicts_text(store, words_of("review", lang)))
    raise typer.Exit(Exit.FAILED if store.conflicts() else Exit.OK)


@review_app.command("undo", epilog='Example: kehoach review undo r1f2e3d4c5b --author "Nguyễn An"')
def undo_command(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The batch that apply printed.")],
    author: Annotated[str, typer.Option(metavar="NAME", help="Who undoes it.")],
    workspace: Workspace = None,
    lang: Lang = "vi",
) -> None:
    """Undo what was applied together. Nothing is deleted: a row says that the batch no longer counts."""
    from kehoach.publish.review.store import undo  # noqa: PLC0415
    from kehoach.publish.wording import words_of  # noqa: PLC0415

    count = undo(_writable(workspace), batch, author, dt.date.today().isoformat())
    if not count:
        fail(Exit.NOTHING, words_of("review", lang)("report.nothing_undone", batch=batch))
    typer.echo(words_of("review", lang)("report.undone", batch=batch, count=count))


def _writable(workspace: Path | None) -> Path:
    """The workspace in which decisions are kept."""
    folder = use_workspace_folder(workspace)
    if folder is None:
        fail(Exit.USAGE, "decisions are kept in a workspace; make one with: kehoach workspace init kehoach-workspace")
    return folder
