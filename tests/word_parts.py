"""Word files out of the XML of their parts, for what python-docx cannot write: fields, tracked changes, numbering."""

from __future__ import annotations

import zipfile
from io import BytesIO

from lxml import etree

__all__ = ["packed", "word_of_parts"]

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# Of each part its root element and the kind of its relation to the document
_KINDS = {
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "hdr": "header",
    "ftr": "footer",
}


def word_of_parts(xml: str) -> bytes:
    """A Word file whose parts stand in one element: `w:body`, `w:numbering`, `w:styles`, `w:footnotes`, `w:hdr`, …"""
    files: dict[str, str] = {}
    relations = []
    for part in etree.fromstring(xml.encode()):
        name = etree.QName(part).localname
        text = etree.tostring(part, encoding="unicode")
        if name == "body":
            namespace = etree.QName(part).namespace
            files["word/document.xml"] = f'<w:document xmlns:w="{namespace}">{text}</w:document>'
        else:
            files[f"word/{name}.xml"] = text
            relations.append((_KINDS[name], f"{name}.xml"))
    files["word/_rels/document.xml.rels"] = _relations(relations)
    return packed(files)


def packed(files: dict[str, str]) -> bytes:
    """A package with these parts and what leads to its document."""
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        **files,
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def _relations(targets: list[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'
