"""Whether a written syllable can be Vietnamese: OCR that loses a tone mark or vowel sign makes ones that cannot."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

__all__ = ["is_syllable", "lacks_tone", "spells"]

_ONSETS = tuple(re.findall(r"\w+", "ngh ng gh gi kh nh ph qu th tr ch b c d đ g h k l m n p r s t v x"))
_RIMES = frozenset(
    re.findall(
        r"\w+",
        """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng
    i ia ich iêc iêm iên iêng iêp iêt iêu im in ing inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh uêu ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uyn
    uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu ym yn ynh yt yu
        """,
    )
)
_TONES = {"\u0300": "`", "\u0301": "'", "\u0303": "~", "\u0309": "?", "\u0323": "."}
_STOPPED = ("c", "ch", "p", "t")  # such a syllable has the tone sắc or nặng and no other
_STOPPED_RIMES = frozenset(rime for rime in _RIMES if rime.endswith(_STOPPED))
_VIETNAMESE = re.compile(
    r"[aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ]+"
)


@lru_cache(maxsize=32768)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word can be one or more Vietnamese syllables written together, as in `ôtô`.

    A word without any Vietnamese letter (`internet`) or with an onset that Vietnamese lacks (`blốc`, `krông`) says
    nothing and passes.

    >>> [is_syllable(word) for word in ("được", "đươc", "ngưòi", "thưc", "ôtô", "internet")]
    [True, False, False, False, True, True]
    """
    if word.isascii() or not _VIETNAMESE.fullmatch(word) or not any(letter in _vowels() for letter in word):
        return True
    plain, tones = _without_tones(word)
    if not any(plain[len(onset) : len(onset) + 1] in _vowels() for onset in _onsets_of(plain)):
        return True
    return _spells(plain, tones)


def lacks_tone(word: str) -> bool:
    """Whether only its tone is missing from a lower-case syllable that ends in c, ch, p or t: `thưc`, `kêt`."""
    plain, tones = _without_tones(word)
    rimes = (plain[len(onset) :] for onset in _onsets_of(plain))
    return not word.isascii() and not tones.strip() and any(rime in _STOPPED_RIMES for rime in rimes)


def spells(word: str) -> bool:
    """Whether a lower-case word is one whole Vietnamese syllable.

    >>> [spells(word) for word in ("người", "ngườ", "tin", "ng", "web", "côngan")]
    [True, False, True, False, False, False]
    """
    if not _VIETNAMESE.fullmatch(word):
        return False
    plain, tones = _without_tones(word)
    return any(_is_one(plain[len(onset) :], tones) for onset in _onsets_of(plain))


@cache
def _vowels() -> frozenset[str]:
    return frozenset("aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ")


def _without_tones(word: str) -> tuple[str, str]:
    """The letters without tone marks, and for each letter its tone (a space for none)."""
    letters, tones = [], []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[part] for part in parts if part in _TONES), " ")
        letters.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES)))
        tones.append(tone)
    return "".join(letters), "".join(tones)


def _onsets_of(plain: str) -> list[str]:
    return [onset for onset in (*_ONSETS, "") if plain.startswith(onset)]


def _spells(plain: str, tones: str) -> bool:
    """Whether the letters are a chain of whole syllables; all but the first begin with a consonant."""
    for onset in _onsets_of(plain):
        for end in range(min(len(plain), len(onset) + 5), len(onset), -1):
            if _is_one(plain[len(onset) : end], tones[:end]):
                rest = plain[end:]
                if not rest or (rest[0] not in _vowels() and _spells(rest, tones[end:])):
                    return True
    return False


def _is_one(rime: str, tones: str) -> bool:
    marks = tones.replace(" ", "")
    if rime not in _RIMES or len(marks) > 1:
        return False
    return marks in ("'", ".") if rime.endswith(_STOPPED) else True
