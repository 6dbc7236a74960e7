"""What a workspace adds counts, and is forgotten when another is used."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kehoach.normalize import vocabulary
from kehoach.normalize.workspace import init_workspace, workspace_faults
from tests.corpus import ROOT, SAMPLES, reading_of


def modules() -> list[str]:
    """Import names of all modules of the stages that read vocabularies."""
    rooms = ("normalize", "extract")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py") if path.stem != "__init__"]
    return [".".join(("kehoach", *path.relative_to(ROOT).with_suffix("").parts)) for path in sorted(paths)]


def loaders(name: str) -> Iterator[tuple[str, Any]]:
    """Cached functions, of a module that reads vocabularies, that take nothing: they depend on these alone."""
    module = importlib.import_module(name)
    if "import vocabulary" not in inspect.getsource(module) and "normalize.vocabulary" not in inspect.getsource(module):
        return
    for found, value in vars(module).items():
        if hasattr(value, "cache_info") and value.__module__ == name and not inspect.signature(value).parameters:
            yield found, value


def test_row_of_a_workspace_comes_last(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    with (tmp_path / "vocabulary" / "units.csv").open("a", encoding="utf-8") as file:
        file.write("sáng kiến,count,\n")
    shipped = vocabulary.rows("units")
    vocabulary.use_workspace(tmp_path)
    assert vocabulary.rows("units")[:-1] == shipped
    assert vocabulary.rows("units")[-1]["unit"] == "sáng kiến"
    vocabulary.use_workspace(None)
    assert vocabulary.rows("units") == shipped


def test_fresh_workspace_has_no_fault_and_changes_nothing(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    assert workspace_faults(tmp_path) == []
    before = {path.stem: vocabulary.rows(path.stem) for path in (ROOT / "normalize" / "data").glob("*.csv")}
    vocabulary.use_workspace(tmp_path)
    assert {name: vocabulary.rows(name) for name in before} == before


@pytest.mark.parametrize("name", modules())
def test_what_was_loaded_is_forgotten(name: str, tmp_path: Path) -> None:
    """Every cache filled from a vocabulary is registered with `vocabulary.on_change`."""
    for path in sorted(SAMPLES.iterdir())[:1]:
        reading_of(path)
    found = dict(loaders(name))
    for load in found.values():
        load()
    vocabulary.use_workspace(tmp_path)
    assert not [loader for loader, load in found.items() if load.cache_info().currsize], "register with on_change"
