"""Links every indicator to the catalogue, or proposes a new entry. Merging unlike things is the worse mistake.

The steps, each naming itself in `method`: `decision` (a person's), `alias` (a label of the catalogue, word for word),
`words` (the same words), `spelling` (but for a slip), `score` (near a label), `cluster` (near none: a proposal).
Within one table two different wordings never are one indicator; what that rule turned aside says `table-rule`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kehoach.normalize.candidates import Subject, rank_subjects
from kehoach.normalize.clustering import Place, Unlinked, cluster_unlinked
from kehoach.normalize.compounds import split_compound
from kehoach.normalize.decision_rows import subject_unit
from kehoach.normalize.definitions import read_definitions, spell_defined
from kehoach.normalize.judging import judge
from kehoach.normalize.knowledge import Knowledge, index_of, load_knowledge
from kehoach.normalize.labels import LabelIndex
from kehoach.normalize.linking import Known, Link, Row, link_compound, link_table
from kehoach.schemas.records import Canonical, Indicator, Match, Plan, Target

__all__ = ["NameMatch", "Named", "TableKey", "match_indicators", "match_named", "match_names", "plan_named"]

TableKey = tuple[str, int, tuple[str, ...]]
"""Document, table (-1: prose) and, of prose, the headings above: the place within which wordings differ in meaning."""


_ONE = (Target(indicator_id=0, target_no=0, raw="1", value=1.0),)


class Named(NamedTuple):
    """An indicator with what is needed to link it."""

    doc_id: str
    indicator: Indicator
    targets: Sequence[Target]
    table_key: TableKey
    definitions: Mapping[str, str] = {}
    """Short forms that its plan defines."""


class NameMatch(NamedTuple):
    """The link of a name alone."""

    name: str
    unit: str | None
    canonical_id: str | None
    """For `review` the best candidate, for `new` a proposed id, the same for names that belong together."""
    status: str
    probability: float | None
    runner_up_id: str | None
    method: str
    explanation: str


def match_indicators(
    plans: Sequence[Plan], knowledge: Knowledge | None = None
) -> tuple[list[tuple[str, Match]], list[Canonical]]:
    """The links of every indicator of the plans, each with its doc_id, in the order of the plans; and the catalogue,
    followed by the proposed entries for those that are `new`.
    """
    return match_named([named for plan in plans for named in plan_named(plan)], knowledge or load_knowledge())


def match_names(names: Sequence[str | tuple[str, str | None]], knowledge: Knowledge | None = None) -> list[NameMatch]:
    """The link of each name (alone, or with its unit), in their order; no two of them count as rows of one table."""
    pairs = [(one, None) if isinstance(one, str) else one for one in names]
    definitions = read_definitions(name for name, _ in pairs)
    named = [_named_alone(number, name, unit, definitions) for number, (name, unit) in enumerate(pairs)]
    matches, _ = match_named(named, knowledge or load_knowledge())
    first = {match.indicator_id: match for _, match in reversed(matches)}
    return [
        NameMatch(
            name,
            unit,
            match.canonical_id,
            match.status,
            match.probability,
            match.runner_up_id,
            match.method,
            match.explanation,
        )
        for (name, unit), match in zip(pairs, (first[number] for number in range(len(pairs))), strict=True)
    ]


def match_named(named: Sequence[Named], knowledge: Knowledge) -> tuple[list[tuple[str, Match]], list[Canonical]]:
    """The same as match_indicators for indicators taken apart."""
    index = index_of(knowledge)
    subjects = [_subject(one) for one in named]
    known = _know(subjects, index, knowledge)
    links = _link_tables(named, subjects, known)
    for number, several in _link_several(named, subjects, known, index, knowledge).items():
        links[number] = several
    waiting = [number for number, found in enumerate(links) if _needs_proposal(found[0])]
    unlinked = [_unlinked(named[number], subjects[number], known[subjects[number]]) for number in waiting]
    places, proposals = cluster_unlinked(unlinked, index, knowledge.ledger)
    place_of = dict(zip(waiting, places, strict=True))
    matches = [
        (one.doc_id, match)
        for number, (one, found) in enumerate(zip(named, links, strict=True))
        for match in _matches(one.indicator, found, place_of.get(number))
    ]
    return matches, _with_earlier([*knowledge.catalogue, *proposals], matches, knowledge)


def plan_named(plan: Plan) -> list[Named]:
    """The indicators of a plan, each with its targets, the key of its table and the plan's own short forms."""
    targets: dict[int, list[Target]] = {}
    for target in plan.targets:
        targets.setdefault(target.indicator_id, []).append(target)
    doc_id = plan.document.doc_id
    definitions = read_definitions(_texts(plan))
    return [
        Named(doc_id, one, targets.get(one.indicator_id, []), _table_key(doc_id, one), definitions)
        for one in plan.indicators
    ]


def _texts(plan: Plan) -> Iterator[str]:
    for section in plan.sections:
        yield from (text for text in (section.title, section.text) if text)
    for indicator in plan.indicators:
        yield from (indicator.name, *([indicator.text] if indicator.text else []))
    yield from (task.name for task in plan.tasks)


