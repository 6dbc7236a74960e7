"""The parts of a document: front matter, body, closing (recipients and signature), appendices.

The parts may stand in any order: the signature before the appendices or at the very end, a plan attached to a
decision after the decision's own signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from kehoach.extract.blocks import EMPTY, Block, Break, Grid, Paragraph, Source, Text, join
from kehoach.extract.grids.letterhead import is_layout, unfold
from kehoach.extract.markers import SECTION_KINDS, marker_of
from kehoach.normalize import vocabulary
from kehoach.normalize.text import UPPER, bare, fold


class Appendix(msgspec.Struct):
    """An appendix: its label as printed (`02`, `I`, "" for none), its title, notes (`(kèm theo …)`), content."""

    label: str | None
    heading: Text
    title: Text = EMPTY
    notes: list[Text] = []
    blocks: list[Block] = []


class Layout(msgspec.Struct):
    """The blocks of a document by the part they belong to."""

    front: list[Block] = []
    body: list[Block] = []
    closing: list[Block] = []
    captions: list[Block] = []  # the paragraphs that open the appendices
    appendices: list[Appendix] = []


# PHỤ LỤC 02 / Phụ lục số II: DANH MỤC … / PHỤ LỤC (kèm theo …) / Biểu số 01
_APPENDIX = re.compile(
    r"(?P<word>PH[ỤU] L[ỤU]C|[Pp]hụ lục|BIỂU(?: MẪU)?|Biểu(?: mẫu)?)(?P<so>\s+(?:số|SỐ))?\s*:?\s*"
    r"(?P<label>\d{1,2}(?:\.\d)?(?!\d|%|/)|[IVX]{1,5}|[A-HĐ](?!\w))?"
)
_AFTER_LABEL = re.compile(r"\s*[:.\-–]?\s*")
_ATTACHED = re.compile(r"[(\[]?\s*(?:Ban hành\s+|Được ban hành\s+|Kèm theo|kèm theo|Đính kèm|Ban hành)")
_NOTE_AT_END = re.compile(r"\(\s*(?:[Bb]an hành\s+)?[Kk]èm theo[^()]*(?:\([^()]*\)[^()]*)*\)?[\s*]*$")
_RECIPIENTS = re.compile(r"Nơi\s+nh[aâậ]n\s*(?:[:;./(]|$)", re.IGNORECASE)
_ON_BEHALF = re.compile(
    r"(?:(?:TM|KT|TL|TUQ|Q|T/M|K/T|T/L)\s?\.\s*|(?:TM|KT|TL|TUQ|T/M|K/T|T/L)\s+)[" + UPPER + r"]{2,}"
)
_BEHALF = re.compile(r"^(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)(?:\s?\.\s*|\s+)")
_SPACED = re.compile(r"(?:\w +){4,}\w")
_FEW = 8  # paragraphs that may stand over the heading of an appendix that comes without its plan
_SENTENCE = 200  # characters: what stands under a signature is shorter


def split_parts(blocks: Sequence[Block], source: Source) -> Layout:
    """Sort the blocks of a document into its parts, in reading order."""
    layout = Layout()
    blocks = [part for block in blocks for part in _unfolded(block)]
    part, closed = "front", False
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            alone = part == "front" and at < _FEW and _table_follows(blocks, at)  # a workbook that holds appendices
            appendix = _appendix_of(blocks, at, closed or alone or bool(layout.appendices))
            if appendix is not None:
                layout.appendices.append(appendix)
                layout.captions.append(block)
                part = "appendix"
                continue
            if part == "closing" and is_document_type(block.text.value):
                layout.appendices.append(Appendix(label=None, heading=block.text))
                part = "appendix"
                continue
            if closed and _is_attached_title(blocks, at) and (part == "closing" or _has_table(layout)):
                layout.appendices.append(Appendix(label="", heading=block.text.slice(0, 0), title=block.text))
                layout.captions.append(block)
                part = "appendix"
                continue
            part = _next_part(part, blocks, at)
            closed = closed or part == "closing"
        elif isinstance(block, Grid) and part in ("front", "closing"):
            part = "body" if not layout.appendices else "appendix"
        _put(layout, part, block)
    for appendix in layout.appendices:
        _read_caption(appendix, source)
    return layout


def _unfolded(block: Block) -> Sequence[Block]:
    """A letterhead or signature block that is set as a table, column by column; any other block as it is."""
    return unfold(block) if isinstance(block, Grid) and is_layout(block) else [block]


def _put(layout: Layout, part: str, block: Block) -> None:
    if part == "appendix":
        layout.appendices[-1].blocks.append(block)
    else:
        getattr(layout, part).append(block)


def _next_part(part: str, blocks: Sequence[Block], at: int) -> str:
    paragraph = blocks[at]
    assert isinstance(paragraph, Paragraph)
    value = paragraph.text.value
    if _RECIPIENTS.match(value) or _ON_BEHALF.match(value):
        return "closing"
    if part != "front" and value.isupper() and len(value) < _SENTENCE and is_signing_title(value):
        return "closing"
    if part == "front":
        marker = marker_of(value)
        return "body" if marker is not None and marker.kind in SECTION_KINDS else part
    if part == "closing" and _is_sentence_of_body(value):
        return "body"  # the signature stood between two parts of the text
    return part


def _is_sentence_of_body(value: str) -> bool:
    marker = marker_of(value)
    return marker is not None and marker.kind in ("part", "roman") and len(value) > 12


@cache
def _signing_titles() -> frozenset[str]:
    return frozenset(bare(row["title"]) for row in vocabulary.rows("signing_titles"))


@cache
def _document_types() -> dict[str, str]:
    return {bare(row["kind"]): row["kind"] for row in vocabulary.rows("document_kinds")}


@cache
def _spaced_types() -> dict[str, str]:
    return {"".join(kind.split()).upper(): kind for kind in _document_types().values()}


vocabulary.on_change(_signing_titles.cache_clear)
vocabulary.on_change(_document_types.cache_clear)
vocabulary.on_change(_spaced_types.cache_clear)


def is_signing_title(value: str) -> bool:
    """`PHÓ CHỦ TỊCH`, `BÍ THƯ`, `TRƯỞNG BAN CHỈ ĐẠO`, `KT. GIÁM ĐỐC`: a line over a signature."""
    key = bare(_BEHALF.sub("", value))
    return key in _signing_titles() or any(key.startswith(title + " ") for title in _signing_titles() if len(key) < 60)


def is_document_type(value: str) -> str | None:
    """`KẾ HOẠCH` alone on a line → `Kế hoạch`; None for anything else."""
    if len(value) > 40 or not value[:1].isupper():
        return None
    if _SPACED.fullmatch(value):  # K Ế  H O Ạ C H
        letters = "".join(value.split())
        return _spaced_types().get(letters) if letters.isupper() else None
    kind = _document_types().get(bare(value))
    return kind if kind and (value.isupper() or fold(value) == fold(kind)) else None


def appendix_label(value: str) -> str | None:
    """`PHỤ LỤC II: DANH MỤC …` → `II`; "" for an appendix without a label, None for any other line."""
    found = _APPENDIX.match(value)
    if found is None or (found["word"].startswith(("B", "b")) and not found["label"]):
        return None
    return found["label"] or ""


def _appendix_of(blocks: Sequence[Block], at: int, late: bool) -> Appendix | None:
    """The appendix that this paragraph opens, or None for a sentence that only speaks of one."""
    text = blocks[at].text  # type: ignore[union-attr]
    found = _APPENDIX.match(text.value)
    if not found or len(text.value) > 600:
        return None
    form = found["word"].startswith(("B", "b"))
    end, label = _label_end(found, text)
    rest = text.slice(end)
    rest = rest.slice(_AFTER_LABEL.match(rest.value).end())  # type: ignore[union-attr]
    if form and not (label and late):
        return None  # "Biểu dương …", "Biểu mẫu báo cáo"; a form "Biểu số 01" stands behind the plan
    if rest.value and not _is_caption(rest.value) and not (late and _table_follows(blocks, at)):
        return None
    if text.value[0].islower() and not late:
        return None
    return Appendix(label=label, heading=text.slice(0, end), title=rest.strip(" :.-–"))


def _is_attached_title(blocks: Sequence[Block], at: int) -> bool:
    """Whether a title in capitals opens an appendix that is not called one: `BIỂU CHỈ TIÊU` over `(Kèm theo Kế hoạch
    số …)` and a table.
    """
    value = blocks[at].text.value  # type: ignore[union-attr]
    if not value.isupper() or len(value) > _SENTENCE or marker_of(value) or is_signing_title(value):
        return False
    below = [block for block in blocks[at + 1 : at + 5] if not isinstance(block, Break)]
    for block in below[:3]:
        if not isinstance(block, Paragraph):
            return False
        if block.text.value[0] in "([" and _ATTACHED.match(block.text.value):
            return _table_follows(blocks, at)
        if not block.text.value.isupper():
            return False
    return False


def _has_table(layout: Layout) -> bool:
    """Whether the appendix at hand has its table: what comes then is another."""
    return bool(layout.appendices) and any(isinstance(block, Grid) for block in layout.appendices[-1].blocks)


def _label_end(found: re.Match[str], text: Text) -> tuple[int, str]:
    """Where the label ends; `PHỤ LỤC IIVỀ VIỆC` (a bold title glued on) is cut where the markup stood."""
    label = found["label"] or ""
    end = found.end("label") if label else found.end("word")
    if label and text.value[end : end + 1].isalpha():
        cuts = {at for at, _, _ in text.pieces}
        end = max((cut for cut in cuts if found.start("label") < cut <= end), default=end)
        label = text.value[found.start("label") : end]
        if end not in cuts and label.isalpha():  # PHỤ LỤC CÁC CHỈ TIÊU: no label
            return found.end("word"), ""
    return end, label


def _is_caption(value: str) -> bool:
    """A title in capitals or a note, not a sentence that goes on (`Phụ lục I kèm theo Kế hoạch này …`)."""
    if _ATTACHED.match(value):
        return value[0] in "([" or value[0].isupper()
    words = value.split()
    return value[0].isupper() and (value.isupper() or len(words) < 45) and not value.endswith((";", ","))


def _table_follows(blocks: Sequence[Block], at: int) -> bool:
    return any(isinstance(block, Grid) for block in blocks[at + 1 : at + 6])


def _read_caption(appendix: Appendix, source: Source) -> None:
    """Move title and notes from the start of an appendix's blocks to their fields."""
    titles = [appendix.title] if appendix.title else []
    if titles:
        titles, notes = _part_note(titles[0])
        appendix.notes += notes
    rest = list(appendix.blocks)
    while rest:
        block = rest[0]
        if isinstance(block, Break):
            rest.pop(0)
            continue
        if not isinstance(block, Paragraph) or not _belongs_to_caption(block, titles):
            break
        more, notes = ([], [block.text]) if _ATTACHED.match(block.text.value) else _part_note(block.text)
        titles += more
        appendix.notes += notes
        rest.pop(0)
    appendix.title = join(titles, " ")
    appendix.blocks = rest


def _part_note(text: Text) -> tuple[list[Text], list[Text]]:
    note = _NOTE_AT_END.search(text.value)
    if note is None:
        return [text], []
    return [part for part in [text.slice(0, note.start()).strip()] if part], [text.slice(note.start())]


def _belongs_to_caption(paragraph: Paragraph, titles: list[Text]) -> bool:
    value = paragraph.text.value
    if _ATTACHED.match(value) and len(value) < 400:
        return True
    marker = marker_of(value)
    if marker is not None or len(value) > 400:
        return False
    if not titles:
        return not value.endswith((".", ";", ":")) or value.isupper()
    # `DANH MỤC NHIỆM VỤ` / `NĂM 2026`: a title over several lines is set alike, and a comma goes on
    last, plain = titles[-1].value, _NOTE_AT_END.sub("", value)
    if value[0].islower():  # `Hệ thống chỉ tiêu phát triển du lịch` / `giai đoạn 2026 - 2030`
        return len(value) < _SENTENCE and not last.isupper() and not value.endswith((".", ";", ":"))
    return (plain.isupper() and (last.isupper() or plain is not value)) or last.endswith(",")
