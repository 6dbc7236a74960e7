"""Why a name may be an entry, and why not the next one: what a person reads before deciding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kehoach.normalize.candidates import Candidate, Subject, rank_subjects
from kehoach.normalize.judging import judge
from kehoach.normalize.knowledge import Knowledge, index_of

__all__ = ["Explained", "explain_candidates", "explain_names"]


class Explained(NamedTuple):
    """An entry that a name may be."""

    canonical_id: str
    label: str
    """The entry's label that comes nearest to the name."""
    score: float
    """Log-odds: the sum of `features`."""
    probability: float | None
    """Calibrated, of names in tables; None for prose. What a veto rules out has 0."""
    features: tuple[tuple[str, float], ...]
    """Name and log-odds, the strongest first."""
    vetoes: tuple[str, ...]
    """What rules it out."""
    doubts: tuple[str, ...]
    """Slots of which only a person can tell."""


def explain_candidates(name: str, unit: str | None, knowledge: Knowledge, top: int = 3) -> list[Explained]:
    """The best entries for a name, those ruled out at the end."""
    return explain_names([(name, unit)], knowledge, top)[0]


def explain_names(
    names: Sequence[tuple[str, str | None]], knowledge: Knowledge, top: int = 3, in_table: bool = True
) -> list[list[Explained]]:
    """The same for many names, for less."""
    index = index_of(knowledge)
    subjects = [Subject(name, unit, in_table) for name, unit in names]
    rankings = rank_subjects(subjects, index, seek_always=True)
    judged = (
        judge(subject, ranking, index, knowledge.book) for subject, ranking in zip(subjects, rankings, strict=True)
    )
    return [[_explained(one) for one in known.ranking.candidates[:top]] for known in judged]


def _explained(candidate: Candidate) -> Explained:
    chance = round(candidate.probability, 4) if candidate.in_table else None
    return Explained(
        candidate.label.canonical_id,
        candidate.label.printed,
        candidate.score,
        0.0 if candidate.vetoes else chance,
        candidate.parts,
        candidate.vetoes,
        candidate.comparison.doubts,
    )
