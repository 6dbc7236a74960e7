"""Takes inline markup out of a line or cell: what is left is what a reader sees, each character with its place.

Sources come from office files, OCR and language models, so HTML, Markdown and LaTeX stand side by side:
`<b>Chỉ tiêu</b>`, `**II.** ***Yêu cầu***`, `$\\geq 80\\%$`, `&nbsp;`.
"""

from __future__ import annotations

import html
import re

from kehoach.extract.blocks import Piece, Source, Text

__all__ = ["clean_markup"]

Edit = tuple[int, int, str]  # source from, to, and the text that a reader sees there

_TOUCHED = re.compile(
    r"[<&*_#\\$`\[\t\x00-\x08\x0b-\x1f\x7f\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff>]"
)

_BREAKING = frozenset(
    [
        "br",
        "p",
        "li",
        "ul",
        "ol",
        "div",
        "tr",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "table",
        "td",
        "th",
    ]
)
_TAG = re.compile(  # `<b>`, `</p>`, `<ul style="list-style-type: none">`, `<br/>`, `<![endif]>`; never `<5%`
    r"<!--.{0,1000}?-->|<!\[[^<>]*>|</?(br|p|li|ul|ol|div|tr|hr|h[1-6]|blockquote|table|thead|tbody|tfoot|td|th|caption|colgroup|col|b|i|u|s|a|"
    r"sup|sub|span|em|strong|small|big|strike|del|ins|mark|font|center|code|pre|tt|img|label|section|article|main|o:p)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,24});")  # `&nbsp;`, `&ge;`, `&#8805;`
_BLANKS = re.compile(r"[\t\x0c\xa0\u1680\u2000-\u200a\u202f\u3000]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
# `## II. MỤC TIÊU ##`
_HEADING = re.compile(r"^[ \t\f]{0,3}(#{1,6})(?:[ \t]+|(?=\*|$))|[ \t](#+)[ \t]*$", re.MULTILINE)
_QUOTED = re.compile(
    r"^[ \t\f]{0,3}((?:>[ \t]?)+)(?=[^\W\d]|[*\"“(-])", re.MULTILINE
)  # `> Ghi chú`, but `> 80%` is a value
_STARS = re.compile(r"(?<![(\\*])\*{2,3}(?!\*)|\*{4,}")  # `**`, `***`; not the mark of a note `(**)`
_EMPHASIS = re.compile(
    r"(?<![\w*\\(])\*(?=[^\s*])(?:[^*\n]|\*\*[^*\n]*\*\*)*(?<=[^\s*\\])\*(?![\w*])"
)  # `*Cơ quan chủ trì:*`
_UNDERLINE = re.compile(r"(?<![\w_\\])(__?)(?=[^\s_])[^_\n]*(?<=[^\s_\\])\1(?![\w_])")  # `__Ghi chú__`
_CODE = re.compile(r"(`+)(?=[^`\n])[^`\n]*\1(?!`)|```+")
_LINK = re.compile(r"(!?\[)[^\[\]\n]*(\]\((?:https?:|mailto:|www\.|#|/|\.)[^()\n]*\))")  # `[Cổng](https://…)`
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,12}\]:?")  # `[^1]`
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")  # `1\.`, `\-`
_MATH = re.compile(r"\$\$?([^$\n]{1,300})\$\$?|\\\((.{1,300}?)\\\)")
_MATHS = re.compile(r"\\[a-zA-Z%,;]|^[\d\s.,%<>=≥≤±+\-–/^{}()]+$")  # what makes `$…$` a formula and no price
_COMMAND = re.compile(  # `\text{…}`, `\frac{1}{2}`, `\geq`, `\%`, `x^{2}`
    r"\\(?:text|mathrm|mathbf|mathit|textbf|textit|operatorname)\s*\{|\\[dt]?frac\s*\{|\\([a-zA-Z]+)|\\([,;:! %$&#_{}])"
    r"|\}\{|[{}^_$]"
)
_LOOSE = re.compile(r"\\(?:geqslant|leqslant|geq|leq|ge|le|times|approx|pm|rightarrow)(?![a-zA-Z])")
_SIGNS = {
    "geq": "≥", "ge": "≥", "geqslant": "≥", "leq": "≤", "le": "≤", "leqslant": "≤", "gt": ">", "lt": "<",
    "neq": "≠", "ne": "≠", "times": "×", "approx": "≈", "sim": "~", "pm": "±", "cdot": "·", "div": "÷",
    "rightarrow": "→", "to": "→", "Rightarrow": "⇒", "uparrow": "↑", "downarrow": "↓", "circ": "°", "infty": "∞",
    "quad": " ", "qquad": " ", "ldots": "…", "dots": "…", "left": "", "right": "", "bullet": "•", "percent": "%",
}  # fmt: skip


def clean_markup(source: Source, start: int, end: int) -> Text:
    """The characters ``start:end`` of the source without inline markup; each one taken out is noted as dropped.

    Taken out: HTML tags (`<br>`, `<p>`, `<li>` become a line break), entities, Markdown marks of emphasis and
    headings, backslashes of escapes, formulas (`$\\geq 80\\%$` is `≥ 80%`), zero-width characters and soft hyphens.
    A `*` that is a bullet (`* Cơ quan chủ trì: …`) or a sign stays. Tabs and no-break spaces become spaces.
    """
    text = source.text
    if start >= end:
        return Text()
    if not _TOUCHED.search(text, start, end):
        return Text(text[start:end], ((0, start, end - start),))
    edits = _edits(text, start, end)
    if not edits:
        return Text(text[start:end], ((0, start, end - start),))
    return _apply(source, start, end, edits)


