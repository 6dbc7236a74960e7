"""The entries of the catalogue that come near a name, the nearest first, each with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kehoach.normalize.definitions import differ_by_short_form
from kehoach.normalize.features import FEATURES, Pairs, add_telling, calibrated, compare_pairs, contributions, log_odds
from kehoach.normalize.labels import Label, LabelIndex, same_label
from kehoach.normalize.slots import Comparison
from kehoach.normalize.vectors import nearest
from kehoach.normalize.wording import Wording, read_wordings

if TYPE_CHECKING:
    from kehoach.normalize.features import Compared
    from kehoach.normalize.vectors import Integers

__all__ = ["Candidate", "Ranking", "Subject", "rank_subjects"]

_LABELS = 20  # labels sought for a wording: some ten entries
_ENTRIES = 4  # kept of a name: the best, those one asks about, and one turned aside by a veto
_OF_SCOPE = frozenset({"population", "school", "body", "tier", "object"})
_LEAST_LIKE = 0.2
_AT_ONCE = 20000  # wordings compared together: bounds the memory


class Subject(NamedTuple):
    """A distinct name with its unit; all indicators that share it are ranked once."""

    name: str
    unit: str | None
    in_table: bool
    heading: str = ""
    """The group headings above it, where these may complete the name."""
    printed: str = ""
    """The name as printed, where its plan's own short forms were spelled out: people decide about what they see."""
    scope: str = ""
    """The part of the cell's targets that is meant: `giáo dục mầm non`."""


class Candidate(NamedTuple):
    """An entry near a name, by its nearest label."""

    label: Label
    score: float
    """Log-odds: the sum of its features times their weights."""
    features: tuple[float, ...]
    comparison: Comparison
    vetoes: tuple[str, ...]
    """What rules it out: slots, terms of the entry, a person's “not”."""
    in_table: bool

    @property
    def probability(self) -> float:
        """The calibrated probability that it is the same, vetoes left aside."""
        return calibrated(self.score)

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """Feature and log-odds, the strongest first: they sum to the score."""
        return contributions(self.features, self.in_table)


class Ranking(NamedTuple):
    """What the catalogue has for a name."""

    wordings: tuple[Wording, ...]
    exact: Label | None
    """The label that says the same."""
    method: str
    """By which step that was found; `score` where none does."""
    candidates: tuple[Candidate, ...]
    """Best first, those with a veto at the end; not sought where a label says the same, unless asked for."""


class _Row(NamedTuple):
    """A clause of a subject."""

    subject: int
    wording: Wording


def rank_subjects(subjects: Sequence[Subject], index: LabelIndex, seek_always: bool = False) -> list[Ranking]:
    """What the catalogue has for each; candidates are sought for all together."""
    rankings = [_rank_exact(subject, index) for subject in subjects]
    rows = [
        _Row(number, wording)
        for number, (subject, ranking) in enumerate(zip(subjects, rankings, strict=True))
        if ranking.exact is None or seek_always
        for wording in (ranking.wordings[:1] if subject.in_table else ranking.wordings)
    ]
    if not index.labels:
        return rankings
    for start, stop in _spans(rows):
        for number, candidates in _seek(rows[start:stop], subjects, index):
            ranking = rankings[number]
            rankings[number] = ranking._replace(candidates=_with_short_forms(ranking, candidates, index))
    return rankings


def _with_short_forms(ranking: Ranking, candidates: tuple[Candidate, ...], index: LabelIndex) -> tuple[Candidate, ...]:
    """What a short form that no list has may stand for: `trường MN`, where a label says `trường mầm non`."""
    head = ranking.wordings[0]
    if all(word in index.weights for word in head.words):
        return candidates
    place = FEATURES.index("short_form")
    found = [
        one._replace(features=(*one.features[:place], 1.0, *one.features[place + 1 :]))
        if differ_by_short_form(head.text, one.label.wording.text)
        else one
        for one in candidates
    ]
    rescored = [one._replace(score=sum(value for _, value in one.parts)) for one in found]
    return tuple(sorted(rescored, key=lambda one: (bool(one.vetoes), -one.score)))


