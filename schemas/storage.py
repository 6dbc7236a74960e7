"""A folder to keep files in: on this machine, or behind a URI that Arrow knows (`s3://bucket/outputs`).

storage = Storage("outputs")
storage.write("plans/1f2e.json", b"{}")
storage.names("plans")        # ["plans/1f2e.json"]
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from kehoach.schemas.errors import OutputUnavailable

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Storage", "is_uri", "open_uri", "place_in", "plain_uri"]

_TEMPORARY = ".tmp-"
_COUNT = itertools.count()
_SPECIAL = re.compile(r"[%#?\x00-\x20\x7f]")  # what would not be read back as it is from a URI
_TRIES = 3  # for each request; a server that does not answer is given up after some ten seconds


def is_uri(location: str | Path) -> bool:
    """Whether a location is a URI: `s3://bucket/plans`, `file:///srv/plans`."""
    return "://" in str(location)


def plain_uri(uri: str) -> str:
    """A URI as tables and messages name it, always the same: the place without the way, that is without credentials
    and options. Letters stand for themselves, only `%`, `#`, `?` and spaces are written as `%25`, …

        plain_uri("s3://key:secret@bucket/K%E1%BA%BF hoạch/?region=x")    # s3://bucket/Kế%20hoạch
    """
    parts = urlsplit(uri, allow_fragments=False)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{_encoded(unquote(parts.path).rstrip('/'))}"


def place_in(folder: str, name: str) -> str:
    """The plain URI of a file below that of a folder."""
    return f"{folder}/{_encoded(name)}"


def _encoded(path: str) -> str:
    return _SPECIAL.sub(lambda found: quote(found[0]), path)


def open_uri(uri: str) -> tuple[FileSystem, str]:
    """The file system of a URI and the path in it; `s3://bucket/key?endpoint_override=…` names another server.

    Raises OutputUnavailable for a URI that nothing here understands.
    """
    from pyarrow.fs import FileSystem  # noqa: PLC0415 - see kehoach --help

    try:
        parts = urlsplit(uri, allow_fragments=False)
        way = urlunsplit((parts.scheme, parts.netloc, quote(unquote(parts.path), safe="/:"), parts.query, ""))
        files, path = FileSystem.from_uri(way)
    except (ValueError, OSError, NotImplementedError) as error:
        reason = str(error).replace(way, plain_uri(uri))  # it quotes the URI, with the password in it
        raise OutputUnavailable(f"cannot open {plain_uri(uri)}: {reason}") from error
    return _with_few_tries(files), path.rstrip("/") or "/"


def _with_few_tries(files: FileSystem) -> FileSystem:
    """The same, but for S3: Arrow alone goes on for minutes where a server accepts requests and does not answer. And
    folders that are there are not written again.
    """
    if files.type_name != "s3":
        return files
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem  # noqa: PLC0415 - see kehoach --help

    _, (options,) = files.__reduce__()
    tries = AwsStandardS3RetryStrategy(max_attempts=_TRIES)
    return S3FileSystem(**options | {"retry_strategy": tries, "check_directory_existence_before_creation": True})


class Storage:
    """Files by their names below one folder. Every method raises OutputUnavailable where the system refuses."""

    def __init__(self, location: str | Path) -> None:
        from pyarrow.fs import LocalFileSystem, SubTreeFileSystem  # noqa: PLC0415 - see kehoach --help

        self.location = plain_uri(str(location)) if is_uri(location) else str(location)
        """What messages call it."""
        if is_uri(location):
            files, path = open_uri(str(location))
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
        from pyarrow.fs import FileType  # noqa: PLC0415

        with self._refusals():
            if self._files.get_file_info(folder).type == FileType.Directory:
                self._files.delete_dir(folder)

    def sweep(self, folder: str) -> None:
        """Remove from a folder what a run that was killed left half written."""
        if self.local is not None:
            for path in (self.local / folder).glob(f"{_TEMPORARY}*"):
                path.unlink(missing_ok=True)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        from pyarrow import ArrowInvalid  # noqa: PLC0415 - see kehoach --help

        try:
            yield
        except (OSError, ArrowInvalid) as error:  # ArrowInvalid: a key that is no path, as `a//b`
            number = error.errno if isinstance(error, OSError) else None
            reason = os.strerror(number) if number else str(error)
            raise OutputUnavailable(f"cannot use {self.location}: {reason}") from error
