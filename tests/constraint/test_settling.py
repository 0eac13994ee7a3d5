"""Whether means of queues and times are those of the long run, and how sure."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest

from toc_sim import Scenario, diagnose
from toc_sim.constraint.intervals import interval, skewed_interval
from toc_sim.constraint.over_time import Settling, settling
from toc_sim.engine.simulate import run, simulate, warmup
from toc_sim.network import Network
from toc_sim.network.build import network as network_of
from toc_sim.report.run_summary import Findings, findings
from toc_sim.theory.relaxation import relaxations
from toc_sim.theory.static import capacity as capacity_of


def queue(load: float, servers: int = 1, cv: float = 1, **settings: Any) -> Network:
    """Return arrivals before a desk that can do 10 a period."""
    return network_of(
        Scenario.model_validate(
            {
                "format": 1,
                "name": "a queue",
                "stages": {
                    "arrivals": {
                        "kind": "source",
                        "arrivals": 10 * load,
                        "distribution": "exponential",
                    },
                    "desk": {
                        "kind": "team",
                        "servers": servers,
                        "capacity": 10 / servers,
                        "cv": cv,
                    },
                },
                "flow": ["arrivals -> desk"],
                "run": {"engine": "compiled", **settings},
            }
        )
    )


def found(net: Network) -> Findings:
    """Simulate a pipeline and put together what is known of it."""
    runs = simulate(net)
    return findings(runs, diagnose(runs))


def state(net: Network) -> Settling:
    """Return whether a pipeline has settled."""
    runs = simulate(net)
    verdict = diagnose(runs)
    grows = verdict.growth is not None
    return settling(runs, verdict.capacity, grows=grows)


@pytest.mark.parametrize(("load", "time"), [(0.5, 1.17), (0.9, 38.0), (0.99, 3970)])
def test_a_queue_relaxes_as_theory_says(load: float, time: float) -> None:
    """With exponential times: 1 / (mu (1 - sqrt(rho))**2)."""
    net = queue(load)

    [slowest] = relaxations(net, capacity_of(net), [10 * load] * 2)

    assert slowest.name == "desk"
    assert slowest.time == pytest.approx(time, rel=0.01)


def test_regular_times_relax_sooner_and_overload_never() -> None:
    """Half the variation takes half the time; what is full has no mean."""
    regular, full = queue(0.9, cv=0), queue(1.1)

    [sooner] = relaxations(regular, capacity_of(regular), [9, 9])
    [never] = relaxations(full, capacity_of(full), [11, 10])

    assert sooner.time == pytest.approx(19.0, rel=0.01)
    assert never.time == inf


def test_bounds_end_a_queue() -> None:
    """With a limit on what is inside, even what is always busy settles."""
    net = network_of(
        Scenario.model_validate(
            {
                "format": 1,
                "name": "a loop",
                "stages": {
                    "one": {"kind": "team", "capacity": 10, "cv": 1},
                    "two": {"kind": "team", "capacity": 10, "cv": 1},
                },
                "flow": ["one -> two"],
                "release": {"conwip": 10},
            }
        )
    )

    times = [each.time for each in relaxations(net, capacity_of(net), [9, 9])]

    assert max(times) < 5


def test_patience_ends_a_queue() -> None:
    """Who leaves after a period or so makes no queue that lasts for ever."""
    net = queue(1.2)
    desk = net.scenario.stages["desk"]
    patient = {"stages": {"desk": desk.model_dump(exclude_none=True)}}
    document = net.scenario.model_dump(exclude_none=True)
    document["stages"]["desk"] = {**patient["stages"]["desk"], "patience": 2}
    leaving = network_of(Scenario.model_validate(document))

    [told] = relaxations(leaving, capacity_of(leaving), [12, 10])

    assert told.time == 2


def test_the_warm_up_waits_for_the_slowest_queue() -> None:
    """Three relaxation times, and never more than the window is long."""
    assert warmup(queue(0.9)) >= 3 * 37.9
    assert warmup(queue(0.99)) == 500


def test_a_window_too_short_is_marked_with_the_one_that_would_do() -> None:
    """At 99 % the queue needs thousands of periods; theory's figures stand beside."""
    told = found(queue(0.99))

    assert not told.inside.settling.settled
    assert told.inside.settling.queue == "desk"
    assert told.inside.settling.window == pytest.approx(4 * 3970, rel=0.01)
    assert not told.inside.wip.is_known
    assert not told.inside.flow.is_known
    assert told.theory.exact is not None
    assert told.theory.exact.wip == pytest.approx(99)
    assert told.theory.exact.flow_time == pytest.approx(10)


def test_a_long_window_is_settled_and_has_intervals() -> None:
    """At 80 % a few hundred periods are enough."""
    told = found(queue(0.8))

    assert told.inside.settling.settled
    assert told.inside.wip.low < 4 < told.inside.wip.high
    assert told.inside.flow.low < 0.5 < told.inside.flow.high


def test_no_warm_up_takes_a_longer_window() -> None:
    """What begins empty is too low on average, however many runs there are."""
    assert state(queue(0.9, horizon=500)).settled
    assert not state(queue(0.9, horizon=500, warmup=0)).settled


def test_what_grows_is_not_settled() -> None:
    """No window does for a queue to which more comes than is done."""
    told = state(queue(1.1, horizon=200))

    assert not told.settled
    assert told.window == inf


@pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
def test_intervals_of_queues_hold_the_truth(load: float) -> None:
    """About 95 of 100 do: with 60 tries, 50 at the very least."""
    net = queue(load)
    settled, tries = warmup(net), 60
    held = 0
    for seed in range(tries):
        values = [
            run(
                net, seed=seed, replication=number, horizon=500, warmup=settled
            ).wip_mean
            for number in range(20)
        ]
        told = skewed_interval(values, 0.95)
        held += told.low <= load / (1 - load) <= told.high

    assert held >= 50


def test_an_interval_of_skewed_values_reaches_further_up() -> None:
    """Symmetric ones have that of Student; turned round, it turns round."""
    skewed = np.array([1.0, 1.1, 1.2, 1.3, 2.9])
    even = np.array([1.0, 2.0, 3.0])

    told, plain = skewed_interval(skewed, 0.95), interval(skewed, 0.95)
    turned = skewed_interval(-skewed, 0.95)

    assert told.high - told.mean > told.mean - told.low
    assert told.mean == plain.mean
    assert (-turned.high, -turned.low) == pytest.approx((told.low, told.high))
    assert skewed_interval(even, 0.95) == interval(even, 0.95)


def test_a_run_from_what_is_open_is_not_meant_to_settle() -> None:
    """No longer warm-up is advised, and the constraint is judged by experiment."""
    net = queue(0.99, warmup=0, horizon=13)
    today = {"desk": {"working": [0.1], "waiting": 20}}
    net = network_of(net.scenario.changed(state=today))
    runs = simulate(net)
    verdict = diagnose(runs)

    told = settling(runs, verdict.capacity, grows=False)

    assert (told.settled, told.queue, told.warmup) == (True, "", 0.0)
    assert verdict.method == "experiment"
