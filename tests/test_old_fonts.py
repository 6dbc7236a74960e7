"""TCVN3 and VNI: what is converted, and that Unicode never is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.readers.decode import decode as decode_bytes
from kehoach.extract.readers.old_fonts import Encoding, OldFonts, convert, decode
from tests.corpus import plans
from tests.old_letters import ALPHABET, typed

_CASES = Path(__file__).parent / "cases" / "old_fonts.csv"
_TEXTS = {name: path for name, path in plans().items() if path.suffix in (".txt", ".md")}
ENCODINGS: tuple[Encoding, ...] = ("tcvn3", "vni")

every_text = pytest.mark.parametrize("name", _TEXTS)
every_encoding = pytest.mark.parametrize("encoding", ENCODINGS)


def text_of(name: str) -> str:
    return decode_bytes(_TEXTS[name].read_bytes()).replace("\xad", "")


def cases() -> list[dict[str, str]]:
    with _CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['text'][:20]} {case['font']}")
def test_case(case: dict[str, str]) -> None:
    assert convert(case["text"], case["font"] or None) == case["shown"]


@given(st.text(ALPHABET + " -,.0123456789bcdghklmnpqrstvx\n"))
def test_small_letters_come_back_from_tcvn3(text: str) -> None:
    assert decode(typed(text, "tcvn3"), "tcvn3") == text


@given(st.lists(st.sampled_from([*ALPHABET, *ALPHABET.upper(), *" -,.0123456789bcdghklmnpqrstvxBCH\n"])).map("".join))
def test_letters_come_back_from_vni(text: str) -> None:
    assert decode(typed(text, "vni"), "vni") == text


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    for font in (None, ".VnTimeH", "VNI-Times", "Arial"):
        convert(text, font)


@every_text
def test_unicode_is_never_touched(name: str) -> None:
    lines = text_of(name).split("\n")
    fonts = OldFonts.of(lines)
    assert fonts.encoding is None
    assert [fonts.convert(line) for line in lines] == lines
    assert [convert(line) for line in lines] == lines


@every_encoding
@every_text
def test_a_whole_file_of_an_old_font(name: str, encoding: Encoding) -> None:
    """As bytes of one a letter; TCVN3 without a font's name cannot tell a capital with a tone (`Ủy ban`)."""
    text = "".join(letter if letter.lower() in ALPHABET or letter.isascii() else "?" for letter in text_of(name))
    found = decode_bytes(typed(text, encoding).encode("latin-1"))
    assert found.lower() == text.lower()
    assert encoding == "tcvn3" or found == text


@every_encoding
def test_lines_in_two_alphabets(encoding: Encoding) -> None:
    old = typed("Tỷ lệ hộ dân được cấp nước sạch\nSố xã có nhà văn hóa", encoding)
    text = decode_bytes(f"Kế hoạch phát triển năm 2026\n{old}\nÁnh sáng; 3 xã".encode())
    assert text.lower() == (
        "kế hoạch phát triển năm 2026\ntỷ lệ hộ dân được cấp nước sạch\nsố xã có nhà văn hóa\nánh sáng; 3 xã"
    )


@every_encoding
def test_letters_are_those_of_viparse(encoding: Encoding) -> None:
    """The only other converter of these fonts; it has no `ẳ` and no `ỵ` of VNI."""
    viparse = pytest.importorskip("viparse")
    known = ALPHABET.replace("ẳ", "").replace("ỵ", "") if encoding == "vni" else ALPHABET
    for letter in known:
        assert viparse.fix(typed(letter, encoding), encoding=encoding) == letter
