"""A Plan to its diagnostics: what an analyst should know about it."""

from __future__ import annotations

from kehoach.schemas.records import Diagnostic, Plan


def check_plan(plan: Plan) -> list[Diagnostic]:
    """The diagnostics of a plan."""
    return []
