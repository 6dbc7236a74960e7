"""`kehoach export`: the workbook and the CSV files hold what the tables hold, as text, numbers and days; no formula."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from kehoach.cli import Exit
from kehoach.normalize.alphabet import alphabetical
from kehoach.pipeline import run
from kehoach.publish.wording import words_of
from kehoach.publish.workbook.export import ExportOptions, export_tables
from kehoach.publish.workbook.sources import place_text
from kehoach.publish.workbook.xlsx import FILLS
from tests.conftest import Command
from tests.corpus import SAMPLES
from tests.rendering.office import convert, needs_office

PLAN = """ỦY BAN NHÂN DÂN
XÃ {unit}
Số: {number}/KH-UBND
{unit}, ngày 02 tháng 3 năm 2026
KẾ HOẠCH
Chuyển đổi số xã {unit}, tỉnh Sơn La năm 2026
I. MỤC TIÊU
1. Mục tiêu chung
Nâng cao hiệu quả.
PHỤ LỤC I
CHỈ TIÊU
TT\tChỉ tiêu\tĐơn vị\tNăm 2026\tCơ quan chủ trì
1\tTỷ lệ dân số tham gia bảo hiểm y tế\t%\t{insured}\tCông an xã
2\tTỷ lệ hồ sơ thủ tục hành chính giải quyết quá hạn\t%\t{late}\tVăn phòng HĐND và UBND
{more}PHỤ LỤC II
NHIỆM VỤ
TT\tNhiệm vụ\tCơ quan chủ trì\tCơ quan phối hợp\tThời gian hoàn thành
1\tLắp đặt mạng không dây tại nhà văn hóa\tPhòng Kinh tế\tCông an xã\t30/6/2026
2\tTổ chức lớp học cho tổ công nghệ\tPhòng Văn hóa - Xã hội\tCông an xã\tQuý I/2026
3\tRà soát thủ tục\tVăn phòng HĐND và UBND\tCông an xã\tThường xuyên
"""
MORE = "3\tTỷ lệ trường học đạt chuẩn quốc gia\t%\t70\tPhòng Kinh tế\n"
HOSTILE = ["=1+1", "+84 24", "-5 việc", "@SUM(A1)", "\t=1", "<r><t>x</t></r>", "_x0041_", "a\x01b\ufffe", "ấ" * 40_000]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of three invented communes of one province and of samples in Markdown and Word."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "plans").mkdir()
    for unit, insured, late, more in (
        ("Mường Ổi", "≥ 90", "≤ 5", MORE), ("Mường Ẳng Dưới", "95,5", "< 2", MORE), ("Mường Đào", "97", "3", "")
    ):  # fmt: skip
        plan = PLAN.format(unit=unit, number=len(unit), insured=insured, late=late, more=more)
        (folder / "plans" / f"{unit} 100% #1.txt").write_text(plan, encoding="utf-8")
    for name in ("word_numbered.docx", "messy_ocr.md"):
        shutil.copy(SAMPLES / name, folder / "plans" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run(["plans"], "out")
    return folder / "out"


@pytest.fixture(scope="module")
def workbook(outputs: Path) -> Path:
    return exported(outputs, outputs.parent / "sub folder" / "workbook.xlsx")


def exported(outputs: Path, target: Path, **options: Any) -> Path:
    export_tables(outputs, target, ExportOptions(base=outputs.parent, **options))
    return target


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def records(grid: list[list[Any]], heads: int = 1) -> list[dict[str, Any]]:
    """The rows by the heads of their columns; an empty cell is None."""
    return [
        {head: None if cell == "" else cell for head, cell in zip(grid[heads - 1], row, strict=True)}
        for row in grid[heads:]
    ]


def table(outputs: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(outputs / f"{name}.parquet").to_pylist()
    return rows


def check_values(outputs: Path, path: Path) -> None:
    """What a workbook holds is what the tables hold."""
    book = sheets(path)
    indicators = {(row["doc_id"], row["indicator_id"]): row for row in table(outputs, "indicators")}
    plans = {row["doc_id"]: row["number"] or row["source"].rpartition("/")[2] for row in table(outputs, "documents")}
    expected = [
        (plans[row["doc_id"]], indicators[row["doc_id"], row["indicator_id"]]["name"], row["period"], row["raw"],
         row["comparator"], row["value"], row["value_high"], row["qualitative"])
        for row in table(outputs, "targets")
    ]  # fmt: skip
    keys = ("Số ký hiệu", "Nội dung", "Năm", "Văn bản ghi", "So sánh", "Giá trị", "Đến", "Bằng chữ")
    found = [tuple(row[key] for key in keys) for row in records(book["Chỉ tiêu"]) if row["Văn bản ghi"]]
    assert sorted(found, key=repr) == sorted(map(as_floats, expected), key=repr)
    tasks = [(row["due"], row["name"], row["deadline_raw"], row["start"]) for row in table(outputs, "tasks")]
    shown = [
        (row["Hạn cuối"], row["Nội dung"], row["Thời hạn văn bản ghi"], row["Bắt đầu"])
        for row in records(book["Nhiệm vụ"])
    ]
    assert sorted(shown, key=repr) == sorted(tasks, key=repr)
    for sheet, name in (("Cơ quan", "agencies"), ("Cảnh báo", "diagnostics"), ("Văn bản", "documents")):
        assert len(book[sheet]) - 1 == len(table(outputs, name))


def as_floats(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(float(cell) if isinstance(cell, int) else cell for cell in row)


def test_workbook_holds_the_tables(outputs: Path, workbook: Path) -> None:
    check_values(outputs, workbook)


@needs_office
def test_libreoffice_opens_it_and_keeps_every_value(outputs: Path, workbook: Path, tmp_path: Path) -> None:
    check_values(outputs, convert([workbook], "xlsx", tmp_path)[0])


def matrix(path: Path) -> dict[str, dict[str, Any]]:
    return {row["Chỉ tiêu trong danh mục"]: row for row in records(sheets(path)["Bảng so sánh"], 2)}


INSURED, LATE = "Tỷ lệ dân số tham gia bảo hiểm y tế", "Tỷ lệ hồ sơ thủ tục hành chính giải quyết quá hạn"
SCHOOLS = "Tỷ lệ trường học đạt chuẩn quốc gia"
UNITS = ("xã Mường Ẳng Dưới", "xã Mường Đào", "xã Mường Ổi")


def test_matrix_compares_communes(workbook: Path) -> None:
    rows = matrix(workbook)
    assert [rows[INSURED][unit] for unit in ("Trung vị", *UNITS)] == [95.5, 95.5, 97, 90]
    assert [rows[LATE][unit] for unit in ("Trung vị", *UNITS)] == [3, 2, 3, 5]
    assert [rows[SCHOOLS][unit] for unit in ("Trung vị", *UNITS)] == [70, 70, None, 70]
    assert (rows[INSURED]["Kém trung vị"], rows[SCHOOLS]["Chưa đặt"]) == (1, 3)  # the samples set none either


@pytest.mark.parametrize(
    ("name", "unit", "mark", "form"),
    [
        (INSURED, "xã Mường Ổi", "below", '"≥ "#,##0'),
        (INSURED, "xã Mường Ẳng Dưới", None, "#,##0.0"),
        (LATE, "xã Mường Ổi", "below", '"≤ "#,##0'),  # more of what should be little
        (LATE, "xã Mường Ẳng Dưới", None, '"< "#,##0'),
        (SCHOOLS, "xã Mường Đào", "missing", None),
        (SCHOOLS, "xã Mường Ổi", None, "#,##0"),
    ],
)
def test_colours_and_signs_of_the_matrix(workbook: Path, name: str, unit: str, mark: Any, form: str | None) -> None:
    grid = sheets(workbook)["Bảng so sánh"]
    row = next(at for at, cells in enumerate(grid) if cells[0] == name)
    fill, shown = look(workbook, 2, row, grid[1].index(unit))
    assert fill == (FILLS[mark].replace("#", "FF") if mark else None)
    assert form is None or shown == form


def look(path: Path, sheet: int, row: int, column: int) -> tuple[str | None, str | None]:
    """The fill and the number format of a cell."""
    with zipfile.ZipFile(path) as package:
        styles, cells = (
            etree.fromstring(package.read(f"xl/{name}.xml")) for name in ("styles", f"worksheets/sheet{sheet}")
        )
    found = cells.findall(".//{*}sheetData/{*}row")[row].findall("{*}c")
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    cell = next(cell for cell in found if cell.get("r") == f"{letters}{row + 1}")
    style = styles.find("{*}cellXfs")[int(cell.get("s"))]
    fill = styles.find("{*}fills")[int(style.get("fillId"))].find(".//{*}fgColor")
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter("{*}numFmt")}
    builtin = {"1": "0", "3": "#,##0", "14": "dd/mm/yyyy"}
    return (None if fill is None else fill.get("rgb")), (formats | builtin).get(style.get("numFmtId"))


def test_tasks_are_sorted_by_their_day_and_overdue_only_as_of_a_day(outputs: Path, tmp_path: Path) -> None:
    plain = records(sheets(exported(outputs, tmp_path / "a.xlsx"))["Nhiệm vụ"])
    days = [row["Hạn cuối"] for row in plain if row["Hạn cuối"]]
    assert days == sorted(days)
    assert all(row["Hạn cuối"] is None for row in plain[len(days) :])
    assert not [head for head in plain[0] if "Quá hạn" in head]
    dated = records(sheets(exported(outputs, tmp_path / "b.xlsx", as_of=dt.date(2026, 6, 30)))["Nhiệm vụ"])
    late = {row["Hạn cuối"]: row["Quá hạn (ngày), tính đến 30/06/2026"] for row in dated}
    assert (late[dt.date(2026, 3, 31)], late[dt.date(2026, 6, 30)]) == (91, None)
    assert look(tmp_path / "b.xlsx", 4, 1, 0) == (FILLS["overdue"].replace("#", "FF"), "dd/mm/yyyy")


def test_same_tables_same_bytes(outputs: Path, workbook: Path, tmp_path: Path) -> None:
    again = exported(outputs, workbook.with_name("again.xlsx"))
    assert again.read_bytes() == workbook.read_bytes()
    for name in ("one", "two"):
        exported(outputs, tmp_path / name, form="csv")
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert files[0] == files[1] and len(files[0]) == 6


def test_links_lead_to_the_sources_from_where_the_workbook_is(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as package:
        for sheet in range(2, 8):
            relations = etree.fromstring(package.read(f"xl/worksheets/_rels/sheet{sheet}.xml.rels"))
            targets = {one.get("Target") for one in relations if one.get("TargetMode") == "External"}
            assert targets
            for target in targets:
                path = target.replace("\\", "/").replace("%20", " ").replace("%23", "#").replace("%25", "%")
                assert not Path(path).is_absolute() and (workbook.parent / path).is_file()


def test_a_value_of_the_matrix_leads_to_its_indicator(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as package:
        sheet = etree.fromstring(package.read("xl/worksheets/sheet2.xml"))
    places = {one.get("ref"): one.get("location") for one in sheet.iter("{*}hyperlink") if one.get("location")}
    book = sheets(workbook)
    grid = book["Bảng so sánh"]
    row = next(at for at, cells in enumerate(grid) if cells[0] == INSURED)
    column = chr(65 + grid[1].index("xã Mường Đào"))
    there = re.fullmatch(r"'Chỉ tiêu'!A(\d+)", places[f"{column}{row + 1}"])
    assert there
    found = dict(zip(book["Chỉ tiêu"][0], book["Chỉ tiêu"][int(there[1]) - 1], strict=True))
    assert (found["Địa phương, đơn vị"], found["Nội dung"], found["Giá trị"]) == ("xã Mường Đào", INSURED, 97)


def changed(outputs: Path, folder: Path, name: str, column: str, values: Callable[[dict[str, Any]], Any]) -> Path:
    """A copy of the tables with other values in a column."""
    if not folder.exists():
        shutil.copytree(outputs, folder)
    path = folder / f"{name}.parquet"
    table = pq.read_table(path)
    at = table.schema.get_field_index(column)
    made = pa.array([values(row) for row in table.to_pylist()], table.schema.field(at).type)
    pq.write_table(table.set_column(at, table.schema.field(at), made), path)
    return folder


def doc_id(outputs: Path, unit: str) -> str:
    return next(str(row["doc_id"]) for row in table(outputs, "documents") if row["unit_name"] == unit)


def test_what_nobody_has_decided_is_a_question(outputs: Path, tmp_path: Path) -> None:
    one = doc_id(outputs, "Mường Ổi")
    entry = next(row["canonical_id"] for row in table(outputs, "catalogue") if row["name"] == SCHOOLS)
    asked = changed(
        outputs, tmp_path / "out", "matches", "status",
        lambda row: "review" if (row["doc_id"], row["canonical_id"]) == (one, entry) else row["status"],
    )  # fmt: skip
    changed(
        outputs, asked, "matrix", "canonical_id",
        lambda row: "other" if (row["doc_id"], row["canonical_id"]) == (one, entry) else row["canonical_id"],
    )  # fmt: skip
    row = matrix(exported(asked, tmp_path / "a.xlsx"))[SCHOOLS]
    assert [row[unit] for unit in UNITS] == [70, None, "?"]


def test_values_that_contradict_each_other_are_both_shown(outputs: Path, tmp_path: Path) -> None:
    one, two = doc_id(outputs, "Mường Ổi"), doc_id(outputs, "Mường Đào")
    same = changed(
        outputs, tmp_path / "out", "matrix", "doc_id", lambda row: one if row["doc_id"] == two else row["doc_id"]
    )
    row = matrix(exported(same, tmp_path / "a.xlsx"))[INSURED]
    assert row["xã Mường Ổi"] in ("≥ 90 | 97", "97 | ≥ 90")
    assert row["Trung vị"] is None  # one commune alone is left to compare


def test_a_plan_that_was_replaced_says_so(outputs: Path, tmp_path: Path) -> None:
    one, two = doc_id(outputs, "Mường Ổi"), doc_id(outputs, "Mường Đào")
    replaced = changed(
        outputs, tmp_path / "out", "documents", "replaces", lambda row: one if row["doc_id"] == two else None
    )
    book = sheets(exported(replaced, tmp_path / "a.xlsx", as_of=dt.date(2027, 1, 1)))
    tasks = [row for row in records(book["Nhiệm vụ"]) if row["Địa phương, đơn vị"] == "xã Mường Ổi"]
    assert {row["Số ký hiệu"] for row in tasks} == {"8/KH-UBND (đã bị thay thế)"}
    assert {row["Quá hạn (ngày), tính đến 01/01/2027"] for row in tasks} == {None}
    plans = {row["Số ký hiệu"]: row["Thay thế"] for row in records(book["Văn bản"])}
    assert plans["9/KH-UBND"] == "8/KH-UBND"


@pytest.fixture
def hostile(outputs: Path, tmp_path: Path) -> Path:
    """The tables with hostile names of tasks, a number that is negative and one that is none."""
    names, numbers = iter(HOSTILE), iter([-5.25, float("nan")])
    folder = changed(outputs, tmp_path / "hostile", "tasks", "name", lambda row: next(names, row["name"]))
    return changed(outputs, folder, "targets", "value", lambda row: next(numbers, row["value"]))


def test_no_text_is_a_formula_in_the_workbook(hostile: Path, tmp_path: Path) -> None:
    book = exported(hostile, tmp_path / "a.xlsx")
    names = [row["Nội dung"] for row in records(sheets(book)["Nhiệm vụ"])]
    assert {"=1+1", "+84 24", "-5 việc", "@SUM(A1)", "\t=1", "a�b�"} <= set(names)
    assert max(map(len, names)) == 32_767
    assert -5.25 in [row["Giá trị"] for row in records(sheets(book)["Chỉ tiêu"])]
    with zipfile.ZipFile(book) as package:
        pages = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not [page for page in pages if b"<f>" in page or b"<f " in page]
        assert b"quotePrefix" in package.read("xl/styles.xml")  # edited, it does not become a formula


@needs_office
def test_libreoffice_computes_nothing(hostile: Path, tmp_path: Path) -> None:
    book = exported(hostile, tmp_path / "a.xlsx")
    names = {row["Nội dung"] for row in records(sheets(convert([book], "xlsx", tmp_path / "b")[0])["Nhiệm vụ"])}
    assert {"=1+1", "+84 24", "-5 việc", "@SUM(A1)"} <= names


@pytest.mark.parametrize(("language", "delimiter", "number"), [("vi", ";", "-5,25"), ("en", ",", "-5.25")])
def test_csv_for_excel(hostile: Path, tmp_path: Path, language: Any, delimiter: str, number: str) -> None:
    folder = exported(hostile, tmp_path / "csv", form="csv", language=language)
    words = words_of("workbook", language)

    def read(key: str) -> list[list[str]]:
        data = (folder / f"{words(f'file.{key}')}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True), delimiter=delimiter))

    tasks = records(read("tasks"))
    names = {row[words("col.name")] for row in tasks}
    assert {"'=1+1", "'+84 24", "'-5 việc", "'@SUM(A1)", "'\t=1"} <= names
    assert ("31/03/2026" if language == "vi" else "2026-03-31") in {row[words("col.due")] for row in tasks}
    assert number in {row[words("col.value")] for row in records(read("indicators"))}  # a number stays a number
    for key in ("matrix", "indicators", "tasks", "agencies", "diagnostics", "plans"):
        assert not [cell for row in read(key) for cell in row if re.match(r"[=+@\t]|-(?!\d)", cell)]


def test_more_rows_than_a_sheet_holds(outputs: Path, tmp_path: Path) -> None:
    book = sheets(exported(outputs, tmp_path / "a.xlsx", most_rows=10))
    parts = [grid for name, grid in book.items() if re.fullmatch(r"Chỉ tiêu( \(\d+\))?", name)]
    assert len(parts) > 2 and {tuple(grid[0]) for grid in parts} == {tuple(parts[0][0])}
    assert all(len(grid) <= 10 for grid in book.values() if grid[0][0] != "Bảng tổng hợp kế hoạch")
    whole = sheets(exported(outputs, tmp_path / "b.xlsx"))["Chỉ tiêu"]
    assert [row for grid in parts for row in grid[1:]] == whole[1:]


def test_links_past_the_limit_are_text_alone(
    outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workbook: Path
) -> None:
    monkeypatch.setattr("kehoach.publish.workbook.xlsx._MOST_LINKS", 3)
    few = exported(outputs, tmp_path / "a.xlsx")
    assert sheets(few) == sheets(workbook)
    with zipfile.ZipFile(few) as package:
        assert package.read("xl/worksheets/sheet3.xml").count(b"<hyperlink ") == 3


def test_more_communes_than_a_sheet_has_columns(outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kehoach.publish.workbook.matrix._MOST_COLUMNS", 12)
    book = sheets(exported(outputs, tmp_path / "a.xlsx"))
    parts = [grid for name, grid in book.items() if name.startswith("Bảng so sánh")]
    assert len(parts) > 2 and all(len(grid[1]) <= 12 for grid in parts)
    assert len({tuple(row[:3]) for row in parts[0]}) == len({tuple(row[:3]) for row in parts[1]})


def test_command(kehoach: Command, outputs: Path) -> None:
    ended = kehoach("export", outputs, "new/workbook.xlsx")
    assert (ended.status, ended.out.startswith("new/workbook.xlsx: Bảng so sánh ")) == (Exit.OK, True)
    assert "--sources" in ended.err  # started elsewhere, no link can lead anywhere
    ended = kehoach(
        "export", outputs, "tables.csv", "--lang", "en", "--sources", outputs.parent, "--as-of", "30/06/2026"
    )
    assert (ended.status, ended.err) == (Exit.OK, "")
    assert Path("tables.csv/tasks.csv").is_file()
    assert [path.name for path in Path.cwd().iterdir() if path.name.startswith(".")] == []
    assert "kehoach export outputs workbook.xlsx" in kehoach("export", "--help").out


@pytest.mark.parametrize(
    "args", [["nowhere", "a.xlsx"], [".", "a.xlsx"], ["OUT", "a.xls"], ["OUT", "a.xlsx", "--as-of", "x"]]
)
def test_wrong_use(kehoach: Command, outputs: Path, args: list[str]) -> None:
    ended = kehoach("export", *(str(outputs) if arg == "OUT" else arg for arg in args))
    assert (ended.status, ended.out) == (Exit.USAGE, "")
    assert ended.err and not list(Path.cwd().glob("*"))


def test_what_cannot_be_written(kehoach: Command, outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").write_text("x")
    Path("folder.xlsx").mkdir()
    for target in ("file/a.xlsx", "folder.xlsx"):
        ended = kehoach("export", outputs, target)
        assert (ended.status, ended.out) == (Exit.OUTPUT, "")
        assert f"cannot write to {target}" in ended.err
    assert kehoach("export", outputs, "file", "--format", "csv").status == Exit.OUTPUT

    def held(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", held)
    ended = kehoach("export", outputs, "open.xlsx")
    assert ended.status == Exit.OUTPUT and "Excel" in ended.err
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["file", "folder.xlsx"]


def test_order_of_the_alphabet() -> None:
    words = [
        "Đông Anh",
        "Dương Nội",
        "Ân Thi",
        "An Khê",
        "Ăn Bình",
        "Âu Cơ",
        "Ea Súp",
        "Êa",
        "Ơi",
        "Ôi",
        "Oi",
        "Ưu",
        "Um",
    ]
    assert sorted(words, key=alphabetical) == [
        "An Khê", "Ăn Bình", "Ân Thi", "Âu Cơ", "Dương Nội", "Đông Anh", "Ea Súp", "Êa", "Oi", "Ôi", "Ơi", "Um", "Ưu"
    ]  # fmt: skip
    assert sorted(["Hòa Bình", "Hoa Lư", "Hoá An", "Hoa An"], key=alphabetical) == [
        "Hoa An",
        "Hoá An",
        "Hòa Bình",
        "Hoa Lư",
    ]


@pytest.mark.parametrize(
    ("line", "page", "path", "text"),
    [
        (120, 3, None, "trang 3, dòng 120"),
        (None, 3, None, "trang 3"),
        (None, None, "tbl[4]/tr[2]/tc[1]", "bảng 4, hàng 2, cột 1"),
        (None, None, "p[7]", "đoạn 7"),
        (None, None, "Phụ lục!A5:F5", "Phụ lục!A5:F5"),
        (4, None, "phu_luc.txt", "phu_luc.txt, dòng 4"),
        (None, None, "phu_luc.docx#tbl[1]/tr[2]", "phu_luc.docx, bảng 1, hàng 2"),
        (None, None, None, ""),
    ],
)
def test_places_in_words(line: int | None, page: int | None, path: str | None, text: str) -> None:
    assert place_text(line, page, path, words_of("workbook", "vi")) == text
