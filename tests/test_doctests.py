"""The examples in docstrings: each is run as it stands there."""

from __future__ import annotations

from doctest import DocTest, DocTestFinder, DocTestRunner
from importlib import import_module
from pathlib import Path

import pytest

import toc_sim

ROOT = Path(__file__).parents[1]


def examples() -> list[DocTest]:
    """Return the examples of every module that has some."""
    found = []
    for path in sorted((ROOT / "toc_sim").rglob("*.py")):
        if ">>>" not in path.read_text(encoding="utf-8"):
            continue
        place = path.relative_to(ROOT).with_suffix("")
        name = ".".join(place.parts).removesuffix(".__init__")
        tests = DocTestFinder(exclude_empty=True).find(import_module(name), name)
        found += [test for test in tests if test.examples]
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=[each.name for each in EXAMPLES])
def test_an_example_gives_what_it_shows(
    example: DocTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands below a line of an example is what the line gives."""
    monkeypatch.chdir(ROOT)
    told: list[str] = []

    result = DocTestRunner().run(example, out=told.append)

    assert result.attempted
    assert not result.failed, "".join(told)


@pytest.mark.parametrize(
    "name", [name for name in toc_sim.__all__ if name != "__version__"]
)
def test_each_public_name_has_an_example(name: str) -> None:
    """What is announced is shown at work where it is defined."""
    public = getattr(toc_sim, name)
    home = f"{public.__module__}.{public.__qualname__}"

    assert home in [each.name for each in EXAMPLES]
