"""Legal citations in running text and cells: kind, number, date, issuer.

The number is found first (it is what cannot be mistaken), then the kind before it, then date and issuer after it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from kehoach.normalize.dates import DATE, date_of
from kehoach.normalize.text import fold
from kehoach.normalize.vocabulary import on_change, rows

__all__ = ["Citation", "CitedDocument", "find_citations", "has_citation_hint", "merge_citations", "number_key"]


class Citation(msgspec.Struct, frozen=True):
    """One mention of a legal document; ``start:end`` runs from the kind (or `số`) to the date, else the number."""

    kind: str
    number: str
    date: dt.date | None
    issuer: str | None
    start: int
    end: int
    number_raw: str


class CitedDocument(msgspec.Struct, frozen=True):
    """All mentions of one (kind, number); ``indexes`` are those of the mentions in the list that was merged."""

    kind: str
    number: str
    date: dt.date | None
    issuer: str | None
    indexes: tuple[int, ...]

    @property
    def mentions(self) -> int:
        """How often it is cited."""
        return len(self.indexes)


_CAPITAL = "A-ZĐÐƯÔÂ"
_LETTERS = (
    rf"[{_CAPITAL}](?:[{_CAPITAL}]|(?<=T)[rg]|(?<=[CT])tr|(?<=Q)y(?=Đ))*(?:\d{{1,2}})?"  # NQ, TTg, CTr, QyĐ, QH15
)
_WIDE = r"\s{0,2}[-–‑/]\s{0,2}"  # "46 - TB", "57-\nNQ"
_TIGHT = r"(?:[-–‑/]\s?|\s[-–‑/])"
_HINT = re.compile(r"\d[\s.a-z]{0,3}[-–‑/ ]\s{0,2}(?:\d{4}\s?[-–‑/]\s{0,2})?[A-ZĐÐ]{1,2}|[Đđ]ề án|ĐỀ ÁN|ĐA ?0")
# "Đề án 06", "đề án số 06", "ĐA06": the one kind that is cited by a bare number. No year, no quantity.
_SCHEME = re.compile(
    r"(?P<kind>[Đđ]ề án|ĐỀ ÁN|ĐA)(?:\s+(?:số|SỐ))?:?\s{0,2}(?P<n>(?!(?:19|20)\d\d)\d{2,4})"
    r"(?!\s?[-–/]\s?[A-ZĐ]|[.,/-]?\d|\w|\s*(?:%|triệu|tỷ|nghìn|ngàn|năm|tháng|ngày|đồng|dự án|nhiệm vụ|ha\b|km))"
)
# What leads from a number to its date: "48-NQ/TU, ngày", "107/KH-UBND tỉnh Bắc Ninh ngày", "được ban hành ngày",
# "02-CTr/BCĐTW, 02/02/2026"; not "trước ngày", which is a deadline.
_TO_DATE = re.compile(
    r"\s*(?:[,(]?\s*(?:(?:tỉnh|thành phố|phường|xã|huyện|đã|được|ký|ban hành|[A-ZĐ]\w*)\s+){0,5}(?:ngày|NGÀY)\s*"
    r"|[,(]\s*)"
)
_OF = re.compile(r"\s*[,)]?\s*(?:của|do)\s+", re.IGNORECASE)
_GLUE = re.compile(r"[\s,;:(]*(?:(?:và|hoặc|cùng|với|&)\s+)?(?:các\s+)?(?:số[\s:]*)?", re.IGNORECASE)
_SO = re.compile(r"(?:^|(?<=\W))(?:số(?:\s+hiệu)?|sô|so)[\s:.]*$", re.IGNORECASE)
_NOT_CITED = ("mẫu", "biểu", "phụ lục", "biểu mẫu", "tcvn", "qcvn", "mã", "điện thoại", "fax", "sđt", "đt")
_KEEPS_DIGITS = ("QH", "ĐA", "BCĐ", "NQ", "TCT", "TGV", "CT", "CĐS")  # "QH15", "BCĐ57"; in "TW1" the 1 is a footnote
_LONGEST_KIND = 6  # words: "thông báo ý kiến kết luận"
_BEFORE = 110  # how far back the kind of a number may stand: "Luật Tổ chức chính quyền địa phương số 72/2025/QH15"


def has_citation_hint(text: str) -> bool:
    """Whether the text can hold a citation; quick, and never False where `find_citations` finds one."""
    return _HINT.search(text) is not None


def find_citations(text: str) -> list[Citation]:
    """All mentions of legal documents, in order.

    Handles `Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị`, `Nghị quyết 57-NQ/TW`, `Kế hoạch số 13/KH/TU`,
    `số 46 - TB/TGV`, `57-` / `NQ/TW` over two lines, `193/2025/QH15`, `66.7/2025/NQ-CP`, `123/STTTT-CNTT`,
    `Chương trình số 02-CTr/BCĐTW, 02/02/2026`, `Luật Giao dịch điện tử số 20/2023/QH15`, `QĐ 06/QĐ-TTg`, lists
    (`các Nghị quyết số 57-NQ/TW, số 59-NQ/TW và 68-NQ/TW`), `Đề án 06`, `Đề án 06/CP`. A blank number
    (`số    /KH-UBND`) and a bare `Nghị quyết 57` are none.
    """
    if not has_citation_hint(text):
        return []
    found: list[Citation] = []
    spots = [*_number_pattern().finditer(text), *_SCHEME.finditer(text)]
    for match in sorted(spots, key=re.Match.start):
        citation = _scheme(match) if match.re is _SCHEME else _citation(match, found[-1] if found else None)
        if citation is not None:
            found.append(citation)
    return _share_issuers(found, text)


def _scheme(match: re.Match[str]) -> Citation | None:
    before = match.string[match.start() - 1 : match.start()]
    if before.isalnum() or (before and before in "-/–"):  # "15/QĐ-BCĐCĐS-ĐA06" is one number
        return None
    date, end, issuer = _date_and_issuer(match.string, match.end())
    return Citation("Đề án", match["n"], date, issuer, match.start(), end, match["n"])


def _citation(match: re.Match[str], previous: Citation | None) -> Citation | None:
    text, start = match.string, match.start()
    if start and (text[start - 1].isalnum() or (text[start - 1] in "/.,-–" and text[max(0, start - 2)].isdigit())):
        return None
    raw = _without_footnote(match[0])
    named = _kind_before(text, start, raw, previous)
    if named is None:
        return None
    kind, kind_start = named
    date, end, issuer = _date_and_issuer(text, match.end())
    end = end if end > match.end() else start + len(raw)
    return Citation(kind, _tidy_number(raw), date, issuer, kind_start, end, raw)


def _tidy_number(raw: str) -> str:
    """`46 - TB/TGV` → `46-TB/TGV`; the letters stay as printed."""
    return re.sub(r"\s*([-/])\s*", r"\1", re.sub("[–‑]", "-", raw)).strip()


def _without_footnote(raw: str) -> str:
    stem = raw.rstrip("0123456789")
    return raw if stem == raw or stem.endswith(_KEEPS_DIGITS) else stem


def _kind_before(text: str, start: int, number: str, previous: Citation | None) -> tuple[str, int] | None:
    """The kind and where it (or `số`) starts: right before the number, of a list, of the clause, or by its letters."""
    before = text[max(0, start - _BEFORE) : start]
    offset = start - len(before)
    head = before.rstrip(" \t\n\xa0:.(“\"'[")
    numbered = _SO.search(head + " ") if head[-1:].lower() in ("ố", "ô", "o", "u") else None
    if numbered:
        head = head[: numbered.start()].rstrip(" \t\n:,(“\"'[")
    direct = _kind_at_end(head)
    if direct:
        return direct[0], offset + direct[1]
    if fold(head).endswith(_NOT_CITED):
        return None
    possible = _kinds_by_letters(number)
    here = offset + (numbered.start() if numbered else len(before))
    listed = previous and previous.end <= start and _GLUE.fullmatch(_after_issuer(text, previous, start))
    if previous and listed and (not possible or previous.kind in possible):
        return previous.kind, here
    if not possible or number.count("/") + number.count("-") + number.count("–") < 2:
        return None
    return _kind_in_clause(before, offset, possible) or _kind_of_letters(possible, here)


def _after_issuer(text: str, previous: Citation, start: int) -> str:
    between = text[previous.end : start]
    if previous.issuer and previous.issuer in between:
        return between.split(previous.issuer, 1)[1]
    return between


def _kind_at_end(head: str) -> tuple[str, int] | None:
    """The longest kind that ends here, and where it starts: `… Kế hoạch hành động`, `NQ`."""
    words = list(re.finditer(r"\S+", head[-40:]))
    shift = len(head) - len(head[-40:])
    kinds = _kinds()
    for count in range(min(_LONGEST_KIND, len(words)), 0, -1):
        first = words[-count].start()
        phrase = head[shift + first :].lstrip("\"'(“*-[")
        if kind := kinds.get(fold(phrase)):
            return kind, len(head) - len(phrase)
    last = words[-1][0].lstrip("\"'(“") if words else ""
    by_letters = _letters().get(last, ())
    return (by_letters[0], shift + words[-1].start()) if last.isupper() and by_letters else None


def _kinds_by_letters(number: str) -> tuple[str, ...]:
    """The kinds that a number's letters allow: `06/QĐ-TTg` → Quyết định, Quy định; none if they say nothing."""
    letters = next((part for part in re.split(r"[-–‑/\s]+", number)[1:] if not part.isdigit()), "")
    if re.fullmatch(r"QH\d\d|UBTVQH\d\d", letters):
        return ("Luật", "Bộ luật", "Nghị quyết", "Pháp lệnh")
    return _letters().get(letters, ())


