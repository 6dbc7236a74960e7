"""Makes plans by the thousand out of the samples, each of a commune of its own: see README.md.

The same seed gives the same bytes, and the first plans of a larger set are those of a smaller one.
"""

from __future__ import annotations

import argparse
import random
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.templates import Appendix, Line, Slot, Template, read_templates
from kehoach.normalize.vocabulary import rows

__all__ = ["Made", "make_plan", "write_plans"]


class Commune(NamedTuple):
    """A unit of the national list, and the province it is in."""

    code: int
    type: str
    name: str
    province: str
    city: bool


class Made(NamedTuple):
    """A made plan: the name and bytes of its file, the sample it comes from, the unit it is of."""

    name: str
    data: bytes
    parent: Path
    commune: Commune
    more: tuple[tuple[Path, str], ...]  # appendices of other samples that it has too: the sample, the label there


class Making(NamedTuple):
    """What the pieces of one plan are made of."""

    dice: random.Random
    commune: Commune
    template: Template
    number: float  # of the plan and its date, as shares of what they may be
    day: int
    early: bool
    factors: dict[str, float]

    def factor(self, thing: str) -> float:
        """By how much the values of this indicator are others, in the body as in the table."""
        return self.factors.setdefault(thing, self.dice.uniform(0.8, 1.2))


def make_plan(number: int, seed: int = 1) -> Made:
    """The plan with this number: it depends on nothing but the number and the seed."""
    communes = _communes(seed)
    commune = communes[number % len(communes)]
    dice = random.Random(f"{seed}:{number}")
    template = dice.choice(_templates()[commune.type])
    making = Making(dice, commune, template, dice.random(), dice.randrange(10, 29), dice.random() < 0.5, {})
    more = _more_appendices(template, dice)
    last = len(template.lines)
    text = _text(making, 0, last) + "".join(_appended(making, at, *one) for at, one in enumerate(more))
    if dice.random() < 0.15:
        text = text.replace("\n\n", "\n\n\n")
    name = f"plan_{number:06d}{'.md' if template.markdown else '.txt'}"
    data = _encode(text, template.encoding, dice)
    return Made(name, data, template.parent, commune, tuple((one.parent, appendix.label) for one, appendix in more))


def write_plans(count: int, folder: Path, seed: int = 1, first: int = 0) -> int:
    """Write so many plans into a folder, one at a time, beginning with that number; the bytes written."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(first, first + count):
        made = make_plan(number, seed)
        (folder / made.name).write_bytes(made.data)
        size += len(made.data)
    return size


@cache
def _communes(seed: int) -> tuple[Commune, ...]:
    """The national list in the order of this seed."""
    provinces = {row["code"]: row for row in rows("provinces")}
    listed = [
        Commune(int(row["code"]), row["type"], row["name"], provinces[row["province_code"]]["name"],
                provinces[row["province_code"]]["type"] == "thành phố")
        for row in rows("communes")
    ]  # fmt: skip
    random.Random(seed).shuffle(listed)
    return tuple(listed)


@cache
def _templates() -> dict[str, tuple[Template, ...]]:
    """The templates that fit each type of commune; a special zone's also makes a ward's or a commune's."""
    made = read_templates()
    kinds = ("phường", "xã", "đặc khu")
    return {kind: tuple(one for one in made if one.unit_type in (kind, "đặc khu")) for kind in kinds}


# --- a plan -----------------------------------------------------------------------------------------------------


def _text(making: Making, start: int, stop: int) -> str:
    """These lines of the template, filled."""
    dice, template = making.dice, making.template
    order = list(range(start, stop))
    for swap in template.swaps:
        if start <= swap[0] and swap[-1] < stop:
            mixed = list(swap)
            dice.shuffle(mixed)
            for place, other in zip(swap, mixed, strict=True):
                order[place - start] = other
    small = dice.random() < 0.25
    ends = " " if dice.random() < 0.2 and template.whole_rows else ""
    lines = []
    for place, other in enumerate(order, start):
        line = template.lines[other]
        if small and line.heading:
            lines.append(line.heading)
            continue
        marker = template.lines[place].marker
        rest = _rest(line, making, place < LETTERHEAD)
        lines.append(f"{marker}{rest}{ends}" if marker or rest else "")
    return "\n".join(lines)


