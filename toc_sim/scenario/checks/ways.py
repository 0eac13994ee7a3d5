"""Checks each way by itself, and the shares of the ways out of one node."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.errors import MOST_SHOWN, Path, Problem, nearest, quoted
from toc_sim.scenario.flow import ARROW, Way
from toc_sim.scenario.nodes import Source
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.profiles import seasons_of, values_of
from toc_sim.scenario.shares import ROUNDING, left_over


def way_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with ways and their shares."""
    yield from _unknown_ends(parts)
    said: set[str] = set()
    for way, place in zip(parts.flow, parts.places, strict=True):
        if isinstance(parts.stages.get(way.target), Source):
            yield Problem(
                place,
                f"nothing can flow into the source '{way.target}'",
                hint="items come from a source; lead the way to the stage after it",
            )
        if way.name in said:
            yield Problem(
                place,
                f"the way {_arrow(way)} is already there",
                hint="write each way once; a chain of arrows says all in it",
            )
        said.add(way.name)
    places = dict(zip([way.name for way in parts.flow], parts.places, strict=True))
    for name, ways in parts.ways_out.items():
        yield from _shares(name, ways, places)
    yield from _free(parts, places)


def _arrow(way: Way) -> str:
    return f"'{way.source} {ARROW} {way.target}'"


def _unknown_ends(parts: Parts) -> Iterator[Problem]:
    found = 0
    for way, place in zip(parts.flow, parts.places, strict=True):
        for name in dict.fromkeys((way.source, way.target)):
            if name in parts.stages:
                continue
            found += 1  # hints take time, and only the first problems are shown
            hint = nearest(name, parts.stages) if found <= MOST_SHOWN else None
            yield Problem(
                place,
                f"no node is called {quoted(name)}",
                hint=hint or f"describe it in 'stages', or take {_arrow(way)} out",
            )


def _shares(
    name: str, ways: tuple[Way, ...], places: dict[str, Path]
) -> Iterator[Problem]:
    labelled = [way for way in ways if way.share is not None]
    unsaid = [way for way in ways if way.share is None]
    if len(seasons_of(way.share for way in labelled if way.share is not None)) > 1:
        yield Problem(
            places[labelled[-1].name],
            f"the shares of the ways out of '{name}' repeat in different rhythms",
            hint="give all of them the same 'every'",
        )
        return
    left = values_of(left_over(ways))
    if min(left) < -ROUNDING:
        total = 1 - min(left)
        yield Problem(
            places[labelled[-1].name],
            f"the shares of the ways out of '{name}' add up to {total:.6g}",
            hint="together they can be 1 at most",
        )
    elif labelled and unsaid and max(left) <= ROUNDING:
        yield Problem(
            places[unsaid[0].name],
            f"nothing is left for the way {_arrow(unsaid[0])}",
            hint=f"the labelled ways out of '{name}' already take all",
        )


def _free(parts: Parts, places: dict[str, Path]) -> Iterator[Problem]:
    for name, node in parts.stages.items():
        if node is None or node.routing != "free":
            continue
        ways = parts.ways_out.get(name, ())
        for way in ways:
            if way.share is not None:
                yield Problem(
                    places[way.name],
                    f"'{name}' chooses its ways freely: they have no shares",
                    hint=f"leave the share out, or 'routing: free' at '{name}'",
                )
        if len(ways) < 2 and parts.is_sound:  # noqa: PLR2004 - a choice needs two
            yield Problem(
                ("stages", name, "routing"),
                f"a free choice needs two ways or more out of '{name}'",
                "free",
            )
