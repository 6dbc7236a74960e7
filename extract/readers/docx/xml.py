"""Names, attributes and wrappers in the XML of Word files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

__all__ = [
    "Element",
    "alternative",
    "attribute",
    "child",
    "children",
    "descendants",
    "first",
    "is_on",
    "name_of",
    "number",
    "unwrapped",
]

Element = Any  # lxml ships no types
"""An element of lxml."""

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PREFIXES = {
    _WORD: "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "urn:schemas-microsoft-com:vml": "v",
}
_NAMESPACES = {prefix: uri for uri, prefix in _PREFIXES.items()}
# These only stand around what they hold; `w:ins` and `w:moveTo` hold what was put in.
_WRAPPERS = frozenset(
    ["w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo", "w:hyperlink", "w:fldSimple", "w:bdo",
     "w:dir"]
)  # fmt: skip


def name_of(node: Element) -> str:
    """`w:p`, `m:t`; "" for a comment and for what belongs to no known namespace."""
    tag = node.tag
    return _short(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _short(tag: str) -> str:
    uri, _, local = tag[1:].partition("}")
    prefix = _PREFIXES.get(uri)
    return f"{prefix}:{local}" if prefix else ""


@cache
def _qualified(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def child(node: Element | None, *path: str) -> Element | None:
    """The first child of this name, of that the first child of the next name …; None where one is missing."""
    for name in path:
        node = next(node.iterchildren(_qualified(name)), None) if node is not None else None
    return node


def children(node: Element | None, name: str) -> list[Element]:
    """The children of this name."""
    return list(node.iterchildren(_qualified(name))) if node is not None else []


def descendants(node: Element | None, *names: str) -> Iterator[Element]:
    """All that a node holds, at any depth, of one of these names."""
    return iter(()) if node is None else iter(node.iter(*map(_qualified, names)))


def first(node: Element, *names: str) -> Element | None:
    """The first descendant of one of these names."""
    return next(descendants(node, *names), None)


def attribute(node: Element | None, name: str = "w:val") -> str | None:
    """An attribute's value; None where it, or the element, is not there."""
    value = node.get(_qualified(name)) if node is not None else None
    return None if value is None else str(value)


def number(node: Element | None, name: str = "w:val", default: int = 0) -> int:
    """An attribute's whole number; the default for one that is missing or no number."""
    try:
        return int(float(attribute(node, name) or ""))
    except (ValueError, OverflowError):
        return default


def is_on(node: Element | None) -> bool | None:
    """What `<w:b/>`, `<w:b w:val="0"/>` say; None for no element."""
    if node is None:
        return None
    return attribute(node) not in ("0", "false", "off", "none")


def unwrapped(node: Element) -> Iterator[Element]:
    """The children of a node, and in the place of a wrapper (content control, hyperlink, insertion) what it holds."""
    for inner in node:
        name = name_of(inner)
        if name in _WRAPPERS:
            yield from unwrapped(inner)
        elif name == "mc:AlternateContent":
            chosen = alternative(inner)
            if chosen is not None:
                yield from unwrapped(chosen)
        else:
            yield inner


def alternative(node: Element) -> Element | None:
    """Of the two forms of one content the one to read: the newer one, else the one for older programs."""
    choice = child(node, "mc:Choice")
    if choice is not None and first(choice, "w:t", "w:sym", "m:t") is not None:
        return choice
    fallback = child(node, "mc:Fallback")
    return choice if fallback is None else fallback
