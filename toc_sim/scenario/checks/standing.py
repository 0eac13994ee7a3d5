"""Which tools can stand together: each alone is right, but not each set of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from toc_sim.errors import Problem
from toc_sim.scenario.checks.combining import problems_with
from toc_sim.scenario.checks.tools import conflicts
from toc_sim.scenario.circles import groups
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.paths import Target, target_of
from toc_sim.scenario.sections import Tool

PIPELINE = ("pipeline", "")
"""What tools meet in that change how items flow, wherever they do."""

OF_PIPELINE = frozenset({"buffer", "conversion", "delay", "share", "conwip"})
"""Fields on which it depends whether items can flow at all."""


def why_not(tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    """Yield why some tools cannot stand together; none if they can.

    Parameters
    ----------
    tools
        By name.
    parts
        The scenario that they work on.
    """
    found = tuple(conflicts(tools))
    yield from found or problems_with(tools, parts)


class Standing:
    """Tells fast, of many sets of tools, which can stand together.

    Only tools that change the same thing can be wrong together, so each group of such
    tools is checked once, whatever else is in a set.
    """

    def __init__(self, tools: Mapping[str, Tool], parts: Parts) -> None:
        self._tools = tools
        self._parts = parts
        places = {name: frozenset(_places(tool, parts)) for name, tool in tools.items()}
        self._clashes = {
            (one, other)
            for one, other in combinations(tools, 2)
            if _clash({name: tools[name] for name in (one, other)})
        }
        self._meeting = {
            name: {
                other
                for other, those in places.items()
                if other != name and own & those
            }
            for name, own in places.items()
        }
        self._known: dict[tuple[str, ...], bool] = {}

    def clash(self, one: str, other: str) -> bool:
        """Return whether two tools can never stand together, whatever else is there."""
        return (one, other) in self._clashes or (other, one) in self._clashes

    def holds(self, names: tuple[str, ...]) -> bool:
        """Return whether a set can stand, no two of which clash."""
        chosen = set(names)
        if any(not chosen.issuperset(self._tools[name].requires) for name in names):
            return False
        graph = {name: tuple(self._meeting[name] & chosen) for name in names}
        return all(self._works(tuple(sorted(group))) for group in groups(graph))

    def _works(self, group: tuple[str, ...]) -> bool:
        """Return whether tools that change the same thing are right together."""
        if group not in self._known:
            tools = {name: self._tools[name] for name in group}
            self._known[group] = not any(
                True for _ in problems_with(tools, self._parts)
            )
        return self._known[group]


def _clash(pair: Mapping[str, Tool]) -> bool:
    """Return whether two tools exclude each other, or set one thing differently."""
    alone = {
        name: tool.model_copy(update={"requires": ()}) for name, tool in pair.items()
    }
    return any(True for _ in conflicts(alone))


def _places(tool: Tool, parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield what a tool changes."""
    for path in tool.effects:
        target = target_of(path, parts)
        if isinstance(target, Target):
            yield target.home
            if _is_of_pipeline(target.fields):
                yield PIPELINE


def _is_of_pipeline(fields: Iterable[str]) -> bool:
    return not OF_PIPELINE.isdisjoint(fields)
