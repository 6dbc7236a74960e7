"""The diagnostics of plans as a linter prints them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from kehoach.schemas.records import Diagnostic

__all__ = ["diagnostics_json", "diagnostics_text", "in_order"]


def in_order(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """By place in their source; what has no place comes first. The order of the sources stays."""
    sources = {source: at for at, source in enumerate(dict.fromkeys(found.source for found in diagnostics))}
    return sorted(diagnostics, key=lambda found: (sources[found.source], found.line or 0, found.code, found.message))


def diagnostics_text(diagnostics: Sequence[Diagnostic]) -> str:
    """One line each: `plan.txt:12: warning lead-missing no lead agency: …`; the first line where none is known."""
    return "\n".join(
        f"{found.source}:{found.line or 1}: {found.severity} {found.code} {found.message}"
        for found in in_order(diagnostics)
    )


def diagnostics_json(diagnostics: Sequence[Diagnostic]) -> str:
    """A JSON list of the diagnostics, each with all its columns."""
    fields = Diagnostic.__struct_fields__
    rows = [{name: msgspec.to_builtins(getattr(found, name)) for name in fields} for found in in_order(diagnostics)]
    return json.dumps(rows, ensure_ascii=False, indent=2)
