"""Random tables as Vietnamese plans print them, and the two ways a text loses their columns.

A :class:`Table` holds the truth; :func:`lost` and :func:`aligned` write it as text taken out of a PDF would.
All words are invented; nothing comes from a real plan.
"""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass, field

HEADS: dict[str, list[str]] = {
    "ordinal": ["TT", "STT", "Số TT"],
    "name": ["Nội dung nhiệm vụ", "Nhiệm vụ", "Nội dung công việc", "Tên nhiệm vụ", "Nội dung thực hiện"],
    "indicator": ["Chỉ tiêu", "Tên chỉ tiêu", "Nội dung chỉ tiêu"],
    "unit": ["ĐVT", "Đơn vị tính"],
    "target": ["Năm 2026", "Chỉ tiêu năm 2026", "Mục tiêu năm 2026"],
    "target2": ["Năm 2027", "Năm 2030", "Đến năm 2030"],
    "lead": ["Cơ quan chủ trì", "Đơn vị chủ trì", "Chủ trì", "Cơ quan, đơn vị chủ trì"],
    "coordinating": ["Cơ quan phối hợp", "Đơn vị phối hợp", "Phối hợp"],
    "output": ["Sản phẩm", "Kết quả đầu ra", "Sản phẩm dự kiến", "Kết quả"],
    "deadline": ["Thời gian hoàn thành", "Thời hạn", "Thời gian thực hiện", "Tiến độ"],
    "note": ["Ghi chú"],
}
_VERBS = ["Xây dựng", "Ban hành", "Tổ chức", "Triển khai", "Rà soát", "Hoàn thiện", "Nâng cấp", "Tiếp tục duy trì"]
_OBJECTS = [
    "kế hoạch phát triển dữ liệu dùng chung", "quy chế khai thác hồ sơ số", "hệ thống giám sát nguồn nước",
    "lớp tập huấn kỹ năng số cho hộ kinh doanh", "nền tảng họp trực tuyến", "bộ tiêu chí đánh giá khu dân cư số",
    "chương trình thí điểm hợp tác xã số", "mạng truyền dẫn nội bộ", "kho học liệu mở cho các nhà trường",
    "phương án bảo đảm an toàn thông tin", "bản đồ số về hạ tầng thủy lợi",
]  # fmt: skip
_TAILS = [
    "trên địa bàn", "phục vụ người dân và doanh nghiệp", "giai đoạn mới", "theo hướng dẫn của cấp trên",
    "bảo đảm thiết thực, hiệu quả, không hình thức", "gắn với cải cách hành chính", "tại các khu dân cư", "",
]  # fmt: skip
_AGENCIES = [
    "Phòng Văn hóa - Xã hội", "Phòng Kinh tế", "Văn phòng HĐND và UBND", "Công an phường",
    "Trung tâm Phục vụ hành chính công",
    "Ủy ban MTTQ phường", "Ban Chỉ huy Quân sự", "Các cơ quan, đơn vị liên quan", "Các phòng, ban, đơn vị", "Trạm Y tế",
    "Phòng Kinh tế, Hạ tầng và Đô thị", "Đoàn Thanh niên", "Văn phòng Đảng ủy",
]  # fmt: skip
_PRODUCTS = [
    "Kế hoạch được ban hành", "Báo cáo kết quả", "Quyết định ban hành quy chế", "Hệ thống được đưa vào vận hành",
    "Văn bản triển khai", "Các lớp tập huấn được tổ chức", "Bộ tiêu chí được phê duyệt", "Hồ sơ đề nghị",
]  # fmt: skip
_DEADLINES = [
    "Quý I/2026", "Quý II/2026", "Quý IV/2026", "Tháng 6/2026", "Trước ngày 30/11/2026", "Năm 2026", "Thường xuyên",
    "Hằng năm", "Trong năm 2026", "2026-2030",
]  # fmt: skip
_INDICATORS = [
    "Tỷ lệ hồ sơ giải quyết đúng hạn", "Tỷ lệ hộ gia đình có kết nối cáp quang", "Số mô hình điểm về nông nghiệp số",
    "Tỷ lệ cán bộ được cấp chữ ký số", "Số lượng khu dân cư đạt tiêu chí số", "Tỷ lệ trường học dùng học bạ điện tử",
    "Mức độ hài lòng của người dân về dịch vụ công", "Tỷ lệ thanh toán không dùng tiền mặt",
]  # fmt: skip
_GROUPS = [
    "Hoàn thiện thể chế, cơ chế", "Phát triển hạ tầng số", "Nguồn nhân lực",
    "Nâng cao nhận thức và trách nhiệm của người đứng đầu",
    "Bảo đảm an toàn, an ninh mạng",
]  # fmt: skip
_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
_MAY_MISS = {"coordinating": 1.0, "note": 3.0, "output": 0.8, "lead": 0.5, "deadline": 0.4, "unit": 0.4}


@dataclass
class Table:
    """The truth: header cells, rows of cells (a group row has its text alone), and the roles of the columns."""

    roles: list[str]
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)
    widths: list[int] = field(default_factory=list)


def table(seed: int, *, missing: float = 0.0, groups: bool = True, rows: int = 14) -> Table:
    """A random table; ``missing``: the chance that a cell is empty (weighted by what officials leave empty)."""
    dice = random.Random(seed)
    indicators = dice.random() < 0.3
    if indicators:
        roles = ["indicator", "unit", "target", *(["target2"] if dice.random() < 0.4 else []), "lead"]
        roles += dice.sample(["coordinating", "note"], dice.randint(0, 2))
    else:
        roles = ["name", *dice.sample(["output", "lead", "coordinating", "deadline"], dice.choice((2, 3, 3, 4, 4)))]
        if "lead" not in roles:
            roles.append("lead")
        if dice.random() < 0.3:
            roles.append("note")
    numbering = dice.choice(("column", "column", "name", "name", "none"))
    if numbering == "column":
        roles.insert(0, "ordinal")
    made = Table(roles, [dice.choice(HEADS[role]) for role in roles])
    made.widths = [_width(dice, role) for role in roles]
    _fill(made, dice, numbering, (missing, groups, rows))
    return made


