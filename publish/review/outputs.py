"""The tables of a run, read back as the records they were written from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from kehoach.schemas.errors import InputMissing
from kehoach.schemas.records import Agency, Canonical, Match, Plan, Record

__all__ = ["Lists", "Outputs", "read_lists", "read_outputs"]

_OF_A_PLAN = ("tables", "rows", "indicators", "targets", "tasks", "assignments", "diagnostics")
_NEEDED = ("documents", *_OF_A_PLAN, "agencies", "catalogue", "matches")
RecordType = TypeVar("RecordType", bound=Record)


class Lists(NamedTuple):
    """What of a run is needed to take answers: which plans it read, what may be chosen."""

    run_id: str
    doc_ids: frozenset[str]
    catalogue: dict[str, Canonical]
    agencies: dict[str, Agency]


class Outputs(NamedTuple):
    """A run: its plans (without sections and references) and what all of them together show."""

    run_id: str
    """Digest of the tables: another for every other run that gives other tables."""
    plans: list[Plan]
    matches: list[tuple[str, Match]]
    """Each with its doc_id."""
    catalogue: dict[str, Canonical]
    agencies: dict[str, Agency]

    @property
    def by_doc(self) -> dict[str, Plan]:
        """The plans by doc_id."""
        return {plan.document.doc_id: plan for plan in self.plans}


def read_lists(folder: Path) -> Lists:
    """Read the lists of a run alone. Raises InputMissing as read_outputs does."""
    tables = _tables(folder, ("documents", "catalogue", "agencies"))
    try:
        return Lists(
            run_id=_digest(folder),
            doc_ids=frozenset(row["doc_id"] for row in tables["documents"]),
            catalogue={row["canonical_id"]: _record(row, Canonical) for row in tables["catalogue"]},
            agencies={row["agency_id"]: _record(row, Agency) for row in tables["agencies"]},
        )
    except msgspec.ValidationError as error:
        raise _other_version(folder, error) from error


def read_outputs(folder: Path) -> Outputs:
    """Read the tables that a run wrote into a folder. Raises InputMissing where there are none, or unlike ones."""
    tables = _tables(folder, _NEEDED)
    plans: dict[str, dict[str, Any]] = {row["doc_id"]: {"document": row} for row in tables["documents"]}
    for name in _OF_A_PLAN:
        for row in tables[name]:
            if row["doc_id"] in plans:  # a diagnostic may be of a file that is no plan
                plans[row["doc_id"]].setdefault(name, []).append(row)
    try:
        return Outputs(
            run_id=_digest(folder),
            plans=[_record(plan, Plan) for plan in plans.values()],
            matches=[(row["doc_id"], _record(row, Match)) for row in tables["matches"]],
            catalogue={row["canonical_id"]: _record(row, Canonical) for row in tables["catalogue"]},
            agencies={row["agency_id"]: _record(row, Agency) for row in tables["agencies"]},
        )
    except msgspec.ValidationError as error:
        raise _other_version(folder, error) from error


def _tables(folder: Path, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    missing = [name for name in _NEEDED if not (folder / f"{name}.parquet").exists()]
    if missing:
        raise InputMissing(f"{folder} holds no tables of a run: no {missing[0]}.parquet; make them with: kehoach run")
    return {name: _rows(folder / f"{name}.parquet") for name in names}


def _other_version(folder: Path, error: Exception) -> InputMissing:
    return InputMissing(f"{folder} holds tables of another version ({error}); run again")


def _rows(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - see kehoach --help

    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def _record(row: Mapping[str, Any], kind: type[RecordType]) -> RecordType:
    return msgspec.convert(row, kind)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _NEEDED:
        digest.update(hashlib.sha256((folder / f"{name}.parquet").read_bytes()).digest())
    return digest.hexdigest()[:12]
