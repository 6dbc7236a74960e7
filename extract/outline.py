"""The heading tree: numbered paragraphs by their markers, and what stands under each.

Only the numbering counts; Markdown's heading marks lie about levels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import msgspec

from kehoach.extract.blocks import EMPTY, Block, Grid, Paragraph, Text
from kehoach.extract.markers import SECTION_KINDS, Marker, marker_of
from kehoach.normalize import vocabulary
from kehoach.normalize.agencies import looks_like_agency
from kehoach.normalize.text import bare, fold


class Item(msgspec.Struct):
    """A paragraph under a heading: a list item (`(1)`, `-`) or plain text (`marker` None)."""

    text: Text
    marker: Marker | None = None

    def content(self) -> Text:
        """The text without its marker."""
        return self.text.slice(self.marker.end) if self.marker else self.text


class Node(msgspec.Struct):
    """A heading or numbered paragraph with what stands under it; the root of a part has no marker."""

    paragraph: Text = EMPTY
    marker: Marker | None = None
    level: int = 0
    parent: Node | None = None
    title: Text | None = None
    text: Text | None = None  # what stands in the same paragraph as the marker and is no title
    items: list[Item] = []
    grids: list[Grid] = []
    bold: bool = False
    has_children: bool = False

    def path(self) -> list[Node]:
        """The enclosing headings, outermost first, this node last; without the root."""
        nodes: list[Node] = []
        node: Node | None = self
        while node is not None and node.marker is not None:
            nodes.append(node)
            node = node.parent
        return nodes[::-1]


def read_outline(blocks: Sequence[Block]) -> list[Node]:
    """The nodes of one part of a document in reading order; the first one is the root, for text before any heading."""
    markers = _mend([_section_marker(block) for block in blocks])
    ranks = _ranks([marker for marker in markers if marker])
    root = Node()
    nodes, stack = [root], [(-1, root)]
    for block, marker in zip(blocks, markers, strict=True):
        if marker is not None:
            node = _open(block, marker, stack, ranks)
            nodes.append(node)
        elif isinstance(block, Paragraph):
            nodes[-1].items.append(Item(block.text, marker_of(block.text.value)))
        elif isinstance(block, Grid):
            nodes[-1].grids.append(block)
    for node in nodes[1:]:
        if node.marker and node.marker.kind in ("part", "chapter") and not node.text:
            _take_title_below(node)
        else:
            _tell_title(node)
    return nodes


def _take_title_below(node: Node) -> None:
    """`PHẦN THỨ NHẤT` / `MỤC TIÊU`: the title stands on the line under the marker."""
    node.text = None
    if node.items and node.items[0].marker is None and len(node.items[0].text) < _LONG_TITLE:
        node.title = node.items.pop(0).text


def _section_marker(block: Block) -> Marker | None:
    if not isinstance(block, Paragraph):
        return None
    marker = marker_of(block.text.value)
    return marker if marker is not None and marker.kind in SECTION_KINDS else None


def _mend(markers: list[Marker | None]) -> list[Marker | None]:
    """`1.1 Heading` over `1.1`, `1.2` … with `2` after them is a misprinted `1`: it takes its level, not its label."""
    mended = list(markers)
    places = [at for at, marker in enumerate(markers) if marker is not None]
    for at, below in pairwise(places):
        marker, following = markers[at], markers[below]
        if marker and following and marker.kind == "arabic" and marker.depth == 2 and marker.label == following.label:
            parent = marker.label.split(".")[0]
            later = {m.label for m in markers[below:] if m}
            earlier = {m.label for m in _since_higher(markers[:at])}
            if str(int(parent) + 1) in later and parent not in earlier:
                mended[at] = marker._replace(depth=1)
    return mended


def _since_higher(markers: Sequence[Marker | None]) -> list[Marker]:
    """The markers back to the last one of a higher kind (`III.`)."""
    found: list[Marker] = []
    for marker in reversed(markers):
        if marker is not None:
            if marker.kind in ("part", "chapter", "article", "roman", "upper"):
                break
            found.append(marker)
    return found


def _open(block: Block, marker: Marker, stack: list[tuple[int, Node]], ranks: dict[str, int]) -> Node:
    """Make the node of a numbered paragraph and put it on the stack of open ones."""
    assert isinstance(block, Paragraph)
    rank = ranks[marker.kind] + (marker.depth - 1 if marker.kind == "arabic" else 0)
    while stack[-1][0] >= rank:
        stack.pop()
    above, parent = stack[-1]
    missing = 0
    if marker.kind == "arabic" and marker.depth > 1 and ranks["has single"]:
        # `1.1` straight under `I` where the plan numbers `1` under `I` elsewhere: the `1` between is missing
        missing = rank - max(above, ranks["arabic"] - 1) - 1
    node = Node(
        paragraph=block.text,
        marker=marker,
        level=parent.level + 1 + missing,
        parent=parent,
        bold=block.bold,
        text=block.text.slice(marker.end),
    )
    parent.has_children = True
    stack.append((rank, node))
    return node


def _ranks(markers: Sequence[Marker]) -> dict[str, int]:
    """How deep each kind of marker stands; `A` over `I` or `I` over `A`, whichever this plan uses first."""
    kinds = [marker.kind for marker in markers]
    upper_first = "upper" in kinds and ("roman" not in kinds or kinds.index("upper") < kinds.index("roman"))
    order = ["part", "chapter", "article", *(("upper", "roman") if upper_first else ("roman", "upper")), "arabic"]
    ranks: dict[str, int] = {kind: at for at, kind in enumerate(order)}
    ranks["letter"] = 40
    ranks["has single"] = int(any(marker.kind == "arabic" and marker.depth == 1 for marker in markers))
    return ranks


_COLON = re.compile(r"\s*:\s*")
_END_OF_SENTENCE = re.compile(r"[.;](?:/\.)?[”\")]*$")
_ANNOUNCES = ("gồm", "bao gồm", "như sau", "sau", "trong đó", "cụ thể", "như", "là", "sau đây")
_LIST = re.compile(r"\b(?:các|những|một số|theo)\b")  # "Thực hiện các nhiệm vụ: …"
_LONGEST_LABEL, _LONGEST_LABEL_OF_LIST = 16, 8  # words; after a long one with a small letter a sentence goes on
_FEW_WORDS = 6
_SHORT_TITLE, _LONG_TITLE = 160, 420  # characters: headings of plans run over three lines, sentences over more


def _tell_title(node: Node) -> None:
    """Divide what stands after the marker into a title and a text."""
    text = node.text or EMPTY
    colon = _COLON.search(text.value)
    inside = colon is not None and colon.start() <= _SHORT_TITLE and colon.end() < len(text)
    if colon and inside and _is_label(text, colon):
        node.title, node.text = text.slice(0, colon.start()).strip(), text.slice(colon.end())
        return
    beneath = bool(node.items or node.grids or node.has_children)
    marked = node.bold and len(text) < _LONG_TITLE and not _END_OF_SENTENCE.search(text.value)
    if (beneath and _is_title(node, text.value)) or (marked and not inside) or text.value.isupper():
        node.title, node.text = text.strip(" :"), None


def _is_title(node: Node, value: str) -> bool:
    if value.isupper():
        return True
    if node.has_children:
        return len(value) < _LONG_TITLE and (node.bold or value.count(". ") == 0)
    if node.bold and len(value) < _LONG_TITLE:
        return ". " not in value
    noun = ";" not in value or not _starts_with_verb(value)
    # `II. Chỉ tiêu.` over a table: few words behind a Roman number are a heading, a full stop or none
    closed = _END_OF_SENTENCE.search(value) and not (_is_roman(node) and len(value.split()) <= _FEW_WORDS)
    return not closed and len(value) < _SHORT_TITLE and noun


def _is_roman(node: Node) -> bool:
    return node.marker is not None and node.marker.kind == "roman"


def _is_label(text: Text, colon: re.Match[str]) -> bool:
    """`Mục tiêu: Số liệu …`, `Văn phòng Đảng ủy: Theo dõi …`, `Phát triển hạ tầng: ưu tiên …` are labels.

    None are `Đề nghị các cơ quan: Công an, …` and `Triển khai, thực hiện: Đề án …`: a verb without an object of its
    own, or one that announces a list. Markup that ends at the colon makes a label of anything.
    """
    label = text.value[: colon.start()]
    key = bare(label)
    cuts = {at for at, _, _ in text.pieces}
    if "." in label.rstrip(".") or label.count("(") != label.count(")"):
        return False
    if {colon.start(), colon.end(), colon.start() + len(colon[0].rstrip())} & cuts or key in _heading_words():
        return True
    if key.startswith(_verbs("directive")):  # `Đề nghị Công an xã: Phối hợp …`; not `Đề nghị các cơ quan: Công an, …`
        return _starts_with_verb(text.value[colon.end() :][:40])
    small = text.value[colon.end()].islower()
    if key.endswith(_ANNOUNCES) or len(key.split()) > (_LONGEST_LABEL_OF_LIST if small else _LONGEST_LABEL):
        return looks_like_agency(label)
    return not _starts_with_verb(label) or not (_LIST.search(key) or _is_all_verbs(key))


@cache
def _heading_words() -> frozenset[str]:
    return frozenset(bare(row["heading"]) for row in vocabulary.rows("heading_words"))


@cache
def _verbs(kind: str = "") -> tuple[str, ...]:
    return tuple(fold(row["verb"]) + " " for row in vocabulary.rows("action_verbs") if kind in ("", row["kind"]))


vocabulary.on_change(_heading_words.cache_clear)
vocabulary.on_change(_verbs.cache_clear)


def _is_all_verbs(key: str) -> bool:
    """`triển khai, thực hiện`: nothing but verbs."""
    verbs = {verb.strip() for verb in _verbs()}
    return all(part.strip() in verbs for part in re.split(r", | và ", key))


def _starts_with_verb(label: str) -> bool:
    key = fold(label).replace(",", " ").replace("  ", " ") + " "
    return key.startswith(_verbs())
