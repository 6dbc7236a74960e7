"""Where a row comes from, for people: `trang 3, dòng 120`, with a link to the file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from kehoach.publish.wording import Words
from kehoach.publish.workbook.cells import Link

__all__ = ["Sources", "place_text"]

_STEP = re.compile(r"(tbl|tr|tc|p)\[(\d+)\]")
_LONGEST_URL = 2000  # Excel's limit is 2,080


def place_text(line: int | None, page: int | None, path: str | None, words: Words) -> str:
    """`trang 3, dòng 120`; of a Word file `bảng 4, hàng 2`; of a workbook the range; of a bundle its part before."""
    part, _, inner = (path or "").rpartition("#")
    if path and not part and (line or page):  # the whole path is the name of a part
        part, inner = path, ""
    parts = [part] if part else []
    parts += [words("place.page", number=page)] if page else []
    parts += [words("place.line", number=line)] if line else []
    for step in inner.split("/") if inner else ():
        found = _STEP.fullmatch(step)
        parts.append(words(f"place.{found[1]}", number=found[2]) if found else step)
    return ", ".join(parts)


class Sources:
    """The links to the sources of a run, as they work from where the workbook is.

    A source is looked for where the run was started: `base`. Where no such file is there, its name stands alone.
    """

    def __init__(self, workbook: Path, base: Path, words: Words) -> None:
        self._folder = workbook.absolute().parent
        self._base = base
        self._words = words
        self.target: Callable[[str], str | None] = lru_cache(maxsize=None)(self._target)
        """Where the link to a source leads: `external:../plans/a.pdf`; None where there is no such file."""

    def link(self, source: str, line: int | None, page: int | None, path: str | None) -> Link:
        """The file and the place in it: `a.pdf, trang 3`."""
        place = place_text(line, page, path, self._words)
        name = source.rstrip("/").rpartition("/")[2]
        return Link(f"{name}, {place}" if place else name, self.target(source))

    def _target(self, source: str) -> str | None:
        if source.startswith(("http://", "https://")):
            return source if len(source) < _LONGEST_URL else None
        path = self._base / source
        if "://" in source or not path.exists():
            return None
        try:
            shown = os.path.relpath(path.absolute(), self._folder)
        except ValueError:  # another drive of Windows
            shown = str(path.absolute())
        if re.search(r"[%#]", shown):  # signs of their own in a link
            shown = shown.replace("%", "%25").replace("#", "%23").replace(" ", "%20")
        return f"external:{Path(shown).as_posix()}" if len(shown) < _LONGEST_URL else None
