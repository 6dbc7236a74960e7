"""Writes the paragraphs of a Word file down: its text with places, the lines of each paragraph, what is left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kehoach.extract.blocks import Break, DropReason, Source, Text, join
from kehoach.extract.places import Anchor
from kehoach.extract.readers.content import SourceBuilder
from kehoach.extract.readers.docx.fields import Fields
from kehoach.extract.readers.docx.numbering import Numbering
from kehoach.extract.readers.docx.package import Parts
from kehoach.extract.readers.docx.runs import SOFT_HYPHEN, Content, Span, read_runs
from kehoach.extract.readers.docx.styles import Styles
from kehoach.extract.readers.docx.xml import Element, child, children, descendants, is_on
from kehoach.extract.readers.old_fonts import OldFonts, font_encoding

__all__ = ["Line", "Writer"]

Line = Text | Break
"""A line of a paragraph, or a page break within it."""

_BREAKS = re.compile("([\n\f])")
_BULLETS = "-–—+* "
_BLANKS = str.maketrans(dict.fromkeys("\xa0\u1680\u202f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "))
_INVISIBLE = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f{SOFT_HYPHEN}\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_AS_D = str.maketrans("ÐðƉ", "ĐđĐ")  # letters that only look like Đ


class Writer:
    """Collects the text of a file; paragraphs are given to it in the order in which they are read."""

    def __init__(self, parts: Parts) -> None:
        self.styles = Styles(parts.styles)
        self.numbering = Numbering(parts.numbering, self.styles)
        self.fields = Fields(parts.body)
        self.boxes: list[Element] = []
        """The text boxes of the last paragraph."""
        self.notes: list[tuple[str, str]] = []
        """The notes that the text refers to so far, in order, by kind and id."""
        self._fonts = _old_fonts(parts.body, self.styles)
        self._builder = SourceBuilder()
        self._dropped: list[tuple[Text, DropReason]] = []
        self._carried: list[Span] = []  # of a paragraph whose end was deleted: it goes on with the next one

    def paragraph(self, node: Element, path: str, reason: DropReason | None = None) -> list[Line]:
        """The lines of a paragraph; none for an empty one. `reason`: why all of it is left out, None if it is not."""
        content = read_runs(node, self.styles, self.fields, reason)
        self.boxes = content.boxes
        if reason is None:
            self.notes += content.notes
        ended = is_on(child(node, "w:pPr", "w:rPr", "w:del")) is None
        spans = [*self._carried, *([] if reason or not ended else self._label(node, content)), *content.spans]
        self._carried = [] if ended else spans
        return self._write(spans, path) if ended else []

    def end(self, path: str) -> list[Line]:
        """The lines of a paragraph that should go on and does not: a table follows, or nothing."""
        spans, self._carried = self._carried, []
        return self._write(spans, path)

    def part_cells(self) -> None:
        """Set a tab after a cell, so that words of two cells are not read as one phrase."""
        self._builder.separate("\t")

    def source(self) -> Source:
        """The source of all that was written."""
        source = self._builder.source()
        for text, reason in self._dropped:
            source.drop(text, reason)
        return source

    def _label(self, node: Element, content: Content) -> list[Span]:
        """The number that Word prints before a paragraph; no bullet before an empty one."""
        label = self.numbering.label(node)
        shown = [span for span in content.spans if span.reason is None and span.text.strip()]
        hidden = not shown and any(span.text.strip() for span in content.spans)
        if not label or hidden or (not shown and not label.strip(_BULLETS)):
            return []
        return [Span(label, shown[0].bold if shown else False)]

    def _write(self, spans: Sequence[Span], path: str) -> list[Line]:
        lines: list[Line] = []
        parts: list[Text] = []
        bold = False
        for span in _tidy([_in_unicode(span, self._fonts) for span in spans]):
            bold = span.bold or (bold and not any(map(str.isalnum, span.text)))  # a colon after a bold word
            for piece in _BREAKS.split(span.text):
                if piece not in ("\n", "\f"):
                    text = self._builder.add(piece, Anchor(0, path=path), bold=bold)
                    if span.reason is None:
                        parts.append(text)
                    else:
                        self._dropped.append((text, span.reason))
                    continue
                self._builder.separate()
                if span.reason is None:
                    lines += [join(parts, ""), *([Break()] if piece == "\f" else [])]
                    parts = []
        self._builder.separate()
        return [line for line in (*lines, join(parts, "")) if isinstance(line, Break) or line.value.strip()]


def _old_fonts(body: Element, styles: Styles) -> OldFonts:
    """What the words say that stand in no old font by its name: a font may have been changed later."""
    fonts = OldFonts.of(text.text or "" for text in descendants(body, "w:t"))
    if fonts.encoding is None:
        return fonts
    unnamed = []
    for paragraph in descendants(body, "w:p"):
        for run in descendants(paragraph, "w:r"):
            if font_encoding(styles.look(paragraph, child(run, "w:rPr")).font) is None:
                unnamed += [text.text or "" for text in children(run, "w:t")]
    return OldFonts.of(unnamed)


def _in_unicode(span: Span, fonts: OldFonts) -> Span:
    text = fonts.convert(span.text, span.font)
    return span._replace(text=text.upper() if span.capitals else text)


def _tidy(spans: Sequence[Span]) -> list[Span]:
    """Letters of Unicode NFC, plain spaces, nothing that none sees; a mark goes to the letter that it stands on."""
    tidied: list[Span] = []
    for span in spans:
        text = _INVISIBLE.sub("", span.text.translate(_BLANKS)).translate(_AS_D)
        while text and unicodedata.combining(text[0]) and tidied:
            tidied[-1] = tidied[-1]._replace(text=unicodedata.normalize("NFC", tidied[-1].text + text[0]))
            text = text[1:]
        if text:
            tidied.append(span._replace(text=unicodedata.normalize("NFC", text)))
    return tidied