def _table_key(doc_id: str, indicator: Indicator) -> TableKey:
    if indicator.table_id is not None:
        return doc_id, indicator.table_id, ()
    return doc_id, -1, (indicator.appendix or "", *indicator.group)


def _named_alone(number: int, name: str, unit: str | None, definitions: Mapping[str, str]) -> Named:
    """A name as if it were the one row of a table, with a number beside it."""
    indicator = Indicator(indicator_id=number, table_id=0, ordinal="", name=name, unit=unit)
    return Named("", indicator, _ONE, ("", number, ()), definitions)


# --- what is known of each name ---------------------------------------------------------------------------------


def _subject(named: Named) -> Subject:
    printed = named.indicator.name
    spelled = spell_defined(printed, named.definitions)
    return Subject(
        spelled,
        subject_unit(named.indicator.unit, (target.unit for target in named.targets)),
        named.indicator.table_id is not None,
        " ".join(named.indicator.group_titles),
        printed if printed != spelled else "",
    )


def _know(subjects: Sequence[Subject], index: LabelIndex, knowledge: Knowledge) -> dict[Subject, Known]:
    distinct = list(dict.fromkeys(subjects))
    rankings = rank_subjects(distinct, index)
    return {
        subject: judge(subject, ranking, index, knowledge.book)
        for subject, ranking in zip(distinct, rankings, strict=True)
    }


def _row(named: Named, known: Known) -> Row:
    has_number = any(target.value is not None for target in named.targets)
    return Row(known, named.indicator.table_id is not None, has_number)


def _link_tables(
    named: Sequence[Named], subjects: Sequence[Subject], known: Mapping[Subject, Known]
) -> list[list[Link]]:
    tables: dict[TableKey, list[int]] = {}
    for number, one in enumerate(named):
        tables.setdefault(one.table_key, []).append(number)
    links: dict[int, list[Link]] = {}
    for numbers in tables.values():
        found = link_table([_row(named[number], known[subjects[number]]) for number in numbers])
        links |= {number: [link] for number, link in zip(numbers, found, strict=True)}
    return [links[number] for number in range(len(named))]


# --- names and cells that state several things ------------------------------------------------------------------


def _link_several(
    named: Sequence[Named],
    subjects: Sequence[Subject],
    known: Mapping[Subject, Known],
    index: LabelIndex,
    knowledge: Knowledge,
) -> dict[int, list[Link]]:
    """The links of compounds, and of cells that set targets for two scopes, by the number of the indicator."""
    parts = {number: found for number, one in enumerate(named) if (found := _parts(one, subjects[number], known))}
    parts_known = _know([part for found in parts.values() for part, _ in found], index, knowledge)
    links: dict[int, list[Link]] = {}
    for number, found in parts.items():
        several = link_compound([_row(named[number], parts_known[part]) for part, _ in found])
        if several:
            links[number] = [
                link._replace(target_no=target_no) for link, (_, target_no) in zip(several, found, strict=True)
            ]
    return links


def _parts(named: Named, subject: Subject, known: Mapping[Subject, Known]) -> list[tuple[Subject, int | None]]:
    """The names that an indicator stands for, each with the target it is about; empty where it is one."""
    ranking, decision, _ = known[subject]
    if decision is not None or ranking.exact is not None or not ranking.wordings:
        return []
    scopes = {target.scope: target.target_no for target in named.targets if target.scope and not target.baseline}
    if len(scopes) > 1:
        return [(subject._replace(scope=scope, printed=""), number) for scope, number in scopes.items()]
    if len(ranking.wordings[0].slots.get("act", ())) > 1 and (halves := split_compound(subject.name)):
        return [(subject._replace(name=half, printed=""), None) for half in halves]
    return []


# --- the matches ------------------------------------------------------------------------------------------------


def _needs_proposal(link: Link) -> bool:
    return link.canonical_id is None and link.status == "new" and link.method != "no-measure"


def _unlinked(named: Named, subject: Subject, known: Known) -> Unlinked:
    return Unlinked(named.indicator.name, subject.unit, known.ranking.wordings, named.table_key)


def _matches(indicator: Indicator, links: Sequence[Link], place: Place | None) -> Iterator[Match]:
    """A name that is near a proposal but not the same is for a person to decide."""
    for number, link in enumerate(links):
        near = place is not None and not place.same
        yield Match(
            indicator_id=indicator.indicator_id,
            link_no=number,
            target_no=link.target_no,
            canonical_id=place.canonical_id if place else link.canonical_id,
            status="review" if near else link.status,
            probability=link.probability,
            method=link.method,
            runner_up_id=link.runner_up,
            runner_up_probability=link.runner_up_probability,
            explanation=f"{link.why}; {place.why}" if place and place.why else link.why,
        )


def _with_earlier(
    catalogue: list[Canonical], matches: Sequence[tuple[str, Match]], knowledge: Knowledge
) -> list[Canonical]:
    """With the entries proposed in earlier runs that a decision names."""
    have = {entry.canonical_id for entry in catalogue}
    wanted = sorted({match.canonical_id for _, match in matches if match.canonical_id} - have)
    return catalogue + [entry for name in wanted if (entry := knowledge.ledger.entry(name))]
