"""Puts the contents of several files one after the other, as one content whose places say which file they are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kehoach.extract.blocks import Block, Break, Grid, Paragraph, Source, Text
from kehoach.extract.places import Anchor
from kehoach.extract.readers.content import Content

__all__ = ["Part", "join_parts"]

_BETWEEN = "\n\n"


class Part(NamedTuple):
    """A file of a bundle: its name within it, the SHA-256 of its bytes in hex, what was read of it."""

    name: str
    sha256: str
    content: Content


def join_parts(parts: Sequence[Part]) -> Content:
    """The contents in this order. A text has lines, but no columns any more."""
    texts: list[str] = []
    anchors: list[Anchor] = []
    bold: list[tuple[int, int]] = []
    joined = Content(Source(""), [])
    at = 0
    for part in parts:
        source = part.content.source
        texts.append(source.text)
        anchors += _anchors(part, at)
        bold += [(start + at, end + at) for start, end in source.bold or ()]
        joined.blocks += [Break()] if joined.blocks else []
        joined.blocks += [_moved_block(block, at) for block in part.content.blocks]
        joined.notes += [(code, _moved(text, at)) for code, text in part.content.notes]
        joined.footnotes += [_moved(text, at) for text in part.content.footnotes]
        at += len(source.text) + len(_BETWEEN)
    joined.source = Source(_BETWEEN.join(texts), anchors, bold)
    at = 0
    for part in parts:
        dropped = part.content.source.dropped
        joined.source.dropped += [(start + at, end + at, reason) for start, end, reason in dropped]
        at += len(part.content.source.text) + len(_BETWEEN)
    pages = [part.content.pages for part in parts if part.content.pages is not None]
    joined.pages = sum(pages) if pages else None
    joined.ocr = any(part.content.ocr for part in parts)
    return joined


def _anchors(part: Part, at: int) -> Iterator[Anchor]:
    """The anchors of a part with its name before their paths; a text has one a line."""
    source = part.content.source
    if not source.anchors:
        lines = source.lines if source.text else ()
        yield from (Anchor(start + at, path=part.name, line=line) for line, start in enumerate(lines, start=1))
        return
    for anchor in source.anchors:
        path = f"{part.name}#{anchor.path}" if anchor.path else part.name
        yield anchor._replace(start=anchor.start + at, path=path)


def _moved_block(block: Block, by: int) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(_moved(block.text, by), block.bold, block.gap)
    if isinstance(block, Grid):
        return Grid([[_moved(cell, by) for cell in row] for row in block.rows], block.kind)
    return block


def _moved(text: Text, by: int) -> Text:
    """The same text further on in the source; one without a place (an empty cell) stays the same object."""
    if not text.pieces or not by:
        return text
    return Text(text.value, tuple((offset, source + by, length) for offset, source, length in text.pieces))
