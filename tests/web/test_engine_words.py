"""The words of the page over the engine: in each language, and each of them used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import toc_sim
from toc_sim.language import languages
from toc_sim.lesson.lesson_page import words_of

FOLDER = "engine/words"
WEB = Path(toc_sim.__file__).parent / "lesson" / "web"
OTHERS = [language for language in languages() if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_both_files_have_the_same_keys_and_places(language: str) -> None:
    """A sentence that is there in one language is there in all, with its parts."""
    english, other = words_of("en", FOLDER), words_of(language, FOLDER)
    parts = re.compile(r"\{(\w+)\}")

    assert list(english) == list(other)
    for key, text in english.items():
        assert set(parts.findall(text)) == set(parts.findall(other[key])), key


def test_every_sentence_is_used_and_every_used_one_is_there() -> None:
    """By its key, or by that of its family."""
    files = (*(WEB / "engine").glob("*.js"), WEB / "lesson.html")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    keys = set(words_of("en", FOLDER)) | {"page.title"}
    asked = set(re.findall(r'say\("([\w.]+)"', text))
    families = ("key.", "release.", "refused.", "page.", "way.")

    assert asked <= keys
    assert {key for key in keys - asked if not key.startswith(families)} <= set(
        re.findall(r'"([\w.]+)"', text)
    )
