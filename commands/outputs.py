"""The commands that look at what runs wrote: status, verify."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kehoach.commands.shared import Exit, Workspace, printable, say, workspace_folder

if TYPE_CHECKING:
    from kehoach.pipeline.status import Status

__all__ = ["status_command", "verify_command"]

Outputs = Annotated[str, typer.Argument(metavar="OUTPUTS", help="Folder (or URI) that runs write to.")]
Form = Annotated[Literal["text", "json"], typer.Option(help="Form of what is printed.")]


def status_command(outputs: Outputs, workspace: Workspace = None, format: Form = "text") -> None:
    """Say what of a folder of outputs is done, failed and out of date; a line for each file that needs attention.

    Status 0: a run would find nothing to do. 1: something failed, changed, or was not brought to its end. 2: no run.
    """
    from kehoach.pipeline.status import read_status  # noqa: PLC0415 - see kehoach --help

    status = read_status(outputs, workspace_folder(workspace))
    typer.echo(json.dumps(_values(status), ensure_ascii=False, indent=2) if format == "json" else _text(status))
    raise typer.Exit(Exit.OK if status.current else Exit.FAILED)


def verify_command(
    outputs: Outputs,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the stored plans, check only the tables.")] = False,
    format: Form = "text",
) -> None:
    """Check what a run wrote: tables against the contract, keys against each other, digests, stored plans.

    Prints faults as a linter does, TABLE: CODE MESSAGE. Status 0: none. 1: faults. 2: no run.
    """
    import msgspec  # noqa: PLC0415 - see kehoach --help

    from kehoach.pipeline.verify import verify  # noqa: PLC0415

    faults = verify(outputs, quick=quick)
    if format == "json":
        typer.echo(json.dumps(msgspec.to_builtins(faults), ensure_ascii=False, indent=2))
    for fault in faults if format == "text" else []:
        typer.echo(printable(f"{fault.table}: {fault.code} {fault.message}"))
    say(f"faults: {len(faults)}")
    raise typer.Exit(Exit.FAILED if faults else Exit.OK)


def _values(status: Status) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415 - see kehoach --help

    plain: dict[str, Any] = msgspec.to_builtins(status)
    return {"current": status.current, "counts": status.counts, **plain}


def _text(status: Status) -> str:
    if status.running:
        return printable(f"running: {status.running} writes to it now")
    lines = [f"{file.source}: {file.state}: {file.message}" for file in status.files if file.state != "done"]
    lines += [f"unfinished: {reason}" for reason in status.unfinished]
    lines += [f"tables: {reason}" for reason in status.tables]
    if status.unseen:
        lines.append(f"{status.unseen} files behind URIs were not looked at")
    counts = ", ".join(f"{count} {state}" for state, count in status.counts.items()) or "none"
    last = f"last run: {status.started}" if status.started else "no run came to its end"
    verdict = "all is current" if status.current else "something failed, or a run has something to do"
    return "\n".join(printable(line) for line in [*lines, f"files: {counts}", f"{last}; {verdict}"])
