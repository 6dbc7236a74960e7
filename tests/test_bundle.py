"""Bundles: a plan and its appendices in several files are one plan, whose places say which file they are in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from kehoach.cli import app
from kehoach.extract.blocks import Grid
from kehoach.extract.plan import extract_plan
from kehoach.extract.readers import ReadOptions, format_of, is_bundle_name, read_content
from kehoach.pipeline import Limits, Settings, find_inputs, find_paths, read_file, run
from kehoach.schemas.errors import NotReadable
from kehoach.schemas.records import Plan
from tests.sheets import Made, xlsx
from tests.test_html import shown

BODY = """ỦY BAN NHÂN DÂN
XÃ BÌNH AN
Số: 12/KH-UBND
Bình An, ngày 05 tháng 3 năm 2026

KẾ HOẠCH
Chuyển đổi số năm 2026

I. MỤC TIÊU
Nêu tại Phụ lục I.
II. TỔ CHỨC THỰC HIỆN
Giao Văn phòng theo dõi chung việc thực hiện.

Nơi nhận:
- Như trên;
"""
INDICATORS = "|TT\t|Chỉ tiêu\t|ĐVT\t|Kế hoạch 2026\n|=1\t|Tỷ lệ hồ sơ trực tuyến\t|%\t|=95\n|=2\t|Số tổ\t|tổ\t|=7"
TASKS = "|STT\t|Nhiệm vụ\t|Cơ quan chủ trì\t|Thời hạn\n|=1\t|Tập huấn kỹ năng số\t|Công an xã\t|Quý I/2026"


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """A ZIP of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return stream.getvalue()


def plan_of(files: Mapping[str, bytes | str]) -> Plan:
    return extract_plan(packed(files), "KH.plan.zip")


PARTS: Mapping[str, bytes | str] = {
    "Phu luc I.xlsx": xlsx(Made(INDICATORS)),
    "KH.txt": BODY,
    "Phu luc 2.xlsx": xlsx(Made(TASKS, "Nhiệm vụ")),
}


def test_one_plan_in_three_files() -> None:
    plan = plan_of(PARTS)
    document = plan.document
    assert (document.number, document.title, document.format) == ("12/KH-UBND", "Chuyển đổi số năm 2026", "bundle")
    assert [(table.appendix, table.kind) for table in plan.tables] == [("I", "indicators"), ("2", "tasks")]
    assert plan.tables[1].title == "Nhiệm vụ"
    assert document.sources[1:] == ["KH.plan.zip/KH.txt", "KH.plan.zip/Phu luc 2.xlsx", "KH.plan.zip/Phu luc I.xlsx"]
    assert document.chars == document.chars_kept + document.chars_dropped


def test_places_say_which_file() -> None:
    plan = plan_of(PARTS)
    assert plan.targets[0].places[0].path == "Phu luc I.xlsx#Sheet1!D2"
    assert plan.tasks[0].places[0].path == "Phu luc 2.xlsx#Nhiệm vụ!A2:D2"
    heading = next(section for section in plan.sections if section.title == "MỤC TIÊU")
    assert (heading.places[0].path, heading.line) == ("KH.txt", 9)


def test_digest_is_that_of_the_parts() -> None:
    one, other = plan_of(PARTS), plan_of(dict(reversed([*PARTS.items()])))
    assert one.document.doc_id == other.document.doc_id == one.document.sha256[:16]
    assert plan_of({**PARTS, "KH.txt": BODY + "\n"}).document.doc_id != one.document.doc_id


ORDERS = [
    (["KH.txt", "Phu luc I.txt", "Phu luc II.txt", "Phu luc V.txt", "Phu luc IX.txt", "Phu luc X.txt"]),
    (["KH.txt", "PL1.txt", "PL2.txt", "pl 10.txt"]),
    (["KH.txt", "Bieu so 02 - Nhiem vu.txt", "Phụ lục 3.txt", "Danh mục 9.txt", "Danh mục 10.txt"]),
    (["b/KH.txt", "a/Phu luc 1.txt", "a/khac.txt"]),
]


