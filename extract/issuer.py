"""Who issues the plan, and for which unit: letterhead, the sentence that issues it, signature, number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

import msgspec

from kehoach.extract.front_matter import Front, most_frequent
from kehoach.normalize import vocabulary
from kehoach.normalize.places import find_units, province_code, province_name
from kehoach.normalize.text import UPPER, bare, fold, old_placement


class Issuer(msgspec.Struct):
    """The issuing body spelled out, its kind, and the unit and province as the text shows them."""

    name: str | None = None
    kind: str | None = None
    unit_type: str | None = None
    unit_name: str | None = None
    province: str | None = None


class Body(msgspec.Struct, frozen=True):
    """A row of the vocabulary `issuing_bodies`."""

    phrase: str
    name: str
    kind: str
    suffix: str


_TYPE_ALONE = re.compile(r"\b(?:PHƯỜNG|XÃ|ĐẶC KHU|TỈNH|THÀNH PHỐ)$")
_COMMUNE_TYPES = ("phường", "xã", "đặc khu", "thị trấn")
_PROVINCE_TYPES = ("tỉnh", "thành phố")
# A line of a letterhead that names a unit and nothing else: `PHƯỜNG TÂN AN`, `UBND TỈNH AN GIANG`
_HEAD_UNIT = re.compile(
    rf"\b(?P<type>PHƯỜNG|XÃ|ĐẶC KHU|THỊ TRẤN|TỈNH|THÀNH PHỐ|TP\.?)\s+"
    rf"(?P<name>(?!HỘI\b|ỦY\b|UỶ\b)[{UPPER}][{UPPER}' .-]+?)\s*(?:[-–]?\s*(?:CỘNG H|ĐẢNG CỘNG SẢN).*)?$"
)
_STANDING_COMMITTEE = re.compile(r"T\s?[./]?\s?M\s?[./]?\s*BAN THƯỜNG VỤ")
_ISSUES = re.compile(r"\s(?:ban hành|xây dựng|đề ra|lập|triển khai)\s")
_CLAUSE = re.compile(r"[,;]\s+")
_ABBREVIATION = re.compile(r"\s*\((?:[A-ZĐ]{2,6}|(?:sau đây |gọi |viết )[^)]*)\)")


@cache
def _bodies() -> tuple[Body, ...]:
    found = [
        Body(bare(row["phrase"]), row["name"], row["kind"], row["suffix"]) for row in vocabulary.rows("issuing_bodies")
    ]
    return tuple(sorted(found, key=lambda body: -len(body.phrase)))


vocabulary.on_change(_bodies.cache_clear)


def read_issuer(front: Front, notes: Sequence[str], text: str) -> Issuer:
    """The issuer and its unit; `text` is the whole source, in which the province may stand anywhere."""
    letterhead = [part.value for part in front.letterhead]
    title = front.title.value if front.title else ""
    sentence = _issuing_sentence([part.value for part in front.preamble])
    unit = _unit(letterhead, title, sentence, notes, text)
    body, name = _best(_from_sentence(sentence), _from_letterhead(letterhead)) or _from_signature(front) or (None, None)
    if body is not None and name is not None and _signed_by_standing_committee(front, name):
        name = "Ban Thường vụ " + name
    if body is None:
        body = _from_number(front)
        name = body.name if body else None
    province = _province(letterhead, text, unit)
    name = _as_in_text(name, body, text) if name and body else name
    if body is None or name is None:
        return Issuer(unit_type=unit[0], unit_name=unit[1], province=province)
    return Issuer(_with_unit(name, body, unit), body.kind, unit[0], unit[1], province)


def _best(sentence: tuple[Body, str] | None, letterhead: tuple[Body, str] | None) -> tuple[Body, str] | None:
    """The body of the sentence that issues the plan; the letterhead's where it is the same one, spelled out."""
    if sentence and letterhead and fold(letterhead[1]).startswith(fold(sentence[1])):
        return letterhead
    return sentence or letterhead


def _as_in_text(name: str, body: Body, text: str) -> str:
    """What follows the body's name with the capitals that running text gives it: `Sở Khoa học và Công nghệ`."""
    words, fixed = name.split(), len(body.name.split())
    for start in range(len(words) - 1):  # the whole name, or else its end: `… Đề án 06`
        tail = " ".join(words[start:])
        pattern = re.compile(re.escape(tail).replace(r"\ ", r"\s+"), re.IGNORECASE)
        found = (match[0].split() for match in pattern.finditer(text))
        form = next((form for form in found if not " ".join(form).isupper() and form[0][0].isupper()), None)
        if form is not None:
            return " ".join([*words[: max(start, fixed)], *form[max(fixed - start, 0) :]])
    return name


