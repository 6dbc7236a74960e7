"""What several tests need: a small plan made by hand, and a reader that returns it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from kehoach.cli import main
from kehoach.normalize.vocabulary import use_workspace
from kehoach.schemas.errors import NoPlan, NotReadable
from kehoach.schemas.records import (
    Assignment,
    Diagnostic,
    Document,
    Indicator,
    Place,
    Plan,
    Row,
    Section,
    Table,
    Target,
    Task,
)


def small_plan(data: bytes, source: str) -> Plan:
    """A plan of an invented ward with one record of each kind."""
    at = [Place(line=3, col=0, line_end=3, col_end=9)]
    sha256 = hashlib.sha256(data).hexdigest()
    document = Document(
        doc_id=sha256[:16],
        source=source,
        sha256=sha256,
        format="txt",
        doc_type="Kế hoạch",
        number="12/KH-UBND",
        issuer="Ủy ban nhân dân phường Sao Mai",
        issuer_kind="ubnd",
        unit_type="phường",
        unit_name="Sao Mai",
        issue_date=dt.date(2026, 3, 2),
        plan_year=2026,
        period_start=2026,
        period_end=2026,
        title="Chuyển đổi số năm 2026",
        recipients=["Như trên", "Lưu: VT"],
    )
    return Plan(
        document=document,
        sections=[
            Section(section_id=0, level=1, marker="I", title="MỤC TIÊU", line=3, places=at),
            Section(section_id=1, parent_id=0, level=2, marker="1", text="Nâng cao nhận thức.", line=4, places=at),
        ],
        tables=[
            Table(
                table_id=0,
                appendix="I",
                title="CHỈ TIÊU",
                kind="indicators",
                header=["TT", "Chỉ tiêu", "Năm 2026"],
                roles=["ordinal", "name", "target"],
                line=9,
                places=at,
            )
        ],
        rows=[Row(table_id=0, row_id=0, kind="item", cells=["1", "Tỷ lệ hồ sơ số hóa", "≥ 80%"], line=10, places=at)],
        indicators=[
            Indicator(
                indicator_id=0,
                table_id=0,
                appendix="I",
                ordinal="1",
                name="Tỷ lệ hồ sơ số hóa",
                unit="%",
                line=10,
                places=at,
            )
        ],
        targets=[
            Target(
                indicator_id=0,
                target_no=0,
                period=2026,
                raw="≥ 80%",
                comparator=">=",
                value=80.0,
                unit="%",
                line=10,
                places=at,
            )
        ],
        tasks=[
            Task(
                task_id=0,
                ordinal="1",
                group=["II"],
                name="Tập huấn kỹ năng số",
                lead_raw="Phòng Văn hóa - Xã hội",
                deadline_raw="Quý I/2026",
                deadline_kind="quarter",
                due=dt.date(2026, 3, 31),
                line=12,
                places=at,
            )
        ],
        assignments=[
            Assignment(
                subject="task", subject_id=0, role="lead", agency_raw="Phòng Văn hóa - Xã hội", line=12, places=at
            )
        ],
        diagnostics=[
            Diagnostic(
                source=source, code="unit-missing", severity="warning", message="no unit: 5", line=14, places=at
            ),
            Diagnostic(
                source=source,
                code="share-over-100",
                severity="error" if b"fault" in data else "info",
                message="120 %",
                line=11,
                places=at,
            ),
        ],
    )


def fake_extract_plan(data: bytes, source: str, *, format: str | None = None) -> Plan:
    """Reads by the first word: `poem` is no plan, `bug` meets one, `crash` takes the process down."""
    word = data.split()[0].decode() if data.split() else ""
    if not word:
        raise NotReadable("the file is empty")
    if word == "poem":
        raise NoPlan("no heading and no table of a plan")
    if word == "bug":
        raise KeyError("column")
    if word == "crash":
        os._exit(1)
    if word == "stop":
        raise KeyboardInterrupt
    return small_plan(data, source)


@pytest.fixture
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run and the commands read with :func:`fake_extract_plan`."""
    module = ModuleType("kehoach.extract.plan")
    module.extract_plan = fake_extract_plan  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kehoach.extract.plan", module)


@pytest.fixture(autouse=True)
def no_workspace() -> Iterator[None]:
    """No test reads with the workspace of another."""
    yield
    use_workspace(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two plans, one of them twice, a poem, an empty file, an image and a hidden file."""
    plans = tmp_path / "plans"
    (plans / "sub").mkdir(parents=True)
    for name, content in {
        "b.txt": "plan two",
        "a.md": "plan one",
        "sub/copy.txt": "plan one",
        "poem.txt": "poem of the sea",
        "empty.txt": "",
        "image.jpg": "x",
        ".hidden.txt": "plan three",
    }.items():
        (plans / name).write_text(content, encoding="utf-8")
    return plans


class Ended(NamedTuple):
    status: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def kehoach(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*args: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return call
