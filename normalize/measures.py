"""Objectives in prose: `Tỷ lệ hộ có nước sạch đạt từ 95% trở lên.` → what is measured, and how much of it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec

from kehoach.normalize import vocabulary
from kehoach.normalize.figures import Figure, find_figures, is_aspirational
from kehoach.normalize.quantities import Quantity, find_period
from kehoach.normalize.text import tidy


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the objectives: the thing measured (`name`, put together from `name_spans` of the sentence) and its targets.

    An item without a number has its whole text as name and as the words of its one quantity.
    """

    name: str
    name_spans: list[tuple[int, int]]
    quantities: list[Quantity]


_FULL_STOP = re.compile(r"[\s.;,/]+$")
_MARKER = re.compile(r"\s*(?:[-–+*•]\s+)?")
# Said of the whole item, not part of what is measured: `Phấn đấu đến hết năm 2026,`
_UNTIL = re.compile(
    r"\s*(?:(?:đến|tính đến|trong|vào)\s+)?(?:(?:hết|cuối)\s+)?(?:năm\s+20\d\d|giai\s+đoạn\s+20\d\d\s*[-–]\s*20\d\d)\s*[,:]\s*", re.I
)
# What is measured stands in front of the number and is complete: `Tỷ lệ …`, `Số lượng …`, `Thu nhập …`.
_MEASURE_HEAD = re.compile(
    r"\s*(?:[^\W\d_]+\s+){0,3}?(?:tỷ\s+lệ|tỉ\s+lệ|tỷ\s+trọng|tỉ\s+trọng|tỷ\s+suất|số\s+lượng|số|tổng|mức|giá\s+trị|thu|chi|doanh\s+thu|quy\s+mô|diện\s+tích"
    r"|sản\s+lượng|năng\s+suất|thu\s+nhập|chỉ\s+số|vốn|kim\s+ngạch|tốc\s+độ|thời\s+gian|xếp\s+hạng|mật\s+độ|độ|điểm|hệ\s+số|tuổi\s+thọ|kinh\s+tế)(?!\w)",
    re.I,
)
# Words that tie what follows the number to the number: `≥ 2% và tăng dần theo yêu cầu`, `đạt 90% so với năm 2025`.
_REMARK = re.compile(
    r"[\s,]*(?:\(|(?:và|,)\s+(?:tăng|giảm|duy\s+trì|giữ)|theo|so\s+với|vào|trong\s+năm|trong\s+giai|đến\s+năm|đến\s+hết|trở\s+lên|hằng\s+năm|hàng\s+năm|mỗi\s+năm|/năm)(?!\w)",
    re.I,
)
_CLAUSE = re.compile(r"[^;.\n]*")
_END = re.compile(r"\s*(?:$|[.;,\n])")
_VERB_OF_LEVEL = re.compile(r"(?<!\w)(?:đạt|là|còn|lên|xuống|chiếm|bằng|ở mức)(?!\w)|:", re.I)
_HANGING = re.compile(r"[\s,;:]+$|(?:[\s,]+(?:và|để|là|đạt|với|từ|còn))+\s*$", re.I)
_WHOLE_WISH = re.compile(r"\s*(?:đạt\s+)?(?:được\s+)?(?:có\s+)?", re.I)


@cache
def _bases() -> re.Pattern[str]:
    bases = sorted((row["base"] for row in vocabulary.rows("share_bases")), key=len, reverse=True)
    return re.compile(r"\s*(" + "|".join(r"\s+".join(map(re.escape, base.split())) for base in bases) + r")(?!\w)", re.I)


vocabulary.on_change(_bases.cache_clear)


