"""What the parent and a worker process say to each other: records as frames of bytes on two pipes."""

from __future__ import annotations

import struct
from typing import IO, Any, TypeVar

import msgspec

from kehoach.pipeline.reading import Found
from kehoach.pipeline.settings import Settings

__all__ = ["SIGN", "Answer", "Setup", "Task", "receive", "send"]

SIGN = "page-read"
"""A file in a worker's folder, written anew for each scanned page: the time for the next one begins."""

_LENGTH = struct.Struct("<Q")

Frame = TypeVar("Frame", "Setup", "Task", "Answer")


class Setup(msgspec.Struct):
    """The first frame to a worker. Paths are bytes here: not every file name is Unicode."""

    settings: Settings
    workspace: bytes | None
    extract: str


class Task(msgspec.Struct):
    """A file to read, and the name under which it was given."""

    path: bytes
    name: str


class Answer(msgspec.Struct):
    """What a worker read (None: it is ready for the first file), and whether it wants to be replaced."""

    found: Found | None = None
    last: bool = False
    starved: bool = False
    """It ran out of memory; with less left over from other files it may do better."""


def send(pipe: IO[bytes], record: Setup | Task | Answer) -> None:
    """Write one frame. Raises OSError where nobody reads any more."""
    data = msgspec.msgpack.encode(record)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def receive(pipe: IO[bytes], kind: type[Frame]) -> Frame | None:
    """Read one frame; None where the other side has ended, even in the middle of one."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    frame: Frame | None = _DECODERS[kind].decode(data) if len(data) == length else None
    return frame


# Made here, before there are threads: two that make the first decoder of a record at once end the process (msgspec).
_DECODERS: dict[type, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(kind) for kind in (Setup, Task, Answer)
}
