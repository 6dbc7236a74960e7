"""Each file is read in a process that can be ended: limits of time and memory, crashes, what a reader may not do."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kehoach.pipeline import Limits, Reading, Settings, find_inputs, find_paths, read_file, read_files
from tests.corpus import ROOT

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit, or no such file")
LIMITS = Limits(seconds=5, memory=256)
ONE = Settings(jobs=1, limits=LIMITS)
ONE_MINUTE = Settings(jobs=1, limits=Limits(seconds=60, memory=512))
OUTSIDE = Path("outside").resolve()

pytestmark = pytest.mark.usefixtures("fake_reader")


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process, no temporary file stays behind a test."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def read(folder: Path, *contents: str, settings: Settings = ONE) -> list[Reading]:
    """The readings of files with these contents, in their order."""
    paths = [folder / f"{number:03}.txt" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content)
    return list(read_files(paths, settings))


STATUSES = [
    ("hang", "limit", "reading it takes longer than 5 seconds"),
    ("scan 14", "ok", None),  # longer than the limit, but no page of it
    ("spin", "limit", "reading it takes longer than 5 seconds"),
    ("program import time; time.sleep(3600)", "limit", "reading it takes longer than 5 seconds"),
    ("temporary", "limit", "reading it takes longer than 5 seconds"),
    ("deep", "limit", "its parts are nested too deeply"),
    ("swear", "error", r"internal error, please report: ValueError: a b \[31m x{200,}…$"),
    ("bug", "error", r"internal error, please report: KeyError: 'column' \(fake_reader.py:\d+\)"),
    ("panic", "error", r"internal error, please report: BaseException: what a library in Rust raises"),
    ("exit", "error", r"internal error, please report: SystemExit: 3"),
    ("crash", "error", r"reading it crashed the process \(status 1\)"),
    pytest.param("killed", "limit", "the system ended the process that read it", marks=POSIX),
    pytest.param("abort", "error", r"reading it crashed the process \(SIGABRT\)", marks=POSIX),
    pytest.param("eat 4096", "limit", "reading it takes more than 256 MB of memory", marks=POSIX),
    pytest.param("eat 4096 pieces", "limit", "reading it takes more than 256 MB of memory", marks=POSIX),
    ("eat 180", "ok", None),
    ("print", "ok", None),
    ("connect", "error", ".*PermissionError: a reader must not use the network"),
    ("fetch http://localhost:9/x", "error", ".*a reader must not use the network"),
    (f"write {OUTSIDE}", "error", ".*PermissionError: a reader must not write to .*outside"),
    ("write inside", "ok", None),
    ("write ../outside", "error", ".*PermissionError: a reader must not write to ../outside"),
]


@pytest.mark.parametrize(("content", "status", "message"), STATUSES)
def test_one_file_costs_no_other(tmp_path: Path, content: str, status: str, message: str | None) -> None:
    first, bad, last = (reading.file for reading in read(tmp_path, "plan one", content, "plan two"))
    assert (first.status, bad.status, last.status) == ("ok", status, "ok")
    assert re.match(message or "$", bad.message or "")


def test_programs_of_a_reader_count_and_end_with_it(tmp_path: Path) -> None:
    """The program leads its own process group, and its memory is not the worker's."""
    eats = "program import time; x = b'x' * (240 << 20); time.sleep(3600)"
    (reading,) = read(tmp_path, eats, settings=Settings(limits=Limits(seconds=60, memory=256)))
    assert (reading.file.status, reading.file.message) == ("limit", "reading it takes more than 256 MB of memory")


@POSIX
def test_what_a_file_may_take_does_not_depend_on_the_files_before_it(tmp_path: Path) -> None:
    """The first file leaves 120 MB behind in the process, the second needs 400 of 512."""
    first, second = (reading.file for reading in read(tmp_path, "leak 120", "eat 400 slowly", settings=ONE_MINUTE))
    assert (first.status, second.status) == ("ok", "ok")


def test_many_bad_files_in_several_processes(tmp_path: Path) -> None:
    contents = ["plan", "hang", "crash", "bug", "poem", ""] * 4
    found = read(tmp_path, *contents, settings=Settings(jobs=3, limits=LIMITS))
    assert [reading.file.status for reading in found] == ["ok", "limit", "error", "error", "no-plan", "unreadable"] * 4
    assert [Path(reading.file.source).name for reading in found] == [f"{number:03}.txt" for number in range(24)]


def test_settings_reach_the_reader(tmp_path: Path) -> None:
    settings = Settings(password="mật khẩu", ocr=False, limits=Limits(pages=7))
    (reading,) = read(tmp_path, "plan", settings=settings)
    assert reading.plan is not None
    assert reading.plan.document.title == "mật khẩu 7 False"


