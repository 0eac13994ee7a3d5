"""What a small change brings: the same random numbers met again, one thing changed.

This is the third way to a constraint share, at the cost of runs. It holds for every
parameter and every model, and takes over from the critical path where the derivative
of one path is not the derivative of the mean (Glasserman 1991; common random numbers:
Law 2015, ch. 11).

Throughput is what was bought in the window over its length, as everywhere, and a share
is the elasticity of that. Each owner is made a little faster and a little slower: where
the throughput bends, at a tie above all, the two sides differ, and both are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import ByReplication, Interval, over
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS, Progress, Runs, replicate
from toc_sim.network import DELAY, Network

SURE_STEP, WIDE_STEP, LARGEST_STEP = 0.02, 0.05, 0.2
"""How much faster, and slower, something is made [1]: chance weighs less in a wider
step, and what is curved on one side is curved back on the other."""

FINE_STEP = 0.01
"""The same where both sides differ: a bend that lies within the step is passed over."""

BENT = 0.1
"""What both sides must differ by before it is looked at more finely [1]."""

PURCHASES_IN_A_STEP = 10
"""Purchases by which a step should change a run: whole items are counted, so that fewer
would drown in rounding; those that come at one moment come and go together."""

AT_ONCE = 1e-12
"""Purchases nearer to each other than this part of the horizon are at one moment."""

MORE_RUNS = 4
"""Runs that are made at most, for each that the scenario asks for, to tell rivals."""

SHARP = 0.03
"""Half of the interval of a share that is sharp enough to stop at [1]."""

Experiment = Callable[[Sequence[Network], float, range], Iterable[Sequence[RunResult]]]
"""Runs networks with a warm-up that was fixed before [periods]: the replications of
these numbers, as far as the scenario asks for them and chance makes them differ."""


def replicate_all(
    networks: Sequence[Network],
    warmup: float,
    numbers: range,
    progress: Progress | None = None,
) -> Iterator[Sequence[RunResult]]:
    """Run networks in this process, one after the other: an experiment.

    Parameters
    ----------
    networks
        What is run.
    warmup
        The time before measuring begins [periods].
    numbers
        Which replications of each.
    progress
        Told how many networks are done, of how many.
    """
    for number, net in enumerate(networks):
        yield replicate(net, warmup, numbers=numbers)
        if progress is not None:
            progress(number + 1, len(networks))


@dataclass(frozen=True, slots=True)
class Elasticities:
    """What 1 % more, and 1 % less, speed of each owner brings and costs.

    Attributes
    ----------
    names
        Owners of the network, then `delay` where asked for.
    more
        What a little more speed brings over the size of the step [1]; shape
        (replications, owners).
    less
        What a little less speed costs over the size of the step [1]; likewise.
    step
        How large the steps were [1].
    """

    names: tuple[str, ...]
    more: NDArray[np.float64] = field(compare=False)
    less: NDArray[np.float64] = field(compare=False)
    step: float

    @property
    def values(self) -> NDArray[np.float64]:
        """The mean of both sides [1]; shape (replications, owners)."""
        return (self.more + self.less) / 2

    def joined(self, later: Elasticities) -> Elasticities:
        """Return these and those of later replications together."""
        return Elasticities(
            self.names,
            np.vstack((self.more, later.more)),
            np.vstack((self.less, later.less)),
            self.step,
        )


def has_shares(net: Network) -> tuple[str, ...]:
    """Return all whose share can be measured: owners, then time away and patience."""
    names = [name for name, _ in net.lifted_alone]
    return (*names, DELAY) if net.has_delay else tuple(names)


def step_for(runs: Runs, least: float = SURE_STEP) -> float:
    """Return how large a step the counts of a run can show [1].

    Parameters
    ----------
    runs
        All replications as they are.
    least
        The step where enough is bought.
    """
    moments = float(np.mean([_moments(result) for result in runs.results]))
    return min(LARGEST_STEP, max(least, PURCHASES_IN_A_STEP / max(1.0, moments)))


def _moments(result: RunResult) -> int:
    """Return at how many moments of the window something was bought."""
    window = result.departures[len(result.departures) - result.bought :]
    return 1 + int((np.diff(window) > AT_ONCE * result.horizon).sum())


def elasticities(
    runs: Runs, names: Sequence[str], experiment: Experiment = replicate_all
) -> Elasticities:
    """Measure the elasticity of throughput to some owners, on both sides.

    As many replications are used as it takes to tell the largest from the next and to
    know it sharply; all that there are, if need be. They are asked for in doubling
    numbers, so that owners are compared on the same ones. Where both sides of somebody
    surely differ, all is measured again with a finer step: a bend may lie within it.

    Parameters
    ----------
    runs
        All replications as they are.
    names
        Whom to make faster and slower: owners, or `delay`.
    experiment
        Runs the changed networks: by default in this process.
    """
    if runs.network.is_deterministic:
        return _measured(runs, names, step_for(runs), experiment)
    wide = _measured(runs, names, step_for(runs, WIDE_STEP), experiment)
    fine = step_for(runs, FINE_STEP)
    bent = (over(runs.network, side) for side in (wide.less - wide.more).T)
    if fine < wide.step and any(
        abs(each.mean) > BENT and _is_sure(each) for each in bent
    ):
        return _measured(runs, names, fine, experiment)
    return wide


def _measured(
    runs: Runs, names: Sequence[str], step: float, experiment: Experiment
) -> Elasticities:
    steps = (1 + step, 1 - step)
    changed = [runs.network.lifted(name, factor) for name in names for factor in steps]
    found: Elasticities | None = None
    for numbers in doubling(len(runs.results)):
        measured = np.column_stack(gains(runs, changed, experiment, numbers)) / step
        more, less = measured[:, ::2], -measured[:, 1::2]
        these = Elasticities(tuple(names), more, less, step)
        found = these if found is None else found.joined(these)
        if _is_told(runs, found):
            break
    assert found is not None  # noqa: S101 - there is at least one replication
    return found


def _is_sure(value: Interval) -> bool:
    """Return whether a value is surely not 0; one run is taken at its word."""
    return not value.is_known or value.low > 0 or value.high < 0


def doubling(count: int, times: int = 1) -> Iterator[range]:
    """Yield the numbers of some replications: the first few, then twice as many.

    What goes beyond them begins where they end, up to so many times as many; of one
    replication there are no more, since it has no spread that they would lessen.
    """
    begin, end = 0, min(EXPERIMENT_REPLICATIONS, count)
    most = count * times if count > 1 else count
    while begin < most:
        yield range(begin, end)
        begin, end = end, min(2 * end, count if end < count else most)


def _is_told(runs: Runs, found: Elasticities) -> bool:
    """Return whether the largest is known, and is known to be the largest."""
    values = found.values
    order = np.argsort(-values.mean(axis=0), kind="stable")
    top = over(runs.network, values[:, order[0]])
    if not top.is_known or top.half_width > SHARP:
        return False
    rest = order[1:]
    if not len(rest):
        return True
    lead = over(runs.network, values[:, order[0]] - values[:, rest[0]])
    return lead.low > 0 or _is_bent(runs, found, int(order[0]))


def _is_bent(runs: Runs, found: Elasticities, owner: int) -> bool:
    """Return whether both sides of an owner surely differ: a tie cannot be parted."""
    return over(runs.network, found.less[:, owner] - found.more[:, owner]).low > SHARP


def gains(
    runs: Runs, changed: Sequence[Network], experiment: Experiment, numbers: range
) -> tuple[ByReplication, ...]:
    """Measure what each of some changes brings, relative to the mean throughput [1].

    Parameters
    ----------
    runs
        All replications as they are; those of the same numbers are held against.
    changed
        The network with one thing changed, for each change.
    experiment
        Runs them.
    numbers
        Which replications; beyond those that there are the network is run too.

    Returns
    -------
    One array for each change, by replication.
    """
    known = np.array([result.throughput for result in runs.results])
    before, networks = known[numbers.start : numbers.stop], list(changed)
    if numbers.stop > len(known):
        every = (runs.network, *changed)
        networks = [net.asked(replications=numbers.stop) for net in every]
    found = [
        np.array([result.throughput for result in results])
        for results in experiment(networks, runs.warmup, numbers)
    ]
    if numbers.stop > len(known):
        before, *found = found
    return tuple((after - before) / known.mean() for after in found)


@dataclass(frozen=True, slots=True)
class Lift:
    """What lifting one owner, or several together, was seen to bring.

    Attributes
    ----------
    names
        Who was lifted, on the same random numbers as before.
    gain
        What it brought over the size of the step: 1 is in proportion [1].
    step
        By how much they were lifted [1].
    """

    names: tuple[str, ...]
    gain: Interval
    step: float


def lifts(
    runs: Runs,
    groups: Sequence[tuple[str, ...]],
    experiment: Experiment,
    size: float | None = None,
) -> tuple[Lift, ...]:
    """Lift some owners, each group together, until it is known what that brings.

    Parameters
    ----------
    runs
        All replications as they are.
    groups
        Who is lifted together.
    experiment
        Runs the changed networks.
    size
        By how much they are lifted [1]; None: by the step of a share.

    Returns
    -------
    One lift for each group.
    """
    step = step_for(runs) if size is None else step_for(runs, size)
    changed = [lifted(runs.network, group, 1 + step) for group in groups]
    found: list[list[ByReplication]] = [[] for _ in groups]
    told: list[Interval] = []
    for numbers in doubling(len(runs.results)):
        for group, values in zip(
            found, gains(runs, changed, experiment, numbers), strict=True
        ):
            group.append(values / step)
        told = [over(runs.network, np.concatenate(each)) for each in found]
        if all(gain.is_known and gain.half_width <= SHARP for gain in told):
            break
    return tuple(
        Lift(group, gain, step) for group, gain in zip(groups, told, strict=True)
    )


def lifted(net: Network, names: Sequence[str], factor: float) -> Network:
    """Return a network with several owners made faster by a factor."""
    for name in names:
        net = net.lifted(name, factor)
    return net
