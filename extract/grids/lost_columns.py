"""Tables whose columns were lost: cells one under another, as text taken out of a PDF writes them.

What is handled: cells hard-wrapped and parted by empty lines (or one a line, without); the header repeated at each
page or printed once; a row cut by a page break, its cells going on one after the other on the next page; missing
cells; headings over the whole width; rows with an ordinal of their own (`1`), with one in the name (`1. Xây dựng …`),
or with none; rows of column numbers; page numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kehoach.extract.blocks import EMPTY, Grid, Source, Text, join
from kehoach.extract.grids.lost_costs import Costs
from kehoach.extract.grids.lost_decode import NEW, Step, decode
from kehoach.extract.grids.lost_header import Header, find_headers
from kehoach.extract.grids.lost_units import (
    DEADLINE,
    HARD,
    INT,
    NUMBERED,
    ORD,
    ROMAN,
    SOFT,
    Unit,
    classify,
    split_ordinal,
)
from kehoach.schemas.records import ColumnRole

_NUMERIC: frozenset[ColumnRole | None] = frozenset({"target", "baseline", "budget", "unit", "kpi", None})
_Row = list[list[Unit]]  # the units of each column
_PASSES = 3  # the first by roles alone, the others with what was learned
_SURE = 150  # units; so many teach enough in the first pass
_END = re.compile(
    r"\s*(?:(?:PHỤ LỤC|Phụ lục|BIỂU|Biểu(?: mẫu)?)(?:\s+(?:số\s+|SỐ\s+)?(?:\d+|[IVX]+)[A-Za-z]?)?\s*[.:]?$|PHỤ LỤC\b|"
    r"Phụ lục (?:số )?(?:\d+|[IVX]+)\b|(?:TM|KT|TL|TUQ|T/M|K/T)\.?\s+[A-ZĐỦ]|Nơi nhận|NƠI NHẬN|Trên đây là)"
)  # PHỤ LỤC II   Phụ lục số 02   TM. ỦY BAN NHÂN DÂN   Nơi nhận:
_PAGE_NUMBER = re.compile(
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
    units = _units(lines, header, stop, numbers)
    if len(units) < len(header.cells):
        return None
    rows, cost = _assign(units, header)
    if not _is_sound(rows, cost):
        return None
    last = max(unit.last for row in rows for cell in row for unit in cell)
    _drop(lines, header, numbers, last, source)
    ordinal = header.roles[0] == "ordinal"
    body = [_texts(row, ordinal) for row in rows]
    return header.start, last, Grid([header.cells, *body], "lost")


def _assign(units: Sequence[Unit], header: Header) -> tuple[list[_Row], float]:
    """The rows of the units, each with its columns' units, and the cost a unit."""
    costs = Costs(header.roles)
    steps, cost = decode(units, costs)
    for _ in range(_PASSES - 1 if len(units) < _SURE else 1):
        costs.learn(_rows(units, steps, len(header.cells)))
        before = steps
        steps, cost = decode(units, costs)
        if steps == before:
            break
    return _without_tail(_rows(units, steps, len(header.cells))), cost / len(units)


def _table_end(lines: Sequence[Text], header: Header, stop: int) -> int:
    """The first line that cannot belong to the table: an appendix, a signature, a paragraph set much wider."""
    narrow = 0
    for at in range(header.end, stop):
        value = lines[at].value
        if not value:
            continue
        if is_end(value):
            return at
        if len(value) < 45:
            narrow += 1
        elif narrow > 30 and len(value) > 65 and at + 1 < stop and len(lines[at + 1].value) > 65 and _is_prose(value):
            return at
    return stop


_END_LETTERS = frozenset(" PBTKN\t")


def is_end(line: str) -> bool:
    """Whether a line can stand in no table: `PHỤ LỤC II`, `TM. ỦY BAN NHÂN DÂN`, `Nơi nhận:`."""
    return line[0] in _END_LETTERS and _END.match(line) is not None


def _is_prose(value: str) -> bool:
    return classify(value.strip()) not in (ROMAN, NUMBERED) and not value.isupper()


def _page_numbers(lines: Sequence[Text], header: Header, stop: int) -> set[int]:
    """The lines that hold only the page's number, beside a page break."""
    found: dict[int, int] = {}
    for start, end in header.spans[1:]:
        for at in (*range(start - 1, max(start - 6, header.end), -1), *range(end, min(end + 3, stop))):
            value = lines[at].value
            if value.strip():
                if _PAGE_NUMBER.fullmatch(value) and at < start:
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
        if value not in (expected, 1) or (value == following and adjacent):
            if following == expected and (adjacent or not _NUMERIC.intersection(header.roles)):
                found.add(at)
                continue
        expected = value + 1
    return found


