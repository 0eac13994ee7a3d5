"""The match-bowl game of The Goal: 35 matches by the averages, 23 in the bowls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toc_sim import diagnose, load
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network
from toc_sim.streams import Purpose, generator, variates
from toc_sim.theory.static import capacity as capacity_of

FILE = Path(__file__).parents[2] / "scenarios" / "dice_game.yaml"
ROUNDS, MEAN = 10, 3.5


def game(**changes: object) -> Network:
    """Return the game as its file says, or with changes to the run."""
    settings = {f"run.{key}": value for key, value in changes.items()}
    return network_of(load(FILE).changed(settings))


def by_hand(net: Network, replication: int) -> tuple[int, int]:
    """Return the matches delivered and left, moved as a child would, by the same dice.

    In each round the boys move one after the other, from the first to the last.
    """
    seed = net.scenario.run.seed
    dice = [
        variates(node.draw, generator(seed, replication, node.name, Purpose.TIME))
        for node in net.nodes
    ]
    bowls = [0] * (len(dice) + 1)
    for _ in range(ROUNDS):
        for boy, die in enumerate(dice):
            shown = round(die() * MEAN)
            moved = shown if boy == 0 else min(shown, bowls[boy])
            bowls[boy] -= moved
            bowls[boy + 1] += moved
    return bowls[-1], sum(bowls[1:-1])


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_it_is_the_game_that_a_child_would_play(engine: str) -> None:
    """Match by match: delivered and left in the bowls, in every game."""
    net = game(engine=engine, replications=50)
    runs = simulate(net)

    for played in runs.results:
        assert (played.bought, played.wip_end) == by_hand(net, played.replication)


def test_averages_promise_more_than_comes() -> None:
    """The dice promise 35 matches; of ten thousand games the mean is 23.3."""
    net = game(replications=2000)
    bought = [played.bought for played in simulate(net).results]
    by_hands = [by_hand(net, number + 2000)[0] for number in range(8000)]
    error = float(np.std(bought)) / len(bought) ** 0.5

    assert capacity_of(net).throughput * ROUNDS == 35
    assert np.mean(bought) == pytest.approx(np.mean(by_hands), abs=4 * error)
    assert np.mean(bought) == pytest.approx(23.3, abs=0.4)


def test_dice_without_chance_bring_all_that_they_promise() -> None:
    """Dice that always show 3 deliver 30, and no match lies about."""
    scenario = load(FILE)
    net = network_of(scenario.changed(scenario.variants["no_chance"].set))
    runs: Runs = simulate(net)

    assert runs.results[0].bought == 30
    assert runs.results[0].wip_end == 0


def test_the_boys_share_the_constraint() -> None:
    """Nobody is Herbie: shares are told by experiment, and say so."""
    verdict = diagnose(simulate(game(replications=100)))

    assert verdict.method == "experiment"
    assert verdict.reason == (
        "what andy could have moved in a round and did not is lost"
    )
    assert sum(owner.share.mean for owner in verdict.shares) == pytest.approx(1)
