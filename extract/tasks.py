"""Tasks with who does them and by when: from the rows of tables and from prose.

In prose a task is an item followed by lines that begin with a label (`* Cơ quan chủ trì: …`, `Thời gian hoàn
thành: …`); the labels are those of table columns, in the same vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from kehoach.extract.blocks import EMPTY, Text, all_places, join
from kehoach.extract.context import Context
from kehoach.extract.grids.printed import PrintedRow, PrintedTable
from kehoach.extract.grids.roles import header_role
from kehoach.extract.indicators import column, printed
from kehoach.extract.markers import marker_of
from kehoach.extract.outline import Node
from kehoach.extract.printed_values import assignment_records
from kehoach.extract.sections import place_fields
from kehoach.normalize.deadlines import Deadline, looks_like_deadline, parse_deadline
from kehoach.schemas.records import Task

_QUOTES = '"“”'
# "… tại cơ sở. Nhiệm vụ thường xuyên." / "(nhiệm vụ thường xuyên)": a deadline where no column gives one
_STANDING = re.compile(r"\b[Nn]hiệm vụ thường xuyên\b")
# A note that names who helps: "Phối hợp cùng Phòng Kinh tế; Công an xã"
_TOGETHER = re.compile(r"\s*[Pp]hối hợp\s+(?:cùng|với)\s+(?:các\s+)?")


class Fields(msgspec.Struct):
    """The texts of a task before they are understood."""

    ordinal: str = ""
    group: list[str] = []
    group_titles: list[str] = []
    name: Text = EMPTY
    subtask: Text = EMPTY
    output: Text = EMPTY
    kpi: Text = EMPTY
    basis: Text = EMPTY
    note: Text = EMPTY
    lead: Text = EMPTY
    coordinating: Text = EMPTY
    deadline: Text = EMPTY
    place: Text = EMPTY


def read_task_table(table: PrintedTable, table_id: int, context: Context) -> None:
    """One task for each item row."""
    above = Fields()
    for row in table.rows:
        if row.total:  # `Tổng cộng` is nobody's task
            continue
        fields = _row_fields(row, table)
        if row.kind == "item" or (fields.lead and fields.deadline):  # a heading row may be a task of its own
            if not fields.lead and _is_merged(row, table) and fields.name.value == above.name.value:
                fields.lead = above.lead  # a task merged over rows has one lead, printed in the first
            if fields.name or fields.subtask:
                _add(fields, table_id, context)
            above = fields


def _is_merged(row: PrintedRow, table: PrintedTable) -> bool:
    """Does the row stand under the name cell of the row above?"""
    return any(role == "name" and at in row.inherited for at, role in enumerate(table.roles))


def _row_fields(row: PrintedRow, table: PrintedTable) -> Fields:
    fields = Fields(ordinal=row.ordinal, group=list(row.group), group_titles=list(row.group_titles))
    fields.place = all_places(row.cells)
    for role in ("name", "subtask", "output", "kpi", "basis", "note", "lead", "coordinating", "deadline"):
        setattr(fields, role, column(row, table, role))
    if "deadline" not in table.roles and looks_like_deadline(fields.note.value):  # `Ghi chú`: `Xong trước 30/9/2026`
        fields.deadline = fields.note
    if "ordinal" not in table.roles:
        _take_markers(fields)
    return fields


def _take_markers(fields: Fields) -> None:
    """`1. Tiếp nhận hệ thống` with the subtask `1.1 Hệ thống thư điện tử`: ordinal 1.1 in group 1."""
    marker = marker_of(fields.name.value)
    if marker is not None and marker.kind != "bullet":
        fields.ordinal = fields.ordinal or marker.label
        fields.name = fields.name.slice(marker.end)
    below = marker_of(fields.subtask.value)
    if below is not None and below.kind in ("arabic", "letter"):
        above = marker.label if marker is not None else fields.ordinal
        if above and above != below.label and (not fields.group or fields.group[-1] != above):
            fields.group.append(above)
            fields.group_titles.append(printed(fields.name) or "")
        fields.ordinal = below.label
        fields.subtask = fields.subtask.slice(below.end)


def _add(fields: Fields, table_id: int | None, context: Context) -> None:
    """Understand a task's texts and add its records."""
    number = len(context.tasks)
    coordinating, deadline_text = fields.coordinating, fields.deadline
    together = _TOGETHER.match(fields.note.value) if not coordinating else None
    if together is not None:
        coordinating = fields.note.slice(together.end()).strip(" .")
    standing = _STANDING.search(fields.name.value) if not deadline_text else None
    if standing is not None:
        deadline_text = fields.name.slice(standing.start(), standing.end())
    deadline = _deadline(deadline_text.value, context)
    _report(deadline, deadline_text, context)
    line, page, places = place_fields(context.source.places(fields.place))
    context.tasks.append(
        Task(
            task_id=number,
            table_id=table_id,
            appendix=context.appendix,
            ordinal=fields.ordinal,
            group=fields.group,
            group_titles=fields.group_titles,
            name=printed(_unquoted(fields.name)) or "",
            subtask=printed(fields.subtask),
            output=printed(fields.output),
            kpi=printed(fields.kpi),
            basis=printed(fields.basis),
            note=printed(fields.note),
            lead_raw=printed(fields.lead),
            coordinating_raw=printed(coordinating),
            deadline_raw=printed(deadline_text),
            deadline_kind=deadline.kind,
            start=deadline.start,
            due=deadline.due,
            recurrence=deadline.recurrence,
            line=line,
            page=page,
            places=places,
        )
    )
    roles = [("lead", fields.lead), ("coordinating", coordinating)]
    context.assignments += assignment_records("task", number, roles, context.source)  # type: ignore[arg-type]


