"""What extraction found, one file a plan: `plans/<id>.json` in the output folder. The tables are made from these.

Each says which bytes it was read from and by which extractor, so that a run skips what is done. The format has a JSON
Schema: `docs/plan.schema.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec

from kehoach.schemas.errors import OutputUnavailable
from kehoach.schemas.records import File, Plan
from kehoach.schemas.storage import Storage

__all__ = ["DONE", "Head", "Store", "Stored", "stored_name"]

DONE = ("ok", "no-plan")
"""The ends that reading the same bytes again would come to again."""

_FOLDER = "plans"
_READERS = 8  # files opened at once; more only helps where the storage is far away


def stored_name(file: File) -> str:
    """The name under which what was read from a file is kept: `1f2e3d4c5b6a7980.txt`; the same bytes taken in another
    format are another plan.
    """
    return f"{file.doc_id}.{file.format}"


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


class Store:
    """The stored plans of an output folder, by their names: the id of the content."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def open(self) -> dict[str, Head]:
        """The heads of all stored plans; one that is damaged is as if it were not there."""
        self.storage.make(_FOLDER)
        self.storage.sweep(_FOLDER)
        return dict(self._heads())

    def _heads(self) -> Iterator[tuple[str, Head]]:
        names = [name for name in self.storage.names(_FOLDER) if name.endswith(".json")]
        with ThreadPoolExecutor(_READERS) as pool:
            for name, data in zip(names, pool.map(self.storage.read, names), strict=True):
                try:
                    yield _id_of(name), _HEAD.decode(data or b"")
                except msgspec.MsgspecError:
                    self.storage.delete(name)

    def save(self, head: Head, plan: bytes | None) -> None:
        """Keep what was read, the plan as JSON."""
        told = {field: getattr(head, field) for field in Head.__struct_fields__}
        raw = _Raw(**told, plan=msgspec.Raw(plan) if plan is not None else None)
        self.storage.write(f"{_FOLDER}/{head.name}.json", msgspec.json.encode(raw))

    def load(self, name: str) -> Plan:
        """A stored plan. Raises OutputUnavailable where it is not there, damaged, or none."""
        data = self.storage.read(f"{_FOLDER}/{name}.json")
        try:
            plan = _STORED.decode(data or b"").plan
        except msgspec.MsgspecError as error:
            raise OutputUnavailable(
                f"{self.storage.location}/{_FOLDER}/{name}.json is damaged ({error}); remove it and run again"
            ) from error
        if plan is None:
            raise OutputUnavailable(f"{self.storage.location}/{_FOLDER}/{name}.json holds no plan")
        return plan

    def delete(self, name: str) -> None:
        """Forget a plan."""
        self.storage.delete(f"{_FOLDER}/{name}.json")


def _id_of(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".json")
