"""The plans that the tests read: our samples with their truth and, where they are there, the real ones."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from kehoach.extract.readers import FORMATS
from kehoach.pipeline import Reading, read_file

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
TRUTH = ROOT / "tests" / "truth"
SHARED = Path(os.environ.get("KEHOACH_SHARED", ROOT.parent / "shared"))
GOLD = SHARED / "gold"

Case = tuple[Path, Path]  # a plan and its truth


def sample_cases() -> dict[str, Case]:
    """Each `tests/truth/NAME.json` with `samples/NAME.*`."""
    return _cases(TRUTH, SAMPLES)


def gold_cases() -> dict[str, Case]:
    """The real plans that have a truth; none where they are not there."""
    return _cases(GOLD, SHARED / "plans")


def diagnostics_cases() -> dict[str, Case]:
    """Each `tests/truth/NAME.diagnostics.json` with `samples/NAME.*`."""
    by_stem = {path.stem: path for path in _plans(SAMPLES)}
    found = {path.name.removesuffix(".diagnostics.json"): path for path in sorted(TRUTH.glob("*.diagnostics.json"))}
    return {name: (by_stem[name], path) for name, path in found.items() if name in by_stem}


def plans() -> dict[str, Path]:
    """All plans, ours and the real ones, by name."""
    folders = (SAMPLES, SHARED / "plans")
    return {path.name: path for folder in folders for path in _plans(folder)}


def text_plans() -> dict[str, Path]:
    """Of all plans those that stand in a text: what a test may take apart line by line."""
    return {name: path for name, path in plans().items() if FORMATS[path.suffix.lower()] in ("txt", "md", "html")}


@cache
def reading_of(path: Path) -> Reading:
    """A plan is read once for all tests; none of them changes it."""
    return read_file(path)


def truth_files(folder: Path = TRUTH) -> list[Path]:
    """`NAME.json`; `NAME.diagnostics.json` beside it lists what `check` should find."""
    return [path for path in sorted(folder.glob("*.json")) if "." not in path.stem]


def _cases(truths: Path, folder: Path) -> dict[str, Case]:
    by_stem = {path.stem: path for path in _plans(folder)}
    return {truth.stem: (by_stem[truth.stem], truth) for truth in truth_files(truths) if truth.stem in by_stem}


def _plans(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if path.suffix.lower() in FORMATS]
