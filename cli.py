"""The command `kehoach`: thin commands over functions that a notebook can call.

Results go to standard output, progress and messages to standard error. Nothing heavy is imported before a command
needs it, so that `kehoach --help` answers at once.
"""

from __future__ import annotations

import io
import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from kehoach.pipeline import RunResult
    from kehoach.schemas.records import File

__all__ = ["Exit", "app", "main"]


class Exit(IntEnum):
    """Exit status, everywhere the same."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOTHING = 3
    OUTPUT = 4
    INTERRUPTED = 130


_STATUSES = """Exit status: 0 all well; 1 done, but some file gave no plan (check: or an error stands); 2 wrong use;
3 nothing could be read or no plan found; 4 the output cannot be written or is held by another run; 130 interrupted."""

app = typer.Typer(
    name="kehoach",
    help=f"Reads Vietnamese plan documents (kế hoạch) into tables.\n\n{_STATUSES}",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
workspace_app = typer.Typer(
    help="The workspace: what people add to the vocabularies.", rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(workspace_app, name="workspace")

Inputs = Annotated[list[Path], typer.Argument(metavar="PATH", help="Plan files, and folders that hold them.")]
Workspace = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of added vocabulary [default: kehoach-workspace if there]"),
]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Number of processes [default: one a processor]")]


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"kehoach {version('kehoach')}")
        raise typer.Exit(Exit.OK)


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command("run", epilog="Example: kehoach run samples -o outputs")
def run_command(
    paths: Inputs,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables.")],
    workspace: Workspace = None,
    jobs: Jobs = None,
    format: Annotated[Literal["table", "json"], typer.Option(help="Form of the summary.")] = "table",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress; only what failed.")] = False,
) -> None:
    """Read plans and write every table as Parquet; the summary goes to standard output."""
    from kehoach.pipeline import run  # noqa: PLC0415
    from kehoach.publish.summary import summary_json, summary_text  # noqa: PLC0415

    progress = _Progress(quiet)
    result = run(paths, out, workspace=_workspace(workspace), jobs=jobs, progress=progress)
    progress.close()
    if result.plans or not result.interrupted:
        typer.echo(summary_json(result) if format == "json" else summary_text(result))
    _say_end(result, quiet)
    raise typer.Exit(_status_of(result))


@app.command("check", epilog="Example: kehoach check plan.txt --format json")
def check_command(
    files: Inputs,
    workspace: Workspace = None,
    format: Annotated[Literal["text", "json"], typer.Option(help="Form of the diagnostics.")] = "text",
) -> None:
    """Print what is wrong in plans as a linter does, FILE:LINE: SEVERITY CODE MESSAGE; status 1 for an error."""
    from kehoach.pipeline import find_inputs, read_files  # noqa: PLC0415
    from kehoach.publish.lint import diagnostics_json, diagnostics_text  # noqa: PLC0415

    readings = list(read_files(find_inputs(files), workspace=_use(workspace)))
    for reading in readings:
        _say_failed(reading.file)
    plans = [reading.plan for reading in readings if reading.plan]
    found = [diagnostic for plan in plans for diagnostic in plan.diagnostics]
    if found or format == "json":
        typer.echo(diagnostics_json(found) if format == "json" else diagnostics_text(found))
    if not plans:
        _fail(Exit.NOTHING, "no plan found")
    errors = sum(diagnostic.severity == "error" for diagnostic in found)
    _say(f"plans: {len(plans)}, diagnostics: {len(found)}, errors: {errors}")
    raise typer.Exit(Exit.FAILED if errors or len(plans) < len(readings) else Exit.OK)


@app.command("show", epilog="Example: kehoach show samples/tab_tables.txt")
def show_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A plan.")], workspace: Workspace = None
) -> None:
    """Print one plan as a tree: front matter, sections, tables, indicators, tasks, diagnostics."""
    from kehoach.pipeline import find_inputs, read_file  # noqa: PLC0415
    from kehoach.publish.show import print_plan  # noqa: PLC0415

    _use(workspace)
    if file.is_dir():
        _fail(Exit.USAGE, f"{file} is a folder; show takes one file")
    reading = read_file(find_inputs([file])[0])
    if reading.plan is None:
        _say_failed(reading.file)
        raise typer.Exit(Exit.NOTHING)
    print_plan(reading.plan, sys.stdout)


@workspace_app.command("init", epilog="Example: kehoach workspace init kehoach-workspace")
def workspace_init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")] = Path("kehoach-workspace"),
) -> None:
    """Make a workspace: one CSV a vocabulary, ready for rows of your own. Nothing there is overwritten."""
    from kehoach.normalize.workspace import init_workspace  # noqa: PLC0415

    try:
        made = init_workspace(folder)
    except OSError as error:
        _fail(Exit.OUTPUT, f"cannot write to {folder}: {error.strerror}")
    for path in made:
        typer.echo(path)


class _Progress:
    """A counter on standard error where it is a terminal; a line for each file that failed, everywhere."""

    def __init__(self, quiet: bool) -> None:
        self.counting = not quiet and sys.stderr.isatty()
        self.done = 0

    def __call__(self, file: File) -> None:
        self.done += 1
        if file.status != "ok":
            self.close()
            _say_failed(file)
        elif self.counting:
            sys.stderr.write(f"\r\x1b[K{self.done} read, {file.seconds or 0:.2f} s: {file.source}"[:110])
            sys.stderr.flush()

    def close(self) -> None:
        """Leave the line of the counter."""
        if self.counting and self.done:
            sys.stderr.write("\r\x1b[K")


def _status_of(result: RunResult) -> Exit:
    if result.interrupted:
        return Exit.INTERRUPTED
    if not result.plans:
        return Exit.NOTHING
    return Exit.OK if all(file.status == "ok" for file in result.files) else Exit.FAILED


def _say_end(result: RunResult, quiet: bool) -> None:
    if not result.files:
        _say("no files found; hidden files are not read")
    elif result.interrupted:
        kept = f"the {len(result.plans)} plans read so far are in {result.out}" if result.plans else "nothing written"
        _say(f"interrupted; {kept}")
    elif not result.plans:
        _say("no plan found")
    elif not quiet:
        _say(f"{len(result.counts)} tables written to {result.out}")


def _say_failed(file: File) -> None:
    if file.status != "ok":
        _say(f"{file.source}: {file.status}: {file.message}")


def _say(message: str) -> None:
    typer.echo(f"kehoach: {message}", err=True)


def _fail(status: Exit, message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(status)


def _workspace(given: Path | None) -> Path | None:
    """The workspace to read with: the one given, else the default where it exists; faults end the command."""
    from kehoach.normalize.workspace import DEFAULT_WORKSPACE, workspace_faults  # noqa: PLC0415

    folder = given or (DEFAULT_WORKSPACE if DEFAULT_WORKSPACE.is_dir() else None)
    faults = workspace_faults(folder) if folder else []
    if faults:
        _fail(Exit.USAGE, "\n  ".join(["the workspace cannot be used:", *faults]))
    return folder


def _use(given: Path | None) -> Path | None:
    """Read with the workspace from now on."""
    from kehoach.normalize.vocabulary import use_workspace  # noqa: PLC0415

    folder = _workspace(given)
    use_workspace(folder)
    return folder


def _speak_unicode() -> None:
    """Consoles of Windows speak another alphabet by default; a name that is no Unicode must not stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command with these arguments (default: those of the process) and end with its exit status."""
    from kehoach.schemas.errors import InputMissing, OutputUnavailable  # noqa: PLC0415

    _speak_unicode()
    try:
        app(args=args, prog_name="kehoach")
    except InputMissing as error:
        _say(str(error))
        sys.exit(Exit.USAGE)
    except OutputUnavailable as error:
        _say(str(error))
        sys.exit(Exit.OUTPUT)
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(Exit.INTERRUPTED)
    sys.exit(Exit.OK)


if __name__ == "__main__":
    main()
