"""What `status` and `verify` say of a folder of outputs: nothing of a good one, of each that is broken what is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kehoach.normalize.workspace import init_workspace
from kehoach.pipeline import reading, run
from kehoach.pipeline.record import read_record
from kehoach.pipeline.status import read_status
from kehoach.pipeline.verify import Fault, verify
from kehoach.pipeline.verify.keys import CHECKS
from kehoach.pipeline.verify.tables import check_table
from kehoach.schemas.arrow import RECORDS, codes_of, schema_of
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.storage import Storage
from tests.conftest import Command
from tests.corpus import SAMPLES
from tests.test_pipeline import tables_of


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run over some samples."""
    out = tmp_path_factory.mktemp("good") / "outputs"
    inputs = [path for path in sorted(SAMPLES.iterdir()) if path.suffix in (".txt", ".md")][:6]
    assert run(inputs, out).plans
    return out


@pytest.fixture
def out(good: Path, tmp_path: Path) -> Path:
    """A copy of it to be broken."""
    return shutil.copytree(good, tmp_path / "outputs")


def test_good_output_has_no_fault(good: Path) -> None:
    assert verify(good) == []


def test_every_table_that_is_checked_has_rows(good: Path) -> None:
    """Else a check could not see anything."""
    empty = {name for name in RECORDS if not pq.read_metadata(good / f"{name}.parquet").num_rows}
    assert not empty


Change = Callable[[pa.Table], pa.Table]


def setting(column: str, value: object, row: int = -1) -> Change:
    """Another value in a row, the last one by default."""

    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        values[row] = value
        field = table.schema.field(column)
        return table.set_column(table.schema.names.index(column), field, pa.array(values, field.type))

    return change


def growing(column: str, by: int = 1) -> Change:
    """A larger number in every row."""

    def change(table: pa.Table) -> pa.Table:
        field = table.schema.field(column)
        return table.set_column(table.schema.names.index(column), field, pc.add(table[column], by).cast(field.type))

    return change


def in_all(column: str, value: object) -> Change:
    def change(table: pa.Table) -> pa.Table:
        field = table.schema.field(column)
        return table.set_column(table.schema.names.index(column), field, pa.array([value] * len(table), field.type))

    return change


def twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table.slice(0, 1)])


def backwards(table: pa.Table) -> pa.Table:
    return table.take(list(range(table.num_rows))[::-1])


def without_last(table: pa.Table) -> pa.Table:
    return table.slice(0, table.num_rows - 1)


def by_hand(table: pa.Table) -> pa.Table:
    """The same rows, but not the same bytes."""
    return table.replace_schema_metadata({"by": "hand"})


def nullable(column: str) -> Change:
    """The column may be null, and is once."""

    def change(table: pa.Table) -> pa.Table:
        at = table.schema.names.index(column)
        values = table[column].to_pylist()
        field = table.schema.field(column).with_nullable(True)
        return table.set_column(at, field, pa.array([*values[:-1], None], field.type))

    return change


def as_text(column: str) -> Change:
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(table.schema.names.index(column), column, table[column].cast(pa.string()))

    return change


