"""What the readers of indicators and tasks need to know of the plan around them, and where their findings go."""

from __future__ import annotations

import datetime as dt
from functools import cache

import msgspec

from kehoach.extract.blocks import Source, Text
from kehoach.extract.sections import place_fields
from kehoach.schemas.codes import CODES, Code, CodeInfo
from kehoach.schemas.records import Assignment, Diagnostic, Indicator, Target, Task


@cache
def _meanings() -> dict[str, CodeInfo]:
    return {info.code: info for info in CODES}


class Context(msgspec.Struct):
    """The source, the plan's years, and the records found so far (their ids count up in document order)."""

    source: Source
    name: str
    plan_year: int | None = None
    period_end: int | None = None
    issue_date: dt.date | None = None
    appendix: str | None = None  # label of the part that is being read; None for the body
    indicators: list[Indicator] = []
    targets: list[Target] = []
    tasks: list[Task] = []
    assignments: list[Assignment] = []
    diagnostics: list[Diagnostic] = []

    def report(self, code: Code, text: Text) -> None:
        """Add a diagnostic at the place of a text: the text as printed and what its code means."""
        printed = " ".join(text.value.split())
        info = _meanings()[code]
        line, page, places = place_fields(self.source.places(text))
        self.diagnostics.append(
            Diagnostic(
                source=self.name,
                code=code,
                severity=info.severity,
                message=f"'{printed[:80]}': {info.meaning}",
                context=printed[:200] or None,
                line=line,
                page=page,
                places=places,
            )
        )
