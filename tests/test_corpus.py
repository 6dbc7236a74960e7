"""The corpus for spaCy: another program reads it and trains on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kehoach.cli import Exit
from kehoach.pipeline import run
from kehoach.publish.corpus import export_corpus, paragraphs_of
from tests.conftest import Command
from tests.corpus import SAMPLES

PLANS = ("word_numbered.docx", "tabs_one_page.txt", "arabic_top.txt", "pipes_html.md")
LABELS = {"AGENCY", "CITATION", "DEADLINE", "INDICATOR", "QUANTITY"}

READ = """
import json, sys
import spacy
from spacy.tokens import DocBin

nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}})
docs = DocBin(store_user_data=True).from_disk(sys.argv[1]).get_docs(nlp.vocab)
json.dump([
    {
        "text": doc.text,
        "spans": [[span.label_, span.text] for span in doc.spans["kehoach"]],
        "ents": [[span.label_, span.text] for span in doc.ents],
        **doc.user_data,
    }
    for doc in docs
], sys.stdout)
"""

TRAIN = """
import sys
import spacy
from spacy.tokens import DocBin
from spacy.training import Example
from spacy.util import fix_random_seed

fix_random_seed(0)
nlp = spacy.blank("xx")
docs = [doc for doc in DocBin().from_disk(sys.argv[1]).get_docs(nlp.vocab) if doc.spans["kehoach"]][:40]
again = [nlp.make_doc(doc.text) for doc in docs]
assert [[token.text for token in doc] for doc in again] == [[token.text for token in doc] for doc in docs]
examples = [Example(empty, doc) for empty, doc in zip(again, docs)]
nlp.add_pipe("spancat", config={"spans_key": "kehoach"})
nlp.add_pipe("ner")
optimizer = nlp.initialize(lambda: examples)
losses = [nlp.update(examples, sgd=optimizer, losses={}) for _ in range(30)]
assert losses[-1]["spancat"] < losses[0]["spancat"] / 10, losses
assert nlp.evaluate(examples)["ents_f"] > 0.3, nlp.evaluate(examples)
"""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of four samples."""
    folder = tmp_path_factory.mktemp("outputs")
    run([str(SAMPLES / name) for name in PLANS], folder)
    return folder


@pytest.fixture(scope="module")
def corpus(outputs: Path) -> Path:
    """The corpus of it."""
    file = outputs.parent / f"{outputs.name}.spacy"
    export_corpus(outputs, file)
    return file


def python(code: str, *args: object, seed: str = "0") -> str:
    """What another process prints that does as it is told and knows nothing of this package."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code, *map(str, args)]
    ended = subprocess.run(command, capture_output=True, env=environment, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def docs(corpus: Path) -> list[dict[str, Any]]:
    """The corpus as another program reads it."""
    found: list[dict[str, Any]] = json.loads(python(READ, corpus))
    return found


def test_texts_and_places_are_those_of_the_tables(docs: list[dict[str, Any]], outputs: Path) -> None:
    sections = pq.read_table(outputs / "sections.parquet").to_pylist()
    expected = {
        (row["doc_id"], row["section_id"], row["line"], row[field], field)
        for row in sections
        for field in ("title", "text")
        if row[field]
    }
    found = {
        (doc["doc_id"], doc["record"], doc["line"], doc["text"], doc["field"])
        for doc in docs
        if doc["table"] == "sections"
    }
    assert found == expected
    assert {doc["table"] for doc in docs} == {"sections", "indicators", "tasks"}


def test_every_paragraph_once(docs: list[dict[str, Any]], outputs: Path) -> None:
    keys = [(doc["doc_id"], doc["table"], doc["record"], doc["field"]) for doc in docs]
    assert len(set(keys)) == len(keys) == len(list(paragraphs_of(outputs)))


def test_what_the_spans_mark(docs: list[dict[str, Any]]) -> None:
    assert {label for doc in docs for label, _ in doc["spans"]} == LABELS
    for doc in docs:
        assert all(text in doc["text"] and text == text.strip() for _, text in doc["spans"])
        assert all(entity in doc["spans"] for entity in doc["ents"])
        if (doc["table"], doc["field"]) == ("indicators", "name"):
            assert ["INDICATOR", doc["text"]] in doc["spans"]


def test_cells_of_bodies_name_them(docs: list[dict[str, Any]], outputs: Path) -> None:
    rows = pq.read_table(outputs / "assignments.parquet").to_pylist()
    wanted = {(row["doc_id"], row["subject_id"], row["agency_raw"]) for row in rows if row["subject"] == "task"}
    marked = {
        (doc["doc_id"], doc["record"], text)
        for doc in docs
        if doc["field"] in ("lead_raw", "coordinating_raw")
        for label, text in doc["spans"]
        if label == "AGENCY"
    }
    assert len(wanted & marked) > 0.9 * len(wanted)


def test_numbers_of_a_date_count_nothing(docs: list[dict[str, Any]]) -> None:
    dates = [doc for doc in docs if doc["field"] == "deadline_raw" and ["DEADLINE", doc["text"]] in doc["spans"]]
    assert dates
    assert not [doc["text"] for doc in dates if any(label == "QUANTITY" for label, _ in doc["spans"])]


def test_same_bytes_whatever_the_order_of_sets(outputs: Path, corpus: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kehoach.publish.corpus import export_corpus;"
        "export_corpus(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    for seed in ("1", "2"):
        python(code, outputs, tmp_path / seed, seed=seed)
        assert (tmp_path / seed).read_bytes() == corpus.read_bytes()


def test_another_program_trains_on_it(corpus: Path) -> None:
    python(TRAIN, corpus)


def test_command_counts_what_it_wrote(
    kehoach: Command, outputs: Path, docs: list[dict[str, Any]], tmp_path: Path
) -> None:
    ended = kehoach("spacy-export", outputs, "-o", "corpus.spacy")
    assert ended.status == Exit.OK
    assert f"paragraphs: {len(docs)};" in ended.err
    for label in LABELS:
        count = sum(found == label for doc in docs for found, _ in doc["spans"])
        assert f"{label} {count}" in ended.err.split("in doc.ents")[0]
    assert not ended.out


def test_wrong_use(kehoach: Command, outputs: Path, tmp_path: Path) -> None:
    assert kehoach("spacy-export", tmp_path, "-o", "corpus.spacy").status == Exit.USAGE
    assert kehoach("spacy-export", outputs, "-o", "no/such/corpus.spacy").status == Exit.OUTPUT
    assert kehoach("spacy-export", outputs).status == Exit.USAGE
