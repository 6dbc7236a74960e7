"""A number as a sheet shows it: `0.95` under `0%` is `95%`, `46096` under `dd/mm/yyyy` is `15/03/2026`.

Shown as in Vietnam: a dot parts thousands, a comma the decimals, the day stands before the month.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

__all__ = ["BUILT_IN", "General", "is_hiding", "show_number", "show_text"]

General = "General"
_DAY = "dd/mm/yyyy"
_MONEY = "#,##0;\\-#,##0"
_CENTS = "#,##0.00;\\-#,##0.00"
BUILT_IN: dict[int, str] = {
    0: General, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: _MONEY, 6: _MONEY, 7: _CENTS, 8: _CENTS, 9: "0%",
    10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: _DAY, 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: f"{_DAY} h:mm", 37: _MONEY, 38: _MONEY,
    39: _CENTS, 40: _CENTS, 41: _MONEY, 42: _MONEY, 43: _CENTS, 44: _CENTS, 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", **dict.fromkeys([*range(27, 37), *range(50, 59)], _DAY),
}  # fmt: skip
"""Number formats by their number that a file does not spell out; those that follow the computer's settings as here."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<condition>[<>=]+-?[\d.]+)\]|\[[^\]]*\]"
    r"|(?P<general>General)|(?P<exponent>E[+-])|(?P<noon>AM/PM|A/P|SA/CH)|(?P<fraction>\.0+(?=[^0-9]*$))"
    r"|(?P<date>y+|m+|d+|h+|s+|e+|b+|g+)|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
_LAST_DAY = 2_958_466  # 31/12/9999
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_EXACT = 15  # digits that a number in a sheet holds
_EXACTLY = Context(prec=700)  # the largest number there is has 309 digits


class _Token(NamedTuple):
    kind: str
    text: str


class _Section(NamedTuple):
    """One of the up to four parts of a format: its tokens, for which values it is, and whether it shows a date."""

    tokens: tuple[_Token, ...]
    condition: str
    is_date: bool


@lru_cache(maxsize=8192)
def show_number(value: float, code: str, *, since_1904: bool = False) -> str:
    """What a cell with this number and format shows; a format that cannot be read shows the plain number."""
    sections = _sections(code or General)
    section = _choose(sections, value)
    if section.is_date:
        return _date(value, section, since_1904)
    negative = value < 0 and (section is sections[0] or bool(section.condition))
    shown = _number(abs(value), section)
    return f"-{shown}" if negative and re.search("[1-9]", shown) else shown


