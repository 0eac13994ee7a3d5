"""A scenario before and after somebody changed its file: what that did to it."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.observation import Observation, observation
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns, difference
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import Change, differences


@dataclass(frozen=True, eq=False)
class Revision:
    """What a change of a file did to its scenario.

    Attributes
    ----------
    before, after
        What was seen of both, each run as its file says.
    throughput
        How much more is bought afterwards [items/period], by replications of the same
        number; None where items or periods are not called the same.
    profit
        How much more is earned [money/period]; None where either says nothing of
        money, or the units differ.
    changes
        The parameters with other values, in the order of the new file.
    added, removed
        Nodes that only one of them has.
    """

    before: Observation
    after: Observation
    throughput: Interval | None
    profit: Interval | None
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def revision(laboratory: Laboratory, before: Scenario, after: Scenario) -> Revision:
    """Simulate a scenario as it was and as it is, and say what differs.

    Parameters
    ----------
    laboratory
        Where to simulate.
    before, after
        As it was, and as it is.

    Raises
    ------
    SimulationError
        If nothing was bought in either.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.runner.laboratory import Laboratory
    >>> from toc_sim.experiment.revision import revision
    >>> file, short = "scenarios/paper_cups.yaml", {"run.horizon": "50"}
    >>> faster = load(file, short | {"machine_2.capacity": "15"})
    >>> found = revision(Laboratory(), load(file, short), faster)
    >>> found.after.verdict.constraint, found.throughput.mean
    (('sales',), 1.0)
    """
    old, new = (observation(laboratory, each, rooms=False) for each in (before, after))
    [was], [is_now] = old.trials, new.trials
    same = all(
        getattr(before, word) == getattr(after, word) for word in ("item", "period")
    )
    earns = same and before.currency == after.currency
    names = (dict.fromkeys(before.stages), dict.fromkeys(after.stages))
    return Revision(
        old,
        new,
        throughput=difference(was, is_now) if same else None,
        profit=_profit(was, is_now) if earns else None,
        changes=differences(before, after),
        added=tuple(name for name in names[1] if name not in names[0]),
        removed=tuple(name for name in names[0] if name not in names[1]),
    )


def _profit(was: VariantRuns, is_now: VariantRuns) -> Interval | None:
    if was.money is None or is_now.money is None:
        return None
    return difference(was, is_now, (was.profit, is_now.profit))
