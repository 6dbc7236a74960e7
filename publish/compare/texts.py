"""A comparison for the terminal, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kehoach.publish.assigned import unit_of
from kehoach.publish.compare.changes import Change, Deadline, Mention, PlanChanges, RunChanges, Value
from kehoach.publish.due.texts import plan_name, shortened
from kehoach.publish.wording import Language, words_of
from kehoach.publish.wording.forms import date_text, number_text, quantity_text
from kehoach.schemas.records import Document, Target

__all__ = ["COLUMNS", "changes_csv", "changes_json", "changes_text", "value_text"]

COLUMNS = (
    "doc_a", "doc_b", "subject", "change", "name_a", "name_b", "scope", "period_a", "period_b", "before", "after",
    "sense", "canonical_id", "perhaps", "id_a", "id_b", "page_a", "line_a", "path_a", "page_b", "line_b", "path_b",
)  # fmt: skip
_WIDE = 110  # characters of a name that are enough to know it again
_WIDE_VALUE = 60


def changes_text(found: RunChanges, language: Language) -> str:
    """Pair by pair of plans, the changes by kind; pairs without any are counted."""
    words = words_of("compare", language)
    lines: list[str] = []
    several = len(found.plans) + len(found.only_a) + len(found.only_b) > 1
    for plan in found.plans:
        if plan.changes or not several:
            lines += [*_plan_lines(plan, language), ""]
    for key, documents in (("only_a", found.only_a), ("only_b", found.only_b)):
        if documents:
            lines += [words(key, count=len(documents)), *(f"  {_plan_line(one, language)}" for one in documents), ""]
    if found.replaced:
        lines.append(words("replaced", count=found.replaced))
    if several:
        differ = sum(bool(plan.changes) for plan in found.plans)
        lines.append(words("plans", pairs=len(found.plans), differ=differ))
    return "\n".join(lines).rstrip()


def changes_csv(found: RunChanges) -> str:
    """One row a change; a plan without counterpart is a row with the subject `plan`."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for plan in found.plans:
        for change in plan.changes:
            writer.writerow({"doc_a": plan.a.doc_id, "doc_b": plan.b.doc_id, **_row(change)})
    for side, kind, documents in (("a", "dropped", found.only_a), ("b", "added", found.only_b)):
        for one in documents:
            writer.writerow(
                {f"doc_{side}": one.doc_id, "subject": "plan", "change": kind, f"name_{side}": plan_name(one)}
            )
    return written.getvalue().rstrip("\n")


def changes_json(found: RunChanges) -> str:
    """The pairs of plans with their changes, targets and deadlines with all their parts; the plans left over."""
    plans = [
        {
            "a": _document(plan.a),
            "b": _document(plan.b),
            "changes": [_change(change) for change in plan.changes],
        }
        for plan in found.plans
    ]
    only = {"only_a": [_document(one) for one in found.only_a], "only_b": [_document(one) for one in found.only_b]}
    return json.dumps(
        {"differ": found.differ, "plans": plans, **only, "replaced": found.replaced}, ensure_ascii=False, indent=2
    )


def value_text(value: Value, language: Language) -> str:
    """What stands on one side, in words: `≥ 80 %`, `31/03/2026`, names of bodies."""
    if value is None:
        return ""
    if isinstance(value, Target):
        return _target_text(value, language)
    if isinstance(value, Deadline):
        return date_text(value.due, language) if value.due else value.raw or ""
    return "; ".join(value)


def _plan_lines(plan: PlanChanges, language: Language) -> Iterator[str]:
    words = words_of("compare", language)
    yield f"A: {_plan_line(plan.a, language)}"
    yield f"B: {_plan_line(plan.b, language)}"
    if not plan.changes:
        yield words("same")
    for (subject, kind), group in groupby(plan.changes, key=lambda change: (change.subject, change.kind)):
        changes = list(group)
        yield words("group", name=words(f"{subject}.{kind}"), count=len(changes))
        for change in changes:
            yield from (f"  {line}" for line in _change_lines(change, language))


def _plan_line(document: Document, language: Language) -> str:
    words = words_of("compare", language)
    issued = words("issued", day=date_text(document.issue_date, language)) if document.issue_date else ""
    name = document.source.rpartition("/")[2]
    shown = [plan_name(document), issued]
    return " ".join(filter(None, [*shown, f"({name})" if document.number else ""]))


