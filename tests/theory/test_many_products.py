"""Hundreds of products: the same answers as of a few, in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toc_sim import load
from toc_sim.accounting.product_mix import product_mix
from toc_sim.network import Network, average
from toc_sim.network.build import network as network_of
from toc_sim.theory.linear import Linear, condense
from toc_sim.theory.program import averages, program
from toc_sim.theory.static import capacity as capacity_of


def shop(folder: Path, count: int, pace: float) -> Network:
    """Return so many products, each wanted once a day, through two machines."""
    drawn = np.random.default_rng(count).uniform(0.8, 1.2, count)
    names = [f"p{number}" for number in range(count)]
    own = (
        f"{name}: {pace * count * by:.3f}"
        for name, by in zip(names, drawn, strict=True)
    )

    def each(value: object) -> str:
        return "{" + ", ".join(f"{name}: {value}" for name in names) + "}"

    file = folder / f"{count}.yaml"
    file.write_text(
        f"""format: 1
name: Shop
item: unit
period: day
products: {each("{price: 9, variable_cost: {materials: 0}}")}
stages:
  orders: {{kind: source, arrivals: {each(1)}}}
  first: {{kind: machine, rate: {each(5 * count)}}}
  second: {{kind: machine, rate: {{{", ".join(own)}}}}}
  market: {{kind: market, demand: {each(1)}}}
flow: [orders -> first -> second -> market]
economics: {{operating_expense: {{all: 1}}}}
run: {{horizon: 10, replications: 1}}
""",
        encoding="utf-8",
    )
    return network_of(load(file))


@pytest.mark.parametrize("count", [10, 60])
def test_products_that_can_all_be_made_are_limited_by_their_own_demand(
    tmp_path: Path, count: int
) -> None:
    """What comes of each product, and what is wanted of it, tie and share its part."""
    found = capacity_of(shop(tmp_path, count, 2.0))
    shares = [owner.share for owner in found.owners if "/" in owner.name]

    assert found.throughput == pytest.approx(count)
    assert found.tie
    assert shares == pytest.approx([1 / count / 2] * count * 2)


@pytest.mark.parametrize("count", [10, 60])
def test_the_machine_that_cannot_make_all_makes_what_takes_it_least(
    tmp_path: Path, count: int
) -> None:
    """The best flow fills the scarce machine with the quickest products first."""
    net = shop(tmp_path, count, 0.8)
    nodes = [node for node in net.nodes if node.place == "second"]
    times, left, made = sorted(1 / average(node.pace, 1.0) for node in nodes), 1.0, 0.0
    for time in times:
        part = min(1.0, left / time)
        made, left = made + part, left - part * time
    found = capacity_of(net)
    share = {owner.name: owner.share for owner in found.owners}

    assert found.throughput == pytest.approx(made)
    assert found.constraint == ("second",)
    last = next(time for place, time in enumerate(times) if sum(times[: place + 1]) > 1)
    assert share["second"] == pytest.approx(1 / last / made)


@pytest.mark.parametrize("pace", [0.8, 1.0, 2.0])
def test_a_condensed_program_has_the_same_best_answer(
    tmp_path: Path, pace: float
) -> None:
    """Flows that follow from others may be left out, whoever is faster or slower."""
    net = shop(tmp_path, 60, pace)
    whole = program(net, averages(net))
    small = condense(whole)
    factors = np.random.default_rng(1).uniform(0.5, 2, len(net.owners) + 1)

    assert small.program.columns == 60
    assert Linear(small.program).throughput(factors) == pytest.approx(
        Linear(whole).throughput(factors)
    )


@pytest.mark.parametrize("count", [12, 60])
def test_a_mix_of_many_products_that_can_all_be_made_has_no_constraint(
    tmp_path: Path, count: int
) -> None:
    """What a product takes of a machine is its own work, without that of others."""
    mix = product_mix(shop(tmp_path, count, 2.0))
    short = product_mix(shop(tmp_path, count, 0.8))
    assert mix is not None
    assert short is not None
    net = shop(tmp_path, count, 0.8)
    times = [
        1 / average(node.pace, 1.0) for node in net.nodes if node.place == "second"
    ]

    assert mix.constraint == ""
    assert [line.best for line in mix.products] == pytest.approx([1.0] * count)
    assert short.constraint == "second"
    assert [line.time for line in short.products] == pytest.approx(times)
    assert short.best == pytest.approx(9 * capacity_of(net).throughput)
