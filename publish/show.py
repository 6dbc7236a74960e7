"""One plan as a tree for the terminal: front matter, sections, tables, indicators, tasks, diagnostics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import IO

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from kehoach.publish.lint import in_order
from kehoach.schemas.records import Document, Indicator, Placed, Plan, Section, Target, Task

__all__ = ["plan_tree", "print_plan"]

_WIDE = 100  # characters of a sentence that are enough to know it again
_COLOURS = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def print_plan(plan: Plan, file: IO[str]) -> None:
    """Print the tree; in colour on a terminal (not where NO_COLOR is set), whole lines into a pipe."""
    console = Console(file=file, highlight=False, emoji=False, markup=False)
    console.print(plan_tree(plan), soft_wrap=not console.is_terminal)


def plan_tree(plan: Plan) -> Tree:
    """The plan as a tree of rich."""
    document = plan.document
    tree = Tree(Text(document.source, "bold"), guide_style="dim")
    _front_matter(tree.add(Text(_joined(document.doc_type, document.number), "bold green")), document)
    _sections(tree, plan.sections)
    _tables(tree, plan)
    _indicators(tree, plan)
    _tasks(tree, plan)
    _diagnostics(tree, plan)
    return tree


def _front_matter(branch: Tree, document: Document) -> None:
    period = _joined(document.period_start, document.period_end, between="-")
    shown = {
        "title": document.title,
        "issuer": document.issuer,
        "unit": _joined(document.unit_type, document.unit_name, document.province),
        "date": document.issue_date,
        "period": period if document.period_start != document.period_end else document.period_start,
        "signed": _joined(document.signatory_title, document.signatory_name),
        "to": "; ".join(document.recipients),
    }
    for name, value in shown.items():
        if value:
            branch.add(Text.assemble((f"{name}: ", "dim"), str(value)))


def _sections(tree: Tree, sections: list[Section]) -> None:
    branch = _branch(tree, "sections", [section for section in sections if section.marker])
    at: dict[int, Tree] = {}
    for section in sections:
        if section.marker or section.title:
            above = at.get(section.parent_id, branch) if section.parent_id is not None else branch
            words = (section.title, "bold") if section.title else _short(section.text or "")
            at[section.section_id] = above.add(Text.assemble((f"{section.marker} ", "blue"), words, _line(section)))


def _tables(tree: Tree, plan: Plan) -> None:
    branch = _branch(tree, "tables", plan.tables)
    rows = defaultdict(list)
    for row in plan.rows:
        rows[row.table_id].append(row)
    for table in plan.tables:
        size = f" ({len(rows[table.table_id])} rows)"
        title = _short(_joined(table.appendix, table.title, between=": "))
        node = branch.add(Text.assemble((table.kind, "magenta"), f" {title}", (size, "dim"), _line(table)))
        for head, role in zip(table.header, table.roles, strict=False):
            node.add(Text.assemble((f"{role}: ", "dim"), _short(head)))


def _indicators(tree: Tree, plan: Plan) -> None:
    branch = _branch(tree, "indicators", plan.indicators)
    targets = defaultdict(list)
    for target in plan.targets:
        targets[target.indicator_id].append(target)
    for indicator in plan.indicators:
        node = branch.add(_numbered(indicator, _short(indicator.name)))
        for target in targets[indicator.indicator_id]:
            node.add(Text.assemble((f"{target.period or '-'}: ", "dim"), (target_text(target), "green")))


def _tasks(tree: Tree, plan: Plan) -> None:
    branch = _branch(tree, "tasks", plan.tasks)
    for task in plan.tasks:
        node = branch.add(_numbered(task, _short(_joined(task.name, task.subtask, between=" / "))))
        for name, value in (("lead", task.lead_raw), ("with", task.coordinating_raw), ("output", task.output)):
            if value:
                node.add(Text.assemble((f"{name}: ", "dim"), _short(value)))
        if task.deadline_raw:
            due = f" → {task.due}" if task.due else ""
            node.add(
                Text.assemble(("deadline: ", "dim"), task.deadline_raw, (f" [{task.deadline_kind}{due}]", "green"))
            )


def _diagnostics(tree: Tree, plan: Plan) -> None:
    branch = _branch(tree, "diagnostics", plan.diagnostics)
    for found in in_order(plan.diagnostics):
        head = (f"{found.severity} {found.code} ", _COLOURS[found.severity])
        branch.add(Text.assemble(head, found.message, _line(found)))


def target_text(target: Target) -> str:
    """A target as it was understood: `>= 80 %`, `80..90 %`, or its words."""
    if target.value is None:
        return target.qualitative or target.raw
    value = f"{target.value:g}" if target.value_high is None else f"{target.value:g}..{target.value_high:g}"
    sign = target.comparator if target.comparator not in (None, "=", "range") else None
    scope = f"({target.scope})" if target.scope else None
    return _joined(sign, value, target.unit, scope, "(baseline)" if target.baseline else None)


def _branch(tree: Tree, name: str, found: Iterable[object]) -> Tree:
    return tree.add(Text.assemble((name, "bold green"), f" {len(list(found))}"))


def _numbered(record: Indicator | Task, words: str) -> Text:
    marker = ".".join([*record.group, record.ordinal]).strip(".")
    where = f"{record.appendix}: " if record.appendix else ""
    return Text.assemble((f"{where}{marker} ", "blue"), words, _line(record))


def _line(record: Placed) -> tuple[str, str]:
    return (f"  line {record.line}" if record.line else "", "dim")


def _joined(*parts: object, between: str = " ") -> str:
    return between.join(str(part) for part in parts if part)


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else text[: _WIDE - 1].rstrip() + "…"
