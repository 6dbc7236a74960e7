"""A run reads what people decided and kept: decisions win and stay, ids stay, the same inputs give the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kehoach.normalize import vocabulary
from kehoach.normalize.catalogue import read_entries
from kehoach.normalize.catalogue_edit import merge_entries, save_entries
from kehoach.normalize.decisions import Decision, Verdict, append_decisions, undo_batch, with_choice
from kehoach.normalize.ledger import extend_ledger
from kehoach.normalize.workspace import init_workspace
from kehoach.pipeline import Settings, run
from kehoach.publish.proposals import proposed_names

BEES = "Tỷ lệ hộ nuôi ong lấy mật"
HEAD = """ỦY BAN NHÂN DÂN
PHƯỜNG {ward}
Số: 12/KH-UBND
{ward}, ngày 02 tháng 3 năm 2026

KẾ HOẠCH
Chuyển đổi số năm 2026

PHỤ LỤC I
CHỈ TIÊU

| TT | Chỉ tiêu | Đơn vị | Năm 2026 |
|---|---|---|---|
"""


def write_plan(folder: Path, ward: str, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    rows = "".join(f"| {number} | {name} | % | {number + 10} |\n" for number, name in enumerate(names, 1))
    (folder / f"{ward}.txt").write_text(HEAD.format(ward=ward) + rows, encoding="utf-8")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    write_plan(folder, "Sao Mai", BEES, "Tỷ lệ phủ sóng 5G", "Tỷ lệ hộ nuôi dê núi")
    write_plan(folder, "Sao Hôm", "Tỷ lệ hộ dân nuôi ong lấy mật tại vườn", "Tỉ lệ phủ sóng 5G.")
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init_workspace(tmp_path / "workspace")
    return tmp_path / "workspace"


def decide(workspace: Path, name: str, verdict: Verdict, entry: str = "", author: str = "An") -> None:
    subject = Decision(subject_label=name, unit="%", author=author, date="2026-03-02", batch="b1")
    append_decisions(workspace, [with_choice(subject, verdict, entry)])


def tables(plans: Path, workspace: Path | None) -> dict[str, list[dict[str, Any]]]:
    out = plans.parent / "out"
    run([plans], out, workspace=workspace, settings=Settings(jobs=1))
    return {path.stem: pq.read_table(path).to_pylist() for path in sorted(out.glob("*.parquet"))}


def links(found: dict[str, list[dict[str, Any]]]) -> dict[str, tuple[str, str | None, str]]:
    """Status, entry and method by the name printed."""
    names = {(row["doc_id"], row["indicator_id"]): row["name"] for row in found["indicators"]}
    return {
        names[row["doc_id"], row["indicator_id"]]: (row["status"], row["canonical_id"], row["method"])
        for row in found["matches"]
    }


def test_a_decision_wins_goes_into_the_matrix_and_teaches(plans: Path, workspace: Path) -> None:
    assert links(tables(plans, workspace))[BEES][0] == "new"
    decide(workspace, BEES, "same", "hoa_don_dien_tu")
    found = tables(plans, workspace)
    assert links(found)[BEES] == ("decided", "hoa_don_dien_tu", "decision")
    assert [row["value"] for row in found["matrix"] if row["canonical_id"] == "hoa_don_dien_tu"] == [11.0]


def test_a_decision_survives_another_printing(plans: Path, workspace: Path) -> None:
    decide(workspace, BEES, "same", "hoa_don_dien_tu")
    write_plan(plans, "Sao Mai", "Tỷ lệ hộ nghèo", "Tỉ  lệ hộ nuôi ong lấy mật trên địa bàn phường Sao Mai.")
    found = links(tables(plans, workspace))
    assert found["Tỉ lệ hộ nuôi ong lấy mật trên địa bàn phường Sao Mai."] == ("decided", "hoa_don_dien_tu", "decision")


@pytest.mark.parametrize("decided", ["Tỷ lệ hộ NOLM", "Tỷ lệ hộ nuôi ong lấy mật"])
def test_a_short_form_of_the_plan_is_decided_as_printed_or_spelled_out(
    plans: Path, workspace: Path, decided: str
) -> None:
    decide(workspace, decided, "same", "hoa_don_dien_tu")
    write_plan(plans, "Sao Mai", "Tỷ lệ hộ NOLM", "Sản lượng nuôi ong lấy mật (NOLM) của hợp tác xã")
    assert links(tables(plans, workspace))["Tỷ lệ hộ NOLM"] == ("decided", "hoa_don_dien_tu", "decision")


def test_what_is_no_indicator_or_refused_is_not_linked(plans: Path, workspace: Path) -> None:
    decide(workspace, BEES, "none")
    decide(workspace, "Tỷ lệ phủ sóng 5G", "not", "phu_song_5g")
    found = tables(plans, workspace)
    assert links(found)[BEES] == ("none", None, "decision")
    assert links(found)["Tỷ lệ phủ sóng 5G"][1] != "phu_song_5g"
    assert "phu_song_5g" not in {row["canonical_id"] for row in found["matrix"]}


def test_contradicted_and_undone_decisions_do_not_count(plans: Path, workspace: Path) -> None:
    decide(workspace, BEES, "same", "hoa_don_dien_tu")
    decide(workspace, BEES, "new", author="Ba")
    assert links(tables(plans, workspace))[BEES][0] != "decided"
    undo_batch(workspace, "b1", "An", "2026-03-03")
    assert links(tables(plans, workspace))[BEES][0] == "new"


def test_a_merged_entry_gives_its_links_to_the_other(plans: Path, workspace: Path) -> None:
    decide(workspace, BEES, "same", "hoa_don_dien_tu")
    vocabulary.use_workspace(workspace)
    entries = {entry.canonical_id: entry for entry in read_entries()}
    save_entries(workspace, merge_entries("hoa_don_dien_tu", "hop_dong_dien_tu", entries))
    found = tables(plans, workspace)
    assert links(found)[BEES] == ("decided", "hop_dong_dien_tu", "decision")
    assert "hoa_don_dien_tu" not in {row["canonical_id"] for row in found["catalogue"]}


def test_ids_once_kept_stay_whatever_comes_in(plans: Path, workspace: Path) -> None:
    before = links(tables(plans, workspace))[BEES][1]
    extend_ledger(workspace, proposed_names(plans.parent / "out"))
    for ward in ("Sao Kim", "Sao Băng"):
        write_plan(plans, ward, "tỷ lệ hộ nuôi ong lấy mật")
    assert links(tables(plans, workspace))[BEES][1] == before


def test_a_name_decided_to_be_a_proposed_entry_keeps_it_in_the_catalogue(plans: Path, workspace: Path) -> None:
    proposed = links(tables(plans, workspace))[BEES][1]
    assert proposed is not None
    extend_ledger(workspace, proposed_names(plans.parent / "out"))
    decide(workspace, "Tỷ lệ hộ nuôi dê núi", "same", proposed)
    write_plan(plans, "Sao Mai", "Tỷ lệ hộ nuôi dê núi")
    found = tables(plans, workspace)
    assert links(found)["Tỷ lệ hộ nuôi dê núi"] == ("decided", proposed, "decision")
    assert proposed in {row["canonical_id"] for row in found["catalogue"]}


def test_the_same_inputs_give_the_same_bytes_before_and_after_keeping(plans: Path, workspace: Path) -> None:
    def written() -> dict[str, bytes]:
        tables(plans, workspace)
        return {path.name: path.read_bytes() for path in (plans.parent / "out").glob("*.parquet")}

    first = written()
    assert written() == first
    extend_ledger(workspace, proposed_names(plans.parent / "out"))
    assert written() == first


def test_a_run_never_writes_to_the_workspace(plans: Path, workspace: Path) -> None:
    decide(workspace, BEES, "same", "hoa_don_dien_tu")
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    tables(plans, workspace)
    assert {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()} == before
