"""The tables against each other: each key leads somewhere, ids count from 0, sums agree. One query a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import duckdb
import pyarrow as pa

from kehoach.pipeline.verify.faults import Fault

__all__ = ["CHECKS", "check_keys"]


class Check(NamedTuple):
    """A query that gives a row, `what`, for each row of the table that is wrong."""

    table: str
    code: str
    message: str
    query: str
    others: tuple[str, ...] = ()
    """The other tables that it needs."""


def _unique(table: str, *columns: str) -> Check:
    key = ", ".join(columns)
    query = f'SELECT {_what(columns)} FROM "{table}" t GROUP BY {key} HAVING count(*) > 1'
    return Check(table, "key-repeated", f"{key} stands twice", query)


def _counts(table: str, column: str, *within: str) -> Check:
    """Within each plan (table, indicator), ids are 0, 1, 2, … in the order of the rows."""
    query = f"""SELECT {_what((*within, column))} FROM (
        SELECT *, row_number() OVER (PARTITION BY {", ".join(within)} ORDER BY row_at) - 1 AS expected FROM "{table}"
    ) t WHERE {column} <> expected"""
    return Check(table, "id-order", f"{column} does not count from 0 within {', '.join(within)}", query)


def _leads(table: str, columns: Sequence[str], to: str, others: Sequence[str] = (), where: str = "true") -> Check:
    """Where none of the columns is null, there is such a row in the other table."""
    others = others or columns
    same = " AND ".join(f"t.{one} = o.{other}" for one, other in zip(columns, others, strict=True))
    there = " AND ".join(f"t.{one} IS NOT NULL" for one in columns)
    query = f'SELECT {_what(columns)} FROM "{table}" t ANTI JOIN "{to}" o ON {same} WHERE {there} AND {where}'
    return Check(table, "key-unknown", f"{', '.join(columns)} leads to no row of {to}", query, (to,))


def _wrong(table: str, code: str, message: str, where: str, *columns: str) -> Check:
    return Check(table, code, message, f'SELECT {_what(columns)} FROM "{table}" t WHERE {where}')


def _what(columns: Sequence[str]) -> str:
    return f"concat_ws(' ', {', '.join(f't.{column}' for column in columns)}) AS what"


_OF_PLANS = (
    "sections", "references", "tables", "rows", "indicators", "targets", "tasks", "assignments", "matches", "matrix",
    "diagnostics",
)  # fmt: skip
_SECTION = ("doc_id", "section_id")
_INDICATOR = ("doc_id", "indicator_id")
_READ = "t.status IN ('ok', 'kept')"
_SUM = "chars_kept + chars_dropped"

CHECKS: tuple[Check, ...] = (
    _unique("files", "source"),
    _unique("documents", "doc_id"),
    _unique("agencies", "agency_id"),
    _unique("catalogue", "canonical_id"),
    _unique("matches", "doc_id", "indicator_id", "link_no"),
    _counts("sections", "section_id", "doc_id"),
    _counts("tables", "table_id", "doc_id"),
    _counts("rows", "row_id", "doc_id", "table_id"),
    _counts("indicators", "indicator_id", "doc_id"),
    _counts("targets", "target_no", "doc_id", "indicator_id"),
    _counts("tasks", "task_id", "doc_id"),
    *(_leads(table, ["doc_id"], "documents") for table in _OF_PLANS),
    _leads("documents", ["replaces"], "documents", ["doc_id"]),
    _leads("documents", ["source", "doc_id"], "files"),
    _leads("files", ["doc_id"], "documents", where=_READ),
    _wrong("files", "doc-id", "a file that was read has no doc_id", f"doc_id IS NULL AND {_READ}", "source"),
    _wrong("documents", "doc-id", "doc_id is not how sha256 begins", "doc_id <> sha256[:16]", "doc_id"),
    _wrong("documents", "sources", "source is none of sources", "NOT list_contains(sources, source)", "source"),
    _wrong("documents", "chars", f"chars is not {_SUM}", f"chars <> {_SUM}", "source"),
    _leads("sections", ["doc_id", "parent_id"], "sections", _SECTION),
    _wrong("sections", "order", "a section stands before its parent", "parent_id >= section_id", *_SECTION),
    *(_leads(table, ["doc_id", "table_id"], "tables") for table in ("rows", "indicators", "tasks")),
    _leads("indicators", ["doc_id", "duplicate_of"], "indicators", _INDICATOR),
    _wrong("indicators", "order", "an indicator repeats one after it", "duplicate_of >= indicator_id", *_INDICATOR),
    *(_leads(table, _INDICATOR, "indicators") for table in ("targets", "matches", "matrix")),
    *(_leads(table, (*_INDICATOR, "target_no"), "targets") for table in ("matches", "matrix")),
    _leads("assignments", ["doc_id", "subject_id"], "tasks", ["doc_id", "task_id"], "t.subject = 'task'"),
    _leads("assignments", ["doc_id", "subject_id"], "indicators", _INDICATOR, "t.subject = 'indicator'"),
    _leads("assignments", ["agency_id"], "agencies"),
    *(_leads(table, ["canonical_id"], "catalogue") for table in ("matches", "matrix")),
    _leads("matches", ["runner_up_id"], "catalogue", ["canonical_id"]),
    *(_leads("catalogue", [column], "catalogue", ["canonical_id"]) for column in ("broader", "replaced_by")),
    Check(
        "agencies", "mentions", "mentions is not the number of assignments",
        f"""SELECT {_what(["agency_id"])} FROM agencies t LEFT JOIN (
            SELECT agency_id, count(*) AS found FROM assignments GROUP BY agency_id
        ) o ON t.agency_id = o.agency_id WHERE t.mentions <> coalesce(o.found, 0)""",
        ("assignments",),
    ),
)  # fmt: skip


def check_keys(tables: Mapping[str, pa.Table]) -> list[Fault]:
    """The faults between these tables; a check that needs a table which is not there is left out."""
    with duckdb.connect() as database:
        for name, table in tables.items():
            database.register(name, table.append_column("row_at", pa.array(range(table.num_rows), pa.int64())))
        return list(_faults(database, tables))


def _faults(database: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> Iterator[Fault]:
    for check in CHECKS:
        if {check.table, *check.others} <= set(tables):
            found = database.execute(f"SELECT count(*), min(what) FROM ({check.query})").fetchone()
            if found is not None and found[0]:
                count, first = found
                more = f" and {count - 1} more" if count > 1 else ""
                yield Fault(check.table, check.code, f"{check.message}: {first}{more}")
