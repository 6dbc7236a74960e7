"""`kehoach compare`: what changed between two plans, between two years, between two runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.cli import Exit
from kehoach.pipeline import run
from kehoach.publish.compare.changes import Change, Kind, mirrored
from kehoach.publish.compare.pairing import Pairing, name_key
from kehoach.publish.compare.plans import compare_plans, pair_documents
from kehoach.publish.compare.sides import Side, side_of
from kehoach.publish.compare.targets import TargetPair, judge, pair_targets, sense_of
from kehoach.publish.compare.texts import COLUMNS
from kehoach.schemas.records import (
    Assignment,
    Canonical,
    Comparator,
    Document,
    Indicator,
    Match,
    Plan,
    Target,
    Task,
)  # fmt: skip
from tests.conftest import Command, Ended
from tests.corpus import ROOT
from tests.small_runs import write_run

INPUTS = ROOT / "tests" / "inputs" / "compare"


def rows(ended: Ended) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ended.out)))


def said(found: list[dict[str, str]], *names: str) -> set[tuple[str, ...]]:
    return {tuple(row[name] for name in names) for row in found}


# --- as a user does it -----------------------------------------------------------------------------------------------


def test_a_draft_and_what_was_signed(kehoach: Command) -> None:
    ended = kehoach("compare", INPUTS / "draft.txt", INPUTS / "signed.txt", "--format", "csv")
    assert ended.status == Exit.OK
    found = rows(ended)
    assert tuple(found[0]) == COLUMNS
    assert said(found, "change", "name_b", "before", "after", "sense") == {
        ("raised", "Tỷ lệ dân số được phủ sóng 5G", ">= 60 %", ">= 65 %", "better"),
        ("lowered", "Tỷ lệ hộ nghèo", "< 6 %", "< 5 %", "better"),
        ("lowered", "Số đàn ong của toàn xã", "1200 đàn", "1100 đàn", ""),
        ("changed", "Sản lượng mật ong", "8..10 tấn", "9 tấn", ""),
        ("changed", "Số hộ nuôi ong", "150 hộ", ">= 150 hộ", ""),
        ("added", "Số hợp tác xã nuôi ong", "", "2 hợp tác xã", ""),
        ("dropped", "", "4 điểm", "", ""),
        ("earlier", "Rà soát, lập danh sách hộ nuôi ong", "2026-03-31", "2026-02-28", ""),
        ("later", "Tập huấn kỹ thuật chăm sóc, nhân đàn ong cho các hộ", "2026-06-30", "2026-08-31", ""),
        ("reworded", "Tập huấn kỹ thuật chăm sóc, nhân đàn ong cho các hộ", "", "", ""),
        ("deadline", "Tuyên truyền về bảo vệ rừng đầu nguồn", "continuous", "quarterly", ""),
        ("lead", "Xây dựng nhãn hiệu mật ong của xã", "Phòng Văn hóa - Xã hội", "Phòng Kinh tế", ""),
        ("coordinating", "Xây dựng nhãn hiệu mật ong của xã", "Phòng Kinh tế", "Phòng Văn hóa - Xã hội", ""),
        ("added", "Diễn tập chữa cháy rừng", "", "2026-03-31", ""),
        ("dropped", "", "2026-12-31", "", ""),
    }
    assert {row["line_a"] for row in found if row["change"] == "raised"} == {"37"}


def test_two_years(kehoach: Command) -> None:
    """The deadline of a report moves with its year; a hint where only the unit is another."""
    found = rows(kehoach("compare", INPUTS / "signed.txt", INPUTS / "next_year.txt", "--format", "csv"))
    assert said(found, "change", "name_a", "name_b", "period_a", "period_b", "sense", "perhaps") == {
        ("raised", *["Tỷ lệ dân số được phủ sóng 5G"] * 2, "2026", "2027", "better", ""),
        ("raised", *["Tỷ lệ hộ nghèo"] * 2, "2026", "2027", "worse", ""),
        ("raised", *["Tỷ lệ mật ong được gắn mã truy xuất nguồn gốc"] * 2, "2026", "2027", "", ""),
        ("added", "", "Sản lượng mật ong", "", "2027", "", "Sản lượng mật ong"),
        ("dropped", "Sản lượng mật ong", "", "2026", "", "", "Sản lượng mật ong"),
        ("earlier", *["Tập huấn kỹ thuật chăm sóc, nhân đàn ong cho các hộ"] * 2, "", "", "", ""),
        ("dropped", "Xây dựng nhãn hiệu mật ong của xã", "", "", "", "", ""),
        ("dropped", "Tuyên truyền về bảo vệ rừng đầu nguồn", "", "", "", "", ""),
        ("dropped", "Diễn tập chữa cháy rừng", "", "", "", "", ""),
    }


def test_the_table(kehoach: Command) -> None:
    printed = kehoach("compare", INPUTS / "signed.txt", INPUTS / "next_year.txt").out
    assert printed.startswith("A: 12/KH-UBND, xã Mật Hương ngày 03/02/2026 (signed.txt)\nB: 9/KH-UBND, xã Mật Hương")
    assert "\n  Tỷ lệ hộ nghèo: < 5 % → < 5,5 % (2026 → 2027; kém hơn)\n" in printed
    assert "\n    có thể là: Sản lượng mật ong\n" in printed
    printed = kehoach("compare", INPUTS / "signed.txt", INPUTS / "next_year.txt", "--lang", "en").out
    assert "\n  Tỷ lệ hộ nghèo: < 5 % → < 5.5 % (2026 → 2027; worse)\n" in printed
    assert ": 2026-08-31 → 2027-06-30\n" in printed


def test_the_status_as_git_diff_gives_it(kehoach: Command) -> None:
    draft, signed = INPUTS / "draft.txt", INPUTS / "signed.txt"
    assert kehoach("compare", draft, signed, "--exit-code").status == Exit.FAILED
    ended = kehoach("compare", signed, signed, "--exit-code")
    assert ended.status == Exit.OK
    assert "Không có khác biệt." in ended.out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: this year, next year, and one of the draft alone; this year's has a plan of another commune too."""
    folder = tmp_path_factory.mktemp("runs")
    for name, files in {"this": ["signed"], "next": ["next_year"], "draft": ["draft"]}.items():
        (folder / f"{name}_plans").mkdir()
        for file in files:
            shutil.copy(INPUTS / f"{file}.txt", folder / f"{name}_plans")
    other = (
        (INPUTS / "signed.txt")
        .read_text(encoding="utf-8")
        .replace("MẬT HƯƠNG", "ONG VÀNG")
        .replace("Mật Hương", "Ong Vàng")
    )
    (folder / "this_plans" / "other.txt").write_text(other, encoding="utf-8")
    for name in ("this", "next", "draft"):
        run([str(folder / f"{name}_plans")], str(folder / name))
    return folder


