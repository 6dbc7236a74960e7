"""Web pages: blocks, what is left out, and that every character is accounted for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from kehoach.extract.blocks import Block, Break, Grid, Paragraph, Source
from kehoach.extract.readers.html.reader import read_html

_CASES = sorted((Path(__file__).parent / "cases" / "html").glob("*.html"))
_PARTS = [
    "<p>", "</p>", "<div>", "<b>", "</b>", "<br>", "<table>", "</table>", "<tr>", "<td colspan=2>", "</td>", "<ul>",
    "<td rowspan='2'>", "<li>", "<nav>", "</nav>", "<script>", "</script>", "<!--", "-->", "&nbsp;", "Kế hoạch", " ",
    "\n", "<", ">", "1", "<h1>", "</h1>",
]  # fmt: skip


def shown(blocks: list[Block]) -> str:
    """The blocks as the `.blocks` files have them: `*` a bold paragraph, `.` another, `|` the rows of a grid."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(("* " if block.bold else ". ") + block.text.value)
        elif isinstance(block, Grid):
            lines += ["| " + " | ".join(cell.single_line().value for cell in row) for row in block.rows]
        elif isinstance(block, Break):
            lines.append("=====")
    return "\n".join(lines) + "\n"


def _unaccounted(source: Source, blocks: list[Block]) -> str:
    kept: set[int] = set()
    for block in blocks:
        texts = [block.text] if isinstance(block, Paragraph) else []
        texts = [cell for row in block.rows for cell in row] if isinstance(block, Grid) else texts
        kept |= {at for text in texts for _, start, length in text.pieces for at in range(start, start + length)}
    dropped = {at for start, end, _ in source.dropped for at in range(start, end)}
    wrong = (set(range(len(source.text))) - kept - dropped) | (kept & dropped)
    return "".join(source.text[at] for at in sorted(wrong)).strip()


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_page(path: Path) -> None:
    source, blocks = read_html(path.read_text(encoding="utf-8"))
    assert shown(blocks) == path.with_suffix(".blocks").read_text(encoding="utf-8")
    assert _unaccounted(source, blocks) == ""


@given(st.lists(st.sampled_from(_PARTS), max_size=40).map("".join))
def test_any_tags(text: str) -> None:
    source, blocks = read_html(text)
    assert _unaccounted(source, blocks) == ""
    for block in blocks:
        if isinstance(block, Grid):
            assert len({len(row) for row in block.rows}) == 1


@pytest.mark.parametrize("part", ["<p>", "<table>", "<td>", "<!--", "<ul><li>", "<b", "<nav>", "<script>", "</p>"])
def test_time_grows_with_length_only(part: str) -> None:
    began = time.process_time()
    read_html(part * 3_000)
    assert time.process_time() - began < 3


_CELL = st.sampled_from(["Chỉ tiêu", "≥ 80%", "Quý I/2026", "a &amp; b", "<b>Công an xã</b>", "1 &lt; 2", "57-NQ/TW"])
_ROW = st.tuples(*[st.tuples(_CELL, st.sampled_from(["</td>", ""]), st.sampled_from(["td", "TD", 'td class="x"']))] * 3)


@given(st.lists(_ROW, min_size=2, max_size=5), st.booleans())
def test_cells_are_those_of_a_browser_engine(rows: list[tuple[tuple[str, str, str], ...]], closed: bool) -> None:
    """A table with tags left open, as selectolax (lexbor) reads it."""
    html = "".join(
        "<tr>" + "".join(f"<{tag}>{text}{end}" for text, end, tag in row) + ("</tr>" if closed else "") for row in rows
    )
    html = f"<table>{html}</table>"
    expected = [
        [" ".join(cell.text().split()) for cell in row.css("td, th")] for row in LexborHTMLParser(html).css("tr")
    ]
    grids = [block for block in read_html(html)[1] if isinstance(block, Grid)]
    assert [[cell.single_line().value for cell in row] for row in grids[0].rows] == expected
