"""The wording of the review workbook and its reports, in Vietnamese and English: `words.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from kehoach.normalize.text import fold

__all__ = ["LANGUAGES", "Language", "Words", "meaning_of", "words"]

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


class Words(NamedTuple):
    """The wording in one language."""

    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def group(self, name: str) -> dict[str, str]:
        """The texts of all keys of a group by the rest of the key: of `names` `{"same": "Giống …", …}`."""
        return {key.removeprefix(f"{name}."): text for key, text in self.texts.items() if key.startswith(f"{name}.")}


@cache
def words(language: Language) -> Words:
    """The wording in this language."""
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as file:
        return Words({row["key"]: row[language] for row in csv.DictReader(file)})


def meaning_of(group: str, text: str) -> str | None:
    """What a label of a group says, in whichever language and spelling: `giống mục đã chọn ` is `same`."""
    return _meanings(group).get(_key(text))


@cache
def _meanings(group: str) -> Mapping[str, str]:
    found = {}
    for language in LANGUAGES:
        for name, label in words(language).group(group).items():
            found[_key(label)] = found[_key(name)] = name
    return found


def _key(text: str) -> str:
    return fold(text).strip(" .:")
