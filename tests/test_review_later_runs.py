"""What people decided in a workbook counts in later runs; the commands around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from kehoach.cli import app
from kehoach.normalize.workspace import init_workspace
from kehoach.publish.wording import LANGUAGES, meaning_of, words_of
from tests.test_review import PLAN
from tests.workbooks import Change, Grid, changed, column_of, fill, read_grids, sheet_of


class Office:
    """A province's office: plans, a workspace, runs and workbooks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plans, self.workspace, self.outputs = folder / "plans", folder / "workspace", folder / "outputs"
        self.book = folder / "review.xlsx"
        self.plans.mkdir()
        init_workspace(self.workspace)

    def plan(self, number: int, value: str = "60") -> None:
        (self.plans / f"{number}.txt").write_text(PLAN.format(number=number, value=value), encoding="utf-8")

    def kehoach(self, *args: str | Path) -> Result:
        return CliRunner().invoke(app, [*map(str, args), "--workspace", str(self.workspace)])

    def run(self) -> None:
        assert self.kehoach("run", self.plans, "-o", self.outputs, "-q").exit_code == 0

    def review(self, *changes: Change) -> Result:
        """Export, let people fill it in, apply."""
        assert self.kehoach("review", "export", self.outputs, self.book).exit_code == 0
        filled = changed(self.book, self.folder / "filled.xlsx", *changes)
        return self.kehoach("review", "apply", self.outputs, filled, "--author", "An", "--lang", "en")

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = pq.read_table(self.outputs / f"{table}.parquet").to_pylist()
        return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.plan(11)
    made.plan(12, "70")
    made.run()
    return made


def row_of(grids: dict[str, Grid], letter: str, **shown: str) -> int:
    """The first row that shows these texts."""
    grid = sheet_of(grids, letter)
    return next(
        number
        for number, row in enumerate(grid)
        if number and all(text in str(row[column_of(grid, key)]) for key, text in shown.items())
    )


def test_a_corrected_target_counts_in_every_later_run(office: Office) -> None:
    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "v", row_of(grids, "v", printed="60", field="Mục tiêu: giá trị"), corrected="≥ 65%")

    assert office.review(write).exit_code == 0
    office.run()
    assert [(one["raw"], one["comparator"], one["value"]) for one in office.rows("targets") if one["raw"] == "60"] == [
        ("60", ">=", 65.0)
    ]
    said = [one for one in office.rows("diagnostics") if one["code"] == "corrected"]
    assert [(one["severity"], "'60' is '≥ 65%'" in one["message"], one["line"]) for one in said] == [("info", True, 15)]


def test_a_correction_whose_place_has_changed_is_reported_and_not_applied(office: Office) -> None:
    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "v", row_of(grids, "v", printed="60", field="Mục tiêu: giá trị"), corrected="≥ 65%")

    office.review(write)
    office.plan(11, "61")  # the same number and issuer, another file
    office.run()
    assert 65.0 not in [one["value"] for one in office.rows("targets")]
    (stale,) = [one for one in office.rows("diagnostics") if one["code"] == "correction-stale"]
    assert "now reads '61'" in stale["message"]


def test_a_corrected_name_may_be_corrected_again_with_what_belongs_to_it(office: Office) -> None:
    def rename(grids: dict[str, Grid]) -> None:
        fill(grids, "v", row_of(grids, "v", printed="Tỷ lệ hộ nuôi ong", field="tên", plan="11/"), corrected="Tỷ lệ A")

    def again(grids: dict[str, Grid]) -> None:
        fill(grids, "v", row_of(grids, "v", printed="Tỷ lệ A", field="tên"), corrected="Tỷ lệ B")
        fill(grids, "v", row_of(grids, "v", subject="Tỷ lệ A", field="Mục tiêu: giá trị"), corrected="≥ 65%")

    for change in (rename, again):
        assert office.review(change).exit_code == 0
        office.run()
    assert [one["code"] for one in office.rows("diagnostics") if "correct" in one["code"]] == ["corrected"] * 2
    assert "Tỷ lệ B" in [one["name"] for one in office.rows("indicators")]
    assert 65.0 in [one["value"] for one in office.rows("targets")]


