"""The house has one way in: what import-linter cannot see."""

from __future__ import annotations

from pathlib import Path

import grimp

PACKAGE = Path(__file__).parents[1] / "toc_sim"


def test_no_module_imports_the_package_root() -> None:
    """Importing from `toc_sim` inside the package is how circles come about."""
    graph = grimp.build_graph("toc_sim", cache_dir=None)

    assert graph.find_modules_that_directly_import("toc_sim") == set()


def test_every_module_says_what_it_is_for() -> None:
    """The first line of a file is one sentence about it."""
    silent = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]

    assert silent == []


def test_only_one_module_knows_the_yaml_library() -> None:
    """The library can be exchanged in one place, with the words for its faults."""
    graph = grimp.build_graph("toc_sim", include_external_packages=True, cache_dir=None)

    assert graph.find_modules_that_directly_import("ruamel") == {
        "toc_sim.scenario.file.yaml",
    }
