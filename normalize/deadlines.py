"""Deadlines of tasks: `Quý I/2026`, `trước ngày 30/11/2026`, `thường xuyên`, `sau khi …`."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from kehoach.normalize import vocabulary
from kehoach.normalize.moments import Moment, find_moments

DeadlineKind = Literal["date", "month", "quarter", "half", "year", "range", "open", "recurring", "conditional", "none"]


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline as printed (`raw`, which is `begin` to `end` of the text) and as understood.

    `due` is the last acceptable day, `start` the first day of a range or of what stays open. `recurrence` is one of
    continuous, daily, weekly, monthly, quarterly, half-yearly, yearly; None where it is not said how often.
    `problem`: `no-year` (`trước 30/11` without a plan year), `impossible-date` (31/02/2026), `vague` (`đầu năm 2026`),
    `ocr-slip` (`Quý lI/2026`, read as II), `unreadable` (words that state no time).
    """

    raw: str
    begin: int
    end: int
    kind: DeadlineKind
    start: dt.date | None = None
    due: dt.date | None = None
    recurrence: str | None = None
    problem: str | None = None


_OFTEN = re.compile(r"(?<!\w)định\s+kỳ(?!\w)", re.I)  # how often is not said


class _Words(NamedTuple):
    recurrence: re.Pattern[str]
    recurrences: dict[str, str | None]
    condition: re.Pattern[str]
    conditions: dict[str, str]


def _phrases(name: str) -> str:
    phrases = sorted((row["phrase"] for row in vocabulary.rows(name)), key=len, reverse=True)
    bodies = (r"\s*/\s*".join(r"\s+".join(map(re.escape, part.split())) for part in p.split("/")) for p in phrases)
    return r"(?<!\w)(?:" + "|".join(bodies) + r")(?!\w)"


def _key(phrase: str) -> str:
    return re.sub(r"\s*/\s*", "/", " ".join(phrase.lower().split()))


@cache
def _words() -> _Words:
    return _Words(
        recurrence=re.compile(_phrases("recurrence"), re.I),
        recurrences={row["phrase"]: row["recurrence"] or None for row in vocabulary.rows("recurrence")},
        condition=re.compile(_phrases("deadline_conditions"), re.I),
        conditions={row["phrase"]: row["kind"] for row in vocabulary.rows("deadline_conditions")},
    )


vocabulary.on_change(_words.cache_clear)

_NOTHING = re.compile(r"[\s\-–—_./\\…*()]*")
# Documents, whose numbers and dates are no deadlines: `Quyết định số 12/QĐ-UBND ngày 05/01/2026`, `57-NQ/TW`.
_CITATION = re.compile(
    r"""
    (?: số\s*:?\s*\d[\w/-]*(?:\s?[-/]\s?[A-ZĐ][\w/-]*)*
      | (?<![\w/])\d+(?:/\d{4})?\s?[-/]\s?(?!Tháng|Quý|Năm|Ngày|Tuần|T\d|Q[IV\d])[A-ZĐ][A-ZĐa-z]*[\w/-]* )
    (?:\s*,?\s*(?:ban\s+hành\s+)?ngày\s+(?:\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}))?
    """,
    re.VERBOSE,
)
# A term counted from an event: `trong 10 ngày kể từ ngày ban hành`, `05 ngày làm việc`.
_TERM = re.compile(
    r"(?<![\w/.])\d+\s+(?:ngày(?:\s+làm\s+việc)?|tuần|giờ|tháng)(?!\s*(?:đầu|cuối|/|một|\d|,|và))(?!\w)", re.I
)
_EVENT_CLAUSE = re.compile(r"[^,;.(\n]*")


def parse_deadline(cell: str, plan_year: int | None = None) -> Deadline:
    """What a deadline cell, or the words behind `Thời gian thực hiện:`, say.

    Written forms: `10/2/2026`, `ngày 15 tháng 3 năm 2026`, `trước ngày 30/11/2026` (due the day before),
    `chậm nhất ngày 30/6/2026`,
    `trước 02/2026`, `Tháng 8/2025`, `T8/2025`, `8/2025`, `Quý I/2026`, `QI/2026`, `Quý I, II/2026`,
    `6 tháng đầu năm 2026`, `Năm 2026`, `2026`, `đến hết tháng 6/2026`, `2026-2030`, `từ tháng 3 đến tháng 5/2026`,
    `Năm 2025 và những năm tiếp theo`, `Từ năm 2026`, `Thường xuyên`,
    `định kỳ hằng quý`, `6 tháng/lần`, `Sau khi …`, `Theo lộ trình của tỉnh`, `Khi có yêu cầu`. The first time named
    counts (`Quý I/2026 xong Đề án, triển khai trong năm 2026`); the number and date of a
    document do not. A day, month or quarter without a year is one of `plan_year`.
    """
    return _parsed(cell, plan_year)


