"""Reads a web page: paragraphs and tables with their places in the file, menus and scripts left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from kehoach.extract.blocks import Block, Break, Grid, Paragraph, Source, Text, join
from kehoach.extract.grids.html import Tag, clean_inline, html_grid, tags
from kehoach.extract.grids.letterhead import is_layout, unfold
from kehoach.extract.markers import marker_of
from kehoach.extract.paragraphs import is_rule
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.decode import decode
from kehoach.extract.readers.html.breaks import join_cut
from kehoach.extract.readers.html.main import without_portal
from kehoach.extract.readers.html.portal import is_attribute_table
from kehoach.schemas.errors import NotReadable

__all__ = ["read_html"]

_SKIPPED = frozenset(
    ["script", "style", "nav", "footer", "header", "aside", "form", "noscript", "svg", "head", "button", "select",
     "iframe", "template", "textarea", "object"]
)  # fmt: skip
_RAW = frozenset(["script", "style", "textarea", "noscript", "iframe"])  # what looks like a tag in these is none
_INLINE = frozenset(
    ["a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "label", "mark", "o:p", "q",
     "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr", "input"]
)  # fmt: skip
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes within which a page declares its encoding
_LINES = ("p", "div", "li", "h1", "h2", "h3", "br")
_MANY_LINES = 12  # in one cell: a page set in a table
_NEARLY_ALL = 0.75  # share of a table's characters
_MOST = 0.5  # share of the rest of a page
_DECLARATION = re.compile(r"<![a-z\[][^<>]*>|<\?[^<>]*>", re.IGNORECASE)  # `<!DOCTYPE html>`, `<?xml …?>`
_BOLD = re.compile(r"<(b|strong)(?=[\s>])[^<>]*>", re.IGNORECASE)
_BOLD_END = re.compile(r"</(?:b|strong)\s*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh][\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LINE = re.compile(r"[^\n]+")
_PAGE_BREAK = re.compile(r"page-break-(?:before|after)\s*:\s*always|break-before\s*:\s*page", re.IGNORECASE)
_START = re.compile(r"""\bstart\s*=\s*["']?(\d+)""", re.IGNORECASE)
_LETTERED = re.compile(r"""\btype\s*=\s*["']?a\b""")


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of a web page. Raises NotReadable where the bytes are no text."""
    declared = _CHARSET.search(data, 0, _HEAD)
    text = decode(data, declared[1].decode() if declared else None)
    return Content(*read_html(text, options.max_cells))


def read_html(text: str, max_cells: int = ReadOptions().max_cells) -> tuple[Source, list[Block]]:
    """The blocks of a whole HTML page.

    `<p>`, `<div>`, `<li>`, headings and lines that `<br>` ends are paragraphs; `<table>` is a grid, but for a
    letterhead or signature set in one. Navigation (`<nav>`, `<header>`, `<footer>`, `<form>`, …) and all that stands
    outside the one `<main>` or `<article>` are noted as dropped, as are the tags. What is no HTML is one paragraph.
    Raises NotReadable (`limit`) for a table of more than ``max_cells`` cells.
    """
    source = Source(text)
    start, end = _main_part(text)
    for low, high in ((0, start), (end, len(text))):
        if low < high:
            source.dropped.append((low, high, "navigation"))
    return source, _Page(source, (start, end), max_cells).read()


def _main_part(text: str) -> tuple[int, int]:
    """From and to of the page's only `<main>` or `<article>`, where that holds most of its tables and paragraphs."""
    for name in ("main", "article"):
        opened = [match.start() for match in re.finditer(rf"<{name}(?=[\s>])", text, re.IGNORECASE)]
        closed = [match.end() for match in re.finditer(rf"</{name}\s*>", text, re.IGNORECASE)]
        if len(opened) == len(closed) == 1 and opened[0] < closed[0]:
            inside = len(_ANY_TAG.sub("", text[opened[0] : closed[0]]))
            if inside > 500:
                return opened[0], closed[0]
    return 0, len(text)


