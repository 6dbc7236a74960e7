"""DuckDB over the tables of a run, shut in: it reads these tables and nothing else, and writes nowhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kehoach.publish.run_tables import find_tables
from kehoach.schemas.errors import InputMissing

if TYPE_CHECKING:
    import duckdb

__all__ = ["ALIASES", "Answer", "QuestionRefused", "ask", "open_run"]

ALIASES = {"citations": "references"}  # `references` is a word of SQL and needs quotes; this name needs none

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # FROM x never means a variable of this program
}
_SHUT = (
    "SET temp_directory = ''",  # nothing is written, not even what memory does not hold
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_READING = {"SELECT", "EXPLAIN", "MULTI"}  # DESCRIBE and SHOW are SELECT; MULTI is PIVOT
_AT_ONCE = 1000


class QuestionRefused(Exception):
    """The SQL is wrong, or does not only read; the message is for the person who wrote it."""


class Answer(NamedTuple):
    """Names of the columns, each once, and the rows as they come. Reading them may raise QuestionRefused."""

    columns: list[str]
    rows: Iterator[Sequence[Any]]


@contextmanager
def open_run(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that knows the tables of a run by their names. Raises InputMissing where the folder is no run's."""
    import duckdb  # noqa: PLC0415 - see kehoach --help
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.dataset as ds  # noqa: PLC0415

    from kehoach.schemas.arrow import RECORDS  # noqa: PLC0415

    paths = find_tables(folder, list(RECORDS))
    with duckdb.connect(":memory:", config=_CONFIG) as connection:
        try:
            for name, path in paths.items():
                connection.register(name, ds.dataset(path, format="parquet"))
        except (pa.ArrowException, OSError) as error:
            raise InputMissing(f"{folder} holds tables that cannot be read ({error}); run again") from error
        for alias, name in ALIASES.items():
            connection.register(alias, ds.dataset(paths[name], format="parquet"))
        for statement in _SHUT:
            connection.execute(statement)
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, question: str) -> Answer:
    """The answer to one question in SQL. Raises QuestionRefused.

    The tables are in NFC, so the question is read as such too: some keyboards write `ệ` as three characters.
    """
    import duckdb  # noqa: PLC0415

    try:
        statements = connection.extract_statements(unicodedata.normalize("NFC", question))
        if not statements:
            raise QuestionRefused("no question; the examples: kehoach query --examples")
        if len(statements) > 1:
            raise QuestionRefused(f"one question at a time: this is {len(statements)} statements of SQL")
        if statements[0].type.name not in _READING:
            raise QuestionRefused(f"only questions (SELECT …): {statements[0].type.name} does not only read")
        connection.execute(statements[0])
        columns = [column[0] for column in connection.description or []]
    except duckdb.Error as error:
        raise QuestionRefused(str(error)) from error
    return Answer(_distinct(columns), _rows(connection))


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    import duckdb  # noqa: PLC0415

    try:
        while rows := connection.fetchmany(_AT_ONCE):
            yield from rows
    except duckdb.Error as error:
        raise QuestionRefused(str(error)) from error


def _distinct(names: Sequence[str]) -> list[str]:
    """Of two columns `doc_id` of a join the second becomes `doc_id_1`: in JSON it would hide the first.

    >>> _distinct(["doc_id", "name", "doc_id"])
    ['doc_id', 'name', 'doc_id_1']
    """
    found: list[str] = []
    for name in names:
        number, unique = 0, name
        while unique in found:
            number += 1
            unique = f"{name}_{number}"
        found.append(unique)
    return found
