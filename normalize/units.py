"""Units whose tone marks were lost or misread, spelled as the vocabulary has them: `Điếm`, `% tổng chỉ ngân sách`."""

from __future__ import annotations

from functools import cache, lru_cache

from kehoach.normalize import vocabulary
from kehoach.normalize.text import fold, with_marks_alike, without_tones

__all__ = ["spelled_unit"]


@lru_cache(maxsize=2048)
def spelled_unit(printed: str) -> str:
    """A unit as printed, but with mistaken or lost tone marks of its first words put right.

    Only where the marks are among those often mistaken, or all are lost, and these letters are one known unit or base.

    >>> [spelled_unit(unit) for unit in ("Điếm", "% tổng chỉ ngân sách xã", "Sản phấm", "Ap", "bò", "tổ", "hộ dân")]
    ['Điểm', '% tổng chi ngân sách xã', 'Sản phẩm', 'Ấp', 'bò', 'tổ', 'hộ dân']
    """
    share = printed.startswith("% ")
    words = printed[2:].split() if share else printed.split()
    spellings = _spellings()
    for count in range(len(words), 0, -1):
        phrase = fold(" ".join(words[:count]))
        found = spellings.get(without_tones(phrase), ())
        if phrase in found:
            return printed
        if len(found) == 1 and _is_slip(phrase, found[0]):
            right = found[0][0].upper() + found[0][1:] if words[0][0].isupper() else found[0]
            return " ".join([*(["%"] if share else []), right, *words[count:]])
    return printed


def _is_slip(phrase: str, right: str) -> bool:
    return (phrase.isascii() and len(phrase) > 1) or with_marks_alike(phrase) == with_marks_alike(right)


@cache
def _spellings() -> dict[str, list[str]]:
    """The known units and bases by their letters without marks."""
    phrases = {fold(row["unit"]) for row in vocabulary.rows("units")}
    phrases |= {fold(row["base"]) for row in vocabulary.rows("share_bases")}
    found: dict[str, list[str]] = {}
    for phrase in sorted(phrases):
        found.setdefault(without_tones(phrase), []).append(phrase)
    return found


vocabulary.on_change(_spellings.cache_clear)
vocabulary.on_change(spelled_unit.cache_clear)