def _starts_body(value: str) -> Body | None:
    key = bare(value) + " "
    return next((body for body in _bodies() if key.startswith(body.phrase + " ")), None)


def _from_letterhead(lines: Sequence[str]) -> tuple[Body, str] | None:
    """The last body of the letterhead issues (`UBND TỈNH …` over `SỞ NỘI VỤ`); the lines under it carry its name on."""
    found: tuple[Body, str] | None = None
    for at, line in enumerate(lines):
        body = _starts_body(line) if line.isupper() else None
        if body is not None and not (found and found[0].kind == "so"):
            more = [] if _HEAD_UNIT.search(line) else _name_lines(lines[at + 1 :])
            found = body, _spelled(body, [line, *more])
    return found


def _name_lines(lines: Sequence[str]) -> list[str]:
    """The lines that finish a body's name: `BAN CHỈ ĐẠO` / `CHUYỂN ĐỔI SỐ`, up to the next body or other line."""
    more: list[str] = []
    for line in lines:
        if not line.isupper() or _starts_body(line) or "CỘNG" in line or "ĐẢNG CỘNG" in line or "ĐẢNG BỘ" in line:
            break
        more.append(line)
    return more


def _spelled(body: Body, lines: Sequence[str]) -> str:
    """`ỦY BAN NHÂN DÂN` `XÃ TÂN HIỆP` → `Ủy ban nhân dân xã Tân Hiệp`."""
    words = " ".join(lines).split()[len(body.phrase.split()) :]
    rest = " ".join(words)
    unit = _HEAD_UNIT.search(rest)
    head = rest[: unit.start()].strip() if unit else rest
    plain = head.lower() if head.isupper() else head
    if body.kind in ("so", "bo", "phong") and plain:
        plain = plain[0].upper() + plain[1:]
    named = f"{unit['type'].lower()} {_title_case(unit['name'])}" if unit else ""
    return " ".join(part for part in (body.name, plain, named) if part)


def _title_case(name: str) -> str:
    """`TÂN LỘC GIANG` → `Tân Lộc Giang`."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())


def _issuing_sentence(preamble: Sequence[str]) -> str:
    """`Ủy ban nhân dân phường ban hành Kế hoạch … như sau:`"""
    for value in reversed(preamble):
        starts = [0, *(gap.end() for gap in _CLAUSE.finditer(value))]
        for start in reversed(starts):  # `…, Sở Nội vụ ban hành Kế hoạch`
            clause = _ABBREVIATION.sub("", value[start:])
            verb = _ISSUES.search(clause)
            if verb and _starts_body(clause) and not re.search(r"[,;:]|\bvề\b", clause[: verb.start()]):
                return clause
    return ""


def _from_sentence(sentence: str) -> tuple[Body, str] | None:
    body = _starts_body(sentence) if sentence else None
    verb = _ISSUES.search(sentence)
    if body is None or verb is None:
        return None
    rest = " ".join(sentence[: verb.start()].split()[len(body.phrase.split()) :])
    return body, f"{body.name} {rest}".strip(" ,")


def _from_signature(front: Front) -> tuple[Body, str] | None:
    for text in front.closing:
        value = re.sub(r"^T\s?[./]?\s?M\s?[./]?\s*", "", text.value)
        body = _starts_body(value) if value != text.value and text.value.isupper() else None
        if body is not None:
            return body, _spelled(body, [value])
        if bare(value) == "ban thường vụ" and value != text.value:
            party = next(body for body in _bodies() if body.phrase == "ban thường vụ đảng ủy")
            return party, party.name
    return None


def _signed_by_standing_committee(front: Front, name: str) -> bool:
    """Under the letterhead `ĐẢNG ỦY PHƯỜNG …` the signature `T/M BAN THƯỜNG VỤ` tells who decided."""
    party = fold(name).startswith(("đảng ủy", "tỉnh ủy", "thành ủy"))
    return party and any(_STANDING_COMMITTEE.match(text.value) for text in front.closing)


def _from_number(front: Front) -> Body | None:
    """`12-KH/ĐU`, `45/KH-UBND`: the last part of the number names the body."""
    raw = fold(front.number_raw.value) if front.number_raw else ""
    found = re.search(r"kh\s?[-/]\s?(\w+)", raw)
    return next((body for body in _bodies() if found and body.suffix and found[1].startswith(body.suffix)), None)


def _with_unit(name: str, body: Body, unit: tuple[str | None, str | None]) -> str:
    """Put the commune's name where the body's name has only its type or nothing: `… nhân dân phường` + Ninh Xá."""
    unit_type, unit_name = unit
    if not unit_type or not unit_name or fold(unit_name) in fold(name):
        return name
    if fold(name).endswith(" " + unit_type):
        return f"{name} {unit_name}"
    if body.kind in ("ubnd", "dang_uy", "hdnd", "mttq", "ban_chi_dao", "phong") or unit_type in _COMMUNE_TYPES:
        return f"{name} {unit_type} {unit_name}"
    return name


def _unit(
    letterhead: Sequence[str], title: str, sentence: str, notes: Sequence[str], text: str
) -> tuple[str | None, str | None]:
    """The unit whose plan it is: the letterhead's commune, else the one that title, sentence and notes name most."""
    for kinds in (_COMMUNE_TYPES, _PROVINCE_TYPES):
        heads = [unit for line in _joined(letterhead) if (unit := _head_unit(line)) and unit[0] in kinds]
        if heads:
            return heads[-1]
        near = [m for part in (title, sentence, *notes) for m in find_units(part) if m.unit_type in kinds]
        if near and kinds is _COMMUNE_TYPES:
            name = most_frequent(m.name for m in near)
            unit_type = next(m.unit_type for m in near if m.name == name)
            return unit_type, _longer_name(unit_type, name or "", letterhead, text)
        by_place = _by_place(letterhead, text) if kinds is _COMMUNE_TYPES else None
        if by_place:
            return by_place
        if near:
            return near[-1].unit_type, near[-1].name
    return None, None


