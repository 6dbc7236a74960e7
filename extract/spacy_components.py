"""spaCy components for running text: thin adapters over the grammar that also reads the cells of tables.

Once the package is installed, `nlp.add_pipe` finds them by name:

>>> nlp = blank_vietnamese()
>>> _ = nlp.add_pipe("kehoach_citations")
>>> doc = nlp("Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024.")
>>> [(span.text, span.label_) for span in doc.spans["kehoach"]]
[('Nghị quyết số 57-NQ/TW ngày 22/12/2024.', 'CITATION')]

The Vietnamese tokenizer splits at white space alone, and spans are of whole tokens: hence the full stop above. Where a
character more matters, `citation_spans` and its like give the offsets that the grammar found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from kehoach.normalize.agencies import find_agencies
from kehoach.normalize.citations import find_citations
from kehoach.normalize.deadlines import find_deadline
from kehoach.normalize.figures import find_figures

__all__ = ["Spans", "agency_spans", "blank_vietnamese", "citation_spans", "deadline_spans", "quantity_spans"]

Spans = list[tuple[int, int]]  # offsets of characters, in order


def blank_vietnamese() -> Language:
    """spaCy's blank Vietnamese pipeline; its tokenizer splits at white space, so that pyvi is not needed."""
    return spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}})


# --- the grammar's answers as offsets


def agency_spans(text: str) -> Spans:
    """Bodies of a known name: `Sở Khoa học và Công nghệ`, `UBND phường Sao Mai`."""
    return [(part.start, part.end) for part in find_agencies(text)]


def citation_spans(text: str) -> Spans:
    """Legal documents with kind, number and date: `Nghị quyết số 57-NQ/TW ngày 22/12/2024`."""
    return [(citation.start, citation.end) for citation in find_citations(text)]


def quantity_spans(text: str) -> Spans:
    """Numbers with comparison and unit: `từ 60% trở lên`, `ít nhất 02 mô hình`; not `năm 2026`, `mức độ 4`."""
    return [(figure.start, figure.behind[1] if figure.behind else figure.end) for figure in find_figures(text)]


# A clause ends at a semicolon, a line's end, or a full stop before a space: never within 30.11.2026.
_CLAUSE = re.compile(r"(?:[^.;\n]|\.(?=\S))+")


def deadline_spans(text: str) -> Spans:
    """When a task is due: `hoàn thành trước ngày 30/11/2026`, `(Quý II/2026)`; at most one a clause."""
    found = []
    for clause in _CLAUSE.finditer(text):
        deadline = find_deadline(clause[0])
        if deadline is not None:
            found.append((clause.start() + deadline.begin, clause.start() + deadline.end))
    return found


# --- the components


class Annotator:
    """Adds spans of one label to ``doc.spans[key]`` and, where wanted, to ``doc.ents`` (the longer one wins there)."""

    def __init__(self, find: Callable[[str], Spans], label: str, spans_key: str, entities: bool) -> None:
        self.find = find
        self.label = label
        self.spans_key = spans_key
        self.entities = entities

    def __call__(self, doc: Doc) -> Doc:
        """The document with the spans found in its text."""
        spans = self._spans(doc)
        before = list(doc.spans[self.spans_key]) if self.spans_key in doc.spans else []  # no `get`: it makes a group
        doc.spans[self.spans_key] = sorted([*before, *spans], key=lambda span: (span.start, span.end, span.label_))
        if self.entities:
            doc.ents = filter_spans([*doc.ents, *spans])
        return doc

    def _spans(self, doc: Doc) -> Iterable[Span]:
        widened = (
            doc.char_span(start, end, label=self.label, alignment_mode="expand") for start, end in self.find(doc.text)
        )
        return [span for span in widened if span is not None]


_CONFIG = {"spans_key": "kehoach", "entities": False}


@Language.factory("kehoach_agencies", default_config=_CONFIG)
def agencies(nlp: Language, name: str, spans_key: str, entities: bool) -> Annotator:
    """Spans with the label AGENCY."""
    return Annotator(agency_spans, "AGENCY", spans_key, entities)


@Language.factory("kehoach_citations", default_config=_CONFIG)
def citations(nlp: Language, name: str, spans_key: str, entities: bool) -> Annotator:
    """Spans with the label CITATION."""
    return Annotator(citation_spans, "CITATION", spans_key, entities)


@Language.factory("kehoach_quantities", default_config=_CONFIG)
def quantities(nlp: Language, name: str, spans_key: str, entities: bool) -> Annotator:
    """Spans with the label QUANTITY."""
    return Annotator(quantity_spans, "QUANTITY", spans_key, entities)


@Language.factory("kehoach_deadlines", default_config=_CONFIG)
def deadlines(nlp: Language, name: str, spans_key: str, entities: bool) -> Annotator:
    """Spans with the label DEADLINE."""
    return Annotator(deadline_spans, "DEADLINE", spans_key, entities)
