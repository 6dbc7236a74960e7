"""PDF files that mean harm, written object by object."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable

__all__ = ["CONTENT_RING", "FORM_RING", "RING", "page_file", "pdf"]


def page_file(pages: int = 1, content: bytes = b"BT /F1 12 Tf 72 720 Td (KE HOACH) Tj ET", extra: str = "") -> bytes:
    """A PDF with so many pages of the same content; `extra` goes into each page's dictionary."""
    packed = zlib.compress(content)
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        f"<</Type /Pages /Count {pages} /Kids [{kids}]>>".encode(),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        b"<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    page = "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R"
    return pdf([*objects, *[f"{page} {extra}>>".encode()] * pages])


def pdf(objects: Iterable[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    starts = []
    for number, content in enumerate(objects, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(starts) + 1, table))
    return out.getvalue()


RING = [
    b"<</Type /Catalog /Pages 2 0 R>>",
    b"<</Type /Pages /Count 2 /Kids [3 0 R]>>",
    b"<</Type /Pages /Parent 2 0 R /Count 2 /Kids [2 0 R]>>",
]
CONTENT_RING = [
    b"<</Type /Catalog /Pages 2 0 R>>",
    b"<</Type /Pages /Count 1 /Kids [3 0 R]>>",
    b"<</Type /Page /Parent 2 0 R /MediaBox 4 0 R /Contents [5 0 R]>>",
    b"4 0 R",
    b"[5 0 R 6 0 R]",
    b"6 0 R",
]
FORM_RING = [
    b"<</Type /Catalog /Pages 2 0 R>>",
    b"<</Type /Pages /Count 1 /Kids [3 0 R]>>",
    b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources <</XObject <</F 5 0 R>>>>>>",
    b"<</Length 5>>\nstream\n/F Do\nendstream",
    b"<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 11 /Resources <</XObject <</F 5 0 R>>>>>>"
    b"\nstream\n/F Do /F Do\nendstream",
]