def _edits(text: str, start: int, end: int) -> list[Edit]:
    part = text[start:end]
    line_start = start == 0 or text[start - 1] == "\n"
    edits: list[Edit] = []
    if "$" in part or "\\" in part:
        edits += _formulas(part)
    if "<" in part:
        edits += [(m.start(), m.end(), "\n" if (m[1] or "").lower() in _BREAKING else "") for m in _TAG.finditer(part)]
    if "&" in part:
        edits += _entities(part)
    if "#" in part and line_start:
        edits += [(m.start(), m.end(), "") for m in _HEADING.finditer(part)]
    if ">" in part and line_start:
        edits += [(m.start(1), m.end(1), "") for m in _QUOTED.finditer(part)]
    if "*" in part or "_" in part or "`" in part:
        edits += _emphasis(part)
    if "[" in part:
        edits += _links(part)
    edits += [(m.start(), m.end(), " ") for m in _BLANKS.finditer(part)]
    edits += [(m.start(), m.end(), "") for m in _INVISIBLE.finditer(part)]
    edits.sort(key=lambda edit: (edit[0], -edit[1]))
    return [(start + low, start + high, seen) for low, high, seen in edits]


def _entities(part: str) -> list[Edit]:
    found = []
    for match in _ENTITY.finditer(part):
        seen = html.unescape(match[0])
        if seen != match[0]:
            seen = " " if seen.isspace() else "" if _INVISIBLE.fullmatch(seen) else seen
            found.append((match.start(), match.end(), seen))
    return found


def _emphasis(part: str) -> list[Edit]:
    found = [(m.start(), m.end(), "") for m in _STARS.finditer(part)]
    for match in _EMPHASIS.finditer(part):
        found += [(match.start(), match.start() + 1, ""), (match.end() - 1, match.end(), "")]
    if "_" in part:
        for match in _UNDERLINE.finditer(part):
            width = len(match[1])
            found += [(match.start(), match.start() + width, ""), (match.end() - width, match.end(), "")]
    if "`" in part:
        for match in _CODE.finditer(part):
            width = len(match[1] or match[0])
            found += [(match.start(), match.start() + width, ""), (match.end() - width, match.end(), "")]
    return found


def _links(part: str) -> list[Edit]:
    found = [(m.start(), m.end(), "") for m in _FOOTNOTE.finditer(part)]
    for match in _LINK.finditer(part):
        found += [(match.start(1), match.end(1), ""), (match.start(2), match.end(2), "")]
    return found


def _formulas(part: str) -> list[Edit]:
    """Edits of `$\\geq 95\\%$`, of signs without dollars (`\\geq 80`) and of escapes (`1\\.`)."""
    found: list[Edit] = []
    for match in _MATH.finditer(part):
        group = 1 if match[1] is not None else 2
        if _MATHS.search(match[group]):
            found.append((match.start(), match.start(group), ""))
            found += _commands(part, match.start(group), match.end(group))
            found.append((match.end(group), match.end(), ""))
    taken = {low for low, _, _ in found}
    loose = [(m.start(), m.end(), _SIGNS[m[0][1:]]) for m in _LOOSE.finditer(part)]
    escapes = [(m.start(), m.start() + 1, "") for m in _ESCAPE.finditer(part)]
    return found + [edit for edit in loose + escapes if edit[0] not in taken]


def _commands(part: str, start: int, end: int) -> list[Edit]:
    found: list[Edit] = []
    for match in _COMMAND.finditer(part, start, end):
        name, escaped = match[1], match[2]
        if name is not None and name in _SIGNS:
            # the space after a command stays: `\geq 80` is `≥ 80`
            found.append((match.start(), match.start() + 1 + len(name), _SIGNS[name]))
        elif escaped is not None:
            found.append((match.start(), match.end(), " " if escaped in ",;:! " else escaped))
        elif name is None:
            found.append((match.start(), match.end(), "/" if match[0] == "}{" else ""))
    return found


def _apply(source: Source, start: int, end: int, edits: list[Edit]) -> Text:
    text = source.text
    values: list[str] = []
    pieces: list[Piece] = []
    at, length = start, 0
    for low, high, seen in [*edits, (end, end, "")]:
        if low < at:
            continue
        if low > at:
            values.append(text[at:low])
            pieces.append((length, at, low - at))
            length += low - at
        at = high
        seen = _line_break(values) if seen == "\n" else seen  # noqa: PLW2901
        kept = 0
        if seen:
            values.append(seen)
            if not seen.isspace():  # white space has no place: joining words makes its own
                pieces.append((length, low, 1))
                kept = 1
            length += len(seen)
        if low + kept < high:
            source.dropped.append((low + kept, high, "markup"))
    return Text("".join(values), tuple(pieces)).slice(0, len("".join(values).rstrip("\n")))


def _line_break(values: list[str]) -> str:
    """A line break, but none at the start and no two in a row."""
    for value in reversed(values):
        tail = value.rstrip(" ")
        if tail:
            return "" if tail.endswith("\n") else "\n"
    return ""
