"""Numbers of sections and table rows that leave one out or stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kehoach.extract.checks.view import Rule, View, diagnostic
from kehoach.extract.markers import roman_number
from kehoach.schemas.records import Diagnostic, Row, Section, Table


class Number(NamedTuple):
    """A marker as a member of a series: `1.2` is the second of the series `1.`."""

    kind: str
    prefix: str
    value: int


_LETTERS = "abcdđeghiklmnopqrstuvxy"
_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
# The last word or number of "PHẦN THỨ NHẤT", "Chương II", "Điều 3"; "1.2.", "IV", "đ)", "(3)"
_MARKER = re.compile(
    r"\(?(?:(?P<word>PHẦN|CHƯƠNG|ĐIỀU|MỤC)\s+(?:THỨ\s+)?)?"
    r"(?:(?P<prefix>(?:\d{1,2}\.)*)(?P<number>\d{1,3})|(?P<roman>[IVXL]+)|(?P<letter>[A-ZĐ])|(?P<ordinal>[^\W\d_]{2,4}))[.)]*",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def number_of(marker: str) -> Number | None:
    """The place of a marker in its series; None for a dash, an empty cell or what is no number.

    >>> number_of("1.2"), number_of("IV"), number_of("PHẦN THỨ HAI").value, number_of("-")
    (Number(kind='arabic', prefix='1.', value=2), Number(kind='roman', prefix='', value=4), 2, None)
    """
    found = _MARKER.fullmatch(marker.strip())
    if found is None:
        return None
    word = (found["word"] or "").lower()
    if found["number"]:
        return Number(word or "arabic", found["prefix"], int(found["number"]))
    if found["roman"] and (found["roman"].isupper() or word):
        return Number(word or "roman", "", roman_number(found["roman"]) or 0)
    letter = found["letter"] or (found["roman"] if found["roman"] and len(found["roman"]) == 1 else None)
    if letter and letter.lower() in _LETTERS:
        return Number(word or ("letter" if letter.islower() else "capital"), "", _LETTERS.index(letter.lower()) + 1)
    if word and found["ordinal"] and found["ordinal"].lower() in _ORDINALS:
        return Number(word, "", _ORDINALS.index(found["ordinal"].lower()) + 1)
    return None


def written(number: Number) -> str:
    """A number as its series writes it: `IV`, `1.2`, `đ`, `B`."""
    if number.kind in ("letter", "capital"):
        letter = _LETTERS[number.value - 1] if number.value <= len(_LETTERS) else "?"
        return letter if number.kind == "letter" else letter.upper()
    if number.kind != "roman":
        return f"{number.prefix}{number.value}"
    tens, ones = divmod(number.value, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


_SKIPPABLE = {("letter", 6), ("capital", 6)}  # "a, b, c, d, e": many lists leave out "đ"


def _follows(number: Number, previous: int) -> bool:
    """Whether the number is the next one, begins a new series, or goes back (which no skip explains)."""
    if number.value <= previous + 1 or number.value == 1:
        return True
    if (number.kind, number.value) in _SKIPPABLE and previous == 4:
        return True
    # "d, đ, e, f, g" and "a … e, f, g": lists by the English alphabet (f, j, w, z are no Vietnamese letters)
    return number.kind in ("letter", "capital") and number.value == previous + 2 and number.value in (8, 11)


def sections_in_order(view: View) -> Iterator[Diagnostic]:
    """`II` then `IV`; `1.2` twice; `a)` then `c)`. A series may begin again under a line without a number."""
    last: dict[object, int] = {}
    ends: dict[object, int] = {}  # where the series of this kind ended under the heading before
    for section in view.plan.sections:
        number = number_of(section.marker) if section.marker else None
        if number is None:
            continue
        shared = (section.appendix, number.kind, number.prefix, section.level)
        key: object = (*shared, section.parent_id) if number.kind not in ("điều", "chương") else number.kind
        previous = last.get(key, 0)
        if not previous and ends.get(shared) == number.value - 1:
            previous = number.value - 1
        yield from _judge_section(view, section, number, previous)
        last[key] = ends[shared] = number.value


def _judge_section(view: View, section: Section, number: Number, previous: int) -> Iterator[Diagnostic]:
    document, label = view.plan.document, section.marker
    if previous and number.value == previous:
        message = f"The section number {label!r} stands twice."
        yield diagnostic(document, "section-repeated", message, section, section.title or section.text)
    elif not _follows(number, previous):
        message = f"The section numbers leave one out: {_gap(number, previous)}."
        yield diagnostic(document, "section-skipped", message, section, section.title or section.text)


def _gap(number: Number, previous: int) -> str:
    before = f"{written(number._replace(value=previous))!r} is followed by" if previous else "the first is"
    return f"{before} {written(number)!r}"


def rows_in_order(view: View) -> Iterator[Diagnostic]:
    """`2` then `4`; `4` twice. The numbers of rows may go on over group rows and tables or begin again there."""
    carried: dict[tuple[str, str], int] = {}
    for table in view.plan.tables:
        if "ordinal" in table.roles and table.kind != "other":
            yield from _rows_of(view, table, carried)


def _rows_of(view: View, table: Table, carried: dict[tuple[str, str], int]) -> Iterator[Diagnostic]:
    column = table.roles.index("ordinal")
    last: dict[tuple[str, str], int] = {}
    before: Row | None = None
    for row in view.rows.get(table.table_id, []):
        number = number_of(row.cells[column]) if column < len(row.cells) else None
        if number is not None:
            key = (number.kind, number.prefix)
            previous = last.get(key, 0)
            if not previous and carried.get(key) == number.value - 1:
                previous = number.value - 1
            restarts = before is not None and before.kind == "group" and number.value == 1
            if not restarts:
                yield from _judge_row(view, row, number, previous)
            last[key] = number.value
        before = row
    carried |= last


def _judge_row(view: View, row: Row, number: Number, previous: int) -> Iterator[Diagnostic]:
    document = view.plan.document
    if previous and number.value == previous:
        yield diagnostic(
            document, "row-repeated", f"The row number {written(number)!r} stands twice.", row, _shown(row)
        )
    elif not _follows(number, previous):
        message = f"The row numbers leave one out: {_gap(number, previous)}."
        yield diagnostic(document, "row-skipped", message, row, _shown(row))


def _shown(row: Row) -> str:
    return " | ".join(cell for cell in row.cells if cell)


RULES: tuple[Rule, ...] = (sections_in_order, rows_in_order)