def test_what_is_put_right_in_one_of_two_alike_indicators_makes_them_two(office: Office) -> None:
    twice = PLAN + "5\tTỷ lệ hộ nuôi ong có sổ theo dõi điện tử\t%\t60\tPhòng Kinh tế\n"
    (office.plans / "11.txt").write_text(twice.format(number=11, value="60"), encoding="utf-8")
    office.run()
    assert sum(one["duplicate_of"] is not None for one in office.rows("indicators")) == 1

    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "v", row_of(grids, "v", printed="60", field="Mục tiêu: giá trị", plan="11/"), corrected="≥ 65%")

    assert office.review(write).exit_code == 0
    office.run()
    assert [one["duplicate_of"] for one in office.rows("indicators") if one["duplicate_of"] is not None] == []


def test_a_decided_name_is_decided_in_every_later_run_and_stands_in_the_matrix(office: Office) -> None:
    entry = next(one["canonical_id"] for one in office.rows("catalogue") if one["status"] == "adopted")

    def choose(grids: dict[str, Grid]) -> None:
        fill(grids, "n", row_of(grids, "n", wording="Tỷ lệ hộ nuôi ong"), verdict="same", chosen=entry)
        fill(grids, "n", row_of(grids, "n", wording="=Số lượng mô hình"), verdict="none")

    assert office.review(choose).exit_code == 0
    office.run()
    links = office.rows("matches")
    assert [one["canonical_id"] for one in links if one["status"] == "decided"] == [entry] * 2
    assert [one["canonical_id"] for one in links if one["status"] == "none"] == [None] * 2
    cells = [(one["canonical_id"], one["value"]) for one in office.rows("matrix")]
    assert {(entry, 60.0), (entry, 70.0)} <= set(cells)
    assert 2.0 not in [value for _, value in cells]  # the two groves are no indicator
    assert office.kehoach("review", "export", office.outputs, office.book).exit_code == 0
    with pytest.raises(StopIteration):
        row_of(read_grids(office.book), "n", wording="Tỷ lệ hộ nuôi ong")


def test_a_new_name_stays_out_of_the_queue_and_an_unsure_one_in_it(office: Office) -> None:
    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "n", row_of(grids, "n", wording="Tỷ lệ hộ nuôi ong"), verdict="new")
        fill(grids, "n", row_of(grids, "n", wording="=Số lượng mô hình"), verdict="unsure")

    assert office.review(write).exit_code == 0
    office.run()
    office.kehoach("review", "export", office.outputs, office.book)
    grids = read_grids(office.book)
    assert row_of(grids, "n", wording="=Số lượng mô hình")
    assert not [row for row in sheet_of(grids, "n") if "nuôi ong" in str(row[1])]


def test_two_bodies_that_people_call_one_are_one(office: Office) -> None:
    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "b", row_of(grids, "b", body="Phòng Kinh tế"), verdict="same", chosen="Công an")

    assert office.review(write).exit_code == 0
    office.run()
    merged = {one["agency_id"]: one["mentions"] for one in office.rows("agencies")}
    assert merged["ward-cong-an"] == 4
    assert "ward-phong-kinh-te" not in merged


def test_check_and_show_know_of_corrections(office: Office) -> None:
    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "v", row_of(grids, "v", printed="Tỷ lệ hộ nuôi ong", field="tên", plan="11/"), corrected="Tỷ lệ A")

    office.review(write)
    assert "info corrected indicator.name corrected by An" in office.kehoach("check", office.plans).stdout
    assert "Tỷ lệ A" in office.kehoach("show", office.plans / "11.txt").stdout


# --- the commands


def test_apply_says_row_by_row_what_it_took(office: Office) -> None:
    def write(grids: dict[str, Grid]) -> None:
        fill(grids, "n", 1, verdict="new")
        fill(grids, "n", 2, verdict="maybe")

    result = office.review(write)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Chỉ tiêu cần quyết định, row 2: taken: ")
    assert lines[0].endswith(": New indicator")
    assert "row 3: REFUSED" in lines[1]
    assert lines[2].startswith("Taken 1, there already 0, refused 1; left blank ")
    assert lines[3].startswith("Batch r")
    assert lines[4].startswith("Automatic matches: none audited yet")


def test_apply_in_json(office: Office) -> None:
    office.review(lambda grids: fill(grids, "n", 1, verdict="new"))
    filled = office.folder / "filled.xlsx"
    arguments = ("review", "apply", office.outputs, filled, "--author", "An", "--format", "json", "--dry-run")
    found = json.loads(office.kehoach(*arguments).stdout)
    assert (found["stored"], found["taken"], found["dry_run"], found["batch"]) == (1, 0, True, "")
    assert found["rows"][0]["state"] == "stored"


