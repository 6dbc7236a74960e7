"""Paragraphs that a page break of a web page cuts: a document that was saved from Word, a PDF turned into a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.extract.blocks import Block, Break, Paragraph, Source, join
from kehoach.extract.markers import marker_of

__all__ = ["join_cut"]

_PAGE_NUMBER = re.compile(r"(?:trang\s+)?[-–\s]*\d{1,3}[-–\s]*(?:/\s*\d{1,3})?", re.IGNORECASE)
_ENDED = re.compile(r"[.;:!?…][”\"’)]*$")


def join_cut(source: Source, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each paragraph that goes on behind a page break in one piece; page numbers there are dropped."""
    joined: list[Block] = []
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            if _is_page_number(blocks, at):
                source.drop(block.text, "page-number")
                continue
            breaks = 0
            while breaks < len(joined) and isinstance(joined[-1 - breaks], Break):
                breaks += 1
            last = joined[-1 - breaks] if breaks < len(joined) else None
            if breaks and isinstance(last, Paragraph) and _goes_on(last, block):
                joined[-1 - breaks] = Paragraph(join([last.text, block.text], " "), last.bold, last.gap)
                continue
        joined.append(block)
    return joined


def _is_page_number(blocks: Sequence[Block], at: int) -> bool:
    beside = [blocks[near] for near in (at - 1, at + 1) if 0 <= near < len(blocks)]
    text = blocks[at].text.value  # type: ignore[union-attr] # the caller asks of paragraphs alone
    return bool(_PAGE_NUMBER.fullmatch(text)) and any(isinstance(block, Break) for block in beside)


def _goes_on(last: Paragraph, block: Paragraph) -> bool:
    """`… tổ chức thực` / `hiện theo quy định.`: no sentence begins with a small letter."""
    value = block.text.value
    return value[:1].islower() and marker_of(value) is None and not _ENDED.search(last.text.value)
