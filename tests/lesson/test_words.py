"""Every sentence of the lesson stands in each of its languages, and is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import toc_sim
from toc_sim.language import languages
from toc_sim.lesson.lesson_page import words_of

WEB = Path(toc_sim.__file__).parent / "lesson" / "web"
OTHERS = [language for language in languages() if language != "en"]
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}
"""The plural forms of each language (CLDR)."""


def said(language: str) -> dict[str, str]:
    """Return every sentence, each plural form with its own key."""
    told: dict[str, str] = {}
    for key, text in words_of(language).items():
        forms = text if isinstance(text, dict) else {"": text}
        told |= {f"{key} {form}".strip(): each for form, each in forms.items()}
    return told


def places(text: str) -> set[str]:
    """Return what is put into a sentence."""
    return set(re.findall(r"\{(\w+)\}", text))


def asked_for() -> Iterator[str]:
    """Yield the keys that the program asks for; of a family, a pattern."""
    for path in WEB.rglob("*.js"):
        if path.parent.name == "engine":  # another page, with words of its own
            continue
        text = path.read_text(encoding="utf-8")
        yield from map(re.escape, re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
        for key in re.findall(r"`((?:\$\{[^{}]+\}|[a-z_.])+)`", text):
            if "." in re.sub(r"\$\{[^{}]+\}", "", key):
                fixed = re.split(r"\$\{[^{}]+\}", key)
                yield r"\w+".join(map(re.escape, fixed))
    page = (WEB / "lesson.html").read_text(encoding="utf-8")
    yield from map(re.escape, re.findall(r'words\["([\w.]+)"\]', page))


@pytest.mark.parametrize("language", OTHERS)
def test_both_files_have_the_same_keys_and_places(language: str) -> None:
    """And a plural has all forms that the language has."""
    english, other = words_of("en"), words_of(language)

    assert list(english) == list(other)
    for key, text in english.items():
        forms = other[key]
        assert isinstance(text, dict) == isinstance(forms, dict), key
        if isinstance(forms, dict):
            assert set(text) == FORMS["en"], key
            assert set(forms) == FORMS[language], key
            wanted = {frozenset(places(each)) for each in text.values()}
            assert {frozenset(places(each)) for each in forms.values()} == wanted, key
        else:
            assert places(text) == places(forms), key


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_every_sentence_is_used_and_every_used_one_is_there(language: str) -> None:
    """A key that nothing asks for is a leftover; without one that is, an act breaks."""
    keys, patterns = set(words_of(language)), set(asked_for())

    unused = {key for key in keys if not any(re.fullmatch(p, key) for p in patterns)}
    missing = {p for p in patterns if not any(re.fullmatch(p, key) for key in keys)}
    assert unused == set()
    assert missing == set()


def test_russian_is_russian() -> None:
    """No English word is left but names of figures, currencies and the program."""
    allowed = {"T", "I", "OE", "EUR", "JavaScript", "toc", "sim", "NPV", "Q", "P"}
    for key, text in said("ru").items():
        bare = re.sub(r"\{\w+\}", " ", text)
        words = set(re.findall(r"[A-Za-z]+", bare)) - allowed
        assert words == set() or key == "class.example", (key, words)
