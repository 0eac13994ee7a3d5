"""The proof of a verdict: every owner lifted in turn, beside what was said of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import (
    Elasticities,
    Experiment,
    elasticities,
    replicate_all,
)
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs
from toc_sim.language import phrase
from toc_sim.network import OwnerKind

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
    loss
        What 1 % less speed cost, likewise [1].
    agrees
        Whether the share lies between gain and loss, or their intervals meet its own.
    note
        Why share, dual, gain and loss differ, where they do.
    """

    name: str
    kind: OwnerKind
    share: Interval
    dual: float
    gain: Interval
    loss: Interval
    agrees: bool
    note: str


def prove(
    runs: Runs, verdict: Verdict, experiment: Experiment = replicate_all
) -> tuple[Proof, ...]:
    """Make every owner in turn a little faster and slower, on the same random numbers.

    Where the verdict itself rests on that, what was measured for it is told.

    Parameters
    ----------
    runs
        All replications as they are.
    verdict
        What was said of them.
    experiment
        Runs the changed networks: by default in this process.

    Returns
    -------
    One proof for each owner, in the order of the network, shape (owners,). Shares,
    duals, gains and losses are parts of the throughput [1].

    Examples
    --------
    >>> from toc_sim import diagnose, load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> from toc_sim.constraint.proof import prove
    >>> net = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "50"}))
    >>> runs = simulate(net)
    >>> [each.name for each in prove(runs, diagnose(runs)) if each.gain.mean > 0.5]
    ['machine_2']
    """
    measured = verdict.measured or elasticities(
        runs, [owner.name for owner in verdict.shares], experiment
    )
    return tuple(
        _proof(runs, verdict, measured, place) for place in range(len(verdict.shares))
    )


def _proof(runs: Runs, verdict: Verdict, measured: Elasticities, place: int) -> Proof:
    owner = verdict.shares[place]
    column = measured.names.index(owner.name)
    gain = over(runs.network, measured.more[:, column])
    loss = over(runs.network, measured.less[:, column])
    duals = {each.name: each.share for each in verdict.capacity.owners}
    of = runs.network.together.get(owner.name, (owner.name,))
    dual = fsum(duals[name] for name in of)
    agrees = _agrees(owner.share, gain, loss)
    note = _note(verdict, owner.share.mean, dual, gain, loss, agrees=agrees)
    return Proof(owner.name, owner.kind, owner.share, dual, gain, loss, agrees, note)


def _agrees(share: Interval, gain: Interval, loss: Interval) -> bool:
    """Return whether what is said may be what was seen."""
    low, high = _ends(gain, loss)
    least, most = _ends(share)
    return most >= low - NEAR and least <= high + NEAR


def _ends(*intervals: Interval) -> tuple[float, float]:
    """Return the lowest and highest that some figures may be."""
    return min(each.least for each in intervals), max(each.most for each in intervals)


def _note(
    verdict: Verdict,
    share: float,
    dual: float,
    gain: Interval,
    loss: Interval,
    *,
    agrees: bool,
) -> str:
    """Say in a few words why the figures differ, where that was seen."""
    if verdict.word == "tie" and share > NEAR:
        return phrase("a tie: alone it brings nothing, slowing it costs its share")
    if not agrees:
        return phrase("share and lift differ: go by the lift")
    if loss.mean - gain.mean > 2 * NEAR and _ends(gain)[1] < _ends(loss)[0]:
        return phrase("a bend: less speed costs more than more speed brings")
    low, high = _ends(gain, loss)
    if not low - NEAR <= dual <= high + NEAR:
        return phrase("capacity alone would give it another share than was seen")
    return ""