def show_text(value: str, code: str) -> str:
    """What a cell with this text shows: `@" %"` puts words around it."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if not any(token == ("other", "@") for token in section.tokens):
        return value
    return "".join(value if token == ("other", "@") else token.text for token in section.tokens).strip()


def is_hiding(code: str) -> bool:
    """Whether a format shows nothing at all: `;;;`."""
    return ";" in code and not any(section.tokens for section in _sections(code))


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[_Token]] = [[]]
    conditions = [""]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or "blank"
        if kind == "other" and match[0] == ";":
            parts.append([])
            conditions.append("")
        elif kind == "condition":
            conditions[-1] = match[kind]
        elif kind != "blank":
            parts[-1].append(_Token(kind, match[kind]))
        elif match[0].startswith("_"):
            parts[-1].append(_Token("quoted", " "))
    return tuple(
        _Section(tuple(tokens), condition, any(token.kind in ("date", "elapsed") for token in tokens))
        for tokens, condition in zip(parts, conditions, strict=True)
    )


def _choose(sections: tuple[_Section, ...], value: float) -> _Section:
    """The section for a value: by its condition, else positive; negative; zero."""
    if any(section.condition for section in sections):
        return next((section for section in sections if _holds(section.condition, value)), sections[-1])
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


def _holds(condition: str, value: float) -> bool:
    if not condition:
        return True
    sign = condition.rstrip("-0123456789.")
    try:
        bound = float(condition[len(sign) :])
    except ValueError:
        return False
    tests = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound, "=": value == bound}
    return tests.get(sign, value != bound)


# --- numbers ----------------------------------------------------------------------------------------------------


def _number(value: float, section: _Section) -> str:
    kinds = [token.kind for token in section.tokens]
    texts = [token.text for token in section.tokens if token.kind == "other"]
    if "general" in kinds or "@" in texts:
        plain = ("general", "other")
        return "".join(
            _plain(value) if kind in plain and text.lower() in ("general", "@") else text
            for kind, text in section.tokens
        ).strip()
    if "digit" not in kinds:
        return "".join(token.text for token in section.tokens).strip()
    amount = Decimal(repr(value)) * 100 ** texts.count("%")
    if "exponent" in kinds:
        return _scientific(amount, section)
    if "/" in texts:
        return _fraction(amount, section)
    return _fixed(amount, section)


def _plain(value: float) -> str:
    """A number without a format: whole ones in full, others with as many digits as a cell has room for."""
    if value == int(value) and abs(value) < 10**_EXACT:
        return str(int(value))
    shown = f"{value:.10g}"
    return (shown if "e" not in shown else f"{Decimal(shown):f}" if abs(value) < 1 else shown.upper()).replace(".", ",")


def _fixed(amount: Decimal, section: _Section) -> str:
    """Digits at the places of `0`, `#`, `?`; what stands between them stays: `0000 000 000`, `0.0" điểm"`."""
    whole, decimals, grouped, scaled = _places(section)
    amount = amount.scaleb(-3 * scaled, _EXACTLY)
    amount = amount.quantize(Decimal(1).scaleb(-decimals.count("x")), ROUND_HALF_UP, _EXACTLY)
    digits, _, behind = f"{amount:f}".partition(".")
    behind = behind.rstrip("0").ljust(decimals.count("0"), "0") if decimals else ""
    digits = digits.lstrip("0").rjust(max(whole, 1 if behind else 0), "0")
    return _fill(section, digits, behind, grouped)


def _places(section: _Section) -> tuple[int, str, bool, int]:
    """How many whole digits are always shown, the decimals (`x` each, `0` where always shown), thousands, scale."""
    whole, decimals, point = 0, "", False
    commas = scaled = 0
    for kind, text in section.tokens:
        if kind == "digit":
            scaled = 0
            whole += not point and text == "0"
            decimals += ("x0" if text == "0" else "x") if point else ""
        elif (kind, text) == ("other", ","):
            commas, scaled = commas + 1, scaled + 1
        elif kind == "fraction" or (kind, text) == ("other", "."):
            point = True
            decimals += "x0" * (len(text) - 1)
    return whole, decimals, commas > scaled, scaled


def _fill(section: _Section, digits: str, behind: str, grouped: bool) -> str:
    spots = _whole_spots(section)
    out: list[str] = []
    seen, point = 0, False
    for kind, text in section.tokens:
        if kind == "fraction" or (kind, text) == ("other", "."):
            point = True
            out.append(f",{behind}" if behind else "")
        elif kind == "digit" and not point:
            seen += 1
            end = max(0, len(digits) - spots + seen)
            start = 0 if seen == 1 else max(0, end - 1)  # the first place takes all that has no place of its own
            out.append(_grouped(digits[start:end], len(digits) - start) if grouped else digits[start:end])
        elif kind != "digit" and (kind, text) != ("other", ","):
            out.append(text)
    return "".join(out).strip()


def _whole_spots(section: _Section) -> int:
    count = 0
    for kind, text in section.tokens:
        if kind == "fraction" or (kind, text) == ("other", "."):
            break
        count += kind == "digit"
    return count


def _grouped(part: str, left: int) -> str:
    """Digits of a number with dots between thousands; `left` of them, with these, up to its end."""
    marks = (f"{digit}." if (left - at) % 3 == 1 and left - at > 1 else digit for at, digit in enumerate(part))
    return "".join(marks)


def _scientific(amount: Decimal, section: _Section) -> str:
    end = [token.kind for token in section.tokens].index("exponent")
    _, decimals, _, _ = _places(section._replace(tokens=section.tokens[:end]))
    return f"{amount:.{decimals.count('x')}E}".replace(".", ",")


def _fraction(amount: Decimal, section: _Section) -> str:
    """`# ?/?`: whole ones and a fraction whose denominator has as many digits as there are places."""
    tail = section.tokens[[token.text for token in section.tokens].index("/") + 1 :]
    fixed = "".join(token.text for token in tail if token.text.isdigit() and token.text != "0")
    most = int(fixed) if fixed else 10 ** max(1, sum(token.kind == "digit" for token in tail)) - 1
    whole, rest = divmod(Fraction(amount), 1)
    near = Fraction(round(rest * most), most) if fixed else rest.limit_denominator(most)
    whole, near = (whole + 1, Fraction(0)) if near == 1 else (whole, near)
    return f"{whole or ''} {near}".strip() if near else str(whole)


# --- dates ------------------------------------------------------------------------------------------------------


def _date(value: float, section: _Section, since_1904: bool) -> str:
    """A day, a time or a span of time; a number that is none of these is shown plain."""
    if not 0 <= value < _LAST_DAY:
        return _plain(value)
    tokens = _with_minutes(section.tokens)
    moment = _moment(value, since_1904, seconds=any(kind in ("second", "fraction") for kind, _ in tokens))
    letters = "".join(text[0] for kind, text in tokens if kind == "day")
    if any(kind == "day" and text[0] == "m" and len(text) > 2 for kind, text in tokens) or letters.startswith("md"):
        return _numeric_day(moment, letters)
    return " ".join("".join(_date_part(token, moment, value, tokens) for token in tokens).split())


def _numeric_day(moment: dt.datetime, letters: str) -> str:
    """`Mar-26`, `3/15/2026` show what they mean in Vietnam: `03/2026`, `15/03/2026`."""
    forms = (("d", "%d"), ("m", "%m"), ("y", "%Y"))
    return moment.strftime("/".join(form for letter, form in forms if letter in letters))


def _with_minutes(tokens: tuple[_Token, ...]) -> list[_Token]:
    """The tokens with kinds told apart: `m` beside an hour or before a second is a minute, else a month."""
    told: list[_Token] = []
    for kind, text in tokens:
        letter = text[:1].lower()
        if kind != "date":
            told.append(_Token(kind, text))
        elif letter == "m":
            clock = next((each.kind for each in reversed(told) if each.kind in _CLOCK), "")
            told.append(_Token("minute" if clock in ("hour", "elapsed") and len(text) < 3 else "day", text.lower()))
        else:
            kind_of = {"h": "hour", "s": "second"}.get(letter, "day")
            if kind_of == "second":
                told = _minutes_before(told)
            told.append(_Token(kind_of, text.lower().replace("e", "y")))
    return told


_CLOCK = ("hour", "elapsed", "minute", "second", "day")


def _minutes_before(told: list[_Token]) -> list[_Token]:
    """`mm:ss`: the month before a second is a minute."""
    at = next((at for at in range(len(told) - 1, -1, -1) if told[at].kind in _CLOCK), None)
    if at is not None and told[at].kind == "day" and told[at].text.startswith("m"):
        told[at] = _Token("minute", told[at].text)
    return told


def _moment(value: float, since_1904: bool, *, seconds: bool) -> dt.datetime:
    if not since_1904 and 0 < value < 60:
        value += 1  # sheets count a day 29/02/1900 that never was
    unit = 1 if seconds else 60
    start = _EPOCH_1904 if since_1904 else _EPOCH
    rounded = min(round(value * 86_400), (dt.datetime.max - start) // dt.timedelta(seconds=1))
    return start + dt.timedelta(seconds=rounded // unit * unit)


def _date_part(token: _Token, moment: dt.datetime, value: float, tokens: list[_Token]) -> str:
    kind, text = token
    wide = len(text) > 1
    if kind == "day":
        return _day_part(text, moment)
    if kind == "hour":
        hour = (moment.hour % 12 or 12) if any(each.kind == "noon" for each in tokens) else moment.hour
        return f"{hour:02d}" if wide else str(hour)
    if kind in ("minute", "second"):
        number = moment.minute if kind == "minute" else moment.second
        return f"{number:02d}" if wide else str(number)
    if kind == "noon":
        return "SA" if moment.hour < 12 else "CH"
    if kind == "elapsed":
        size = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
        return str(round(value * 86_400) // size).rjust(len(text), "0")
    return "" if kind == "fraction" else text


def _day_part(text: str, moment: dt.datetime) -> str:
    if text[0] == "y":
        return f"{moment.year:04d}" if len(text) > 2 else f"{moment.year % 100:02d}"
    if text[0] == "m":
        return f"{moment.month:02d}" if len(text) > 1 else str(moment.month)
    if text[0] == "d":
        if len(text) > 2:
            return _WEEKDAYS[moment.weekday()]
        return f"{moment.day:02d}" if len(text) > 1 else str(moment.day)
    return ""
