"""From the paths that a person gives to the files to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kehoach.schemas.errors import InputMissing

__all__ = ["find_inputs", "is_bundle"]


def find_inputs(paths: Sequence[str | Path], skip: Sequence[Path] = (), *, bundle: bool = False) -> list[Path]:
    """The files under these paths, each once: folders in depth and sorted, hidden files and `skip` left out.

    A folder that is one plan (`NAME.plan`; with `bundle` each that is given) stands for the files in it.
    Raises InputMissing with the paths that do not exist.
    """
    roots = [Path(path) for path in paths]
    missing = [str(root) for root in roots if not root.exists()]
    if missing:
        raise InputMissing(f"no such file or folder: {', '.join(missing)}")
    closed = {path.resolve() for path in skip}
    found: dict[Path, Path] = {}
    for root in roots:
        for path in [root] if bundle else _walk(root, closed):
            found.setdefault(path.resolve(), path)
    return list(found.values())


def is_bundle(path: Path) -> bool:
    """Whether a path is a folder that is one plan."""
    from kehoach.extract.readers import is_bundle_name  # noqa: PLC0415 - see kehoach --help

    return is_bundle_name(path.name) and path.is_dir()


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
