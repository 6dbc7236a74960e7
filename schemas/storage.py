"""A folder to keep files in: on this machine, or behind a URI that Arrow knows (`s3://bucket/outputs`).

storage = Storage("outputs")
storage.write("plans/1f2e.json", b"{}")
storage.names("plans")        # ["plans/1f2e.json"]
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kehoach.schemas.errors import OutputUnavailable

if TYPE_CHECKING:
    from pyarrow import NativeFile
    from pyarrow.fs import FileSystem

__all__ = ["Storage", "is_uri", "open_uri"]

_TEMPORARY = ".tmp-"
_COUNT = itertools.count()


def is_uri(location: str | Path) -> bool:
    """Whether a location is a URI: `s3://bucket/plans`, `file:///srv/plans`."""
    return "://" in str(location)


def open_uri(uri: str) -> tuple[FileSystem, str]:
    """The file system of a URI and the path in it; `s3://bucket/key?endpoint_override=…` names another server.

    Raises OutputUnavailable for a URI that nothing here understands.
    """
    from pyarrow.fs import FileSystem  # noqa: PLC0415 - see kehoach --help

    try:
        files, path = FileSystem.from_uri(uri)
    except (ValueError, OSError, NotImplementedError) as error:
        raise OutputUnavailable(f"cannot open {uri}: {error}") from error
    return files, path


class Storage:
    """Files by their names below one folder. Every method raises OutputUnavailable where the system refuses."""

    def __init__(self, location: str | Path) -> None:
        from pyarrow.fs import LocalFileSystem, SubTreeFileSystem  # noqa: PLC0415 - see kehoach --help

        self.location = str(location)
        if is_uri(location):
            files, path = open_uri(self.location)
        else:
            files, path = LocalFileSystem(), Path(location).absolute().as_posix()
        self.local = Path(path) if isinstance(files, LocalFileSystem) else None
        """The folder, where it is one of this machine."""
        self._root = files
        self._path = path
        self._files = SubTreeFileSystem(path, files)

    def make(self, folder: str = "") -> None:
        """Make the folder, or one in it, with those above it."""
        with self._refusals():
            if self.local is not None and self.local.exists() and not self.local.is_dir():
                raise NotADirectoryError("it is a file, not a folder")
            self._root.create_dir(f"{self._path}/{folder}" if folder else self._path, recursive=True)

    def read(self, name: str) -> bytes | None:
        """What a file holds; None where there is none."""
        with self._refusals():
            try:
                with self._files.open_input_file(name) as file:
                    data: bytes = file.read()
                    return data
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Put a file in place, the folder of which is there; nobody ever sees a part of it."""
        with self._refusals():
            if self.local is None:  # an object comes into being when it is complete
                with self._files.open_output_stream(name) as file:
                    file.write(data)
                return
            folder, _, last = name.rpartition("/")
            aside = f"{folder}/{_TEMPORARY}{os.getpid()}-{next(_COUNT)}-{last}".removeprefix("/")
            try:
                with self._files.open_output_stream(aside) as file:
                    file.write(data)
                self._files.move(aside, name)
            except BaseException:
                self.delete(aside)
                raise

    @contextmanager
    def sink(self, name: str) -> Iterator[NativeFile]:
        """A new file to write into, piece by piece."""
        with self._refusals(), self._files.open_output_stream(name) as file:
            yield file

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, sorted; of none where there is no such folder. What a run that was
        killed left half written is no file."""
        from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415

        with self._refusals():
            found = self._files.get_file_info(FileSelector(folder, allow_not_found=True))
        return sorted(
            f"{folder}/{one.base_name}".removeprefix("/")
            for one in found
            if one.type == FileType.File and not one.base_name.startswith(_TEMPORARY)
        )

    def move(self, name: str, to: str) -> None:
        """Give a file another name, over one that has it already."""
        with self._refusals():
            self._files.move(name, to)

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there is removed already."""
        with self._refusals():
            try:
                self._files.delete_file(name)
            except FileNotFoundError:
                return

    def clear(self, folder: str) -> None:
        """Remove a folder and all in it, where it is there."""
        with self._refusals():
            self._files.delete_dir_contents(folder, missing_dir_ok=True)
            try:
                self._files.delete_dir(folder)
            except FileNotFoundError:
                return

    def sweep(self, folder: str) -> None:
        """Remove from a folder what a run that was killed left half written."""
        if self.local is not None:
            for path in (self.local / folder).glob(f"{_TEMPORARY}*"):
                path.unlink(missing_ok=True)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise OutputUnavailable(f"cannot use {self.location}: {reason}") from error
