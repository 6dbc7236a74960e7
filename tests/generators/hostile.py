"""Files that mean harm, or that a bad disk made: a function each, that makes it large."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import docx
import xlsxwriter

__all__ = [
    "BAITS",
    "LAUGHS",
    "OUTSIDE",
    "bait",
    "bomb",
    "docx_body",
    "far_cell",
    "field",
    "linked",
    "locked",
    "lying",
    "million_cells",
    "nested",
    "packed",
    "repacked",
    "wide_cells",
    "workbook",
]

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CELL = "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>"

_HEAD = """ỦY BAN NHÂN DÂN
PHƯỜNG SAO MAI
Số: 12/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

KẾ HOẠCH
Chuyển đổi số năm 2026

I. MỤC TIÊU
"""
_TAIL = "\nNơi nhận:\n- Như trên;\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn A\n"

# --- texts in which a careless pattern, or a step that begins again at each line, takes for ever ----------------------

BAITS = {
    "brackets": "(", "closing brackets": ")", "square brackets": "[", "dashes": "- ", "rule": "-", "dots": ".",
    "numbers with dots": "1.1.", "thousands": "1.000.", "digits": "1", "spaces": " ", "tabs": "\t", "cells": "x\t",
    "pipes": "|", "pipe rule": "|-", "tables": "<table>", "table cells": "<table><tr><td>", "tag opened": "<td ",
    "spanned cells": "<tr><td rowspan=99>x", "headings": "<h1>x", "comments": "<!--", "entities": "&amp;",
    "stars": "*", "bold": "**a** ", "backslashes": "`\\", "images": "![", "slashes": "1/2/", "Roman letters": "I",
    "Roman numbers": "IV", "Roman lines": "I. A\n", "letters": "a) b\n", "numbered lines": "1. a\n",
    "numbers in brackets": "(1) a\n", "years": "năm 2026 ", "signs": "≥ 1% ", "citations": "số 57-NQ/TW ",
    "bodies": "UBND ", "soft hyphens": "ư", "recipients": "Nơi nhận:\n- a;\n", "appendices": "PHỤ LỤC I\nDANH MỤC\n",
    "heads": "STT\nNhiệm vụ\nCơ quan\nThời gian\n", "aligned": "1   a b   c d\n", "cut words": "57-\nNQ/TW ",
    "marks above marks": "a\u0301\u0323", "no-break spaces": "\u00a0", "form feeds": "\f",
}  # fmt: skip
"""What is repeated, by name. Each of them once took a step more than its length, or could."""


def bait(unit: str, length: int) -> bytes:
    """A plan with this many characters of the same in it."""
    return (_HEAD + (unit * (length // len(unit) + 1))[:length] + _TAIL).encode()


# --- packed files -----------------------------------------------------------------------------------------------------


def docx_body(body: str) -> bytes:
    """A Word file with this XML between the tags of its body."""
    stream = io.BytesIO()
    docx.Document().save(stream)
    start, end = f'<w:document xmlns:w="{_WORD}">', "</w:document>"
    return repacked(stream.getvalue(), {"word/document.xml": f"{start}<w:body>{body}</w:body>{end}".encode()})


def workbook(rows: Iterable[Iterable[str]]) -> bytes:
    """A workbook with one sheet of these rows."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, list(row))
    book.close()
    return stream.getvalue()


def repacked(package: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with these parts in the place of those of the same name, or beside them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def bomb(package: bytes, name: str, megabytes: int) -> bytes:
    """The package with so many MB of spaces before the end of a part: a thousandth of that when packed."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        head, slash, tail = archive.read(name).rpartition(b"</")
    return repacked(package, {name: head + b" " * (megabytes << 20) + slash + tail})


def lying(package: bytes) -> bytes:
    """The package whose directory says that each part unpacks to 1 byte."""
    data = bytearray(package)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset : at + offset + 4] = (1).to_bytes(4, "little")
            at = data.find(signature, at + 4)
    return bytes(data)


def nested(depth: int) -> str:
    """The XML of so many Word tables, each in the only cell of the one around it."""
    return "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth


def linked(port: int, file: str) -> bytes:
    """An RTF with a picture on a server of this machine, and the text of a file."""
    fields = [f'INCLUDEPICTURE "http://127.0.0.1:{port}/a.png" \\\\d', f'INCLUDETEXT "http://127.0.0.1:{port}/a.rtf"']
    fields.append(f'INCLUDETEXT "{file}"')
    shown = "".join(rf"{{\field{{\*\fldinst {field}}}{{\fldrslt x}}}}\par " for field in fields)
    return (r"{\rtf1\ansi KE HOACH\par " + shown + "}").encode()


def locked(package: bytes, password: str) -> bytes:
    """The package as Office locks it."""
    import msoffcrypto  # noqa: PLC0415 - an extra
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415

    assert msoffcrypto is not None
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(package)).encrypt(password, stream)
    return stream.getvalue()


# --- parts of them ----------------------------------------------------------------------------------------------------

LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
    + f"]><w:document xmlns:w='{_WORD}'>&j;</w:document>".encode()
)
"""XML with ten entities, each of ten of the one before."""

OUTSIDE = (
    f"""<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document xmlns:w='{_WORD}'>&a;</w:document>""".encode()
)
"""XML that asks for a file of the machine."""


def million_cells() -> str:
    """The XML of a Word table of 100,000 rows."""
    return f"<w:tbl>{f'<w:tr>{_CELL * 10}</w:tr>' * 100_000}</w:tbl>"


def wide_cells() -> str:
    """The XML of a Word table whose cells say that they lie over two thousand million columns."""
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{2**31 - 1}"/></w:tcPr><w:p/></w:tc>'
    return f"<w:tbl>{f'<w:tr>{cell * 9}</w:tr>' * 9}</w:tbl>"


def field() -> str:
    """The XML of a form field and a content control."""
    return """<w:p><w:sdt><w:sdtContent><w:r><w:t>KẾ HOẠCH</w:t></w:r></w:sdtContent></w:sdt><w:r>
    <w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="T"/></w:ffData></w:fldChar></w:r>
    <w:r><w:instrText> FORMTEXT </w:instrText></w:r></w:p>"""


def far_cell() -> bytes:
    """The XML of a sheet with two cells, one of them at the last place that a sheet has, and all between merged."""
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