@lru_cache(maxsize=4096)
def parse_measure(sentence: str) -> Measure:
    """What one prose item of the objectives measures, and its targets.

    Written forms: `Tỷ lệ … đạt từ 60% dân số trở lên.` (unit `% dân số`), `100% học sinh được …` (name `học sinh được …`),
    `Thực hiện số hóa 100% hồ sơ …` (name without `100%`), `… góp phần đạt chỉ tiêu ≥ 95%`, `Có ít nhất 02 mô hình …`,
    `Số lượng … đạt từ 10 doanh nghiệp trở lên`, `Thu ngân sách đạt 120 tỷ đồng`, `giảm tỷ lệ hộ nghèo xuống dưới 1%`,
    `100% A; 80% B` (two quantities, each with its words as scope). A number that states no target stays in the name:
    `tốc độ 01 Gbps`, `từ 15 tuổi trở lên`, `5G`, `mức độ 4`, `Nghị quyết số 57`, `năm 2026`.
    """
    begin, end = _inner(sentence)
    figures = _targets(sentence, find_figures(sentence))
    if begin >= end or not figures:
        words = tidy(sentence[begin:end])
        wish = is_aspirational(sentence)
        quantity = Quantity(raw=sentence[begin:end], start=begin, end=end, aspirational=wish, qualitative=words)
        return Measure(name=words, name_spans=[(begin, end)], quantities=[quantity])
    phrases = [_phrase(sentence, figure, end) for figure in figures]
    spans = _name_spans(sentence, (begin, end), [phrase for phrase, _ in phrases])
    quantities = _quantities(sentence, figures, phrases, end)
    return Measure(name=_name(sentence, spans), name_spans=spans, quantities=quantities)


def _inner(sentence: str) -> tuple[int, int]:
    """The item without its dash and its closing full stop."""
    marker = _MARKER.match(sentence)
    closing = _FULL_STOP.search(sentence)
    return (marker.end() if marker else 0), (closing.start() if closing else len(sentence))


def _targets(sentence: str, figures: list[Figure]) -> list[Figure]:
    """The figures that set targets: shares; else counts and amounts that are announced; else the first count.

    Beside a share in the same clause a count only describes: `100% hồ sơ được giải quyết trong 03 ngày`.
    """
    figures = [figure for figure in figures if not _inside_parentheses(sentence, figure)]
    shares = [figure for figure in figures if figure.kind == "share"]
    announced = [f for f in figures if f.kind not in ("share", "attribute", "") and _announced(sentence, f)]
    ranks = [f for f in figures if f.kind == "" and re.search(r"top|tốp|thứ|hạng|nhóm", f.words, re.I)]
    if shares:
        taken = {_clause_number(sentence, figure) for figure in shares}
        return sorted(shares + [f for f in announced if _clause_number(sentence, f) not in taken])
    if announced or ranks:
        return sorted(announced + ranks)
    return [f for f in figures if f.kind in ("count", "money", "measure")][:1]


def _inside_parentheses(sentence: str, figure: Figure) -> bool:
    return sentence.count("(", 0, figure.start) > sentence.count(")", 0, figure.start)


def _clause_number(sentence: str, figure: Figure) -> int:
    return len(re.findall(r"[;\n]|\.\s", sentence[: figure.start]))


def _announced(sentence: str, figure: Figure) -> bool:
    """Whether a count or an amount is the target: it is compared, stands behind `đạt`, or is made: `Xây dựng 03 tổ`."""
    before = sentence[: figure.start]
    if figure.kind == "time" and not (figure.words and _MEASURE_HEAD.match(before)):
        return False  # trong 05 ngày; but `thời gian giải quyết không quá 03 ngày`
    if re.search(r"(?<!\w)(?:trong|sau|mỗi|gồm|cứ|từ|với|cho|của|trên|thuộc|tại|giữa)\s+$", before + " ", re.I):
        return False
    made = re.search(r"(?:^|[,;.]\s*|(?<!\w)(?:có|thêm|mới|lập|dựng|khai|nhận|hiện|chức|thành|trì|mở|tạo|thu hút|hỗ trợ))\s*$", before, re.I)
    return bool(figure.words.strip()) or made is not None


def _phrase(sentence: str, figure: Figure, end: int) -> tuple[tuple[int, int], str | None]:
    """The span of the number phrase that is no part of the name, and the unit with what a share is of."""
    start, stop = figure.start, figure.number_end
    unit = figure.unit
    complete = _MEASURE_HEAD.match(_clause_before(sentence, start)) is not None
    if figure.kind == "share":
        base = _base(sentence, figure, complete)
        if base:
            unit, stop = f"% {tidy(base[1])}", base.end(1)
    elif figure.kind in ("money", "measure", "time") or (complete and _VERB_OF_LEVEL.search(figure.words)):
        stop = _unit_end(sentence, figure)
    if figure.after:
        stop = max(stop, figure.end) if figure.end - stop < 2 or stop > figure.number_end or figure.kind != "count" else stop
    remark = _REMARK.match(sentence, stop)
    if remark and sentence[:start].strip(" -–+") and _nothing_else(sentence, figure):
        clause = _CLAUSE.match(sentence, remark.end())
        stop = min(clause.end() if clause else stop, end)
    return (start, max(stop, figure.number_end)), unit


