"""Which plans the tables of a run hold: those just read, and those read earlier whose files were not given again.

A plan stays until its file holds another text, or `--prune` says that only what is given now counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from kehoach.pipeline.store import DONE, Head, stored_name
from kehoach.schemas.records import File

__all__ = ["KEPT", "Shelf", "Volume", "arrange", "place_of"]

KEPT = "kept"
"""The status of a file that was read in an earlier run and not given to this one."""


class Volume(NamedTuple):
    """A stored plan and the names of all files that hold it, sorted."""

    name: str
    doc_id: str
    sources: tuple[str, ...]


class Shelf(NamedTuple):
    """`files` and `volumes` in the order of the tables, which does not depend on what was read when; `out_of_use`: the
    names of the stored plans that nothing needs any more."""

    files: list[File]
    volumes: list[Volume]
    out_of_use: list[str]


def arrange(files: Sequence[File], earlier: Iterable[File], heads: Mapping[str, Head], *, prune: bool = False) -> Shelf:
    """What becomes of the files of this run and the rows of an earlier one, with the stored plans there are.

    A file that could not be read this time, or was not reached, leaves what was read from it earlier as it is; its row
    has the id of that.
    """
    rows = {file.source: file for file in files}
    holders: dict[str, dict[str, str]] = {}  # by doc_id, the stored plan of each source
    in_use = {stored_name(file) for file in rows.values() if file.status in DONE}
    read = [file for file in rows.values() if file.status == "ok"]
    kept = [file for file in _earlier_files(earlier, heads) if _counts(file, rows.get(file.source), prune)]
    for file in [*read, *kept]:
        if file.doc_id and stored_name(file) in heads:
            holders.setdefault(file.doc_id, {})[file.source] = stored_name(file)
            now = rows.setdefault(file.source, msgspec.structs.replace(file, status=KEPT, message=None))
            rows[file.source] = msgspec.structs.replace(file, status=now.status, message=now.message)
    volumes = [
        Volume(by[min(by, key=place_of)], doc_id, tuple(sorted(by, key=place_of))) for doc_id, by in holders.items()
    ]
    in_use |= {name for by in holders.values() for name in by.values()}
    return Shelf(
        sorted(rows.values(), key=lambda file: place_of(file.source)),
        sorted(volumes, key=lambda volume: place_of(volume.sources[0])),
        sorted(set(heads) - in_use),
    )


def _earlier_files(earlier: Iterable[File], heads: Mapping[str, Head]) -> list[File]:
    """The files of earlier plans: as the last tables name them, else (that run did not end) as the plans do."""
    known = {file.source: file for file in earlier if file.status in ("ok", KEPT) or _still(file, heads)}
    told = {stored_name(file) for file in known.values()}
    for name, head in heads.items():
        if head.file.status == "ok" and name not in told:
            known.setdefault(head.file.source, head.file)
    return list(known.values())


def _still(file: File, heads: Mapping[str, Head]) -> bool:
    """Whether a file that could not be read has the id of what was read from it before."""
    head = heads.get(stored_name(file))
    return file.status not in DONE and head is not None and head.file.status == "ok"


def _counts(file: File, now: File | None, prune: bool) -> bool:
    """Whether what was read from a file earlier still counts, where it is what it is now (None: not given)."""
    return not prune if now is None else now.status not in DONE


def place_of(source: str) -> list[str]:
    """What brings names into the order of the tables: folder by folder."""
    return source.split("/")
