"""One decision of one person about one name: a row of `decisions.tsv`, in the terms of SSSOM."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from kehoach.normalize import vocabulary
from kehoach.normalize.text import bare, fold, tidy
from kehoach.normalize.tsv import Line
from kehoach.normalize.wording import content_words, name_words, read_wordings

__all__ = [
    "COLUMNS", "NOT_AN_INDICATOR", "NO_TERM", "REQUIRED", "Decision", "Verdict", "decision_fault", "decision_to_cells",
    "line_to_decision", "subject_key", "subject_unit", "with_choice",
]  # fmt: skip

NO_TERM = "sssom:NoTermFound"
"""The object of “new”: nothing in the catalogue is it."""
NOT_AN_INDICATOR = "kehoach:NotAnIndicator"
"""The object of “none”: a heading, a task, a remark."""

Verdict = Literal["same", "close", "broader", "narrower", "new", "none", "unsure", "not", "undo"]
"""`broader`: the entry is broader than the name. `not`: it is not the entry, whatever it is."""

COLUMNS = {
    "subject_label": "subject_label",
    "subject_unit": "unit",
    "subject_key": "key",
    "predicate_id": "predicate",
    "predicate_modifier": "modifier",
    "object_id": "object_id",
    "mapping_justification": "justification",
    "confidence": "confidence",
    "author_label": "author",
    "mapping_date": "date",
    "comment": "comment",
    "batch": "batch",
    "row_id": "row_id",
    "undoes": "undoes",
}
"""From the columns of the file to the fields of a decision."""

REQUIRED = ("subject_label", "predicate_id", "object_id", "author_label", "mapping_date")
_VERDICTS: Mapping[str, Verdict] = {
    "skos:exactMatch": "same",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broader",
    "skos:narrowMatch": "narrower",
}
_PREDICATES = {verdict: predicate for predicate, verdict in _VERDICTS.items()}
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_SURE = 0.5  # a decision with less confidence says that the person is unsure


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What one person said about one name."""

    subject_label: str = ""
    """The wording as printed."""
    unit: str = ""
    predicate: str = "skos:exactMatch"
    modifier: str = ""
    """`Not`: it is not the object."""
    object_id: str = ""
    """Id of an entry, NO_TERM for “new”, NOT_AN_INDICATOR, or empty for “cannot say”."""
    confidence: float | None = None
    """0 to 1; None where the person gave none and is sure."""
    author: str
    date: str
    """`2026-03-02`."""
    comment: str = ""
    batch: str = ""
    """What was decided together (a workbook) and can be undone together."""
    row_id: str = ""
    undoes: str = ""
    """The batch that this row undoes; nothing else stands in such a row."""

    @property
    def key(self) -> str:
        """What is decided about: see subject_key."""
        return subject_key(self.subject_label, self.unit or None) if self.subject_label else ""

    @property
    def verdict(self) -> Verdict:
        """The decision in one word."""
        if self.undoes:
            return "undo"
        if not self.object_id or (self.confidence is not None and self.confidence < _SURE):
            return "unsure"
        if self.modifier:
            return "not"
        special: Mapping[str, Verdict] = {NO_TERM: "new", NOT_AN_INDICATOR: "none"}
        return special.get(self.object_id) or _VERDICTS[self.predicate]


@lru_cache(maxsize=65536)
def subject_key(name: str, unit: str | None = None) -> str:
    """What identifies a name in decisions and in the ledger: its folded wording and its slots.

    The same for trivial respellings; another for another measure, population, share or bracket.

    >>> subject_key("Tỉ lệ hồ sơ TTHC được số hoá", "%") == subject_key("Tỷ lệ hồ sơ thủ tục hành chính được số hóa")
    True
    """
    wordings = read_wordings(name, unit)
    if not wordings:
        return f"= {bare(name)} | {fold(unit or '')}"
    slots = wordings[0].slots
    said = " ".join(f"{slot}={'+'.join(sorted(slots[slot]))}" for slot in sorted(slots))
    text = " ".join(content_words(name_words(_BRACKETS.sub(" ", name))))
    return " | ".join(part for part in (text, said, *_asides(name, text)) if part)


