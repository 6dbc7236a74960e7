"""A Plan to its diagnostics: what an analyst should know about it.

Each rule is a function from a :class:`View` of the plan to diagnostics; a new one is written in the module of its
subject and added to its `RULES`, its code to `schemas/codes.py`, a case to `tests/cases/diagnostics/`.
"""

from __future__ import annotations

from kehoach.extract.blocks import Source
from kehoach.extract.checks import citations, front, names, numbering, repeated, spelling, tables, targets, tasks
from kehoach.extract.checks.view import Rule, View
from kehoach.schemas.records import Diagnostic, Plan

__all__ = ["RULES", "check_plan"]

RULES: tuple[Rule, ...] = (
    *front.RULES,
    *numbering.RULES,
    *repeated.RULES,
    *tables.RULES,
    *targets.RULES,
    *tasks.RULES,
    *names.RULES,
    *spelling.RULES,
    *citations.RULES,
)


def check_plan(plan: Plan, source: Source | None = None) -> list[Diagnostic]:
    """The diagnostics of a plan, in the order of its lines.

    With the source from which the plan was read, a slip in running text has its own line; without, that of its
    section or table row.
    """
    view = View(plan, source)
    found = [diagnostic for rule in RULES for diagnostic in rule(view)]
    return sorted(found, key=lambda diagnostic: (diagnostic.line or 0, diagnostic.code))
