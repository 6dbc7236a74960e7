"""Compares a plan with its hand-made truth, fact by fact, exactly.

Both become the same plain shape (that of `tests/truth/*.json`), then lists of facts: tuples such as
`("2", "1.3", "tỷ lệ hồ sơ …", "unit", "%")`. What is in one list only is a difference. Normalised are Unicode (NFC),
white space and `–`; where the scorer pairs loosely (case and closing marks of names), so does this.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kehoach.schemas.records import Assignment, Plan

Truth = dict[str, Any]
Fact = tuple[Any, ...]

_META = (
    "doc_type", "number", "issuer", "issuer_kind", "unit_type", "unit_name", "province", "issue_date", "plan_year",
    "title", "signatory_name", "signatory_title",
)  # fmt: skip
_INDICATOR = ("unit", "lead", "coordinating", "note", "output")
_TASK = ("subtask", "output", "kpi", "basis", "note", "deadline_raw")
_START = 40  # characters by which a paragraph is known; its end is another matter


class Comparison(NamedTuple):
    """`shares`: for each kind of fact 2·common/(wanted+found); `differences`: what is missing or too much."""

    shares: dict[str, float]
    differences: list[str]


def compare(plan: Plan, truth: Truth) -> Comparison:
    """How much of the truth the plan holds, by kind of fact."""
    found = plan_as_truth(plan)
    wanted = _choose(truth, found)
    want, have = _facts(wanted), _facts(found)
    shares, differences = {}, []
    for kind, wanted_facts in want.items():
        missing, extra = Counter(wanted_facts) - Counter(have[kind]), Counter(have[kind]) - Counter(wanted_facts)
        total = len(wanted_facts) + len(have[kind])
        shares[kind] = 2 * (len(wanted_facts) - missing.total()) / total if total else 1.0
        differences += [f"{kind}: missing {fact}" for fact in missing.elements()]
        differences += [f"{kind}: extra {fact}" for fact in extra.elements()]
    return Comparison(shares, differences)


def compare_diagnostics(plan: Plan, expected: list[Truth]) -> Comparison:
    """How many of the lines that deserve a diagnostic have one (`found`), and of those that have one deserve it."""
    want, have = {one["line"] for one in expected}, {found.line for found in plan.diagnostics if found.line}
    named = have | {
        place.line for found in plan.diagnostics for place in found.places
    }  # one may tell of several places
    shares = {"found": len(want & named) / (len(want) or 1), "deserved": len(want & have) / (len(have) or 1)}
    missing = [f"missing line {one['line']}: {one['what']}" for one in expected if one["line"] not in named]
    extra = [
        f"extra line {one.line}: {one.code} {one.message}"
        for one in plan.diagnostics
        if one.line and one.line not in want
    ]
    return Comparison(shares, missing + extra)


def compare_any(plan: Plan, path: Path) -> Comparison:
    """The plan with a file of truth of either kind."""
    truth = load_truth(path)
    return compare_diagnostics(plan, truth) if isinstance(truth, list) else compare(plan, truth)


def load_truth(path: Path) -> Any:
    """A file of `tests/truth/`: an object, or the list of diagnostics that a plan deserves."""
    return json.loads(path.read_text(encoding="utf-8"))


def plan_as_truth(plan: Plan) -> Truth:
    """A plan in the shape of the truth files; also a first draft for a new one, to be corrected by hand."""
    rows = _by(plan.rows, "table_id")
    targets = _by(plan.targets, "indicator_id")
    return {
        "document": _plain(plan.document),
        "sections": [_plain(section) for section in plan.sections if section.marker and section.appendix is None],
        "references": [_plain(reference) for reference in plan.references],
        "tables": [
            _plain(table) | {"rows": [_plain(row) for row in rows.get(table.table_id, [])]}
            for table in plan.tables
            if table.kind != "other"
        ],
        "indicators": [
            _plain(indicator) | {"targets": [_plain(target) for target in targets.get(indicator.indicator_id, [])]}
            for indicator in plan.indicators
        ],
        "tasks": _tasks(plan),
    }


def _tasks(plan: Plan) -> list[Truth]:
    bodies: dict[tuple[int, str], list[str]] = {}
    for assignment in plan.assignments:
        if assignment.subject == "task":
            bodies.setdefault(_who(assignment), []).append(assignment.agency_raw)
    return [
        _plain(task)
        | {
            "lead": bodies.get((task.task_id, "lead"), []),
            "coordinating": bodies.get((task.task_id, "coordinating"), []),
            "deadline": {"kind": task.deadline_kind, "start": _plain(task.start), "due": _plain(task.due)},
        }
        for task in plan.tasks
    ]


def _who(assignment: Assignment) -> tuple[int, str]:
    return assignment.subject_id, assignment.role


def _by(records: list[Any], name: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for record in records:
        groups.setdefault(getattr(record, name), []).append(record)
    return groups


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: msgspec.to_builtins(getattr(value, name)) for name in value.__struct_fields__}
    return msgspec.to_builtins(value)


def _choose(truth: Truth, found: Truth) -> Truth:
    """The truth with one of its alternatives: `"issuer_kind": ["ubnd", "dang_uy"]` allows both."""
    document = dict(truth["document"])
    for field, value in document.items():
        if isinstance(value, list) and field in _META:
            got = found["document"].get(field)
            document[field] = next((one for one in value if _bare(one) == _bare(got)), value[0])
    return truth | {"document": document}


def _facts(truth: Truth) -> dict[str, list[Fact]]:
    return {
        "meta": [(field, _bare(truth["document"].get(field))) for field in _META],
        "recipients": [(_bare(line),) for line in truth["document"].get("recipients") or []],
        "sections": [_section(section) for section in truth["sections"]],
        "references": [_reference(reference) for reference in truth["references"] or []],
        "reference_dates": [(*_reference(one), str(one.get("date"))) for one in truth["references"] or []],
        "heads": [(_label(table["appendix"]), table["kind"], _cells(table["header"])) for table in truth["tables"]],
        "rows": [
            (_label(table["appendix"]), row["kind"], _cells(row["cells"]))
            for table in truth["tables"]
            for row in table["rows"]
        ],
        "indicators": [_item(indicator) for indicator in truth["indicators"]],
        "indicator_fields": [fact for indicator in truth["indicators"] for fact in _indicator_fields(indicator)],
        "targets": [_target(one, target) for one in truth["indicators"] for target in one["targets"]],
        "tasks": [_item(task) for task in truth["tasks"]],
        "task_fields": [fact for task in truth["tasks"] for fact in _task_fields(task)],
        "lines": list(_lines(truth)),
    }


def _section(section: Truth) -> Fact:
    kind = "title" if section.get("title") else "text"
    words = _bare(section.get("title") or section.get("text"))
    return _label(section["marker"]), section["level"], kind, words[:_START]


def _reference(reference: Truth) -> Fact:
    return _bare(reference["kind"]), re.sub(r"\s", "", _norm(reference["number"])).casefold()


def _item(item: Truth) -> Fact:
    """By what an indicator or task is known: appendix, number, words (of one from prose the whole item)."""
    return _label(item["appendix"]), _label(item["ordinal"]), _bare(item.get("text") or item["name"])


def _indicator_fields(indicator: Truth) -> Iterator[Fact]:
    yield (*_item(indicator), "name", _bare(indicator["name"]))
    yield (*_item(indicator), "group", tuple(map(_label, indicator["group"])))
    for field in _INDICATOR:
        if indicator.get(field):
            yield (*_item(indicator), field, _bare(indicator[field]))


def _target(indicator: Truth, target: Truth) -> Fact:
    numeric = target["value"] is not None
    return (
        *_item(indicator),
        int(target["period"]) if target["period"] else None,
        target["comparator"],
        target["value"],
        target["value_high"],
        _bare(target["unit"]) if numeric else "",
        bool(target["aspirational"]),
        _bare(target["qualitative"]),
    )


def _task_fields(task: Truth) -> Iterator[Fact]:
    yield (*_item(task), "group", tuple(map(_label, task["group"])))
    for role in ("lead", "coordinating"):
        for body in task[role]:
            yield (*_item(task), role, _bare(body))
    for field in _TASK:
        if task.get(field):
            yield (*_item(task), field, _bare(task[field]))
    for field in ("kind", "start", "due"):
        if task["deadline"][field]:
            yield (*_item(task), f"deadline_{field}", task["deadline"][field])


def _lines(truth: Truth) -> Iterator[Fact]:
    for section in truth["sections"]:
        yield (*_section(section), section.get("line"))
    for item in [*truth["indicators"], *truth["tasks"]]:
        yield (*_item(item), item.get("line"))
    for table in truth["tables"]:
        for row in table["rows"]:
            yield (_cells(row["cells"]), row.get("line"))


def _cells(cells: list[str]) -> Fact:
    return tuple(map(_norm, cells))


def _norm(value: object) -> str:
    text = unicodedata.normalize("NFC", "" if value is None else str(value)).replace("–", "-").replace("\xa0", " ")
    return re.sub(r"\s+", " ", text).strip()


def _bare(value: object) -> str:
    return _norm(value).casefold().strip(" .;:,\"'“”")


def _label(value: object) -> str:
    return _norm(value).casefold().lstrip("0")
