"""How Word sets a run: bold, capitals, hidden, and its font, through the styles that it hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kehoach.extract.readers.docx.xml import Element, attribute, child, children, is_on

__all__ = ["Look", "Styles"]

_DEEPEST = 20  # styles based on each other; more is a circle


class Look(NamedTuple):
    """How a run is set; `font` is that of its letters beyond ASCII, in which old fonts hide theirs."""

    bold: bool = False
    capitals: bool = False
    hidden: bool = False
    font: str | None = None


class Styles:
    """The styles of a file, resolved when they are asked for."""

    def __init__(self, root: Element | None) -> None:
        self._by_id = {attribute(node, "w:styleId") or "": node for node in children(root, "w:style")}
        standard = [node for node in self._by_id.values() if is_on_attribute(node, "w:default")]
        self._standard = next((node for node in standard if attribute(node, "w:type") == "paragraph"), None)
        self._defaults = child(root, "w:docDefaults", "w:rPrDefault", "w:rPr")
        self._of_style = lru_cache(maxsize=None)(self._look_of_style)

    def look(self, paragraph: Element, run: Element | None) -> Look:
        """How a run (its `w:rPr`) of a paragraph is set: by itself, by its style, by the paragraph's style."""
        look = self._of_style(attribute(child(paragraph, "w:pPr", "w:pStyle")), True)
        if run is None:
            return look
        named = attribute(child(run, "w:rStyle"))
        if named is not None:
            look = _over(look, self._chain(named, None))
        return _over(look, [run])

    def paragraph_properties(self, paragraph: Element) -> Iterator[Element]:
        """The `w:pPr` that count for a paragraph, its own first, then those of its styles."""
        own = child(paragraph, "w:pPr")
        if own is not None:
            yield own
        for style in self._lineage(attribute(child(own, "w:pStyle")), self._standard):
            properties = child(style, "w:pPr")
            if properties is not None:
                yield properties

    def style(self, name: str | None) -> Element | None:
        """The style of this id."""
        return self._by_id.get(name or "")

    def _look_of_style(self, name: str | None, standard: bool) -> Look:
        defaults = [self._defaults] if self._defaults is not None else []
        return _over(Look(), [*defaults, *self._chain(name, self._standard if standard else None)])

    def _chain(self, name: str | None, otherwise: Element | None) -> list[Element]:
        """The `w:rPr` of a style and of those that it is based on, the most general one first."""
        found = [child(style, "w:rPr") for style in self._lineage(name, otherwise)]
        return [properties for properties in reversed(found) if properties is not None]

    def _lineage(self, name: str | None, otherwise: Element | None) -> Iterator[Element]:
        style = self._by_id.get(name) if name else None
        style = otherwise if style is None else style
        for _ in range(_DEEPEST):
            if style is None:
                return
            yield style
            style = self._by_id.get(attribute(child(style, "w:basedOn")) or "")


def is_on_attribute(node: Element, name: str) -> bool:
    return attribute(node, name) in ("1", "true", "on")


def _over(look: Look, properties: list[Element]) -> Look:
    """The look with what these properties say put over it, one after the other."""
    for each in properties:
        bold, hidden = is_on(child(each, "w:b")), is_on(child(each, "w:vanish"))
        capitals = [is_on(child(each, name)) for name in ("w:caps", "w:smallCaps")]
        fonts = child(each, "w:rFonts")
        look = Look(
            look.bold if bold is None else bold,
            any(capitals) if any(on is not None for on in capitals) else look.capitals,
            look.hidden if hidden is None else hidden,
            _font(fonts) or look.font,
        )
    return look


def _font(fonts: Element | None) -> str | None:
    """The font for letters beyond ASCII; one that the theme names is of Unicode, whatever stands beside it."""
    if attribute(fonts, "w:hAnsiTheme") is not None:
        return "theme"
    return attribute(fonts, "w:hAnsi") or attribute(fonts, "w:ascii")
