"""Fields of Word: what they show is text, what they are told to do is none; a table of contents repeats the text."""

from __future__ import annotations

import msgspec

from kehoach.extract.blocks import DropReason
from kehoach.extract.readers.docx.xml import Element, attribute, child, children, descendants, is_on, number

__all__ = ["Fields", "form_field"]


class _Field(msgspec.Struct):
    """An open field: what it is told to do, and whether its result has begun."""

    order: str = ""
    result: bool = False


class Fields:
    """The fields that are open where one reads; they nest, and go on over paragraphs."""

    def __init__(self, body: Element) -> None:
        marks = [attribute(mark, "w:fldCharType") for mark in descendants(body, "w:fldChar")]
        self._balanced = marks.count("begin") == marks.count("end")
        self._open: list[_Field] = []

    @property
    def shown(self) -> bool:
        """Whether characters here are a text, and not the order of a field."""
        return all(field.result for field in self._open)

    @property
    def reason(self) -> DropReason | None:
        """`repeated-text` within a table of contents; not in a file that opens fields and never closes them."""
        contents = any(field.order.split()[:1] == ["TOC"] for field in self._open)
        return "repeated-text" if contents and self._balanced else None

    def mark(self, node: Element) -> None:
        """Take note of a field's begin, middle or end."""
        kind = attribute(node, "w:fldCharType")
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].result = True
        elif kind == "end":
            self.close()

    def instruct(self, order: str) -> None:
        """Add to what the field in hand is told to do."""
        if self._open and not self._open[-1].result:
            self._open[-1].order += order

    def open_simple(self, order: str) -> None:
        """Begin a field that is one element."""
        self._open.append(_Field(order, True))

    def close(self) -> None:
        """End the field in hand."""
        if self._open:
            self._open.pop()

    def end_paragraph(self) -> None:
        """Forget fields whose result never began: what follows them is text, not their order."""
        while not self.shown:
            self._open.pop()


def form_field(mark: Element) -> str:
    """What a form field shows that is no text of it: `☒`, the entry chosen; "" for any other mark of a field."""
    data = child(mark, "w:ffData")
    box, choice = child(data, "w:checkBox"), child(data, "w:ddList")
    if box is not None:
        ticked = is_on(child(box, "w:checked"))
        return "☒" if (is_on(child(box, "w:default")) if ticked is None else ticked) else "☐"
    if choice is not None:
        entries = [attribute(entry) or "" for entry in children(choice, "w:listEntry")]
        chosen = number(child(choice, "w:result"), default=number(child(choice, "w:default")))
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""
