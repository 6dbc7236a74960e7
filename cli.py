"""The command `kehoach`: thin commands over functions that a notebook can call.

Results go to standard output, progress and messages to standard error. Nothing heavy is imported before a command
needs it, so that `kehoach --help` answers at once.
"""

from __future__ import annotations

import io
import sys
from typing import Annotated, NoReturn

import typer

from kehoach.commands.catalogue import catalogue_app
from kehoach.commands.compare import compare_command
from kehoach.commands.corpus import spacy_export_command
from kehoach.commands.due import due_command
from kehoach.commands.export import export_command
from kehoach.commands.match import match_command
from kehoach.commands.outputs import status_command, verify_command
from kehoach.commands.query import query_command
from kehoach.commands.reading import check_command, run_command, show_command
from kehoach.commands.report import report_command
from kehoach.commands.review import review_app
from kehoach.commands.shared import Exit, say
from kehoach.commands.workspace import workspace_app

__all__ = ["Exit", "app", "main"]


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
app.command("run", epilog="Example: kehoach run samples -o outputs")(run_command)
app.command("check", epilog="Example: kehoach check samples/tabs_one_page.txt")(check_command)
app.command("show", epilog="Example: kehoach show samples/word_numbered.docx")(show_command)
app.command("query", epilog='Example: kehoach query outputs "SELECT name, due FROM tasks ORDER BY due LIMIT 9"')(
    query_command
)
app.command("spacy-export", epilog="Example: kehoach spacy-export outputs -o corpus.spacy")(spacy_export_command)
app.command("status", epilog="Example: kehoach status outputs")(status_command)
app.command("verify", epilog="Example: kehoach verify outputs --format json")(verify_command)
app.command("match", epilog='Example: kehoach match "Tỷ lệ người dân có chữ ký số"')(match_command)
app.command("due", epilog="Example: kehoach due outputs --as-of 30/11/2026 --ics due.ics")(due_command)
app.command("compare", epilog="Example: kehoach compare samples/u2_son_tram.txt samples/u2_ia_kluh.txt")(
    compare_command
)
app.command("report", epilog="Example: kehoach report outputs -o report.html")(report_command)
app.command("export", epilog="Example: kehoach export outputs workbook.xlsx")(export_command)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(review_app, name="review")
app.add_typer(workspace_app, name="workspace")


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


def _speak_unicode() -> None:
    """Consoles of Windows speak another alphabet by default; a name that is no Unicode must not stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command with these arguments (default: those of the process) and end with its exit status."""
    from kehoach.schemas.errors import ClusterUnavailable, InputMissing, OutputUnavailable  # noqa: PLC0415

    _speak_unicode()
    try:
        app(args=args, prog_name="kehoach")
    except (InputMissing, ClusterUnavailable) as error:
        say(str(error))
        sys.exit(Exit.USAGE)
    except OutputUnavailable as error:
        say(str(error))
        sys.exit(Exit.OUTPUT)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(Exit.INTERRUPTED)
    sys.exit(Exit.OK)


if __name__ == "__main__":
    main()
