"""The characters of a Word paragraph as a person sees them, and those that none sees with the reason."""

from __future__ import annotations

from typing import NamedTuple

from kehoach.extract.blocks import DropReason
from kehoach.extract.readers.docx.fields import Fields, form_field
from kehoach.extract.readers.docx.styles import Look, Styles
from kehoach.extract.readers.docx.symbol_fonts import from_symbol_font
from kehoach.extract.readers.docx.xml import Element, alternative, attribute, child, descendants, first, is_on, name_of

__all__ = ["SOFT_HYPHEN", "Content", "Span", "read_runs"]

SOFT_HYPHEN = "\xad"
_REASONS: dict[str, DropReason] = {"w:del": "deleted", "w:moveFrom": "deleted"}
_WRAPPERS = frozenset(
    ["w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:bdo", "w:dir", "w:sdtContent"]
)
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-", "w:softHyphen": SOFT_HYPHEN}
_NOTES = {"w:footnoteReference": "footnote", "w:endnoteReference": "endnote"}
_PAGE_BREAK = "\f"


class Span(NamedTuple):
    """Characters set alike; `\\n` a line break, `\\f` a page break. `reason`: why they are left out, if they are."""

    text: str
    bold: bool = False
    reason: DropReason | None = None
    font: str | None = None
    capitals: bool = False
    """Shown in capitals whatever was typed."""


class Content(NamedTuple):
    """What a paragraph holds: its spans, text boxes (`w:txbxContent`), notes by kind and id."""

    spans: list[Span]
    boxes: list[Element]
    notes: list[tuple[str, str]]


def read_runs(paragraph: Element, styles: Styles, fields: Fields, reason: DropReason | None = None) -> Content:
    """The content of a paragraph; `reason` is why all of it is left out (a deleted row, a header), None if not.

    `fields` goes on from paragraph to paragraph: a table of contents is one field over many of them.
    """
    reader = _Reader(paragraph, styles, fields)
    reader.read(paragraph, reason)
    fields.end_paragraph()
    return reader.content


class _Reader:
    def __init__(self, paragraph: Element, styles: Styles, fields: Fields) -> None:
        self.paragraph, self.styles, self.fields = paragraph, styles, fields
        self.content = Content([], [], [])

    def read(self, node: Element, reason: DropReason | None) -> None:
        """What stands in a paragraph, or in a wrapper within one."""
        for inner in node:
            name = name_of(inner)
            if name == "w:r":
                self.run(inner, reason)
            elif name in _WRAPPERS or name in _REASONS:
                self.read(inner, reason or _REASONS.get(name))
            elif name == "w:sdt":
                placeholder = is_on(child(inner, "w:sdtPr", "w:showingPlcHdr"))
                self.read(inner, reason or ("placeholder" if placeholder else None))
            elif name == "w:fldSimple":
                self.fields.open_simple(attribute(inner, "w:instr") or "")
                self.read(inner, reason)
                self.fields.close()
            elif name == "mc:AlternateContent":
                chosen = alternative(inner)
                if chosen is not None:
                    self.read(chosen, reason)
            elif name in ("m:oMath", "m:oMathPara"):
                self.add(_formula(inner), self.styles.look(self.paragraph, None), reason)

    def run(self, run: Element, reason: DropReason | None) -> None:
        look = self.styles.look(self.paragraph, child(run, "w:rPr"))
        reason = reason or ("hidden" if look.hidden else None)
        for inner in run:
            text = self.special(inner, reason) if name_of(inner) not in ("w:t", "w:delText") else inner.text or ""
            if text:
                self.add(from_symbol_font(text, look.font), look, reason)

    def special(self, node: Element, reason: DropReason | None) -> str:
        """What an element of a run prints that is no text: a tab, a tick box, a symbol; notes what hangs on it."""
        name = name_of(node)
        if name in _SIGNS:
            return _SIGNS[name]
        if name == "w:br":
            return _PAGE_BREAK if attribute(node, "w:type") == "page" else "\n"
        if name == "w:sym":
            return _symbol(node)
        if name == "w:fldChar":
            self.add(form_field(node), Look(), reason)  # before the field itself is open
            self.fields.mark(node)
            return ""
        if name == "w:instrText":
            self.fields.instruct(node.text or "")
        elif name in _NOTES and self.fields.shown and reason is None:
            self.content.notes.append((_NOTES[name], attribute(node, "w:id") or ""))
        elif name == "w:ruby":
            return "".join(text.text or "" for text in descendants(child(node, "w:rubyBase"), "w:t"))
        elif name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent"):
            self.content.boxes.extend(_boxes(node))
        return ""

    def add(self, text: str, look: Look, reason: DropReason | None) -> None:
        if not self.fields.shown or not text:
            return
        span = Span(text, look.bold, reason or self.fields.reason, look.font, look.capitals)
        spans = self.content.spans
        if spans and spans[-1][1:] == span[1:]:
            spans[-1] = span._replace(text=spans[-1].text + text)
        else:
            spans.append(span)


def _symbol(node: Element) -> str:
    code = attribute(node, "w:char") or ""
    try:
        return from_symbol_font(chr(int(code, 16)), attribute(node, "w:font"))
    except (ValueError, OverflowError):
        return ""


def _boxes(node: Element) -> list[Element]:
    """The text boxes of a drawing, of two forms of one drawing those of the one to read, none within another."""
    if name_of(node) == "mc:AlternateContent":
        chosen = alternative(node)
        return [] if chosen is None else _boxes(chosen)
    if name_of(node) == "w:txbxContent":
        return [node]
    return [box for inner in node for box in _boxes(inner)]


_SPLIT = {"m:f": ("m:num", "/", "m:den"), "m:sSup": ("m:e", "^", "m:sup"), "m:sSub": ("m:e", "_", "m:sub")}


def _formula(node: Element) -> str:
    """A formula in a line: `a/b`, `10^6`; what is set above or below is not to run together with what stands there."""
    name = name_of(node)
    if name in ("m:t", "w:t"):
        return node.text or ""
    if name in _SPLIT:
        upper, sign, lower = _SPLIT[name]
        return sign.join(_formula(part) for part in (child(node, upper), child(node, lower)) if part is not None)
    return "".join(_formula(inner) for inner in node if first(inner, "m:t", "w:t") is not None)
