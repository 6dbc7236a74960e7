"""The message files: the same keys and the same values in every language."""

from __future__ import annotations

import re
import tomllib

import pytest

from kehoach.publish.wording import LANGUAGES
from tests.corpus import ROOT

SLOTS = re.compile(r"\{\w+\}")
TEXTS = {name: tomllib.loads((ROOT / f"publish/wording/{name}.toml").read_text(encoding="utf-8")) for name in LANGUAGES}


@pytest.mark.parametrize("section", TEXTS["en"])
def test_both_languages_say_everything_with_the_same_values(section: str) -> None:
    vietnamese, english = TEXTS["vi"][section], TEXTS["en"][section]
    assert vietnamese.keys() == english.keys()
    assert all(vietnamese.values())
    assert all(english.values())
    assert [key for key in english if set(SLOTS.findall(english[key])) != set(SLOTS.findall(vietnamese[key]))] == []


def test_both_languages_have_the_same_sections() -> None:
    assert len({tuple(texts) for texts in TEXTS.values()}) == 1
