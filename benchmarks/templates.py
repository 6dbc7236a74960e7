"""Samples taken apart into what stays and what may be another: the moulds of `generate.py`.

What a sample says is known from its truth (`tests/truth/`), made by hand; the reader under test is not asked.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kehoach.extract.readers.decode import decode
from kehoach.normalize.catalogue import load_catalogue
from kehoach.normalize.text import fold
from kehoach.normalize.vocabulary import rows

__all__ = ["Appendix", "Line", "Slot", "Template", "read_templates"]

ROOT = Path(__file__).resolve().parent.parent
SMALLEST = 4000  # bytes of a sample that is a parent; a commune's plan is no note of a page


class Slot(NamedTuple):
    """A piece of a line that may be another: what kind of thing it is, and how it is printed in the sample."""

    kind: str
    printed: str
    choices: tuple[str, ...] = ()  # of wordings
    thing: str = ""  # the indicator of which it is a value


Piece = str | Slot


class Line(NamedTuple):
    """A line: the marker at its head that stays where lines change places, then its pieces."""

    marker: str
    pieces: tuple[Piece, ...]
    columns: bool = False  # gaps of spaces part columns that must stay in their places
    heading: str | None = None  # the same heading in small letters


class Appendix(NamedTuple):
    """An appendix that has a label: its lines from the one with the label on, up to the next."""

    label: str
    start: int
    stop: int


class Template(NamedTuple):
    """A sample taken apart."""

    parent: Path
    encoding: str
    markdown: bool
    unit_type: str
    city: bool  # in a city, not in a province
    lines: tuple[Line, ...]
    swaps: tuple[tuple[int, ...], ...]  # lines whose contents may change places
    whole_rows: bool  # its rows are lines, so that no blank matters
    appendices: tuple[Appendix, ...]


class _Found(NamedTuple):
    start: int
    end: int
    slot: Slot


class _Unit(NamedTuple):
    """What the sample calls itself."""

    type: str
    name: str
    province: str | None
    number: str | None
    date: str | None
    city: bool


@cache
def read_templates() -> tuple[Template, ...]:
    """Each sample of a commune that is a text, with tabs as they are and, where that is easy, as Markdown."""
    found: list[Template] = []
    for path in sorted((ROOT / "samples").iterdir()):
        if path.suffix in (".txt", ".md") and path.stat().st_size >= SMALLEST:
            found += _templates_of(path)
    return tuple(found)


def _templates_of(path: Path) -> Iterator[Template]:
    truth = json.loads((ROOT / "tests" / "truth" / f"{path.stem}.json").read_text(encoding="utf-8"))
    document = truth["document"]
    if document.get("unit_type") not in ("xã", "phường", "đặc khu"):
        return
    data = path.read_bytes()
    lines = decode(data).replace("\r\n", "\n").split("\n")
    unit = _Unit(
        document["unit_type"],
        document["unit_name"],
        document.get("province"),
        document.get("number"),
        document.get("issue_date"),
        document.get("province") in _cities(),
    )
    plain = _template(path, unit, lines, truth)._replace(encoding=_encoding(data))
    yield plain
    piped = _as_markdown(lines)
    if piped is not None and plain.encoding == "utf-8":
        yield _template(path, unit, piped, truth)._replace(markdown=True)


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8"


@cache
def _cities() -> frozenset[str]:
    return frozenset(row["name"] for row in rows("provinces") if row["type"] == "thành phố")


def _template(path: Path, unit: _Unit, lines: Sequence[str], truth: dict[str, Any]) -> Template:
    texts = [unicodedata.normalize("NFC", line) for line in lines]
    by_truth = _slots_of_truth(texts, truth)
    names = _unit_pattern(unit)
    built = []
    for number, text in enumerate(texts):
        found = [*_slots_of_unit(text, unit, names), *by_truth.get(number, [])]
        built.append(_line(text, found))
    whole_rows = any("\t" in line or line.startswith("|") for line in texts)
    return Template(
        parent=path,
        encoding="utf-8",
        markdown=path.suffix == ".md",
        unit_type=unit.type,
        city=unit.city,
        lines=tuple(built),
        swaps=tuple(_swaps(texts)),
        whole_rows=whole_rows,
        appendices=tuple(_appendices(texts)) if whole_rows else (),
    )


_APPENDIX = re.compile(r"[#* ]*PHỤ LỤC\b", re.IGNORECASE)
_LABEL = re.compile(r"[#* ]*PHỤ LỤC(?: SỐ)? ([IV]+|\d+)[* ]*", re.IGNORECASE)


def _appendices(lines: Sequence[str]) -> Iterator[Appendix]:
    """Those whose label stands alone in its line and is no other's."""
    starts = [number for number, line in enumerate(lines) if _APPENDIX.match(line)]
    labels = [match[1] if (match := _LABEL.fullmatch(lines[start])) else "" for start in starts]
    for label, start, stop in zip(labels, starts, [*starts, len(lines)][1:], strict=True):
        if label and labels.count(label) == 1:
            yield Appendix(label, start, stop)


