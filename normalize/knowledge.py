"""What matching knows: the catalogue, the decisions of people, the ids kept for proposed entries.

knowledge = load_knowledge(Path("kehoach-workspace"))      # or None: what is shipped
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.catalogue import load_catalogue
from kehoach.normalize.decisions import EMPTY_BOOK, DecisionBook, load_decisions
from kehoach.normalize.labels import LabelIndex
from kehoach.normalize.ledger import EMPTY_LEDGER, Ledger, load_ledger
from kehoach.schemas.records import Canonical

__all__ = ["Knowledge", "index_of", "load_knowledge"]


class Knowledge(NamedTuple):
    """The inputs of matching beside the names."""

    catalogue: Sequence[Canonical]
    book: DecisionBook = EMPTY_BOOK
    ledger: Ledger = EMPTY_LEDGER

    def entry(self, canonical_id: str) -> Canonical | None:
        """An entry of the catalogue or one proposed in an earlier run; None for an unknown id."""
        found = next((entry for entry in self.catalogue if entry.canonical_id == canonical_id), None)
        return found or self.ledger.entry(canonical_id)


def load_knowledge(workspace: Path | None = None) -> Knowledge:
    """The catalogue, decisions and ids of the workspace in use (see use_workspace), or of the one given, which must be
    that; without one what is shipped.

    Raises ValueError with the faults of a file of the workspace.
    """
    workspace = workspace or vocabulary.workspace_in_use()
    return Knowledge(load_catalogue(), load_decisions(workspace), load_ledger(workspace))


def index_of(knowledge: Knowledge) -> LabelIndex:
    """The labels of the catalogue with what the decisions teach."""
    taught = knowledge.book.aliases() if knowledge.book.decided else {}
    if knowledge.catalogue is load_catalogue() and not taught:
        return _shipped_index()
    return LabelIndex(knowledge.catalogue, taught)


@cache
def _shipped_index() -> LabelIndex:
    return LabelIndex(load_catalogue())


vocabulary.on_change(_shipped_index.cache_clear)
