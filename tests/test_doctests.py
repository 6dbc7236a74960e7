"""The examples in docstrings, run by import name (by folder, modules would load twice)."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.corpus import ROOT

ROOMS = ("schemas", "normalize", "extract", "publish")


def names() -> list[str]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if path.stem != "__init__"]
    return [".".join(("kehoach", *path.relative_to(ROOT).with_suffix("").parts)) for path in paths]


@pytest.mark.parametrize("name", names())
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def test_examples_on_matching() -> None:
    result = doctest.testfile(str(ROOT / "docs" / "matching.md"), module_relative=False)
    assert result.failed == 0
    assert result.attempted > 0
