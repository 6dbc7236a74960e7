"""The documentation is current and its examples run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from kehoach.schemas.arrow import RECORDS, schema_of
from kehoach.schemas.codes import CODES, Code
from kehoach.schemas.contract import COLUMNS, column_meaning
from tests.corpus import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")])


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)


def test_generated_pages_are_current() -> None:
    checked = subprocess.run([sys.executable, ROOT / "docs" / "build.py", "--check"], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr.decode()


@pytest.mark.parametrize("table", RECORDS)
def test_every_column_is_described_and_no_other(table: str) -> None:
    names = schema_of(table).names
    assert all(column_meaning(table, name) for name in names)
    assert set(COLUMNS[table]) <= set(names)


def test_every_code_has_one_record() -> None:
    assert [info.code for info in CODES] == sorted(get_args(Code))


def test_codes_in_the_source_are_known() -> None:
    """A code that a check writes stands in schemas/codes.py."""
    written = {
        code
        for path in (ROOT / "extract").rglob("*.py")
        for code in re.findall(r'code="([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert written <= set(get_args(Code))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it is after the first examples: samples, their outputs, a workspace, a workbook of questions."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "samples", folder / "samples")
    for line in ("run samples -o outputs -q", "workspace init", "review export outputs review.xlsx"):
        command = [sys.executable, "-m", "kehoach.cli", *line.split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def checkout(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it in which an example may write."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMANDS = [line.split("#")[0].strip() for block in blocks("sh", README) for line in block.splitlines()]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("kehoach")])
def test_command_in_the_readme(line: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kehoach.cli", *shlex.split(line)[1:]], capture_output=True, check=False
    )
    finding = line.startswith(("kehoach check", "kehoach status"))  # they end with 1 where they find something
    assert ended.returncode in ((0, 1) if finding else (0,)), ended.stderr.decode()
    assert ended.stdout or ended.stderr


def test_vietnamese_readme_shows_commands_of_the_other() -> None:
    """What it shows is executed there."""
    vietnamese = (ROOT / "README.vi.md").read_text(encoding="utf-8")
    for language in ("sh", "powershell"):
        shown = [line.split("#")[0].strip() for block in blocks(language, vietnamese) for line in block.splitlines()]
        known = [line.split("#")[0].strip() for block in blocks(language, README) for line in block.splitlines()]
        assert shown
        assert not set(shown) - set(known)


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("code", blocks("python", README))
def test_python_in_the_readme(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out


def test_blocks_of_the_notebook_print_what_stands_under_them(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One after another with the same names, as a notebook runs them."""
    shutil.copytree(ROOT / "tests" / "inputs", checkout / "tests" / "inputs")
    page = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    names = {"__name__": "notebook"}
    cells = list(re.finditer(r"(?ms)^```python\n(?P<code>.*?)^```(?:\n\n```output\n(?P<shown>.*?)^```)?", page))
    assert len(cells) == len(blocks("python", page))
    for cell in cells:
        exec(compile(cell["code"], "notebook.md", "exec"), names)
        assert capsys.readouterr().out == (cell["shown"] or ""), cell["code"]
    assert len(cells) - len(blocks("output", page)) < len(cells) / 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("target", [line.split()[1] for line in COMMANDS if line.startswith("make")])
def test_make_target_exists(target: str) -> None:
    assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / "normalize" / "data").glob("*.csv")), ids=lambda path: path.name)
def test_every_vocabulary_is_described(path: Path) -> None:
    """docs/vocabularies.md has a row for it that names each column."""
    page = (ROOT / "docs" / "vocabularies.md").read_text(encoding="utf-8")
    row = re.search(rf"(?m)^\| `{re.escape(path.stem)}` \|.*", page)
    assert row, f"describe {path.name} in docs/vocabularies.md"
    columns = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    assert not [column for column in columns if f"`{column}`" not in row[0]]
