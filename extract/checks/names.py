"""Names of the plan's own unit and of agencies that are written in more than one way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from kehoach.extract.checks.view import Found, Rule, View, diagnostic, printed
from kehoach.normalize.places import resolve
from kehoach.normalize.text import UPPER, fold, without_tones
from kehoach.schemas.records import Assignment, Diagnostic, Place

# --- the type of the unit

_OTHER_TYPE = {"phường": "xã", "xã": "phường"}
# Bodies of the unit itself, and words before its type that mean the plan's own: "trên địa bàn xã", "của xã"
_OWN = (
    "ủy ban nhân dân", "uỷ ban nhân dân", "ubnd", "hội đồng nhân dân", "hđnd", "đảng ủy", "đảng uỷ", "công an",
    "trạm y tế", "đoàn thanh niên", "ban chỉ huy quân sự", "hội liên hiệp phụ nữ", "hội phụ nữ", "hội nông dân",
    "hội cựu chiến binh", "mttq", "mặt trận tổ quốc", "mặt trận tổ quốc việt nam", "ban chỉ đạo", "của", "địa bàn",
    "địa bàn toàn", "tổ công nghệ số cộng đồng", "trung tâm phục vụ hành chính công",
)  # fmt: skip


@lru_cache(maxsize=64)
def _wrong_type(own_type: str, own_name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The other type with the unit's own name, and the other type alone.

    Not `xã hội`, `xã, phường`, `xã Tân Lập` (another unit).
    """
    wrong, name = _OTHER_TYPE[own_type], r"\s+".join(map(re.escape, own_name.lower().split()))
    other_word = r"\s+(?:hội|nghĩa|viên|đội|luận|giao|nhà)\b"
    both = rf"\s*[,/]\s*(?:{own_type}|thị trấn|đặc khu)\b|\s*(?:-|–|và|hoặc)\s*{own_type}\b"
    return re.compile(rf"{wrong}\s+{name}(?!\w)"), re.compile(rf"{wrong}(?!\w)(?!{other_word}|{both})")


_PLURAL = ("các", "những", "từng", "mỗi", "cấp", "nhiều", "tất cả")
_NAMED = re.compile(rf"[ \n]{{1,3}}[{UPPER}]")  # a tab parts cells


def unit_type_mixed(view: View) -> Iterator[Diagnostic]:
    """`UBND xã`, `của xã`, `xã Sao Mai` in the plan of phường Sao Mai, and the other way round."""
    document = view.plan.document
    if document.unit_type not in _OTHER_TYPE or not document.unit_name:
        return
    named, alone = _wrong_type(document.unit_type, document.unit_name)
    own = ((found, found.words) for found in view.find(named, lower=True))
    bodies = ((found, body) for found in view.find(alone, lower=True) if (body := _own_body(found)))
    for found, words in (*own, *bodies):
        message = f"{printed(words)} stands in the plan of a {document.unit_type}."
        yield diagnostic(document, "unit-type-mixed", message, found.places, found.context)


def _own_body(found: Found) -> str | None:
    """`UBND xã` where the words before the type name a body of the unit's own; None for other uses."""
    before = " ".join(found.before.lower().split())
    body = next((own for own in _OWN if before.endswith(own)), None)
    if body is None or _NAMED.match(found.after):
        return None
    rest = before.removesuffix(body)
    if rest[-1:].isalnum() or rest.rstrip().endswith(_PLURAL):
        return None
    return f"{' '.join(found.before.split())[-len(body) :]} {found.words}"


# --- the name of the unit

# The last word before the bare name of a unit: "phường Phù Liên", "Đảng bộ Phù Liên", "tại Phù Liên"
_LEADS = frozenset({"phường", "xã", "khu", "trấn", "bộ", "ủy", "tại", "ở", "về", "tỉnh", "phố", "dân", "viên", "an"})
_CAPITAL_BEFORE = re.compile(rf"(?P<word>[{UPPER}][^\W\d_]+)\s+$")
_CAPITAL_AFTER = re.compile(rf"\s(?=[{UPPER}][^\W\d_]*[^\W\d_{UPPER}]|[{UPPER}]\b)")


def unit_name_variants(view: View) -> Iterator[Diagnostic]:
    """`phường Phù Liên`, `Đồng Xoang` in the plan of Phù Liễn, of Đồng Xoan; not a neighbour of a similar name."""
    document = view.plan.document
    name = document.unit_name
    if not name or not document.unit_type or len(name.split()) > 5:
        return
    reported: set[tuple[int | None, int | None]] = set()
    for found, variant in (*_toned(view, name), *_misspelt(view, document.unit_type, name)):
        spot = (found.places[0].line_end, found.places[0].col_end) if found.places else (None, None)
        if fold(variant) == fold(name) or spot in reported or _is_neighbour(view, variant):
            continue
        reported.add(spot)
        message = f"{printed(variant)} is written where the plan's own unit is {printed(name)}."
        yield diagnostic(document, "unit-name-variant", message, found.places, found.context)


def _toned(view: View, name: str) -> Iterator[tuple[Found, str]]:
    """The name in other tones, each word with a capital, wherever it stands: `Phù Liên` beside `Phù Liễn`."""
    own = name.lower().split()
    alike = [
        sorted(
            word for word in view.vocabulary if len(word) == len(one) and word.isalpha() and _bases(word) == _bases(one)
        )
        for one in own
    ]
    if len(own) < 2 or all(len(words) < 2 for words in alike):
        return
    for words in product(*alike):
        if list(words) != own:
            for found in view.find(_joined(words), lower=True):
                if all(word[0].isupper() for word in found.words.split()) and not _is_part(found):
                    yield found, found.words


