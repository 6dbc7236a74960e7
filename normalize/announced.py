"""Which figures of a sentence set targets: `Xây dựng 03 tổ` does, `cho 200 lượt người` only describes."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from kehoach.normalize import vocabulary
from kehoach.normalize.figures import Figure

# What is measured stands in front of the number and is complete: `Tỷ lệ …`, `Số lượng …`, `Thu nhập …`.
_NUMBER_OF = (  # the number of something, not `kỹ năng số`, `chuyển đổi số`
    r"(?<!ký\s)(?<!năng\s)(?<!tế\s)(?<!đổi\s)(?<!nghệ\s)(?<!vụ\s)(?<!hội\s)(?<!quyền\s)(?<!dân\s)(?<!chỉ\s)"
    r"số(?!\s+h[óo][áa])"
)
HEAD = re.compile(
    r"\s*(?:[^\W\d_]+\s+){0,3}?(?:t[ỷỉ]\s+(?:lệ|trọng|suất)|số\s+lượng|"
    + _NUMBER_OF
    + r"|tổng(?!\s+(?:kết|hợp|rà|thể))"
    r"|mức|giá\s+trị|thu(?!\s+(?:hút|thập|gom|hoạch|hồi))|chi(?!\s+(?:bộ|hội|đoàn|nhánh|tiết|cục))|doanh\s+(?:thu|số)"
    r"|quy\s+mô|diện\s+tích|sản\s+lượng|năng\s+suất|thu\s+nhập|chỉ\s+số|vốn|kim\s+ngạch|tốc\s+độ|thời\s+gian"
    r"|xếp\s+hạng|mật\s+độ|(?<!chế\s)(?<!cấp\s)độ|(?<!thí\s)(?<!trọng\s)(?<!địa\s)điểm|hệ\s+số|tuổi\s+thọ|kinh\s+tế"
    r"|dân\s+số|(?<!chất\s)(?<!lực\s)(?<!trọng\s)lượng|lượt|bình\s+quân|chiều\s+dài|GRDP|PAPI|DTI|SIPAS|PAR)(?!\w)",
    re.I,
)
# Words that tie what follows the number to the number: `≥ 2% và tăng dần theo yêu cầu`, `đạt 90% so với năm 2025`; not
# `(trừ văn bản mật)`, which limits what is measured.
REMARK = re.compile(
    r"\s*(?:[(/](?!\s*(?:trừ|không\s+(?:kể|tính|bao\s+gồm))(?!\w)[^()\d]*\))|[\s,]*(?:(?:và\s+)?(?:tăng|giảm|duy\s+trì|giữ)|theo|so\s+với|vào|trong\s+năm"
    r"|trong\s+giai|đến\s+năm|đến\s+hết|đến\s+cuối|hằng\s+năm|hàng\s+năm|mỗi\s+năm|năm\s+20\d\d|chiếm|bằng|tương\s+đương)(?!\w))",
    re.I,
)
END = re.compile(r"\s*(?:$|[.;,\n])")
CLAUSE_BREAK = re.compile(r"[;\n]|\.\s")
# Said of the whole item, not part of what is measured: `Phấn đấu đến hết năm 2026,`
UNTIL = re.compile(
    r"\s*(?:(?:đến|tính đến|trong|vào|từ nay đến)\s+)?(?:(?:hết|cuối)\s+)?"
    r"(?:năm\s+20\d\d|(?<=[nti]\s)20\d\d|giai\s+đoạn\s+20\d\d\s*[-–]\s*20\d\d)"
    r"(?:\s*[,:]\s*|\s+(?!\d|[-–]|(?:và|đến|của|trở|so|là)(?!\w)))",
    re.I,
)

_NEAR = 50  # characters in front of a number that tell what it is

_RANK = re.compile(r"top|tốp|thứ|hạng|nhóm", re.I)
# A number behind these describes: `cho 200 lượt người`, `trong 05 ngày`.
_DESCRIBING = re.compile(
    r"(?<!\w)(?:trong|sau|mỗi|gồm|cứ|từ|với|cho|của|trên|thuộc|tại|giữa|ở|qua|theo|cách|đối\s+với|so\s+với|bởi|trước|đủ)\s*$",
    re.I,
)
_FOR = re.compile(r"(?<!\w)cho\s*$", re.I)
# A length, a power: what things are like: `các thôn cách trung tâm trên 10 km`
_EXTENT = re.compile(
    r"(?<!\w)(?:cách|dài|rộng|cao|sâu|bán\s+kính|công\s+suất|tải\s+trọng|tốc\s+độ|dung\s+lượng|dung\s+tích|khoảng\s+cách"
    r"|(?:cách|xa)(?:\s+[^\W\d_]+){1,4})\s*$",
    re.I,
)
# Comparing words that are as often something else: `camera trên 05 tuyến`, `từ 02 nguồn`, `bằng 03 hình thức`
_WEAK = re.compile(r"\s*(?:từ|trên|là|bằng|lên|xuống|thứ|còn|hơn|gần)\s*", re.I)
_ALSO = re.compile(r"(?:^|,|;|(?<!\w)(?:và|cùng|hoặc|trong\s+đó))\s*(?:có\s+)?$", re.I)
_LEVEL = re.compile(
    r"(?<!\w)(?:đạt|còn|là|ước|thu(?!\s+(?:hút|thập|gom|hoạch|hồi))|chi(?!\s+(?:bộ|hội|đoàn|nhánh|tiết|cục))|chiếm)(?!\w)|[≥≤<>]",
    re.I,
)
_EXPLAINING = re.compile(r"chiếm|bằng|tương|tăng|giảm", re.I)
_HAVING_PART = re.compile(r"(?<!\w)(?:với|gồm)\s*$", re.I)  # 05 tổ hợp tác với trên 80% thành viên là nữ
_DETAIL = re.compile(r"(?<!\w)(?:có|gồm|bảo\s+đảm|đảm\s+bảo)\s*$", re.I)
_AMONG_THEM = re.compile(r"(?<!\w)trong\s+đó(?!\w)", re.I)
_FROM_STATE = re.compile(
    r"(?:\s*\(?\s*(?:của\s+|vào\s+)?(?:năm|cuối\s+năm)\s+20\d\d\s*\)?|\s*\(20\d\d\))?\s*,?\s*", re.I
)
_TO_STATE = re.compile(r"\s*(?:tăng\s+|giảm\s+|nâng\s+)?(?:lên|xuống|còn)(?!\w)", re.I)
_GROWTH = re.compile(r"(?<!\w)(?:tăng|giảm|nâng)\s*$", re.I)
_PER = re.compile(r"\s*(/\s?[\d.]+\s+[^\W\d_]+(?:\s+[^\W\d_]+){0,2})(?=\s*(?:$|[.;,]))")  # 15/100.000 trẻ đẻ sống
_AND_MORE = re.compile(r"\s*,?\s*và\s*", re.I)  # 14 bác sĩ và 35 giường bệnh
_MEANS = re.compile(r"\s*(?:bằng|là|thứ)\s*", re.I)

# The noun behind a number ends before these.
_STOP = (
    r"(?:và|của|tại|ở|cho|trên|trong|do|để|với|về|từ|đến|được|có|đạt|là|theo|mới|thuộc|phục|vào|bằng|hoặc|trở|năm|qua|bị|đã|sẽ|này|khi|mà|như|đối|so|tương|phải|ngoài|sau|trước|dưới|giữa|qua|cùng|nhằm|gắn|tham"
    r"|không(?!\s+gian)|nhất|rõ|sạch|cấp|lần|nay|bên|phía|mặt)(?!\w)"
)
_NOUN = re.compile(
    rf"\s+(?!{_STOP})(?P<noun>[^\W\d_]+(?:\s+(?!{_STOP})[^\W\d_]+){{0,4}})(?P<ends>\s*$|\s*[.,;:()]|\s+{_STOP})?", re.I
)


@cache
def _made() -> re.Pattern[str]:
    """A number behind these is made or reached: `Xây dựng 03 tổ`, `công nhận mới 02 sản phẩm`."""
    verbs = sorted((row["verb"] for row in vocabulary.rows("making_verbs")), key=len, reverse=True)
    bodies = "|".join(r"\s+".join(verb.split()) for verb in verbs)
    return re.compile(
        rf"(?:^\W*|[,;.:]\s*|(?<!\w)(?:{bodies})(?:\s+(?:mới|thêm|được|thành\s+công|hoàn\s+thành|đưa\s+vào\s+sử\s+dụng|và\s+duy\s+trì|và\s+nhân\s+rộng))*)\s*$",
        re.I,
    )


vocabulary.on_change(_made.cache_clear)


def choose_targets(sentence: str, found: list[Figure]) -> list[Figure]:
    """The figures that set targets: shares; else counts and amounts that are announced; else the first count.

    Beside a share in the same clause a count only describes (`100% hồ sơ được giải quyết trong 03 ngày`), unless it
    is one of a part: `100% thôn có sóng 4G, trong đó ít nhất 14 thôn có sóng 5G`.
    A growth or a share beside a level explains it: `đạt 120 tỷ đồng, tăng 10% so với năm 2025`.
    """
    outside = [_counted(sentence, f) for f in found if not _inside_parentheses(sentence, f)]
    figures = _without_states(sentence, outside)
    announced = _all_announced(sentence, figures)
    ranks = [f._replace(kind="rank") for f in figures if f.kind in ("", "count") and _RANK.search(f.words)]
    announced = [f for f in announced if not _RANK.search(f.words)]
    shares = [f for f in figures if f.kind == "share"]
    shares = [f for f in shares if not _explains(sentence, f, announced, shares)]
    if shares:
        announced = [f for f in announced if _beside_shares(sentence, f, shares)]
    chosen = sorted(shares + announced + ranks)
    kept: list[Figure] = []
    for figure in chosen:
        if not kept or figure.kind == "share" or _goes_on(sentence, kept[-1], figure):
            kept.append(figure)
    return kept or [f for f in figures if f.kind in ("count", "money", "measure") and _may_be_meant(sentence, f)][:1]


def _all_announced(sentence: str, figures: list[Figure]) -> list[Figure]:
    announced: list[Figure] = []
    for before, figure in zip([None, *figures], figures, strict=False):
        if figure.kind in ("share", "attribute", ""):
            continue
        goes_on = announced and announced[-1] is before and _AND_MORE.fullmatch(sentence, before.end, figure.start)
        if goes_on or _announced(sentence, figure):
            announced.append(figure)
    return announced


def clause_before(sentence: str, start: int) -> str:
    """The clause of the figure at `start` up to it, without `Đến năm 2030,`."""
    clause = CLAUSE_BREAK.split(sentence[:start])[-1]
    until = UNTIL.match(clause)
    return clause[until.end() :] if until else clause


def _clause_number(sentence: str, figure: Figure) -> int:
    return len(CLAUSE_BREAK.findall(sentence[: figure.start]))


def _inside_parentheses(sentence: str, figure: Figure) -> bool:
    return sentence.count("(", 0, figure.start) > sentence.count(")", 0, figure.start)


def _without_states(sentence: str, figures: list[Figure]) -> list[Figure]:
    """Without the figures of where things stand: the 93 of `từ 93% (năm 2025) lên 95%`."""
    kept = list(figures)
    for figure, after in pairwise(figures):
        if _is_state(sentence, figure, after):
            kept.remove(figure)
            growth = _GROWTH.search(sentence, 0, figure.start)
            kept[kept.index(after)] = after._replace(start=growth.start() if growth else figure.start, problem=None)
    return kept


def _is_state(sentence: str, figure: Figure, after: Figure) -> bool:
    if not re.match(r"\s*từ(?!\w)", figure.words, re.I) or figure.comparator == "range":
        return False
    gap = sentence[figure.end : after.number_start]
    return re.fullmatch(_FROM_STATE.pattern + _TO_STATE.pattern + r".*", gap, re.I) is not None


def _is_complete(sentence: str, figure: Figure) -> bool:
    return HEAD.match(clause_before(sentence, figure.start)) is not None


def _counted(sentence: str, figure: Figure) -> Figure:
    """A bare number with the noun it counts: `tối thiểu 25 chòi canh`; or an index: `DTI đạt từ 0,7 trở lên`."""
    if figure.kind != "" or _RANK.search(figure.words):
        return figure
    if re.fullmatch(r"20[0-5]\d", sentence[figure.number_start : figure.number_end].strip()):
        return figure  # `…; 2027 hoàn thành kết nối`
    per = _PER.match(sentence, figure.number_end)
    if per:
        return figure._replace(kind="measure", unit=" ".join(per[1].split()))
    noun = _NOUN.match(sentence, figure.number_end)
    if noun is None:
        ends = figure.behind or END.match(sentence, figure.number_end) or REMARK.match(sentence, figure.number_end)
        if not ends or not (figure.words.strip() or sentence[: figure.start].rstrip().endswith(":")):
            return figure
        plain = figure.words.strip() and not _WEAK.fullmatch(figure.words)
        return figure._replace(kind="count") if plain or _is_complete(sentence, figure) else figure
    words = noun["noun"].split()
    unit = " ".join(words) if noun["ends"] is not None and len(words) <= 2 else None
    return figure._replace(kind="count", unit=unit)


def _announced(sentence: str, figure: Figure) -> bool:
    """Whether a count or an amount is the target: it is compared, stands behind `đạt`, or is made: `Xây dựng 03 tổ`."""
    before = sentence[max(0, figure.start - _NEAR) : figure.start]
    if figure.start > _NEAR:
        before = before[before.find(" ") :]
    compared = bool(figure.words.strip())
    complete = _is_complete(sentence, figure)
    if figure.kind == "time":
        return compared and complete  # not `trong 05 ngày`; but `thời gian giải quyết không quá 03 ngày`
    if _FOR.search(before):  # `Giải quyết việc làm cho 420 lao động`, but `05 lớp tập huấn cho 200 lượt người`
        return re.search(r"\d", clause_before(sentence, figure.start)) is None
    if _DESCRIBING.search(before) or (figure.kind == "measure" and _EXTENT.search(before)):
        return False
    if _MEANS.fullmatch(figure.words) and not complete:
        return False  # `tuyên truyền bằng 03 hình thức`
    if before.rstrip().endswith(":") or _made().search(before) or (complete and (compared or figure.behind)):
        return True
    if _WEAK.fullmatch(figure.words):
        return figure.comparator == "range" or (figure.behind is not None and figure.kind == "count")
    return compared or _AMONG_THEM.search(sentence, sentence.rfind(",", 0, figure.start) + 1, figure.start) is not None


def _explains(sentence: str, share: Figure, announced: list[Figure], shares: list[Figure]) -> bool:
    """Whether a share tells more about a figure in front of it: `đạt 120 tỷ đồng, chiếm 10% tổng thu`."""
    clause = _clause_number(sentence, share)
    levels = [f for f in (*announced, *shares) if f.start < share.start and f.problem != "relative"]
    level = next((f for f in reversed(levels) if _clause_number(sentence, f) == clause), None)
    if level is None or _AMONG_THEM.search(sentence, level.end, share.start):
        return False
    if share.problem == "relative":
        return True
    gap = sentence[level.end : share.number_start]
    if level.kind == "share":
        return False
    return (_EXPLAINING.search(gap) or _HAVING_PART.search(sentence, level.end, share.start)) is not None


def _beside_shares(sentence: str, figure: Figure, shares: list[Figure]) -> bool:
    clause = _clause_number(sentence, figure)
    same = [share for share in shares if _clause_number(sentence, share) == clause]
    if not same:
        return True
    if same[0].start > figure.start:
        return False
    return figure.kind != "time" and _AMONG_THEM.search(sentence, same[-1].end, figure.start) is not None


def _goes_on(sentence: str, previous: Figure, figure: Figure) -> bool:
    """Whether a later count is a target too: `03 lớp, 02 hội nghị`; not `01 tổ cho các thôn cách chợ trên 10 km`."""
    gap = sentence[previous.end : figure.start]
    if CLAUSE_BREAK.search(gap) or _AMONG_THEM.search(gap):
        return True
    if _ALSO.search(gap):
        return True
    if re.search(r"[,;]|(?<!\w)và(?!\w)", gap) and _made().search(gap[-_NEAR:]) and not _DETAIL.search(gap):
        return True
    return bool(_LEVEL.search(figure.words)) and figure.unit == previous.unit


def _may_be_meant(sentence: str, figure: Figure) -> bool:
    """Whether a lone number that nothing announces may be the target: `Xóa 08 phòng học`, `… quy mô 1.200 ha`."""
    before = sentence[: figure.start]
    if _EXTENT.search(before) or re.search(r"(?:[“\"‘']|(?<!\w)và)\s*$", before):
        return False
    return _FOR.search(before) is not None or not (_DESCRIBING.search(before) or _WEAK.fullmatch(figure.words))
