"""What was reached on the real plans is not lost; skipped where they are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compare import compare, load_truth
from tests.corpus import gold_cases, reading_of
from tests.floors import below


@pytest.mark.parametrize(("source", "truth"), gold_cases().values(), ids=gold_cases())
def test_real_plan_is_above_its_floors(source: Path, truth: Path) -> None:
    reading = reading_of(source)
    assert reading.plan is not None, reading.file.message
    found = compare(reading.plan, load_truth(truth))
    lost = below("gold", truth.stem, found.shares)
    assert not lost, "\n".join([*lost, *found.differences])