@lru_cache(maxsize=8192)
def _bases(word: str) -> str:
    return without_tones(word)


@lru_cache(maxsize=256)
def _joined(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\s+".join(words) + r"(?!\w)")


def _is_part(found: Found) -> bool:
    """Whether the words belong to a person's or a longer name: `Nguyễn Phù Liên`."""
    if found.words.isupper():
        return False
    before = _CAPITAL_BEFORE.search(found.before)
    return (before is not None and fold(before["word"]) not in _LEADS) or _CAPITAL_AFTER.match(found.after) is not None


@lru_cache(maxsize=64)
def _typed(unit_type: str, name: str) -> tuple[re.Pattern[str], ...]:
    """Names of as many words behind the unit's type, but for its own."""
    words = name.split()
    own = "|".join(r"\s+".join(map(re.escape, form.split())) for form in (name, name.title(), name.upper()))
    word = rf"[{UPPER}][^\W\d_]*"
    other = rf"\s+(?!(?:{own})(?!\w)){word}(?:\s+{word}){{{len(words) - 1}}}(?!\w)"
    return tuple(re.compile(form + other) for form in (unit_type, unit_type.capitalize(), unit_type.upper()))


def _misspelt(view: View, unit_type: str, name: str) -> Iterator[tuple[Found, str]]:
    """A name behind the unit's type that differs in tones or one letter: `phường Đồng Xoang`."""
    own = _bases(name).replace(" ", "")
    for pattern in _typed(unit_type, name):
        for found in view.find(pattern):
            variant = found.words.split(maxsplit=len(unit_type.split()))[-1]
            loose = _bases(variant).replace(" ", "")
            if loose == own or (len(own) > 5 and one_letter_apart(loose, own)):
                yield found, variant


def _is_neighbour(view: View, name: str) -> bool:
    """Whether the name is that of another listed unit of the province."""
    document = view.plan.document
    code, _ = resolve(document.unit_type, name, document.province)
    own, _ = resolve(document.unit_type, document.unit_name, document.province)
    return code is not None and code != own


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter added, left out or replaced turns one into the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    at = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    return shorter[at:] == longer[at + 1 :] or (len(one) == len(other) and shorter[at + 1 :] == longer[at + 1 :])


# --- agencies

_OTHERS = frozenset({"thon", "to", "truong_hoc", "tap_the"})  # "Thôn Đông" and "Thôn Đồng" are two
_SHORT = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "mttq": "mặt trận tổ quốc"}
# "Phòng Kinh tế phường", "Ban Xây dựng Đảng Đảng ủy": whose body it is
_OWNER = re.compile(r"(?:\s+(?:của\s+)?(?:phường|xã|đặc khu|tỉnh|thành phố|đảng ủy|ủy ban nhân dân|ubnd))+$")
_LONG = 12  # letters: shorter names may be one letter apart and two bodies


def agency_variants(view: View) -> Iterator[Diagnostic]:
    """`Phòng VH-XH`, `Phòng Văn hóa và Xã hội` beside `Phòng Văn hóa - Xã hội`; `Phuc vụ hành chinh công`.

    One diagnostic for each spelling but the most frequent, at all its places.
    """
    uses: dict[str, list[Assignment]] = {}
    for one in view.plan.assignments:
        uses.setdefault(_spelling(one.agency_raw, view.plan.document.unit_name), []).append(one)
    counts = Counter({key: len(found) for key, found in uses.items()})
    main: dict[str, str] = {}
    for key, _ in counts.most_common():
        usual = _usual(key, uses, main, view)
        if usual is not None:
            yield _variant(view, uses[key], uses[usual][0].agency_raw)


def _usual(key: str, uses: dict[str, list[Assignment]], main: dict[str, str], view: View) -> str | None:
    """The more frequent spelling of the same body; None where this is the first, which is noted."""
    identity, kind = view.body_of(uses[key][0].agency_raw)
    if kind in _OTHERS or any(letter.isdigit() for letter in key):
        return None
    loose = without_tones(key)
    same = (f"id {identity}", f"letters {loose}")
    for name in same:
        if name in main:
            return main[name]
    if len(loose) >= _LONG:
        near = (name for name in main if name.startswith("letters ") and one_letter_apart(name[8:], loose))
        twin = next(near, None)
        if twin is not None and len(twin) - 8 >= _LONG:
            return main[twin]
    for name in same:
        main[name] = key
    return None


def _variant(view: View, uses: Sequence[Assignment], usual: str) -> Diagnostic:
    places: list[Place] = [place for one in uses for place in one.places]
    name = uses[0].agency_raw
    times = f" ({len(uses)} times)" if len(uses) > 1 else ""
    message = f"{printed(name)}{times} is elsewhere written {printed(usual)}."
    return diagnostic(view.plan.document, "agency-variant", message, places, name)


@lru_cache(maxsize=4096)
def _spelling(name: str, unit_name: str | None) -> str:
    """The name without what is no matter of spelling: case, its level and unit, the usual short forms."""
    key = re.sub(r"\s*-\s*", " - ", fold(name).strip(" .,;:"))
    if unit_name:
        key = key.removesuffix(" " + fold(unit_name))
    key = _OWNER.sub("", key)
    return " ".join(_SHORT.get(word, word) for word in key.split())


RULES: tuple[Rule, ...] = (unit_type_mixed, unit_name_variants, agency_variants)
