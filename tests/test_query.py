"""Questions in SQL, asked as a user does; the answers are opened by other programs and compared with pyarrow."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kehoach.cli import Exit
from kehoach.pipeline import run
from kehoach.publish.query import Answer, Example, answer_table, read_examples
from kehoach.publish.wording import LANGUAGES
from kehoach.schemas.arrow import RECORDS
from tests.conftest import Command
from tests.corpus import SAMPLES


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the samples."""
    folder = tmp_path_factory.mktemp("outputs")
    run([str(SAMPLES)], folder)
    return folder


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


NAMES = {table: "citations" if table == "references" else table for table in RECORDS}


@pytest.mark.parametrize(("table", "name"), [*NAMES.items(), *((table, f'"{table}"') for table in RECORDS)])
def test_every_table_by_its_name(kehoach: Command, outputs: Path, table: str, name: str) -> None:
    """With quotes, and with none: `references` is a word of SQL, so that it is `citations` too."""
    ended = kehoach("query", outputs, f"SELECT count(*) AS n FROM {name}", "--format", "csv")
    assert rows_of(ended.out) == [{"n": str(pq.read_table(outputs / f"{table}.parquet").num_rows)}]


COLUMNS = "doc_id, task_id, name, subtask, due, start, recurrence"


def test_csv_is_what_pyarrow_reads(kehoach: Command, outputs: Path) -> None:
    ended = kehoach("query", outputs, f"SELECT {COLUMNS} FROM tasks", "--format", "csv")
    expected = pq.read_table(outputs / "tasks.parquet", columns=COLUMNS.split(", ")).to_pylist()
    assert rows_of(ended.out) == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in expected
    ]
    assert not ended.err


def test_json_is_what_pyarrow_reads(kehoach: Command, outputs: Path) -> None:
    """Numbers, truth, null and lists as they are, days as ISO."""
    columns = "doc_id, issue_date, plan_year, ocr, recipients, places"
    ended = kehoach("query", outputs, f"SELECT {columns} FROM documents", "--format", "json")
    expected = pq.read_table(outputs / "documents.parquet", columns=columns.split(", ")).to_pylist()
    assert json.loads(ended.out) == json.loads(json.dumps(expected, default=str))
    assert json.loads(kehoach("query", outputs, "FROM tasks WHERE false", "--format", "json").out) == []


def test_columns_of_one_name_are_all_there(kehoach: Command, outputs: Path) -> None:
    ended = kehoach("query", outputs, "SELECT 1 AS a, 2 AS a, 'x' AS a_1", "--format", "json")
    assert json.loads(ended.out) == [{"a": 1, "a_1": 2, "a_1_1": "x"}]


def test_columns_of_the_table_stand_one_under_another(kehoach: Command, outputs: Path) -> None:
    """Letters with marks of their own take no place; numbers stand at the right."""
    ended = kehoach("query", outputs, "SELECT * FROM (VALUES ('Tỷ lệ hộ nghèo', 4.5), ('Số xã', 120)) t(name, value)")
    assert ended.out.splitlines() == [
        "name            value",
        "──────────────  ─────",
        "Tỷ lệ hộ nghèo    4.5",
        "Số xã             120",
    ]
    assert "rows: 2" in ended.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_narrow_terminal_gets_a_line_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    file = Terminal()
    answer_table(Answer(["name", "due"], iter([["Cấp chữ ký số cho công dân", None], ["\x1b[2J", 3.0]])), file)
    assert file.getvalue() == "name: Cấp chữ ký số cho công dân\n due: \n\nname: ?[2J\n due: 3\n"


def test_question_typed_with_separate_marks(kehoach: Command, outputs: Path) -> None:
    question = unicodedata.normalize("NFD", "SELECT count(*) AS n FROM documents WHERE unit_type = 'xã'")
    ended = kehoach("query", outputs, question, "--format", "json")
    assert json.loads(ended.out)[0]["n"] > 0


