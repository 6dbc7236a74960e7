"""Puts the pieces of a table into cells, rows and columns: the cheapest way through all of them (Viterbi).

A cell is one piece or some neighbours. Within a row the columns only go up. After a page break the cells that the
page cut go on, column by column, before a new row begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from kehoach.extract.grids.lost_costs import Costs
from kehoach.extract.grids.lost_pieces import SPACE, Pieces
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
    classify,
    width,
)

_NEVER = 1e9
_BEAM = 5.0
NEW, NEXT, CONTINUE = range(3)  # how a cell stands to the one before: new row, next column, rest of a cut cell
Step = tuple[Unit, int, int]  # unit, column, how; column -1: a heading over the whole width

_GROUP = {ROMAN: 0.3, NUMBERED: 5.0, TEXT: 5.5, SHORT: 6.5, PHRASE: 9.0, AGENCY: 8.0, LOWER: 14.0}
_NEW_ROW_KINDS = (ORD, INT, NUMBERED, ROMAN)


class _State:
    """The best way to put a unit into ``column``: its cost, the row so far, how it came here.

    ``row`` holds the last unit of each column, ``top`` the highest column filled, ``tallest`` the number of lines of
    the row's tallest cell before the last page break, ``here`` after it; ``cut``: the row was cut, and its cells are
    going on; ``heading``: the row's ordinal is that of a heading (`III`).
    """

    __slots__ = ("before", "column", "cost", "cut", "heading", "here", "how", "row", "tallest", "top", "unit")

    def __init__(self, move: _Move, unit: Unit, count: int) -> None:
        self.cost, self.column, self.how, self.before, self.cut = move
        self.unit = unit
        before = self.before
        lines = len(unit.lines)
        self.heading = False
        if before is None or self.how == NEW:
            self.row: tuple[Unit | None, ...] = (None,) * count
            self.top, self.here, self.tallest = self.column, lines, 0
            self.heading = unit.kind == ORD and not unit.text[0].isdigit()
        else:
            self.row, self.top, self.heading = before.row, max(self.column, before.top), before.heading
            entered = self.cut and not before.cut
            self.tallest = before.here if entered else before.tallest
            self.here = lines if entered else max(lines, before.here)
        if self.column >= 0:
            self.row = (*self.row[: self.column], unit, *self.row[self.column + 1 :])


_Move = tuple[float, int, int, _State | None, bool]  # cost, column, how, state before, in a cut row


def decode(pieces: Pieces, costs: Costs, beam: float = _BEAM) -> list[Step]:
    """The cells in order, each with its column and how it follows the one before.

    Ways dearer than the cheapest by more than ``beam`` are given up.
    """
    alive: list[list[_State]] = [[]]
    count = len(costs.roles)
    for end in range(1, len(pieces) + 1):
        best: dict[int, tuple[_Move, Unit]] = {}
        for start, joined in pieces.starts(end):
            if start and not alive[start]:
                continue
            unit = pieces.unit(start, end)
            extra = joined + pieces.beginning[start]
            inside = pieces.pieces[start].before == SPACE
            for key, move in _Place(unit, costs, extra, inside).moves(alive[start]).items():
                if key not in best or move[0] < best[key][0][0]:
                    best[key] = (move, unit)
        limit = min((move[0] for move, _ in best.values()), default=0.0) + beam
        alive.append([_State(move, unit, count) for move, unit in best.values() if move[0] <= limit])
    return _steps(min(alive[-1], key=lambda state: state.cost))


def _steps(last: _State | None) -> list[Step]:
    steps: list[Step] = []
    while last is not None:
        steps.append((last.unit, last.column, last.how))
        last = last.before
    return steps[::-1]


class _Place:
    """One unit, and the ways to put it after each of the states before; ``extra`` is the cost of making it a cell."""

    def __init__(self, unit: Unit, costs: Costs, extra: float, inside: bool) -> None:
        self.unit, self.costs, self.extra, self.inside = unit, costs, extra, inside
        self.enter, self.widths = costs.of(unit)
        self.count = len(self.enter)

    def moves(self, alive: Sequence[_State]) -> dict[int, _Move]:
        """The cheapest way to each column, in a row of its own page or in a cut one, and to a heading (-1)."""
        best = self._new_rows(alive)
        for state in alive:
            if state.column >= 0 and not state.cut:
                self._follow(best, state)
        if any(state.cut for state in alive) or self.unit.break_ != NONE:
            limit = min(move[0] for move in best.values()) + _BEAM
            price = self.extra + (0.5 if self.unit.break_ == HARD else 3.0)
            for state in alive:
                if state.column < 0 or state.cost > limit:
                    continue
                if state.cut:
                    self._cut(best, state, self.extra, state.column + 1)
                if self.unit.break_ != NONE:
                    self._cut(best, state, price, 0)
        return best

    def _new_rows(self, alive: Sequence[_State]) -> dict[int, _Move]:
        """The unit as the first of a row, at the least cost of closing the row before."""
        before = self.costs.before
        cheapest, closed = (0.0, None) if not alive else (_NEVER, alive[0])
        for state in alive:
            rest = before[self.count] - before[state.top + 1] if state.column >= 0 else 0.0
            cost = state.cost + rest * (0.08 if state.heading and state.top else 1.0)  # the other columns stay empty
            if cost < cheapest:
                cheapest, closed = cost, state
        cheapest += self.extra + (3.0 if self.inside else 0.0)
        best: dict[int, _Move] = {
            column: (cheapest + before[column] + cost, column, NEW, closed, False)
            for column, cost in enumerate(self.enter)
        }
        best[-1] = (cheapest + self._group_cost(), -1, NEW, closed, False)
        return best

    def _follow(self, best: dict[int, _Move], state: _State) -> None:
        """The unit in a later column of the row."""
        before, left = self.costs.before, state.column
        base = state.cost + self.extra - before[left + 1] + (2.0 if self.unit.break_ == HARD else 0.0)
        for column in range(left + 1, self.count):
            cost = base + before[column] + self.enter[column]
            if column == 1 and state.heading:  # `III` / `Hoàn thiện thể chế …` over the whole width
                cost -= self.widths[1]
            elif state.heading and not state.top:  # `I.` / `Hạ tầng số`, though the column of units holds such words
                cost += 3.0
            if cost < best[column][0]:
                best[column] = (cost, column, NEXT, state, False)

    def _cut(self, best: dict[int, _Move], state: _State, price: float, start: int) -> None:
        """The unit as the rest of a cell that a page break cut."""
        for column in range(start, self.count):
            cost = state.cost + price + self._goes_on(column, state)
            key = column + self.count
            if key not in best or cost < best[key][0]:
                best[key] = (cost, column, CONTINUE, state, True)

    def _group_cost(self) -> float:
        unit = self.unit
        cost = _GROUP.get(unit.kind, 14.0)
        if unit.kind in (NUMBERED, TEXT) and unit.low > 1.4 * self.costs.widest:
            cost = 1.5
        return min(cost, 1.0) if len(unit.text) > 6 and unit.text.isupper() else cost

    def _goes_on(self, column: int, state: _State) -> float:
        """Cost of the unit as the rest of a cell of the row that ``state`` stands in."""
        unit, part = self.unit, state.row[column]
        if part is None:  # set lower than the cut, all of it on this page
            skipped = self.costs.before[column] - self.costs.before[min(state.top + 1, column)]
            return self.enter[column] + (1.5 + skipped if column > state.top else 6.0)
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
        joined = f"{part.text} {unit.text}"
        if part.kind in (AGENCY, DEADLINE) and unit.kind != AGENCY:  # `Sau khi Hội đồng nhân` / `dân tỉnh ban hành`
            cost += 0.0 if classify(joined) == part.kind else 2.5
        if joined in self.costs.words:  # the whole stands in other rows
            cost -= 2.5
        elif part.open:
            cost -= 1.0  # `đơn vị liên` / `quan`
        wide = self.costs.width_of[column] if self.costs.exact[column] else 0.0
        if wide and width(part.lines[-1].value) + 0.5 + width(unit.text.split(" ", 1)[0]) < 0.87 * wide:
            cost += 1.2  # the word would have fitted on the last line of the page before
        tallest = state.tallest if state.cut else state.here
        return cost + min(3.0, max(0.0, 0.8 * (tallest - len(part.lines))))
