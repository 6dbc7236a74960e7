"""Tables whose columns were lost: cells one under another, as text taken out of a PDF writes them.

What is handled: cells hard-wrapped and parted by empty lines (or one a line, without); the header repeated at each
page or printed once; a row cut by a page break, its cells going on one after the other on the next page; missing
cells; headings over the whole width; rows with an ordinal of their own (`1`), with one in the name (`1. Xây dựng …`),
or with none; rows of column numbers; page numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids.lost_costs import Costs
from kehoach.extract.grids.lost_decode import NEW, Step, decode
from kehoach.extract.grids.lost_evidence import Evidence, find_ordinals, with_line_ends
from kehoach.extract.grids.lost_header import Header, find_headers
from kehoach.extract.grids.lost_pieces import Block, Pieces, loose_pieces, part_shared_lines, whole_blocks
from kehoach.extract.grids.lost_units import HARD, NONE, NUMBERED, ROMAN, Unit, classify, width
from kehoach.extract.grids.next_section import next_section
from kehoach.schemas.records import ColumnRole

_NUMERIC: frozenset[ColumnRole | None] = frozenset({"target", "baseline", "budget", "unit", "kpi", None})
_Row = list[list[Unit]]  # the units of each column
_PASSES = 3  # the first by roles alone, the others with what was learned
_FIRST_BEAM = 2.5  # the first pass only teaches: a narrow search does
_GOOD, _LEAST = 0.9, 0.58  # what an assignment must be worth: to be taken at once, to be taken at all
_SURE = 150  # units; so many teach enough in the first pass
_END = re.compile(
    r"\s*(?:(?:PHỤ LỤC|Phụ lục|BIỂU|Biểu(?: mẫu)?)(?:\s+(?:số\s+|SỐ\s+)?(?:\d+|[IVX]+)[A-Za-z]?)?\s*[.:]?$|PHỤ LỤC\b|"
    r"Phụ lục (?:số )?(?:\d+|[IVX]+)\b|(?:TM|KT|TL|TUQ|T/M|K/T)\.?\s+[A-ZĐỦ]|Nơi nhận|NƠI NHẬN|Trên đây là)"
)  # PHỤ LỤC II   Phụ lục số 02   TM. ỦY BAN NHÂN DÂN   Nơi nhận:
PAGE_NUMBER = re.compile(
    r"\s*(?:[-–]\s*)?(?:Trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*[-–])?\s*"
)  # 22   - 22 -   Trang 3/10


def find_lost_tables(lines: Sequence[Text], source: Source) -> list[tuple[int, int, Grid]]:
    """The tables among these lines whose columns were lost.

    ``lines`` hold no markup; an empty text is an empty line. Each result is the table's first line, the line after
    its last, and its grid (header first; cells keep their line breaks). Repeated headers, rows of column numbers and
    page numbers inside a table are noted in ``source`` as dropped. Where the evidence is weak there is no result.
    """
    found: list[tuple[int, int, Grid]] = []
    headers = list(find_headers(lines))
    stops = [header.start for header in headers[1:]] + [len(lines)]
    for header, stop in zip(headers, stops, strict=False):
        table = _read_table(lines, header, stop, source)
        if table is not None:
            found.append(table)
    return found


def _read_table(lines: Sequence[Text], header: Header, stop: int, source: Source) -> tuple[int, int, Grid] | None:
    stop = _table_end(lines, header, stop)
    numbers = _page_numbers(lines, header, stop)
    blocks = _blocks(lines, header, stop, numbers)
    if not blocks:
        return None
    rows, worth = _read_body(blocks, header, source.text)
    if worth < _LEAST:
        return None
    last = max(unit.last for row in rows for cell in row for unit in cell)
    _drop(lines, header, numbers, last, source)
    body = [[join([line for unit in cell for line in unit.lines], "\n") or EMPTY for cell in row] for row in rows]
    return header.start, last, Grid([header.cells, *body], "lost")


def _read_body(blocks: Sequence[Block], header: Header, source: str) -> tuple[list[_Row], float]:
    """The rows and what they are worth; where that is little, what the line ends tell and shared lines are tried."""
    lines, ordinal = [block.lines for block in blocks], header.roles[0] == "ordinal"
    units = "unit" in header.roles
    evidence = find_ordinals(lines) if ordinal else Evidence()
    rows, worth = _assign(Pieces(whole_blocks(blocks, ordinal, evidence), ordinal, evidence, units=units), header)
    if worth >= _GOOD:
        return rows, worth
    told = with_line_ends(evidence, lines, source)
    whole = whole_blocks(blocks, ordinal, told)
    parted = part_shared_lines(whole)
    if told.open or len(parted) > len(whole):
        again, other = _assign(Pieces(parted, ordinal, told, units=units), header)
        rows, worth = (again, other) if other >= worth or told.open else (rows, worth)
    loose = Pieces(loose_pieces(blocks, ordinal, told), ordinal, told, loose=True, units=units)
    others, better = _assign(loose, header)
    return (others, better) if better > worth + 0.02 else (rows, worth)


def _assign(pieces: Pieces, header: Header) -> tuple[list[_Row], float]:
    """The rows of the pieces, each with its columns' units, and what that is worth (:func:`_worth`)."""
    count = len(header.cells)
    heads = [max(map(width, cell.value.split("\n"))) for cell in header.cells]
    costs, plain = Costs(header.roles, heads, pieces.loose), Costs(header.roles)
    steps = decode(pieces, costs, _FIRST_BEAM)
    found = [_rows(steps, count)]
    for _ in range(_PASSES - 1 if len(pieces) < _SURE else 1):
        costs.learn(found[-1])
        pieces.learn({text for text, seen in Counter(unit.text for unit, _, _ in steps).items() if seen > 1})
        before, steps = steps, decode(pieces, costs)
        if steps == before:
            break
        found.append(_rows(steps, count))
    judged = [
        (_worth(rows, plain), at, rows)
        for at, rows in enumerate(map(_without_tail, found if pieces.loose else found[-1:]))
    ]
    worth, _, rows = max(judged, key=lambda judgement: judgement[:2])
    return rows, worth


