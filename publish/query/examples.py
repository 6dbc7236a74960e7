"""Ten useful questions: the SQL in `examples.sql`, what each asks in the section `query` of the wording."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kehoach.publish.wording import Language, words_of

__all__ = ["Example", "examples_text", "read_examples"]

_ONE = re.compile(r"(?ms)^-- (?P<name>\w+)\n(?P<sql>.+?;)$")


class Example(NamedTuple):
    """A question by its name."""

    name: str
    sql: str


@cache
def read_examples() -> tuple[Example, ...]:
    """The examples, in the order of the file."""
    text = Path(__file__).with_name("examples.sql").read_text(encoding="utf-8")
    return tuple(Example(found["name"], found["sql"]) for found in _ONE.finditer(text))


def examples_text(language: Language) -> str:
    """All of them as SQL, each under a comment with its name and what it asks."""
    words = words_of("query", language)
    return "\n\n".join(f"-- {one.name}: {words(f'example.{one.name}')}\n{one.sql}" for one in read_examples())
