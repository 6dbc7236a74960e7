"""Lines to paragraphs: joins what a page's width or a page break cut, and keeps apart what stands apart.

Two kinds of text arrive. *Flowed*: a paragraph is one long line, cut only by page breaks. *Wrapped*: every line
ends near the page's right edge, and empty lines may fall inside a paragraph (text taken out of a PDF).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kehoach.extract.blocks import CUT_TOKEN, Block, Break, Paragraph, Source, Text, join
from kehoach.extract.grids.roles import header_role
from kehoach.extract.markers import marker_of
from kehoach.normalize import vocabulary
from kehoach.normalize.text import UPPER, fold

_RULE = re.compile(r"\s*(?:[-_=*~–—\s]{3,}|[o0]{3,}|-{1,2}\s?\*\s?-{1,2}|\*)\s*$")
_FAR = 20  # spaces before a number that no text has
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–]\s*)?(?P<word>(?:Trang|Page)(?:\s+số)?\s*:?\s*)?\d{1,3}(?:\s*(?:/|of|trên)\s*\d{1,3})?(?:\s*[-–])?\s*$",
    re.I,
)
_BOLD_LINE = re.compile(
    r"\s*(?:#{1,6}\s|(?:\*\*\*?|<b>|<strong>)(?:(?!\*\*|</b>|</strong>).)+(?:\*\*\*?|</b>|</strong>)[\s.:*]*$)"
)
_TERMINAL = re.compile(r"[.;:?!…](?:[”\")\]/.]{0,3})$")
# What stands at the start of a line of its own, whatever the line before it looked like.
_OPENS = re.compile(
    r"(?:(?:PHỤ LỤC|Phụ lục|PHỤ LUC)\b|Nơi nh[aâậ]n|(?:TM|KT|TL|TUQ|Q)\.\s|T/M\b|Căn cứ\b|\((?:Ban hành\s)?[Kk]èm theo"
    r"|Số\s?:|Kính gửi|Theo đề nghị|Xét đề nghị|CỘNG H[OÒ][AÀ]|Độc lập\s*-)"
)
_REMARK = re.compile(rf"\([{UPPER}]")  # `(Chi tiết tại Phụ lục I)` after a sentence
_LABEL = re.compile(r"\(?([^\W\d_][^:;.()\d]{3,45}?)\s*:\s")
_CAPITALS = re.compile(rf"[{UPPER}](?![IVX])[{UPPER}]")  # a word, no Roman number
_WORD = re.compile(r"\S+")
_LOWER = re.compile(rf"[“\"(]?[^\W\d_{UPPER}]")
_DIGIT = re.compile(r"\d")
# Phòng Văn hóa / - Xã hội; giai đoạn 2026 / - 2030: a line end within a pair
_HALF_A_PAIR = re.compile(r"(?:văn h[óo][aá]|kinh tế|chính trị|\b20\d\d)$", re.IGNORECASE)
_OTHER_HALF = re.compile(r"[-–]\s*(?:xã hội|20\d\d)\b", re.IGNORECASE)
# đạt từ 15 / - 20%; never `năm 2025` / `- 100% hộ`
_RANGE_FROM = re.compile(r"(?<![\d/.])(?!20\d\d$)\d{1,4}(?:,\d+)?%?$")
_RANGE_TO = re.compile(r"[-–]\s*\d")
# the preamble under a title: `Thực hiện Kế hoạch số 12/KH-UBND …`
_CARRIES_OUT = re.compile(
    r"(?:Thực hiện|Triển khai|Triển khai thực hiện)\s+(?:Nghị quyết|Kế hoạch|Chương trình|Chỉ thị|Kết luận|Quyết định"
    r"|Công văn|Thông báo|Hướng dẫn)\b[^.;]{0,20}\bsố\b"
)
_BEFORE_NUMBER = re.compile(r"(?:ngày|tháng|năm|số|quý|[đĐ]iều|khoản)$")
_SHORT = 0.5  # of the width: lines shorter than this may be cells of a table
_SENTENCE = 60  # characters: a shorter line (a name, a heading, a recipient) is no cut sentence


def lines_to_blocks(lines: Sequence[Text], source: Source, width: int | None) -> list[Block]:
    """Paragraphs (and a Break for each drawn rule) out of cleaned lines; an empty line is an empty Text.

    `width` is that of the whole document (:func:`wrap_width`). Rules (`-----`) and lone page numbers go to
    `source.drop`.
    """
    blocks: list[Block] = []
    parts: list[Text] = []
    gap = gap_inside = False

    def close() -> None:
        nonlocal gap, parts
        if parts:
            blocks.append(_paragraph(parts, source, gap))
            parts, gap = [], False

    for at, line in enumerate(lines):
        text = line.strip()
        if not text:
            gap_inside = True
            continue
        if is_rule(text.value):
            close()
            source.drop(text, "rule")
            blocks.append(Break())
            gap_inside = True
            continue
        if _is_page_number(lines, at, width):
            source.drop(text, "page-number")
            gap_inside = True
            continue
        if not (parts and _goes_on(parts, text, width, gap_inside)) or (gap_inside and _ends_bold(parts, text, source)):
            close()
            gap = gap_inside
        parts.append(text)
        gap_inside = False
    close()
    return blocks


def is_rule(value: str) -> bool:
    """Whether a line only draws one: `-----`, `_______`, `* * *`."""
    return _RULE.match(value) is not None


def wrap_width(lines: Sequence[Text]) -> int | None:
    """Length at which the lines of a wrapped text end, in characters; None for flowed text.

    Wrapped text has many lines of about the same length and hardly one (a formula, a line pasted in) far beyond it.
    """
    lengths = sorted(len(line.value.strip()) for line in lines if line.value)
    long = [length for length in lengths if length > 45]
    if len(long) < 8:
        return None
    high = long[int(len(long) * 0.9)]
    near = sum(length >= 0.8 * high for length in long)
    beyond = sum(length > 1.7 * high for length in long)
    few = max(2, len(long) // 100) if len(long) >= 30 else 0
    return high if high <= 130 and near >= 0.55 * len(long) and beyond <= few else None


def _goes_on(parts: list[Text], line: Text, width: int | None, gap: bool) -> bool:
    """Does this line belong to the paragraph that the parts began?"""
    last, value = parts[-1].value, line.value
    if _HALF_A_PAIR.search(last) and _OTHER_HALF.match(value):
        return True
    if gap and _CARRIES_OUT.match(value):
        return False
    if (_OPENS.match(value) and not _speaks_of_appendix(last, value)) or _is_labelled(value):
        return False
    lower = _LOWER.match(value) is not None
    if parts[0].value[0] == "(" and last[-1] == ")" and not lower:
        return False  # `(Kèm theo Kế hoạch số …)` / `Danh mục nhiệm vụ`
    # a small letter goes on after `;` too: the items of a list have a marker or a capital
    unfinished = not _TERMINAL.search(last) or (lower and last[-1] == ";")
    full = width is not None and len(last) + 1 + len(_WORD.match(value)[0]) >= 0.82 * width  # type: ignore[index]
    if full and not gap and _RANGE_FROM.search(last) and _RANGE_TO.match(value):
        return True
    if marker_of(value):
        # "… phát triển kinh tế" / "- xã hội của xã": a dash of the sentence, no list item
        return unfinished and (full or CUT_TOKEN.search(last) is not None) and _lower_after_marker(value) and not gap
    if _caps(value) != _caps(parts[0].value):
        return unfinished and full and not gap and not _caps(value)
    if _caps(value):
        return bool(full) and not gap
    if full and not gap:
        return not (_REMARK.match(value) and _TERMINAL.search(last))
    if not unfinished:
        return False
    long = len(last) >= _SENTENCE or (width is not None and len(last) >= 0.6 * width)
    if lower or CUT_TOKEN.search(last):
        return long or (lower and len(last) > 25 and not gap) or bool(full)
    # the last piece of a long paragraph may be short: `… của phường về việc` / `thực hiện Nghị quyết, ngày` / `22/12 …`
    begun = long or (len(parts) > 1 and len(parts[0].value) >= _SENTENCE)
    open_end = _ends_open(last) and (begun or not gap)
    number = _DIGIT.match(value) is not None and (long or (begun and _BEFORE_NUMBER.search(last) is not None))
    return open_end or number or bool(full)


def is_one_paragraph(first: str, last: str, line: str) -> bool:
    """Whether a line may go on with a paragraph whose last line runs to the right edge, by their words alone."""
    return _goes_on([Text(first), Text(last)], Text(line), 0, False)


def _speaks_of_appendix(last: str, value: str) -> bool:
    """`… (chi tiết tại` / `Phụ lục III).`: a sentence that goes on with the name of an appendix."""
    return value.startswith("Phụ lục") and (_ends_open(last) or last.count("(") > last.count(")"))


def _is_labelled(value: str) -> bool:
    """`Chủ trì: Phòng Kinh tế; phối hợp: …`: a line of a task in prose."""
    label = _LABEL.match(value)
    return label is not None and header_role(label[1]) in ("lead", "coordinating", "deadline")


def _lower_after_marker(value: str) -> bool:
    marker = marker_of(value)
    return marker is not None and marker.kind in ("bullet", "letter") and _LOWER.match(value[marker.end :]) is not None


def _caps(value: str) -> bool:
    """Set in capitals: `MỤC TIÊU`; not `II/2026).`"""
    return value.isupper() and _CAPITALS.search(value) is not None


@cache
def open_words() -> frozenset[str]:
    """Words after which no line ends: `của`, `theo`."""
    return frozenset(row["word"] for row in vocabulary.rows("open_words"))


vocabulary.on_change(open_words.cache_clear)


def _ends_open(value: str) -> bool:
    """`… ngày 22 tháng 12 năm 2024 của`: a sentence cannot end with such a word."""
    words = fold(value[-24:]).rsplit(" ", 2)
    return words[-1].endswith(",") or words[-1] in open_words() or " ".join(words[-2:]) in open_words()


def _is_page_number(lines: Sequence[Text], at: int, width: int | None) -> bool:
    """A number alone between empty lines; in wrapped text also one right under or over a line of prose."""
    number = _PAGE_NUMBER.match(lines[at].value)
    if number is None or number["word"]:
        return number is not None  # `Page 2 of 7`
    before = lines[at - 1].value.strip() if at else ""
    after = lines[at + 1].value.strip() if at + 1 < len(lines) else ""
    if not before and not after:
        return True
    if not (before and after) and len(lines[at].value) - len(lines[at].value.lstrip()) >= _FAR:
        return True  # in the middle of the page's edge
    return width is not None and max(len(before), len(after)) > _SHORT * width


def _paragraph(parts: list[Text], source: Source, gap: bool) -> Paragraph:
    text = join(parts, "\n").single_line()
    return Paragraph(text=text, bold=all(_is_bold(part, source) for part in parts), gap=gap)


def _ends_bold(parts: Sequence[Text], line: Text, source: Source) -> bool:
    """A heading set in bold does not run on, over an empty line, into text that is not."""
    return bool(parts) and _is_bold(parts[-1], source) and not _is_bold(line, source)


def _is_bold(part: Text, source: Source) -> bool:
    set_in_bold = source.is_bold(part)
    if set_in_bold is not None:
        return set_in_bold
    line = source.line_of(part.start())
    start = source.lines[line - 1]
    end = source.lines[line] - 1 if line < len(source.lines) else len(source.text)
    return _BOLD_LINE.match(source.text, start, end) is not None
