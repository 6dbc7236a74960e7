"""What a reader gives, what it may be told, and how it writes down a text that has no lines of its own."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kehoach.extract.blocks import Block, Source, Text
from kehoach.extract.places import Anchor
from kehoach.schemas.codes import Code

__all__ = ["Content", "ReadOptions", "SourceBuilder"]


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may tell the readers, and how much they may take.

    A file over a limit raises :class:`~kehoach.schemas.errors.NotReadable` with the status `limit`.
    """

    password: str | None = None
    ocr: bool = True
    """Read scanned pages by optical character recognition."""
    max_pages: int = 500
    max_cells: int = 100_000
    """Of one table."""
    max_expanded: int = 500 * 2**20
    """Bytes that a packed file (docx, xlsx, zip) may unpack to, counted while it is unpacked."""
    max_ratio: int = 100
    """How many times its size a packed file may unpack to."""
    page_read: Callable[[], None] | None = None
    """Called after each scanned page: recognition of text takes seconds, and a limit of time is one for a page then."""


class Content(msgspec.Struct):
    """A file as every later step sees it."""

    source: Source
    blocks: list[Block]
    pages: int | None = None
    ocr: bool = False
    notes: list[tuple[Code, Text]] = []
    """What the reader has to report, each with the text at whose place it is: a word read with low confidence."""
    footnotes: list[Text] = []
    """Notes that stand at the foot of a page or at the end, each with its place: text, but of no heading."""
    parts: list[str] = []
    """The names of the files within a bundle; empty for a single file."""
    sha256: str | None = None
    """Of a bundle: the digest of its parts' digests, sorted, so that a folder and a ZIP of the same files are one."""


class SourceBuilder:
    """Collects the text of a file piece by piece, each with its place.

    >>> builder = SourceBuilder()
    >>> cell = builder.add("Chỉ tiêu", Anchor(0, path="tbl[1]/tr[1]/tc[2]"))
    >>> builder.source().places(cell)[0].path
    'tbl[1]/tr[1]/tc[2]'
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._anchors: list[Anchor] = []
        self._bold: list[tuple[int, int]] = []
        self._at = 0
        self._plain = True  # whether anything that is not bold stands since the last bold span

    def add(self, value: str, anchor: Anchor, *, bold: bool = False) -> Text:
        """Append characters that stand at this place (its `start` is set here); returns them as a Text."""
        if not value:
            return Text()
        start = self._at
        self._parts.append(value)
        self._at += len(value)
        if not self._anchors or self._anchors[-1][1:] != anchor[1:]:
            self._anchors.append(Anchor(start, *anchor[1:]))
        if bold:
            self._add_bold(start)
        elif not value.isspace():
            self._plain = True
        return Text(value, ((0, start, len(value)),))

    def separate(self, value: str = "\n") -> None:
        """Append white space that stands nowhere, so that the source reads as a text."""
        self._parts.append(value)
        self._at += len(value)

    def _add_bold(self, start: int) -> None:
        """Spans with nothing but space between them become one, so that a heading over two lines is bold as a whole."""
        if self._bold and not self._plain:
            start = self._bold.pop()[0]
        self._bold.append((start, self._at))
        self._plain = False

    def source(self) -> Source:
        """The source of all that was added."""
        return Source("".join(self._parts), self._anchors, self._bold)
