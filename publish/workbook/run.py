"""The tables of a run as plain rows, read one table at a time so that no more than one sheet is in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kehoach.normalize.alphabet import alphabetical
from kehoach.normalize.places import province_name
from kehoach.normalize.text import fold
from kehoach.publish.run_tables import find_tables, read_tables
from kehoach.publish.wording import Words
from kehoach.schemas.errors import InputMissing

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TABLES", "Plan", "Run", "UnitKey"]

TABLES = (
    "documents", "indicators", "targets", "tasks", "assignments", "agencies", "catalogue", "matches", "matrix",
    "diagnostics",
)  # fmt: skip
_COMMUNE_BODIES = frozenset({"ubnd", "dang_uy", "ban_chi_dao", "hdnd", "mttq"})
_PROVINCE_TYPES = frozenset({"tỉnh", "thành phố"})
UnitKey = tuple[str, str, str]
"""Province, unit, kind: what makes two plans those of one column."""


class Plan(NamedTuple):
    """What the sheets say of a plan."""

    doc_id: str
    source: str
    doc_type: str | None
    number: str | None
    issuer: str | None
    issuer_kind: str | None
    unit_type: str | None
    unit_name: str | None
    province: str | None
    unit_code: int | None
    province_code: int | None
    issue_date: dt.date | None
    period_start: int | None
    period_end: int | None
    title: str | None
    signatory_name: str | None
    replaces: str | None

    @property
    def place(self) -> str:
        """The province, with the name of the national list where its code is known."""
        return (province_name(self.province_code) if self.province_code else None) or self.province or ""

    @property
    def is_communes(self) -> bool:
        """Whether it is the plan of a commune as a whole: of its committee or party, not of a school or department."""
        return bool(self.unit_name) and self.issuer_kind in _COMMUNE_BODIES and self.unit_type not in _PROVINCE_TYPES

    @property
    def unit(self) -> str:
        """Whose plan it is: `phường Phù Liễn`; where it is of one body alone, that body."""
        if self.unit_name and (self.issuer_kind in _COMMUNE_BODIES or not self.issuer):
            return " ".join(part for part in (self.unit_type, self.unit_name) if part)
        return self.issuer or self.source.rpartition("/")[2]

    @property
    def unit_key(self) -> UnitKey:
        """The same for all plans of one unit."""
        return fold(self.place), fold(self.unit), "commune" if self.is_communes else "other"

    @property
    def years(self) -> frozenset[int] | None:
        """The years that it covers, where it says so."""
        if self.period_start is None or self.period_end is None:
            return None
        return frozenset(range(self.period_start, self.period_end + 1))

    @property
    def name(self) -> str:
        """How the plan is named: its number, else its file."""
        return self.number or self.source.rpartition("/")[2]


class Run:
    """The tables of a run in a folder. Raises InputMissing where it holds none."""

    def __init__(self, folder: Path, words: Words) -> None:
        self._folder = folder
        find_tables(folder, TABLES)
        plans = [Plan(*row) for row in self.rows("documents", Plan._fields)]
        plans.sort(key=_in_order)
        self.plans = {plan.doc_id: plan for plan in plans}
        """By doc_id, province after province, in each its own bodies first, then the communes; unknown ones last."""
        self.replaced = {plan.replaces for plan in plans if plan.replaces}
        """The plans that others of the run replace."""
        self.names = {plan.doc_id: (plan.place or None, plan.unit, self._name(plan, words)) for plan in plans}
        """Province, unit and number of each plan."""
        self.replaced = {plan.replaces for plan in plans if plan.replaces}
        """The plans that others of the run replace."""
        self.order = {doc_id: at for at, doc_id in enumerate(self.plans)}

    def _name(self, plan: Plan, words: Words) -> str:
        return words("plan.replaced", plan=plan.name) if plan.doc_id in self.replaced else plan.name

    def rows(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, of these columns; `path` is that of the first place."""
        wanted = ["places" if column == "path" else column for column in columns]
        table = read_tables(self._folder, {name: wanted})[name]
        pairs = list(zip(wanted, columns, strict=True))
        lost = [column for column in wanted if column not in table.column_names]
        if lost:
            raise InputMissing(f"{self._folder} holds tables of another version (no {lost[0]} in {name}); run again")
        for batch in table.to_batches():
            yield from zip(*(_values(batch.column(own), column) for own, column in pairs), strict=True)


def _in_order(plan: Plan) -> tuple[Any, ...]:
    name = plan.unit_name if plan.is_communes and plan.unit_name else plan.unit
    return not plan.place, alphabetical(plan.place), plan.is_communes, alphabetical(name), plan.unit, plan.source


def _values(array: pa.Array, column: str) -> list[Any]:
    import pyarrow.compute as pc  # noqa: PLC0415 - see kehoach --help

    if column == "path":
        first = pc.list_slice(array, 0, 1, return_fixed_size_list=True)
        array = pc.struct_field(first.flatten() if not first.null_count else pc.list_element(first, 0), "path")
    values: list[Any] = array.to_pylist()
    return values
