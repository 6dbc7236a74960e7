"""From the paths and URIs that a person gives to the files to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kehoach.pipeline.files import name_of
from kehoach.pipeline.remote import Remote, find_remote
from kehoach.pipeline.settings import MB, Settings
from kehoach.schemas.errors import InputMissing
from kehoach.schemas.storage import is_uri, plain_uri

__all__ = ["Input", "at_hand", "find_inputs", "find_paths", "input_name", "is_bundle"]

Input = Path | Remote
"""A file of this machine (or a folder that is one plan), or one behind a URI."""


def find_inputs(
    locations: Sequence[str | Path], skip: Sequence[str | Path] = (), *, bundle: bool = False
) -> list[Path | Remote]:
    """The files under these paths and URIs, each once: folders in depth and sorted, hidden files and `skip` left out.

    A folder that is one plan (`NAME.plan`; with `bundle` each that is given) stands for the files in it.
    Raises InputMissing with the paths that do not exist.
    """
    _refuse_missing([Path(location) for location in locations if not is_uri(location)])
    folders = [Path(one) for one in skip if not is_uri(one)]
    closed = [plain_uri(str(one) if is_uri(one) else Path(one).absolute().as_uri()) for one in skip]
    found: dict[object, Input] = {}
    for location in locations:
        if is_uri(location):
            for one in find_remote(str(location), closed):
                found.setdefault(one.uri, one)
        else:
            for path in find_paths([Path(location)], folders, bundle=bundle):
                found.setdefault(path.resolve(), path)
    return list(found.values())


def find_paths(paths: Sequence[Path], skip: Sequence[Path] = (), *, bundle: bool = False) -> list[Path]:
    """The same for paths of this machine alone."""
    _refuse_missing(paths)
    closed = {path.resolve() for path in skip}
    found: dict[Path, Path] = {}
    for root in paths:
        for path in [root] if bundle else _walk(root, closed):
            found.setdefault(path.resolve(), path)
    return list(found.values())


def input_name(one: Input) -> str:
    """The path or URI as given."""
    return one.uri if isinstance(one, Remote) else name_of(one)


@contextmanager
def at_hand(one: Input, settings: Settings) -> Iterator[Path]:
    """A path of this machine under which the file can be read meanwhile. Raises NotReadable where it cannot come."""
    if isinstance(one, Remote):
        with one.fetched(settings.limits.size * MB) as path:
            yield path
    else:
        yield one


def is_bundle(path: Path) -> bool:
    """Whether a path is a folder that is one plan."""
    from kehoach.extract.readers import is_bundle_name  # noqa: PLC0415 - see kehoach --help

    return is_bundle_name(path.name) and path.is_dir()


def _refuse_missing(paths: Sequence[Path]) -> None:
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise InputMissing(f"no such file or folder: {', '.join(missing)}")


def _walk(path: Path, closed: set[Path]) -> Iterator[Path]:
    """The files at or below a path, sorted by name; a bundle, or a folder that cannot be listed, for what is in it."""
    if is_bundle(path):
        yield path
        return
    try:
        entries = sorted(path.iterdir(), key=lambda entry: entry.name) if path.is_dir() else None
    except OSError:
        entries = None
    if entries is None:
        yield path
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.resolve() in closed:  # Word leaves `~$plan.docx` beside a file
            continue
        if entry.is_dir() and entry.is_symlink():
            continue  # a link may lead back to where we are
        yield from _walk(entry, closed)
