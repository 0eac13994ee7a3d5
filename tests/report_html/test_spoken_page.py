"""The page of a report is in the language that is spoken, all of it."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from helpers.pseudo import speaking_pseudo, unspoken
from helpers.reports import hasty_page_of, read

from toc_sim import load
from toc_sim.language import speaking

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SPOKEN = ("paper_cups_tools", "b2b_sales")
LARGEST = 500_000
"""Bytes that a page may have."""


def file(name: str) -> str:
    """Return the path of a scenario that ships."""
    return str(SCENARIOS / f"{name}.yaml")


@cache
def english(name: str) -> str:
    """Return its page in English."""
    return hasty_page_of(file(name))


@cache
def russian(name: str) -> str:
    """Return its page in Russian: what the run concludes is said in it, too."""
    with speaking("ru"):
        return hasty_page_of(file(name))


def said(page: str) -> str:
    """Return what is read on a page or of it: no commands, no record, no style."""
    text = re.sub(r"<(style|script|code)\b.*?</\1>", " ", page, flags=re.DOTALL)
    labels = re.findall(r'aria-label="([^"]*)"', text)
    text = re.sub(r"</?(?:wbr|bdi)>", "", text)
    text = re.sub(r"<[^>]*>", " ", text)
    text = re.sub(r"\brun\.\w+: \w+", " ", text)  # a setting, as a file has it
    return unescape(" \n ".join([text, *labels]))


@pytest.mark.parametrize("name", SPOKEN)
def test_no_english_sentence_is_left(name: str) -> None:
    """What no catalogue says is a name, a figure or a unit of the file."""
    scenario = load(file(name))
    with speaking_pseudo():
        text = said(hasty_page_of(file(name)))

    text = text.replace(scenario.description.strip(), " ")
    assert unspoken(text, scenario) == []


def test_an_english_sentence_would_be_found() -> None:
    """The test above can fail."""
    text = said(english("paper_cups_tools"))

    found = unspoken(text, load(file("paper_cups_tools")))

    assert {"What", "constraint", "lifted"} <= {*found}


@pytest.mark.parametrize("name", SPOKEN)
def test_a_russian_page_has_the_figures_of_the_english_one(name: str) -> None:
    """Each stands at the same place of the record; the page is no larger than any."""

    def places(page: str) -> list[tuple[str, str, float]]:
        return sorted(figure[:3] for figure in read(page).figures)

    assert places(russian(name)) == places(english(name))
    assert len(russian(name).encode()) < LARGEST


@pytest.mark.parametrize("name", SPOKEN)
def test_a_page_says_its_language(name: str) -> None:
    """So that it is read out as it is written, and divided at the right places."""
    assert '<html lang="ru">' in russian(name)
    assert '<html lang="en">' in english(name)
    assert "Что делать дальше" in russian(name)
