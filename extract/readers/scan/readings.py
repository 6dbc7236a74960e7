"""Two readings of one piece of a page compared: what they agree on is sure, the rest is not.

Tesseract reads a bold `2` as `3` at one size of the picture and rightly at another, each time with a high confidence;
it seldom makes the same mistake twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from kehoach.extract.readers.scan.doubt import has_figures
from kehoach.extract.readers.scan.ocr import OcrWord

__all__ = ["DISPUTED", "compared", "decided", "is_disputed", "needs_second"]

DISPUTED = 0.4
"""Confidence of a word that two readings differ on, at most."""
_SURE = 0.85
_DECIDES = 0.8
_FEW = 3  # letters of a cell


def needs_second(words: Sequence[OcrWord]) -> bool:
    """Whether a first reading holds figures, or words that it is not sure of, or so few letters: `AA` may be `44`."""
    few = sum(len(word.text) for word in words) <= _FEW
    return few or any(word.confidence < _SURE or has_figures(word.text) for word in words)


def compared(first: Sequence[OcrWord], second: Sequence[OcrWord]) -> list[OcrWord]:
    """The words of both readings, in the order of the first.

    Where they differ the surer one counts, with a low confidence if it carries figures.
    """
    ours, theirs = [word.text for word in first], [word.text for word in second]
    if _letters(first) == _letters(second):
        return list(first if len(first) <= len(second) else second)
    words: list[OcrWord] = []
    for tag, start, end, low, high in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = zip(first[start:end], second[low:high], strict=True)
            words += [one._replace(confidence=max(one.confidence, two.confidence)) for one, two in pairs]
        else:
            words += _surer(first[start:end], second[low:high])
    return words


def is_disputed(words: Sequence[OcrWord]) -> bool:
    """Whether two readings differ on a word with figures."""
    return any(word.confidence <= DISPUTED for word in words)


def decided(first: Sequence[OcrWord], second: Sequence[OcrWord], third: Sequence[OcrWord]) -> list[OcrWord]:
    """What a third reading says of a dispute: where it is sure and agrees with one of the two, that one is right."""
    for one in (first, second):
        if _letters(one) == _letters(third) and max(_mean(one), _mean(third)) >= _DECIDES:
            sure = max(_mean(one), _mean(third))
            return [word._replace(confidence=sure) for word in one]
    return compared(first, second)


def _surer(first: Sequence[OcrWord], second: Sequence[OcrWord]) -> list[OcrWord]:
    """One of two readings of the same letters; words that only one of them has are kept."""
    if _letters(first) == _letters(second):
        return list(first if len(first) <= len(second) else second)
    best = max(first, second, key=_mean)
    disputed = any(has_figures(word.text) for word in [*first, *second])
    return [word._replace(confidence=min(word.confidence, DISPUTED)) for word in best] if disputed else list(best)


def _letters(words: Sequence[OcrWord]) -> str:
    return "".join([word.text for word in words])


def _mean(words: Sequence[OcrWord]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0
