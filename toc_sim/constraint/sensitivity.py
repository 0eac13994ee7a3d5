"""What a small change brings: the same random numbers met again, one thing changed.

This is the third way to a constraint share, at the cost of runs. It holds for every
parameter and every model, and takes over from the critical path where the derivative
of one path is not the derivative of the mean (Glasserman 1991; common random numbers:
Law 2015, ch. 11). Here too: the proof that lifts every node in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import ByReplication, Interval, over
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS, Progress, Runs, replicate
from toc_sim.network import CALENDAR, DELAY, Network, OwnerKind

STEP = 0.02
"""How much faster something is made, where nothing is left to chance [1]."""

WIDE_STEP = 0.05
"""How much faster, and slower, where there is: chance weighs less in a wider step, and
what is bent on one side is bent back on the other [1]."""

HOPELESS = 0.5
"""A sum of elasticities below this is not the error of a finite step [1]."""

_SAME = 1e-12
"""Purchases nearer to each other than this part of the horizon are at one time."""

Experiment = Callable[[Sequence[Network], float, int], Iterable[Sequence[RunResult]]]
"""Runs networks with a warm-up that was fixed before [periods], each as often as its
scenario asks for, or at most so many times."""


def replicate_all(
    networks: Sequence[Network],
    warmup: float,
    most: int,
    progress: Progress | None = None,
) -> Iterator[Sequence[RunResult]]:
    """Run networks in this process, one after the other: an experiment.

    Parameters
    ----------
    networks
        What is run.
    warmup
        The time before measuring begins [periods].
    most
        Replications of each, at most.
    progress
        Told how many networks are done, of how many.
    """
    for number, net in enumerate(networks):
        yield replicate(net, warmup, most=most)
        if progress is not None:
            progress(number + 1, len(networks))


def elasticities(
    runs: Runs, experiment: Experiment
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Measure what 1 % more speed of each owner brings, in % of the throughput.

    Parameters
    ----------
    runs
        All replications as they are.
    experiment
        Runs the changed networks.

    Returns
    -------
    The owners of the network in its order, then `delay` if it has one, or patience,
    and last `calendar` if it has opening hours; and by replication and owner the
    elasticities [1], shape (replications, owners).

    Notes
    -----
    They are taken over the sum of their means, which the theory says is 1: all rates
    together scale time and nothing else (Euler's theorem for functions that are
    homogeneous of degree one), and what is missing to 1 is the error of the finite
    step. Likewise a mean below 0 that chance explains is taken as 0.
    """
    net = runs.network
    names = [name for name, _ in net.owners]
    if net.has_delay:
        names.append(DELAY)
    if net.has_calendar:
        names.append(CALENDAR)
    values = _both_sides(runs, names, experiment)
    means = values.mean(axis=0)
    errors = values.std(axis=0) / np.sqrt(max(1, len(values) - 1))
    noise = (means < 0) & (means + 2 * errors >= 0)
    values = np.where(noise, 0.0, values)
    total = float(values.mean(axis=0).sum())
    return tuple(names), values / total if total > HOPELESS else values


def _both_sides(
    runs: Runs, names: Sequence[str], experiment: Experiment
) -> NDArray[np.float64]:
    """Measure the same by central differences, of some owners and as it comes."""
    steps = (1 + WIDE_STEP, 1 - WIDE_STEP)
    changed = [runs.network.lifted(name, step) for name in names for step in steps]
    found = np.column_stack(gains(runs, changed, experiment))
    return (found[:, ::2] - found[:, 1::2]) / (2 * WIDE_STEP)


def gains(
    runs: Runs, changed: Sequence[Network], experiment: Experiment
) -> tuple[ByReplication, ...]:
    """Measure what each of some changes brings, relative to the mean rate [1].

    Parameters
    ----------
    runs
        All replications as they are; the first ones are held against.
    changed
        The network with one thing changed, for each change.
    experiment
        Runs them.

    Returns
    -------
    One array for each change, by replication.
    """
    before = np.array(
        [rate(result) for result in runs.results[:EXPERIMENT_REPLICATIONS]]
    )
    return tuple(
        np.asarray((np.array(list(map(rate, results))) - before) / before.mean())
        for results in experiment(changed, runs.warmup, EXPERIMENT_REPLICATIONS)
    )


