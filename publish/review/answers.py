"""From the answers in a workbook to the rows that are kept: decisions, corrections, judgements of the audit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from kehoach.normalize.agency_decisions import AgencyDecision
from kehoach.normalize.audit import Judgement
from kehoach.normalize.corrections import Correction, correction_fault
from kehoach.normalize.decisions import Decision, Verdict, with_choice
from kehoach.normalize.text import fold, tidy
from kehoach.publish.review.read import Answer
from kehoach.publish.wording import Words, meaning_of

__all__ = ["Harvest", "Kept", "Reader", "read_answer"]

Kept = Decision | Judgement | Correction
_WITH_ENTRY = frozenset({"same", "broader", "narrower", "not"})
_FRACTION = re.compile(r"0,\d+")  # what a spreadsheet makes of 80%
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]\s*$")


class Reader(NamedTuple):
    """What is needed to read an answer."""

    words: Words
    entries: Mapping[str, str]
    """The names of the catalogue's entries by id."""
    bodies: Mapping[str, str]
    """The names of the bodies by id."""
    corrections: Sequence[Correction]
    """Those that stand: a table shows what they made of a value."""
    author: str
    """Who decided where the row names nobody."""
    date: str


class Harvest(NamedTuple):
    """What an answer gives: rows to keep, or the reason why there are none."""

    kept: Sequence[Kept]
    said: str
    """The answer in the words of the workbook, or the reason."""


def read_answer(answer: Answer, reader: Reader) -> Harvest:
    """The rows that an answer gives; none, with the reason, where it cannot be taken."""
    author = tidy(answer.filled.cells.get("author", "")) or tidy(reader.author)
    if not author:
        return Harvest((), reader.words("reason.no_author"))
    if answer.asked.sheet == "values":
        return _correction(answer, reader, author)
    verdict, why = _verdict(answer, reader.words)
    if verdict is None:
        return Harvest((), why)
    chosen, why = _chosen(answer, reader)
    if why:
        return Harvest((), why)
    if answer.asked.sheet == "audit":
        return _judgement(answer, (verdict, chosen), reader, author)
    return _decision(answer, (verdict, chosen), reader, author)


def _verdict(answer: Answer, words: Words) -> tuple[str | None, str]:
    sheet, text = answer.asked.sheet, answer.filled.cells.get("verdict", "")
    if not text:
        return None, words("reason.no_verdict")
    verdict = meaning_of("review", sheet, text)
    known = "; ".join(words.group(sheet).values())
    return verdict, "" if verdict else words("reason.unknown_verdict", word=text, words=known)


def _chosen(answer: Answer, reader: Reader) -> tuple[str, str]:
    """The id of the chosen entry, empty for none; and what is wrong with it.

    People write `Tên [id]` from the list, an id, a name, or the number of a proposal.
    """
    text = tidy(answer.filled.cells.get("chosen", ""))
    known = reader.bodies if answer.asked.sheet == "agencies" else reader.entries
    proposals = answer.asked.about.get("proposals", [])
    bracketed = _IN_BRACKETS.search(text)
    if not text:
        return "", ""
    if text in known:
        return text, ""
    if bracketed and bracketed[1] in known:
        return bracketed[1], ""
    if text.isdigit() and 0 < int(text) <= len(proposals):
        return proposals[int(text) - 1], ""
    named = [entry for entry, name in known.items() if fold(name) == fold(text)]
    return (named[0], "") if len(named) == 1 else ("", reader.words("reason.unknown_choice", word=text))


def _decision(answer: Answer, said: tuple[str, str], reader: Reader, author: str) -> Harvest:
    verdict, chosen = said
    words, about = reader.words, answer.asked.about
    if verdict in _WITH_ENTRY and not chosen:
        return Harvest((), words("reason.no_choice"))
    if verdict not in _WITH_ENTRY and chosen and verdict != "unsure":
        return Harvest((), words("reason.needless_choice"))
    if chosen and chosen == about.get("id"):
        return Harvest((), words("reason.itself"))
    subject = _subject(answer, reader, author)
    entry = chosen if verdict in _WITH_ENTRY else ""
    decision = with_choice(subject, cast(Verdict, verdict), entry)
    return Harvest((decision,), " ".join(filter(None, [words(f"{answer.asked.sheet}.{verdict}"), entry])))


def _subject(answer: Answer, reader: Reader, author: str) -> Decision:
    kind = AgencyDecision if answer.asked.sheet == "agencies" else Decision
    return kind(
        subject_label=answer.asked.about["label"],
        unit=answer.asked.about["unit"],
        author=author,
        date=reader.date,
        comment=answer.filled.cells.get("note", ""),
        row_id=answer.filled.row_id,
    )


def _judgement(answer: Answer, said: tuple[str, str], reader: Reader, author: str) -> Harvest:
    """A wrong match is a decision too: the name is not that entry, and it may be said which it is."""
    verdict, chosen = said
    about, words = answer.asked.about, reader.words
    if verdict == "right" and chosen not in ("", about["entry"]):
        return Harvest((), words("reason.needless_choice"))
    judgement = Judgement(
        row_id=answer.filled.row_id,
        subject_label=about["label"],
        unit=about["unit"],
        canonical_id=about["entry"],
        verdict=verdict,  # type: ignore[arg-type] # a label of the group `audit`
        author=author,
        date=reader.date,
        comment=answer.filled.cells.get("note", ""),
    )
    kept: list[Kept] = [judgement]
    if verdict == "wrong":
        subject = _subject(answer, reader, author)
        kept.append(with_choice(subject, "not", about["entry"]))
        if chosen and chosen != about["entry"]:
            kept.append(with_choice(subject, "same", chosen))
    return Harvest(kept, words(f"audit.{verdict}"))


def _correction(answer: Answer, reader: Reader, author: str) -> Harvest:
    about, words, filled = answer.asked.about, reader.words, answer.filled
    corrected = filled.cells.get("corrected", "")
    if not corrected:
        return Harvest((), words("reason.no_verdict"))
    if "corrected" in filled.numbers and _FRACTION.fullmatch(corrected):
        return Harvest((), words("reason.number_cell", word=corrected))
    if tidy(corrected) == tidy(about["printed"]):
        return Harvest((), words("reason.as_printed"))
    correction = Correction(
        doc_id=about["doc_id"],
        number=about["number"],
        issuer=about["issuer"],
        subject=_named_before(about, reader.corrections),
        place=about["place"],
        field=about["field"],
        printed=_as_extracted(about, reader.corrections),
        corrected=corrected,
        by=author,
        at=reader.date,
        note=filled.cells.get("note", ""),
        row_id=filled.row_id,
    )
    fault = correction_fault(correction)
    return Harvest((), words("reason.unreadable", why=fault)) if fault else Harvest((correction,), corrected)


def _named_before(about: Mapping[str, str], corrections: Sequence[Correction]) -> str:
    """The name that the extraction gave to the indicator or task, where a correction gave it another."""
    for one in corrections:
        renamed = one.doc_id == about["doc_id"] and one.field.endswith(".name")
        if renamed and tidy(one.corrected) == tidy(about["subject"]):
            return one.printed
    return about["subject"]


def _as_extracted(about: Mapping[str, str], corrections: Sequence[Correction]) -> str:
    """What the extraction gave, where the table shows what an earlier correction made of it."""
    for one in corrections:
        same = (one.doc_id, one.field, one.place) == (about["doc_id"], about["field"], about["place"])
        if same and tidy(one.corrected) == tidy(about["printed"]):
            return one.printed
    return about["printed"]
