"""Transformations of a plan's text that leave what it says as it is, or change it in a known way.

Each takes a text and a source of chance and gives another text. None of them knows of the extraction: they do what
another office, another typist or another converter would have done with the same plan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from random import Random

Transform = Callable[[str, Random], str]
Span = tuple[int, int]

_ROMAN = "X{0,2}(?:IX|IV|V?I{1,3}|V)|X{1,2}"  # I to XXVIII


def chain(*steps: Transform) -> Transform:
    """One transformation after the other."""

    def transform(text: str, rng: Random) -> str:
        for step in steps:
            text = step(text, rng)
        return text

    return transform


def same(text: str, rng: Random) -> str:
    """Nothing is changed."""
    return text


# Characters


def nfd(text: str, rng: Random) -> str:
    return unicodedata.normalize("NFD", text)


def crlf(text: str, rng: Random) -> str:
    return text.replace("\n", "\r\n")


def no_break_spaces(text: str, rng: Random) -> str:
    """One space in eight between words is one that does not break."""
    return re.sub(r"(?<=\w) (?=\w)", lambda _: "\xa0" if rng.random() < 0.125 else " ", text)


def zero_width(text: str, rng: Random) -> str:
    """A zero-width space after one space in ten."""
    return re.sub(r"(?<=\w) (?=\w)", lambda _: " \u200b" if rng.random() < 0.1 else " ", text)


def double_spaces(text: str, rng: Random) -> str:
    """Two spaces between words of a text set in block (never more: three are a gap between columns)."""
    return re.sub(r"(?<=\w) (?=\w)", lambda _: "  " if rng.random() < 0.1 else " ", text)


def trailing_spaces(text: str, rng: Random) -> str:
    return "\n".join(line + "  " if line and "\t" not in line else line for line in text.split("\n"))


# Markdown


def _outside_tables(change: Callable[[str], str]) -> Transform:
    def transform(text: str, rng: Random) -> str:
        return "\n".join(line if "\t" in line else change(line) for line in text.split("\n"))

    return transform


_HEADING = re.compile(rf"(?:{_ROMAN})[.\-/]\s?.*|\d{{1,2}}\. .{{3,90}}(?<![.;,:/])")


def _plain(line: str) -> str:
    line = re.sub(r"^\s*#{1,6}\s+", "", line)
    line = re.sub(r"</?(?:b|i|strong|em)>", "", line)
    line = re.sub(r"\*{1,3}([^*\n]*[^*\s\n])\*{1,3}", r"\1", line)
    return re.sub(r"^\*{2,3}|\*{2,3}\s*$", "", line)


plain = _outside_tables(_plain)


def _is_heading(line: str) -> bool:
    return bool(_HEADING.fullmatch(line.strip()))


hash_headings = _outside_tables(lambda line: f"## {line}" if _is_heading(line) else line)
bold_headings = _outside_tables(lambda line: f"**{line}**" if _is_heading(line) else line)
hash_bold_headings = _outside_tables(lambda line: f"### **{line}**" if _is_heading(line) else line)
html_bold_headings = _outside_tables(lambda line: f"<b>{line}</b>" if _is_heading(line) else line)
bold_markers = _outside_tables(
    lambda line: re.sub(r"^(\d{1,2}(?:\.\d{1,2})*\.|[IVX]+\.|[a-zđ]\))(?= )", r"**\1**", line)
)
escaped_markers = _outside_tables(lambda line: re.sub(r"^(\d{1,2}(?:\.\d{1,2})*)\.(?= )", r"\1\\.", line))
escaped_bullets = _outside_tables(lambda line: re.sub(r"^- ", r"\\- ", line))

# Markers


def _marker(pattern: str, new: str) -> Transform:
    return _outside_tables(lambda line: re.sub(rf"^([#>* ]*){pattern}", rf"\g<1>{new}", line))


_R = f"({_ROMAN})"
roman_dash = _marker(rf"{_R}\. ", r"\2- ")
roman_glued_dash = _marker(rf"{_R}\. ", r"\2-")
roman_slash = _marker(rf"{_R}\. ", r"\2/ ")
roman_paren = _marker(rf"{_R}\. ", r"\2) ")
roman_spaced = _marker(rf"{_R}\. ", r"\2 . ")
roman_dot_dash = _marker(rf"{_R}\. ", r"\2.- ")
arabic_dash = _marker(r"(\d{1,2})\. ", r"\2- ")
arabic_slash = _marker(r"(\d{1,2})\. ", r"\2/ ")
arabic_paren = _marker(r"(\d{1,2})\. ", r"\2) ")
arabic_glued = _marker(r"(\d{1,2}(?:\.\d{1,2})*)\. ", r"\2.")
dotted_bare = _marker(r"(\d{1,2}(?:\.\d{1,2})+)\. ", r"\2 ")
letter_dot = _marker(r"([a-eđ])\) ", r"\2. ")
letter_slash = _marker(r"([a-eđ])\) ", r"\2/ ")
indented = _outside_tables(lambda line: f"    {line}" if line[:1].isdigit() or line[:2] == "- " else line)


def bullets(sign: str) -> Transform:
    return _marker(r"- (?=[^\W\d_]|\d)", f"{sign} ")


def _recased(upper: bool) -> Transform:
    """Roman headings in capitals, or as a sentence."""

    def change(line: str) -> str:
        found = re.fullmatch(rf"([#>* ]*{_R}[.\-/]\s?)([^*]*)(\**)", line)
        if not found or not found[3].isupper():
            return line
        return found[1] + (found[3].upper() if upper else found[3].capitalize()) + found[4]

    return _outside_tables(change)


lower_headings = _recased(False)

# Wrapping


def is_flowed(text: str) -> bool:
    """Whether a line is a paragraph."""
    lengths = [len(line) for line in text.split("\n") if "\t" not in line and len(line) > 45]
    return sum(length > 130 for length in lengths) >= 0.3 * len(lengths)


def _wrapped(gaps: bool) -> Transform:
    """Every paragraph in lines of one width, as text taken out of a PDF; `gaps`: some with an empty line inside."""

    def transform(text: str, rng: Random) -> str:
        width = rng.randint(72, 90)
        if not is_flowed(text):
            return text  # the lines are wrapped already
        lines: list[str] = []
        for line in text.split("\n"):
            if re.search(r"[\t|$<]|\S   ", line) or len(line) <= width:
                lines.append(line)
                continue
            row = ""
            for word in line.split():
                if row and len(row) + 1 + len(word) > width:
                    lines += [row, ""] if gaps and rng.random() < 0.06 else [row]
                    row = word
                else:
                    row = f"{row} {word}".strip()
            lines.append(row)
        return "\n".join(lines)

    return transform


hard_wrapped = chain(plain, _wrapped(False))
hard_wrapped_gaps = chain(plain, _wrapped(True))

# Appendices

_APPENDIX = re.compile(r"[#*\s]*(?:PHỤ LỤC|Phụ lục)(?:\s+(?:số|SỐ))?\s*(\d{1,2}|[IVX]{1,4})?\s*[:.\-–]?\s*(.*?)[\s*]*")
_NOTE = re.compile(r"[\s*]*[(\[]?\s*(?:[Bb]an hành\s+)?[Kk]èm theo.*")


def captions(lines: list[str]) -> Iterator[tuple[int, int, str, list[str], list[str]]]:
    """From, to, label, title lines and notes of the captions that stand before a tab table."""
    for at, line in enumerate(lines):
        found = _APPENDIX.fullmatch(line)
        stop = next((i for i in range(at + 1, min(at + 12, len(lines))) if "\t" in lines[i]), None)
        if not found or stop is None or found[2].islower() or found[2].startswith(("kèm", "(")) or "**" in found[2]:
            continue
        rest = [re.sub(r"^[#*\s]+|[*\s]+$", "", each) for each in (found[2], *lines[at + 1 : stop])]
        notes = [each for each in rest if _NOTE.fullmatch(each)]
        titles = [each for each in rest if each.strip("-_ ") and each not in notes]
        if (
            titles
            and stop - at <= 9
            and len(titles) <= 3
            and not any(marked in " ".join(titles) for marked in ("<", "**", "(", ". ", ":"))
        ):
            yield at, stop, found[1] or "", titles, notes


def caption(form: str) -> Transform:
    """Captions of appendices in another form: `{label}` on its line, then `{title}`, `{note}`; `|` is a new line."""

    def transform(text: str, rng: Random) -> str:
        lines = text.split("\n")
        for at, stop, label, titles, notes in reversed(list(captions(lines))):
            filled = form.replace("{title}", " ".join(titles)).replace("{note}", " ".join(notes))
            filled = (
                filled.replace("{label}", label)
                if label
                else filled.replace(" số {label}", "").replace(" SỐ {label}", "").replace(" {label}", "")
            )
            lines[at:stop] = [*(each.strip() for each in filled.split("|")), ""]
        return "\n".join(lines)

    return transform


# Head and closing


def head(form: list[str]) -> Transform:
    """Another letterhead over the line KẾ HOẠCH: `{unit}`, `{number}` and `{date}` are filled from the old one."""

    def transform(text: str, rng: Random) -> str:
        lines = text.split("\n")
        stop = next(i for i, line in enumerate(lines) if re.fullmatch(r"[#* ]*KẾ HOẠCH[* ]*", line))
        old = "\n".join(lines[:stop])
        number = re.search(r"S[ốó]\s*:?\s*[\d ]*[/-]\s?[\w&-]+(?:/[\w&-]+)?", old)
        date = re.search(r"[A-ZĐ]\w*(?: \w+){0,4}, ngày [^\n*]*\d{4}", old)
        unit = re.search(r"(?:PHƯỜNG|XÃ) (?!HỘI)[^\n\t|*<]+?(?=\s{2,}|[\n\t|*<]|$)", old)
        if not number or not date or not unit:
            return text
        made = "\n".join(form).format(number=number[0], date=date[0], unit=unit[0])
        return "\n".join([*made.split("\n"), "", *lines[stop:]])

    return transform


def plan_line(new: str) -> Transform:
    return _outside_tables(lambda line: new if re.fullmatch(r"[#* ]*KẾ HOẠCH[* ]*", line) else line)


STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
HEAD_LINES = head(["ỦY BAN NHÂN DÂN", "{unit}", "", STATE, MOTTO, "", "{number}", "", "{date}", ""])
HEADS = {
    "spaces": head([f"{'ỦY BAN NHÂN DÂN':<34}{STATE}", f"{{unit:<38}}{MOTTO}", "", "{number:<34}{date}", ""]),
    "centred": head(
        [
            f"   ỦY BAN NHÂN DÂN              {STATE}",
            f"  {{unit:<36}}{MOTTO}",
            "   -----------                      ---------------------",
            "   {number:<32}{date}",
            "",
        ]
    ),
    "tab": head([f"ỦY BAN NHÂN DÂN\t{STATE}", f"{{unit}}\t{MOTTO}", "", "{number}\t{date}", ""]),
    "tab block": head([f"ỦY BAN NHÂN DÂN\t{STATE}", f"{{unit}}\t{MOTTO}", "{number}\t{date}", ""]),
    "pipes": head([f"| ỦY BAN NHÂN DÂN<br>{{unit}} | {STATE}<br>{MOTTO} |", "|---|---|", "| {number} | {date} |", ""]),
    "pipe rows": head(
        [
            f"| ỦY BAN NHÂN DÂN | {STATE} |",
            "|---|---|",
            f"| {{unit}} | {MOTTO} |",
            "| {number} | *{date}* |",
            "",
        ]
    ),
    "html": head(
        [
            f"<table><tr><td>ỦY BAN NHÂN DÂN<br>{{unit}}</td><td>{STATE}<br>{MOTTO}</td></tr>",
            "<tr><td>{number}</td><td><i>{date}</i></td></tr></table>",
            "",
        ]
    ),
    "bold": head(
        ["**ỦY BAN NHÂN DÂN**", "**{unit}**", "", f"**{STATE}**", f"**{MOTTO}**", "", "{number}", "", "*{date}*", ""]
    ),
    "one line": head(["ỦY BAN NHÂN DÂN {unit}", "-------", STATE, MOTTO, "---------------", "{number}", "{date}", ""]),
    "date first": head(["ỦY BAN NHÂN DÂN", "{unit}", STATE, MOTTO, "{date}", "{number}", ""]),
    "state first": head([STATE, MOTTO, "", "ỦY BAN NHÂN DÂN", "{unit}", "", "{number}", "", "{date}", ""]),
    "parent": head(["ỦY BAN NHÂN DÂN", "{unit}", "*", STATE, MOTTO, "", "{number}", "", "{date}", ""]),
}

_CLOSING = re.compile(r"[*#\s]*Nơi nhận|[*#\s]*(?:TM|KT)\. ", re.IGNORECASE)
_NAME = re.compile(r"[*\s]*(?:[A-ZĐÂÔƯÁÀẢÃẠÊ][\w]+ ){2,4}[A-ZĐÂÔƯÁÀẢÃẠÊ]\w+[*\s]*")


def closing(form: str) -> Transform:
    """Recipients and signature set in another way; both are taken from the lines of the old ones."""

    def transform(text: str, rng: Random) -> str:
        lines = text.split("\n")
        start = next((i for i, line in enumerate(lines) if _CLOSING.match(line)), len(lines))
        stop = next(
            (i for i in range(start, len(lines)) if _APPENDIX.fullmatch(lines[i]) or lines[i] == "KẾ HOẠCH"), len(lines)
        )
        old = [re.sub(r"^[*#\s]+|[*\s]+$", "", line) for line in lines[start:stop]]
        recipients = [line for line in old if line.startswith("-")]
        titles = [line for line in old if line.isupper()]
        names = [line for line in old if _NAME.fullmatch(line) and not line.isupper() and not line.startswith("Nơi")]
        if not recipients or not titles or len(names) != 1:
            return text
        return "\n".join([*lines[:start], *_CLOSINGS[form](recipients, titles, names[0]), "", *lines[stop:]])

    return transform


def _columns(left: list[str], right: list[str], gap: str) -> list[str]:
    pairs = [
        (left[i] if i < len(left) else "", right[i] if i < len(right) else "")
        for i in range(max(len(left), len(right)))
    ]
    if gap == "\t":
        return [f"{one}\t{two}" for one, two in pairs]
    wide = max(map(len, left)) + 6
    return [f"{one:<{wide}}{gap}{two}".rstrip() for one, two in pairs]


_CLOSINGS: dict[str, Callable[[list[str], list[str], str], list[str]]] = {
    "recipients first": lambda to, by, name: ["Nơi nhận:", *to, "", *by, "", "", name],
    "signature first": lambda to, by, name: [*by, "", "", "", name, "", "Nơi nhận:", *to],
    "italic": lambda to, by, name: ["***Nơi nhận:***", "", *to, "", *(f"**{each}**" for each in by), "", f"**{name}**"],
    "spaces": lambda to, by, name: _columns(["Nơi nhận:", *to], [*by, "", "", name], "   "),
    "tab": lambda to, by, name: _columns(["Nơi nhận:", *to], [*by, "", "", name], "\t"),
    "pipes": lambda to, by, name: [
        f"| **Nơi nhận:**<br>{'<br>'.join(to)} | {'<br>'.join(f'**{each}**' for each in by)}<br><br>**{name}** |",
        "|---|---|",
    ],
    "html": lambda to, by, name: [
        f"<table><tr><td>Nơi nhận:<br>{'<br>'.join(to)}</td><td>{'<br>'.join(by)}<br><br>{name}</td></tr></table>"
    ],
    "seal": lambda to, by, name: ["Nơi nhận:", *to, "", *by, "", "(Đã ký)", "", name],
}  # fmt: skip

# Names and years


def shift_years(text: str, rng: Random | None = None) -> str:
    """Every year of this century one later."""
    return re.sub(r"(?<![\d,])20[0-4]\d(?!\d|[.,]\d)", lambda m: str(int(m[0]) + 1), text)


def renamer(pairs: list[tuple[str, str]]) -> Callable[[str], str]:
    """Every name by another, in small letters and in capitals; no name is renamed twice."""
    table = dict(pairs) | {old.upper(): new.upper() for old, new in pairs}
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(old)}(?!\w)" for old in sorted(table, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda m: table[m[0]], text)


# Spelling

_VOWELS = {"o": "oòóỏõọ", "u": "uùúủũụ", "a": "aàáảãạ", "e": "eèéẻẽẹ", "y": "yỳýỷỹỵ"}
_PAIRS = ("oa", "oe", "uy")


def _tones() -> dict[str, str]:
    """`òa` → `oà` and the like: the tone on the second vowel."""
    found = {}
    for pair in _PAIRS:
        first, second = pair[0], pair[1]
        for tone in range(1, 6):
            found[_VOWELS[first][tone] + second] = first + _VOWELS[second][tone]
    return found


def old_tones(text: str, rng: Random | None = None) -> str:
    """`Ủy ban`, `hóa` as `Uỷ ban`, `hoá`: where the syllable ends there, never in `của quý`, `toán`."""
    table = _tones()
    pattern = re.compile(rf"(?<![qQ])({'|'.join(table)})(?![^\W\d_])", re.IGNORECASE)

    def change(found: re.Match[str]) -> str:
        new = table[found[0].lower()]
        return new.upper() if found[0].isupper() else new.capitalize() if found[0][0].isupper() else new

    return pattern.sub(change, text)


def short_i(text: str, rng: Random | None = None) -> str:
    """`Tỷ lệ`, `kỹ năng` as `Tỉ lệ`, `kĩ năng`."""
    return re.sub(
        r"(?<!\w)([TtKk])([ỷỹ])(?= (?:lệ|trọng|năng|thuật))", lambda m: m[1] + {"ỷ": "ỉ", "ỹ": "ĩ"}[m[2]], text
    )


def eth(text: str, rng: Random | None = None) -> str:
    """`Đ` as the Icelandic letter that looks like it."""
    return text.replace("Đ", "Ð")


# Lines


def double_spaced(text: str, rng: Random) -> str:
    """An empty line more wherever there is one."""
    return re.sub(r"\n\n+", "\n\n\n", text)


def page_numbers(text: str, rng: Random) -> str:
    """A page number between two paragraphs, now and then."""
    pages = iter(range(2, 10_000))
    return re.sub(r"\n\n(?=[^\n\t]{80})", lambda _: f"\n\n{next(pages)}\n\n" if rng.random() < 0.3 else "\n\n", text)


def form_feeds(text: str, rng: Random) -> str:
    """A form feed between two paragraphs, now and then."""
    return re.sub(r"\n\n(?=[^\n\t]{80})", lambda _: "\n\n\f" if rng.random() < 0.3 else "\n\n", text)


def cut_sentences(between: str) -> Transform:
    """A page break within long paragraphs, before a small letter."""

    def cut(line: str, rng: Random) -> str:
        places = [
            m.start()
            for m in re.finditer(r"(?<=[^\W\d_]) (?=[^\W\d_])", line)
            if 90 < m.start() < len(line) - 40 and line[m.end()].islower()
        ]
        if not places or "\t" in line or re.search(r"[|<$*#]|\S   ", line) or rng.random() > 0.4:
            return line
        place = rng.choice(places)
        return line[:place] + between + line[place + 1 :]

    return lambda text, rng: "\n".join(cut(line, rng) for line in text.split("\n"))


heading_colons = _outside_tables(lambda line: f"{line}:" if _is_heading(line) and re.match(r"[IVX]", line) else line)
heading_dots = _outside_tables(lambda line: f"{line}." if _is_heading(line) and re.match(r"[IVX]", line) else line)


def without_head(text: str, rng: Random) -> str:
    """No letterhead: the text begins with the line KẾ HOẠCH."""
    lines = text.split("\n")
    stop = next(i for i, line in enumerate(lines) if re.fullmatch(r"[#* ]*KẾ HOẠCH[* ]*", line))
    return text if "QUYẾT ĐỊNH" in lines[:stop] else "\n".join(lines[stop:])
