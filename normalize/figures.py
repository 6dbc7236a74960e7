"""Finds the figures of a text: each number with its comparison, its unit, and what makes it no figure at all.

Table cells (:mod:`kehoach.normalize.quantities`) and sentences (:mod:`kehoach.normalize.measures`) read with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from kehoach.normalize import vocabulary
from kehoach.normalize.numbers import NUMBER, parse_number
from kehoach.normalize.text import MISTAKEN_MARKS

FigureProblem = Literal[
    "ambiguous", "approximate", "fraction", "misplaced-sign", "relative", "stray-character", "unreadable"
]
UnitKind = Literal["share", "money", "count", "measure", "time", "magnitude", "attribute", "rank", ""]

SIGN = r"(?:%|‰|phần\s+trăm)"
_DIGITS = re.compile(r"\d+")
_CLAUSE_END = re.compile(r"\s*(?:$|[.;,)\n])")


class Figure(NamedTuple):
    """A number with what belongs to it.

    `start` to `end` is the phrase with its comparison and unit (`đạt từ 60% trở lên`), `number_start` to
    `number_end` the digits with the sign. `words` are the comparing words in front,
    `behind` the span of such words behind it (`trở lên`).
    """

    start: int
    end: int
    number_start: int
    number_end: int
    comparator: str | None
    value: float | None
    value_high: float | None
    unit: str | None
    kind: UnitKind
    words: str
    behind: tuple[int, int] | None
    problem: FigureProblem | None


# Numbers that state no target. Each is masked before numbers are looked for.
_DECOY = re.compile(
    r"""
    (?<!\w)(?:
      (?:giai\s+đoạn|nhiệm\s+kỳ|năm\s+học|khóa|khoá)\s*\d+(?:\s*[-–]\s*\d{4})?      # giai đoạn 2026 - 2030
    | ngày\s+(?:\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*20\d\d                            # ngày 30/6/2026
        |\d{1,2}(?:\s*/\s*\d{1,2}|\s+tháng\s+\d{1,2})?(?:\s+năm\s+\d{4})?)             # ngày 20 tháng 6
    | (?:tháng|quý)\s*\d{1,2}(?!\s*%)(?:\s*[-–,]\s*\d{1,2}(?=\s*/))?(?:\s*/\s*\d{4})?  # tháng 6/2026
    | năm\s+(?:19|20)\d\d(?!\d)                                                        # năm 2026
    | so\s+với\s+(?:cùng\s+kỳ\s+)?20[12]\d(?![\d.,])                                  # tăng 10% so với 2025
    | (?:đến|tới|hết|cuối)\s+20(?:2|3|4)\d(?![\d.,]|\s*[^\W\d_%]|\s*%)                 # đến 2030,
    | trên\s+(?:0?1\s+(?:ha|héc\s*ta|hecta|m2|m²|km2|đơn\s+vị|sào|mẫu)                # trên 1 ha
        |1(?:0|\.0)*(?:\s+vạn)?\s+(?:người\s+)?(?:dân|trẻ))(?!\w)                     # trên 10.000 dân
    | bình\s+quân\s+(?:mỗi\s+)?0?1\s+(?=[^\W\d_])                                      # bình quân 01 thôn có …
    | (?:sáu|chín)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?
    | (?:công\s+nghiệp|cách\s+mạng|phiên\s+bản|công\s+nghệ)(?:\s+\w+){0,3}\s+\d\.\d
    | mức(?:\s+độ)?\s+\d(?:\s*(?:,|và)\s*\d(?![\d.,]))?(?!\d|[.,]\d|\s*%)             # mức độ 3, 4
    | (?:cấp\s+độ|cấp|loại|lớp|bậc|vùng|tầng|khối|chặng|phương\s+án)\s+\d(?![\d.,]|\s*%)  # cấp độ 3
    | (?<!trong\s)(?<!thuộc\s)nhóm\s+\d+(?![.,]\d|\s*%)                                # nhóm 2
    | (?:điều|khoản|chương|mục|phụ\s+lục|biểu|mẫu|tiêu\s+chí|chỉ\s+tiêu|tiêu\s+chuẩn|đề\s+án|luật|nghị\s+quyết
        |nghị\s+định|quyết\s+định|thông\s+tư|kế\s+hoạch|chương\s+trình|kết\s+luận|chỉ\s+thị|thông\s+báo|công\s+văn
        |hướng\s+dẫn|quốc\s+lộ|tỉnh\s+lộ|lần\s+thứ|kỳ\s+họp\s+thứ|ISO|TCVN|QCVN)
        \s+(?:số\s+)?\d+(?![\d.,]|\s*(?:%|‰))[-/:\w]*                                   # Nghị quyết số 57-NQ/TW
    | (?<!tổng\s)số\s*:?\s*\d+\s*[-/]\s*[\w/-]*[A-ZĐ][\w/-]*                           # số 12/QĐ-UBND
    | \d+(?:[.,]\d+)?\s?(?:G|K|D|x)(?![\w/])                                           # 5G, 4K
    | \d+(?:/\d{4})?\s?[-/]\s?(?:NQ|QĐ|KH|CT|TB|TT|NĐ|KL|HD|BC|CV|CTr|ĐA|QH)\d*[-/\w]*  # 57-NQ/TW
    )
    | (?=\d)(?:
      (?<!\d)(?:19|20)\d\d\s*[-–]\s*20\d\d(?!\d)                                        # 2026-2030
    | (?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*20\d\d                                # 30/6/2026
    | (?<![\d/.,])\d{1,2}/20\d\d(?!\d)                                                # 12/2026
    | (?<![\w.,/-])20\d\d(?=\s*:\s*\S)                                                # 2026: 75%
    | (?:6|06|9|09)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?
    | (?:0?5|10)\s+năm\s*(?=\(?\s*(?:20|giai))                                          # 05 năm (2026-2030)
    | (?<![\d.,])(?:24/7|24/24(?:/7|\s*(?:h|giờ)(?!\w)|(?=\s*(?:$|[^\w\s]))))(?:h|\s*giờ)?   # not `24/24 bản`
    )
    | \(\s*20\d\d\s*\)                                                                 # 75% (2026)
    | /(?<=\d/)\s?(?:0?1\s+(?:ha|héc\s*ta|hecta|m2|m²|km2|đơn\s+vị|sào|mẫu)
        |1(?:0|\.0)*(?:\s+vạn)?\s+(?:người\s+)?(?:dân|trẻ))(?!\w)                     # 15/100.000 dân
    """,
    re.VERBOSE | re.IGNORECASE,
)

# A number in words counts only where it is compared: `ít nhất một không gian`. Each letter becomes a digit.
_WORDS = {"một": "1", "hai": "2", "ba": "3", "bốn": "4", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9", "mười": "10"}
_NUMBER_WORD = re.compile(
    rf"((?:ít\s+nhất|tối\s+thiểu|không\s+quá|tối\s+đa|không\s+dưới)\s+)({'|'.join(_WORDS)})"
    r"(?!\w)(?!\s+(?:trong|phần|nửa|mươi|trăm|nghìn|ngàn|triệu|tỷ|hai|ba|bốn|lăm|sáu|bảy|tám|chín)(?!\w))",
    re.I,
)

# One number, `3/5`, or a range `80% - 90%`, `từ 80 đến 90%`; `5% xuống 3%` goes from a state to its target.
_CORE = re.compile(
    rf"""
    (?<![\w.,/¤])(?P<low>{NUMBER})(?P<low_sign>\s*{SIGN})?
    (?: \s*/\s*(?P<whole>\d+)(?![\d/]) )?
    (?: \s*(?P<to>[-–—÷~]|(?:đến|tới|đến\s+dưới|và\s+dưới|lên\s+đến|lên|xuống\s+còn|xuống)\s)\s*(?P<high>{NUMBER})
        (?(low_sign)\s*{SIGN}|(?:\s*{SIGN})?) )?
    (?P<sign>(?(low_sign)|(?:\s*{SIGN})?))
    (?!\d|/\d|[.,]\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GLUED = re.compile(rf"(?<=[a-zà-ỹđ])(?P<low>\d+(?:,\d+)?)\s*{SIGN}")  # đạt80%
_LOOKS_LIKE_SHARE = re.compile(r"(?<!\w)(?=[\dOolI]*\d)[\dOolI]*[OolI][\dOolI]*\s*%")  # 1OO%
_SIGN_BEHIND = re.compile(r"\s*[≤≥<>]=?(?!\s*\d|=)")  # 80%≤
_COMPOUND = re.compile(r"(?<!\w)(?:mặt|đồng|văn|công)\s+$", re.I)  # giải phóng mặt bằng 4,2 ha
_EVERY = re.compile(r"\s+(?!kế\s+hoạch|dự\s+toán|chỉ\s+tiêu)\w")
_RELATIVE = re.compile(
    r"(?<!\w)(?:tăng|giảm)(?:\s+(?:thêm|bình\s+quân|trưởng|trung\s+bình|hằng\s+năm|hàng\s+năm))*\s*$", re.I
)


def _words(phrases: list[str]) -> str:
    """An alternation, longest first; a phrase that begins or ends with a letter begins or ends a word.

    The phrases of one first letter stand together: at most places none can begin, and that is then seen at once.
    """
    groups: dict[str, list[str]] = {}
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        groups.setdefault(phrase[0].lower(), []).append(phrase)
    parts = []
    for first, group in sorted(groups.items()):
        bodies = (r"\s+".join(map(re.escape, p.split())).replace("tỷ", "t[ỷỉ]") for p in group)
        rests = (body[len(re.escape(first)) :] for body in bodies)
        ended = (rest + (r"(?!\w)" if p[-1].isalnum() else "") for rest, p in zip(rests, group, strict=True))
        parts.append((r"(?<!\w)" if first.isalpha() else "") + re.escape(first) + f"(?:{'|'.join(ended)})")
    return "|".join(parts)


def _or_misread(pattern: str) -> str:
    """A pattern of small letters that takes those with mistaken marks too: `tống chỉ` for `tổng chi`."""
    classes = {letter: f"[{letters}]" for letters in MISTAKEN_MARKS for letter in letters}
    return re.sub(r"\\.|\[[^]]*\]|.", lambda part: classes.get(part[0], part[0]), pattern)


# Whose the base is: `tổng chi ngân sách xã`, `tổng giá trị sản xuất của toàn phường`, `dân số trên địa bàn xã`
_PLACE = (
    r"(?:xã|phường|đặc\s+khu|thị\s+trấn|huyện|tỉnh|thành\s+phố|địa\s+phương|Nhà\s+nước|trung\s+ương|cả\s+nước|ngành"
    r"|khu\s+vực)(?!\w)"
)
_BASE_TAIL = (
    rf"(?:\s+(?:của\s+|trong\s+)?(?:toàn\s+)?{_PLACE}|\s+trong\s+độ\s+tuổi(?!\w)(?:\s+lao\s+động(?!\w))?"
    rf"|\s+trên\s+địa\s+bàn(?!\w)(?:\s+(?:toàn\s+)?{_PLACE})?)*"
)


class Grammar(NamedTuple):
    """The patterns that the vocabularies make."""

    lead: re.Pattern[str]
    token: re.Pattern[str]
    comparators: dict[str, str]
    behind: re.Pattern[str]
    unit: re.Pattern[str]
    kinds: dict[str, UnitKind]
    attribute: re.Pattern[str]
    aspiration: re.Pattern[str]
    base: re.Pattern[str]


def key(phrase: str) -> str:
    """The form under which a printed phrase meets its row of a vocabulary."""
    return " ".join(phrase.lower().replace("tỉ", "tỷ").split())


@cache
def grammar() -> Grammar:
    """The patterns over `comparators`, `units`, `share_bases` and `aspiration`, made on first use."""
    comparators = vocabulary.rows("comparators")
    before = [row["phrase"] for row in comparators if row["position"] == "before"]
    behind = [row["phrase"] for row in comparators if row["position"] == "after"]
    units = vocabulary.rows("units")
    attributes = [row["unit"] for row in units if row["kind"] == "attribute"]
    bases = [row["base"] for row in vocabulary.rows("share_bases")]
    wish = "|".join(r"\s+".join(map(re.escape, row["phrase"].split())) for row in vocabulary.rows("aspiration"))
    # `phần đầu tư` is a share of investment, `trong phần đầu` a beginning.
    aspiration = rf"(?<!\w)(?<!trong\s)(?:{wish})(?!\s+(?:tư|tiên|của|thầu|giá|nối)(?!\w))(?!\w)"
    return Grammar(
        lead=re.compile(rf"(?:(?:{_words(before)}|{aspiration})\s*:?\s*)+$", re.I),
        token=re.compile(_words(before), re.I),
        comparators={key(row["phrase"]): row["comparator"] for row in comparators},
        behind=re.compile(rf"\s*(?:/\s*[^\W\d_]+\s+)?((?:[^\W\d_][\w/]*\s+){{0,6}}?)({_words(behind)})", re.I),
        # 95 triệu đồng/người/năm, 8 bác sĩ/vạn dân
        unit=re.compile(
            rf"\s*((?:{_words([r['unit'] for r in units])}|{_glued(units)})"
            r"(?:/(?:[\d.]+\s)?[^\W\d_]+(?:\s+dân(?!\w))?)*)",
            re.I,
        ),
        kinds={key(row["unit"]): row["kind"] for row in units},  # type: ignore[misc] # checked by a test
        attribute=re.compile(rf"{NUMBER}\s*(?:{_words(attributes)})", re.I),
        aspiration=re.compile(aspiration, re.I),
        base=re.compile(
            rf"\s*((?:(?:{_or_misread(_words(bases))})|(?:tổng\s+)?số\s+\w+(?:\s+\w+)?){_BASE_TAIL})", re.I
        ),
    )


def _glued(units: Sequence[Mapping[str, str]]) -> str:
    """The short signs of measures, which stand close behind a number: `10.000m2`, `12ha`."""
    signs = sorted((row["unit"] for row in units if row["kind"] == "measure" and len(row["unit"]) < 4), key=len)
    return rf"(?<=\d)(?:{'|'.join(map(re.escape, reversed(signs)))})(?!\w)"


vocabulary.on_change(grammar.cache_clear)


def is_aspirational(text: str) -> bool:
    """Whether the text only strives: `phấn đấu` and its misprints (`phần đầu`), but not `phần đầu tư`."""
    return grammar().aspiration.search(text) is not None


def mask_decoys(text: str) -> str:
    """The text with every number that states no target made unreadable, character for character.

    Decoys: years, dates, quarters, numbers of documents, `5G`, `24/7`, `mức độ 4`, `01 Gbps`, `15 tuổi`.
    """
    pieces, position = [], 0
    for begin, end in _around_digits(text):  # the words of a decoy stand near its digits; the rest need not be searched
        while (match := _DECOY.search(text, max(begin, position), end)) is not None:
            pieces += [text[position : match.start()], "¤" * len(match[0])]
            position = match.end()
    masked = "".join([*pieces, text[position:]])
    return grammar().attribute.sub(lambda match: "¤" * len(match[0]), masked)


def _around_digits(text: str) -> list[tuple[int, int]]:
    """Stretches of text that hold all its digits with room around them."""
    stretches: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(text):
        begin, end = max(0, match.start() - 40), match.end() + 40
        if stretches and begin <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
    return stretches


def find_figures(text: str) -> list[Figure]:
    """The figures of a text in order, decoys left out (see :func:`mask_decoys`)."""
    text = _NUMBER_WORD.sub(lambda match: match[1] + _WORDS[match[2].lower()].zfill(len(match[2])), text)
    if _DIGITS.search(text) is None:
        return []
    masked = mask_decoys(text)
    found = [_figure(masked, match) for match in _CORE.finditer(masked)]
    figures = [figure for figure in found if figure is not None]
    for pattern, problem in ((_GLUED, None), (_LOOKS_LIKE_SHARE, "unreadable")):
        for match in pattern.finditer(masked):
            if not any(figure.start < match.end() and match.start() < figure.end for figure in figures):
                figures.append(_lone_share(match, problem))
    return _as_one(sorted(figures, key=lambda figure: figure.start), text)


def _as_one(figures: list[Figure], text: str) -> list[Figure]:
    """A sum in two magnitudes is one figure: `1 tỷ 200 triệu đồng` is 1.2 tỷ đồng."""
    found: list[Figure] = []
    for figure in figures:
        before = found[-1] if found else None
        if before is not None and _goes_on(before, figure, text):
            assert before.value is not None and figure.value is not None and figure.unit is not None
            value = round(before.value + figure.value / 1000, 9)
            unit = f"tỷ{figure.unit.removeprefix('triệu')}"
            found[-1] = before._replace(
                end=figure.end, number_end=figure.number_end, value=value, unit=unit, kind=figure.kind
            )
        else:
            found.append(figure)
    return found


def _goes_on(billions: Figure, millions: Figure, text: str) -> bool:
    values = (billions.value, millions.value)
    if None in values or billions.value_high is not None or millions.value_high is not None or millions.words:
        return False
    units = (billions.unit or "").lower() in ("tỷ", "tỉ") and (millions.unit or "").lower().startswith("triệu")
    return units and (millions.value or 0) < 1000 and not text[billions.end : millions.start].strip()


def _lone_share(match: re.Match[str], problem: str | None) -> Figure:
    start, end = match.span()
    value = parse_number(match["low"]) if problem is None else None
    read: FigureProblem | None = None if problem is None else "unreadable"
    return Figure(start, end, start, end, None if problem else "=", value, None, "%", "share", "", None, read)


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    begin, end = match.span()
    is_share = bool(match["low_sign"] or match["sign"] or re.search(rf"{SIGN}$", match[0], re.I))
    unit, kind, phrase_end = _unit(text, end, is_share)
    if not is_share and phrase_end == end and text[end : end + 1].isalpha():
        return None  # 5G, 3x
    lead = grammar().lead.search(text, max(0, begin - 60), begin)
    start = lead.start() if lead else begin
    words = text[start:begin]
    if words.strip().lower() == "bằng" and _COMPOUND.search(text, 0, start):
        start, words = begin, ""
    value, high, problem = _values(match, is_share)
    tokens = [grammar().comparators[key(token[0])] for token in grammar().token.finditer(words)]
    if value == 100 and is_share and tokens == [">"] and words.strip().lower() == "trên" and _EVERY.match(text, end):
        start, words, tokens = begin, "", []  # cài đặt trên 100% máy tính
    behind = _behind(text, (end, phrase_end), "from" in tokens, (value, is_share))
    comparator, doubt = _comparator(tokens, behind[0], match, value)
    moves = match["high"] is not None and _moves(match)
    growth = _RELATIVE.search(text, max(0, start - 40), start)
    if growth and moves:
        start = growth.start()  # giảm từ 5% xuống 3%
    problem = problem or doubt or ("relative" if growth and not moves else None)
    if problem in (None, "relative") and _SIGN_BEHIND.match(text, phrase_end):
        comparator, problem = None, "misplaced-sign"
    return Figure(
        start, max(phrase_end, behind[1][1]), begin, end, comparator if value is not None else None,
        value, high, unit, kind, words, behind[1] if behind[0] else None, problem,
    )  # fmt: skip


def _unit(text: str, end: int, is_share: bool) -> tuple[str | None, UnitKind, int]:
    if is_share:
        sign = text[:end].rstrip()[-1]
        return ("‰" if sign == "‰" else "%"), "share", end
    match = grammar().unit.match(text, end)
    stop = match.end() if match else end
    if match is None and text[end : end + 2].isalpha():  # `8giờ`; a single letter is another thing: `5G`
        match = grammar().unit.match(f" {text[end:]}")
        stop = end + match.end() - 1 if match else end
    if match is None:
        return None, "", end
    unit = " ".join(match[1].split())
    return unit, _kind_of(unit), stop


def _kind_of(unit: str) -> UnitKind:
    """The kind of a unit, of `sáng kiến/năm` that of what stands in front of the stroke."""
    kinds = grammar().kinds
    return kinds.get(key(unit)) or kinds.get(key(unit.partition("/")[0]), "count")


def _values(match: re.Match[str], is_share: bool) -> tuple[float | None, float | None, FigureProblem | None]:
    value = parse_number(match["low"])
    if value is None or (is_share and re.search(r"\s", match["low"])):
        return None, None, "ambiguous"  # 12.34.567; `95 100%` may be two values
    if match["high"]:
        high = parse_number(match["high"])
        if high is None or (high < value and not _moves(match)):
            return None, None, "ambiguous"
        return (high, None, None) if _moves(match) else (value, high, None)
    if match["whole"]:
        return (value, None, "fraction") if value <= int(match["whole"]) else (None, None, "ambiguous")
    return value, None, None


def _moves(match: re.Match[str]) -> bool:
    """`từ 5% xuống 3%` states where it stands and where it goes; the second is the target."""
    return match["to"].strip().lower().startswith(("lên", "xuống"))


def _behind(
    text: str, ends: tuple[int, int], has_from: bool, read: tuple[float | None, bool]
) -> tuple[str | None, tuple[int, int]]:
    """The comparison behind the number and where it stands: `80% trở lên`, `từ 60% dân số trở lên`."""
    for end in ends[::-1]:
        match = grammar().behind.match(text, end)
        if match is None:
            continue
        if match[1]:  # words between: `từ 60% dân số trở lên`, but not `80% cán bộ cấp phòng trở lên được`
            if read == (100.0, True) or re.search(r"(?<!\w)(?:từ|được|có|là)(?!\w)", match[1], re.I):
                continue
            if not has_from and not _CLAUSE_END.match(text, match.end()):
                continue
        return grammar().comparators[key(match[2])], match.span(2)
    return None, (ends[1], ends[1])


def _comparator(
    tokens: list[str], behind: str | None, match: re.Match[str], value: float | None
) -> tuple[str | None, FigureProblem | None]:
    if value is None:
        return None, None
    if match["high"] and not _moves(match):
        return "range", None
    if behind:
        return behind, None
    compared = [token for token in tokens if token not in ("=", "~")]
    if match["high"]:
        compared = [token for token in compared if token != "from"]
    if compared:
        return (">=" if compared[-1] == "from" and len(compared) == 1 else _strongest(compared)), None
    return "=", ("approximate" if "~" in tokens else None)


def _strongest(compared: list[str]) -> str:
    """The comparison next to the number; `từ` only completes another."""
    return next((token for token in reversed(compared) if token != "from"), ">=")
