"""Numbers, dates and percentages as each language writes them."""

from __future__ import annotations

import datetime as dt

from kehoach.publish.wording import Language

__all__ = ["date_text", "number_text", "quantity_text"]


def number_text(value: float, language: Language) -> str:
    """A number with at most six decimals, without needless ones: `1234.5` is `1.234,5` in Vietnamese.

    >>> number_text(1234.5, "vi"), number_text(1234.5, "en"), number_text(-3.0, "vi")
    ('1.234,5', '1,234.5', '-3')
    """
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def quantity_text(value: float, unit: str | None, language: Language) -> str:
    """A number with its unit, a space between: `95,5 %`, `12 km`."""
    return " ".join([number_text(value, language), *([unit] if unit else [])])


def date_text(day: dt.date, language: Language) -> str:
    """A day: `31/03/2026` in Vietnamese, `2026-03-31` in English.

    >>> date_text(dt.date(2026, 3, 31), "vi")
    '31/03/2026'
    """
    return f"{day:%d/%m/%Y}" if language == "vi" else day.isoformat()
