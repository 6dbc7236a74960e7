"""Transformations of the tab tables of a plan's text; see :mod:`tests.transform`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from tests.transform import Span, Transform, is_flowed

_TAG = re.compile(r"<[^<>]+>")


def table_spans(lines: list[str]) -> list[Span]:
    """From and to of each run of three lines or more with as many tabs, and of what goes on with it."""
    found: list[Span] = []
    at = 0
    while at < len(lines):
        tabs = lines[at].count("\t")
        head = bool(_FIRST_HEAD.match(_TAG.sub("", lines[at]).strip("*")))
        near = bool(found) and at - found[-1][1] < 6 and tabs == lines[found[-1][0]].count("\t")
        stop = at + 1
        while stop < len(lines) and tabs and lines[stop].count("\t") == tabs:
            stop += 1
        if tabs >= 2 and (stop - at >= 3 or near or head):
            found.append((at, stop))
        at = stop
    return found


class Run(NamedTuple):
    """Rows of one page of a table, the table's head, whether the page begins with it, whether it is the last page."""

    rows: list[list[str]]
    head: list[str]
    opens: bool
    last: bool

    @property
    def body(self) -> list[list[str]]:
        return self.rows[1:] if self.opens else self.rows

    def under_head(self, lines: list[str]) -> list[str]:
        return [*(tabbed(self.rows[:1]) if self.opens else ()), *lines]


Change = Callable[[Run, Random], list[str]]
_FIRST_HEAD = re.compile(r"(?:S?TT|Số TT|Số thứ tự|Mã số)\W*", re.IGNORECASE)


def _runs(lines: list[str]) -> Iterator[tuple[int, int, Run]]:
    spans = table_spans(lines)
    pages = [[line.split("\t") for line in lines[start:stop]] for start, stop in spans]
    heads = [bool(_FIRST_HEAD.fullmatch(_TAG.sub("", rows[0][0]).strip("*"))) for rows in pages]
    head: list[str] = []
    for at, ((start, stop), rows) in enumerate(zip(spans, pages, strict=True)):
        head = rows[0] if heads[at] or len(head) != len(rows[0]) else head
        near = at + 1 < len(spans) and spans[at + 1][0] - stop < 6 and len(pages[at + 1][0]) == len(rows[0])
        if head[0].strip():  # else a page whose head is not known
            yield start, stop, Run(rows, head, rows[0] is head, not near)


def each_table(change: Change) -> Transform:
    """A transformation of the rows of each page of a tab table to lines."""

    def transform(text: str, rng: Random) -> str:
        lines = text.split("\n")
        for start, stop, run in reversed(list(_runs(lines))):
            lines[start:stop] = change(run, rng)
        return "\n".join(lines)

    return transform


def tabbed(rows: list[list[str]]) -> list[str]:
    return ["\t".join(row) for row in rows]


def _pipes(run: Run, rng: Random) -> list[str]:
    rows = run.rows
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return ["", lines[0], "|" + "---|" * len(rows[0]), *lines[1:], ""]


def _bare_pipes(run: Run, rng: Random) -> list[str]:
    rows = run.rows
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return ["", lines[0], "|".join([":---:"] * len(rows[0])), *lines[1:], ""]


def _html(open_cell: str, close_cell: str, line: str) -> Change:
    def change(run: Run, rng: Random) -> list[str]:
        marked = [
            "<tr>" + line + line.join(f"<td>{open_cell}{cell}{close_cell}</td>" for cell in row) + line + "</tr>"
            for row in run.rows
        ]
        return ["", *f"<table>{line}{line.join(marked)}{line}</table>".split("\n"), ""]

    return change


to_pipes = each_table(_pipes)
to_bare_pipes = each_table(_bare_pipes)
to_html_line = each_table(_html("", "", ""))
to_html_lines = each_table(_html("", "", "\n"))
to_html_paragraphs = each_table(_html("<p>", "</p>", "\n"))
to_html_bold = each_table(_html("<b>", "</b>", ""))


def _broken(between: tuple[str, ...], head: str) -> Transform:
    """Page breaks in the tables: what stands between the pages, and the head: `plain`, `bold` or `none`."""

    def change(run: Run, rng: Random) -> list[str]:
        again = [f"<b>{_TAG.sub('', cell)}</b>" if head == "bold" else cell for cell in run.head]
        places = rng.sample(range(1, len(run.body)), min(2, max(0, len(run.body) - 1)))
        lines: list[str] = []
        for at, row in enumerate(run.body):
            if at in places:
                lines += [*between, *(tabbed([again]) if head != "none" else ())]
            lines += tabbed([row])
        return run.under_head(lines)

    return each_table(change)


break_plain = _broken(("",), "plain")
break_bold = _broken(("", ""), "bold")
break_none = _broken(("",), "none")
break_number = _broken(("", "7", ""), "plain")
break_number_none = _broken(("", "- 7 -", ""), "none")
break_feed = _broken(("\f",), "none")
break_feed_head = _broken(("", "\f", ""), "plain")
break_rule = _broken(("", "-----", ""), "none")
break_rule_head = _broken(("", "-----", ""), "bold")
break_page_of = _broken(("", "Trang 3/12", ""), "plain")


