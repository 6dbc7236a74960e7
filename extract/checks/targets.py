"""Targets that cannot be right, contradict each other, or lack something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kehoach.extract.checks.view import Rule, View, diagnostic, printed, where
from kehoach.normalize.text import fold
from kehoach.schemas.records import Diagnostic, Indicator, Table, Target

_SHARE = ("%", "phần trăm", "tỷ lệ", "‰")


def is_share(unit: str | None) -> bool:
    """`%`, `% dân số`, `Phần trăm`, `(%)`, `Tỷ lệ (%)`."""
    return unit is not None and fold(unit).lstrip("( ").startswith(_SHARE)


# Shares that may well pass 100: of a budget, a plan figure, another year; growth.
_OPEN_ENDED = re.compile(
    r"\b(?:tăng|vượt|so với|dự toán|kế hoạch (?:được )?giao|chỉ tiêu (?:được )?giao|cùng kỳ|gấp|bằng"
    r"|thu ngân sách|tốc độ|tăng trưởng|chỉ số|năm trước|định mức|công suất|tổng thu)\b",
    re.IGNORECASE,
)


def _open_ended(indicator: Indicator, target: Target) -> bool:
    return any(
        _OPEN_ENDED.search(text) for text in (indicator.name, target.raw, target.unit or "", indicator.unit or "")
    )


def shares(view: View) -> Iterator[Diagnostic]:
    """`105%`, `trên 100%`; `≥ 100%`, which can only be 100."""
    for indicator, target in _each(view):
        highest = target.value_high or target.value or 0
        over = highest > 100 or (highest == 100 and target.comparator == ">")
        at_least = highest == 100 and target.comparator == ">="
        if not (over or at_least) or not is_share(target.unit) or _open_ended(indicator, target):
            continue
        context = f"{indicator.name} | {target.raw}"
        if over:
            message = f"The share {printed(target.raw)} is over 100 %."
            yield diagnostic(view.plan.document, "share-over-100", message, target, context)
        else:
            message = f"The share {printed(target.raw)} can only be 100 %."
            yield diagnostic(view.plan.document, "share-at-least-100", message, target, context)


def _each(view: View) -> Iterator[tuple[Indicator, Target]]:
    for indicator in view.plan.indicators:
        for target in view.targets.get(indicator.indicator_id, []):
            yield indicator, target


def missing_targets(view: View) -> Iterator[Diagnostic]:
    """An indicator without a value for any year."""
    for indicator in view.plan.indicators:
        if not any(not target.baseline for target in view.targets.get(indicator.indicator_id, [])):
            message = "The indicator has no target."
            yield diagnostic(view.plan.document, "target-missing", message, indicator, indicator.name)


# What is counted stands in the name, or the value is a rank or an index: no unit is missing.
_UNITLESS = re.compile(
    r"(?:số|tổng số|số lượng|số lượt|số người|chỉ số|hệ số|điểm|xếp hạng|thứ hạng|vị trí|hạng)\s"
    r"|.*\b(?:chỉ số|xếp hạng|thứ hạng)\b",
    re.IGNORECASE,
)
_MOSTLY = 0.5


def missing_units(view: View) -> Iterator[Diagnostic]:
    """A value without a unit; also an empty cell in a unit column that is filled for most other indicators."""
    document = view.plan.document
    filled = _tables_with_units(view)
    for indicator in view.plan.indicators:
        values = [one for one in view.targets.get(indicator.indicator_id, []) if one.value is not None]
        bare = next((one for one in values if one.unit is None), None)
        if bare is not None and not _UNITLESS.match(indicator.name):
            message = f"The value {printed(bare.raw)} has no unit."
            yield diagnostic(document, "unit-missing", message, bare, f"{indicator.name} | {bare.raw}")
        elif bare is None and values and indicator.unit is None and indicator.table_id in filled:
            message = f"The unit column is empty; the value {printed(values[0].raw)} gives {printed(values[0].unit)}."
            yield diagnostic(document, "unit-missing", message, indicator, f"{indicator.name} | {values[0].raw}")


def _tables_with_units(view: View) -> frozenset[int]:
    units: dict[int, list[bool]] = {}
    for indicator in view.plan.indicators:
        if indicator.table_id is not None:
            units.setdefault(indicator.table_id, []).append(indicator.unit is not None)
    return frozenset(table_id for table_id, known in units.items() if sum(known) > _MOSTLY * len(known))


def differing_units(view: View) -> Iterator[Diagnostic]:
    """`70%` where the unit column says `Doanh nghiệp`."""
    for indicator, target in _each(view):
        if indicator.table_id is None or target.value is None or not _differ(target.unit, indicator.unit):
            continue
        units = f"the unit {printed(target.unit)}, its column {printed(indicator.unit)}"
        message = f"The value {printed(target.raw)} has {units}."
        context = f"{indicator.name} | {indicator.unit} | {target.raw}"
        yield diagnostic(view.plan.document, "unit-differs", message, target, context)


def _differ(own: str | None, column: str | None) -> bool:
    """Whether two units are of different kinds; `% dân số` is a share, `người dân` may stand for `người`."""
    if own is None or column is None:
        return False
    if is_share(own) or is_share(column):
        return not (is_share(own) and is_share(column)) and "%" not in (own if is_share(column) else column)
    one, other = fold(own), fold(column)
    return not (one in other or other in one or set(one.split()) & set(other.split()))


# More of these is worse, or fewer is the aim.
_DOWNWARD = re.compile(
    r"\b(?:giảm|hạ|nghèo|thất nghiệp|vi phạm|tử vong|chết|tai nạn|suy dinh dưỡng|trễ|chậm|quá hạn|tồn đọng"
    r"|thất thoát|phát thải|mù chữ|tảo hôn|bỏ học|tội phạm|cháy|nợ|ô nhiễm|thời gian|chi phí|khiếu nại|sự cố"
    r"|mất cân bằng|còn lại|chưa|không)\b",
    re.IGNORECASE,
)


def falling_targets(view: View) -> Iterator[Diagnostic]:
    """60 % for 2026 and 55 % for 2030, where the share is to grow."""
    for indicator in view.plan.indicators:
        series: dict[tuple[str | None, str | None], list[Target]] = {}
        for target in view.targets.get(indicator.indicator_id, []):
            grows = target.comparator in (">=", ">") or (target.comparator == "=" and is_share(target.unit))
            if grows and not target.baseline and target.period is not None:
                series.setdefault((target.scope, target.unit), []).append(target)
        for targets in series.values():
            yield from _falls(view, indicator, sorted(targets, key=lambda one: one.period or 0))


def _falls(view: View, indicator: Indicator, targets: Sequence[Target]) -> Iterator[Diagnostic]:
    for earlier, later in pairwise(targets):
        falls = earlier.value is not None and later.value is not None and later.value < earlier.value
        if falls and earlier.period != later.period and not _may_fall(indicator, later):
            before, after = f"{printed(earlier.raw)} for {earlier.period}", f"{printed(later.raw)} for {later.period}"
            message = f"The target falls from {before} to {after}."
            yield diagnostic(view.plan.document, "target-falls", message, later, indicator.name)


def _may_fall(indicator: Indicator, target: Target) -> bool:
    return _DOWNWARD.search(indicator.name) is not None or _open_ended(indicator, target)


def conflicting_targets(view: View) -> Iterator[Diagnostic]:
    """85 % in one row and 90 % in another for the same indicator, scope and year."""
    first: dict[object, tuple[Indicator, Target]] = {}
    for indicator, target in _each(view):
        name = _name(indicator)
        if target.value is None or target.baseline or target.aspirational or name is None:
            continue
        unit = "%" if is_share(target.unit) else fold(target.unit or "")
        key = (name, target.period, fold(target.scope or ""), unit)
        earlier = first.get((indicator.table_id, *key)) or first.get(key)
        if earlier is not None and _contradict(earlier[1], target) and earlier[0] is not indicator:
            message = (
                f"Two values for one indicator and the year {target.period}: {printed(earlier[1].raw)} at"
                f" {where(earlier[1])} and {printed(target.raw)} here."
            )
            yield diagnostic(view.plan.document, "target-conflict", message, target, indicator.name)
        first.setdefault((indicator.table_id, *key), (indicator, target))
        first.setdefault(key, (indicator, target))


def _name(indicator: Indicator) -> str | None:
    """The key under which two mentions of an indicator meet; None for a name that needs the row above it."""
    name = fold(indicator.name).strip(" .;:,-+").removeprefix("tỷ lệ ").removeprefix("số lượng ")
    return name if len(name.split()) >= 4 and len(name) >= 18 and not name.startswith("trong đó") else None


def _contradict(one: Target, other: Target) -> bool:
    """Whether both cannot hold; `≥ 80%` and `80%` may."""
    if one.comparator == "range" or other.comparator == "range":
        return (one.value, one.value_high) != (other.value, other.value_high)
    return one.value != other.value


def unread_indicator_tables(view: View) -> Iterator[Diagnostic]:
    """A table of indicators without a column for targets."""
    for table in view.plan.tables:
        if table.kind == "indicators" and not _has_target_column(table):
            message = "No column of this table of indicators holds targets."
            yield diagnostic(view.plan.document, "table-unread", message, table, " | ".join(table.header))


def _has_target_column(table: Table) -> bool:
    return "target" in table.roles


RULES: tuple[Rule, ...] = (
    shares,
    missing_targets,
    missing_units,
    differing_units,
    falling_targets,
    conflicting_targets,
    unread_indicator_tables,
)
