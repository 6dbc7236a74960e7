"""The pieces of the body of a lost table: the smallest runs of text between which a cell may end.

Text taken out of a PDF parts cells by empty lines, but not always: cells of one line that stand side by side share a
line (`Hằng năm Ủy ban MTTQ`), an ordinal is joined with its name (`2 Triển khai kế hoạch`), and the lines of a centred
cell are parted by empty lines. So a line break or a space may end a cell, and an empty line may stand inside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from kehoach.extract.blocks import Text
from kehoach.extract.grids.lost_continue import LOW_VALUE, may_begin, names_on, unfinished
from kehoach.extract.grids.lost_evidence import Evidence, Line
from kehoach.extract.grids.lost_units import (
    AGENCY,
    DEADLINE,
    HARD,
    INT,
    NONE,
    NUMBERED,
    ORD,
    PHRASE,
    QTY,
    ROMAN,
    SHORT,
    SOFT,
    TEXT,
    Unit,
    classify,
    is_lower,
    is_open,
)
from kehoach.normalize.text import UPPER

_DASHES = ("-", "–", "+")
SPACE, LINE, EMPTY_LINE = range(3)  # what parts a piece from the one before
_NEVER = 1e9
_LONGEST, _DEAREST = 12, 5.5  # pieces a cell may have, what joining them may cost


class Piece(NamedTuple):
    """Lines (number and text) that stay together, and what stands before them."""

    lines: list[Line]
    before: int
    break_: int


class Block(NamedTuple):
    """Lines between two empty lines, and whether a page break stands before them."""

    lines: list[Line]
    break_: int


class Pieces:
    """The pieces of a table; :meth:`unit` joins neighbours, :meth:`joining` tells what that costs."""

    def __init__(
        self, pieces: Sequence[Piece], ordinal: bool, evidence: Evidence, loose: bool = False, units: bool = False
    ) -> None:
        self.pieces, self._ordinal, self.loose, self._evidence = pieces, ordinal, loose, evidence
        self._measures = units  # the table has a column of units of measurement
        self._units: dict[tuple[int, int], Unit] = {}
        self._kinds = [self._kind(index) for index in range(len(pieces))]
        self._costs = [self._cost(index) for index in range(len(pieces))]
        self.beginning = [self._begin_cost(index) for index in range(len(pieces))]

    def __len__(self) -> int:
        return len(self.pieces)

    def unit(self, start: int, end: int) -> Unit:
        """The pieces ``start:end`` as one cell."""
        found = self._units.get((start, end))
        if found is None:
            parts = self.pieces[start:end]
            lines = list(parts[0].lines)
            for part in parts[1:]:
                if part.before == SPACE and part.lines[0][0] == lines[-1][0]:
                    lines[-1] = (lines[-1][0], _across(lines[-1][1], part.lines[0][1]))
                    lines += part.lines[1:]
                else:
                    lines += part.lines
            texts = [text for _, text in lines]
            found = Unit(texts, lines[0][0], lines[-1][0] + 1, parts[0].break_)
            if end == start + 1 and (lines[0][0] in self._evidence.false or texts[0].value in _DASHES):
                found.kind = self._kinds[start]
            self._units[start, end] = found
        return found

    def learn(self, cells: Set[str]) -> None:
        """Take over the texts that were whole cells: `Khu dân cư` is one here too, though it shares its line."""
        for index, piece in enumerate(self.pieces):
            if piece.before != EMPTY_LINE and len(piece.lines) == 1 and piece.lines[0][1].value in cells:
                self._costs[index] = self._cost(index) + 2.0
                self.beginning[index] = min(0.3, self.beginning[index])
            before = self.pieces[index - 1] if index else None
            if before and piece.before == LINE and len(before.lines) == 1 and before.lines[0][1].value in cells:
                self.beginning[index] = min(0.8, self.beginning[index])  # `Văn phòng Sở` / `Công an tỉnh`

    def starts(self, end: int) -> Iterator[tuple[int, float]]:
        """Where a cell that ends before the piece ``end`` may begin, and the cost of joining its pieces."""
        cost = 0.0
        for start in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
            yield start, cost
            cost += self._costs[start]
            if cost > _DEAREST:
                return

    def _kind(self, index: int) -> int:
        """The class of the piece's first line; what is no ordinal is a figure or a word: `Y` in `Sở` / `Y` / `tế`."""
        piece = self.pieces[index]
        number, first = piece.lines[0]
        kind = classify(first.value)
        if self._ordinal and first.value in _DASHES and self._names_follow(index):
            return ORD
        if kind in (INT, ORD) and number in self._evidence.false:
            return QTY if first.value[0].isdigit() else SHORT
        if kind == SHORT and (following := self._next_line(index)):  # `Quý` / `III/2026`
            return DEADLINE if classify(f"{first.value} {following}") == DEADLINE else kind
        return kind

    def _names_follow(self, index: int) -> bool:
        """Whether a name stands below a dash that is a row's ordinal: `-` / `Nông, lâm nghiệp, thủy sản`."""
        following = self._next_line(index)
        if not following and self._measures and index + 3 < len(self.pieces):  # a name, its unit, a figure
            name, unit, figure = (self.pieces[at].lines[0][1].value for at in range(index + 1, index + 4))
            following = name if classify(unit) == SHORT and classify(figure) in (QTY, INT) else ""
        return following[:1].isupper() and classify(following) in (TEXT, SHORT) and len(self.pieces[index].lines) == 1

    def _next_line(self, index: int) -> str:
        """The line directly below the piece's first one, or nothing."""
        piece = self.pieces[index]
        if len(piece.lines) > 1:
            return piece.lines[1][1].value
        after = self.pieces[index + 1] if index + 1 < len(self.pieces) else None
        return after.lines[0][1].value if after and after.before == LINE else ""

    def _cost(self, index: int) -> float:
        """Cost of the piece going on in the cell of the piece before."""
        piece, kind = self.pieces[index], self._kinds[index]
        if not index or piece.break_ == HARD or (kind == ROMAN and piece.before != SPACE):
            return _NEVER
        if piece.before == SPACE:
            return self._plain_cost(index) if self.loose else 2.5
        if piece.lines[0][0] in self._evidence.sure and kind in (INT, ORD):
            return _NEVER
        cost, above = self._plain_cost(index), self.pieces[index - 1].lines[-1][0]
        if above in self._evidence.closed:
            return cost + 5.0
        goes_on = piece.before == EMPTY_LINE and above in self._evidence.open
        return min(cost, 2.5) if goes_on and kind not in (INT, ORD, NUMBERED) else cost

    def _plain_cost(self, index: int) -> float:
        piece, kind = self.pieces[index], self._kinds[index]
        if self._after_ordinal(index):
            return 6.0
        text, before = piece.lines[0][1].value, self.pieces[index - 1].lines[-1][1].value
        if piece.before != EMPTY_LINE:
            return 3.0 if text == "%" else self._within_block(index, text, before)
        if kind in (INT, QTY) and unfinished("figure").search(before):
            return 2.0  # `Phấn đấu` / `65`
        if kind in (ORD, INT, QTY, NUMBERED):
            return 9.0
        if is_lower(text) or is_open(before) or (self.loose and names_on(text, before)):
            return 0.5 if self.loose else 1.5
        return (3.5 if self.loose else 4.5) if kind == AGENCY == classify(before) else 7.0

    def _within_block(self, index: int, text: str, before: str) -> float:
        kind, left = self._kinds[index], self._kinds[index - 1]
        if is_lower(text) and kind in (QTY, DEADLINE):
            return 0.5 if left not in (QTY, INT, DEADLINE, AGENCY) else 1.5
        if self._ordinal and kind in (ORD, INT) and self.pieces[index].before == LINE:
            return 6.0
        if self._is_measure(index):
            return 2.0
        if kind == AGENCY == left:
            return 0.3 if before[-1] == ";" else 2.2
        if names_on(text, before):
            return 0.2
        if left == DEADLINE and kind in (TEXT, SHORT, PHRASE) and not is_open(before):
            return 3.0  # `Quý I/2026` / `12 điểm phát sóng`
        if left in (DEADLINE, QTY, INT, AGENCY) and kind in (TEXT, SHORT):  # `Phòng Kinh tế` / `Nhiệm vụ mới`
            return 1.5 if left != AGENCY else 1.1
        if left == AGENCY and kind == PHRASE:
            return 2.0  # `Phòng Kinh tế` / `08 cụm loa`
        if left == ROMAN and self.pieces[index].before == LINE:
            return 2.5
        return _JOIN.get(kind, 0.4)

    def _begin_cost(self, index: int) -> float:
        """Cost of a cell beginning with the piece, though no empty line stands before it."""
        piece, kind = self.pieces[index], self._kinds[index]
        if not index or piece.break_ == HARD:
            return 0.0
        text, before = piece.lines[0][1].value, self.pieces[index - 1].lines[-1][1].value
        if kind == AGENCY and before[-1] == ";":
            return 2.0  # `Phòng Kinh tế;` / `Trạm Y tế`
        if piece.before == SPACE and not self.loose:
            return 0.3
        if self._after_ordinal(index) or self.pieces[index - 1].lines[-1][0] in self._evidence.closed:
            return 0.0
        if self._ordinal and kind in (ORD, INT) and piece.before == LINE:
            return 0.0
        if is_lower(text) and kind in (QTY, DEADLINE):
            return 1.5 if self._kinds[index - 1] not in (QTY, INT, AGENCY) else 0.6
        if piece.before == EMPTY_LINE:
            return 3.0 if self.loose and (is_open(before) or names_on(text, before)) else 0.0
        if names_on(text, before):
            return 4.0
        if self._is_measure(index):
            return 0.2
        if kind in (TEXT, SHORT, PHRASE) and self._kinds[index - 1] in (DEADLINE, QTY, INT, AGENCY, ROMAN):
            return 0.7
        return _BEGIN.get(kind, 1.2 if piece.before == LINE else 1.6)

    def _is_measure(self, index: int) -> bool:
        """Whether a piece is a unit by its place: a few words, then a figure: `Triệu đồng` / `1.250`."""
        if not self._measures or self._kinds[index] != SHORT or index + 1 >= len(self.pieces):
            return False
        after, last = self.pieces[index + 1].lines[0][1].value, self.pieces[index].lines[-1][1].value
        return self._kinds[index + 1] in (QTY, INT) and not names_on(after, last)

    def _after_ordinal(self, index: int) -> bool:
        """Whether the piece before is a row's ordinal at the start of its line: `2` in `2 Triển khai kế hoạch`."""
        before = self.pieces[index - 1] if index else None
        return (
            before is not None
            and self._ordinal
            and before.before != SPACE
            and len(before.lines) == 1
            and self._kinds[index - 1] in (ORD, INT)
        )


