"""What the program says of an exact result: static answers, and simulated means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Literal

import numpy as np
from scipy.stats import t as student

from toc_sim import Scenario
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.theory.static import capacity as capacity_of
from validation.cases import CASES
from validation.expressing import express
from validation.figures import Expressed, Kind, SimulatedFigure

Engine = Literal["simpy", "compiled"]

CONFIDENCE = 0.999
EXACT = 1e-9
ENGINES: tuple[Engine, ...] = ("simpy", "compiled")
"""They take turns, case by case: both have to meet what is exact."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One figure, expected and got.

    Attributes
    ----------
    case, what, kind
        Which case, which figure of it; ``static`` is not simulated.
    expected, got
        The exact value, and the program's.
    low, high
        The 99.9 % interval around `got`; of a static figure and of a run without
        chance, what counts as equal.
    widest
        The half-width that the interval may have to mean something.
    length
        How long was run, in words.
    """

    case: str
    what: str
    kind: Literal["static"] | Kind
    expected: float
    got: float
    low: float
    high: float
    widest: float
    length: str

    @property
    def is_met(self) -> bool:
        """Whether the exact value lies inside the interval."""
        return self.low - EXACT <= self.expected <= self.high + EXACT

    @property
    def is_sharp(self) -> bool:
        """Whether the interval is narrow enough to mean something."""
        return (self.high - self.low) / 2 <= self.widest + EXACT


@cache
def static_outcomes(name: str) -> tuple[Outcome, ...]:
    """Return the static figures of a case."""
    case = _expressed(name)
    if not case.static:
        return ()
    answers = tuple(capacity_of(network_of(each)) for each in case.scenarios)
    found = []
    for figure in case.static:
        got = figure.of(answers)
        slack = EXACT * max(1.0, abs(figure.expected))
        found.append(
            Outcome(
                name,
                figure.what,
                "static",
                figure.expected,
                got,
                got - slack,
                got + slack,
                slack,
                "static",
            )
        )
    return tuple(found)


@cache
def simulated_outcomes(
    name: str, longer: float = 1.0, *, again: bool = False
) -> tuple[Outcome, ...]:
    """Return the simulated figures of a case.

    Parameters
    ----------
    name
        Of the case.
    longer
        Factor on the measured time of every run, or on the number of runs of a game.
    again
        Whether to take other random numbers.
    """
    case = _expressed(name)
    if not case.simulated:
        return ()
    seed = 1 if again else 0
    engine = ENGINES[list(CASES).index(name) % 2]
    runs = [
        simulate(network_of(_run(each, longer, seed, engine)))
        for each in case.scenarios
    ]
    replications = list(zip(*(run.results for run in runs), strict=True))
    horizon, warmup = replications[0][0].horizon, runs[0].warmup
    length = f"{len(replications)} x {horizon:,.6g} after {warmup:,.6g}"
    return tuple(
        _outcome(
            name,
            figure,
            [figure.of(results) for results in replications],
            one_item=1 / horizon,
            length=length,
        )
        for figure in case.simulated
    )


def _outcome(
    name: str,
    figure: SimulatedFigure,
    got: Sequence[float],
    *,
    one_item: float,
    length: str,
) -> Outcome:
    mean = float(np.mean(got))
    half = one_item if len(got) == 1 else _half_width(got)
    return Outcome(
        name,
        figure.what,
        figure.kind,
        figure.expected,
        mean,
        mean - half,
        mean + half,
        figure.widest,
        length,
    )


def _half_width(sample: Sequence[float]) -> float:
    """Return the half-width of the Student-t interval of a mean."""
    error = float(np.std(sample, ddof=1)) / sqrt(len(sample))
    return error * float(student.ppf((1 + CONFIDENCE) / 2, len(sample) - 1))


def _run(
    scenario: Scenario, longer: float, other_seed: int, engine: Engine
) -> Scenario:
    """Measure for longer; a game, whose rounds are counted, is played more often."""
    run = scenario.run
    more = (
        {"horizon": run.horizon * longer}
        if run.warmup
        else {"replications": round(run.replications * longer)}
    )
    run = run.changed(seed=run.seed + other_seed, engine=engine, **more)
    return scenario.changed(run=run)


def _expressed(name: str) -> Expressed:
    case = express(CASES[name])
    assert isinstance(case, Expressed), name
    return case
