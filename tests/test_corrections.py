"""What people put right is read, applied where it fits, reported where it does not, and never applied blindly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.corrected_fields import FIELDS
from kehoach.normalize.correcting import apply_corrections, correct_plans, place_text, spots
from kehoach.normalize.corrections import (
    FILE,
    Correction,
    append_corrections,
    correction_faults,
    load_corrections,
    read_corrections,
    standing,
    undo_corrections,
)
from kehoach.schemas.codes import SEVERITY
from kehoach.schemas.records import Diagnostic, Indicator, Place, Plan, Row, Target
from tests.conftest import small_plan

PLAN = small_plan(b"plan one", "one.txt")
TARGET = "line 3:0"  # everything of the small plan stands there
NAMED: dict[str, str] = {"doc_id": PLAN.document.doc_id, "by": "An", "at": "2026-03-02"}


def put_right(field: str, printed: str, corrected: str, **more: str) -> Correction:
    return Correction(**{"place": TARGET, **NAMED, "field": field, "printed": printed, "corrected": corrected, **more})


def apply(*corrections: Correction, plan: Plan = PLAN) -> Plan:
    corrected = apply_corrections(plan, corrections)
    assert corrected.stale == []
    assert len(corrected.applied) == len(corrections)
    return corrected.plan


@pytest.mark.parametrize(
    ("field", "printed", "corrected", "read"),
    [
        ("target.raw", "≥ 80%", "≥ 90%", lambda plan: (plan.targets[0].value, plan.targets[0].raw) == (90.0, "≥ 80%")),
        ("target.raw", "≥ 80%", "từ 80% đến 90%", lambda plan: plan.targets[0].value_high == 90.0),
        ("target.raw", "≥ 80%", "Xã: 80%; phường: 90%", lambda plan: [t.target_no for t in plan.targets] == [0, 1]),
        ("target.raw", "≥ 80%", "Đạt", lambda plan: (plan.targets[0].value, plan.targets[0].qualitative)[1] == "Đạt"),
        ("target.raw", "≥ 80%", "-", lambda plan: plan.targets == []),
        ("target.value", "≥ 80%", "1.250,5", lambda plan: plan.targets[0].value == 1250.5),
        ("target.value_high", "≥ 80%", "90", lambda plan: plan.targets[0].value_high == 90),
        ("target.comparator", "≥ 80%", "<=", lambda plan: plan.targets[0].comparator == "<="),
        ("target.unit", "≥ 80%", "hộ", lambda plan: plan.targets[0].unit == "hộ"),
        ("target.period", "≥ 80%", "2027", lambda plan: plan.targets[0].period == 2027),
        ("target.period", "≥ 80%", "-", lambda plan: plan.targets[0].period is None),
        ("target.scope", "≥ 80%", "xã", lambda plan: plan.targets[0].scope == "xã"),
        ("indicator.name", "Tỷ lệ hồ sơ số hóa", "Tỷ lệ X", lambda plan: plan.indicators[0].name == "Tỷ lệ X"),
        ("indicator.unit", "%", "hộ", lambda plan: plan.indicators[0].unit == "hộ"),
        ("indicator.target", "≥ 80%", "95%", lambda plan: plan.targets[0].value == 95),
        ("indicator.lead", "", "Công an xã", lambda plan: plan.assignments[0].agency_raw == "Công an xã"),
        ("task.name", "Tập huấn kỹ năng số", "Tập huấn", lambda plan: plan.tasks[0].name == "Tập huấn"),
        ("task.deadline", "Quý I/2026", "Quý II", lambda plan: plan.tasks[0].due == dt.date(2026, 6, 30)),
        ("task.deadline", "Quý I/2026", "-", lambda plan: plan.tasks[0].deadline_kind == "none"),
        (
            "task.lead",
            "Phòng Văn hóa - Xã hội",
            "Phòng Kinh tế; Trạm Y tế",
            lambda plan: [one.agency_raw for one in plan.assignments] == ["Phòng Kinh tế", "Trạm Y tế"],
        ),
        ("task.lead", "Phòng Văn hóa - Xã hội", "-", lambda plan: plan.assignments == []),
        ("document.number", "12/KH-UBND", "13/KH-UBND", lambda plan: plan.document.number == "13/KH-UBND"),
        ("document.issue_date", "2026-03-02", "3/3/2026", lambda plan: plan.document.issue_date == dt.date(2026, 3, 3)),
        ("document.period_end", "2026", "2030", lambda plan: plan.document.period_end == 2030),
        (
            "row.kind",
            "1 | Tỷ lệ hồ sơ số hóa | ≥ 80%",
            "group",
            lambda plan: (plan.indicators, plan.targets) == ([], []),
        ),
    ],
)
def test_a_value_is_put_right(field: str, printed: str, corrected: str, read: Callable[[Plan], bool]) -> None:
    assert read(apply(put_right(field, printed, corrected)))


def test_the_plan_given_stays_as_it_is() -> None:
    before = msgspec.json.encode(PLAN)
    apply(put_right("target.raw", "≥ 80%", "-"), put_right("row.kind", "1 | Tỷ lệ hồ sơ số hóa | ≥ 80%", "group"))
    assert msgspec.json.encode(PLAN) == before


def test_two_fields_of_one_value_are_put_right_together() -> None:
    plan = apply(put_right("target.period", "≥ 80%", "2028"), put_right("target.raw", "≥ 80%", "70%"))
    assert [(one.period, one.value) for one in plan.targets] == [(2028, 70.0)]


def test_a_heading_that_is_a_row_gets_its_indicator_in_its_place() -> None:
    at = [Place(line=11, col=0)]
    first = Row(table_id=0, row_id=0, kind="group", cells=["1", "Tỷ lệ A", "≥ 5%"], places=at, line=11)
    rows = [first, msgspec.structs.replace(PLAN.rows[0], row_id=1)]
    indicators = [msgspec.structs.replace(PLAN.indicators[0], table_id=0)]
    plan = msgspec.structs.replace(PLAN, rows=rows, indicators=indicators)
    made = apply(put_right("row.kind", "1 | Tỷ lệ A | ≥ 5%", "item", place="line 11:0"), plan=plan)
    assert [(one.indicator_id, one.name) for one in made.indicators] == [(0, "Tỷ lệ A"), (1, "Tỷ lệ hồ sơ số hóa")]
    assert [(one.indicator_id, one.value, one.period) for one in made.targets] == [(0, 5, 2026), (1, 80, 2026)]


def test_a_heading_of_tasks_that_is_a_row_gets_its_task() -> None:
    table = msgspec.structs.replace(
        PLAN.tables[0], kind="tasks", roles=["ordinal", "name", "deadline"], header=["TT", "Nhiệm vụ", "Thời gian"]
    )
    row = Row(table_id=0, row_id=0, kind="group", cells=["1", "Lập tổ", "Quý II"], places=PLAN.rows[0].places)
    plan = msgspec.structs.replace(PLAN, rows=[row], tables=[table])
    made = apply(put_right("row.kind", "1 | Lập tổ | Quý II", "item"), plan=plan)
    assert [(one.task_id, one.name) for one in made.tasks] == [(0, "Tập huấn kỹ năng số"), (1, "Lập tổ")]
    assert made.tasks[1].due == dt.date(2026, 6, 30)
    assert [one.subject_id for one in made.assignments] == [0]


@pytest.mark.parametrize(
    ("correction", "why"),
    [
        (put_right("target.raw", "≥ 85%", "90%"), "now reads '≥ 80%' of 'Tỷ lệ hồ sơ số hóa'"),
        (put_right("target.raw", "≥ 80%", "90%", place="line 99:0"), "nothing of this kind stands there any more"),
        (put_right("target.raw", "≥ 80%", "90%", subject="Tỷ lệ khác"), "now reads"),
        (put_right("task.deadline", "Quý I/2026", "31/02/2026"), "cannot be read as a deadline"),
        (put_right("row.kind", "1 | Tỷ lệ hồ sơ số hóa", "group"), "now reads"),
    ],
)
def test_what_does_not_fit_is_reported_and_changes_nothing(correction: Correction, why: str) -> None:
    corrected = apply_corrections(PLAN, [correction])
    assert corrected.plan == PLAN
    assert [(one, why in reason) for one, reason in corrected.stale] == [(correction, True)]


def test_of_two_alike_values_none_is_changed() -> None:
    plan = msgspec.structs.replace(PLAN, targets=PLAN.targets * 2)
    (stale,) = apply_corrections(plan, [put_right("target.raw", "≥ 80%", "90%")]).stale
    assert stale[1] == "more than one value stands there"


def test_corrections_that_contradict_each_other_are_not_applied() -> None:
    by_number = put_right(
        "target.raw", "≥ 80%", "70%", doc_id="", number="12/KH-UBND", issuer=str(PLAN.document.issuer)
    )
    corrected = apply_corrections(PLAN, [put_right("target.raw", "≥ 80%", "90%"), by_number])
    assert [why for _, why in corrected.stale] == ["two corrections contradict each other"] * 2
    assert corrected.plan == PLAN


def codes(plan: Plan) -> list[str]:
    return [one.code for one in plan.diagnostics if "correct" in one.code]


def test_the_tables_tell_what_was_put_right_and_what_was_not() -> None:
    fitting, stale = put_right("target.raw", "≥ 80%", "90%"), put_right("task.deadline", "Quý III", "Quý IV")
    (plan,) = correct_plans([PLAN], [fitting, stale])
    assert codes(plan) == ["corrected", "correction-stale"]
    found = [one for one in plan.diagnostics if one.code in ("corrected", "correction-stale")]
    assert [(one.line, one.severity == SEVERITY[one.code]) for one in found] == [(3, True), (3, True)]
    assert "'≥ 80%' is '90%'" in found[0].message
    assert "An" in found[1].message


def test_a_complaint_about_a_value_goes_with_the_value() -> None:
    complaint = Diagnostic(
        source="one.txt", code="target-unreadable", severity="warning", message="", places=PLAN.targets[0].places
    )
    plan = msgspec.structs.replace(PLAN, diagnostics=[complaint])
    assert [one.code for one in apply(put_right("target.raw", "≥ 80%", "90%"), plan=plan).diagnostics] == []
    assert [one.code for one in apply(put_right("task.name", "Tập huấn kỹ năng số", "A"), plan=plan).diagnostics] == [
        "target-unreadable"
    ]


def test_a_plan_is_known_by_number_and_issuer_where_its_file_is_another() -> None:
    newer = small_plan(b"plan two", "two.txt")
    one = put_right("target.raw", "≥ 80%", "90%", number="12/KH-UBND", issuer="ủy ban nhân dân phường Sao Mai")
    assert codes(correct_plans([newer], [one])[0]) == ["corrected"]
    assert [codes(plan) for plan in correct_plans([PLAN, newer], [one])] == [["corrected"], []]
    other = put_right("target.raw", "≥ 80%", "90%", number="12/KH-UBND", issuer="Ủy ban nhân dân xã Khác")
    assert codes(correct_plans([newer], [other])[0]) == []


@pytest.mark.parametrize(
    ("places", "text"),
    [
        ([Place(line=118, col=5, line_end=118)], "line 118:5"),
        ([Place(page=3, x0=72.2, top=110.4, x1=90, bottom=120)], "page 3 (72, 110)"),
        ([Place(path="tbl[3]/tr[5]/tc[2]", line=4)], "tbl[3]/tr[5]/tc[2]"),
        ([Place(path="tbl[3]/tr[5]/tc[2]", col=9)], "tbl[3]/tr[5]/tc[2]:9"),
        ([Place(page=1), Place(page=2)], "page 1 (0, 0)"),
        ([], ""),
    ],
)
def test_places_are_written_as_people_write_them(places: list[Place], text: str) -> None:
    assert place_text(places) == text


CONFIRMED = ("target.raw", "indicator.name", "indicator.unit", "task.name", "document.number", "document.issue_date")


@given(st.sets(st.sampled_from(CONFIRMED)))
def test_what_is_confirmed_as_printed_stays_as_it_was_understood(fields: set[str]) -> None:
    chosen = [spot for spot in spots(PLAN) if spot.field in fields]
    fixed = [put_right(spot.field, spot.printed, spot.printed, place=spot.place) for spot in chosen]
    corrected = apply_corrections(PLAN, fixed)
    assert corrected.stale == []
    assert msgspec.structs.replace(corrected.plan, diagnostics=[]) == msgspec.structs.replace(PLAN, diagnostics=[])


# --- the file


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = [put_right("target.raw", "≥ 80%", "90%", batch="r1", note="xem\tlại"), put_right("row.kind", "a | b", "mục")]
    append_corrections(tmp_path, rows[:1])
    append_corrections(tmp_path, rows[1:])
    assert read_corrections(tmp_path) == [msgspec.structs.replace(rows[0], note="xem lại"), rows[1]]
    assert load_corrections(None) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"by": ""}, "no name under `by`"),
        ({"at": "2/3/2026"}, "no date of the form"),
        ({"field": "target.colour"}, "no field 'target.colour'; there are: document.doc_type"),
        ({"doc_id": ""}, "neither doc_id nor number and issuer"),
        ({"place": ""}, "no place"),
        ({"corrected": ""}, "cannot be ''"),
        ({"corrected": "≥ %"}, "cannot be '≥ %': targets as a cell prints them"),
        ({"field": "target.period", "corrected": "26"}, "a year"),
        ({"field": "target.value", "corrected": "tám"}, "a number"),
        ({"field": "target.comparator", "corrected": "≥≥"}, "one of = >="),
        ({"field": "document.issue_date", "corrected": "31/02/2026"}, "a day"),
        ({"field": "task.deadline", "corrected": "xanh"}, "a deadline"),
        ({"field": "row.kind", "corrected": "-"}, "group or item"),
        ({"field": "indicator.name", "corrected": "-"}, "text"),
    ],
)
def test_faults_of_the_file_tell_the_line(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    row = msgspec.structs.replace(put_right("target.raw", "≥ 80%", "90%"), **changes)
    append_corrections(tmp_path, [row])
    (found,) = correction_faults(tmp_path)
    assert found.startswith(f"{FILE}:2: ")
    assert fault in found
    with pytest.raises(ValueError, match=FILE):
        load_corrections(tmp_path)


def test_a_file_by_hand_may_leave_columns_out(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        "by\tat\tnumber\tissuer\tplace\tfield\tprinted\tcorrected\n"
        "An\t2026-03-02\t12/KH-UBND\tUBND phường Sao Mai\tline 3:0\ttarget.raw\t≥ 80%\t90%\n",
        encoding="utf-8",
    )
    assert [one.corrected for one in load_corrections(tmp_path)] == ["90%"]


def test_the_later_word_of_one_person_counts_and_two_persons_who_differ_correct_nothing() -> None:
    first, later = put_right("target.raw", "≥ 80%", "90%"), put_right("target.raw", "≥ 80%", "95%")
    assert standing([first, later]) == ([later], [])
    other = msgspec.structs.replace(first, by="Bình")
    stand, (contest,) = standing([later, other])
    assert (stand, contest.corrections) == ([], (later, other))
    assert standing([first, other]) == ([other], [])


def test_a_batch_is_undone_and_done_again(tmp_path: Path) -> None:
    row = put_right("target.raw", "≥ 80%", "90%", batch="r1")
    append_corrections(tmp_path, [row])
    assert undo_corrections(tmp_path, "r1", "An", "2026-03-03") == 1
    assert load_corrections(tmp_path) == []
    assert undo_corrections(tmp_path, "r1", "An", "2026-03-03") == 0
    append_corrections(tmp_path, [row])
    assert load_corrections(tmp_path) == [row]


def test_every_field_says_how_it_is_written() -> None:
    assert all(field.form for field in FIELDS.values())
    records: dict[str, type[msgspec.Struct]] = {
        "document": type(PLAN.document),
        "indicator": Indicator,
        "target": Target,
        "row": Row,
    }
    for name, field in FIELDS.items():
        record = records.get(name.split(".")[0], type(PLAN.tasks[0]))
        assert not field.attribute or field.attribute in record.__struct_fields__
