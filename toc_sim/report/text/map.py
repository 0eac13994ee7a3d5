"""What a map prints: the constraints on it, where the file lies, and a small table."""

from __future__ import annotations

from rich.text import Text

from toc_sim.experiment.map.constraint_map import (
    ConstraintMap,
    Crossing,
    MapPoint,
    Region,
)
from toc_sim.experiment.map.mesh import ConstraintNames
from toc_sim.report.formats import (
    agreeing,
    counted,
    decimals,
    given,
    joined,
    pace_unit,
    printable,
    titles,
)
from toc_sim.report.text.table import (
    Blocks,
    Column,
    figures,
    fitted,
    kept_as,
    percents,
)

_NOWHERE = "nothing"
"""Who binds where nothing limits, or nothing can be sold."""

_FIGURES = 4
"""Digits of a value that was found by search."""


def phases_blocks(found: ConstraintMap, width: int, run: str | None) -> Blocks:
    """Return what is told of a map below its first sentence."""
    setting = Text(phases_setting(found), style="dim")
    return setting, fitted(_columns(found), width), kept_as(run)


def phases_sentence(found: ConstraintMap) -> str:
    """Say which constraints there are, and how far the file is from the next."""
    names = [_title(found, region.names) for region in found.regions]
    others = _simulated_others(found)
    everywhere = len(names) == 1
    has_lists = any(" and " in name for name in names)
    every = "; ".join(names) if has_lists else joined(names)
    where = (
        f"On the whole map {names[0]} {agreeing(names, 'is', 'are')} the constraint"
        if everywhere
        else f"The constraint on this map is {' or '.join(names)}"
        if len(names) == 2  # noqa: PLR2004 - one or the other
        else f"The constraints on this map are {every}"
    )
    if others:
        where = f"By capacity alone {where[0].lower()}{where[1:]}; {others}"
    return f"{where}. {_own(found, everywhere=everywhere)}"


def _simulated_others(found: ConstraintMap) -> str:
    """Say where simulation names another than capacity; nothing if it never does."""
    named: dict[ConstraintNames, int] = {}
    seen = [each for each in found.grid if each.simulated and each.simulated.verdict]
    for each in seen:
        told = _simulated(each)
        if told and set(told).isdisjoint(each.static.names):
            named[told] = named.get(told, 0) + 1
    if not named:
        return ""
    ranked = sorted(named, key=lambda names: -named[names])
    told_of = joined(f"{region_title(found, each)} at {named[each]}" for each in ranked)
    count = sum(named.values())
    return f"simulated, it is another at {count} of {len(seen)} points: {told_of}"


def region_title(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return how a constraint is shown to people."""
    return titles(found.scenario, names) or _NOWHERE


def _title(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return how a constraint is called in a sentence."""
    title = region_title(found, names)
    return title if len(names) < 2 else f"the tie of {title}"  # noqa: PLR2004 - a tie


def phases_setting(found: ConstraintMap) -> str:
    """Say what the map shows, and what was simulated on it."""
    scenario = found.scenario
    text = (
        f"{printable(scenario.name)}: {_range(found.x.path, found.x.low, found.x.high)}"
        f" by {_range(found.y.path, found.y.low, found.y.high)}"
    )
    if found.warmup is None:
        return f"{text}; by capacity alone"
    settings = scenario.run
    runs = max(len(each.simulated.results) for each in found.grid if each.simulated)
    length = counted(given(settings.horizon), scenario.period)
    count = "once each" if runs == 1 else f"{runs} times each, seed {settings.seed}"
    return f"{text}; {len(found.grid)} points simulated for {length}, {count}"


def _range(path: str, low: float, high: float) -> str:
    return f"{printable(path)} {low:.10g} to {high:.10g}"


def _own(found: ConstraintMap, *, everywhere: bool) -> str:
    own = found.own
    if own is None:
        return "The file itself does not lie on it."
    place = f"{_at(found.x.path, own.x)}, {_at(found.y.path, own.y)}"
    if own.meeting:
        who = titles(found.scenario, own.meeting)
        return f"The file ({place}) lies on a border: {who} meet there."
    if everywhere or not own.crossings:
        return f"The file ({place}) is far from any border."
    own_title = _title(found, own.static.names)
    ways = joined(_way(found, each) for each in own.crossings)
    rest = ""
    if len(own.crossings) == 1:
        other = found.y if own.crossings[0].axis == "x" else found.x
        rest = f", and no {printable(other.path)} on the map changes it"
    return f"The file ({place}) lies where {own_title} binds; {ways}{rest}."


def _way(found: ConstraintMap, crossing: Crossing) -> str:
    span = found.x if crossing.axis == "x" else found.y
    sign = "+" if crossing.distance > 0 else "-"
    place = f"{printable(span.path)} {_figure(crossing.value)}"
    step = f"{sign}{_figure(abs(crossing.distance))}"
    return f"from {place} ({step}) it is {_title(found, crossing.names)}"


def _figure(value: float) -> str:
    return f"{value:.{_FIGURES}g}"


def _at(path: str, value: float) -> str:
    return f"{printable(path)} {value:.10g}"


def _columns(found: ConstraintMap) -> list[Column]:
    regions = found.regions
    pace = pace_unit(found.scenario)
    ends = [end for each in regions for end in (each.low, each.high)]
    digits = decimals(ends)
    names = tuple(region_title(found, each.names) for each in regions)
    columns = [
        Column("constraint", "by capacity", names, 100, "left"),
        percents("of the map", [each.part for each in regions], 90),
        figures("throughput from", pace, [each.low for each in regions], 97, digits),
        figures("to", pace, [each.high for each in regions], 96, digits),
    ]
    if found.warmup is not None:
        cells = tuple(_agreeing(found, each) for each in regions)
        columns.append(Column("simulated the same", "points", cells, 70))
    return columns


def _agreeing(found: ConstraintMap, region: Region) -> str:
    """Return at how many of its points simulation names the same constraint."""
    seen = same = 0
    for each in found.grid:
        if each.simulated and set(region.names) <= set(each.static.names):
            seen += 1
            same += not set(_simulated(each)).isdisjoint(region.names)
    return f"{same} of {seen}"


def _simulated(point: MapPoint) -> ConstraintNames:
    """Return whom simulation names at a point: who leads, or who ties."""
    verdict = point.simulated.verdict if point.simulated else None
    if verdict is None:
        return ()
    return verdict.constraint if verdict.word == "tie" else verdict.constraint[:1]
