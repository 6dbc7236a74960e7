"""Objectives in prose: `Tỷ lệ hộ có nước sạch đạt từ 95% trở lên.` → what is measured, and how much of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from kehoach.normalize.figures import Figure, find_figures, grammar, is_aspirational
from kehoach.normalize.quantities import Quantity, find_period
from kehoach.normalize.text import tidy


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the objectives: the thing measured (`name`) and its targets.

    The name is put together from `name_spans` of the sentence.
    An item without a number has its whole text as name and as the words of its one quantity.
    """

    name: str
    name_spans: list[tuple[int, int]]
    quantities: list[Quantity]


_FULL_STOP = re.compile(r"[\s.;,/]+$")
_MARKER = re.compile(r"\s*(?:[-–+*•]\s+)?")
_YEARS = r"(?:năm\s+20\d\d|giai\s+đoạn\s+20\d\d\s*[-–]\s*20\d\d)"
# Said of the whole item, not part of what is measured: `Phấn đấu đến hết năm 2026,`
_UNTIL = re.compile(rf"\s*(?:(?:đến|tính đến|trong|vào)\s+)?(?:(?:hết|cuối)\s+)?{_YEARS}\s*[,:]\s*", re.I)
# The year that stands with one of several values: `đạt 80%, đến năm 2030 đạt 100%`.
_YEAR_OF_VALUE = re.compile(
    rf"[\s,;]*(?:(?:và|,)\s+)?(?:(?:đến|trong|vào)\s+)?(?:(?:hết|cuối)\s+)?{_YEARS}\s*:?\s*$", re.I
)
# What is measured stands in front of the number and is complete: `Tỷ lệ …`, `Số lượng …`, `Thu nhập …`.
_HEAD = re.compile(
    r"\s*(?:[^\W\d_]+\s+){0,3}?(?:t[ỷỉ]\s+(?:lệ|trọng|suất)|số\s+lượng|số|tổng|mức|giá\s+trị|thu|chi|doanh\s+thu|quy\s+mô|diện\s+tích"
    r"|sản\s+lượng|năng\s+suất|thu\s+nhập|chỉ\s+số|vốn|kim\s+ngạch|tốc\s+độ|thời\s+gian|xếp\s+hạng|mật\s+độ|độ|điểm|hệ\s+số|tuổi\s+thọ|kinh\s+tế)(?!\w)",
    re.I,
)
# Words that tie what follows the number to the number: `≥ 2% và tăng dần theo yêu cầu`, `đạt 90% so với năm 2025`.
_REMARK = re.compile(
    r"\s*(?:[(/]|[\s,]*(?:(?:và\s+)?(?:tăng|giảm|duy\s+trì|giữ)|theo|so\s+với|vào|trong\s+năm|trong\s+giai|đến\s+năm|đến\s+hết|hằng\s+năm|hàng\s+năm|mỗi\s+năm)(?!\w))",
    re.I,
)
_CLAUSE = re.compile(r"(?:[^;.\n]|\.(?=\d))*")
_CLAUSE_BREAK = re.compile(r"[;\n]|\.\s")
_END = re.compile(r"\s*(?:$|[.;,\n])")
_RANK = re.compile(r"top|tốp|thứ|hạng|nhóm", re.I)
# A number behind these describes: `cho 200 lượt người`, `trong 05 ngày`.
_DESCRIBING = re.compile(r"(?<!\w)(?:trong|sau|mỗi|gồm|cứ|từ|với|cho|của|trên|thuộc|tại|giữa)\s*$", re.I)
# One behind these is made or reached: `Xây dựng 03 tổ`, `thu hút 20 doanh nghiệp`.
_MADE = re.compile(
    r"(?:^|[,;.]\s*|(?<!\w)(?:có|thêm|mới|lập|dựng|khai|nhận|hiện|chức|thành|trì|mở|tạo|thu hút|hỗ trợ))\s*$", re.I
)
_MOST_FIGURES = 30  # more is a table run into a sentence
_HANGING = re.compile(r"[\s,;:]+$|(?:[\s,]+(?:và|để|là|đạt|với|từ|còn))+\s*$", re.I)