def _kind_in_clause(before: str, offset: int, possible: tuple[str, ...]) -> tuple[str, int] | None:
    """`Luật Giao dịch điện tử số`, `Nghị quyết của Bộ Chính trị số`: the last possible kind of the same clause."""
    clause_start = max(before.rfind(mark) for mark in (";", ". ", "(", "\n\n")) + 1
    clause = before[clause_start:].lower()
    spots = [(clause.rfind(kind.lower()), kind) for kind in possible]
    spots = [(at, kind) for at, kind in spots if at >= 0]
    if not spots:
        return None
    at, kind = max(spots, key=lambda spot: (spot[0] + len(spot[1]), len(spot[1])))  # `Bộ luật` before `luật`
    return kind, offset + clause_start + at


def _kind_of_letters(possible: tuple[str, ...], here: int) -> tuple[str, int] | None:
    """`57-NQ/TW` alone is a Nghị quyết; a law of the National Assembly may be anything."""
    return (possible[0], here) if "Luật" not in possible else None


def _date_and_issuer(text: str, at: int) -> tuple[dt.date | None, int, str | None]:
    """What follows a number: its date, where the citation ends, and who issued it (in either order)."""
    after = text[at : at + 330]
    date, end = _date_at(after, 0)
    issued = _OF.match(after, end)
    issuer = issuer_at(after, issued.end()) if issued else None
    cited = end if date else 0
    if issued and issuer and date is None:  # "57-NQ/TW của Bộ Chính trị ngày 22/12/2024"
        date, end = _date_at(after, issued.end() + len(issuer))
        cited = end if date else 0
    return date, at + cited, " ".join(issuer.split()) if issuer else None


