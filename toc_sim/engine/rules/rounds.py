"""When a stage that works in rounds works, and on how many items, in both engines."""

from __future__ import annotations

from math import floor

from toc_sim.network.node import NetRounds

NEARLY = 1e-6
"""What a number of items may miss a whole one by: samples are drawn over their mean."""


def first_round(rounds: NetRounds, start: float) -> int:
    """Return the number of the first round after a moment [periods].

    Parameters
    ----------
    rounds
        When the first one is, and how often one follows [periods].
    start
        From the beginning of the run [periods]; a round at this very moment is over.

    Returns
    -------
    Its number; the first round of all is 0.
    """
    number = floor((start - rounds.first) / rounds.every)
    while rounds.first + number * rounds.every <= start:
        number += 1
    return number


def whole_items(drawn: float) -> tuple[int, float]:
    """Return how many whole items can be moved, and what is left for the next round."""
    most = floor(drawn + NEARLY)
    return most, drawn - most
