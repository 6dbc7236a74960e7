"""What Tesseract has no letter for, or mistakes by rule, told by its shape: dashes, Roman numbers, capital vowels."""

from __future__ import annotations

import re

import numpy as np

from kehoach.extract.readers.scan.image import Grey, Mask

__all__ = ["cased", "dash_of", "roman_of"]

_EN_DASH, _EM_DASH = 4.8, 9.6  # points: a hyphen of 14 points is 4.2 wide, a dash of 11 points 5.5


def dash_of(width: float) -> str:
    """The hyphen or dash so many points wide; Tesseract's data has `-` and `—`, and prints `–` as either."""
    return "-" if width < _EN_DASH else "–" if width < _EM_DASH else "—"


_VOWELS = "OUÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_INNER = re.compile(rf"(?<=[^\W\d_])[{_VOWELS}](?![^\W\d_a-zà-ỹ])")


_FOREIGN = str.maketrans("ïîÏÎ", "iiII")  # no letters of Vietnamese: `(ï)` is an item


def cased(text: str) -> str:
    """A word of small letters with its vowels small: `giỜ`, `HỢp`, `viỆc`; `iOS` and `CHO` stay. `(ï)` is `(i)`."""
    text = text.translate(_FOREIGN)
    if not any(letter.islower() for letter in text):
        return text
    return _INNER.sub(lambda found: found[0].lower(), text)


_ROMAN = re.compile(r"(?P<left>[VX]*)(?P<stems>[IHLlT1|!]+)(?P<right>[VX]?)(?P<rest>(?:[-./,):;]\S*)?)")
_MIXED = re.compile(r"[IHV]")  # `H`, `1I`, `VH`; `11` is a number


def roman_of(text: str, patch: Grey, quarter: bool = False) -> str:
    """A word, its Roman number as its upright strokes say: `H` with no bar is `II`, `IH.` is `III.`.

    `quarter`: it stands behind `Quý`, where two strokes are II also if they were read as `11`.
    """
    match = _ROMAN.fullmatch(text)
    if match is None or not (quarter or _MIXED.search(match["left"] + match["stems"])):
        return text
    strokes = _strokes(patch)
    if not 1 <= strokes <= (1 if match["right"] else 3) or (strokes == 1 and match["stems"] in "1I"):
        return text
    foot = "." if match["stems"].endswith("L") and not match["rest"] else ""  # `II.` read as `IL`
    return f"{match['left']}{'I' * strokes}{match['right']}{match['rest']}{foot}"


def _strokes(patch: Grey) -> int:
    """How many upright strokes stand side by side at the left, before anything else that is as high; 0 for an H."""
    ink = patch < 140
    rows = np.nonzero(ink.any(axis=1))[0]
    if len(rows) < 8:
        return 0
    ink = ink[rows[0] : rows[-1] + 1]
    high = len(ink)
    upright = ink[int(0.15 * high) : int(0.85 * high)].mean(axis=0) > 0.85
    edges = np.diff(np.pad(upright, 1).astype(np.int8))
    starts, ends = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    count = 0
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        gap = start - int(ends[number - 1]) if number else 0
        if gap > 0.5 * high:
            break
        if number and _crossed(ink[:, int(ends[number - 1]) : start]):
            return 0
        count += end - start <= 0.35 * high
    return count


def _crossed(between: Mask) -> bool:
    """Whether a bar joins two strokes at half height."""
    high = len(between)
    return bool(between.size) and float(between[int(0.3 * high) : int(0.7 * high)].mean(axis=1).max()) > 0.8
