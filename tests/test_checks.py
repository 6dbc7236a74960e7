"""The diagnostics of a plan. A new case is two files in `tests/cases/diagnostics/`: NAME.md and NAME.json."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.extract.checks import RULES, check_plan
from kehoach.extract.checks.numbering import Number, number_of, written
from kehoach.extract.plan import extract_plan
from kehoach.normalize.syllables import is_syllable, lacks_tone
from kehoach.normalize.vocabulary import rows
from kehoach.schemas.codes import SEVERITY
from kehoach.schemas.records import Diagnostic, Plan
from tests.corpus import ROOT, SAMPLES, TRUTH, plans, reading_of, sample_cases

CASES = Path(__file__).parent / "cases" / "diagnostics"

# What `NAME.diagnostics.json` beside the truth of a sample calls a fault, and the codes that may report it.
CALLED = {
    "a part of the text stands twice": {"text-repeated"},
    "appendix dated before": {"appendix-before-plan"},
    "citation written in two ways": {"citation-variant"},
    "deadline before": {"deadline-before-issue"},
    "lead also coordinates": {"lead-also-coordinates"},
    "likely slip in a deadline": {"deadline-unclear", "ocr-slip"},
    "likely slip": {"ocr-slip"},
    "row number repeated": {"row-repeated"},
    "row number skipped": {"row-skipped"},
    "section number repeated": {"section-repeated"},
    "section number skipped": {"section-skipped"},
    "share over 100": {"share-over-100"},
    "spelling variant of an agency": {"agency-variant"},
    "spelling variant of the unit": {"unit-name-variant"},
    "stray character": {"target-stray-character"},
    "target falls": {"target-falls"},
    "task without deadline": {"deadline-missing"},
    "task without lead": {"lead-missing"},
    "two values": {"target-conflict"},
    "unit missing": {"unit-missing"},
    "unit unlike": {"unit-differs"},
    "ward named": {"unit-type-mixed"},
    "≥ 100%": {"share-at-least-100"},
}


def found(path: Path) -> list[Diagnostic]:
    return extract_plan(path.read_bytes(), path.name).diagnostics


@pytest.mark.parametrize("path", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    """All that is expected and nothing else, each at its line."""
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert {(one.line, one.code) for one in found(path)} == {(one["line"], one["code"]) for one in expected}


def test_every_code_of_a_check_has_a_case() -> None:
    """The codes that stand in the modules of the checks; the readers and later steps have cases of their own."""
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "extract" / "checks").glob("*.py")]
    written = {code for module in modules for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', module)} & set(SEVERITY)
    cases = {one["code"] for path in CASES.glob("*.json") for one in json.loads(path.read_text(encoding="utf-8"))}
    assert len(written) > 20
    elsewhere = {"deadline-unclear", "table-unread", "text-unmarked"}  # spoken of, or hard to bring about by accident
    assert written - cases - elsewhere == set()


def _faults() -> list[tuple[Path, str, int]]:
    faults = []
    for path in sorted(TRUTH.glob("*.diagnostics.json")):
        (sample,) = SAMPLES.glob(path.name.split(".")[0] + ".*")
        faults += [(sample, one["what"], one["line"]) for one in json.loads(path.read_text(encoding="utf-8"))]
    return faults


@pytest.mark.parametrize(("sample", "what", "line"), _faults())
def test_fault_of_a_sample_is_reported(sample: Path, what: str, line: int) -> None:
    codes = next(codes for called, codes in CALLED.items() if what.startswith(called))
    lines = [place.line for one in _plan(sample).diagnostics if one.code in codes for place in one.places]
    assert line in lines


CLEAN = {
    name: sample for name, (sample, _) in sample_cases().items() if not (TRUTH / f"{name}.diagnostics.json").exists()
}


@pytest.mark.parametrize("sample", CLEAN.values(), ids=CLEAN)
def test_clean_sample_has_no_error(sample: Path) -> None:
    assert [one for one in _plan(sample).diagnostics if one.severity == "error"] == []


@pytest.mark.parametrize("path", plans().values(), ids=plans())
def test_diagnostics_are_placed_and_well_formed(path: Path) -> None:
    for one in _plan(path).diagnostics:
        assert one.severity in ("error", "warning", "info")
        assert one.message
        assert len(one.context or "") <= 200
        if one.places:
            assert one.line == one.places[0].line


@pytest.mark.parametrize("path", plans().values(), ids=plans())
def test_checks_need_only_the_plan(path: Path) -> None:
    """A plan read earlier gives the same faults of its records as with its source at hand."""
    plan = _plan(path)
    stored = msgspec.json.decode(msgspec.json.encode(plan), type=Plan)
    stored.diagnostics = []
    textual = {"ocr-slip", "unit-type-mixed", "unit-name-variant", "text-repeated"}
    again = {(one.line, one.code) for one in check_plan(stored) if one.code not in textual}
    mine = {(one.line, one.code) for one in check_plan(plan) if one.code not in textual}
    assert again == mine <= {(one.line, one.code) for one in plan.diagnostics}


def test_rules_are_documented() -> None:
    assert all(rule.__doc__ for rule in RULES)


@pytest.mark.parametrize("word", ["đươc", "ngưòi", "thưc", "viêc", "kêt", "tôt", "cưòng", "đuợc", "mớí", "truờng"])
def test_impossible_syllable(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "được",
        "gìn",
        "giếng",
        "quyết",
        "quốc",
        "khuya",
        "khuỷu",
        "xoong",
        "rượu",
        "loé",
        "tuỳ",
        "ôtô",
        "axít",
        "blốc",
        "web",
    ],
)
def test_possible_syllable(word: str) -> None:
    assert is_syllable(word)


@given(st.text(max_size=12))
def test_any_word_is_judged(word: str) -> None:
    assert is_syllable(word.lower()) in (True, False)
    assert lacks_tone(word.lower()) in (True, False)


@pytest.mark.parametrize(
    ("marker", "number"),
    [
        ("IV", Number("roman", "", 4)),
        ("XIX.", Number("roman", "", 19)),
        ("02", Number("arabic", "", 2)),
        ("1.2.", Number("arabic", "1.", 2)),
        ("đ)", Number("letter", "", 5)),
        ("B", Number("capital", "", 2)),
        ("(3)", Number("arabic", "", 3)),
        ("PHẦN THỨ HAI", Number("phần", "", 2)),
        ("Điều 7", Number("điều", "", 7)),
        ("-", None),
        ("", None),
        ("Ghi chú", None),
    ],
)
def test_number_of_a_marker(marker: str, number: Number | None) -> None:
    assert number_of(marker) == number


@given(st.sampled_from(["roman", "arabic", "letter", "capital"]), st.integers(1, 22))
def test_number_is_written_as_it_is_read(kind: str, value: int) -> None:
    number = Number(kind, "", value)
    printed = written(number)
    # "C", "D", "V", "X" … may be letters or Roman: alone, Roman where they can be
    if not (kind == "capital" and printed in "IVXL"):
        assert number_of(printed) == number


def test_only_the_tone_is_missing() -> None:
    assert [lacks_tone(word) for word in ("thưc", "kêt", "púch", "đắk", "thực")] == [True, True, False, False, False]


def test_slips_in_their_canonical_form() -> None:
    """Sorted, no slip twice, none that is its own correction."""
    slips = rows("ocr_slips")
    keys = [(row["correction"].lower(), row["slip"]) for row in slips]
    assert keys == sorted(keys)
    assert len({row["slip"] for row in slips}) == len(slips)
    assert not [row for row in slips if row["slip"].lower() == row["correction"].lower()]


def _plan(path: Path) -> Plan:
    plan = reading_of(path).plan
    assert plan is not None
    return plan
