"""The benchmark of constraint rules asks every rule, and draws what it says."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="bench", scope="module")
def _bench() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("constraint_rules")


@pytest.fixture(name="told", scope="module")
def _told(bench: Any) -> Any:
    del bench  # it has made the path to the page known
    return import_module("rules_page")


def test_lines_are_what_their_family_says(bench: Any) -> None:
    """Each line is drawn within its family's bounds, and again the same."""
    for family in bench.FAMILIES:
        for number in range(20):
            line = family.draw(number)
            assert line == family.draw(number)
            assert len(line.rates) == family.stations == len(line.buffers) + 1
            assert all(abs(rate - 1) <= family.spread for rate in line.rates)
            assert all(0 <= places <= family.largest for places in line.buffers)
            assert bool(line.failures) == bool(line.repairs) == family.fails


def test_every_rule_is_asked_and_told(bench: Any, told: Any) -> None:
    """In a line of any family each rule on the page has an answer, no other has."""
    for family in bench.FAMILIES:
        answers = bench.answers(family, 200, 0)
        assert set(answers) == {rule.name for rule in told.RULES}
        assert all(
            0 <= hit <= 1 and captured <= 1 for hit, captured in answers.values()
        )


def test_the_promise_is_tested_at_its_level(bench: Any) -> None:
    """103 hits of 120 are still a likely 92 %; 102 or a lift of 98 % are not enough."""
    assert bench.Score(103, 120, 0.995).holds
    assert not bench.Score(102, 120, 0.995).holds
    assert not bench.Score(120, 120, 0.98).holds


def test_the_page_is_the_one_that_is_written(told: Any) -> None:
    """docs/constraint-rules.md keeps the promise and explains every rule."""
    page = (ROOT / "docs" / "constraint-rules.md").read_text(encoding="utf-8")

    assert "The constraint share keeps its promise" in page
    for rule in told.RULES:
        title = rule.title.strip("*")
        assert f"| {title} | {rule.names} | {rule.source} |" in page
