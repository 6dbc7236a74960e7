"""The Arrow schemas of the tables, made from the type hints of the records.

`Int8/16/32` and `Float32` become the types of that width, `dt.date` is date32, `X | None` may be null, everything
else may not; a list is never null. Columns stand in the order of the contract: `doc_id` first, then what the record
adds, then where it stands (`line`, `page`, `places`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, chain
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pyarrow as pa
from msgspec import Meta

from kehoach.schemas import records

__all__ = ["RECORDS", "codes_of", "parquet_bytes", "read_parquet", "records_to_table", "schema_of"]

RECORDS: dict[str, type[records.Record]] = {
    "files": records.File,
    "documents": records.Document,
    "sections": records.Section,
    "references": records.Reference,
    "tables": records.Table,
    "rows": records.Row,
    "indicators": records.Indicator,
    "targets": records.Target,
    "tasks": records.Task,
    "assignments": records.Assignment,
    "agencies": records.Agency,
    "catalogue": records.Canonical,
    "matches": records.Match,
    "matrix": records.MatrixCell,
    "diagnostics": records.Diagnostic,
}
"""The tables of the contract, in its order, and the record that makes a row of each."""

_NO_DOC_ID = {"agencies", "catalogue"}  # bodies and canonical indicators belong to no single plan
_NULL_DOC_ID = {"diagnostics"}  # a file that gave no plan has diagnostics too
_PLAIN = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(), dt.date: pa.date32()}
_WIDTHS = {127: pa.int8(), 32767: pa.int16(), 2**31 - 1: pa.int32()}


@cache
def schema_of(table: str) -> pa.Schema:
    """The Arrow schema of a table of the contract. Raises KeyError for an unknown name."""
    record = RECORDS[table]
    hints = get_type_hints(record, include_extras=True)
    fields = [_field(name, hints[name]) for name in _columns(record)]
    if table not in _NO_DOC_ID and "doc_id" not in hints:
        fields.insert(0, pa.field("doc_id", pa.string(), nullable=table in _NULL_DOC_ID))
    return pa.schema(fields)


@cache
def codes_of(table: str) -> dict[str, frozenset[str]]:
    """The columns of a table, single values or lists, that hold only certain words, and these."""
    hints = get_type_hints(RECORDS[table], include_extras=True)
    found = {}
    for name, hint in hints.items():
        inner, _ = _without_none(hint)
        inner = get_args(inner)[0] if get_origin(inner) is list else inner
        if get_origin(inner) is Literal:
            found[name] = frozenset(get_args(inner))
    return found


def records_to_table(table: str, rows: Iterable[tuple[str | None, records.Record]]) -> pa.Table:
    """The Arrow table of records, each with the `doc_id` of its plan (ignored where a record holds its own)."""
    schema = schema_of(table)
    pairs = list(rows)
    own = RECORDS[table].__struct_fields__
    values = _columns_of([record for _, record in pairs], own)
    columns = [
        _array(values[field.name], field.type)
        if field.name in values
        else pa.array([doc_id for doc_id, _ in pairs], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _columns_of(structs: Sequence[msgspec.Struct], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """The values of each field, one a struct; no loop of ours runs over them."""
    if len(names) == 1:
        return {names[0]: list(map(attrgetter(names[0]), structs))}
    columns = zip(*map(attrgetter(*names), structs), strict=True) if structs else [()] * len(names)
    return dict(zip(names, columns, strict=True))


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file; the same table gives the same bytes."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - not needed for the schemas

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def read_parquet(data: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """A table from the bytes of a Parquet file. Raises ArrowException or OSError where they are damaged.

    In this thread alone: one of Arrow's threads that let go of Python's bytes while the process ends would abort it.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - not needed for the schemas

    return pq.ParquetFile(pa.BufferReader(data)).read(columns, use_threads=False)


def _columns(record: type[records.Record]) -> list[str]:
    """Field names in contract order: a record's own first, the inherited place last."""
    names = list(record.__struct_fields__)
    placed = [name for name in records.Placed.__struct_fields__ if name in names]
    return [name for name in names if name not in placed] + placed


def _field(name: str, hint: Any) -> pa.Field:
    inner, nullable = _without_none(hint)
    return pa.field(name, _type(inner), nullable=nullable)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """`Int32 | None` → (`Int32`, True)."""
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not NoneType]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _type(hint: Any) -> pa.DataType:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) is list:
        return pa.list_(pa.field("item", _type(get_args(hint)[0]), nullable=False))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint, include_extras=True)
        return pa.struct([_field(name, hints[name]) for name in hint.__struct_fields__])
    return _annotated(hint)


def _annotated(hint: Any) -> pa.DataType:
    """`Annotated[int, Meta(le=127)]` → int8; `Annotated[float, Meta(extra={"arrow": "float32"})]` → float32."""
    for mark in get_args(hint)[1:]:
        if isinstance(mark, Meta) and mark.extra and "arrow" in mark.extra:
            return pa.type_for_alias(mark.extra["arrow"])
        if isinstance(mark, Meta) and mark.le in _WIDTHS:
            return _WIDTHS[int(mark.le)]
    raise TypeError(f"no Arrow type for {hint!r}")


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        return _list_of_structs(values, kind)
    return pa.array(values, kind)


def _list_of_structs(values: Sequence[Sequence[msgspec.Struct]], kind: pa.ListType) -> pa.Array:
    """Lists of places, column by column: many times faster than through a dict for each."""
    offsets = [0, *accumulate(map(len, values))]
    fields = list(kind.value_type)
    columns = _columns_of(list(chain.from_iterable(values)), [field.name for field in fields])
    children = [pa.array(columns[field.name], field.type) for field in fields]
    structs = pa.StructArray.from_arrays(children, fields=fields)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs, type=kind)
