"""What the readers of indicators and tasks need to know of the plan around them, and where their findings go."""

from __future__ import annotations

import msgspec

from kehoach.extract.blocks import Source, Text
from kehoach.extract.sections import place_fields
from kehoach.schemas.records import Assignment, Diagnostic, Indicator, Severity, Target, Task


class Context(msgspec.Struct):
    """The source, the plan's years, and the records found so far (their ids count up in document order)."""

    source: Source
    name: str
    plan_year: int | None = None
    period_end: int | None = None
    appendix: str | None = None  # label of the part that is being read; None for the body
    indicators: list[Indicator] = []
    targets: list[Target] = []
    tasks: list[Task] = []
    assignments: list[Assignment] = []
    diagnostics: list[Diagnostic] = []

    def report(self, code: str, severity: Severity, message: str, text: Text) -> None:
        """Add a diagnostic at the place of a text, which is its context too."""
        line, page, places = place_fields(self.source.places(text))
        context = " ".join(text.value.split())[:200] or None
        self.diagnostics.append(
            Diagnostic(
                source=self.name,
                code=code,
                severity=severity,
                message=message,
                context=context,
                line=line,
                page=page,
                places=places,
            )
        )
