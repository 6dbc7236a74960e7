"""Targets in table cells: `≥ 80%`, `từ 80% trở lên`, `Xã: 80%; phường: 90%`, `Đạt`."""

from __future__ import annotations

import re
import string
from functools import lru_cache

import msgspec

from kehoach.normalize.figures import Figure, find_figures, grammar, is_aspirational
from kehoach.normalize.periods import Period, find_periods
from kehoach.normalize.text import tidy
from kehoach.normalize.units import spelled_unit


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """One target as printed (`raw`, which is `start` to `end` of the cell or sentence) and as understood.

    `comparator` is one of `= >= <= > < range`; `value_high` the upper end of a range; `period` a year that
    stands with the value (`đến năm 2030: 90%`). Words without a number are `qualitative`. `problem` says why something
    is missing or doubtful: `ambiguous` and `unreadable` have no value, `misplaced-sign` no comparator;
    `several-values` have nothing to tell them apart; `approximate` (`khoảng 20`),
    `fraction` (`3/5 xã`: 3), `relative` (`tăng 10%`), `stray-character` (`95)`) are read but worth a look.
    """

    raw: str
    start: int
    end: int
    comparator: str | None = None
    value: float | None = None
    value_high: float | None = None
    unit: str | None = None
    scope: str | None = None
    period: int | None = None
    aspirational: bool = False
    qualitative: str | None = None
    problem: str | None = None


_JOINING = string.whitespace + ",;"
_MOST_FIGURES = 30  # more is no cell
_NOTHING = re.compile(r"[\s\-–—_./\\…*()]*")
_MARKS_ONLY = re.compile(r"[^\w%]*%?[^\w%]*")  # a sign that lost its number: ≥ %
_STRAY = re.compile(r"\s*[)\]}|'\"“”`’*^_]+\s*")  # 95)
_YEAR_ONLY = re.compile(r"(?:19|20)\d\d")

_SCOPE_AFTER = re.compile(
    r"\s*[(,:]?\s*(?:đối\s+với|với|cho|ở|tại|áp\s+dụng\s+(?:cho|với))\s+(?P<scope>\w[^;\n]*)", re.I
)
_LABEL = re.compile(
    r"(?:^|[;,:\n]|\s-\s|^-)\s*(?:đối\s+với\s+|ở\s+|tại\s+)?(?P<scope>[^\W\d_][^;:\n%]*?)\s*(?P<colon>:?)\s*$", re.I
)
_EACH = re.compile(r"mỗi\s", re.I)  # Mỗi thôn 01 mô hình
_PAREN = re.compile(r"\s*\(\s*(?P<scope>[^()]*[^()\s])\s*\)")
# Words that join the value to a remark, not to the group of people or things it is for: `theo kế hoạch`, `trở lên`.
_REMARK = re.compile(
    r"(?:theo|so|trong|trở|vào|và|hoặc|trên|của|từ|đến|hằng|hàng|mỗi|năm|nếu|trừ|tương|khi|như|được|là|gồm|do|để|bằng|tính)(?!\w)",
    re.I,
)
_OTHER_THAN_SCOPE = re.compile(rf"{_REMARK.pattern}|20\d\d\s*$", re.I)
_VERBS = re.compile(
    r"(?:đạt|hoàn thành|duy trì|giữ vững|tăng|giảm|có|bảo đảm|đảm bảo|thực hiện|xây dựng"
    r"|tỷ lệ|tỉ lệ|cả|và|đạt chuẩn|là|nâng|trong đó)",
    re.I,
)


@lru_cache(maxsize=8192)
def _parsed(cell: str, unit: str | None) -> tuple[Quantity, ...]:
    if _NOTHING.fullmatch(cell):
        return ()
    figures = _targets_among(cell, find_figures(cell)[:_MOST_FIGURES])
    if not figures:
        return (_words(cell, unit),)
    if len(figures) == 1:
        return tuple(with_periods([_single(cell, figures[0], unit)], find_periods(cell, figures)))
    return tuple(_several(cell, figures, unit))


def parse_target(cell: str, unit: str | None = None) -> list[Quantity]:
    """The targets that one table cell sets; `unit` is the text of the unit column.

    Written forms: `≥ 80%`, `>= 80`, `tối thiểu 80%`, `từ 80% trở lên`, `không quá 5%`, `trên 3%`, `dưới 5%`, `80-90%`,
    `từ 80 đến 90%`, `1,5%`, `2.500`, `1.250 tỷ đồng`, `02 mô hình`, `3/5 chỉ tiêu`, `Top 10`,
    `Tăng 10% so với năm 2025`, `Phấn đấu đạt 3%`, `Đạt`; two scopes in one cell (`≥ 95 đối với A ≥ 90 đối với B`,
    `Xã: 80%; phường: 90%`, `80% (nông thôn), 95% (thành thị)`). An empty cell or a dash
    sets none. The unit is the sign or the known unit in the cell, else that of the column, its tone marks as in the
    vocabulary of units.
    """
    return list(_parsed(cell, spelled_unit(tidy(unit)) or None if unit else None))


