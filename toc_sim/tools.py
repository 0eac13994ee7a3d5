"""What tools make of a scenario: a tool is a function from a scenario to a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum

from toc_sim.accounting.cash_flow import Outlay
from toc_sim.errors import Problem, ScenarioError, unknown_name
from toc_sim.network import average
from toc_sim.scenario.checks.tools_and_variants import (
    Compatibility,
    chain_of,
    conflicts,
    needs,
    why_not,
)
from toc_sim.scenario.fields.sections import Tool
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import replaced
from toc_sim.scenario.parameters.effects import after_effects, effects_of, progress_of

PRICE_ROUNDING = 1e-12
"""What prices typed by hand may exceed a budget by, relative to it [1]."""


def with_tools(
    scenario: Scenario,
    names: Iterable[str],
    *,
    bought: Mapping[str, float] | None = None,
    at_once: bool = False,
) -> Scenario:
    """Return a scenario in which some tools are at work.

    What is set holds first, then all factors, then all differences, so the order of the
    tools does not matter. What is applied is part of the result, which therefore has
    no tools, variants and expectations any more.

    Parameters
    ----------
    scenario
        It stays as it is.
    names
        Tools of the file, in any order.
    bought
        When a tool is bought [periods]; 0 where nothing is said.
    at_once
        Whether to take the full effect at all times, as if all lead times and ramps
        had passed: the long run.

    Returns
    -------
    A scenario of its own, ready to be turned into a network.

    Raises
    ------
    ScenarioError
        If there is no such tool, or they cannot stand together, or one is bought later
        whose effect cannot begin during a run.

    Examples
    --------
    >>> from toc_sim import load, with_tools
    >>> scenario = load("scenarios/paper_cups_tools.yaml")
    >>> with_tools(scenario, ["new_machine_2"]).stages["machine_2"].capacity
    15.0
    >>> scenario.stages["machine_2"].capacity
    8.0
    """
    tools = _chosen(scenario, names)
    _refuse(conflicts(tools))
    when = bought or {}
    progress = [
        1.0 if at_once else progress_of(tool, when.get(name, 0.0))
        for name, tool in tools.items()
    ]
    values, problems = after_effects(
        effects_of(tools.values(), progress), scenario.parts
    )
    _refuse(problems)
    return replaced(bare(scenario), values)


def variant(scenario: Scenario, name: str) -> Scenario:
    """Return a variant of the file: its values set, then its tools at work.

    Values and tools of the variants that it is based on are its own, too; where both
    set the same, its own value holds.

    Parameters
    ----------
    scenario
        With `variants`.
    name
        A variant of the file.

    Raises
    ------
    ScenarioError
        If there is no such variant.
    """
    if name not in scenario.variants:
        _refuse([unknown_name(("variants",), "no variant", name, scenario.variants)])
    chain = chain_of(name, scenario.parts) or ()
    settings = {path: value for each in chain for path, value in each.set.items()}
    tools = _chosen(scenario, (tool for each in chain for tool in each.tools))
    # Tools are right on these values already, or the file would not have been read.
    start = replaced(bare(scenario), settings).model_copy(
        update={"tools": scenario.tools}
    )
    return with_tools(start, tools)


def outlay(scenario: Scenario, names: Iterable[str]) -> Outlay:
    """Return what some tools cost together.

    A price that changes over time counts as it is at time 0, a cost of each period
    with its mean over the horizon.

    Parameters
    ----------
    scenario
        With `tools`.
    names
        Tools of the file, in any order.

    Returns
    -------
    What is paid upfront [money] and over the whole window [money/period].

    Raises
    ------
    ScenarioError
        If there is no such tool.
    """
    tools = _chosen(scenario, names).values()
    horizon = scenario.run.horizon
    return Outlay(
        upfront=fsum(tool.cost.price for tool in tools),
        per_period=fsum(average(tool.cost.per_period, horizon) for tool in tools),
    )


def closure(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Return a tool and all that it requires, directly or not, in file order.

    Parameters
    ----------
    scenario
        With `tools`.
    name
        A tool of the file.

    Raises
    ------
    ScenarioError
        If there is no such tool.
    """
    _chosen(scenario, [name])
    needed = needs(name, scenario.tools)
    return tuple(each for each in scenario.tools if each in needed)


def with_required(scenario: Scenario, names: Sequence[str]) -> tuple[str, ...]:
    """Return tools and all that they require, in the order of the file.

    Parameters
    ----------
    scenario
        With `tools`.
    names
        Tools of the file.
    """
    needed = {each for name in names for each in closure(scenario, name)}
    return tuple(each for each in scenario.tools if each in needed)


def allowed(scenario: Scenario, names: Iterable[str]) -> str | None:
    """Return why some tools cannot stand together, or None if they can.

    What one requires must be there, none may exclude another or set a parameter to
    another value, and the pipeline with all of them must be able to work. Parameters
    and errors are those of `outlay`.
    """
    for problem in why_not(_chosen(scenario, names), scenario.parts):
        where = f"{problem.path[0]}: " if problem.path else ""
        return f"{where}{problem.what}"
    return None


def affordable(
    scenario: Scenario, tools: Sequence[str], budget: float | None
) -> tuple[tuple[str, ...], ...]:
    """Return every set of tools that can stand together and be paid.

    Parameters
    ----------
    scenario
        With all of its tools.
    tools
        Those to choose from.
    budget
        For what is paid upfront [money]; None: no limit.

    Returns
    -------
    To do nothing first, then by size, then in the order of the file.

    Raises
    ------
    ScenarioError
        If there is no such tool.
    """
    chosen = _chosen(scenario, tools)
    standing = Compatibility(chosen, scenario.parts)
    within = tuple(_within(chosen, standing, budget))
    return tuple(each for each in within if standing.holds(each))


def can_pay(budget: float | None, price: float) -> bool:
    """Return whether a budget pays a price; prices add up to it but for rounding.

    Parameters
    ----------
    budget
        [money]; None: no limit.
    price
        [money]
    """
    return budget is None or price <= budget * (1 + PRICE_ROUNDING)


def bare(scenario: Scenario) -> Scenario:
    """Return a scenario without what is said of changes to it.

    Tools are not checked once more on top of themselves, and a value may be looked at
    on which a tool of the file could not stand.
    """
    return scenario.model_copy(update={"tools": {}, "variants": {}, "expect": None})


def _within(
    tools: Mapping[str, Tool], standing: Compatibility, budget: float | None
) -> Iterator[tuple[str, ...]]:
    """Yield all sets that can be paid and have no two that can never be together."""
    price = {name: tool.cost.price for name, tool in tools.items()}
    names = tuple(tools)
    larger: list[tuple[str, ...]] = [()] if can_pay(budget, 0.0) else []
    while larger:
        yield from larger
        larger = [
            (*each, name)
            for each in larger
            for name in names[names.index(each[-1]) + 1 if each else 0 :]
            if can_pay(budget, fsum(price[one] for one in (*each, name)))
            and not any(standing.clash(one, name) for one in each)
        ]


def _chosen(scenario: Scenario, names: Iterable[str]) -> dict[str, Tool]:
    """Return tools by name, in the order of the file."""
    wanted = dict.fromkeys(names)
    _refuse(
        unknown_name(("tools",), "no tool", name, scenario.tools)
        for name in wanted
        if name not in scenario.tools
    )
    return {name: tool for name, tool in scenario.tools.items() if name in wanted}


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise ScenarioError(found)
