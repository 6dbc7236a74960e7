"""The front matter: number, place and date, issuer, title, signature, recipients.

What the head lacks may stand in an appendix's line `(kèm theo Kế hoạch số 12/KH-UBND ngày 05/3/2026 …)`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from kehoach.extract.blocks import Break, Paragraph, Text, join
from kehoach.extract.layout import Layout, is_document_type, is_signing_title
from kehoach.extract.markers import marker_of
from kehoach.normalize import vocabulary
from kehoach.normalize.dates import parse_date
from kehoach.normalize.text import UPPER, bare, fold


class Front(msgspec.Struct):
    """What the front matter says, as texts with their places, and what is left over of it."""

    doc_type: Text | None = None
    kind: str | None = None
    number: Text | None = None
    number_raw: Text | None = None
    date: dt.date | None = None
    year: int | None = None  # of the date line, also where its day or month was left blank
    title: Text | None = None
    signatory_name: Text | None = None
    signatory_title: Text | None = None
    recipients: list[Text] = []
    letterhead: list[Text] = []
    preamble: list[Text] = []
    closing: list[Text] = []


# Số: 45/KH-UBND; Số 12-KH/ĐU; Số:      /KH-UBND; Số: 07 /KH-SNV
_NUMBER_LINE = re.compile(
    r"(?:\*\s*)?S[ốó]\s*:?\s*(?P<number>(?P<digits>[\d.]{0,6}[a-z]?)\s*[-/]\s*["
    + UPPER
    + r"][\w&Đđ./-]*(?:\s?[-/]\s?["
    + UPPER
    + r"][\w&]*)*)"
)
# Tân Hiệp, ngày 15 tháng 01 năm 2026; Ba Ngòi, ngày tháng năm 2026; Hà Nội, 05/02/2026
_DATE_LINE = re.compile(r"(?P<place>[" + UPPER + r"][\w .'-]{1,40}),\s*(?:ngày\b|\d{1,2}\s*/)[^,;]{0,40}$")
_STATE = re.compile(r"C[ỘO]NG H[ÒO][AÀ] X[ÃA] H[ỘO]I|ĐỘC LẬP\s*-|ĐẢNG CỘNG SẢN VIỆT NAM", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"(?:Căn cứ|Thực hiện|Theo|Xét|Để|Nhằm|Triển khai|Trên cơ sở|Tiếp tục|Quán triệt|Sau khi|Ngày)\b"
)
_ISSUES = re.compile(r"\b(?:ban hành|xây dựng|đề ra|lập)\b.{0,60}\b(?:[Kk]ế hoạch|[Cc]hương trình)\b")
_YEAR = re.compile(r"\b(20[2-5]\d)\b")
_SPAN = re.compile(r"\b(20[2-5]\d)\s*[-–]\s*(20[2-5]\d)\b")
_FULL_DATE = re.compile(
    r"ngày\s+\d{1,2}\s*(?:/\s*\d{1,2}\s*/\s*\d{4}|tháng\s+\d{1,2}\s+năm\s+\d{4})|\d{1,2}/\d{1,2}/\d{4}|/20\d\d/"
)
_LATER = re.compile(r"(?:đến|tầm nhìn(?: đến)?|định hướng(?: đến)?)\s+(?:hết\s+)?(?:năm\s+)?20\d\d")
_NAME_WORD = rf"[{UPPER}][^\W\d_]*(?:[’'-][^\W\d_]+)?"
# Nguyễn Văn An; Rơ Mah H’Bluên; TS. Lê Thị Hồng Nhung; Trung tá Phạm Hữu Lộc
_NAME = re.compile(
    rf"^(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy|uý)\s+)?"
    rf"(?P<name>(?:[{UPPER}][\w.]*\.\s?)*(?:{_NAME_WORD}\s+){{1,5}}{_NAME_WORD})$"
)
_LISTS = re.compile(r"Nơi\s+nh[aâậ]n|Đồng\s+kính\s+gửi|Kính\s+gửi", re.IGNORECASE)
_LETTERS = re.compile(r"\d*\s*[-/]\s*([" + UPPER + r"][\w]*)\s*[-/]\s*[" + UPPER + "]")  # 12-KH/BCĐ → KH
_TITLE_LENGTH = 700
_LONGEST_TYPE = 6  # words of a line like `KẾ HOẠCH HOẠT ĐỘNG`
_FEW_LINES = 5  # under a title, where its number may stand
_NUMBER_OR_DATE = 90  # characters
_SHORT_LINE = 25  # characters: `HOẠT ĐỘNG` over `Của Ban Chỉ đạo …` is the start of a title


def read_front(layout: Layout) -> Front:
    """Front matter and closing of a document; dates and numbers that only an appendix states are added."""
    front = Front()
    paragraphs = [block for block in layout.front if isinstance(block, Paragraph | Break)]
    head, titles, preamble = _divide(paragraphs)
    _read_head(front, head)
    front.title = join(titles, " ") if titles else None
    if front.title is not None:
        front.title = _without_type(front, front.title)
    front.preamble = preamble
    _read_closing(front, [block.text for block in layout.closing if isinstance(block, Paragraph)])
    _read_notes(front, [note for appendix in layout.appendices for note in appendix.notes])
    if front.kind is None:
        front.kind = _kind_by_number(front)
    return front


def _divide(blocks: Sequence[Paragraph | Break]) -> tuple[list[Text], list[Text], list[Text]]:
    """Head, lines of the title, preamble. The title follows the line KẾ HOẠCH, or else the last line of the head."""
    at = next((i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and _type_at(b.text)), None)
    if at is None:
        at = _end_of_head(blocks) - 1
    head = [block.text for block in blocks[: at + 1] if isinstance(block, Paragraph)]
    titles: list[Text] = []
    if head and (cut := _type_at(head[-1])) and cut < len(head[-1]):
        titles.append(head[-1].slice(cut).strip())
        head[-1] = head[-1].slice(0, cut).strip()
    rest = list(blocks[at + 1 :])
    while rest and _in_title(rest[0], titles):
        block = rest.pop(0)
        if isinstance(block, Paragraph):
            titles.append(block.text)
    preamble = [block.text for block in rest if isinstance(block, Paragraph)]
    if not any(_NUMBER_LINE.match(text.value) for text in head):
        late = [text for text in preamble[:_FEW_LINES] if _is_number_or_date(text.value)]
        head, preamble = [*head, *late], [text for text in preamble if text not in late]
    return head, titles, preamble


def _is_number_or_date(value: str) -> bool:
    """`Số: 05-CTr/ĐU`, `Cẩm Lệ, ngày 03 tháng 10 năm 2025` alone on a line, as they stand under a title too."""
    if len(value) > _NUMBER_OR_DATE:
        return False
    return _NUMBER_LINE.match(value) is not None or _DATE_LINE.match(value) is not None


def _type_at(text: Text) -> int:
    """Where the document's type ends on a line that it begins: `KẾ HOẠCH`, `KẾ HOẠCH HOẠT ĐỘNG`; 0 for any other."""
    value = text.value
    if is_document_type(value):
        return len(value)
    words = value.split()
    if not value.isupper() or not 2 < len(words) <= _LONGEST_TYPE:
        return 0
    heads = (" ".join(words[:count]) for count in (4, 3, 2) if count < len(words))
    return next((len(head) for head in heads if is_document_type(head)), 0)