@lru_cache(maxsize=8192)
def _parsed(cell: str, plan_year: int | None) -> Deadline:
    begin, end = _trimmed(cell)
    if _NOTHING.fullmatch(cell):
        return Deadline(raw=cell[begin:end], begin=begin, end=end, kind="none")
    kind, start, due, recurrence, problem = _meaning(cell, plan_year)
    return Deadline(
        raw=cell[begin:end],
        begin=begin,
        end=end,
        kind=kind,
        start=start,
        due=due,
        recurrence=recurrence,
        problem=problem,
    )


def _trimmed(cell: str) -> tuple[int, int]:
    stripped = cell.lstrip(" \t\r\n:")
    begin = len(cell) - len(stripped)
    return begin, begin + len(stripped.rstrip(" \t\r\n.;,/"))


_Meaning = tuple[DeadlineKind, dt.date | None, dt.date | None, str | None, str | None]


def _meaning(cell: str, plan_year: int | None) -> _Meaning:
    text = _CITATION.sub(lambda match: " " * len(match[0]), cell)
    words = _words()
    recurring = words.recurrence.search(text) or _OFTEN.search(text)
    condition = words.condition.search(text)
    if condition and words.conditions[_key(condition[0])] == "event" and not text[: condition.start()].strip(" -("):
        clause = _EVENT_CLAUSE.match(text, condition.end())  # what follows `sau khi` tells the event, not the time
        until = clause.end() if clause else condition.end()
        text = " " * until + text[until:]
        recurring = words.recurrence.search(text) or _OFTEN.search(text)
    moment = _due_moment(text, find_moments(text, plan_year))
    if recurring and (moment is None or recurring.start() < moment.begin or not moment.has_year):
        return "recurring", None, None, words.recurrences.get(_key(recurring[0])), None
    if moment is not None:
        return moment.kind, moment.start, moment.due, None, moment.problem
    if condition or _TERM.search(text):
        return "conditional", None, None, None, None
    return "none", None, None, None, "unreadable"


_BEGINNING = re.compile(r"(?<!\w)(?:khởi\s+công|khởi\s+động|bắt\s+đầu)\s*:?\s*(?:vào|từ|trong)?\s*$", re.I)
_ALSO = re.compile(  # `… và …`, `đợt 1: tháng 6; đợt 2: tháng 11/2026`
    r"\s*(?:[,;&]|và)\s*(?:(?:đợt|lần|kỳ)\s*(?:thứ\s*)?(?:\d+|[IV]+|hai|ba|tư)\s*[:(-]?\s*)?"
    r"(?:(?:trước|đến|trong|vào)\s+)?(?:ngày\s+)?",
    re.I,
)
_FINISHING = re.compile(r"(?<!\w)(?:hoàn\s+thành|kết\s+thúc|xong|khánh\s+thành|bàn\s+giao)[^,;.]{0,30}$", re.I)


def _due_moment(text: str, moments: list[Moment]) -> Moment | None:
    """The moment that counts: the first; or the last of several, where they are joined or years; or the end.

    `20/6/2026 và 20/12/2026`, `Năm 2028 (sơ kết), năm 2030 (tổng kết)` are due with the last.
    `Khởi công Quý I/2026, hoàn thành Quý III/2026` is due with the second.
    """
    if len(moments) < 2:
        return moments[0] if moments else None
    first, *later = moments
    if all(_ALSO.fullmatch(text, one.end, other.begin) for one, other in pairwise(moments)):
        return moments[-1]
    if all(moment.kind == "year" and moment.due for moment in moments):
        return max(moments, key=lambda moment: moment.due or dt.date.min)
    if _BEGINNING.search(text, 0, first.begin):
        ends = (moment for moment in later if _FINISHING.search(text, first.end, moment.begin))
        return next(ends, first)
    return first


# --- a whole cell -----------------------------------------------------------------------------------------------------

