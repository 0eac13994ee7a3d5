"""Rivals for the constraint: who brings most is seen by lifting each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from toc_sim import Scenario, diagnose
from toc_sim.constraint.explanation import explanation
from toc_sim.constraint.rivals import MOST_OF_SHORT_RUNS, rivalry
from toc_sim.constraint.sensitivity import replicate_all
from toc_sim.constraint.sentences import sentence
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network import Network
from toc_sim.network.build import network as network_of


def line(
    first: float, second: float, replications: int = 8, demand: float | None = 14.0
) -> Runs:
    """Return a few short runs of two stages with chance, and a market if any."""
    times = {"distribution": "exponential"}
    stages: dict[str, Any] = {
        "a": {"kind": "machine", "capacity": first, **times},
        "b": {"kind": "machine", "capacity": second, "buffer": 4, **times},
    }
    if demand is not None:
        stages["market"] = {"kind": "market", "demand": demand, "buffer": 4, **times}
    document = {
        "format": 1,
        "name": "rivals",
        "stages": stages,
        "flow": [" -> ".join(stages)],
        "run": {"horizon": 50, "warmup": 10, "replications": replications},
    }
    return simulate(network_of(Scenario.model_validate(document)))


def test_more_runs_tell_rivals_apart() -> None:
    """Whose shares a few runs do not part are lifted until one brings surely more."""
    runs = line(10.0, 8.5)
    found = rivalry(runs, [("a",), ("b",)], replicate_all)

    assert found.is_told
    assert found.groups == (("b",), ("a",))
    assert [lift.names for lift in found.lifts] == [("b",), ("a",)]
    assert found.lifts[0].gain.mean > found.lifts[1].gain.mean


def test_equal_rivals_stay_equal() -> None:
    """Two that bring the same, a line read backwards, are tried so often, no more."""
    seen: list[range] = []

    def experiment(
        networks: Sequence[Network], warmup: float, numbers: range
    ) -> Iterator[Sequence[RunResult]]:
        seen.append(numbers)
        return replicate_all(networks, warmup, numbers)

    runs = line(9.0, 9.0, demand=None)
    found = rivalry(runs, [("a",), ("b",)], experiment)

    assert not found.is_told
    assert seen[-1].stop == MOST_OF_SHORT_RUNS * len(runs.results)


@pytest.mark.parametrize("spare", list(permutations(("x", "y", "z"))))
def test_who_brings_nothing_keeps_the_order_given(spare: tuple[str, ...]) -> None:
    """The same in every process: no order comes from where names lie in memory."""
    stages: dict[str, Any] = {
        name: {"kind": "machine", "capacity": 1000.0} for name in spare
    }
    stages["b"] = {"kind": "machine", "capacity": 8.0, "cv": 0.5}
    document = {
        "format": 1,
        "name": "one rival",
        "stages": stages,
        "flow": [" -> ".join(stages)],
        "run": {"horizon": 50, "warmup": 10, "replications": 4},
    }
    runs = simulate(network_of(Scenario.model_validate(document)))
    found = rivalry(runs, [("b",), *((name,) for name in spare)], replicate_all)

    assert found.groups == (("b",), *((name,) for name in spare))


def test_one_run_tells_nothing() -> None:
    """With one replication the order of the shares stays."""
    found = rivalry(line(10.0, 8.5, replications=1), [("a",), ("b",)], replicate_all)

    assert not found.is_told
    assert found.groups == (("a",), ("b",))


@pytest.mark.parametrize("second", [8.0, 8.5])
def test_the_verdict_names_who_brings_more(second: float) -> None:
    """Where it is told, the verdict names it alone, and says what was seen."""
    verdict = diagnose(line(10.0, second))

    assert verdict.constraint == ("b",)
    assert verdict.word in {"sole", "leading"}
    assert "more speed of b brought" in verdict.explanation


def test_who_brings_more_and_who_has_the_larger_share_are_both_told() -> None:
    """Where lifting refutes the order of the shares, the sentence says so, if surely.

    The same pair is told both ways round: with the lifts as they were, where the one
    with the larger share brought more, and with each other's.
    """
    runs = line(10.0, 8.5)
    verdict = diagnose(runs)
    means = {owner.name: owner.share.mean for owner in verdict.shares}
    smaller, larger = sorted(("a", "b"), key=means.__getitem__)
    most, least = rivalry(runs, [(larger,), (smaller,)], replicate_all).lifts
    names = (smaller, larger)
    seen = replace(verdict, word="shared", constraint=names, lifts=(least, most))
    swapped = (
        replace(most, names=least.names),
        replace(least, names=most.names),
    )
    told = sentence(runs.network, replace(seen, lifts=swapped))

    assert told.startswith(f"{smaller} and {larger} share the constraint")
    assert f"{larger} answers for the most" in told
    assert told.endswith(f"but {smaller} brought more when lifted.")
    assert "chance hides which brings most" in sentence(runs.network, seen)


def test_a_larger_share_than_that_of_who_is_named_is_told() -> None:
    """Where lifts name one of rivals, another's larger share is not left to the table.

    Named as it was, there is nothing to tell.
    """
    runs = line(10.0, 8.5)
    verdict = diagnose(runs)
    means = {owner.name: owner.share.mean for owner in verdict.shares}
    smaller, larger = sorted(("a", "b"), key=means.__getitem__)
    most, least = rivalry(runs, [(larger,), (smaller,)], replicate_all).lifts
    plain = replace(verdict, word="leading", constraint=(larger,), lifts=(most, least))
    swapped = replace(
        verdict,
        word="leading",
        constraint=(smaller,),
        lifts=(
            replace(most, names=least.names),
            replace(least, names=most.names),
        ),
    )

    assert f"{larger} has a larger share" in explanation(runs, swapped)
    assert "brought less when lifted by as much" in explanation(runs, swapped)
    assert "a larger share" not in explanation(runs, plain)