# Cost of going on with a piece of a kind in the cell before, and of beginning a cell with it, within a block.
_JOIN = {QTY: 1.5, INT: 1.5, ORD: 1.5, DEADLINE: 2.5, AGENCY: 1.8, NUMBERED: 4.0}
_BEGIN = {QTY: 0.3, INT: 0.5, ORD: 0.5, DEADLINE: 0.3, AGENCY: 0.8, NUMBERED: 0.5, ROMAN: 0.5}


def _across(left: Text, right: Text) -> Text:
    """Two neighbouring slices of a line as one."""
    gap = right.start() - left.start() - len(left)
    value = left.value + " " * max(gap, 1) + right.value
    shift = len(left) + max(gap, 1)
    return Text(value, (*left.pieces, *((at + shift, source, length) for at, source, length in right.pieces)))


def whole_blocks(blocks: Sequence[Block], ordinal: bool, evidence: Evidence) -> list[Piece]:
    """Pieces where empty lines part the cells: blocks, parted only before lines that surely begin a cell."""
    pieces: list[Piece] = []
    lines_in_all = [text.value for block in blocks for _, text in block.lines]
    parted = len(lines_in_all) <= 12 * len(blocks) and len(blocks) > 8
    wrapped = parted or sum(map(is_lower, lines_in_all)) * 20 > len(lines_in_all)
    for block in blocks:
        start, first = 0, len(pieces)
        lines = block.lines
        for index in range(1, len(lines) + 1):
            if index < len(lines) and not _begins_cell(lines, start, index, (ordinal, parted, evidence)):
                continue
            piece = Piece(lines[start:index], LINE if start and wrapped else EMPTY_LINE, NONE)
            pieces += _with_ordinal(piece, ordinal, evidence)
            start = index
        pieces[first] = pieces[first]._replace(break_=_break(block, pieces[first - 1] if first else None))
    return pieces