# --- a line -----------------------------------------------------------------------------------------------------

_COLUMNS = re.compile(r"\S {3,}\S")
_MARKER = re.compile(r"\s*(?:\d+\t|\| *\d+ *\||\(\d+\) |\d+[.-] |[-+] )")
_HEADING = re.compile(r"(?P<mark>(?:\*\*)?(?:[IVX]+[.-]|PHẦN [IVX]+[.:]?) )(?P<rest>\S.+)")
_WORD = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[AEIOUY]")


def _line(text: str, found: Sequence[_Found]) -> Line:
    match = _MARKER.match(text)
    marker = match[0] if match else ""
    pieces: list[Piece] = []
    at = len(marker)
    for start, end, slot in sorted(found, key=lambda one: (one.start, -one.end)):
        if start >= at:  # of two that overlap, the first and longest
            pieces += [text[at:start], slot]
            at = end
    pieces.append(text[at:])
    heading = None if len(pieces) > 1 else _small_heading(text)
    return Line(marker, tuple(piece for piece in pieces if piece), bool(_COLUMNS.search(text)), heading)


def _small_heading(text: str) -> str | None:
    """`I. MỤC ĐÍCH, YÊU CẦU` → `I. Mục đích, yêu cầu`; None where it is no heading or has short forms (`UBND`)."""
    match = _HEADING.fullmatch(text)
    if match is None or not match["rest"].isupper():
        return None
    words = _WORD.findall(unicodedata.normalize("NFD", match["rest"]))
    if any(len(word) > 1 and not _VOWEL.search(word) for word in words):
        return None
    return match["mark"] + match["rest"][0] + match["rest"][1:].lower()


# --- the unit, its province, number and date --------------------------------------------------------------------


def _unit_pattern(unit: _Unit) -> re.Pattern[str]:
    name = " +".join(map(re.escape, unit.name.split()))
    kinds = [f"(?P<name>{name}|{name.upper()})"]
    if unit.province:
        words = re.escape(unit.province)
        kind = r"(?:[Tt]ỉnh|TỈNH|[Tt]hành phố|THÀNH PHỐ|TP\.?) "
        # Bare, the name of this city is also that of a person.
        bare = "" if unit.province == "Hồ Chí Minh" else "?"
        kinds.append(f"(?P<province>(?:{kind}){bare}(?:{words}|{words.upper()}))")
        other = "[Tt]hành phố(?! thông minh)|THÀNH PHỐ|Thành ủy" if unit.city else "Tỉnh ủy|[Tt]ỉnh|TỈNH"
        kinds.append(f"(?P<level>{other})")
    if unit.type == "đặc khu":
        kinds.append("(?P<type>[Đđ]ặc khu|ĐẶC KHU)")
    number = re.fullmatch(r"(\d+)([/-])(.+)", unit.number or "")
    if number:
        kinds.append(rf"(?P<number>(?<!\d){number[1]}(?= *[/-] *{re.escape(number[3])}))")
    if unit.date:
        _, month, day = map(int, unit.date.split("-"))
        kinds.append(rf"(?P<date>0?{day}(?:\s+tháng\s+|/)0?{month}(?=/{unit.date[:4]}|\s+năm\s+{unit.date[:4]}))")
    return re.compile(rf"(?<!\w)(?:{'|'.join(kinds)})(?!\w)")


def _slots_of_unit(text: str, unit: _Unit, pattern: re.Pattern[str]) -> Iterator[_Found]:
    for match in pattern.finditer(text):
        kind = str(match.lastgroup)
        yield _Found(match.start(), match.end(), Slot(kind, match[0]))


# --- values, deadlines and names of indicators ------------------------------------------------------------------


def _slots_of_truth(lines: Sequence[str], truth: dict[str, Any]) -> dict[int, list[_Found]]:
    """What the truth says stands in a line and is found there, by line."""
    found: dict[int, list[_Found]] = {}
    things = sorted((thing for kind in ("indicators", "tasks") for thing in truth[kind]), key=lambda one: one["line"])
    stops = [thing["line"] - 1 for thing in things[1:]] + [len(lines)]
    for thing, stop in zip(things, stops, strict=True):
        number = thing["line"] - 1
        start = max(lines[number].find(thing["name"][:12]), 0)
        if start == 0 and thing.get("ordinal"):
            start = len(thing["ordinal"]) + 1
        for slot_line, one in _slots_of_thing(lines, thing, (number, start), max(number + 1, stop)):
            found.setdefault(slot_line, []).append(one)
    return found


