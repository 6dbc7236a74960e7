"""`kehoach due`: what is due on a day, by whom, and the calendar that other programs read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from kehoach.cli import Exit
from kehoach.normalize.text import tidy
from kehoach.publish.assigned import AssignedTask
from kehoach.publish.due.calendar import calendar_bytes
from kehoach.publish.due.tasks import Question, due_list
from kehoach.publish.due.texts import shortened
from kehoach.schemas.records import Assignment, Document, Plan, Task
from tests.conftest import Command
from tests.small_runs import write_run

DAY = dt.date(2026, 6, 30)
TASKS = (
    Task(task_id=0, ordinal="1", name="Lập danh sách hộ nuôi ong", deadline_raw="Tháng 5/2026", deadline_kind="month",
         due=dt.date(2026, 5, 31), output="Danh sách; biểu, mẫu", line=7),
    Task(task_id=1, ordinal="2", name="Tập huấn kỹ thuật lấy mật", deadline_raw="30/7/2026", deadline_kind="date",
         due=dt.date(2026, 7, 30)),
    Task(task_id=2, ordinal="3", name="Xây dựng nhãn hiệu mật ong", deadline_raw="31/7/2026", deadline_kind="date",
         due=dt.date(2026, 7, 31)),
    Task(task_id=3, ordinal="4", name="Báo cáo kết quả", deadline_raw="Hằng quý", deadline_kind="recurring",
         recurrence="quarterly"),
    Task(task_id=4, ordinal="5", name="Tuyên truyền", deadline_raw="Thường xuyên", deadline_kind="recurring",
         recurrence="continuous"),
    Task(task_id=5, ordinal="6", name="Cấp giấy chứng nhận", deadline_raw="Sau khi có hướng dẫn",
         deadline_kind="conditional"),
    Task(task_id=6, ordinal="7", name="Bàn giao hồ sơ", deadline_raw="30/6/2026", deadline_kind="date", due=DAY),
)  # fmt: skip
LEADS = {0: ["Phòng Kinh tế"], 1: ["Công an xã", "Phòng Kinh tế"], 2: ["Phòng Kinh tế"], 3: ["Phòng Kinh tế"]}


def plan(doc_id: str, number: str, unit: str, replaces: str | None = None) -> Plan:
    document = Document(
        doc_id=doc_id * 16, source=f"plans/{doc_id}.txt", sha256=doc_id * 64, format="txt", number=number,
        unit_type="xã", unit_name=unit, issue_date=dt.date(2026, 2, 3), plan_year=2026, period_start=2026,
        period_end=2026, replaces=replaces,
    )  # fmt: skip
    assignments = [
        Assignment(subject="task", subject_id=number, role="lead", agency_raw=name)
        for number, names in LEADS.items()
        for name in names
    ]
    helper = Assignment(subject="task", subject_id=0, role="coordinating", agency_raw="Hội Nông dân")
    return Plan(document=document, tasks=list(TASKS), assignments=[*assignments, helper])


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """A run of two plans of one commune, the second in place of the first, and one of another commune."""
    plans = [
        plan("a", "12/KH-UBND", "Mật Hương"),
        plan("b", "45/KH-UBND", "Mật Hương", replaces="a" * 16),
        plan("c", "9/KH-UBND", "Ong Vàng"),
    ]
    return write_run(plans, tmp_path / "run")


def listed(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed)))


def test_states_on_a_day(kehoach: Command, outputs: Path) -> None:
    ended = kehoach("due", outputs, "--as-of", "30/6/2026", "--format", "csv")
    assert ended.status == Exit.OK
    states = {row["task_id"]: (row["state"], row["days"]) for row in listed(ended.out) if row["doc_id"] == "c" * 16}
    assert states == {
        "0": ("overdue", "-30"),
        "6": ("due", "0"),
        "1": ("due", "30"),
        "2": ("later", "31"),
        "3": ("recurring", ""),
        "4": ("recurring", ""),
        "5": ("undated", ""),
    }


@pytest.mark.parametrize("day", ["2026-06-30", "30/06/2026", "30.6.2026"])
def test_a_day_in_either_form(kehoach: Command, outputs: Path, day: str) -> None:
    found = json.loads(kehoach("due", outputs, "--as-of", day, "--format", "json").out)
    assert found["as_of"] == "2026-06-30"
    assert found["counts"] == {"overdue": 2, "due": 4, "later": 2, "recurring": 4, "undated": 2}


def test_today_where_no_day_is_named(kehoach: Command, outputs: Path) -> None:
    found = json.loads(kehoach("due", outputs, "--format", "json").out)
    assert abs((dt.date.fromisoformat(found["as_of"]) - dt.date.today()).days) <= 1


def test_the_table_is_by_state_and_agency(kehoach: Command, outputs: Path) -> None:
    printed = kehoach("due", outputs, "--as-of", "2026-06-30", "--within", "7").out.splitlines()
    assert printed[0] == "Tính đến ngày 30/06/2026: 14 nhiệm vụ của 2 văn bản"
    assert printed[2:7] == [
        "Quá hạn: 2",
        "  Phòng Kinh tế, xã Mật Hương: 1",
        "    31/05/2026  Lập danh sách hộ nuôi ong (quá hạn 30 ngày; 45/KH-UBND, xã Mật Hương)",
        "  Phòng Kinh tế, xã Ong Vàng: 1",
        "    31/05/2026  Lập danh sách hộ nuôi ong (quá hạn 30 ngày; 9/KH-UBND, xã Ong Vàng)",
    ]
    assert printed[8:10] == ["Đến hạn trong 7 ngày: 2", "  Chưa nêu cơ quan chủ trì: 2"]
    assert "    Hằng quý  Báo cáo kết quả (9/KH-UBND, xã Ong Vàng)" in printed
    assert "12/KH-UBND, xã Mật Hương" in printed[-1]
    assert "7 nhiệm vụ" in printed[-1]


def test_the_table_in_english(kehoach: Command, outputs: Path) -> None:
    printed = kehoach("due", outputs, "--as-of", "2026-06-30", "--lang", "en").out
    assert printed.startswith("As of 2026-06-30: 14 tasks of 2 plans\n\nOverdue: 2\n")


def test_replaced_plans_on_request(kehoach: Command, outputs: Path) -> None:
    found = json.loads(kehoach("due", outputs, "--as-of", "2026-06-30", "--all", "--format", "json").out)
    assert (len(found["tasks"]), found["replaced_plans"]) == (21, [])
    found = json.loads(kehoach("due", outputs, "--as-of", "2026-06-30", "--format", "json").out)
    assert (found["replaced_plans"], found["tasks_left_out"]) == (["a" * 16], 7)


@pytest.mark.parametrize("text", ["cong an", "CÔNG AN", "Công an"])
def test_an_agency_with_and_without_tone_marks(kehoach: Command, outputs: Path, text: str) -> None:
    ended = kehoach("due", outputs, "--as-of", "2026-06-30", "--agency", text, "--format", "csv")
    assert {row["task"] for row in listed(ended.out)} == {"Tập huấn kỹ thuật lấy mật"}
    table = kehoach("due", outputs, "--as-of", "2026-06-30", "--agency", text).out
    assert "Công an, xã Ong Vàng: 1" in table
    assert "Phòng Kinh tế" not in table  # it leads that task too, but was not asked for


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["no-run"], Exit.USAGE),
        (["run", "--as-of", "31/02/2026"], Exit.USAGE),
        (["run", "--as-of", "mai"], Exit.USAGE),
        (["run", "--within", "-1"], Exit.USAGE),
        (["run", "--agency", "Sở Ngoại vụ"], Exit.NOTHING),
        (["run", "--ics", "gone/due.ics"], Exit.OUTPUT),
    ],
)
@pytest.mark.usefixtures("outputs")
def test_what_cannot_be_done(kehoach: Command, tmp_path: Path, args: list[str], status: Exit) -> None:
    (tmp_path / "no-run").mkdir()
    ended = kehoach("due", *args)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err


# --- the calendar ---------------------------------------------------------------------------------------------------


def lines_of(data: bytes) -> list[str]:
    """The content lines of a calendar, unfolded; checks what RFC 5545 (3.1) asks of the bytes."""
    assert data.endswith(b"\r\n")
    physical = data[:-2].split(b"\r\n")
    assert not [line for line in physical if b"\r" in line or b"\n" in line or len(line) > 75]
    unfolded: list[str] = []
    for line in physical:
        text = line.decode("utf-8")  # no letter is cut in two
        if text.startswith(" "):
            unfolded[-1] += text[1:]
        else:
            unfolded.append(text)
    assert all(re.match(r"[A-Z-]+[;:]", line) for line in unfolded)
    return unfolded


def texts(lines: list[str], name: str) -> list[str]:
    """The values of a property with its escapes undone, by a reading of our own."""
    signs = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}
    found = [line.split(":", 1)[1] for line in lines if line.split(":", 1)[0] == name]
    for value in found:
        assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value)
    return [re.sub(r"\\.", lambda sign: signs[sign[0]], value) for value in found]


def events(data: bytes) -> Iterator[Any]:
    yield from Calendar.from_ical(data).walk("VEVENT")


@pytest.fixture
def book(kehoach: Command, outputs: Path, tmp_path: Path) -> bytes:
    kehoach("due", outputs, "--as-of", "2026-06-30", "--agency", "Kinh tế", "--ics", "due.ics")
    return (tmp_path / "due.ics").read_bytes()


def test_an_event_a_task_with_a_day_or_a_frequency(book: bytes) -> None:
    found = [event for event in events(book) if str(event["uid"]).startswith("c")]
    assert [str(event["summary"]) for event in found] == [TASKS[number].name for number in range(4)]
    first, _, _, quarterly = found
    assert first["uid"] == f"{'c' * 16}-0@kehoach"
    assert (first["dtstart"].dt, first["dtend"].dt) == (dt.date(2026, 5, 31), dt.date(2026, 6, 1))
    assert first["dtstart"].params["VALUE"] == "DATE"
    assert first["dtstamp"].dt == dt.datetime(2026, 2, 3, tzinfo=dt.UTC)
    assert first["categories"].cats == ["Phòng Kinh tế"]
    assert str(first["description"]).split("\n") == [
        "Nhiệm vụ: Lập danh sách hộ nuôi ong",
        "Chủ trì: Phòng Kinh tế",
        "Phối hợp: Hội Nông dân",
        "Thời hạn theo văn bản: Tháng 5/2026",
        "Sản phẩm: Danh sách; biểu, mẫu",
        "Văn bản: 9/KH-UBND, xã Ong Vàng ngày 03/02/2026",
        "Vị trí: c.txt, dòng 7",
    ]
    assert quarterly["dtstart"].dt == dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("recurrence", "first", "rule"),
    [
        ("weekly", "20260206", "FREQ=WEEKLY;UNTIL=20271231;BYDAY=FR"),
        ("monthly", "20260228", "FREQ=MONTHLY;UNTIL=20271231;INTERVAL=1;BYMONTHDAY=-1"),
        ("quarterly", "20260331", "FREQ=MONTHLY;UNTIL=20271231;INTERVAL=3;BYMONTHDAY=-1"),
        ("half-yearly", "20260630", "FREQ=MONTHLY;UNTIL=20271231;INTERVAL=6;BYMONTHDAY=-1"),
        ("yearly", "20261231", "FREQ=YEARLY;UNTIL=20271231"),
    ],
)
def test_recurrences_have_a_rule(recurrence: str, first: str, rule: str) -> None:
    document = plan("d", "1/KH-UBND", "Ong Vàng").document
    document.period_end = 2027
    task = Task(task_id=0, ordinal="1", name="Giao ban", deadline_kind="recurring", recurrence=recurrence)
    lines = lines_of(calendar_bytes(due_list([AssignedTask(document, task, (), ())], [document], Question(DAY)), "vi"))
    assert f"DTSTART;VALUE=DATE:{first}" in lines
    assert f"RRULE:{rule}" in lines


@pytest.mark.parametrize("recurrence", ["continuous", "daily", None])
def test_no_event_without_a_day(recurrence: str | None) -> None:
    document = plan("d", "1/KH-UBND", "Ong Vàng").document
    task = Task(task_id=0, ordinal="1", name="Giao ban", deadline_kind="recurring", recurrence=recurrence)
    data = calendar_bytes(due_list([AssignedTask(document, task, (), ())], [document], Question(DAY)), "vi")
    assert not list(events(data))


def test_the_same_run_gives_the_same_bytes_on_every_day(kehoach: Command, outputs: Path, tmp_path: Path) -> None:
    for day in ("2026-06-30", "2031-01-01"):
        kehoach("due", outputs, "--as-of", day, "--ics", f"{day}.ics")
    assert (tmp_path / "2026-06-30.ics").read_bytes() == (tmp_path / "2031-01-01.ics").read_bytes()


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=300).map(tidy)


@given(words.filter(bool), words, words)
def test_any_text_comes_back(name: str, output: str, deadline: str) -> None:
    document = plan("d", "1/KH-UBND", "Ong Vàng").document
    task = Task(task_id=0, ordinal="1", name=name, output=output, deadline_raw=deadline, due=DAY)
    data = calendar_bytes(due_list([AssignedTask(document, task, (), ())], [document], Question(DAY)), "vi")
    lines = lines_of(data)
    (event,) = events(data)
    (description,) = texts(lines, "DESCRIPTION")
    assert description.split("\n")[0] == f"Nhiệm vụ: {name}"
    assert str(event["description"]) == description
    assert str(event["summary"]) == texts(lines, "SUMMARY")[0] == shortened(name, 80)


@given(words, st.integers(2, 100))
def test_what_is_shortened_is_a_beginning(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= max(most, 1)
    assert cut == text or text.startswith(cut.removesuffix("…"))
