"""Which words of a scan were not read for sure: each becomes a diagnostic at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kehoach.extract.blocks import Text, join
from kehoach.extract.readers.pages.page import Word

__all__ = ["has_figures", "is_unsure", "unsure_texts"]

_FIGURES = re.compile(r"\d|[%<>=≥≤]|^\W*[IVXHLl|]{1,4}\b")
_SURE_FIGURE, _SURE_WORD = 0.8, 0.5


def has_figures(text: str) -> bool:
    """Whether a word carries a figure, a sign or a Roman number: `95%`, `>60`, `II/2026`."""
    return bool(_FIGURES.search(text))


def is_unsure(word: Word) -> bool:
    """Whether a word was read from a picture with too low a confidence; a slip in a figure does more harm."""
    if word.confidence is None:
        return False
    return word.confidence < (_SURE_FIGURE if has_figures(word.text) else _SURE_WORD)


def unsure_texts(words: Sequence[Word], texts: Sequence[Text]) -> Iterator[Text]:
    """The texts of a line's words that are unsure, those beside each other as one."""
    run: list[Text] = []
    for word, text in zip(words, texts, strict=True):
        if is_unsure(word):
            run.append(text)
        elif run:
            yield join(run, " ")
            run = []
    if run:
        yield join(run, " ")
