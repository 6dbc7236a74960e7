"""What was reached and must not be lost: `tests/floors.json`, shares by group, case and kind.

    python -m tests.floors check score FILE    compare what `score --json` printed with the floors
    python -m tests.update_floors              raise the floors to what is reached now

A case without floors must be right in everything, so adding a case is adding its files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

Shares = dict[str, float]

FLOORS = Path(__file__).with_name("floors.json")
GROUPS = ("samples", "diagnostics", "gold", "score")
"""Our comparison with tests/truth, with its lists of diagnostics, and with ../shared/gold; the scorer's own."""


def load() -> dict[str, dict[str, Shares]]:
    """The floors by group, case and kind."""
    if not FLOORS.exists():
        return {}
    floors: dict[str, dict[str, Shares]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return floors


def below(group: str, case: str, shares: Shares) -> list[str]:
    """Each kind whose share is under its floor, in words."""
    floors = load().get(group, {}).get(case, {})
    return [
        f"{group} {case} {kind}: {share:.4f} is below the floor {floors.get(kind, 1.0):.4f}"
        for kind, share in shares.items()
        if share < floors.get(kind, 1.0) - 1e-9
    ]


def check(group: str, scores: dict[str, Shares]) -> list[str]:
    """All that is below its floor in scores by case; the mean of all cases is none of them."""
    return [line for case, shares in scores.items() if case != "mean" for line in below(group, case, shares)]


def main(args: list[str]) -> int:
    """`check GROUP FILE`: print what is below, exit status 1 where something is."""
    if len(args) != 3 or args[0] != "check" or args[1] not in GROUPS:
        print(__doc__, file=sys.stderr)
        return 2
    found = check(args[1], json.loads(Path(args[2]).read_text(encoding="utf-8")))
    print("\n".join(found) or "no score is below its floor")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
