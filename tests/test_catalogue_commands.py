"""The commands of the catalogue: what they print, what they change, their exit status."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from kehoach.cli import Exit
from kehoach.normalize.catalogue import COLUMNS, own_file
from kehoach.normalize.ledger import LedgerRow, extend_ledger
from tests.conftest import Command

WORKSPACE = Path("kehoach-workspace")


@pytest.fixture
def workspace(kehoach: Command) -> Path:
    kehoach("workspace", "init")
    return WORKSPACE


def test_list_and_show(kehoach: Command) -> None:
    assert "phu_song_5g" in kehoach("catalogue", "list").out
    rows = list(csv.DictReader(io.StringIO(kehoach("catalogue", "list", "--domain", "cchc", "--format", "csv").out)))
    assert list(rows[0]) == list(COLUMNS)
    assert {row["domain"] for row in rows} == {"cchc"}
    assert json.loads(kehoach("catalogue", "list", "--format", "json").out)[0]["aliases"]
    assert "unit: % dân số" in kehoach("catalogue", "show", "phu_song_5g").out
    assert json.loads(kehoach("catalogue", "show", "phu_song_5g", "--format", "json").out)[0]["unit"] == "% dân số"
    assert kehoach("catalogue", "show", "gone").status == Exit.NOTHING
    assert kehoach("catalogue", "list", "--domain", "gone").status == Exit.NOTHING


def test_changes_need_a_workspace(kehoach: Command) -> None:
    ended = kehoach("catalogue", "add", "Tỷ lệ hộ nuôi ong", "--domain", "khac")
    assert (ended.status, "workspace init" in ended.err) == (Exit.USAGE, True)


@pytest.mark.usefixtures("workspace")
def test_add_merge_rename_check(kehoach: Command) -> None:
    add = ("catalogue", "add", "--domain", "khac", "--unit", "%")
    assert kehoach(*add, "Tỷ lệ hộ nuôi ong", "--id", "ong", "--alias", "Hộ có nuôi ong").status == Exit.OK
    assert kehoach(*add, "Hộ có nuôi ong").status == Exit.USAGE
    assert kehoach(*add, "Tỷ lệ hộ nuôi ong mật", "--id", "ong_mat").status == Exit.OK
    assert kehoach("catalogue", "merge", "ong_mat", "ong").status == Exit.OK
    assert kehoach("catalogue", "merge", "ong_mat", "ong").status == Exit.USAGE
    assert kehoach("catalogue", "rename", "ong", "Tỷ lệ hộ dân nuôi ong").status == Exit.OK
    assert kehoach("catalogue", "rename", "gone", "X").status == Exit.USAGE
    shown = kehoach("catalogue", "show", "ong").out
    assert "name: Tỷ lệ hộ dân nuôi ong\n" in shown
    assert "aliases: Tỷ lệ hộ nuôi ong mật\n" in shown
    assert "replaced_by: ong" in kehoach("catalogue", "show", "ong_mat").out
    assert kehoach("catalogue", "check").status == Exit.OK


def test_check_says_what_is_wrong(kehoach: Command, workspace: Path) -> None:
    with own_file(workspace).open("a", encoding="utf-8") as file:
        file.write("bee,Tỷ lệ dân số được phủ sóng 5G,,khac,bees" + "," * (len(COLUMNS) - 5) + "\n")
    ended = kehoach("catalogue", "check")
    assert ended.status == Exit.FAILED
    assert "bee: error kind-unknown" in ended.out
    assert "error label-twice" in ended.out
    found = json.loads(kehoach("catalogue", "check", "--format", "json").out)
    assert {"severity", "code", "canonical_id", "message"} == set(found[0])


def test_a_proposed_entry_is_kept_and_adopted_under_its_id(kehoach: Command, workspace: Path) -> None:
    extend_ledger(
        workspace, [LedgerRow("ong_1", "Tỷ lệ hộ nuôi ong", "%"), LedgerRow("ong_1", "Hộ nuôi ong các loại", "%")]
    )
    assert "status: proposed" in kehoach("catalogue", "show", "ong_1").out
    assert kehoach("catalogue", "add", "ong_1", "--domain", "khac").status == Exit.OK
    shown = kehoach("catalogue", "show", "ong_1").out
    assert "status: adopted" in shown
    assert "aliases: Hộ nuôi ong các loại" in shown


@pytest.mark.usefixtures("workspace")
def test_what_a_run_proposed_is_kept_once(kehoach: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(PLAN, encoding="utf-8")
    assert kehoach("run", plan, "-o", "out").status == Exit.OK
    before = {path.name: path.read_bytes() for path in Path("out").glob("*.parquet")}
    kept = kehoach("catalogue", "keep", "out")
    assert kept.status == Exit.OK
    assert "Tỷ lệ hộ nuôi ong lấy mật" in kept.out
    assert kehoach("catalogue", "keep", "out").out == ""
    assert kehoach("run", plan, "-o", "out").status == Exit.OK
    assert {path.name: path.read_bytes() for path in Path("out").glob("*.parquet")} == before
    assert kehoach("catalogue", "keep", "nowhere").status == Exit.USAGE


PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG SAO MAI
Số: 12/KH-UBND
Sao Mai, ngày 02 tháng 3 năm 2026

KẾ HOẠCH
Phát triển nông nghiệp năm 2026

PHỤ LỤC I
CHỈ TIÊU

| TT | Chỉ tiêu | Đơn vị | Năm 2026 |
|---|---|---|---|
| 1 | Tỷ lệ hộ nuôi ong lấy mật | % | 12 |
| 2 | Số đàn dê núi | đàn | 40 |
"""


def test_export_to_a_file(kehoach: Command, tmp_path: Path) -> None:
    printed = kehoach("catalogue", "export").out
    assert kehoach("catalogue", "export", "-o", "c.ttl").status == Exit.OK
    assert (tmp_path / "c.ttl").read_text(encoding="utf-8") == printed
    assert kehoach("catalogue", "export", "-o", tmp_path).status == Exit.OUTPUT