def _date_at(text: str, at: int) -> tuple[dt.date | None, int]:
    """The date that follows here and where it ends; an impossible one (31/02) is passed over."""
    leads = _TO_DATE.match(text, at)
    dated = DATE.match(text, leads.end()) if leads else None
    return (date_of(dated), dated.end()) if dated else (None, at)


# Where the name of an issuer ends: "của Bộ Chính trị | về đột phá …", "của UBND tỉnh | triển khai …".
_VERBS = (
    "về|v/v|ban hành|thực hiện|triển khai|quy định|phê duyệt|sửa đổi|bổ sung|hướng dẫn|nhằm|để|tại|trên|trong|đối với"
    "|ngày|đã|được|gồm|cho|năm|giai đoạn|phát động|theo|khóa|khoá|ký|là|có|thông qua|công bố|cụ thể|quán triệt|tiếp tục"
    "|đẩy mạnh|phát triển|yêu cầu|giao|đến|với|từ|do|đề ra"
)
_ISSUER_END = re.compile(
    rf"[;.:()\[\]\"“”<>\t|,]|\n\n|\s[-–]\s(?=[a-zđ]|Cơ quan)|\s(?:{_VERBS}|{_VERBS.upper()}|số(?=\s*\d)"
    r"|(?<!an )(?:chỉ đạo|tổ chức|xây dựng)"  # "Ban chỉ đạo" goes on
    r"|(?i:và\s+(?:các\s+)?(?:nghị|quyết|kế|chương|chỉ|kết|thông|hướng|công văn|văn bản|đề án|quy|luật|số)(?!\w))"
    r")(?!\w)"
)
# Bodies named after what they are for: "Ban Chỉ đạo … về phát triển khoa học, công nghệ và chuyển đổi số".
_PURPOSE = re.compile(
    r"\s(?:về|phát triển)\s+(?:phát triển\s+)?"
    r"(?:khoa học,?\s+(?:và\s+)?công nghệ|chuyển đổi số|cải cách hành chính|đổi mới sáng tạo)"
    r"(?:(?:\s*,|\s+và|\s*,\s*và)\s+(?:đổi mới sáng tạo|chuyển đổi số(?:\s+quốc gia)?|cải cách hành chính|đề án 06))*",
    re.IGNORECASE,
)
_MADE_FOR = re.compile(r"ban chỉ đạo|bcđ|tổ công tác|ủy ban quốc gia|hội đồng|tổ giúp việc", re.IGNORECASE)
_COMMA_NAMES = re.compile(r",\s+(?:thể thao và du lịch|hạ tầng và đô thị|công nghệ và môi trường)", re.IGNORECASE)


