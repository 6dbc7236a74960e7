"""Files of a bundle that say what another one says: the plan as Word file and as signed scan, an appendix twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kehoach.extract.blocks import Block, Grid, Paragraph
from kehoach.extract.layout import is_document_type
from kehoach.extract.readers.bundle.join import Part
from kehoach.normalize.text import fold

__all__ = ["without_repeats"]

_RUN = 4  # words that stand together
_SAME_PLAN = 0.5  # share of runs: two prints of a plan, one of them badly recognised; a decision and its plan have few
_SAME_APPENDIX = 0.9


class _Seen(NamedTuple):
    runs: set[tuple[str, ...]]
    rows: set[tuple[str, ...]]
    is_plan: bool


def without_repeats(parts: Sequence[Part]) -> list[Part]:
    """The parts; of one that repeats one before it the text is left out, and that is noted.

    An appendix repeats another part only where each row of its tables stands there word for word; one with other
    figures is read (and the check for tables that stand twice reports it).
    """
    seen: list[_Seen] = []
    kept: list[Part] = []
    for part in parts:
        own = _look(part.content.blocks)
        if any(_repeats(own, other) for other in seen):
            _leave_out(part)
        else:
            seen.append(own)
        kept.append(part)
    return kept


def _look(blocks: Sequence[Block]) -> _Seen:
    words: list[str] = []
    rows: set[tuple[str, ...]] = set()
    is_plan = False
    for block in blocks:
        if isinstance(block, Paragraph):
            words += fold(block.text.value).split()
            is_plan = is_plan or is_document_type(block.text.value) is not None
        elif isinstance(block, Grid):
            for row in block.rows:
                filled = tuple(fold(cell.value) for cell in row if cell)
                rows |= {filled} if len(filled) > 1 else set()
                words += " ".join(filled).split()
    return _Seen({tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}, rows, is_plan)


def _repeats(own: _Seen, other: _Seen) -> bool:
    if not own.runs:
        return False
    share = len(own.runs & other.runs) / len(own.runs)
    if own.is_plan and other.is_plan and share >= _SAME_PLAN:
        return True
    return share >= _SAME_APPENDIX and own.rows <= other.rows


def _leave_out(part: Part) -> None:
    """Keep nothing of a part but the note that it repeats another."""
    content = part.content
    first = next(block for block in content.blocks if isinstance(block, Paragraph | Grid))
    text = first.text if isinstance(first, Paragraph) else next(cell for row in first.rows for cell in row if cell)
    content.notes = [("text-repeated", text)]
    content.blocks, content.footnotes = [], []
    content.source.dropped = [(0, len(content.source.text), "repeated-text")]
