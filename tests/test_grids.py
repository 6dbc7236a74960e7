"""Grids found, stitched and read as tables: each file under ``cases/grids`` is a text and what is read out of it.

Below the line of dashes stand a line of kind and roles for each table, its head, and its rows: `=` an item, `#` a
heading row, its number, the headings that enclose it, its cells; `~` a paragraph left outside.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.blocks import Block, Break, Grid, Paragraph, Source, Text, join, whole
from kehoach.extract.grids.find import find_grids
from kehoach.extract.grids.header import is_column_numbers
from kehoach.extract.grids.letterhead import is_layout, unfold
from kehoach.extract.grids.printed import PrintedTable, read_table
from kehoach.extract.grids.stitch import glue, stitch_grids
from kehoach.extract.markup import clean_markup
from kehoach.extract.plan import extract_plan

_CASES = sorted((Path(__file__).parent / "cases" / "grids").glob("*.txt"))
_CUT = "-----8<-----\n"


def blocks_of(text: str) -> tuple[Source, list[Block]]:
    """The grids of a text, and each other line as a paragraph."""
    source = Source(text)
    ends = [start - 1 for start in source.lines[1:]] + [len(text)]
    spans = list(zip(source.lines, ends, strict=True))
    blocks: list[Block] = []
    at = 0
    for first, last, grid in [*find_grids(source, spans), (len(spans), len(spans), None)]:
        for low, high in spans[at:first]:
            if "\f" in text[low:high]:
                blocks.append(Break())
            line = clean_markup(source, low, high).strip()
            blocks += [Paragraph(line)] if line else []
        blocks += [grid] if grid is not None else []
        at = last
    return source, blocks


def shown(text: str) -> str:
    """What is read out of a text, in the form of the case files."""
    source, blocks = blocks_of(text)
    lines: list[str] = []
    for block in stitch_grids(source, blocks):
        if isinstance(block, Paragraph):
            lines.append(f"~ {block.text.value}")
        elif isinstance(block, Grid):
            table = read_table(source, block, None)
            lines += _table_lines(table) if table else []
    return "\n".join(lines) + "\n"


def _table_lines(table: PrintedTable) -> list[str]:
    years = [f"{role}:{year}" if year else role for role, year in zip(table.roles, table.years, strict=True)]
    lines = [f"^ {text.single_line()}" for text in table.above]
    lines += [f"[{table.kind}] " + " ".join(years), _cells_line(table.header)]
    for row in table.rows:
        cells = [cell.single_line().value for cell in row.cells]
        for column, text in row.inherited.items():
            cells[column] = f"^{text.single_line()}"
        mark = "#" if row.kind == "group" else "="
        lines.append(f"{mark} {row.ordinal or '_'} <{'/'.join(row.group)}> {_cells_line(cells)}")
    return lines


def _cells_line(cells: list[str]) -> str:
    return " | ".join(cells)


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    text, expected = path.read_text(encoding="utf-8").split(_CUT)
    assert shown(text) == expected


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_no_character_is_lost(path: Path) -> None:
    """Each character of the source stands in a cell or paragraph, or is noted as dropped; none both in two cells."""
    text = path.read_text(encoding="utf-8").split(_CUT)[0]
    source, blocks = blocks_of(text)
    seen: list[int] = []
    for block in blocks:
        texts = [block.text] if isinstance(block, Paragraph) else []
        texts = [cell for row in block.rows for cell in row] if isinstance(block, Grid) else texts
        seen += [at for cell in texts for _, start, length in cell.pieces for at in range(start, start + length)]
    assert len(seen) == len(set(seen))
    dropped = {at for start, end, _ in source.dropped for at in range(start, end)}
    missing = [at for at, letter in enumerate(text) if not letter.isspace() and at not in dropped and at not in seen]
    assert "".join(text[at] for at in missing) == ""
    stitched = [
        cell for block in stitch_grids(source, blocks) if isinstance(block, Grid) for row in block.rows for cell in row
    ]
    assert all(_in_step(source, cell) for cell in stitched)


def _in_step(source: Source, cell: Text) -> bool:
    return all(
        len(cell.value) >= at + length and start + length <= len(source.text) for at, start, length in cell.pieces
    )


_HEAD = "TT\tNhiệm vụ\tCơ quan chủ trì\tThời hạn"


@given(st.integers(3, 12), st.integers(1, 10), st.randoms(use_true_random=False))
def test_a_page_break_changes_nothing(rows: int, cut: int, chance: random.Random) -> None:
    """A table cut between two rows, or within one, with its head printed again, reads as the whole one."""
    words = ["Rà soát", "thôn", "số hóa", "hồ sơ", "đất đai", "tập huấn", "cán bộ"]
    body = [f"{n + 1}\tRà soát {' '.join(chance.choices(words[1:], k=5))}\tCông an xã\tQuý I/2026" for n in range(rows)]
    at = min(cut, rows - 1)
    whole_table = "\n".join([_HEAD, *body])
    between = "\n".join([_HEAD, *body[:at], "", "12", "", _HEAD, *body[at:]])
    number, name, lead, due = body[at].split("\t")
    split_at = name.rindex(" ")
    parts = [f"{number}\t{name[:split_at]}\t{lead}\t{due}", f"\t{name[split_at + 1 :]}\t\t"]
    within = "\n".join([_HEAD, *body[:at], parts[0], "", _HEAD, parts[1], *body[at + 1 :]])
    assert shown(between) == shown(whole_table) == shown(within)


_BITS = st.sampled_from(
    ["TT", "\t", "\t", "\n", "\n\n", "|", "|---|---|", "1", "2.1", "I", "-", "Chỉ tiêu", "Nhiệm vụ", "Năm 2026", "95%",
     "Công an xã", "<table>", "<tr><td>", "<td rowspan=2>", "</table>", "**", "(1)", "phụ lục", " ", "\f", "+---+---+"]
)  # fmt: skip


@given(st.lists(_BITS, max_size=60).map("".join))
def test_any_text_is_read_without_a_loss(text: str) -> None:
    """No text makes a step fail, and every character ends in a cell, a paragraph or among the dropped ones."""
    source, blocks = blocks_of(text)
    kept: set[int] = set()
    for block in stitch_grids(source, blocks):
        texts = [block.text] if isinstance(block, Paragraph) else []
        table = read_table(source, block, None) if isinstance(block, Grid) else None
        if table is not None:
            assert all(len(row.cells) == len(table.header) == len(table.roles) for row in table.rows)
            texts = [*table.header_texts, *table.above, *(cell for row in table.rows for cell in row.cells)]
        kept |= {at for each in texts for _, start, length in each.pieces for at in range(start, start + length)}
    dropped = {at for start, end, _ in source.dropped for at in range(start, end)}
    assert "".join(text[at] for at in sorted(set(range(len(text))) - kept - dropped)).strip() == ""


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Nghị quyết số 57-", "NQ/TW của Bộ Chính trị", "Nghị quyết số 57-NQ/TW của Bộ Chính trị"),
        ("Văn phòng HĐND&UB", "ND xã", "Văn phòng HĐND&UBND xã"),
        ("Phối hợp UB", "MTTQ xã", "Phối hợp UB MTTQ xã"),
        ("Trung tâm", "Phục vụ hành chính công", "Trung tâm Phục vụ hành chính công"),
        ("Phòng Văn hóa -", "Xã hội", "Phòng Văn hóa - Xã hội"),
        ("", "phường", "phường"),
        ("80", "", "80"),
    ],
)
def test_glue(left: str, right: str, expected: str) -> None:
    assert glue(whole(left), whole(right, 100)).value == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["(1)", "(2)", "(3)"], True),
        (["A", "B", "1", "2", "3"], True),
        (["1", "2", "3", "4", "(5)=(3)+(4)"], True),
        (["1", "", "90", "100"], False),
        (["1", "Tỷ lệ", "%", "90"], False),
        (["I", "", ""], False),
        (["@)", "(2)", "(3)", "(4)", "G)", "(6)", "Œ)"], True),
        (["1", "2", "3", "ä", "5"], True),
        (["(1)", "(2)", "xã", "ấp"], False),
        (["1", "Xã", "3", "4", "6"], False),
    ],
)
def test_column_numbers(row: list[str], expected: bool) -> None:
    assert is_column_numbers([whole(cell) for cell in row]) is expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["ỦY BAN NHÂN DÂN\nXÃ LA HIÊN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]], True),
        ([["Nơi nhận:\n- Như trên;", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"]], True),
        ([["Khung chữ", ""]], True),
        ([["TT", "Chỉ tiêu"], ["1", "Số: 5 thôn"]], False),
    ],
)
def test_layout_grids(rows: list[list[str]], expected: bool) -> None:
    grid = Grid([[whole(cell) for cell in row] for row in rows])
    assert is_layout(grid) is expected
    words = join((paragraph.text for paragraph in unfold(grid)), " ").value.split()
    assert sorted(words) == sorted(word for row in rows for cell in row for word in cell.split())


def test_cells_that_repeat_the_one_above() -> None:
    """`-nt-`, `Như trên` and quotation marks mean what stands above; they are no bodies and no deadlines."""
    text = (Path(__file__).with_name("cases") / "ditto.md").read_text(encoding="utf-8")
    tasks = extract_plan(text.encode(), "ditto.md", format="md").tasks
    assert [(task.lead_raw, task.coordinating_raw, task.deadline_raw) for task in tasks] == [
        ("Phòng Kinh tế", "Công an xã", "30/6/2026"),
        ("Phòng Kinh tế", "Công an xã", "30/6/2026"),
        ("Phòng Kinh tế", "Văn phòng", "Quý IV/2026"),
    ]
