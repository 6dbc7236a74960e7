"""A run as the report needs it: its plans as records, and what all of them together show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kehoach.normalize.text import fold, without_tones
from kehoach.publish.run_tables import read_tables
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.records import Agency, Canonical, Document, Match, MatrixCell, Plan

__all__ = ["Run", "document_name", "read_run", "unit_key", "unit_label", "unit_labels"]

_OF_A_PLAN = (
    "sections", "references", "tables", "rows", "indicators", "targets", "tasks", "assignments", "diagnostics",
)  # fmt: skip
_OF_ALL = ("documents", "agencies", "catalogue", "matches", "matrix")
_PLAIN_ID = re.compile(r"[0-9A-Za-z_]{1,64}")  # goes into names of files and anchors


class Run(NamedTuple):
    """The plans in the order of their units' names, and the tables over all plans."""

    plans: list[Plan]
    matches: Mapping[tuple[str, int], Sequence[Match]]
    catalogue: Mapping[str, Canonical]
    agencies: Mapping[str, Agency]
    matrix: list[MatrixCell]


def read_run(folder: Path) -> Run:
    """Read the tables that a run wrote. Raises InputMissing where there are none, or unlike ones."""
    tables = {name: table.to_pylist() for name, table in read_tables(folder, _columns()).items()}
    try:
        plans = _plans(tables)
        matches: dict[tuple[str, int], list[Match]] = {}
        for row in tables["matches"]:
            matches.setdefault((row["doc_id"], row["indicator_id"]), []).append(msgspec.convert(row, Match))
        run = Run(
            plans=sorted(plans, key=lambda plan: _order(plan.document)),
            matches=matches,
            catalogue={row["canonical_id"]: msgspec.convert(row, Canonical) for row in tables["catalogue"]},
            agencies={row["agency_id"]: msgspec.convert(row, Agency) for row in tables["agencies"]},
            matrix=msgspec.convert(tables["matrix"], list[MatrixCell]),
        )
    except msgspec.ValidationError as error:
        raise InputMissing(f"{folder} holds tables of another version ({error}); run again") from error
    for plan in run.plans:
        if not _PLAIN_ID.fullmatch(plan.document.doc_id):
            raise InputMissing(f"{folder} holds a doc_id that is none: {plan.document.doc_id!r}; run again")
    return run


def _columns() -> dict[str, None]:
    return dict.fromkeys((*_OF_ALL, *_OF_A_PLAN))


def _plans(tables: Mapping[str, Sequence[dict[str, Any]]]) -> list[Plan]:
    found: dict[str, dict[str, Any]] = {row["doc_id"]: {"document": row} for row in tables["documents"]}
    for name in _OF_A_PLAN:
        for row in tables[name]:
            if row["doc_id"] in found:  # a diagnostic may be of a file that is no plan
                found[row["doc_id"]].setdefault(name, []).append(row)
    return msgspec.convert(list(found.values()), list[Plan])


def unit_label(document: Document) -> str:
    """Whose plan it is, as a reader would say it: `Phường Phù Liễn`, `Sở Nội vụ`, else the name of the file.

    A department of a province is named as such: its unit is the whole province.
    """
    unit = " ".join(part for part in (document.unit_type, document.unit_name) if part)
    own_name = document.issuer and document.issuer_kind in ("so", "phong", "bo")
    label = document.issuer if own_name or not document.unit_name else unit
    return label[0].upper() + label[1:] if label else Path(document.source).name


def unit_key(document: Document) -> str:
    """What two plans of one unit have in common: the code of the list, else its name with that of the province."""
    if document.unit_code is not None:
        return f"{document.unit_code} {unit_label(document)}"
    return fold(f"{unit_label(document)} {document.province or document.doc_id}")


def unit_labels(plans: Sequence[Plan]) -> list[str]:
    """The label of each plan's unit, with its province where units of several provinces have the same."""
    keys: dict[str, set[str]] = {}
    for plan in plans:
        keys.setdefault(unit_label(plan.document), set()).add(unit_key(plan.document))
    return [
        f"{label} ({plan.document.province})" if len(keys[label]) > 1 and plan.document.province else label
        for plan in plans
        if (label := unit_label(plan.document))
    ]


def document_name(document: Document) -> str:
    """The plan among those of its unit: `Kế hoạch 95/KH-UBND`, else the name of its file."""
    name = " ".join(part for part in (document.doc_type, document.number) if part)
    return name if document.number else f"{name} ({Path(document.source).name})".strip()


def _order(document: Document) -> tuple[str, str, str]:
    label = fold(unit_label(document))
    return without_tones(label), label, document.doc_id