def _break(block: Block, before: Piece | None) -> int:
    text = block.lines[0][1].value
    if block.break_ == HARD or before is None:
        return block.break_ if before else NONE
    return SOFT if is_lower(text) and not is_open(before.lines[-1][1].value) else NONE


def _begins_cell(lines: Sequence[Line], start: int, index: int, how: tuple[bool, bool, Evidence]) -> bool:
    ordinal, parted, evidence = how
    (number, text), (above, text_above) = lines[index], lines[index - 1]
    line, before = text.value, text_above.value
    if number in evidence.sure or above in evidence.closed:
        return True
    if before[-1] in "-–,(/" and before not in _DASHES:
        return False
    if line[0].islower() and (parted or not LOW_VALUE.match(line)):
        return False
    if parted and line[0].isdigit() and names_on(line, before):
        return False
    if not parted:
        return True
    kind = classify(line)
    if kind in (TEXT, SHORT, PHRASE, AGENCY) and not names_on(line, before) and not is_open(before):
        above_it = " ".join(text.value for _, text in lines[start:index])
        if classify(above_it) == DEADLINE and _DATE_ENDS.search(above_it):
            return True  # `Quý II/2026` / `Biên bản nghiệm thu`
    if ordinal and number not in evidence.false and _JOINED.match(line):
        return True
    if ordinal and ((kind in (ORD, INT) and index == start + 1) or classify(before) in (ORD, INT)):
        return True
    if kind in (ROMAN, NUMBERED):
        above = classify(" ".join(text.value for _, text in lines[start:index]))
        return above in (DEADLINE, ROMAN) or before[-1] in ".;"
    return False


