"""What the tables and their columns mean, in words: `docs/tables.md` is made from this (`make docs`).

Names and types stand in :mod:`kehoach.schemas.records`; a test keeps both alike.
"""

from __future__ import annotations

from kehoach.schemas.arrow import RECORDS, schema_of

__all__ = ["COLUMNS", "COMMON", "TABLES", "column_meaning", "tables_page"]

TABLES: dict[str, str] = {
    "files": "One row an input file, read or not.",
    "documents": "One row a plan: its front matter.",
    "sections": "The heading tree of the body, and the parts of appendices written as prose. `(1)` items and dashes"
    " belong to the text of their section; text under no heading has the marker `` and level 0.",
    "references": "The legal documents that a plan cites, one row for each distinct kind and number.",
    "tables": "The tables as printed; those cut by page breaks are one.",
    "rows": "The rows of the tables. A repeated header or a row of column numbers is no row.",
    "indicators": "One row an indicator as a plan states it, from a table or from the prose of its objectives.",
    "targets": "One row a target value of an indicator. What cannot be read for sure is null, with a diagnostic.",
    "tasks": "One row a task, with its deadline as printed and as understood.",
    "assignments": "Who leads or coordinates a task or an indicator: one row a body.",
    "agencies": "The bodies named in the plans, normalised.",
    "catalogue": "The canonical indicators.",
    "matches": "One row a link from an indicator to the catalogue.",
    "matrix": "The consolidated view: canonical indicator by unit, year and scope.",
    "diagnostics": "What an analyst should know about a plan; the codes are in [diagnostics.md](diagnostics.md).",
}

COMMON: dict[str, str] = {
    "doc_id": "First 16 hexadecimal digits of the SHA-256 of the file's bytes.",
    "source": "The path as given.",
    "sha256": "SHA-256 of the file's bytes.",
    "line": "1-based line of a text source where it starts.",
    "page": "1-based page where it starts.",
    "places": "Where it stands: one place for each part that a page break made.",
    "appendix": "Label of the appendix as printed (`I`, `02`); empty for an unnumbered one; null in the body.",
    "section_id": "Counts from 0 within the plan, in document order.",
    "table_id": "Counts from 0 within the plan, in document order.",
    "row_id": "Counts from 0 within the table.",
    "indicator_id": "Counts from 0 within the plan, in document order.",
    "task_id": "Counts from 0 within the plan, in document order.",
    "ordinal": "Its number as printed, without dot or dash.",
    "group": "Markers of the group rows or headings around it, outermost first.",
    "group_titles": "Their texts.",
    "unit_name": "Name of the ward, commune or province as the text shows it.",
    "province": "Name of the province as the text shows it; never inferred.",
    "unit_code": "Code in the national list; may be inferred, null when unsure.",
    "output": "The product that it is to yield.",
    "note": "The column of notes.",
    "comparator": "`=` `>=` `<=` `>` `<` `range`; null where there is no number.",
    "value": "The number; of a range its lower end.",
    "value_high": "The upper end of a range.",
    "qualitative": "A target in words.",
    "scope": "To whom it applies, where one cell sets several targets.",
    "canonical_id": "Id in the catalogue.",
    "target_no": "Counts from 0 within the indicator.",
    "agency_id": "Id in `agencies`.",
}

