"""The Arrow schemas say what the contract says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pytest

from kehoach.schemas import records
from kehoach.schemas.arrow import RECORDS, records_to_table, schema_of
from tests.conftest import small_plan
from tests.corpus import SHARED

CONTRACT = SHARED / "TABLES.md"

# one for each kind of hint
FIELDS = [
    ("sections", "level", pa.int8(), False),
    ("targets", "period", pa.int16(), True),
    ("tasks", "task_id", pa.int32(), False),
    ("documents", "chars", pa.int64(), False),
    ("targets", "value", pa.float64(), True),
    ("files", "seconds", pa.float32(), True),
    ("documents", "issue_date", pa.date32(), True),
    ("targets", "aspirational", pa.bool_(), False),
    ("tables", "kind", pa.string(), False),
    ("targets", "comparator", pa.string(), True),
    ("diagnostics", "doc_id", pa.string(), True),
    ("rows", "doc_id", pa.string(), False),
]


@pytest.mark.parametrize(("table", "column", "kind", "nullable"), FIELDS)
def test_hint_becomes_type(table: str, column: str, kind: pa.DataType, nullable: bool) -> None:
    field = schema_of(table).field(column)
    assert (field.type, field.nullable) == (kind, nullable)


@pytest.mark.parametrize("table", RECORDS)
def test_lists_are_never_null(table: str) -> None:
    assert not [field.name for field in schema_of(table) if pa.types.is_list(field.type) and field.nullable]


@pytest.mark.parametrize("table", RECORDS)
def test_place_stands_last(table: str) -> None:
    names = schema_of(table).names
    if {"line", "page"} <= set(names):
        assert names[-3:] == ["line", "page", "places"]
    if "doc_id" in RECORDS[table].__struct_fields__ or table in ("agencies", "catalogue"):
        return
    assert names[0] == "doc_id"


def test_record_survives() -> None:
    plan = small_plan(b"x", "x.txt")
    (row,) = records_to_table("documents", [(None, plan.document)]).to_pylist()
    assert row["issue_date"] == dt.date(2026, 3, 2)
    assert row["recipients"] == ["Như trên", "Lưu: VT"]
    (target,) = records_to_table("targets", [("d", plan.targets[0])]).to_pylist()
    assert (target["doc_id"], target["value"], target["places"][0]["line"]) == ("d", 80.0, 3)


def test_places_of_several_rows() -> None:
    rows = [records.Reference(kind="k", number=str(n), places=[records.Place(line=n)] * n) for n in range(3)]
    table = records_to_table("references", [("d", row) for row in rows])
    table.validate(full=True)
    assert [[place["line"] for place in places] for places in table["places"].to_pylist()] == [[], [1], [2, 2]]


def test_no_rows() -> None:
    assert records_to_table("matrix", []).schema == schema_of("matrix")


# --- against TABLES.md, where it is there -----------------------------------------------------------------------

_TYPES = {
    "string": pa.string(), "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(),
    "float32": pa.float32(), "float64": pa.float64(), "bool": pa.bool_(), "date32": pa.date32(),
    "list<string>": pa.list_(pa.field("item", pa.string(), nullable=False)),
}  # fmt: skip
_COLUMN = re.compile(r"^(?P<name>\w+)(?: (?P<type>[\w<>]+)(?P<null>\?)?)?(?: \(.*\))?$")


def contract_columns(text: str) -> dict[str, list[tuple[str, str | None, bool]]]:
    """The columns of each table as TABLES.md has them: name, type (None where it says none), may be null."""
    tables: dict[str, list[tuple[str, str | None, bool]]] = {}
    for part in re.split(r"(?m)^## ", text)[1:]:
        name = part.split()[0]
        listed = re.findall(r"`([^`]*)`", part, re.S)
        lists = {"tables": r"tables: `([^`]*)`", "rows": r"rows: `([^`]*)`"}
        if name == "tables":
            for table, pattern in lists.items():
                tables[table] = _columns(re.findall(pattern, part)[0])
        elif name == "documents":
            tables[name] = _columns_of_rows(part)
        elif listed and "," in listed[0] and name in RECORDS:
            tables[name] = _columns(listed[0])
    return tables


def _columns(text: str) -> list[tuple[str, str | None, bool]]:
    text = re.sub(r"\([^)]*\)", "", text)  # what stands in brackets explains
    parts = [re.sub(r"\s+", " ", part).strip() for part in text.split(",")]
    if "…places" in parts:
        parts[parts.index("…places") :] = ["line int32?", "page int32?", "places"]
    found = [_COLUMN.match(part) for part in parts]
    return [(match["name"], match["type"], bool(match["null"])) for match in found if match]


def _columns_of_rows(part: str) -> list[tuple[str, str | None, bool]]:
    columns = []
    for line in re.findall(r"(?m)^\| ([a-z_0-9, /]+) \| ([^|]+) \|", part):
        names, types = re.split(r", | / ", line[0]), line[1].strip().split(", ")
        for at, name in enumerate(names):
            kind = types[min(at, len(types) - 1)]
            columns.append((name.strip(), kind.rstrip("?"), kind.endswith("?")))
    return [column for column in columns if column[0] != "column"]


CONTRACT_TABLES = contract_columns(CONTRACT.read_text(encoding="utf-8")) if CONTRACT.exists() else {}


@pytest.mark.skipif(not CONTRACT.exists(), reason="no ../shared/TABLES.md")
def test_every_table_of_the_contract() -> None:
    assert set(CONTRACT_TABLES) == set(RECORDS)


@pytest.mark.parametrize("table", CONTRACT_TABLES)
def test_columns_are_those_of_the_contract(table: str) -> None:
    schema = schema_of(table)
    wanted = CONTRACT_TABLES[table]
    names = [name for name in schema.names if name in {column[0] for column in wanted}]
    assert names == [name for name, _, _ in wanted]
    for name, kind, nullable in wanted:
        if kind in _TYPES:
            assert (schema.field(name).type, schema.field(name).nullable) == (_TYPES[kind], nullable), name


def test_contract_is_code_in_one_place() -> None:
    """No other module of the package defines an Arrow schema."""
    root = Path(__file__).resolve().parent.parent
    rooms = ("extract", "normalize", "publish", "schemas")
    modules = [path for room in rooms for path in (root / room).rglob("*.py")]
    assert [path.name for path in modules if "pa.schema(" in path.read_text(encoding="utf-8")] == ["arrow.py"]