def test_question_from_a_file_and_from_standard_input(
    kehoach: Command, outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "q.sql").write_text("-- Số văn bản\nSELECT 7 AS số;\n", encoding="utf-8")
    assert rows_of(kehoach("query", outputs, "--file", "q.sql", "--format", "csv").out) == [{"số": "7"}]
    for given in (["-"], ["--file", "-"]):
        monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 8 AS n"))
        assert rows_of(kehoach("query", outputs, *given, "--format", "csv").out) == [{"n": "8"}]


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: example.name)
def test_example_has_an_answer(kehoach: Command, outputs: Path, example: Example) -> None:
    ended = kehoach("query", outputs, "--example", example.name, "--format", "csv")
    assert ended.status == Exit.OK
    rows = rows_of(ended.out)
    assert len(rows) >= 5
    for column in rows[0]:
        known = {row[column] for row in rows} - {""}
        assert known or column == "page", f"{column} is empty"


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_printed_as_sql(kehoach: Command, language: str) -> None:
    printed = kehoach("query", "--examples", "--lang", language).out
    assert len(read_examples()) == 10
    assert printed.count("\n-- ") == 9
    assert all(one.sql in printed for one in read_examples())
    assert ("Cơ quan nào" in printed) == (language == "vi")


def test_example_counts_as_pyarrow_does(kehoach: Command, outputs: Path) -> None:
    ended = kehoach("query", outputs, "--example", "tasks_by_month", "--format", "json")
    months = [str(due)[:7] for due in pq.read_table(outputs / "tasks.parquet")["due"].to_pylist() if due]
    assert {row["month"]: row["tasks"] for row in json.loads(ended.out)} == {
        month: months.count(month) for month in months
    }


REFUSED = [
    ("SELEC 1", "syntax error"),
    ("SELECT nope FROM targets", "Candidate bindings"),
    ("SELECT CAST(raw AS int) FROM targets", "Could not convert"),
    ("", "no question"),
    ("SELECT 1; SELECT 2", "one question"),
    ("DROP VIEW tasks", "only questions"),
    ("CREATE TABLE t AS SELECT 1", "only questions"),
    ("COPY tasks TO 'made.csv'", "only questions"),
    ("ATTACH 'made.db'", "only questions"),
    ("SET enable_external_access = true", "only questions"),
    ("INSTALL httpfs", "only questions"),
    ("FROM 'there.csv'", "disabled"),
    ("FROM read_text('there.csv')", "disabled"),
    ("FROM 'https://example.org/t.parquet'", "disabled"),
    ("SELECT * FROM paths", "does not exist"),  # a variable of the program is no table
]


@pytest.mark.parametrize(("question", "message"), REFUSED)
def test_refused_with_a_reason(kehoach: Command, outputs: Path, tmp_path: Path, question: str, message: str) -> None:
    (tmp_path / "there.csv").write_text("a\n1\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in outputs.rglob("*") if path.is_file()}
    ended = kehoach("query", outputs, question, "--format", "csv")
    assert ended.status == Exit.USAGE
    assert message in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert {path: path.read_bytes() for path in outputs.rglob("*") if path.is_file()} == before


def test_wrong_use(kehoach: Command, outputs: Path, tmp_path: Path) -> None:
    assert kehoach("query").status == Exit.USAGE
    assert kehoach("query", outputs).status == Exit.USAGE
    assert kehoach("query", outputs, "SELECT 1", "--file", "q.sql").status == Exit.USAGE
    assert kehoach("query", outputs, "--file", "nope.sql").status == Exit.USAGE
    assert "tasks_by_month" in kehoach("query", outputs, "--example", "nope").err
    nowhere = kehoach("query", tmp_path, "SELECT 1")
    assert (nowhere.status, "kehoach run" in nowhere.err) == (Exit.USAGE, True)


def test_damaged_table(kehoach: Command, outputs: Path, tmp_path: Path) -> None:
    for path in outputs.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "tasks.parquet").write_bytes(b"PAR1 is not here")
    ended = kehoach("query", tmp_path, "SELECT 1")
    assert (ended.status, "run again" in ended.err) == (Exit.USAGE, True)


def started(outputs: Path, question: str, form: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kehoach.cli", "query", str(outputs), question, "--format", form]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_pipe_that_closes_early(outputs: Path, form: str) -> None:
    asked = started(outputs, "SELECT range, repeat('ạ', 100) FROM range(20000)", form)
    assert asked.stdout and asked.stderr
    asked.stdout.readline()
    asked.stdout.close()
    asked.wait(timeout=60)
    assert b"Traceback" not in asked.stderr.read()
    asked.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interrupted(outputs: Path) -> None:
    asked = started(outputs, "FROM range(1000000000000)", "csv")
    assert asked.stdout and asked.stderr
    asked.stdout.readline()
    time.sleep(0.1)
    asked.send_signal(signal.SIGINT)
    _, err = asked.communicate(timeout=60)
    assert asked.returncode == Exit.INTERRUPTED
    assert b"Traceback" not in err