COLUMNS: dict[str, dict[str, str]] = {
    "files": {
        "doc_id": "Id of the content; null where it was not read. Of a file that was read before but not this time:"
        " id of the plan that stays in the tables.",
        "format": "Format by content where it was read, else by extension.",
        "status": "`ok`, `no-plan`, `unsupported`, `unreadable`, `limit` (too large), `missing-tool`, `error` (a bug),"
        " `interrupted`; `kept`: read in an earlier run and not given to this one.",
        "message": "Why it is not `ok`.",
        "seconds": "Always null: a clock would make the same input give other bytes. Timings go to the terminal.",
    },
    "documents": {
        "sources": "All paths under which the same content came.",
        "format": "`txt` `md` `html`.",
        "ocr": "The text came from optical character recognition done by this run.",
        "doc_type": "`Kế hoạch`, `Chương trình`, `Quyết định`, …",
        "number": "`95/KH-UBND`; null when left blank.",
        "number_raw": "The line of the number as printed.",
        "issuer": "The issuing body spelled out.",
        "issuer_kind": "`ubnd` `dang_uy` `ban_chi_dao` `hdnd` `mttq` `chinh_phu` `bo` `so` `phong` `other`.",
        "unit_type": "`phường`, `xã`, `tỉnh`, … as the text shows it.",
        "province_code": "Code of the province in the national list; may be inferred.",
        "issue_date": "From the head; where it lacks one, from an appendix's line on its plan.",
        "plan_year": "Year in the title (the first of a span), else of issue.",
        "period_start": "First year that the plan covers.",
        "period_end": "Last year that the plan covers.",
        "title": "The whole title without the words KẾ HOẠCH.",
        "signatory_name": "Who signed.",
        "signatory_title": "Last line of the block above the name.",
        "recipients": "Lines under Nơi nhận.",
        "replaces": "`doc_id` of the plan that it replaces, where that is in the same run.",
        "pages": "Number of pages, where the format has them.",
        "chars": "Characters of the source that are no space.",
        "chars_kept": "Those of them that stand in some output text.",
        "chars_dropped": "Those left out for a named reason. `chars = chars_kept + chars_dropped`.",
    },
    "sections": {
        "parent_id": "The section around it.",
        "level": "Depth of nesting of the markers as this plan uses them; 1 outermost.",
        "marker": "`I`, `1`, `1.1`, `a`, without dot or bracket.",
        "title": "A heading, or a label before a colon.",
        "text": "What stands under it up to the next section.",
    },
    "references": {
        "kind": "`Nghị quyết`, `Quyết định`, `Luật`, …",
        "number": "As printed, without spaces around `/` and `-`.",
        "date": "Day of issue as the text gives it anywhere.",
        "issuer": "Who issued it, as the text gives it anywhere.",
        "role": "`basis` (of the preamble), `replaces`, `amends`, `cites`.",
        "mentions": "How often it is named.",
    },
    "tables": {
        "title": "Title of the appendix or table.",
        "kind": "`indicators`, `tasks`, `other` (letterhead, signature, blank form, …).",
        "header": "The head, one cell a column; a head of two rows gives `upper lower`.",
        "roles": "What each column holds: `ordinal name unit target baseline budget lead coordinating output kpi basis"
        " deadline note subtask other`.",
    },
    "rows": {
        "table_id": "Its table.",
        "kind": "`group` (a heading row, or a row that only introduces others) or `item`.",
        "cells": "One a column; a cell merged over rows stands in the first.",
    },
    "indicators": {
        "table_id": "Its table; null for one from prose.",
        "name": "What is measured; of one from prose without the phrase of the number.",
        "text": "The whole item, of one from prose.",
        "unit": "The unit column, or the unit of its target.",
        "lead": "The lead agency as printed.",
        "coordinating": "The coordinating agencies as printed.",
        "duplicate_of": "First indicator of the plan with the same name, scope and targets.",
    },
    "targets": {
        "period": "Year it is due for.",
        "raw": "The cell or phrase as printed.",
        "unit": "The sign in the cell, else the unit column.",
        "aspirational": "`phấn đấu`: to be striven for.",
        "baseline": "A figure already reached.",
    },
    "tasks": {
        "table_id": "Its table; null for one from prose.",
        "name": "The task's text.",
        "subtask": "What a second column details.",
        "kpi": "How its success is measured.",
        "basis": "The document that asks for it.",
        "lead_raw": "Lead agencies as printed; single bodies are in `assignments`.",
        "coordinating_raw": "Coordinating agencies as printed.",
        "deadline_raw": "The deadline as printed.",
        "deadline_kind": "`date` `month` `quarter` `half` `year` `range` `open` `recurring` `conditional` `none`.",
        "start": "First day, of `range` and `open`.",
        "due": "Last acceptable day.",
        "recurrence": "`continuous` `daily` `weekly` `monthly` `quarterly` `half-yearly` `yearly`.",
    },
    "assignments": {
        "subject": "`task` or `indicator`.",
        "subject_id": "Its `task_id` or `indicator_id`.",
        "role": "`lead` or `coordinating`.",
        "agency_raw": "The body's name alone, as printed.",
    },
    "agencies": {
        "name": "The normalised name.",
        "level": "`ward` `province` `central` `other`.",
        "kind": "What sort of body it is.",
        "aliases": "Other spellings in the plans, the most frequent first.",
        "mentions": "Number of assignments.",
    },
    "catalogue": {
        "name": "Vietnamese name.",
        "name_en": "English name.",
        "domain": "Field of policy.",
        "unit": "Its usual unit.",
        "direction": "`up` (more is better), `down`, `none`.",
        "basis": "The document that defines it.",
        "status": "`adopted`, `proposed`, `replaced` (see `replaced_by`) or `retired`.",
        "aliases": "Other wordings.",
        "alias_counts": "For each of `aliases`, in how many plans it is known to stand; 0: not counted.",
        "hidden": "Misprints and readings of text recognition by which it is found, never shown as its name.",
        "kind": "What is measured: `share`, `number`, `rank`, `index`, `state`, `money`, `time`, `growth`, `decrease`.",
        "population": "Of whom or what, in the values of the list `indicator_slots`: `adults`, `officials`.",
        "denominator": "Of what it is a share, in the values of `indicator_slots`: `budget`, `grdp`.",
        "requires": "Terms of which each must stand in a wording that is this indicator; `a/b`: one of the two.",
        "excludes": "Terms of which none may stand in a wording that is this indicator.",
        "broader": "The entry of which this is a special case.",
        "replaced_by": "The entry that it was merged into.",
    },
    "matches": {
        "link_no": "0 but for indicators that state several things.",
        "target_no": "The target it is about; null for all.",
        "canonical_id": "The entry; for `review` the best candidate, for `new` a proposed one.",
        "status": "`matched` `review` (a person should decide) `new` `decided` `none`.",
        "probability": "That the link is right.",
        "method": "How it was found.",
        "runner_up_id": "The second best entry.",
        "runner_up_probability": "Its probability.",
        "explanation": "Why, in words.",
    },
    "matrix": {
        "period": "Year of the target.",
        "unit": "Unit of the target.",
        "indicator_id": "The indicator it comes from.",
        "target_no": "The target it comes from.",
    },
    "diagnostics": {
        "doc_id": "The plan; null for a file that gave none.",
        "code": "What it is.",
        "severity": "`error` `warning` `info`.",
        "message": "In words.",
        "context": "The text it is about.",
    },
}


