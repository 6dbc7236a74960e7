"""Nothing lost: every character of the source stands in a record or was left out for a named reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kehoach.extract.blocks import Source

Span = tuple[int, int]


class Account(NamedTuple):
    """Counts of non-space characters, and the spans that are in neither list."""

    chars: int
    kept: int
    dropped: int
    lost: list[Span]


def account(source: Source) -> Account:
    """Count the source's non-space characters, those kept, those dropped, and find what is missing.

    A character that is both kept and dropped (a caption repeated on every page) counts as kept.
    """
    kept = _union(source.kept)
    both = _union([*kept, *((start, end) for start, end, _ in source.dropped)])
    chars, count_kept = _count(source.text, [(0, len(source.text))]), _count(source.text, kept)
    lost = [span for span in _gaps(both, len(source.text)) if not source.text[slice(*span)].isspace()]
    return Account(chars, count_kept, chars - _count(source.text, lost) - count_kept, lost)


def _count(text: str, spans: Sequence[Span]) -> int:
    """The characters in these spans that are no white space."""
    return len("".join("".join([text[start:end] for start, end in spans]).split()))


def _union(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _gaps(spans: Sequence[Span], length: int) -> list[Span]:
    edges = [0, *(edge for span in spans for edge in span), length]
    return [(edges[at], edges[at + 1]) for at in range(0, len(edges), 2) if edges[at] < edges[at + 1]]
