"""Workbooks: the same blocks from `.xlsx` and `.xls`, places by sheet and cell, what is reported, what is refused."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kehoach.extract.blocks import Grid, Paragraph
from kehoach.extract.plan import extract_plan
from kehoach.extract.readers import ReadOptions, format_of, read_content
from kehoach.schemas.errors import NoPlan, NotReadable
from tests.sheets import Made, xls, xlsx
from tests.test_html import shown

Maker = Callable[..., bytes]
makers = pytest.mark.parametrize("make", [xlsx, xls])

HEAD = "|TT\t|Chỉ tiêu\t|ĐVT\t|Kế hoạch 2026"
CASES: dict[str, tuple[list[Made], str]] = {
    "title, table and note": (
        [Made(f"*>>>PHỤ LỤC I\\nCHỈ TIÊU NĂM 2026\n\n{HEAD}\n|=1\t|Số máy\t|máy\t|=5\n\nGhi chú: số ước.")],
        "* PHỤ LỤC I\n* CHỈ TIÊU NĂM 2026\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số máy | máy | 5\n"
        ". Ghi chú: số ước.\n",
    ),
    "numbers as they are seen": (
        [Made(f"PHỤ LỤC 1\n{HEAD}\n|=1\t|Tỷ lệ\t|%\t|=0.95\n|=2\t|Hạn\t|\t|=46096\n|=3\t|Xong\t|\t|=TRUE",
              formats={"D3": "0%", "D4": "dd/mm/yyyy"})],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Tỷ lệ | % | 95%\n| 2 | Hạn |  | 15/03/2026\n"
        "| 3 | Xong |  | TRUE\n",
    ),
    "merged cells stand in their first place": (
        [Made(f"PHỤ LỤC 1\n{HEAD}\n|=1\t|vSố máy\t|máy\t|=5\n|=2\t\t|máy\t|=6\n|I\t|>>KINH TẾ")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số máy | máy | 5\n| 2 |  | máy | 6\n"
        "| I | KINH TẾ |  | \n",
    ),
    "head over two rows": (
        [Made("PHỤ LỤC 1\n|vTT\t|vChỉ tiêu\t|>Mục tiêu\n\t\t|=2026\t|=2030\n|=1\t|Số máy\t|=5\t|=9")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | Mục tiêu | \n|  |  | 2026 | 2030\n| 1 | Số máy | 5 | 9\n",
    ),
    "empty rows and columns are none": (
        [Made("\n\n\tPHỤ LỤC 1\n\n\t|TT\t|\t|Chỉ tiêu\t|ĐVT\n\n\t|=1\t|\t|Số máy\t|máy")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT\n| 1 | Số máy | máy\n",
    ),
    "two tables on a sheet": (
        [Made(f"PHỤ LỤC 1\n{HEAD}\n|=1\t|Số máy\t|máy\t|=5\n\n"
              "PHỤ LỤC 2\n\n|STT\t|Nhiệm vụ\t|Chủ trì\n|=1\t|Tập huấn\t|Công an")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số máy | máy | 5\n"
        ". PHỤ LỤC 2\n| STT | Nhiệm vụ | Chủ trì\n| 1 | Tập huấn | Công an\n",
    ),
    "tables without lines": (
        [Made("PHỤ LỤC 1\nTT\tChỉ tiêu\tĐVT\n=1\tSố máy\tmáy\n\n=2\tSố xe\txe\nGhi chú: số ước.\n\n"
              "STT\tNhiệm vụ\tChủ trì\n=1\tTập huấn\tCông an")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT\n| 1 | Số máy | máy\n| 2 | Số xe | xe\n. Ghi chú: số ước.\n"
        "| STT | Nhiệm vụ | Chủ trì\n| 1 | Tập huấn | Công an\n",
    ),
    "group rows within a table without lines": (
        [Made("PHỤ LỤC 1\nTT\tChỉ tiêu\tĐVT\n>>A. KINH TẾ\n=1\tSố máy\tmáy\n\n>>B. XÃ HỘI\n=2\tSố xe\txe")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT\n| A. KINH TẾ |  | \n"
        "| 1 | Số máy | máy\n| B. XÃ HỘI |  | \n| 2 | Số xe | xe\n",
    ),
    "letterhead and signature": (
        [Made("UBND TỈNH A\t\t\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nUBND XÃ B\t\t\tĐộc lập - Tự do - Hạnh phúc\n"
              f">>>BIỂU CHỈ TIÊU\n(Kèm theo Kế hoạch số 12/KH-UBND ngày 05/3/2026)\n{HEAD}\n|=1\t|Số máy\t|máy\t|=5\n\n"
              "Nơi nhận:\t\t\tTM. ỦY BAN NHÂN DÂN\n- Như trên;\t\t\tCHỦ TỊCH\n- Lưu: VT.\n\n\n\t\t\tLê Văn A")],
        ". UBND TỈNH A\n. UBND XÃ B\n. CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n. Độc lập - Tự do - Hạnh phúc\n"
        "* PHỤ LỤC\n. BIỂU CHỈ TIÊU\n. (Kèm theo Kế hoạch số 12/KH-UBND ngày 05/3/2026)\n"
        "| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số máy | máy | 5\n"
        ". Nơi nhận:\n. - Như trên;\n. - Lưu: VT.\n. TM. ỦY BAN NHÂN DÂN\n. CHỦ TỊCH\n. Lê Văn A\n",
    ),
    "the label of an appendix beside the body's name": (
        [Made("UBND XÃ B\t\t\tPhụ lục số 01\n>>>CHỈ TIÊU NĂM 2026\n\t\t\tĐVT: máy\n"
              f"{HEAD}\n|A\t|B\t|C\t|=1\n|=1\t|Số máy\t|máy\t|=5")],
        ". UBND XÃ B\n. Phụ lục số 01\n. CHỈ TIÊU NĂM 2026\n. ĐVT: máy\n"
        "| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| A | B | C | 1\n| 1 | Số máy | máy | 5\n",
    ),
    "an address beside a number": ([Made("PHỤ LỤC 1\nĐịa chỉ:\t\tsố 5")], ". PHỤ LỤC 1\n. Địa chỉ: số 5\n"),
    "tabs name the appendices": (
        [Made(f"{HEAD}\n|=1\t|Số máy\t|máy\t|=5", "PL1"), Made(f"{HEAD}\n|=1\t|Số xe\t|xe\t|=5", "Phụ lục II - Xe"),
         Made(f"{HEAD}\n|=1\t|Số nhà\t|nhà\t|=5", "Nhà ở"), Made(f"{HEAD}\n|=1\t|Số hộ\t|hộ\t|=5", "Sheet4")],
        "* PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số máy | máy | 5\n"
        "* PHỤ LỤC II\n* Xe\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số xe | xe | 5\n"
        "* PHỤ LỤC\n* Nhà ở\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số nhà | nhà | 5\n"
        "* PHỤ LỤC\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số hộ | hộ | 5\n",
    ),
    "a plan that is a sheet": (
        [Made("UBND XÃ B\t\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n>>KẾ HOẠCH\n>>Chuyển đổi số năm 2026\n"
              "|STT\t|Nhiệm vụ\t|Chủ trì\n|=1\t|Tập huấn\t|Công an")],
        ". UBND XÃ B\n. CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n. KẾ HOẠCH\n. Chuyển đổi số năm 2026\n"
        "| STT | Nhiệm vụ | Chủ trì\n| 1 | Tập huấn | Công an\n",
    ),
    "an old font": (
        [Made("PHô LôC 1\n|TT\t|ChØ tiªu\t|§VT\n|=1\t|Tû lÖ hé nghÌo\t|%", font=".VnTime")],
        ". PHỤ LỤC 1\n| TT | Chỉ tiêu | ĐVT\n| 1 | Tỷ lệ hộ nghèo | %\n",
    ),
    "an old letter Đ": ([Made("PHỤ LỤC 1\nÐơn vị")], ". PHỤ LỤC 1\n. Đơn vị\n"),
    "a table of unknown columns": (
        [Made("PHỤ LỤC 1\n|Họ tên\t|Tổ\n|Lê Văn A\t|Tổ 1\nDanh sách chưa đủ")],
        ". PHỤ LỤC 1\n| Họ tên | Tổ\n| Lê Văn A | Tổ 1\n. Danh sách chưa đủ\n",
    ),
}  # fmt: skip


@makers
@pytest.mark.parametrize(("sheets", "expected"), CASES.values(), ids=CASES)
def test_blocks(make: Maker, sheets: list[Made], expected: str) -> None:
    data = make(*sheets)
    content = read_content(data, format_of(data, "a.xls"))
    assert shown(content.blocks) == expected


NOTES: dict[str, tuple[Made, list[tuple[str, str | None]]]] = {
    "rows": (Made(f"{HEAD}\n|=1\t|A\n|=2\t|B\n|=3\t|C\n|=4\t|D", hidden_rows=[2, 3, 5]),
             [("hidden-cells", "Sheet1!A2:B3"), ("hidden-cells", "Sheet1!A5:B5")]),
    "a column": (Made(f"{HEAD}\n|=1\t|A\n|=2\t|B", hidden_columns=[2]), [("hidden-cells", "Sheet1!B1:B3")]),
    "a format": (Made(f"{HEAD}\n|=1\t|A", formats={"B2": ";;;"}), [("hidden-cells", "Sheet1!B2")]),
    "nothing": (Made(f"{HEAD}\n|=1\t|A"), []),
}  # fmt: skip


@makers
@pytest.mark.parametrize(("made", "expected"), NOTES.values(), ids=NOTES)
def test_hidden_cells_are_read_and_noted(make: Maker, made: Made, expected: list[tuple[str, str | None]]) -> None:
    data = make(made)
    content = read_content(data, format_of(data, "a.xls"))
    assert [(code, content.source.places(text)[0].path) for code, text in content.notes] == expected
    assert "1" in content.source.text


@makers
def test_hidden_sheet_is_read_and_noted(make: Maker) -> None:
    data = make(Made("PHỤ LỤC 1"), Made(HEAD, "Ẩn", hidden=True))
    content = read_content(data, format_of(data, "a.xls"))
    assert [(code, content.source.places(text)[0].path) for code, text in content.notes] == [
        ("hidden-cells", "Ẩn!A1:D1")
    ]


def test_text_boxes_stand_above_or_below_the_table() -> None:
    boxes = {"B1": "PHỤ LỤC 1\nCHỈ TIÊU", "B9": "Ghi chú: số ước."}
    content = read_content(xlsx(Made(f"\n\n{HEAD}\n|=1\t|Số máy\t|máy\t|=5", boxes=boxes)), "xlsx")
    assert shown(content.blocks) == (
        ". PHỤ LỤC 1\n. CHỈ TIÊU\n| TT | Chỉ tiêu | ĐVT | Kế hoạch 2026\n| 1 | Số máy | máy | 5\n. Ghi chú: số ước.\n"
    )
    assert isinstance(content.blocks[0], Paragraph)
    assert content.source.places(content.blocks[0].text)[0].path == "Sheet1!B1"


@makers
def test_places_are_cells(make: Maker) -> None:
    data = make(Made(f">>>PHỤ LỤC 1\n{HEAD}\n|=1\t|Tỷ lệ hồ sơ\t|%\t|=95", "PL 1"))
    plan = extract_plan(data, "Phu luc.xls")
    assert plan.tables[0].places[0].path == "PL 1!A2:D3"
    assert plan.indicators[0].places[0].path == "PL 1!A3:D3"
    assert plan.targets[0].places[0].path == "PL 1!D3"
    assert plan.document.chars == plan.document.chars_kept + plan.document.chars_dropped


@makers
def test_appendix_without_its_plan(make: Maker) -> None:
    note = "(Kèm theo Kế hoạch số 12/KH-UBND ngày 05/3/2026 của UBND xã Bình An)"
    plan = extract_plan(make(Made(f"PHỤ LỤC I\nCHỈ TIÊU\n{note}\n{HEAD}\n|=1\t|Tỷ lệ hồ sơ\t|%\t|=95")), "PL.xls")
    document = plan.document
    assert (document.number, str(document.issue_date), document.title) == ("12/KH-UBND", "2026-03-05", None)
    assert (plan.tables[0].appendix, plan.tables[0].title, plan.tables[0].kind) == ("I", "CHỈ TIÊU", "indicators")


@makers
@pytest.mark.parametrize("text", ["|STT\t|Tên hàng\t|ĐVT\t|Đơn giá\n|=1\t|Bàn\t|cái\t|=500", "Một bài thơ"])
def test_other_workbooks_are_no_plans(make: Maker, text: str) -> None:
    with pytest.raises(NoPlan):
        extract_plan(make(Made(text)), "a.xls")


# --- parts that xlsxwriter does not write ---------------------------------------------------------------------------


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """A package with a part in which some text stands in place of another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in package.namelist():
            content = package.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            written.writestr(name, content)
    return out.getvalue()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SEVEN = '<c r="A2" s="1"><v>7</v></c>'