def test_same_reading_in_a_worker_and_here(tmp_path: Path) -> None:
    (there,) = read(tmp_path, "plan one")
    here = read_file(tmp_path / "000.txt")
    assert (there.plan, there.file.sha256, there.file.format) == (here.plan, here.file.sha256, here.file.format)


def test_reading_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("plan one")
    (tmp_path / "b.txt").write_text("hang")
    readings = read_files([tmp_path / "a.txt", tmp_path / "b.txt"], Settings(jobs=2))
    assert next(readings).file.status == "ok"
    readings.close()  # type: ignore[attr-defined]


def test_files_are_bounded_in_how_far_they_run_ahead(tmp_path: Path) -> None:
    found = read(tmp_path, *["plan"] * 300, settings=Settings(jobs=2))
    assert {reading.file.status for reading in found} == {"ok"}


@POSIX
def test_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """The parent is killed and can clean up nothing; the worker reads a file that never ends."""
    (tmp_path / "hang.txt").write_text("temporary")
    code = (
        "import os, pathlib, threading, time, psutil\nfrom kehoach.pipeline import reading, read_files\n"
        "reading.EXTRACT = 'tests.fake_reader'\n"
        f"paths = [pathlib.Path({str(tmp_path / 'hang.txt')!r})]\n"
        "threading.Thread(target=lambda: list(read_files(paths)), daemon=True).start()\n"
        f"folder = pathlib.Path({str(tmp_path / 'temporary')!r})\n"
        "while not list(folder.glob('*/*')):\n    time.sleep(0.01)\n"
        "print(psutil.Process().children()[0].pid, flush=True)\nos.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    gone, _ = psutil.wait_procs([psutil.Process(int(ended.stdout))] if psutil.pid_exists(int(ended.stdout)) else [], 10)
    assert not psutil.pid_exists(int(ended.stdout)) or gone


# --- what a name may stand for --------------------------------------------------------------------------------------


def made(kind: str, path: Path) -> None:
    """Put a thing of this kind where the path is."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        os.chdir(path.parent)  # the path of a socket is short
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(path.name)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link to a pipe":
        os.mkfifo(path.with_suffix(".pipe"))
        path.symlink_to(path.with_suffix(".pipe"))
    elif kind == "broken link":
        path.symlink_to("nowhere")
    elif kind == "link to itself":
        path.symlink_to(path)
    elif kind == "link":
        path.with_suffix(".md").write_text("plan one")
        path.symlink_to(path.with_suffix(".md"))
    elif kind == "no permission":
        path.write_text("plan one")
        path.chmod(0)


KINDS = [
    ("pipe", "unreadable", "not a regular file"),
    ("socket", "unreadable", "not a regular file"),
    ("device", "unreadable", "not a regular file"),
    ("link to a pipe", "unreadable", "not a regular file"),
    ("broken link", "unreadable", "not a regular file"),
    ("link to itself", "unreadable", "not a regular file"),
    ("link", "ok", None),
    ("vanished", "unreadable", "not a regular file"),
]


@POSIX
@pytest.mark.parametrize(("kind", "status", "message"), KINDS)
def test_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, status: str, message: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    made(kind, tmp_path / "file.txt")
    (reading,) = read_files([tmp_path / "file.txt"], Settings(limits=LIMITS))
    assert (reading.file.status, reading.file.message) == (status, message)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything may be read here")
def test_file_that_may_not_be_read(tmp_path: Path) -> None:
    made("no permission", tmp_path / "file.txt")
    (reading,) = read_files([tmp_path / "file.txt"], Settings(limits=LIMITS))
    assert (reading.file.status, reading.file.message) == ("unreadable", "Permission denied")


NAMES = [
    "Kế hoạch số 1.txt", "KE HOACH.TXT", "plan.Md", "-o.txt", "a" * 251 + ".txt", "dòng\nmới.txt", "  .txt", "%s{}.txt",
    os.fsdecode(b"k\xea ho\xff.txt"),
]  # fmt: skip


@POSIX
@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_file(tmp_path: Path, name: str) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / name).write_text("plan one")
    (reading,) = read_files(find_inputs([plans]), Settings(limits=LIMITS))
    assert reading.file.status == "ok"
    assert reading.file.source.encode()


def test_folder_named_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "plans" / "x.txt").mkdir(parents=True)
    (tmp_path / "plans" / "x.txt" / "y.txt").write_text("plan one")
    assert [path.name for path in find_paths([tmp_path / "plans"])] == ["y.txt"]
    assert read_file(tmp_path / "plans" / "x.txt").file.message == "a folder that cannot be listed"


@POSIX
def test_file_that_becomes_a_pipe_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the name and the opening of the file."""
    os.mkfifo(tmp_path / "file.txt")
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    assert read_file(tmp_path / "file.txt").file.message == "not a regular file"
