"""Whether a scenario and its tools do what their author wrote that they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toc_sim.accounting.product_mix import product_mix
from toc_sim.accounting.statement import statement
from toc_sim.accounting.waiting import mean_waits, shares_within
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.intervals import Interval, certain, over
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.engine.wait_figures import together
from toc_sim.experiment.compare.compare import contest
from toc_sim.experiment.compare.comparison import Question
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.network import Network, network
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import place_of
from toc_sim.tools import closure


def unmet(scenario: Scenario, laboratory: Laboratory | None = None) -> tuple[str, ...]:
    """Simulate a scenario and return what it was expected to do and does not.

    Parameters
    ----------
    scenario
        With an `expect` section; without one nothing is expected.
    laboratory
        Where to simulate its tools.

    Returns
    -------
    A line for each expectation that is not met: of the constraint, the throughput, the
    net profit, waits, the best mix of products, the tools and the best set of tools.
    """
    expected = scenario.expect
    if expected is None:
        return ()
    place = laboratory or Laboratory()
    runs = simulate(network(scenario))
    constraint = expected.constraint or ()
    names = (constraint,) if isinstance(constraint, str) else constraint
    return (
        *_verdict(runs, names, expected.throughput),
        *_net_profit(runs, expected.net_profit),
        *_waits(runs, expected.wait, expected.within),
        *_mix(runs.network, expected.mix),
        *_tools(scenario, expected.tools, place),
        *_best(scenario, expected.best, place),
    )


_NEAR = 0.005
"""What throughput may differ by beyond its interval, relative to the expected [1]."""


def _is_near(found: Interval, expected: float) -> bool:
    """Return whether a figure is what was expected, within its interval and 0.5 %."""
    half = found.half_width if found.is_known else 0.0
    return abs(found.mean - expected) <= half + _NEAR * abs(expected)


def _verdict(runs: Runs, names: Sequence[str], expected: float | None) -> Iterator[str]:
    net, verdict = runs.network, diagnose(runs)
    owners = {node.name: net.owner(node.index) for node in net.nodes}
    meant = {owners.get(name, name) for name in names}
    # Of a market that several products reach the file knows the name alone.
    found_at = {
        name if name in meant else place_of(name) for name in verdict.constraint
    }
    if names and meant != found_at:
        found = ", ".join(verdict.constraint)
        yield f"expect.constraint: {', '.join(names)} (found {found})"
    throughput = verdict.throughput
    if expected is not None and not _is_near(throughput, expected):
        yield f"expect.throughput: {expected:g} (found {throughput.mean:.4g})"


def _net_profit(runs: Runs, expected: float | None) -> Iterator[str]:
    if expected is None:
        return
    money = statement(runs.network, runs.results)
    if money is None:
        yield f"expect.net_profit: {expected:g} (nothing is said of money)"
    elif not _is_near(money.net_profit, expected):
        yield f"expect.net_profit: {expected:g} (found {money.net_profit.mean:.4g})"


def _waits(
    runs: Runs, waits: Mapping[str, float], shares: Mapping[str, float]
) -> Iterator[str]:
    """Yield where items wait for another time than expected, or fewer in time."""
    for key, expected, of in (
        ("wait", waits, mean_waits),
        ("within", shares, shares_within),
    ):
        for name, value in expected.items():
            own = [n.index for n in runs.network.nodes if place_of(n.name) == name]
            told = [
                together(result.waits[index] for index in own)
                for result in runs.results
            ]
            found = over(runs.network, of(told))
            if not _is_near(found, value):
                yield f"expect.{key}.{name}: {value:g} (found {found.mean:.4g})"


def _mix(net: Network, expected: Mapping[str, float]) -> Iterator[str]:
    mix = product_mix(net) if expected else None
    best = {} if mix is None else {line.name: line.best for line in mix.products}
    for name, amount in expected.items():
        found = best.get(name)
        if found is None:
            yield f"expect.mix.{name}: {amount:g} (there is no mix to choose)"
        elif not _is_near(certain(found), amount):
            yield f"expect.mix.{name}: {amount:g} (found {found:.4g})"


def _tools(
    scenario: Scenario, expected: Mapping[str, str], laboratory: Laboratory
) -> Iterator[str]:
    if not expected:
        return
    found = contest(scenario, Question(tools=tuple(expected)), laboratory)
    words = {
        trial.model.tools: found.word(place)
        for place, trial in enumerate(found.race.trials)
        if place
    }
    for name, word in expected.items():
        is_word = words.get(closure(scenario, name), "not allowed")
        if is_word != word:
            yield f"expect.tools.{name}: {word} (found {is_word})"


def _best(
    scenario: Scenario, expected: Sequence[str] | None, laboratory: Laboratory
) -> Iterator[str]:
    if expected is None:
        return
    found = contest(scenario, Question(sets=True), laboratory).best()
    if set(found.tools) != set(expected):
        wanted = ", ".join(expected) or "do nothing"
        is_best = ", ".join(found.tools) or "do nothing"
        yield f"expect.best: {wanted} (found {is_best})"