XML_CASES: list[tuple[str, str, str, str]] = [
    (STRINGS, "<t>Chữ</t>", "<r><rPr><b/></rPr><t>Ch</t></r><r><t>ữ</t></r><rPh sb='0' eb='1'><t>x</t></rPh>", "Chữ"),
    (STRINGS, "<t>Chữ</t>", "<t>Một_x000D_\nhai_x0041_</t>", "Một\nhaiA"),
    (SHEET, "<v>7</v>", "<f>1+6</f><v>7</v>", "7"),
    (SHEET, SEVEN, '<c r="A2" t="str"><f>A1</f><v>bảy</v></c>', "bảy"),
    (SHEET, SEVEN, '<c r="A2" t="inlineStr"><is><t>trong ô</t></is></c>', "trong ô"),
    (SHEET, SEVEN, '<c r="A2" t="d"><v>2026-03-15T00:00:00</v></c>', "46096"),
    (SHEET, SEVEN, '<c r="A2" t="d"><v>15.3</v></c>', "15,3"),
    (SHEET, SEVEN, "<c><v>7</v></c>", "7"),
    (SHEET, '<row r="2"', "<row", "7"),
    (SHEET, SEVEN, '<c r="A2"><v>NaN</v></c>', "NaN"),
    (SHEET, SEVEN, '<c r="A2"><v>tám</v></c>', "tám"),
    (SHEET, SEVEN, '<c r="A2" t="s"><v>99</v></c>', ""),
    (SHEET, SEVEN, '<c r="A2" t="e"><v>#REF!</v></c>', "#REF!"),
    (SHEET, SEVEN, '<c r="A2" s="99"><v>7</v></c>', "7"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "old", "new", "expected"), XML_CASES, ids=[case[2][:40] for case in XML_CASES])
