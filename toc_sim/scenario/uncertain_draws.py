"""A scenario whose uncertain numbers have values by chance: one that could be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING, Any

from toc_sim.scenario.fields.flow import Way, always_sum_to_one, left_over
from toc_sim.scenario.fields.numbers import Profile, scaled, values_of
from toc_sim.scenario.fields.uncertain import WonOf
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters.beliefs import LEAST_SHARE, belief_of
from toc_sim.scenario.parameters.uncertain_parameter import (
    UncertainParameter,
    uncertain_parameters,
)

if TYPE_CHECKING:
    from numpy.random import Generator


def drawn(scenario: Scenario, chances: Sequence[float] | Generator) -> Scenario:
    """Return a scenario with each uncertain number at a value that it may have.

    Parameters
    ----------
    scenario
        Any; one that is sure of all its numbers stays as it is. Tools and variants that
        are not asked about are best left out before, as they are checked at each draw.
    chances
        A number above 0 and below 1 for each uncertain one, in the order of the file,
        from any sequence of such numbers [1]; or a generator of them.

    Returns
    -------
    The scenario with the quantiles of these chances, and nothing uncertain any more.
    Shares of ways out of one node are drawn in the order of the file, each of what
    those before it leave; where all of them make up 1, they do so again.

    Raises
    ------
    ScenarioError
        If a file of times cannot be read, or the pipeline cannot work with what was
        drawn: a tool that adds to a share may pass 1.
    ValueError
        If there are too few chances, too many, or one is not between 0 and 1.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.scenario.uncertain_draws import drawn
    >>> known = load("scenarios/paper_cups.yaml")
    >>> cups = known.changed(uncertain={"machine_2.capacity": "8 +- 1"})
    >>> round(drawn(cups, [0.025]).stages["machine_2"].capacity, 3)
    6.219
    """
    unsure = uncertain_of(scenario)
    if not unsure:
        return scenario
    of_each = dict(zip(unsure, _between(chances, len(unsure)), strict=True))
    own: dict[str, Any] = {}
    beside: dict[str, Any] = {}
    for path, chance in of_each.items():
        if not _is_share_of_way(unsure[path]):
            own[path], more = unsure[path].drawn(chance)
            beside |= more
    shares = _shares(scenario, unsure, of_each)
    return scenario.changed(beside | own | shares, uncertain={}, measure={})


def uncertain_of(scenario: Scenario) -> Mapping[str, UncertainParameter]:
    """Return the uncertain numbers of a scenario by path, in the order of the file.

    Each tells its `mean`, its `interval` and its `quantile`.

    Parameters
    ----------
    scenario
        Any.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.scenario.uncertain_draws import uncertain_of
    >>> known = load("scenarios/paper_cups.yaml")
    >>> cups = known.changed(uncertain={"market.demand": {"count": 440, "over": 40}})
    >>> uncertain_of(cups)["market.demand"].mean
    11.0
    """
    found = uncertain_parameters(scenario.uncertain, scenario.parts)
    return {each.path: each for each in found}


def _between(chances: Sequence[float] | Generator, count: int) -> tuple[float, ...]:
    """Return as many chances as are needed.

    Raises
    ------
    ValueError
        If others were given.
    """
    if isinstance(chances, Iterable):
        found = tuple(float(each) for each in chances)
    else:  # 0 is among the numbers of a generator, and no chance is 0
        found = tuple(max(float(e), LEAST_SHARE) for e in chances.random(count))
    if len(found) != count:
        what = f"{count} uncertain numbers need {count} chances, not {len(found)}"
        raise ValueError(what)
    if not all(0 < each < 1 for each in found):
        raise ValueError("chances lie above 0 and below 1")
    return found


def _is_share_of_way(one: UncertainParameter) -> bool:
    return one.target.home[0] == "flow" and one.target.fields == ("share",)


def _shares(
    scenario: Scenario,
    unsure: Mapping[str, UncertainParameter],
    chances: Mapping[str, float],
) -> dict[str, Any]:
    """Return new shares of all ways out of nodes where some are uncertain."""
    path_of = {
        one.target.home[1]: path
        for path, one in unsure.items()
        if _is_share_of_way(one)
    }
    if not path_of:
        return {}
    groups: dict[tuple[str, str | None], list[Way]] = {}
    for way in scenario.flow:
        groups.setdefault((way.source, way.product), []).append(way)
    values: dict[str, Any] = {}
    for ways in groups.values():
        doubtful = [way for way in ways if way.name in path_of]
        if doubtful:
            ones = [unsure[path_of[way.name]] for way in doubtful]
            own = [chances[one.path] for one in ones]
            values |= _out_of_one_node(ways, doubtful, list(_in_turn(ones, own)))
    return values


def _in_turn(
    ones: Sequence[UncertainParameter], chances: Sequence[float]
) -> Iterator[float]:
    """Yield the shares of some ways, each of what those before it leave.

    Of counts each is drawn of those who took none of the ways before: so shares that
    were counted together vary together, as a Dirichlet distribution has them.
    """
    left, expected, won = 1.0, 1.0, 0.0
    for one, chance in zip(ones, chances, strict=True):
        said = one.said
        if isinstance(said, WonOf) and said.of - won >= max(said.won, 1.0):
            rest = WonOf(won=said.won, of=said.of - won)
            part = belief_of(rest, "share").quantile(chance)
            won += said.won
        else:
            part = one.quantile(chance) / max(expected, LEAST_SHARE)
        share = left * min(part, 1 - LEAST_SHARE)
        yield share
        left -= share
        expected -= one.value


def _out_of_one_node(
    ways: Sequence[Way], doubtful: Sequence[Way], shares: list[float]
) -> dict[str, Any]:
    """Return the shares of the ways out of a node, by their paths.

    Those that are known exactly keep their proportions, and give way if they must.
    """
    others = [way for way in ways if way not in doubtful]
    certain = [way for way in others if way.share is not None]
    whole = certain == others and always_sum_to_one(ways, free=False)
    if whole and not certain:
        shares[-1] = max(1 - fsum(shares[:-1]), 0.0)
    paths = [f"flow.{way.name}" for way in doubtful]
    values: dict[str, Any] = dict(zip(paths, shares, strict=True))
    left = max(1 - fsum(shares), 0.0)
    most = 1 - min(values_of(left_over(certain)))
    if certain and most > 0 and (whole or most > left):
        for way in certain:
            share = scaled(way.share or 0.0, left / most)
            plain = dict(share) if isinstance(share, Profile) else share
            values[f"flow.{way.name}"] = plain
    return values
