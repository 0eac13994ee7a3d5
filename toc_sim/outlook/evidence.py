"""How much a forecast stands on, and when that is too little for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toc_sim.errors import Argument, QuestionError, TocError
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.scenario.model import Scenario

FEWEST_FUTURES = 100
"""Runs of which the outer tenths can be told; with fewer there is no band."""

FEWEST_OBSERVATIONS = 20
"""Arrivals, outcomes or times that a band stands on, at least, if they were counted."""

_COUNTS = {"count": "arrivals", "of": "outcomes", "observations": "times"}
"""By the word of a form, what it counts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the records behind the uncertain numbers counted.

    Attributes
    ----------
    totals
        By ``arrivals``, ``outcomes`` and ``times``, how many were observed in all; what
        no form counts is not there.
    thin
        Numbers that stand on fewer than `FEWEST_OBSERVATIONS`, and how many.
    numbers
        How many numbers are uncertain.
    """

    totals: Mapping[str, float]
    thin: tuple[tuple[str, float], ...]
    numbers: int


def evidence_of(scenario: Scenario) -> Evidence:
    """Return what the block ``uncertain:`` of a scenario says was counted.

    Parameters
    ----------
    scenario
        The pipeline.
    """
    totals: dict[str, float] = {}
    thin = []
    said = scenario.uncertain
    for path, form in said.items():
        for word, what in _COUNTS.items():
            seen = getattr(form, word, None)
            if seen is None:
                continue
            totals[what] = totals.get(what, 0.0) + seen
            if seen < FEWEST_OBSERVATIONS:
                thin.append((path, float(seen)))
    return Evidence(totals, tuple(thin), len(said))


def refuse_thin_evidence(scenario: Scenario, runs: int) -> None:
    """Refuse a forecast that would stand on too little.

    Parameters
    ----------
    scenario
        The pipeline.
    runs
        How many futures are asked for.

    Raises
    ------
    TocError
        If there are too few runs for a band, or if all that was counted of arrivals, of
        outcomes or of times together is too little.
    """
    if runs < FEWEST_FUTURES:
        what = f"a band of 80 % needs {FEWEST_FUTURES} runs or more"
        raise QuestionError(Argument("replications", str(runs)), what)
    for what, seen in evidence_of(scenario).totals.items():
        if seen < FEWEST_OBSERVATIONS:
            raise TocError(
                f"{scenario.name}: no forecast: the records behind it have {seen:g} "
                f"{what}, and a band stands on {FEWEST_OBSERVATIONS} at least\n"
                "    hint: calibrate on a longer time; or say in 'uncertain:' how "
                "surely you know those numbers by yourself: 8 +- 2"
            )


def evidence_notices(scenario: Scenario) -> Iterator[Notice]:
    """Yield what is to be said of what a forecast stands on.

    Parameters
    ----------
    scenario
        The pipeline.
    """
    found = evidence_of(scenario)
    if not found.numbers:
        yield Notice(
            "numbers taken as exact",
            phrase(
                "The scenario does not say how surely its numbers are known "
                "(uncertain:), so the band holds chance alone and is too narrow by "
                "what they may be off."
            ),
            "doubt",
        )
    for path, seen in found.thin:
        yield Notice(
            "thin evidence",
            phrase(
                "{number} stands on {seen} observations only: what is told of it is "
                "hardly known.",
                number=path,
                seen=f"{seen:g}",
            ),
            "doubt",
            {"number": path, "observations": seen},
        )
