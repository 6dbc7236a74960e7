"""Runs that die, or find the disk full, at a chosen step of what they do in the output folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from kehoach.pipeline import runs
from kehoach.pipeline.inputs import Input
from kehoach.pipeline.pool import Keep
from kehoach.pipeline.reading import Found, read_file
from kehoach.pipeline.settings import Settings
from kehoach.pipeline.shelf import Shelf
from kehoach.pipeline.tables import make_tables
from kehoach.schemas.storage import Storage

__all__ = ["Dead", "Fate", "read_here"]

_CHANGING = ("move", "delete_file", "delete_dir_contents", "delete_dir", "open_output_stream")


class Dead(BaseException):
    """The process is no more: nothing that it would still clean up is done."""


class Fate:
    """What happens at the step `at` of those that change something: the end, or an error of the system."""

    def __init__(self, at: int, error: int | None = None) -> None:
        self.left = at
        self.error = error
        self.dead = False

    def step(self) -> None:
        self.left -= 1
        if self.dead:
            raise Dead
        if self.left == 0 and self.error:
            raise OSError(self.error, os.strerror(self.error))
        if self.left == 0:
            self.dead = True
            raise Dead

    def rule(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on every new Storage has this fate."""
        begin = Storage.__init__

        def born(storage: Storage, location: str | Path) -> None:
            begin(storage, location)
            storage._files = _Files(storage._files, self)

        monkeypatch.setattr(Storage, "__init__", born)


class _Files:
    """The file system of a Storage; a file that is written when the end comes is there, but half of it."""

    def __init__(self, files: Any, fate: Fate) -> None:
        self._files = files
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        if name in _CHANGING:
            self._fate.step()
        return getattr(self._files, name)

    @contextmanager
    def open_output_stream(self, name: str) -> Iterator[_Half]:
        with self._files.open_output_stream(name) as file:
            yield _Half(file, self._fate)


class _Half:
    def __init__(self, file: Any, fate: Fate) -> None:
        self._file = file
        self._fate = fate

    def write(self, data: bytes) -> None:
        self._file.write(data[: len(data) // 2])
        self._fate.step()
        self._file.write(data[len(data) // 2 :])


class _Here:
    """Reads in this process, as the pool does in others."""

    def __init__(self, paths: Sequence[Input], settings: Settings, workspace: Path | None, keep: Keep) -> None:
        self._paths, self._settings, self._keep = paths, settings, keep

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def __iter__(self) -> Iterator[Found]:
        for path in self._paths:
            assert isinstance(path, Path)
            one = read_file(path, self._settings)
            plan = msgspec.json.encode(one.plan) if one.plan is not None else None
            yield self._keep(Found(one.file, plan, one.content))


def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs read in this process and make the same tables once: a hundred of them take seconds."""
    monkeypatch.setattr(runs, "Pool", _Here)
    made: dict[bytes, dict[str, pa.Table]] = {}

    def make(self: Any, shelf: Shelf) -> dict[str, pa.Table]:
        files = [msgspec.structs.replace(file, seconds=None) for file in shelf.files]
        key = msgspec.msgpack.encode([files, shelf.volumes])
        if key not in made:
            made[key] = make_tables(self.store, shelf.volumes, shelf.files, self.workspace)
        return made[key]

    monkeypatch.setattr(runs._Job, "_make", make)


FULL = errno.ENOSPC
