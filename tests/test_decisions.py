"""What people decided stands, is replaced, contradicted, undone, and read back whatever a spreadsheet did to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize import decisions as module
from kehoach.normalize.decisions import (
    EMPTY_BOOK,
    FILE,
    Decision,
    Verdict,
    append_decisions,
    decision_faults,
    load_decisions,
    make_book,
    read_decisions,
    subject_key,
    undo_batch,
    with_choice,
)
from kehoach.normalize.text import tidy

NAME, UNIT = "Tỷ lệ người dân có chữ ký số", "%"
KEY = subject_key(NAME, UNIT)


def said(verdict: Verdict, entry: str = "", author: str = "An", batch: str = "b1", name: str = NAME) -> Decision:
    subject = Decision(subject_label=name, unit=UNIT, author=author, date="2026-03-02", batch=batch)
    return with_choice(subject, verdict, entry)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Tỉ lệ hồ sơ TTHC được số hoá", "Tỷ lệ hồ sơ thủ tục hành chính được số hóa", True, id="spelling"),
        pytest.param("Tỷ lệ hộ nghèo trên địa bàn xã Tân Lập", "Tỷ lệ hộ nghèo", True, id="own name"),
        pytest.param("Tỷ lệ thủ tục hành chính (TTHC) đúng hạn", "Tỷ lệ TTHC đúng hạn", True, id="bracket repeats"),
        pytest.param("Tỷ lệ người dân có tài khoản (VNeID)", "Tỷ lệ người dân có tài khoản", False, id="bracket adds"),
        pytest.param("Tỷ lệ phủ sóng 5G", "Tỷ lệ phủ sóng 6G", False, id="generation"),
        pytest.param("Số hộ nghèo", "Tỷ lệ hộ nghèo", False, id="kind"),
        pytest.param("Tỷ lệ người dân có chữ ký số", "Tỷ lệ cán bộ có chữ ký số", False, id="population"),
        pytest.param("%", "Tỷ lệ", False, id="no words"),
    ],
)
def test_names_meet_under_one_key(one: str, other: str, same: bool) -> None:
    assert (subject_key(one) == subject_key(other)) == same


@pytest.mark.parametrize(
    ("verdict", "entry"),
    [("same", "a"), ("close", "a"), ("broader", "a"), ("narrower", "a"), ("new", ""), ("none", ""), ("unsure", "")],
)
def test_a_choice_stands_as_its_verdict(verdict: Verdict, entry: str) -> None:
    standing = make_book([said(verdict, entry)]).standing(KEY)
    assert standing is not None
    assert standing.verdict == verdict
    assert make_book([said(verdict, entry)]).refused(KEY) == (
        {"a"} if verdict in ("close", "broader", "narrower") else set()
    )


@pytest.mark.parametrize(("verdict", "entry"), [("same", ""), ("not", ""), ("new", "a"), ("undo", "")])
def test_a_choice_that_says_nothing_is_refused(verdict: Verdict, entry: str) -> None:
    with pytest.raises(ValueError, match=verdict):
        said(verdict, entry)


def test_the_later_word_of_one_person_counts() -> None:
    book = make_book([said("same", "a"), said("new", author=" an ")])
    assert [decision.verdict for decision in book.decided.values()] == ["new"]
    assert book.conflicts() == []


def test_a_refusal_takes_back_what_the_same_person_said_and_the_other_way_round() -> None:
    taken_back = make_book([said("same", "a"), said("not", "a")])
    assert (taken_back.standing(KEY), taken_back.refused(KEY)) == (None, frozenset({"a"}))
    said_again = make_book([said("not", "a"), said("same", "a")])
    assert (said_again.standing(KEY), said_again.refused(KEY)) == (said("same", "a"), frozenset())


@pytest.mark.parametrize(
    ("of_an", "of_ba", "contradict"),
    [
        (said("same", "a"), said("same", "b", "Ba"), True),
        (said("same", "a"), said("not", "a", "Ba"), True),
        (said("same", "a"), said("new", "", "Ba"), True),
        (said("same", "a"), said("close", "a", "Ba"), True),
        (said("same", "a"), said("same", "a", "Ba"), False),
        (said("same", "a"), said("not", "b", "Ba"), False),
        (said("same", "a"), said("unsure", "", "Ba"), False),
    ],
    ids=lambda decision: f"{decision.verdict} {decision.object_id}" if isinstance(decision, Decision) else None,
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_two_people_who_contradict_each_other_decide_nothing(
    of_an: Decision, of_ba: Decision, contradict: bool, order: tuple[int, ...]
) -> None:
    both = (of_an, of_ba)
    book = make_book([both[at] for at in order])
    assert [{decision.author for decision in conflict.decisions} for conflict in book.conflicts()] == (
        [{"An", "Ba"}] if contradict else []
    )
    standing = book.standing(KEY)
    assert (standing is None) == contradict
    assert standing is None or standing.object_id == "a"


def test_a_merged_entry_leads_on_and_ends_a_contradiction() -> None:
    book = make_book([said("same", "a"), said("same", "b", "Ba")], {"a": "b"})
    assert book.conflicts() == []
    assert [decision.object_id for decision in book.decided.values()] == ["b"]
    assert book.aliases() == {"b": (NAME,)}


def test_who_is_unsure_does_not_decide() -> None:
    unsure = Decision(subject_label=NAME, unit=UNIT, object_id="a", confidence=0.2, author="An", date="2026-03-02")
    assert (unsure.verdict, make_book([unsure]).aliases()) == ("unsure", {})


def test_a_batch_is_undone_and_comes_back(tmp_path: Path) -> None:
    append_decisions(tmp_path, [said("same", "a"), said("same", "b", batch="b2", name="Tỷ lệ hộ nghèo")])
    assert undo_batch(tmp_path, "b1", "Ba", "2026-03-03") == 1
    assert [decision.object_id for decision in load_decisions(tmp_path).decided.values()] == ["b"]
    with pytest.raises(ValueError, match="b1"):
        undo_batch(tmp_path, "b1", "Ba", "2026-03-03")
    assert undo_batch(tmp_path, "undo-1:b1", "Ba", "2026-03-04") == 1
    assert [decision.object_id for decision in load_decisions(tmp_path).decided.values()] == ["a", "b"]
    assert undo_batch(tmp_path, "b1", "Ba", "2026-03-05") == 1
    append_decisions(tmp_path, [said("same", "c")])
    assert [decision.object_id for decision in load_decisions(tmp_path).decided.values()] == ["b", "c"]


def test_rows_are_only_added(tmp_path: Path) -> None:
    append_decisions(tmp_path, [said("same", "a")])
    before = (tmp_path / FILE).read_bytes()
    undo_batch(tmp_path, "b1", "An", "2026-03-03")
    assert (tmp_path / FILE).read_bytes().startswith(before)
    assert [path.name for path in tmp_path.iterdir() if path.name != ".lock"] == [FILE]


def test_what_a_spreadsheet_did_is_read_and_kept(tmp_path: Path) -> None:
    append_decisions(tmp_path, [said("same", "a")])
    lines = [line.split("\t") for line in (tmp_path / FILE).read_text(encoding="utf-8").splitlines()]
    moved = "".join(
        "\t".join([*line[::-1], tail]) + "\r\n" for line, tail in zip(lines, ("reviewed", "x"), strict=True)
    )
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbf# a note\r\n" + moved.encode())
    before = (tmp_path / FILE).read_bytes()
    append_decisions(tmp_path, [said("new", author="Ba")])
    assert (tmp_path / FILE).read_bytes().startswith(before)
    assert read_decisions(tmp_path) == [said("same", "a"), said("new", author="Ba")]
    assert decision_faults(tmp_path) == []


def test_a_column_that_an_older_file_lacks_is_added_to_its_header(tmp_path: Path) -> None:
    header = "subject_label\tpredicate_id\tobject_id\tauthor_label\tmapping_date"
    (tmp_path / FILE).write_text(f"{header}\n{NAME}\tskos:exactMatch\ta\tAn\t2026-03-02", encoding="utf-8")
    append_decisions(tmp_path, [said("same", "a", author="Ba")])
    assert [(decision.author, decision.batch) for decision in read_decisions(tmp_path)] == [("An", ""), ("Ba", "b1")]


HEADER = "subject_label\tpredicate_id\tpredicate_modifier\tobject_id\tauthor_label\tmapping_date\tconfidence\n"
GOOD = "Tỷ lệ hộ nghèo\tskos:exactMatch\t\ta\tAn\t2026-03-02\t0.9\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEADER + GOOD.replace("An", ""), "decisions.tsv:2: no author"),
        (HEADER + GOOD + "\n" + GOOD.replace("2026-03-02", "2/3/2026"), "decisions.tsv:4: no date"),
        (HEADER + GOOD.replace("exactMatch", "sameAs"), "decisions.tsv:2: no predicate"),
        (HEADER + GOOD.replace("\t\ta", "\tnot\ta"), "decisions.tsv:2: no modifier"),
        (HEADER + GOOD.replace("\t\ta", "\tNot\t"), "decisions.tsv:2: Not stands only"),
        (HEADER + GOOD.replace("0.9", "90"), "decisions.tsv:2: no confidence"),
        (HEADER + GOOD.replace("Tỷ lệ hộ nghèo", ""), "decisions.tsv:2: no subject_label"),
        (HEADER + GOOD.replace("\n", "\tx\ty\n"), "decisions.tsv:2: 9 cells under 7 columns"),
        (HEADER + '"' + GOOD + GOOD, "decisions.tsv:2: a quotation mark is open"),
        (HEADER.replace("author_label", "who") + GOOD, "decisions.tsv:1: no column author_label"),
        (HEADER.replace("confidence", "object_id") + GOOD, "decisions.tsv:1: two columns object_id"),
        ("\n", "decisions.tsv: no header"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert [found[: len(fault)] for found in decision_faults(tmp_path)] == [fault]
    with pytest.raises(ValueError, match=r"decisions\.tsv"):
        load_decisions(tmp_path)


def test_another_encoding_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes((HEADER + GOOD).encode("utf-16"))
    assert decision_faults(tmp_path) == ["decisions.tsv: not UTF-8; save it as tab-separated text in UTF-8"]


texts = st.text(max_size=20).map(tidy)
decisions = st.builds(
    Decision,
    subject_label=st.text(min_size=1, max_size=30).map(tidy).filter(bool),
    unit=texts,
    predicate=st.sampled_from(["skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch"]),
    object_id=st.sampled_from(["", "a", "b", module.NO_TERM, module.NOT_AN_INDICATOR]),
    confidence=st.none() | st.floats(0, 1),
    author=st.sampled_from(["An", "Ba", 'Nguyễn "Tư"']),
    date=st.dates().map(str),
    comment=texts,
    batch=texts,
    row_id=texts,
)


@given(st.lists(st.lists(decisions, max_size=3), max_size=3))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Decision]]) -> None:
    folder = tmp_path_factory.mktemp("workspace")
    for batch in batches:
        append_decisions(folder, batch)
    assert read_decisions(folder) == [decision for batch in batches for decision in batch]


@given(st.lists(decisions, max_size=8), st.data())
def test_the_order_in_which_people_speak_does_not_decide(rows: list[Decision], data: st.DataObject) -> None:
    """Only a person's own words have an order; those of others may come before or after."""
    authors = data.draw(st.permutations([row.author for row in rows]))
    left = {author: iter([row for row in rows if row.author == author]) for author in authors}
    mixed = [next(left[author]) for author in authors]
    one, other = make_book(rows), make_book(mixed)
    assert one.refusals == other.refusals
    assert one.contested.keys() == other.contested.keys()
    assert {key: meant(row) for key, row in one.decided.items()} == {
        key: meant(row) for key, row in other.decided.items()
    }


def meant(decision: Decision) -> tuple[str, str]:
    """What a decision says; of two persons who are unsure the one may point to an entry and the other not."""
    return decision.verdict, "" if decision.verdict == "unsure" else decision.object_id


def test_no_workspace_no_decision() -> None:
    assert load_decisions(None) == EMPTY_BOOK
    assert (EMPTY_BOOK.standing(KEY), EMPTY_BOOK.refused(KEY), EMPTY_BOOK.aliases()) == (None, frozenset(), {})
