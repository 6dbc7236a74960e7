"""Lines to paragraphs: what belongs together is joined, what stands apart stays apart.

A case is a file: the lines as they arrive, a line of `====`, then one paragraph a line.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.blocks import Paragraph, Source, Text, whole
from kehoach.extract.ledger import account
from kehoach.extract.markers import marker_of
from kehoach.extract.paragraphs import lines_to_blocks, wrap_width

CASES = Path(__file__).parent / "cases" / "paragraphs"


def read_lines(source: Source) -> list[Text]:
    ends = [start - 1 for start in source.lines[1:]] + [len(source.text)]
    return [whole(source.text[start:end], start) for start, end in zip(source.lines, ends, strict=True)]


@pytest.mark.parametrize("case", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_paragraphs(case: Path) -> None:
    printed, _, expected = case.read_text(encoding="utf-8").partition("\n====\n")
    source = Source(printed)
    lines = read_lines(source)
    blocks = lines_to_blocks(lines, source, wrap_width(lines))
    assert [block.text.value for block in blocks if isinstance(block, Paragraph)] == expected.strip().split("\n")


LINE = st.text(alphabet="abĐ .;:-57/()I\n", max_size=50)


@given(st.lists(LINE, max_size=12).map("\n".join), st.sampled_from([None, 40, 80]))
def test_no_character_is_lost(text: str, width: int | None) -> None:
    source = Source(text)
    for block in lines_to_blocks(read_lines(source), source, width):
        if isinstance(block, Paragraph):
            source.keep(block.text)
    assert account(source).lost == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I. MỤC ĐÍCH", "I"),
        ("II- MỤC TIÊU", "II"),
        ("I-MỤC TIÊU", "I"),
        ("1. Mục tiêu", "1"),
        ("1/ Mục tiêu", "1"),
        ("1.Mục tiêu", "1"),
        ("1.10. Rà soát", "1.10"),
        ("1.1 Triển khai", "1.1"),
        ("đ) Rà soát", "đ"),
        ("a. Rà soát", "a"),
        ("(12) Tỷ lệ", "(12)"),
        ("- Tỷ lệ", "-"),
        ("PHẦN THỨ NHẤT", "PHẦN THỨ NHẤT"),
        ("Điều 3. Tổ chức", "Điều 3"),
        ("B. Dịch vụ", "B"),
    ],
)
def test_markers(text: str, label: str) -> None:
    marker = marker_of(text)
    assert marker is not None and marker.label == label


@pytest.mark.parametrize(
    "text",
    ["2.500 người", "100% hồ sơ", "10/10 xã", "1,5 triệu", "1.5 triệu", "57-NQ/TW ngày", "12/2026", "24/7", "Khoa học"],
)
def test_no_markers(text: str) -> None:
    assert marker_of(text) is None