_DATE_ENDS = re.compile(r"(?:20\d\d|(?i:thường xuyên|hằng|hàng) ?(?:năm|quý|tháng|tuần)?)$")


def _with_ordinal(piece: Piece, ordinal: bool, evidence: Evidence) -> list[Piece]:
    """`12 Xây dựng Đề án` in a table with an ordinal column: the ordinal and the rest."""
    number, line = piece.lines[0]
    match = _JOINED.match(line.value) if ordinal and number not in evidence.false else None
    if not match:
        return [piece]
    left = Piece([(number, line.slice(0, match.end(1)))], piece.before, piece.break_)
    return [left, Piece([(number, line.slice(match.end())), *piece.lines[1:]], EMPTY_LINE, NONE)]


_JOINED = re.compile(
    rf"(\d{{1,3}}(?:\.\d{{1,2}}){{0,3}}[.)]?|[IVXL]{{1,6}}[.)]?|[A-HĐ][.)]?|[a-zđ]\))\s+(?=[{UPPER}“\"%])"
)  # `12` in `12 Xây dựng Đề án`, not in `12 điểm phát sóng`

# Where a cell may begin within a line: a capital, a figure, a sign.
_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[IVXL]{1,6}|[A-ZĐ])[.)]|[a-zđ]\)")  # `1.` in `1. Xây dựng`
_INSIDE = re.compile(
    rf"(?<=[^\s,(“\"/–-]) +(?=[{UPPER}%≥≤><\d])"
    rf"|(?<=[\d%-]) +(?=-(?: -| [{UPPER}]|$))|(?<=%) +(?=- \d)"  # `65.000` `-` `-` `Văn phòng`; not `25 - 30`
    rf"|(?<=[\d%-] -) +(?=-|[{UPPER}])|(?<=% -) +(?=\d)"
)


