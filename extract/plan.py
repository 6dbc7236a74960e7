"""The steps from a file's bytes to a Plan, in their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from kehoach.extract.blocks import EMPTY, Grid, Paragraph, Source, Text, all_places, join
from kehoach.extract.checks import check_plan
from kehoach.extract.context import Context
from kehoach.extract.front_matter import Front, read_front, title_years
from kehoach.extract.grids.printed import PrintedTable, read_table
from kehoach.extract.grids.stitch import stitch_grids
from kehoach.extract.indicators import (
    mark_duplicates,
    names_objectives,
    read_indicator_table,
    read_prose_indicators,
)
from kehoach.extract.issuer import Issuer, read_issuer
from kehoach.extract.layout import Layout, split_parts
from kehoach.extract.ledger import account
from kehoach.extract.outline import Node, read_outline
from kehoach.extract.readers import Content, ReadOptions, format_of, read_content
from kehoach.extract.references import read_references
from kehoach.extract.sections import Draft, loose_section, number_sections, outline_sections, place_fields
from kehoach.extract.tasks import read_prose_tasks, read_task_table
from kehoach.normalize.places import unit_of
from kehoach.normalize.text import tidy
from kehoach.schemas.errors import NoPlan
from kehoach.schemas.records import Document, Plan, Row, Table


class Part(msgspec.Struct):
    """The body or an appendix: its label (None for the body), caption and outline."""

    label: str | None
    heading: Text = EMPTY
    title: Text = EMPTY
    notes: list[Text] = []
    nodes: list[Node] = []


class Draftsman(msgspec.Struct):
    """A plan in the making: what the steps hand on to each other."""

    source: Source
    layout: Layout
    front: Front
    parts: list[Part]
    context: Context
    printed: list[tuple[PrintedTable, Table]] = []
    rows: list[Row] = []
    over_heads: list[tuple[str | None, list[Text]]] = []  # titles set within a table, by appendix
    footnotes: list[Text] = []


def extract_plan(data: bytes, source: str, *, format: str | None = None, options: ReadOptions | None = None) -> Plan:
    """Everything that a plan's bytes say, as records with their places.

    `source` is the path or URI under which the file was given, `format` one of those of `FORMATS` (default: told by
    the bytes and the extension of the source). Raises NotReadable where the bytes cannot be read and NoPlan where
    they are no administrative document.
    """
    kind = format or format_of(data, source)
    return plan_of(read_content(data, kind, options), File(source, kind, hashlib.sha256(data).hexdigest()))


class File(NamedTuple):
    """The file that a plan comes from: its name as given, its format, the SHA-256 of its bytes in hex."""

    source: str
    format: str
    sha256: str


def plan_of(content: Content, file: File) -> Plan:
    """The plan that a file's content holds. Raises NoPlan where it is no administrative document."""
    text = content.source
    layout = split_parts(stitch_grids(text, content.blocks), text)
    front = read_front(layout)
    title_start, title_end = title_years(front.title.value if front.title else "")
    issue_year = front.date.year if front.date else front.year
    context = Context(
        source=text,
        name=file.source,
        plan_year=title_start or issue_year,
        period_end=title_end or issue_year,
        issue_date=front.date,
    )
    draft = Draftsman(text, layout, front, _parts(layout), context, footnotes=content.footnotes)
    for code, noted in content.notes:
        context.report(code, noted)
    _read_parts(draft)
    if _evidence(draft) < _ENOUGH:
        raise NoPlan("no administrative document: no number, issuer, headings, recipients or appendix table found")
    plan = _assemble(draft, file._replace(sha256=content.sha256 or file.sha256))
    plan.document.pages, plan.document.ocr = content.pages, content.ocr
    plan.document.sources += [f"{file.source}/{part}" for part in content.parts]
    return plan


