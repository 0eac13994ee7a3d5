"""The linear program solved by HiGHS, scaled so that small and large both count."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.program import Matrix, Program
from toc_sim.errors import SimulationError

STRICT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
LOOSE: dict[str, float] = {}

LARGEST = 1e12
"""No coefficient is larger: what would be is next to nothing in the answer."""

LEAST = 1e-11
"""A limit of which an item takes less than this, for its pace, is no limit."""

PASSES = 100

SOLVED, INFEASIBLE = 0, 2


@dataclass(frozen=True, slots=True)
class Optimum:
    """A best flow, and what each limit is worth.

    Attributes
    ----------
    throughput
        The most that can be bought [items/period].
    flows
        How much goes where, per item bought [1].
    prices
        By limit: what 1 % more of it would bring, in per cent [1]; they add up to 1.
        Where several limits must be raised together, one of many possible answers.
    """

    throughput: float
    flows: NDArray[np.float64]
    prices: NDArray[np.float64]


def optimum(program: Program, parts: Matrix, guess: float | None = None) -> Optimum:
    """Return the best flow.

    Parameters
    ----------
    program
        The inequalities.
    parts
        Limits by columns: the part that one item takes [periods/item].
    guess
        About how large the throughput may be, if known.

    Notes
    -----
    HiGHS works to absolute tolerances. The parts are therefore multiplied by the
    throughput, so that the busiest limit is at about 1; as that is not known before,
    the program is solved again until it is.
    """
    every = np.ones(program.limits, dtype=bool)
    none = np.zeros(program.limits)
    pace = guess or _fastest(parts)
    for _ in range(PASSES):
        with np.errstate(over="ignore"):
            loads = np.minimum(parts * pace, LARGEST)
        answer = least_busiest(program, loads, every, none)
        if answer is None:
            break
        if answer.busiest < LEAST:
            return Optimum(inf, answer.flows, none)
        pace /= answer.busiest
        if 1 / 2 <= answer.busiest <= 2:  # noqa: PLR2004 - near enough to 1
            return Optimum(pace, answer.flows, answer.prices / answer.prices.sum())
    return Optimum(0.0, np.zeros(program.columns), none)


@dataclass(frozen=True, slots=True)
class Busiest:
    """The flow whose busiest limit is the least busy.

    Attributes
    ----------
    busiest
        The load of that limit.
    flows
        How much goes where, per item bought [1].
    prices
        By limit: how much the busiest one's load depends on it [1].
    """

    busiest: float
    flows: NDArray[np.float64]
    prices: NDArray[np.float64]


def least_busiest(
    program: Program,
    loads: Matrix,
    spread: NDArray[np.bool_],
    ceilings: NDArray[np.float64],
) -> Busiest | None:
    """Return the flow of one item bought that spreads its load most evenly.

    Parameters
    ----------
    program
        The inequalities.
    loads
        Limits by columns: what one item takes.
    spread
        The limits whose greatest load is to be as small as can be.
    ceilings
        What the others' load may not exceed.

    Returns
    -------
    The flow, or None where nothing can be bought.
    """
    limits, columns = loads.shape
    at_most = np.vstack([loads, program.at_most])
    busiest = np.zeros(len(at_most))
    busiest[:limits] = -spread.astype(float)
    room = np.zeros(len(at_most))
    room[:limits] = np.where(spread, 0.0, ceilings)
    equal = np.vstack([program.bought, program.equal])
    one = np.zeros(len(equal))
    one[0] = 1.0
    answer = _minimise(
        c=np.append(np.zeros(columns), 1.0),
        A_ub=np.column_stack([at_most, busiest]),
        b_ub=room,
        A_eq=np.column_stack([equal, np.zeros(len(equal))]),
        b_eq=one,
    )
    if answer is None:
        return None
    return Busiest(
        float(answer.x[-1]),
        np.maximum(answer.x[:-1], 0.0),
        np.maximum(-answer.ineqlin.marginals[:limits], 0.0),
    )


def _minimise(**problem: Matrix) -> Any:
    """Return HiGHS's answer, or None where there is none."""
    from scipy.optimize import linprog  # slow to import

    solve: Any = linprog  # its stubs take no arguments by name and dictionary
    for options in (STRICT, LOOSE):
        answer = solve(**problem, bounds=(0, None), method="highs-ds", options=options)
        if answer.status in (SOLVED, INFEASIBLE):
            return answer if answer.status == SOLVED else None
    raise SimulationError(f"the static answer cannot be computed: {answer.message}")


def _fastest(parts: Matrix) -> float:
    """Return a pace that no item can exceed by much: the first guess."""
    taken = parts[parts > 0]
    return min(len(parts) / float(taken.min()), 1e300) if taken.size else 1.0
