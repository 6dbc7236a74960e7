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
_BEAM = 10.0  # ways dearer than the cheapest by more than this are given up
NEW, NEXT, STAY, CONTINUE = range(4)  # how a unit stands to the one before: new row, next column, same cell, cut cell
Step = tuple[int, int]  # (column, how); column -1: a heading over the whole width

_GROUP = {ROMAN: 0.3, NUMBERED: 5.0, TEXT: 5.5, SHORT: 6.5, PHRASE: 9.0, AGENCY: 8.0, LOWER: 14.0}
_NEW_ROW_KINDS = (ORD, INT, NUMBERED, ROMAN)


class _State:
    """The best way to put a unit into ``column``: its cost, the row so far, how it came here.

    ``row`` holds the last unit of each column (-1: none), ``top`` the highest column filled, ``tallest`` the number
    of lines of the row's tallest cell before the last page break, ``here`` after it; ``cut``: the row was cut, and
    its cells are going on; ``heading``: the row's ordinal is that of a heading (`III`).
    """

    __slots__ = ("cost", "column", "how", "before", "cut", "row", "top", "tallest", "here", "heading")

    def __init__(self, move: _Move, at: int, lines: int, count: int) -> None:
        self.cost, self.column, self.how, self.before, self.cut = move
        before = self.before
        self.heading = False
        if before is None or self.how == NEW:
            self.row: tuple[int, ...] = (-1,) * count
            self.top, self.here, self.tallest = self.column, lines, 0
        else:
            self.row, self.top, self.heading = before.row, max(self.column, before.top), before.heading
            entered = self.cut and not before.cut
            self.tallest = before.here if entered else before.tallest
            self.here = lines if entered else max(lines, before.here)
        if self.column >= 0:
            self.row = (*self.row[: self.column], at, *self.row[self.column + 1 :])


_Move = tuple[float, int, int, _State | None, bool]  # cost, column, how, state before, in a cut row


def decode(units: Sequence[Unit], costs: Costs) -> tuple[list[Step], float]:
    """For each unit its column and how it follows the one before; and the cost of it all."""
    alive: list[_State] = []
    for at in range(len(units)):
        place = _Place(units, at, costs)
        moves = place.moves(alive)
        limit = min(move[0] for move in moves) + _BEAM
        lines = len(units[at].lines)
        alive = [_State(move, at, lines, place.count) for move in moves if move[0] <= limit]
        if place.unit.kind == ORD and not place.unit.text[0].isdigit():
            for state in alive:
                state.heading = state.how == NEW
    best = min(alive, key=lambda state: state.cost)
    return _steps(best), best.cost


def _steps(last: _State | None) -> list[Step]:
    steps: list[Step] = []
    while last is not None:
        steps.append((last.column, last.how))
        last = last.before
    return steps[::-1]


class _Place:
    """One unit, and the ways to put it after each of the states before."""

    def __init__(self, units: Sequence[Unit], at: int, costs: Costs) -> None:
        self.units, self.at, self.unit, self.costs = units, at, units[at], costs
        self.enter, self.widths = costs.of(self.unit)
        self.count = len(self.enter)
        self.stay_cost = self._stay() if at else _NEVER

    def moves(self, alive: Sequence[_State]) -> list[_Move]:
        """The cheapest way to each column, in a row of its own page or in a cut one, and to a heading."""
        best = self._new_rows(alive)
        for state in alive:
            if state.column < 0:
                self._take(best, -1, (state.cost + self.stay_cost, -1, STAY, state, False))
            elif not state.cut:
                self._follow(best, state)
        cheapest = min(move[0] for move in best.values())
        price = 0.5 if self.unit.break_ == HARD else 3.0
        for state in alive:
            if state.column < 0 or state.cost > cheapest + _BEAM:
                continue
            if state.cut:
                stay = state.cost + self.stay_cost + 3.0 + self._junction(state.column)
                self._take(best, state.column + self.count, (stay, state.column, STAY, state, True))
                self._cut(best, state, 0.0, state.column + 1)
            if self.unit.break_ != NONE:
                self._cut(best, state, price, 0)
        return list(best.values())

    def _take(self, best: dict[int, _Move], key: int, move: _Move) -> None:
        if key not in best or move[0] < best[key][0]:
            best[key] = move

    def _new_rows(self, alive: Sequence[_State]) -> dict[int, _Move]:
        """The unit as the first of a row, at the least cost of closing the row before."""
        before = self.costs.before
        cheapest, closed = (0.0, None) if not alive else (_NEVER, alive[0])
        for state in alive:
            rest = before[self.count] - before[state.top + 1] if state.column >= 0 else 0.0
            cost = state.cost + rest * (0.08 if state.heading else 1.0)  # the other columns stay empty
            if cost < cheapest:
                cheapest, closed = cost, state
        best: dict[int, _Move] = {
            column: (cheapest + before[column] + cost, column, NEW, closed, False)
            for column, cost in enumerate(self.enter)
        }
        best[-1] = (cheapest + self._group_cost(), -1, NEW, closed, False)
        return best

    def _follow(self, best: dict[int, _Move], state: _State) -> None:
        """The unit in a later column of the row, or further down in the same cell."""
        before, left = self.costs.before, state.column
        base = state.cost - before[left + 1] + (2.0 if self.unit.break_ == HARD else 0.0)
        for column in range(left + 1, self.count):
            cost = base + before[column] + self.enter[column]
            if column == 1 and state.heading:  # `III` / `Hoàn thiện thể chế …` over the whole width
                cost -= self.widths[1]
            if cost < best[column][0]:
                best[column] = (cost, column, NEXT, state, False)
        stay = state.cost + self.stay_cost + self._junction(left)
        if stay < best[left][0]:
            best[left] = (stay, left, STAY, state, False)

    def _cut(self, best: dict[int, _Move], state: _State, price: float, start: int) -> None:
        """The unit as the rest of a cell that a page break cut."""
        for column in range(start, self.count):
            cost = state.cost + price + self._goes_on(column, state)
            self._take(best, column + self.count, (cost, column, CONTINUE, state, True))

    def _group_cost(self) -> float:
        unit = self.unit
        cost = _GROUP.get(unit.kind, 14.0)
        if unit.kind in (NUMBERED, TEXT) and unit.low > 1.4 * self.costs.widest:
            cost = 1.5
        return min(cost, 1.0) if len(unit.text) > 6 and unit.text.isupper() else cost

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
            skipped = self.costs.before[column] - self.costs.before[min(state.top + 1, column)]
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
        tallest = state.tallest if state.cut else state.here
        return cost + min(3.0, max(0.0, 0.8 * (tallest - len(part.lines))))
