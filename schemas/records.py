"""The records of a plan: one typed struct for each table of the data contract.

A record holds what is printed and, beside it, what is understood; it never parses and never calls a stage.
The field order is the column order of the Parquet tables (:mod:`kehoach.schemas.arrow`).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Int8 = Annotated[int, Meta(ge=-128, le=127)]
Int16 = Annotated[int, Meta(ge=-32768, le=32767)]
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Float32 = Annotated[float, Meta(extra={"arrow": "float32"})]

DeadlineKind = Literal["date", "month", "quarter", "half", "year", "range", "open", "recurring", "conditional", "none"]
Comparator = Literal["=", ">=", "<=", ">", "<", "range"]
TableKind = Literal["indicators", "tasks", "other"]
RowKind = Literal["group", "item"]
ColumnRole = Literal[
    "ordinal", "name", "unit", "target", "baseline", "budget", "lead", "coordinating", "output",
    "kpi", "basis", "deadline", "note", "subtask", "other",
]  # fmt: skip
ReferenceRole = Literal["basis", "replaces", "amends", "cites"]
AssignmentRole = Literal["lead", "coordinating"]
Severity = Literal["error", "warning", "info"]


class Record(msgspec.Struct, omit_defaults=True):
    """Base of all records: defaults are left out of JSON (`kw_only` is not inherited, so each class says it)."""


class Place(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """Where a thing stands in its source; one for each part a page break made of it."""

    page: Int32 | None = None
    x0: Float32 | None = None
    top: Float32 | None = None
    x1: Float32 | None = None
    bottom: Float32 | None = None
    line: Int32 | None = None
    col: Int32 | None = None
    line_end: Int32 | None = None
    col_end: Int32 | None = None
    path: str | None = None


class Placed(Record, kw_only=True):
    """A record with its place: ``line`` and ``page`` of where it starts, ``places`` of all its parts."""

    line: Int32 | None = None
    page: Int32 | None = None
    places: list[Place] = []


class File(Record, kw_only=True):
    """One input file and what became of it."""

    source: str
    sha256: str | None = None
    doc_id: str | None = None
    format: str | None = None
    status: str
    message: str | None = None
    seconds: Float32 | None = None


class Document(Record, kw_only=True):
    """The front matter of a plan."""

    doc_id: str
    source: str
    sources: list[str] = []
    sha256: str
    format: str
    ocr: bool = False
    doc_type: str | None = None
    number: str | None = None
    number_raw: str | None = None
    issuer: str | None = None
    issuer_kind: str | None = None
    unit_type: str | None = None
    unit_name: str | None = None
    province: str | None = None
    unit_code: Int32 | None = None
    province_code: Int32 | None = None
    issue_date: dt.date | None = None
    plan_year: Int16 | None = None
    period_start: Int16 | None = None
    period_end: Int16 | None = None
    title: str | None = None
    signatory_name: str | None = None
    signatory_title: str | None = None
    recipients: list[str] = []
    replaces: str | None = None
    pages: Int32 | None = None
    chars: int = 0
    chars_kept: int = 0
    chars_dropped: int = 0
    places: list[Place] = []


class Section(Placed, kw_only=True):
    """A heading or numbered paragraph; marker "" holds text that belongs to no heading."""

    section_id: Int32
    parent_id: Int32 | None = None
    level: Int8
    marker: str
    title: str | None = None
    text: str | None = None
    appendix: str | None = None


class Reference(Placed, kw_only=True):
    """A legal document that the plan cites."""

    kind: str
    number: str
    date: dt.date | None = None
    issuer: str | None = None
    role: ReferenceRole = "cites"
    mentions: Int32 = 1


class Table(Placed, kw_only=True):
    """An appendix table as printed."""

    table_id: Int32
    appendix: str | None = None
    title: str | None = None
    kind: TableKind
    header: list[str]
    roles: list[ColumnRole]


class Row(Placed, kw_only=True):
    """A row of an appendix table; ``group`` holds the markers of the group rows above it."""

    table_id: Int32
    row_id: Int32
    kind: RowKind
    cells: list[str]
    group: list[str] = []


class Indicator(Placed, kw_only=True):
    """An indicator as a plan states it, from a table or (``table_id`` None) from prose."""

    indicator_id: Int32
    table_id: Int32 | None = None
    appendix: str | None = None
    ordinal: str
    group: list[str] = []
    group_titles: list[str] = []
    name: str
    text: str | None = None
    unit: str | None = None
    lead: str | None = None
    coordinating: str | None = None
    output: str | None = None
    note: str | None = None
    duplicate_of: Int32 | None = None


class Target(Placed, kw_only=True):
    """A value that an indicator is to reach by a year."""

    indicator_id: Int32
    target_no: Int32
    period: Int16 | None = None
    raw: str
    comparator: Comparator | None = None
    value: float | None = None
    value_high: float | None = None
    unit: str | None = None
    scope: str | None = None
    aspirational: bool = False
    baseline: bool = False
    qualitative: str | None = None


class Task(Placed, kw_only=True):
    """A piece of work with its deadline; who does it stands in the assignments."""

    task_id: Int32
    table_id: Int32 | None = None
    appendix: str | None = None
    ordinal: str
    group: list[str] = []
    group_titles: list[str] = []
    name: str
    subtask: str | None = None
    output: str | None = None
    kpi: str | None = None
    basis: str | None = None
    note: str | None = None
    lead_raw: str | None = None
    coordinating_raw: str | None = None
    deadline_raw: str | None = None
    deadline_kind: DeadlineKind = "none"
    start: dt.date | None = None
    due: dt.date | None = None
    recurrence: str | None = None


class Assignment(Placed, kw_only=True):
    """One body that leads or coordinates a task or an indicator."""

    subject: Literal["task", "indicator"]
    subject_id: Int32
    role: AssignmentRole
    agency_raw: str
    agency_id: str | None = None


class Agency(Record, kw_only=True):
    """A body named in the plans, normalised."""

    agency_id: str
    name: str
    level: str
    kind: str
    aliases: list[str] = []
    mentions: Int32 = 0


class Canonical(Record, kw_only=True):
    """A canonical indicator of the catalogue."""

    canonical_id: str
    name: str
    name_en: str | None = None
    domain: str
    unit: str | None = None
    direction: str = "none"
    basis: str | None = None
    status: str = "adopted"
    aliases: list[str] = []
    alias_counts: list[Int32] = []
    hidden: list[str] = []
    kind: str | None = None
    population: list[str] = []
    denominator: str | None = None
    requires: list[str] = []
    excludes: list[str] = []
    broader: str | None = None
    replaced_by: str | None = None


class Match(Record, kw_only=True):
    """A link from an indicator to the catalogue."""

    indicator_id: Int32
    link_no: Int32 = 0
    target_no: Int32 | None = None
    canonical_id: str | None = None
    status: str
    probability: float | None = None
    method: str
    runner_up_id: str | None = None
    runner_up_probability: float | None = None
    explanation: str = ""


class MatrixCell(Record, kw_only=True):
    """One cell of the consolidated view: canonical indicator × unit × year × scope."""

    canonical_id: str
    doc_id: str
    unit_code: Int32 | None = None
    unit_name: str | None = None
    province: str | None = None
    period: Int16 | None = None
    scope: str | None = None
    comparator: str | None = None
    value: float | None = None
    value_high: float | None = None
    unit: str | None = None
    qualitative: str | None = None
    indicator_id: Int32
    target_no: Int32


class Diagnostic(Placed, kw_only=True):
    """What an analyst should know about a plan: a code, how grave, and where."""

    source: str
    code: str
    severity: Severity
    message: str
    context: str | None = None


class Plan(Record, kw_only=True):
    """Everything read out of one plan, before it meets the catalogue."""

    document: Document
    sections: list[Section] = []
    references: list[Reference] = []
    tables: list[Table] = []
    rows: list[Row] = []
    indicators: list[Indicator] = []
    targets: list[Target] = []
    tasks: list[Task] = []
    assignments: list[Assignment] = []
    diagnostics: list[Diagnostic] = []
