"""A run of the engine as the page plays it: when each cup is where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import run
from toc_sim.network import network
from toc_sim.report.document import JsonObject
from toc_sim.scenario.model import Scenario

PARTS_OF_HOUR = 1000
"""Of an hour: the page is told moments as whole numbers of these."""

_RUN_ON = 2.0
"""A run goes on so long after what is shown [hours], so that services begun end."""


class _Stay(NamedTuple):
    """One cup at one stage: when its work begins and ends, and when it leaves."""

    begin: int
    end: int | None
    leave: int | None


class Replay(NamedTuple):
    """What a line did in a window: cups in their order, stage by stage.

    Attributes
    ----------
    first
        The number of the first cup that is inside as the window opens.
    hours
        How long the window is [hours].
    stays
        By stage, those of each cup from the first on that has begun there.
    """

    first: int
    hours: int
    stays: tuple[tuple[_Stay, ...], ...]

    def sold(self) -> int:
        """Return how many cups are sold in the window."""
        ends = [stay.end for stay in self.stays[-1] if stay.end is not None]
        return sum(0 < end <= self.hours * PARTS_OF_HOUR for end in ends)

    def for_page(self, followed: int) -> JsonObject:
        """Return it as the page is told it.

        Parameters
        ----------
        followed
            The number of the cup that the page points out.

        Returns
        -------
        By stage, beginnings of work [parts of an hour], how long it takes, and by the
        place of a cup how long it is held afterwards; what has not ended is null.
        """
        return {
            "first": self.first,
            "hours": self.hours,
            "followed": followed,
            "sold": self.sold(),
            "begin": [[stay.begin for stay in stage] for stage in self.stays],
            "work": [
                [None if stay.end is None else stay.end - stay.begin for stay in stage]
                for stage in self.stays
            ],
            "held": [
                {
                    str(place): None if stay.leave is None else stay.leave - stay.end
                    for place, stay in enumerate(stage)
                    if stay.end is not None and stay.leave != stay.end
                }
                for stage in self.stays
            ],
        }


def replay(scenario: Scenario, hours: int) -> Replay:
    """Run a line, and keep what the first hours after its warm-up show.

    Parameters
    ----------
    scenario
        A line of stages with one server each, in which no cup overtakes another.
    hours
        How long the window is [hours].
    """
    told: list[TraceEvent] = []
    settings = scenario.run
    run(
        network(scenario),
        seed=settings.seed,
        replication=0,
        horizon=hours + _RUN_ON,
        warmup=float(settings.warmup),
        trace=told.append,
    )
    return _window(told, tuple(scenario.stages), hours)


def _window(told: Iterable[TraceEvent], names: tuple[str, ...], hours: int) -> Replay:
    """Return what was told of a window, without the cups that are gone by then."""
    moments: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for time, event, node, item in told:
        moments[node, event][item] = round(time * PARTS_OF_HOUR)
    gone = moments[names[-1], "depart"]
    first = min(item for item in moments[names[0], "start"] if gone.get(item, 1) > 0)
    return Replay(
        first,
        hours,
        tuple(
            tuple(
                _Stay(
                    begin,
                    moments[name, "finish"].get(item),
                    moments[name, "depart"].get(item),
                )
                for item, begin in sorted(moments[name, "start"].items())
                if item >= first and begin <= hours * PARTS_OF_HOUR
            )
            for name in names
        ),
    )
