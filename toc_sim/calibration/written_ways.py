"""The ways of a scenario as its file has them, and where each number came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from toc_sim.calibration.estimates import Estimate
from toc_sim.calibration.fitted_time import rounded, spread_of
from toc_sim.calibration.step_shares import Step
from toc_sim.calibration.time_on_way import TimeOnWay
from toc_sim.calibration.written_figures import between, percent, short
from toc_sim.language import phrase

SHARE_DIGITS = 4
"""Shares are written with so many digits after the point."""


@dataclass(frozen=True, slots=True)
class WrittenWay:
    """A way as the scenario file has it.

    Attributes
    ----------
    way
        ``a -> b``.
    label
        What stands behind its colon.
    comment
        Where it came from.
    estimates
        Of its share and delay.
    """

    way: str
    label: Any
    comment: str
    estimates: tuple[Estimate, ...]


def written_way(
    step: Step, names: tuple[str, str], share: float, time: TimeOnWay
) -> WrittenWay:
    """Return a way as the scenario file has it.

    Parameters
    ----------
    step
        The way.
    names
        Of the nodes at its ends.
    share
        As it is written: those out of one node add up to 1 at most [1].
    time
        How long it takes.
    """
    source, target = names
    origin = phrase(
        "{share} % of those that left, seen {count} times",
        share=percent(step.share),
        count=short(step.taken),
    )
    path = f"flow.{source}->{target}"
    part = {"won": rounded(step.share * step.of), "of": float(step.of)}
    told = part if step.share < 1 else None
    shared = Estimate(path, share, step.low, step.high, origin, step.taken, told)
    delay = delay_entry(time)
    if delay is None or time.seen is None:
        return WrittenWay(f"{source} -> {target}", share, origin, (shared,))
    scale = time.mean / time.seen.mean
    away = Estimate(
        f"{path}.delay.mean" if isinstance(delay, dict) else f"{path}.delay",
        rounded(time.mean),
        time.seen.mean_low * scale,
        time.seen.mean_high * scale,
        phrase("on the way or waiting, by {count} cases", count=short(step.taken)),
        time.seen.count,
        spread_of(time.mean, time.seen.mean_low * scale, time.seen.mean_high * scale),
    )
    comment = phrase(
        "{share}; {away}: {interval}, shape: {shape}",
        share=origin,
        away=away.origin,
        interval=between(away.low, away.high),
        shape=time.seen.origin,
    )
    label = {"share": share, "delay": delay}
    return WrittenWay(f"{source} -> {target}", label, comment, (shared, away))


def stuck_way(names: tuple[str, str], share: float, long: float) -> WrittenWay:
    """Return the way of cases that stay open: back, but not within any run.

    Parameters
    ----------
    names
        Where they stay, and where they would come to.
    share
        The part of those that come there [1].
    long
        How long they are away: longer than a run [periods].
    """
    told = phrase(
        "{share} % were open for longer than any took to go on: neither won nor lost",
        share=percent(share),
    )
    source, target = names
    share = floor(share * 10**SHARE_DIGITS) / 10**SHARE_DIGITS
    estimate = Estimate(f"flow.{source}->{target}", share, None, None, told, 0)
    label = {"share": share, "delay": float(round(long))}
    return WrittenWay(f"{source} -> {target}", label, told, (estimate,))


def delay_entry(time: TimeOnWay) -> Any:
    """Return a time on the way as the file has it; None: there is none.

    Parameters
    ----------
    time
        Its mean and shape.
    """
    if time.mean == 0 or time.seen is None:
        return None
    shape = time.seen.shape
    return {"mean": rounded(time.mean), **shape} if shape else rounded(time.mean)


def written_shares(steps: Sequence[Step]) -> list[float]:
    """Return shares as they are written, which add up to 1 where all of them do.

    Parameters
    ----------
    steps
        All ways out of one node.
    """
    shares = [round(step.share, SHARE_DIGITS) for step in steps]
    over = sum(shares) - 1
    whole = abs(sum(step.share for step in steps) - 1) < 0.1**SHARE_DIGITS / 2
    if shares and (over > 0 or whole):
        largest = max(range(len(shares)), key=shares.__getitem__)
        shares[largest] = round(shares[largest] - over, SHARE_DIGITS)
    return shares