def _cut(everywhere: bool, head: bool) -> Transform:
    """A page break within a row: one cell or all long ones are cut where a small letter goes on."""

    def halves(cell: str, rng: Random) -> tuple[str, str] | None:
        if "<" in cell or "$" in cell:
            return None
        places = [m.start() for m in re.finditer(r"(?<=[^\W\d_]) (?=[^\W\d_])", cell) if cell[m.end()].islower()]
        places = [place for place in places if place >= 12]
        place = rng.choice(places) if places else 0
        return (cell[:place], cell[place + 1 :]) if places else None

    def change(run: Run, rng: Random) -> list[str]:
        rows = run.body
        cuts = [[halves(cell, rng) for cell in row] for row in rows]
        numbered = [
            at
            for at, row in enumerate(rows)
            if row[0].strip("- ") and not _FIRST_HEAD.fullmatch(row[0]) and sum(map(bool, row)) > 2
        ]
        long = [at for at in numbered if cuts[at][1]]
        chosen = set(rng.sample(long, min(2, len(long))))
        lines: list[str] = []
        for at, row in enumerate(rows):
            if at not in chosen:
                lines += tabbed([row])
                continue
            parts = [cut if cut and (everywhere or c == 1) else (cell, "") for c, (cell, cut) in
                     enumerate(zip(row, cuts[at], strict=True))]  # fmt: skip
            lines += ["\t".join(first for first, _ in parts), "", *(tabbed([run.head]) if head else ())]
            lines.append("\t".join(second for _, second in parts))
        return run.under_head(lines)

    return each_table(change)


cut_one_cell = _cut(False, False)
cut_one_cell_head = _cut(False, True)
cut_all_cells = _cut(True, False)
cut_all_cells_head = _cut(True, True)


def _each_row(change: Callable[[list[str], int], list[list[str]]]) -> Transform:
    def rows_changed(run: Run, rng: Random) -> list[str]:
        return run.under_head(tabbed([new for at, row in enumerate(run.body) for new in change(row, at)]))

    return each_table(rows_changed)


def _dot(row: list[str], at: int) -> list[list[str]]:
    return [[row[0] + "." if re.fullmatch(r"\d{1,3}|[IVX]+", row[0]) else row[0], *row[1:]]]


def _bold_number(row: list[str], at: int) -> list[list[str]]:
    return [[f"**{row[0]}**" if re.fullmatch(r"\d{1,3}(\.\d+)*|[IVX]+", row[0]) else row[0], *row[1:]]]


ordinal_dot = _each_row(_dot)
ordinal_bold = _each_row(_bold_number)
empty_rows = _each_row(lambda row, at: [[""] * len(row), row] if at % 4 == 3 and row[0] else [row])
padded_cells = _each_row(lambda row, at: [[f" {cell}  " for cell in row]])


def _permuted(run: Run, rng: Random) -> list[str]:
    """The columns behind the second in another order, their numbers as they were; none where heads are merged."""
    if not all(run.head):
        return tabbed(run.rows)
    columns = len(run.head)
    order = [0, 1, *Random(columns).sample(range(2, columns), columns - 2)]
    numbered = [all(re.fullmatch(r"\(\d+\)", _TAG.sub("", cell).strip("*")) for cell in row) for row in run.rows]
    return tabbed(
        [row if fixed else [row[column] for column in order] for row, fixed in zip(run.rows, numbered, strict=True)]
    )


permuted_columns = each_table(_permuted)


def _noted(run: Run, rng: Random) -> list[str]:
    note = ["", "Ghi chú: Số liệu do các đơn vị cung cấp, được rà soát hằng quý.", ""]
    return [*tabbed(run.rows), *(note if run.last else ())]


note_under_table = each_table(_noted)


def _with_total(run: Run, rng: Random) -> list[str]:
    total = ["", "Tổng cộng", *[""] * (len(run.head) - 2)]
    return tabbed([*run.rows, *([total] if run.last else ())])


totals_row = each_table(_with_total)


# Heads of columns


def heads(change: Callable[[str], str]) -> Transform:
    """The heads of the tables, on each page, with other words."""

    def changed(run: Run, rng: Random) -> list[str]:
        return tabbed([[change(cell) for cell in run.rows[0]], *run.rows[1:]]) if run.opens else tabbed(run.rows)

    return each_table(changed)


upper_heads = heads(lambda cell: cell if "<" in cell else cell.upper())
bold_heads = heads(lambda cell: f"**{cell}**" if cell and "<" not in cell and "*" not in cell else cell)


def breaks_in_cells(text: str, rng: Random) -> str:
    """`<br>` for the space behind a semicolon in a cell."""
    return each_table(
        lambda run, rng: tabbed([[re.sub(r"(?<=;) (?=[^\W\d_])", "<br>", cell) for cell in row] for row in run.rows])
    )(text, rng)


def synonyms(roles: dict[str, list[str]]) -> Transform:
    """The heads of the first page's columns by others of the same role: `roles` has for a folded head the others."""

    def transform(text: str, rng: Random) -> str:
        table: dict[str, str] = {}

        def other(cell: str) -> str:
            words = _TAG.sub("", cell).strip("* ")
            others = roles.get(words.lower())
            if not others:
                return cell
            new = table.setdefault(words.lower(), rng.choice(others))
            return cell.replace(words, new[:1].upper() + new[1:])

        def changed(run: Run, _: Random) -> list[str]:
            if not run.opens:
                return tabbed(run.rows)
            return tabbed([[other(cell) for cell in run.rows[0]], *run.rows[1:]])

        return each_table(changed)(text, rng)

    return transform


def to_html(text: str, rng: Random) -> str:
    """A web page: a paragraph for each line, the tab tables as tables."""
    if not is_flowed(text) or "<t" in text:
        return text
    lines = to_html_lines(text, rng).split("\n")
    inside = False
    out = []
    for line in lines:
        inside = (inside or line.startswith("<table")) and not line.startswith("</table")
        bare = inside or line.startswith("</table") or not line.strip()
        out.append(line if bare else f"<p>{line}</p>")
    return "<html><head><title>x</title></head><body>\n" + "\n".join(out) + "\n</body></html>"
