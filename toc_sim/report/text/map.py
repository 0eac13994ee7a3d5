"""What a map prints: the constraints on it, where the file lies, and a small table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from toc_sim.experiment.map.constraint_map import (
    ConstraintMap,
    Crossing,
    MapPoint,
    Region,
)
from toc_sim.experiment.map.mesh import ConstraintNames
from toc_sim.experiment.sweep.points import AxisRange
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.report.formats import (
    counted,
    decimals,
    given,
    pace_unit,
    printable,
    titles,
)
from toc_sim.report.text.table import Blocks, Column, figures, fitted, kept_as, percents

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
    where = _by_capacity(names, others) if others else _regions(names)
    return f"{where} {_own(found, everywhere=everywhere)}"


def _by_capacity(names: Sequence[str], others: dict[str, str]) -> str:
    """Say the same where simulation names another at some points."""
    if len(names) == 1:
        return phrase_of(
            "By capacity alone on the whole map {node} is the constraint; simulated, "
            "it is another at {count} of {points} points: {others}.",
            "By capacity alone on the whole map {node} are the constraint; simulated, "
            "it is another at {count} of {points} points: {others}.",
            grammatical_number(names),
            node=names[0],
            **others,
        )
    if len(names) == 2:  # noqa: PLR2004 - one or the other
        one, other = names
        return phrase(
            "By capacity alone the constraint on this map is {one} or {other}; "
            "simulated, it is another at {count} of {points} points: {others}.",
            one=one,
            other=other,
            **others,
        )
    return phrase(
        "By capacity alone the constraints on this map are {nodes}; simulated, it is "
        "another at {count} of {points} points: {others}.",
        nodes=_every(names),
        **others,
    )


def _regions(names: Sequence[str]) -> str:
    """Say which constraints there are on a map."""
    if len(names) == 1:
        return phrase_of(
            "On the whole map {node} is the constraint.",
            "On the whole map {node} are the constraint.",
            grammatical_number(names),
            node=names[0],
        )
    if len(names) == 2:  # noqa: PLR2004 - one or the other
        one, other = names
        return phrase(
            "The constraint on this map is {one} or {other}.", one=one, other=other
        )
    return phrase("The constraints on this map are {nodes}.", nodes=_every(names))


def _every(names: Sequence[str]) -> str:
    """Join names, some of which may be lists themselves."""
    has_lists = any(joined(["", ""]) in name for name in names)
    return "; ".join(names) if has_lists else joined(names)


def _simulated_others(found: ConstraintMap) -> dict[str, str]:
    """Say where simulation names another than capacity; nothing if it never does."""
    named: dict[ConstraintNames, int] = {}
    seen = [each for each in found.grid if each.simulated and each.simulated.verdict]
    for each in seen:
        told = _simulated(each)
        if told and set(told).isdisjoint(each.static.names):
            named[told] = named.get(told, 0) + 1
    if not named:
        return {}
    ranked = sorted(named, key=lambda names: -named[names])
    told_of = [
        phrase("{node} at {count}", node=region_title(found, each), count=named[each])
        for each in ranked
    ]
    return {
        "count": str(sum(named.values())),
        "points": str(len(seen)),
        "others": joined(told_of),
    }


def region_title(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return how a constraint is shown to people."""
    return titles(found.scenario, names) or phrase("nothing")


def _title(found: ConstraintMap, names: ConstraintNames) -> str:
    """Return how a constraint is called in a sentence."""
    title = region_title(found, names)
    if len(names) < 2:  # noqa: PLR2004 - a tie
        return title
    return phrase("the tie of {nodes}", nodes=title)


