"""Whatever was read when: the tables of many runs are those of one run over the files that count."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehoach.pipeline import RunOptions, run
from kehoach.pipeline.status import read_status
from kehoach.pipeline.verify import verify
from tests.mortal import read_here
from tests.test_pipeline import tables_of

NAMES = ("a.txt", "b.md", "c/a.txt", "c/d.txt", "c.txt")
TEXTS = ("plan one", "plan two", "poem", "", None)
"""Two plans, what is none, what cannot be read, no file."""


class Step(NamedTuple):
    """What people do to the files, and which of them a run is given then."""

    texts: dict[str, str | None]
    given: frozenset[str]
    prune: bool
    again: bool


STEPS = st.builds(
    Step,
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), max_size=3),
    st.frozensets(st.sampled_from(NAMES)),
    st.sampled_from((False, False, True)),
    st.booleans(),
)


@pytest.mark.usefixtures("fake_reader")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_tables_of_many_runs_are_those_of_one(monkeypatch: pytest.MonkeyPatch, steps: list[Step]) -> None:
    with monkeypatch.context() as patch, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        read_here(patch)
        counting: dict[str, str] = {}
        for step in steps:
            for name, text in step.texts.items():
                put(Path("plans") / name, text)
            found = [path for name in NAMES if name in step.given and (path := Path("plans") / name).is_file()]
            if found:
                run(found, "out", options=RunOptions(prune=step.prune, again=step.again))
                counting = counted(counting, found, step.prune)
        if counting:
            assert_same(Path("out"), counting)


def put(path: Path, text: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text)


def counted(before: dict[str, str], found: list[Path], prune: bool) -> dict[str, str]:
    """The files whose plans count after a run, with what was read from them: as docs/runs.md has it."""
    given = {path.as_posix(): path.read_text() for path in found}
    stay = {name: text for name, text in before.items() if (not prune if name not in given else given[name] == "")}
    return stay | {name: text for name, text in given.items() if text.startswith("plan")}


def assert_same(out: Path, counting: dict[str, str]) -> None:
    fresh = Path("fresh")
    fresh.mkdir()
    for name, text in counting.items():
        put(fresh / name, text)
    os.chdir(fresh)
    run(["plans"], "out")
    os.chdir("..")
    one, many = tables_of(fresh / "out"), tables_of(out)
    assert [name for name in one if name != "files.parquet" and one[name] != many[name]] == []
    what = ["source", "sha256", "doc_id", "format"]
    rows = {row["source"]: row for row in pq.read_table(out / "files.parquet", columns=what).to_pylist()}
    assert [rows[row["source"]] for row in pq.read_table(fresh / "out/files.parquet", columns=what).to_pylist()] == [
        rows[name] for name in sorted(counting, key=lambda name: name.split("/"))
    ]
    assert verify(out) == []
    assert not read_status(out, None).tables