def test_cell_as_other_programs_write_it(part: str, old: str, new: str, expected: str) -> None:
    data = changed(xlsx(Made("Chữ\n=7")), part, old, new)
    assert expected in read_content(data, "xlsx").source.text.strip("\n").split("\n\n")[0]


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ('<c r="A2" t="e"><v>#REF!</v></c>', "cell-error"),
        ('<c r="A2"><f>1+1</f></c><c r="B2"><v>1</v></c>', "formula-without-value"),
    ],
)
def test_cell_without_a_value_is_noted(new: str, code: str) -> None:
    data = changed(xlsx(Made("Chữ\n=7")), SHEET, SEVEN, new)
    assert [found for found, _ in read_content(data, "xlsx").notes] == [code]


# --- what is refused ------------------------------------------------------------------------------------------------

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'
REFUSED: dict[str, tuple[bytes, ReadOptions, str, str]] = {
    "too many cells": (xlsx(Made("a\tb\nc\td")), ReadOptions(max_cells=3), "limit", "more than 3 cells"),
    "too many cells, old": (xls(Made("a\tb\nc\td")), ReadOptions(max_cells=3), "limit", "more than 3 cells"),
    "unpacks to too much": (xlsx(Made("a")), ReadOptions(max_expanded=1000), "limit", "unpacks to more than"),
    "entities": (changed(xlsx(Made("a")), SHEET, "<worksheet", ENTITIES), ReadOptions(), "unreadable", "entities"),
    "broken sheet": (changed(xlsx(Made("a")), SHEET, "</sheetData>", ""), ReadOptions(), "unreadable", "broken XML"),
    "no words": (xlsx(Made("")), ReadOptions(), "unreadable", "without a word"),
    "cut off": (xlsx(Made("a"))[:900], ReadOptions(), "unreadable", "package"),
    "cut off, old": (xls(Made("a"))[:900], ReadOptions(), "unreadable", "workbook"),
}


