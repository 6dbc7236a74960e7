"""The codes of the diagnostics: one line each, with the severity it has unless a check says otherwise.

To add one, add it to :data:`Code` and to :data:`CODES`; a test keeps both alike, `docs/diagnostics.md` is made from
them (`make docs`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from kehoach.schemas.records import Severity

__all__ = ["CODES", "SEVERITY", "Code", "CodeInfo"]

Code = Literal[
    "agency-variant",
    "appendix-before-plan",
    "appendix-differs",
    "cell-error",
    "citation-variant",
    "columns-guessed",
    "corrected",
    "correction-stale",
    "date-missing",
    "deadline-before-issue",
    "deadline-missing",
    "deadline-unclear",
    "encoding-guessed",
    "formula-without-value",
    "hidden-cells",
    "lead-also-coordinates",
    "lead-missing",
    "not-a-plan",
    "number-missing",
    "ocr-slip",
    "ocr-uncertain",
    "part-unreadable",
    "row-repeated",
    "row-skipped",
    "section-repeated",
    "section-skipped",
    "share-at-least-100",
    "share-over-100",
    "table-empty",
    "table-unread",
    "target-ambiguous",
    "target-approximate",
    "target-conflict",
    "target-falls",
    "target-fraction",
    "target-misplaced-sign",
    "target-missing",
    "target-relative",
    "target-several-values",
    "target-stray-character",
    "target-too-many-figures",
    "target-unreadable",
    "text-lost",
    "text-repeated",
    "text-unmarked",
    "unit-differs",
    "unit-missing",
    "unit-name-variant",
    "unit-type-mixed",
]


class CodeInfo(NamedTuple):
    """A code, how grave it is, and what it means in one line."""

    code: Code
    severity: Severity
    meaning: str


CODES: tuple[CodeInfo, ...] = (
    CodeInfo("agency-variant", "info", "A body is spelled in two ways in one plan."),
    CodeInfo("appendix-before-plan", "warning", "An appendix names a day before the plan's own."),
    CodeInfo("appendix-differs", "warning", "An appendix names another number, or a later day, than its plan has."),
    CodeInfo("cell-error", "warning", "A cell of a workbook shows an error instead of a value: `#REF!`."),
    CodeInfo("citation-variant", "warning", "The number of one cited document is written in two ways."),
    CodeInfo("columns-guessed", "info", "The columns of a table were lost; its cells were placed by their meaning."),
    CodeInfo("corrected", "info", "A person put this value right; the table holds the corrected one."),
    CodeInfo("correction-stale", "warning", "A person's correction was not applied: what it was made for has changed."),
    CodeInfo("date-missing", "warning", "The plan has no readable day of issue."),
    CodeInfo("deadline-before-issue", "warning", "A task is due before the plan was issued."),
    CodeInfo("deadline-missing", "warning", "A task has no deadline."),
    CodeInfo("deadline-unclear", "warning", "The words of a deadline were not, or not for sure, understood."),
    CodeInfo("encoding-guessed", "info", "The encoding of the file is neither declared nor UTF-8; it was guessed."),
    CodeInfo("formula-without-value", "warning", "A formula beside this was saved without its value; none is read."),
    CodeInfo(
        "hidden-cells", "info", "A workbook hides this: a hidden sheet, row, column, or a format that shows nothing."
    ),
    CodeInfo("lead-also-coordinates", "warning", "The body that leads a task is also told to coordinate it."),
    CodeInfo("lead-missing", "warning", "A task has no lead agency."),
    CodeInfo("not-a-plan", "info", "An administrative document, but of another type than a plan."),
    CodeInfo("number-missing", "warning", "The plan's number was left blank."),
    CodeInfo("ocr-slip", "info", "A word looks like a slip of text recognition or of typing."),
    CodeInfo("ocr-uncertain", "warning", "Text recognition was not sure of these characters; compare the scan."),
    CodeInfo("part-unreadable", "warning", "A file of a bundle was not read; the plan is what the others say."),
    CodeInfo("row-repeated", "warning", "The number of a table row stands twice."),
    CodeInfo("row-skipped", "warning", "The numbers of the table rows leave one out."),
    CodeInfo("section-repeated", "warning", "The number of a section stands twice."),
    CodeInfo("section-skipped", "warning", "The numbers of the sections leave one out."),
    CodeInfo("share-at-least-100", "info", "A share is to be at least 100 %: it cannot be more."),
    CodeInfo("share-over-100", "error", "A share is over 100 %."),
    CodeInfo("table-empty", "warning", "A table has a header but no rows."),
    CodeInfo("table-unread", "warning", "A table whose columns were not understood."),
    CodeInfo("target-ambiguous", "warning", "A target can be read in two ways; it has no value."),
    CodeInfo("target-approximate", "warning", "A target is only about a number: `khoảng 20`."),
    CodeInfo("target-conflict", "error", "Two values for one indicator, scope and year."),
    CodeInfo("target-falls", "warning", "A target falls from year to year though more is better."),
    CodeInfo("target-fraction", "warning", "A target counts some of several: `3/5 xã`."),
    CodeInfo("target-misplaced-sign", "warning", "A sign such as `≥` stands where it makes no sense."),
    CodeInfo("target-missing", "info", "An indicator has no target."),
    CodeInfo("target-relative", "warning", "A target states a change, not a level: `tăng 10%`."),
    CodeInfo("target-several-values", "warning", "A cell sets several values with nothing to tell them apart."),
    CodeInfo("target-stray-character", "warning", "A value holds a character that belongs to no number: `95)`."),
    CodeInfo("target-too-many-figures", "warning", "So many figures are a table run together; none is read."),
    CodeInfo("target-unreadable", "warning", "The words of a target were not understood."),
    CodeInfo("text-lost", "error", "Characters of the source reach no output and were not dropped for a reason."),
    CodeInfo("text-repeated", "warning", "A part of the text, or a whole appendix, stands twice."),
    CodeInfo("text-unmarked", "info", "Much of the text stands under no heading and in no table."),
    CodeInfo("unit-differs", "warning", "The unit in a value is unlike the one in the unit column."),
    CodeInfo("unit-missing", "warning", "A value without a unit."),
    CodeInfo("unit-name-variant", "warning", "The name of the plan's own ward or commune is spelled in two ways."),
    CodeInfo("unit-type-mixed", "warning", "The plan's own ward is called a commune, or the other way round."),
)

SEVERITY: dict[str, Severity] = {info.code: info.severity for info in CODES}