def _slots_of_thing(
    lines: Sequence[str], thing: dict[str, Any], place: tuple[int, int], stop: int
) -> Iterator[tuple[int, _Found]]:
    number, start = place
    labels = _labels().get(fold(thing["name"]), ())
    at = lines[number].find(thing["name"])
    if labels and at >= 0 and not _COLUMNS.search(lines[number]):
        yield number, _Found(at, at + len(thing["name"]), Slot("label", thing["name"], labels))
        start = at + len(thing["name"])
    for target in thing.get("targets", []):
        where = _find(lines, target["raw"], (number, start), stop)
        if where is not None and re.search(r"\d", target["raw"]):
            number, start = where[0], where[2]
            share = "%" in f"{target['raw']}{target['unit']}"
            printed = lines[number][where[1] : start]
            slot = Slot("share" if share else "value", printed, thing=fold(thing["name"]))
            yield number, _Found(where[1], start, slot)
    raw = thing.get("deadline_raw")
    if raw and re.search(r"\d/20\d\d$|^Quý [IV]+", raw):
        where = _find(lines, raw, (number, start), stop)
        if where is not None:
            yield where[0], _Found(where[1], where[2], Slot("deadline", lines[where[0]][where[1] : where[2]]))


def _find(lines: Sequence[str], raw: str, place: tuple[int, int], stop: int) -> tuple[int, int, int] | None:
    """Line, start and end of a text that stands in one line, at or behind a place."""
    words = r"\s+".join(map(re.escape, raw.split()))
    pattern = re.compile(rf"(?<![\w,./]){words}(?![\w/]|[,.]\d)")
    for number in range(place[0], stop):
        match = pattern.search(lines[number], place[1] if number == place[0] else 0)
        if match:
            return number, match.start(), match.end()
    return None


@cache
def _labels() -> dict[str, tuple[str, ...]]:
    """The wordings of each canonical indicator that has several, by each of them."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in load_catalogue():
        labels = tuple(label for label in (entry.name, *entry.aliases) if len(label) > 12 and "(" not in label)
        if len(labels) > 1:
            found |= {fold(label): labels for label in labels}
    return found


# --- lines that may change places -------------------------------------------------------------------------------


def _swaps(lines: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Rows and items that follow each other, each whole in its line; the last stays, for something may hang on it."""
    run: list[int] = []
    shape: object = None
    blank = False
    for number, line in enumerate([*lines, ""]):
        if not line.strip() and not blank and number < len(lines):
            blank = True
            continue
        new = _shape(line)
        if new != shape or new is None:
            if len(run) > 2:
                yield tuple(run[:-1])
            run, shape = [], new
        if new is not None:
            run.append(number)
        blank = False


def _shape(line: str) -> object:
    match = _MARKER.match(line)
    if match is None or line.count('"') % 2 or _COLUMNS.search(line):
        return None
    marker = re.sub(r"\d+", "1", match[0])
    if "\t" in marker or "|" in marker:
        return marker, line.count("\t"), line.count("|"), _first_cell_is_long(line, match.end())
    end = line.rstrip("*")[-1:]
    return (marker, end) if end in ".;" and "Lưu" not in line else None


def _first_cell_is_long(line: str, start: int) -> bool:
    """A row that only introduces others has nothing behind its name."""
    return len(re.sub(r"[\t| ]+", "", re.sub(r"^[^\t|]*", "", line[start:].strip(" ")))) > 0


# --- tabs to pipes ----------------------------------------------------------------------------------------------


def _as_markdown(lines: Sequence[str]) -> list[str] | None:
    """The lines with each table of tabs as one of Markdown; None where a table is not simply one row a line."""
    made = list(lines)
    inside = False
    tables = 0
    for number, line in enumerate(lines):
        tabs = line.count("\t")
        if tabs < 3:
            inside = False
            continue
        first = line.split("\t", 1)[0].strip()
        if not first or "|" in line or '"' in line or (not inside and first.lower() not in ("stt", "tt", "số tt")):
            return None
        made[number] = "| " + " | ".join(cell.strip() for cell in line.split("\t")) + " |"
        if not inside:
            made[number] += "\n" + "|---" * (tabs + 1) + "|"
            tables += 1
        inside = True
    return made if tables else None