def _change_lines(change: Change, language: Language) -> Iterator[str]:
    """The name, with its scope, and what was before and is now; a name that is another now on a line of its own."""
    words = words_of("compare", language)
    named = change.b or change.a
    assert named is not None  # one side names it
    name = shortened(named.name or words("untitled"), _WIDE)
    name = f"{name} [{change.scope}]" if change.scope else name
    if change.kind == "reworded" and change.a is not None:
        yield f"{shortened(change.a.name, _WIDE)}"
        yield f"  → {name}"
        return
    values = [_value(value, named.name, language) for value in (change.before, change.after)]
    if change.a is None or change.b is None:
        said = values[0] or values[1]
    else:
        said = " → ".join(value or words("nothing") for value in values)
    aside = [_periods(change), words(f"sense.{change.sense}") if change.sense else ""]
    remarks = "; ".join(filter(None, aside))
    yield f"{name}{f': {said}' if said else ''}{f' ({remarks})' if remarks else ''}"
    if change.perhaps:
        yield "  " + words("perhaps", name=shortened(change.perhaps, _WIDE))


def _value(value: Value, name: str, language: Language) -> str:
    """A value as a line shows it; what only says the name again is left out."""
    text = value_text(value, language)
    return "" if text == name else shortened(text, _WIDE_VALUE)


def _periods(change: Change) -> str:
    years = [str(value.period) for value in (change.before, change.after) if isinstance(value, Target) and value.period]
    return " → ".join(dict.fromkeys(years))


def _target_text(target: Target, language: Language) -> str:
    if target.value is None:
        return target.qualitative or target.raw
    if target.value_high is not None:
        both = f"{number_text(target.value, language)}–{number_text(target.value_high, language)}"
        return f"{both} {target.unit}" if target.unit else both
    sign = {">=": "≥ ", "<=": "≤ ", ">": "> ", "<": "< "}.get(target.comparator or "", "")
    return sign + quantity_text(target.value, target.unit, language)


# --- for programs ----------------------------------------------------------------------------------------------------


def _row(change: Change) -> dict[str, Any]:
    row: dict[str, Any] = {
        "subject": change.subject,
        "change": change.kind,
        "scope": change.scope,
        "before": _plain(change.before),
        "after": _plain(change.after),
        "sense": change.sense,
        "canonical_id": change.canonical_id,
        "perhaps": change.perhaps,
    }
    for side, mention, value in (("a", change.a, change.before), ("b", change.b, change.after)):
        row[f"period_{side}"] = value.period if isinstance(value, Target) else None
        if mention is not None:
            row |= {f"{name}_{side}": part for name, part in mention._asdict().items()}
    return row


def _plain(value: Value) -> str | None:
    """`>= 80 %`, `2026-03-31`, names with a semicolon between."""
    if isinstance(value, Deadline):
        return value.due.isoformat() if value.due else value.recurrence or value.raw
    if isinstance(value, Target):
        if value.value is None:
            return value.qualitative or value.raw
        number = f"{value.value:g}" if value.value_high is None else f"{value.value:g}..{value.value_high:g}"
        sign = value.comparator if value.comparator not in ("=", "range") else None
        return " ".join(filter(None, [sign, number, value.unit]))
    return "; ".join(value) if value is not None else None


def _change(change: Change) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "change": change.kind,
        "a": _mention(change.a),
        "b": _mention(change.b),
        "before": _parts(change.before),
        "after": _parts(change.after),
        "canonical_id": change.canonical_id,
        "scope": change.scope,
        "sense": change.sense,
        "perhaps": change.perhaps,
    }


def _mention(mention: Mention | None) -> dict[str, Any] | None:
    return mention._asdict() if mention else None


def _parts(value: Value) -> Any:
    if isinstance(value, Target):
        names = ("period", "raw", "comparator", "value", "value_high", "unit", "aspirational", "qualitative")
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Deadline):
        days = {name: day.isoformat() if day else None for name, day in (("start", value.start), ("due", value.due))}
        return days | {"recurrence": value.recurrence, "raw": value.raw}
    return list(value) if value is not None else None


def _document(document: Document) -> dict[str, Any]:
    return {
        "doc_id": document.doc_id,
        "number": document.number,
        "unit": unit_of(document) or None,
        "plan_year": document.plan_year,
        "issue_date": document.issue_date.isoformat() if document.issue_date else None,
        "source": document.source,
    }
