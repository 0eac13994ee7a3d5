"""What `toc-sim reach --wait` prints: the cheapest tools, and the wait with them."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.experiment.roadmap.reach_wait import WaitAttempt, WaitReach
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
        way = tools_title(found.scenario, found.shortest.tools)
        best = f" with {way}" if found.shortest.tools else ""
        return (
            f"A mean wait of {limit} before {place} is out of reach: {least}{best} is "
            "the least."
        )
    if not found.found.tools:
        return f"Items wait no longer than {limit} before {place} as it stands."
    name = tools_title(found.scenario, found.found.tools)
    cost = f"{given(found.found.cost)} {printable(found.scenario.currency)}".rstrip()
    return (
        f"With {name} items wait no longer than {limit} before {place}, on average, at "
        f"the least cost, {cost}."
    )


def _notes(found: WaitReach) -> Iterator[str]:
    answer = found.shortest if found.found is None else found.found
    yield _attempt(found, answer)
    yield f"The constraint is then {titles(found.scenario, found.verdict.constraint)}."
    if found.sets > 1:
        rest = "; the others cost more" if found.simulated < found.sets else ""
        yield f"{found.simulated} of {found.sets} sets were simulated{rest}."


def _attempt(found: WaitReach, answer: WaitAttempt) -> str:
    digits = decimals([answer.wait.mean, found.wanted])
    mean = counted(plus_minus(answer.wait, digits), found.scenario.period)
    text = f"The mean wait is then {mean}"
    if len(found.trials[0].results) == 1:
        return f"{text}."
    return f"{text}; it is short enough in {percent(answer.reached)} % of the runs."