def _more_appendices(template: Template, dice: random.Random) -> list[tuple[Template, Appendix]]:
    """For some plans appendices of other samples: real plans are up to six times as long as the samples."""
    if not template.whole_rows or dice.random() > LONG:
        return []
    known = [one for one in read_templates() if one.markdown == template.markdown]
    pool = [(one, appendix) for one in known for appendix in one.appendices]
    return dice.sample(pool, dice.randrange(2, min(12, len(pool))))


def _appended(making: Making, at: int, template: Template, appendix: Appendix) -> str:
    """The text of an appendix under a label of its own, without the line that names its plan."""
    text = _text(making._replace(template=template), appendix.start + 1, appendix.stop)
    head = f"{'## ' if template.markdown else ''}PHỤ LỤC {FIRST_MORE + at}"
    text = _TYPE.sub(lambda match: _as_printed(making.commune.type, match[0]), _OF_PLAN.sub("", text))
    return f"\n\n{head}\n{text}"


LONG = 0.2  # the share of such plans
FIRST_MORE = 11
_TYPE = re.compile(r"\b(?:xã|phường|XÃ|PHƯỜNG|Phường|Xã)\b(?! hội| HỘI)")
_OF_PLAN = re.compile(r"^[*_ ]*\(kèm theo .*\)[*_ ]*$", re.IGNORECASE | re.MULTILINE)
LETTERHEAD = 12  # lines in which the name must be the new one, even where a column gives way
_GAP = re.compile(r" {3,}")


def _rest(line: Line, making: Making, letterhead: bool) -> str:
    if not line.columns:
        return "".join(piece if isinstance(piece, str) else FILL[piece.kind](piece, making) for piece in line.pieces)
    made, moved = "", 0  # how far right of its place the text stands
    pieces = [*line.pieces, ""]
    for piece, after in pairwise(pieces):
        if isinstance(piece, Slot):
            new = FILL[piece.kind](piece, making)
            if not letterhead and len(new) - len(piece.printed) + moved > _room(after):
                new = piece.printed
            moved += len(new) - len(piece.printed)
            made += new
            continue
        gap = _GAP.search(piece) if moved else None
        if gap:
            kept = max(3, len(gap[0]) - moved)
            moved -= len(gap[0]) - kept
            made += piece[: gap.start()] + " " * kept + piece[gap.end() :]
        else:
            made += piece
    return made


def _room(after: str | Slot) -> int:
    """How much longer what stands before may be, without moving the next column."""
    gap = _GAP.search(after) if isinstance(after, str) else None
    return len(gap[0]) - 3 if gap else 0 if after else 100


def _encode(text: str, encoding: str, dice: random.Random) -> bytes:
    if dice.random() < 0.15:
        text = text.replace("\n", "\r\n")
    if encoding == "utf-16":
        return unicodedata.normalize("NFD", text).encode("utf-16")
    if encoding == "cp1258":
        return b"".join(map(_letter_1258, text))
    return text.encode("utf-8-sig" if dice.random() < 0.05 else "utf-8")


@cache
def _letter_1258(letter: str) -> bytes:
    """A letter in the code page that has the tones apart: `ệ` → `ê` and the dot below."""
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"), "")
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part != tone))
        return (base + tone).encode("cp1258", "replace")


# --- its pieces -------------------------------------------------------------------------------------------------


def _as_printed(new: str, printed: str) -> str:
    """In the case of what it replaces."""
    if printed.isupper() and len(printed) > 1:
        return new.upper()
    return new[0].upper() + new[1:] if printed[0].isupper() else new


def _name(slot: Slot, making: Making) -> str:
    return making.commune.name.upper() if slot.printed.isupper() else making.commune.name


def _type(slot: Slot, making: Making) -> str:
    return _as_printed(making.commune.type, slot.printed)


_KIND = re.compile(r"(?:tỉnh|thành phố|tp\.?) ", re.IGNORECASE)


def _province(slot: Slot, making: Making) -> str:
    match = _KIND.match(slot.printed)
    name = making.commune.province
    rest = name.upper() if slot.printed.isupper() else name
    return _as_printed("thành phố" if making.commune.city else "tỉnh", match[0][:-1]) + " " + rest if match else rest


def _level(slot: Slot, making: Making) -> str:
    """`tỉnh`, `Tỉnh ủy` in a province are `thành phố`, `Thành ủy` in a city."""
    if making.commune.city == making.template.city:
        return slot.printed
    if slot.printed.lower().endswith("ủy"):
        return "Thành ủy" if making.commune.city else "Tỉnh ủy"
    return _as_printed("thành phố" if making.commune.city else "tỉnh", slot.printed)


