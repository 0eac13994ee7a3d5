"""The certificate: every owner lifted a little in turn, and what it brought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import STEP, elasticity, gain
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs
from toc_sim.network.model import OwnerKind

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
    runs: Runs, verdict: Verdict, *, progress: Callable[[int, int], None] | None = None
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
    One proof for each owner, in the order of the network.
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


def _lifted(runs: Runs, name: str) -> list[float]:
    """Return what 1 % more of an owner's speed brings, by replication [1]."""
    net = runs.network
    if net.is_deterministic:  # derivatives are one-sided: only the lift is asked for
        return [float(gain(runs, net.lifted(name, 1 + STEP))[0]) / STEP]
    return [float(value) for value in elasticity(runs, name)]


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