def _longer_name(unit_type: str, name: str, letterhead: Sequence[str], text: str) -> str:
    """`Tân Lộc Giang, ngày …` tells that `phường Tân Lộc Giang` is not the listed Tân Lộc."""
    place = _by_place(letterhead, text)
    return place[1] if place and place[0] == unit_type and place[1].startswith(name + " ") else name


def _joined(letterhead: Sequence[str]) -> list[str]:
    """The lines; `PHƯỜNG` / `TÂN AN`, a name on the line after its type, is one of them too."""
    return [*letterhead, *(f"{one} {two}" for one, two in pairwise(letterhead) if _TYPE_ALONE.search(one))]


def _head_unit(line: str) -> tuple[str, str] | None:
    unit = _HEAD_UNIT.search(line)
    if unit is None:
        return None
    unit_type = unit["type"].lower()
    return "thành phố" if unit_type.startswith("tp") else unit_type, _title_case(unit["name"])


def _by_place(letterhead: Sequence[str], text: str) -> tuple[str, str] | None:
    """`Ninh Xá, ngày …` and `phường Ninh Xá` somewhere in the text."""
    for line in letterhead:
        found = re.search(rf"([{UPPER}][\w .'-]+?),\s*(?:ngày|\d)", line)
        if found:
            name = found[1].strip()
            for unit_type in _COMMUNE_TYPES:
                if f"{unit_type} {name}" in text:
                    return unit_type, name
    return None


def _province(letterhead: Sequence[str], text: str, unit: tuple[str | None, str | None]) -> str | None:
    """The province in the letterhead, else the one the text names most; never inferred from the commune."""
    if unit[0] in _PROVINCE_TYPES:
        return unit[1]
    for line in _joined(letterhead):
        head = _head_unit(line)
        if head is not None and head[0] in _PROVINCE_TYPES:
            return head[1]
    return most_frequent(_provinces_of(text))


def _provinces_of(text: str) -> Iterable[str]:
    for found in _province_pattern().finditer(text):
        code = province_code(" ".join(re.split(_GAP, found[1])))
        name = province_name(code) if code else None
        if name:
            yield name


_GAP = r"[\s\u200b-\u200d\u2060\ufeff*]+"  # between words of the source as it stands, signs without width and all


@cache
def _province_pattern() -> re.Pattern[str]:
    names = sorted((row["name"] for row in vocabulary.rows("provinces")), key=len, reverse=True)
    both = [form for name in names for form in dict.fromkeys((name, old_placement(name)))]
    forms = "|".join(re.escape(form).replace(r"\ ", _GAP) for name in both for form in (name, name.upper()))
    heads = rf"tỉnh|Tỉnh|TỈNH|[Tt]hành{_GAP}phố|THÀNH{_GAP}PHỐ|TP\.?|(?:Tỉnh|Thành|TỈNH|THÀNH){_GAP}(?:ủy|uỷ|ỦY|UỶ)"
    return re.compile(rf"\b(?:{heads}){_GAP}({forms})\b")


vocabulary.on_change(_province_pattern.cache_clear)
