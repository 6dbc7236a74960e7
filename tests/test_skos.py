"""The catalogue as SKOS, read back by rdflib."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

from kehoach.normalize.catalogue import read_entries
from kehoach.publish.skos import CONCEPTS, TERMS, catalogue_turtle
from kehoach.schemas.records import Canonical


def test_every_entry_comes_back() -> None:
    entries = read_entries()
    graph = Graph().parse(data=catalogue_turtle(entries), format="turtle")
    assert set(graph.subjects(RDF.type, SKOS.Concept)) == {URIRef(CONCEPTS + one.canonical_id) for one in entries}
    for one in entries:
        concept = URIRef(CONCEPTS + one.canonical_id)
        assert Literal(one.name, lang="vi") in set(graph.objects(concept, SKOS.prefLabel))
        assert set(graph.objects(concept, SKOS.altLabel)) == {Literal(alias, lang="vi") for alias in one.aliases}
        assert set(graph.objects(concept, URIRef(f"{TERMS}excludes"))) == {Literal(term) for term in one.excludes}
        assert graph.value(concept, DCTERMS.source) == (Literal(one.basis) if one.basis else None)


def test_labels_that_need_quoting_and_a_redirect() -> None:
    odd = Canonical(canonical_id="odd", name='Tỷ lệ "ong" \\ dê', domain="khac", hidden=["ông"], broader="de")
    merged = msgspec.structs.replace(
        odd, canonical_id="old", name="Ong", status="replaced", replaced_by="odd", hidden=[]
    )
    graph = Graph().parse(data=catalogue_turtle([odd, merged]), format="turtle")
    concept, old = URIRef(f"{CONCEPTS}odd"), URIRef(f"{CONCEPTS}old")
    assert list(graph.objects(concept, SKOS.prefLabel)) == [Literal(odd.name, lang="vi")]
    assert list(graph.objects(concept, SKOS.hiddenLabel)) == [Literal("ông", lang="vi")]
    assert graph.value(concept, SKOS.broader) == URIRef(f"{CONCEPTS}de")
    assert (graph.value(old, DCTERMS.isReplacedBy), graph.value(old, OWL.deprecated)) == (concept, Literal(True))


def test_the_same_bytes_whatever_the_hashes() -> None:
    code = "from kehoach.cli import main; main(['catalogue', 'export'])"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
