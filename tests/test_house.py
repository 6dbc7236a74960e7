"""The rules of the house that a machine can check: imports go leftwards, modules and functions stay readable."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.corpus import ROOT

STAGES = ("schemas", "normalize", "extract", "pipeline", "publish", "commands", "cli")
MOST_LINES, MOST_BODY = 400, 50

MODULES = sorted(
    [
        *(path for room in STAGES for path in (ROOT / room).rglob("*.py")),
        *(ROOT / f"{name}.py" for name in STAGES if (ROOT / f"{name}.py").exists()),
    ]
)
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())


def stage_of(path: Path) -> int:
    return STAGES.index(path.relative_to(ROOT).with_suffix("").parts[0])


@every_module
def test_imports_are_absolute_and_go_leftwards(path: Path) -> None:
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            parts = (node.module or "").split(".")
            if parts[0] == "kehoach" and len(parts) > 1 and STAGES.index(parts[1]) > stage_of(path):
                wrong.append(f"line {node.lineno}: {node.module}")
    assert not wrong


@every_module
def test_module_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    long = [f"{len(text.splitlines())} lines"] if len(text.splitlines()) > MOST_LINES else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.body[0].lineno + 1
            if ast.get_docstring(node) and len(node.body) > 1:
                lines = (node.end_lineno or 0) - node.body[1].lineno + 1
            long += [f"{node.name}: {lines} lines"] if lines > MOST_BODY else []
    assert not long
