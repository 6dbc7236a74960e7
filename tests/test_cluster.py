"""A run on the workers of a Dask cluster, which are processes of their own here too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from kehoach.pipeline import Limits, RunOptions, Settings, cluster, find_inputs, read_files, run
from kehoach.pipeline.cluster import Cluster
from kehoach.pipeline.reading import Found
from kehoach.schemas.errors import ClusterUnavailable
from tests.conftest import Command
from tests.corpus import ROOT, SAMPLES

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signals")

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / ".dev"), str(ROOT)])}
ON_LOOPBACK = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
ONE_THREAD = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]


class Dask(NamedTuple):
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A scheduler and two workers."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        _start(stack, folder, "dask_scheduler", *ON_LOOPBACK, "--scheduler-file", str(file))
        workers = [
            _start(stack, folder, "dask_worker", *ONE_THREAD, "--scheduler-file", str(file), "--local-directory", name)
            for name in ("one", "two")
        ]
        until = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < until
            time.sleep(0.1)
        yield Dask(json.loads(file.read_text())["address"], workers)


def _start(stack: ExitStack, folder: Path, program: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{program}", *options]
    log = stack.enter_context((folder / "log.txt").open("ab"))
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


@pytest.fixture
def mixed(folder: Path) -> Path:
    """The folder with files that end, hold up or kill who reads them, and a folder that is one plan."""
    (folder / "bug.txt").write_text("bug")
    (folder / "crash.txt").write_text("crash")
    (folder / "hang.txt").write_text("hang")
    (folder / "kế hoạch số 1.txt").write_text("plan ba")
    (folder / "x.plan").mkdir()
    (folder / "x.plan" / "body.txt").write_text("x")
    os.mkfifo(folder / "pipe.txt")
    return folder


@pytest.mark.usefixtures("fake_reader")
def test_files_come_to_the_same_as_on_one_machine(dask: Dask, mixed: Path) -> None:
    settings = Settings(limits=Limits(seconds=2))
    inputs = find_inputs([mixed])
    kept: list[str] = []

    def keep(found: Found) -> Found:
        kept.append(found.file.source)
        return found

    with Cluster(dask.address, inputs, settings, None, keep) as pool:
        found = list(pool)
    alone = list(read_files(inputs, settings))
    assert sorted(kept) == sorted(one.file.source for one in alone)
    for far, near in zip(found, alone, strict=True):
        far.file.seconds = near.file.seconds = None
        assert (far.file, far.content, far.plan is None) == (near.file, near.content, near.plan is None)
    assert {one.file.status for one in found} > {"ok", "error", "limit", "unreadable"}


@pytest.mark.usefixtures("fake_reader")
def test_another_version_on_the_workers_is_refused(
    dask: Dask, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "extractor_version", lambda *_: "0123456789abcdef")
    with pytest.raises(ClusterUnavailable, match=r"another version of kehoach.*not 0123456789abcdef"):
        run([folder], tmp_path / "out", options=RunOptions(scheduler=dask.address))
    assert not list((tmp_path / "out" / "plans").iterdir())


@pytest.mark.usefixtures("fake_reader")
def test_words_of_the_workspace_count_on_the_workers(dask: Dask, folder: Path, tmp_path: Path) -> None:
    words = tmp_path / "workspace" / "vocabulary" / "units.csv"
    words.parent.mkdir(parents=True)
    words.write_text("unit\n")
    with Cluster(dask.address, find_inputs([folder / "a.md"]), Settings(), words.parents[1]) as pool:
        (found,) = pool  # else the extractor there would be another one
    assert found.file.status == "ok"


def test_no_scheduler(kehoach: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_TO_ANSWER", 1)
    for address, message in {
        "tcp://127.0.0.1:9": "no Dask scheduler answers at tcp://127.0.0.1:9",
        "http://127.0.0.1": "http://127.0.0.1 is no address of a Dask scheduler",
        "": "is no address of a Dask scheduler",
    }.items():
        ended = kehoach("run", folder, "-o", "out", "--scheduler", address)
        assert (ended.status, ended.out) == (2, "")
        assert message in ended.err


def test_dask_is_not_installed(kehoach: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = kehoach("run", folder, "-o", "out", "--scheduler", "tcp://127.0.0.1:9")
    assert (ended.status, ended.err) == (2, "kehoach: --scheduler needs Dask: pip install 'kehoach[cluster]'\n")


def test_a_file_that_every_worker_dies_of_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = pytest.importorskip("distributed").KilledWorker
    pool = Cluster("tcp://127.0.0.1:9", find_inputs([folder / "a.md"]), Settings(), None)

    class Executor:
        def submit(self, *_: object) -> None:
            raise killed("read_on_worker-1", None, 3)

    monkeypatch.setattr(pool, "_executor", Executor(), raising=False)
    file = pool._read(pool.paths[0]).file
    assert (file.status, file.message) == ("error", "every Dask worker that was to read it ended")


def test_a_killed_worker_costs_nothing(dask: Dask, tmp_path: Path) -> None:
    plans = [str(path) for path in sorted(SAMPLES.glob("u[12]*.txt"))]
    out, alone = tmp_path / "out", tmp_path / "alone"
    command = [sys.executable, "-m", "kehoach.cli", "run", *plans, "-o", str(out), "-q", "--scheduler", dask.address]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while process.poll() is None and len(list(out.glob("plans/*.json"))) < 2:
            time.sleep(0.02)
        dask.workers[0].send_signal(signal.SIGKILL)
        assert process.poll() is None, "it was over before the worker was killed"
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert len(run(plans, alone).plans) == len(plans)
    for table in sorted(alone.glob("*.parquet")):
        assert (out / table.name).read_bytes() == table.read_bytes(), table.name


@pytest.mark.usefixtures("fake_reader")
def test_interrupt_keeps_what_is_done(dask: Dask, folder: Path) -> None:
    (folder / "z.txt").write_text("hang")
    with Cluster(dask.address, find_inputs([folder]), Settings(limits=Limits(seconds=3)), None) as pool:
        rows = iter(pool)
        done = [next(rows) for _ in range(2)]
        rest = pool.rest(2)
    assert [one.file.status for one in done] == ["ok", "ok"]
    assert rest[-1].file.status == "interrupted"


@pytest.mark.usefixtures("fake_reader")
def test_no_workers_left(dask: Dask, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_TO_APPEAR", 1)
    for worker in dask.workers:
        worker.kill()
    with pytest.raises(
        ClusterUnavailable, match=r"has had no workers for 1 seconds; start some with: dask worker tcp:"
    ):
        run([folder], tmp_path / "out", options=RunOptions(scheduler=dask.address))