def _table_end(lines: Sequence[Text], header: Header, stop: int) -> int:
    """The first line that cannot belong to the table: an appendix, a signature, a paragraph set much wider."""
    narrow = 0
    stop = next_section(lines, header.end, stop) or stop
    for at in range(header.end, stop):
        value = lines[at].value
        if not value:
            continue
        if is_end(value):
            return at
        if len(value) < 45:
            narrow += 1
        elif narrow > 30 and len(value) > 65 and at + 1 < stop and _is_prose(value.strip(), lines[at + 1].value):
            return at
    return stop


_END_LETTERS = frozenset(" PBTKN\t")


def is_end(line: str) -> bool:
    """Whether a line can stand in no table: `PHỤ LỤC II`, `TM. ỦY BAN NHÂN DÂN`, `Nơi nhận:`."""
    return line[0] in _END_LETTERS and _END.match(line) is not None


def _is_prose(value: str, following: str) -> bool:
    """Whether two lines are those of a paragraph: both wide, the second going on with a small letter."""
    wide = len(following) > 65 and following[0].islower()
    return wide and not value[0].isdigit() and not value.isupper() and classify(value) not in (ROMAN, NUMBERED)


def _page_numbers(lines: Sequence[Text], header: Header, stop: int) -> set[int]:
    """The lines that hold only the page's number, beside a page break."""
    found: dict[int, int] = {}
    for start, end in header.spans[1:]:
        for at in (*range(start - 1, max(start - 6, header.end), -1), *range(end, min(end + 3, stop))):
            value = lines[at].value
            if value.strip():
                if PAGE_NUMBER.fullmatch(value) and at < start:
                    found[at] = int(re.findall(r"\d+", value)[0])
                break
    numeric = header.roles[-1] in _NUMERIC
    if numeric and not (len(found) > 1 and sorted(found.values()) == list(found.values())):
        found = {at: 0 for at in found if not (lines[at - 1].value or lines[at - 2].value)}
    return set(found) | _stray_numbers(lines, header, stop, set(found))