class _Page:
    """A walk over the tags of a page that collects blocks."""

    def __init__(self, source: Source, span: tuple[int, int], max_cells: int) -> None:
        self.source, self.text, self.max_cells = source, source.text, max_cells
        self.at, self.end = span
        self.blocks: list[Block] = []
        self.gap = False
        self.bold = False
        self.lists: list[tuple[str, int]] = []  # the open lists: the mark of their items, and the next number
        self.mark = ""
        self.unseen: list[Tag] = []  # comments and declarations since the last boundary

    def read(self) -> list[Block]:
        skip_to = 0
        found = _visible_tags(self.text, self.at, self.end)
        closing = _closing_tags(found)
        tables = [index for index, tag in enumerate(found) if tag.name == "table" and not tag.closes]
        for index, tag in enumerate(found):
            if tag.start < skip_to or (tag.name in _INLINE and not _PAGE_BREAK.search(tag.attributes)):
                continue
            partner = closing.get(index)
            if tag.name == "!":
                self.unseen.append(tag)
            elif not tag.closes and tag.name in _SKIPPED and not self._is_page(tag, found, partner):
                skip_to = self._skip(tag, found[partner].end if partner is not None else None)
            elif (
                not tag.closes
                and tag.name == "table"
                and not _holds_table(tables, index, partner)
                and not _holds_page(found[index + 1 : partner])
            ):
                skip_to = found[partner].end if partner is not None else self.end
                self._table(tag, skip_to)
            else:
                self._boundary(tag)
        self._paragraph(self.end)
        return join_cut(self.source, without_portal(self.source, self.blocks, found))

    def _skip(self, tag: Tag, end: int | None) -> int:
        """Leave an element out; one that is never closed loses its tag only, a script all that follows."""
        self._paragraph(tag.start)
        if end is None:
            end = self.end if tag.name in _RAW else tag.end
        self.source.dropped.append((tag.start, end, "navigation"))
        self.at = end
        return end

    def _is_page(self, tag: Tag, found: list[Tag], partner: int | None) -> bool:
        """Whether a form is the page itself: ASP.NET puts one around everything."""
        end = found[partner].end if partner is not None else tag.end
        return tag.name == "form" and end - tag.start > _MOST * (self.end - tag.start)

    def _table(self, tag: Tag, end: int) -> None:
        self._paragraph(tag.start)
        if sum(1 for _ in _CELL.finditer(self.text, tag.start, end)) > self.max_cells:
            raise NotReadable(f"a table of more than {self.max_cells} cells", "limit")
        grid = html_grid(self.source, tag.start, end)
        self.at = end
        filled = [cell for row in grid.rows for cell in row if cell]
        if is_attribute_table(grid):
            for cell in filled:
                self.source.drop(cell, "navigation")
            return
        if not filled:
            return
        self.blocks += unfold(grid) if is_layout(grid) else [Grid(grid.rows, "html")]
        self.gap = True

    def _boundary(self, tag: Tag) -> None:
        """The start or end of a block of text."""
        self._paragraph(tag.start)
        self.source.dropped.append((tag.start, tag.end, "markup"))
        self.at = tag.end
        self.bold = not tag.closes and tag.name[0] == "h" and tag.name[1:].isdigit()
        if tag.name == "hr" or _PAGE_BREAK.search(tag.attributes):
            self.blocks.append(Break())
        if tag.name in ("ul", "ol"):
            self._list(tag)
        elif tag.name == "li" and not tag.closes:
            self.mark = self._item_mark()

    def _list(self, tag: Tag) -> None:
        if tag.closes:
            self.lists = self.lists[:-1]
            return
        first = _START.search(tag.attributes)
        kind = "-" if tag.name == "ul" else "a" if _LETTERED.search(tag.attributes) else "1"
        self.lists.append((kind, int(first[1]) if first else 1))

    def _item_mark(self) -> str:
        """What a browser shows before an item: `- `, `1. `, `a) `."""
        kind, number = self.lists[-1] if self.lists else ("-", 1)
        if self.lists:
            self.lists[-1] = (kind, number + 1)
        if kind == "a" and number <= 26:
            return f"{chr(96 + number)}) "
        return f"{number}. " if kind == "1" else "- "

    def _paragraph(self, end: int) -> None:
        """What stands between two boundaries: a paragraph for each of its lines."""
        low, high = self.at, end
        if low >= high:
            return
        bold = self.bold or self._is_bold(self.text[low:high])
        shown = self._shown(low, high)
        if not shown:
            self.gap = self.gap or "&nbsp;" in self.text[low:high]
        for match in _LINE.finditer(shown.value):
            line = shown.slice(match.start(), match.end()).single_line()
            if line and is_rule(line.value):
                self.source.drop(line, "rule")
                self.blocks.append(Break())
            elif line:
                self._add(line, bold)
        self.at = end

    def _shown(self, low: int, high: int) -> Text:
        """The text between two boundaries; Word puts a comment between the number of a list item and its words."""
        pieces: list[Text] = []
        for tag in self.unseen:
            pieces.append(clean_inline(self.source, low, tag.start))
            self.source.dropped.append((tag.start, tag.end, "markup"))
            low = tag.end
        self.unseen = []
        return join([*pieces, clean_inline(self.source, low, high)], "").strip()

    def _add(self, line: Text, bold: bool) -> None:
        if self.mark and marker_of(line.value) is None:
            line = join([Text(self.mark), line], "")
        self.mark = ""
        self.blocks.append(Paragraph(line, bold, self.gap))
        self.gap = False

    def _is_bold(self, raw: str) -> bool:
        if not _BOLD.search(raw):
            return False
        outside, at = [], 0
        for match in _BOLD.finditer(raw):
            if match.start() >= at:
                outside.append(raw[at : match.start()])
                closing = _BOLD_END.search(raw, match.end())
                at = closing.end() if closing else len(raw)
        outside.append(raw[at:])
        return not _ANY_TAG.sub("", "".join(outside)).replace("&nbsp;", "").strip(" \n\r\t.:")


