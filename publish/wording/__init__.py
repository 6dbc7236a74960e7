"""What is written for people, in Vietnamese and English: `vi.toml` and `en.toml`, a section each for a command.

words = words_of("workbook", "vi")
words("sheet.tasks"); words("source", page=3)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from kehoach.normalize.text import fold

__all__ = ["LANGUAGES", "Language", "Words", "meaning_of", "words_of"]

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


class Words(NamedTuple):
    """The wording of one command in one language."""

    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def group(self, name: str) -> dict[str, str]:
        """The texts of all keys of a group by the rest of the key: of `names` `{"same": "Giống …", …}`."""
        return {key.removeprefix(f"{name}."): text for key, text in self.texts.items() if key.startswith(f"{name}.")}


@cache
def words_of(section: str, language: Language) -> Words:
    """The wording of a section, with what `common` holds for all. Raises KeyError for an unknown section."""
    sections = _sections(language)
    return Words({**sections["common"], **sections[section]})


@cache
def _sections(language: Language) -> dict[str, dict[str, str]]:
    with Path(__file__).with_name(f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def meaning_of(section: str, group: str, text: str) -> str | None:
    """What a label of a group says, in whichever language and spelling: `giống mục đã chọn ` is `same`."""
    return _meanings(section, group).get(_key(text))


@cache
def _meanings(section: str, group: str) -> Mapping[str, str]:
    found = {}
    for language in LANGUAGES:
        for name, label in words_of(section, language).group(group).items():
            found[_key(label)] = found[_key(name)] = name
    return found


def _key(text: str) -> str:
    return fold(text).strip(" .:")
