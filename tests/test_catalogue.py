"""The catalogue as data: its files, its faults, changes that leave it whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize import vocabulary
from kehoach.normalize.catalogue import (
    COLUMNS,
    SHIPPED,
    entry_to_row,
    load_catalogue,
    load_redirects,
    own_file,
    read_entries,
    row_to_entry,
)
from kehoach.normalize.catalogue_check import check_catalogue, check_decisions
from kehoach.normalize.catalogue_edit import EntryRefused, add_entry, merge_entries, rename_entry, save_entries
from kehoach.normalize.decisions import Decision, append_decisions, load_decisions, subject_key, undo_batch
from kehoach.normalize.ledger import LedgerRow, extend_ledger, load_ledger
from kehoach.normalize.terms import term_vetoes
from kehoach.normalize.text import tidy
from kehoach.normalize.wording import name_words
from kehoach.normalize.workspace import init_workspace, workspace_faults
from kehoach.schemas.records import Canonical


def entry(canonical_id: str, name: str, **fields: object) -> Canonical:
    return msgspec.structs.replace(
        Canonical(canonical_id=canonical_id, name=name, domain="khac", unit="%", direction="up"), **fields
    )


BEES = entry("ong", "Tỷ lệ hộ nuôi ong", aliases=["Hộ có nuôi ong"], alias_counts=[3], hidden=["Tỷ lệ hộ nuôi ông"])
GOATS = entry("de", "Tỷ lệ hộ nuôi dê", population=["households"], requires=["dê/sơn dương"], excludes=["cừu"])
BOTH = {one.canonical_id: one for one in (BEES, GOATS)}


# --- as it is shipped -------------------------------------------------------------------------------------------


def test_the_shipped_catalogue_has_no_fault() -> None:
    assert check_catalogue(read_entries()) == []


def test_the_shipped_catalogue_covers_several_domains() -> None:
    files = {path.stem: [row_to_entry(row) for row in vocabulary.read_rows(path)] for path in SHIPPED.glob("*.csv")}
    assert sum(one.basis is not None for one in files["chuyen_doi_so"]) >= 80
    assert len(files) >= 3
    assert all(one.name_en and one.kind for entries in files.values() for one in entries)
    ids = [one.canonical_id for entries in files.values() for one in entries]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.csv")), ids=lambda path: path.name)
def test_shipped_files_are_in_the_form_that_the_commands_write(path: Path) -> None:
    rows = vocabulary.read_rows(path)
    assert list(rows[0]) == list(COLUMNS)
    written = [entry_to_row(row_to_entry(row)) | {"comment": row["comment"]} for row in rows]
    assert written == [row | {"status": row["status"] or "adopted"} for row in rows]


labels = st.text(st.characters(codec="utf-8", exclude_characters="|×"), max_size=20).map(tidy)


@given(
    st.builds(entry, labels.filter(bool), labels.filter(bool)), st.dictionaries(labels.filter(bool), st.integers(0, 9))
)
def test_an_entry_survives_its_row(one: Canonical, counted: dict[str, int]) -> None:
    full = msgspec.structs.replace(
        one, aliases=list(counted), alias_counts=list(counted.values()), requires=list(counted)
    )
    assert row_to_entry(entry_to_row(full)) == full


# --- what check finds -------------------------------------------------------------------------------------------

FAULTS = [
    ("label-twice", [BEES, entry("bee", "Hộ có nuôi ong.")]),
    ("label-twice", [BEES, entry("bee", "hộ CÓ nuôi ong")]),
    ("label-repeated", [entry("ong", "Tỷ lệ hộ nuôi ong", hidden=["tỉ lệ hộ nuôi ong"])]),
    ("term-against-label", [msgspec.structs.replace(GOATS, requires=["trâu"])]),
    ("term-against-label", [msgspec.structs.replace(GOATS, excludes=["hộ nuôi"])]),
    ("population-unknown", [msgspec.structs.replace(BEES, population=["beekeepers"])]),
    ("denominator-unknown", [msgspec.structs.replace(BEES, denominator="hives")]),
    ("kind-unknown", [msgspec.structs.replace(BEES, kind="percentage")]),
    ("kind-differs", [msgspec.structs.replace(BEES, kind="rank")]),
    ("population-differs", [entry("ck", "Tỷ lệ cán bộ nuôi ong", population=["pupils"])]),
    ("denominator-differs", [entry("chi", "Tỷ lệ chi cho ong trên GRDP", denominator="budget")]),
    ("status-unknown", [msgspec.structs.replace(BEES, status="new")]),
    ("direction-unknown", [msgspec.structs.replace(BEES, direction="sideways")]),
    ("status-differs", [msgspec.structs.replace(BEES, replaced_by="de"), GOATS]),
    ("redirect-missing", [msgspec.structs.replace(BEES, status="replaced")]),
    ("redirect-lost", [msgspec.structs.replace(BEES, status="replaced", replaced_by="gone")]),
    ("redirect-circle", [msgspec.structs.replace(BEES, status="replaced", replaced_by="ong")]),
    ("broader-lost", [msgspec.structs.replace(BEES, broader="gone")]),
    ("broader-circle", [msgspec.structs.replace(BEES, broader="ong")]),
    (
        "broader-replaced",
        [msgspec.structs.replace(BEES, broader="x"), entry("x", "X", status="replaced", replaced_by="ong")],
    ),
]


@pytest.mark.parametrize(("code", "entries"), FAULTS)
def test_a_fault_is_found(code: str, entries: list[Canonical]) -> None:
    assert code in [fault.code for fault in check_catalogue(entries)]


def test_sound_entries_have_no_fault() -> None:
    merged = entry("bien", "Hộ có nuôi ong", status="replaced", replaced_by="ong")
    proposed = entry("cho", "Chó", status="replaced", replaced_by="kept_in_the_ledger")
    assert check_catalogue([BEES, GOATS, merged, proposed], ["kept_in_the_ledger"]) == []


def test_a_decision_for_an_entry_that_does_not_exist_is_a_fault() -> None:
    rows = [
        Decision(subject_label="Hộ", object_id=name, author="An", date="2026-03-02") for name in ("ong", "gone", "")
    ]
    assert [(fault.canonical_id, fault.code) for fault in check_decisions(rows, BOTH)] == [("gone", "decision-lost")]


@pytest.mark.parametrize(
    ("name", "vetoes"),
    [
        ("Tỷ lệ hộ nuôi Dê", []),
        ("Tỷ lệ hộ nuôi sơn dương", []),
        ("Tỷ lệ hộ nuôi dê, cừu", ["has cừu"]),
        ("Tỷ lệ hộ nuôi dế", ["lacks dê/sơn dương"]),
    ],
)
def test_terms_are_vetoes(name: str, vetoes: list[str]) -> None:
    assert term_vetoes(name_words(name), GOATS) == vetoes


# --- changes ----------------------------------------------------------------------------------------------------


def test_a_merge_leaves_a_redirect_and_moves_the_labels() -> None:
    old, kept = merge_entries("ong", "de", BOTH)
    assert (old.status, old.replaced_by) == ("replaced", "de")
    assert kept.aliases == ["Tỷ lệ hộ nuôi ong", "Hộ có nuôi ong"]
    assert (kept.alias_counts, kept.hidden) == ([0, 3], ["Tỷ lệ hộ nuôi ông"])


def test_a_new_name_keeps_the_old_one() -> None:
    (renamed,) = rename_entry("ong", "Hộ có nuôi ong", BOTH)
    assert (renamed.name, renamed.aliases, renamed.alias_counts) == ("Hộ có nuôi ong", ["Tỷ lệ hộ nuôi ong"], [0])


def test_a_proposed_entry_is_adopted() -> None:
    proposed = entry("bo", "Tỷ lệ hộ nuôi bò", status="proposed")
    known = BOTH | {"bo": proposed}
    assert add_entry(entry("bo", "Tỷ lệ hộ nuôi bò"), known)[0].status == "adopted"
    assert [one.status for one in merge_entries("ong", "bo", known)] == ["replaced", "adopted"]


@pytest.mark.parametrize(
    "change",
    [
        lambda: add_entry(entry("ong", "Tỷ lệ hộ nuôi ong mật"), BOTH),
        lambda: add_entry(entry("bee", "TỈ LỆ hộ nuôi ong"), BOTH),
        lambda: rename_entry("de", "Hộ có nuôi ong", BOTH),
        lambda: rename_entry("gone", "X", BOTH),
        lambda: merge_entries("ong", "ong", BOTH),
        lambda: merge_entries("ong", "gone", BOTH),
        lambda: merge_entries("x", "de", BOTH | {"x": entry("x", "X", status="replaced", replaced_by="ong")}),
        lambda: merge_entries("de", "x", BOTH | {"x": entry("x", "X", status="replaced", replaced_by="ong")}),
    ],
)
def test_what_would_leave_the_catalogue_wrong_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(EntryRefused):
        change()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init_workspace(tmp_path)
    vocabulary.use_workspace(tmp_path)
    return tmp_path


def test_what_is_saved_counts_and_keeps_the_rows_beside_it(workspace: Path) -> None:
    own_file(workspace).write_text("id,name,domain,who\nx,Tỷ lệ hộ nuôi dê,khac,An\n", encoding="utf-8-sig")
    save_entries(workspace, [BEES])
    save_entries(workspace, rename_entry("x", "Tỷ lệ hộ nuôi cừu", {one.canonical_id: one for one in read_entries()}))
    assert [one.name for one in load_catalogue()[-2:]] == ["Tỷ lệ hộ nuôi cừu", "Tỷ lệ hộ nuôi ong"]
    assert [row["who"] for row in vocabulary.read_rows(own_file(workspace))] == ["An", ""]
    assert workspace_faults(workspace) == []


def test_a_domain_of_the_workspace_is_a_file_and_own_rows_win(workspace: Path) -> None:
    header = "id,name,domain\n"
    (workspace / "catalogue" / "nong_nghiep.csv").write_text(f"{header}ong,Tỷ lệ hộ nuôi ong,khac\n", encoding="utf-8")
    (workspace / "catalogue" / "zoo.csv").write_text(f"{header}ong,Ong,khac\n", encoding="utf-8")
    vocabulary.forget()
    assert load_catalogue()[-1].name == "Ong"
    save_entries(workspace, [BEES])
    assert load_catalogue()[-1] == BEES


def test_decisions_and_kept_ids_follow_a_merge(workspace: Path) -> None:
    label = "Số tổ ong"
    append_decisions(workspace, [Decision(subject_label=label, object_id="ong", author="An", date="2026-03-02")])
    extend_ledger(workspace, [LedgerRow("dong_1", "Tỷ lệ hộ nuôi ong rừng")])
    save_entries(workspace, [BEES, GOATS])
    save_entries(workspace, merge_entries("ong", "de", {one.canonical_id: one for one in read_entries()}))
    proposed = load_ledger(workspace).entry("dong_1")
    assert proposed is not None
    save_entries(workspace, merge_entries("dong_1", "de", BOTH | {"dong_1": proposed}))
    assert load_redirects() == {"ong": "de", "dong_1": "de"}
    decision = load_decisions(workspace).standing(subject_key(label))
    assert decision is not None
    assert decision.object_id == "de"
    assert load_ledger(workspace).id_of(subject_key("Tỷ lệ hộ nuôi ong rừng")) == "de"
    assert "ong" not in {one.canonical_id for one in load_catalogue()}


def test_a_decision_that_would_be_lost_keeps_a_workspace_from_being_used(workspace: Path) -> None:
    append_decisions(
        workspace, [Decision(subject_label="Số tổ ong", object_id="bee_1", author="An", date="2026-03-02", batch="b")]
    )
    assert "decisions.tsv: bee_1: no such entry" in workspace_faults(workspace)[0]
    extend_ledger(workspace, [LedgerRow("bee_1", "Tỷ lệ hộ nuôi ong")])
    assert workspace_faults(workspace) == []
    (workspace / "ledger.tsv").unlink()
    undo_batch(workspace, "b", "An", "2026-03-03")
    assert workspace_faults(workspace) == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("catalogue/own.csv", "id,name\n", "own.csv: missing columns: domain"),
        ("catalogue/own.csv", "id,name,domain\nx,,khac\n", "own.csv:2: no name"),
        ("catalogue/bees.csv", "id,name,domain\n,Ong,\n", "bees.csv:2: no id and no domain"),
        ("vocabulary/catalogue.csv", "id,name,domain\n", "catalogue.csv: entries of the catalogue stand in"),
        ("decisions.tsv", "subject\n", "decisions.tsv:1: no column subject_label"),
        ("ledger.tsv", "id\n", "ledger.tsv:1: no column canonical_id"),
    ],
)
def test_faults_of_a_workspace_name_the_file(workspace: Path, name: str, text: str, fault: str) -> None:
    (workspace / name).write_text(text, encoding="utf-8")
    assert fault in workspace_faults(workspace)[0]
