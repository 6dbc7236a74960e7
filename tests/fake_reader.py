"""A reader for tests that does what the first word of a file says, also in a worker process."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from kehoach.extract.readers import ReadOptions
from kehoach.pipeline import reading
from kehoach.schemas.errors import NoPlan
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


def extract_plan(data: bytes, source: str, *, format: str | None = None, options: ReadOptions | None = None) -> Plan:
    """A small plan, or what the first word makes of it: `poem` is no plan, `bug` meets one, `hang` never ends, …"""
    word, *rest = data.decode().split() or [""]
    if word in WORDS:
        WORDS[word](*rest)
    plan = small_plan(data, source)
    if options is not None and options.password is not None:
        plan.document.title = f"{options.password} {options.max_pages} {options.ocr}"
    return plan


def _poem(*_: str) -> None:
    raise NoPlan("no heading and no table of a plan")


def _bug(*_: str) -> None:
    raise KeyError("column")


def _swear() -> None:
    raise ValueError("a\n\x07b \x1b[31m \ud800" + "x" * 10**6)


def _panic() -> None:
    raise BaseException("what a library in Rust raises")


def _crash() -> None:
    os._exit(1)


def _abort() -> None:
    os.abort()


def _killed() -> None:
    """As the system ends a process when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def _exit() -> None:
    sys.exit(3)


def _hang() -> None:
    time.sleep(3600)


def _scan(pages: str) -> None:
    """Takes its time for each page, and says that it is read."""
    for _ in range(int(pages)):
        time.sleep(0.4)
        if reading.PAGE_READ is not None:
            reading.PAGE_READ()


def _spin() -> None:
    """Runs in C with the interpreter's lock held, as a pattern does that tries everything."""
    re.fullmatch("(a*)*b", "a" * 64)


def _eat(megabytes: str, how: str = "at once") -> None:
    """Takes memory: all at once, in `pieces` until none is left, or `slowly` enough to be seen."""
    size = int(megabytes)
    taken = [b"x" * 2**20 for _ in range(size)] if how == "pieces" else [b"x" * (size << 20)]
    if how == "slowly":
        time.sleep(1.5)
    assert taken


def _leak(megabytes: str) -> None:
    """Takes memory and keeps it."""
    _LEAKED.append(b"x" * (int(megabytes) << 20))


def _deep(depth: str = "0") -> None:
    _deep(depth)


def _program(*command: str) -> None:
    """Starts a program that leads its own group, as LibreOffice is started, and waits for it."""
    with subprocess.Popen([sys.executable, "-c", " ".join(command)], start_new_session=True) as program:
        program.wait()


def _write(path: str) -> None:
    Path(path).write_text("x")


def _temporary() -> None:
    """Leaves a file in the folder for temporary files, then does not come back."""
    Path(tempfile.mkstemp()[1]).write_text("x")
    time.sleep(3600)


def _connect() -> None:
    socket.create_connection(("127.0.0.1", 9))


def _fetch(address: str) -> None:
    urllib.request.urlopen(address)


def _print() -> None:
    """Speaks where the answers go, in Python and below it."""
    print("noise")
    os.write(1, b"noise")


def _stop() -> None:
    """Ctrl-C, some time after the files before this one were read."""
    time.sleep(0.5)
    os.kill(os.getppid(), signal.SIGINT)
    time.sleep(3600)


_LEAKED: list[bytes] = []
WORDS: dict[str, Callable[..., None]] = {
    work.__name__[1:]: work
    for work in (
        _poem, _bug, _swear, _panic, _crash, _abort, _killed, _exit, _hang, _scan, _spin, _eat, _leak, _deep, _program,
        _write, _temporary, _connect, _fetch, _print, _stop,
    )
}  # fmt: skip