def _clause_before(sentence: str, start: int) -> str:
    clause = re.split(r"[;\n]|\.\s", sentence[:start])[-1]
    until = _UNTIL.match(clause)
    return clause[until.end() :] if until else clause


def _unit_end(sentence: str, figure: Figure) -> int:
    words = (figure.unit or "").split()
    match = re.compile(r"\s*" + r"\s+".join(map(re.escape, words))).match(sentence, figure.number_end) if words else None
    return match.end() if match else figure.number_end


def _base(sentence: str, figure: Figure, complete: bool) -> re.Match[str] | None:
    """What a share is of, where that ends the statement: `60% dân số trở lên`, `2% tổng chi ngân sách.`"""
    match = _bases().match(sentence, figure.number_end)
    if match is None or not sentence[: figure.start].strip(" -–+"):
        return None
    ends = _END.match(sentence, match.end()) or _REMARK.match(sentence, match.end())
    return match if ends or (complete and figure.after) else None


def _nothing_else(sentence: str, figure: Figure) -> bool:
    """Whether no other number follows in the clause, so that a remark may be left out whole."""
    clause = _CLAUSE.match(sentence, figure.end)
    return clause is None or "%" not in clause[0]


def _name_spans(sentence: str, inner: tuple[int, int], phrases: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What remains of the sentence without the number phrases and without `Phấn đấu đến năm 2026,` in front."""
    begin, end = inner
    spans = []
    position = _start_of_name(sentence, begin, phrases[0][0])
    for start, stop in phrases:
        if position < start:
            spans.append((position, start))
        position = max(position, stop)
    if position < end:
        spans.append((position, end))
    return [(a, b) for a, b in spans if sentence[a:b].strip(" .,;:")]


def _start_of_name(sentence: str, begin: int, first: int) -> int:
    from kehoach.normalize.figures import grammar  # noqa: PLC0415

    position = begin
    for _ in range(2):  # Phấn đấu đến hết năm 2026, tỷ lệ …
        wish = grammar().aspiration.match(sentence, position, first)
        if wish:
            position = wish.end() + len(sentence[wish.end() :]) - len(sentence[wish.end() :].lstrip(" :,"))
        until = _UNTIL.match(sentence, position)
        if until and until.end() <= first:
            position = until.end()
    return position


def _name(sentence: str, spans: list[tuple[int, int]]) -> str:
    parts = [sentence[start:end] for start, end in spans]
    joined = tidy(" ".join(_HANGING.sub("", part) if part is not parts[-1] or len(parts) == 1 else part for part in parts))
    return re.sub(r"\s+([,;.:])", r"\1", joined).strip(" ,;:.")


def _quantities(
    sentence: str, figures: list[Figure], phrases: list[tuple[tuple[int, int], str | None]], end: int
) -> list[Quantity]:
    quantities = []
    for position, (figure, (span, unit)) in enumerate(zip(figures, phrases, strict=True)):
        start, stop = span
        scope = _scope(sentence, [phrase for phrase, _ in phrases], position, end) if len(figures) > 1 else None
        quantities.append(
            Quantity(
                raw=sentence[start:stop], start=start, end=stop, comparator=figure.comparator, value=figure.value,
                value_high=figure.value_high, unit=unit, scope=scope, period=find_period(sentence, figure),
                aspirational=is_aspirational(sentence[: figure.number_start]), problem=figure.problem,
            )
        )  # fmt: skip
    return quantities


def _scope(sentence: str, phrases: list[tuple[int, int]], position: int, end: int) -> str | None:
    """The words of one figure among several: those behind it where it stands first in its clause, else those in front."""
    start, stop = phrases[position]
    floor = phrases[position - 1][1] if position else 0
    ceiling = phrases[position + 1][0] if position + 1 < len(phrases) else end
    before = re.split(r"[;,\n]|\.\s", sentence[floor:start])[-1].strip(" -–+:")
    after = _CLAUSE.match(sentence[stop:ceiling])
    words = tidy(before if len(before) > 3 else (after[0] if after else "")).strip(" ,;.")
    return _HANGING.sub("", words) or None
