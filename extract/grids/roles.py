"""What the columns of a printed table hold, read from their heads and, where a head is unknown, from their cells.

The words of the heads are data: ``normalize/data/column_roles.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple, cast, get_args

from kehoach.extract.grids import cells
from kehoach.normalize import vocabulary
from kehoach.normalize.text import fold, without_tones
from kehoach.schemas.records import ColumnRole, TableKind

__all__ = ["assign_roles", "header_role", "header_year", "table_kind"]

_LONGEST_HEAD = 110  # characters; what is longer is a sentence
_SHORTEST_MISSPELT = 6  # letters; shorter heads (`STT`, `Hạn`) are too near to other words
_SAMPLE = 30  # rows whose cells are looked at

_NUMBERING = re.compile(
    r"^\s*(?:\(\s*[\divx]{1,3}\s*\)|[\divx]{1,3}\s*[.)/-](?!\d))\s*"
)  # `(2) Tiểu nhiệm vụ`, `3. ĐVT`
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?\s*")  # `Kinh phí (triệu đồng)`, `(rõ việc)`
_MARKS = re.compile(r"</?[a-z][^<>]*>|[*_#`\"“”]+")
_SLASH = re.compile(r"\s*([/&+])\s*")
_COMMA = re.compile(r"\s*[,;]\s*")
_EDGES = " .,;:-–*'\"…/"

_YEAR = r"(?<![\d/.\-])20[0-9]{2}(?![\d]|\s*/\s*\d|\.\d)"  # not in `22/12/2024`, `193/2025/QH15`
_SPAN = re.compile(rf"{_YEAR}\s*(?:[-–—]|đến(?:\s+năm)?)\s*(20[0-9]{{2}})(?!\d)")  # `2026-2030`
_PLAIN_YEAR = re.compile(_YEAR)
_DAY_YEAR = re.compile(r"(?:đến|trước|hết)\b\D{0,12}\d{1,2}\s*[/.-]\s*(?:\d{1,2}\s*[/.-]\s*)?(20[0-9]{2})(?!\d)")
_YEAR_WORDS = re.compile(  # `Đến hết năm 2026`, `giai đoạn 2026 - 2030`, `đến 31/12/2025`
    r"(?:^|(?<=\W))(?:(?:phấn đấu\s+)?(?<!tính )(?:đến|tới)\s+)?(?:hết\s+|cuối\s+|trong\s+)?(?:ngày\s+)?"
    r"(?:giai đoạn\s+|nhiệm kỳ\s+|các\s+)?(?:năm\s+|tháng\s+)?(?:\d{1,2}[/.-]){0,2}20\d{2}"
    r"(?:\s*(?:-|đến(?: năm)?)\s*20\d{2})?(?!\d)"
)
_QUARTER_YEAR = re.compile(r"(quý\s*(?:iv|i{1,3}|[1-4]))\s*/\s*(20[0-9]{2})(?!\d)")  # `Quý II/2026`
_CITATION = re.compile(  # `theo Nghị quyết số 12/2025/NQ-HĐND ngày …`
    r"\s*(?:theo |tại |của )?(?:nghị quyết|kế hoạch|quyết định|chương trình|đề án|nghị định|thông tư|công văn)?"
    r"\s*(?:số )?\d+\s*[-/]\s*(?:\d{4}\s*/\s*)?[a-zđ]{2}.*"
)
_UNIT_HEAD = re.compile(
    r"^(?:ubnd |hđnd |đảng ủy )?(?:phường|xã|thị trấn|đặc khu|huyện|quận|tổ dân phố|thôn|khu phố|ấp|bản) (?!hội)\w"
)
_TASK_NAME = re.compile(r"nhiệm vụ|công việc|hoạt động|đầu việc|giải pháp|(?<!\w)việc|đề án|dự án|sự kiện|mô hình")
_INDICATOR_NAME = re.compile(r"chỉ tiêu|chỉ số|mục tiêu|tiêu chí")
_PEOPLE = re.compile(r"^họ (?:và )?tên|^chức (?:vụ|danh)|^trích yếu|^số,? ký hiệu")


class _Phrases(NamedTuple):
    whole: dict[str, ColumnRole]
    year: dict[str, ColumnRole]  # heads that mean this beside a year
    starts: re.Pattern[str]
    contains: re.Pattern[str]
    roles: dict[str, ColumnRole]  # of the phrases of both patterns
    toneless: dict[str, ColumnRole]


@cache
def _phrases() -> _Phrases:
    found: dict[str, dict[str, ColumnRole]] = {"whole": {}, "year": {}, "starts": {}, "contains": {}}
    for row in vocabulary.rows("column_roles"):
        if row["role"] not in get_args(ColumnRole) or row["match"] not in found:
            raise ValueError(f"column_roles.csv: {row['role']!r}, {row['match']!r} is no role and match")
        found[row["match"]][_tidy_head(row["phrase"])] = cast(ColumnRole, row["role"])
    roles = found["starts"] | found["contains"]
    known = found["whole"] | roles
    toneless = {without_tones(phrase): role for phrase, role in known.items() if len(phrase) >= _SHORTEST_MISSPELT}
    return _Phrases(
        found["whole"], found["year"], _any_of(found["starts"]), _any_of(found["contains"]), roles, toneless
    )


def _any_of(phrases: dict[str, ColumnRole]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


def _tidy_head(cell: str) -> str:
    key = _MARKS.sub(" ", fold(cell))
    return " ".join(_COMMA.sub(", ", _SLASH.sub(r"\1", key)).split()).strip(_EDGES)


def _without_remarks(head: str) -> str:
    head = _NUMBERING.sub("", head, count=1)
    return " ".join(_REMARK.sub(" ", head).split()).strip(_EDGES) or head.strip("()[] ")


@lru_cache(maxsize=4096)
def header_role(cell: str) -> ColumnRole | None:
    """What a column under this head holds; None where the words are no known head.

    Forms: `STT`, `Đơn vị tính`, `(5) Đơn vị Chủ trì (Rõ người)`, `CƠ QUAN PHỐI HỢP THỰC HIỆN`, `Đến hết năm 2026`
    (a target), `Thực hiện năm 2025` (a figure already reached), `Xã Bình An` (a target of that commune),
    misspelt `Đơn vi tính`, without tones `Co quan chu tri`.
    """
    if len(cell) > _LONGEST_HEAD or not cell.strip():
        return None
    head = _tidy_head(cell)
    known = _phrases().whole.get(head)
    if known:
        return known
    plain = _without_remarks(head)
    if not plain or len(plain.split()) > 16:
        return None
    if header_year(plain) is not None and (remarks := re.findall(r"\(([^()]+)\)", head)):
        reached = _phrases().year.get(remarks[-1].strip())
        if reached == "baseline":  # `Năm 2024 (thực hiện)`
            return reached
    return _year_role(plain) or _exact_role(plain) or _unit_role(plain) or _misspelt_role(plain)


def _exact_role(head: str) -> ColumnRole | None:
    phrases = _phrases()
    if head in phrases.whole:
        return phrases.whole[head]
    if len(head.split()) > 11:
        return None
    match = phrases.starts.match(head) or phrases.contains.search(head)
    role = phrases.roles[match[0]] if match else None
    if role == "lead" and head.endswith(" phối hợp") and "chủ trì" not in head:
        return "coordinating"  # `Phân công thực hiện` over `Chủ trì` and `Phối hợp`
    return role


def _year_role(head: str) -> ColumnRole | None:
    if header_year(head) is None:
        return None
    rest = _YEAR_WORDS.sub(" ", _CITATION.sub("", _QUARTER_YEAR.sub(r"\1 năm \2", head)))
    rest = " ".join(rest.split()).strip(_EDGES)
    rest = re.sub(r"(?<!tính)\s+(?:năm|đến|của|trong|giai đoạn)$", "", rest)
    if rest in ("", "năm", "đến", "đến năm", "giai đoạn"):
        return "target"
    known = _phrases().year.get(rest)
    if known or len(rest) > 60:
        return known
    role = _exact_role(rest)
    # `Chỉ tiêu phân kỳ theo lộ trình năm 2026`: a name beside a year is a value where it says no work
    return "target" if role == "name" and not _TASK_NAME.search(rest) and "nội dung" not in rest else role


def _unit_role(head: str) -> ColumnRole | None:
    return "target" if len(head) < 40 and _UNIT_HEAD.match(head) else None


def _misspelt_role(head: str) -> ColumnRole | None:
    """The role of the only known head within one letter (short ones) or two: `đơn vi tính`, `cơ quam chủ chì`."""
    if len(head) < _SHORTEST_MISSPELT or len(head) > 45:
        return None
    phrases = _phrases()
    bare_head = without_tones(head)
    if bare_head == head and bare_head in phrases.toneless:  # OCR lost all tone marks
        return phrases.toneless[bare_head]
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - needed for a misspelt head only

    best: tuple[int, ColumnRole] | None = None
    limit = 1 if len(head) < 12 else 2
    for known, role in (phrases.whole | phrases.roles).items():
        if len(known) < _SHORTEST_MISSPELT or abs(len(known) - len(head)) > limit:
            continue
        distance = Levenshtein.distance(head, known, score_cutoff=limit)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, role)
    return best[1] if best else None


@lru_cache(maxsize=4096)
def header_year(cell: str) -> int | None:
    """The year that a head names: the one a value under it is due for, the last of a span; None for none.

    Forms: `2026`, `Năm 2030`, `Đến hết năm 2026`, `KH 2026`, `Giai đoạn 2026-2030` (2030), `Đến 31/12/2026`. The year
    of a document cited in a head (`Nghị quyết số 12/2025/QH15`) is none.
    """
    if len(cell) > _LONGEST_HEAD or "20" not in cell:
        return None
    head = _CITATION.sub("", _QUARTER_YEAR.sub(r"\1 năm \2", fold(cell)))
    span = _SPAN.search(head)
    if span:
        return int(span[1])
    years = _PLAIN_YEAR.findall(head)
    if years:
        return int(years[0])
    day = _DAY_YEAR.search(head)
    return int(day[1]) if day else None


def assign_roles(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[ColumnRole]:
    """The role of each column: by its head, where that is unknown or says two things by its cells.

    There is one `name` at most; a second column of names is `subtask` where it lies under tasks.
    """
    columns = _Columns(header, rows)
    roles: list[ColumnRole | None] = [header_role(head) for head in header]
    _settle_units(columns, roles)
    _settle_names(columns, roles)
    _settle_values(columns, roles)
    _fill_unknown(columns, roles)
    _one_of_each(columns, roles)
    return [role or "other" for role in roles]


class _Columns:
    """The cells of each column, taken only where a head needs them."""

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.heads = [_without_remarks(_tidy_head(head)) for head in header]
        self.rows = rows[:_SAMPLE]

    def share(self, column: int, test: cells.Test) -> float:
        """Share of the filled cells of a column that pass the test."""
        filled = [row[column] for row in self.rows if column < len(row) and row[column].strip(" -–x")]
        return sum(map(test, filled)) / len(filled) if filled else 0.0

    def length(self, column: int) -> float:
        filled = [len(row[column]) for row in self.rows if column < len(row) and row[column].strip()]
        return sum(filled) / len(filled) if filled else 0.0


def _settle_units(columns: _Columns, roles: list[ColumnRole | None]) -> None:
    """`Đơn vị` over bodies is who does it; `Thực hiện`, `Kết quả` over numbers is a figure."""
    for column, role in enumerate(roles):
        if role == "unit" and columns.heads[column] == "đơn vị" and columns.share(column, cells.is_body) > 0.5:
            roles[column] = "coordinating" if "lead" in roles else "lead"
        elif role == "lead" and columns.heads[column] == "thực hiện" and columns.share(column, cells.is_value) > 0.5:
            roles[column] = "baseline"


def _settle_names(columns: _Columns, roles: list[ColumnRole | None]) -> None:
    names = [column for column, role in enumerate(roles) if role == "name"]
    for column in names:
        if columns.share(column, cells.is_value) > 0.5 and roles.count("name") > 1:
            roles[column] = "target"
    names = [column for column, role in enumerate(roles) if role == "name"]
    if not names and "subtask" in roles:
        names = [roles.index("subtask")]
        roles[names[0]] = "name"
    if len(names) < 2:
        return
    chosen = _chosen_name(columns, names, roles)
    for column in names:
        if column != chosen:
            roles[column] = _second_name(columns, column, chosen, roles)


def _chosen_name(columns: _Columns, names: list[int], roles: list[ColumnRole | None]) -> int:
    """The finer of `Mục tiêu | Chỉ tiêu`; of `Nhiệm vụ | Chỉ tiêu` and of two that say the same, the first."""
    first = names[0]
    if {"unit", "target"} & set(roles):
        head = columns.heads[first]
        for column in names[1:]:
            if "chỉ tiêu" in columns.heads[column] and "chỉ tiêu" not in head and not _TASK_NAME.search(head):
                return column
    return first


def _second_name(columns: _Columns, column: int, chosen: int, roles: list[ColumnRole | None]) -> ColumnRole:
    head = columns.heads[column]
    if column < chosen:
        return "other"
    if head.startswith(("chỉ tiêu", "mục tiêu", "chỉ số", "các chỉ tiêu")):
        return "target" if "unit" in roles and "target" not in roles else "kpi"
    return "subtask" if not {"unit", "target"} & set(roles) else "other"


def _settle_values(columns: _Columns, roles: list[ColumnRole | None]) -> None:
    """`Kết quả` under `TT | Chỉ tiêu | Đơn vị tính` is the value to reach; `Kết quả cần đạt` beside a deadline none."""
    name = roles.index("name") if "name" in roles else -1
    if "target" in roles:
        work = "deadline" in roles or (name >= 0 and bool(_TASK_NAME.search(columns.heads[name])))
        for column, role in enumerate(roles):
            words = role == "target" and not header_year(columns.heads[column]) and work
            if words and "unit" not in roles and "output" not in roles and columns.share(column, cells.is_value) < 0.3:
                roles[column] = "output"
        return
    indicators = "unit" in roles or (name >= 0 and bool(_INDICATOR_NAME.search(columns.heads[name])))
    for column, role in enumerate(roles):
        values = role in ("output", "kpi", "note") and columns.share(column, cells.is_value) > 0.5
        if role in ("output", "kpi") and indicators and (values or columns.heads[column] == "kết quả"):
            roles[column] = "target" if values or "unit" in roles else role
            return


def _fill_unknown(columns: _Columns, roles: list[ColumnRole | None]) -> None:
    for column, role in enumerate(roles):
        if role is None:
            roles[column] = _role_of_cells(columns, column, roles)
    if "name" not in roles:
        wide = [column for column, role in enumerate(roles) if role is None and columns.length(column) > 15]
        known = {role for role in roles if role is not None}
        if wide and len(known & set(_TELLING)) > 0:
            roles[max(wide, key=columns.length)] = "name"


_TELLING: tuple[ColumnRole, ...] = ("unit", "target", "lead", "deadline", "coordinating", "output", "baseline")


def _role_of_cells(columns: _Columns, column: int, roles: list[ColumnRole | None]) -> ColumnRole | None:
    if column == 0 and "ordinal" not in roles and columns.share(column, cells.is_ordinal) > 0.7:
        return "ordinal"
    if "deadline" not in roles and "target" not in roles and columns.share(column, cells.is_deadline) > 0.7:
        return "deadline"
    bodies = columns.share(column, cells.is_body) > 0.7
    if not bodies and "unit" not in roles and columns.share(column, cells.is_unit) > 0.7:
        return "unit"
    if columns.share(column, cells.is_value) > 0.7:
        # a column headed by what nobody lists: `Bình An` beside other values, `Mức chốt năm 2026`
        return "target" if columns.heads[column] and _lists_values(columns, column, roles) else None
    if bodies:
        return "lead" if "lead" not in roles else "coordinating" if "coordinating" not in roles else None
    return None


def _lists_values(columns: _Columns, column: int, roles: list[ColumnRole | None]) -> bool:
    """Whether figures are to be expected: beside a unit or other targets, under a year, in a list of indicators."""
    name = columns.heads[roles.index("name")] if "name" in roles else ""
    listed = bool(_INDICATOR_NAME.search(name)) and not _TASK_NAME.search(name)
    return bool({"unit", "target"} & set(roles)) or header_year(columns.heads[column]) is not None or listed


_SINGLE: tuple[ColumnRole, ...] = ("ordinal", "name", "subtask", "unit", "lead", "coordinating", "deadline", "basis")


def _one_of_each(columns: _Columns, roles: list[ColumnRole | None]) -> None:
    """Of two columns for one thing the plainer head counts: `Lãnh đạo phụ trách | Cơ quan chủ trì`."""
    for single in _SINGLE:
        places = [column for column, role in enumerate(roles) if role == single]
        if len(places) > 1:
            kept = max(places, key=lambda column: (_plainness(columns.heads[column], single), -column))
            for column in places:
                if column != kept:
                    roles[column] = "other"


def _plainness(head: str, role: ColumnRole) -> int:
    words = {"lead": "chủ trì", "deadline": "hoàn thành", "coordinating": "phối hợp", "unit": "tính"}
    return int(role in words and words[role] in head)


def table_kind(
    roles: Sequence[ColumnRole], header: Sequence[str], rows: Sequence[Sequence[str]], title: str | None
) -> TableKind:
    """Whether a table lists indicators or tasks; `other` for a list of members, a blank form, a letterhead.

    The columns decide, not the word in the head: under `Chỉ tiêu cụ thể | Sản phẩm | Cơ quan chủ trì` stand tasks.
    """
    if "name" not in roles or not rows or any(_PEOPLE.search(_tidy_head(head)) for head in header):
        return "other"
    name = roles.index("name")
    if not any(cells.is_text(row[name]) for row in rows if name < len(row)):
        return "other"
    given = set(roles)
    head = _tidy_head(header[name])
    work = bool(_TASK_NAME.search(head))
    if given & {"target", "baseline"} and not any(_has_value(row, roles) for row in rows):
        return "other"  # a form to be filled in
    figures = [column for column, role in enumerate(roles) if role in ("target", "baseline")]
    several = len(figures) > 1 and all(_mostly_values(rows, column) for column in figures)
    if "target" in given and (several or not (work and "unit" not in given and given & {"deadline", "lead", "kpi"})):
        return "indicators"
    if "unit" in given and not work and not given & {"deadline", "subtask"}:
        return "indicators"
    if given & {"lead", "coordinating", "deadline", "output", "kpi", "subtask", "basis"}:
        return "tasks"
    if work and (title is None or "nhiệm vụ" in fold(title)):
        return "tasks"
    return "indicators" if "baseline" in given else "other"


def _mostly_values(rows: Sequence[Sequence[str]], column: int) -> bool:
    filled = [row[column].strip() for row in rows if column < len(row) and row[column].strip(" -–")]
    return 2 * sum(cells.is_value(cell) and cell not in "xX" for cell in filled) > len(filled)


def _has_value(row: Sequence[str], roles: Sequence[ColumnRole]) -> bool:
    return any(
        cell.strip(" .…_-–") and role not in ("ordinal", "name", "unit", "note")
        for cell, role in zip(row, roles, strict=False)
    )


def _forget() -> None:
    _phrases.cache_clear()
    header_role.cache_clear()


vocabulary.on_change(_forget)
