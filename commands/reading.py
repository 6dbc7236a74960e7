"""The commands that read plans: run, check, show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kehoach.commands.progress import Progress
from kehoach.commands.shared import (
    Bundle,
    Exit,
    Inputs,
    Jobs,
    LimitOptions,
    Locations,
    NoOcr,
    Password,
    Workspace,
    fail,
    say,
    say_failed,
    settings_of,
    use_workspace_folder,
    workspace_folder,
)

if TYPE_CHECKING:
    from kehoach.pipeline import RunResult

__all__ = ["check_command", "run_command", "show_command"]


def run_command(
    paths: Locations,
    out: Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Folder (or URI) for the tables.")],
    workspace: Workspace = None,
    jobs: Jobs = None,
    limit: LimitOptions = None,
    password: Password = None,
    no_ocr: NoOcr = False,
    bundle: Bundle = False,
    prune: Annotated[bool, typer.Option("--prune", help="Forget plans whose files are not given this time.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read also what is read already.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Read on the workers of a Dask scheduler, as tcp://10.0.0.5:8786."),
    ] = None,
    wait: Annotated[float, typer.Option(metavar="SECONDS", help="Wait for another run on the same folder.")] = 0,
    format: Annotated[Literal["table", "json"], typer.Option(help="Form of the summary.")] = "table",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress; only what failed.")] = False,
) -> None:
    """Read plans and write every table as Parquet; the summary goes to standard output.

    What is read is kept in DIR/plans: a later run reads only what is new. Plans stay until --prune.
    """
    from kehoach.pipeline import RunOptions, run  # noqa: PLC0415
    from kehoach.publish.summary import summary_json, summary_text  # noqa: PLC0415

    settings = settings_of(jobs, limit, password, no_ocr, bundle)
    progress = Progress(quiet)
    result = run(
        paths,
        out,
        workspace=workspace_folder(workspace),
        settings=settings,
        progress=progress,
        options=RunOptions(prune=prune, again=again, wait=wait, scheduler=scheduler),
    )
    progress.close()
    if result.plans or not result.interrupted:
        typer.echo(summary_json(result) if format == "json" else summary_text(result))
    _say_end(result, quiet)
    raise typer.Exit(_status_of(result))


def check_command(
    files: Inputs,
    workspace: Workspace = None,
    jobs: Jobs = None,
    limit: LimitOptions = None,
    password: Password = None,
    no_ocr: NoOcr = False,
    bundle: Bundle = False,
    format: Annotated[Literal["text", "json"], typer.Option(help="Form of the diagnostics.")] = "text",
) -> None:
    """Print what is wrong in plans as a linter does, FILE:LINE: SEVERITY CODE MESSAGE; status 1 for an error."""
    from kehoach.pipeline import find_inputs, put_right, read_files  # noqa: PLC0415
    from kehoach.publish.lint import diagnostics_json, diagnostics_text  # noqa: PLC0415

    settings = settings_of(jobs, limit, password, no_ocr, bundle)
    folder = use_workspace_folder(workspace)
    readings = list(read_files(find_inputs(files, bundle=bundle), settings, folder))
    for reading in readings:
        say_failed(reading.file)
    plans = put_right([reading.plan for reading in readings if reading.plan], folder)
    found = [diagnostic for plan in plans for diagnostic in plan.diagnostics]
    if found or format == "json":
        typer.echo(diagnostics_json(found) if format == "json" else diagnostics_text(found))
    if not plans:
        fail(Exit.NOTHING, "no plan found")
    errors = sum(diagnostic.severity == "error" for diagnostic in found)
    say(f"plans: {len(plans)}, diagnostics: {len(found)}, errors: {errors}")
    raise typer.Exit(Exit.FAILED if errors or len(plans) < len(readings) else Exit.OK)


def show_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A plan: a file, or a folder NAME.plan.")],
    workspace: Workspace = None,
    limit: LimitOptions = None,
    password: Password = None,
    no_ocr: NoOcr = False,
    bundle: Bundle = False,
) -> None:
    """Print one plan as a tree: front matter, sections, tables, indicators, tasks, diagnostics."""
    from kehoach.pipeline import find_inputs, put_right, read_files  # noqa: PLC0415
    from kehoach.publish.show import print_plan  # noqa: PLC0415

    folder = use_workspace_folder(workspace)
    inputs = find_inputs([file], bundle=bundle)
    if file.is_dir() and inputs != [file]:
        fail(Exit.USAGE, f"{file} is a folder; show takes one file, or a folder that is one plan (--bundle)")
    (reading,) = read_files(inputs, settings_of(None, limit, password, no_ocr, bundle), folder)
    if reading.plan is None:
        say_failed(reading.file)
        raise typer.Exit(Exit.NOTHING)
    (plan,) = put_right([reading.plan], folder)
    print_plan(plan, sys.stdout)


def _status_of(result: RunResult) -> Exit:
    if result.interrupted:
        return Exit.INTERRUPTED
    if not result.plans:
        return Exit.NOTHING
    return Exit.OK if all(file.status == "ok" for file in result.files) else Exit.FAILED


def _say_end(result: RunResult, quiet: bool) -> None:
    if not result.files:
        say("no files found; hidden files are not read")
    elif result.interrupted:
        kept = f"the {len(result.plans)} plans read so far are in {result.out}" if result.plans else "nothing written"
        say(f"interrupted; {kept}")
    elif not result.plans:
        say("no plan found")
    elif not quiet:
        say("; ".join(_told(result)))


def _told(result: RunResult) -> list[str]:
    """What a person wants to know of a run that came to its end."""
    told = [f"{len(result.counts)} tables written to {result.out}" if result.written else f"{result.out}: nothing new"]
    if result.unchanged:
        told.append(f"{result.unchanged} of {len(result.files)} files were read before")
    if result.kept:
        told.append(f"{result.kept} files of earlier runs kept (--prune forgets them)")
    if result.killed:
        told.append(f"an earlier run ({result.killed}) had not come to its end")
    return told
