"""Progress of a long run on standard error: a line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from kehoach.commands.shared import printable, say, say_failed

if TYPE_CHECKING:
    from kehoach.schemas.records import File

__all__ = ["Progress"]

_EVERY = 30.0  # seconds between two lines where nobody watches
_REDRAW = 0.1  # and between two on a terminal
_WIDTH = 110


class Progress:
    """Counts files; a line for each that failed, everywhere."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.drawing = not quiet and sys.stderr.isatty()
        self.done = self.failed = 0
        self._start = self._shown = time.monotonic()

    def __call__(self, file: File, total: int) -> None:
        self.done += 1
        if file.status != "ok":
            self.failed += 1
            self.close()
            say_failed(file)
        now = time.monotonic()
        if self.quiet or now - self._shown < (_REDRAW if self.drawing else _EVERY):
            return
        self._shown = now
        if self.drawing:
            sys.stderr.write(f"\r\x1b[K{f'{self._told(total)}: {printable(file.source)}'[:_WIDTH]}")
            sys.stderr.flush()
        else:
            say(self._told(total))

    def _told(self, total: int) -> str:
        """`120 of 3321 read, 2 failed, 14.2 a second, 3:45 left`."""
        rate = self.done / max(time.monotonic() - self._start, 1e-3)
        left = int((total - self.done) / rate)
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.done} of {total} read{failed}, {rate:.1f} a second, {left // 60}:{left % 60:02d} left"

    def close(self) -> None:
        """Leave the line that changes."""
        if self.drawing:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