def _holds_table(tables: list[int], index: int, partner: int | None) -> bool:
    """Whether a table holds tables (by the indices of all of them): then it only lays out the page."""
    following = bisect_right(tables, index)
    return following < len(tables) and (partner is None or tables[following] < partner)


def _holds_page(inner: list[Tag]) -> bool:
    """Whether one cell of a table, whose tags these are, holds nearly all of it: then it only lays out the page."""
    length = (inner[-1].end - inner[0].start) if inner else 0
    cells = [at for at, tag in enumerate(inner) if tag.name in ("td", "th") and not tag.closes]
    for at, last in pairwise([*cells, len(inner) - 1]):
        lines = sum(tag.name in _LINES and not tag.closes for tag in inner[at:last])
        if lines >= _MANY_LINES and inner[last].start - inner[at].end > _NEARLY_ALL * length:
            return True
    return False


def _visible_tags(text: str, start: int, end: int) -> list[Tag]:
    """The tags outside comments, and each comment or declaration as a tag named `!`."""
    hidden: list[Tag] = [Tag(*match.span(), "!", False, "") for match in _DECLARATION.finditer(text, start, end)]
    at = text.find("<!--", start, end)
    while at >= 0:
        close = text.find("-->", at + 4, end)
        stop = close + 3 if close >= 0 else end
        hidden.append(Tag(at, stop, "!", False, ""))
        at = text.find("<!--", stop, end)
    visible: list[Tag] = []
    covered = start
    for tag in sorted([*hidden, *tags(text, start, end)], key=lambda tag: (tag.start, -tag.end)):
        if tag.start >= covered:
            visible.append(tag)
            covered = tag.end if tag.name == "!" else covered
    return visible


def _closing_tags(found: list[Tag]) -> dict[int, int]:
    """For each opening tag of a table or skipped element the index of the tag that closes it."""
    partners: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for index, tag in enumerate(found):
        if tag.name != "table" and tag.name not in _SKIPPED:
            continue
        if not tag.closes:
            opened.setdefault(tag.name, []).append(index)
        elif opened.get(tag.name):
            partners[opened[tag.name].pop()] = index
    return partners
