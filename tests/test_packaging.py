"""The wheel holds what the repository holds, under one name."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.corpus import ROOT

ROOMS = ("cli.py", "pipeline", "py.typed", "extract", "normalize", "schemas", "publish", "commands")

in_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built here, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


@in_git
def test_wheel_holds_every_file_of_the_rooms(wheel: list[str]) -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *ROOMS]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    there = {f"kehoach/{name}" for name in listed if (ROOT / name).exists()}
    assert {name for name in wheel if not name.split("/")[0].endswith(".dist-info")} == there


def test_nothing_lands_beside_the_package(wheel: list[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"kehoach"}


@pytest.mark.parametrize("name", ["extract", "normalize", "schemas", "publish", "commands", "cli", "pipeline"])
def test_rooms_are_no_top_level_modules(name: str, tmp_path: Path) -> None:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is not None)"
    assert subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, check=False).returncode == 0


def test_every_room_has_its_link() -> None:
    assert {path.name for path in (ROOT / ".dev" / "kehoach").iterdir()} == set(ROOMS)


def test_every_room_is_in_the_configuration() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(settings["tool"]["hatch"]["build"]["only-include"]) == set(ROOMS)


@in_git
def test_every_folder_of_code_is_a_room() -> None:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    tops = {name.split("/")[0] for name in listed.splitlines()}
    assert tops - {"tests", "benchmarks", "docs", ".dev"} <= set(ROOMS)


def test_constraints_name_no_registry() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("\n")
    assert not [line for line in lines if line and ("==" not in line or line.startswith("-") or "//" in line)]
