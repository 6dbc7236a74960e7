"""What the rules look at: a plan, with its records indexed once, and the words of its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from kehoach.extract.blocks import Source, whole
from kehoach.normalize.agencies import agency_id, normalise_agency
from kehoach.normalize.vocabulary import on_change
from kehoach.schemas.codes import SEVERITY, Code
from kehoach.schemas.records import Assignment, Diagnostic, Document, Place, Placed, Plan, Row, Target

CONTEXT = 200  # characters of the printed text that a diagnostic shows
_BEFORE = 60  # of them before what was found
_ASIDE = 40  # characters on each side that a rule may look at

Item = TypeVar("Item")


class Passage(NamedTuple):
    """A stretch of text as printed and in lower case; `places` of all of it, None where it is the source itself."""

    text: str
    lower: str
    places: list[Place] | None = None


class Found(NamedTuple):
    """A piece of text that a rule found: its words, the line around it, its place, what stands on both sides."""

    words: str
    context: str
    places: list[Place]
    before: str
    after: str


class View:
    """A plan as the rules see it.

    With the source, what stands in running text is found at its very place; without (a plan that was read earlier),
    at the place of its section or row.
    """

    def __init__(self, plan: Plan, source: Source | None = None) -> None:
        self.plan = plan
        self.source = source

    @cached_property
    def rows(self) -> dict[int, list[Row]]:
        """The rows of each table, by its id."""
        return _grouped((row.table_id, row) for row in self.plan.rows)

    @cached_property
    def targets(self) -> dict[int, list[Target]]:
        """The targets of each indicator, by its id."""
        return _grouped((target.indicator_id, target) for target in self.plan.targets)

    @cached_property
    def task_assignments(self) -> dict[int, list[Assignment]]:
        """Who does each task, by its id."""
        return _grouped((one.subject_id, one) for one in self.plan.assignments if one.subject == "task")

    @cached_property
    def passages(self) -> list[Passage]:
        """All text in which a word may stand: the source, else the records' texts."""
        if self.source is not None:
            text = self.source.shown()
            return [Passage(text, text.lower())]
        sections = ((text, one.places) for one in self.plan.sections for text in (one.title, one.text) if text)
        cells = ((cell, row.places) for row in self.plan.rows for cell in row.cells if cell)
        return [Passage(text, text.lower(), places) for texts in (sections, cells) for text, places in texts]

    @cached_property
    def tokens(self) -> list[str]:
        """What stands between white space, in order, in lower case, with its punctuation."""
        text = "\n".join(passage.lower for passage in self.passages)
        for unseen in _UNSEEN:
            text = text.replace(unseen, "")
        return text.split()

    @cached_property
    def words(self) -> dict[str, str]:
        """The distinct tokens and the word of each, without punctuation at its ends; few, as the same come again."""
        return {token: token.strip(_MARKS) for token in set(self.tokens)}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct words, in lower case."""
        return frozenset(self.words.values())

    def pairs(self, firsts: Container[str]) -> set[tuple[str, str]]:
        """The distinct pairs of neighbouring words, in lower case, whose first word is one of these."""
        words = self.words
        begin = {token: word for token, word in words.items() if word in firsts}
        return {(begin[one], words[other]) for one, other in pairwise(self.tokens) if one in begin}

    def body_of(self, agency: str) -> tuple[str, str]:
        """The id and the kind of the body that a printed name means in this plan."""
        return _body_of(agency, self.plan.document.unit_type, self.plan.document.unit_name)

    def find(self, pattern: re.Pattern[str], *, lower: bool = False) -> Iterator[Found]:
        """Every match of a pattern that begins with a word, in document order; `lower`: in the lower-case text.

        A pattern that begins with literal letters is many times faster than one that begins with `(?<!\\w)` or with
        classes, and `re.IGNORECASE` slower still; therefore the letter before is looked at here.
        """
        for passage in self.passages:
            for match in pattern.finditer(passage.lower if lower else passage.text):
                start, end = match.span()
                if not start or not passage.text[start - 1].isalnum():
                    yield self._found(passage, start, end)

    def _found(self, passage: Passage, start: int, end: int) -> Found:
        text, places = passage.text, passage.places
        words = text[start:end]
        if places is None:
            assert self.source is not None
            places = self.source.places(whole(words, start))
        first = max(text.rfind("\n", 0, start) + 1, start - _BEFORE)
        last = text.find("\n", end)
        context = text[first : last if last >= 0 else None]
        return Found(
            " ".join(words.split()), context, places, text[max(0, start - _ASIDE) : start], text[end : end + _ASIDE]
        )


_MARKS = ".,;:()[]{}<>*_\"'“”‘’…!?-–"
_UNSEEN = "\u00ad\u200b\u200c\u200d\ufeff"  # soft hyphen, zero-width spaces: inside a word


@lru_cache(maxsize=4096)
def _body_of(agency: str, unit_type: str | None, unit_name: str | None) -> tuple[str, str]:
    body = normalise_agency(agency, unit_type, unit_name)
    return agency_id(body), body.kind


on_change(_body_of.cache_clear)


def _grouped(pairs: Iterable[tuple[int, Item]]) -> dict[int, list[Item]]:
    groups: dict[int, list[Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups


def diagnostic(
    document: Document, code: Code, message: str, at: Placed | Sequence[Place], context: str | None = None
) -> Diagnostic:
    """A diagnostic of this code, with the code's severity, at a record or at places."""
    places = at.places if isinstance(at, Placed) else list(at)
    line, page = (places[0].line, places[0].page) if places else (None, None)
    if isinstance(at, Placed):
        line, page = at.line, at.page
    return Diagnostic(
        source=document.source,
        code=code,
        severity=SEVERITY[code],
        message=message,
        context=" ".join(context.split())[:CONTEXT] if context else None,
        line=line,
        page=page,
        places=places,
    )


def where(record: Placed) -> str:
    """Where a record stands, for a message: `line 12`, `page 3`, `tbl[2]/tr[5]`."""
    if record.line is not None:
        return f"line {record.line}"
    place = record.places[0] if record.places else None
    if place is not None and place.page is not None:
        return f"page {place.page}"
    return place.path if place is not None and place.path else "another place"


_LONGEST = 60


def printed(raw: str | None) -> str:
    """A printed value for a message: in quotes, and not at length."""
    words = raw or ""
    return repr(words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…")


Rule = Callable[[View], Iterator[Diagnostic]]
