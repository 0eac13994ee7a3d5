"""Laws that every simulation of a scenario keeps, each checked by a function.

A law holds for every run, or says why it does not apply to a pipeline; none is a
matter of luck. So a law that is broken is a fault: of the package, or of the code that
changed its results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from toc_sim.constraint.diagnose import diagnose
from toc_sim.engine.simulate import Runs, services, warmup
from toc_sim.network import Feature, Network, network
from toc_sim.scenario.model import Scenario
from toc_sim.testing.books import miscounted, misjudged_stays, unfair_shares
from toc_sim.testing.comparisons import (
    ShareGap,
    another_constraint,
    beyond_capacity,
    both_engines,
    later_departures,
    lower_capacity,
    off_the_exact_line,
    overfull,
    passage,
    share_gaps,
    unlike,
)
from toc_sim.testing.ledger import once, recorded
from toc_sim.theory import capacity, theory


@dataclass(frozen=True, slots=True)
class LawReport:
    """What became of one law on one scenario.

    Attributes
    ----------
    law
        Its name.
    broken
        A line for each thing that is wrong, and by how much; empty if it holds.
    inapplicable
        Why it says nothing of this pipeline; empty if it does.
    """

    law: str
    broken: tuple[str, ...] = ()
    inapplicable: str = ""

    def __str__(self) -> str:
        """Write it as one line."""
        if self.inapplicable:
            return f"{self.law}: does not apply: {self.inapplicable}"
        if not self.broken:
            return f"{self.law}: ok"
        first, *others = self.broken
        more = f" (and {len(others)} more)" if others else ""
        return f"{self.law}: broken: {first}{more}"


Law = Callable[[Scenario], LawReport]
"""Simulates a scenario, and says whether it keeps a law."""


_MOST_SERVICES = 5_000
"""Services of one run that are enough to break what can be broken."""

_MOST_TOLD = 100
"""Lines of one law that are kept."""

_REPLICATIONS = 8
"""Runs behind a mean, where there is chance."""

_EARLY = 100
"""The departure whose path is held against small steps, at most: on longer ways events
change places."""

_LONG = 20
"""A run names its constraint if it lasts so many times as long as an item needs."""

_ROUNDING = 1e-9
"""What a time may be late by [periods]."""


def conservation(scenario: Scenario) -> LawReport:
    """Check that items in are items out and inside, of the pipeline and each node.

    Parameters
    ----------
    scenario
        It is run once, with everything written down.

    Returns
    -------
    Which counts are wrong, if any.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.conservation(load("scenarios/paper_cups.yaml")))
    conservation: ok
    """
    return _report("conservation", miscounted(recorded(scenario)))


def littles_law(scenario: Scenario) -> LawReport:
    """Check that mean work in progress x time is the time that items stayed inside.

    Parameters
    ----------
    scenario
        It is run once, with everything written down.

    Returns
    -------
    Where it is not: of all items, their flow times, and the queue before each node.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.littles_law(load("scenarios/paper_cups.yaml")))
    Little's law: ok
    """
    return _report("Little's law", misjudged_stays(recorded(scenario)))


def shares_add_up(scenario: Scenario) -> LawReport:
    """Check that states of servers, and constraint shares, add up to 1.

    Parameters
    ----------
    scenario
        It is run once.

    Returns
    -------
    Which do not, if any.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.shares_add_up(load("scenarios/paper_cups.yaml")))
    shares add up to 1: ok
    """
    net = network(scenario)
    return _report("shares add up to 1", unfair_shares(net, once(scenario, net)))


_MONOTONE = (
    Feature.SERVERS
    | Feature.LIMITS
    | Feature.TIMES
    | Feature.SCRAP
    | Feature.LOTS
    | Feature.SOURCE
    | Feature.MARKET
    | Feature.EXIT
    | Feature.BACKLOG
)
"""Lines whose every departure is made of earlier ones by sums, maxima and order
statistics (Glasserman & Yao 1994)."""


def monotonicity(scenario: Scenario) -> LawReport:
    """Check that more speed of any owner delays no departure.

    It is a theorem of lines from an empty start on common random numbers, path by
    path; not of failures, opening hours, losses, or where paths divide.

    Parameters
    ----------
    scenario
        It is run once as it is, and once with each owner 1.5 times as fast.

    Returns
    -------
    Whom speed does harm, if anybody.

    References
    ----------
    Glasserman & Yao 1994, *Monotone structure in discrete-event systems*.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.monotonicity(load("scenarios/paper_cups.yaml")))
    more speed delays nobody: ok
    >>> print(laws.monotonicity(load("scenarios/p_and_q.yaml")))
    more speed delays nobody: does not apply: several products come
    """
    net = network(scenario)
    name, why = "more speed delays nobody", _in_the_way(net, _MONOTONE)
    return _report(name, () if why else _delayed(scenario, net), why)


def _delayed(scenario: Scenario, net: Network) -> Iterator[str]:
    before = once(scenario, net, warmup=0.0)
    later = scenario.run.horizon + _ROUNDING
    for owner, _ in net.owners:
        faster = net.lifted(owner, 1.5)
        after = once(scenario, faster, warmup=0.0, horizon=later)
        yield from (
            f"with {owner} faster, {line}" for line in later_departures(before, after)
        )


def capacity_is_monotone(scenario: Scenario) -> LawReport:
    """Check that more speed of any owner lowers no capacity.

    Parameters
    ----------
    scenario
        It is not simulated.

    Returns
    -------
    Whose speed lowers it, if anybody's.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.capacity_is_monotone(load("scenarios/p_and_q.yaml")))
    more speed lowers no capacity: ok
    """
    net = network(scenario)
    before = capacity(net)
    broken = (
        f"with {name} faster, {line}"
        for name, _ in net.owners
        for line in lower_capacity(before, capacity(net.lifted(name, 1.5)))
    )
    return _report("more speed lowers no capacity", broken)


def engines_agree(scenario: Scenario) -> LawReport:
    """Check that both engines give the same departures and counts to the last bit.

    Parameters
    ----------
    scenario
        It is run once on each. The first time, the compiled engine is compiled.

    Returns
    -------
    Which figures differ, if any, by any bit.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.engines_agree(load("scenarios/paper_cups.yaml")))
    both engines agree: ok
    """
    settled = warmup(network(scenario))
    one, other = both_engines(scenario, 0, settled)
    return _report("both engines agree", unlike(one, other))


_BOUNDED = ~(
    Feature.PROFILE
    | Feature.OVERTIME
    | Feature.ROUNDS
    | Feature.FORK
    | Feature.REGULARS
    | Feature.STATE
)
"""Where no throughput beats the static answer in the long run."""

_GROWN = Feature.RECIPES | Feature.REPEAT | Feature.STREAM | Feature.PRODUCTS
"""Where an item in stock may be bought more than once, or as several."""


def capacity_bounds(scenario: Scenario) -> LawReport:
    """Check that no more is bought than capacity allows, and edges of the window.

    Parameters
    ----------
    scenario
        It is run once from an empty start, or 8 times if there is chance.

    Returns
    -------
    By how much more is bought, if so, and what is wrong with the static answer itself.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.capacity_bounds(load("scenarios/paper_cups.yaml")))
    no more than capacity: ok
    """
    net = network(scenario)
    why = _in_the_way(net, _BOUNDED)
    if not why and Feature.STOCK in net.features and net.features & _GROWN:
        why = "what waits at the start may become several purchases"
    if why:
        return _report("no more than capacity", (), why)
    static = capacity(net)
    runs = [
        once(scenario, net, replication=number, warmup=0.0)
        for number in range(1 if net.is_deterministic else _REPLICATIONS)
    ]
    broken = chain(overfull(static), beyond_capacity(net, static, runs))
    return _report("no more than capacity", broken)


_SMOOTH = ~(
    Feature.CONSTANT
    | Feature.EMPIRICAL
    | Feature.PROFILE
    | Feature.HOURS
    | Feature.ROUNDS
)
"""Where times follow the speed of their owner without jumps, and never tie."""


def path_is_derivative(scenario: Scenario) -> LawReport:
    """Check that constraint shares of the path are what small steps of speed bring.

    The two methods agree exactly at one departure of one run, wherever no two events
    tie or change places; owners with whom some change places are left out.

    Parameters
    ----------
    scenario
        It is run once up to a departure, and twice for each owner.

    Returns
    -------
    Which shares are not derivatives, if any.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.path_is_derivative(load("scenarios/paper_cups_random.yaml")))
    path and experiment agree: ok
    """
    name = "path and experiment agree"
    net = network(scenario)
    why = _in_the_way(net, _SMOOTH)
    if any(map(net.clock_starts_over, net.nodes)):
        why = "the clock of arrivals that may be lost starts over as room comes (R53)"
    if why:
        return _report(name, (), why)
    departures = once(scenario, net, warmup=0.0).departures
    if not len(departures):
        return _report(name, (), "nothing is bought within the horizon")
    time = float(departures[:_EARLY][-1])
    run = once(scenario, net, warmup=0.0, horizon=time)
    gaps = [gap for gap in share_gaps(scenario, net, run) if gap.is_smooth]
    if not gaps:
        return _report(name, (), "any step of speed lets events change places")
    return _report(name, (_told(gap) for gap in gaps if not gap.is_closed))


def _told(gap: ShareGap) -> str:
    share, measured = gap.share, (gap.faster + gap.slower) / 2
    return (
        f"share of {share.name}: {share.value:.6g}, and a small step brings "
        f"{measured:.6g}, {abs(share.value - measured):.3g} apart"
    )


def theory_is_met(scenario: Scenario) -> LawReport:
    """Check that a line without chance does what theory says of it, at every node.

    A run that is long enough for that names the constraint that theory names.

    Parameters
    ----------
    scenario
        It is run once, and a little changed for the verdict.

    Returns
    -------
    Where it does not, but for the items that are under way.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing import laws
    >>> print(laws.theory_is_met(load("scenarios/paper_cups.yaml")))
    run and theory agree: ok
    """
    name = "run and theory agree"
    net = network(scenario)
    known = theory(net)
    exact = known.exact
    if exact is None:
        reason = known.refusals[0].reasons[0]
        return _report(name, (), f"it is no line without chance: {reason}")
    if exact.method != "still_line":
        why = "queueing theory speaks of the long run, not of one run"
        return _report(name, (), why)
    run = once(scenario, net)
    broken = [*off_the_exact_line(net, exact, run)]
    if run.bought and run.horizon > _LONG * passage(net):
        verdict = diagnose(Runs(net, run.warmup, (run,)))
        broken += another_constraint(exact, verdict)
    return _report(name, broken)


LAWS: tuple[Law, ...] = (
    conservation,
    littles_law,
    shares_add_up,
    monotonicity,
    capacity_is_monotone,
    capacity_bounds,
    path_is_derivative,
    theory_is_met,
    engines_agree,
)
"""All of them, what is cheap first."""


def assert_laws(scenario: Scenario, laws: Iterable[Law] = LAWS) -> None:
    """Raise if a scenario breaks a law.

    Parameters
    ----------
    scenario
        It is run as its file says, several times; `shortened` makes that quick.
    laws
        Which are asked for.

    Raises
    ------
    AssertionError
        With all that is broken, and by how much.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing.laws import assert_laws, conservation, shares_add_up
    >>> assert_laws(load("scenarios/p_and_q.yaml"), (conservation, shares_add_up))
    """
    reports = [law(scenario) for law in laws]
    lines = [f"{each.law}: {line}" for each in reports for line in each.broken]
    if lines:
        raise AssertionError("\n".join(lines))


def shortened(scenario: Scenario) -> Scenario:
    """Return a scenario whose run is short enough for every law to be quick.

    Parameters
    ----------
    scenario
        It stays as it is.

    Returns
    -------
    The same with a horizon, and a warm-up that is not ``auto``, in which about 5,000
    services begin at most.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.testing.laws import shortened
    >>> shortened(load("scenarios/paper_cups_random.yaml")).run.horizon < 1000
    True
    """
    part = _MOST_SERVICES / max(services(network(scenario)), 1.0)
    if part >= 1:
        return scenario
    run = scenario.run
    changes: dict[str, Any] = {"run.horizon": run.horizon * part}
    if run.warmup != "auto":
        changes["run.warmup"] = run.warmup * part
    return scenario.changed(changes)


def _report(law: str, broken: Iterable[str], why: str = "") -> LawReport:
    return LawReport(law, tuple(islice(broken, _MOST_TOLD)), why)


_WORDS: dict[Feature, str] = {
    Feature.PRODUCTS: "several products come",
    Feature.STREAM: "several nodes draw on one random stream",
    Feature.PROFILE: "parameters change over time",
    Feature.HOURS: "somebody keeps opening hours",
    Feature.OVERFLOW: "arrivals that find no room are lost",
    Feature.PATIENCE: "items that wait too long are lost",
    Feature.FAILURES: "servers fail",
    Feature.POOLS: "stages share a resource",
    Feature.RELEASE: "a release policy limits what is inside",
    Feature.ROUNDS: "some stage works in rounds",
    Feature.RECIPES: "some service takes or gives several items",
    Feature.REGULARS: "customers are there at the start",
    Feature.STATE: "items are open at the start",
    Feature.REPEAT: "buyers come back",
    Feature.FEEDBACK: "items come back to an earlier stage",
    Feature.DELAY: "items spend time away between nodes",
    Feature.ROUTES: "ways divide or meet",
    Feature.STOCK: "items wait at the start",
    Feature.CONSTANT | Feature.EMPIRICAL: "two things may happen at one time",
}
"""What is said of features that a law does not hold for; the first counts."""


def _in_the_way(net: Network, supports: Feature) -> str:
    """Return why a law that supports some features does not apply; or nothing."""
    beyond = net.features & ~supports
    told = (words for feature, words in _WORDS.items() if feature & beyond)
    return next(
        told, f"it says nothing of {str(beyond.name).lower()}" if beyond else ""
    )
