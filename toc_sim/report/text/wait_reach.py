"""What `toc-sim reach --wait` prints: the cheapest tools, and the wait with them."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.experiment.roadmap.reach_wait import WaitAttempt, WaitReach
from toc_sim.language import phrase
from toc_sim.report.formats import (
    alone,
    counted,
    decimals,
    given,
    percent,
    plus_minus,
    printable,
    titles,
    tools_title,
)
from toc_sim.report.text.table import Blocks, kept_as


def wait_reach_blocks(found: WaitReach, width: int, run: str | None) -> Blocks:  # noqa: ARG001 - as other answers
    """Return what is told of the way to a wait below its first sentence."""
    return _notes(found), kept_as(run)


def wait_reach_sentence(found: WaitReach) -> str:
    """Say with which tools items wait no longer, or how short the wait can be."""
    period = found.scenario.period
    limit = counted(given(found.wanted), period)
    place = printable(found.scenario.title(found.node))
    if found.found is None:
        least = counted(alone(found.shortest.wait.mean), period)
        if not found.shortest.tools:
            return phrase(
                "A mean wait of {limit} before {place} is out of reach: {least} is the "
                "least.",
                limit=limit,
                place=place,
                least=least,
            )
        return phrase(
            "A mean wait of {limit} before {place} is out of reach: {least} with "
            "{tools} is the least.",
            limit=limit,
            place=place,
            least=least,
            tools=tools_title(found.scenario, found.shortest.tools),
        )
    if not found.found.tools:
        return phrase(
            "Items wait no longer than {limit} before {place} as it stands.",
            limit=limit,
            place=place,
        )
    cost = f"{given(found.found.cost)} {printable(found.scenario.currency)}".rstrip()
    return phrase(
        "With {tools} items wait no longer than {limit} before {place}, on average, at "
        "the least cost, {cost}.",
        tools=tools_title(found.scenario, found.found.tools),
        limit=limit,
        place=place,
        cost=cost,
    )


def _notes(found: WaitReach) -> Iterator[str]:
    answer = found.shortest if found.found is None else found.found
    yield _attempt(found, answer)
    yield phrase(
        "The constraint is then {constraint}.",
        constraint=titles(found.scenario, found.verdict.constraint),
    )
    simulated, sets = found.simulated, found.sets
    if 1 < sets == simulated:
        yield phrase(
            "{simulated} of {sets} sets were simulated.", simulated=simulated, sets=sets
        )
    elif sets > 1:
        yield phrase(
            "{simulated} of {sets} sets were simulated; the others cost more.",
            simulated=simulated,
            sets=sets,
        )


def _attempt(found: WaitReach, answer: WaitAttempt) -> str:
    digits = decimals([answer.wait.mean, found.wanted])
    mean = counted(plus_minus(answer.wait, digits), found.scenario.period)
    if len(found.trials[0].results) == 1:
        return phrase("The mean wait is then {mean}.", mean=mean)
    return phrase(
        "The mean wait is then {mean}; it is short enough in {share} % of the runs.",
        mean=mean,
        share=percent(answer.reached),
    )