def _end_of_head(blocks: Sequence[Paragraph | Break]) -> int:
    """Index after the last line of a letterhead; 0 where there is none."""
    last = 0
    for at, block in enumerate(blocks[:14]):
        if isinstance(block, Paragraph):
            value = block.text.value
            if _NUMBER_LINE.match(value) or _DATE_LINE.search(value) or _STATE.search(value) or is_body_name(value):
                last = at + 1
    return last


def is_body_name(value: str) -> bool:
    """`ỦY BAN NHÂN DÂN`, `UBND XÃ BÌNH AN`: a line of a letterhead that names a body in capitals."""
    return value.isupper() and len(value) < 80 and bare(value).startswith(_letterhead_bodies())


@cache
def _letterhead_bodies() -> tuple[str, ...]:
    return tuple(bare(row["phrase"]) for row in vocabulary.rows("issuing_bodies"))


vocabulary.on_change(_letterhead_bodies.cache_clear)


def _in_title(block: Paragraph | Break, titles: list[Text]) -> bool:
    if isinstance(block, Break):
        return not titles
    value = block.text.value
    if not titles:
        return not value.startswith("Căn cứ") and marker_of(value) is None and len(value) < _TITLE_LENGTH
    if value.startswith(("(", "Căn cứ", "Kính gửi")) or marker_of(value) or value.endswith((".", ";", ":")):
        return False
    if is_body_name(value) and not titles[-1].value.isupper():
        return False  # QUYẾT ĐỊNH / Ban hành Kế hoạch … / ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ
    so_far = sum(len(title) for title in titles)
    if len(value) > 250 or so_far + len(value) > _TITLE_LENGTH or _ISSUES.search(value):
        return False
    if titles[-1].value.isupper() and not value.isupper() and len(titles[-1]) > _SHORT_LINE and not value[0].islower():
        return False
    return not (_PREAMBLE.match(value) and len(value) > 120)


