"""Compares the facts of two plans that should say the same, whatever format each was read from."""

from __future__ import annotations

from typing import Any

import msgspec

from kehoach.schemas.records import Plan

__all__ = ["differences", "facts"]

_TABLES = ("indicators", "targets", "tasks", "assignments")
_PLACE = ("line", "page", "places")


def facts(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """The records of the four tables of facts without their places."""
    return {
        name: [
            {key: value for key, value in msgspec.to_builtins(record).items() if key not in _PLACE}
            for record in getattr(plan, name)
        ]
        for name in _TABLES
    }


def differences(wanted: Plan, found: Plan) -> list[str]:
    """What is missing, too much or other, field by field; empty where both say the same."""
    lines = []
    for name, want in facts(wanted).items():
        have = facts(found)[name]
        if len(want) != len(have):
            lines.append(f"{name}: {len(want)} wanted, {len(have)} found")
        for number, (one, other) in enumerate(zip(want, have, strict=False)):
            lines += [
                f"{name}[{number}].{key}: {one.get(key)!r} wanted, {other.get(key)!r} found"
                for key in sorted(one.keys() | other.keys())
                if one.get(key) != other.get(key)
            ]
    return lines
