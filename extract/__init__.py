"""From the bytes of a file to a Plan: `from kehoach.extract import extract_plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kehoach.extract.plan import extract_plan

__all__ = ["extract_plan"]


def __getattr__(name: str) -> Any:
    """Load the steps on first use: one who wants a single module need not load all."""
    if name == "extract_plan":
        from kehoach.extract.plan import extract_plan  # noqa: PLC0415

        return extract_plan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
