"""What every reader yields and every later step sees: paragraphs and grids whose text knows its source.

A reader turns a file into one :class:`Source` (its whole text, as a person would read it, and how an offset in it
becomes a place) and a list of blocks. Behind the readers nothing asks which format a block came from.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Literal

import msgspec

from kehoach.extract.places import Anchor, anchored_places
from kehoach.schemas.records import Place

Piece = tuple[int, int, int]  # (offset in the text, offset in the source, length): both run in step


class Text(msgspec.Struct, frozen=True, gc=False):  # holds nothing that could refer back to it
    """A string and, piece by piece, where its characters stand in the source.

    Joining and slicing keep the pieces, so that ``text[10:14].places(source)`` is the place of these characters.
    Characters without a piece (the space put where a line ended) stand nowhere in the source.
    """

    value: str = ""
    pieces: tuple[Piece, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __str__(self) -> str:
        return self.value

    def slice(self, start: int, end: int | None = None) -> Text:
        """The characters ``start:end`` with their places; indices as in ``str``, none of them negative."""
        stop = len(self.value) if end is None else min(end, len(self.value))
        if start <= 0 and stop >= len(self.value):
            return self
        if len(self.pieces) == 1 and self.pieces[0][2] == len(self.value) and start < stop:  # the common case
            return Text(self.value[start:stop], ((0, self.pieces[0][1] + start, stop - start),))
        pieces = []
        first = max(0, bisect_right(self.pieces, (start, _FAR)) - 1)
        for at, source, length in itertools.islice(self.pieces, first, None):
            if at >= stop:
                break
            low, high = max(at, start), min(at + length, stop)
            if low < high:
                pieces.append((low - start, source + low - at, high - low))
        return Text(self.value[start:stop], tuple(pieces))

    def strip(self, chars: str | None = None) -> Text:
        """Without the given characters (default: white space) at both ends."""
        core = self.value.strip(chars)
        if len(core) == len(self.value):
            return self
        start = self.value.find(core)
        return self.slice(start, start + len(core))

    def start(self) -> int:
        """Offset in the source of the first character that stands there; -1 for none."""
        return self.pieces[0][1] if self.pieces else -1

    def single_line(self) -> Text:
        """The same with every run of white space as one space: what goes into a table.

        A word or number cut at a line's end is joined: `57-` / `NQ/TW` gives `57-NQ/TW`.
        """
        value = self.value
        if "\t" in value or "\n" in value:
            value = _BREAK.sub(" ", value)  # one for one, so that the pieces stay right
        plain = Text(value, self.pieces).strip() if value is not self.value else self.strip()
        if "\n" in self.value and ("-" in value or "/" in value) and CUT_TOKEN_AT_BREAK.search(self.value):
            return self._uncut()
        if "  " not in plain.value:
            return plain
        return join([plain.slice(*part.span()) for part in _PART.finditer(plain.value)], " ")

    def _uncut(self) -> Text:
        """Single spaces, and the parts of a word or number that a line end cut put together."""
        joined: list[Text] = []
        for line in split_lines(self):
            if joined and CUT_TOKEN.search(joined[-1].value):
                joined[-1] = join([joined[-1], line], "")
            else:
                joined.append(line)
        return join([line.single_line() for line in joined], " ")


_FAR = 2**62  # beyond any offset
_MARKS = re.compile(r"[^\w\s]+")
_BREAK = re.compile(r"[\t\n]")
_PART = re.compile(r"\S+(?: \S+)*")  # words with single spaces between
CUT_TOKEN_AT_BREAK = re.compile(r"[-/](?<=[\w)].)[ \t]*\n")
CUT_TOKEN = re.compile(r"[\w)][-/]$")  # `57-` / `NQ/TW`, `2025-` / `2030`; not `Văn hóa -` / `Xã hội`
EMPTY = Text()


def join(parts: Iterable[Text], separator: str) -> Text:
    """The parts one after the other; a part that is empty leaves no separator."""
    values: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for part in parts:
        if not part.value:
            continue
        if values:
            at += len(separator)
        values.append(part.value)
        for offset, source, length in part.pieces:
            last = pieces[-1] if pieces else None
            if last and last[0] + last[2] == at + offset and last[1] + last[2] == source:
                pieces[-1] = (last[0], last[1], last[2] + length)
            else:
                pieces.append((at + offset, source, length))
        at += len(part.value)
    return Text(separator.join(values), tuple(pieces))


def all_places(texts: Iterable[Text]) -> Text:
    """An empty text that stands where all these texts stand, for their common place.

    In the order of the source: where cells are centred, the ordinal of a row stands below the first line of its name.
    """
    pieces = [piece for text in texts for piece in text.pieces]
    return Text("", tuple(sorted(pieces, key=itemgetter(1))))


def split_lines(text: Text) -> list[Text]:
    """The lines of a text with line breaks, without empty ones."""
    lines, at = [], 0
    for value in text.value.split("\n"):
        line = text.slice(at, at + len(value)).strip()
        at += len(value) + 1
        if line:
            lines.append(line)
    return lines


def whole(value: str, source: int = 0) -> Text:
    """A text that stands as it is in the source, from the offset ``source`` on."""
    return Text(value, ((0, source, len(value)),) if value else ())


class Paragraph(msgspec.Struct):
    """A paragraph: lines that belong together, joined.

    ``text`` has single spaces; ``bold`` where the source sets all of it in bold or marks it as a heading
    (a hint only: Markdown marks lie); ``gap`` is True where an empty line stands before it.
    """

    text: Text
    bold: bool = False
    gap: bool = False


class Grid(msgspec.Struct):
    """A table as it stands in the source, one piece of it a page.

    ``rows`` hold the cells of a row, each with its line breaks; merged cells stand in their first place and are
    empty in the others. ``kind`` tells which finder saw it. ``sides``: where the sides of the columns are drawn, from
    left to right; empty where they are not.
    """

    rows: list[list[Text]]
    kind: Literal["tabs", "pipes", "html", "aligned", "lost", "ruled"] = "tabs"
    sides: tuple[float, ...] = ()


class Break(msgspec.Struct):
    """A page break of the source (a form feed)."""


Block = Paragraph | Grid | Break

DropReason = Literal[
    "markup",
    "rule",
    "page-number",
    "repeated-header",
    "column-numbers",
    "repeated-text",
    "navigation",
    "list-mark",
    "deleted",
    "hidden",
    "placeholder",
    "page-furniture",
]
_UNSEEN = ("deleted", "hidden", "placeholder", "page-furniture")  # what is no part of the text that a person reads


class Source:
    """The whole text of a file, and its places.

    ``text`` is what a reader decoded, character by character (Unicode NFC, line breaks as ``\\n``);
    ``dropped`` collects the spans that a step left out, each with its reason; ``kept`` those that went into a
    record. Together they account for every character (:func:`kehoach.extract.ledger.account`).

    A text has lines and columns; a file that has none of these gives `anchors`, sorted by their start, and `bold`, the
    spans that it sets in bold (in a text, Markdown marks tell).
    """

    def __init__(
        self, text: str, anchors: Sequence[Anchor] = (), bold: Sequence[tuple[int, int]] | None = None
    ) -> None:
        self.text = text
        self.anchors = anchors
        self.bold = bold
        self.lines: list[int] = [0]
        find = text.find
        at = find("\n")
        while at >= 0:
            self.lines.append(at + 1)
            at = find("\n", at + 1)
        self.dropped: list[tuple[int, int, DropReason]] = []
        self.kept: list[tuple[int, int]] = []

    def drop(self, text: Text, reason: DropReason) -> None:
        """Note that these characters go to no output, and why."""
        self.dropped.extend((source, source + length, reason) for _, source, length in text.pieces)

    def shown(self) -> str:
        """The text with blanks for what is no part of it: deleted and hidden words, the lines at a page's edges."""
        parts, at = [], 0
        for start, end in _united((start, end) for start, end, reason in self.dropped if reason in _UNSEEN):
            parts += [self.text[at:start], " " * (end - start)]
            at = end
        return "".join([*parts, self.text[at:]])

    def keep(self, text: Text) -> str:
        """Note that these characters stand in a record; returns them as the record holds them (single spaces)."""
        self.kept.extend((source, source + length) for _, source, length in text.pieces)
        return text.single_line().value

    def keep_all(self, whole: Text, *parts: Text) -> None:
        """Note the parts as kept, and the punctuation between them (a marker's dot, a colon) as dropped."""
        for part in parts:
            self.keep(part)
        self.drop_marks(whole, *parts)

    def drop_marks(self, whole: Text, *parts: Text) -> None:
        """Note as dropped what punctuation stands in a text outside the parts that were taken out of it.

        Words there are *not* noted: they would be lost, and the ledger is to find them.
        """
        taken = _united((source, source + length) for part in parts for _, source, length in part.pieces)
        for _, source, length in whole.pieces:
            at, end = source, source + length
            for start, stop in itertools.islice(taken, max(0, bisect_right(taken, (source, _FAR)) - 1), None):
                if start >= end:
                    break
                self._drop_punctuation(at, start)
                at = max(at, stop)
            self._drop_punctuation(at, end)

    def _drop_punctuation(self, start: int, end: int) -> None:
        self.dropped.extend((*mark.span(), "list-mark") for mark in _MARKS.finditer(self.text, start, end))

    def is_bold(self, text: Text) -> bool | None:
        """Whether all of a text is set in bold; None where only its marks can tell."""
        if self.bold is None:
            return None
        return all(self._in_bold(start, start + length) for _, start, length in text.pieces) and bool(text.pieces)

    def _in_bold(self, start: int, end: int) -> bool:
        assert self.bold is not None
        at = bisect_right(self.bold, (start, len(self.text))) - 1
        return at >= 0 and self.bold[at][1] >= end

    def line_of(self, offset: int) -> int:
        """1-based line of an offset."""
        return bisect_right(self.lines, offset)

    def places(self, text: Text) -> list[Place]:
        """Where a text stands: one place, from its first to its last character in the source.

        A text joined over a page break gives one place a part (in a text: parts more than ``_PART_GAP`` lines apart).
        """
        if self.anchors:
            return anchored_places(self.anchors, [(start, start + length) for _, start, length in text.pieces])
        parts: list[tuple[int, int]] = []
        for _, start, length in text.pieces:
            end = start + length
            if parts and start - parts[-1][1] >= 0 and self._near(parts[-1][1], start):
                parts[-1] = (parts[-1][0], end)
            else:
                parts.append((start, end))
        return [self._place(start, end) for start, end in parts]

    def _near(self, end: int, start: int) -> bool:
        return self.text.count("\n", end, start) <= _PART_GAP

    def _place(self, start: int, end: int) -> Place:
        line, line_end = self.line_of(start), self.line_of(end - 1)
        return Place(
            line=line,
            col=start - self.lines[line - 1],
            line_end=line_end,
            col_end=end - self.lines[line_end - 1],
        )


_PART_GAP = 2  # one empty line between two parts is a paragraph that goes on; more is a page break with its header


def _united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted, those that touch or overlap as one."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united
