"""Texts keep their places through slicing, joining and tidying; the ledger accounts for every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.blocks import Source, Text, join, whole
from kehoach.extract.ledger import account

WORDS = st.text(alphabet="abcđê -/\n57", min_size=1, max_size=20)


def stands_there(text: Text, source: str) -> bool:
    """Every character with a piece is the source's character at that place (a line break may be a space)."""
    return all(
        text.value[at : at + length].replace("\n", " ") == source[start : start + length].replace("\n", " ")
        for at, start, length in text.pieces
    )


@given(WORDS, st.integers(0, 25), st.integers(0, 25))
def test_slice_keeps_places(value: str, start: int, end: int) -> None:
    text = whole(value).slice(start, end)
    assert text.value == value[start:end]
    assert stands_there(text, value)


@given(st.lists(WORDS, min_size=1, max_size=5), st.integers(0, 60), st.integers(0, 60))
def test_slice_of_a_join_keeps_places(parts: list[str], start: int, end: int) -> None:
    source, texts = "", []
    for part in parts:
        texts.append(whole(part, len(source)))
        source += part + "|"
    joined = join(texts, "\n")
    assert joined.value == "\n".join(parts)
    assert stands_there(joined.slice(start, end), source)
    assert stands_there(joined.strip(), source)


@given(WORDS)
def test_single_line_loses_no_character(value: str) -> None:
    line = whole(value).single_line()
    assert "".join(line.value.split()) == "".join(value.split())
    assert "\n" not in line.value and "  " not in line.value
    assert stands_there(line, value)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Nghị quyết số 57-", "NQ/TW"], "Nghị quyết số 57-NQ/TW"),
        (["giai đoạn 2025-", "2030"], "giai đoạn 2025-2030"),
        (["Phòng Văn hóa -", "Xã hội"], "Phòng Văn hóa - Xã hội"),
        (["HĐND và", "UBND"], "HĐND và UBND"),
    ],
)
def test_words_cut_at_a_line_end(lines: list[str], expected: str) -> None:
    assert join([whole(line, 100 * at) for at, line in enumerate(lines)], "\n").single_line().value == expected


def test_places_of_a_row_cut_by_a_page() -> None:
    source = Source("một\nhai\n\n\n\nba bốn")
    parts = join([whole("hai", 4), whole("bốn", 14)], "\n")
    assert [(place.line, place.col, place.col_end) for place in source.places(parts)] == [(2, 0, 3), (6, 3, 6)]


@given(
    st.text(alphabet="ab \n.-", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=6)
)
def test_ledger_adds_up(text: str, spans: list[tuple[int, int]]) -> None:
    source = Source(text)
    for number, (start, length) in enumerate(spans):
        piece = whole(text[start : start + length], start)
        source.keep(piece) if number % 2 else source.drop(piece, "markup")
    counts = account(source)
    lost = sum(len("".join(text[start:end].split())) for start, end in counts.lost)
    assert counts.chars == len("".join(text.split())) == counts.kept + counts.dropped + lost


def test_punctuation_is_dropped_and_words_are_lost() -> None:
    source = Source("I. Mục tiêu: chung")
    text = whole(source.text)
    source.keep_all(text, text.slice(0, 1), text.slice(3, 11))
    counts = account(source)
    assert [source.text[start:end].strip() for start, end in counts.lost] == ["chung"]
    assert counts.dropped == 2
