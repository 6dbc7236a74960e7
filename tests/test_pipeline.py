"""A run: inputs found, failures reported, tables written, the same bytes each time."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kehoach.pipeline import Limits, Settings, find_inputs, find_paths, read_file, read_files, run
from kehoach.pipeline.pool import Pool
from kehoach.schemas.arrow import RECORDS, schema_of
from kehoach.schemas.errors import InputMissing, OutputUnavailable
from kehoach.schemas.folder import hold
from tests.corpus import SAMPLES

no_signals = pytest.mark.skipif(sys.platform == "win32", reason="no signals")


def tables_of(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def test_inputs_are_sorted_and_hidden_files_left_out(folder: Path) -> None:
    found = [path.relative_to(folder).as_posix() for path in find_paths([folder])]
    assert found == ["a.md", "b.txt", "empty.txt", "image.jpg", "poem.txt", "sub/copy.txt"]


def test_input_named_twice_is_read_once(folder: Path) -> None:
    found = find_paths([folder / "b.txt", folder, folder / "sub" / ".." / "a.md"])
    assert [path.name for path in found] == ["b.txt", "a.md", "empty.txt", "image.jpg", "poem.txt", "copy.txt"]


def test_output_among_inputs_is_no_input(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "old.txt").write_text("plan")
    assert not [path for path in find_paths([folder], skip=[folder / "out"]) if path.name == "old.txt"]


def test_link_to_a_folder_above_is_not_followed(folder: Path) -> None:
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert len(find_inputs([folder])) == 6


def test_missing_paths_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match=r"nope.*neither"):
        find_inputs([tmp_path / "nope", tmp_path, tmp_path / "neither"])


STATUSES = [
    ("plan.txt", "plan one", "ok", None),
    ("empty.txt", "", "unreadable", "the file is empty"),
    ("poem.txt", "poem", "no-plan", "no heading and no table of a plan"),
    ("bug.txt", "bug", "error", r"internal error, please report: KeyError: 'column' \(fake_reader.py:\d+\)"),
    ("image.jpg", "x", "unsupported", r"no reader for \.jpg; supported: \.txt .*\.html"),
    ("noname", "x", "unsupported", "no reader for a file without extension"),
    ("PLAN.TXT", "plan one", "ok", None),
]


@pytest.mark.usefixtures("fake_reader")
@pytest.mark.parametrize(("name", "content", "status", "message"), STATUSES)
def test_status_of_a_file(tmp_path: Path, name: str, content: str, status: str, message: str | None) -> None:
    path = tmp_path / name
    path.write_text(content)
    reading = read_file(path)
    assert (reading.file.status, reading.plan is not None) == (status, status == "ok")
    assert re.match(message or "$", reading.file.message or "")
    assert (reading.file.doc_id is None) == (status == "unsupported")


@pytest.mark.usefixtures("fake_reader")
def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_bytes(b"plan " + bytes(2**20))
    file = read_file(tmp_path / "dump.txt", Settings(limits=Limits(size=1))).file
    assert (file.status, file.message) == ("limit", "larger than 1 MB")


@pytest.mark.usefixtures("fake_reader")
def test_run_writes_every_table(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run([folder], out)
    assert result.statuses == {"ok": 3, "no-plan": 1, "unsupported": 1, "unreadable": 1}
    assert set(tables_of(out)) == {f"{name}.parquet" for name in RECORDS}
    for name in RECORDS:
        table = pq.read_table(out / f"{name}.parquet")
        assert table.schema.equals(schema_of(name)), name
        assert table.num_rows == result.counts[name]
    assert not list(out.glob(".writing-*"))


@pytest.mark.usefixtures("fake_reader")
def test_same_bytes_under_two_names_are_one_plan(folder: Path, tmp_path: Path) -> None:
    result = run([folder], tmp_path / "out")
    first, second = (folder / "a.md").as_posix(), (folder / "sub" / "copy.txt").as_posix()
    assert [plan.source for plan in result.plans] == [first, (folder / "b.txt").as_posix()]
    assert result.plans[0].sources == [first, second]
    files = pq.read_table(tmp_path / "out" / "files.parquet").to_pylist()
    assert len(files) == 6
    assert len({file["doc_id"] for file in files if file["status"] == "ok"}) == 2


@pytest.mark.usefixtures("fake_reader")
def test_same_input_same_bytes(folder: Path, tmp_path: Path) -> None:
    run([folder], tmp_path / "one")
    run([folder], tmp_path / "two")
    run([folder], tmp_path / "two")
    assert tables_of(tmp_path / "one") == tables_of(tmp_path / "two")


@pytest.mark.usefixtures("fake_reader")
def test_agencies_are_linked(folder: Path, tmp_path: Path) -> None:
    run([folder], tmp_path / "out")
    agencies = pq.read_table(tmp_path / "out" / "agencies.parquet").to_pylist()
    linked = set(pq.read_table(tmp_path / "out" / "assignments.parquet")["agency_id"].to_pylist())
    assert linked == {agency["agency_id"] for agency in agencies}
    assert sum(agency["mentions"] for agency in agencies) == 2


@pytest.mark.usefixtures("fake_reader")
def test_progress_comes_in_input_order(folder: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    result = run([folder], tmp_path / "out", progress=lambda file, total: seen.append(f"{file.source} {total}"))
    assert seen == [f"{file.source} 6" for file in result.files]


@pytest.mark.usefixtures("fake_reader")
def test_several_processes_keep_the_order(folder: Path) -> None:
    paths = find_inputs([folder])
    alone = [reading.file.source for reading in read_files(paths, Settings(jobs=1))]
    assert [reading.file.source for reading in read_files(paths, Settings(jobs=2))] == alone


@pytest.mark.usefixtures("fake_reader")
def test_crash_of_a_process_costs_one_file(folder: Path) -> None:
    (folder / "c.txt").write_text("crash")
    statuses = {Path(reading.file.source).name: reading.file.status for reading in read_files(find_inputs([folder]))}
    assert statuses.pop("c.txt") == "error"
    assert statuses["copy.txt"] == statuses["a.md"] == statuses["b.txt"] == "ok"


@no_signals
@pytest.mark.usefixtures("fake_reader")
def test_interrupt_keeps_what_is_done(folder: Path, tmp_path: Path) -> None:
    (folder / "d.txt").write_text("stop")
    result = run([folder], tmp_path / "out", settings=Settings(jobs=1))
    assert result.interrupted
    assert result.statuses == {"ok": 2, "interrupted": 5}
    assert pq.read_table(tmp_path / "out" / "documents.parquet").num_rows == 2


@pytest.mark.usefixtures("fake_reader")
def test_interrupt_keeps_what_other_processes_did_after_it(folder: Path) -> None:
    (folder / "0.txt").write_text("hang")
    with Pool(find_inputs([folder]), Settings(jobs=2), None) as pool:
        while len(pool._done) < 6:
            time.sleep(0.01)
        statuses = [reading.file.status for reading in pool.rest(0)]
    assert statuses[0] == "interrupted"
    assert statuses.count("ok") == 3


@no_signals
@pytest.mark.usefixtures("fake_reader")
def test_interrupt_before_any_plan_leaves_the_output_alone(folder: Path, tmp_path: Path) -> None:
    run([folder], tmp_path / "out")
    before = tables_of(tmp_path / "out")
    (folder / "0.txt").write_text("stop")
    assert run([folder], tmp_path / "out", settings=Settings(jobs=1)).interrupted
    assert tables_of(tmp_path / "out") == before


@pytest.mark.usefixtures("fake_reader")
def test_empty_folder_leaves_the_output_alone(folder: Path, tmp_path: Path) -> None:
    run([folder], tmp_path / "out")
    before = tables_of(tmp_path / "out")
    (tmp_path / "empty").mkdir()
    assert run([tmp_path / "empty"], tmp_path / "out").counts == {}
    assert tables_of(tmp_path / "out") == before


@pytest.mark.usefixtures("fake_reader")
def test_output_that_is_a_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputUnavailable, match="cannot write to"):
        run([folder], tmp_path / "out")


def test_output_held_by_another_process(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = (
        "import sys, pathlib\nfrom kehoach.schemas.folder import hold\n"
        f"with hold(pathlib.Path({str(out)!r})):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OutputUnavailable, match="held by another run"):
            run([folder], out)
        other.communicate()
    with hold(out):
        assert out.is_dir()


@pytest.mark.usefixtures("fake_reader")
def test_left_overs_of_a_killed_run_are_cleared(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / ".writing").mkdir(parents=True)
    run([folder], tmp_path / "out")
    assert not list((tmp_path / "out").glob(".writing*"))


@pytest.mark.skipif(not any(SAMPLES.glob("*")), reason="no samples yet")
def test_samples_give_the_same_bytes_in_one_process_and_in_two(tmp_path: Path) -> None:
    assert run([SAMPLES], tmp_path / "one", settings=Settings(jobs=1)).plans
    run([SAMPLES], tmp_path / "two", settings=Settings(jobs=2))
    assert tables_of(tmp_path / "one") == tables_of(tmp_path / "two")