def rate(result: RunResult) -> float:
    """Return the throughput [items/period], finer than whole items allow.

    What is bought after the first purchase of the window, over the time since: without
    chance this is exact where a count is off by one, also where several are bought at
    a time.
    """
    window = result.departures[len(result.departures) - result.bought :]
    later = int((window > window[:1] + _SAME * result.horizon).sum())
    if not later:
        return result.throughput
    return later / float(window[-1] - window[0])


NEAR = 0.02
"""What share and gain may differ by without a word: the error of a finite step [1]."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What lifting one owner alone brought, beside what was said of it.

    Attributes
    ----------
    name, kind
        Who was lifted.
    share
        Its constraint share [1].
    dual
        Its share by capacity alone, from the static answer [1].
    gain
        What 1 % more speed brought, in % of the throughput, on common random
        numbers [1].
    agrees
        Whether share and gain are one within their intervals.
    note
        Why share, dual and gain differ, where they do.
    """

    name: str
    kind: OwnerKind
    share: Interval
    dual: float
    gain: Interval
    agrees: bool
    note: str


def prove(
    runs: Runs, verdict: Verdict, *, progress: Progress | None = None
) -> tuple[Proof, ...]:
    """Lift every owner in turn by 2 %, on the same random numbers.

    Parameters
    ----------
    runs
        All replications as they are.
    verdict
        What was said of them.
    progress
        Told how many owners are done, of how many.

    Returns
    -------
    One proof for each owner, in the order of the network, shape (owners,). Shares,
    duals and gains are parts of the throughput [1].

    Examples
    --------
    >>> from toc_sim import diagnose, load, network_of, simulate
    >>> from toc_sim.constraint.sensitivity import prove
    >>> net = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "50"}))
    >>> runs = simulate(net)
    >>> [each.name for each in prove(runs, diagnose(runs)) if each.gain.mean > 0.5]
    ['machine_2']
    """
    duals = {owner.name: owner.share for owner in verdict.capacity.owners}
    proofs = []
    for number, owner in enumerate(verdict.shares):
        measured = over(runs.network, _lifted(runs, owner.name))
        slack = NEAR + (measured.half_width + owner.share.half_width or 0.0)
        agrees = not abs(measured.mean - owner.share.mean) > slack
        dual = duals.get(owner.name, 0.0)
        note = _note(verdict, owner.share.mean, dual, measured.mean, agrees=agrees)
        proofs.append(
            Proof(owner.name, owner.kind, owner.share, dual, measured, agrees, note)
        )
        if progress is not None:
            progress(number + 1, len(verdict.shares))
    return tuple(proofs)


def _lifted(runs: Runs, name: str) -> ByReplication:
    """Return what 1 % more of an owner's speed brings, by replication [1]."""
    net = runs.network
    if net.is_deterministic:  # derivatives are one-sided: only the lift is asked for
        [lift] = gains(runs, [net.lifted(name, 1 + STEP)], replicate_all)
        return lift[:1] / STEP
    return _both_sides(runs, [name], replicate_all)[:, 0]


def _note(
    verdict: Verdict, share: float, dual: float, measured: float, *, agrees: bool
) -> str:
    """Say in a few words why the three figures differ."""
    if verdict.word == "tie" and share > NEAR:
        return "a tie: alone it brings nothing, slowing it costs its share"
    if not agrees:
        return (
            "the finite step reaches the next constraint"
            if abs(measured) < abs(share)
            else "a small change makes jumps that one path does not see"
        )
    if dual > share + NEAR:
        return "waiting takes over a part of what capacity alone would give it"
    if share > dual + NEAR:
        return "chance makes others wait for it"
    return ""