@pytest.mark.parametrize(("data", "options", "status", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, options: ReadOptions, status: str, message: str) -> None:
    with pytest.raises(NotReadable, match=message) as caught:
        read_content(data, format_of(data, "a.xls"), options)
    assert caught.value.status == status


@pytest.mark.parametrize("data", [xlsx(Made(f"{HEAD}\n|=1\t|A")), xls(Made(f"{HEAD}\n|=1\t|A"))], ids=["xlsx", "xls"])
def test_broken_bytes_are_not_readable_or_read(data: bytes) -> None:
    chance = random.Random(7)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 5, 40))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))])
        try:
            read_content(cut, "xlsx" if data[:2] == b"PK" else "xls")
        except NotReadable as error:
            assert str(error)


_WORDS = st.text("abcđĐăấệ 12,.%", min_size=1, max_size=8).map(str.strip).filter(bool)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(_WORDS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_texts_are_those_of_calamine(rows: list[list[str]]) -> None:
    made = Made("PHỤ LỤC 1\n\n" + "\n".join("\t".join(f"|{cell}" for cell in row) for row in rows))
    wanted = CalamineWorkbook.from_filelike(io.BytesIO(xlsx(made))).get_sheet_by_index(0).to_python()[2:]
    grids = [block for block in read_content(xlsx(made), "xlsx").blocks if isinstance(block, Grid)]
    assert [[cell.value for cell in row] for grid in grids for row in grid.rows] == wanted
