"""Where one body's name ends and the next begins: the grammar behind `agencies`.

Bodies are parted by semicolons, line breaks and commas, and all of these also stand inside names (`Phòng Kinh tế, Hạ
tầng và Đô thị`) or merely wrap. A break counts where the word behind it can head a name and what stands before it is
a whole name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from kehoach.normalize.agency_words import (
    CONNECTORS,
    LEVEL_WORDS,
    Entry,
    Token,
    abbreviations,
    longest,
    tokens_of,
    trie,
)
from kehoach.normalize.vocabulary import on_change

__all__ = ["PLURAL", "Head", "Part", "collective_at", "head_at", "ranges_of", "skip_lead_in", "split", "verb_at"]


class Part(msgspec.Struct, frozen=True):
    """The name of one body as printed (line breaks as single spaces), at ``start:end`` of the text given."""

    text: str
    start: int
    end: int


class Head(NamedTuple):
    """A name's beginning: the token after it, its entry, and whether it already is a whole name."""

    end: int
    entry: Entry
    whole: bool


_PHONG = Entry("word", "Phòng", "phong", "ward")
PLURAL = frozenset({"các", "những", "toàn", "tất", "mọi", "một"})
# Words that make `đơn vị` a name of its own: "đơn vị liên quan", "Doanh nghiệp trên địa bàn".
_SCOPE = frozenset({"liên", "có", "thuộc", "trực", "trên", "tại", "trong", "ở", "khác", "chuyên", "của", "cấp", "theo"})
_OWNERS = frozenset({"ubnd", "hdnd", "dang_uy", "mttq", "ban_chi_dao", "cong_an", "quan_su"})
_OWNED_BY = {"ban_dang": "dang_uy", "ban_chi_dao": "ban_chi_dao"}
_ALWAYS = frozenset({"ubnd", "hdnd", "mttq", "cong_an", "quan_su"})
# "Ban xây dựng Đảng", "các tổ chức", "Ban Quản lý đầu tư xây dựng": the verb belongs to the name.
_BEFORE_NAME_PART = frozenset({"ban", "sở", "các", "phòng", ",", "và", "-", "tư"})
_TASKED = frozenset({"to", "ban", "ban_chi_dao"})  # bodies named after what they do
_MINOR = frozenset({"thon", "other"})
_BULLETS = frozenset({"-", "+", "*", "•", "●", "▪", "·", "", "o"})
_LEAD_IN = re.compile(
    r"""(?: [\s\-–+*•:;,.]
      | \d{1,2}[.)]\s
      | (?:[Cc]ơ\ quan|[Đđ]ơn\ vị)\s+(?:chủ\ trì|phối\ hợp|thực\ hiện|tham\ mưu)(?:\s+thực\ hiện)?\s*:
      | [Cc]hủ\ trì\s*:
      | [Pp]hối\ hợp(?:(?:\s+(?:cùng|chặt\ chẽ|với))*\s*:|(?:\s+(?:cùng|chặt\ chẽ|với))+\s|\s(?=[A-ZĐÀ-Ỹ]))
      | (?:[Gg]iao(?:\s+cho)?|với|cùng)\s+(?=[A-ZĐÀ-Ỹ]) )+""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def split(raw: str) -> tuple[Part, ...]:
    tokens = tokens_of(raw)
    parts = (_part(raw, tokens, first, last) for first, last in ranges_of(tokens))
    return tuple(part for part in parts if part is not None)


def ranges_of(tokens: tuple[Token, ...]) -> list[tuple[int, int]]:
    """Token ranges of the parts, separators and lead-ins still on them."""
    cuts, at, depth, acting = [0], 0, 0, False
    while at < len(tokens):
        token = tokens[at]
        depth = max(0, depth + (token.key in "([") - (token.key in ")]"))
        head = None if depth else head_at(tokens, at)
        if not depth and (token.key == ";" or _is_bullet(tokens, at)):
            cuts.append(at + 1)
            acting = False
        elif acting:  # "Phòng Nội vụ chủ trì rà soát các đơn vị, …": no bodies but what it does
            acting = not (token.new_line and token.capital and head is not None and head.whole)
            if not acting:
                cuts.append(at)
        elif depth:
            pass
        elif (head or collective_at(tokens, at)) and at > cuts[-1] and _begins(tokens, cuts[-1], at, head):
            cuts.append(at)
        elif head is None and at > cuts[-1] and verb_at(tokens, cuts[-1], at):
            acting = True
        at = head.end if head else at + 1
    return list(zip(cuts, [*cuts[1:], len(tokens)], strict=True))


def verb_at(tokens: tuple[Token, ...], first: int, at: int) -> str | None:
    """The verb with which the name begun at ``first`` is over: `chủ trì`, `rà soát`; none inside `Các tổ chức hội`."""
    found = None if tokens[at].capital else longest(trie("stop"), tokens, at)
    first = skip_lead_in(tokens, first, at)
    if found is None or first >= at:
        return None
    verb, before = found[1].name.lower(), tokens[at - 1].key
    duty = verb in ("chủ trì", "phối hợp")
    if before in ("quan", "vị"):  # "Cơ quan chủ trì" is a label, "các đơn vị thực hiện" a list
        return None
    if duty:
        return verb
    head = head_at(tokens, first)
    if head is None or before in _BEFORE_NAME_PART:
        return None
    tasked = head.entry.kind in _TASKED and at <= head.end + 2  # "Tổ công tác triển khai thực hiện Đề án 06"
    return None if tasked else verb


def _is_bullet(tokens: tuple[Token, ...], at: int) -> bool:
    token = tokens[at]
    spaced = at + 1 < len(tokens) and tokens[at + 1].start > token.end
    if token.key not in _BULLETS or not spaced or at == 0:
        return token.key in _BULLETS and spaced
    listed = tokens[0].key in _BULLETS or head_at(tokens, at + 1) is not None  # not `Phòng Kế hoạch` / `- Tài chính`
    return token.new_line and tokens[at + 1].capital and (listed or collective_at(tokens, at + 1) is not None)


def head_at(tokens: tuple[Token, ...], at: int) -> Head | None:
    """The body that can begin with this token; a single word (`Ban`, `Sở`) needs more behind it."""
    if tokens[at].key == "p" and tokens[at].upper:  # "P. VHXH"
        field = longest(trie("field"), tokens, at + 1 + (tokens[at + 1 : at + 2] != () and tokens[at + 1].key == "."))
        return Head(field[0], _PHONG, True) if field else None
    found = longest(trie("name", "word"), tokens, at)
    if found is None or (len(tokens[at].key) <= 3 and tokens[at].key in abbreviations() and not tokens[at].upper):
        return None
    end, entry = found
    if entry.role == "word" and (other := longest(trie("not"), tokens, at)) and other[0] > end:
        return None
    if entry.role == "name":
        return Head(end, entry, True)
    field = longest(trie("field"), tokens, end)
    return Head(field[0], entry, True) if field else Head(end, entry, False)


def collective_at(tokens: tuple[Token, ...], at: int) -> int | None:
    """Index after `các cơ quan`, `đơn vị`, `Các`; None where no collective begins."""
    plural = tokens[at].key in PLURAL
    found = longest(trie("collective"), tokens, at + plural)
    return found[0] if found else at + 1 if plural else None


def _begins(tokens: tuple[Token, ...], first: int, at: int, head: Head | None) -> bool:
    """Whether a new body begins at ``at``, given that the last one began at ``first``."""
    last = at
    while last > first and (tokens[last - 1].key in CONNECTORS or tokens[last - 1].key in ".:+"):
        last -= 1
    first = skip_lead_in(tokens, first, last)
    if first >= last:
        return False
    marks = {token.key for token in tokens[last:at]}
    left = _Left(tokens[first:last])
    if head is None:
        return _collective_begins(tokens, at, marks, left)
    if left.is_open(head, marks) or (head.entry.role == "word" and not head.whole and _is_bare(tokens, head, left)):
        return False
    if marks & {",", "/", "+"}:
        return _after_comma(tokens[at], head, left)
    if marks & {"và", "&", "-", ":"}:
        return "và" in marks and tokens[at].capital and left.specific and head.whole and head.entry.kind not in _OWNERS
    if not tokens[at].capital:
        return False
    if tokens[at].new_line or "." in marks:
        return left.complete or head.whole
    return head.whole and (left.ends_in_level or (left.complete and head.entry.kind not in _OWNERS | _MINOR))


def skip_lead_in(tokens: tuple[Token, ...], first: int, last: int) -> int:
    """Past `- `, `Phối hợp cùng`, `Chủ trì:`; `Phối hợp các Sở` is a sentence."""
    while first < last and tokens[first].key in _BULLETS_OR_COLON:
        first += 1
    if first >= last or tokens[first].key not in _LEADS:
        return first
    for words in (("phối", "hợp"), ("chủ", "trì"), ("giao",)):
        after = first + len(words)
        if after < last and tuple(token.key for token in tokens[first:after]) == words:
            led = after
            while led < last and tokens[led].key in _LED_BY:
                led += 1
            if led > after or tokens[after].capital:
                return led
    return first


_BULLETS_OR_COLON = _BULLETS | {":"}
_LEADS = frozenset({"phối", "chủ", "giao"})
_LED_BY = frozenset({"cùng", "với", "chặt", "chẽ", ":", "cho"})


def _is_bare(tokens: tuple[Token, ...], head: Head, left: _Left) -> bool:
    """`ban` in `phòng, ban, ngành`; `Trung tâm` in `Các phòng, Trung tâm thuộc phường`."""
    following = tokens[head.end].key if head.end < len(tokens) else ","
    ends = not following[0].isalnum() or following in CONNECTORS or following == "ngành"
    return ends or (left.collective and (following in _SCOPE or following in LEVEL_WORDS))


def _after_comma(token: Token, head: Head, left: _Left) -> bool:
    if left.collective and left.of_owner and head.entry.kind in _OWNERS:  # "các đơn vị thuộc HĐND, UBND phường"
        return False
    listed = left.collective and not left.scoped and head.entry.kind not in _ALWAYS  # "Các chi, đảng bộ trực thuộc"
    if not token.capital and (not head.whole or listed or (left.collective and head.entry.kind in _MINOR)):
        return False
    return left.body or left.collective or (head.whole and token.capital)


def _collective_begins(tokens: tuple[Token, ...], at: int, marks: set[str], left: _Left) -> bool:
    """Whether `các đơn vị …` stands beside the body before it rather than within its name."""
    plural = tokens[at].key in PLURAL
    after = collective_at(tokens, at) or at + 1
    scoped = after < len(tokens) and tokens[after].key in _SCOPE
    if marks & {",", "/", "+"}:
        if not plural and left.lists_many:  # "UBND các xã, phường có điểm tham quan"
            return False
        return (left.scoped and plural) if left.collective else (left.body and (plural or scoped))
    if marks:
        return False
    return tokens[at].capital and left.complete and (plural or scoped) and (tokens[at].new_line or left.ends_in_level)


class _Left:
    """What is known of the name before a possible break."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.collective = tokens[0].key in PLURAL or (longest(trie("collective"), tokens, 0) is not None)
        head = head_at(tokens, 0)
        if head is not None and (head.whole or head.end < len(tokens)) and tokens[0].key not in PLURAL:
            self.collective = not head.whole and self.collective and tokens[head.end].key in CONNECTORS | _SCOPE
        self.head = None if self.collective else head
        self.body = self.head is not None

    @property
    def rest(self) -> tuple[Token, ...]:
        return self.tokens[self.head.end :] if self.head else self.tokens

    @property
    def ends_in_level(self) -> bool:
        keys = [token.key for token in self.tokens[-2:]]
        return keys[-1] in LEVEL_WORDS or " ".join(keys) in LEVEL_WORDS

    @property
    def scoped(self) -> bool:
        return self.ends_in_level or any(token.key in _SCOPE for token in self.tokens[1:])

    @property
    def lists_many(self) -> bool:
        return any(token.key in PLURAL for token in self.tokens)

    @property
    def of_owner(self) -> bool:
        return any(token.key in ("thuộc", "của") for token in self.tokens)

    @property
    def complete(self) -> bool:
        """A whole name: known, or one that ends in its level; a list of many needs its scope."""
        if self.tokens[-1].key in CONNECTORS:
            return False
        if self.collective:
            return self.scoped
        return self.ends_in_level or (self.head is not None and self.head.whole)

    @property
    def specific(self) -> bool:
        return self.body and self.complete

    def is_open(self, following: Head, marks: set[str]) -> bool:
        """Whether the name goes on with the next body: `Ban` / `Thường vụ`, `Ban Tổ chức` / `Đảng ủy`."""
        if self.tokens[-1].key in ("của", "thuộc", "các", "trong", "cho", "gồm", "tại", "cấp"):
            return True
        if self.head is None or self.rest or marks:
            return False
        owner = _OWNED_BY.get(self.head.entry.kind)  # "Ban Tổ chức" / "Đảng ủy", "Tổ giúp việc" / "Ban Chỉ đạo"
        owned = owner == following.entry.kind and self.tokens[-1].key not in ("ủy", "đạo")
        return not self.head.whole or owned


def _part(raw: str, tokens: tuple[Token, ...], first: int, last: int) -> Part | None:
    """The name within a range of tokens: without lead-in, closing marks and what the body does."""
    if first >= last:
        return None
    start, end = tokens[first].start, tokens[last - 1].end
    lead_in = _LEAD_IN.match(raw, start, end)
    if lead_in and lead_in.end() < end:
        start = lead_in.end()
    while first < last and tokens[first].start < start:
        first += 1
    end = min(end, _activity_start(tokens, first, last, end))
    name = raw[start:end].rstrip(" \n\t\xa0.,;:-–&+/")
    name = re.sub(r"[\s,]+(?:và|cùng|với)$", "", name)
    if not any(letter.isalnum() for letter in name):
        return None
    return Part(" ".join(name.split()), start, start + len(name))


def _activity_start(tokens: tuple[Token, ...], first: int, last: int, end: int) -> int:
    """Where the verb after a name begins: `Phòng Kinh tế | chủ trì`, `Phòng Kinh tế | (chủ trì)`."""
    head = head_at(tokens, first) if first < last else None
    for at in range(head.end if head else first + 1, last):
        if tokens[at].key == "(" and at + 1 < last and longest(trie("stop"), tokens, at + 1):
            return tokens[at].start
        if verb_at(tokens, first, at):
            return tokens[at].start
    return end


on_change(split.cache_clear)
