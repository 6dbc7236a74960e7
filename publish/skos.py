"""The catalogue as SKOS, for other systems: one concept an entry, in Turtle by rdflib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kehoach.schemas.records import Canonical

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["CONCEPTS", "TERMS", "catalogue_graph", "catalogue_turtle"]

CONCEPTS = "urn:kehoach:indicator:"
"""In front of an entry's id: the URI of its concept."""
TERMS = "urn:kehoach:term:"
"""In front of the properties that SKOS lacks: unit, kind, population, denominator, requires, excludes, direction."""

_SCHEME = "urn:kehoach:catalogue"
_DOMAINS = "urn:kehoach:domain:"


def catalogue_turtle(entries: Sequence[Canonical]) -> str:
    """The graph of the entries as Turtle; the same entries give the same text."""
    return str(catalogue_graph(entries).serialize(format="turtle"))


def catalogue_graph(entries: Sequence[Canonical]) -> Graph:
    """A concept scheme with a concept for each entry, those replaced too, and a collection for each domain.

    Names are preferred labels in `vi` and `en`, aliases alternative labels, misprints hidden ones; the id is the
    notation, the legal basis `dcterms:source`; a merged entry is deprecated and `dcterms:isReplacedBy` the other.
    """
    from rdflib import Graph, Literal, URIRef  # noqa: PLC0415 - see kehoach --help
    from rdflib.namespace import DCTERMS, RDF, SKOS  # noqa: PLC0415

    graph = Graph()
    for prefix, uri in (("skos", SKOS), ("dcterms", DCTERMS), ("kh", TERMS)):
        graph.bind(prefix, uri)
    scheme = URIRef(_SCHEME)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal("Canonical indicators of Vietnamese plans", lang="en")))
    for entry in entries:
        concept, domain = URIRef(CONCEPTS + entry.canonical_id), URIRef(_DOMAINS + entry.domain)
        graph.add((concept, RDF.type, SKOS.Concept))
        graph.add((concept, SKOS.inScheme, scheme))
        graph.add((domain, RDF.type, SKOS.Collection))
        graph.add((domain, SKOS.member, concept))
        if not entry.broader:
            graph.add((concept, SKOS.topConceptOf, scheme))
        _add_labels(graph, entry)
        _add_properties(graph, entry)
    return graph


def _add_labels(graph: Graph, entry: Canonical) -> None:
    from rdflib import Literal, URIRef  # noqa: PLC0415
    from rdflib.namespace import SKOS  # noqa: PLC0415

    concept = URIRef(CONCEPTS + entry.canonical_id)
    labels = [(SKOS.prefLabel, entry.name)]
    labels += [(SKOS.altLabel, label) for label in entry.aliases] + [(SKOS.hiddenLabel, one) for one in entry.hidden]
    for property_, label in labels:
        graph.add((concept, property_, Literal(label, lang="vi")))
    if entry.name_en:
        graph.add((concept, SKOS.prefLabel, Literal(entry.name_en, lang="en")))
    graph.add((concept, SKOS.notation, Literal(entry.canonical_id)))


def _add_properties(graph: Graph, entry: Canonical) -> None:
    from rdflib import Literal, URIRef  # noqa: PLC0415
    from rdflib.namespace import DCTERMS, OWL, SKOS  # noqa: PLC0415

    concept = URIRef(CONCEPTS + entry.canonical_id)
    for name in ("unit", "kind", "population", "denominator", "requires", "excludes", "direction", "status"):
        value = getattr(entry, name)
        for one in value if isinstance(value, list) else [value]:
            if one:
                graph.add((concept, URIRef(TERMS + name), Literal(one)))
    if entry.basis:
        graph.add((concept, DCTERMS.source, Literal(entry.basis)))
    if entry.broader:
        graph.add((concept, SKOS.broader, URIRef(CONCEPTS + entry.broader)))
    if entry.replaced_by:
        graph.add((concept, DCTERMS.isReplacedBy, URIRef(CONCEPTS + entry.replaced_by)))
        graph.add((concept, OWL.deprecated, Literal(True)))