def loose_pieces(blocks: Sequence[Block], ordinal: bool, evidence: Evidence) -> list[Piece]:
    """Pieces where cells share lines: parted wherever a cell may begin."""
    pieces: list[Piece] = []
    for block in blocks:
        break_ = _break(block, pieces[-1] if pieces else None)
        for index, (number, line) in enumerate(block.lines):
            for text, start in _parts(line):
                before = SPACE if start else LINE if index else EMPTY_LINE
                row = before == LINE and ordinal and (_JOINED.match(line.value) or classify(line.value) in (INT, ORD))
                row = row or bool(pieces and _is_dash(pieces[-1]) and (before == SPACE or (ordinal and before == LINE)))
                if before == EMPTY_LINE or not pieces or row or may_begin(text.value, pieces[-1].lines[-1][1].value):
                    pieces.append(Piece([(number, text)], before, break_ if before == EMPTY_LINE else NONE))
                else:
                    _append(pieces[-1], number, text, before)
    return [part for piece in pieces for part in _with_ordinal(piece, ordinal, evidence)]


def _is_dash(piece: Piece) -> bool:
    return len(piece.lines) == 1 and piece.lines[0][1].value in _DASHES


def part_shared_lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Whole pieces, parted where their first line surely holds the end of one cell and the beginning of the next."""
    known = {piece.lines[0][1].value for piece in pieces if len(piece.lines) == 1}
    parted: list[Piece] = []
    for piece in pieces:
        number, line = piece.lines[0]
        cut = next((match for match in _INSIDE.finditer(line.value) if _is_shared(match, known)), None)
        if cut:
            parted.append(Piece([(number, line.slice(0, cut.start()))], piece.before, piece.break_))
            parted.append(Piece([(number, line.slice(cut.end())), *piece.lines[1:]], SPACE, NONE))
        else:
            parted.append(piece)
    return parted


def _is_shared(cut: re.Match[str], known: Set[str]) -> bool:
    """`31/5/2026` and `14 bảng mã`, `Công an xã` and `Phòng Kinh` on one line."""
    left, right = cut.string[: cut.start()], cut.string[cut.end() :]
    kind, follows = classify(left), classify(right)
    if kind == DEADLINE:
        return follows not in (DEADLINE, INT) and not is_open(left) and not names_on(right, left)
    if kind == AGENCY and follows == DEADLINE and right[0].isupper() and not names_on(right, left):
        return True
    ends = left in known or left.rsplit(" ", 1)[-1] in _LEVELS
    return kind == AGENCY and follows in (AGENCY, DEADLINE) and ends


_LEVELS = frozenset(("xã", "phường", "tỉnh", "phố", "khu"))


def _parts(line: Text) -> Iterator[tuple[Text, int]]:
    """A line parted before capitals and figures, each part with its place in the line."""
    value = line.value
    inside = [match.span() for match in _INSIDE.finditer(value) if not _NUMBER.fullmatch(value, 0, match.start())]
    if len(inside) > 2 and value.isupper():  # IV KINH TẾ SỐ, XÃ HỘI SỐ
        inside = []
    starts = [0, *(end for _, end in inside)]
    for start, end in zip(starts, [*(start for start, _ in inside), len(value)], strict=True):
        yield line.slice(start, end), start


def _append(piece: Piece, number: int, text: Text, before: int) -> None:
    last, line = piece.lines[-1]
    if before == SPACE and last == number:
        piece.lines[-1] = (number, _across(line, text))
    else:
        piece.lines.append((number, text))
