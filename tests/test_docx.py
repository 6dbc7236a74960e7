"""Word files: what Word prints is what is read, each trap a file; a new case is `NAME.xml` and `NAME.blocks`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.blocks import Block, Grid, Paragraph, Source, Text
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.docx.reader import read
from kehoach.schemas.errors import NotReadable
from tests.test_html import shown
from tests.word_parts import packed, word_of_parts

CASES = sorted((Path(__file__).parent / "cases" / "docx").glob("*.xml"))
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
every_case = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)


def read_word(data: bytes, most_cells: int = 1000) -> Content:
    return read(data, ReadOptions(max_cells=most_cells))


def word_of_body(body: str) -> bytes:
    return word_of_parts(f'<parts xmlns:w="{WORD}"><w:body>{body}</w:body></parts>')


def listing(content: Content) -> str:
    """Blocks, then `#` the notes at the foot, then `!` what was left out and why."""
    notes = "".join(f"# {note.value}\n" for note in content.footnotes)
    text = content.source.text
    left_out = "".join(f"! {reason}: {text[start:end].strip()}\n" for start, end, reason in content.source.dropped)
    return shown(content.blocks) + notes + left_out


@every_case
def test_case(path: Path) -> None:
    content = read_word(word_of_parts(path.read_text(encoding="utf-8")))
    assert listing(content) == path.with_suffix(".blocks").read_text(encoding="utf-8")


@every_case
def test_nothing_is_lost_and_nothing_stands_twice(path: Path) -> None:
    content = read_word(word_of_parts(path.read_text(encoding="utf-8")))
    assert unaccounted(content.source, [*texts_of(content.blocks), *content.footnotes]) == ""


def texts_of(blocks: list[Block]) -> list[Text]:
    paragraphs = [block.text for block in blocks if isinstance(block, Paragraph)]
    return paragraphs + [cell for block in blocks if isinstance(block, Grid) for row in block.rows for cell in row]


def unaccounted(source: Source, texts: list[Text]) -> str:
    """The characters that stand in no block and were not dropped, or in two of these."""
    kept = [at for text in texts for _, start, length in text.pieces for at in range(start, start + length)]
    dropped = {at for start, end, _ in source.dropped for at in range(start, end)}
    twice = [at for at in range(len(source.text)) if kept.count(at) > 1]
    wrong = (set(range(len(source.text))) - set(kept) - dropped) | (set(kept) & dropped) | set(twice)
    return "".join(source.text[at] for at in sorted(wrong)).strip()


def test_places_are_paths() -> None:
    row = (
        "<w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    )
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    table = f"<w:tbl>{row.format('TT', 'Nhiệm vụ')}{row.format('1', 'Rà soát')}</w:tbl>"
    content = read_word(word_of_body(paragraph.format("một") + "<w:p/>" + paragraph.format("ba") + table))
    paths = [content.source.places(text)[0].path for text in texts_of(content.blocks)]
    assert paths == ["p[1]", "p[3]", *(f"tbl[1]/tr[{row}]/tc[{cell}]" for row in (1, 2) for cell in (1, 2))]


def test_strict_files() -> None:
    text = f'<parts xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Kế hoạch</w:t></w:r></w:p></w:body></parts>'
    strict = text.replace(WORD, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert shown(read_word(word_of_parts(strict)).blocks) == ". Kế hoạch\n"


BROKEN = {
    "empty": b"",
    "no package": b"PK\x03\x04 nothing of the kind",
    "another package": packed({"word/other.xml": "<a/>"}),
    "no XML": packed({"word/document.xml": "<w:document"}),
    "no body": packed({"word/document.xml": f'<w:document xmlns:w="{WORD}"/>'}),
    "pictures alone": word_of_body("<w:p><w:r><w:drawing/></w:r></w:p>"),
    "entities": packed({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(name: str) -> None:
    with pytest.raises(NotReadable):
        read_word(BROKEN[name])


@pytest.mark.parametrize("cut", range(10))
def test_a_file_that_is_cut(cut: int) -> None:
    data = word_of_parts(CASES[0].read_text(encoding="utf-8"))
    with pytest.raises(NotReadable):
        read_word(data[: len(data) * cut // 10])


@pytest.mark.parametrize(
    "cells", ["<w:tc><w:p/></w:tc>" * 30, '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr></w:tc>']
)
def test_a_table_of_too_many_cells(cells: str) -> None:
    with pytest.raises(NotReadable, match="the limit is 50") as caught:
        read_word(word_of_body(f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"), 50)
    assert caught.value.status == "limit"


def test_tables_nested_deeply() -> None:
    deep = 50
    body = "<w:tbl><w:tr><w:tc>" * deep + "<w:p><w:r><w:t>a</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * deep
    assert shown(read_word(word_of_body(body)).blocks) == ". a\n"
    with pytest.raises(NotReadable, match="broken XML"):
        deeper = "<w:tbl><w:tr><w:tc>" * 100 + "</w:tc></w:tr></w:tbl>" * 100
        read_word(packed({"word/document.xml": f'<w:body xmlns:w="{WORD}">{deeper}</w:body>'}))


_LEAVES = """
    <w:t>Kế </w:t> <w:t>80%</w:t> <w:br/> <w:br w:type="page"/> <w:tab/> <w:softHyphen/> <w:vMerge/> <w:del/>
    <w:vMerge w:val="restart"/> <w:gridSpan w:val="3"/> <w:gridBefore w:val="2"/> <w:gridCol w:w="50"/> <w:sectPr/>
    <w:fldChar w:fldCharType="begin"/> <w:fldChar w:fldCharType="separate"/> <w:fldChar w:fldCharType="end"/>
    <w:instrText> TOC </w:instrText> <w:vanish/> <w:caps/>
"""
_NAMES = "p r tbl tr tc pPr rPr tcPr trPr tblGrid ins del sdt sdtContent txbxContent pict hyperlink"


def element(name: str, inner: list[str]) -> str:
    return f"<w:{name}>{''.join(inner)}</w:{name}>"


_TREES = st.recursive(
    st.sampled_from(re.findall(r"<.*?/(?:w:t>|w:instrText>|>)", _LEAVES)),
    lambda inner: st.builds(element, st.sampled_from(_NAMES.split()), st.lists(inner, max_size=4)),
    max_leaves=25,
)


@given(st.lists(_TREES, max_size=4).map("".join))
def test_any_elements(body: str) -> None:
    """Whatever stands within what: no failure, no character lost or doubled, every row as wide as the others."""
    content = read_word(word_of_body(f"<w:p><w:r><w:t>Kế hoạch</w:t></w:r></w:p>{body}"))
    assert unaccounted(content.source, texts_of(content.blocks)) == ""
    for block in content.blocks:
        if isinstance(block, Grid):
            assert len({len(row) for row in block.rows}) == 1
