"""What several tests need: a reader that does as it is told, and a folder for it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from kehoach.cli import main
from kehoach.normalize.vocabulary import use_workspace
from kehoach.pipeline import reading
from tests.fake_reader import small_plan

__all__ = ["Command", "Ended", "small_plan"]

# a test never depends on how busy the machine is
settings.register_profile("kehoach", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kehoach")


@pytest.fixture
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run and the commands read as `tests/fake_reader.py` does."""
    monkeypatch.setattr(reading, "EXTRACT", "tests.fake_reader")


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Ctrl-C reaches the tests that send it also where they were started in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