def test_two_runs(kehoach: Command, runs: Path) -> None:
    found = json.loads(kehoach("compare", runs / "this", runs / "next", "--format", "json").out)
    assert [(plan["a"]["number"], plan["b"]["number"]) for plan in found["plans"]] == [("12/KH-UBND", "9/KH-UBND")]
    assert [plan["unit"] for plan in found["only_a"]] == ["xã Ong Vàng"]
    assert (found["only_b"], found["differ"]) == ([], True)
    raised = next(one for one in found["plans"][0]["changes"] if one["change"] == "raised")
    assert raised["before"]["comparator"] == ">="
    assert (raised["before"]["value"], raised["after"]["value"]) == (65.0, 80.0)
    table = kehoach("compare", runs / "this", runs / "next").out
    assert "Chỉ có ở A: 1 văn bản\n  12/KH-UBND, xã Ong Vàng" in table
    assert table.endswith("1 cặp văn bản được so sánh, 1 cặp có khác biệt.\n")
    only = rows(kehoach("compare", runs / "this", runs / "next", "--format", "csv"))[-1]
    assert (only["subject"], only["change"], only["name_a"]) == ("plan", "dropped", "12/KH-UBND, xã Ong Vàng")


def test_a_run_with_itself(kehoach: Command, runs: Path) -> None:
    ended = kehoach("compare", runs / "this", runs / "this", "--exit-code")
    assert (ended.status, ended.out) == (Exit.OK, "2 cặp văn bản được so sánh, 0 cặp có khác biệt.\n")