def _read_head(front: Front, head: Sequence[Text]) -> None:
    for text in head:
        value = text.value
        kind = is_document_type(value)
        number = _NUMBER_LINE.match(value) if front.number_raw is None else None  # one that comes again is letterhead
        date_line = _DATE_LINE.search(value)
        if kind and front.doc_type is None:
            front.doc_type, front.kind = text, kind
            continue
        if number:
            front.number_raw = text.slice(0, number.end()) if date_line else text
            if number["digits"].strip("."):
                front.number = text.slice(number.start("number"), number.end("number"))
        rest = text if not number else text.slice(number.end()) if date_line else Text()
        if date_line and front.date is None:
            front.date = parse_date(value[date_line.start() :])
            year = _YEAR.search(value, date_line.start())
            front.year = int(year[1]) if year else None
        if rest:
            front.letterhead.append(rest)


def _without_type(front: Front, title: Text) -> Text:
    """`Kế hoạch triển khai …` as a title: the words Kế hoạch go to the document's type."""
    if front.kind is not None:
        return title
    for words in (3, 2):
        head = " ".join(title.value.split()[:words])
        kind = is_document_type(head) or is_document_type(head.upper())
        if kind and fold(head).startswith("kế hoạch"):
            front.doc_type, front.kind = title.slice(0, len(head)), kind
            return title.slice(len(head)).strip()
    return title


def _read_notes(front: Front, notes: Iterable[Text]) -> None:
    """Number and date out of `(kèm theo Kế hoạch số 01-KH/BCĐ ngày 02/03/2026 …)` where the head lacks them."""
    for note in notes:
        found = re.search(
            r"số\s*:?\s*(?P<number>(?P<digits>\d{0,5}[a-z]?)\s*[-/]\s*[" + UPPER + r"][\w&/-]*)", note.value
        )
        if found is None:
            continue
        if front.number_raw is None:
            front.number_raw = note
        if found["digits"] and front.number is None:
            front.number = note.slice(found.start("number"), found.end("number"))
        if front.date is None:
            front.date = parse_date(note.value[found.end() :])


def _kind_by_number(front: Front) -> str | None:
    """`Số 12-KH/BCĐ` is a Kế hoạch: the letters of the number name the kind of document."""
    letters = _LETTERS.search(front.number_raw.value) if front.number_raw else None
    kinds = {fold(row["letters"]): row["kind"] for row in vocabulary.rows("document_kinds") if row["letters"]}
    return kinds.get(fold(letters[1])) if letters else None


def _read_closing(front: Front, texts: Sequence[Text]) -> None:
    """Recipients (lines with a dash under `Nơi nhận`), the title block in capitals, the name under it."""
    listing = open_item = False
    for text in texts:
        value = text.value
        if _LISTS.match(value):
            listing = True
            front.closing.append(text)
        elif value.isupper() and is_signing_title(value):
            listing = False
            if front.signatory_title is not None:
                front.closing.append(front.signatory_title)
            front.signatory_title = text
        elif listing and (recipient := _recipient(text)):
            front.recipients.append(recipient)
        elif listing and open_item and front.recipients:
            front.recipients[-1] = join([front.recipients[-1], text], " ")
        elif front.signatory_title is not None and front.signatory_name is None and (name := _NAME.search(value)):
            front.signatory_name = text.slice(name.start("name"), name.end())
            front.closing += [text.slice(0, name.start("name"))] if name.start("name") else []
        else:
            front.closing.append(text)
        open_item = value.endswith(",") and listing  # "- Thường trực Đảng ủy," / "HĐND xã;"
    front.recipients = [recipient.strip(" ,;.") for recipient in front.recipients]


def _recipient(text: Text) -> Text:
    marker = marker_of(text.value)
    if marker is None or marker.kind != "bullet":
        return Text()
    return text.slice(marker.end)


def title_years(title: str) -> tuple[int | None, int | None]:
    """First and last year a title speaks of; dates of cited documents and far horizons do not count.

    >>> title_years("Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 trên địa bàn xã năm 2026")
    (2026, 2026)
    >>> title_years("Phát triển kinh tế số giai đoạn 2026 - 2030, tầm nhìn đến năm 2045")
    (2026, 2030)
    """
    plain = _FULL_DATE.sub(" ", title)
    span = _SPAN.search(plain)
    if span:
        return int(span[1]), int(span[2])
    years = [int(year) for year in _YEAR.findall(_LATER.sub(" ", plain))]
    return (years[-1], years[-1]) if years else (None, None)


def most_frequent(values: Iterable[str]) -> str | None:
    """The most frequent value, the first one where several are; None for none."""
    counts = Counter(values)
    return max(counts, key=lambda value: counts[value]) if counts else None
