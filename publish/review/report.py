"""What is printed of a review: what became of each row, where people contradict each other, how sure the machine is."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kehoach.normalize.audit import Judgement, Precision
from kehoach.normalize.corrections import Correction, standing
from kehoach.normalize.decisions import Decision
from kehoach.publish.review.answers import Kept
from kehoach.publish.review.apply import Applied, State
from kehoach.publish.review.names import distinct_names
from kehoach.publish.review.outputs import Outputs
from kehoach.publish.review.store import Store
from kehoach.publish.wording import Words

__all__ = ["applied_json", "applied_text", "conflicts_text", "precision_lines", "report_json", "report_text"]

_WITHOUT_ENTRY = ("new", "none", "unsure")
_STATES: tuple[State, ...] = ("taken", "stored", "refused")


def applied_text(applied: Applied, words: Words, dry_run: bool) -> str:
    """A line for each row in which a person wrote something, then the counts, the conflicts and the audit."""
    lines = [*applied.notes, *applied.faults]
    lines += [
        words(
            "report.row",
            sheet=one.sheet,
            row=one.row,
            state=words(f"report.{one.state}"),
            subject=_short(one.subject),
            what=one.what,
        )
        for one in applied.outcomes
    ]
    counts = _counts(applied)
    lines.append(words("report.counts", **counts, blank=applied.blank, gone=applied.gone))
    if dry_run:
        lines.append(words("report.dry"))
    elif applied.batch:
        lines.append(words("report.batch", batch=applied.batch))
    if conflicts := applied.store.conflicts():
        lines.append(words("report.conflicts", count=len(conflicts)))
    return "\n".join([*lines, *precision_lines(applied.store.precision(), words)])


def applied_json(applied: Applied, dry_run: bool) -> str:
    """The same as one JSON object."""
    found: dict[str, object] = {
        "rows": [one._asdict() for one in applied.outcomes],
        **_counts(applied),
        "blank": applied.blank,
        "gone": applied.gone,
        "faults": [*applied.notes, *applied.faults],
        "batch": "" if dry_run else applied.batch,
        "dry_run": dry_run,
        "conflicts": len(applied.store.conflicts()),
        "precision": applied.store.precision()._asdict(),
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _counts(applied: Applied) -> dict[str, int]:
    return {state: applied.count(state) for state in _STATES}


def precision_lines(found: Precision, words: Words) -> list[str]:
    """How many of the automatic matches are right, by the audit, and that it is the audit which says so."""
    aside = words("report.precision_note", unsure=found.unsure, contested=found.contested)
    if not found.judged:
        return [words("report.precision_none"), aside]
    shares = {"share": found.right / found.judged, "low": found.low, "high": found.high}
    told = {name: f"{100 * value:.1f} %" for name, value in shares.items()}
    return [words("report.precision", right=found.right, judged=found.judged, **told), aside]


def conflicts_text(store: Store, words: Words) -> str:
    """Each contradiction with what each person says: nobody wins before they agree."""
    conflicts = store.conflicts()
    return "\n".join(_conflict(rows) for rows in conflicts) if conflicts else words("report.no_conflicts")


def _conflict(rows: Sequence[Kept]) -> str:
    return "\n".join([_subject(rows[0]), *(f"  {_said(row)}" for row in rows)])


def _subject(row: Kept) -> str:
    if isinstance(row, Correction):
        plan = row.number or row.doc_id
        return " · ".join(filter(None, [plan, row.place, row.field, row.subject, repr(row.printed)]))
    entry = f" = {row.canonical_id}?" if isinstance(row, Judgement) else ""
    return row.subject_label + (f" ({row.unit})" if row.unit else "") + entry


def _said(row: Kept) -> str:
    if isinstance(row, Correction):
        parts = [f"{row.by}, {row.at}: {row.corrected}", row.note, row.batch]
    else:
        entry = f" {row.object_id}" if isinstance(row, Decision) and row.verdict not in _WITHOUT_ENTRY else ""
        parts = [f"{row.author}, {row.date}: {row.verdict}{entry}", row.comment, row.batch]
    return " · ".join(filter(None, parts))


def report_text(run: Outputs, store: Store, words: Words) -> str:
    """Where the review stands: what is decided, what is left, how many of the automatic matches are right."""
    found = _standing(run, store)
    return "\n".join(
        [
            words("report.queue", **found["queue"]),
            words("report.decisions", **found["decisions"]),
            *precision_lines(store.precision(), words),
        ]
    )


def report_json(run: Outputs, store: Store) -> str:
    """The same as one JSON object."""
    found = {**_standing(run, store), "precision": store.precision()._asdict()}
    return json.dumps(found, ensure_ascii=False, indent=2)


def _standing(run: Outputs, store: Store) -> dict[str, dict[str, int]]:
    asked = distinct_names(run, ("review", "new"))
    decided = [
        [one for one in book.decided.values() if one.verdict != "unsure"]
        for book in (store.names_book(), store.agencies_book())
    ]
    return {
        "queue": {
            "names": len(asked),
            "links": sum(len(one.mentions) for one in asked),
            "all": len(run.matches),
        },
        "decisions": {
            "names": len(decided[0]),
            "agencies": len(decided[1]),
            "values": len(standing(store.corrections)[0]),
            "conflicts": len(store.conflicts()),
        },
    }


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
