"""Old Word files, RTF and OpenDocument texts: LibreOffice makes a Word file of them, which the DOCX reader reads.

Places are paths in that Word file (`p[12]`, `tbl[3]/tr[5]/tc[2]`): paragraphs and tables keep their order and number.
LibreOffice runs without a window, with a new profile that runs no macros and follows no links, for a limited time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.docx.reader import read as read_docx
from kehoach.extract.readers.unpack import unlocked
from kehoach.schemas.errors import NotReadable

__all__ = ["find_office", "read"]

_SECONDS = 100  # a plan takes some 5; a run ends what reads a file after 120
_ENCRYPTED = 0x01  # of the byte 11 of a Word file's main stream
_ELSEWHERE = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def read(data: bytes, options: ReadOptions) -> Content:
    """The content of a .doc, .rtf or .odt file.

    Raises NotReadable where LibreOffice is not installed (`missing-tool`), takes too long or the file unpacks to too
    much (`limit`), and where the file is broken or locked (`unreadable`).
    """
    office = find_office()
    if office is None:
        message = "needs LibreOffice: https://www.libreoffice.org, or: apt-get install libreoffice-writer-nogui"
        raise NotReadable(message, "missing-tool")
    if _is_locked(data):
        data = unlocked(data, options.password)
    with tempfile.TemporaryDirectory(prefix="kehoach-office-", ignore_cleanup_errors=True) as folder:
        return read_docx(_converted(data, office, Path(folder)), options)


def find_office() -> str | None:
    """The path of LibreOffice's program; None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for path in _ELSEWHERE if Path(path).exists()), None)


def _converted(data: bytes, office: str, folder: Path) -> bytes:
    """The bytes of the Word file that LibreOffice makes of these."""
    source, profile, target = folder / f"plan{_suffix(data)}", folder / "profile", folder / "out"
    source.write_bytes(data)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
    options = ["--headless", "--norestore", "--nologo", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}"]
    _run([office, *options, "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(target), str(source)])
    made = target / "plan.docx"
    if not made.is_file():
        raise NotReadable("LibreOffice cannot open it: broken, locked, or no document of text")
    return made.read_bytes()


def _run(command: list[str]) -> None:
    """Run a program in a process group of its own, and end all of that in the end.

    Raises NotReadable (`limit`) where it takes too long.
    """
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotReadable(f"LibreOffice took longer than {_SECONDS} seconds", "limit") from error
    finally:
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _suffix(data: bytes) -> str:
    """LibreOffice goes by the name before it looks at the bytes."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return ".rtf"
    return ".odt" if data.startswith(b"PK") else ".doc"


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>'
    )


def _is_locked(data: bytes) -> bool:
    """Whether an old Word file is encrypted."""
    import olefile  # noqa: PLC0415 - needed for old files only

    if not olefile.isOleFile(BytesIO(data)):
        return False
    try:
        with olefile.OleFileIO(BytesIO(data)) as compound:
            head = compound.openstream("WordDocument").read(12)
    except Exception:  # broken in one of many ways; LibreOffice will say so
        return False
    return len(head) == 12 and bool(head[11] & _ENCRYPTED)
