"""Rows that a page break cut: how many of them come back as one row, with its cells and both pages.

The plans are set so that their cells are tall and many rows are cut; which are is told by the PDF, not by its reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kehoach.extract.blocks import Grid
from kehoach.extract.grids.stitch import stitch_grids
from kehoach.extract.readers import ReadOptions, read_content
from tests.corpus import plans
from tests.rendering.marked import TrueRow, coloured, true_rows
from tests.rendering.model import read_parts
from tests.rendering.office import convert, needs_office
from tests.rendering.word import Style, word_file

STYLES = {
    "repeated-heads": Style(table_size=15, narrow=0.75),
    "heads-once": Style(table_size=16, narrow=0.9, repeat_heads=False),
    "landscape": Style("Liberation Sans", table_size=17, landscape_appendices=True),
}
FLOOR = 0.99
LEAST = 100  # rows that must be cut for the share to mean something


def rows_read(pdf: bytes) -> Iterator[TrueRow]:
    content = read_content(pdf, "pdf", ReadOptions(ocr=False))
    for block in stitch_grids(content.source, content.blocks):
        for row in block.rows if isinstance(block, Grid) else ():
            places = [place.page for cell in row for place in content.source.places(cell) if place.page]
            yield TrueRow(tuple(cell.single_line().value for cell in row), tuple(sorted(set(places))))


@needs_office
@pytest.mark.parametrize("style", STYLES)
def test_cut_rows_are_one_row_with_both_pages(style: str, tmp_path: Path) -> None:
    sources = {path: read_parts(path) for path in plans().values() if path.suffix in (".txt", ".md", ".html")}
    files = {path: tmp_path / f"{path.stem}.docx" for path in sources}
    for path, file in files.items():
        file.write_bytes(coloured(word_file(sources[path], STYLES[style])))
    cut, lost = 0, []
    for path, pdf in zip(files, convert(list(files.values()), "pdf", tmp_path), strict=True):
        data = pdf.read_bytes()
        found = set(rows_read(data))
        rows = [row for row in true_rows(sources[path], data) if len(row.pages) > 1]
        cut += len(rows)
        lost += [f"{path.name}: {row}" for row in rows if row not in found]
    assert cut >= LEAST
    assert len(lost) <= (1 - FLOOR) * cut, "\n".join([f"{len(lost)} of {cut} lost", *lost])
