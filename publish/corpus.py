"""The paragraphs of a run with what stands in them, as a corpus on which spaCy can be trained.

One document a paragraph, `doc.user_data` says whose it is and where it stands. All spans are in `doc.spans["kehoach"]`,
those that overlap no longer one in `doc.ents` too. Read it with any vocabulary; the tokens are those of
`spacy.blank("xx")`, which parts punctuation from words and needs no other package:

    docs = list(DocBin().from_disk("corpus.spacy").get_docs(spacy.blank("xx").vocab))
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kehoach.publish.run_tables import read_tables
from kehoach.schemas.errors import OutputUnavailable

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

__all__ = ["SPANS_KEY", "Corpus", "Paragraph", "export_corpus", "paragraphs_of"]

SPANS_KEY = "kehoach"

# The columns of each table that hold running text. What has no table_id stands in the text of a section already.
_TEXTS = {
    "sections": ("title", "text"),
    "indicators": ("name", "lead", "coordinating", "output", "note"),
    "tasks": (
        "name", "subtask", "output", "kpi", "basis", "note", "lead_raw", "coordinating_raw", "deadline_raw",
    ),
}  # fmt: skip
_RECORD = {"sections": "section_id", "indicators": "indicator_id", "tasks": "task_id"}
_TWO_WORDS = re.compile(r"\S+\s+\S+")  # a name of one word, such as Khác, stands anywhere


class Paragraph(NamedTuple):
    """A text of a run, whose it is and where it stands; `known`: what the tables say stands in it, by label."""

    text: str
    doc_id: str
    source: str
    table: str
    record: int
    field: str
    line: int | None
    page: int | None
    known: Mapping[str, Sequence[str]]


class Corpus(NamedTuple):
    """What was written: paragraphs, spans by label, and by label those that do not begin and end with a token."""

    paragraphs: int
    spans: Mapping[str, int]
    entities: Mapping[str, int]
    unaligned: Mapping[str, int]


def export_corpus(folder: Path, file: Path) -> Corpus:
    """Write the corpus of a run; the same tables give the same bytes. Raises InputMissing, OutputUnavailable."""
    import spacy  # noqa: PLC0415 - see kehoach --help
    from spacy.tokens import DocBin  # noqa: PLC0415

    nlp = spacy.blank("xx")
    written = DocBin(attrs=("ENT_IOB", "ENT_TYPE"), store_user_data=True)
    spans, entities, unaligned = Counter[str](), Counter[str](), Counter[str]()
    for paragraph in paragraphs_of(folder):
        doc, left_out = _doc(nlp, paragraph)
        written.add(doc)
        spans.update(span.label_ for span in doc.spans[SPANS_KEY])
        entities.update(span.label_ for span in doc.ents)
        unaligned.update(left_out)
    try:
        written.to_disk(file)
    except OSError as error:
        raise OutputUnavailable(f"cannot write to {file}: {error.strerror}") from error
    return Corpus(len(written), spans, entities, unaligned)


def paragraphs_of(folder: Path) -> Iterator[Paragraph]:
    """The paragraphs of a run, plan after plan, as they stand in its tables. Raises InputMissing."""
    rows = {name: _by_plan(table.to_pylist()) for name, table in read_tables(folder, _columns()).items()}
    for doc_id, (document,) in rows["documents"].items():
        known = _Known(rows["indicators"][doc_id], rows["assignments"][doc_id])
        for table, fields in _TEXTS.items():
            for row in rows[table][doc_id]:
                if table != "sections" and row["table_id"] is None:
                    continue
                for field in fields:
                    if row[field]:
                        yield Paragraph(
                            row[field], doc_id, document["source"], table, row[_RECORD[table]], field, row["line"],
                            row["page"], known.of(table, row, field),
                        )  # fmt: skip


def _columns() -> dict[str, list[str]]:
    columns = {name: ["doc_id", "line", "page", _RECORD[name], *fields] for name, fields in _TEXTS.items()}
    columns["indicators"] += ["table_id"]
    columns["tasks"] += ["table_id", "deadline_kind"]
    return columns | {
        "documents": ["doc_id", "source"],
        "assignments": ["doc_id", "subject", "subject_id", "role", "agency_raw"],
    }


def _by_plan(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[row["doc_id"]].append(row)
    return found


class _Known:
    """What the tables of a plan say of its texts, where its grammar would need the words of a sentence around it."""

    def __init__(self, indicators: Sequence[dict[str, Any]], assignments: Sequence[dict[str, Any]]) -> None:
        self.indicators = _longer_first({row["name"] for row in indicators if _TWO_WORDS.match(row["name"])})
        self.bodies: dict[tuple[str, int, str], set[str]] = defaultdict(set)
        for row in assignments:
            self.bodies[row["subject"], row["subject_id"], row["role"]].add(row["agency_raw"])

    def of(self, table: str, row: Mapping[str, Any], field: str) -> Mapping[str, Sequence[str]]:
        """What is known of one cell, or of the text of a section, by label."""
        if table == "sections":
            return {"INDICATOR": self.indicators}
        if (table, field) == ("indicators", "name"):
            return {"INDICATOR": [row[field]]}
        if field == "deadline_raw" and row["deadline_kind"] != "none":
            return {"DEADLINE": [row[field]]}
        role = field.removesuffix("_raw")
        bodies = self.bodies.get((table.removesuffix("s"), row[_RECORD[table]], role))
        return {"AGENCY": _longer_first(bodies)} if bodies else {}


def _longer_first(names: Collection[str]) -> list[str]:
    """Of two that begin alike the longer one is meant."""
    return sorted(names, key=lambda name: (-len(name), name))


def _doc(nlp: Language, paragraph: Paragraph) -> tuple[Doc, list[str]]:
    """The paragraph with its spans, and the labels of those that begin or end within a token."""
    from spacy.util import filter_spans  # noqa: PLC0415

    doc = nlp.make_doc(paragraph.text)
    spans: list[Span] = []
    left_out = []
    for start, end, label in sorted(_found(paragraph)):
        span = doc.char_span(start, end, label=label)
        if span is None:
            left_out.append(label)
        else:
            spans.append(span)
    doc.spans[SPANS_KEY] = spans
    doc.set_ents(filter_spans(spans), default="outside")
    doc.user_data.update({name: value for name, value in paragraph._asdict().items() if name not in ("text", "known")})
    return doc, left_out


def _found(paragraph: Paragraph) -> Iterator[tuple[int, int, str]]:
    """What the tables say stands in it, and what the grammar finds beside that."""
    taken: dict[str, list[tuple[int, int]]] = {}
    for label, find in _grammar().items():
        known = _name_spans(paragraph.text, paragraph.known.get(label, ()))
        dates = taken["DEADLINE"] if label == "QUANTITY" else []  # the 30 of 30/11 counts nothing
        found = (_without_blanks(paragraph.text, *span) for span in find(paragraph.text))
        taken[label] = [*known, *(span for span in found if not _overlaps(span, [*known, *dates]))]
    for label, spans in taken.items():
        for start, end in spans:
            yield start, end, label


def _overlaps(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _grammar() -> dict[str, Callable[[str], list[tuple[int, int]]]]:
    """The grammar that reads the cells of tables, by label."""
    from kehoach.extract import spacy_components as grammar  # noqa: PLC0415

    return {
        "AGENCY": grammar.agency_spans,
        "CITATION": grammar.citation_spans,
        "DEADLINE": grammar.deadline_spans,
        "INDICATOR": lambda _: [],  # what is an indicator, only the table or the heading above it tells
        "QUANTITY": grammar.quantity_spans,
    }


def _without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _name_spans(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where the names stand in a text as whole words, none within another.

    >>> _name_spans("Tỷ lệ hộ nghèo đa chiều giảm còn 2%", ["Tỷ lệ hộ nghèo đa chiều", "Tỷ lệ hộ nghèo"])
    [(0, 23)]
    """
    found: list[tuple[int, int]] = []
    for name in names:
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            whole = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
            if whole and not _overlaps((at, end), found):
                found.append((at, end))
            at = text.find(name, end)
    return sorted(found)
