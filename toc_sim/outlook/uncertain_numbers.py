"""The uncertain numbers of a scenario, drawn anew for each run."""

from __future__ import annotations

from toc_sim.scenario.model import Scenario
from toc_sim.scenario.uncertain_draws import drawn
from toc_sim.streams import Purpose, generator


def drawn_for(scenario: Scenario, seed: int, number: int) -> Scenario:
    """Return a scenario with its uncertain numbers as they may be.

    Parameters
    ----------
    scenario
        The pipeline; without a block ``uncertain:`` it is what it is.
    seed
        Which chance is met.
    number
        Of the run: the same number draws the same.
    """
    if not scenario.uncertain:
        return scenario
    return drawn(scenario, generator(seed, number, "uncertain", Purpose.CUSTOMERS))
