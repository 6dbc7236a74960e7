"""Files behind a URI that Arrow knows: `s3://bucket/plans`, `file:///srv/plans`, `gs://…`.

The workers reach no network; the parent fetches each file when its turn comes, and removes it afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from kehoach.schemas.errors import InputMissing, NotReadable, OutputUnavailable
from kehoach.schemas.storage import open_uri

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Remote", "find_remote"]


class Remote:
    """A file behind a URI."""

    def __init__(self, files: FileSystem, path: str, uri: str) -> None:
        self._files = files
        self._path = path
        self.uri = uri

    @contextmanager
    def fetched(self) -> Iterator[Path]:
        """A copy on this machine, for as long as it is needed. Raises NotReadable where it cannot be fetched."""
        with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
            path = Path(folder) / PurePosixPath(self._path).name
            try:
                with self._files.open_input_stream(self._path) as source, path.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
            except OSError as error:
                raise NotReadable(f"cannot be fetched: {error}") from error
            yield path


def find_remote(uri: str) -> list[Remote]:
    """The file of a URI, or those below it: sorted, without hidden ones. Raises InputMissing where there is nothing."""
    from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415 - see kehoach --help

    try:
        files, path = open_uri(uri)
        info = files.get_file_info(path)
        below = files.get_file_info(FileSelector(path, recursive=True)) if info.type == FileType.Directory else []
    except (OSError, OutputUnavailable) as error:
        raise InputMissing(f"cannot read {uri}: {error}") from error
    if info.type == FileType.NotFound:
        raise InputMissing(f"no such file or folder: {uri}")
    if info.type == FileType.File:
        return [Remote(files, path, uri)]
    names = sorted(one.path for one in below if one.type == FileType.File and not _hidden(one.path, path))
    return [Remote(files, name, _uri_of(uri, name.removeprefix(path).strip("/"))) for name in names]


def _hidden(name: str, root: str) -> bool:
    return any(part.startswith((".", "~$")) for part in PurePosixPath(name.removeprefix(root)).parts)


def _uri_of(root: str, name: str) -> str:
    """`s3://bucket/plans?region=x` and `a/b.txt` give `s3://bucket/plans/a/b.txt`: the place, not the way."""
    parts = urlsplit(root)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], f"{parts.path.rstrip('/')}/{name}", "", ""))
