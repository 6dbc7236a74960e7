"""Digital PDF: the words and rules of each page as PDFium finds them.

A page without text, or with letters that no Vietnamese text has (a broken font map), is read as a scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.pages.blocks import pages_to_content
from kehoach.extract.readers.pages.page import Page, Word
from kehoach.extract.readers.pdf.frame import Frame, frame_of
from kehoach.extract.readers.pdf.rules import read_rules
from kehoach.extract.readers.pdf.text import read_words
from kehoach.schemas.errors import NotReadable

__all__ = ["read"]

_FEW_WORDS = 40  # on a picture: the stamp of an electronic signature over a scan
_FULL_PICTURE = 0.6  # of the page
_ODD = 0.2  # of the letters: a broken font map
_USUAL = re.compile(r"[\w\s!-~ -ÿ\u0300-\u036f\u2010-\u203a\u20ab\u2190-\u22ff\u25a0-\u27bf]")
_LETTER = re.compile(r"[A-Za-zÀ-ỹ0-9]")


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of a PDF.

    Raises NotReadable where it is broken or locked, has too many pages or cells (`limit`), or is a scan while the
    program that reads scans is not installed (`missing-tool`).
    """
    document = _open(data, options)
    try:
        count = len(document)
        if count > options.max_pages:
            raise NotReadable(f"{count} pages, more than {options.max_pages}", "limit")
        content = pages_to_content(_pages(document, options), options)
    except pypdfium2.PdfiumError as error:
        raise NotReadable(f"a broken PDF: {error}") from error
    finally:
        document.close()
    if not content.source.text.strip():
        raise NotReadable("no text in it" if options.ocr else "no text in it; scans are not read with --no-ocr")
    return content


def _open(data: bytes, options: ReadOptions) -> Any:
    try:
        document = pypdfium2.PdfDocument(data, password=options.password)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            given = "the password is wrong" if options.password else "give its password with --password"
            raise NotReadable(f"the PDF is locked: {given}") from error
        raise NotReadable(f"a broken PDF: {error}") from error
    document.init_forms()
    return document


def _pages(document: Any, options: ReadOptions) -> Iterator[Page]:
    for at in range(len(document)):
        page = document[at]
        if document.formenv is not None:  # what was written into a form becomes text of the page
            page.flatten()
            page.close()
            page = document[at]
        try:
            yield _read_page(page, at + 1, options)
        finally:
            page.close()


def _read_page(page: Any, number: int, options: ReadOptions) -> Page:
    frame = frame_of(page)
    found = read_words(page, frame)
    words = found.words or found.hidden
    if options.ocr and _needs_ocr(page, words, frame):
        return _scanned(page, number, options)
    width, height = frame.size
    return Page(number, width, height, words, read_rules(page, frame))


def _scanned(page: Any, number: int, options: ReadOptions) -> Page:
    from kehoach.extract.readers.scan.reader import read_scanned_page  # noqa: PLC0415 - only scans need it

    return read_scanned_page(page, number, options)


def _needs_ocr(page: Any, words: list[Word], frame: Frame) -> bool:
    """Whether a page is a picture with no text, or its letters are no Vietnamese ones."""
    if len(words) < _FEW_WORDS and _is_picture(page, frame):
        return True
    return _is_garbled("".join([word.text for word in words]))


def _is_picture(page: Any, frame: Frame) -> bool:
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) >= _FULL_PICTURE * frame.across * frame.down:
            return True
    return False


def _is_garbled(text: str) -> bool:
    """Whether letters of other scripts, of private use or control characters stand for those that a reader sees."""
    letters = [letter for letter in text if letter.isalnum() or not _USUAL.match(letter)]
    return len(letters) > 20 and sum(not _LETTER.match(letter) for letter in letters) > _ODD * len(letters)
