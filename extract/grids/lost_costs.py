"""What it costs to put a unit into a column: odds from the role of the column, and from what was learned of it.

All costs are natural logarithms of odds (0 is certain). The first pass over a table knows only the roles of the
columns; the later ones also how wide each column is, which kinds and words it holds, and how often it is empty.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from operator import add

from kehoach.extract.grids.lost_units import (
    AGENCY,
    CLASSES,
    DEADLINE,
    INT,
    LOWER,
    NUMBERED,
    ORD,
    PHRASE,
    QTY,
    ROMAN,
    SHORT,
    TEXT,
    Unit,
)
from kehoach.schemas.records import ColumnRole

# Cost of a class in a column of a role, before anything was learned; what is not listed costs ``_UNLIKELY``.
_UNLIKELY = 7.0
_NAME = {NUMBERED: 0.0, TEXT: 0.2, SHORT: 1.5, LOWER: 2.5, ROMAN: 1.5, PHRASE: 1.5, AGENCY: 2.5, DEADLINE: 5.0}
_VALUE = {QTY: 0.0, INT: 0.0, PHRASE: 1.0, SHORT: 1.8, TEXT: 2.5, LOWER: 2.5, DEADLINE: 3.0, AGENCY: 5.0}
_BODY = {AGENCY: 0.0, TEXT: 2.8, SHORT: 2.2, LOWER: 3.0, NUMBERED: 4.0, PHRASE: 5.0}
_PRODUCT = {TEXT: 0.2, SHORT: 0.7, PHRASE: 1.2, LOWER: 1.5, NUMBERED: 2.5, QTY: 3.5, AGENCY: 3.0, DEADLINE: 5.0}
_ANY = dict.fromkeys((QTY, INT, DEADLINE, AGENCY, PHRASE, SHORT, TEXT), 1.0) | {LOWER: 2.0, NUMBERED: 3.0, ORD: 4.0}
_KINDS: dict[ColumnRole | None, dict[int, float]] = {
    "ordinal": {ORD: 0.0, INT: 0.0},
    "name": _NAME,
    "subtask": _NAME | {NUMBERED: 0.5},
    "unit": {SHORT: 0.0, LOWER: 0.5, QTY: 0.5, TEXT: 4.0, AGENCY: 4.0, PHRASE: 4.0},
    "target": _VALUE,
    "baseline": _VALUE,
    "budget": _VALUE,
    "lead": _BODY,
    "coordinating": _BODY,
    "output": _PRODUCT,
    "kpi": _PRODUCT | {PHRASE: 0.0, QTY: 0.7, INT: 2.0},
    "basis": _PRODUCT,
    "deadline": {DEADLINE: 0.0, SHORT: 3.5, LOWER: 4.0, TEXT: 4.5, QTY: 4.5, INT: 6.0},
    "note": _ANY | {TEXT: 0.7, SHORT: 0.7},
    "other": _ANY,
    None: _ANY,
}
_MISSING: dict[ColumnRole | None, float] = {
    "ordinal": 3.0, "name": 2.4, "subtask": 2.0, "unit": 1.8, "target": 1.6, "baseline": 1.5, "budget": 1.0,
    "lead": 1.7, "coordinating": 1.3, "output": 1.6, "kpi": 1.6, "basis": 1.2, "deadline": 1.6, "note": 0.4,
    "other": 1.1, None: 1.2,
}  # fmt: skip
_LEADERLESS, _OTHER_BODY = 1.7, 0.7  # a body that helped in other rows may lead in this one
_COLLECTIVE = ("Các ", "^Các ")  # `Các cơ quan, đơn vị` help, and hardly ever lead
_PRIOR = 5.0  # so many imagined cells weigh in beside the learned ones


class Costs:
    """The costs of one table.

    ``missing[column]`` of an empty cell, ``width_of[column]`` at least (0: unknown) and ``most[column]`` at most, and
    :meth:`of` a unit in each column.
    """

    def __init__(
        self, roles: Sequence[ColumnRole | None], heads: Sequence[float] | None = None, loose: bool = False
    ) -> None:
        self.roles = roles
        self.heads = heads or [0.0] * len(roles)  # how wide the column's head is set: no column is narrower
        self.dearest_width = 2.0 if loose else 7.0  # where cells share lines, so may two lines of a cell
        self.priors = _priors(roles)
        self.kinds = [[prior.get(kind, _UNLIKELY) for kind in range(CLASSES)] for prior in self.priors]
        self.missing = [_MISSING[role] for role in roles]
        self.zero = [0.0] * len(roles)
        self.width_of = [0.0] * len(roles)
        self.most = [0.0] * len(roles)
        self.exact = [False] * len(roles)  # the width was learned from cells of several lines
        self.words: dict[str, list[float]] = {}
        self.learned = False
        self._sum_up()

    def _sum_up(self) -> None:
        """What :meth:`of` looks up: costs by kind, and ``before[column]``, of all columns before one being empty."""
        self.by_kind = [list(costs) for costs in zip(*self.kinds, strict=True)]
        self.before = list(accumulate(self.missing, initial=0.0))
        self.widest = max(self.width_of) if any(self.exact) else 999.0

    def of(self, unit: Unit) -> tuple[list[float], list[float]]:
        """For each column the cost of the unit as the beginning of a cell, and the part of its width in it."""
        kind = unit.kind
        costs = self.by_kind[kind]
        if not self.learned:
            return costs, self.zero
        widths = [self.width_cost(column, unit) for column in range(len(costs))]
        costs = list(map(add, costs, widths))
        if kind in (QTY, INT, ORD):  # the same number in two columns means nothing
            return costs, widths
        for key, weight in ((unit.text, 1.0), (unit.begins, 0.4), (unit.ends, 0.4)):
            words = self.words.get(key)
            if words is not None:  # `Các cơ quan liên quan` stands where it stood in the other rows
                costs = [cost + weight * odd for cost, odd in zip(costs, words, strict=True)]
        return costs, widths

    def width_cost(self, column: int, unit: Unit) -> float:
        """Cost of a unit set too wide for the column, or wrapped though the column had room."""
        wide = self.width_of[column]
        if not wide:
            return 0.0
        over = unit.low / self.most[column] - (1.1 if self.exact[column] else 1.35)
        if over > 0:
            return min(self.dearest_width, 0.8 + 14 * over)
        if self.exact[column] and unit.high < 0.87 * wide:
            surer = 1.4 if len(unit.lines) > 2 else 1.0  # more line breaks say the same
            return min(9.0, surer * (0.8 + 16 * (0.87 - unit.high / wide)))
        return 0.0

    def learn(self, rows: Sequence[Sequence[Sequence[Unit]]]) -> None:
        """Take over what a first assignment shows: ``rows[row][column]`` are the units of a cell.

        What a column holds is learned from the complete rows where there are enough of them: there no cell can
        have slipped.
        """
        full = [row for row in rows if sum(1 for cell in row if cell) >= 2]
        complete = [row for row in full if all(row)]
        sure = complete if len(complete) >= 3 else full
        self.learned = bool(sure)
        for column, role in enumerate(self.roles):
            cells = [row[column] for row in sure if row[column]]
            if role != "ordinal":  # its numbers are sure, and `III` comes too seldom to be learned
                self.kinds[column] = _learned(self.priors[column], Counter(cell[0].kind for cell in cells), len(cells))

            empty = sum(1 for row in full if not row[column])
            share = (empty + _PRIOR * math.exp(-_MISSING[role])) / (len(full) + _PRIOR)
            self.missing[column] = max(0.5 * _MISSING[role], min(2.8, -math.log(min(0.9, share))))
            if role != "ordinal":
                wide, most, exact = _column_width([unit for cell in cells for unit in cell])
                self.width_of[column], self.exact[column] = wide, exact
                self.most[column] = most if exact else max(most, self.heads[column])
        if "lead" in self.roles and "coordinating" in self.roles:  # one body alone leads
            lead, other = self.roles.index("lead"), self.roles.index("coordinating")
            self.missing[lead] = max(self.missing[lead], self.missing[other] + _LEADERLESS)
        self._sum_up()
        self.words = _word_odds(sure, self.roles)


def _word_odds(rows: Sequence[Sequence[Sequence[Unit]]], roles: Sequence[ColumnRole | None]) -> dict[str, list[float]]:
    """For the texts, first and last words of cells: the cost of each column to hold a cell with them."""
    count = len(roles)
    caps = [2.5] * count
    named = [_OTHER_BODY if role in ("lead", "coordinating") else 2.5 for role in roles]
    found: dict[str, list[int]] = {}
    for row in rows:
        for column, cell in enumerate(row):
            if cell:
                for key in {cell[0].text, cell[0].begins, cell[0].ends}:
                    found.setdefault(key, [0] * count)[column] += 1
    odds = {}
    for key, columns in found.items():
        total = sum(columns)
        if total > 1:
            most = max(columns) + 0.5
            dearest = caps if key.startswith(_COLLECTIVE) else named
            odds[key] = [min(cap, math.log(most / (seen + 0.5))) for cap, seen in zip(dearest, columns, strict=True)]
    return odds


def _priors(roles: Sequence[ColumnRole | None]) -> list[dict[int, float]]:
    """The costs of the roles; a column of remarks holds no ordinal, deadline or body where these have their columns."""
    own: dict[int, float] = {}
    if roles and roles[0] == "ordinal":  # a bare number is the ordinal, unless a column holds figures
        own |= {ORD: 8.0, INT: 6.0}
    remarks = own | ({DEADLINE: 3.5} if "deadline" in roles else {}) | ({AGENCY: 3.0} if "lead" in roles else {})
    priors = []
    for index, role in enumerate(roles):
        if role in ("ordinal", "target", "baseline", "budget", "kpi"):
            priors.append(_KINDS[role])
        else:
            priors.append(_KINDS[role] | (remarks if role in ("note", "other", None) else own))
        if role in ("other", None) and "coordinating" not in roles[: index + 1] and "lead" in roles[:index]:
            priors[-1] = priors[-1] | {AGENCY: 0.7}  # `Ai làm` / `Làm cùng`
    return priors


def _learned(prior: dict[int, float], found: Counter[int], cells: int) -> list[float]:
    odds = [math.exp(-prior.get(kind, _UNLIKELY)) for kind in range(CLASSES)]
    total = sum(odds)
    costs = [-math.log((found[kind] + _PRIOR * odds[kind] / total) / (cells + _PRIOR)) for kind in range(CLASSES)]
    least = min(costs)  # what is usual costs nothing: else many small cells would cost more than a wrong large one
    return [cost - least for cost in costs]


def _column_width(units: Sequence[Unit]) -> tuple[float, float, bool]:
    """How wide a column is at least and at most, and whether cells of several lines told so."""
    wrapped = [unit for unit in units if len(unit.lines) > 1]
    if len(wrapped) < 3:
        widest = max((unit.low for unit in units), default=0.0)
        return widest, widest, False
    lows, highs = sorted(unit.low for unit in wrapped), sorted(unit.high for unit in wrapped)
    low = lows[min(len(lows) - 1, int(0.93 * len(lows)))]
    return low, max(low, highs[int(0.2 * len(highs))]), True
