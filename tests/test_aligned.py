"""Tables aligned by spaces: small ones by hand, and a seeded corpus of random ones that must come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kehoach.extract.blocks import Grid
from kehoach.extract.grids.aligned import find_aligned_tables
from kehoach.extract.readers.text import read_text
from tests.corpus import SAMPLES
from tests.generators import tables
from tests.lines import cells, read


def only_table(text: str) -> list[list[str]]:
    source, lines = read(text)
    found = find_aligned_tables(lines, source)
    assert len(found) == 1
    return cells(found[0][2])


CASES = {
    "plain": (
        """
 TT    Nội dung nhiệm vụ               Cơ quan            Thời gian
                                       chủ trì           hoàn thành
 1     Xây dựng kế hoạch phát      Phòng Kinh tế         Quý I/2026
       triển vườn ươm
 2     Tổ chức lớp tập huấn        Hội Nông dân          Năm 2026
""",
        [
            ["TT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời gian hoàn thành"],
            ["1", "Xây dựng kế hoạch phát triển vườn ươm", "Phòng Kinh tế", "Quý I/2026"],
            ["2", "Tổ chức lớp tập huấn", "Hội Nông dân", "Năm 2026"],
        ],
    ),
    "two-level-header": (
        """
                                         Cơ quan thực hiện
 TT    Nhiệm vụ                                                       Thời hạn
                                     Chủ trì          Phối hợp
 (1)   (2)                             (3)               (4)             (5)
 1     Xây dựng kế hoạch phát     Phòng Kinh tế     Hội Nông dân      Quý I/2026
       triển vườn ươm
 2     Tổ chức lớp tập huấn       Hội Nông dân      Trạm Y tế         Năm 2026
""",
        [
            ["TT", "Nhiệm vụ", "Cơ quan thực hiện Chủ trì", "Cơ quan thực hiện Phối hợp", "Thời hạn"],
            ["1", "Xây dựng kế hoạch phát triển vườn ươm", "Phòng Kinh tế", "Hội Nông dân", "Quý I/2026"],
            ["2", "Tổ chức lớp tập huấn", "Hội Nông dân", "Trạm Y tế", "Năm 2026"],
        ],
    ),
    "ordinal-at-the-middle": (
        """
 TT    Nhiệm vụ                       Chủ trì              Thời hạn

       Xây dựng kế hoạch phát
 1     triển vườn ươm cho hợp         Phòng Kinh tế        Quý I/2026
       tác xã
       Tổ chức lớp tập huấn về
 2     nghề làm vườn và chăm          Hội Nông dân         Năm 2026
       sóc cây giống
""",
        [
            ["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
            ["1", "Xây dựng kế hoạch phát triển vườn ươm cho hợp tác xã", "Phòng Kinh tế", "Quý I/2026"],
            ["2", "Tổ chức lớp tập huấn về nghề làm vườn và chăm sóc cây giống", "Hội Nông dân", "Năm 2026"],
        ],
    ),
    "groups-and-page-break": (
        """
  TT   Nhiệm vụ                       Chủ trì              Thời hạn
  I    Hoàn thiện thể chế, cơ chế, chính sách phát triển vườn ươm
  1    Xây dựng kế hoạch phát         Phòng Kinh tế        Quý I/2026
       triển vườn ươm cho

                                       2

    TT   Nhiệm vụ                       Chủ trì              Thời hạn
         hợp tác xã
    2    Tổ chức lớp tập huấn           Hội Nông dân         Năm 2026
""",
        [
            ["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
            ["I", "Hoàn thiện thể chế, cơ chế, chính sách phát triển vườn ươm", "", ""],
            ["1", "Xây dựng kế hoạch phát triển vườn ươm cho hợp tác xã", "Phòng Kinh tế", "Quý I/2026"],
            ["2", "Tổ chức lớp tập huấn", "Hội Nông dân", "Năm 2026"],
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_table(case: str) -> None:
    text, rows = CASES[case]
    assert only_table(text) == rows


NO_TABLES = {
    "letterhead": (
        "  ỦY BAN NHÂN DÂN              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "  PHƯỜNG AN HÒA                    Độc lập - Tự do - Hạnh phúc\n"
        "  Số: 12/KH-UBND              An Hòa, ngày 05 tháng 02 năm 2026\n"
    ),
    "signature": (
        "Nơi nhận:                                TM. ỦY BAN NHÂN DÂN\n"
        "- Đảng ủy phường;                            CHỦ TỊCH\n"
        "- Lưu: VT.                                Trần Văn Mẫu\n"
    ),
    "empty": "",
}


@pytest.mark.parametrize("case", NO_TABLES)
def test_no_table(case: str) -> None:
    source, lines = read(NO_TABLES[case])
    assert find_aligned_tables(lines, source) == []


_FILES = sorted((Path(__file__).parent / "cases" / "aligned").glob("*.txt"))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_printed_table(path: Path) -> None:
    """Pages as `pdftotext -layout` prints them; below the line of dashes the rows, their cells parted by bars."""
    text, rows = path.read_text(encoding="utf-8").split("-----8<-----\n")
    assert [" | ".join(row).rstrip() for row in only_table(text)] == rows.splitlines()


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("how", [{}, {"gap": 4}, {"page": 10**6}], ids=str)
def test_tables_come_back(seed: int, how: dict[str, Any]) -> None:
    made = tables.table(seed)
    assert only_table(tables.aligned(made, **how)) == [made.header, *made.rows]


@pytest.mark.parametrize(
    ("how", "least"),
    [({}, 0.98), ({"blank": False}, 0.97), ({"page": 25}, 0.98), ({"page": 25, "blank": False}, 0.93)],
    ids=str,
)
def test_share_of_right_cells_where_some_are_missing(how: dict[str, Any], least: float) -> None:
    right = total = 0
    for seed in range(40):
        made = tables.table(seed, missing=0.2)
        source, lines = read(tables.aligned(made, **how))
        found = find_aligned_tables(lines, source)
        got = {tuple(row) for row in cells(found[0][2])} if found else set()
        total += len(made.rows) + 1
        right += sum(tuple(row) in got for row in [made.header, *made.rows])
    print(f"{how}: {right / total:.4f} of the rows")
    assert right / total >= least


@pytest.mark.parametrize("step", range(-8, 9, 2))
def test_a_running_head_is_none_of_the_row_that_a_page_cuts(step: int) -> None:
    """Wherever it stands: gaps between the columns run through its words."""
    lines = (SAMPLES / "u2_tan_my_thuan.txt").read_text().split("\n")
    head = [line.strip() for line in lines].count("UBND phường Tân Mỹ Thuận - Kế hoạch KH&CN, ĐMST và CĐS năm 2026")
    moved = [" " * (len(line) - len(line.lstrip()) + step) + line.strip() if _runs(line) else line for line in lines]
    assert head > 3
    _, blocks = read_text("\n".join(moved))
    rows = [row for block in blocks if isinstance(block, Grid) for row in block.rows]
    assert len(rows) > 20
    assert not [cell.value for row in rows for cell in row if "Mỹ Thuận" in cell.value]


def _runs(line: str) -> bool:
    return line.strip().startswith("UBND phường Tân Mỹ Thuận - Kế hoạch KH")
