"""What a run found, in a few lines for the terminal or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kehoach.pipeline import PlanLine, RunResult

__all__ = ["summarise", "summary_json", "summary_text"]

_COLUMNS = ("plan", "number", "date", "tables", "indicators", "targets", "tasks", "errors", "warnings", "notes")
_COUNTED = _COLUMNS[3:]
_MOST = 40  # more plans than this are summed up in the last line only; all stand in documents.parquet


def summarise(result: RunResult) -> dict[str, Any]:
    """The run as plain values: `files` by status, `rows` by table, `totals`, and one entry a plan in `plans`."""
    plans = [_of_plan(plan) for plan in result.plans]
    totals = {name: sum(plan[name] for plan in plans) for name in _COUNTED}
    return {
        "out": result.out,
        "interrupted": result.interrupted,
        "files": result.statuses,
        "unchanged": result.unchanged,
        "kept": result.kept,
        "seconds": result.seconds,
        "rows": result.counts,
        "totals": {"plans": len(plans), **totals},
        "plans": plans,
        "failed": [
            {"source": file.source, "status": file.status, "message": file.message}
            for file in result.files
            if file.status != "ok"
        ],
    }


def summary_json(result: RunResult) -> str:
    """The summary as one JSON object."""
    return json.dumps(summarise(result), ensure_ascii=False, indent=2)


def summary_text(result: RunResult) -> str:
    """The summary as a table: a line a plan, then their sum; without plans only what became of the files."""
    summary = summarise(result)
    files = f"files: {', '.join(f'{count} {status}' for status, count in summary['files'].items()) or 'none'}"
    if not result.plans:
        return files
    rows = [[str(plan[name] if plan[name] is not None else "-") for name in _COLUMNS] for plan in summary["plans"]]
    if len(rows) > _MOST:
        rows = [*rows[:_MOST], [f"… {len(rows) - _MOST} more", *[""] * (len(_COLUMNS) - 1)]]
    totals = summary["totals"]
    total = [f"total: {totals['plans']}", "", "", *(str(totals[name]) for name in _COUNTED)]
    return "\n".join([*_aligned([list(_COLUMNS), *rows, total]), files])


def _of_plan(plan: PlanLine) -> dict[str, Any]:
    return {
        "plan": plan.source,
        "number": plan.number,
        "date": plan.issue_date.isoformat() if plan.issue_date else None,
        "unit": " ".join(part for part in (plan.unit_type, plan.unit_name) if part) or None,
        "title": plan.title,
        "tables": plan.tables,
        "indicators": plan.indicators,
        "targets": plan.targets,
        "tasks": plan.tasks,
        "errors": plan.errors,
        "warnings": plan.warnings,
        "notes": plan.notes,
    }


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side: the first three to the left, the numbers to the right; a rule under the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]
