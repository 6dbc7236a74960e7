"""The report: what it holds, how it is written, and how it behaves in a browser that has no network."""

from __future__ import annotations

import hashlib
import html
import re
import shutil
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from kehoach.cli import Exit
from kehoach.normalize.text import fold, without_tones
from kehoach.pipeline import run
from kehoach.publish.report import write_report
from kehoach.publish.report.assembled import covers
from kehoach.publish.report.figures import Value, contradictions, outliers, spreads
from kehoach.publish.report.pieces import Span, cut, words_within
from kehoach.publish.report.run import read_run
from kehoach.publish.report.source import view_source
from kehoach.schemas.records import Place, Plan
from tests.browsers import chromium, needs_chromium
from tests.conftest import Command
from tests.corpus import ROOT, reading_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

SAMPLES = [
    "aligned_columns.txt", "pipes_html.md", "tabs_one_page.txt", "two_row_head.txt", "u1_binh_quoi_dong.md",
    "utf16_nfd.txt", "word_numbered.docx", "word_body_tables.docx",
]  # fmt: skip
FEW = 3  # of them are enough in the browser
ALERT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a few samples; their sources are where they were read."""
    folder = tmp_path_factory.mktemp("few") / "outputs"
    run([ROOT / "samples" / name for name in SAMPLES[:FEW]], folder)
    return folder


@pytest.fixture(scope="module")
def written(few: Path) -> Path:
    """The report of these as one file."""
    return write_report(few, few.parent / "report.html").report


def changed(few: Path, folder: Path, table: str, column: str, value: object) -> Path:
    """A copy of a run in which a column says something else in every row."""
    if folder != few:
        shutil.copytree(few, folder)
    path = folder / f"{table}.parquet"
    before = pq.read_table(path)
    at = before.schema.get_field_index(column)
    said = pa.array([value] * before.num_rows, before.schema.field(at).type)
    pq.write_table(before.set_column(at, before.schema.field(at), said), path)
    return folder


# --- the command


def test_command_writes_one_file(kehoach: Command, few: Path) -> None:
    ended = kehoach("report", few, "-o", "bao-cao.html")
    assert (ended.status, ended.err) == (Exit.OK, "")
    assert re.fullmatch(r"bao-cao.html: 3 văn bản, \d(,\d)? MB\n", ended.out)
    assert [path.name for path in Path().iterdir()] == ["bao-cao.html"]


def test_same_run_gives_the_same_bytes(few: Path, written: Path, tmp_path: Path) -> None:
    again = write_report(few, tmp_path / "again.html").report
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(written.read_bytes()).digest()


def test_folder_that_is_no_run(kehoach: Command, tmp_path: Path) -> None:
    ended = kehoach("report", tmp_path, "-o", "report.html")
    assert (ended.status, ended.out) == (Exit.USAGE, "")
    assert "no documents.parquet; make them with: kehoach run" in ended.err
    assert not Path("report.html").exists()


def test_tables_of_another_version(kehoach: Command, few: Path, tmp_path: Path) -> None:
    ended = kehoach("report", changed(few, tmp_path / "odd", "documents", "doc_id", "../../x"), "-o", "r.html")
    assert (ended.status, "doc_id" in ended.err) == (Exit.USAGE, True)


@pytest.mark.parametrize("name", ["file/report.html", "folder.html"])
def test_output_that_cannot_be_written(kehoach: Command, few: Path, name: str) -> None:
    Path("file").write_text("a file")
    Path("folder.html").mkdir()
    ended = kehoach("report", few, "-o", name)
    assert (ended.status, ended.out) == (Exit.OUTPUT, "")
    assert "cannot write to" in ended.err


def test_name_that_is_no_web_page(kehoach: Command, few: Path) -> None:
    assert kehoach("report", few, "-o", "report.pdf").status == Exit.USAGE


def test_folder_of_others_stays(kehoach: Command, few: Path) -> None:
    Path("report_plans").mkdir()
    Path("report_plans/thesis.docx").write_text("mine")
    ended = kehoach("report", few, "-o", "report.html", "--split-at", "0")
    assert (ended.status, "holds other files" in ended.err) == (Exit.OUTPUT, True)
    assert Path("report_plans/thesis.docx").read_text() == "mine"


def test_pages_of_an_earlier_report_go(kehoach: Command, few: Path) -> None:
    assert kehoach("report", few, "-o", "report.html", "--split-at", "0").status == Exit.OK
    assert len(list(Path("report_plans").iterdir())) == FEW
    assert kehoach("report", few, "-o", "report.html", "--lang", "en").out.startswith("report.html: 3 plans")
    assert [path.name for path in Path().iterdir()] == ["report.html"]


def test_run_without_a_plan(few: Path, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    shutil.copytree(few, folder)
    for path in folder.glob("*.parquet"):
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    written = write_report(folder, tmp_path / "report.html")
    assert (written.plans, written.folder) == (0, None)


def test_page_names_no_other_address(written: Path) -> None:
    """But for names of vocabularies, which nothing fetches, inside the script that draws."""
    page = re.sub(r"(?s)<script>.*?</script>", "", written.read_text(encoding="utf-8"))
    assert not re.findall(r"(?:src|href)=\"(?!#)[^\"]*", page)
    assert not re.search(r"@import|url\(", page)


# --- what is computed


def value(number: float, unit: str = "u", **given: Any) -> Value:
    shown = {"entry": "e", "measure": "%", "period": 2026, "scope": "", "words": "", "high": None, **given}
    return Value(plan=0, unit=unit, measure_text="%", number=number, text=str(number), fact="t0.0", **shown)


def test_outlier_is_far_by_median_and_mad() -> None:
    numbers = [80.0, 82, 85, 85, 88, 90, 20]
    (far,) = outliers(spreads(map(value, numbers)))
    mad = statistics.median(abs(number - 85) for number in numbers)
    assert (far.value.number, far.spread.middle, far.spread.mad) == (20, 85, mad)
    assert far.score == pytest.approx(0.6745 * 65 / mad)


def test_outlier_where_most_are_equal() -> None:
    assert [far.value.number for far in outliers(spreads(map(value, [100.0] * 6 + [10])))] == [10]


@pytest.mark.parametrize("numbers", [[1.0, 1, 1, 900], [5.0] * 9, [80.0, 85, 90, 95, 100]])
def test_nothing_stands_out(numbers: list[float]) -> None:
    assert outliers(spreads(map(value, numbers))) == []


def test_contradiction_is_within_unit_year_measure_and_scope() -> None:
    same = [value(90, "a"), value(90, "a", scope="xã"), value(95, "b"), value(80, "a", period=2027)]
    assert contradictions(same) == []
    assert contradictions([*same, value(91, "a")]) == [[value(90, "a"), value(91, "a")]]


# --- where a fact stands


def test_pieces_are_the_text() -> None:
    text = "đạt 95 % trở lên"
    pieces = cut(text, [Span(0, 16, "i1"), Span(4, 8, "t1.0"), Span(4, 99, "x0")])
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.kind) for piece in pieces] == [("đạt ", "i"), ("95 %", "t"), (" trở lên", "i")]


def test_words_are_sought_in_their_order() -> None:
    assert words_within("90% đạt", "đạt 90%") == []
    assert words_within("a 15% và 5%", "5%") == [(9, 11)]


COVERS = [
    (Place(path="tbl[2]/tr[3]"), Place(path="tbl[2]/tr[3]/tc[4]"), True),
    (Place(path="tbl[2]/tr[3]"), Place(path="tbl[2]/tr[33]/tc[4]"), False),
    (Place(path="KPI!A5:F6"), Place(path="KPI!C6"), True),
    (Place(path="KPI!A5:F6"), Place(path="Khác!C6"), False),
    (Place(page=1, top=10, bottom=50), Place(page=1, top=12, bottom=20), True),
    (Place(page=1, top=10, bottom=50), Place(page=2, top=12, bottom=20), False),
    (Place(line=3, line_end=7), Place(line=7), True),
    (Place(), Place(), False),
]


@pytest.mark.parametrize(("outer", "inner", "answer"), COVERS)
def test_place_in_a_place(outer: Place, inner: Place, answer: bool) -> None:
    assert covers(outer, inner) is answer


def without_markup(text: str) -> str:
    """As it reads on paper: a source writes `&ge;&nbsp;98` or `\\geq 95\\%`."""
    text = html.unescape(text).replace("\\geq", "≥").replace("\\leq", "≤")
    return re.sub(r"\s+|[*_|\\`$%]|<[^>]*>", "", text)


def plan_of(name: str, source: Path | None = None) -> Plan:
    """A sample as it was read, its file elsewhere now if that is said."""
    plan = reading_of(ROOT / "samples" / name).plan
    assert plan is not None
    return replace(plan, document=replace(plan.document, source=str(source or plan.document.source)))


@pytest.mark.parametrize("source", [None, Path("nowhere")], ids=["lines", "missing"])
@pytest.mark.parametrize("name", SAMPLES)
def test_marked_words_are_those_of_the_target(name: str, source: Path | None) -> None:
    """In the lines of the file, and in the text put together where the file has none or is gone."""
    plan = plan_of(name, source)
    view = view_source(plan)
    pieces = [piece for line in view.lines for piece in line.pieces]
    pieces += [piece for block in view.blocks for piece in block.pieces]
    wrong = []
    for target in plan.targets:
        key = f"t{target.indicator_id}.{target.target_no}"
        words = "".join(piece.text for piece in pieces if key in piece.keys.split())
        if without_markup(words) != without_markup(target.raw):
            wrong.append((target.raw, words))
    assert wrong == []


STATES = [
    ("utf16_nfd.txt", None, "lines"),
    ("utf16_nfd.txt", "empty.txt", "changed"),
    ("word_numbered.docx", None, "format"),
]


@pytest.mark.parametrize(("name", "source", "state"), STATES)
def test_what_is_shown_as_source(name: str, source: str | None, state: str) -> None:
    assert view_source(plan_of(name, ROOT / "tests" / "inputs" / source if source else None)).state == state


# --- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a page; at the end nothing may have been asked of a network, said in the console, or thrown."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    faults: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def opened(path: Path, fragment: str = "", width: int = 1280) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", dismissed)
        page.on("request", lambda request: None if request.url.startswith("file:") else faults.append(request.url))
        page.goto(f"{path.resolve().as_uri()}{fragment}")
        return page

    yield opened
    context.close()
    assert faults == []


def section(page: Page, name: str) -> Any:
    """Go to a part of the overview; its table is made then."""
    page.evaluate(f"location.hash = '{name}'")
    table = page.locator(f"#{name} [data-table]").last
    table.locator("tbody tr").first.wait_for()
    return table


@needs_chromium
def test_charts_are_drawn(visit: Visit, written: Path, tmp_path: Path) -> None:
    page = visit(written)
    for name in ("cover", "spread", "tasks", "found"):
        page.evaluate(f"location.hash = '{name}'")
        page.locator(f"#{name} .chart.drawn svg").first.wait_for()
    picture = page.screenshot(path=tmp_path / "report.png")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 20_000


@needs_chromium
def test_table_is_searched_without_accents_and_chosen_from(visit: Visit, written: Path) -> None:
    table = section(visit(written), "tasks")
    everything = table.locator(".count").inner_text()
    table.locator("input[type=search]").fill("phong van hoa")
    rows = table.locator("tbody tr").all_inner_texts()
    assert rows
    assert all(word in without_tones(fold(row)) for row in rows for word in ("phong", "van", "hoa"))
    assert table.locator(".count").inner_text() != everything
    table.locator("input[type=search]").fill("")
    table.locator("select").first.select_option(index=1)
    month = table.locator("select").first.input_value()
    assert {row.inner_text() for row in table.locator("tbody td:nth-child(6)").all()} == {month}


@needs_chromium
def test_column_is_sorted_as_vietnamese_and_says_so(visit: Visit, written: Path) -> None:
    page = visit(written)
    table = section(page, "plans")
    head = table.locator("th").first
    assert head.get_attribute("aria-sort") == "none"
    for order in ("ascending", "descending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == order
        shown = table.locator("tbody td:first-child").all_inner_texts()
        sort = "[...names].sort(new Intl.Collator('vi', {numeric: true}).compare)"
        expected = page.evaluate(f"names => {sort}", shown)
        assert shown == (expected if order == "ascending" else expected[::-1])


def marked(page: Page) -> str:
    return "".join(page.locator(".plan.open .hit, main > .plan:only-child .hit").all_inner_texts())


@needs_chromium
def test_click_on_a_value_shows_its_words(visit: Visit, few: Path, written: Path) -> None:
    plan = next(plan for plan in read_run(few).plans if plan.document.source.endswith("tabs_one_page.txt"))
    page = visit(written)
    section(page, "plans").get_by_role("link", name=f"Xã {plan.document.unit_name}").click()
    values = page.locator(".plan.open td:nth-child(3) a.at")
    for number in (0, 5, 9):
        value = values.nth(number)
        value.click()
        assert without_markup(marked(page)) == without_markup(value.inner_text())
        assert page.locator(".hit").first.evaluate("hit => hit === document.activeElement")
    page.locator("#return").click()
    assert value.evaluate("link => link === document.activeElement")
    page.go_back()
    assert page.locator(".plan.open").count() == 1


@needs_chromium
def test_value_of_the_overview_leads_to_its_words(visit: Visit, written: Path) -> None:
    page = visit(written)
    table = section(page, "cover")
    table.locator("tbody a").first.click()
    assert page.locator(".hit").count()
    assert not page.locator("#overview").is_visible()
    page.get_by_role("link", name="Danh sách văn bản").click()
    assert page.locator("#overview").is_visible()


@needs_chromium
def test_split_report_works_from_a_folder(visit: Visit, few: Path, tmp_path: Path) -> None:
    written = write_report(few, tmp_path / "báo cáo.html", most_bytes=0)
    page = visit(written.report)
    section(page, "cover").locator("tbody a").first.click()
    page.wait_for_url("**_plans/**")
    assert marked(page)
    page.locator("td:nth-child(3) a.at").first.click()
    assert marked(page)
    page.get_by_role("link", name="Danh sách văn bản").click()
    page.wait_for_url("**.html#plans")
    assert page.locator("#plans tbody tr").count() == FEW


@needs_chromium
def test_plan_cannot_run_or_inject_anything(visit: Visit, few: Path, tmp_path: Path) -> None:
    folder = changed(few, tmp_path / "hostile", "documents", "title", ALERT)
    for table, column in (("indicators", "name"), ("tasks", "name"), ("documents", "unit_name"), ("targets", "raw")):
        changed(folder, folder, table, column, IMAGE)
    changed(folder, folder, "sections", "text", f"</script></pre>{ALERT}{IMAGE}")
    changed(folder, folder, "documents", "source", f"{IMAGE}.txt")
    page = visit(write_report(folder, tmp_path / "report.html").report)
    for name in ("cover", "tasks", "plans"):
        section(page, name)
    page.locator("#plans tbody a").first.click()
    assert page.locator(".plan.open .lead").inner_text() == ALERT
    assert page.locator("img").count() == 0
    assert page.evaluate("[...document.scripts].filter(one => one.textContent.startsWith('alert')).length") == 0


@needs_chromium
def test_scripts_that_are_not_ours_are_refused(browser: Browser, written: Path) -> None:
    page = browser.new_page()
    page.goto(written.as_uri())
    page.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = 'window.ran = true';"
        " document.body.append(made); }"
    )
    assert page.evaluate("window.ran") is None
    page.close()


@needs_chromium
def test_nobody_is_shut_out(visit: Visit, written: Path) -> None:
    """No serious or critical fault by axe, on the overview and on a plan."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only where Chromium is there

    page = visit(written)
    for name in ("cover", "spread", "tasks", "found", "plans"):
        section(page, name)
    found = Axe().run(page).response["violations"]
    page.locator("#plans tbody a").first.click()
    page.locator(".plan.open td:nth-child(3) a.at").first.click()
    found += Axe().run(page).response["violations"]
    assert [fault["help"] for fault in found if fault["impact"] in ("serious", "critical")] == []


@needs_chromium
def test_phone_has_no_sideways_scroll(visit: Visit, written: Path) -> None:
    page = visit(written, width=360)
    for name in ("cover", "spread", "checks", "tasks", "found", "plans"):
        page.evaluate(f"location.hash = '{name}'")
    section(page, "plans").locator("tbody a").first.click()
    page.locator(".plan.open td:nth-child(3) a.at").first.click()
    for shown in ("#plans", ""):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, shown
        page.evaluate("location.hash = 'plans'")


@needs_chromium
def test_keyboard_alone_sorts_and_opens(visit: Visit, written: Path) -> None:
    page = visit(written)
    table = section(page, "plans")
    table.locator("th button").first.focus()
    page.keyboard.press("Enter")
    assert table.locator("th").first.get_attribute("aria-sort") == "ascending"
    table.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.locator(".plan.open").wait_for()


@needs_chromium
def test_print_shows_the_plan_without_controls(visit: Visit, written: Path, tmp_path: Path) -> None:
    page = visit(written)
    section(page, "plans").locator("tbody a").first.click()
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert page.pdf(path=tmp_path / "plan.pdf").startswith(b"%PDF")
