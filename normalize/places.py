"""Administrative units: found in text, and their codes in the national list.

The list (`provinces.csv`: 34, `communes.csv`: 3,321) is that of the General Statistics Office since the units were
merged in July 2025. Codes are inferred from what a plan shows and are None where more than one unit fits.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec

from kehoach.normalize.text import fold, without_tones
from kehoach.normalize.vocabulary import on_change, rows

__all__ = ["Unit", "UnitMention", "find_units", "province_code", "province_name", "resolve", "unit_of"]


class Unit(msgspec.Struct, frozen=True):
    """A commune or province as a text shows it, with the codes that follow from it."""

    unit_type: str | None = None
    unit_name: str | None = None
    province: str | None = None
    unit_code: int | None = None
    province_code: int | None = None


class UnitMention(msgspec.Struct, frozen=True):
    """`phường Trấn Biên` at ``start:end``; the name in title case also where the text has capitals."""

    unit_type: str
    name: str
    start: int
    end: int


_UPPER = "A-ZÀ-ÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))  # Ạ Ả Ấ …
_WORD = rf"(?:[{_UPPER}][\w'’]*|\d{{1,2}}(?!\w|[./%]))"
# "phường Trấn Biên", "XÃ TÂN HIỆP", "TP. Hải Phòng", "phường Cam Ly - Đà Lạt"; the name must have a capital.
# The pattern begins with literals, so that the engine can skip to them; what stands before is looked at afterwards.
_MENTION = re.compile(
    r"(?P<type>phường|Phường|PHƯỜNG|xã|Xã|XÃ|đặc khu|Đặc khu|Đặc Khu|ĐẶC KHU|tỉnh|Tỉnh|TỈNH"
    r"|thành phố|Thành phố|Thành Phố|THÀNH PHỐ|TP\.|Tp\.|TP|Tp)"
    rf"(?P<gap> ?\n ?| {{1,3}})(?P<name>{_WORD}(?: +(?:[-–] )?{_WORD}| ?\n ?{_WORD}){{0,5}})"
)
_WORDS = re.compile(r"[^\s\-–]+")
# "Văn hóa - XÃ HỘI", "TỈNH ỦY", "Tỉnh Đoàn", "Xã Viên": the type is half of another word.
_NO_NAME = frozenset({"hội", "ủy", "đoàn", "đội", "viên", "nghĩa", "lập", "giao", "luận", "đảng", "thành"})
# Where a heading in capitals goes on after an unlisted name: "PHƯỜNG ÁNH DƯƠNG NĂM 2026".
_AFTER_NAME = frozenset(
    {
        "phòng",
        "sở",
        "công",
        "các",
        "trung",
        "văn",
        "thường",
        "quý",
        "tháng",
        "năm",
        "giai",
        "về",
        "thực",
        "triển",
        "tỉnh",
        "thành",
        "và",
        "số",
        "nhiệm",
        "độc",
        "xã",
        "phường",
        "ban",
        "là",
    }
    | {"đến", "của", "trong", "theo", "đảng", "ủy", "hội", "kế", "chương", "chủ", "bí", "phó", "trưởng", "tm"}
)
_TYPES = frozenset({"tỉnh", "phường", "xã"})


def find_units(text: str) -> list[UnitMention]:
    """All communes and provinces that a text names, in order.

    Handles `phường Trấn Biên`, `xã Tân Hiệp`, `đặc khu Cô Tô`, `tỉnh Đồng Nai`, `thành phố Hải Phòng`, `TP. Huế`
    and capitals (`PHƯỜNG PHÙ LIỄN`). A name of the national list is taken in its listed length; of another name as
    many capitalised words as stand there. `kinh tế - XÃ HỘI` is none.
    """
    found, match = [], _MENTION.search(text)
    while match:
        mention = _mention(match)
        if mention is not None:
            found.append(mention)
        # "TỈNH LÂM ĐỒNG ĐẢNG ỦY XÃ …": the words looked at may hold the next unit
        match = _MENTION.search(text, mention.end if mention else match.end("type"))
    return found


def _mention(match: re.Match[str]) -> UnitMention | None:
    if match.start() and match.string[match.start() - 1].isalnum():
        return None
    unit_type = _type_of(match)
    words = list(_WORDS.finditer(match["name"]))
    listed = _names(unit_type)
    count = next((n for n in range(len(words), 0, -1) if _key(words, n) in listed), 0)
    if not count and "\n" not in match["gap"]:  # in a column of its own the next line may be anything
        count = _unlisted_length(match["name"].split("\n", 1)[0])
    if not count:
        return None
    end = match.start("name") + words[count - 1].end()
    printed = " ".join(match["name"][: words[count - 1].end()].split())
    capitals = printed.isupper() and match[0][:2].isupper()
    return UnitMention(unit_type, _title(printed) if capitals else printed, match.start(), end)


def _type_of(match: re.Match[str]) -> str:
    printed = match["type"].lower()
    return "thành phố" if printed.startswith("tp") else printed


def _key(words: list[re.Match[str]], count: int) -> str:
    return " ".join(fold(word[0]) for word in words[:count])


def _unlisted_length(name: str) -> int:
    """How many words of the line are the name of a unit that the list does not have; 0: it is no unit.

    Two to four words: one alone is too often the start of the next column (`phường Các đơn vị`).
    """
    words = _WORDS.findall(name.split("  ", 1)[0])  # a letterhead in two columns: "XÃ ÁNH DƯƠNG     Độc lập"
    folded = [fold(word) for word in words]
    if folded[0] in _NO_NAME or folded[0].isdigit():
        return 0
    shouted = words[0].isupper()
    ends = _AFTER_NAME if shouted else _TYPES
    stop = next((i for i, word in enumerate(folded) if word in (ends if i else _AFTER_NAME)), len(words))
    change = next((i for i, word in enumerate(words) if word.isalpha() and word.isupper() != shouted), stop)
    count = min(stop, change)
    return count if 2 <= count <= 4 else 0


def _title(name: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: word[0][0] + word[0][1:].lower(), name)


@cache
def _names(unit_type: str) -> frozenset[str]:
    """The listed names of this type, folded, without dashes."""
    if unit_type in ("tỉnh", "thành phố"):
        return frozenset(fold(row["name"]) for row in rows("provinces"))
    return frozenset(
        " ".join(_WORDS.findall(fold(row["name"]))) for row in rows("communes") if row["type"] == unit_type
    )


@lru_cache(maxsize=1024)
def province_code(name: str) -> int | None:
    """Code of a province or city from its name, with or without `tỉnh`, `thành phố`, `TP.`; None if unknown.

    >>> province_code("TP. Hải Phòng")
    31
    """
    key = re.sub(r"^(?:tỉnh|thành phố|t\.?p\.?|t\.)\s*(?=\w)", "", fold(name)).strip(" .,;")
    if key in ("hcm", "hồ chí minh", "sài gòn"):
        key = "hồ chí minh"
    codes = _provinces()
    return codes.get(key) or codes.get(_loose(key))


def province_name(code: int) -> str | None:
    """Name of the province with this code, without its type: `Hải Phòng`."""
    return next((row["name"] for row in rows("provinces") if int(row["code"]) == code), None)


@cache
def _provinces() -> dict[str, int]:
    codes: dict[str, int] = {}
    for row in rows("provinces"):
        codes[fold(row["name"])] = codes[_loose(row["name"])] = int(row["code"])
    return codes


def _loose(name: str) -> str:
    """`Ba Ngòi`, `Ba Ngoi` and `BaNgoi` are one: what OCR and typists lose."""
    return re.sub(r"[^a-z0-9]", "", without_tones(name))


Commune = tuple[int, int, str, str, str]  # code, province, type, folded name, loose name


@cache
def _communes() -> tuple[Commune, ...]:
    return tuple(
        (int(row["code"]), int(row["province_code"]), row["type"], fold(row["name"]), _loose(row["name"]))
        for row in rows("communes")
    )


@lru_cache(maxsize=1024)
def resolve(unit_type: str | None, unit_name: str | None, province: str | None) -> tuple[int | None, int | None]:
    """(unit_code, province_code) of a commune; None where the list does not tell for sure.

    A name that stands once in the province (or, without a province, once in the country) is enough. A name that
    lost its tone marks or has one wrong letter counts only where it can mean a single unit. A province alone gives
    its code.

    >>> resolve("phường", "Trấn Biên", "Đồng Nai")
    (26041, 75)
    """
    inside = province_code(province) if province else None
    if not unit_name or (province and inside is None):
        return None, inside
    near = [commune for commune in _communes() if inside is None or commune[1] == inside]
    key, loose = fold(unit_name), _loose(unit_name)
    same_type = [commune for commune in near if commune[2] == unit_type] if unit_type else near
    for pool in (same_type, near):
        for hits in ([c for c in pool if c[3] == key], [c for c in pool if c[4] == loose]):
            if hits:
                return (hits[0][0], hits[0][1]) if len(hits) == 1 else (None, inside)
    misspelt = [c for c in same_type if inside is not None and len(loose) > 5 and _one_letter_apart(c[4], loose)]
    return (misspelt[0][0], inside) if len(misspelt) == 1 else (None, inside)


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter added, left out or replaced turns one into the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    at = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    return shorter[at:] == longer[at + 1 :] or (len(one) == len(other) and shorter[at + 1 :] == longer[at + 1 :])


def unit_of(unit_type: str | None, unit_name: str | None, province: str | None) -> Unit:
    """The unit with its codes, as far as they are sure."""
    unit_code, inside = resolve(unit_type, unit_name, province)
    return Unit(unit_type, unit_name, province, unit_code, inside)


for _forget in (_names, _provinces, _communes, province_code, resolve):
    on_change(_forget.cache_clear)
