"""What becomes of a candidate: matched without a person, put to a person, or refused. Refusing is the rule."""

from __future__ import annotations

from collections.abc import Sequence

from kehoach.normalize.candidates import Candidate, Ranking
from kehoach.normalize.labels import Label
from kehoach.normalize.wording import is_faint

__all__ = ["EXACT_STEPS", "explain_candidate", "explain_refusal", "is_sure", "is_worth_asking"]

EXACT_STEPS = ("alias", "words", "spelling")
"""The steps that find a label saying the same, the surest first."""

_SURE = 0.9  # calibrated; only words that tell nothing apart may differ besides
_ASK = 0.5  # in a table: below, more are wrong than right
_ASK_PROSE = -0.85  # log-odds: prose says more than the measure, its weights are set by hand and not calibrated
_MARGIN = 2.0  # log-odds before the second entry
_SHOWN = 3  # features in an explanation


def is_worth_asking(candidate: Candidate) -> bool:
    """Whether a person should see it as what the name may be."""
    if candidate.vetoes:
        return False
    return candidate.probability >= _ASK if candidate.in_table else candidate.score >= _ASK_PROSE


def is_sure(best: Candidate, second: Candidate | None, ranking: Ranking) -> bool:
    """Whether a row of a table may be linked on score alone: no veto, no doubt, no word that tells things
    apart in one alone, nothing else near.
    """
    return (
        best.in_table
        and len(ranking.wordings) == 1
        and not best.vetoes
        and not best.comparison.doubts
        and is_faint(set(ranking.wordings[0].key.split()) ^ set(best.label.wording.key.split()))
        and best.probability >= _SURE
        and (second is None or bool(second.vetoes) or best.score - second.score >= _MARGIN)
    )


def explain_candidate(best: Candidate, second: Candidate | None) -> str:
    """Why, and why not the second: features with their log-odds."""
    shown = ", ".join(f"{name} {value:+.1f}" for name, value in best.parts[:_SHOWN])
    rest = sum(value for _, value in best.parts[_SHOWN:])
    parts = [f"like “{best.label.printed}”: {shown}, other {rest:+.1f}, together {best.score:+.1f}"]
    if best.comparison.doubts:
        parts.append("said by one alone or in part: " + ", ".join(best.comparison.doubts))
    if second is not None and not second.vetoes:
        parts.append(f"next {second.label.canonical_id} {second.score:+.1f}")
    return "; ".join(parts)


def explain_refusal(candidates: Sequence[Candidate], taken: Label | None = None) -> str:
    """Why nothing in the catalogue fits."""
    if taken is not None:
        return f"{taken.canonical_id} belongs to another row of this table"
    if not candidates:
        return "no word in common with the catalogue"
    near = max(candidates, key=lambda candidate: candidate.score)
    against = "".join(f", {_against(veto)}" for veto in near.vetoes)
    return f"nearest {near.label.canonical_id} {near.score:+.1f}{against}"


def _against(veto: str) -> str:
    """`another kind`; `the name has đất đai`, where the entry excludes the term; `refused by a person`."""
    if veto == "refused":
        return "refused by a person"
    return f"the name {veto}" if " " in veto else f"another {veto}"
