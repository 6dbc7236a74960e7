"""The indicators of two plans: which are the same, and what became of their targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kehoach.normalize.decisions import subject_unit
from kehoach.normalize.text import fold
from kehoach.normalize.wording import read_wordings
from kehoach.publish.compare.changes import Change, Mention
from kehoach.publish.compare.pairing import Pairing, name_key, relative_key
from kehoach.publish.compare.sides import Side
from kehoach.publish.compare.targets import judge, pair_targets, sense_of, unit_key
from kehoach.schemas.records import Indicator, Target

__all__ = ["compare_indicators"]


class _Item(NamedTuple):
    """An indicator for one scope (`trong đó nữ`): what is paired."""

    indicator: Indicator
    scope: str | None
    targets: tuple[Target, ...]
    ids: frozenset[str]
    unit: str | None
    year: int | None

    @property
    def place(self) -> tuple[str, str]:
        """Scope and unit, folded."""
        return fold(self.scope or ""), unit_key(self.unit)


def compare_indicators(a: Side, b: Side) -> list[Change]:
    """What differs, in the order of `b`, then of `a` for what was dropped. Figures already reached, and repetitions
    within a plan, are not compared.
    """
    pairing = _paired(Pairing(_items(a), _items(b)))
    directions = {**a.directions, **b.directions}
    shift = b.year - a.year if a.year and b.year else None
    found = [change for one, other in pairing.pairs for change in _changes(one, other, shift, directions)]
    lefts, rights = pairing.hints(lambda item: name_key(item.indicator.name))
    for at, item in enumerate(pairing.right):
        found.append(_alone(item, rights.get(at), added=True))
    for at, item in enumerate(pairing.left):
        found.append(_alone(item, lefts.get(at), added=False))
    return found


def _items(side: Side) -> list[_Item]:
    return [
        item for indicator in side.indicators if indicator.duplicate_of is None for item in _scoped(indicator, side)
    ]


def _scoped(indicator: Indicator, side: Side) -> Iterator[_Item]:
    targets = [one for one in side.targets.get(indicator.indicator_id, ()) if not one.baseline]
    by_scope: dict[str, list[Target]] = {}
    for target in targets:
        by_scope.setdefault(fold(target.scope or ""), []).append(target)
    unit = subject_unit(indicator.unit, [target.unit for target in targets])
    for found in by_scope.values() or [[]]:
        numbers = {None, *(target.target_no for target in found)}
        links = side.links.get(indicator.indicator_id, ())
        ids = frozenset(link.canonical_id for link in links if link.canonical_id and link.target_no in numbers)
        yield _Item(indicator, found[0].scope if found else None, tuple(found), ids, unit, side.year)


def _paired(pairing: Pairing[_Item]) -> Pairing[_Item]:
    """By the entry of the catalogue in the same scope, else by name and unit; where two could be meant, not at all."""
    pairing.by(_everything)
    pairing.by(lambda item: (item.ids, item.place, name_key(item.indicator.name)) if item.ids else None)
    pairing.by(lambda item: (item.ids, item.place) if item.ids else None, unique=True)
    pairing.by(lambda item: (item.ids, item.place[0]) if item.ids else None, unique=True)
    pairing.by(lambda item: (name_key(item.indicator.name), item.place, tuple(item.indicator.group_titles)))
    pairing.by(lambda item: (name_key(item.indicator.name), item.place))
    pairing.by(lambda item: (relative_key(item.indicator.name, item.year), item.place), unique=True)
    pairing.by(lambda item: None if item.ids else (_wording(item), item.place), unique=True)
    return pairing


def _everything(item: _Item) -> object:
    indicator = item.indicator
    targets = tuple(
        (one.period, one.comparator, one.value, one.value_high, unit_key(one.unit), fold(one.qualitative or one.raw))
        for one in item.targets
    )
    around = (indicator.appendix, indicator.ordinal, tuple(indicator.group), tuple(indicator.group_titles))
    return item.ids, item.place, indicator.name, around, targets


def _wording(item: _Item) -> object:
    """What matching compares of a name: `tỷ lệ hồ sơ … trên địa bàn phường` says no more without the last words."""
    wordings = read_wordings(item.indicator.name, item.unit)
    return (
        tuple(
            (one.text, tuple(sorted((name, tuple(sorted(said))) for name, said in one.slots.items())))
            for one in wordings
        )
        or None
    )


def _changes(one: _Item, other: _Item, shift: int | None, directions: dict[str, str]) -> Iterator[Change]:
    ids = one.ids | other.ids
    canonical_id = min(ids) if len(ids) == 1 else None
    base = Change(
        "indicator",
        "changed",
        _mention(one),
        _mention(other),
        canonical_id=canonical_id,
        scope=other.scope or one.scope,
    )
    direction = directions.get(canonical_id or "", "none")
    units = (one.unit, other.unit)
    for pair in pair_targets(one.targets, other.targets, units):
        if pair.a is None or pair.b is None:
            missing = base._replace(before=pair.a, after=pair.b)
            yield missing._replace(kind="target-added") if pair.a is None else missing._replace(kind="target-dropped")
        elif (judged := judge(pair.a, pair.b, shift, units)) is not None:
            sense = sense_of(judged, direction, pair, shift)
            yield base._replace(kind=judged, before=pair.a, after=pair.b, sense=sense)
    if relative_key(one.indicator.name, one.year) != relative_key(other.indicator.name, other.year):
        yield base._replace(kind="reworded")


def _alone(item: _Item, like: _Item | None, *, added: bool) -> Change:
    mention, target = _mention(item), item.targets[0] if item.targets else None
    perhaps = like.indicator.name if like else None
    canonical_id = min(item.ids) if len(item.ids) == 1 else None
    change = Change("indicator", "added", None, mention, None, target, canonical_id, item.scope, perhaps=perhaps)
    return change if added else change._replace(kind="dropped", a=mention, b=None, before=target, after=None)


def _mention(item: _Item) -> Mention:
    return Mention.of(item.indicator.name, item.indicator.indicator_id, item.indicator)
