"""The gallery shows every scenario, and what is said of it now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scenarios.md"
FILES = sorted(
    path.relative_to(ROOT).as_posix() for path in ROOT.glob("scenarios/**/*.yaml")
)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(name="gallery", scope="module")
def _gallery() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("gallery")


def shown(file: str) -> str:
    """Return the section of a scenario."""
    sections = PAGE.read_text("utf-8").split("\n## ")
    return next(each for each in sections if f"`{file}`: " in each)


@pytest.mark.parametrize("file", FILES)
def test_every_scenario_is_shown(gallery: Any, file: str) -> None:
    """With its title, its lesson and a picture that is there and small."""
    [exhibit] = [each for each in gallery.exhibits() if each.file == file]
    section = shown(file)
    picture = PAGE.parent / "pictures" / exhibit.picture

    assert section.startswith(f"{exhibit.scenario.name}\n")
    assert exhibit.scenario.description in section
    assert f"](pictures/{exhibit.picture})" in section
    assert f"](#{exhibit.anchor})" in PAGE.read_text("utf-8")
    assert picture.stat().st_size < 100_000
    with Image.open(picture) as image:
        assert min(image.size) > 300


@pytest.mark.parametrize("file", FILES)
def test_what_the_gallery_says_is_said_now(
    gallery: Any, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of the page prints what stands below it, word for word."""
    monkeypatch.chdir(ROOT)
    [block] = CONSOLE.findall(shown(file))
    parts = re.split(r"^\$ toc-sim ", block, flags=re.MULTILINE)[1:]

    assert parts
    for part in parts:
        command, _, output = part.partition("\n")
        assert gallery.answer(command) == output.strip()


def test_there_is_no_picture_of_nothing(gallery: Any) -> None:
    """What no scenario shows, and no kind of picture, is not kept."""
    kinds = import_module("pictures")
    kept = {path.name for path in (PAGE.parent / "pictures").iterdir()}

    wanted = {each.picture for each in gallery.exhibits()}
    assert kept == wanted | {kinds.picture_of(each) for each in kinds.KINDS}


def test_a_colour_that_is_rare_is_kept(
    gallery: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one dot of a comparison that is red, the constraint's colour, stays red."""
    monkeypatch.chdir(ROOT)
    file = tmp_path / "tools.png"
    tools = "compare scenarios/paper_cups_tools.yaml --no-store"
    gallery.draw_small(f"{tools} --plot {{picture}}", file)

    with Image.open(file) as image:
        colours: Any = image.convert("RGB").getcolors(1000)
    red = (0xB3, 0x26, 0x1E)
    nearest = min(
        max(abs(have - want) for have, want in zip(each, red, strict=True))
        for _, each in colours
    )
    assert nearest <= 2


def test_a_picture_is_drawn_with_the_same_bytes(
    gallery: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page can be written again without a change."""
    monkeypatch.chdir(ROOT)
    exhibit = gallery.exhibits()[0]
    paths = [tmp_path / "1.png", tmp_path / "2.png"]
    for path in paths:
        gallery.draw(exhibit, path)

    assert paths[0].read_bytes() == paths[1].read_bytes()