def phases_setting(found: ConstraintMap) -> str:
    """Say what the map shows, and what was simulated on it."""
    scenario = found.scenario
    parts = {
        "scenario": printable(scenario.name),
        "across": _range(found.x),
        "up": _range(found.y),
    }
    if found.warmup is None:
        return phrase("{scenario}: {across} by {up}; by capacity alone", **parts)
    settings = scenario.run
    runs = max(len(each.simulated.results) for each in found.grid if each.simulated)
    simulated = {
        "count": len(found.grid),
        "length": counted(given(settings.horizon), scenario.period),
    }
    if runs == 1:
        return phrase(
            "{scenario}: {across} by {up}; {count} points simulated for {length}, once "
            "each",
            **parts,
            **simulated,
        )
    return phrase(
        "{scenario}: {across} by {up}; {count} points simulated for {length}, {runs} "
        "times each, seed {seed}",
        **parts,
        **simulated,
        runs=runs,
        seed=settings.seed,
    )


def _range(span: AxisRange) -> str:
    return phrase(
        "{parameter} {low} to {high}",
        parameter=printable(span.path),
        low=_as_given(span.low),
        high=_as_given(span.high),
    )


def _own(found: ConstraintMap, *, everywhere: bool) -> str:
    own = found.own
    if own is None:
        return phrase("The file itself does not lie on it.")
    place = phrase(
        "{across}, {up}", across=_at(found.x.path, own.x), up=_at(found.y.path, own.y)
    )
    if own.meeting:
        return phrase(
            "The file ({place}) lies on a border: {nodes} meet there.",
            place=place,
            nodes=titles(found.scenario, own.meeting),
        )
    if everywhere or not own.crossings:
        return phrase("The file ({place}) is far from any border.", place=place)
    node = _title(found, own.static.names)
    ways = joined(_way(found, each) for each in own.crossings)
    if len(own.crossings) > 1:
        return phrase(
            "The file ({place}) lies where {node} binds; {ways}.",
            place=place,
            node=node,
            ways=ways,
        )
    other = found.y if own.crossings[0].axis == "x" else found.x
    return phrase(
        "The file ({place}) lies where {node} binds; {ways}, and no {parameter} on the "
        "map changes it.",
        place=place,
        node=node,
        ways=ways,
        parameter=printable(other.path),
    )


def _way(found: ConstraintMap, crossing: Crossing) -> str:
    span = found.x if crossing.axis == "x" else found.y
    sign = "+" if crossing.distance > 0 else "-"
    place = f"{printable(span.path)} {_figure(crossing.value)}"
    step = f"{sign}{_figure(abs(crossing.distance))}"
    return phrase(
        "from {place} ({step}) it is {node}",
        place=place,
        step=step,
        node=_title(found, crossing.names),
    )


def _as_given(value: float) -> str:
    return figure(f"{value:.10g}")


def _figure(value: float) -> str:
    return figure(f"{value:.{_FIGURES}g}")


def _at(path: str, value: float) -> str:
    return f"{printable(path)} {_as_given(value)}"


def _columns(found: ConstraintMap) -> list[Column]:
    regions = found.regions
    pace = pace_unit(found.scenario)
    ends = [end for each in regions for end in (each.low, each.high)]
    digits = decimals(ends)
    names = tuple(region_title(found, each.names) for each in regions)
    columns = [
        Column(phrase("constraint"), phrase("by capacity"), names, 100, "left"),
        percents(phrase("of the map"), [each.part for each in regions], 90),
        figures(
            phrase("throughput from"), pace, [each.low for each in regions], 97, digits
        ),
        figures(phrase("to"), pace, [each.high for each in regions], 96, digits),
    ]
    if found.warmup is not None:
        cells = tuple(_agreeing(found, each) for each in regions)
        title = phrase("simulated the same")
        columns.append(Column(title, phrase("points"), cells, 70))
    return columns


def _agreeing(found: ConstraintMap, region: Region) -> str:
    """Return at how many of its points simulation names the same constraint."""
    seen = same = 0
    for each in found.grid:
        if each.simulated and set(region.names) <= set(each.static.names):
            seen += 1
            same += not set(_simulated(each)).isdisjoint(region.names)
    return phrase("{same} of {seen}", same=same, seen=seen)


def _simulated(point: MapPoint) -> ConstraintNames:
    """Return whom simulation names at a point: who leads, or who ties."""
    verdict = point.simulated.verdict if point.simulated else None
    if verdict is None:
        return ()
    return verdict.constraint if verdict.word == "tie" else verdict.constraint[:1]
