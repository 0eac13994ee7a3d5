"""The house has one way in, no circles, and one name for one thing.

These are promises that import-linter cannot see; `benchmarks/house.py` measures them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "toc_sim"
PAGE = ROOT / "docs" / "architecture.md"
KNOWN_TWINS = (Path(__file__).with_name("known_twins.txt")).read_text("utf-8")
"""Names that still stand more than once, and how often: a list that only shrinks."""

LIMITS = {
    "files": (517, 240),
    "lines": (101_200, 37_000),
    "imports": (5.22, 3.5),
    "circles": (0, 0),
}
"""What may be measured now, and what is wanted: when a measure is better, its limit
goes down to it. It goes up only for what users gain, told in the commit that does so.
"""


@pytest.fixture(name="measuring", scope="module")
def _measuring() -> Iterator[Callable[[str], Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module


@pytest.fixture(name="house", scope="module")
def _house(measuring: Callable[[str], Any]) -> Any:
    return measuring("house")


def test_the_house_grows_no_larger_and_no_more_tangled(house: Any) -> None:
    """Files, lines, imports of a file, modules in circles (types' imports counted)."""
    found = house.measured()
    worse = {
        measure: getattr(found, measure)
        for measure, (now, _) in LIMITS.items()
        if getattr(found, measure) > now
    }

    assert worse == {}


def test_one_name_is_one_thing(house: Any) -> None:
    """No two modules, types or constants share a name but as sides of one thing.

    A name that is here and not in `known_twins.txt` wants another word. A line of that
    file that is no longer true wants to be deleted.
    """
    found = {
        f"{kind} {name} {len(places)}"
        for kind, names in house.twins().items()
        for name, places in names.items()
    }
    known = set(KNOWN_TWINS.splitlines())

    assert sorted(found - known) == []
    assert sorted(known - found) == []


def test_the_page_shows_the_rooms_as_they_are(measuring: Callable[[str], Any]) -> None:
    """Each file with its first line; `python benchmarks/house.py --write` renews it."""
    assert measuring("house_page").rooms() in PAGE.read_text(encoding="utf-8")


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


@pytest.mark.parametrize(
    ("library", "module"),
    [
        ("ruamel", "toc_sim.scenario.file.yaml"),
        ("openpyxl", "toc_sim.workbook.sheets toc_sim.records.excel_sheet"),
        ("xlsxwriter", "toc_sim.workbook.new_book"),
        ("duckdb", "toc_sim.records.row_store"),
        ("defusedxml", "toc_sim.records.xes"),
    ],
)
def test_only_one_module_knows_a_library_of_files(library: str, module: str) -> None:
    """The library can be exchanged in one place, with the words for its faults.

    Workbooks of scenarios and those of records are read apart: of the latter only the
    rows of one sheet, whatever they are.
    """
    graph = grimp.build_graph("toc_sim", include_external_packages=True, cache_dir=None)

    assert graph.find_modules_that_directly_import(library) == set(module.split())
