"""Objectives in prose: `Tỷ lệ hộ có nước sạch đạt từ 95% trở lên.` → what is measured, and how much of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from kehoach.normalize.announced import CLAUSE_BREAK, END, HEAD, REMARK, UNTIL, choose_targets, clause_before
from kehoach.normalize.figures import Figure, find_figures, grammar, is_aspirational
from kehoach.normalize.periods import Period, find_periods
from kehoach.normalize.quantities import Quantity, with_periods
from kehoach.normalize.text import tidy
from kehoach.normalize.units import spelled_unit


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
# The year that stands with one of several values: `đạt 80%, đến năm 2030 đạt 100%`.
_YEAR_OF_VALUE = re.compile(
    r"[\s,;]*(?:(?:và|,)\s+)?(?:(?:đến|trong|vào)\s+)?(?:(?:hết|cuối)\s+)?(?:năm\s+)?20\d\d\s*:?\s*(?:(?:có|đạt)\s+)?$",
    re.I,
)
_YEAR_BEHIND = re.compile(
    r"\s*\(?\s*(?:(?:tính\s+đến|đến|tới|vào|trong)\s+)?(?:(?:hết|cuối)\s+)?(?:năm\s+)?20\d\d(?!\d)\s*\)?", re.I
)
_EACH_YEAR = re.compile(r"\s?/\s?(?:năm|quý|tháng)(?!\w)", re.I)  # tăng bình quân 12%/năm
_CLAUSE = re.compile(r"(?:[^;.\n]|\.(?=\d))*")
_JOINING = re.compile(r"(?:[\s.,;:()]|(?<!\w)(?:và|còn|rồi|để)(?!\w))*", re.I)
_STANDING = re.compile(r"(?<!\w)(?:nằm|đứng|xếp|lọt|lọt\s+vào|giữ\s+vững|duy\s+trì)\s+$", re.I)
_LEADING = re.compile(r"\s*(?:dẫn|đứng|đi|có|cao|tốt)(?!\w)", re.I)
_SPENT_FOR = re.compile(r"(?<=\w)\s+(?:dành\s+cho|cho|để|hằng\s+năm|hàng\s+năm)(?!\w)", re.I)
_LEADING_AND = re.compile(r"^(?:và|còn)\s+", re.I)
_LISTED = re.compile(r"(?:,|(?<!\w)(?:và|cùng))\s*$", re.I)  # 04 lớp, 02 hội thảo
_MAGNITUDE = re.compile(r"\s*(?:trăm|nghìn|ngàn|triệu|tỷ)(?=\s)", re.I)
_LIST = re.compile(r"\s*(?:[,;]|và\s)", re.I)
_HAVING = re.compile(r"có\s+$", re.I)
_AMONG_THEM = re.compile(r"(?<!\w)trong\s+đó(?!\w)", re.I)
_MOST_FIGURES = 30  # more is a table run into a sentence
_HANGING = re.compile(r"[\s,;:]+$|(?:[\s,]+(?:và|để|là|đạt|với|từ|còn|cho|tới))+\s*$", re.I)
_GROWING = re.compile(
    r"(?:\s+(?:cắt\s+giảm|tăng|giảm|đạt|còn))+\s*$", re.I
)  # no part of what is measured: `doanh thu … tăng`


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
    figures = choose_targets(sentence, found) if len(found) <= _MOST_FIGURES else []
    if begin >= end or not figures:
        words = tidy(sentence[begin:end])
        quantity = Quantity(
            raw=sentence[begin:end], start=begin, end=end, aspirational=is_aspirational(sentence), qualitative=words,
            problem="too-many-figures" if len(found) > _MOST_FIGURES else None,
        )  # fmt: skip
        return Measure(name=words, name_spans=[(begin, end)], quantities=[quantity])
    periods = find_periods(sentence, figures)
    phrases = [_phrase(sentence, figures, periods, place, end) for place in range(len(figures))]
    spans = _name_spans(sentence, (begin, end), phrases)
    quantities = [_quantity(sentence, figures, phrases, place, end) for place in range(len(figures))]
    quantities = with_periods(quantities, periods)
    name = _name(sentence, spans)
    if not name:  # Có 14 bác sĩ/vạn dân.
        spans, name = [(begin, end)], tidy(sentence[begin:end])
    return Measure(name=name, name_spans=spans, quantities=quantities)


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


def _phrase(sentence: str, figures: list[Figure], periods: list[Period | None], place: int, end: int) -> _Phrase:
    """The words of the number that are no part of the name, and the unit with what a share is of."""
    figure = figures[place]
    start, stop, unit = figure.start, figure.number_end, figure.unit
    complete = HEAD.match(clause_before(sentence, start)) is not None
    base = _base(sentence, figure, complete) if figure.kind == "share" else None
    if base:
        unit, stop = spelled_unit(f"% {tidy(base[1])}"), base.end(1)
    elif figure.kind != "share":
        own = complete or _has_own_words(sentence, figures, place)
        whole = figure.kind in ("money", "measure", "time") or (own and _unit_ends(sentence, figure))
        magnitude = _MAGNITUDE.match(sentence, stop)  # trên 01 triệu lượt
        stop = _unit_end(sentence, figure) if whole else magnitude.end() if magnitude else stop
    each = _EACH_YEAR.match(sentence, stop) if figure.kind == "share" else None
    stop = each.end() if each else stop
    behind = figure.behind
    if behind and not sentence[stop : behind[0]].strip():
        stop, behind = behind[1], None
    following = figures[place + 1].start if place + 1 < len(figures) else end
    remark = REMARK.match(sentence, stop)
    clause = _CLAUSE.match(sentence, stop)
    period = periods[place]
    if figure.kind == "rank":
        start, stop = _rank_span(sentence, figure, (start, stop), min(clause.end() if clause else end, following))
    told = complete or len(sentence[:start].split()) > 2  # not: `Bố trí 3% tổng chi hằng năm cho khoa học`
    if remark and clause and told and clause.end() <= following:
        stop = min(clause.end(), end)
    elif period and period.behind and (year := _YEAR_BEHIND.match(sentence, stop)):
        stop = min(year.end(), end)
    if len(figures) > 1 and period and not period.behind:
        year = _YEAR_OF_VALUE.search(sentence, figures[place - 1].end if place else 0, start)
        start = year.start() if year else start
    return _Phrase(start, stop, unit, behind)


def _rank_span(sentence: str, figure: Figure, span: tuple[int, int], limit: int) -> tuple[int, int]:
    """The span with the words around a rank: `… nằm trong nhóm 20 xã dẫn đầu tỉnh`."""
    standing = _STANDING.search(sentence, 0, span[0])
    start, stop = standing.start() if standing else span[0], _unit_end(sentence, figure)
    leading = _LEADING.match(sentence, stop)
    if leading and grammar().aspiration.sub("", sentence[:start]).strip(" -–+"):
        stop = limit
    return start, max(stop, span[1])


def _has_own_words(sentence: str, figures: list[Figure], place: int) -> bool:
    """Whether a later figure has what it measures in front: `…, trong đó đi làm việc ở nước ngoài 25 người`."""
    parts = _AMONG_THEM.split(sentence[figures[place - 1].end : figures[place].start]) if place else []
    return len(parts) > 1 and not _JOINING.fullmatch(parts[-1]) and not _HAVING.search(parts[-1])


def _unit_end(sentence: str, figure: Figure) -> int:
    match = grammar().unit.match(sentence, figure.number_end)
    return match.end() if match else figure.number_end


def _unit_ends(sentence: str, figure: Figure) -> bool:
    """Whether nothing but a remark follows the unit: `Số hộ nghèo giảm còn 25 hộ.`, not `có 02 mô hình điểm`."""
    end = _unit_end(sentence, figure)
    if figure.behind and not sentence[end : figure.behind[0]].strip():
        return True
    return END.match(sentence, end) is not None or REMARK.match(sentence, end) is not None


def _base(sentence: str, figure: Figure, complete: bool) -> re.Match[str] | None:
    """What a share is of, where that ends the statement: `60% dân số trở lên`, `2% tổng chi ngân sách.`"""
    match = grammar().base.match(sentence, figure.number_end)
    if match is None or figure.problem == "relative" or not sentence[: figure.start].strip(" -–+"):
        return None
    ends = END.match(sentence, match.end()) or REMARK.match(sentence, match.end())
    ends = ends or _SPENT_FOR.match(sentence, match.end())
    return match if ends or (complete and figure.behind) else None


def _name_spans(sentence: str, inner: tuple[int, int], phrases: list[_Phrase]) -> list[tuple[int, int]]:
    """What remains of the sentence without the number phrases and without `Phấn đấu đến năm 2026,` in front."""
    begin, end = inner
    holes = sorted(hole for phrase in phrases for hole in ((phrase.start, phrase.end), phrase.behind) if hole)
    wishes = grammar().aspiration.finditer(sentence, holes[0][1], holes[-1][0])  # …; phấn đấu doanh thu tăng 15%
    holes = sorted(holes + [wish.span() for wish in wishes])
    spans = []
    position = _start_of_name(sentence, begin, holes[0][0])
    for start, stop in holes:
        if position < start:
            spans.append((position, start))
        position = max(position, stop)
    if position < end:
        spans.append((position, end))
    return [(a, b) for a, b in spans if ";" in sentence[a:b] or not _JOINING.fullmatch(sentence, a, b)]


def _start_of_name(sentence: str, begin: int, first: int) -> int:
    position = begin
    for _ in range(2):  # Phấn đấu đến hết năm 2026, tỷ lệ …
        wish = grammar().aspiration.match(sentence, position, first)
        if wish:
            position = wish.end() + len(sentence[wish.end() :]) - len(sentence[wish.end() :].lstrip(" :,"))
        until = UNTIL.match(sentence, position)
        if until and until.end() <= first:
            position = until.end()
    having = _HAVING.fullmatch(sentence, position, first)  # Có 80% hộ …
    return first if having else position


def _name(sentence: str, spans: list[tuple[int, int]]) -> str:
    joined = tidy(" ".join(sentence[start:end] for start, end in spans))
    joined = re.sub(r"(?:\s*[,:])?\s+([,;.:])", r"\1", joined)
    return _LEADING_AND.sub("", _HANGING.sub("", joined).strip(" ,;:."))


def _quantity(sentence: str, figures: list[Figure], phrases: list[_Phrase], place: int, end: int) -> Quantity:
    figure, phrase = figures[place], phrases[place]
    stop = phrase.behind[1] if phrase.behind else phrase.end
    start = len(sentence) - len(sentence[phrase.start :].lstrip(" ,;"))
    scope = _scope(sentence, phrases, place, end) if len(figures) > 1 else None
    return Quantity(
        raw=sentence[start:stop], start=start, end=stop, comparator=figure.comparator, value=figure.value,
        value_high=figure.value_high, unit=phrase.unit, scope=scope, problem=figure.problem,
        aspirational=_is_wished(sentence, figures, place),
    )  # fmt: skip


def _is_wished(sentence: str, figures: list[Figure], place: int) -> bool:
    """Whether `phấn đấu` stands before this figure, or before one that this goes on: not past `;` or `trong đó`.

    `Phấn đấu 100% thôn có sóng 4G, trong đó ít nhất 14 thôn có sóng 5G`: only the first.
    `Phấn đấu: xã 80%; phường 90%`: both.
    """
    figure = figures[place]
    if not place:
        return is_aspirational(sentence[: figure.number_start])
    gap = sentence[figures[place - 1].number_end : figure.number_start]
    if is_aspirational(gap):
        return True
    ends = _AMONG_THEM.search(gap) or (CLAUSE_BREAK.search(gap) and ":" not in sentence[: figures[0].start])
    return not ends and _is_wished(sentence, figures, place - 1)


def _scope(sentence: str, phrases: list[_Phrase], place: int, end: int) -> str | None:
    """The words of one figure among several: those behind it where it stands first in its clause, else those in front.

    What stands in front of the first one is what the item measures, hence no scope.
    """
    floor = phrases[place - 1].end if place else 0
    ceiling = phrases[place + 1].start if place + 1 < len(phrases) else end
    before = CLAUSE_BREAK.split(sentence[floor : phrases[place].start])[-1]
    *_, before = parts = _AMONG_THEM.split(before)
    if place and len(parts) == 1 and not _LIST.match(before):
        before = before.partition(", ")[2] or before  # 02 dự án đầu tư, tổng vốn trên 300 tỷ đồng
    before = before.strip(" ,-–:()")
    before = re.sub(r"^(?:và|còn)(?!\w)\W*", "", before, flags=re.I)
    before = grammar().aspiration.sub("", before).strip()
    start = phrases[place].start
    own = not place or not (_LISTED.search(sentence, phrases[place - 1].end, start) or _LIST.match(sentence, start))
    if len(before) > 3 and own:
        own_words = _GROWING.sub("", _HANGING.sub("", tidy(before)))
        if len(own_words) > 3 or not place:
            return own_words if place else None
    behind = sentence[phrases[place].end : ceiling]
    if not place and _AMONG_THEM.search(behind):
        return None
    after = _CLAUSE.match(_AMONG_THEM.split(behind)[0])
    if after is None or _JOINING.fullmatch(after[0]):
        return None
    return _HANGING.sub("", tidy(after[0])).strip(" ,;.()") or None