KEY_BREAKS: list[tuple[str, Change, str, str]] = [
    ("files", twice, "key-repeated", "source"),
    ("documents", twice, "key-repeated", "doc_id"),
    ("agencies", twice, "key-repeated", "agency_id"),
    ("catalogue", twice, "key-repeated", "canonical_id"),
    ("matches", twice, "key-repeated", "doc_id, indicator_id, link_no"),
    ("sections", growing("section_id"), "id-order", "section_id"),
    ("tables", growing("table_id"), "id-order", "table_id"),
    ("rows", growing("row_id"), "id-order", "row_id"),
    ("rows", backwards, "id-order", "row_id"),
    ("indicators", growing("indicator_id"), "id-order", "indicator_id"),
    ("targets", growing("target_no"), "id-order", "target_no"),
    ("tasks", backwards, "id-order", "task_id"),
    *((name, setting("doc_id", "f" * 16), "key-unknown", "doc_id leads to no row of documents")
      for name in RECORDS if "doc_id" in schema_of(name).names and name not in ("files", "documents")),
    ("documents", setting("replaces", "f" * 16), "key-unknown", "replaces"),
    ("documents", setting("source", "elsewhere.txt"), "key-unknown", "source, doc_id leads to no row of files"),
    ("documents", setting("source", "elsewhere.txt"), "sources", "source is none of sources"),
    ("documents", without_last, "key-unknown", "doc_id leads to no row of documents"),
    ("files", setting("doc_id", "f" * 16), "key-unknown", "doc_id leads to no row of documents"),
    ("files", setting("doc_id", None), "doc-id", "has no doc_id"),
    ("documents", setting("sha256", "f" * 64), "doc-id", "doc_id is not how sha256 begins"),
    ("documents", growing("chars"), "chars", "chars is not"),
    ("sections", setting("parent_id", 9999), "key-unknown", "doc_id, parent_id"),
    ("sections", setting("parent_id", 9999), "order", "a section stands before its parent"),
    ("rows", setting("table_id", 9999), "key-unknown", "doc_id, table_id"),
    ("indicators", setting("table_id", 9999), "key-unknown", "doc_id, table_id"),
    ("tasks", setting("table_id", 9999), "key-unknown", "doc_id, table_id"),
    ("tables", without_last, "key-unknown", "doc_id, table_id"),
    ("indicators", setting("duplicate_of", 9999), "key-unknown", "doc_id, duplicate_of"),
    ("indicators", setting("duplicate_of", 9999), "order", "repeats one after it"),
    *((name, setting("indicator_id", 9999), "key-unknown", "doc_id, indicator_id leads to no row of indicators")
      for name in ("targets", "matches", "matrix")),
    *((name, setting("target_no", 9999), "key-unknown", "target_no leads to no row of targets")
      for name in ("matches", "matrix")),
    ("assignments", in_all("subject_id", 9999), "key-unknown", "leads to no row of tasks"),
    ("assignments", in_all("subject_id", 9999), "key-unknown", "leads to no row of indicators"),
    ("assignments", setting("agency_id", "nobody"), "key-unknown", "agency_id leads to no row of agencies"),
    *((name, setting("canonical_id", "nothing"), "key-unknown", "canonical_id leads to no row of catalogue")
      for name in ("matches", "matrix")),
    ("matches", setting("runner_up_id", "nothing"), "key-unknown", "runner_up_id"),
    ("catalogue", setting("broader", "nothing"), "key-unknown", "broader"),
    ("catalogue", setting("replaced_by", "nothing"), "key-unknown", "replaced_by"),
    ("agencies", growing("mentions"), "mentions", "mentions is not the number of assignments"),
]  # fmt: skip

TABLE_BREAKS: list[tuple[str, Change, str, str]] = [
    *((name, by_hand, "digest", "not the file") for name in RECORDS),
    *((name, without_last, "rows", "rows; the run wrote") for name in RECORDS),
    ("tasks", lambda table: table.drop_columns(["due"]), "column-missing", "due"),
    ("tasks", lambda table: table.append_column("due_2", table["due"]), "column-unknown", "due_2"),
    ("tasks", lambda table: table.select(table.schema.names[::-1]), "column-order", "places, page, line"),
    ("tasks", as_text("due"), "column-type", "due is string, not date32"),
    *((name, nullable(field.name), "null", f"{field.name} must never be null")
      for name in RECORDS for field in schema_of(name) if not field.nullable),
    *((name, setting(column, ["odd"] if column == "roles" else "odd"), "code", f"{column} holds 'odd'")
      for name in RECORDS for column in codes_of(name)),
    ("diagnostics", setting("code", "odd"), "code", "code holds 'odd'"),
]  # fmt: skip


def changed(out: Path, name: str, change: Change) -> Path:
    path = out / f"{name}.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    return out


@pytest.mark.parametrize(("name", "change", "code", "message"), TABLE_BREAKS)
def test_verify_sees_what_is_wrong_in_a_table(out: Path, name: str, change: Change, code: str, message: str) -> None:
    record = read_record(Storage(changed(out, name, change)))
    assert record is not None
    found, _ = check_table(Storage(out), name, record.tables[name])
    assert any(fault.code == code and message in fault.message for fault in found), found


@pytest.mark.parametrize(("name", "change", "code", "message"), KEY_BREAKS)
def test_verify_sees_what_is_wrong_between_tables(
    out: Path, name: str, change: Change, code: str, message: str
) -> None:
    found = verify(changed(out, name, change), quick=True)
    assert any(fault.code == code and message in fault.message for fault in found), found


@pytest.mark.parametrize(("name", "column"), [("files", "status"), ("documents", "doc_id"), ("rows", "table_id")])
def test_verify_of_tables_with_nulls_in_their_keys(out: Path, name: str, column: str) -> None:
    found = verify(changed(out, name, nullable(column)))
    assert Fault(name, "null", next(f.message for f in found if f.code == "null")) in found


def test_every_check_of_keys_has_a_break(good: Path) -> None:
    """A check that no break triggers would be one that nobody knows to work."""
    said = {(code, message) for _, _, code, message in KEY_BREAKS}
    assert all(any(code == check.code and message in check.message for code, message in said) for check in CHECKS)


def _first_plan(out: Path) -> Path:
    return sorted((out / "plans").iterdir())[0]


def _no_plan_in(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"plan": None}), "utf-8")


def _other_plan_in(path: Path) -> None:
    shutil.copy(sorted(path.parent.iterdir())[-1], path)


