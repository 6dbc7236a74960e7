"""Links every indicator to the catalogue, or proposes a new entry. Merging unlike things is the worse mistake.

The steps, each naming itself in `method`: `alias` (a label of the catalogue, word for word), `spelling` (but for tone
marks), `score` (near a label), `cluster` (near none: a proposal). Within one table two different wordings never are
one indicator; what that rule turned aside says `table-rule`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.catalogue import load_catalogue
from kehoach.normalize.clustering import Place, Unlinked, cluster_unlinked
from kehoach.normalize.decision_rows import subject_unit
from kehoach.normalize.labels import DOUBT, Candidate, Label, LabelIndex
from kehoach.normalize.slots import Slots, compare_slots
from kehoach.normalize.wording import Wording, read_wordings
from kehoach.schemas.records import Canonical, Indicator, Match, Plan, Target

__all__ = ["Named", "TableKey", "match_indicators", "match_named", "plan_named"]

TableKey = tuple[str, int, tuple[str, ...]]
"""Document, table (-1: prose) and, of prose, the headings above: the place within which wordings differ in meaning."""

_WORTH_ASKING = 66.0  # below: new
_STEPS = ("alias", "words", "spelling")
_OF_UNIT = ("kind", "denominator", "aside")  # slots that count in a misspelt name too: its unit, its brackets
_SPELLED = 5  # words of a wording that may be recognised without its tone marks


class Named(NamedTuple):
    """An indicator with what is needed to link it."""

    doc_id: str
    indicator: Indicator
    targets: list[Target]
    table_key: TableKey


class Subject(NamedTuple):
    """A distinct name with its unit; all indicators that share it are ranked once."""

    name: str
    unit: str | None
    in_table: bool


class Ranking(NamedTuple):
    """What the catalogue has for a subject."""

    wordings: tuple[Wording, ...]
    exact: Label | None
    method: str
    candidates: list[Candidate]
    """Best first, one an entry, those with a veto at the end; not sought where a label says the same."""


class Link(NamedTuple):
    """What was chosen for an indicator within its table."""

    label: Label | None
    status: str
    method: str
    why: str
    runner_up: str | None


def match_indicators(plans: Sequence[Plan]) -> tuple[list[tuple[str, Match]], list[Canonical]]:
    """A link for every indicator of the plans, each with its doc_id, in the order of the plans; and the catalogue,
    followed by the proposed entries for those that are `new`.
    """
    return match_named([named for plan in plans for named in plan_named(plan)], load_catalogue())


def match_named(
    named: Sequence[Named], catalogue: Sequence[Canonical]
) -> tuple[list[tuple[str, Match]], list[Canonical]]:
    """The same for indicators and a catalogue given apart, as in a test that leaves labels out."""
    index = _shipped_index() if catalogue is load_catalogue() else LabelIndex(catalogue)
    subjects = [_subject(one) for one in named]
    rankings = {subject: _rank(subject, index) for subject in dict.fromkeys(subjects)}
    links = _link_tables(named, subjects, rankings)
    unlinked = [
        Unlinked(subject.name, subject.unit, rankings[subject].wordings, one.table_key)
        for one, subject, link in zip(named, subjects, links, strict=True)
        if link.label is None and link.method != "no-measure"
    ]
    places, proposals = cluster_unlinked(unlinked, index)
    proposed = iter(places)
    matches = [(one.doc_id, _match(one.indicator, link, proposed)) for one, link in zip(named, links, strict=True)]
    return matches, [*catalogue, *proposals]


def plan_named(plan: Plan) -> list[Named]:
    """The indicators of a plan, each with its targets and the key of its table."""
    targets: dict[int, list[Target]] = {}
    for target in plan.targets:
        targets.setdefault(target.indicator_id, []).append(target)
    doc_id = plan.document.doc_id
    return [Named(doc_id, one, targets.get(one.indicator_id, []), _table_key(doc_id, one)) for one in plan.indicators]


def _table_key(doc_id: str, indicator: Indicator) -> TableKey:
    if indicator.table_id is not None:
        return doc_id, indicator.table_id, ()
    return doc_id, -1, (indicator.appendix or "", *indicator.group)


@cache
def _shipped_index() -> LabelIndex:
    return LabelIndex(load_catalogue())


vocabulary.on_change(_shipped_index.cache_clear)


def _subject(named: Named) -> Subject:
    unit = subject_unit(named.indicator.unit, (target.unit for target in named.targets))
    return Subject(named.indicator.name, unit, named.indicator.table_id is not None)


def _rank(subject: Subject, index: LabelIndex) -> Ranking:
    wordings = read_wordings(subject.name, subject.unit)
    if not wordings:
        return Ranking(wordings, None, "cluster", [])
    method, exact = _same(wordings[0], index)
    return Ranking(wordings, exact, method, [] if exact else _nearest(wordings, index, subject.in_table))


def _same(head: Wording, index: LabelIndex) -> tuple[str, Label | None]:
    """The label that says the same, and by which step; a single word says too little."""
    if len(head.words) > 1:
        if exact := _only_entry(head.slots, index.same_text(head)):
            return "alias", exact
        if exact := _only_entry(head.slots, index.same_words(head)):
            return "words", exact
    if len(head.words) >= _SPELLED:
        unit_slots = {slot: head.slots[slot] for slot in _OF_UNIT if slot in head.slots}
        if exact := _only_entry(unit_slots, index.same_letters(head), _OF_UNIT):
            return "spelling", exact
    return "score", None


def _nearest(wordings: Iterable[Wording], index: LabelIndex, in_table: bool) -> list[Candidate]:
    """The best candidate of each entry over all clauses."""
    best: dict[str, Candidate] = {}
    for wording in wordings:
        for candidate in index.near(wording):
            known = best.get(candidate.label.canonical_id)
            if known is None or _rank_key(candidate, in_table) < _rank_key(known, in_table):
                best[candidate.label.canonical_id] = candidate
    return sorted(best.values(), key=lambda candidate: _rank_key(candidate, in_table))


def _only_entry(slots: Slots, labels: Iterable[Label], only: Sequence[str] = ()) -> Label | None:
    """The label of the one entry that nothing speaks against (in these slots alone); None where two remain."""
    found = []
    for label in labels:
        theirs = label.wording.slots
        comparison = compare_slots(slots, {slot: theirs[slot] for slot in only if slot in theirs} if only else theirs)
        if not comparison.vetoes and not comparison.doubts:
            found.append(label)
    return found[0] if len({label.canonical_id for label in found}) == 1 else None


def _rank_key(candidate: Candidate, in_table: bool) -> tuple[bool, float, str]:
    rating = _rating(candidate, in_table) - DOUBT * len(candidate.comparison.doubts)
    return bool(candidate.comparison.vetoes), -rating, candidate.label.canonical_id


def _rating(candidate: Candidate, in_table: bool) -> float:
    """Prose says more than the measure: there half of it is how much of the label is found."""
    return candidate.score if in_table else candidate.score / 2 + 50 * candidate.found


def _link_tables(
    named: Sequence[Named], subjects: Sequence[Subject], rankings: Mapping[Subject, Ranking]
) -> list[Link]:
    """Links one by one within each table, the surest first; an entry once taken is closed to other wordings."""
    tables: dict[TableKey, list[int]] = {}
    for number, one in enumerate(named):
        tables.setdefault(one.table_key, []).append(number)
    links: dict[int, Link] = {}
    for numbers in tables.values():
        taken: dict[str, str] = {}
        for number in sorted(numbers, key=lambda number: (_sureness(rankings[subjects[number]]), number)):
            ranking = rankings[subjects[number]]
            link = _link(named[number], ranking, taken)
            if link.label is not None:
                taken.setdefault(link.label.canonical_id, _wording_key(ranking))
            links[number] = link
    return [links[number] for number in range(len(named))]


def _sureness(ranking: Ranking) -> tuple[int, float]:
    if ranking.exact is not None:
        return _STEPS.index(ranking.method), 0.0
    return len(_STEPS), -max(
        (candidate.score for candidate in ranking.candidates if not candidate.comparison.vetoes), default=0.0
    )


def _wording_key(ranking: Ranking) -> str:
    return ranking.wordings[0].toneless if ranking.wordings else ""


def _link(named: Named, ranking: Ranking, taken: Mapping[str, str]) -> Link:
    key = _wording_key(ranking)
    if ranking.exact is not None:
        return _link_exact(named, ranking, ranking.exact, taken.get(ranking.exact.canonical_id, key) != key)
    in_table = named.indicator.table_id is not None
    fit = [c for c in ranking.candidates if not c.comparison.vetoes and _rating(c, in_table) >= _WORTH_ASKING]
    free = [c for c in fit if taken.get(c.label.canonical_id, key) == key]
    if not free and not in_table and not _has_number(named):
        return Link(None, "new", "no-measure", "prose without a number: nothing to compare", None)
    if not free:
        method = "table-rule" if fit else "cluster"
        return Link(None, "new", method, _why_new(ranking, fit), fit[0].label.canonical_id if fit else None)
    best, second = free[0], free[1] if len(free) > 1 else None
    method = "score" if best is fit[0] else "table-rule"
    return Link(
        best.label, "review", method, _why_near(best, second, named), second.label.canonical_id if second else None
    )


def _link_exact(named: Named, ranking: Ranking, label: Label, closed: bool) -> Link:
    if closed:
        why = f"the catalogue's label “{label.printed}”, but another row of this table has the entry"
        return Link(label, "review", "table-rule", why, None)
    status = "matched" if _is_settled(named, ranking) else "review"
    return Link(label, status, ranking.method, f"the catalogue's label “{label.printed}”", None)


def _is_settled(named: Named, ranking: Ranking) -> bool:
    """A table's row is what it says; prose only word for word, and where it has a number or says no more than that."""
    if named.indicator.table_id is not None:
        return ranking.method == "alias" or _has_number(named)
    return ranking.method == "alias" and (_has_number(named) or len(ranking.wordings) == 1)


