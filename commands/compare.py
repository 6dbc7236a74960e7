"""The command that says what changed between two plans or two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kehoach.commands.shared import (
    Exit,
    LimitOptions,
    NoOcr,
    Password,
    Workspace,
    fail,
    say_failed,
    settings_of,
    use_workspace_folder,
)

if TYPE_CHECKING:
    from kehoach.pipeline import Settings
    from kehoach.publish.compare.changes import RunChanges
    from kehoach.publish.compare.choose import Given
    from kehoach.publish.compare.sides import Side

__all__ = ["compare_command"]

_WHAT = "A plan (a file, or a folder NAME.plan), a folder that a run wrote, or one plan of it: OUTPUTS#DOC_ID."
_WHICH = "Which plan of the run {side}: its doc_id, number or commune."


def compare_command(
    a: Annotated[str, typer.Argument(metavar="A", help=_WHAT)],
    b: Annotated[str, typer.Argument(metavar="B", help="The same: what it became, or what to compare with.")],
    plan_a: Annotated[str, typer.Option(metavar="TEXT", help=_WHICH.format(side="A"))] = "",
    plan_b: Annotated[str, typer.Option(metavar="TEXT", help=_WHICH.format(side="B"))] = "",
    workspace: Workspace = None,
    limit: LimitOptions = None,
    password: Password = None,
    no_ocr: NoOcr = False,
    format: Annotated[Literal["table", "csv", "json"], typer.Option(help="Form of the changes.")] = "table",
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Language of the table.")] = "vi",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with status 1 where something differs.")] = False,
) -> None:
    """Print what differs: indicators, targets raised or lowered, tasks, their deadlines and agencies.

    Of two runs the plans of the same commune and year are compared.
    """
    from kehoach.publish.compare.choose import given, is_run  # noqa: PLC0415
    from kehoach.publish.compare.texts import changes_csv, changes_json, changes_text  # noqa: PLC0415

    sides = (given(a, plan_a), given(b, plan_b))
    if all(is_run(side.path) and not side.plan for side in sides):
        found = _compare_runs(sides[0].path, sides[1].path)
    else:
        folder = use_workspace_folder(workspace)
        found = _compare_two(*(_side(side, settings_of(None, limit, password, no_ocr), folder) for side in sides))
    if format == "table":
        typer.echo(changes_text(found, lang))
    else:
        typer.echo(changes_csv(found) if format == "csv" else changes_json(found))
    raise typer.Exit(Exit.FAILED if exit_code and found.differ else Exit.OK)


def _compare_two(a: Side, b: Side) -> RunChanges:
    from kehoach.publish.compare.changes import RunChanges  # noqa: PLC0415
    from kehoach.publish.compare.plans import compare_plans  # noqa: PLC0415

    return RunChanges([compare_plans(a, b)], [], [])


def _compare_runs(a: Path, b: Path) -> RunChanges:
    from kehoach.publish.compare.plans import compare_runs  # noqa: PLC0415

    return compare_runs(a, b)


def _side(given: Given, settings: Settings, folder: Path | None) -> Side:
    """The plan that is meant, from the tables of a run or read now."""
    from kehoach.publish.compare.choose import choose, is_run  # noqa: PLC0415
    from kehoach.publish.compare.sides import read_documents, read_sides  # noqa: PLC0415

    if is_run(given.path) or given.plan:
        document = choose(read_documents(given.path), given.plan, given.path)
        return read_sides(given.path, [document.doc_id])[document.doc_id]
    return _read_side(given.path, settings, folder)


def _read_side(path: Path, settings: Settings, folder: Path | None) -> Side:
    from kehoach.normalize.agency_decisions import load_agency_book  # noqa: PLC0415
    from kehoach.normalize.agency_table import link_agencies  # noqa: PLC0415
    from kehoach.normalize.knowledge import load_knowledge  # noqa: PLC0415
    from kehoach.normalize.matching import match_indicators  # noqa: PLC0415
    from kehoach.pipeline import find_inputs, put_right, read_files  # noqa: PLC0415
    from kehoach.publish.compare.sides import side_of  # noqa: PLC0415

    inputs = find_inputs([path])
    if path.is_dir() and inputs != [path]:
        fail(
            Exit.USAGE,
            f"{path} holds no tables of a run and is no plan; make tables with: kehoach run {path} -o outputs",
        )
    (reading,) = read_files(inputs, settings, folder)
    if reading.plan is None:
        say_failed(reading.file)
        raise typer.Exit(Exit.NOTHING)
    (plan,) = put_right([reading.plan], folder)
    matches, catalogue = match_indicators([plan], load_knowledge(folder))
    agencies = link_agencies([plan], load_agency_book(folder))
    return side_of(plan, [match for _, match in matches], catalogue, agencies)
