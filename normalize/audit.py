"""The blind audit of automatic matches: `audit.tsv` of the workspace, and what it says of their precision.

    found = precision(read_audit(Path("kehoach-workspace")))
    found.right, found.judged, found.low, found.high       # 97, 100, 0.915, 0.990

A share of the automatic matches is drawn by a digest, shown without scores, and judged right or wrong. That sample,
not the queue of doubtful names, estimates how many of the automatic matches are right.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kehoach.normalize.batches import not_undone, undo_name
from kehoach.normalize.text import fold
from kehoach.normalize.tsv import append_lines, read_lines

__all__ = [
    "COLUMNS", "FILE", "Judgement", "Precision", "append_audit", "audit_faults", "contested", "draw", "precision",
    "read_audit", "undo_audit", "wilson",
]  # fmt: skip

FILE = "audit.tsv"
REQUIRED = ("row_id", "verdict", "author", "date")
SHARE = 0.02
LEAST = 30
"""The fewest matches that are drawn: fewer give an interval that says nothing."""

_VERDICTS = ("right", "wrong", "unsure")
_Z = 1.959963984540054  # 95 % of the normal distribution lie within


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What one person said about one automatic match. The fields are the columns of the file."""

    row_id: str = ""
    subject_label: str = ""
    unit: str = ""
    canonical_id: str = ""
    verdict: Literal["right", "wrong", "unsure", ""] = ""
    author: str
    date: str
    comment: str = ""
    batch: str = ""
    undoes: str = ""


COLUMNS = Judgement.__struct_fields__


class Precision(NamedTuple):
    """The share of right ones among the automatic matches judged, with its 95 % interval (Wilson)."""

    right: int
    judged: int
    unsure: int
    """Matches of which nobody could say; they do not count."""
    contested: int
    """Matches of which one person says right and another wrong; they do not count."""
    low: float
    high: float


def draw(keys: Iterable[str], share: float = SHARE, least: int = LEAST) -> list[str]:
    """The keys of the sample: the first `share` of them, at least `least`, in the order of their digests.

    The same key is drawn again from whatever is added to the others, as long as the sample reaches so far.
    """
    ordered = sorted(set(keys), key=_digest)
    return ordered[: max(math.ceil(share * len(ordered)), least)]


def _digest(key: str) -> str:
    return hashlib.sha256(f"audit {key}".encode()).hexdigest()


def contested(judgements: Sequence[Judgement]) -> list[tuple[Judgement, ...]]:
    """What each person says of the matches that one calls right and another wrong."""
    return [
        tuple(by_author.values())
        for by_author in _said(judgements).values()
        if len({one.verdict for one in by_author.values()} - {"unsure"}) > 1
    ]


def precision(judgements: Sequence[Judgement]) -> Precision:
    """What the judgements that stand say together; a person's later word on a match replaces the earlier."""
    said = [{one.verdict for one in by_author.values()} - {"unsure"} for by_author in _said(judgements).values()]
    right, judged = said.count({"right"}), sum(len(sure) == 1 for sure in said)
    unsure = sum(not sure for sure in said)
    return Precision(right, judged, unsure, len(said) - judged - unsure, *wilson(right, judged))


def _said(judgements: Sequence[Judgement]) -> dict[str, dict[str, Judgement]]:
    """The last word of each person on each match."""
    said: dict[str, dict[str, Judgement]] = {}
    for one in not_undone(judgements):
        if not one.undoes:
            said.setdefault(one.row_id, {})[fold(one.author)] = one
    return said


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score; from 0 to 1 where nothing was tried.

    >>> [round(end, 4) for end in wilson(97, 100)]
    [0.9155, 0.9897]
    """
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, _Z**2
    centre = share + square / (2 * trials)
    spread = _Z * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    scale = 1 + square / trials
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return (0.0 if successes == 0 else low), (1.0 if successes == trials else high)


# --- the file ---------------------------------------------------------------------------------------------------


def read_audit(workspace: Path) -> list[Judgement]:
    """All rows as they were written, those undone too. Raises ValueError with the faults of the file."""
    judgements, faults = _read(workspace)
    if faults:
        raise ValueError("\n".join(faults))
    return judgements


def audit_faults(workspace: Path) -> list[str]:
    """What is wrong with the file, each fault as `audit.tsv:12: what is wrong`."""
    return _read(workspace)[1]


def append_audit(workspace: Path, judgements: Iterable[Judgement]) -> None:
    """Add rows to the file, all or none. Raises OutputUnavailable where it cannot be written."""
    append_lines(workspace / FILE, COLUMNS, [{name: getattr(one, name) for name in COLUMNS} for one in judgements])


def undo_audit(workspace: Path, batch: str, author: str, date: str) -> int:
    """Add the row that undoes a batch, where one stands, and return how many rows it undoes."""
    rows = read_audit(workspace)
    undone = sum(bool(batch) and row.batch == batch for row in not_undone(rows))
    if undone:
        append_audit(workspace, [Judgement(author=author, date=date, batch=undo_name(rows, batch), undoes=batch)])
    return undone


def _read(workspace: Path) -> tuple[list[Judgement], list[str]]:
    lines, faults = read_lines(workspace / FILE, REQUIRED)
    judgements = []
    for line in lines:
        cells = {name: line.cells.get(name, "") for name in COLUMNS}
        if cells["undoes"] or (cells["row_id"] and cells["author"] and cells["verdict"] in _VERDICTS):
            judgements.append(msgspec.convert(cells, Judgement))
        else:
            faults.append(
                f"{FILE}:{line.number}: no row_id, no author, or the verdict is none of: {', '.join(_VERDICTS)}"
            )
    return judgements, faults
