"""The exceptions of the package. Faults *in* a plan are records (:class:`~kehoach.schemas.records.Diagnostic`)."""

from __future__ import annotations

__all__ = ["KehoachError", "NoPlan", "NotReadable", "OutputUnavailable", "UnsupportedFormat"]


class KehoachError(Exception):
    """Base of all; ``str()`` is a message for the person at the terminal."""


class NotReadable(KehoachError):
    """The bytes give no text: an empty file, binary noise, a broken archive."""


class UnsupportedFormat(NotReadable):
    """No reader knows this format."""


class NoPlan(KehoachError):
    """The text was read, but it is no administrative document: a poem, a price list."""


class OutputUnavailable(KehoachError):
    """The output folder cannot be written, or another run holds it."""