# Words that may stand around the time in a cell of a deadline column.
_FILLER = re.compile(
    r"(?<!\w)(?:thời gian|thời hạn|hoàn thành|thực hiện|triển khai|kết thúc|xong|trước|sau"
    r"|trong|vào|từ|đến|hết|cuối|đầu|giữa|kể|chậm|nhất|là"
    r"|muộn|ngày|tháng|quý|năm|nhiệm vụ|giai đoạn|phân kỳ|các|những|tiếp theo|và|trở đi"
    r"|theo dõi|định kỳ|đột xuất|duy trì|bắt đầu|dự kiến|hoặc"
    r"|tuần(?:\s+thứ)?\s+(?:\d|[a-z]+)(?:\s*[,-]\s*\d)?"
    r"|\d{1,2}\s*(?:giờ|h)\d*|[IVX]+|tới|khoảng|của|sau đó|nay|tiếp tục|liên tục|suốt|cả)(?!\w)",
    re.I,
)
_OPENING = re.compile(r"\s*(?:hoàn thành|xong|gửi|trình|nộp|kết thúc|phân kỳ|dự kiến|trước|chậm nhất)(?!\w)", re.I)
_DEADLINE_CONDITION = re.compile(
    r"\s*(?:(?:hoàn\s+thành|xong)\s+)?(?:ngay\s+)?(?:sau\s+khi|khi\s+(?:có|được)|kể\s+từ|đột\s+xuất|trước\s+(?:khi|tết|mùa|vụ|kỳ\s+họp|đại\s+hội)|(?:trong\s+)?(?:vòng\s+|thời\s+hạn\s+)?\d+\s+(?:ngày|tháng|tuần)(?:\s+làm\s+việc|\s+kể\s+từ)"
    r"|theo\s+(?:các\s+)?(?:lộ\s+trình|tiến\s+độ|thời\s+gian|thời\s+hạn|hướng\s+dẫn|kế\s+hoạch|yêu\s+cầu|quy\s+định|chỉ\s+đạo|phân\s+kỳ|chương\s+trình|lịch))(?!\w)",
    re.I,
)
_MIGHT = re.compile(
    r"\d|thường|hằng|hàng|định|mỗi|năm|theo|khi|liên|đột|quý|kể|lâu|quanh|trước|thưởng|thuờng|thưòng", re.I
)
_LONGEST = 130


@lru_cache(maxsize=8192)
def looks_like_deadline(text: str) -> bool:
    """Whether a whole cell is a deadline, so that a column of such cells is one of deadlines.

    Yes: `12/2026`, `Quý I/2026`, `Thường xuyên`, `Sau khi tỉnh ban hành kế hoạch`, `Hoàn thành trước ngày 30/6/2026`.
    No: `Kế hoạch năm 2026`, `Báo cáo quý`, `3/5`, a task that merely contains a year.
    """
    if not text or len(text) > _LONGEST or not _MIGHT.search(text) or _NOTHING.fullmatch(text):
        return False
    deadline = _parsed(text, None)
    if deadline.kind == "none":
        return False
    if _DEADLINE_CONDITION.match(text):
        return True
    if deadline.kind == "conditional":
        return False
    core = _recurring_core(text) if deadline.kind == "recurring" else _timed_core(text)
    if core is None:
        return False
    before, after = _FILLER.sub(" ", text[: core[0]]), _FILLER.sub(" ", text[core[1] :])
    rest = len(re.findall(r"[^\W\d_]+", before))
    if rest == 0:  # the time stands first; what follows may tell more
        return len(re.findall(r"[^\W\d_]+", after)) <= (6 if deadline.kind == "recurring" else 20)
    return bool(_OPENING.match(text)) and rest <= 8 and not re.search(r"\w", after)


def _recurring_core(text: str) -> tuple[int, int] | None:
    match = _words().recurrence.search(text) or _OFTEN.search(text)
    return match.span() if match else None


def _timed_core(text: str) -> tuple[int, int] | None:
    moment = next(iter(find_moments(_CITATION.sub(lambda match: " " * len(match[0]), text), None)), None)
    if moment is None or (moment.problem and re.fullmatch(r"\s*\d+\s*/\s*\d+\s*", text)):
        return None  # 3/5 may be three of five
    return moment.begin, moment.end


# --- running text -----------------------------------------------------------------------------------------------------

