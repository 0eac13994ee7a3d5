"""Exact closings of exponential stages in a row, by uniformisation of their chain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import exp

import numpy as np
from numpy.typing import NDArray


def closed_by(
    time: float,
    start: Sequence[int],
    rates: Sequence[float],
    *,
    servers: Sequence[int] | None = None,
    arrivals: float = 0.0,
    most: int = 0,
) -> NDArray[np.float64]:
    """Return how likely so many items have left a line by some time.

    Parameters
    ----------
    time
        From the start [periods].
    start
        Items at each stage, those in service counted.
    rates
        Services of one server of each stage [items/period].
    servers
        Of each stage; None: one each.
    arrivals
        At the first stage, a Poisson stream [items/period].
    most
        Arrivals that are followed at most.

    Returns
    -------
    By number of items, 0 first; shape (items + 1,).
    """
    crews = servers or [1] * len(rates)
    whole = sum(start) + most
    states = [
        state
        for state in product(*(range(whole + 1) for _ in start), range(most + 1))
        if sum(state[:-1]) <= sum(start) + state[-1]
    ]
    index = {state: number for number, state in enumerate(states)}
    moves = []
    for state in states:
        *inside, came = state
        for stage, (rate, crew) in enumerate(zip(rates, crews, strict=True)):
            if inside[stage]:
                after = list(state)
                after[stage] -= 1
                if stage + 1 < len(inside):
                    after[stage + 1] += 1
                moves.append(
                    (index[state], index[tuple(after)], rate * min(inside[stage], crew))
                )
        if arrivals and came < most:
            after = list(state)
            after[0] += 1
            after[-1] += 1
            moves.append((index[state], index[tuple(after)], arrivals))
    begin = np.zeros(len(states))
    begin[index[(*start, 0)]] = 1.0
    ends = _uniformised(begin, moves, time)
    found = np.zeros(whole + 1)
    for state, chance in zip(states, ends, strict=True):
        found[sum(start) + state[-1] - sum(state[:-1])] += chance
    return found


def expected(chances: NDArray[np.float64]) -> float:
    """Return the mean of a number by the chances of 0, 1, 2 and so on."""
    return float(np.arange(len(chances)) @ chances)


def _uniformised(
    begin: NDArray[np.float64], moves: Sequence[tuple[int, int, float]], time: float
) -> NDArray[np.float64]:
    """Return where a chain is after some time (Jensen 1953)."""
    from scipy.sparse import coo_array

    count = len(begin)
    source, target, rate = (np.array(each) for each in zip(*moves, strict=True))
    leaving = np.bincount(source, rate, count)
    clock = float(leaving.max()) * 1.01
    every = np.arange(count)
    step = coo_array(
        (
            np.concatenate((rate / clock, 1 - leaving / clock)),
            (np.concatenate((target, every)), np.concatenate((source, every))),
        ),
        shape=(count, count),
    ).tocsr()
    weight, part, now = exp(-clock * time), 0.0, begin
    found = np.zeros(count)
    jump = 0
    while part < 1 - 1e-12:
        found += weight * now
        part += weight
        now = step @ now
        jump += 1
        weight *= clock * time / jump
    return found
