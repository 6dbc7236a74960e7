"""Says the same in Word's own ways: numbers counted by Word, tables in two, changes tracked, runs cut, controls around.

Each trick changes a document's XML and nothing of what is printed.
"""

from __future__ import annotations

import re
import zipfile
from copy import deepcopy
from io import BytesIO
from itertools import cycle
from typing import Any

from lxml import etree

__all__ = ["tricked"]

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MARKER = re.compile(r"(?P<label>(?P<number>\d{1,2})\.|(?P<letter>[a-c])\)|(?P<roman>[IVX]+)\.|-) (?=\S)")
_FORMATS = {"number": ("decimal", "%1."), "letter": ("lowerLetter", "%1)"), "roman": ("upperRoman", "%1.")}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_PARTS = ("word/document.xml", "word/numbering.xml")


def tricked(data: bytes, *, controls: bool = True) -> bytes:
    """A Word file with all tricks played on it; `controls` alone are not for LibreOffice, which reads few of them."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    document = etree.fromstring(files[_PARTS[0]])
    body = document[0]
    files[_PARTS[1]] = _number(body)
    for trick in (_split_tables, _cut_runs, _track, *([_wrap] if controls else []), _page_breaks):
        trick(body)
    files[_PARTS[0]] = etree.tostring(document)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _tag(name: str) -> str:
    return f"{{{_WORD}}}{name}"


def _make(xml: str) -> Any:
    return etree.fromstring(f'<w:x xmlns:w="{_WORD}">{xml}</w:x>')[0]


def _number(body: Any) -> bytes:
    """Markers that were typed are left to Word; a number that does not go on from the last one starts a list anew."""
    lists: list[str] = []
    last: dict[str, tuple[int, int]] = {}  # kind → its list and the number that it stands at
    for text in [paragraph.find(f".//{_tag('t')}") for paragraph in body.iter(_tag("p"))]:
        found = _MARKER.match(text.text or "") if text is not None else None
        if found is None or text is None:
            continue
        kind, value = _value(found)
        number, count = last.get(kind, (0, 0))
        if not number or (value != count + 1 and kind != "bullet"):
            number = len(lists) + 1
            lists.append(_list(number, kind, value))
        last[kind] = (number, value)
        text.text = text.text[found.end() :]
        _properties(text).append(_make(f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'))
    lists.sort(key=lambda each: not each.startswith("<w:abstractNum"))
    nums = [each.split("|") for each in lists]
    inner = "".join(each[0] for each in nums) + "".join(each[1] for each in nums)
    return f'<w:numbering xmlns:w="{_WORD}">{inner}</w:numbering>'.encode()


def _value(found: re.Match[str]) -> tuple[str, int]:
    if found["number"]:
        return "number", int(found["number"])
    if found["letter"]:
        return "letter", ord(found["letter"]) - ord("a") + 1
    if found["roman"] in _ROMAN:
        return "roman", _ROMAN.index(found["roman"]) + 1
    return "bullet", 0


def _list(number: int, kind: str, start: int) -> str:
    """A list of its own: the abstract one, then what refers to it."""
    format, text = _FORMATS.get(kind, ("bullet", "-"))
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )
    abstract = f'<w:abstractNum w:abstractNumId="{number}">{level}</w:abstractNum>'
    return f'{abstract}|<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'


def _properties(text: Any) -> Any:
    paragraph = next(text.iterancestors(_tag("p")))
    found = paragraph.find(_tag("pPr"))
    if found is None:
        found = _make("<w:pPr/>")
        paragraph.insert(0, found)
    return found


def _split_tables(body: Any) -> None:
    """A long table as two that stand one after the other, the head in both; never between merged cells."""
    for table in list(body.iter(_tag("tbl"))):
        rows = table.findall(_tag("tr"))
        heads = [row for row in rows if row.find(f"{_tag('trPr')}/{_tag('tblHeader')}") is not None]
        cuts = [at for at in range(len(heads) + 2, len(rows) - 1) if rows[at].find(f".//{_tag('vMerge')}") is None]
        if heads and cuts:
            cut = cuts[len(cuts) // 2]
            second = deepcopy(table)
            for row in [*second.findall(_tag("tr"))[len(heads) : cut]]:
                second.remove(row)
            for row in rows[cut:]:
                table.remove(row)
            table.addnext(second)
            table.addnext(_make("<w:p/>"))


def _cut_runs(body: Any) -> None:
    """Every third run in two, with a mark of the spelling checker between them."""
    for run in list(body.iter(_tag("r")))[::3]:
        text = run.find(_tag("t"))
        if text is not None and len(text.text or "") > 4:
            rest = deepcopy(run)
            half = len(text.text) // 2
            rest.find(_tag("t")).text, text.text = text.text[half:], text.text[:half]
            for part in (run, rest):
                part.find(_tag("t")).set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.addnext(rest)
            run.addnext(_make('<w:proofErr w:type="spellStart"/>'))


def _track(body: Any) -> None:
    """Every fifth run was put in later, and words were taken out before it; hidden words stand behind every seventh."""
    for at, run in enumerate(list(body.iter(_tag("r")))):
        if at % 7 == 0:
            run.addnext(_make("<w:r><w:rPr><w:vanish/></w:rPr><w:t>chữ ẩn 99%</w:t></w:r>"))
        if at % 5 == 0:
            put_in = _make('<w:ins w:id="1"/>')
            run.addprevious(_make('<w:del w:id="2"><w:r><w:delText>chữ bỏ 77%</w:delText></w:r></w:del>'))
            run.addprevious(put_in)
            put_in.append(run)


def _wrap(body: Any) -> None:
    """Paragraphs, rows and runs in content controls, links and tags."""
    kinds = cycle(("sdt", "customXml", ""))
    for node in [*body.findall(_tag("p")), *body.iter(_tag("tr")), *list(body.iter(_tag("r")))[::4]]:
        kind = next(kinds)
        if kind:
            wrapper = _make("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>" if kind == "sdt" else "<w:customXml/>")
            node.addprevious(wrapper)
            (wrapper[1] if kind == "sdt" else wrapper).append(node)


def _page_breaks(body: Any) -> None:
    for paragraph in body.findall(_tag("p"))[10::15]:
        paragraph.addprevious(_make('<w:p><w:r><w:lastRenderedPageBreak/><w:br w:type="page"/></w:r></w:p>'))
