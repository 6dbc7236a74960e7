"""The command that writes a corpus for spaCy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from kehoach.commands.shared import say

__all__ = ["spacy_export_command"]


def spacy_export_command(
    outputs: Annotated[Path, typer.Argument(metavar="OUTPUTS", help="Folder with the tables of a run.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The corpus, such as corpus.spacy.")],
) -> None:
    """Write the paragraphs of a run with their agencies, citations, deadlines, indicators and quantities for spaCy.

    A DocBin: every span in doc.spans["kehoach"], those that do not overlap in doc.ents, the place in doc.user_data.
    The program found them, nobody checked them: a draft for annotators, no gold.
    """
    from kehoach.publish.corpus import export_corpus  # noqa: PLC0415

    corpus = export_corpus(outputs, out)
    say(f"paragraphs: {corpus.paragraphs}; spans: {_counts(corpus.spans)}; in doc.ents: {_counts(corpus.entities)}")
    if corpus.unaligned:
        say(f"left out, for they begin or end within a token: {_counts(corpus.unaligned)}")


def _counts(by_label: Mapping[str, int]) -> str:
    return ", ".join(f"{label} {by_label[label]}" for label in sorted(by_label)) or "none"