def _stray_numbers(lines: Sequence[Text], header: Header, stop: int, known: set[int]) -> set[int]:
    """Page numbers where the header does not recur: numbers between empty lines that are no ordinal of a row."""
    alone = [
        (at, int(lines[at].value))
        for at in range(header.end, stop)
        if len(lines[at].value) <= 4 and lines[at].value.strip().isdecimal() and at not in known
        and not lines[at - 1].value and (at + 1 >= stop or not lines[at + 1].value)
    ]  # fmt: skip
    if header.roles[0] != "ordinal":
        rising = [value for _, value in alone] == sorted({value for _, value in alone})
        return {at for at, _ in alone} if rising and not _NUMERIC.intersection(header.roles) else set()
    if header.roles[-1] in _NUMERIC:
        return set()
    found, expected = set(), 1
    for (at, value), (after, following) in zip(alone, [*alone[1:], (-1, expected)], strict=False):
        adjacent = not any(lines[line].value for line in range(at + 1, max(after, at)))
        stray = value not in (expected, 1) or (value == following and adjacent)
        if stray and value > 1 and _is_next_ordinal(lines, header.end, at, stop):
            stray = False
        if stray and following == expected and (adjacent or not _NUMERIC.intersection(header.roles)):
            found.add(at)
        else:
            expected = value + 1
    return found


_ORDINAL_LINE = re.compile(r"(\d{1,3})[.)]?(?:$|\s+[^\W\d_])")  # `4`   `4. Xây dựng`


def _is_next_ordinal(lines: Sequence[Text], start: int, at: int, stop: int) -> bool:
    """Whether a number stands between the ordinals before and after it: `1 Xây dựng` … `2` … `3 Rà soát`."""
    value = int(lines[at].value)
    above = (_ORDINAL_LINE.match(lines[line].value) for line in range(at - 1, max(start - 1, at - 60), -1))
    below = (_ORDINAL_LINE.match(lines[line].value) for line in range(at + 1, min(stop, at + 60)))
    before = next((int(match[1]) for match in above if match), 0)
    after = next((int(match[1]) for match in below if match), 0)
    return before == value - 1 and after == value + 1


def _blocks(lines: Sequence[Text], header: Header, stop: int, skip: set[int]) -> list[Block]:
    """The lines of the body between empty lines, without repeated headers, column numbers and page numbers."""
    left_out = {at for start, end in header.spans for at in range(start, end)} | skip
    left_out |= {at for start, end, _ in header.numbers for at in range(start, end)}
    blocks: list[Block] = []
    break_, current = NONE, None
    for at in range(header.end, stop):
        if at in left_out:
            break_, current = HARD, None
        elif not lines[at].value or lines[at].value.isspace():
            current = None
        elif current is None:
            current = [(at, _stripped(lines[at]))]
            blocks.append(Block(current, break_ if blocks else NONE))
            break_ = NONE
        else:
            current.append((at, _stripped(lines[at])))
    return blocks


def _stripped(line: Text) -> Text:
    return line.strip() if line.value[0].isspace() or line.value[-1].isspace() else line


def _rows(steps: Sequence[Step], count: int) -> list[_Row]:
    rows: list[_Row] = []
    for unit, column, how in steps:
        if how == NEW:
            rows.append([[] for _ in range(count)])
        rows[-1][max(column, 0)].append(unit)
    return rows


def _without_tail(rows: list[_Row]) -> list[_Row]:
    """Without the headings at the end, which belong to what follows the table."""
    end = len(rows)
    while end and sum(1 for cell in rows[end - 1] if cell) < 2:
        end -= 1
    return rows[:end]


def _worth(rows: Sequence[_Row], costs: Costs) -> float:
    """How much an assignment convinces: the share of cells filled, less how unusual they are; -1 for not at all."""
    items = [row for row in rows if sum(1 for cell in row if cell) >= 2]
    cells = [(column, cell[0].kind) for row in items for column, cell in enumerate(row) if cell]
    if not items or len(cells) < 0.5 * len(items) * len(items[0]):
        return -1.0
    names = [column for column, role in enumerate(costs.roles) if role in ("name", "subtask")]
    if sum(1 for row in items if any(row[column] for column in names)) < 0.75 * len(items):
        return -1.0  # read column by column: names in one run, bodies in another
    unusual = sum(costs.kinds[column][kind] for column, kind in cells) / len(cells)
    return len(cells) / (len(items) * len(items[0])) - 0.2 * unusual


def _drop(lines: Sequence[Text], header: Header, numbers: set[int], last: int, source: Source) -> None:
    for start, end in header.spans[1:]:
        if start < last:
            for line in lines[start:end]:
                source.drop(line.strip(), "repeated-header")
    for start, end, _ in header.numbers:
        for line in lines[start:end]:
            source.drop(line.strip(), "column-numbers")
    for at in sorted(numbers):
        if at < last:
            source.drop(lines[at].strip(), "page-number")
