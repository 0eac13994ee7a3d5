"""The static answer by linear program, solved by HiGHS.

The program is scaled so that small and large rates both count. It covers losses, fixed
splits, feedback and shared resources.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import SimulationError
from toc_sim.theory.program import Matrix, Program

STRICT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
ATTEMPTS: tuple[dict[str, float | bool], ...] = (
    {**STRICT, "presolve": False},  # presolve takes far-apart capacities for open ends
    {**STRICT, "presolve": True},
    {"presolve": False},
    {"presolve": True},
)

ROUGH = 1e6
"""No load is larger while the throughput is not known even roughly."""

FINE = 1e10
"""No load is larger once it is: what would be is next to nothing in the answer."""

_LEAST = 1e-11
"""A limit of which an item takes less than this, for its pace, is no limit."""

SMALL = 1e-6
"""No flow is counted in less, per item bought: HiGHS drops what looks like nothing."""

_TINY = 1e-300

PASSES = 100

SOLVED, INFEASIBLE = 0, 2

Start = tuple[float, NDArray[np.float64]]
"""Throughput and flows."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """A best flow, and what each limit is worth.

    Attributes
    ----------
    value
        What was made best: the throughput [items/period], or the load of the busiest
        limit [1].
    flows
        How much goes where, per item bought [1].
    prices
        By limit: what 1 % more of it would bring, in per cent [1], adding up to 1; or
        how much the busiest one's load depends on it [1]. Where several limits must
        be raised together, one of many possible answers.
    """

    value: float
    flows: NDArray[np.float64]
    prices: NDArray[np.float64]


def optimum(program: Program, parts: Matrix, start: Start | None = None) -> Optimum:
    """Return the best flow.

    Parameters
    ----------
    program
        The inequalities.
    parts
        Limits by columns: the part that one item takes [periods/item].
    start
        Throughput and flows of an answer that should be near, if one is known.

    Notes
    -----
    HiGHS works to absolute tolerances. The parts are therefore multiplied by the
    throughput, and flows counted in what they come to, so that what matters is at
    about 1; as that is not known before, the program is solved again until it is.
    """
    every = np.ones(program.limits, dtype=bool)
    none = np.zeros(program.limits)
    pace, typical = start or (_fastest(parts), None)
    for _ in range(PASSES):
        largest = ROUGH if typical is None else FINE
        with np.errstate(over="ignore"):
            loads = np.minimum(parts * pace, largest)
        answer = least_busiest(program, loads, every, none, typical)
        if answer is None:
            break
        if answer.value < _LEAST:
            return Optimum(inf, answer.flows, none)
        pace /= answer.value
        near = 1 / 2 <= answer.value <= 2  # noqa: PLR2004
        if near and typical is not None:
            return Optimum(pace, answer.flows, answer.prices / answer.prices.sum())
        typical = answer.flows if near else None
    return Optimum(0.0, np.zeros(program.columns), none)


def least_busiest(
    program: Program,
    loads: Matrix,
    spread: NDArray[np.bool_],
    ceilings: NDArray[np.float64],
    typical: NDArray[np.float64] | None = None,
) -> Optimum | None:
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
    typical
        What the flows come to, about; each is counted in that.

    Returns
    -------
    The flow, or None where nothing can be bought.
    """
    units = np.ones(program.columns)
    if typical is not None:
        units = np.maximum(typical, SMALL)
    limits = loads * units
    scale = np.maximum(limits.max(axis=1), 1.0)
    at_most = np.vstack([limits / scale[:, None], _even(program.at_most * units)])
    busiest = np.zeros(len(at_most))
    busiest[: program.limits] = -1.0 * spread / scale
    room = np.zeros(len(at_most))
    room[: program.limits] = np.where(spread, 0.0, ceilings / scale)
    equal = np.vstack([program.bought * units, _even(program.equal * units)])
    one = np.zeros(len(equal))
    one[0] = 1.0
    problem = {
        "c": np.append(np.zeros(program.columns), 1.0),
        "A_ub": _compact(np.column_stack([at_most, busiest])),
        "b_ub": room,
        "A_eq": _compact(np.column_stack([equal, np.zeros(len(equal))])),
        "b_eq": one,
    }
    answer = _minimise(problem)
    if answer is None:
        return None
    prices = -answer.ineqlin.marginals[: program.limits] / scale
    return Optimum(
        _exactly(answer, problem),
        np.maximum(answer.x[:-1] * units, 0.0),
        np.maximum(prices, 0.0),
    )


def _even(rows: Matrix) -> Matrix:
    """Return rows, whose sums are held against 0, with 1 for the largest entry."""
    largest: Matrix = np.abs(rows).max(axis=1, keepdims=True, initial=_TINY)
    return rows / largest


