"""The parts of a Word file: the document, styles, numbering, notes, headers and footers."""

from __future__ import annotations

import posixpath

import msgspec

from kehoach.extract.readers.docx.xml import Element, attribute, children, name_of
from kehoach.extract.readers.unpack import Package, parse_xml
from kehoach.schemas.errors import NotReadable

__all__ = ["Parts", "read_parts"]

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN = "word/document.xml"
# Strict OOXML has its own names for the same things
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)


class Parts(msgspec.Struct):
    """The roots of the parts that hold text or say how it looks; `notes` by `footnote`/`endnote` and id."""

    body: Element
    styles: Element | None = None
    numbering: Element | None = None
    notes: dict[tuple[str, str], Element] = {}
    margins: list[tuple[str, Element]] = []
    """Headers and footers in the order of their names, each with `header` or `footer`."""


def read_parts(package: Package) -> Parts:
    """The parts of a Word file. Raises NotReadable where it is no Word file or a part of it is broken."""
    main = _main_part(package)
    root = _parse(package, main)
    body = next((node for node in root if name_of(node) == "w:body"), None)
    if body is None:
        raise NotReadable("no Word file: it has no body")
    parts = Parts(body)
    for kind, target in _relations(package, main):
        if kind in ("styles", "numbering"):
            setattr(parts, kind, _parse(package, target))
        elif kind in ("footnotes", "endnotes"):
            parts.notes |= _notes(kind[:-1], _parse(package, target))
        elif kind in ("header", "footer"):
            parts.margins.append((kind, _parse(package, target)))
    return parts


def _main_part(package: Package) -> str:
    for kind, target in _relations(package, ""):
        if kind == "officeDocument":
            return target
    if _MAIN not in package:
        raise NotReadable("no Word file: the package holds no document")
    return _MAIN


def _relations(package: Package, source: str) -> list[tuple[str, str]]:
    """Kind and name of each part that a part refers to, sorted by name; "" is the package itself."""
    folder, name = posixpath.split(source)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in package:
        return []
    found = []
    for node in parse_xml(package[path], path).iter(_RELATIONS):
        target = posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/")
        if node.get("TargetMode") != "External" and target in package:
            found.append((str(node.get("Type", "")).rpartition("/")[2], target))
    return sorted(found, key=lambda each: (len(each[1]), each[1]))


def _parse(package: Package, name: str) -> Element:
    data = package[name]
    if b"purl.oclc.org" in data:
        for strict, common in _STRICT:
            data = data.replace(strict, common)
    return parse_xml(data, name)


def _notes(kind: str, root: Element) -> dict[tuple[str, str], Element]:
    """The notes themselves, without the lines that part them from the text."""
    return {
        (kind, attribute(note, "w:id") or ""): note
        for note in children(root, f"w:{kind}")
        if attribute(note, "w:type") in (None, "normal")
    }
