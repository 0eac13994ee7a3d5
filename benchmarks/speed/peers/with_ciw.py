"""The line in Ciw, a library for queueing networks with blocking after service.

Ciw refuses customers who arrive at a full node, so that no source can be held back.
The first stage of a line that never lacks material gets it from a closed circle
instead: whatever leaves the last stage comes back to the first, and there are more
items than the rest of the line has room for.
"""

from __future__ import annotations

from itertools import chain, repeat

import ciw

from speed.lines import Line


def run(line: Line, seed: int) -> int:
    """Run a line once and return how many items left it."""
    ciw.seed(seed)
    simulation = ciw.Simulation(_network(line))
    simulation.simulate_until_max_time(line.periods)
    last = len(line.capacities)
    return sum(
        record.node == last and record.record_type == "service"
        for record in simulation.get_all_records()
    )


def _network(line: Line) -> ciw.network.Network:
    count = len(line.capacities)
    places = float("inf") if line.buffer is None else line.buffer
    following = [
        [float(here + 1 == to) for to in range(count)] for here in range(count)
    ]
    if line.arrivals is None:
        following[-1][0] = 1.0
        room = (count - 1) * (places + 1) + 1
        first = ciw.dists.Sequential(list(chain(repeat(0.0, room + 1), [float("inf")])))
    else:
        first = ciw.dists.Exponential(rate=line.arrivals)
    return ciw.create_network(
        arrival_distributions=[first, *repeat(None, count - 1)],
        service_distributions=[ciw.dists.Exponential(rate) for rate in line.capacities],
        number_of_servers=[1] * count,
        queue_capacities=[float("inf"), *repeat(places, count - 1)],
        routing=following,
    )
