"""Old Word files and RTF: read through LibreOffice, and what becomes of it where that is missing, slow or fails."""

from __future__ import annotations

import os
import signal
import stat
import struct
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from kehoach.extract.readers import format_of, office
from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.schemas.errors import NotReadable
from tests.old_letters import typed
from tests.rendering.office import needs_office
from tests.test_html import shown

needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the program that stands in is a shell script")


def rtf(body: str) -> bytes:
    fonts = r"{\fonttbl{\f0 Times New Roman;}{\f1 .VnTime;}{\f2 .VnTimeH;}}"
    return rf"{{\rtf1\ansi\ansicpg1252{fonts}{body}}}".encode("cp1252")


def read(data: bytes, password: str | None = None) -> Content:
    return office.read(data, ReadOptions(password=password))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made; none of them stays."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@needs_office
def test_rtf_with_a_table_and_an_old_font(temporary: Path) -> None:
    old = typed("Tỷ lệ hộ dân", "tcvn3").replace("\xad", r"\-")
    row = r"\trowd\cellx2000\cellx6000 {}\intbl\cell {}\intbl\cell\row "
    body = r"\pard\f2 kÕ ho¹ch\par\pard\f0 N\u259?m 2026\par " + row.format("TT", r"Ch\u7881? ti\u234?u")
    content = read(rtf(body + row.format("1", rf"\f1 {old}")))
    assert shown(content.blocks) == ". KẾ HOẠCH\n. Năm 2026\n| TT | Chỉ tiêu\n| 1 | Tỷ lệ hộ dân\n"
    assert content.source.places(content.blocks[1].text)[0].path == "p[2]"  # type: ignore[union-attr]
    assert list(temporary.iterdir()) == []


@needs_office
@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"PK\x03\x04" + bytes(99)])
def test_broken_files(data: bytes, temporary: Path) -> None:
    with pytest.raises(NotReadable) as caught:
        read(data)
    assert caught.value.status == "unreadable"
    assert list(temporary.iterdir()) == []


def test_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_office", lambda: None)
    with pytest.raises(NotReadable, match="needs LibreOffice") as caught:
        read(rtf("a"))
    assert caught.value.status == "missing-tool"


@needs_shell
def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    program = stand_in(tmp_path, f"sleep 600 & echo $! > {pid}; wait")
    monkeypatch.setattr(office, "find_office", lambda: program)
    monkeypatch.setattr(office, "_SECONDS", 0.5)
    with pytest.raises(NotReadable, match="took longer") as caught:
        read(rtf("a"))
    assert caught.value.status == "limit"
    assert is_gone(int(pid.read_text()))
    assert list(temporary.iterdir()) == []


@needs_shell
def test_a_program_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = stand_in(tmp_path, "exit 77")
    monkeypatch.setattr(office, "find_office", lambda: program)
    with pytest.raises(NotReadable, match="cannot open it"):
        read(rtf("a"))


@needs_shell
def test_each_call_has_its_own_profile_without_macros(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    copy = f'cat "${{word#*file://}}"/user/* >> {seen}'
    program = stand_in(tmp_path, f"for word; do case $word in -env:*) {copy};; esac; done")
    monkeypatch.setattr(office, "find_office", lambda: program)
    with pytest.raises(NotReadable):
        read(rtf("a"))
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true' in seen.read_text()


def stand_in(folder: Path, script: str) -> str:
    """A program in the place of LibreOffice."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def is_gone(pid: int) -> bool:
    """Whether a process ends within a few seconds; one that nobody waits for is as good as gone."""
    for _ in range(100):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False


def test_locked_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_office", lambda: "not started")
    locked = compound_file("WordDocument", bytes(11) + b"\x01")
    assert format_of(locked, "KH.doc") == "doc"
    with pytest.raises(NotReadable, match="--password"):
        read(locked)
    with pytest.raises(NotReadable, match="another password"):
        read(locked, "khác")


def compound_file(name: str, content: bytes) -> bytes:
    """A compound file with one stream: header, table of sectors, directory, the stream in eight sectors."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    table = [0xFFFFFFFD, end, *range(3, 10), end]
    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, 4096)
    sectors = struct.pack("<128I", *table, *[free] * (128 - len(table))) + directory.ljust(512, b"\0")
    return head.ljust(512, b"\xff") + sectors + content.ljust(4096, b"\0")


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    free = 0xFFFFFFFF
    words = name.encode("utf-16-le").ljust(64, b"\0")
    return words + struct.pack("<HBBIII36xIQ", len(name) * 2 + 2, kind, 1, free, free, child, start, size)


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (rtf("a"), "KH.doc", "rtf"),
        (b"<html><body>a", "KH.doc", "html"),
        ("Kế hoạch năm 2026".encode(), "KH.doc", "txt"),
    ],
)
def test_bytes_tell_what_a_file_is(data: bytes, name: str, format: str) -> None:
    assert format_of(data, name) == format
