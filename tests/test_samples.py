"""The samples against their truth, and what must hold for every plan there is.

A new case is two files, `samples/NAME.txt` and `tests/truth/NAME.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from kehoach.schemas.codes import SEVERITY
from kehoach.schemas.records import Comparator, DeadlineKind, Plan, Record
from tests.compare import compare, compare_any, load_truth
from tests.corpus import SAMPLES, diagnostics_cases, plans, reading_of, sample_cases, truth_files
from tests.floors import below

UNMARKED_SHARE = 0.25  # of the text may stand in sections without a marker: preamble, closing, notes under tables

IDS = {"sections": "section_id", "tables": "table_id", "indicators": "indicator_id", "tasks": "task_id"}

every_plan = pytest.mark.parametrize("path", plans().values(), ids=plans())


def read(path: Path) -> Plan:
    reading = reading_of(path)
    assert reading.plan is not None, f"{reading.file.status}: {reading.file.message}"
    return reading.plan


def test_every_sample_has_its_truth() -> None:
    samples = {path.stem for path in SAMPLES.iterdir() if not path.name.startswith(".")}
    assert samples == {path.stem for path in truth_files()} == set(sample_cases())


@pytest.mark.parametrize(("source", "truth"), sample_cases().values(), ids=sample_cases())
def test_sample_is_above_its_floors(source: Path, truth: Path) -> None:
    found = compare(read(source), load_truth(truth))
    lost = below("samples", truth.stem, found.shares)
    assert not lost, "\n".join([*lost, *found.differences])


@pytest.mark.parametrize(("source", "truth"), diagnostics_cases().values(), ids=diagnostics_cases())
def test_diagnostics_are_above_their_floors(source: Path, truth: Path) -> None:
    found = compare_any(read(source), truth)
    lost = below("diagnostics", source.stem, found.shares)
    assert not lost, "\n".join([*lost, *found.differences])


@pytest.mark.parametrize("path", truth_files(), ids=lambda path: path.stem)
def test_truth_is_well_formed(path: Path) -> None:
    """What a hand easily gets wrong: a cell too few, a misspelt kind, a line that is not in the sample."""
    truth = load_truth(path)
    for table in truth["tables"]:
        assert {len(row["cells"]) for row in table["rows"]} <= {len(table["header"])}, table["appendix"]
        assert {row["kind"] for row in table["rows"]} <= {"group", "item"}
    assert {task["deadline"]["kind"] for task in truth["tasks"]} <= set(get_args(DeadlineKind))
    signs = {target["comparator"] for one in truth["indicators"] for target in one["targets"]}
    assert signs <= {None, *get_args(Comparator)}
    lines = [item["line"] for part in ("sections", "indicators", "tasks") for item in truth[part]]
    assert all(line is None or line >= 1 for line in lines)  # a Word file has no lines


@every_plan
def test_no_character_is_lost(path: Path) -> None:
    document = read(path).document
    assert document.chars > 0
    assert document.chars == document.chars_kept + document.chars_dropped
    assert not [found for found in read(path).diagnostics if found.code == "text-lost"]


@every_plan
def test_no_table_hides_in_text_without_a_marker(path: Path) -> None:
    sections = read(path).sections
    unmarked = sum(len("".join((section.text or "").split())) for section in sections if not section.marker)
    share = unmarked / read(path).document.chars
    print(f"{path.name}: {share:.1%} of the text stands in sections without a marker")
    assert share <= UNMARKED_SHARE


@every_plan
def test_every_record_has_its_place(path: Path) -> None:
    for name, record in _placed(read(path)):
        assert record.places, f"{name}: {record}"  # type: ignore[attr-defined]
        assert record.line == record.places[0].line, f"{name}: {record}"  # type: ignore[attr-defined]


@every_plan
def test_every_diagnostic_has_a_known_code(path: Path) -> None:
    assert {found.code for found in read(path).diagnostics} <= set(SEVERITY), "add it to schemas/codes.py"


@every_plan
def test_ids_count_from_nought_in_document_order(path: Path) -> None:
    plan = read(path)
    for name, field in IDS.items():
        ids = [getattr(record, field) for record in getattr(plan, name)]
        assert ids == list(range(len(ids))), name


@every_plan
def test_records_point_to_records_that_exist(path: Path) -> None:
    plan = read(path)
    tables, indicators = range(len(plan.tables)), range(len(plan.indicators))
    assert all(row.table_id in tables for row in plan.rows)
    assert all(target.indicator_id in indicators for target in plan.targets)
    used = [indicator.table_id for indicator in plan.indicators] + [task.table_id for task in plan.tasks]
    assert all(table_id is None or table_id in tables for table_id in used)
    ends = {"task": range(len(plan.tasks)), "indicator": indicators}
    assert all(assignment.subject_id in ends[assignment.subject] for assignment in plan.assignments)


def _placed(plan: Plan) -> Iterator[tuple[str, Record]]:
    """Every record of a fact; a diagnostic about what is missing may have no place."""
    for name in Plan.__struct_fields__:
        if name not in ("document", "diagnostics"):
            for record in getattr(plan, name):
                yield name, record
