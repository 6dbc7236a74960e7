"""The blind audit: who is drawn, and what the judgements say of the precision."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.audit import (
    FILE,
    LEAST,
    SHARE,
    Judgement,
    append_audit,
    audit_faults,
    draw,
    precision,
    read_audit,
    undo_audit,
    wilson,
)

KEYS = [f"key {number}" for number in range(5000)]


def judged(row: str, verdict: Literal["right", "wrong", "unsure"], author: str = "An", batch: str = "r1") -> Judgement:
    return Judgement(row_id=row, verdict=verdict, author=author, date="2026-03-02", batch=batch)


def test_the_sample_is_a_share_and_the_same_every_time() -> None:
    assert draw(KEYS) == draw(reversed(KEYS))
    assert len(draw(KEYS)) == math.ceil(SHARE * len(KEYS))
    assert draw(KEYS) != sorted(draw(KEYS))


def test_a_small_set_gives_at_least_some_or_all() -> None:
    assert len(draw(KEYS[:100])) == LEAST
    assert sorted(draw(KEYS[:3])) == KEYS[:3]
    assert draw([]) == []


def test_who_was_drawn_is_drawn_again_from_a_larger_set_where_the_sample_reaches_so_far() -> None:
    before, after = draw(KEYS[:2500]), draw(KEYS)
    order = draw(KEYS, share=1)
    assert [key for key in order if key in set(before)] == before
    assert all(key in set(after) or order.index(key) >= len(after) for key in before)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(97, 100, 0.9155, 0.9897), (30, 30, 0.8865, 1.0), (0, 10, 0.0, 0.2775), (1, 2, 0.0945, 0.9055), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_that_of_wilson(successes: int, trials: int, low: float, high: float) -> None:
    assert [round(end, 4) for end in wilson(successes, trials)] == [low, high]


@given(st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_the_interval_holds_the_share_and_narrows_with_more(counts: tuple[int, int]) -> None:
    successes, trials = counts
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    more = wilson(4 * successes, 4 * trials)
    assert more[1] - more[0] < high - low
    mirrored = wilson(trials - successes, trials)
    assert low == pytest.approx(1 - mirrored[1])


def test_only_what_people_agree_on_counts() -> None:
    found = precision(
        [
            judged("a", "right"),
            judged("b", "wrong"),
            judged("b", "right"),  # the later word of one person
            judged("c", "right"),
            judged("c", "wrong", "Bình"),
            judged("d", "unsure"),
            judged("e", "unsure"),
            judged("e", "wrong", "Bình"),
        ]
    )
    assert found[:4] == (2, 3, 1, 1)
    assert (found.low, found.high) == wilson(2, 3)


def test_a_batch_is_undone(tmp_path: Path) -> None:
    rows = [judged("a", "right"), judged("b", "wrong", batch="r2")]
    append_audit(tmp_path, rows)
    assert read_audit(tmp_path) == rows
    assert undo_audit(tmp_path, "r2", "An", "2026-03-03") == 1
    assert precision(read_audit(tmp_path))[:2] == (1, 1)
    assert undo_audit(tmp_path, "r2", "An", "2026-03-03") == 0


@pytest.mark.parametrize("changes", [{"verdict": "maybe"}, {"row_id": ""}, {"author": ""}])
def test_faults_of_the_file_tell_the_line(tmp_path: Path, changes: dict[str, str]) -> None:
    append_audit(tmp_path, [msgspec.structs.replace(judged("a", "right"), **changes)])
    assert audit_faults(tmp_path)[0].startswith(f"{FILE}:2: no row_id")
    with pytest.raises(ValueError, match=FILE):
        read_audit(tmp_path)
