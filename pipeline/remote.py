"""Files behind a URI that Arrow knows: `s3://bucket/plans`, `file:///srv/plans`, `gs://…`.

The workers reach no network; the parent fetches each file when its turn comes, and removes it afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kehoach.pipeline.settings import MB
from kehoach.schemas.errors import InputMissing, NotReadable, OutputUnavailable
from kehoach.schemas.storage import open_uri, place_in, plain_uri

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

__all__ = ["Remote", "find_remote"]


class Remote:
    """A file behind a URI."""

    def __init__(self, files: FileSystem, info: FileInfo, uri: str) -> None:
        self._files = files
        self._path: str = info.path
        self._size: int = info.size or 0
        self.uri = uri
        """The place alone, as tables name it."""

    @contextmanager
    def fetched(self, most: int) -> Iterator[Path]:
        """A copy on this machine, for as long as it is needed.

        Raises NotReadable where it cannot be fetched or is larger than so many bytes.
        """
        if self._size > most:
            raise NotReadable(f"larger than {most // MB} MB", "limit")
        with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
            path = Path(folder) / PurePosixPath(self._path).name
            try:
                with self._files.open_input_stream(self._path) as source, path.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
            except (OSError, ValueError) as error:  # ValueError: a key that Arrow takes for no path, as `a//b`
                raise NotReadable(f"cannot be fetched: {error}") from error
            yield path


def find_remote(uri: str, skip: Sequence[str] = ()) -> list[Remote]:
    """The file of a URI, or those below it: sorted, without hidden ones and without what is below the plain URIs to
    `skip`. Raises InputMissing where there is nothing.
    """
    from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415 - see kehoach --help

    root = plain_uri(uri)
    try:
        files, path = open_uri(uri)
        info = files.get_file_info(path)
        below = files.get_file_info(FileSelector(path, recursive=True)) if info.type == FileType.Directory else []
    except (OSError, ValueError, OutputUnavailable) as error:
        raise InputMissing(f"cannot read {root}: {error}") from error
    if info.type == FileType.NotFound:
        raise InputMissing(f"no such file or folder: {root}")
    if info.type == FileType.File:
        return [Remote(files, info, root)]
    closed = tuple(f"{folder}/" for folder in skip)
    found = [
        Remote(files, one, place_in(root, name))
        for one in sorted(below, key=lambda one: one.path)
        if one.type == FileType.File and not _is_hidden(name := one.path[len(path.rstrip("/")) + 1 :])
    ]
    return [one for one in found if not one.uri.startswith(closed)]


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "~$")) for part in PurePosixPath(name).parts)