_STANDING = re.compile(r"(?<!\w)(?:là\s+)?(?P<phrase>nhiệm\s+vụ\s+thường\s+xuyên)(?!\w)(?!\s*,\s*\w)", re.I)
_LABELLED = re.compile(
    r"(?<!\w)(?:thời\s+(?:gian|hạn)(?:\s+(?:thực\s+hiện|hoàn\s+thành|triển\s+khai))*|tiến\s+độ)\s*:\s*(?P<rest>[^;.\n]*)",
    re.I,
)
_IN_PARENTHESES = re.compile(r"\((?P<rest>[^()]{3,100})\)")
# Only a time that something is to be done by: `hoàn thành trong quý II/2026`, `trước ngày 30/11/2026`.
_ANNOUNCED = re.compile(
    r"(?<!\w)(?:(?:hoàn\s+thành|kết\s+thúc|thực\s+hiện|ban\s+hành|gửi[^.;,()]{0,60}?|báo\s+cáo[^.;,()]{0,60}?)\s+)?(?P<rest>"
    r"(?:xong\s+)?trước(?:\s+(?:ngày|tháng|quý|năm))?\s+[\dIVX]"
    r"|(?:chậm|muộn)\s+nhất\s+(?:là\s+|vào\s+|đến\s+|trong\s+|trước\s+)*(?:ngày|tháng|quý|năm|\d)"
    r"|trong\s+(?:quý|tháng)\s+[\dIVX]"
    r"|(?:đến\s+)?hết\s+(?:ngày|tháng|quý)\s+[\dIVX]"
    r"|(?<=hoàn\sthành\s)(?:trong\s+|vào\s+)?(?:cuối\s+)?(?:ngày|tháng|quý|năm)\s+[\dIVX])",
    re.I,
)
_REPEATED = re.compile(r"(?<!\w)(?:hằng|hàng|định\s+kỳ)(?!\w)[^.;]{0,60}$", re.I)


def find_deadline(sentence: str, plan_year: int | None = None) -> Deadline | None:
    """The deadline that the running text of a task states; None where it only mentions a time.

    Written forms: `(nhiệm vụ thường xuyên)`, `(Quý II/2026)`, `Thời gian thực hiện: …`,
    `trước ngày 30/11/2026`, `hoàn thành trong tháng 02/2026`, `xong trước tháng 6/2026`, `chậm nhất ngày 30/6/2026`.
    Not: `dự toán năm 2026`, `thường xuyên rà soát`, `theo Quyết định ... ngày 05/01/2026`.
    """
    text = _CITATION.sub(lambda match: " " * len(match[0]), sentence)
    standing = _STANDING.search(text)
    if standing:
        begin, end = standing.span("phrase")
        return _piece(sentence, begin, end, plan_year)
    for match in _LABELLED.finditer(text):
        found = _piece(sentence, *match.span("rest"), plan_year)
        if found.kind != "none":
            return found
    for match in _IN_PARENTHESES.finditer(text):
        found = _piece(sentence, *match.span("rest"), plan_year)
        if not looks_like_deadline(match["rest"]) or _REPEATED.search(text, max(0, match.start() - 80), match.start()):
            continue
        if found.kind in ("year", "range", "open") and not _OPENING.match(match["rest"]):
            continue  # kế hoạch 05 năm (2026-2030): the time of the thing, not of the work
        if found.kind == "recurring" or re.search(r"(?:19|20)\d\d|ngày\s+\d", match["rest"]):
            return found
    return _announced(sentence, text, plan_year)


def _announced(sentence: str, text: str, plan_year: int | None) -> Deadline | None:
    for match in _ANNOUNCED.finditer(text):
        begin = match.start("rest")
        if (
            _REPEATED.search(text, max(0, begin - 80), begin)
            or "(" in text[max(0, begin - 60) : begin].rpartition(")")[2]
        ):
            continue  # định kỳ hằng quý (trước ngày 20 ...): how often, not when
        for moment in find_moments(text, plan_year):
            if begin <= moment.begin <= match.end():
                return _piece(sentence, begin, moment.end, plan_year)
    return None


def _piece(sentence: str, begin: int, end: int, plan_year: int | None) -> Deadline:
    found = _parsed(sentence[begin:end], plan_year)
    return msgspec.structs.replace(found, begin=begin + found.begin, end=begin + found.end)


__all__ = ["Deadline", "DeadlineKind", "Moment", "find_deadline", "looks_like_deadline", "parse_deadline"]
