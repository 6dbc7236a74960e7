"""Every problem that the grammar of targets can name has its code among the diagnostics."""

from __future__ import annotations

from typing import get_args

import pytest

from kehoach.normalize.figures import FigureProblem
from kehoach.schemas.codes import SEVERITY


@pytest.mark.parametrize("problem", [*get_args(FigureProblem), "several-values", "too-many-figures"])
def test_problem_has_a_code(problem: str) -> None:
    assert f"target-{problem}" in SEVERITY