def _parts(layout: Layout) -> list[Part]:
    body = Part(label=None, nodes=read_outline(layout.body))
    return [
        body,
        *(
            Part(appendix.label, appendix.heading, appendix.title, appendix.notes, read_outline(appendix.blocks))
            for appendix in layout.appendices
        ),
    ]


def _read_parts(draft: Draftsman) -> None:
    """Tables, indicators and tasks of each part, in document order."""
    for part in draft.parts:
        draft.context.appendix = part.label
        for node in part.nodes:
            read_prose_indicators(node, draft.context)
            read_prose_tasks(node, draft.context)
            for grid in node.grids:
                _read_grid(grid, part, node, draft)
    mark_duplicates(draft.context.indicators, draft.context.targets)


def _read_grid(grid: Grid, part: Part, node: Node, draft: Draftsman) -> None:
    title = _table_title(part, node)
    table_id = len(draft.printed)
    printed = read_table(draft.source, grid, title)
    if printed is None:
        return
    keep = draft.source.keep
    if printed.above:
        draft.over_heads.append((part.label, printed.above))
    line, page, places = place_fields(draft.source.places(_extent(printed.header_texts, printed)))
    record = Table(
        table_id=table_id,
        appendix=part.label,
        title=title,
        kind=printed.kind,
        header=[tidy(head) for head in printed.header],
        roles=printed.roles,
        line=line,
        page=page,
        places=places,
    )
    for head in printed.header_texts:
        keep(head)
    draft.printed.append((printed, record))
    for row_id, row in enumerate(printed.rows):
        line, page, places = place_fields(draft.source.places(all_places(row.cells)))
        draft.rows.append(
            Row(
                table_id=table_id,
                row_id=row_id,
                kind=row.kind,
                cells=[keep(cell) for cell in row.cells],
                group=row.group,
                line=line,
                page=page,
                places=places,
            )
        )
    if printed.kind == "indicators":
        read_indicator_table(printed, table_id, draft.context)
    elif printed.kind == "tasks":
        read_task_table(printed, table_id, draft.context)


def _table_title(part: Part, node: Node) -> str | None:
    """The caption of the appendix, or of the heading under which the table stands."""
    if node.title is not None and (part.label is None or not part.title):
        return tidy(node.title.value)
    return tidy(part.title.value) or None


def _extent(header: Sequence[Text], printed: PrintedTable) -> Text:
    first = [*header, *(cell for row in printed.rows[:1] for cell in row.cells)]
    last = [cell for row in printed.rows[-1:] for cell in row.cells]
    return all_places([*first, *last])


_ENOUGH = 2  # signs of an administrative document that must be there


def _evidence(draft: Draftsman) -> int:
    """How many of the signs of an administrative document the text shows."""
    front = draft.front
    signs = (
        front.kind is not None,
        front.number_raw is not None,
        any(text.value.startswith(("Căn cứ", "Thực hiện")) for text in front.preamble),
        any("CỘNG HÒA" in text.value or "ĐẢNG" in text.value for text in front.letterhead),
        bool(front.recipients),
        front.signatory_title is not None,
        len(draft.parts) > 1,
        any(printed.kind == "tasks" for printed, _ in draft.printed),
        any(record.kind == "indicators" and _names_objectives(record) for _, record in draft.printed),
        sum(node.marker is not None and node.marker.kind in ("roman", "part", "article") for node in _nodes(draft)) > 1,
    )
    return sum(signs)


def _names_objectives(table: Table) -> bool:
    return any(map(names_objectives, [table.title or "", *table.header]))


def _nodes(draft: Draftsman) -> Iterator[Node]:
    return (node for part in draft.parts for node in part.nodes)


