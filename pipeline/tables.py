"""From the stored plans to the tables of the contract: the facts of each, and what only all plans together show.

Plans are taken from the disk some at a time; only their columns, and what matching needs of them, stay in memory.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kehoach.pipeline.shelf import Volume
from kehoach.pipeline.store import Store
from kehoach.schemas.records import Document, File, Plan, Record

if TYPE_CHECKING:
    import pyarrow as pa

    from kehoach.normalize.agency_table import Mention
    from kehoach.normalize.matching import Named
    from kehoach.schemas.records import Reference

__all__ = ["make_tables", "put_right"]

_AT_ONCE = 64  # plans; enough for columns to be worth while


class _Facts(msgspec.Struct):
    """What all plans together are understood from."""

    documents: list[Document] = []
    named: list[Named] = []
    mentions: Counter[Mention] = msgspec.field(default_factory=Counter)
    replacing: dict[str, list[Reference]] = {}


def put_right(plans: Sequence[Plan], workspace: Path | None) -> list[Plan]:
    """The plans with the corrections of the workspace; where a value changed, repeated indicators are sought again.

    Raises ValueError with the faults of the file of corrections.
    """
    from kehoach.extract.indicators import mark_duplicates  # noqa: PLC0415
    from kehoach.normalize.correcting import correct_plans  # noqa: PLC0415
    from kehoach.normalize.corrections import load_corrections  # noqa: PLC0415

    corrections = load_corrections(workspace)
    if not corrections:
        return list(plans)
    found = correct_plans(plans, corrections)
    for plan, before in zip(found, plans, strict=True):
        if plan is not before:
            for indicator in plan.indicators:
                indicator.duplicate_of = None
            mark_duplicates(plan.indicators, plan.targets)
    return found


def make_tables(
    store: Store, volumes: Sequence[Volume], files: Sequence[File], workspace: Path | None
) -> dict[str, pa.Table]:
    """Every table of the contract by name, from these stored plans, in their order. Raises OutputUnavailable where a
    plan cannot be read any more.
    """
    import pyarrow as pa  # noqa: PLC0415 - see kehoach --help

    facts = _Facts()
    parts: dict[str, list[pa.Table]] = {}
    rest = iter(volumes)
    with _without_collector():
        while some := list(islice(rest, _AT_ONCE)):
            plans = put_right([_take(store, volume) for volume in some], workspace)
            for name, table in _facts_tables(plans).items():
                parts.setdefault(name, []).append(table)
            _gather(plans, facts)
        tables = {name: pa.concat_tables(several).combine_chunks() for name, several in parts.items()}
        return _with_meaning(tables, facts, files, workspace)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without the search for circles among objects, which looks at all records again and again and finds none: it
    took half of the time.
    """
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


def _take(store: Store, volume: Volume) -> Plan:
    """A stored plan under the names that its files have now."""
    plan = store.load(volume.name)
    document = plan.document
    before, document.source = document.source, volume.sources[0]
    parts = [document.source + name.removeprefix(before) for name in document.sources if name != before]  # of a bundle
    document.sources = [*parts, *volume.sources]
    for diagnostic in plan.diagnostics:
        if diagnostic.source == before:
            diagnostic.source = document.source
    return plan


def _gather(plans: Sequence[Plan], facts: _Facts) -> None:
    """Take from plans what is needed of them later; what only their own tables hold is let go."""
    from kehoach.normalize.agency_table import plan_mentions  # noqa: PLC0415
    from kehoach.normalize.matching import plan_named  # noqa: PLC0415
    from kehoach.normalize.replacing import replacing_references  # noqa: PLC0415

    for plan in plans:
        facts.documents.append(plan.document)
        facts.named += plan_named(plan)
        for one in (*plan.indicators, *plan.targets):
            one.places = []  # more than half of the memory
        facts.mentions.update(plan_mentions(plan))
        if replacing := replacing_references(plan.references):
            facts.replacing[plan.document.doc_id] = replacing


def _facts_tables(plans: Sequence[Plan]) -> dict[str, pa.Table]:
    """The tables whose rows each belong to one plan."""
    from kehoach.schemas.arrow import records_to_table  # noqa: PLC0415

    names = [name for name in Plan.__struct_fields__ if name != "document"]
    return {
        name: records_to_table(name, [(plan.document.doc_id, one) for plan in plans for one in getattr(plan, name)])
        for name in names
    }


def _with_meaning(
    tables: Mapping[str, pa.Table], facts: _Facts, files: Sequence[File], workspace: Path | None
) -> dict[str, pa.Table]:
    """All tables; `files.seconds` stays null, for a clock gives other bytes each time."""
    from kehoach.normalize.agency_decisions import load_agency_book  # noqa: PLC0415
    from kehoach.normalize.agency_table import link_mentions  # noqa: PLC0415
    from kehoach.normalize.knowledge import load_knowledge  # noqa: PLC0415
    from kehoach.normalize.matching import match_named  # noqa: PLC0415
    from kehoach.normalize.matrix import build_matrix  # noqa: PLC0415
    from kehoach.normalize.replacing import link_replaced, newest  # noqa: PLC0415
    from kehoach.schemas.arrow import RECORDS, records_to_table, schema_of  # noqa: PLC0415

    replaced = link_replaced(facts.documents, facts.replacing)
    for document in facts.documents:
        document.replaces = replaced.get(document.doc_id)
    ids, agencies = link_mentions(facts.mentions, load_agency_book(workspace))
    matches, catalogue = match_named(facts.named, load_knowledge(workspace))
    current = {document.doc_id: document for document in newest(facts.documents)}
    rows: dict[str, Sequence[Record]] = {
        "files": [msgspec.structs.replace(file, seconds=None) for file in files],
        "documents": facts.documents,
        "agencies": agencies,
        "catalogue": catalogue,
        "matrix": build_matrix(facts.named, current, matches),
    }
    made = {name: records_to_table(name, [(None, one) for one in found]) for name, found in rows.items()}
    made["matches"] = records_to_table("matches", matches)
    made |= tables
    for name in RECORDS:
        if name not in made:
            made[name] = schema_of(name).empty_table()
    made["assignments"] = _with_agencies(made["assignments"], facts.documents, ids)
    return {name: made[name] for name in RECORDS}


def _with_agencies(assignments: pa.Table, documents: Sequence[Document], ids: Mapping[Mention, str | None]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    from kehoach.normalize.agency_table import Mention  # noqa: PLC0415

    units = {one.doc_id: (one.unit_type, one.unit_name) for one in documents}
    columns = zip(assignments["doc_id"].to_pylist(), assignments["agency_raw"].to_pylist(), strict=True)
    linked = [ids[Mention(raw, *units[doc_id])] for doc_id, raw in columns]
    at = assignments.schema.get_field_index("agency_id")
    return assignments.set_column(at, assignments.schema.field(at), pa.array(linked, pa.string()))
