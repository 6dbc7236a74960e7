"""The command that answers questions in SQL."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from kehoach.commands.shared import Exit, fail, say

__all__ = ["query_command"]


def query_command(
    outputs: Annotated[Path | None, typer.Argument(metavar="OUTPUTS", help="Folder with the tables of a run.")] = None,
    sql: Annotated[
        str | None, typer.Argument(metavar="SQL", help="The question: SELECT …; - for standard input.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with the question; - for standard input.")
    ] = None,
    example: Annotated[str | None, typer.Option(metavar="NAME", help="Ask one of the examples.")] = None,
    examples: Annotated[bool, typer.Option("--examples", help="Print ten useful questions and end.")] = False,
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Language of what the examples ask.")] = "vi",
    format: Annotated[Literal["table", "csv", "json"], typer.Option(help="Form of the answer.")] = "table",
) -> None:
    """Answer a question in SQL (DuckDB's) over the tables of a run, each by its name; DESCRIBE targets shows columns.

    `references` needs quotes in SQL; it is there as `citations` too. Nothing else is read, and nothing is written.
    """
    from kehoach.publish import query  # noqa: PLC0415 - see kehoach --help

    if examples:
        typer.echo(query.examples_text(lang))
        return
    if outputs is None:
        fail(Exit.USAGE, 'name the folder of a run and a question: kehoach query outputs "SELECT …"; or --examples')
    question = _question(sql, file, example)
    write = {"table": query.answer_table, "csv": query.answer_csv, "json": query.answer_json}[format]
    try:
        with query.open_run(outputs) as run:
            count = write(query.ask(run, question), sys.stdout)
    except query.QuestionRefused as error:
        fail(Exit.USAGE, str(error))
    except KeyboardInterrupt:
        fail(Exit.INTERRUPTED, "interrupted")
    if format == "table":
        say(f"rows: {count}")


def _question(sql: str | None, file: Path | None, example: str | None) -> str:
    if sum(given is not None for given in (sql, file, example)) != 1:
        fail(Exit.USAGE, "ask one question: as text, with --file or with --example")
    if example is not None:
        return _example(example)
    if file is None and sql != "-":
        return sql or ""
    try:
        return sys.stdin.read() if file is None or str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        fail(Exit.USAGE, f"{file or '-'}: not UTF-8")
    except OSError as error:
        fail(Exit.USAGE, f"{file}: {error.strerror}")


def _example(name: str) -> str:
    from kehoach.publish.query import read_examples  # noqa: PLC0415

    known = {one.name: one.sql for one in read_examples()}
    if name not in known:
        fail(Exit.USAGE, f"no example {name}; there are: {', '.join(known)}")
    return known[name]