def unit_in_brackets(text: str) -> str | None:
    """The unit that the last brackets of a head or name hold; None where they hold anything else.

    >>> unit_in_brackets("Lộ trình (%) 2026")
    '%'
    >>> unit_in_brackets("Thu ngân sách (ĐVT: triệu đồng)")
    'triệu đồng'
    >>> unit_in_brackets("Tỷ lệ người dân (từ 15 tuổi) có tài khoản") is None
    True
    """
    found = _BRACKETS.findall(text)
    words = _UNIT_LABEL.sub("", tidy(found[-1])) if found else ""
    known = words in ("%", "‰") or grammar().unit.fullmatch(words) or words.startswith("% ")
    return words if words and known else None


def with_periods(quantities: list[Quantity], periods: list[Period | None]) -> list[Quantity]:
    """The quantities with the years that stand with them."""
    return [
        msgspec.structs.replace(quantity, period=period.year) if period else quantity
        for quantity, period in zip(quantities, periods, strict=True)
    ]


def _span(cell: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and joining marks at its ends."""
    piece = cell[start:end]
    stripped = piece.lstrip(_JOINING)
    start = end - len(stripped)
    return start, start + len(stripped.rstrip(_JOINING + "("))


_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_UNIT_LABEL = re.compile(r"^(?:đơn vị(?: tính)?|đvt|đv)\s*:?\s*", re.IGNORECASE)

# Not `năm`, which is also a year.
_NUMBER_WORDS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}


def _words(cell: str, unit: str | None) -> Quantity:
    start, end = _span(cell, 0, len(cell))
    raw = cell[start:end]
    number, _, counted = raw.partition(" ")
    known = grammar().unit.fullmatch(counted) if number.lower() in _NUMBER_WORDS else None
    if known:  # `Hai mô hình`
        value = float(_NUMBER_WORDS[number.lower()])
        return Quantity(raw=raw, start=start, end=end, comparator="=", value=value, unit=tidy(counted) or unit)
    if _MARKS_ONLY.fullmatch(raw):
        return Quantity(raw=raw, start=start, end=end, unit=unit, problem="unreadable")
    return Quantity(
        raw=raw, start=start, end=end, unit=unit, aspirational=is_aspirational(raw), qualitative=tidy(raw).rstrip(";,")
    )


def _targets_among(cell: str, figures: list[Figure]) -> list[Figure]:
    """Without those that only explain another: `100% (50/50 trường)`, `80%, tăng 5% so với năm 2025`."""
    kept: list[Figure] = []
    for figure in figures:
        in_parentheses = cell.count("(", 0, figure.start) > cell.count(")", 0, figure.start)
        in_parentheses = in_parentheses and not is_aspirational(figure.words)  # ≥ 50% (phấn đấu 60%)
        aside = kept and (in_parentheses or (figure.problem == "relative" and kept[0].problem != "relative"))
        if not aside:
            kept.append(figure)
    return kept


def _single(cell: str, figure: Figure, unit: str | None) -> Quantity:
    start, end = _span(cell, 0, len(cell))
    rest = cell[figure.end : end]
    label = _LABEL.search(cell, start, figure.start)
    labelled = label and (label["colon"] or _EACH.match(label["scope"]))
    scope = _scope_behind(rest) or (_label_scope(label) if label and labelled else None)
    own_unit = None
    if figure.unit is None and unit is None:
        own_unit = _noun(rest)
    elif figure.kind == "share" and scope is None:
        base = grammar().base.match(cell, figure.number_end)
        if base and unit is None:
            own_unit = spelled_unit(f"% {tidy(base[1])}")  # 60% dân số
        elif not base:
            scope = _population(rest)
    return _quantity(
        cell, figure, (start, end),
        unit=own_unit or _in_column(figure, unit), scope=scope,
        problem=_problem(figure, rest, cell[start : figure.start]),
    )  # fmt: skip


def _in_column(figure: Figure, unit: str | None) -> str | None:
    """The unit in the cell, else that of the column; `1,2 triệu` under `đồng` are `triệu đồng`."""
    if figure.kind == "magnitude" and unit:
        return f"{figure.unit} {unit}"
    return figure.unit or unit


def _problem(figure: Figure, rest: str, before: str) -> str | None:
    if figure.problem is not None:
        return figure.problem
    if rest and _STRAY.fullmatch(rest) and not before.strip():
        return "stray-character"
    return None


def _several(cell: str, figures: list[Figure], unit: str | None) -> list[Quantity]:
    """Each figure with the words that are its own: behind it up to the next, or in front where labels stand there."""
    both = _bounds(cell, figures, unit)
    if both:
        return [both]
    in_front = _labels_lead(cell, figures)
    signs = [figure.unit for figure in figures if figure.unit]
    quantities = []
    for position, figure in enumerate(figures):
        before = figures[position - 1].end if position else 0
        after = figures[position + 1].start if position + 1 < len(figures) else len(cell)
        label = _LABEL.search(cell, before, figure.start) if in_front else None
        behind = None if label else _scope_behind(cell[figure.end : after], only_one=False)
        scope = _label_scope(label) if label else behind
        start = min(label.start("scope"), figure.start) if label else figure.start
        end = figure.end if in_front else after
        quantities.append(
            _quantity(
                cell, figure, _span(cell, start, end),
                unit=_in_column(figure, unit) or (signs[0] if signs else None), scope=scope, problem=figure.problem,
            )
        )  # fmt: skip
    quantities = with_periods(quantities, find_periods(cell, figures))
    if len({(q.scope, q.period, q.aspirational) for q in quantities}) == 1 and len({q.unit for q in quantities}) == 1:
        return [msgspec.structs.replace(q, problem=q.problem or "several-values") for q in quantities]
    return quantities


def _bounds(cell: str, figures: list[Figure], unit: str | None) -> Quantity | None:
    """Two limits that make one range: `≥ 80% và ≤ 90%`."""
    low, high = figures[0], figures[-1]
    if len(figures) > 2 or not _AND.fullmatch(cell, low.end, high.start) or low.value is None or high.value is None:
        return None
    if low.comparator not in (">=", ">") or high.comparator not in ("<=", "<") or low.value > high.value:
        return None
    range_ = low._replace(comparator="range", value_high=high.value, end=high.end)
    return _quantity(
        cell, range_, _span(cell, 0, len(cell)), unit=low.unit or high.unit or unit, scope=None, problem=None
    )


_YEAR_LABEL = re.compile(r"(?:đến\s+)?(?:(?:hết|cuối)\s+)?năm\s+20\d\d", re.I)
_AND = re.compile(r"\s*(?:và|,|đến|nhưng)?\s*", re.I)
_MINUS = re.compile(r"\s*[-−–]\d")  # -5%: a fall, or a dash in front of an item


def _labels_lead(cell: str, figures: list[Figure]) -> bool:
    """Whether the scopes stand in front of the values: `Xã: 80%; phường: 90%`, `Nông thôn 80%, thành thị 95%`."""
    first = _LABEL.search(cell, 0, figures[0].start)
    return first is not None and (_label_scope(first) is not None or _YEAR_LABEL.match(first["scope"]) is not None)


def _label_scope(label: re.Match[str]) -> str | None:
    scope = tidy(label["scope"]).strip(" -–+*•(:,")
    if not scope or _VERBS.fullmatch(scope) or is_aspirational(scope) or _YEAR_LABEL.match(scope):
        return None
    return scope


def _scope_behind(rest: str, only_one: bool = True) -> str | None:
    match = _SCOPE_AFTER.match(rest)
    if match is None and not only_one:
        match = _PAREN.match(rest)
        if match and (_OTHER_THAN_SCOPE.match(match["scope"]) or is_aspirational(match["scope"])):
            match = None
    if match is None:
        return None if only_one else _population(rest)
    return re.sub(r"(?:\s+và|[\s,;.)–-]+)+$", "", tidy(match["scope"])) or None


def _population(rest: str) -> str | None:
    """What the share is of: `100% cơ quan, đơn vị` → `cơ quan, đơn vị`; a remark is no population."""
    words = tidy(rest).strip(" ,;.-–+")
    if not words or not words[0].isalpha() or _REMARK.match(words):
        return None
    return words


def _noun(rest: str) -> str | None:
    """An unknown unit of one to four words behind a number: `05 vườn ươm`; None for a remark."""
    words = tidy(rest).strip(" .;,")
    if not re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+){0,3}", words) or _REMARK.match(words) or _VERBS.match(words):
        return None
    return words


def _quantity(  # noqa: PLR0913 - a figure with what was found around it
    cell: str, figure: Figure, span: tuple[int, int], *, unit: str | None, scope: str | None, problem: str | None
) -> Quantity:
    start, end = span
    value, high, comparator = figure.value, figure.value_high, figure.comparator
    if _MINUS.match(cell) and not cell[: figure.start].strip(" -−–"):
        value, high, comparator, problem = None, None, None, "ambiguous"
    if unit is None and value is not None and problem is None and _YEAR_ONLY.fullmatch(cell[start:end]):
        value, comparator, problem = None, None, "ambiguous"  # a year in place of a value
    if problem == "fraction" and unit in ("%", None) and not cell[: figure.number_start].strip():
        value, comparator, problem = None, None, "ambiguous"  # 1/2 without a unit may be a date
    return Quantity(
        raw=cell[start:end], start=start, end=end, comparator=comparator, value=value, value_high=high, unit=unit,
        scope=scope, problem=problem,
        aspirational=is_aspirational(cell[: figure.number_start]) or bool(_WISH_BEHIND.match(cell, figure.end)),
    )  # fmt: skip


_WISH_BEHIND = re.compile(r"\s*\((?:phấn đấu|chỉ tiêu phấn đấu)\)", re.I)  # 95% (phấn đấu)