FILE_BREAKS: list[tuple[str, Callable[[Path], object], Fault]] = [
    ("table lost", lambda out: (out / "tasks.parquet").unlink(), Fault("tasks", "table-missing", "there is no")),
    (
        "table cut",
        lambda out: os.truncate(out / "tasks.parquet", 999),
        Fault("tasks", "table-damaged", "tasks.parquet cannot be read"),
    ),
    ("plan lost", lambda out: _first_plan(out).unlink(), Fault("plans", "plan-missing", "there is no plans/")),
    ("plan cut", lambda out: os.truncate(_first_plan(out), 999), Fault("plans", "plan-damaged", "is damaged")),
    ("plan emptied", lambda out: _no_plan_in(_first_plan(out)), Fault("plans", "plan-empty", "holds no plan")),
    ("plan exchanged", lambda out: _other_plan_in(_first_plan(out)), Fault("plans", "plan-other", "another plan")),
    ("record lost", lambda out: (out / "run.json").unlink(), Fault("run", "record-missing", "is not there")),
    ("record cut", lambda out: os.truncate(out / "run.json", 99), Fault("run", "record-missing", "is damaged")),
    (
        "record of fewer plans",
        lambda out: _tell(out, plans=1, files={"ok": 1}),
        Fault("run", "plans", "run.json tells of 1 plans, documents holds 6"),
    ),
    (
        "record of fewer files",
        lambda out: _tell(out, files={"ok": 1}),
        Fault("run", "files", "tells of the files 1 ok"),
    ),
]


def _tell(out: Path, **values: object) -> None:
    path = out / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


@pytest.mark.parametrize(
    ("change", "fault"), [(one, fault) for _, one, fault in FILE_BREAKS], ids=[n for n, *_ in FILE_BREAKS]
)
def test_verify_sees_what_is_wrong_in_the_folder(out: Path, change: Callable[[Path], object], fault: Fault) -> None:
    change(out)
    found = verify(out)
    assert any((one.table, one.code) == (fault.table, fault.code) and fault.message in one.message for one in found), (
        found
    )


def test_tables_cut_in_the_middle_are_damaged(out: Path) -> None:
    path = out / "tasks.parquet"
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)
    assert {fault.code for fault in verify(out)} >= {"digest", "table-damaged"}


def test_verify_of_an_unfinished_run(out: Path) -> None:
    (out / ".writing").mkdir()
    (out / ".writing" / "complete").touch()
    assert [fault.code for fault in verify(out, quick=True)] == ["unfinished"]


def test_verify_as_a_command(out: Path, kehoach: Command) -> None:
    ended = kehoach("verify", out)
    assert (ended.status, ended.out, ended.err) == (0, "", "kehoach: faults: 0\n")
    _first_plan(out).unlink()
    ended = kehoach("verify", out)
    assert ended.status == 1
    assert ended.out.startswith("plans: plan-missing there is no plans/")
    (fault,) = json.loads(kehoach("verify", out, "--format", "json").out)
    assert fault["code"] == "plan-missing"
    assert kehoach("verify", out, "--quick").status == 0


@pytest.mark.parametrize("command", ["status", "verify"])
def test_folder_that_is_no_output(tmp_path: Path, kehoach: Command, command: str) -> None:
    (tmp_path / "other").mkdir()
    for folder in ("other", "nowhere"):
        ended = kehoach(command, folder)
        assert ended.status == 2
        assert f"{folder} holds no" in ended.err
    assert not (tmp_path / "nowhere").exists()
    assert not list((tmp_path / "other").iterdir())


@pytest.fixture
def ran(folder: Path, tmp_path: Path, fake_reader: None) -> Path:
    """The output of a run over a folder in which every file gives a plan."""
    for name in ("poem.txt", "empty.txt", "image.jpg"):
        (folder / name).unlink()
    run([folder], tmp_path / "out")
    return tmp_path / "out"


def states(out: Path) -> dict[str, str]:
    return {Path(file.source).name: file.state for file in read_status(out, None).files}


def test_status_of_a_current_output(ran: Path, kehoach: Command) -> None:
    ended = kehoach("status", ran)
    assert ended.status == 0
    assert ended.out.startswith("files: 3 done\nlast run: 20")


def test_status_does_not_change_anything(ran: Path, folder: Path) -> None:
    (folder / "a.md").write_text("plan four")
    os.truncate(_first_plan(ran), 9)
    before = {path: path.stat().st_mtime_ns for path in ran.rglob("*")}
    read_status(ran, None)
    assert {path: path.stat().st_mtime_ns for path in ran.rglob("*")} == before


