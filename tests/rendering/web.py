"""Sets a plan as a web page, as a portal publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from tests.rendering.model import Cell, Line, Part, PrintedGrid

__all__ = ["page_content", "web_page"]

_FRAME = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Cổng thông tin điện tử</title>
<style>table {{ border-collapse: collapse }}</style><script>var menu = "<p>Trang chủ</p>";</script></head>
<body><nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/vb">Văn bản</a></li></ul></nav>
<main>
{}
</main>
<footer><p>Ghi rõ nguồn khi phát hành lại.</p></footer></body></html>
"""


def web_page(parts: Sequence[Part]) -> bytes:
    """The bytes of a page with all these parts, UTF-8."""
    return _FRAME.format(page_content(parts)).encode()


def page_content(parts: Sequence[Part]) -> str:
    """The paragraphs and tables of these parts, without a page around them."""
    items = [_table(item) if isinstance(item, PrintedGrid) else _line(item) for part in parts for item in part.items]
    return "\n".join(items)


def _line(line: Line) -> str:
    return f"<p><strong>{escape(line.text)}</strong></p>" if line.bold else f"<p>{escape(line.text)}</p>"


def _table(grid: PrintedGrid) -> str:
    rows = {number: list(cells) for number, cells in groupby(grid.cells, key=lambda cell: cell.row)}
    lines = ["<tr>" + "".join(map(_cell, rows.get(number, []))) + "</tr>" for number in range(grid.rows)]
    return "<table border=1>\n" + "\n".join(lines) + "\n</table>"


def _cell(cell: Cell) -> str:
    spans = (f' colspan="{cell.wide}"' if cell.wide > 1 else "") + (f' rowspan="{cell.high}"' if cell.high > 1 else "")
    return f"<td{spans}>{'<br>'.join(map(escape, cell.text.split(chr(10))))}</td>"
