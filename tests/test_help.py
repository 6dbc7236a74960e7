"""Every command explains itself: what it does, what each option means, and one example that it accepts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from kehoach.cli import app
from tests.corpus import ROOT


def leaves(command: Any, path: tuple[str, ...] = ("kehoach",)) -> Iterator[tuple[str, Any]]:
    """Each command by its whole name; groups only lead to theirs."""
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command
    for name, each in (below or {}).items():
        yield from leaves(each, (*path, name))


COMMANDS = dict(leaves(get_command(app)))
every_command = pytest.mark.parametrize("name", COMMANDS)


def words_of_the_example(name: str) -> list[str]:
    said = re.fullmatch(r"Example: (.+)", COMMANDS[name].epilog or "")
    assert said, f"{name} needs epilog='Example: {name} …'"
    return shlex.split(said[1].partition(" > ")[0])


@every_command
def test_example_is_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the command and gives what it asks for, with options that it has. It is not carried out here."""
    monkeypatch.chdir(ROOT)
    words = words_of_the_example(name)
    depth = len(name.split())
    assert " ".join(words[:depth]) == name
    COMMANDS[name].make_context(name, words[depth:])
    assert [word for word in words if word.startswith("samples/") and not Path(word).exists()] == []


@every_command
def test_help_is_whole_sentences(name: str) -> None:
    command = COMMANDS[name]
    summary = command.help.strip()
    assert summary[0].isupper()
    assert summary.endswith(".")
    unexplained = [each.name for each in command.params if not (each.help or "").strip()]
    assert unexplained == []


def guided() -> list[str]:
    """The commands of the guide for staff."""
    page = (ROOT / "docs" / "huong_dan.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```powershell\n(.*?)^```", page)
    return [line for block in blocks for line in block.splitlines() if line.startswith("kehoach ")]


@pytest.mark.parametrize("line", guided())
def test_command_of_the_guide_is_accepted(line: str) -> None:
    words = shlex.split(line)
    if words[1:] == ["--version"]:
        return
    name = max((name for name in COMMANDS if f"{line} ".startswith(f"{name} ")), key=len)
    COMMANDS[name].make_context(name, words[len(name.split()) :])
