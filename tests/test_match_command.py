"""`kehoach match`: what it prints for names alone, and what it reads."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.cli import Exit
from kehoach.normalize.decisions import Decision, append_decisions
from kehoach.publish.names import COLUMNS, read_names
from tests.conftest import Command


def rows(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed)))


def test_names_of_one_list_that_belong_together_share_an_id(kehoach: Command, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(
        "\ufeffTỷ lệ hộ nuôi ong lấy mật\t%\r\n\r\nTỉ lệ hộ nuôi ong lấy mật.\t%\r\nTỷ lệ dân số được phủ sóng 5G\r\n",
        encoding="utf-8",
    )
    ended = kehoach("match", "--file", "names.txt")
    assert ended.status == Exit.OK
    found = rows(ended.out)
    assert list(found[0]) == list(COLUMNS)
    assert [row["name"] for row in found] == [
        "Tỷ lệ hộ nuôi ong lấy mật",
        "Tỉ lệ hộ nuôi ong lấy mật.",
        "Tỷ lệ dân số được phủ sóng 5G",
    ]
    assert [row["status"] for row in found] == ["new", "new", "matched"]
    assert found[0]["canonical_id"] == found[1]["canonical_id"] != ""
    assert found[2]["canonical_id"] == "phu_song_5g"


def test_the_unit_after_the_tab_counts(kehoach: Command) -> None:
    share, number = rows(kehoach("match", "Hộ nghèo\t%", "Hộ nghèo\thộ").out)
    assert share["canonical_id"] != number["canonical_id"]


def test_json_says_more(kehoach: Command) -> None:
    (found,) = json.loads(kehoach("match", "Tỷ lệ dân số được phủ sóng 5G", "--format", "json").out)
    assert set(COLUMNS) < set(found)
    assert (found["method"], found["unit"], found["probability"]) == ("alias", None, None)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Tỷ lệ hồ sơ thủ tục hành chính lĩnh vực đất đai giải quyết đúng hạn\t%", "the name has đất đai"),
        ("Số xã đạt chuẩn nông thôn mới kiểu mẫu\txã", "another kind"),
    ],
)
def test_new_says_what_speaks_against_the_nearest_entry(kehoach: Command, name: str, why: str) -> None:
    (found,) = rows(kehoach("match", name).out)
    assert found["status"] == "new"
    assert found["explanation"].endswith(f", {why}")


def test_a_decision_of_the_workspace_wins(kehoach: Command) -> None:
    kehoach("workspace", "init")
    name = "Tỷ lệ hộ nuôi ong lấy mật"
    append_decisions(
        Path("kehoach-workspace"),
        [Decision(subject_label=name, object_id="phu_song_5g", author="An", date="2026-03-02")],
    )
    (found,) = rows(kehoach("match", name).out)
    assert (found["canonical_id"], found["status"]) == ("phu_song_5g", "decided")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        ([], Exit.USAGE),
        (["Tỷ lệ hộ nghèo", "--file", "names.txt"], Exit.USAGE),
        (["--file", "gone.txt"], Exit.USAGE),
        (["--file", "latin.txt"], Exit.USAGE),
        (["--file", "empty.txt"], Exit.NOTHING),
        ([" "], Exit.NOTHING),
    ],
)
def test_what_cannot_be_read(kehoach: Command, tmp_path: Path, args: list[str], status: Exit) -> None:
    (tmp_path / "latin.txt").write_bytes("Tỷ lệ".encode("utf-16"))
    (tmp_path / "empty.txt").write_text("\n\t%\n", encoding="utf-8")
    ended = kehoach("match", *args)
    assert (ended.status, ended.out) == (status, "")


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(names, names | st.none())))
def test_every_name_of_a_file_is_read(pairs: list[tuple[str, str | None]]) -> None:
    kept = [(name.strip(), (unit or "").strip() or None) for name, unit in pairs if name.strip()]
    assert read_names("\n".join("\t".join(part or "" for part in pair) for pair in pairs)) == kept
