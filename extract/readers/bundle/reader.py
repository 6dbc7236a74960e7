"""Reads a bundle: a plan and its appendices in several files, packed in a ZIP, as one plan.

A folder comes here as a ZIP that was packed in memory. Nothing is ever written to disk.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from kehoach.extract.blocks import Block, Grid, Paragraph, Text
from kehoach.extract.grids import cells
from kehoach.extract.layout import appendix_label, is_document_type
from kehoach.extract.markers import roman_number
from kehoach.extract.readers.bundle.join import Part, join_parts
from kehoach.extract.readers.bundle.repeats import without_repeats
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.registry import format_of, read_content
from kehoach.extract.readers.sniff import sniff
from kehoach.extract.readers.unpack import open_package
from kehoach.extract.readers.workbook.reader import appendix_opening, file_label
from kehoach.schemas.errors import NotReadable

__all__ = ["read"]

_MOST_PARTS = 200
_SKIPPED = re.compile(r"(?:^|/)(?:[.~][^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(?:/|$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
_DIGITS = re.compile(r"(\d+)")
_HEAD = 40  # paragraphs among which the head of a plan, or the heading of an appendix, stands


class _File(NamedTuple):
    name: str
    data: bytes


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of all parts: the body first, then the appendices by their labels, then the others by their names.

    A part that cannot be read, or repeats another one, is left out and noted. Raises NotReadable where none can be
    read, and for archives that are locked, too large, hold archives, or names that lead out of them.
    """
    parts: list[Part] = []
    notes: list[Text] = []
    for file in _files(data, options):
        try:
            content = read_content(file.data, format_of(file.data, file.name), options)
        except NotReadable as error:
            notes.append(Text(f"{file.name}: {error}"))
        else:
            parts.append(Part(file.name, hashlib.sha256(file.data).hexdigest(), content))
    if not parts:
        raise NotReadable("; ".join(["no part of the bundle can be read", *(note.value for note in notes)]))
    digests = sorted(part.sha256 for part in parts)
    parts = without_repeats(sorted(parts, key=_order))
    for part in parts:
        part.content.blocks = _opened(part, first=part is parts[0])
    joined = join_parts(parts)
    joined.notes += [("part-unreadable", note) for note in notes]
    joined.sha256 = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    joined.parts = sorted(part.name for part in parts)
    return joined


def _files(data: bytes, options: ReadOptions) -> Iterator[_File]:
    """The files in the archive but for those that systems leave in folders."""
    package = open_package(data, options)
    names = {name: _spelled(name) for name in package}
    outside = next((name for name in names.values() if _OUTSIDE.search(name)), None)
    if outside is not None:
        raise NotReadable(f"a bundle with a part that leads out of it: {outside}")
    wanted = {name: spelled for name, spelled in names.items() if not _SKIPPED.search(spelled)}
    if len(wanted) > _MOST_PARTS:
        raise NotReadable(f"a bundle of {len(wanted)} files; the limit is {_MOST_PARTS}", "limit")
    if not wanted:
        raise NotReadable("a bundle without a file in it")
    for name, spelled in sorted(wanted.items(), key=lambda item: _natural(item[1])):
        part = package[name]
        found = sniff(part)
        if found is not None and found.format == "zip":
            raise NotReadable(f"a bundle with an archive in it: {spelled}")
        yield _File(spelled, part)


def _spelled(name: str) -> str:
    """The name of a part; many programs write UTF-8 without saying so."""
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


# --- order and headings -----------------------------------------------------------------------------------------


def _order(part: Part) -> tuple[bool, bool, tuple[int, str], list[tuple[int, str]]]:
    """The plan itself, the appendices by their labels (`II` after `I`, `10` after `9`), the others by their names."""
    label = _own_label(part.content.blocks)
    front = label is None and _has_front(part.content.blocks)
    if not label:
        label = file_label(part.name) or ""
    return not front, not label, _label_order(label), _natural(part.name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Numbers within a name by their value: `Bieu 2` before `Bieu 10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name.casefold())]


def _label_order(label: str) -> tuple[int, str]:
    if label[:1].isdecimal():
        return int(_DIGITS.match(label)[1]), label  # type: ignore[index] # it begins with one
    return roman_number(label) or 0, label


def _lines(blocks: list[Block]) -> list[str]:
    """The first lines of a part, those of letterheads set as tables too."""
    values: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            values.append(block.text.value)
        elif isinstance(block, Grid):
            values += [line for row in block.rows for cell in row for line in cell.value.split("\n") if line]
        if len(values) > _HEAD:
            break
    return values[:_HEAD]


def _own_label(blocks: list[Block]) -> str | None:
    """The label of the appendix with whose heading a part begins; None where it does not."""
    for value in _lines(blocks):
        if is_document_type(value):
            return None
        label = appendix_label(value)
        if label is not None:
            return label
    return None


def _has_front(blocks: list[Block]) -> bool:
    return any(is_document_type(value) or cells.is_letterhead(value) for value in _lines(blocks))


def _opened(part: Part, *, first: bool) -> list[Block]:
    """The blocks of a part; an appendix without a heading of its own has that of its file's name."""
    blocks = part.content.blocks
    stem = PurePosixPath(part.name).stem
    label = file_label(part.name)
    if label:
        opening = appendix_opening(stem, named=False)
        blocks = [opening[0] if _is_bare_opening(block) else block for block in blocks]
    if not blocks or _own_label(blocks) is not None or (first and _has_front(blocks)):
        return blocks
    if any(is_document_type(value) for value in _lines(blocks)):
        return blocks  # a plan beside the decision that it is attached to
    titled = isinstance(blocks[0], Paragraph)
    return [*appendix_opening(stem, named=not titled), *blocks]


def _is_bare_opening(block: Block) -> bool:
    """The heading that the reader of workbooks put over a sheet without a name."""
    return isinstance(block, Paragraph) and not block.text.pieces and block.text.value == "PHỤ LỤC"
