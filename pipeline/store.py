"""What extraction found, one file a plan: `plans/<id>.json` in the output folder. The tables are made from these.

Each says which bytes it was read from and by which extractor, so that a run skips what is done. The format has a JSON
Schema: `docs/plan.schema.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import msgspec

from kehoach.schemas.errors import OutputUnavailable
from kehoach.schemas.records import File, Plan
from kehoach.schemas.storage import Storage

__all__ = ["DONE", "Head", "Store", "Stored", "decode_stored", "file_of", "stored_name"]

DONE = ("ok", "no-plan")
"""The ends that reading the same bytes again would come to again."""

_FOLDER = "plans"
_READERS = 8  # files opened at once; more only helps where the storage is far away
_AT_ONCE = 64  # files held in memory


def stored_name(file: File) -> str:
    """The name under which what was read from a file is kept: `1f2e3d4c5b6a7980.txt`; the same bytes taken in another
    format are another plan.
    """
    return f"{file.doc_id}.{file.format}"


def file_of(name: str) -> str:
    """The file of a stored plan in the output folder."""
    return f"{_FOLDER}/{name}.json"


class Head(msgspec.Struct, kw_only=True):
    """How a stored plan begins."""

    extractor: str
    """Digest of the extractor; see :mod:`kehoach.pipeline.versions`."""
    content: str
    """What it was read from: SHA-256 of the file's bytes (of a folder, packed), and the format they were taken in."""
    file: File
    """The row of `files` under the name by which it was read first."""

    @property
    def name(self) -> str:
        """The name of its file; see stored_name."""
        return stored_name(self.file)


class Stored(Head, kw_only=True):
    """A stored plan; `plan` is null for a text that is none, which need not be read again either."""

    plan: Plan | None = None


_Raw = msgspec.defstruct("_Raw", [("plan", msgspec.Raw | None, None)], bases=(Head,), kw_only=True)
_HEAD = msgspec.json.Decoder(Head)
_STORED = msgspec.json.Decoder(Stored)


def decode_stored(data: bytes) -> Stored:
    """A stored plan from its file. Raises MsgspecError where it is damaged."""
    return _STORED.decode(data)


class Store:
    """The stored plans of an output folder, by their names: the id of the content."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def open(self) -> dict[str, Head]:
        """The heads of all stored plans; one that is damaged is removed, as if it had not been there."""
        self.storage.make(_FOLDER)
        self.storage.sweep(_FOLDER)
        heads, damaged = self.look()
        for name in damaged:
            self.delete(name)
        return heads

    def look(self) -> tuple[dict[str, Head], list[str]]:
        """The heads of all stored plans, and the names of those that are damaged; nothing is changed."""
        heads: dict[str, Head] = {}
        damaged = []
        names = [_id_of(name) for name in self.storage.names(_FOLDER) if name.endswith(".json")]
        for name, data in self.read(names):
            try:
                heads[name] = _HEAD.decode(data or b"")
            except msgspec.MsgspecError:
                damaged.append(name)
        return heads, damaged

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """What the files of these stored plans hold, some at a time; None where there is none."""
        rest = iter(names)
        with ThreadPoolExecutor(_READERS) as pool:
            while some := list(islice(rest, _AT_ONCE)):
                yield from zip(some, pool.map(self._read, some), strict=True)

    def _read(self, name: str) -> bytes | None:
        return self.storage.read(file_of(name))

    def save(self, head: Head, plan: bytes | None) -> None:
        """Keep what was read, the plan as JSON."""
        told = {field: getattr(head, field) for field in Head.__struct_fields__}
        raw = _Raw(**told, plan=msgspec.Raw(plan) if plan is not None else None)
        self.storage.write(file_of(head.name), msgspec.json.encode(raw))

    def load(self, name: str) -> Plan:
        """A stored plan. Raises OutputUnavailable where it is not there, damaged, or none."""
        try:
            plan = decode_stored(self._read(name) or b"").plan
        except msgspec.MsgspecError as error:
            raise OutputUnavailable(
                f"{self.storage.location}/{file_of(name)} is damaged ({error}); remove it and run again"
            ) from error
        if plan is None:
            raise OutputUnavailable(f"{self.storage.location}/{file_of(name)} holds no plan")
        return plan

    def delete(self, name: str) -> None:
        """Forget a plan."""
        self.storage.delete(file_of(name))


def _id_of(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".json")
