"""Tables whose columns were lost: small ones by hand, and a seeded corpus of random ones that must come back."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehoach.extract.blocks import Grid, Source, Text, whole
from kehoach.extract.grids.lost_columns import find_lost_tables
from kehoach.extract.grids.lost_units import AGENCY, DEADLINE, INT, NUMBERED, ORD, PHRASE, QTY, ROMAN, TEXT, classify


def _load(name: str) -> ModuleType:
    path = Path(__file__).parent / "generators" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"generators_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tables = _load("tables")


def read(text: str) -> tuple[Source, list[Text]]:
    source = Source(text)
    stops = [*source.lines[1:], len(text) + 1]
    lines = [whole(text[start : stop - 1], start) for start, stop in zip(source.lines, stops, strict=True)]
    return source, [line.slice(0, len(line.value.rstrip())) for line in lines]


def cells(grid: Grid) -> list[list[str]]:
    return [[" ".join(cell.value.split()) for cell in row] for row in grid.rows]


def only_table(text: str) -> list[list[str]]:
    source, lines = read(text)
    found = find_lost_tables(lines, source)
    assert len(found) == 1
    return cells(found[0][2])


def truth(made: object) -> list[list[str]]:
    return [made.header, *made.rows]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.2", ORD), ("a)", ORD), ("IV", ORD), ("(3)", ORD), ("12", INT), ("≥ 80%", QTY), ("2.500", QTY), ("-", QTY),
        ("Quý I/2026", DEADLINE), ("Thường xuyên", DEADLINE), ("Phòng Văn hóa - Xã hội", AGENCY), ("II. Hoàn thiện thể chế", ROMAN),
        ("3. Xây dựng Đề án phát triển vườn ươm", NUMBERED), ("100% cán bộ được tập huấn", PHRASE),
        ("Kế hoạch được ban hành đúng hạn", TEXT),
    ],
)  # fmt: skip
def test_classes(text: str, kind: int) -> None:
    assert classify(text) == kind


HEADER = "TT\n\nNội dung nhiệm vụ\n\nCơ quan\nchủ trì\n\nSản phẩm\n\nThời hạn\n\n"
ROWS = [
    "1\n\nXây dựng kế hoạch phát\ntriển vườn ươm\n\nPhòng Kinh tế\n\nKế hoạch\nđược ban hành\n\nQuý I/2026",
    "2\n\nTổ chức lớp tập huấn cho\nhộ kinh doanh\n\nHội Nông dân\n\nBáo cáo kết\nquả\n\nTháng 6/2026",
    "3\n\nRà soát bản đồ số về\nhạ tầng thủy lợi\n\nPhòng Kinh tế\n\nBản đồ được\ncập nhật\n\nNăm 2026",
]


def test_cells_keep_their_line_breaks_and_places() -> None:
    text = HEADER + "\n\n".join(ROWS) + "\n"
    source, lines = read(text)
    ((first, last, grid),) = find_lost_tables(lines, source)
    assert (first, last) == (0, len(lines) - 1)
    assert grid.kind == "lost"
    name = grid.rows[1][1]
    assert name.value == "Xây dựng kế hoạch phát\ntriển vườn ươm"
    place = source.places(name)[0]
    assert text.split("\n")[place.line - 1][place.col :] == "Xây dựng kế hoạch phát"  # type: ignore[operator]


CASES = {
    "missing-lead": (
        HEADER + "\n\n".join([*ROWS, "4\n\nSố hóa hồ sơ lưu trữ của\ncác khu dân cư\n\nHồ sơ được\nsố hóa\n\nNăm 2026"]),
        ["4", "Số hóa hồ sơ lưu trữ của các khu dân cư", "", "Hồ sơ được số hóa", "Năm 2026"],
    ),
    "group-row": (
        HEADER + "\n\n".join([*ROWS, "II\n\nPhát triển hạ tầng số trên toàn địa bàn và các khu dân cư", ROWS[0]]),
        ["II", "Phát triển hạ tầng số trên toàn địa bàn và các khu dân cư", "", "", ""],
    ),
    "header-repeated-row-cut": (
        HEADER
        + "\n\n".join(ROWS)
        + "\n\n4\n\nSố hóa hồ sơ lưu trữ của\ncác khu dân cư, ưu tiên\n\nPhòng Văn\nhóa - Xã\n\nHồ sơ được\nsố hóa\n\nNăm 2026\n\n"
        + HEADER
        + "hồ sơ đất đai và hồ sơ\nngười có công\n\nhội\n\n5\n\nNâng cấp đài truyền thanh\n\nPhòng Kinh tế\n\nĐài vận hành\n\nNăm 2026",
        [
            "4", "Số hóa hồ sơ lưu trữ của các khu dân cư, ưu tiên hồ sơ đất đai và hồ sơ người có công",
            "Phòng Văn hóa - Xã hội", "Hồ sơ được số hóa", "Năm 2026",
        ],
    ),
    "two-agencies": (
        HEADER + "\n\n".join([*ROWS, "4\n\nSố hóa hồ sơ lưu trữ của\ncác khu dân cư\n\nPhòng Kinh tế\nHội Nông dân\n\nHồ sơ\n\nNăm 2026"]),
        ["4", "Số hóa hồ sơ lưu trữ của các khu dân cư", "Phòng Kinh tế Hội Nông dân", "Hồ sơ", "Năm 2026"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_row(case: str) -> None:
    text, row = CASES[case]
    assert row in only_table(text + "\n")


def test_drops_are_named() -> None:
    numbers = "(1)\n\n(2)\n\n(3)\n\n(4)\n\n(5)\n\n"
    text = HEADER + numbers + "\n\n".join(ROWS[:2]) + "\n\n\n\n12\n\n" + HEADER + ROWS[2] + "\n"
    source, lines = read(text)
    ((_, _, grid),) = find_lost_tables(lines, source)
    assert len(grid.rows) == 4
    dropped = {
        reason: "".join(text[a:b] for a, b, why in source.dropped if why == reason) for _, _, reason in source.dropped
    }
    assert dropped["column-numbers"] == "(1)(2)(3)(4)(5)"
    assert dropped["page-number"] == "12"
    assert dropped["repeated-header"].startswith("TTNội dung nhiệm vụ")


NO_TABLES = {
    "letterhead": "ỦY BAN NHÂN DÂN\nPHƯỜNG AN HÒA\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nSố: 12/KH-UBND\n\nKẾ HOẠCH\n",
    "prose": "1. Mục đích\n\nNhiệm vụ\n\nThời gian thực hiện: trong năm 2026.\n\nĐơn vị chủ trì: Phòng Kinh tế.\n",
    "labels": "Nội dung\n\nSản phẩm\n\nThời hạn\n\nĐây là một đoạn văn xuôi dài và không có bảng nào ở phía sau.\n",
    "empty": "",
}


@pytest.mark.parametrize("case", NO_TABLES)
def test_no_table(case: str) -> None:
    source, lines = read(NO_TABLES[case])
    assert find_lost_tables(lines, source) == []


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("how", [{}, {"repeat": False, "cut": False}, {"page": 10**6}, {"numbers": True}], ids=str)
def test_full_tables_come_back(seed: int, how: dict[str, int]) -> None:
    made = tables.table(seed)
    assert only_table(tables.lost(made, **how)) == truth(made)


@pytest.mark.parametrize(("how", "least"), [({}, 0.97), ({"page": 22}, 0.96), ({"repeat": False}, 0.96)], ids=str)
def test_share_of_right_cells_where_some_are_missing(how: dict[str, int], least: float) -> None:
    right = total = 0
    for seed in range(40):
        made = tables.table(seed, missing=0.12)
        source, lines = read(tables.lost(made, **how))
        found = find_lost_tables(lines, source)
        got = {tuple(row) for row in cells(found[0][2])} if found else set()
        near = cells(found[0][2]) if found else []
        for index, row in enumerate(truth(made)):
            total += len(row)
            same = near[index] if index < len(near) else []
            right += len(row) if tuple(row) in got else sum(a == b for a, b in zip(same, row, strict=False))
    print(f"{how}: {right / total:.4f} of the cells")
    assert right / total >= least


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["", "TT", "Nhiệm vụ", "Thời hạn", "1", "Phòng Kinh tế", "Quý I/2026", "a b c", "PHỤ LỤC"])
    )
)
def test_never_fails_and_loses_nothing(values: list[str]) -> None:
    text = "\n".join(values) + "\n"
    source, lines = read(text)
    for first, last, grid in find_lost_tables(lines, source):
        kept = sum(len("".join(cell.value.split())) for row in grid.rows for cell in row)
        gone = sum(len("".join(text[a:b].split())) for a, b, _ in source.dropped)
        inside = sum(len("".join(line.value.split())) for line in lines[first:last])
        assert kept + gone == inside
        assert len({len(row) for row in grid.rows}) == 1