def test_replaced_plans_are_not_compared(kehoach: Command, tmp_path: Path) -> None:
    """The plan of the year with what came in its place, not with itself."""
    old = document("a" * 16, unit_name="X", unit_type="xã", plan_year=2026, number="1/KH-UBND")
    new = document("b" * 16, unit_name="X", unit_type="xã", plan_year=2026, number="2/KH-UBND", replaces="a" * 16)
    write_run([Plan(document=old)], tmp_path / "before")
    write_run([Plan(document=old), Plan(document=new)], tmp_path / "after")
    found = json.loads(kehoach("compare", "before", "after", "--format", "json").out)
    assert [(plan["a"]["number"], plan["b"]["number"]) for plan in found["plans"]] == [("1/KH-UBND", "2/KH-UBND")]
    assert (found["only_b"], found["replaced"]) == ([], 1)
    assert "Không tính 1 văn bản" in kehoach("compare", "before", "after").out


@pytest.mark.parametrize("plan", ["xã Mật Hương", "mat huong", "doc_id"])
def test_one_plan_of_a_run(kehoach: Command, runs: Path, plan: str) -> None:
    """However the plan is named, the run and the file say the same."""
    direct = kehoach("compare", INPUTS / "draft.txt", INPUTS / "signed.txt", "--format", "csv")
    if plan == "doc_id":
        plan = rows(direct)[0]["doc_b"]
    named = kehoach("compare", runs / "draft", runs / "this", "--plan-b", plan, "--format", "csv")
    assert named.out == direct.out
    assert kehoach("compare", runs / "draft", f"{runs / 'this'}#{plan}", "--format", "csv").out == direct.out
    assert kehoach("compare", INPUTS / "draft.txt", f"{runs / 'this'}#{plan}", "--format", "csv").out == direct.out


@pytest.mark.parametrize(
    ("args", "status", "why"),
    [
        (["plans", "plans"], Exit.USAGE, "no tables of a run"),
        (["gone.txt", "plans/signed.txt"], Exit.USAGE, "gone.txt"),
        (["plans/signed.txt", "this"], Exit.USAGE, "2 plans"),
        (["plans/signed.txt", "this#12/KH-UBND"], Exit.USAGE, "2 plans '12/KH-UBND'"),
        (["plans/signed.txt", "this#Ong Nâu"], Exit.USAGE, "no plan 'Ong Nâu'"),
        (["plans/signed.txt", "plans#x"], Exit.USAGE, "no tables of a run"),
        (["plans/signed.txt", "plans/signed.txt", "--plan-b", "x"], Exit.USAGE, "no tables of a run"),
        (["plans/signed.txt", "poem.txt"], Exit.NOTHING, "no-plan"),
    ],
)
def test_what_cannot_be_compared(
    kehoach: Command, runs: Path, tmp_path: Path, args: list[str], status: Exit, why: str
) -> None:
    shutil.copytree(INPUTS, tmp_path / "plans")
    shutil.copytree(runs / "this", tmp_path / "this")
    shutil.copy(ROOT / "tests" / "inputs" / "poem.txt", tmp_path)
    ended = kehoach("compare", *args)
    assert (ended.status, ended.out) == (status, "")
    assert why in ended.err


# --- targets ---------------------------------------------------------------------------------------------------------


