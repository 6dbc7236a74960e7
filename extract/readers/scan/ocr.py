"""Tesseract as a program beside ours: many pictures in one call, words with boxes and confidence back."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kehoach.schemas.errors import NotReadable

__all__ = ["OcrWord", "read_pictures", "tesseract", "turned_by"]

_INSTALL = (
    "scanned pages are read by Tesseract with Vietnamese: on Debian or Ubuntu install tesseract-ocr and "
    "tesseract-ocr-vie; on Windows run the installer tesseract-ocr-w64-setup of UB Mannheim and tick Vietnamese "
    "under additional language data"
)
_WINDOWS = Path("C:/Program Files/Tesseract-OCR/tesseract.exe")  # the installer does not put it on the PATH


class OcrWord(NamedTuple):
    """A word as Tesseract read it: its box in pixels of its picture, confidence from 0 to 1, its line there."""

    text: str
    x0: int
    top: int
    x1: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]


@cache
def tesseract() -> str:
    """The program.

    Raises NotReadable (`missing-tool`) that says what to install where it, or its Vietnamese data, is missing.
    """
    found = shutil.which("tesseract") or (str(_WINDOWS) if _WINDOWS.exists() else None)
    if found is None:
        raise NotReadable(f"Tesseract is not installed: {_INSTALL}", "missing-tool")
    listed = subprocess.run([found, "--list-langs"], capture_output=True, text=True, check=False, timeout=60)
    if "vie" not in listed.stdout.split():
        raise NotReadable(f"Tesseract has no data for Vietnamese (vie): {_INSTALL}", "missing-tool")
    return found


def read_pictures(
    pictures: Sequence[NDArray[np.uint8]], mode: int, dpi: int, timeout: float = 120
) -> list[list[OcrWord]]:
    """The words of each grey picture; all go to one process, for starting one costs as much as reading a cell.

    `mode` is Tesseract's page segmentation: 3 finds columns, 6 is one block of text, 7 one line. One thread, for pages
    are read in parallel. Raises NotReadable where Tesseract is missing, fails, or takes longer than `timeout` seconds.
    """
    if not pictures:
        return []
    with tempfile.TemporaryDirectory(prefix="kehoach-ocr-") as folder:
        names = [_write(picture, Path(folder) / f"{number}.pgm") for number, picture in enumerate(pictures)]
        listing = Path(folder) / "pictures.txt"
        listing.write_text("\n".join(names) + "\n", encoding="utf-8")
        options = ["-l", "vie", "--oem", "1", "--psm", str(mode), "-c", "tessedit_create_tsv=1"]
        return _parsed(_run(listing, [*options, "--dpi", str(dpi)], timeout), len(pictures))


_TURN = re.compile(r"Orientation in degrees: (\d+)")


def turned_by(picture: NDArray[np.uint8], dpi: int, timeout: float = 60) -> int:
    """By how many quarters to turn a picture counter-clockwise until its letters stand upright.

    0 also where Tesseract cannot tell: too few letters, or its data `osd` is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="kehoach-ocr-") as folder:
        path = Path(_write(picture, Path(folder) / "page.pgm"))
        try:
            found = _TURN.search(_run(path, ["-l", "osd", "--psm", "0", "--dpi", str(dpi)], timeout))
        except NotReadable:
            return 0
    return int(found[1]) // 90 % 4 if found else 0


def _write(picture: NDArray[np.uint8], path: Path) -> str:
    height, width = picture.shape
    path.write_bytes(b"P5 %d %d 255\n" % (width, height) + picture.tobytes())
    return str(path)


def _run(pictures: Path, options: Sequence[str], timeout: float) -> str:
    command = [tesseract(), str(pictures), "stdout", *options, "-c", "tessedit_do_invert=0"]
    flags = 0x08000000 if sys.platform == "win32" else 0  # no console window
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=False,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            creationflags=flags,
        )
    except subprocess.TimeoutExpired:
        raise NotReadable(f"text recognition of a page took longer than {timeout:.0f} s", "limit") from None
    if done.returncode:
        raise NotReadable(f"Tesseract failed: {done.stderr.decode('utf-8', 'replace').strip()[-200:]}")
    return done.stdout.decode("utf-8", "replace")


_WORD_LEVEL = "5"


def _parsed(table: str, pictures: int) -> list[list[OcrWord]]:
    words: list[list[OcrWord]] = [[] for _ in range(pictures)]
    for row in csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) == 12 and row[0] == _WORD_LEVEL and row[11].strip():
            page, block, paragraph, line = (int(value) for value in row[1:5])
            left, top, width, height = (int(value) for value in row[6:10])
            share = max(0.0, float(row[10])) / 100
            place = (block, paragraph, line)
            words[page - 1].append(OcrWord(row[11].strip(), left, top, left + width, top + height, share, place))
    return words
