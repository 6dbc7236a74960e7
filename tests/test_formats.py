"""The promise: the same plan in any format gives the same tables, and every character of it is accounted for."""

from __future__ import annotations

import os
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest

from kehoach.extract.readers import FORMATS
from kehoach.pipeline import read_file
from kehoach.schemas.records import Plan
from tests.corpus import reading_of, text_plans
from tests.rendering.equal import differences
from tests.rendering.model import Part, read_parts
from tests.rendering.office import convert, needs_office
from tests.rendering.portals import LAYOUTS
from tests.rendering.sheets import workbook_file
from tests.rendering.web import web_page
from tests.rendering.word import word_file
from tests.rendering.word_tricks import tricked

PLANS = text_plans()
# What takes LibreOffice minutes is done for all plans and formats where CI asks for it, else for some.
ALL = bool(os.environ.get("KEHOACH_ALL_FORMATS"))
SOME_PLANS = list(PLANS) if ALL else list(PLANS)[-2:]
every_plan = pytest.mark.parametrize("name", PLANS)
some_plans = pytest.mark.parametrize("name", SOME_PLANS)


def needs_reader(extension: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(extension not in FORMATS, reason=f"no reader for {extension}")


@cache
def parts_of(name: str) -> list[Part]:
    return read_parts(PLANS[name])


def check_same(name: str, rendered: Path) -> None:
    """The rendering says what the text says, and no character of it is lost."""
    reading = read_file(rendered)
    assert reading.plan is not None, reading.file.message
    assert not differences(plan_of(name), reading.plan)
    document = reading.plan.document
    assert document.chars == document.chars_kept + document.chars_dropped
    assert not [found.context for found in reading.plan.diagnostics if found.code == "text-lost"]


def plan_of(name: str) -> Plan:
    plan = reading_of(PLANS[name]).plan
    assert plan is not None
    return plan


@every_plan
def test_web_page(name: str, tmp_path: Path) -> None:
    rendered = tmp_path / "plan.html"
    rendered.write_bytes(web_page(parts_of(name)))
    check_same(name, rendered)


@pytest.mark.parametrize(("name", "layout"), [*zip(PLANS, cycle(LAYOUTS), strict=False)])
def test_page_of_a_portal(name: str, layout: str, tmp_path: Path) -> None:
    rendered = tmp_path / "plan.html"
    rendered.write_bytes(LAYOUTS[layout](parts_of(name)))
    check_same(name, rendered)


@needs_reader(".docx")
@every_plan
def test_word_file(name: str, word_files: dict[str, Path]) -> None:
    check_same(name, word_files[name])


@every_plan
def test_word_file_in_words_own_ways(name: str, word_files: dict[str, Path], tmp_path: Path) -> None:
    rendered = tmp_path / "plan.docx"
    rendered.write_bytes(tricked(word_files[name].read_bytes()))
    check_same(name, rendered)


@every_plan
def test_word_file_with_workbook(name: str, tmp_path: Path) -> None:
    bundle(tmp_path / "KH.plan", name)
    check_same(name, tmp_path / "KH.plan")


@needs_office
@some_plans
def test_word_file_with_old_workbook(name: str, old_workbooks: dict[str, Path], tmp_path: Path) -> None:
    bundle(tmp_path / "KH.plan", name, old_workbooks.get(name))
    check_same(name, tmp_path / "KH.plan")


def bundle(folder: Path, name: str, workbook: Path | None = None) -> None:
    """A folder with the body as Word file and the appendices as a workbook."""
    body, *appendices = parts_of(name)
    folder.mkdir()
    (folder / "KH.docx").write_bytes(word_file([body]))
    if workbook is not None:
        (folder / "Phu luc.xls").write_bytes(workbook.read_bytes())
    elif appendices:
        (folder / "Phu luc.xlsx").write_bytes(workbook_file(appendices))


@needs_reader(".doc")
@needs_office
@some_plans
def test_old_word_file(name: str, old_word_files: dict[str, Path]) -> None:
    """Made a Word file again as the reader does it, but for all plans in one call of LibreOffice."""
    check_same(name, old_word_files[name])


@needs_reader(".doc")
@needs_office
@pytest.mark.parametrize("kind", ["doc", "rtf", "odt"] if ALL else ["doc"])
def test_office_file(kind: str, word_files: dict[str, Path], tmp_path: Path) -> None:
    name = SOME_PLANS[-1]
    (rendered,) = convert([word_files[name]], kind, tmp_path)
    check_same(name, rendered)


@needs_reader(".pdf")
@needs_office
@every_plan
def test_pdf(name: str, pdf_files: dict[str, Path]) -> None:
    check_same(name, pdf_files[name])


@pytest.fixture(scope="module")
def word_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("word")
    files = {name: folder / f"{Path(name).stem}.docx" for name in PLANS}
    for name, path in files.items():
        path.write_bytes(word_file(parts_of(name)))
    return files


@pytest.fixture(scope="module")
def old_word_files(word_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """With numbers that Word counts, changes tracked, tables in two: what LibreOffice makes of these counts."""
    new, old, again = (tmp_path_factory.mktemp(kind) for kind in ("new", "old", "again"))
    for name in SOME_PLANS:
        (new / word_files[name].name).write_bytes(tricked(word_files[name].read_bytes(), controls=False))
    made = convert([new / word_files[name].name for name in SOME_PLANS], "doc", old)
    return dict(zip(SOME_PLANS, convert(made, "docx", again), strict=True))


@pytest.fixture(scope="module")
def old_workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("xlsx")
    files = {name: folder / f"{Path(name).stem}.xlsx" for name in SOME_PLANS if len(parts_of(name)) > 1}
    for name, path in files.items():
        path.write_bytes(workbook_file(parts_of(name)[1:]))
    made = convert(list(files.values()), "xls", tmp_path_factory.mktemp("xls"))
    return dict(zip(files, made, strict=True))


@pytest.fixture(scope="module")
def pdf_files(word_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = convert(list(word_files.values()), "pdf", tmp_path_factory.mktemp("pdf"))
    return dict(zip(word_files, made, strict=True))
