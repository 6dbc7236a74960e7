"""Ids of proposed entries: kept, never reused, never renumbered, the same for the same inputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.decisions import subject_key
from kehoach.normalize.ledger import (
    EMPTY_LEDGER,
    FILE,
    LedgerRow,
    extend_ledger,
    ledger_faults,
    load_ledger,
    make_ledger,
    wording_id,
)

BEES, GOATS = "Tỷ lệ hộ nuôi ong", "Tỷ lệ hộ nuôi dê"


def test_without_a_ledger_the_id_comes_from_the_wording() -> None:
    proposed = EMPTY_LEDGER.propose([subject_key(BEES)], BEES, set())
    assert proposed == wording_id(BEES) == wording_id(" tỉ lệ hộ nuôi ong. ")
    assert EMPTY_LEDGER.propose([subject_key(BEES)], BEES, {proposed}) == f"{proposed}_2"


def test_an_id_kept_stays_whatever_the_entry_is_called(tmp_path: Path) -> None:
    extend_ledger(tmp_path, [LedgerRow("ong_1", BEES, "%")])
    ledger = load_ledger(tmp_path)
    keys = [subject_key("Tỷ lệ hộ nuôi ong lấy mật", "%"), subject_key(BEES, "%")]
    assert ledger.propose(keys, "Tỷ lệ hộ nuôi ong lấy mật", set()) == "ong_1"
    entry = ledger.entry("ong_1")
    assert entry is not None
    assert (entry.name, entry.unit, entry.status) == (BEES, "%", "proposed")


def test_an_id_is_never_reused() -> None:
    ledger = make_ledger([LedgerRow(wording_id(GOATS), BEES)])
    assert ledger.propose([subject_key(GOATS)], GOATS, set()) == f"{wording_id(GOATS)}_2"
    assert ledger.propose([subject_key(BEES)], BEES, {wording_id(GOATS)}) == wording_id(BEES)


def test_the_id_kept_longest_counts_and_a_name_keeps_its_own(tmp_path: Path) -> None:
    assert len(extend_ledger(tmp_path, [LedgerRow("z", BEES), LedgerRow("a", GOATS)])) == 2
    assert extend_ledger(tmp_path, [LedgerRow("b", BEES)]) == []
    ledger = load_ledger(tmp_path)
    assert ledger.propose([subject_key(GOATS), subject_key(BEES)], GOATS, set()) == "z"
    assert [ledger.id_of(subject_key(name)) for name in (BEES, GOATS, "Tỷ lệ hộ nghèo")] == ["z", "a", None]


def test_a_merged_entry_leads_on() -> None:
    rows = [LedgerRow("ong_1", BEES), LedgerRow("de_1", GOATS)]
    key = subject_key(BEES)
    merged = make_ledger(rows, {"ong_1": "de_1"})
    assert (merged.id_of(key), merged.propose([key], BEES, set())) == ("de_1", "de_1")
    adopted = make_ledger(rows, {"ong_1": "ong"})
    assert (adopted.id_of(key), adopted.propose([key], BEES, set())) == ("ong", wording_id(BEES))


def test_an_entry_has_all_names_of_its_id() -> None:
    rows = [LedgerRow("ong_1", name, "%") for name in (BEES, f"{BEES}.", "Hộ nuôi ong", BEES.upper(), "Hộ có ong")]
    entry = make_ledger(rows).entry("ong_1")
    assert entry is not None
    assert (entry.name, entry.aliases) == (BEES, ["Hộ có ong", "Hộ nuôi ong"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("canonical_id\tlabel\nong_1\t\n", "ledger.tsv:2: no canonical_id or no label"),
        ("id\tlabel\nong_1\tx\n", "ledger.tsv:1: no column canonical_id"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert ledger_faults(tmp_path) == [fault]
    with pytest.raises(ValueError, match=r"ledger\.tsv"):
        load_ledger(tmp_path)


names = st.sampled_from([BEES, GOATS, "Tỷ lệ hộ nghèo", "Số hộ nghèo", "Tỷ lệ phủ sóng 5G", "…"])


@given(st.lists(st.lists(names, min_size=1, max_size=3), max_size=4))
def test_a_second_run_gives_the_same_ids(tmp_path_factory: pytest.TempPathFactory, runs: list[list[str]]) -> None:
    """Whatever is proposed and kept in between, a name once kept has its id for good."""
    folder = tmp_path_factory.mktemp("workspace")
    known: dict[str, str] = {}
    for run in runs:
        ledger = load_ledger(folder)
        given_ids: dict[str, str] = {}
        for name in dict.fromkeys(run):
            given_ids[name] = ledger.propose([subject_key(name)], name, set(given_ids.values()))
        assert given_ids == given_ids | {name: known[name] for name in given_ids.keys() & known.keys()}
        extend_ledger(folder, [LedgerRow(name_id, name) for name, name_id in given_ids.items()])
        known |= given_ids
    assert len(set(known.values())) == len(known)
