"""A number that records tell of a parameter, how surely, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from toc_sim.records.notices import Notice

Saturation = Literal["saturated", "not saturated", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one parameter of the scenario is, by the records.

    Attributes
    ----------
    path
        The parameter as the scenario file calls it: ``qualify.conversion``.
    value
        As the file has it: a number, or a profile.
    low, high
        The 95 % interval of a number [as the number]; None where there is none.
    origin
        Where it came from, for people: ``380 arrivals in 13 weeks``.
    count
        Observations behind it.
    uncertain
        How the ``uncertain:`` block says it: ``{"won": 12, "of": 40}``; None: not
        there.
    at_least
        Whether the true value may be higher and never was tried: a capacity that was
        not used to the full.
    """

    path: str
    value: Any
    low: float | None
    high: float | None
    origin: str
    count: int
    uncertain: Mapping[str, Any] | None = None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class StageFinding:
    """What the records tell of one stage.

    Attributes
    ----------
    stage
        As the records call it.
    node
        As the scenario file calls it; empty: it is not a node of its own.
    visits
        How many were seen to their end.
    saturation
        Whether it was seen at the end of its capacity.
    evidence
        Why that is said, for people.
    output
        What it finished in a period, mean [items/period].
    wait_mean, work_mean
        Mean time before work began and of the work itself [periods]; nan: the records
        do not tell them apart, and `wait_mean` holds both if the stay is known.
    own_wait
        Whether the wait is for the company's own staff, as the records tell it; None:
        they do not tell.
    people
        How many worked at it, those who worked often [people]; 0: not told.
    waits_on_way
        Whether the scenario has the wait at it on the ways out of it, and not as a
        queue.
    """

    stage: str
    node: str
    visits: int
    saturation: Saturation
    evidence: str
    output: float
    wait_mean: float
    work_mean: float
    own_wait: bool | None
    people: int
    waits_on_way: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """Time in which nobody of the company was at work on a case, nor asked to be.

    Attributes
    ----------
    before, after
        What had ended, and what came next, as the records call them.
    mean, cv
        Of its length [periods, 1].
    count
        How often it was seen.
    why
        How it is known that no capacity answers for it, for people.
    timer
        Its length if it ends by a clock [periods]; None: it does not.
    """

    before: str
    after: str
    mean: float
    cv: float
    count: int
    why: str
    timer: float | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario drawn from records, and all that is to be said of it.

    Attributes
    ----------
    content
        The scenario as plain data, in the order of a scenario file: what
        `toc_sim.load` reads from a dictionary.
    comments
        By path of the file (``stages.sales.capacity``), what stands behind the line.
    estimates
        Where each number came from.
    stages, delays
        What was found at each stage, and between them.
    notices
        Suspicions, and what could not be told.
    verdict
        In one sentence what limited the output in these records, and how surely.
    facts
        Other figures worth showing, by name.
    """

    content: Mapping[str, Any]
    comments: Mapping[str, str]
    estimates: tuple[Estimate, ...]
    stages: tuple[StageFinding, ...]
    delays: tuple[Delay, ...]
    notices: tuple[Notice, ...]
    verdict: str
    facts: Mapping[str, float | str] = field(default_factory=dict)


def uncertain_block(estimates: Sequence[Estimate]) -> dict[str, Any]:
    """Return the ``uncertain`` block of a scenario file.

    What is only known to be at least so much is not in it.

    Parameters
    ----------
    estimates
        Of all numbers.
    """
    return {
        each.path: dict(each.uncertain)
        for each in estimates
        if each.uncertain is not None and not each.at_least
    }
