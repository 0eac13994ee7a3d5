"""Checks that shared pools agree on whose turn it is, and on when they are there."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.errors import Problem, quoted, shown
from toc_sim.scenario.nodes import Stage
from toc_sim.scenario.parts import Parts, place_of
from toc_sim.scenario.unfolding import folded, unfolded


def pool_problems(parts: Parts) -> Iterator[Problem]:
    """Yield stages whose pools do not agree, and due dates nobody looks at."""
    whole = unfolded(parts)
    for name, node in whole.stages.items():
        if isinstance(node, Stage) and node.pools:
            for problem in _of_stage(name, node, whole):
                yield folded(problem)


def _rules(parts: Parts, stage: Stage) -> dict[str, str]:
    """Return the dispatch rule of each pool of a stage that can be read."""
    pools = {name: parts.resources.get(name) for name in stage.pools}
    return {name: pool.dispatch for name, pool in pools.items() if pool is not None}


def _calendars(parts: Parts, stage: Stage) -> dict[str, str]:
    """Return the calendar of each pool of a stage that keeps one."""
    pools = {name: parts.resources.get(name) for name in stage.pools}
    return {
        name: pool.calendar
        for name, pool in pools.items()
        if pool is not None and pool.calendar is not None
    }


def _of_stage(name: str, stage: Stage, parts: Parts) -> Iterator[Problem]:
    rules, calendars = _rules(parts, stage), _calendars(parts, stage)
    if len(set(rules.values())) > 1:
        said = " and ".join(f"{pool} by {rule}" for pool, rule in rules.items())
        yield Problem(
            ("stages", name, "resource"),
            f"is the work of pools that do not agree whose turn it is: {said}",
            hint="give them the same 'dispatch'",
        )
    elif len(set(calendars.values())) > 1:
        said = " and ".join(f"{pool} on {hours}" for pool, hours in calendars.items())
        yield Problem(
            ("stages", name, "resource"),
            f"is the work of pools that keep different hours: {said}",
            hint="give them one calendar, or let one of them be there always",
        )
    elif stage.due and rules and "earliest_due" not in rules.values():
        pool = next(iter(rules))
        where = pool if pool == place_of(name) else f"resources.{pool}"
        yield Problem(
            ("stages", name, "due"),
            f"nobody looks at it: {quoted(pool)} does not work by due dates",
            shown(stage.due),
            hint=f"write 'dispatch: earliest_due' at {where}, or leave it out",
        )