def test_report_tells_the_precision_from_the_audit(office: Office) -> None:
    report = ("review", "report", office.outputs, "--lang", "en")
    assert "none audited yet" in office.kehoach(*report).stdout
    office.review(lambda grids: fill(grids, "m", 1, verdict="Đúng"))
    said = office.kehoach(*report).stdout
    assert "1 of 1 audited are right = 100.0 %; 95 % interval 20.7 % to 100.0 %" in said
    assert "not from the queue" in said
    found = json.loads(office.kehoach(*report, "--format", "json").stdout)
    assert found["precision"]["judged"] == 1


def test_conflicts_are_listed_and_undone(office: Office) -> None:
    assert office.kehoach("review", "conflicts", "--lang", "en").stdout == "No contradictions.\n"
    for author, verdict, value in (("An", "new", "A"), ("Bình", "none", "B")):

        def write(grids: dict[str, Grid], author: str = author, verdict: str = verdict, value: str = value) -> None:
            fill(grids, "n", 1, verdict=verdict, author=author)
            fill(grids, "v", 1, corrected=value, author=author)

        result = office.review(write)
    assert "People contradict each other in 2 places" in result.stdout
    listed = office.kehoach("review", "conflicts", "--lang", "en")
    assert listed.exit_code == 1
    assert all(part in listed.stdout for part in ("  An, ", ": new", "  Bình, ", ": none", ": A", ": B"))
    batch = next(line.split()[1] for line in result.stdout.splitlines() if line.startswith("Batch")).rstrip(";")
    undone = office.kehoach("review", "undo", batch, "--author", "Bình", "--lang", "en")
    assert undone.stdout == f"2 rows of the batch {batch} undone.\n"
    assert office.kehoach("review", "conflicts").exit_code == 0
    again = office.kehoach("review", "undo", batch, "--author", "Bình")
    assert again.exit_code == 3


def test_a_name_in_dispute_stands_first_in_the_next_workbook(office: Office) -> None:
    grids = read_grids(office.book) if office.book.exists() else {}
    for author, verdict in (("An", "new"), ("Bình", "none")):
        result = office.review(lambda grids, a=author, v=verdict: fill(grids, "n", 2, verdict=v, author=a))  # type: ignore[misc]
        assert result.exit_code == 0
    disputed = sheet_of(read_grids(office.book), "n")[2]
    office.kehoach("review", "export", office.outputs, office.book)
    grids = read_grids(office.book)
    first = sheet_of(grids, "n")[1]
    assert first[0] == disputed[0]
    assert "Nhiều người" in str(first[column_of(sheet_of(grids, "n"), "why")])


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("apply", "nowhere", "x.xlsx"), 2, "holds no tables of a run"),
        (("export", "nowhere", "x.xlsx"), 2, "holds no tables of a run"),
        (("undo", "r1"), 2, "--author"),
    ],
)
def test_wrong_use(office: Office, arguments: tuple[str, ...], status: int, message: str) -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    command = [sys.executable, "-m", "kehoach.cli", "review", *arguments, "--workspace", str(office.workspace)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, message in done.stderr) == (status, True)


def test_without_a_workspace_nothing_can_be_kept(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["review", "conflicts"])
    assert (result.exit_code, "kehoach workspace init" in result.stderr) == (2, True)


def test_a_workbook_that_does_not_fit_ends_the_command(office: Office) -> None:
    office.book.write_bytes(b"no")
    result = office.kehoach("review", "apply", office.outputs, office.book)
    assert (result.exit_code, "no workbook" in result.stderr) == (3, True)


# --- the wording


@pytest.mark.parametrize("group", ["col", "names", "agencies", "audit"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_read_back_as_what_it_means(group: str, language: str) -> None:
    labels = words_of("review", "vi" if language == "vi" else "en").group(group)
    assert {key: meaning_of("review", group, label) for key, label in labels.items()} == {key: key for key in labels}


@pytest.mark.parametrize("group", ["names", "agencies", "audit"])
def test_a_list_of_verdicts_fits_into_a_cell_of_a_workbook(group: str) -> None:
    for language in LANGUAGES:
        labels = words_of("review", language).group(group).values()
        assert len(",".join(labels)) <= 255
        assert not [label for label in labels if "," in label]
