"""Whether a scenario does what its author wrote that it does (`expect:`)."""

from __future__ import annotations

from toc_sim.constraint.diagnose import diagnose
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario

MARGIN = 0.005
"""What throughput may differ by beyond its interval, relative to the expected [1]."""


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
    if names and {owners.get(name, name) for name in names} != set(verdict.constraint):
        found = ", ".join(verdict.constraint)
        problems.append(f"expect.constraint: {', '.join(names)} (found {found})")
    throughput = verdict.throughput
    if expected.throughput is not None:
        half = throughput.half_width if throughput.is_known else 0.0
        slack = half + MARGIN * expected.throughput
        if not abs(throughput.mean - expected.throughput) <= slack:
            problems.append(
                f"expect.throughput: {expected.throughput:g} "
                f"(found {throughput.mean:.4g})"
            )
    return tuple(problems)
