"""What a worker process may not do: take too much memory, speak to the network, write outside its own folder.

Code that means harm is not held by this; a reader that follows a link in a document, or a path `../` in an archive,
is.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from kehoach.pipeline.settings import MB, Limits

__all__ = ["confine", "limit_processor", "limit_resources"]

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
_NOWHERE = "http://127.0.0.1:9"  # the discard port: programs that heed a proxy reach nobody
_LATER = 60
"""Seconds of processor time after the parent should have ended a worker: it is gone, so the system does it."""


def confine(folder: Path) -> None:
    """From now on this process, and in part what it starts, writes only to the folder and reaches no network."""
    home = str(folder)
    for name in ("TMPDIR", "TEMP", "TMP", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        os.environ[name] = home
    for name in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = _NOWHERE
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""
    os.chdir(folder)
    allowed = (f"{os.path.realpath(folder)}{os.sep}", os.devnull)

    def refuse(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if flags & _WRITES and not isinstance(path, int) and not _is_within(path, allowed):
                raise PermissionError(f"a reader must not write to {os.fsdecode(path)}")
        elif event in _NETWORK:
            raise PermissionError("a reader must not use the network")

    sys.addaudithook(refuse)


def _is_within(path: str | bytes, allowed: tuple[str, ...]) -> bool:
    return os.path.realpath(os.fsdecode(path)).startswith(allowed)


def limit_resources(limits: Limits) -> None:
    """Bound the memory of this process and of each that it starts, and the size of what they write.

    That is for what grows faster than the parent looks, which it does on every system; Windows has no such bounds.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    wanted = {
        # Data, not address space: LibreOffice and Arrow reserve far more addresses than they ever use. Twice the limit:
        # a program that is refused memory says that a file is broken; the parent, who looks, says what it is.
        resource.RLIMIT_DATA: 2 * limits.memory * MB,
        resource.RLIMIT_FSIZE: limits.unpacked * MB,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        _lower(kind, most)


def limit_processor(limits: Limits) -> None:
    """Bound the processor time of the file read next, for the case that the parent is gone and cannot end us."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = limits.seconds * (os.cpu_count() or 1) + _LATER
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + allowed)


def _lower(kind: int, most: int) -> None:
    """Set the soft limit, never above the hard one."""
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(kind)
    with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
