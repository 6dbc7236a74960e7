"""Numbers as Vietnamese documents write them: a dot parts thousands, a comma the decimals."""

from __future__ import annotations

import re
from functools import lru_cache

# One number; the longest written form first. A space parts thousands only between whole groups of three: `1 250`.
# With two commas they part thousands, English style: `1,250,000`.
NUMBER = (
    r"(?:\d{1,3}(?:[  ]\d{3})+(?!\d)(?:,\d+)?"  # 1 250 000,5
    r"|\d{1,3}(?:,\d{3}){2,}(?!\d)"  # 1,250,000
    r"|\d+(?:\.\d+)*(?:,\d+)?)"  # 80  2.500  1.234,5  01  66.7
)

_SIGNED = re.compile(rf"([-+−–]?)\s*({NUMBER})")
_SPACED = re.compile(r"[  ](?=\d{3})")
_ENGLISH = re.compile(r"[1-9]\d{0,2},\d\d0")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


@lru_cache(maxsize=4096)
def parse_number(text: str) -> float | None:
    """The number that `text` states, None where it is none or can be read in two ways.

    Written forms: `80`, `01`, `1,5`, `66.7`, `2.500` (thousands), `1.234,5`, `1 250`, `1,250,000`, `-5`, `+5`.
    A dot with exactly three digits behind it parts thousands (`2.500`), any other single dot is decimal (`66.7`),
    and so is one after a leading zero (`0.125`). Groups that are not of three (`12.34.567`, `1234.567`) are no number;
    neither is `12,500`: nobody writes a decimal 0 at the third place, so it may be English for 12 500.
    """
    match = _SIGNED.fullmatch(text.strip())
    if match is None:
        return None
    value = _magnitude(_SPACED.sub("", match[2]))
    return -value if value is not None and match[1] in "-−–" and match[1] else value


def _magnitude(digits: str) -> float | None:
    if digits.count(",") > 1:  # 1,250,000
        return float(digits.replace(",", ""))
    whole, _, decimals = digits.partition(",")
    if _ENGLISH.fullmatch(digits):
        return None
    if "." in whole:
        if _THOUSANDS.fullmatch(whole):
            whole = whole.replace(".", "")
        elif decimals or whole.count(".") > 1 or re.fullmatch(r"[1-9]\d{3,}\.\d{3}", whole):
            return None  # 12.5,3  12.34.567  1234.567
    return float(f"{whole}.{decimals}" if decimals else whole)