def subject_unit(unit: str | None, target_units: Iterable[str | None]) -> str | None:
    """The unit that belongs to an indicator's name: its own, without one that on which its targets agree."""
    if unit is not None:
        return unit
    units = {found for found in target_units if found}
    return units.pop() if len(units) == 1 else None


def _asides(name: str, text: str) -> list[str]:
    """What brackets say beyond the name: nothing in `thủ tục hành chính (TTHC)`, much in `tài khoản (VNeID)`."""
    said = [wording.text for inner in _BRACKETS.findall(name) for wording in read_wordings(inner)]
    return [aside for aside in said if aside not in text]


def with_choice(decision: Decision, verdict: Verdict, object_id: str = "") -> Decision:
    """The decision with what was chosen from a list: `same` and an entry, `not` and an entry, `new`, `none`, `unsure`.

    Raises ValueError for `undo`, and where an entry is missing or too much.
    """
    if verdict == "undo" or bool(object_id) != (verdict in _PREDICATES or verdict == "not"):
        raise ValueError(f"{verdict!r} with the entry {object_id!r}")
    special = {"new": NO_TERM, "none": NOT_AN_INDICATOR}
    return msgspec.structs.replace(
        decision,
        predicate=_PREDICATES.get(verdict, "skos:exactMatch"),
        modifier="Not" if verdict == "not" else "",
        object_id=object_id or special.get(verdict, ""),
    )


def decision_fault(line: Line) -> str | None:
    """What is wrong with a row of the file; None where nothing is."""
    cell = {name: line.cells.get(name, "") for name in COLUMNS}
    if not cell["author_label"]:
        return "no author"
    if not _is_date(cell["mapping_date"]):
        return f"no date of the form 2026-03-02: {cell['mapping_date']!r}"
    if cell["undoes"]:
        return None
    if not cell["subject_label"]:
        return "no subject_label"
    if cell["predicate_id"] not in _VERDICTS:
        return f"no predicate {cell['predicate_id']!r}; there are: {', '.join(_VERDICTS)}"
    if cell["predicate_modifier"] not in ("", "Not"):
        return f"no modifier {cell['predicate_modifier']!r}; there is: Not"
    if cell["predicate_modifier"] and (cell["predicate_id"] != "skos:exactMatch" or not cell["object_id"]):
        return "Not stands only before skos:exactMatch and an entry"
    if not _is_confidence(cell["confidence"]):
        return f"no confidence from 0 to 1: {cell['confidence']!r}"
    return None


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_confidence(text: str) -> bool:
    try:
        return not text or 0 <= float(text) <= 1
    except ValueError:
        return False


def line_to_decision(line: Line) -> Decision:
    """The decision of a row without fault."""
    fields = {field: line.cells.get(column, "") for column, field in COLUMNS.items()}
    said: dict[str, str | float] = {name: fields[name] for name in Decision.__struct_fields__ if fields.get(name)}
    if "confidence" in said:
        said["confidence"] = float(said["confidence"])
    return msgspec.convert(said, Decision)


def decision_to_cells(decision: Decision) -> dict[str, str]:
    """Its cells by column; the key and the justification are for people and programs that read the file alone."""
    fields = {name: getattr(decision, name) for name in Decision.__struct_fields__}
    undo = bool(decision.undoes)
    fields |= {
        "key": decision.key,
        "justification": "" if undo else "semapv:ManualMappingCuration",
        "predicate": "" if undo else decision.predicate,
        "confidence": "" if decision.confidence is None else str(decision.confidence),
    }
    return {column: tidy(fields[field]) for column, field in COLUMNS.items()}


vocabulary.on_change(subject_key.cache_clear)
