"""The questions about bodies: is this one another one, one of its own, or none?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kehoach.normalize.agency_decisions import agency_key
from kehoach.normalize.text import fold
from kehoach.publish.review.outputs import Outputs
from kehoach.publish.review.sheets import Question, Sheet, row_id
from kehoach.publish.wording import Words
from kehoach.schemas.records import Agency

__all__ = ["agencies_sheet", "shown_body"]

_NEAR = 3
_LEAST_LIKE = 60.0  # of 100: below, two names of bodies have little more in common than `Phòng`
_SPELLINGS = 6


def agencies_sheet(outputs: Outputs, words: Words, blind: bool, decided: Collection[str] = ()) -> Sheet:
    """One row a body with its spellings, those most like another first; `decided`: the keys that need no answer."""
    bodies = [one for one in outputs.agencies.values() if agency_key(one.name, one.level) not in decided]
    ranked = [(one, _near(one, outputs.agencies)) for one in bodies]
    ranked.sort(key=lambda pair: (-_likeness(pair[1]) * pair[0].mentions, pair[0].agency_id))
    questions = [_question(one, near, words, blind) for one, near in ranked]
    if blind:
        questions.sort(key=lambda question: question.row_id)
    return Sheet("agencies", questions)


def _near(body: Agency, bodies: Mapping[str, Agency]) -> list[tuple[Agency, float]]:
    """The bodies most alike by name, those of the same level first among equals."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - see kehoach --help

    names = {key: fold(one.name) for key, one in bodies.items() if key != body.agency_id}
    found = process.extract(
        fold(body.name), names, scorer=fuzz.token_sort_ratio, score_cutoff=_LEAST_LIKE, limit=2 * _NEAR
    )
    alike = [(bodies[key], score) for _, score, key in found]
    alike.sort(key=lambda pair: (-pair[1], pair[0].level != body.level, pair[0].agency_id))
    return alike[:_NEAR]


def _likeness(near: Sequence[tuple[Agency, float]]) -> float:
    return near[0][1] if near else 1.0


def _question(body: Agency, near: Sequence[tuple[Agency, float]], words: Words, blind: bool) -> Question:
    chosen = sorted((one for one, _ in near), key=lambda one: row_id("agencies", one.agency_id) if blind else "")
    first, second, third = (*map(shown_body, chosen), "", "", "")[:3]
    return Question(
        row_id("agencies", agency_key(body.name, body.level)),
        {
            "body": body.name,
            "level": words(f"level.{body.level}"),
            "variants": "\n".join(body.aliases[:_SPELLINGS]),
            "mentions": body.mentions,
            "first": first,
            "second": second,
            "third": third,
            "why": words("why.alike", score=f"{near[0][1]:.0f}") if near else "",
        },
        {
            "label": body.name,
            "unit": body.level,
            "id": body.agency_id,
            "proposals": [one.agency_id for one in chosen],
        },
    )


def shown_body(body: Agency) -> str:
    """`Công an [ward-cong-an]`: as the drop-down list has it."""
    return f"{body.name} [{body.agency_id}]"
