"""Puts the units of a table into rows and columns: the cheapest way through all of them (Viterbi).

Within a row the columns only go up. A unit may also go on in the cell of the unit before it (an empty line inside a
cell), and after a page break the units go on in the cells that the page cut, column by column, before a new row
begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from kehoach.extract.grids.lost_costs import Costs
from kehoach.extract.grids.lost_units import (
    AGENCY,
    DEADLINE,
    HARD,
    INT,
    LOWER,
    NONE,
    NUMBERED,
    ORD,
    PHRASE,
    QTY,
    ROMAN,
    SHORT,
    TEXT,
    Unit,
)

_NEVER = 1e9
NEW, NEXT, STAY, CONTINUE = range(4)  # how a unit stands to the one before: new row, next column, same cell, cut cell
Step = tuple[int, int]  # (column, how); column -1: a heading over the whole width

_GROUP = {ROMAN: 0.3, NUMBERED: 5.0, TEXT: 5.5, SHORT: 6.5, PHRASE: 9.0, AGENCY: 8.0, LOWER: 14.0}
_NEW_ROW_KINDS = (ORD, INT, NUMBERED, ROMAN)


class _State:
    """The best way to a place: its cost, the row so far (last unit of each column or -1), how it came here."""

    __slots__ = ("before", "column", "cost", "heading", "how", "row", "top")

    def __init__(self, cost: float, row: tuple[int, ...], column: int, how: int, before: _State | None) -> None:
        self.cost, self.row, self.column, self.how, self.before = cost, row, column, how, before
        self.top = column if before is None or how in (NEW, NEXT) else max(column, before.top)
        self.heading = False


def decode(units: Sequence[Unit], costs: Costs) -> tuple[list[Step], float]:
    """For each unit its column and how it follows the one before; and the cost of it all."""
    count = len(costs.roles)
    normal: list[_State | None] = [None] * count
    cut: list[_State | None] = [None] * count
    group: _State | None = None
    for at, unit in enumerate(units):
        place = _Place(units, at, unit, costs)
        alive = [state for state in (*normal, *cut, group) if state is not None]
        closed = place.closed(alive)
        new_normal = [place.normal(column, normal, closed) for column in range(count)]
        new_cut = place.cut(alive, cut) if alive else [None] * count
        group = place.group(group, closed)
        normal, cut = new_normal, new_cut
    best = min((state for state in (*normal, *cut, group) if state is not None), key=lambda state: state.cost)
    return _steps(best), best.cost


def _steps(last: _State | None) -> list[Step]:
    steps: list[Step] = []
    while last is not None:
        steps.append((last.column, last.how))
        last = last.before
    return steps[::-1]


class _Place:
    """One unit, and the ways to put it after each of the states."""

    def __init__(self, units: Sequence[Unit], at: int, unit: Unit, costs: Costs) -> None:
        self.units, self.at, self.unit, self.costs = units, at, unit, costs
        self.enter = costs.of(unit)
        self.count = len(self.enter)
        self.widths = [costs.width_cost(column, unit) for column in range(self.count)]
        self.stay_cost = self._stay() if at else _NEVER

    def closed(self, alive: Sequence[_State]) -> tuple[float, _State | None]:
        """The cheapest state once its row is closed: the columns after its last one stay empty."""
        best, cheapest = _NEVER, None
        missing = self.costs.missing
        for state in alive:
            cost = state.cost
            if state.column >= 0 and state.top + 1 < self.count:
                rest = sum(missing[state.top + 1 :])
                cost += rest * (0.08 if state.heading else 1.0)
            if cost < best:
                best, cheapest = cost, state
        return (best, cheapest) if cheapest else (0.0, None)

    def normal(self, column: int, states: Sequence[_State | None], closed: tuple[float, _State | None]) -> _State:
        missing = self.costs.missing
        cost, before, how = closed[0] + sum(missing[:column]) + self.enter[column], closed[1], NEW
        skipped = 2.0 if self.unit.break_ == HARD else 0.0
        for left in range(column - 1, -1, -1):
            state = states[left]
            if state is not None:
                step = state.cost + skipped + self.enter[column]
                if state.heading and column == 1:  # `III` / `Hoàn thiện thể chế …` over the whole width
                    step -= self.widths[1]
                if step < cost:
                    cost, before, how = step, state, NEXT
            skipped += missing[left]
        same = states[column]
        if same is not None:
            stay = same.cost + self.stay_cost + self._junction(column)
            if stay < cost:
                cost, before, how = stay, same, STAY
        return self._state(cost, column, how, before)

    def _state(self, cost: float, column: int, how: int, before: _State | None) -> _State:
        row = before.row if before is not None and how != NEW else (-1,) * self.count
        state = _State(cost, (*row[:column], self.at, *row[column + 1 :]), column, how, before)
        if how == NEW:
            state.heading = self.unit.kind == ORD and not self.unit.text[0].isdigit()
        elif before is not None:
            state.heading = before.heading
        return state

    def group(self, state: _State | None, closed: tuple[float, _State | None]) -> _State | None:
        """The unit as a heading over the whole width, or as a further line of one."""
        unit = self.unit
        cost = _GROUP.get(unit.kind, 14.0)
        if unit.kind in (NUMBERED, TEXT) and self._wider_than_columns():
            cost = 1.5
        if unit.text.isupper() and len(unit.text) > 6:
            cost = min(cost, 1.0)
        cost += closed[0]
        if state is not None and state.cost + self.stay_cost < cost:
            return _State(state.cost + self.stay_cost, state.row, -1, STAY, state)
        return _State(cost, (-1,) * self.count, -1, NEW, closed[1])

    def _wider_than_columns(self) -> bool:
        widest = max(self.costs.width_of)
        return widest > 0 and any(self.costs.exact) and self.unit.low > 1.4 * widest

    def cut(self, alive: Sequence[_State], cut: Sequence[_State | None]) -> list[_State | None]:
        """The unit as the continuation of a cell that a page break cut."""
        enters = self.unit.break_ != NONE
        if not enters and not any(cut):
            return [None] * self.count
        price = 0.5 if self.unit.break_ == HARD else 3.0
        found: list[_State | None] = []
        for column in range(self.count):
            best: tuple[float, int, _State | None] = (_NEVER, CONTINUE, None)
            for state in cut:
                if state is not None and state.column < column:
                    best = min(best, (state.cost + self._goes_on(column, state), CONTINUE, state), key=_first)
            same = cut[column]
            if same is not None:
                best = min(best, (same.cost + self.stay_cost + 3.0 + self._junction(column), STAY, same), key=_first)
            for state in alive if enters else ():
                if state.column >= 0:
                    best = min(best, (state.cost + price + self._goes_on(column, state), CONTINUE, state), key=_first)
            found.append(None if best[2] is None else self._state(best[0], column, best[1], best[2]))
        return found

    def _stay(self) -> float:
        """Cost of going on in the cell of the unit before."""
        unit, before = self.unit, self.units[self.at - 1]
        if unit.break_ == HARD or unit.kind == ROMAN:
            return _NEVER
        if unit.kind in (ORD, INT) and self.costs.roles[0] == "ordinal":
            return 9.0
        if before.open or unit.lower:
            return 0.3 if unit.glued else 1.5
        if unit.glued:
            return 2.0
        return 3.5 if unit.kind == before.kind == AGENCY else 7.0

    def _junction(self, column: int) -> float:
        """Cost of the line break between the two: the first word would have fitted on the line before."""
        wide = self.costs.width_of[column]
        if not wide or not self.costs.exact[column]:
            return 0.0
        line = self.units[self.at - 1].tail + 0.5 + self.unit.head
        return self.widths[column] + (3.0 if line < 0.88 * wide else 0.0)

    def _goes_on(self, column: int, state: _State) -> float:
        """Cost of the unit as the rest of a cell of the row that ``state`` stands in."""
        unit, index = self.unit, state.row[column]
        if index < 0:  # set lower than the cut, all of it on this page
            skipped = sum(self.costs.missing[state.top + 1 : column])
            return self.enter[column] + (1.5 + skipped if column > state.top else 6.0)
        part = self.units[index]
        role = self.costs.roles[column]
        cost = self.widths[column]
        if not (unit.lower or part.open):
            cost += 1.0 if unit.kind == AGENCY and role in ("lead", "coordinating") else 2.5
        if part.text[-1] in ".;" or part.kind in (INT, QTY, ORD):
            cost += 2.0
        if unit.kind in _NEW_ROW_KINDS or (unit.kind == DEADLINE and role != "deadline"):
            cost += 9.0 if unit.kind in _NEW_ROW_KINDS else 2.0
        if unit.kind == AGENCY and role == "deadline":
            cost += 3.0
        tallest = max(len(self.units[other].lines) for other in state.row if other >= 0)
        return cost + min(3.0, 0.8 * (tallest - len(part.lines)))


def _first(choice: tuple[float, int, _State | None]) -> float:
    return choice[0]