def target(text: str, unit: str | None = "%", period: int | None = 2026) -> Target:
    """`>= 80`, `80..90`, `đạt chuẩn`."""
    sign, _, number = text.rpartition(" ")
    low, _, high = number.partition("..")
    try:
        value = float(low)
    except ValueError:
        return Target(indicator_id=0, target_no=0, raw=text, qualitative=text, period=period)
    comparator: Comparator = "range" if high else sign or "="  # type: ignore[assignment] # as the table writes it
    return Target(indicator_id=0, target_no=0, raw=text, comparator=comparator, value=value,
                  value_high=float(high) if high else None, unit=unit, period=period)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("80", "80", None),
        (">= 80", ">= 85", "raised"),
        ("80", ">= 85", "raised"),
        ("80", ">= 80", "changed"),
        ("> 80", ">= 80", "changed"),
        ("< 6", "< 5", "lowered"),
        (">= 80", "<= 85", "changed"),
        ("70..80", "75..85", "raised"),
        ("70..80", "70..75", "lowered"),
        ("70..80", "75", "changed"),
        ("70..80", "65..85", "changed"),
        ("70..80", "90", "raised"),
        ("70..80", ">= 70", "changed"),
        ("70..80", ">= 75", "raised"),
        ("70..80", "<= 70", "lowered"),
        ("đạt chuẩn", "Đạt  chuẩn", None),
        ("đạt chuẩn", "đạt chuẩn mức 2", "changed"),
        ("đạt chuẩn", "80", "changed"),
    ],
)
def test_what_became_of_a_target(before: str, after: str, kind: str | None) -> None:
    opposite = {"raised": "lowered", "lowered": "raised"}.get(kind or "", kind)
    assert judge(target(before), target(after)) == kind
    assert judge(target(after), target(before)) == opposite


@pytest.mark.parametrize(
    ("a", "b", "shift", "kind"),
    [
        (target("80", "%"), target("80", "hộ"), 0, "unit"),
        (target("80", "Hộ"), target("80", "hộ"), 0, None),
        (target("80", period=2026), target("80", period=2027), 0, "moved"),
        (target("80", period=2026), target("80", period=2027), 1, None),
        (target("80", period=2026), target("85", period=2027), 0, "raised"),
        (target("80", period=2030), target("80", period=2030), 1, None),
        (target("80", period=2026), target("80", period=2027), None, None),
        (target("80", period=None), target("80", period=2027), 0, None),
    ],
)
def test_unit_and_year_of_a_target(a: Target, b: Target, shift: int | None, kind: str | None) -> None:
    assert judge(a, b, shift) == kind


def test_a_wish_that_became_a_duty() -> None:
    assert judge(msgspec.structs.replace(target("80"), aspirational=True), target("80")) == "changed"


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        ([2026], [2027], {(2026, 2027)}),
        ([2026, 2030], [2027, 2030], {(2026, 2027), (2030, 2030)}),
        ([2026], [2027, 2030], {(2026, 2027), (None, 2030)}),
        ([2025, 2026], [2028], {(2026, 2028), (2025, None)}),
        ([], [2026], {(None, 2026)}),
    ],
)
def test_targets_are_paired_by_year(a: list[int], b: list[int], pairs: set[tuple[int | None, int | None]]) -> None:
    found = pair_targets([target("1", period=year) for year in a], [target("2", period=year) for year in b])
    assert {(pair.a and pair.a.period, pair.b and pair.b.period) for pair in found} == pairs


@pytest.mark.parametrize(
    ("kind", "direction", "years", "shift", "sense"),
    [
        ("raised", "up", (2026, 2026), 0, "better"),
        ("raised", "down", (2026, 2026), 0, "worse"),
        ("lowered", "down", (2026, 2027), 1, "better"),
        ("lowered", "up", (2030, 2026), 0, None),
        ("lowered", "up", (None, 2026), 0, None),
        ("raised", "none", (2026, 2026), 0, None),
        ("changed", "up", (2026, 2026), 0, None),
    ],
)
def test_what_is_better_only_where_it_is_known(
    kind: Kind, direction: str, years: tuple[int | None, int], shift: int, sense: str | None
) -> None:
    pair = TargetPair(target("1", period=years[0]), target("2", period=years[1]))
    assert sense_of(kind, direction, pair, shift) == sense


