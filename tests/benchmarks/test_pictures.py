"""The page of pictures shows every kind, and what each says now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from toc_sim.cli import main as toc_sim

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "pictures.md"
SCENARIOS = ROOT / "docs" / "scenarios.md"
COUNT = 16


@pytest.fixture(name="pictures", scope="module")
def _pictures() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("pictures")


def shown(name: str) -> str:
    """Return the section of a kind of picture."""
    sections = PAGE.read_text("utf-8").split("\n## ")
    return next(each for each in sections if each.startswith(f"{name}\n"))


@pytest.mark.parametrize("number", range(COUNT))
def test_every_kind_is_shown(pictures: Any, number: int) -> None:
    """With the command above, and a picture that is there and small."""
    kind = pictures.KINDS[number]
    section, picture = shown(kind.name), pictures.picture_of(kind)
    path = PAGE.parent / "pictures" / picture

    assert f"](#{kind.anchor})" in PAGE.read_text("utf-8")
    before, _, after = section.partition(f"toc-sim {kind.drawing(picture)}\n")
    assert "![" not in before
    assert f"](pictures/{picture})" in after
    assert path.stat().st_size < 100_000
    with Image.open(path) as image:
        assert min(image.size) > 200


@pytest.mark.parametrize("number", range(COUNT))
def test_what_a_picture_says_is_said_now(
    pictures: Any, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside it stands its own title; of a scenario's picture, as its page has it."""
    monkeypatch.chdir(ROOT)
    kind = pictures.KINDS[number]
    [said] = re.findall(r"^\*\*(.*)\*\*$", shown(kind.name), flags=re.MULTILINE)

    if pictures.picture_of(kind) == kind.own:
        assert said == kind.sentence
    else:  # tested there
        assert said in " ".join(SCENARIOS.read_text("utf-8").split())


def test_the_question_is_the_title_of_a_line_without_its_answer(
    pictures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one sentence that no command prints."""
    monkeypatch.chdir(ROOT)
    [kind] = [each for each in pictures.KINDS if "--hide-answer" in each.command]
    file = tmp_path / "question.svg"
    pictures.answer(kind.drawing(str(file)))

    assert f"<!-- {kind.sentence} -->" in file.read_text("utf-8")


def test_every_command_that_draws_has_its_kind(pictures: Any) -> None:
    """A new option that draws wants a picture on the page."""
    drawing = {
        (name, option)
        for name, command in toc_sim.commands.items()
        for each in command.params
        if isinstance(each, click.Option)
        for option in each.opts
        if option in {"--plot", "--hide-answer"} or (name, option) == ("map", "-o")
    }
    shown_there = {
        (kind.command.split()[0], word)
        for kind in pictures.KINDS
        for word in kind.command.split()
        if word in {"--plot", "--hide-answer", "-o"}
    }

    assert drawing == shown_there
    assert len(pictures.KINDS) == COUNT