@pytest.mark.parametrize("names", ORDERS)
def test_order_of_the_parts(names: list[str]) -> None:
    files = {name: f"Nội dung của {name}" for name in reversed(names)} | {names[0]: BODY}
    source = read_content(packed(files), "bundle").source
    assert list(dict.fromkeys(anchor.path for anchor in source.anchors)) == names


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Phu luc I.txt", "Văn bản kèm theo.", "* PHỤ LỤC I\n. Văn bản kèm theo.\n"),
        ("x.txt", "PHỤ LỤC 2\nVăn bản kèm theo.", ". PHỤ LỤC 2\n. Văn bản kèm theo.\n"),
        ("x.txt", "QUYẾT ĐỊNH\nVề việc ban hành.", ". QUYẾT ĐỊNH\n. Về việc ban hành.\n"),
        ("PL3.txt", "TT\tChỉ tiêu\n1\tA\n2\tB", "* PHỤ LỤC 3\n| TT | Chỉ tiêu\n| 1 | A\n| 2 | B\n"),
        ("So lieu.txt", "TT\tChỉ tiêu\n1\tA\n2\tB", "* PHỤ LỤC\n* So lieu\n| TT | Chỉ tiêu\n| 1 | A\n| 2 | B\n"),
    ],
)
def test_heading_of_a_part(name: str, text: str, expected: str) -> None:
    content = read_content(packed({"KH.txt": BODY, name: text}), "bundle")
    assert shown(content.blocks).endswith("=====\n" + expected)


REPEATS: list[tuple[Mapping[str, bytes | str], int]] = [
    ({"Phu luc I.xlsx": xlsx(Made(INDICATORS)), "Phu luc I (2).xlsx": xlsx(Made(INDICATORS, "Bản 2"))}, 1),
    ({"Phu luc I.xlsx": xlsx(Made(INDICATORS)), "PL1 sua.xlsx": xlsx(Made(INDICATORS.replace("=95", "=90")))}, 2),
    ({"KH (ban ky).txt": BODY.replace("Giao Văn phòng", "Giao văn  phòng"), "PL.xlsx": xlsx(Made(INDICATORS))}, 1),
]


@pytest.mark.parametrize(("files", "tables"), REPEATS)
def test_what_repeats_another_part_is_left_out(files: Mapping[str, bytes | str], tables: int) -> None:
    content = read_content(packed({"KH.txt": BODY, **files}), "bundle")
    assert sum(isinstance(block, Grid) for block in content.blocks) == tables
    assert [code for code, _ in content.notes] == (["text-repeated"] if tables == 1 else [])
    plan = plan_of({"KH.txt": BODY, **files})
    assert plan.document.chars == plan.document.chars_kept + plan.document.chars_dropped


def test_broken_part_costs_itself_only() -> None:
    plan = plan_of({**PARTS, "Phu luc 3.xlsx": PARTS["Phu luc 2.xlsx"][:900], "dau.png": b"\x89PNG\r\n\x1a\n"})
    noted = [(found.code, found.context) for found in plan.diagnostics if found.code == "part-unreadable"]
    assert [(code, (context or "").split(":")[0]) for code, context in noted] == [
        ("part-unreadable", "dau.png"),
        ("part-unreadable", "Phu luc 3.xlsx"),
    ]
    assert len(plan.tables) == 2


NESTED = packed({"a.txt": "x"})
REFUSED: list[tuple[Mapping[str, bytes | str], ReadOptions, str, str]] = [
    ({"../KH.txt": BODY}, ReadOptions(), "unreadable", "leads out of it: ../KH.txt"),
    ({"a/../../KH.txt": BODY}, ReadOptions(), "unreadable", "leads out"),
    ({"/etc/KH.txt": BODY}, ReadOptions(), "unreadable", "leads out"),
    ({"C:\\KH.txt": BODY}, ReadOptions(), "unreadable", "leads out"),
    ({"..\\KH.txt": BODY}, ReadOptions(), "unreadable", "leads out"),
    ({"KH.txt": BODY, "phu luc.zip": NESTED}, ReadOptions(), "unreadable", "an archive in it: phu luc.zip"),
    ({f"{n}.txt": "x" for n in range(201)}, ReadOptions(), "limit", "201 files"),
    ({"KH.txt": "a" * 3_000_000}, ReadOptions(max_ratio=5), "limit", "times its size"),
    ({"KH.txt": "a" * 3_000_000}, ReadOptions(max_ratio=10**6, max_expanded=2**20), "limit", "more than 1 MB"),
    ({}, ReadOptions(), "unreadable", "without a file"),
    ({".DS_Store": "x", "__MACOSX/._KH.txt": "x", "~$KH.docx": "x"}, ReadOptions(), "unreadable", "without a file"),
    ({"KH.docx": "x", "a.bin": b"\x00\x01"}, ReadOptions(), "unreadable", "no part of the bundle can be read; a.bin: "),
]  # fmt: skip


