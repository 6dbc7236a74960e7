"""The review workbook: exported, filled in, changed as spreadsheets change files, and applied."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehoach.normalize.agency_decisions import FILE as AGENCIES
from kehoach.normalize.agency_decisions import load_agency_book
from kehoach.normalize.audit import FILE as AUDIT
from kehoach.normalize.audit import read_audit
from kehoach.normalize.corrections import FILE as CORRECTIONS
from kehoach.normalize.corrections import load_corrections
from kehoach.normalize.decisions import FILE as DECISIONS
from kehoach.normalize.decisions import load_decisions, read_decisions
from kehoach.normalize.workspace import init_workspace
from kehoach.pipeline import run
from kehoach.publish.review.apply import Applied, ApplyOptions, apply_review
from kehoach.publish.review.export import ExportOptions, export_review
from kehoach.publish.review.sheets import COLUMNS, INPUTS, SheetName
from kehoach.publish.review.store import undo
from kehoach.schemas.errors import InputMissing, NotReadable
from tests.workbooks import (
    HAS_LIBREOFFICE,
    HIDDEN,
    Change,
    Grid,
    changed,
    column_of,
    fill,
    read_grids,
    sheet_of,
    through_libreoffice,
    write_grids,
)

PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG SAO MAI
Số: {number}/KH-UBND
Sao Mai, ngày 02 tháng 3 năm 2026
KẾ HOẠCH
Chuyển đổi số năm 2026
Căn cứ Nghị quyết số 57-NQ/TW ngày 22/12/2024;
I. MỤC TIÊU
1. Mục tiêu chung
Nâng cao hiệu quả.
PHỤ LỤC I
CHỈ TIÊU
TT\tChỉ tiêu\tĐơn vị\tNăm 2026\tCơ quan chủ trì
1\tTỷ lệ hồ sơ thủ tục hành chính được giải quyết trực tuyến toàn trình\t%\t≥ 80\tVăn phòng HĐND và UBND
2\tTỷ lệ hộ nuôi ong có sổ theo dõi điện tử\t%\t{value}\tPhòng Kinh tế
3\t=Số lượng mô hình trồng nấm được hỗ trợ ra mắt mới\tMô hình\t02\tPhòng Văn hóa - Xã hội
4\tTỷ lệ người dân trưởng thành có chữ ký số cá nhân\t%\t≥ 50\tCông an phường
"""
DAY = "2026-03-02"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of two invented plans."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "plans").mkdir()
    for number, value in ((11, "60"), (12, "70")):
        (folder / "plans" / f"{number}.txt").write_text(PLAN.format(number=number, value=value), encoding="utf-8")
    run([folder / "plans"], folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def exported(outputs: Path) -> Path:
    """The workbook of that run."""
    workbook = outputs.parent / "review.xlsx"
    export_review(outputs, workbook)
    return workbook


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path / "workspace"
    init_workspace(folder)
    return folder


def apply(outputs: Path, workbook: Path, workspace: Path, author: str = "An", dry_run: bool = False) -> Applied:
    return apply_review(outputs, workbook, workspace, ApplyOptions(DAY, author, dry_run, "en"))


def answer_all(grids: dict[str, Grid]) -> None:
    """One answer of each kind."""
    fill(grids, "n", 1, verdict="Chỉ tiêu mới", note="chưa có")
    fill(grids, "n", 2, verdict="giống mục đã chọn", chosen="1", author="Bình")
    fill(grids, "b", 1, verdict="Là một cơ quan riêng")
    fill(grids, "m", 1, verdict="Đúng")
    values = sheet_of(grids, "v")
    row = next(number for number, cells in enumerate(values) if cells[column_of(values, "printed")] == "60")
    fill(grids, "v", row, corrected="≥ 65%")


KEPT = (DECISIONS, AGENCIES, CORRECTIONS, AUDIT)


def kept(workspace: Path) -> dict[str, bytes]:
    return {name: (workspace / name).read_bytes() for name in KEPT}


def states(applied: Applied) -> dict[str, int]:
    return {state: applied.count(state) for state in ("taken", "stored", "refused") if applied.count(state)}


# --- the export


def test_the_same_run_gives_the_same_workbook(outputs: Path, exported: Path, tmp_path: Path) -> None:
    export_review(outputs, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == exported.read_bytes()


def test_one_row_a_distinct_name_with_examples_from_every_commune(exported: Path) -> None:
    grid = sheet_of(read_grids(exported), "n")
    wordings = [str(row[column_of(grid, "wording")]) for row in grid[1:]]
    assert len(wordings) == len(set(wordings))
    bees = next(row for row in grid if "nuôi ong" in str(row[column_of(grid, "wording")]))
    assert bees[column_of(grid, "unit")] == "%"
    assert bees[column_of(grid, "examples")] == "phường Sao Mai: 60 (2026)\nphường Sao Mai: 70 (2026)"


def test_what_begins_like_a_formula_is_text(exported: Path) -> None:
    import zipfile  # noqa: PLC0415

    grid = sheet_of(read_grids(exported), "n")
    assert any(str(cell).startswith("=Số lượng") for row in grid for cell in row)
    with zipfile.ZipFile(exported) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_row_ids_are_the_same_whatever_else_is_exported(outputs: Path, exported: Path, tmp_path: Path) -> None:
    other = tmp_path / "one"
    run([outputs.parent / "plans" / "11.txt"], other)
    export_review(other, tmp_path / "one.xlsx")
    both, one = sheet_of(read_grids(exported), "n"), sheet_of(read_grids(tmp_path / "one.xlsx"), "n")
    ids = {row[column_of(both, "wording")]: row[0] for row in both[1:]}
    assert {row[column_of(one, "wording")]: row[0] for row in one[1:]}.items() <= ids.items()


def test_the_audit_shows_no_score_and_a_blind_workbook_none_at_all(outputs: Path, tmp_path: Path) -> None:
    assert not [column for column in COLUMNS["audit"] if column.scored or column.key in ("first", "why")]
    export_review(outputs, tmp_path / "blind.xlsx", None, ExportOptions(blind=True))
    grids = read_grids(tmp_path / "blind.xlsx")
    heads = [head for name, grid in grids.items() if name != HIDDEN and grid for head in grid[0]]
    assert not {"Vì sao đề xuất 1", "Vì sao không phải đề xuất 2"} & set(heads)
    names = sheet_of(grids, "n")
    assert [row[0] for row in names[1:]] == sorted(str(row[0]) for row in names[1:])


def test_values_are_limited_and_the_guide_says_how_many_are_left_out(outputs: Path, tmp_path: Path) -> None:
    counts = export_review(outputs, tmp_path / "few.xlsx", None, ExportOptions("en", most_values=3))
    assert counts["values"] == 3
    guide = "\n".join(str(row[0]) for row in read_grids(tmp_path / "few.xlsx")["Guide"])
    assert "shows 3 values" in guide


def test_without_tables_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no documents"):
        export_review(tmp_path, tmp_path / "x.xlsx")


def test_what_is_settled_is_not_asked_again(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    apply(outputs, changed(exported, tmp_path / "a.xlsx", answer_all), workspace)
    before, after = read_grids(exported), tmp_path / "after.xlsx"
    export_review(outputs, after, workspace)
    grids = read_grids(after)
    assert len(sheet_of(grids, "b")) == len(sheet_of(before, "b")) - 1
    assert (len(before["Kiểm tra mẫu"]), len(grids["Kiểm tra mẫu"])) == (2, 1)


# --- the way back


def test_what_was_written_is_kept(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    applied = apply(outputs, changed(exported, tmp_path / "a.xlsx", answer_all), workspace)
    assert states(applied) == {"taken": 5}
    grid = sheet_of(read_grids(exported), "n")
    first, second = read_decisions(workspace)
    assert (first.subject_label, first.verdict, first.author, first.comment) == (
        grid[1][column_of(grid, "wording")], "new", "An", "chưa có",
    )  # fmt: skip
    assert (second.verdict, second.author) == ("same", "Bình")
    assert f"[{second.object_id}]" in str(grid[2][column_of(grid, "first")])
    assert [one.verdict for one in load_agency_book(workspace).decided.values()] == ["new"]
    assert [(one.field, one.printed, one.corrected, one.by) for one in load_corrections(workspace)] == [
        ("target.raw", "60", "≥ 65%", "An")
    ]
    assert [one.verdict for one in read_audit(workspace)] == ["right"]
    assert {first.batch, second.batch, *(one.batch for one in load_corrections(workspace))} == {applied.batch}


def test_applied_again_it_adds_nothing(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    book = changed(exported, tmp_path / "a.xlsx", answer_all)
    apply(outputs, book, workspace)
    before = kept(workspace)
    again = apply(outputs, book, workspace)
    assert (states(again), again.batch, kept(workspace)) == ({"stored": 5}, "", before)


def test_an_earlier_workbook_applied_again_does_not_bring_back_what_was_changed(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    first = changed(exported, tmp_path / "a.xlsx", lambda grids: fill(grids, "n", 1, verdict="new"))
    later = changed(exported, tmp_path / "b.xlsx", lambda grids: fill(grids, "n", 1, verdict="none"))
    for book in (first, later, first):
        apply(outputs, book, workspace)
    assert [one.verdict for one in load_decisions(workspace).decided.values()] == ["none"]


def test_a_dry_run_writes_nothing_and_says_the_same(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    book = changed(exported, tmp_path / "a.xlsx", answer_all)
    before = kept(workspace)
    dry = apply(outputs, book, workspace, dry_run=True)
    assert kept(workspace) == before
    assert dry.outcomes == apply(outputs, book, workspace).outcomes


def test_a_batch_is_undone_in_all_files_and_may_be_applied_anew(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    book = changed(exported, tmp_path / "a.xlsx", answer_all)
    batch = apply(outputs, book, workspace).batch
    assert undo(workspace, batch, "An", DAY) == 5
    assert not load_decisions(workspace).decided
    assert not load_agency_book(workspace).decided
    assert not load_corrections(workspace)
    assert undo(workspace, batch, "An", DAY) == 0
    assert states(apply(outputs, book, workspace)) == {"taken": 5}
    assert len(load_corrections(workspace)) == 1


def test_cannot_say_is_kept_and_never_counts(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    book = changed(exported, tmp_path / "a.xlsx", lambda grids: fill(grids, "n", 1, verdict="Cannot say", chosen="1"))
    assert states(apply(outputs, book, workspace)) == {"taken": 1}
    assert [one.verdict for one in load_decisions(workspace).decided.values()] == ["unsure"]
    assert load_decisions(workspace).aliases() == {}


def test_a_match_found_wrong_is_a_decision_too(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    book = changed(exported, tmp_path / "a.xlsx", lambda grids: fill(grids, "m", 1, verdict="Sai"))
    apply(outputs, book, workspace)
    (judged,) = read_audit(workspace)
    (refused,) = load_decisions(workspace).refusals.values()
    assert judged.verdict == "wrong"
    assert refused == {judged.canonical_id}


def test_two_copies_that_contradict_each_other_are_both_kept(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    def by(author: str, verdict: str, corrected: str) -> Path:
        def write(grids: dict[str, Grid]) -> None:
            fill(grids, "n", 1, verdict=verdict, author=author)
            fill(grids, "n", 2, verdict="new", author=author)
            fill(grids, "b", 1, verdict="none" if verdict == "none" else "new", author=author)
            fill(grids, "v", 1, corrected=corrected, author=author)
            fill(grids, "m", 1, verdict="right" if verdict == "new" else "wrong", author=author)

        return changed(exported, tmp_path / f"{author}.xlsx", write)

    apply(outputs, by("An", "new", "A"), workspace)
    applied = apply(outputs, by("Bình", "none", "B"), workspace)
    assert len(read_decisions(workspace)) == 5
    conflicts = applied.store.conflicts()
    assert [len(rows) for rows in conflicts] == [2, 2, 2, 2]
    assert applied.store.precision()[:4] == (0, 0, 0, 1)
    book = load_decisions(workspace)
    assert len(book.decided) == 1
    assert not load_agency_book(workspace).decided
    assert not load_corrections(workspace)


# --- what spreadsheets do to it


def reorder_rows(grids: dict[str, Grid]) -> None:
    for name, grid in grids.items():
        if name != HIDDEN:
            grid[1:] = reversed(grid[1:])


def reorder_columns(grids: dict[str, Grid]) -> None:
    for name, grid in grids.items():
        if name != HIDDEN:
            width = max(map(len, grid))
            order = [*range(width)][::-1]
            grid[:] = [[(row + [""] * width)[at] for at in order] for row in grid]


def drop_unanswered(grids: dict[str, Grid]) -> None:
    for letter in "nbvm":
        grid = sheet_of(grids, letter)
        answers = [column_of(grid, key) for key in INPUTS if key in {column.key for column in COLUMNS[KINDS[letter]]}]
        grid[1:] = [row for row in grid[1:] if any(row[at] != "" for at in answers)]


KINDS: dict[str, SheetName] = {"n": "names", "b": "agencies", "v": "values", "m": "audit"}


def shout_heads(grids: dict[str, Grid]) -> None:
    for grid in grids.values():
        if grid and str(grid[0][0]) == "Mã dòng":
            grid[0] = [f"  {str(head).upper()} " for head in grid[0]]


def english_heads(grids: dict[str, Grid]) -> None:
    grid = sheet_of(grids, "n")
    grid[0][column_of(grid, "verdict")] = "Decision"


def add_columns_and_sheets(grids: dict[str, Grid]) -> None:
    grids["Ghi chép riêng"] = [["Mã", "Gì đó"], ["x", 3.0]]
    for name, grid in grids.items():
        if name != HIDDEN:
            grid[:] = [["của tôi", *row] for row in grid]


def blank_lines_and_a_title(grids: dict[str, Grid]) -> None:
    for name, grid in grids.items():
        if name != HIDDEN:
            grid[:] = [["BẢNG RÀ SOÁT"], [], *(line for row in grid for line in ([], row))]


def rename_sheets(grids: dict[str, Grid]) -> None:
    renamed = {name if name == HIDDEN else f"Trang {number}": grid for number, (name, grid) in enumerate(grids.items())}
    grids.clear()
    grids.update(renamed)


def white_space(grids: dict[str, Grid]) -> None:
    for name, grid in grids.items():
        if name != HIDDEN:
            grid[:] = [[f" {cell}\n" if isinstance(cell, str) and cell else cell for cell in row] for row in grid]


def numbers(grids: dict[str, Grid]) -> None:
    """What a spreadsheet makes of text that looks like a number, and the other way round."""
    for name, grid in grids.items():
        if name != HIDDEN:
            grid[:] = [[float(cell) if str(cell).isdigit() else cell for cell in row] for row in grid]


def decomposed(grids: dict[str, Grid]) -> None:
    import unicodedata  # noqa: PLC0415

    for grid in grids.values():
        grid[:] = [
            [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row] for row in grid
        ]


def everything_on_one_sheet(grids: dict[str, Grid]) -> None:
    """Rows of one kind moved to a sheet of their own, with the head."""
    grid = sheet_of(grids, "n")
    grids["Phần 2"] = [grid[0], grid.pop()]


DISTORTIONS: list[Change] = [
    reorder_rows, reorder_columns, drop_unanswered, shout_heads, english_heads, add_columns_and_sheets,
    blank_lines_and_a_title, rename_sheets, white_space, numbers, decomposed, everything_on_one_sheet,
]  # fmt: skip


@pytest.mark.parametrize("distort", DISTORTIONS, ids=lambda distort: distort.__name__)
def test_the_answers_are_the_same_whatever_a_spreadsheet_did(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path, distort: Change
) -> None:
    plain, twisted = tmp_path / "plain", tmp_path / "twisted"
    for folder in (plain, twisted):
        init_workspace(folder)
    apply(outputs, changed(exported, tmp_path / "a.xlsx", answer_all), plain)
    applied = apply(outputs, changed(exported, tmp_path / "b.xlsx", answer_all, distort), twisted)
    assert (states(applied), applied.faults) == ({"taken": 5}, [])
    assert kept(twisted) == kept(plain)


def test_rows_that_a_filter_hides_are_read(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    grids = read_grids(exported)
    answer_all(grids)
    write_grids(tmp_path / "a.xlsx", grids, filtered=True)
    assert states(apply(outputs, tmp_path / "a.xlsx", workspace)) == {"taken": 5}


@pytest.mark.skipif(not HAS_LIBREOFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize("forms", [["xlsx"], ["ods"], ["ods", "xlsx"]], ids=" ".join)
def test_the_round_trip_through_libreoffice(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path, forms: list[str]
) -> None:
    """Both ways: the export is saved by LibreOffice before it is filled in, and after it."""
    plain = tmp_path / "plain"
    init_workspace(plain)
    apply(outputs, changed(exported, tmp_path / "a.xlsx", answer_all), plain)
    saved = through_libreoffice(exported, tmp_path / "before", forms)
    filled = changed(saved, tmp_path / "filled.xlsx", answer_all, reorder_rows)
    applied = apply(outputs, through_libreoffice(filled, tmp_path / "after", forms), workspace)
    assert states(applied) == {"taken": 5}
    assert kept(workspace) == kept(plain)


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_shuffled_or_dropped_no_answer_is_lost_or_moved(
    outputs: Path, exported: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    init_workspace(folder / "w")
    grids = read_grids(exported)
    grid = sheet_of(grids, "n")
    verdict, wording = column_of(grid, "verdict"), column_of(grid, "wording")
    for row in grid[1:]:
        row[verdict] = data.draw(st.sampled_from(["", "new", "Không phải chỉ tiêu", "Cannot say"]))
    said = {str(row[wording]): str(row[verdict]) for row in grid[1:] if row[verdict]}
    order = data.draw(st.randoms(use_true_random=False))
    rest = grid[1:]
    order.shuffle(rest)
    rows = rest[: data.draw(st.integers(0, len(rest)))]
    columns = list(range(len(grid[0])))
    order.shuffle(columns)
    grid[:] = [[row[at] for at in columns] for row in [grid[0], *rows]]
    write_grids(folder / "a.xlsx", grids)
    applied = apply(outputs, folder / "a.xlsx", folder / "w")
    meant = {"new": "new", "Không phải chỉ tiêu": "none", "Cannot say": "unsure"}
    there = {str(row[wording]) for row in rows}
    assert {one.subject_label: one.verdict for one in read_decisions(folder / "w")} == {
        name: meant[text] for name, text in said.items() if name in there
    }
    assert (applied.count("refused"), applied.gone) == (0, len(rest) - len(rows))


# --- what is refused


def swap_ids(grids: dict[str, Grid]) -> None:
    grid = sheet_of(grids, "n")
    grid[1][0], grid[2][0] = grid[2][0], grid[1][0]
    fill(grids, "n", 1, verdict="new")
    fill(grids, "n", 2, verdict="new")


def double_id(grids: dict[str, Grid]) -> None:
    fill(grids, "n", 1, verdict="new")
    grid = sheet_of(grids, "n")
    grid.append(list(grid[1]))


@pytest.mark.parametrize(
    ("change", "why", "count"),
    [
        (lambda grids: fill(grids, "n", 1, row_id="n-000000000000", verdict="new"), "is not of this export", 1),
        (lambda grids: fill(grids, "n", 1, row_id="", verdict="new"), "an answer without a row id", 1),
        (lambda grids: fill(grids, "n", 1, wording="Tỷ lệ khác", verdict="new"), "what the row shows was changed", 1),
        (swap_ids, "the id is that of another row", 2),
        (double_id, "stands more than once (rows 2, ", 2),
        (lambda grids: fill(grids, "n", 1, verdict="có lẽ"), "the decision “có lẽ” is unknown; there are: Same as", 1),
        (lambda grids: fill(grids, "n", 1, verdict="same"), "needs a chosen entry", 1),
        (lambda grids: fill(grids, "n", 1, verdict="same", chosen="khong_co"), "“khong_co” is not in the list", 1),
        (lambda grids: fill(grids, "n", 1, verdict="same", chosen="9"), "“9” is not in the list", 1),
        (lambda grids: fill(grids, "n", 1, verdict="new", chosen="1"), "takes no chosen entry", 1),
        (lambda grids: fill(grids, "n", 1, chosen="1"), "but no decision", 1),
        (lambda grids: fill(grids, "n", 1, note="?"), "but no decision", 1),
        (lambda grids: fill(grids, "b", 1, verdict="not an indicator"), "unknown", 1),
        (lambda grids: fill(grids, "v", 1, corrected="0,8", field="x"), "what the row shows was changed", 1),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path, change: Change, why: str, count: int
) -> None:
    before = kept(workspace)
    applied = apply(outputs, changed(exported, tmp_path / "a.xlsx", change), workspace)
    assert [why in one.what for one in applied.outcomes if one.state == "refused"] == [True] * count
    assert kept(workspace) == before


def target_row(grids: dict[str, Grid]) -> int:
    grid = sheet_of(grids, "v")
    return next(
        number
        for number, row in enumerate(grid)
        if (row[column_of(grid, "printed")], row[column_of(grid, "field")]) == ("60", "Mục tiêu: giá trị")
    )


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (0.8, "the cell holds the number 0,8"),
        ("≥ %", "the value cannot be read: target.raw cannot be"),
        ("60", "the value is as it was read"),
    ],
)
def test_a_value_that_cannot_be_read_for_sure_is_refused(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path, cell: str | float, why: str
) -> None:
    book = changed(exported, tmp_path / "a.xlsx", lambda g: fill(g, "v", target_row(g), corrected=cell))
    (outcome,) = apply(outputs, book, workspace).outcomes
    assert (outcome.state, why in outcome.what) == ("refused", True)


def test_a_body_is_not_the_same_as_itself(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    def write(grids: dict[str, Grid]) -> None:
        grid = sheet_of(grids, "b")
        fill(grids, "b", 1, verdict="same", chosen=grid[1][column_of(grid, "body")])

    (outcome,) = apply(outputs, changed(exported, tmp_path / "a.xlsx", write), workspace).outcomes
    assert outcome.what == "a body cannot be the same as itself"


def test_nobody_decided_where_nobody_is_named(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    book = changed(exported, tmp_path / "a.xlsx", lambda grids: fill(grids, "n", 1, verdict="new"))
    (outcome,) = apply(outputs, book, workspace, author="").outcomes
    assert "nobody is named" in outcome.what


def test_a_refused_row_does_not_keep_the_others_back(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    def write(grids: dict[str, Grid]) -> None:
        answer_all(grids)
        fill(grids, "n", 1, verdict="có lẽ")

    assert states(apply(outputs, changed(exported, tmp_path / "a.xlsx", write), workspace)) == {
        "taken": 4,
        "refused": 1,
    }


def test_a_sheet_without_its_columns_is_not_read(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    def write(grids: dict[str, Grid]) -> None:
        answer_all(grids)
        grid = sheet_of(grids, "n")
        grid[0][column_of(grid, "wording")] = "?"

    applied = apply(outputs, changed(exported, tmp_path / "a.xlsx", write), workspace)
    assert ["Indicator" in fault for fault in applied.faults] == [True]
    assert states(applied) == {"taken": 3}


def test_a_head_that_stands_twice_is_not_guessed(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    def write(grids: dict[str, Grid]) -> None:
        answer_all(grids)
        grid = sheet_of(grids, "n")
        grid[:] = [[*row, "Quyết định" if number == 0 else ""] for number, row in enumerate(grid)]

    applied = apply(outputs, changed(exported, tmp_path / "a.xlsx", write), workspace)
    assert ["two columns" in fault for fault in applied.faults] == [True]


def tampered(row: int, at: int, text: str) -> Change:
    def write(grids: dict[str, Grid]) -> None:
        grids[HIDDEN][row][at] = text

    return write


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda grids: grids.pop(HIDDEN), "is missing"),
        (tampered(0, 0, "x"), "is missing"),
        (tampered(1, 1, "99"), "has version 99; this program reads version 1"),
        (tampered(1, 2, "000000000000"), "was changed"),
        (tampered(3, 0, "n-000000000000"), "was changed"),
        (tampered(3, 3, "{"), "was changed"),
        (lambda grids: grids[HIDDEN].pop(), "was changed"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path, change: Change, why: str
) -> None:
    book = changed(exported, tmp_path / "a.xlsx", answer_all, change)
    with pytest.raises(NotReadable, match=why):
        apply(outputs, book, workspace)


def test_the_tables_of_other_plans_do_not_fit(exported: Path, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(PLAN.format(number=99, value="1"), encoding="utf-8")
    run([tmp_path / "other.txt"], tmp_path / "out")
    with pytest.raises(NotReadable, match="none of its rows is in them"):
        apply(tmp_path / "out", exported, workspace)


def test_a_later_run_of_the_same_plans_is_noted_and_fits(
    outputs: Path, exported: Path, workspace: Path, tmp_path: Path
) -> None:
    run([outputs.parent / "plans" / "11.txt"], tmp_path / "out")
    applied = apply(tmp_path / "out", changed(exported, tmp_path / "a.xlsx", answer_all), workspace)
    assert ["of the run" in note for note in applied.notes] == [True]
    assert applied.count("refused") == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"<html>"])
def test_what_is_no_workbook_is_said_to_be_none(outputs: Path, workspace: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(NotReadable, match="no workbook"):
        apply(outputs, tmp_path / "a.xlsx", workspace)


def test_a_chosen_proposal_keeps_its_id(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    proposed = next(str(row[1]) for row in read_grids(exported)["Danh mục chỉ tiêu"] if str(row[-1]) == "proposed")
    book = changed(exported, tmp_path / "a.xlsx", lambda g: fill(g, "n", 1, verdict="same", chosen=proposed))
    apply(outputs, book, workspace)
    assert proposed in (workspace / "ledger.tsv").read_text(encoding="utf-8")


def test_an_entry_may_be_named_in_every_way(outputs: Path, exported: Path, workspace: Path, tmp_path: Path) -> None:
    grid = read_grids(exported)["Danh mục chỉ tiêu"]
    label, entry = str(grid[1][0]), str(grid[1][1])
    name = label.rsplit(" [", 1)[0]
    for number, chosen in enumerate((label, entry, name.upper(), f" {label} ")):
        grids = read_grids(exported)
        fill(grids, "n", 1, verdict="same", chosen=chosen, author=f"P{number}")
        write_grids(tmp_path / "a.xlsx", grids)
        assert states(apply(outputs, tmp_path / "a.xlsx", workspace)) == {"taken": 1}
    assert {one.object_id for one in read_decisions(workspace)} == {entry}
