"""Which plan of a run is meant: by doc_id, by number, or by commune."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kehoach.normalize.text import without_tones
from kehoach.publish.assigned import unit_of
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.records import Document

__all__ = ["Given", "choose", "given", "is_run"]

_MOST = 20  # plans to list where the choice fails


class Given(NamedTuple):
    """What a person gave for one side: a run or a plan's file, and which plan of the run."""

    path: Path
    plan: str


def given(text: str, plan: str) -> Given:
    """`outputs#0123abcd` is the plan 0123abcd of the run in outputs, unless there is a file of that name."""
    path = Path(text)
    if not plan and "#" in text and not path.exists():
        name, _, plan = text.rpartition("#")
        path = Path(name)
    return Given(path, plan)


def is_run(path: Path) -> bool:
    """Whether a folder holds the tables of a run."""
    return (path / "documents.parquet").is_file()


def choose(documents: Sequence[Document], text: str, folder: Path) -> Document:
    """The one plan with this doc_id (or its beginning), number, or commune; of a run with one plan that one where
    nothing is named. Raises InputMissing with the plans that there are.
    """
    found = [document for document in documents if not text or _is_meant(document, text)]
    if len(found) == 1:
        return found[0]
    why = f"{len(found)} plans" if found else "no plan"
    shown = [_line(document) for document in (found or documents)[:_MOST]]
    more = len(found or documents) - len(shown)
    lines = [f"{folder} holds {why}{f' {text!r}' if text else ''}; name one by doc_id, number or commune:", *shown]
    raise InputMissing("\n  ".join([*lines, *([f"… {more} more"] if more else [])]))


def _is_meant(document: Document, text: str) -> bool:
    wanted = _key(text)
    names = (document.number, unit_of(document), document.unit_name)
    return document.doc_id.startswith(text) or any(_key(name) == wanted for name in names if name)


def _key(text: str) -> str:
    return "".join(without_tones(text).split())


def _line(document: Document) -> str:
    return "  ".join(filter(None, [document.doc_id, document.number, unit_of(document), document.source]))
