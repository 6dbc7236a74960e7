"""The command that links names alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from kehoach.commands.shared import Exit, Workspace, fail, use_workspace_folder

__all__ = ["match_command"]


def match_command(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Names of indicators.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="One name a line, optionally a tab and its unit; - for standard input."),
    ] = None,
    workspace: Workspace = None,
    format: Annotated[Literal["csv", "json"], typer.Option(help="Form of the result.")] = "csv",
) -> None:
    """Print which entry of the catalogue each name means; to review: the nearest one, new: the id of a proposal."""
    from kehoach.normalize.knowledge import load_knowledge  # noqa: PLC0415
    from kehoach.normalize.matching import match_names  # noqa: PLC0415
    from kehoach.publish.names import names_csv, names_json, read_names  # noqa: PLC0415

    if bool(names) == bool(file):
        fail(Exit.USAGE, "name indicators, or a file of them")
    folder = use_workspace_folder(workspace)
    pairs = read_names("\n".join(names) if names else _text(file))
    if not pairs:
        fail(Exit.NOTHING, "no name")
    matches = match_names(pairs, load_knowledge(folder))
    typer.echo(names_json(matches) if format == "json" else names_csv(matches))


def _text(file: Path | None) -> str:
    try:
        return sys.stdin.read() if file is None or str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        fail(Exit.USAGE, f"{file}: not UTF-8")
    except OSError as error:
        fail(Exit.USAGE, f"{file}: {error.strerror}")