# --- names of tasks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tập huấn kỹ năng số cho trưởng thôn", "Tập huấn kỹ năng số cho các trưởng thôn", True),
        ("Mở 2 lớp tập huấn kỹ năng số", "Mở 3 lớp tập huấn kỹ năng số", False),
        ("Báo cáo sơ kết quý I của xã", "Báo cáo sơ kết quý II của xã", False),
        ("Tuyên truyền về chuyển đổi số", "Tuyên truyền về bảo hiểm y tế", False),
    ],
)
def test_names_that_are_alike(one: str, other: str, same: bool) -> None:
    assert bool(Pairing([one], [other]).by_likeness(name_key).pairs) == same


def test_none_of_two_that_are_as_near() -> None:
    pairing = Pairing(
        ["Tập huấn kỹ năng số cho thôn A"], ["Tập huấn kỹ năng số cho thôn B", "Tập huấn kỹ năng số cho thôn C"]
    )
    assert not pairing.by_likeness(name_key).pairs
    lefts, rights = pairing.hints(name_key)
    assert (len(lefts), len(rights)) == (1, 2)


def _without_a_word(name: str, rng: Random) -> str:
    words = name.split()
    words.pop(rng.randrange(len(words)))
    return " ".join(words) or name


def _slip(name: str, rng: Random) -> str:
    letters = list(name)
    for _ in range(max(1, len(name) // 60)):
        letters[rng.randrange(len(letters))] = rng.choice("aáàêiouưnt")
    return "".join(letters)


@pytest.mark.parametrize(("change", "least"), [(_slip, 0.97), (_without_a_word, 0.96)])
def test_a_slip_or_a_word_less_is_the_same_task_and_never_another(
    change: Callable[[str, Random], str], least: float
) -> None:
    """On the tasks of the samples, of which half are gone from the other plan."""
    rng, right, wrong, wanted = Random(1), 0, 0, 0
    for path in sorted((ROOT / "tests" / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        tasks = truth.get("tasks", []) if isinstance(truth, dict) else []
        names = sorted({name_key(task["name"]) for task in tasks} - {""})
        kept = [name for name in names if rng.random() < 0.5]
        changed = {change(name, rng): name for name in kept}
        pairs = Pairing(names, list(changed)).by(lambda name: name).by_likeness(lambda name: name).pairs
        wanted += len(changed)
        right += sum(changed[other] == one for one, other in pairs)
        wrong += sum(changed[other] != one for one, other in pairs)
    assert wanted > 150
    assert wrong == 0
    assert right / wanted > least


# --- any two plans ---------------------------------------------------------------------------------------------------

names = st.sampled_from(
    [
        "Tỷ lệ hộ nuôi ong",
        "Tỷ lệ hộ  nuôi Ong",
        "Tỷ lệ hộ nuôi ong năm 2026",
        "Số đàn ong",
        "Số đàn ong nội",
        "Sản lượng",
    ]
)
units = st.sampled_from([None, "%", "hộ"])
texts = st.sampled_from(["80", ">= 80", ">= 85", "70..80", "<= 5", "đạt", "đạt chuẩn"])
days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
bodies = st.sampled_from(["Phòng Kinh tế", "Công an", "Các thôn"])


@st.composite
def sides(draw: st.DrawFn) -> Side:
    indicators, targets, matches, tasks, assignments = [], [], [], [], []
    for number in range(draw(st.integers(0, 4))):
        unit = draw(units)
        indicators.append(Indicator(indicator_id=number, ordinal=str(number), name=draw(names), unit=unit,
                                    group_titles=draw(st.sampled_from([[], ["A"]]))))  # fmt: skip
        for target_no in range(draw(st.integers(0, 3))):
            made = target(draw(texts), unit, draw(st.sampled_from([None, 2026, 2027, 2030])))
            scope = draw(st.sampled_from([None, None, "nữ"]))
            targets.append(msgspec.structs.replace(made, indicator_id=number, target_no=target_no, scope=scope))
        if (entry := draw(st.sampled_from([None, "a", "b"]))) is not None:
            status = draw(st.sampled_from(["matched", "decided", "review"]))
            matches.append(Match(indicator_id=number, canonical_id=entry, status=status, method="alias"))
    for number in range(draw(st.integers(0, 4))):
        due = draw(st.none() | days)
        tasks.append(Task(task_id=number, ordinal=str(number), name=draw(names), due=due, deadline_raw=draw(texts)))
        for name in draw(st.lists(bodies, max_size=2)):
            assignments.append(Assignment(subject="task", subject_id=number, role="lead", agency_raw=name))
    year = draw(st.sampled_from([None, 2026, 2027]))
    document = Document(
        doc_id=draw(st.text("ab", min_size=4, max_size=4)), source="", sha256="", format="txt", plan_year=year
    )
    plan = Plan(document=document, indicators=indicators, targets=targets, tasks=tasks, assignments=assignments)
    catalogue = [Canonical(canonical_id="a", name="a", domain="", direction="up")]
    return side_of(plan, matches, catalogue)


def counted(changes: list[Change]) -> Counter[str]:
    return Counter(map(repr, changes))


@given(sides())
def test_a_plan_does_not_differ_from_itself(side: Side) -> None:
    assert compare_plans(side, side).changes == []


@given(sides(), sides())
def test_the_comparison_is_the_same_from_either_side(a: Side, b: Side) -> None:
    there, back = compare_plans(a, b).changes, compare_plans(b, a).changes
    assert counted(back) == counted([mirrored(change) for change in there])


@given(sides(), sides())
def test_nothing_is_lost(a: Side, b: Side) -> None:
    """What is neither added nor dropped has a counterpart: as many on one side as on the other."""
    tasks = [change.kind for change in compare_plans(a, b).changes if change.subject == "task"]
    assert len(a.tasks) - tasks.count("dropped") == len(b.tasks) - tasks.count("added")


def document(doc_id: str, **values: Any) -> Document:
    return Document(doc_id=doc_id, source="", sha256="", format="txt", **values)


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        ([document("1", unit_name="X", plan_year=2026)], [document("2", unit_name="X", plan_year=2026)], {"12"}),
        ([document("1", unit_name="X", plan_year=2026)], [document("2", unit_name="X", plan_year=2027)], {"12"}),
        ([document("1", unit_name="X", plan_year=2026)], [document("2", unit_name="Y", plan_year=2026)], set()),
        ([document("1", unit_code=5)], [document("2", unit_code=5, unit_name="X")], {"12"}),
        (
            [document("1", unit_name="X", issuer_kind="ubnd")],
            [document("2", unit_name="X", issuer_kind="dang_uy")],
            set(),
        ),
        (
            [document("1", unit_name="X", plan_year=2026, number="1/KH")],
            [document("2", unit_name="X", plan_year=2026), document("3", unit_name="X", plan_year=2026)],
            set(),
        ),
        (
            [document("1", unit_name="X", plan_year=2026, number="1/KH")],
            [document("2", unit_name="X", plan_year=2026), document("3", unit_name="X", plan_year=2026, number="1/KH")],
            {"13"},
        ),
        ([document("1", number="1/KH")], [document("2", number="1/KH"), document("3", number="2/KH")], {"12"}),
        ([document("1", number="1/KH", unit_name="X")], [document("2", number="1/KH", unit_name="Y")], set()),
        ([document("1")], [document("1")], {"11"}),
    ],
)
def test_which_plans_of_two_runs_belong_together(a: list[Document], b: list[Document], pairs: set[str]) -> None:
    assert {one.doc_id + other.doc_id for one, other in pair_documents(a, b).pairs} == pairs
    assert {one.doc_id + other.doc_id for other, one in pair_documents(b, a).pairs} == pairs