@lru_cache(maxsize=4096)
def parse_measure(sentence: str) -> Measure:
    """What one prose item of the objectives measures, and its targets.

    Written forms: `Tỷ lệ … đạt từ 60% dân số trở lên.` (unit `% dân số`), `100% học sinh được …`
    (name `học sinh được …`), `Thực hiện số hóa 100% hồ sơ …` (name without `100%`), `… góp phần đạt chỉ tiêu ≥ 95%`,
    `Có ít nhất 02 mô hình …`, `Số lượng … đạt từ 10 doanh nghiệp trở lên`, `Thu ngân sách đạt 120 tỷ đồng`,
    `giảm tỷ lệ hộ nghèo xuống dưới 1%`, `100% A; 80% B` (two quantities, each with its words as scope). A number that
    states no target stays in the name: `tốc độ 01 Gbps`,
    `từ 15 tuổi trở lên`, `5G`, `mức độ 4`, `Nghị quyết số 57`, `năm 2026`.
    """
    begin, end = _inner(sentence)
    found = find_figures(sentence)
    figures = _targets(sentence, found) if len(found) <= _MOST_FIGURES else []
    if begin >= end or not figures:
        words = tidy(sentence[begin:end])
        quantity = Quantity(
            raw=sentence[begin:end], start=begin, end=end, aspirational=is_aspirational(sentence), qualitative=words,
            problem="too-many-figures" if len(found) > _MOST_FIGURES else None,
        )  # fmt: skip
        return Measure(name=words, name_spans=[(begin, end)], quantities=[quantity])
    phrases = [_phrase(sentence, figures, place, end) for place in range(len(figures))]
    spans = _name_spans(sentence, (begin, end), phrases)
    quantities = [_quantity(sentence, figures, phrases, place, end) for place in range(len(figures))]
    return Measure(name=_name(sentence, spans), name_spans=spans, quantities=quantities)


class _Phrase(NamedTuple):
    """The span of a number with what belongs to it, its unit, and a `trở lên` that stands apart."""

    start: int
    end: int
    unit: str | None
    behind: tuple[int, int] | None


def _inner(sentence: str) -> tuple[int, int]:
    """The item without its dash and its closing full stop."""
    marker = _MARKER.match(sentence)
    closing = _FULL_STOP.search(sentence)
    begin, end = (marker.end() if marker else 0), (closing.start() if closing else len(sentence))
    return min(begin, end), end


def _targets(sentence: str, figures: list[Figure]) -> list[Figure]:
    """The figures that set targets: shares; else counts and amounts that are announced; else the first count.

    Beside a share in the same clause a count only describes: `100% hồ sơ được giải quyết trong 03 ngày`.
    A growth beside a level explains it: `đạt 120 tỷ đồng, tăng 10% so với năm 2025`.
    """
    figures = [figure for figure in figures if not _inside_parentheses(sentence, figure)]
    shares = [figure for figure in figures if figure.kind == "share"]
    announced = [f for f in figures if f.kind not in ("share", "attribute", "") and _announced(sentence, f)]
    ranks = [f for f in figures if f.kind == "" and _RANK.search(f.words)]
    levels = [f for f in (*shares, *announced) if f.problem != "relative"]
    if levels:
        shares = [f for f in shares if f.problem != "relative" or f.start < levels[0].start]
    if shares:
        taken = {_clause_number(sentence, figure) for figure in shares}
        return sorted(shares + [f for f in announced if _clause_number(sentence, f) not in taken])
    if announced or ranks:
        return sorted(announced + ranks)
    return [f for f in figures if f.kind in ("count", "money", "measure")][:1]


def _inside_parentheses(sentence: str, figure: Figure) -> bool:
    return sentence.count("(", 0, figure.start) > sentence.count(")", 0, figure.start)


def _clause_number(sentence: str, figure: Figure) -> int:
    return len(_CLAUSE_BREAK.findall(sentence[: figure.start]))


def _announced(sentence: str, figure: Figure) -> bool:
    """Whether a count or an amount is the target: it is compared, stands behind `đạt`, or is made: `Xây dựng 03 tổ`."""
    before = sentence[: figure.start]
    if figure.kind == "time" and not (figure.words and _HEAD.match(before)):
        return False  # trong 05 ngày; but `thời gian giải quyết không quá 03 ngày`
    if _DESCRIBING.search(before):
        return False
    return bool(figure.words.strip()) or before.rstrip().endswith(":") or _MADE.search(before) is not None


