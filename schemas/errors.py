"""The exceptions of the package. Faults *in* a plan are records (:class:`~kehoach.schemas.records.Diagnostic`)."""

from __future__ import annotations

__all__ = ["ClusterUnavailable", "InputMissing", "KehoachError", "NoPlan", "NotReadable", "OutputUnavailable"]


class KehoachError(Exception):
    """Base of all; ``str()`` is a message for the person at the terminal."""


class InputMissing(KehoachError):
    """A path that was given does not exist."""


class NotReadable(KehoachError):
    """The bytes give no text: an empty file, binary noise, a format without a reader (`unsupported`).

    ``status`` is what the table `files` says of it.
    """

    def __init__(self, message: str, status: str = "unreadable") -> None:
        super().__init__(message)
        self.status = status


class NoPlan(KehoachError):
    """The text was read, but it is no administrative document: a poem, a price list."""


class OutputUnavailable(KehoachError):
    """The output folder cannot be written, or another run holds it."""


class ClusterUnavailable(KehoachError):
    """The machines that are to read the files cannot be reached, or would read them otherwise than this one."""
