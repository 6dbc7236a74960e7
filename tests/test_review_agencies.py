"""What people said about bodies counts in every later run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kehoach.normalize.agency_decisions import (
    FILE,
    AgencyDecision,
    agency_decision_faults,
    append_agency_decisions,
    load_agency_book,
    read_agency_decisions,
    undo_agency_batch,
)
from kehoach.normalize.agency_table import link_agencies
from kehoach.normalize.decisions import EMPTY_BOOK, DecisionBook, Verdict, make_book, with_choice
from kehoach.schemas.records import Assignment, Plan
from tests.conftest import small_plan

CULTURE, ECONOMY, POLICE = "ward-phong-van-hoa-xa-hoi", "ward-phong-kinh-te", "ward-cong-an"


def said(name: str, verdict: Verdict, other: str = "", author: str = "An") -> AgencyDecision:
    subject = AgencyDecision(subject_label=name, unit="ward", author=author, date="2026-03-02", batch="r1")
    chosen = with_choice(subject, verdict, other)
    assert isinstance(chosen, AgencyDecision)
    return chosen


def plan() -> Plan:
    names = ["Phòng Văn hóa - Xã hội", "Phòng Kinh tế", "Phòng Kinh tế", "Công an phường"]
    assignments = [Assignment(subject="task", subject_id=0, role="lead", agency_raw=name) for name in names]
    return msgspec.structs.replace(small_plan(b"plan one", "one.txt"), assignments=assignments)


def linked(book: DecisionBook) -> tuple[list[str | None], dict[str, tuple[str, int]]]:
    one = plan()
    agencies = link_agencies([one], book)
    return [a.agency_id for a in one.assignments], {a.agency_id: (a.name, a.mentions) for a in agencies}


def test_without_decisions_every_body_is_its_own() -> None:
    ids, agencies = linked(EMPTY_BOOK)
    assert ids == [CULTURE, ECONOMY, ECONOMY, POLICE]
    assert set(agencies) == {CULTURE, ECONOMY, POLICE}


def test_a_body_that_is_another_is_counted_there() -> None:
    ids, agencies = linked(make_book([said("Phòng Kinh tế", "same", CULTURE)]))
    assert ids == [CULTURE, CULTURE, CULTURE, POLICE]
    assert agencies == {CULTURE: ("Phòng Văn hóa - Xã hội", 3), POLICE: ("Công an", 1)}


def test_what_people_said_is_followed_over_all_steps_and_a_circle_leads_nowhere() -> None:
    steps = [said("Phòng Kinh tế", "same", CULTURE), said("Phòng Văn hóa - Xã hội", "same", POLICE)]
    assert linked(make_book(steps))[0] == [POLICE] * 4
    circle = [*steps, said("Công an", "same", ECONOMY)]
    assert linked(make_book(circle))[0] == [CULTURE, ECONOMY, ECONOMY, POLICE]


def test_what_is_no_body_has_no_id_and_no_row() -> None:
    ids, agencies = linked(make_book([said("Phòng Kinh tế", "none")]))
    assert ids == [CULTURE, None, None, POLICE]
    assert ECONOMY not in agencies


@pytest.mark.parametrize(
    "decisions",
    [
        [said("Phòng Kinh tế", "new")],
        [said("Phòng Kinh tế", "unsure")],
        [said("Phòng Kinh tế", "same", CULTURE), said("Phòng Kinh tế", "same", POLICE, "Bình")],
        [said("Sở Nội vụ", "same", CULTURE)],
    ],
    ids=["new", "unsure", "contradiction", "not in this run"],
)
def test_what_changes_nothing(decisions: list[AgencyDecision]) -> None:
    assert linked(make_book(decisions)) == linked(EMPTY_BOOK)


def test_a_body_that_this_run_does_not_name_is_named_after_what_is_it() -> None:
    ids, agencies = linked(make_book([said("Phòng Kinh tế", "same", "ward-phong-moi")]))
    assert ids[1] == "ward-phong-moi"
    assert agencies["ward-phong-moi"] == ("Phòng Kinh tế", 2)


def test_the_file_is_read_as_written_and_a_batch_undone(tmp_path: Path) -> None:
    rows = [said("Phòng Kinh tế", "same", CULTURE), said("Công an", "unsure")]
    append_agency_decisions(tmp_path, rows)
    assert read_agency_decisions(tmp_path) == rows
    assert set(load_agency_book(tmp_path).decided) == {"ward | phòng kinh tế", "ward | công an"}
    assert undo_agency_batch(tmp_path, "r1", "An", "2026-03-03") == 2
    assert load_agency_book(tmp_path) == load_agency_book(None) == EMPTY_BOOK
    assert undo_agency_batch(tmp_path, "r1", "An", "2026-03-03") == 0


def test_faults_of_the_file_tell_the_line(tmp_path: Path) -> None:
    append_agency_decisions(tmp_path, [msgspec.structs.replace(said("Công an", "new"), date="gestern")])
    (fault,) = agency_decision_faults(tmp_path)
    assert fault.startswith(f"{FILE}:2: no date")
    with pytest.raises(ValueError, match=FILE):
        load_agency_book(tmp_path)
