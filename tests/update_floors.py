"""Sets the floors to what is reached now: `python -m tests.update_floors [--allow-lower]`.

Floors only rise; with --allow-lower they follow downwards too, which a commit must give a reason for.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from kehoach.pipeline import read_file, run
from tests.compare import compare_any
from tests.corpus import GOLD, SHARED, diagnostics_cases, gold_cases, sample_cases
from tests.floors import FLOORS, Shares, load

Floors = dict[str, dict[str, Shares]]


def measure() -> Floors:
    """The shares of all cases that are there; a plan that cannot be read has none of anything."""
    found: Floors = {"samples": _compared(sample_cases()), "diagnostics": _compared(diagnostics_cases())}
    if GOLD.is_dir():
        found["gold"] = _compared(gold_cases())
        found["score"] = _scored()
    return found


def raised(old: Floors, new: Floors, allow_lower: bool) -> Floors:
    """The new floors: of each share the higher one, unless lowering is allowed."""
    result: Floors = {}
    for group in sorted(set(old) | set(new)):
        cases = set(old.get(group, {})) | set(new.get(group, {}))
        result[group] = {
            case: _higher(old.get(group, {}).get(case, {}), new.get(group, {}).get(case, {}), allow_lower)
            for case in sorted(cases)
        }
    return result


def _higher(old: Shares, new: Shares, allow_lower: bool) -> Shares:
    shares = {kind: math.floor(share * 1e4) / 1e4 for kind, share in new.items()}
    return old | {kind: share if allow_lower else max(share, old.get(kind, 0.0)) for kind, share in shares.items()}


def _compared(cases: Mapping[str, tuple[Path, Path]]) -> dict[str, Shares]:
    shares = {}
    for case, (source, truth) in cases.items():
        reading = read_file(source)
        if reading.plan is None:
            print(f"{source.name}: {reading.file.status}: {reading.file.message}", file=sys.stderr)
        else:
            shares[case] = compare_any(reading.plan, truth).shares
    return shares


def _scored() -> dict[str, Shares]:
    with tempfile.TemporaryDirectory() as out:
        run([SHARED / "plans"], out)
        command = [sys.executable, str(SHARED / "score" / "score"), "--json", out]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    scores: dict[str, Shares] = json.loads(printed)
    return {case: shares for case, shares in scores.items() if case != "mean"}


def main() -> None:
    """Measure, compare with the file, write it, and say what changed."""
    old, new = load(), measure()
    floors = raised(old, new, "--allow-lower" in sys.argv[1:])
    FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for group, cases in floors.items():
        for case, shares in cases.items():
            for kind, share in shares.items():
                before = old.get(group, {}).get(case, {}).get(kind)
                if before != share:
                    print(f"{group} {case} {kind}: {before} -> {share}")


if __name__ == "__main__":
    main()
