"""Nodes of the outline to section records, and text that belongs to no heading to sections without a marker."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kehoach.extract.blocks import Source, Text, join
from kehoach.extract.outline import Node
from kehoach.schemas.records import Place, Section


class Draft(msgspec.Struct):
    """A section on its way to its id: where it starts, and the draft of the heading above it."""

    start: int
    section: Section
    parent: Draft | None = None


def place_fields(places: list[Place]) -> tuple[int | None, int | None, list[Place]]:
    """`line`, `page` and `places` of a record that stands at these places."""
    return (places[0].line, places[0].page, places) if places else (None, None, places)


def outline_sections(nodes: Sequence[Node], appendix: str | None, source: Source) -> list[Draft]:
    """A draft for each node; the root gives one only where text stands before the first heading."""
    drafts: dict[int, Draft] = {}
    for node in nodes:
        if node.marker is None:
            if node.items:
                drafts[id(node)] = loose_section([item.text for item in node.items], appendix, source)
            continue
        parent = drafts.get(id(node.parent)) if node.parent and node.parent.marker else None
        drafts[id(node)] = _draft(node, appendix, source, parent)
    return list(drafts.values())


def _draft(node: Node, appendix: str | None, source: Source, parent: Draft | None) -> Draft:
    assert node.marker is not None
    label = node.paragraph.slice(0, node.marker.end)
    source.keep_all(node.paragraph, label, *(part for part in (node.title, node.text) if part))
    texts = [part for part in (node.text, *(item.text for item in node.items)) if part]
    for item in node.items:
        source.keep(item.text)
    line, page, places = place_fields(source.places(node.paragraph))
    section = Section(
        section_id=0,
        level=node.level,
        marker=node.marker.label,
        title=node.title.value if node.title else None,
        text=join(texts, " ").value or None,
        appendix=appendix,
        line=line,
        page=page,
        places=places,
    )
    return Draft(node.paragraph.start(), section, parent)


def loose_section(texts: Sequence[Text], appendix: str | None, source: Source) -> Draft:
    """Text that belongs to no heading: marker "" and level 0."""
    whole = join(texts, " ")
    source.keep(whole)
    line, page, places = place_fields(source.places(whole))
    section = Section(
        section_id=0, level=0, marker="", text=whole.value, appendix=appendix, line=line, page=page, places=places
    )
    return Draft(whole.start(), section)


def number_sections(drafts: Sequence[Draft]) -> list[Section]:
    """The sections in document order, with their ids and those of their parents."""
    ordered = sorted(drafts, key=lambda draft: draft.start)
    for number, draft in enumerate(ordered):
        draft.section.section_id = number
    for draft in ordered:
        if draft.parent is not None:
            draft.section.parent_id = draft.parent.section.section_id
    return [draft.section for draft in ordered]
