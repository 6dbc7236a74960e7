"""What people and the catalogue's own terms say about a ranking: decisions, refusals, required and excluded words."""

from __future__ import annotations

from collections.abc import Sequence

from kehoach.normalize.candidates import Candidate, Ranking, Subject
from kehoach.normalize.decisions import DecisionBook, subject_key
from kehoach.normalize.labels import LabelIndex
from kehoach.normalize.linking import Known
from kehoach.normalize.terms import term_vetoes
from kehoach.normalize.wording import name_words

__all__ = ["judge"]


def judge(subject: Subject, ranking: Ranking, index: LabelIndex, book: DecisionBook) -> Known:
    """The ranking with every veto, and the decision that stands on the name."""
    ranking = _with_terms(subject, ranking, index)
    if not (book.decided or book.refusals or book.contested):
        return Known(ranking)
    key = _key(subject, book)
    if refused := book.refused(key):
        ranking = _without(ranking, refused)
    return Known(ranking, book.standing(key), key in book.contested)


def _key(subject: Subject, book: DecisionBook) -> str:
    """That of the name as printed where people said something about it, else that of the name spelled out."""
    if subject.printed:
        key = subject_key(subject.printed, subject.unit)
        if key in book.decided or key in book.refusals or key in book.contested:
            return key
    return subject_key(subject.name, subject.unit)


def _with_terms(subject: Subject, ranking: Ranking, index: LabelIndex) -> Ranking:
    """An entry's own terms count for what is near it; a label is what the entry itself says it is."""
    guarded = [one for one in ranking.candidates if _has_terms(one, index)]
    if not guarded:
        return ranking
    words = name_words(subject.name)
    vetoes = {id(one): tuple(term_vetoes(words, index.entries[one.label.canonical_id])) for one in guarded}
    return ranking._replace(
        candidates=_sorted([one._replace(vetoes=(*one.vetoes, *vetoes.get(id(one), ()))) for one in ranking.candidates])
    )


def _has_terms(candidate: Candidate, index: LabelIndex) -> bool:
    entry = index.entries[candidate.label.canonical_id]
    return bool(entry.requires or entry.excludes)


def _without(ranking: Ranking, refused: frozenset[str]) -> Ranking:
    exact = ranking.exact if ranking.exact and ranking.exact.canonical_id not in refused else None
    candidates = [
        one._replace(vetoes=(*one.vetoes, "refused")) if one.label.canonical_id in refused else one
        for one in ranking.candidates
    ]
    method = ranking.method if exact else "score"
    return ranking._replace(exact=exact, method=method, candidates=_sorted(candidates))


def _sorted(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda one: (bool(one.vetoes), -one.score, one.label.canonical_id)))