@pytest.mark.parametrize(("files", "options", "status", "message"), REFUSED, ids=[case[3] for case in REFUSED])
def test_refused(files: Mapping[str, bytes | str], options: ReadOptions, status: str, message: str) -> None:
    with pytest.raises(NotReadable, match=message) as caught:
        read_content(packed(files), "bundle", options)
    assert caught.value.status == status


def test_locked_archive_is_refused() -> None:
    data = bytearray(packed({"KH.txt": BODY}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(NotReadable, match="locked"):
        read_content(bytes(data), "bundle")


@pytest.mark.parametrize("end", range(0, 100, 10))
def test_archive_that_is_cut_off(end: int) -> None:
    data = packed(PARTS)
    with pytest.raises(NotReadable):
        read_content(data[: len(data) * end // 100], "bundle")


def test_names_of_old_programs() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("Phụ lục.txt".encode().decode("cp437"), BODY)
    data = stream.getvalue()
    assert read_content(data, "bundle").parts == ["Phụ lục.txt"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("KH.plan", True), ("KH.PLAN.ZIP", True), ("KH.zip", False), ("plan", False), ("KH.plan.txt", False)],
)
def test_names_of_bundles(name: str, expected: bool) -> None:
    assert is_bundle_name(name) is expected


def test_plain_archive_is_no_bundle() -> None:
    with pytest.raises(NotReadable, match=r"--bundle") as caught:
        format_of(packed(PARTS), "KH.zip")
    assert caught.value.status == "unsupported"
    assert format_of(packed(PARTS), "KH.zip", bundle=True) == "bundle"


# --- folders and runs -------------------------------------------------------------------------------------------


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder with a plan as a folder of files, the same one packed, and a plan in one file."""
    folder = tmp_path / "plans"
    for name, content in PARTS.items():
        path = folder / "KH 12.plan" / "sub" / name if name.endswith("xlsx") else folder / "KH 12.plan" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "KH 12.plan" / ".hidden.txt").write_text("x")
    (folder / "KH 12.plan.zip").write_bytes(packed(PARTS))
    (folder / "other.zip").write_bytes(packed({**PARTS, "more.txt": "Thêm một dòng."}))
    return folder


def test_bundles_are_inputs(plans: Path) -> None:
    assert [path.name for path in find_paths([plans])] == ["KH 12.plan", "KH 12.plan.zip", "other.zip"]
    assert find_inputs([plans], bundle=True) == [plans]


def test_folder_and_archive_of_the_same_files_are_one_plan(plans: Path, tmp_path: Path) -> None:
    result = run([plans], tmp_path / "out", settings=Settings(jobs=1))
    assert result.statuses == {"ok": 2, "unsupported": 1}
    (plan,) = result.plans
    assert [file.format for file in result.files if file.status == "ok"] == ["bundle", "bundle"]
    assert {file.doc_id for file in result.files if file.status == "ok"} == {plan.doc_id}
    row = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()[0]
    assert f"{plans.as_posix()}/KH 12.plan/sub/Phu luc I.xlsx" in row["sources"]
    assert (plans / "KH 12.plan.zip").as_posix() in row["sources"]


def test_flag_makes_bundles_of_all_that_is_given(plans: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    (plans / "KH 12.plan").rename(plans / "KH 12")
    paths = [str(plans / "KH 12"), str(plans / "other.zip")]
    result = CliRunner().invoke(app, ["run", *paths, "--bundle", "--out", out, "--jobs", "1"])
    assert result.exit_code == 0
    assert pq.read_table(f"{out}/documents.parquet").column("format").to_pylist() == ["bundle", "bundle"]


def test_show_takes_a_bundle(plans: Path) -> None:
    result = CliRunner().invoke(app, ["show", str(plans / "KH 12.plan")])
    assert "12/KH-UBND" in result.output
    assert CliRunner().invoke(app, ["show", str(plans)]).exit_code == 2


def test_folder_that_is_too_large(plans: Path) -> None:
    with (plans / "KH 12.plan" / "lon.txt").open("wb") as opened:
        opened.truncate(2**20)
    settings = Settings(limits=Limits(size=1))
    assert read_file(plans / "KH 12.plan", settings).file.status == "limit"


@pytest.mark.parametrize("shared", [False, True])
def test_link_within_a_bundle_is_not_followed(plans: Path, shared: bool) -> None:
    (plans / "KH 12.plan" / "loop").symlink_to(plans if shared else plans / "KH 12.plan", target_is_directory=True)
    assert read_file(plans / "KH 12.plan").file.status == "ok"