def _width(dice: random.Random, role: str) -> int:
    low, high = {"ordinal": (3, 4), "name": (22, 35), "indicator": (22, 32), "output": (13, 20), "unit": (6, 9)}.get(
        role, (9, 16)
    )
    return dice.randint(low, high)


def _fill(made: Table, dice: random.Random, numbering: str, what: tuple[float, bool, int]) -> None:
    missing, groups, rows = what
    number = group = 0
    for _ in range(rows):
        if groups and (not made.rows or (number > 1 and dice.random() < 0.18)):
            text, row = dice.choice(_GROUPS), [""] * len(made.roles)
            if numbering == "column":
                row[0], row[1] = _ROMAN[group], text
            else:
                row[0] = f"{_ROMAN[group]}. {text}"
            made.groups.add(len(made.rows))
            made.rows.append(row)
            group, number = min(group + 1, 7), 0
        number += 1
        row = [_cell(role, dice, number) for role in made.roles]
        if numbering == "name":
            row[0] = f"{number}. {row[0]}"
        for column, role in enumerate(made.roles):
            if dice.random() < missing * _MAY_MISS.get(role, 0.0):
                row[column] = ""
        made.rows.append(row)


def _cell(role: str, dice: random.Random, number: int) -> str:
    if role == "ordinal":
        return str(number)
    if role == "name":
        return f"{dice.choice(_VERBS)} {dice.choice(_OBJECTS)} {dice.choice(_TAILS)}".strip()
    if role.startswith("target"):
        return dice.choice(("≥ 80%", "100", "100%", "90%", "Trên 50%", "12", "2.500", "5", "≥ 95"))
    if role == "coordinating" and dice.random() < 0.2:
        return "; ".join(dice.sample(_AGENCIES, 2))
    pools = {
        "indicator": _INDICATORS, "unit": ["%", "Mô hình", "Hộ", "Khu dân cư"], "output": _PRODUCTS,
        "lead": _AGENCIES, "coordinating": _AGENCIES, "deadline": _DEADLINES,
        "note": ["", "", "", "Nhiệm vụ mới", "Thực hiện theo lộ trình chung"],
    }  # fmt: skip
    return dice.choice(pools[role])


def wrap(text: str, width: int) -> list[str]:
    """The lines of a cell; a word wider than its column stands alone."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) if text else []


def lost(made: Table, *, page: int = 40, repeat: bool = True, cut: bool = True, numbers: bool = False) -> str:
    """The table with its columns lost: cells one under another, an empty line between them.

    ``page``: lines of a page; ``repeat``: the header on every page; ``cut``: rows may be cut by a page break;
    ``numbers``: a page number at the foot of each page.
    """
    header = [wrap(head, max(width, 5)) for head, width in zip(made.header, made.widths, strict=True)]
    blocks: list[list[str]] = list(header)
    room, number = page - max(map(len, header)), 1
    for index, row in enumerate(made.rows):
        if index in made.groups:
            cells = [wrap(row[0], 4), [row[1]]] if made.roles[0] == "ordinal" else [[row[0]]]
        else:
            cells = [wrap(cell, width) for cell, width in zip(row, made.widths, strict=True)]
        while any(cells):
            height = max(map(len, cells))
            if height > room and (room < 3 or not cut or index in made.groups):
                blocks += _page_break(header, number, repeat, numbers)
                room, number = page - max(map(len, header)), number + 1
                continue
            blocks += [cell[:room] for cell in cells if cell]
            cells = [cell[room:] for cell in cells]
            room = room - height if height <= room else 0
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _page_break(header: list[list[str]], number: int, repeat: bool, numbers: bool) -> list[list[str]]:
    return [*([[str(number + 1)]] if numbers else []), *(header if repeat else [])]


def aligned(made: Table, *, page: int = 60, repeat: bool = True, gap: int = 2, blank: bool = True) -> str:
    """The table as ``pdftotext -layout`` writes it: each column at its place, cells wrapped side by side.

    ``gap``: spaces between columns; ``blank``: an empty line between rows.
    """
    starts, at = [], 0
    for width in made.widths:
        starts.append(at)
        at += max(width, 5) + gap
    header = _side_by_side(
        [wrap(head, max(width, 5)) for head, width in zip(made.header, made.widths, strict=True)], starts
    )
    lines = [*header, *([""] if blank else [])]
    room = page - len(lines)
    for index, row in enumerate(made.rows):
        if index in made.groups:
            text = f"{row[0]:<{starts[1]}}{row[1]}" if made.roles[0] == "ordinal" else row[0]
            body = [text]
        else:
            body = _side_by_side([wrap(cell, width) for cell, width in zip(row, made.widths, strict=True)], starts)
        if blank:
            body.append("")
        for line in body:
            if room <= 0:
                lines += ["", *(header if repeat else [])]
                room = page - len(header)
            lines.append(line)
            room -= 1
    return "\n".join(lines) + "\n"


def _side_by_side(cells: list[list[str]], starts: list[int]) -> list[str]:
    lines = []
    for number in range(max(map(len, cells), default=0)):
        line = ""
        for cell, start in zip(cells, starts, strict=True):
            if number < len(cell):
                line = line.ljust(start) + cell[number]
        lines.append(line)
    return lines
