"""The questions about names of indicators: which entry they are, and whether the automatic matches are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from kehoach.normalize.audit import draw
from kehoach.normalize.decisions import subject_key
from kehoach.normalize.matching import Named, plan_named
from kehoach.publish.review.candidates import Near, Nearest, why, why_not
from kehoach.publish.review.outputs import Outputs
from kehoach.publish.review.sheets import Question, Sheet, row_id
from kehoach.publish.wording import Words
from kehoach.schemas.records import Canonical, Document, Match

__all__ = ["Asked", "audit_sheet", "distinct_names", "names_sheet", "shown_entry"]

_EXAMPLES = 3
_LEAST_DOUBT = 0.1
_DOUBT = {"review": 1.0, "new": 0.5}
"""Of a link without a probability."""


class Mention(NamedTuple):
    """An indicator of a plan with one of its links."""

    document: Document
    named: Named
    match: Match


class Asked(NamedTuple):
    """A distinct name with its unit, and everywhere it stands."""

    key: str
    mentions: Sequence[Mention]

    @property
    def wording(self) -> str:
        """The most frequent spelling."""
        return _most_frequent(mention.named.indicator.name for mention in self.mentions)

    @property
    def unit(self) -> str:
        """The most frequent unit; empty for none."""
        return _most_frequent(_unit(mention.named) or "" for mention in self.mentions)

    @property
    def communes(self) -> int:
        """How many communes use it."""
        return len({_commune(mention.document) for mention in self.mentions})

    @property
    def doubt(self) -> float:
        """0 to 1: how little the run knows of it."""
        return max(_doubt(mention.match) for mention in self.mentions)

    @property
    def linked(self) -> list[str]:
        """The entries that the run proposes, the most frequent first."""
        ids = Counter(mention.match.canonical_id for mention in self.mentions if mention.match.canonical_id)
        return sorted(ids, key=lambda entry: (-ids[entry], entry))


def distinct_names(outputs: Outputs, statuses: Collection[str]) -> list[Asked]:
    """The names that have a link with one of these statuses, with those links, in the order of the plans."""
    documents = {doc_id: plan.document for doc_id, plan in outputs.by_doc.items()}
    named = {(one.doc_id, one.indicator.indicator_id): one for plan in outputs.plans for one in plan_named(plan)}
    found: dict[str, list[Mention]] = {}
    keys: dict[tuple[str, str | None], str] = {}
    for doc_id, match in outputs.matches:
        if match.status in statuses and match.method != "decision":
            one = named[doc_id, match.indicator_id]
            printed = one.indicator.name, _unit(one)
            key = keys.get(printed) or keys.setdefault(printed, subject_key(*printed))
            found.setdefault(key, []).append(Mention(documents[doc_id], one, match))
    return [Asked(key, mentions) for key, mentions in found.items()]


def names_sheet(outputs: Outputs, words: Words, blind: bool, contested: Collection[str] = ()) -> Sheet:
    """One row a distinct name to review or new, the most valuable first: communes affected × doubt.

    A blind sheet shows no scores, and neither its order nor that of the proposals tells them. `contested`: the keys
    of the names about which people contradict each other; they come first.
    """
    asked = distinct_names(outputs, ("review", "new"))
    nearest = Nearest(outputs.catalogue, ((one.wording, one.unit or None) for one in asked))
    asked.sort(key=lambda one: (one.key not in contested, -one.communes * one.doubt, -len(one.mentions), one.wording))
    questions = []
    for one in asked:
        near = nearest.entries(one.wording, one.unit or None, _others(one, outputs.catalogue))
        if blind:
            near.sort(key=lambda entry: row_id("names", one.key, entry.canonical_id))
        told = words("why.contested") if one.key in contested else ""
        questions.append(_question(one, near, outputs.catalogue, words, told))
    if blind:
        questions.sort(key=lambda question: question.row_id)
    return Sheet("names", questions)


def _question(one: Asked, near: Sequence[Near], catalogue: dict[str, Canonical], words: Words, told: str) -> Question:
    entries = [shown_entry(entry.canonical_id, catalogue) for entry in near]
    first, second, third = (*entries, "", "", "")[:3]
    return Question(
        row_id("names", one.key),
        {
            "wording": one.wording,
            "unit": one.unit,
            "communes": one.communes,
            "examples": _examples(one.mentions),
            "first": first,
            "second": second,
            "third": third,
            "why": " ".join(filter(None, [told, why(near, words)])),
            "why_not": why_not(near, words),
        },
        {"label": one.wording, "unit": one.unit, "proposals": [entry.canonical_id for entry in near]},
    )


def _others(one: Asked, catalogue: dict[str, Canonical]) -> list[str]:
    """The entries that the run proposes, without the one that was made of this very name."""
    return [
        entry
        for entry in one.linked
        if not (entry in catalogue and catalogue[entry].status == "proposed" and catalogue[entry].name == one.wording)
    ]


def audit_sheet(outputs: Outputs, judged: Collection[str] = ()) -> Sheet:
    """The sample of the automatic matches, without scores, in mixed order, but for those judged already.

    What is drawn are distinct pairs of a name and the entry it was matched with, however often a plan prints them.
    """
    pairs: dict[str, tuple[Asked, str]] = {}
    for one in distinct_names(outputs, ("matched",)):
        for entry in one.linked:
            mentions = [mention for mention in one.mentions if mention.match.canonical_id == entry]
            pairs[row_id("audit", one.key, entry)] = Asked(one.key, mentions), entry
    drawn = [key for key in draw(pairs) if key not in judged]
    return Sheet("audit", [_audited(key, *pairs[key], outputs.catalogue) for key in drawn])


def _audited(key: str, one: Asked, entry: str, catalogue: dict[str, Canonical]) -> Question:
    return Question(
        key,
        {
            "wording": one.wording,
            "unit": one.unit,
            "entry": shown_entry(entry, catalogue),
            "examples": _examples(one.mentions),
        },
        {"label": one.wording, "unit": one.unit, "entry": entry},
    )


def shown_entry(canonical_id: str, catalogue: dict[str, Canonical]) -> str:
    """`Tỷ lệ hộ nghèo [ho_ngheo]`: as the drop-down list has it."""
    entry = catalogue.get(canonical_id)
    return f"{entry.name} [{canonical_id}]" if entry else f"[{canonical_id}]"


def _examples(mentions: Sequence[Mention]) -> str:
    lines = dict.fromkeys(_example(mention) for mention in mentions)
    return "\n".join(list(lines)[:_EXAMPLES])


def _example(mention: Mention) -> str:
    """`phường Ba Ngòi (Khánh Hòa): ≥ 80% (2026)`"""
    document = mention.document
    where = " ".join(filter(None, [document.unit_type, document.unit_name])) or document.issuer or document.doc_id
    province = f" ({document.province})" if document.province else ""
    target = next((one for one in mention.named.targets if not one.baseline), None)
    value = f": {target.raw}" + (f" ({target.period})" if target.period else "") if target else ""
    return where + province + value


def _unit(named: Named) -> str | None:
    """The unit column's, without one that of the targets where they agree: as matching reads the name."""
    if named.indicator.unit is not None:
        return named.indicator.unit
    units = {target.unit for target in named.targets if target.unit}
    return units.pop() if len(units) == 1 else None


def _commune(document: Document) -> str:
    return str(document.unit_code or document.unit_name or document.issuer or document.doc_id)


def _doubt(match: Match) -> float:
    known = match.probability if match.status == "review" else match.runner_up_probability
    if known is None:
        return _DOUBT.get(match.status, _LEAST_DOUBT)
    return max(1 - abs(2 * known - 1), _LEAST_DOUBT)


def _most_frequent(texts: Iterable[str]) -> str:
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))
