"""Two targets of one indicator: was it raised, lowered, or changed in another way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from kehoach.normalize.text import fold, split_words
from kehoach.publish.compare.changes import Kind
from kehoach.schemas.records import Target

__all__ = ["TargetPair", "judge", "pair_targets", "sense_of", "unit_key"]


class TargetPair(NamedTuple):
    """Two targets to compare; one is None where the other plan sets none."""

    a: Target | None
    b: Target | None


def pair_targets(
    a: Sequence[Target], b: Sequence[Target], units: tuple[str | None, str | None] = (None, None)
) -> list[TargetPair]:
    """The targets of an indicator with those of its counterpart: of the same year, else of the nearest one.

    Several of one year: those in the same unit (where a target has none, `units` of the two indicators), then in order.
    """
    left, right = list(a), list(b)
    pairs: list[TargetPair] = []
    for alike in (_same_year_and_unit, _same_year):
        for one in list(left):
            other = next((other for other in right if alike(one, other, units)), None)
            if other is not None:
                pairs.append(TargetPair(one, other))
                left.remove(one)
                right.remove(other)
    years = [(one, other) for one in left for other in right if one.period and other.period]
    for one, other in sorted(years, key=lambda pair: _distance(*pair)):
        if any(one is found for found in left) and any(other is found for found in right):
            pairs.append(TargetPair(one, other))
            left = [found for found in left if found is not one]
            right = [found for found in right if found is not other]
    pairs += [TargetPair(one, other) for one, other in zip(left, right, strict=False)]
    common = min(len(left), len(right))
    return pairs + [TargetPair(one, None) for one in left[common:]] + [TargetPair(None, one) for one in right[common:]]


def judge(
    a: Target, b: Target, shift: int | None = 0, units: tuple[str | None, str | None] = (None, None)
) -> Kind | None:
    """What became of a target; None where it stayed. `shift`: the years between the plans (None: not known).

    `>= 80 %` to `>= 85 %` is raised, `= 80` to `>= 80` changed, 80 to 75–85 changed too: nobody can say which is more.
    """
    if a.value is None or b.value is None:
        if _words(a) != _words(b):
            return "changed"
    elif unit_key(a.unit or units[0]) != unit_key(b.unit or units[1]):
        return "unit"
    elif (kind := _moved(a, b)) is not None:
        return kind
    if a.aspirational != b.aspirational:
        return "changed"
    if shift is None or a.period is None or b.period is None or b.period - a.period in (0, shift):
        return None
    return "moved"


def sense_of(kind: Kind, direction: str, pair: TargetPair, shift: int | None) -> Literal["better", "worse"] | None:
    """Whether a raised or lowered target is better than before, where it is known what is better. 60 % by 2026 is not
    worse than 100 % by 2030: the years must be the same, or as far from each other as the plans.
    """
    years = pair.a and pair.a.period, pair.b and pair.b.period
    if kind not in ("raised", "lowered") or direction not in ("up", "down"):
        return None
    if years[0] != years[1] and (None in (*years, shift) or (years[1] or 0) - (years[0] or 0) != shift):
        return None
    return "better" if (kind == "raised") == (direction == "up") else "worse"


def unit_key(unit: str | None) -> str:
    """Units with the same key are one: `Cơ sở`, `cơ sở`."""
    return " ".join(split_words(unit or ""))


def _same_year_and_unit(a: Target, b: Target, units: tuple[str | None, str | None]) -> bool:
    return a.period == b.period and unit_key(a.unit or units[0]) == unit_key(b.unit or units[1])


def _same_year(a: Target, b: Target, units: tuple[str | None, str | None]) -> bool:
    return a.period == b.period


def _distance(a: Target, b: Target) -> tuple[int, int, int, int]:
    """The same from either side."""
    years = (a.period or 0, b.period or 0)
    return abs(years[0] - years[1]), min(years), a.target_no + b.target_no, max(a.target_no, b.target_no)


def _words(target: Target) -> str:
    """What a target says that has no number."""
    return fold(target.qualitative or target.raw)


def _bounds(target: Target) -> tuple[float | None, float | None]:
    """The least and the most that are wanted; None where there is no such bound."""
    value, high = target.value, target.value_high
    if target.comparator in (">=", ">"):
        return value, None
    if target.comparator in ("<=", "<"):
        return None, value
    return value, value if high is None else high


def _moved(a: Target, b: Target) -> Kind | None:
    """Compares the bounds that both have; at least against at most has none in common."""
    both = [
        (one, other) for one, other in zip(_bounds(a), _bounds(b), strict=True) if one is not None and other is not None
    ]
    if not both:
        return "changed"
    if all(one == other for one, other in both):
        return None if (a.comparator or "=") == (b.comparator or "=") else "changed"
    if all(one <= other for one, other in both):
        return "raised"
    return "lowered" if all(one >= other for one, other in both) else "changed"