LARGE = 100_000
"""Entries from which a matrix, nearly all of it zeros, is kept without them."""


def _compact(rows: Matrix) -> Any:
    """Return a matrix without its zeros if it is large."""
    if rows.size < LARGE:
        return rows
    from scipy.sparse import csr_array  # slow to import

    return csr_array(rows)


def _exactly(answer: Any, problem: dict[str, Any]) -> float:
    """Return the least value to the last digits.

    HiGHS leaves rows wrong by up to 1e-9 or so. Its prices say what that is worth, and
    the value of the Lagrangian is wrong by the square of that only.
    """
    value = problem["c"] @ answer.x
    for rows, prices in (("ub", answer.ineqlin), ("eq", answer.eqlin)):
        missed = problem[f"b_{rows}"] - problem[f"A_{rows}"] @ answer.x
        value += prices.marginals @ missed
    return max(0.0, float(value))


def _minimise(problem: dict[str, Any]) -> Any:
    """Return HiGHS's answer, or None where there is none."""
    from scipy.optimize import linprog  # slow to import

    solve: Any = linprog  # its stubs take no dictionaries
    for options in ATTEMPTS:
        answer = solve(**problem, bounds=(0, None), method="highs-ds", options=options)
        if answer.status in (SOLVED, INFEASIBLE):
            return answer if answer.status == SOLVED else None
    raise SimulationError(f"the static answer cannot be computed: {answer.message}")


def _fastest(parts: Matrix) -> float:
    """Return a pace that no item can exceed by much: the first guess."""
    taken = parts[parts > 0]
    return min(len(parts) / float(taken.min()), 1e300) if taken.size else 1.0


_MOST = 1e6
"""What a flow may be at most, per item bought: beyond, the solver's scaling decides
what counts."""


def chain_flow(program: Program) -> NDArray[np.float64] | None:
    """Return the flow of a chain per item bought [1]; None if it is none.

    In a chain every row says that one flow is fed by one other, and the last one is
    bought. Then no flow can be smaller than what the one after it needs, and where
    each is just that, no limit is less busy in any other: the linear program, which
    is slow to start, need not be asked.

    Parameters
    ----------
    program
        The inequalities.
    """
    rows = np.vstack([program.equal, program.at_most])
    ends = np.flatnonzero(program.bought)
    if len(ends) != 1 or len(rows) != program.columns - 1:
        return None
    fed, feeding = _sole(rows > 0), _sole(rows < 0)
    if fed is None or feeding is None:
        return None
    last = int(ends[0])
    flow = np.zeros(program.columns)
    flow[last] = 1 / program.bought[last]
    by_fed = dict(zip(fed.tolist(), range(len(rows)), strict=True))
    for _ in rows:
        if last not in by_fed:
            return None  # what goes round feeds nobody
        row = by_fed[last]
        source = int(feeding[row])
        flow[source] = flow[last] * rows[row, last] / -rows[row, source]
        last = source
    return flow if flow.all() and flow.max() < _MOST else None


def _sole(entries: NDArray[np.bool_]) -> NDArray[np.intp] | None:
    """Return the one column of each row, if none comes twice."""
    if (entries.sum(axis=1) != 1).any() or (entries.sum(axis=0) > 1).any():
        return None
    found: NDArray[np.intp] = entries.argmax(axis=1)
    return found


_NEXT_TO_NOTHING = 1e-9
"""A load or a price that is no larger is none."""

_FULL = 1 - 1e-8
"""From here on rounding is all that keeps a load from 1."""


def balanced(program: Program, parts: Matrix, throughput: float) -> NDArray[np.float64]:
    """Return the load of each limit at a throughput [1].

    Many flows may be best. The one taken makes the busiest limit as little busy as
    can be, then the next, and so on: no limit is busier than it must be, so what is
    left of each is its slack (lexicographic min-max).
    """
    loads = np.minimum(parts * throughput, 1 / _NEXT_TO_NOTHING)
    only = chain_flow(program)
    if only is not None:
        return _settled(loads @ only)
    spread = np.ones(program.limits, dtype=bool)
    ceilings = np.zeros(program.limits)
    while spread.any():
        flow = least_busiest(program, loads, spread, ceilings)
        if flow is None:  # rounding left no room: what is not settled is hardly used
            break
        reached = spread & (flow.prices > _NEXT_TO_NOTHING)
        if flow.value < _NEXT_TO_NOTHING or not reached.any():
            break
        ceilings[reached] = flow.value
        spread &= ~reached
    return _settled(ceilings)


def _settled(loads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return loads without what is only rounding."""
    some = np.where(loads < _NEXT_TO_NOTHING, 0.0, loads)
    return np.where(some > _FULL, 1.0, some)