def _assemble(draft: Draftsman, file: File) -> Plan:
    front, context = draft.front, draft.context
    sections = number_sections(_sections(draft))
    document = _document(draft, file)
    number = document.number
    references = read_references(front.preamble, _texts(draft), number, draft.source)
    _keep_rest(draft)
    counts = account(draft.source)
    document.chars, document.chars_kept, document.chars_dropped = counts.chars, counts.kept, counts.dropped
    for start, end in counts.lost:
        text = Text(draft.source.text[start:end], ((0, start, end - start),))
        context.report("text-lost", text)
    plan = Plan(
        document=document,
        sections=sections,
        references=references,
        tables=[record for _, record in draft.printed],
        rows=draft.rows,
        indicators=context.indicators,
        targets=context.targets,
        tasks=context.tasks,
        assignments=context.assignments,
        diagnostics=context.diagnostics,
    )
    plan.diagnostics += check_plan(plan, draft.source)
    return plan


def _sections(draft: Draftsman) -> list[Draft]:
    front, source = draft.front, draft.source
    drafts = [
        loose_section(texts, None, source) for texts in (front.letterhead, front.preamble, front.closing) if any(texts)
    ]
    drafts += [loose_section(texts, label, source) for label, texts in draft.over_heads]
    drafts += [loose_section([note], None, source) for note in draft.footnotes]
    for part in draft.parts:
        if part.notes:
            drafts.append(loose_section(part.notes, part.label, source))
        drafts += outline_sections(part.nodes, part.label, source)
    return drafts


def _texts(draft: Draftsman) -> Iterator[Text]:
    """Every text outside the preamble in which a document may be cited."""
    if draft.front.title is not None:
        yield draft.front.title
    for part in draft.parts:
        yield part.title
        yield from part.notes
        for node in part.nodes:
            yield node.paragraph
            yield from (item.text for item in node.items)
    yield from draft.front.closing
    yield from draft.footnotes
    for printed, _ in draft.printed:
        for row in printed.rows:
            yield from row.cells


def _keep_rest(draft: Draftsman) -> None:
    """Captions, front matter and recipients: what is kept of them, and the punctuation that is not."""
    front, source = draft.front, draft.source
    for part in draft.parts:
        source.keep(part.heading)
        source.keep(part.title)
    known = [front.doc_type, front.number_raw, front.title, front.signatory_name, front.signatory_title]
    taken = [text for text in (*known, *front.recipients) if text]
    for text in taken:
        source.keep(text)
    loose = [*taken, *front.letterhead, *front.preamble, *front.closing]
    blocks = (*draft.layout.front, *draft.layout.closing, *draft.layout.captions)
    source.drop_marks(join([block.text for block in blocks if isinstance(block, Paragraph)], " "), *loose)


def _document(draft: Draftsman, file: File) -> Document:
    front = draft.front
    notes = [note.value for part in draft.parts for note in part.notes]
    issuer = read_issuer(front, notes, draft.source.shown())
    unit = unit_of(issuer.unit_type, issuer.unit_name, issuer.province)
    start, end = title_years(front.title.value if front.title else "")
    year = front.date.year if front.date else front.year
    return Document(
        doc_id=file.sha256[:16],
        source=file.source,
        sources=[file.source],
        sha256=file.sha256,
        format=file.format,
        doc_type=front.kind,
        number=_number(front.number),
        number_raw=_plain(front.number_raw),
        issuer=issuer.name,
        issuer_kind=issuer.kind,
        unit_type=issuer.unit_type,
        unit_name=issuer.unit_name,
        province=issuer.province,
        unit_code=unit.unit_code,
        province_code=unit.province_code,
        issue_date=front.date,
        plan_year=start or year,
        period_start=start or year,
        period_end=end or year,
        title=_plain(front.title),
        signatory_name=_plain(front.signatory_name),
        signatory_title=_plain(front.signatory_title),
        recipients=[tidy(recipient.value) for recipient in front.recipients],
        places=draft.source.places(join([text for text in (front.number_raw, front.title) if text], " ")),
    )


def _plain(text: Text | None) -> str | None:
    return tidy(text.value) if text is not None else None


def _number(text: Text | None) -> str | None:
    return "".join(text.value.split()) if text is not None else None


__all__ = ["Issuer", "extract_plan"]
