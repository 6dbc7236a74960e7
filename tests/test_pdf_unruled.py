"""Tables without rules in a PDF: by hand, and every plan set without borders."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehoach.extract.blocks import Grid
from kehoach.extract.readers.content import Content
from kehoach.extract.readers.pages.page import Word
from kehoach.pipeline import read_file
from tests.corpus import reading_of, text_plans
from tests.rendering.equal import differences
from tests.rendering.model import read_parts
from tests.rendering.office import convert, needs_office
from tests.rendering.values import Score, score
from tests.rendering.word import Style, word_file
from tests.test_pdf_pages import content, page, rows, texts, words

MOST_OTHER, MOST_WRONG, MOST_MISSING = 5, 0.01, 0.02  # cells merged over rows cannot be seen without rules
COLUMNS = (55.0, 90.0, 330.0, 450.0)
HEAD = ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn")


def line(top: float, *cells: str) -> list[Word]:
    return [word for x, cell in zip(COLUMNS, cells, strict=False) for word in words(cell, x, top)]


TABLE = [
    *line(100, *HEAD),
    *line(120, "1", "Xây dựng kế hoạch phát triển", "Văn phòng", "Quý I/2026"),
    *line(134, "", "dữ liệu dùng chung"),
    *line(154, "2", "Tổ chức lớp tập huấn", "Hội Nông dân", "30/6/2026"),
]
READ = [
    list(HEAD),
    ["1", "Xây dựng kế hoạch phát triển dữ liệu dùng chung", "Văn phòng", "Quý I/2026"],
    ["2", "Tổ chức lớp tập huấn", "Hội Nông dân", "30/6/2026"],
]


def single_lines(found: Content) -> list[list[str]]:
    return [[" ".join(cell.split()) for cell in row] for row in rows(found)]


def test_rows_by_the_gaps_between_lines() -> None:
    found = content(page(1, [*words("Phụ lục", 55, 60), *TABLE, *words("Nơi nhận: như trên", 55, 220)]))
    assert single_lines(found) == READ
    assert texts(found) == ["Phụ lục", "Nơi nhận: như trên"]
    (grid,) = (block for block in found.blocks if isinstance(block, Grid))
    place = found.source.places(grid.rows[1][1])[0]
    assert (place.page, place.x0, place.top, place.bottom) == (1, 90, 120, 146)


def test_a_head_over_two_columns() -> None:
    head = [*line(100, "TT", "Nhiệm vụ", "Cơ quan thực hiện"), *line(114, "", "", "Chủ trì", "Phối hợp")]
    head = [word._replace(bold=True) for word in head]
    found = content(page(1, [*head, *line(134, "1", "Tổ chức lớp tập huấn", "Hội Nông dân", "Trạm Y tế")]))
    assert rows(found)[0][2] == "Cơ quan thực hiện"
    assert rows(found)[1][2:] == ["Chủ trì", "Phối hợp"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [*words("ỦY BAN NHÂN DÂN", 55, 60), *words("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 300, 60)], id="letterhead"
        ),
        pytest.param(
            [
                *words("Nơi nhận:", 55, 60),
                *words("TM. ỦY BAN NHÂN DÂN", 300, 60),
                *words("- Như trên;", 55, 80),
                *words("CHỦ TỊCH", 330, 80),
            ],
            id="signature",
        ),
        pytest.param([*line(60, "Tổ 1", "Nguyễn Văn A", "Tổ trưởng", "0912")] * 2, id="no heads of columns"),
    ],
)
def test_columns_that_are_no_table(lines: list[Word]) -> None:
    assert not rows(content(page(1, lines)))


def test_what_is_not_sure_stays_lines_and_is_reported() -> None:
    """Nothing tells where the second row begins: all lines are as far apart."""
    lines = [
        *line(100, *HEAD),
        *line(114, "1", "Xây dựng kế hoạch", "Văn phòng", "Quý I/2026"),
        *line(128, "", "Tổ chức lớp tập huấn", "Hội Nông dân"),
        *line(142, "", "Khảo sát nhu cầu", "Hội Nông dân"),
    ]
    found = content(page(1, lines))
    assert not rows(found)
    assert [(code, text.value) for code, text in found.notes] == [("table-unread", " ".join(HEAD))]


@needs_office
def test_plans_without_borders(tmp_path: Path) -> None:
    plans = text_plans()
    files = {name: tmp_path / f"{Path(name).stem}.docx" for name in plans}
    for name, file in files.items():
        file.write_bytes(word_file(read_parts(plans[name]), Style(borders=False)))
    equal, scores = 0, []
    for name, pdf in zip(files, convert(list(files.values()), "pdf", tmp_path), strict=True):
        wanted, found = reading_of(plans[name]).plan, read_file(pdf).plan
        assert wanted is not None
        assert found is not None
        assert found.document.chars == found.document.chars_kept + found.document.chars_dropped
        equal += not differences(wanted, found)
        scores.append(score(wanted, found))
    total = Score(*map(sum, zip(*scores, strict=True)))
    assert total.wrong <= MOST_WRONG * total.wanted, total
    assert total.missing <= MOST_MISSING * total.wanted, total
    assert equal >= len(plans) - MOST_OTHER, equal
