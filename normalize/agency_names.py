"""One spelling for each body: abbreviations written out, variants merged, the commune's own name taken out."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from kehoach.normalize.agency_words import LEVEL_WORDS, abbreviations, longest, tokens_of, trie
from kehoach.normalize.text import fold, tidy, without_tones
from kehoach.normalize.vocabulary import on_change

__all__ = ["Body", "agency_id", "normalise_agency"]


class Body(msgspec.Struct, frozen=True):
    """A body under its canonical name; ``level`` is `ward`, `province`, `central` or `other`."""

    name: str
    level: str
    kind: str


_UNIT_LEVEL = {"phường": "ward", "xã": "ward", "đặc khu": "ward", "tỉnh": "province", "thành phố": "province"}
# Before these, `phường` is what the body serves, not which one it is: "Các đơn vị thuộc phường".
_NEEDS_LEVEL = frozenset({"thuộc", "của", "các", "bàn", "trong", "tại", "cấp", "hai", "trị", "và", ",", "ở"})


@lru_cache(maxsize=4096)
def normalise_agency(name: str, unit_type: str | None = None, unit_name: str | None = None) -> Body:
    """The body that a printed name means.

    ``unit_type`` and ``unit_name`` are those of the plan (`phường`, `Đa Mai`): a name without a level is of that unit.

    >>> normalise_agency("Phòng VH - XH", "phường").name
    'Phòng Văn hóa - Xã hội'
    >>> normalise_agency("UBND phường Đa Mai", "phường", "Đa Mai")
    Body(name='Ủy ban nhân dân', level='ward', kind='ubnd')
    >>> normalise_agency("Sở Nội vụ thành phố").level
    'province'
    """
    printed = re.sub(r"^P(?:\.\s*|\s+)(?=[A-ZĐ])", "Phòng ", tidy(name).rstrip(" .,;:"))
    if unit_name:
        own = rf"\s*(?:phường|xã|đặc khu)?\s+{re.escape(tidy(unit_name))}(?!\w)"
        level = f" {unit_type}" if unit_type in ("phường", "xã", "đặc khu") else ""
        printed = re.sub(own, level, printed, flags=re.IGNORECASE).strip()
    tokens = tokens_of(printed)
    default = _UNIT_LEVEL.get(unit_type or "", "other")
    found = longest(trie("name", "word"), tokens, 0)
    if found is None:
        return _collective(printed, default)
    end, entry = found
    base = entry.name
    if entry.role == "word":
        field = longest(trie("field"), tokens, end)
        if field is None and longest(trie("collective"), tokens, 0) and entry.kind == "other":  # "Cơ quan, đơn vị"
            return _collective(printed, default)
        if field is None:
            return _unknown(printed, entry.kind, entry.level or default)
        end, base = field[0], f"{_capital(entry.name)} {field[1].name}"
    tail = printed[tokens[end].start :] if end < len(tokens) else ""
    return _with_tail(base, tail, entry.kind, entry.level or default)


def _with_tail(base: str, tail: str, kind: str, default: str) -> Body:
    """Settle what follows a known name: nothing, a level, another unit's name or more words."""
    key = fold(tail)
    if not key:
        return Body(base, default, kind)
    level_word = next((word for word in LEVEL_WORDS if key == word or key.startswith(word + " ")), None)
    level = LEVEL_WORDS[level_word] if level_word else default
    if level_word is None:
        return Body(f"{base} {_written_out(tail)}", _level_inside(key, default), kind)
    if key != level_word:
        return Body(f"{base} {_written_out(tail)}", level, kind)
    if level == "ward" or kind == "so":
        return Body(base, level, kind)
    return Body(f"{base} {'thành phố' if level_word == 'tp' else level_word}", level, kind)


def _collective(printed: str, default: str) -> Body:
    """`các cơ quan đơn vị có liên quan` and `Cơ quan, đơn vị liên quan` are the same."""
    text = _written_out(printed)
    text = re.sub(r"(?i)\bcó liên quan\b", "liên quan", text)
    text = re.sub(r"(?i)\b(cơ quan) (đơn vị)\b", r"\1, \2", text)
    tokens = tokens_of(text)
    known = longest(trie("collective"), tokens, 0) if tokens else None
    if known:
        text = "các " + text[:1].lower() + text[1:]
    plural = known is not None or (bool(tokens) and tokens[0].key in ("các", "những"))
    return _unknown(text, "tap_the" if plural else "other", "other" if plural else default)


def _unknown(printed: str, kind: str, default: str) -> Body:
    text = _written_out(printed)
    words = fold(text).split()
    if len(words) > 1 and words[-1] in ("phường", "xã") and words[-2].strip(",") not in _NEEDS_LEVEL:
        return Body(_capital(text.rsplit(" ", 1)[0]), "ward", kind)
    return Body(_capital(text), _level_inside(fold(text), default), kind)


def _level_inside(key: str, default: str) -> str:
    if re.search(r"(?<!\w)(?<!cơ )(?:sở|tỉnh|thành phố)(?!\w)", key) and not re.search(
        r"(?<!\w)(?:phường|xã)(?!\w)", key
    ):
        return "province"
    if re.search(r"(?<!\w)(?:phường|xã|đặc khu|thôn|tổ dân phố)(?!\w)(?! hội)", key):
        return "ward"
    return "central" if re.search(r"(?<!\w)(?:trung ương|bộ, ngành|chính phủ|quốc gia)(?!\w)", key) else default


def _written_out(text: str) -> str:
    """Abbreviations in capitals as words: `THCS` → `Trung học cơ sở`; other words as printed."""
    return _ABBREVIATED.sub(lambda match: _proper(match[0]), tidy(text))


_ABBREVIATED = re.compile(r"(?<!\w)[A-ZĐƯÔ&][A-ZĐƯÔ&\-]*[A-ZĐƯÔ](?!\w)")


def _proper(short: str) -> str:
    if fold(short) not in abbreviations():
        return short
    return _spelling().get(fold(short), short)


@lru_cache(maxsize=1)
def _spelling() -> dict[str, str]:
    from kehoach.normalize.vocabulary import rows  # noqa: PLC0415

    return {fold(row["abbreviation"]): row["words"] for row in rows("agency_abbreviations")}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def agency_id(body: Body) -> str:
    """A stable identifier: `ward-phong-van-hoa-xa-hoi`.

    >>> agency_id(Body("Phòng Văn hóa - Xã hội", "ward", "phong"))
    'ward-phong-van-hoa-xa-hoi'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", without_tones(body.name)).strip("-")
    return f"{body.level}-{slug}"


for _forget in (normalise_agency, _spelling):
    on_change(_forget.cache_clear)