def _has_number(named: Named) -> bool:
    return any(target.value is not None for target in named.targets)


def _why_near(best: Candidate, second: Candidate | None, named: Named) -> str:
    rating = _rating(best, named.indicator.table_id is not None)
    parts = [f"{rating:.0f} of 100 like “{best.label.printed}”", f"{best.covered:.0%} of the weight in common"]
    if best.comparison.doubts:
        parts.append("said by one alone or in part: " + ", ".join(best.comparison.doubts))
    if second is not None:
        parts.append(f"next {second.label.canonical_id} {second.score:.0f}")
    return "; ".join(parts)


def _why_new(ranking: Ranking, fit: Sequence[Candidate]) -> str:
    if fit:
        return f"{fit[0].label.canonical_id} belongs to another row of this table"
    if not ranking.candidates:
        return "no word in common with the catalogue"
    near = max(ranking.candidates, key=lambda candidate: candidate.score)
    against = ", ".join(near.comparison.vetoes)
    return f"nearest {near.label.canonical_id} {near.score:.0f}" + (f", another {against}" if against else "")


def _match(indicator: Indicator, link: Link, proposed: Iterator[Place]) -> Match:
    """Takes the next place among the proposals where the link needs one; near a proposal is for a person to decide."""
    canonical_id = link.label.canonical_id if link.label else None
    status, why = link.status, link.why
    if link.label is None and link.method != "no-measure":
        place = next(proposed)
        canonical_id = place.canonical_id
        if not place.same:
            status, why = "review", f"{why}; like the proposed entry but not word for word"
    return Match(
        indicator_id=indicator.indicator_id,
        canonical_id=canonical_id,
        status=status,
        method=link.method,
        runner_up_id=link.runner_up,
        explanation=why,
    )
