"""Progress of a run: a line that changes on a terminal, plain lines elsewhere, failures everywhere."""

from __future__ import annotations

import io
import re
import sys

import pytest

from kehoach.commands import progress
from kehoach.commands.progress import Progress
from kehoach.schemas.records import File

OK = File(source="plans/a.txt", status="ok")
BAD = File(source="plans/b\x1b[31m.txt", status="unreadable", message="the file is empty")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is a reason to say how far it is."""
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    monkeypatch.setattr(progress, "_REDRAW", 0.0)


@pytest.mark.usefixtures("always")
def test_plain_lines_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(quiet=False)
    told(OK, 3)
    told(BAD, 3)
    told.close()
    first, failed, second = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"kehoach: 1 of 3 read, \d+\.\d a second, \d+:\d\d left", first)
    assert failed == "kehoach: plans/b?[31m.txt: unreadable: the file is empty"
    assert re.fullmatch(r"kehoach: 2 of 3 read, 1 failed, \d+\.\d a second, \d+:\d\d left", second)


def test_not_a_line_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(quiet=False)
    for _ in range(100):
        told(OK, 100)
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("always")
def test_quiet_says_only_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(quiet=True)
    told(OK, 2)
    told(BAD, 2)
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("always")
def test_one_line_that_changes_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    told = Progress(quiet=False)
    told(OK, 2)
    told(OK, 2)
    told.close()
    shown = screen.getvalue()
    assert "\n" not in shown
    assert "2 of 2 read" in shown
    assert shown.endswith("\r\x1b[K")
