"""The links of indicators within their tables: an entry once taken is closed to other wordings of the table."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import NamedTuple

from kehoach.normalize.assignment import assign
from kehoach.normalize.bands import EXACT_STEPS, explain_candidate, explain_refusal, is_sure, is_worth_asking
from kehoach.normalize.candidates import Candidate, Ranking
from kehoach.normalize.decisions import Decision
from kehoach.normalize.wording import Wording

__all__ = ["Known", "Link", "Row", "link_compound", "link_table"]

_EXACT_GAIN = 10.0  # of a label that says the same, far above any probability; a surer step gains more
_FIRST = 1e-6  # of two rows with the same right to an entry the upper one gets it


class Known(NamedTuple):
    """What is known of a name before its table is looked at."""

    ranking: Ranking
    decision: Decision | None = None
    contested: bool = False


class Row(NamedTuple):
    """An indicator in its table (or among the prose under its heading)."""

    known: Known
    in_table: bool
    has_number: bool


class Link(NamedTuple):
    """What was chosen for an indicator."""

    canonical_id: str | None
    status: str
    method: str
    why: str
    runner_up: str | None = None
    probability: float | None = None
    runner_up_probability: float | None = None
    target_no: int | None = None


def link_table(rows: Sequence[Row]) -> list[Link]:
    """A link for each row of one table."""
    decided = [_link_decided(row.known.decision) for row in rows]
    closed = {link.canonical_id for link in decided if link and link.canonical_id}
    groups: dict[Hashable, list[int]] = {}
    for number, row in enumerate(rows):
        if decided[number] is None:
            groups.setdefault(_wording_key(row.known.ranking.wordings), []).append(number)
    gains = [_gains(rows[numbers[0]], closed, place) for place, numbers in enumerate(groups.values())]
    given = {number: entry for numbers, entry in zip(groups.values(), assign(gains), strict=True) for number in numbers}
    return [decided[number] or _link(row, given[number]) for number, row in enumerate(rows)]


def link_compound(rows: Sequence[Row]) -> list[Link]:
    """The links of a name that states several things, one for each; empty unless each finds an entry of its own."""
    links = [
        _link(row, max(gains, key=lambda entry: gains[entry])) if (gains := _gains(row, (), 0)) else None
        for row in rows
    ]
    found = [link for link in links if link is not None]
    if len(found) < len(rows) or len({link.canonical_id for link in found}) < len(rows):
        return []
    if all(link.status == "matched" for link in found):
        return found
    return [link._replace(status="review") for link in found]


def _link_decided(decision: Decision | None) -> Link | None:
    """What a person's decision makes of the row; None where it leaves the question open."""
    if decision is None:
        return None
    why = f"decided by {decision.author}, {decision.date}" + (f": {decision.comment}" if decision.comment else "")
    if decision.verdict == "same":
        return Link(decision.object_id, "decided", "decision", why)
    if decision.verdict == "none":
        return Link(None, "none", "decision", why)
    if decision.verdict == "new":
        return Link(None, "new", "decision", why)
    return None


def _wording_key(wordings: Sequence[Wording]) -> Hashable:
    """The same for two rows that say the same in the same unit."""
    return (wordings[0].toneless, frozenset(wordings[0].slots.items())) if wordings else None


def _gains(row: Row, closed: Collection[str], place: int) -> dict[str, float]:
    """What each entry that the row may get is worth."""
    ranking = row.known.ranking
    if ranking.exact is not None:
        gain = _EXACT_GAIN - EXACT_STEPS.index(ranking.method) - place * _FIRST
        return {} if ranking.exact.canonical_id in closed else {ranking.exact.canonical_id: gain}
    return {
        candidate.label.canonical_id: candidate.probability - place * _FIRST
        for candidate in ranking.candidates
        if is_worth_asking(candidate) and candidate.label.canonical_id not in closed
    }


def _link(row: Row, entry: str | None) -> Link:
    ranking = row.known.ranking
    if row.known.contested:
        link = _link(row._replace(known=row.known._replace(contested=False)), entry)
        return link._replace(status="review", why=f"people contradict each other; {link.why}")
    if ranking.exact is not None:
        return _link_exact(row, entry)
    if entry is not None:
        return _link_near(row, entry)
    fit = next((candidate for candidate in ranking.candidates if is_worth_asking(candidate)), None)
    if fit is None and not row.in_table and not row.has_number:
        return Link(None, "new", "no-measure", "prose without a number: nothing to compare")
    why = explain_refusal(ranking.candidates, fit.label if fit else None)
    near = fit or next(iter(ranking.candidates), None)
    return Link(
        None,
        "new",
        "table-rule" if fit else "cluster",
        _with_hint(why, row.known.decision),
        near.label.canonical_id if near else None,
        runner_up_probability=_probability(near),
    )


def _link_exact(row: Row, entry: str | None) -> Link:
    ranking = row.known.ranking
    assert ranking.exact is not None
    label = ranking.exact
    if entry is None:
        why = f"the catalogue's label “{label.printed}”, but another row of this table has the entry"
        return Link(label.canonical_id, "review", "table-rule", why)
    status = "matched" if _is_settled(row) else "review"
    return Link(label.canonical_id, status, ranking.method, f"the catalogue's label “{label.printed}”")


def _is_settled(row: Row) -> bool:
    """A table's row is what it says; prose only word for word, and where it has a number or says no more than that."""
    ranking = row.known.ranking
    if row.in_table:
        return ranking.method == "alias" or row.has_number
    return ranking.method == "alias" and (row.has_number or len(ranking.wordings) == 1)


def _link_near(row: Row, entry: str) -> Link:
    ranking = row.known.ranking
    best = next(one for one in ranking.candidates if one.label.canonical_id == entry)
    second = next((one for one in ranking.candidates if one is not best), None)
    first = next(one for one in ranking.candidates if is_worth_asking(one))
    sure = best is first and row.has_number and is_sure(best, second, ranking)
    return Link(
        entry,
        "matched" if sure else "review",
        "score" if best is first else "table-rule",
        _with_hint(explain_candidate(best, second), row.known.decision),
        second.label.canonical_id if second else None,
        _probability(best),
        _probability(second),
    )


def _with_hint(why: str, decision: Decision | None) -> str:
    """What a person said short of settling it: that an entry is broader, or that it cannot be told."""
    if decision is None:
        return why
    return f"{decision.author}: {decision.verdict} {decision.object_id}".rstrip() + f"; {why}"


def _probability(candidate: Candidate | None) -> float | None:
    """Where it is calibrated: of rows of tables."""
    if candidate is None or not candidate.in_table:
        return None
    return 0.0 if candidate.vetoes else round(candidate.probability, 4)