def _unquoted(name: Text) -> Text:
    """Without the quotes around all of it; quotes inside stay."""
    name = name.strip()
    value = name.value
    inner = value[1:-1]
    if len(value) > 2 and value[0] in _QUOTES and value[-1] in _QUOTES and not _breaks_out(inner):
        return name.slice(1, len(name) - 1).strip()
    return name


def _breaks_out(inner: str) -> bool:
    """`“Học tập số” và “Bình dân học vụ số”`: the first quote closes before the last one opens."""
    depth = 0
    for letter in inner:
        depth += (letter == "“") - (letter == "”")
        if depth < 0:
            return True
    return False


def _deadline(text: str, context: Context) -> Deadline:
    """A month without a year lies in the plan's next year where that of its first is over when it is issued.

    `Tháng 4` in a plan for the school year 2025 - 2026, issued on 27/02/2026, is April 2026.
    """
    year, last, issued = context.plan_year, context.period_end, context.issue_date
    deadline = parse_deadline(text, year)
    if year and last and issued and deadline.due and year < last and deadline.due < issued:
        later = parse_deadline(text, year + 1)
        return later if later.due and later.due >= issued else deadline
    return deadline


def _report(deadline: Deadline, text: Text, context: Context) -> None:
    if deadline.problem and text:
        context.report("deadline-unclear", text)


# --- prose

_LABEL = re.compile(r"(?P<label>[^\W\d_][^:;.()\d]{2,58}?)\s*:\s*")
_DASHED = re.compile(r"(?P<label>[^\W\d_][^:;.()\d–-]{2,30}?)\s+[-–]\s+(?=\S)")  # `Chủ trì - Hội Nông dân xã`
_ASSIGNED = re.compile(  # `Giao Phòng Kinh tế chủ trì, phối hợp với Công an xã thực hiện.`
    r"(?:Giao|Phân công)\s+(?P<lead>\w[^:;.]*?)\s+(?:là\s+(?:cơ quan|đơn vị)\s+)?chủ trì"
    r"(?:(?:\s*,)?\s*phối hợp\s+(?:với|cùng)\s+(?P<coordinating>[^:;.]+?))?"
    r"(?:\s+(?:tổ chức|triển khai)?\s*thực hiện)?\s*[.;]?"
)
_INLINE = re.compile(r"[.;(,]\s*(?=[^\W\d_][^:;.()\d]{3,45}?\s*:(?:\s|$))")
_SEMICOLON = re.compile(r"\s*;\s*")
_ROLES = {"lead", "coordinating", "deadline", "output", "kpi", "basis", "note"}
_MAKES_TASK = {"lead", "coordinating", "deadline"}
_LONGEST_LABEL = 9  # words: "Cơ quan, đơn vị phối hợp thực hiện"


class Labelled(msgspec.Struct):
    """A line `Cơ quan chủ trì: UBND xã.`: what it gives, and the whole of it.

    ``spoken``: a sentence says it (`Giao Công an xã chủ trì.`), which alone makes no task.
    """

    role: str
    value: Text
    whole: Text
    spoken: bool = False


def read_prose_tasks(node: Node, context: Context) -> None:
    """The tasks that labelled lines under a heading or numbered paragraph make."""
    own, inline = _split_inline(node.text or EMPTY)
    groups = list(_groups(node, inline))
    labelled = [group for group in groups if any(_makes_task(label) for label in group[1])]
    if not labelled or node.marker is None:
        return
    path = node.path()
    if len(labelled) == 1 or _same_task(labelled):
        texts = [text for group in groups[: groups.index(labelled[0]) + 1] for text in group[0]]
        labels = [label for group in labelled for label in group[1]]
        heads = [part for part in (node.title, own) if part]
        fields = _prose_fields(node.marker.label, path[:-1], join([*heads, *texts], " "), labels)
        fields.place = join([node.paragraph, *texts, *(label.whole for label in labels)], " ")
        _add(fields, None, context)
        return
    for texts, labels in labelled:
        marker = marker_of(texts[0].value) if texts else None
        if texts:
            name = join([texts[0].slice(marker.end if marker else 0), *texts[1:]], " ")
            fields = _prose_fields(marker.label if marker else "", path, name, labels)
            fields.place = join([*texts, *(label.whole for label in labels)], " ")
            _add(fields, None, context)


