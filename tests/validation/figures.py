"""What is compared with an exact value: a figure of the static answer or of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from toc_sim import Scenario
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.theory import Capacity, OwnerCapacity
from validation.cases import Case

Answers = tuple[Capacity, ...]
"""The static answers of a case's scenarios, in their order."""

Results = tuple[RunResult, ...]
"""One replication of a case's scenarios, in their order."""

Kind = Literal["value", "share", "fraction"]


THROUGHPUT_WITHIN = 0.015
"""Half-width of a throughput's interval, relative, that is narrow enough [1]."""


@dataclass(frozen=True, slots=True)
class StaticFigure:
    """A figure that must follow exactly from the static answers."""

    what: str
    expected: float
    of: Callable[[Answers], float]


@dataclass(frozen=True, slots=True)
class SimulatedFigure:
    """A figure measured in each replication, whose mean must be right.

    Attributes
    ----------
    what, kind
        Its name; whether it is the case's value, a constraint share, or the
        fraction of time a server is busy, blocked or starved.
    expected
        The exact value.
    of
        The figure from one replication.
    widest
        The half-width that its interval may have to mean something.
    """

    what: str
    kind: Kind
    expected: float
    of: Callable[[Results], float]
    widest: float


@dataclass(frozen=True, slots=True)
class Expressed:
    """A case as scenarios, with the figures to compare.

    Attributes
    ----------
    scenarios
        One, or several where variants are compared.
    note
        How the system was put into words where that is not obvious.
    """

    case: Case
    scenarios: tuple[Scenario, ...]
    static: tuple[StaticFigure, ...] = ()
    simulated: tuple[SimulatedFigure, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """A case that is not run, and why."""

    case: Case
    reason: str


def node(result: RunResult, name: str) -> NodeRun:
    """Return what was measured at a node."""
    return next(node for node in result.nodes if node.name == name)


def owner(answer: Capacity, name: str) -> OwnerCapacity:
    """Return what the static answer says of a node or resource."""
    return next(owner for owner in answer.owners if owner.name == name)


def share(result: RunResult, name: str) -> float:
    """Return the constraint share of a node or resource in one run [1]."""
    return next(share.value for share in result.shares if share.name == name)


def static_throughput(expected: float) -> StaticFigure:
    """Compare the static throughput of the only scenario."""
    return StaticFigure("throughput", expected, lambda answers: answers[0].throughput)


def value(
    what: str,
    expected: float,
    of: Callable[[RunResult], float],
    *,
    within: float = THROUGHPUT_WITHIN,
) -> SimulatedFigure:
    """Compare a figure of the only scenario.

    Parameters
    ----------
    within
        Half-width of the interval, relative to `expected`, that is narrow enough.
    """
    return SimulatedFigure(
        what,
        "value",
        expected,
        lambda results: of(results[0]),
        within * abs(expected),
    )


def throughput(
    expected: float, *, within: float = THROUGHPUT_WITHIN
) -> SimulatedFigure:
    """Compare the throughput of the only scenario."""
    return value(
        "throughput", expected, lambda result: result.throughput, within=within
    )


def wait(result: RunResult, name: str) -> float:
    """Return the mean time in a node's queue, by Little's law [periods]."""
    measured = node(result, name)
    return measured.queue_mean * result.horizon / measured.started