def _number(slot: Slot, making: Making) -> str:
    width = len(slot.printed)
    low = 1 if slot.printed.startswith("0") else 10 ** (width - 1)
    return str(low + int(making.number * (10 ** (width - slot.printed.startswith("0")) - low))).zfill(width)


_TWO_NUMBERS = re.compile(r"(\d+)(\D+)(\d+)")


def _date(slot: Slot, making: Making) -> str:
    """Another day, and January for February, March for April: they are written alike."""
    match = _TWO_NUMBERS.fullmatch(slot.printed)
    assert match
    month = int(match[3])
    other = month - (making.early and month in (2, 4))
    day = making.day if len(match[1]) > 1 else making.day % 9 + 1
    return f"{day}{match[2]}{str(other).zfill(len(match[3]))}"


_DIGITS = re.compile(r"\d[\d.,]*\d|\d")
_YEAR = re.compile(r"20\d\d")
_RATIO = re.compile(r"\d ?/ ?\d|[Mm]ức độ")


def _value(slot: Slot, making: Making) -> str:
    """Other numbers, one factor for all values of an indicator, so that a target that rises still does."""
    if _RATIO.search(slot.printed):
        return slot.printed
    factor = making.factor(slot.thing)
    return _DIGITS.sub(lambda match: _other_number(match[0], factor), slot.printed)


def _share(slot: Slot, making: Making) -> str:
    """A percentage stays one; 100 % is what most plans want."""
    factor = making.factor(slot.thing)
    if "100" not in slot.printed:
        return _value(slot, making)
    return slot.printed.replace("100", str(round(10 + 100 * factor))) if factor < 0.88 else slot.printed


def _other_number(printed: str, factor: float) -> str:
    """As many digits; zeros at the head, points and commas stay: `1.450` → `1.612`, `05` → `06`."""
    digits = "".join(letter for letter in printed if letter.isdigit())
    value = int(digits)
    if not value or _YEAR.fullmatch(printed):
        return printed
    width = len(str(value))
    other = min(max(round(value * factor), 10 ** (width - 1)), 10**width - 1)
    new = iter(str(other).zfill(len(digits)))
    return "".join(next(new) if letter.isdigit() else letter for letter in printed)


_DAY = re.compile(r"\d{1,2}(?=/\d{1,2}/20\d\d)")
_MONTH = re.compile(r"(?<!/)(?<!\d)(?:0?[1-9]|1[0-2])(?=/20\d\d)")
_QUARTER = re.compile(r"(?<=Quý )[IV]+")


def _deadline(slot: Slot, making: Making) -> str:
    """Another day, month or quarter; of two days both stay, so that the first does not come last."""
    dice = making.dice
    if slot.printed.count("/20") > 1 or (" - " in slot.printed):
        return slot.printed
    text, days = _DAY.subn(lambda match: _other_day(match[0], dice), slot.printed)
    if days:
        return text
    text = _MONTH.sub(lambda match: _later_month(match[0], dice), text)
    return _QUARTER.sub(lambda match: dice.choice([match[0], "III" if len(match[0]) > 2 else "II"]), text)


def _other_day(printed: str, dice: random.Random) -> str:
    return str(dice.randrange(10, 29) if len(printed) > 1 else dice.randrange(1, 10))


def _later_month(printed: str, dice: random.Random) -> str:
    month = int(printed)
    return str(dice.randrange(month, 10 if month < 10 else 13)).zfill(len(printed))


def _label(slot: Slot, making: Making) -> str:
    return making.dice.choice(slot.choices) if making.dice.random() < 0.35 else slot.printed


FILL: dict[str, Callable[[Slot, Making], str]] = {
    "name": _name, "type": _type, "province": _province, "level": _level, "number": _number, "date": _date,
    "value": _value, "share": _share, "deadline": _deadline, "label": _label,
}  # fmt: skip


def main() -> None:
    """Write the plans and print how many and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, metavar="N", help="how many plans; 3321 have each commune once")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    size = write_plans(options.count, options.folder, options.seed)
    print(f"{options.count} plans, {size / 1e6:.1f} MB, mean {size / max(options.count, 1) / 1024:.1f} KB")


if __name__ == "__main__":
    main()
