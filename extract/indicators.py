"""Indicators with their targets: from the rows of tables and from the prose of the objectives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kehoach.extract.blocks import EMPTY, Text, all_places, join
from kehoach.extract.context import Context
from kehoach.extract.grids.printed import PrintedRow, PrintedTable
from kehoach.extract.grids.roles import header_year
from kehoach.extract.markers import inline_items, marker_of
from kehoach.extract.outline import Node
from kehoach.extract.printed_values import assignment_records, target_record
from kehoach.extract.sections import place_fields
from kehoach.normalize import vocabulary
from kehoach.normalize.measures import parse_measure
from kehoach.normalize.quantities import Quantity, parse_target, unit_in_brackets
from kehoach.normalize.text import fold, with_marks_alike
from kehoach.schemas.records import Indicator, Target


def column(row: PrintedRow, table: PrintedTable, role: str) -> Text:
    """The cell of the first column with this role, or the one above that it is merged with or repeats; EMPTY for
    none.
    """
    for at, name in enumerate(table.roles):
        if name == role:
            return row.inherited.get(at) or row.cells[at]
    return EMPTY


def printed(text: Text) -> str | None:
    """A cell as the tables hold it: single spaces, None where it is empty."""
    return text.single_line().value or None


def read_indicator_table(table: PrintedTable, table_id: int, context: Context) -> None:
    """One indicator for each row with a name of its own that is no mere heading."""
    for row in table.rows:
        values = _values(row, table)
        if row.kind == "group" and not any(cell.value.strip(" -–") for _, cell in values):
            continue
        name = _name(row, table)
        if name:
            _add_row(row, table, (table_id, name, values), context)


def _values(row: PrintedRow, table: PrintedTable) -> list[tuple[int, Text]]:
    """The cells of the columns for targets and figures reached, by their column."""
    return [(at, row.cells[at]) for at, role in enumerate(table.roles) if role in ("target", "baseline")]


def _name(row: PrintedRow, table: PrintedTable) -> Text:
    """The name cell; where there is no ordinal column, without the number it begins with."""
    name = column(row, table, "name")
    if "ordinal" not in table.roles:
        marker = marker_of(name.value)
        if marker is not None:
            name = name.slice(marker.end)
    return name.strip()


def _add_row(
    row: PrintedRow, table: PrintedTable, what: tuple[int, Text, list[tuple[int, Text]]], context: Context
) -> None:
    table_id, name, values = what
    lead, coordinating = column(row, table, "lead"), column(row, table, "coordinating")
    line, page, places = place_fields(context.source.places(all_places(row.cells)))
    number = len(context.indicators)
    unit = printed(column(row, table, "unit"))
    context.indicators.append(
        Indicator(
            indicator_id=number,
            table_id=table_id,
            appendix=context.appendix,
            ordinal=row.ordinal,
            group=row.group,
            group_titles=row.group_titles,
            name=printed(name) or "",
            unit=unit,
            lead=printed(lead),
            coordinating=printed(coordinating),
            output=printed(column(row, table, "output")),
            note=printed(column(row, table, "note")),
            line=line,
            page=page,
            places=places,
        )
    )
    context.assignments += assignment_records(
        "indicator", number, [("lead", lead), ("coordinating", coordinating)], context.source
    )
    _add_targets(row, table, values, context)


def _add_targets(row: PrintedRow, table: PrintedTable, values: list[tuple[int, Text]], context: Context) -> None:
    indicator = context.indicators[-1]
    scopes = _column_scopes(table)
    named = unit_in_brackets(indicator.name)
    for at, cell in values:
        unit = indicator.unit or unit_in_brackets(table.header[at]) or named
        period = table.years[at] or _year_of(row.group_titles) or context.period_end
        for quantity in parse_target(cell.value, unit):
            target = target_record(quantity, cell, indicator.indicator_id, _next_number(context), context.source)
            target.period = quantity.period or (period if table.roles[at] == "target" else table.years[at])
            target.baseline = table.roles[at] == "baseline"
            target.scope = target.scope or scopes.get(at)
            context.targets.append(target)
            _report(quantity, cell, context)


def _next_number(context: Context) -> int:
    last = context.targets[-1] if context.targets else None
    current = context.indicators[-1].indicator_id
    return last.target_no + 1 if last is not None and last.indicator_id == current else 0


def _column_scopes(table: PrintedTable) -> dict[int, str]:
    """Several target columns for one year stand for communes or groups: their heads are the scopes."""
    columns = [at for at, role in enumerate(table.roles) if role == "target"]
    years = [table.years[at] for at in columns]
    return {
        at: " ".join(table.header[at].split())
        for at, year in zip(columns, years, strict=True)
        if len(columns) > 1 and years.count(year) > 1
    }


def _year_of(titles: Sequence[str]) -> int | None:
    """`Đến năm 2030` as a group row over the indicator; the innermost counts."""
    return next((year for title in reversed(titles) if (year := header_year(title))), None)


def _report(quantity: Quantity, text: Text, context: Context) -> None:
    if quantity.problem:
        where = text.slice(quantity.start, quantity.end) or text
        context.report(f"target-{quantity.problem}", where)  # type: ignore[arg-type] # a test ties the two


# --- prose of the objectives


@cache
def _headings() -> tuple[tuple[str, str, bool], ...]:
    """Each phrase as it may be misread, as it is, and whether it speaks of objectives."""
    rows = vocabulary.rows("objective_headings")
    return tuple((with_marks_alike(row["phrase"]), fold(row["phrase"]), row["objective"] == "yes") for row in rows)


vocabulary.on_change(_headings.cache_clear)


def is_objective(node: Node) -> bool:
    """Does this heading stand under specific objectives (`Mục tiêu cụ thể`, `Chỉ tiêu`)? The innermost decides."""
    for above in reversed(node.path()):
        verdict = _verdict(above.title.value if above.title else "")
        if verdict is not None:
            return verdict
    return False


def names_objectives(words: str) -> bool:
    """Whether a title or head speaks of objectives first: `CHỈ TIÊU NHIỆM VỤ NĂM 2026`, `Chỉ tiêu`."""
    return _verdict(words) is True


def _verdict(title: str) -> bool | None:
    key = with_marks_alike(title)
    found = {phrase: objective for read, phrase, objective in _headings() if read in key}
    if not found:
        return None
    if "chung" in found or "tổng quát" in found:
        return found.get("chỉ tiêu", False) if "mục tiêu" not in found else False
    first = min(found, key=lambda phrase: key.index(with_marks_alike(phrase)))
    return found[first] or (first in ("mục đích", "quan điểm") and "mục tiêu" in found)


def read_prose_indicators(node: Node, context: Context) -> None:
    """Every `(1)` or `-` item under an objective is one indicator; so is a numbered paragraph that sets a figure."""
    if node.marker is None or not is_objective(node):
        return
    path = node.path()
    if node.text and not (node.title and node.has_children):
        whole = _running_text(node)
        counted = inline_items(whole.value)
        if counted and counted[0][1] < len(node.text):
            for label, start, end in counted:
                _add_prose(label, path, whole.slice(start, end), context)
            return
        if not node.items:
            if _sets_figure(node.text):
                _add_prose(node.marker.label, path[:-1], _with_label(node, context), context)
            return
    intro: Text | None = None
    for item in node.items:
        if item.marker is None or item.marker.kind not in ("bullet", "paren"):
            continue
        if item.text.value.rstrip().endswith(":"):
            intro = item.content()
            continue
        _add_prose(item.marker.label, path, item.content(), context, intro)


def _running_text(node: Node) -> Text:
    """The text of a node with the items that count on in it: where a line was wrapped before `(ii)`, that is one."""
    assert node.text is not None
    if any(item.marker is None or item.marker.kind != "paren" for item in node.items):
        return node.text
    return join([node.text, *(item.text for item in node.items)], " ")


def _with_label(node: Node, context: Context) -> Text:
    """The text of a node, with the label in front of it on its line: `Kết quả kiểm tra: 100% đạt yêu cầu`."""
    assert node.text is not None
    line_of = context.source.line_of
    if node.title is None or line_of(node.title.start()) != line_of(node.text.start()):
        return node.text
    return join([node.title, node.text.strip()], ": ")


def _sets_figure(text: Text) -> bool:
    return any(quantity.value is not None for quantity in parse_measure(text.value).quantities)


def _add_prose(ordinal: str, path: Sequence[Node], text: Text, context: Context, intro: Text | None = None) -> None:
    measure = parse_measure(text.value)
    titles = [above.title.value if above.title else "" for above in path]
    line, page, places = place_fields(context.source.places(text))
    number = len(context.indicators)
    units = [quantity.unit for quantity in measure.quantities if quantity.value is not None]
    context.indicators.append(
        Indicator(
            indicator_id=number,
            appendix=context.appendix,
            ordinal=ordinal,
            group=[above.marker.label for above in path if above.marker],
            group_titles=titles,
            name=measure.name,
            text=" ".join(text.value.split()),
            unit=units[0] if units else None,
            line=line,
            page=page,
            places=places,
        )
    )
    own = header_year(text.value) if text.value.startswith(("Đến", "đến", "Năm", "năm", "Trong năm")) else None
    period = own or _year_of([*titles, intro.value if intro else ""]) or context.period_end
    for quantity in measure.quantities:
        target = target_record(quantity, text, number, _next_number(context), context.source)
        target.period = quantity.period or period
        context.targets.append(target)
        _report(quantity, text, context)


def mark_duplicates(indicators: Sequence[Indicator], targets: Sequence[Target]) -> None:
    """Set `duplicate_of` of each indicator that repeats an earlier one: same name, same targets."""
    by_indicator: dict[int, list[Target]] = {}
    for target in targets:
        by_indicator.setdefault(target.indicator_id, []).append(target)
    first: dict[object, int] = {}
    for indicator in indicators:
        values = tuple(
            (t.period, t.comparator, t.value, t.value_high, t.unit, t.scope, t.qualitative)
            for t in by_indicator.get(indicator.indicator_id, [])
        )
        key = (fold(indicator.name).rstrip(" ."), values)
        if key in first:
            indicator.duplicate_of = first[key]
        else:
            first[key] = indicator.indicator_id