def _spans(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Parts of the rows; the clauses of a name stay together."""
    start = 0
    while start < len(rows):
        stop = min(start + _AT_ONCE, len(rows))
        while stop < len(rows) and rows[stop].subject == rows[stop - 1].subject:
            stop += 1
        yield start, stop
        start = stop


def _rank_exact(subject: Subject, index: LabelIndex) -> Ranking:
    wordings = _read(subject)
    if not wordings:
        return Ranking(wordings, None, "cluster", ())
    method, exact = same_label(wordings[0], index)
    return Ranking(wordings, exact, method, ())


def _read(subject: Subject) -> tuple[Wording, ...]:
    """What the name says; of a part of it, what its scope says of whom or what counts instead."""
    if not subject.scope:
        return read_wordings(subject.name, subject.unit)
    whole = read_wordings(f"{subject.name} {subject.scope}", subject.unit)[:1]
    part = read_wordings(subject.scope)[:1]
    narrower = {slot: values for slot, values in part[0].slots.items() if slot in _OF_SCOPE} if part else {}
    return tuple(one._replace(slots=dict(one.slots) | narrower) for one in whole)


def _seek(
    rows: Sequence[_Row], subjects: Sequence[Subject], index: LabelIndex
) -> Iterator[tuple[int, tuple[Candidate, ...]]]:
    """The candidates of each subject that has any."""
    import numpy as np  # noqa: PLC0415

    wordings = [row.wording for row in rows]
    near = nearest(index.space.batch(wordings), index.space.labels, _LABELS, _LEAST_LIKE)
    pairs = Pairs(wordings, [label.told for label in index.labels], *near)
    headings = [read_wordings(subjects[row.subject].heading)[:1] for row in rows]
    compared = compare_pairs(pairs, index.weights, index.unknown, [h[0].words if h else () for h in headings])
    number_of = {canonical_id: number for number, canonical_id in enumerate(index.entries)}
    entry_of_label = np.fromiter((number_of[label.canonical_id] for label in index.labels), np.int64)
    subject_of = np.fromiter((row.subject for row in rows), np.int64, len(rows))[pairs.rows]
    entry_of = entry_of_label[pairs.columns]
    add_telling(compared.values, subject_of, entry_of)
    in_table = np.fromiter((subject.in_table for subject in subjects), bool, len(subjects))[subject_of]
    scores = log_odds(compared.values, in_table)
    order = np.lexsort((pairs.columns, -scores, compared.vetoed, subject_of))
    for subject, chosen in _best(order, subject_of, entry_of, compared):
        yield (
            subject,
            tuple(
                Candidate(
                    index.labels[int(pairs.columns[pair])],
                    float(scores[pair]),
                    tuple(compared.values[pair].tolist()),
                    compared.comparisons[int(compared.of_pair[pair])],
                    compared.comparisons[int(compared.of_pair[pair])].vetoes,
                    subjects[subject].in_table,
                )
                for pair in chosen
            ),
        )


def _best(
    order: Integers, subject_of: Integers, entry_of: Integers, compared: Compared
) -> Iterator[tuple[int, list[int]]]:
    """For each subject its best pairs, an entry once; of those with a veto one, to say what was turned aside."""
    at: int | None = None
    chosen: list[int] = []
    seen: set[int] = set()
    turned = False
    subjects, entries, vetoed = subject_of.tolist(), entry_of.tolist(), compared.vetoed.tolist()
    for pair in order.tolist():
        if subjects[pair] != at:
            if at is not None:
                yield at, chosen
            at, chosen, seen, turned = subjects[pair], [], set(), False
        if entries[pair] in seen or turned or (len(chosen) >= _ENTRIES and not vetoed[pair]):
            continue
        chosen.append(pair)
        seen.add(entries[pair])
        turned = vetoed[pair]
    if at is not None:
        yield at, chosen
