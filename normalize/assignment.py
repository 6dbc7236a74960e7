"""One entry, one wording: within a table two different wordings are never the same indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["assign"]


def assign(gains: Sequence[Mapping[str, float]]) -> list[str | None]:
    """For each row the entry it gets, so that the gains sum to the most and no two rows get one; None: none is left.

    A gain is positive.

    >>> assign([{"a": 3.0, "b": 2.0}, {"a": 2.5}, {"c": 1.0}])
    ['b', 'a', 'c']
    """
    best = [max(row, key=lambda entry: (row[entry], entry), default=None) for row in gains]
    wanted = [entry for entry in best if entry is not None]
    if len(set(wanted)) == len(wanted):
        return best
    import numpy as np  # noqa: PLC0415 - few tables have two rows that want the same
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    entries = sorted({entry for row in gains for entry in row})
    matrix = np.zeros((len(gains), len(entries) + len(gains)))  # the columns behind the entries: no entry
    for number, row in enumerate(gains):
        for entry, gain in row.items():
            matrix[number, entries.index(entry)] = gain
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    found: list[str | None] = [None] * len(gains)
    for number, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if column < len(entries) and entries[column] in gains[number]:
            found[number] = entries[column]
    return found
