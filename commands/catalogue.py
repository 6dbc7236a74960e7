"""The commands of the catalogue: what is in it, what is wrong with it, changes by people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kehoach.commands.shared import Exit, Workspace, fail, group, say, use_workspace_folder

if TYPE_CHECKING:
    from kehoach.schemas.records import Canonical

__all__ = ["catalogue_app"]

catalogue_app = group("The catalogue of canonical indicators: what it holds, and changes kept in the workspace.")

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of an entry.")]


@catalogue_app.command("list", epilog="Example: kehoach catalogue list --domain cchc")
def list_command(
    domain: Annotated[str | None, typer.Option(help="Only this field of policy.")] = None,
    status: Annotated[str | None, typer.Option(help="Only adopted, proposed, replaced or retired entries.")] = None,
    workspace: Workspace = None,
    format: Annotated[Literal["text", "csv", "json"], typer.Option(help="Form of the list.")] = "text",
) -> None:
    """Print the entries: id, unit, name; as CSV or JSON with all columns."""
    from kehoach.normalize.catalogue import read_entries  # noqa: PLC0415
    from kehoach.publish.catalogue import entries_csv, entries_json, entries_text  # noqa: PLC0415

    use_workspace_folder(workspace)
    entries = [entry for entry in read_entries() if domain in (None, entry.domain) and status in (None, entry.status)]
    if not entries:
        domains = ", ".join(sorted({entry.domain for entry in read_entries()}))
        fail(Exit.NOTHING, f"no such entry; fields of policy: {domains}")
    form = {"text": entries_text, "csv": entries_csv, "json": entries_json}[format]
    typer.echo(form(entries))


@catalogue_app.command("show", epilog="Example: kehoach catalogue show phu_song_5g")
def show_command(
    canonical_id: Id,
    workspace: Workspace = None,
    format: Annotated[Literal["text", "json"], typer.Option(help="Form of the entry.")] = "text",
) -> None:
    """Print all that is known of one entry, and by what it was replaced."""
    from kehoach.publish.catalogue import entries_json, entry_text  # noqa: PLC0415

    entry = _known(use_workspace_folder(workspace)).get(canonical_id)
    if entry is None:
        fail(Exit.NOTHING, f"no entry {canonical_id}")
    typer.echo(entries_json([entry]) if format == "json" else entry_text(entry))


@catalogue_app.command("add", epilog='Example: kehoach catalogue add "Tỷ lệ hộ nuôi ong" --domain nong_nghiep --unit %')
def add_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, or the id of a proposed entry to adopt.")],
    domain: Annotated[str, typer.Option(help="Field of policy.")],
    id: Annotated[str | None, typer.Option(help="Its id [default: made from the name]")] = None,
    unit: Annotated[str | None, typer.Option(help="Its usual unit.")] = None,
    name_en: Annotated[str | None, typer.Option(help="English name.")] = None,
    basis: Annotated[str | None, typer.Option(help="The document that defines it.")] = None,
    direction: Annotated[Literal["up", "down", "none"], typer.Option(help="What is better.")] = "none",
    alias: Annotated[list[str] | None, typer.Option(help="Another wording; may be repeated.")] = None,
    workspace: Workspace = None,
) -> None:
    """Add an entry to the workspace, or adopt a proposed one under the id it has."""
    from kehoach.normalize.catalogue_edit import add_entry  # noqa: PLC0415
    from kehoach.normalize.ledger import wording_id  # noqa: PLC0415
    from kehoach.normalize.text import tidy  # noqa: PLC0415
    from kehoach.schemas.records import Canonical  # noqa: PLC0415

    folder = _writable(workspace)
    known = _known(folder)
    proposed = known.get(name)
    entry = Canonical(
        canonical_id=proposed.canonical_id if proposed else id or wording_id(name),
        name=proposed.name if proposed else tidy(name),
        name_en=name_en,
        domain=domain,
        unit=unit or (proposed.unit if proposed else None),
        direction=direction,
        basis=basis,
        aliases=[*(proposed.aliases if proposed else ()), *(tidy(one) for one in alias or ())],
    )
    _save(folder, lambda: add_entry(entry, known))


@catalogue_app.command("merge", epilog="Example: kehoach catalogue merge ong_1f2e3d ho_nuoi_ong")
def merge_command(
    source: Annotated[str, typer.Argument(metavar="ID", help="The entry that goes; it stays as a redirect.")],
    target: Annotated[str, typer.Argument(metavar="INTO", help="The entry that stays; it gets the other's labels.")],
    workspace: Workspace = None,
) -> None:
    """Say that two entries are one. Decisions and kept ids that point to the first lead on to the second."""
    from kehoach.normalize.catalogue_edit import merge_entries  # noqa: PLC0415

    folder = _writable(workspace)
    known = _known(folder)
    _save(folder, lambda: merge_entries(source, target, known))


@catalogue_app.command("rename", epilog='Example: kehoach catalogue rename phu_song_5g "Tỷ lệ phủ sóng 5G"')
def rename_command(
    canonical_id: Id,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new name; the old one stays as an alias.")],
    workspace: Workspace = None,
) -> None:
    """Give an entry another name; its id stays."""
    from kehoach.normalize.catalogue_edit import rename_entry  # noqa: PLC0415
    from kehoach.normalize.text import tidy  # noqa: PLC0415

    folder = _writable(workspace)
    known = _known(folder)
    _save(folder, lambda: rename_entry(canonical_id, tidy(name), known))


@catalogue_app.command("check", epilog="Example: kehoach catalogue check --format json")
def check_command(
    workspace: Workspace = None,
    format: Annotated[Literal["text", "json"], typer.Option(help="Form of the faults.")] = "text",
) -> None:
    """Print what is wrong with the catalogue as a linter does, ID: SEVERITY CODE MESSAGE; status 1 for an error."""
    from kehoach.normalize.catalogue import read_entries  # noqa: PLC0415
    from kehoach.normalize.catalogue_check import check_catalogue, check_decisions  # noqa: PLC0415
    from kehoach.normalize.decisions import read_decisions  # noqa: PLC0415
    from kehoach.normalize.ledger import load_ledger  # noqa: PLC0415
    from kehoach.publish.catalogue import faults_json, faults_text  # noqa: PLC0415

    folder = use_workspace_folder(workspace)
    entries, proposals = read_entries(), load_ledger(folder).rows
    faults = check_catalogue(entries, proposals)
    if folder:
        known = {*proposals, *(entry.canonical_id for entry in entries)}
        faults += check_decisions(read_decisions(folder), known)
    if faults or format == "json":
        typer.echo(faults_json(faults) if format == "json" else faults_text(faults))
    errors = sum(fault.severity == "error" for fault in faults)
    say(f"entries: {len(entries)}, faults: {len(faults)}, errors: {errors}")
    raise typer.Exit(Exit.FAILED if errors else Exit.OK)


@catalogue_app.command("export", epilog="Example: kehoach catalogue export > catalogue.ttl")
def export_command(
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this file.")] = None,
    workspace: Workspace = None,
) -> None:
    """Print the catalogue as SKOS in Turtle, for other systems."""
    from kehoach.normalize.catalogue import read_entries  # noqa: PLC0415
    from kehoach.publish.skos import catalogue_turtle  # noqa: PLC0415

    use_workspace_folder(workspace)
    text = catalogue_turtle(read_entries())
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(Exit.OUTPUT, f"cannot write to {out}: {error.strerror}")


@catalogue_app.command("keep", epilog="Example: kehoach catalogue keep outputs")
def keep_command(
    outputs: Annotated[Path, typer.Argument(metavar="OUTPUTS", help="Folder that a run wrote.")],
    workspace: Workspace = None,
) -> None:
    """Keep the ids of the entries that a run proposed: later runs give them again, and no others get them."""
    from kehoach.normalize.ledger import extend_ledger  # noqa: PLC0415
    from kehoach.publish.proposals import proposed_names  # noqa: PLC0415

    folder = _writable(workspace)
    for row in extend_ledger(folder, proposed_names(outputs)):
        typer.echo(f"{row.canonical_id}  {row.label}")


def _writable(given: Path | None) -> Path:
    folder = use_workspace_folder(given)
    if folder is None:
        fail(Exit.USAGE, "changes are kept in a workspace; make one with: kehoach workspace init kehoach-workspace")
    return folder


def _known(folder: Path | None) -> dict[str, Canonical]:
    """All entries by id, those of the ledger that nobody adopted too."""
    from kehoach.normalize.catalogue import read_entries  # noqa: PLC0415
    from kehoach.normalize.ledger import load_ledger  # noqa: PLC0415

    ledger = load_ledger(folder)
    kept = {name: entry for name in ledger.rows if (entry := ledger.entry(name))}
    return kept | {entry.canonical_id: entry for entry in read_entries()}


def _save(folder: Path, change: Callable[[], Sequence[Canonical]]) -> None:
    from kehoach.normalize.catalogue_edit import EntryRefused, save_entries  # noqa: PLC0415
    from kehoach.publish.catalogue import entries_text  # noqa: PLC0415

    try:
        changed = change()
    except EntryRefused as error:
        fail(Exit.USAGE, str(error))
    save_entries(folder, changed)
    typer.echo(entries_text(changed))
