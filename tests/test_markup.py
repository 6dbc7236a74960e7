"""Inline markup: what is seen of a line, and that each character of it is accounted for."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.blocks import Source, Text
from kehoach.extract.markup import clean_markup

_FILE = Path(__file__).parent / "cases" / "markup.csv"
with _FILE.open(encoding="utf-8", newline="") as _open_file:
    _CASES = [(row["source"], row["seen"]) for row in csv.DictReader(_open_file)]
_PARTS = [
    "<b>",
    "</b>",
    "<br>",
    "**",
    "*",
    "$",
    "\\geq ",
    "\\%",
    "&nbsp;",
    "&ge;",
    "#",
    " ",
    "\n",
    "_",
    "`",
    "[",
    "](",
    ")",
    "a",
    "80",
    "%",
    "<",
    ">",
    "ộ",
]


def _unaccounted(source: Source, text: Text) -> str:
    """The characters of the source, blanks aside, that are neither in the text nor dropped, or are both."""
    seen = [at for _, start, length in text.pieces for at in range(start, start + length)]
    dropped = [at for start, end, _ in source.dropped for at in range(start, end)]
    wrong = (set(range(len(source.text))) - set(seen) - set(dropped)) | (set(seen) & set(dropped))
    return "".join(source.text[at] for at in sorted(wrong)).strip()


@pytest.mark.parametrize(("raw", "seen"), _CASES)
def test_what_is_seen(raw: str, seen: str) -> None:
    source = Source(raw)
    text = clean_markup(source, 0, len(raw))
    assert text.single_line().value == seen
    assert _unaccounted(source, text) == ""


def test_characters_no_reader_sees() -> None:
    source = Source("số\u00ad hóa\u200b\ttoàn\u00a0trình")
    assert clean_markup(source, 0, len(source.text)).value == "số hóa toàn trình"


def test_a_part_of_a_line_knows_its_place() -> None:
    source = Source("1\t**Tỷ lệ**\t$\\geq 80$")
    assert [(p.line, p.col, p.col_end) for p in source.places(clean_markup(source, 2, 11))] == [(1, 4, 9)]
    assert clean_markup(source, 12, len(source.text)).value == "≥ 80"


@given(st.lists(st.sampled_from(_PARTS), max_size=40).map("".join))
def test_every_character_is_accounted_for(raw: str) -> None:
    source = Source(raw)
    text = clean_markup(source, 0, len(raw))
    assert _unaccounted(source, text) == ""
    assert all(at + length <= len(text.value) for at, _, length in text.pieces)


@pytest.mark.parametrize(
    "raw", ["*a ", "<b ", "$a", "[a", "`a", "_a ", "&a", "**", "\\(", " #", "<!--", "> ", "\\frac{"]
)
def test_time_grows_with_length_only(raw: str) -> None:
    text = raw * 20_000
    began = time.process_time()
    clean_markup(Source(text), 0, len(text))
    assert time.process_time() - began < 2