def _makes_task(label: Labelled) -> bool:
    return label.role in _MAKES_TASK and not label.spoken


def _same_task(groups: Sequence[tuple[list[Text], list[Labelled]]]) -> bool:
    """Labels that come again with no new item between: the second set belongs to the same task."""
    return all(not texts for texts, _ in groups[1:])


def _groups(node: Node, labels: list[Labelled]) -> Iterator[tuple[list[Text], list[Labelled]]]:
    """Items and the labelled lines after them; a new item after labels begins a new group."""
    texts: list[Text] = []
    for item in node.items:
        found = list(_labels(item.content().strip()))
        if found:
            labels = labels + found
            continue
        if labels and not labels[-1].value and item.marker is None:
            labels[-1].value = item.text.strip(" .;,")  # `Thời gian hoàn thành:` / `Thường xuyên.`
            labels[-1].whole = join([labels[-1].whole, item.text], " ")
            continue
        if labels:
            yield texts, labels
            texts, labels = [], []
        text, labels = _split_inline(item.text)
        texts.append(text)
    yield texts, labels


def _split_inline(text: Text) -> tuple[Text, list[Labelled]]:
    """`Rà soát hộ nghèo (Chủ trì: Phòng Kinh tế; thời hạn: Quý II).`: the task and its labels."""
    if ":" not in text.value:
        return text, []
    for gap in _INLINE.finditer(text.value):
        label = _LABEL.match(text.value, gap.end())
        if label is not None and gap[0][0] in ".(" and _role(label["label"]) in ("lead", "coordinating", "deadline"):
            tail = text.slice(gap.start() + (gap[0][0] == ".")).strip()
            return text.slice(0, gap.start() + (gap[0][0] == ".")).strip(), list(_labels(tail.strip(" .")))
    return text, []


def _labels(line: Text) -> Iterator[Labelled]:
    """The labelled parts of one line; empty where the line is no labelled one."""
    text = _without_brackets(line)
    first = _LABEL.match(text.value)
    if first is None or _role(first["label"]) is None:
        yield from _unlabelled(text)
        return
    cuts = [0]
    for gap in _INLINE.finditer(text.value, first.end()):
        label = _LABEL.match(text.value, gap.end())
        if label is not None and _role(label["label"]) is not None:
            cuts.append(gap.end())
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        part = text.slice(start, end)
        label = _LABEL.match(part.value)
        if label is not None:
            role = _role(label["label"]) or "note"
            value = part.slice(label.end()).strip(" .;,(")
            deadline = _unlabelled_deadline(role, value)
            if deadline:
                yield Labelled(role, value.slice(0, deadline.start()).strip(" .;,"), part)
                yield Labelled("deadline", value.slice(deadline.end()), part)
            else:
                yield Labelled(role, value, part)


def _unlabelled(line: Text) -> Iterator[Labelled]:
    """What a line without a colon assigns: `Chủ trì - Hội Nông dân xã`, `Giao Công an xã chủ trì thực hiện.`"""
    dashed = _DASHED.match(line.value)
    role = _role(dashed["label"]) if dashed and ":" not in line.value else None
    if dashed is not None and role in _MAKES_TASK | {"output"}:
        yield Labelled(role, line.slice(dashed.end()).strip(" .;,"), line)
    assigned = _ASSIGNED.fullmatch(line.value)
    if assigned is not None:
        yield Labelled("lead", line.slice(*assigned.span("lead")), line, spoken=True)
        if assigned["coordinating"]:
            yield Labelled("coordinating", line.slice(*assigned.span("coordinating")), line, spoken=True)


def _unlabelled_deadline(role: str, value: Text) -> re.Match[str] | None:
    """`phối hợp: Công an xã; hoàn thành trong quý II/2026`: where the deadline behind the bodies begins."""
    gaps = list(_SEMICOLON.finditer(value.value)) if role in ("lead", "coordinating") else []
    return gaps[-1] if gaps and looks_like_deadline(value.value[gaps[-1].end() :]) else None


def _without_brackets(text: Text) -> Text:
    """`(Cơ quan chủ trì: …)` without the brackets around all of it."""
    return text.slice(1, len(text) - 1) if text.value[:1] == "(" and text.value[-1:] == ")" else text


def _role(label: str) -> str | None:
    if len(label.split()) > _LONGEST_LABEL:
        return None
    role = header_role(label)
    return role if role in _ROLES else None


def _prose_fields(ordinal: str, path: Sequence[Node], name: Text, labels: Sequence[Labelled]) -> Fields:
    fields = Fields(
        ordinal=ordinal,
        group=[above.marker.label for above in path if above.marker],
        group_titles=[(above.title or above.text or EMPTY).value for above in path],
        name=name,
    )
    notes: list[Text] = []
    for label in labels:
        if label.role == "note" or getattr(fields, label.role):
            notes.append(label.whole)  # a second `Cơ quan chủ trì:` is no answer to the first question
        else:
            setattr(fields, label.role, label.value)
    fields.note = join(notes, " ")
    return fields
