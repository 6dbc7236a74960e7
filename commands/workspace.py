"""The commands of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kehoach.commands.shared import Exit, fail, group, say

__all__ = ["workspace_app"]

workspace_app = group("The workspace: what people add to the vocabularies.")


@workspace_app.command("init", epilog="Example: kehoach workspace init kehoach-workspace")
def workspace_init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")] = Path("kehoach-workspace"),
) -> None:
    """Make a workspace: one CSV a vocabulary, ready for rows of your own. Nothing there is overwritten."""
    from kehoach.normalize.workspace import init_workspace  # noqa: PLC0415

    try:
        made = init_workspace(folder)
    except OSError as error:
        fail(Exit.OUTPUT, f"cannot write to {folder}: {error.strerror}")
    for path in made:
        typer.echo(path)
    if not made:
        say(f"{folder}: every file is there already")
