"""The commands: what they print, where they print it, and their exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kehoach.cli import Exit
from kehoach.schemas.folder import hold
from tests.conftest import Command
from tests.corpus import ROOT


def write(folder: Path, **contents: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}.txt").write_text(content, encoding="utf-8")
    return folder


RUNS = [
    ({"one": "plan one", "two": "plan two"}, Exit.OK, ""),
    ({"one": "plan one", "sea": "poem"}, Exit.FAILED, "sea.txt: no-plan: no heading and no table of a plan"),
    ({"one": "plan one", "none": ""}, Exit.FAILED, "none.txt: unreadable: the file is empty"),
    ({"one": "plan one", "bug": "bug"}, Exit.FAILED, "bug.txt: error: internal error"),
    ({"sea": "poem"}, Exit.NOTHING, "no plan found"),
    ({"none": ""}, Exit.NOTHING, "the file is empty"),
    ({}, Exit.NOTHING, "no files found"),
    ({"one": "plan one", "stop": "stop"}, Exit.INTERRUPTED, "interrupted; the 1 plans read so far"),
    ({"a": "stop", "one": "plan one"}, Exit.INTERRUPTED, "interrupted; nothing written"),
]


@pytest.mark.usefixtures("fake_reader")
@pytest.mark.parametrize(("contents", "status", "message"), RUNS)
def test_status_of_a_run(
    kehoach: Command, tmp_path: Path, contents: dict[str, str], status: Exit, message: str
) -> None:
    ended = kehoach("run", write(tmp_path / "in", **contents), "-o", tmp_path / "out", "--jobs", "1")
    assert ended.status == status
    assert message in ended.err
    assert not ended.out.startswith("kehoach:")


USAGE = [
    ["run"],
    ["run", "x.txt"],
    ["nonsense"],
    ["run", "nope.txt", "-o", "out"],
    ["check", "nope.txt"],
    ["show", "nope.txt"],
    ["show", "."],
    ["run", ".", "-o", "out", "--jobs", "0"],
    ["run", ".", "-o", "out", "--limit", "weight=3"],
    ["check", ".", "--limit", "pages=many"],
    ["show", "x.txt", "--limit", "seconds=0"],
    ["run", ".", "-o", "out", "--format", "xml"],
    ["run", ".", "-o", "out", "--workspace", "nope"],
]


@pytest.mark.parametrize("args", USAGE, ids=" ".join)
def test_wrong_use(kehoach: Command, args: list[str]) -> None:
    ended = kehoach(*args)
    assert (ended.status, ended.out) == (Exit.USAGE, "")
    assert ended.err


@pytest.mark.usefixtures("fake_reader")
def test_output_that_cannot_be_written(kehoach: Command, tmp_path: Path) -> None:
    plans = write(tmp_path / "in", one="plan one")
    (tmp_path / "out").write_text("a file")
    assert kehoach("run", plans, "-o", tmp_path / "out").status == Exit.OUTPUT
    assert kehoach("run", plans, "-o", tmp_path / "out" / "below").status == Exit.OUTPUT


@pytest.mark.usefixtures("fake_reader")
def test_output_held_by_another_run(kehoach: Command, tmp_path: Path) -> None:
    plans = write(tmp_path / "in", one="plan one")
    with hold(tmp_path / "out"):
        ended = kehoach("run", plans, "-o", tmp_path / "out")
    assert (ended.status, "held by another run" in ended.err) == (Exit.OUTPUT, True)


@pytest.mark.skipif(sys.platform == "win32", reason="no such names")
@pytest.mark.usefixtures("fake_reader")
def test_name_of_a_file_commands_no_terminal(kehoach: Command, tmp_path: Path) -> None:
    plans = write(tmp_path / "in", one="plan one")
    (plans / "\x1b[31m\x07.txt").write_text("poem")
    ended = kehoach("run", plans, "-o", tmp_path / "out")
    assert "?[31m?.txt: no-plan" in ended.err
    assert "\x1b" not in ended.err


@pytest.mark.usefixtures("fake_reader")
def test_summary_as_json(kehoach: Command, tmp_path: Path) -> None:
    plans = write(tmp_path / "in", one="plan one", two="plan two", sea="poem")
    summary = json.loads(kehoach("run", plans, "-o", tmp_path / "out", "--format", "json").out)
    assert summary["files"] == {"ok": 2, "no-plan": 1}
    assert summary["totals"] == {
        "plans": 2, "tables": 2, "indicators": 2, "targets": 2, "tasks": 2, "errors": 0, "warnings": 2, "notes": 2,
    }  # fmt: skip
    assert summary["rows"]["tasks"] == 2
    assert summary["plans"][0]["number"] == "12/KH-UBND"


@pytest.mark.usefixtures("fake_reader")
def test_summary_as_table(kehoach: Command, tmp_path: Path) -> None:
    ended = kehoach("run", write(tmp_path / "in", one="plan one"), "-o", tmp_path / "out", "--quiet")
    lines = ended.out.splitlines()
    assert lines[0].split()[:4] == ["plan", "number", "date", "tables"]
    assert lines[-2].split() == ["total:", "1", "1", "1", "1", "1", "0", "1", "1"]
    assert ended.err == ""


@pytest.mark.usefixtures("fake_reader")
def test_check_prints_like_a_linter(kehoach: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "in", one="plan fault") / "one.txt"
    ended = kehoach("check", path)
    assert ended.status == Exit.FAILED
    assert ended.out.splitlines() == [
        f"{path.as_posix()}:11: error share-over-100 120 %",
        f"{path.as_posix()}:14: warning unit-missing no unit: 5",
    ]


@pytest.mark.usefixtures("fake_reader")
def test_check_without_errors(kehoach: Command, tmp_path: Path) -> None:
    assert kehoach("check", write(tmp_path / "in", one="plan")).status == Exit.OK
    assert kehoach("check", write(tmp_path / "in", sea="poem")).status == Exit.FAILED
    assert kehoach("check", tmp_path / "in" / "sea.txt").status == Exit.NOTHING


@pytest.mark.usefixtures("fake_reader")
def test_check_as_json(kehoach: Command, tmp_path: Path) -> None:
    found = json.loads(kehoach("check", write(tmp_path / "in", one="plan fault"), "--format", "json").out)
    assert [(one["line"], one["severity"], one["code"]) for one in found] == [
        (11, "error", "share-over-100"),
        (14, "warning", "unit-missing"),
    ]


@pytest.mark.usefixtures("fake_reader")
def test_show_prints_a_tree(kehoach: Command, tmp_path: Path) -> None:
    shown = kehoach("show", write(tmp_path / "in", one="plan") / "one.txt")
    assert shown.status == Exit.OK
    for words in (
        "Kế hoạch 12/KH-UBND", "unit: phường Sao Mai", "I MỤC TIÊU", "indicators 1", "2026: >= 80 %",
        "lead: Phòng Văn hóa - Xã hội", "deadline: Quý I/2026 [quarter → 2026-03-31]", "warning unit-missing",
    ):  # fmt: skip
        assert words in shown.out
    assert "\x1b[" not in shown.out


@pytest.mark.usefixtures("fake_reader")
@pytest.mark.parametrize(("name", "coloured"), [("FORCE_COLOR", True), ("NO_COLOR", False)])
def test_show_in_colour(
    kehoach: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, coloured: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(name, "1")
    shown = kehoach("show", write(tmp_path / "in", one="plan") / "one.txt")
    assert ("\x1b[" in shown.out) == coloured


def test_workspace_init_keeps_what_is_there(kehoach: Command, tmp_path: Path) -> None:
    assert kehoach("workspace", "init", "mine").status == Exit.OK
    made = sorted((tmp_path / "mine" / "vocabulary").glob("*.csv"))
    assert {path.name for path in made} == {path.name for path in (ROOT / "normalize" / "data").glob("*.csv")}
    made[0].write_text("changed")
    assert kehoach("workspace", "init", "mine").out == ""
    assert made[0].read_text() == "changed"


@pytest.mark.usefixtures("fake_reader")
def test_workspace_that_was_just_made_can_be_used(kehoach: Command, tmp_path: Path) -> None:
    plans = write(tmp_path / "in", one="plan")
    kehoach("workspace", "init")
    assert kehoach("run", plans, "-o", "out", "--workspace", "kehoach-workspace").status == Exit.OK


FAULTS = [
    ("nonsense.csv", b"a,b\n", "no vocabulary of this name"),
    ("column_roles.csv", b"word\n", "missing columns"),
    ("column_roles.csv", "cột\n".encode("utf-16"), "not UTF-8"),
]


@pytest.mark.parametrize(("name", "content", "message"), FAULTS)
def test_fault_in_a_workspace(kehoach: Command, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    folder = tmp_path / "kehoach-workspace" / "vocabulary"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    ended = kehoach("check", write(tmp_path / "in", one="plan"))
    assert (ended.status, message in ended.err) == (Exit.USAGE, True)


HELPS = [["run"], ["check"], ["show"], ["workspace"], ["workspace", "init"], []]


@pytest.mark.parametrize("command", HELPS, ids=" ".join)
def test_help(kehoach: Command, command: list[str]) -> None:
    ended = kehoach(*command, "--help")
    assert ended.status == Exit.OK
    if command and command != ["workspace"]:
        assert f"Example: kehoach {' '.join(command)} " in ended.out


def test_version(kehoach: Command) -> None:
    assert kehoach("--version").out.startswith("kehoach 0.")


WAYS = [
    [sys.executable, "cli.py"],
    [sys.executable, "-m", "kehoach.cli"],
    [str(Path(sys.executable).with_name("kehoach"))],
]


@pytest.mark.parametrize("way", WAYS, ids=["file", "module", "script"])
def test_ways_to_call(way: list[str]) -> None:
    ended = subprocess.run([*way, "--version"], cwd=ROOT, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout[:9], ended.stderr) == (0, b"kehoach 0", b"")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom kehoach.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, encoding="utf-8")
    heavy = {"pandas", "numpy", "pyarrow", "spacy", "rich.console", "rapidfuzz", "regex", "msgspec", "pdfplumber"}
    assert not heavy & set(ended.stderr.splitlines())


def test_names_that_a_console_cannot_show(tmp_path: Path) -> None:
    """Standard output is UTF-8 whatever the console says (Windows says cp1252 or worse)."""
    ended = subprocess.run(
        [sys.executable, "-m", "kehoach.cli", "run", "kế hoạch.txt", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, "kế hoạch.txt" in ended.stderr.decode()) == (Exit.USAGE, True)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_ctrl_c_has_its_status(tmp_path: Path) -> None:
    """A run that is interrupted from outside: no traceback, status 130."""
    code = (
        "import sys\nfrom kehoach.pipeline import reading\nreading.EXTRACT = 'tests.fake_reader'\n"
        "from kehoach.cli import main\nmain(sys.argv[1:])"
    )
    plans = write(tmp_path / "in", one="plan one", slow="stop")
    command = [sys.executable, "-c", code, "run", str(plans), "-o", str(tmp_path / "out"), "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        _, err = process.communicate()
    assert (process.returncode, b"Traceback" in err) == (Exit.INTERRUPTED, False)
