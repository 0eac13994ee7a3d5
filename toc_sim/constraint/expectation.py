"""Whether a scenario does what its author wrote that it does (`expect:`)."""

from __future__ import annotations

from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import place_of

MARGIN = 0.005
"""What throughput may differ by beyond its interval, relative to the expected [1]."""


def is_near(found: Interval, expected: float) -> bool:
    """Return whether a figure is what was expected, within its interval and 0.5 %."""
    half = found.half_width if found.is_known else 0.0
    return abs(found.mean - expected) <= half + MARGIN * abs(expected)


def unmet(scenario: Scenario) -> tuple[str, ...]:
    """Simulate a scenario and return what it was expected to do and does not.

    Parameters
    ----------
    scenario
        With an `expect` section; without one nothing is expected.
    """
    expected = scenario.expect
    if expected is None:
        return ()
    net = network(scenario)
    verdict = diagnose(simulate(net))
    problems = []
    wanted = expected.constraint
    names = (wanted,) if isinstance(wanted, str) else wanted or ()
    owners = {node.name: net.owner(node.index) for node in net.nodes}
    meant = {owners.get(name, name) for name in names}
    # Of a market that several products reach the file knows the name alone.
    found_at = {
        name if name in meant else place_of(name) for name in verdict.constraint
    }
    if names and meant != found_at:
        found = ", ".join(verdict.constraint)
        problems.append(f"expect.constraint: {', '.join(names)} (found {found})")
    throughput = verdict.throughput
    if expected.throughput is not None and not is_near(throughput, expected.throughput):
        problems.append(
            f"expect.throughput: {expected.throughput:g} (found {throughput.mean:.4g})"
        )
    return tuple(problems)
