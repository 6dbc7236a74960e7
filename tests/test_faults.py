"""What a run survives: an end at any step, a full disk, a lost permission, another run on the same folder."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kehoach.pipeline import RunOptions, Settings, read_file, run
from kehoach.pipeline.files import read_regular
from kehoach.schemas.errors import NotReadable, OutputUnavailable
from tests.mortal import FULL, Dead, Fate, read_here
from tests.test_pipeline import tables_of

PRUNE = RunOptions(prune=True)


@pytest.fixture
def plans(tmp_path: Path, fake_reader: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three plans and a poem, read in this process, with relative names."""
    read_here(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    for name in ("a", "b", "c"):
        Path("plans", f"{name}.txt").write_text(f"plan {name}")
    Path("plans/poem.txt").write_text("poem")
    return Path("plans")


def steps_of(monkeypatch: pytest.MonkeyPatch, out: Path, plans: Path) -> int:
    """How many steps a run takes in the folder."""
    fate = Fate(0)
    with monkeypatch.context() as patch:
        fate.rule(patch)
        run([plans], out, options=PRUNE)
    return -fate.left


def every_fate(
    monkeypatch: pytest.MonkeyPatch, plans: Path, before: Path | None, error: int | None = None
) -> Iterator[Path]:
    """A folder, with what an earlier run left in it, for each step at which a run can come to its end."""
    steps = steps_of(monkeypatch, copy_of(before, Path("counted")), plans)
    assert steps > 50
    for at in range(1, steps + 1):
        out = copy_of(before, Path(f"out{at}"))
        with monkeypatch.context() as patch:
            Fate(at, error).rule(patch)
            with pytest.raises(OutputUnavailable if error else Dead):
                run([plans], out, options=PRUNE)
        yield out


def copy_of(before: Path | None, out: Path) -> Path:
    return shutil.copytree(before, out) if before else out


def left_overs(out: Path) -> list[str]:
    """All files but those that belong there."""
    return sorted(
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.name != ".lock" and (path.name.startswith(".") or path.parent.name.startswith("."))
    )


@pytest.mark.parametrize("error", [None, FULL])
def test_first_run_that_ends_at_any_step(plans: Path, monkeypatch: pytest.MonkeyPatch, error: int | None) -> None:
    run([plans], "whole")
    for out in every_fate(monkeypatch, plans, None, error):
        assert not tables_of(out) or (out / ".writing" / "complete").exists() or (out / "run.json").exists()
        run([plans], out)
        assert tables_of(out) == tables_of(Path("whole"))
        assert left_overs(out) == []
        assert names_in(out / "plans") == names_in(Path("whole/plans"))


@pytest.mark.parametrize("error", [None, FULL])
def test_later_run_that_ends_at_any_step(plans: Path, monkeypatch: pytest.MonkeyPatch, error: int | None) -> None:
    """A file is changed, one is gone, one is new; those that are gone are forgotten."""
    run([plans], "old")
    record = Path("old/run.json").read_bytes()
    (plans / "a.txt").write_text("plan A")
    (plans / "b.txt").unlink()
    (plans / "d.txt").write_text("plan d")
    run([plans], "whole")
    for out in every_fate(monkeypatch, plans, Path("old"), error):
        if not (out / ".writing" / "complete").exists():
            assert tables_of(out) in (tables_of(Path("old")), tables_of(Path("whole")))
        if (out / ".writing" / "complete").exists() or (out / "run.json").read_bytes() != record:
            run([plans], out)  # what is to be forgotten is part of what is put in place
        else:
            run([plans], out, options=PRUNE)
        assert tables_of(out) == tables_of(Path("whole"))
        assert left_overs(out) == []
        assert names_in(out / "plans") == names_in(Path("whole/plans"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("change", ["grows", "is written anew"])
def test_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """Each time that it is looked at before and after, it is another."""
    path = tmp_path / "plan.txt"
    path.write_text("plan " * 2000)
    looked = []

    def look(descriptor: int) -> os.stat_result:
        looked.append(descriptor)
        if len(looked) % 2 == 0 and len(looked) <= 2 * times:
            time.sleep(0.02)
            if change == "grows":
                with path.open("a") as file:
                    file.write("more")
            else:
                path.write_text("nalp " * 2000)
        return stat_of(descriptor)

    stat_of = os.fstat
    monkeypatch.setattr("kehoach.pipeline.files.os.fstat", look)
    times = 2
    assert read_regular(path, 10**6) == path.read_bytes()
    assert len(looked) == 6
    looked.clear()
    times = 3
    with pytest.raises(NotReadable, match="changes while it is read"):
        read_regular(path, 10**6)


def test_file_that_somebody_writes_to(tmp_path: Path, fake_reader: None) -> None:
    """It is unreadable now; when it is complete, the next run reads it."""
    path = tmp_path / "plans" / "plan.txt"
    path.parent.mkdir()
    path.write_text("plan ")
    ended = threading.Event()

    def write() -> None:
        with path.open("a", buffering=1) as file:
            while not ended.wait(0.0005):
                file.write("more " * 2000)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        until_large = time.monotonic() + 20
        while path.stat().st_size < 2**20 and time.monotonic() < until_large:
            time.sleep(0.01)
        file = read_file(path, Settings()).file
    finally:
        ended.set()
        writer.join()
    assert (file.status, file.message) == ("unreadable", "changes while it is read")
    assert read_file(path, Settings()).file.status == "ok"