def _units(lines: Sequence[Text], header: Header, stop: int, skip: set[int]) -> list[Unit]:
    headers = {at for start, end in header.spans for at in range(start, end)}
    headers |= {at for start, end, _ in header.numbers for at in range(start, end)}
    blocks: list[tuple[int, list[tuple[int, Text]], int]] = []
    break_, blanks, current = 0, 0, None
    for at in range(header.end, stop):
        if at in headers or at in skip:
            break_, current = HARD, None
        elif not lines[at].value or lines[at].value.isspace():
            blanks, current = blanks + 1, None
        elif current is None:
            current = [(at, _stripped(lines[at]))]
            blocks.append((break_ or (SOFT if blanks > 1 else 0), current, blanks))
            break_ = blanks = 0
        else:
            current.append((at, _stripped(lines[at])))
    if blocks:
        blocks[0] = (0, blocks[0][1], 1)
    return _split(blocks, header)


def _stripped(line: Text) -> Text:
    return line.strip() if line.value[0].isspace() or line.value[-1].isspace() else line


def _split(blocks: Sequence[tuple[int, list[tuple[int, Text]], int]], header: Header) -> list[Unit]:
    """Units from blocks: parted where a line begins a cell though no empty line stands before it."""
    parted = sum(len(block) for _, block, _ in blocks) <= 3 * len(header.cells) * len(blocks) and len(blocks) > 8
    ordinal = header.roles[0] == "ordinal"
    units: list[Unit] = []
    for break_, block, _ in blocks:
        made = _block_units(block, ordinal, parted)
        made[0].break_ = break_ if break_ == HARD or made[0].lower else 0
        units += made
    for before, unit in zip(units, units[1:], strict=False):
        if not unit.break_ and unit.lower and not before.open:
            unit.break_ = SOFT
    return units


def _block_units(block: Sequence[tuple[int, Text]], ordinal: bool, parted: bool) -> list[Unit]:
    units: list[Unit] = []
    start = 0
    for index in range(1, len(block) + 1):
        if index < len(block) and not _begins_cell(block, start, index, ordinal, parted):
            continue
        part = block[start:index]
        texts = [text for _, text in part]
        joined = split_ordinal(texts[0]) if ordinal else None
        if joined:
            units.append(Unit([joined[0]], part[0][0], part[0][0] + 1, start > 0))
            texts[0] = joined[1]
        units.append(Unit(texts, part[0][0], part[-1][0] + 1, start > 0 or joined is not None))
        start = index
    return units


def _begins_cell(block: Sequence[tuple[int, Text]], start: int, index: int, ordinal: bool, parted: bool) -> bool:
    line, before = block[index][1].value, block[index - 1][1].value
    if before[-1] in "-–,(/" or line[0].islower():
        return False
    if not parted:
        return True
    kind = classify(line)
    if ordinal and ((kind in (ORD, INT) and index == start + 1) or classify(before) in (ORD, INT)):
        return True
    if kind in (ROMAN, NUMBERED):
        return classify(" ".join(text.value for _, text in block[start:index])) == DEADLINE or before[-1] in ".;"
    return False


def _rows(units: Sequence[Unit], steps: Sequence[Step], count: int) -> list[_Row]:
    rows: list[_Row] = []
    for unit, (column, how) in zip(units, steps, strict=True):
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


def _is_sound(rows: Sequence[Sequence[Sequence[Unit]]], cost: float) -> bool:
    """Whether the assignment convinces: rows that are mostly full, at a cost a unit that no random text reaches."""
    items = [row for row in rows if sum(1 for cell in row if cell) >= 2]
    if not items:
        return False
    filled = sum(1 for row in items for cell in row if cell) / (len(items) * len(items[0]))
    return filled >= 0.5 and cost <= 3.2


def _texts(row: Sequence[Sequence[Unit]], ordinal: bool) -> list[Text]:
    cells = [join([line for unit in cell for line in unit.lines], "\n") for cell in row]
    if ordinal and cells[0] and not cells[1]:
        parts = split_ordinal(cells[0])
        if parts:
            cells[0], cells[1] = parts
    return [cell or EMPTY for cell in cells]


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