def test_status_of_changed_and_gone_files(ran: Path, folder: Path, kehoach: Command) -> None:
    (folder / "a.md").write_text("plan four")
    (folder / "b.txt").unlink()
    assert states(ran) == {"a.md": "changed", "b.txt": "gone", "copy.txt": "done"}
    ended = kehoach("status", ran)
    assert ended.status == 1
    assert f"{folder.as_posix()}/a.md: changed: the file is not what was read" in ended.out
    run([folder], ran)
    assert states(ran) == {"a.md": "done", "b.txt": "kept", "copy.txt": "done"}
    ended = kehoach("status", ran, "--format", "json")
    assert ended.status == 0
    told = json.loads(ended.out)
    assert told["counts"] == {"done": 2, "kept": 1}
    assert told["files"][1]["message"] == "not given to the last run; the file is gone"


def test_status_of_a_kept_file(ran: Path, folder: Path) -> None:
    run([folder / "sub"], ran)
    assert states(ran) == {"a.md": "kept", "b.txt": "kept", "copy.txt": "done"}
    assert "still there" in read_status(ran, None).files[0].message
    (folder / "a.md").write_text("plan four")
    assert states(ran)["a.md"] == "changed"


def test_status_of_files_that_failed(folder: Path, tmp_path: Path, fake_reader: None) -> None:
    run([folder], tmp_path / "out")
    told = {Path(file.source).name: file.message for file in read_status(tmp_path / "out", None).files if file.message}
    assert told == {
        "empty.txt": "unreadable: the file is empty",
        "image.jpg": told["image.jpg"],
        "poem.txt": "no-plan: no heading and no table of a plan",
    }
    assert not read_status(tmp_path / "out", None).current


def test_file_that_can_no_longer_be_read_keeps_its_plan(ran: Path, folder: Path) -> None:
    before = pq.read_table(ran / "documents.parquet")
    (folder / "sub" / "copy.txt").write_text("")
    run([folder], ran)
    first = tables_of(ran)
    assert pq.read_table(ran / "documents.parquet") == before
    assert verify(ran) == []
    (status,) = [file for file in read_status(ran, None).files if file.state == "failed"]
    assert status.message == "unreadable: the file is empty; what was read from it before is kept"
    run([folder], ran)
    assert tables_of(ran) == first


def test_status_after_a_change_of_the_program(ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "EXTRACT", "tests.fake_reader.later")
    assert set(states(ran).values()) == {"outdated"}


def test_status_after_a_run_without_text_recognition(folder: Path, tmp_path: Path, kehoach: Command) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    shutil.copy(next(SAMPLES.glob("*.txt")), folder)
    assert kehoach("run", folder, "-o", tmp_path / "out", "--no-ocr").status == 0
    assert kehoach("status", tmp_path / "out").status == 0


def test_status_after_a_change_of_the_workspace(ran: Path, tmp_path: Path) -> None:
    init_workspace(tmp_path / "own")
    status = read_status(ran, tmp_path / "own")
    assert any("workspace changed" in reason for reason in status.tables)
    assert not status.current


def test_status_of_damaged_output(ran: Path, folder: Path) -> None:
    _first_plan(ran).write_text("{")
    (ran / "tasks.parquet").unlink()
    status = read_status(ran, None)
    assert status.counts == {"done": 2, "lost": 1}
    assert [reason for reason in status.tables if "tasks.parquet is missing" in reason]
    assert [reason for reason in status.tables if "is damaged" in reason]
    assert [reason for reason in status.tables if "other plans" in reason]
    run([folder], ran)
    assert read_status(ran, None).current


@pytest.mark.parametrize(("marker", "told"), [(True, "not all in place"), (False, "half written")])
def test_status_of_a_killed_run(ran: Path, marker: bool, told: str) -> None:
    (ran / ".writing").mkdir()
    (ran / ".writing" / ("complete" if marker else "tasks.parquet")).touch()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    (ran / ".lock.json").write_text(json.dumps({"pid": ended.pid, "host": "here"}))
    status = read_status(ran, None)
    assert status.unfinished[0] == f"a run was killed (process {ended.pid} on here)"
    assert told in status.unfinished[1]


def test_status_where_only_plans_are_stored(ran: Path) -> None:
    for path in [*ran.glob("*.parquet"), ran / "run.json"]:
        path.unlink()
    assert read_status(ran, None).tables == ["no run came to its end here; 3 plans are stored"]
    with pytest.raises(InputMissing):
        verify(ran)


def test_status_and_verify_while_a_run_goes_on(ran: Path, kehoach: Command) -> None:
    code = (
        "import sys, pathlib\nfrom kehoach.schemas.folder import hold\n"
        f"with hold(pathlib.Path({str(ran)!r})):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    before = tables_of(ran)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        ended = kehoach("status", ran)
        assert (ended.status, ended.out.startswith(f"running: process {other.pid} on ")) == (1, True)
        assert [fault.code for fault in verify(ran)] == ["running"]
        other.communicate()
    assert kehoach("status", ran).status == 0
    assert tables_of(ran) == before