def _phrase(sentence: str, figures: list[Figure], place: int, end: int) -> _Phrase:
    """The words of the number that are no part of the name, and the unit with what a share is of."""
    figure = figures[place]
    start, stop, unit = figure.start, figure.number_end, figure.unit
    complete = _HEAD.match(_clause_before(sentence, start)) is not None
    base = _base(sentence, figure, complete) if figure.kind == "share" else None
    if base:
        unit, stop = f"% {tidy(base[1])}", base.end(1)
    elif figure.kind in ("money", "measure", "time") or (complete and _unit_ends(sentence, figure)):
        stop = _unit_end(sentence, figure)
    behind = figure.behind
    if behind and not sentence[stop : behind[0]].strip():
        stop, behind = behind[1], None
    following = figures[place + 1].start if place + 1 < len(figures) else end
    remark = _REMARK.match(sentence, stop)
    clause = _CLAUSE.match(sentence, stop)
    if remark and clause and sentence[:start].strip(" -–+") and clause.end() <= following:
        stop = min(clause.end(), end)
    if len(figures) > 1:
        year = _YEAR_OF_VALUE.search(sentence, figures[place - 1].end if place else 0, start)
        start = year.start() if year and year.start() else start
    return _Phrase(start, stop, unit, behind)


def _clause_before(sentence: str, start: int) -> str:
    clause = _CLAUSE_BREAK.split(sentence[:start])[-1]
    until = _UNTIL.match(clause)
    return clause[until.end() :] if until else clause


def _unit_end(sentence: str, figure: Figure) -> int:
    match = grammar().unit.match(sentence, figure.number_end)
    return match.end() if match else figure.number_end


def _unit_ends(sentence: str, figure: Figure) -> bool:
    """Whether nothing but a remark follows the unit: `Số hộ nghèo giảm còn 25 hộ.`, not `có 02 mô hình điểm`."""
    end = _unit_end(sentence, figure)
    if figure.behind and not sentence[end : figure.behind[0]].strip():
        return True
    return _END.match(sentence, end) is not None or _REMARK.match(sentence, end) is not None


def _base(sentence: str, figure: Figure, complete: bool) -> re.Match[str] | None:
    """What a share is of, where that ends the statement: `60% dân số trở lên`, `2% tổng chi ngân sách.`"""
    match = grammar().base.match(sentence, figure.number_end)
    if match is None or not sentence[: figure.start].strip(" -–+"):
        return None
    ends = _END.match(sentence, match.end()) or _REMARK.match(sentence, match.end())
    return match if ends or (complete and figure.behind) else None


def _name_spans(sentence: str, inner: tuple[int, int], phrases: list[_Phrase]) -> list[tuple[int, int]]:
    """What remains of the sentence without the number phrases and without `Phấn đấu đến năm 2026,` in front."""
    begin, end = inner
    holes = sorted(hole for phrase in phrases for hole in ((phrase.start, phrase.end), phrase.behind) if hole)
    spans = []
    position = _start_of_name(sentence, begin, holes[0][0])
    for start, stop in holes:
        if position < start:
            spans.append((position, start))
        position = max(position, stop)
    if position < end:
        spans.append((position, end))
    return [(a, b) for a, b in spans if sentence[a:b].strip(" .,;:")]


def _start_of_name(sentence: str, begin: int, first: int) -> int:
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
    joined = tidy(" ".join(sentence[start:end] for start, end in spans))
    joined = re.sub(r"(?:\s*[,:])?\s+([,;.:])", r"\1", joined)
    return _HANGING.sub("", joined).strip(" ,;:.")


def _quantity(sentence: str, figures: list[Figure], phrases: list[_Phrase], place: int, end: int) -> Quantity:
    figure, phrase = figures[place], phrases[place]
    stop = phrase.behind[1] if phrase.behind else phrase.end
    start = len(sentence) - len(sentence[phrase.start :].lstrip(" ,;"))
    scope = _scope(sentence, phrases, place, end) if len(figures) > 1 else None
    return Quantity(
        raw=sentence[start:stop], start=start, end=stop, comparator=figure.comparator, value=figure.value,
        value_high=figure.value_high, unit=phrase.unit, scope=scope, period=find_period(sentence, figure),
        aspirational=is_aspirational(sentence[: figure.number_start]), problem=figure.problem,
    )  # fmt: skip


def _scope(sentence: str, phrases: list[_Phrase], place: int, end: int) -> str | None:
    """The words of one figure among several: those behind it where it stands first in its clause, else those in front.

    What stands in front of the first one is what the item measures, hence no scope.
    """
    floor = phrases[place - 1].end if place else 0
    ceiling = phrases[place + 1].start if place + 1 < len(phrases) else end
    before = _CLAUSE_BREAK.split(sentence[floor : phrases[place].start])[-1].strip(" ,-–:")
    before = re.sub(r"^(?:trong\s+đó|và|còn)\W*", "", before, flags=re.I)
    if len(before) > 3:
        return _HANGING.sub("", tidy(before)) if place else None
    after = _CLAUSE.match(sentence[phrases[place].end : ceiling])
    return _HANGING.sub("", tidy(after[0] if after else "")).strip(" ,;.") or None
