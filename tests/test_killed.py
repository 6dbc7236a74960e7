"""Runs as processes that are killed, lose a worker, find the disk full or the folder taken: all ends well at last."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

import psutil
import pytest

from kehoach.pipeline.verify import verify
from tests.corpus import ROOT, SAMPLES
from tests.test_faults import left_overs, names_in
from tests.test_pipeline import tables_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, mounts and permissions as Linux has them")

LATEST = 60  # seconds after which a test gives up
FAKE = "from kehoach.pipeline import reading\nreading.EXTRACT = 'tests.fake_reader'\n"
COMMAND = "import sys\nsys.path[:] = sys.argv.pop(1).split('|')\n{}from kehoach.cli import main\nmain()"


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """15 plans under the working folder; temporary files go to a folder that must be empty in the end."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "plans").mkdir()
    for number in range(15):
        Path("plans", f"{number:02}.txt").write_text(f"plan {number}")
    return Path("plans")


def start(
    *args: object, fake: bool = True, before: tuple[str, ...] = (), prepare: Callable[[], object] | None = None
) -> subprocess.Popen[str]:
    """The command as a user starts it, in a process group of its own."""
    code = COMMAND.format(FAKE if fake else "")
    return subprocess.Popen(
        [*before, sys.executable, "-c", code, "|".join(map(os.path.abspath, sys.path)), *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=prepare,  # noqa: PLW1509 - no thread of ours runs then
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The status and what went to standard error."""
    _, said = process.communicate(timeout=LATEST)
    assert "Traceback" not in said
    return process.returncode, said


def workers_of(pid: int) -> list[psutil.Process]:
    return [one for one in psutil.Process(pid).children() if "worker" in " ".join(one.cmdline())]


def until(true: Callable[[], object]) -> None:
    """Wait for something."""
    latest = time.monotonic() + LATEST
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.005)


def assert_nothing_left(folder: Path) -> None:
    """No process works in the folder for temporary files, and that is empty."""
    mark = str(folder / "temporary")
    until(lambda: not names_in(folder / "temporary"))
    until(lambda: not [one for one in psutil.process_iter(["cmdline"]) if mark in " ".join(one.info["cmdline"] or ())])


class Server:
    """See tests/run_server.py."""

    def __init__(self) -> None:
        path = os.pathsep.join(map(os.path.abspath, sys.path))
        environment = os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.run_server"], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdin and self.process.stdout
        self.orders: IO[str] = self.process.stdin
        self.answers: IO[str] = self.process.stdout

    def run(self, out: str, wait: Callable[[], object] | None = None) -> int:
        """The status of a run over the plans of the working folder; it is killed when the wait is over."""
        args = ["run", "plans", "-o", out, "--jobs", "2", "--quiet"]
        self.orders.write(f"{json.dumps([str(Path.cwd()), args])}\n")
        self.orders.flush()
        child = int(self.answers.readline())
        if wait is not None:
            wait()
            with contextlib.suppress(ProcessLookupError):  # it is at its end already
                os.kill(child, signal.SIGKILL)  # its workers are told by nobody
        return int(self.answers.readline())


@pytest.fixture
def server(plans: Path) -> Iterator[Server]:
    """Starts runs at once; as it starts after `plans`, they put their temporary files where that says."""
    one = Server()
    yield one
    one.orders.close()
    assert one.process.wait(LATEST) == 0
    one.answers.close()


def stage_of(out: Path) -> str:
    """How far a run that was killed had come."""
    if (out / "run.json").exists() and not (out / ".writing").exists():
        return "done"
    if (out / ".writing").exists():
        return "moving" if (out / ".writing" / "complete").exists() else "writing"
    return "reading" if (out / "plans").exists() and names_in(out / "plans") else "starting"


def moments(out: Path, lasts: float) -> list[Callable[[], object]]:
    """Waits that end at any moment of a run, while it stores its plans, and while it puts its tables in place."""
    dice = random.Random(1)

    def after(true: Callable[[], object], at_most: float) -> Callable[[], object]:
        delay = dice.random() * at_most

        def wait() -> None:
            latest = time.monotonic() + lasts * 3  # it may be at its end already
            while not true() and time.monotonic() < latest:
                time.sleep(0.001)
            time.sleep(delay)

        return wait

    stored = [
        partial(lambda count: len(list(out.glob("plans/*.json"))) >= count, dice.randrange(15)) for _ in range(10)
    ]
    return [
        *(after(lambda: True, lasts) for _ in range(10)),
        *(after(true, 0.05) for true in stored),
        *(after((out / ".writing").exists, 0.15) for _ in range(10)),
    ]


def test_runs_killed_at_any_moment(server: Server, tmp_path: Path) -> None:
    server.run("first")
    started = time.monotonic()
    assert server.run("whole") == 0
    whole, out = tables_of(Path("whole")), Path("out")
    stages: Counter[str] = Counter()
    for wait in moments(out, time.monotonic() - started):
        server.run("out", wait)
        stages[stage_of(out)] += 1
        assert server.run("out") == 0, Path("said.txt").read_text("utf-8")
        assert tables_of(out) == whole
        assert left_overs(out) == []
        assert names_in(out / "plans") == names_in(Path("whole/plans"))
        shutil.rmtree(out)
    print(dict(stages))
    assert stages["done"] < 15, stages
    assert len(stages) >= 3, stages
    assert_nothing_left(tmp_path)


def test_one_folder_killed_again_and_again(server: Server, tmp_path: Path) -> None:
    """Each run does a little, and in the end all is done."""
    server.run("whole")
    for number in range(6):
        server.run("out", partial(time.sleep, 0.2 * number))
    assert server.run("out") == 0
    assert tables_of(Path("out")) == tables_of(Path("whole"))
    assert_nothing_left(tmp_path)


def test_the_true_reader_killed(plans: Path, tmp_path: Path) -> None:
    shutil.rmtree(plans)
    plans.mkdir()
    for path in sorted(SAMPLES.glob("*.txt"))[:6]:
        shutil.copy(path, plans)
    assert finished(start("run", plans, "-o", "whole", "--jobs", 2, fake=False))[0] == 0
    for number in (1, 4):
        process = start("run", plans, "-o", "out", "--jobs", 2, fake=False)
        until(lambda: process.poll() is not None or len(list(Path("out").glob("plans/*.json"))) >= number)  # noqa: B023
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    status, said = finished(start("run", plans, "-o", "out", "--jobs", 2, fake=False))
    assert status == 0
    assert f"an earlier run (process {process.pid} on " in said
    assert tables_of(Path("out")) == tables_of(Path("whole"))
    assert verify("out") == []
    assert_nothing_left(tmp_path)


@pytest.mark.parametrize("when", ["starting", "reading"])
def test_killed_workers_cost_nothing(plans: Path, tmp_path: Path, when: str) -> None:
    (plans / "07.txt").write_text("scan 5")
    process = start("run", plans, "-o", "out", "--jobs", 2)
    until(lambda: workers_of(process.pid))
    if when == "reading":
        until(lambda: len(list(Path("out").glob("plans/*.json"))) >= 9)
    for worker in workers_of(process.pid):
        worker.kill()
    status, said = finished(process)
    assert (status, "15 tables written" in said) == (0, True), said
    assert len(names_in(Path("out/plans"))) == 15
    assert_nothing_left(tmp_path)


def test_second_run_on_a_folder_waits_or_says_who_holds_it(plans: Path) -> None:
    (plans / "07.txt").write_text("scan 10")
    first = start("run", plans, "-o", "out", "--jobs", 1)
    until(Path("out/.lock.json").exists)
    waiting = start("run", plans, "-o", "out", "--wait", LATEST)
    status, said = finished(start("run", plans, "-o", "out"))
    assert status == 4
    assert f"out is held by another run (process {first.pid} on " in said
    assert waiting.poll() is None
    assert finished(first)[0] == 0
    status, said = finished(waiting)
    assert status == 0
    assert "out: nothing new; 15 of 15 files were read before" in said


FILLED = (0, 16, 40, 80, 120)
"""KB that are left free: none for the lock, none for the plans, none for the tables."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize("free", FILLED)
def test_full_disk(plans: Path, small_disk: Path, free: int) -> None:
    assert finished(start("run", plans, "-o", "whole"))[0] == 0
    out = small_disk / "out"
    with (small_disk / "filler").open("wb") as filler:
        filler.write(bytes((1024 - 8 - free) * 1024))
    status, said = finished(start("run", plans, "-o", out))
    assert status == 4
    assert "No space left on device" in said
    for path in out.glob("plans/*.json"):
        json.loads(path.read_bytes())
    (small_disk / "filler").unlink()
    assert finished(start("run", plans, "-o", out))[0] == 0
    assert tables_of(out) == tables_of(Path("whole"))
    assert left_overs(out) == []


def test_files_that_may_not_grow_are_as_a_full_disk(plans: Path) -> None:
    assert finished(start("run", plans, "-o", "whole"))[0] == 0

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))

    status, said = finished(start("run", plans, "-o", "out", prepare=limit))
    assert (status, "File too large" in said) == (4, True), said
    assert not tables_of(Path("out"))
    assert finished(start("run", plans, "-o", "out"))[0] == 0
    assert tables_of(Path("out")) == tables_of(Path("whole"))


def test_permission_lost_while_a_run_goes_on(plans: Path) -> None:
    assert finished(start("run", plans, "-o", "whole"))[0] == 0
    bound: tuple[str, ...] = ()
    if os.geteuid() == 0:  # whom permissions do not bind, but for what setpriv takes away
        if shutil.which("setpriv") is None:
            pytest.skip("root may do everything")
        bound = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    process = start("run", plans, "-o", "out", "--jobs", 1, before=bound)
    until(lambda: list(Path("out").glob("plans/*.json")))
    try:
        for folder in ("out", "out/plans"):
            Path(folder).chmod(0o555)
        status, said = finished(process)
        assert (status, "Permission denied" in said) == (4, True), said
    finally:
        for folder in ("out", "out/plans"):
            Path(folder).chmod(0o755)
    assert finished(start("run", plans, "-o", "out"))[0] == 0
    assert tables_of(Path("out")) == tables_of(Path("whole"))