def issuer_at(text: str, at: int) -> str | None:
    """The body that starts at this offset, up to a verb, `về` or a comma that is not part of it.

    `Ban Thường vụ Tỉnh ủy thực hiện …` → `Ban Thường vụ Tỉnh ủy`. None for what is no name (`của tỉnh`).
    """
    stop = _ISSUER_END.search(text, at)
    while stop:
        purpose = _PURPOSE.match(text, stop.start())
        longer = (
            purpose if purpose and _MADE_FOR.search(text, at, stop.start()) else _COMMA_NAMES.match(text, stop.start())
        )
        if longer is None:
            break
        stop = _ISSUER_END.search(text, longer.end())
    name = text[at : stop.start() if stop else None].strip(" \n,-–*'’")
    return name if name[:1].isupper() and len(name.split()) <= 30 else None


def _share_issuers(found: list[Citation], text: str) -> list[Citation]:
    """`71/NQ-CP ngày … và Nghị quyết số 11/NQ-CP ngày … của Chính phủ`: the issuer is that of both."""
    for index in range(len(found) - 2, -1, -1):
        this, following = found[index], found[index + 1]
        near = following.start - this.end < 25 and _GLUE.fullmatch(text[this.end : max(this.end, following.start)])
        if near and this.issuer is None and _signature(this.number) == _signature(following.number):
            found[index] = msgspec.structs.replace(this, issuer=following.issuer)
    return found


def _signature(number: str) -> str:
    return re.split(r"[-/]", number)[-1]


def number_key(number: str) -> str:
    """The number without its punctuation: `11/NQ-CP` and `11-NQ/CP` are the same document written in two ways."""
    return re.sub(r"[\W_]", "", number).upper().replace("Ð", "Đ")


def merge_citations(citations: Sequence[Citation], exclude: Iterable[str] = ()) -> list[CitedDocument]:
    """One entry for each (kind, number), in order of first mention; numbers in ``exclude`` (the plan's own) left out.

    Date and issuer are the first that any of its mentions gives; failing that, any mention of the same document under
    a longer or shorter kind (`Kế hoạch 07-KH/TU`, `Kế hoạch hành động 07-KH/TU`) or another way to write its number.
    """
    own = {number_key(number) for number in exclude}
    groups: dict[tuple[str, str], list[int]] = {}
    same: dict[str, list[Citation]] = {}
    for index, citation in enumerate(citations):
        key = number_key(citation.number)
        if key not in own:
            groups.setdefault((citation.kind, citation.number.upper()), []).append(index)
            same.setdefault(key, []).append(citation)
    return [_merged(citations, indexes, same) for indexes in groups.values()]


def _merged(citations: Sequence[Citation], indexes: list[int], same: dict[str, list[Citation]]) -> CitedDocument:
    first = citations[indexes[0]]
    mentions = [citations[index] for index in indexes]
    others = [other for other in same[number_key(first.number)] if _kin(first.kind, other.kind)]
    named = [mention.issuer for mention in mentions + others if mention.issuer]
    return CitedDocument(
        first.kind,
        first.number,
        next((mention.date for mention in mentions + others if mention.date), None),
        next((name for name in named if not name.isupper() or len(name) < 6), named[0] if named else None),
        tuple(indexes),
    )


def _kin(one: str, other: str) -> bool:
    """Whether one kind is the longer name of the other: Thông báo, Thông báo kết luận. Not Quy định, Quyết định."""
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or longer.startswith(shorter + " ")


@cache
def _kinds() -> dict[str, str]:
    return {fold(row["phrase"]): row["kind"] for row in rows("document_kinds")}


@cache
def _letters() -> dict[str, tuple[str, ...]]:
    """`KH` → (Kế hoạch, Kế hoạch hành động, …): the shortest name, which a number alone stands for, first."""
    kinds: dict[str, list[str]] = {}
    for row in rows("document_kinds"):
        for letters in row["letters"].split():
            if row["kind"] not in kinds.setdefault(letters, []):
                kinds[letters].append(row["kind"])
    return {
        letters: tuple(sorted(names, key=lambda name: (name not in _USUAL, len(name))))
        for letters, names in kinds.items()
    }


_USUAL = ("Quyết định", "Thông tư", "Chỉ thị")  # what the letters mean, where two kinds share them


@cache
def _number_pattern() -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, _letters()), key=len, reverse=True))
    year = rf"(?:{_WIDE}(?:19|20)\d\d)?"
    return re.compile(
        r"\d{1,5}(?:\.\d{1,2}|[a-zđ](?=\s?[-–/]))?"
        rf"(?:{year}(?:{_WIDE}|\s)(?:{known}){_WIDE}{_LETTERS}|{year}{_TIGHT}{_LETTERS})"
        rf"(?:[-–/.&]\n?{_LETTERS})*(?![^\W\d_])"
    )


for _forget in (_kinds, _letters, _number_pattern):
    on_change(_forget.cache_clear)
