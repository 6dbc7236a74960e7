"""Bodies in cells and running text: who leads, who coordinates."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kehoach.normalize.agency_names import Body, agency_id, normalise_agency
from kehoach.normalize.agency_split import PLURAL, Part, collective_at, head_at, ranges_of, skip_lead_in, split, verb_at
from kehoach.normalize.agency_words import LEVEL_WORDS, Token, longest, tokens_of, trie
from kehoach.normalize.text import fold
from kehoach.normalize.vocabulary import on_change

__all__ = [
    "Body",
    "Part",
    "agency_id",
    "find_agencies",
    "looks_like_agency",
    "normalise_agency",
    "split_agencies",
    "split_roles",
]


def split_agencies(raw: str) -> list[Part]:
    """The bodies that a cell or phrase names, each without what it does.

    Handles `Phòng Kinh tế, Hạ tầng và Đô thị, Sở Xây dựng` (two), `Các phòng, ban, ngành, đơn vị thuộc phường` (one),
    `Văn phòng HĐND, UBND phường` (one), `Ủy ban` / `MTTQ` / `phường` / `Phòng Văn` / `hóa - Xã hội` in wrapped lines
    (two), `Công an phường; đơn vị liên quan` (two), `Phòng Nội vụ chủ trì rà soát …; Văn phòng Đảng ủy` (two names),
    `Phối hợp cùng Văn phòng Đảng ủy` (one). `và` parts two bodies only where both are specific.
    """
    return list(split(raw))


_LABEL = re.compile(
    r"\s*[-+*•]?\s*(?:[Cc]ơ quan |[Đđ]ơn vị |[Cc]ấp )?(?:(?P<lead>[Cc]hủ trì)|(?P<coordinating>[Pp]hối hợp))"
    r"(?: (?:thực hiện|tham mưu))?(?:\s*:|(?: (?:với|cùng|chặt chẽ))+\s)"
)
_WITH = re.compile(r"[,\s]*(?:(?:và|,)\s*)?phối hợp(?:\s+(?:chặt chẽ|thực hiện|với|cùng|các)(?!\w))*\s*:?")


def split_roles(raw: str, role: str = "lead") -> list[tuple[str, Part]]:
    """The bodies of a cell that names both roles, each as `lead` or `coordinating`; ``role`` is that of the column.

    Handles `Chủ trì: Công an xã; phối hợp: Phòng Kinh tế`, `Công an xã chủ trì, phối hợp với Phòng Kinh tế, Trạm Y tế`,
    `Công an xã chủ trì; Phòng Kinh tế phối hợp`, `Phối hợp cùng Văn phòng Đảng ủy`. Without such words every body has
    the role of the column.
    """
    found: list[tuple[str, Part]] = []
    if "trì" not in raw and "hợp" not in raw:
        return [(role, part) for part in split_agencies(raw)]
    for clause in re.finditer(r"[^;]+", raw):
        label = _LABEL.match(clause[0])
        role = (label.lastgroup or role) if label else role
        named = _named_roles(clause[0], label.end() if label else 0, role)
        found += [(one, Part(part.text, part.start + clause.start(), part.end + clause.start())) for one, part in named]
        if len({one for one, _ in named}) > 1:  # "A chủ trì, phối hợp với B; C": C too coordinates
            role = "coordinating"
    return found


def _named_roles(clause: str, start: int, role: str) -> list[tuple[str, Part]]:
    """The bodies of one clause: those before `chủ trì` lead, those about `phối hợp` coordinate."""
    leads = _LEADS.search(clause, start)
    after = leads.end() if leads else start
    helps = _WITH.search(clause, after)
    stop = helps.start() if helps else len(clause)
    behind = _parts_in(clause, helps.end(), len(clause)) if helps else []
    found = [("lead", part) for part in _parts_in(clause, start, leads.start())] if leads else []
    if not leads or (helps and not behind):  # "Công an xã chủ trì, Phòng Kinh tế phối hợp"
        middle = "coordinating" if helps and not behind else role
        found += [(middle, part) for part in _parts_in(clause, after, stop)]
    return found + [("coordinating", part) for part in behind]


def _parts_in(clause: str, start: int, end: int) -> list[Part]:
    return [Part(part.text, part.start + start, part.end + start) for part in split_agencies(clause[start:end])]


_LEADS = re.compile(r"(?<!quan )(?<!vị )chủ trì(?!\s*:)")


@lru_cache(maxsize=8192)
def looks_like_agency(text: str) -> bool:
    """Whether a whole cell names bodies: `Phòng Văn hóa - Xã hội`, `Các cơ quan, đơn vị`, `Công an phường; Sở Y tế`.

    A sentence that begins with a body (`UBND phường ban hành kế hoạch …`) does not.
    """
    if not text or len(text) > 400 or text[0].isdigit():
        return False
    first_word = _FIRST_WORD.search(text)
    if len(text) > 200 and ";" not in text and "\n" not in text:  # a name is shorter, a list has its marks
        return False
    if first_word is None or fold(first_word[0]) not in _first_words():
        return False
    tokens = tokens_of(text)
    ranges = [(skip_lead_in(tokens, first, last), last) for first, last in ranges_of(tokens)]
    names = [tokens[first:last] for first, last in ranges if any(token.key.isalnum() for token in tokens[first:last])]
    return bool(names) and all(map(_is_name, names))


_FIRST_WORD = re.compile(r"[^\W\d_]+")


@cache
def _first_words() -> frozenset[str]:
    """With what a cell that names bodies can begin."""
    return frozenset(trie("name", "word")) | frozenset(trie("collective")) | PLURAL | {"phối", "chủ", "giao", "p"}


def _is_name(tokens: tuple[Token, ...]) -> bool:
    """Whether a range holds a name and nothing else, except that the body leads or coordinates."""
    head = head_at(tokens, 0)
    if head is None:
        return _is_collective_name(tokens)
    verb = next(filter(None, (verb_at(tokens, 0, at) for at in range(head.end, len(tokens)))), None)
    if verb:
        return verb in ("chủ trì", "phối hợp")
    if head.whole:
        return len(tokens) <= 28
    return (head.end < len(tokens) <= 14 and tokens[0].capital) or _is_collective_name(tokens)


def _is_collective_name(tokens: tuple[Token, ...]) -> bool:
    """`Các cơ quan, đơn vị liên quan`; not `Cơ sở giáo dục triển khai …` nor the column head `ĐƠN VỊ`."""
    plural = tokens[0].key in PLURAL
    noun = longest(trie("collective"), tokens, plural)
    if noun is None or len(tokens) > 22 or (not plural and (len(tokens) < 3 or longest(trie("not"), tokens, 0))):
        return False
    acts = (at for at in range(noun[0], len(tokens)) if not tokens[at].capital and tokens[at - 1].key not in _IN_LIST)
    return len(tokens) <= (14 if plural else 8) or not any(
        longest(trie("stop"), tokens, at) or tokens[at].key in _CLAUSE for at in acts
    )


_IN_LIST = frozenset({"các", ",", "và"})
_CLAUSE = frozenset({"về", "được", "đã", "phải", "cần", "sẽ", "đạt", "đưa"})


def find_agencies(text: str) -> list[Part]:
    """The bodies of a known name in running text: `Sở Khoa học và Công nghệ`, `Văn phòng HĐND và UBND phường`."""
    tokens, found, at = tokens_of(text), [], 0
    while at < len(tokens):
        head = head_at(tokens, at) if tokens[at].capital else None
        if head is None or not head.whole:
            at += 1
            continue
        end = _with_level(text, tokens, head.end)
        start, stop = tokens[at].start, tokens[end - 1].end
        found.append(Part(" ".join(text[start:stop].split()), start, stop))
        at = end
    return found


def _with_level(text: str, tokens: tuple[Token, ...], at: int) -> int:
    """Past the level after a name, and past the unit's own name: `phường`, `tỉnh Bắc Ninh`."""
    for count in (2, 1):
        if " ".join(token.key for token in tokens[at : at + count]) in LEVEL_WORDS and len(tokens) >= at + count:
            at += count
            limit = min(at + 4, len(tokens))
            while at < limit and tokens[at].capital and text[tokens[at].start - 1] == " " and not _starts(tokens, at):
                at += 1
            return at
    return at


def _starts(tokens: tuple[Token, ...], at: int) -> bool:
    return head_at(tokens, at) is not None or collective_at(tokens, at) is not None


for _forget in (_first_words, looks_like_agency):
    on_change(_forget.cache_clear)
