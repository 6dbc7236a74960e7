"""What the commands share: exit statuses, messages on standard error, common options, the workspace."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from kehoach.schemas.records import File

__all__ = [
    "Exit",
    "Inputs",
    "Jobs",
    "Workspace",
    "fail",
    "group",
    "say",
    "say_failed",
    "use_workspace_folder",
    "workspace_folder",
]


class Exit(IntEnum):
    """Exit status, everywhere the same."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOTHING = 3
    OUTPUT = 4
    INTERRUPTED = 130


Inputs = Annotated[list[Path], typer.Argument(metavar="PATH", help="Plan files, and folders that hold them.")]
Workspace = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of added vocabulary [default: kehoach-workspace if there]"),
]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Number of processes [default: one a processor]")]


def group(help: str) -> typer.Typer:
    """An empty group of commands, set up as all of them are."""
    return typer.Typer(help=help, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


def say_failed(file: File) -> None:
    if file.status != "ok":
        say(f"{file.source}: {file.status}: {file.message}")


def say(message: str) -> None:
    typer.echo(f"kehoach: {message}", err=True)


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
