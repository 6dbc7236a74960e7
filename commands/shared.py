"""What the commands share: exit statuses, messages on standard error, common options, the workspace."""

from __future__ import annotations

import re
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from kehoach.pipeline import Settings
    from kehoach.schemas.records import File

__all__ = [
    "Bundle",
    "Exit",
    "Inputs",
    "Jobs",
    "LimitOptions",
    "Locations",
    "NoOcr",
    "Outputs",
    "Password",
    "Workspace",
    "fail",
    "group",
    "printable",
    "say",
    "say_failed",
    "settings_of",
    "use_workspace_folder",
    "workspace_folder",
]


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Exit(IntEnum):
    """Exit status, everywhere the same."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOTHING = 3
    OUTPUT = 4
    INTERRUPTED = 130


def _outputs_folder(outputs: str) -> Path:
    from kehoach.publish.run_tables import outputs_folder  # noqa: PLC0415 - see kehoach --help

    return outputs_folder(outputs)


Inputs = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="Plan files, and folders that hold them. A folder NAME.plan or a ZIP NAME.plan.zip is one plan: "
        "its body and its appendices in files of their own.",
    ),
]
Locations = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH",
        help="Plan files, folders that hold them, and URIs (s3://bucket/plans). A folder NAME.plan or a ZIP "
        "NAME.plan.zip is one plan: its body and its appendices in files of their own.",
    ),
]
Outputs = Annotated[
    Path,
    typer.Argument(metavar="OUTPUTS", parser=_outputs_folder, help="Folder (or URI) with the tables of a run."),
]
Bundle = Annotated[
    bool, typer.Option("--bundle", help="Each folder and each ZIP that is given is one plan, whatever its name.")
]
Workspace = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of added vocabulary [default: kehoach-workspace if there]"),
]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Number of processes [default: one a processor]")]
LimitOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=N",
        help="What one file may take [default: seconds=120 memory=2048 size=64 pages=500 cells=100000 unpacked=500 "
        "ratio=100]; memory, size and unpacked in MB, cells of one table. Can be given several times.",
    ),
]
Password = Annotated[
    str | None,
    typer.Option(metavar="TEXT", envvar="KEHOACH_PASSWORD", help="For documents that ask for one."),
]
NoOcr = Annotated[bool, typer.Option("--no-ocr", help="Do not read scanned pages by optical character recognition.")]


def group(help: str) -> typer.Typer:
    """An empty group of commands, set up as all of them are."""
    return typer.Typer(help=help, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


def say_failed(file: File) -> None:
    if file.status != "ok":
        say(f"{file.source}: {file.status}: {file.message}")


def say(message: str) -> None:
    typer.echo(f"kehoach: {printable(message)}", err=True)


def printable(message: str) -> str:
    """Without what would command the terminal: the name of a file can hold it."""
    return _CONTROL.sub("?", message)


def fail(status: Exit, message: str) -> NoReturn:
    say(message)
    raise typer.Exit(status)


def workspace_folder(given: Path | None) -> Path | None:
    """The workspace to read with: the one given, else the default where it exists; faults end the command."""
    from kehoach.normalize.workspace import DEFAULT_WORKSPACE, workspace_faults  # noqa: PLC0415

    folder = given or (DEFAULT_WORKSPACE if DEFAULT_WORKSPACE.is_dir() else None)
    faults = workspace_faults(folder) if folder else []
    if faults:
        fail(Exit.USAGE, "\n  ".join(["the workspace cannot be used:", *faults]))
    return folder


def use_workspace_folder(given: Path | None) -> Path | None:
    """Read with the workspace from now on."""
    from kehoach.normalize.vocabulary import use_workspace  # noqa: PLC0415

    folder = workspace_folder(given)
    use_workspace(folder)
    return folder


def settings_of(
    jobs: int | None, limits: list[str] | None, password: str | None, no_ocr: bool, bundle: bool = False
) -> Settings:
    """The settings that these options ask for; one that cannot be ends the command."""
    import msgspec  # noqa: PLC0415

    from kehoach.pipeline import Limits, Settings  # noqa: PLC0415

    given = dict(limit.partition("=")[::2] for limit in limits or [])
    unknown = [name for name in given if name not in Limits.__struct_fields__]
    if unknown:
        fail(Exit.USAGE, f"--limit: there is no limit {unknown[0]!r}, only {' '.join(Limits.__struct_fields__)}")
    try:
        limits_given = msgspec.convert(given, Limits, strict=False)
        return Settings(jobs=jobs, limits=limits_given, password=password, ocr=not no_ocr, bundle=bundle)
    except msgspec.ValidationError as error:
        fail(Exit.USAGE, f"--limit: {error}")
