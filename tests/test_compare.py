"""The comparison with truth, and the floors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import floors
from tests.compare import Truth, compare, plan_as_truth
from tests.conftest import small_plan
from tests.update_floors import raised


@pytest.fixture
def truth() -> Truth:
    return plan_as_truth(small_plan(b"x", "x.txt"))


def test_plan_equals_itself(truth: Truth) -> None:
    found = compare(small_plan(b"x", "x.txt"), truth)
    assert found.differences == []
    assert set(found.shares.values()) == {1.0}


CHANGES = [
    ("document", None, "number", "13/KH-UBND", {"meta"}),
    ("document", None, "recipients", ["Như trên"], {"recipients"}),
    ("sections", 0, "level", 2, {"sections", "lines"}),
    ("sections", 1, "title", "Nâng cao nhận thức", {"sections", "lines"}),
    ("tables", 0, "header", ["TT", "Chỉ tiêu", "2026"], {"heads"}),
    ("indicators", 0, "unit", None, {"indicator_fields"}),
    ("indicators", 0, "ordinal", "2", {"indicators", "indicator_fields", "targets", "lines"}),
    ("tasks", 0, "lead", ["Phòng Kinh tế"], {"task_fields"}),
    ("tasks", 0, "line", 13, {"lines"}),
]


@pytest.mark.parametrize(("part", "at", "field", "value", "kinds"), CHANGES)
def test_difference_is_seen(
    truth: Truth, part: str, at: int | None, field: str, value: object, kinds: set[str]
) -> None:
    changed = truth[part] if at is None else truth[part][at]
    changed[field] = value
    found = compare(small_plan(b"x", "x.txt"), truth)
    assert {kind for kind, share in found.shares.items() if share < 1} == kinds
    assert {difference.split(":")[0] for difference in found.differences} == kinds


def test_alternatives_are_each_right(truth: Truth) -> None:
    truth["document"]["issuer_kind"] = ["dang_uy", "ubnd"]
    assert compare(small_plan(b"x", "x.txt"), truth).shares["meta"] == 1.0


def test_dashes_and_spaces_make_no_difference(truth: Truth) -> None:
    truth["tables"][0]["rows"][0]["cells"][1] = "Tỷ  lệ hồ sơ\u00a0số hóa"
    assert compare(small_plan(b"x", "x.txt"), truth).shares["rows"] == 1.0


@pytest.fixture
def floor_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"score": {"ward": {"rows": 0.9}}}))
    monkeypatch.setattr(floors, "FLOORS", path)
    return path


@pytest.mark.parametrize(
    ("scores", "lost"),
    [
        ({"ward": {"rows": 0.9}}, 0),
        ({"ward": {"rows": 0.89}}, 1),
        ({"ward": {"rows": 1.0, "cell": 0.99}}, 1),  # no floor: must be right
        ({"other": {"rows": 1.0}, "mean": {"rows": 0.1}}, 0),
    ],
)
@pytest.mark.usefixtures("floor_file")
def test_below_the_floor(scores: dict[str, dict[str, float]], lost: int, tmp_path: Path) -> None:
    assert len(floors.check("score", scores)) == lost
    (tmp_path / "score.json").write_text(json.dumps(scores))
    assert floors.main(["check", "score", str(tmp_path / "score.json")]) == bool(lost)


def test_floors_rise_and_fall_only_when_allowed() -> None:
    old, new = {"gold": {"ward": {"rows": 0.9, "cell": 0.5}}}, {"gold": {"ward": {"rows": 0.8, "cell": 0.66666}}}
    assert raised(old, new, False) == {"gold": {"ward": {"rows": 0.9, "cell": 0.6666}}}
    assert raised(old, new, True) == {"gold": {"ward": {"rows": 0.8, "cell": 0.6666}}}
    assert raised(old, {}, False) == old
