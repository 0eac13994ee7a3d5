"""What the page about scenario files says of uncertain numbers is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from toc_sim import Scenario, ScenarioError, dump, load
from toc_sim.scenario.load import read
from toc_sim.scenario.uncertain_draws import uncertain_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## What is not known exactly\n")[2].partition("\n## ")[0]
CUPS = load(ROOT / "tests" / "scenario" / "valid" / "smallest.yaml")
PATHS = {
    "share": "machine_2.conversion",
    "rate": "sales.capacity",
    "time": "machine_3.time",
}
"""A parameter of each kind."""

ROWS = [line.split("|")[1:-1] for line in SECTION.splitlines() if line[:3] == "| `"]
FORMS = [
    (form, of, told)
    for forms, of, told in ROWS
    for form in re.findall(r"`([^`]*)`", forms)
]


def blocks(kind: str) -> list[str]:
    """Return the blocks of a kind in the section."""
    return re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)


def with_form(kind: str, form: str, value: float) -> Scenario:
    """Return the cups, unsure of a number of a kind that has some value."""
    path = PATHS[kind]
    cups = CUPS.changed({"machine_3.time": 0.1, "machine_2.conversion": 0.5})
    cups = cups.changed({path: value})
    return read(f"{dump(cups)}\nuncertain:\n  {path}: {form}\n", "cups.yaml")


def test_the_example_is_one_that_can_be_read() -> None:
    """Under the paper cups, of which it speaks."""
    [shown] = blocks("yaml")
    cups = read(f"{dump(CUPS)}\n{shown}", "cups.yaml")

    assert len(cups.uncertain) == 5
    assert cups.measure["sales.capacity"].cost == 50


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize(("form", "of", "told"), FORMS)
def test_each_form_suits_what_the_table_says(
    form: str, of: str, told: str, kind: str
) -> None:
    """And is refused, for that reason, of all else."""
    del told
    suits = kind in of or "any number" in of
    try:
        with_form(kind, form, 0.3 if kind == "share" else 8)
    except ScenarioError as error:
        refused = " of a " in str(error) and "and this is" in str(error)
    else:
        refused = False

    assert refused != suits


def law(name: str, one: float, other: float) -> Any:
    """Return a distribution by its name and parameters."""
    return stats.beta(one, other) if name == "Beta" else stats.gamma(one, 0, 1 / other)


@pytest.mark.parametrize(
    ("form", "kind", "value"),
    [
        ("{won: 12, of: 40}", "share", 0.3),
        ("{count: 380, over: 13}", "rate", 29),
        ("{observations: 40, mean: 9}", "rate", 9),
    ],
)
def test_a_named_distribution_is_what_it_is(form: str, kind: str, value: float) -> None:
    """With the parameters in the table, by scipy."""
    [told] = [told for each, _, told in FORMS if each == form]
    name, one, other = re.findall(r"(Beta|Gamma)\(([\d.]+), ([\d./]+)\)", told)[0]
    above, _, below = other.partition("/")
    expected = law(name, float(one), float(above) / float(below or 1))
    [number] = uncertain_of(with_form(kind, form, value)).values()

    assert number.mean == pytest.approx(expected.mean())
    assert number.interval == pytest.approx(expected.interval(0.95))


def test_the_page_says_what_is_refused() -> None:
    """In these words, at this place."""
    [told] = blocks("text")
    wrong = (
        "uncertain:\n"
        "  machine_1.capacity: 12 +- 1\n"
        "  machine_2.capacity: 12 +- 0.5\n"
        "  machine_3.capacity: 10 +- 0.5\n"
        "  machine_2.conversion: {count: 380, over: 13}\n"
        "  machine_4.capacity: 8 +- 1\n"
    )

    with pytest.raises(ScenarioError) as refused:
        read(f"{dump(CUPS)}{wrong}", "cups.yaml")
    assert f"{refused.value}\n" == told
