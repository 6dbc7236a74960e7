"""What is wrong in the output of a run."""

from __future__ import annotations

import msgspec

__all__ = ["Fault"]


class Fault(msgspec.Struct, frozen=True):
    """Something that no run writes: the file was changed, damaged or lost, or the program has a bug."""

    table: str
    """A table of the contract, or `run` (of `run.json`) or `plans` (of the stored plans)."""
    code: str
    message: str