def column_meaning(table: str, column: str) -> str:
    """What a column means. Raises KeyError for one that nobody described."""
    described = COLUMNS[table]
    return described[column] if column in described else COMMON[column]


def tables_page() -> str:
    """The page `docs/tables.md`, in Markdown."""
    parts = [_INTRODUCTION]
    for table in RECORDS:
        parts += [f"## {table}", TABLES[table], _column_table(table)]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """# The tables

A run writes one Parquet file a table into its output folder. `?` may be null; a list is never null. Every string is
Unicode NFC with single spaces. `raw` columns are as printed; what is understood stands beside them.
This page is made from `schemas/` by `make docs`.

```python
import pandas as pd

tasks = pd.read_parquet("outputs/tasks.parquet")
documents = pd.read_parquet("outputs/documents.parquet")
tasks.merge(documents, on="doc_id").groupby("unit_name")["due"].count()
```

A **place** has `page`, the box `x0`, `top`, `x1`, `bottom` in PDF points from the top left; in a text source `line` and
`line_end` (1-based) with `col`, `col_end`, characters within the first and the last line; and `path`, the place in a
Word file or workbook."""


def _column_table(table: str) -> str:
    lines = ["| column | type | meaning |", "|---|---|---|"]
    for field in schema_of(table):
        kind = "list<place>" if field.name == "places" else _TYPE_NAMES.get(str(field.type), str(field.type))
        null = "?" if field.nullable else ""
        lines.append(f"| {field.name} | {kind}{null} | {column_meaning(table, field.name)} |")
    return "\n".join(lines)


_TYPE_NAMES = {
    "float": "float32",
    "double": "float64",
    "date32[day]": "date32",
    "list<item: string not null>": "list<string>",
}
