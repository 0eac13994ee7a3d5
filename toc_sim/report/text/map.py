"""What a map prints: the constraints on it, where the file lies, and a small table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from toc_sim.experiment.map.constraint_map import ConstraintMap, Crossing, Region
from toc_sim.experiment.map.mesh import ConstraintNames
from toc_sim.experiment.sweep.points import AxisRange
from toc_sim.language import figure, phrase, phrase_of
from toc_sim.report.formats import (
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
from toc_sim.scenario.fields.words import is_many

_FIGURES = 4
"""Digits of a value that was found by search."""


def phases_blocks(found: ConstraintMap, width: int, run: str | None) -> Blocks:
    """Return what is told of a map below its first sentence."""
    setting = Text(phases_setting(found), style="dim")
    return setting, fitted(_columns(found), width), kept_as(run)


def phases_sentence(found: ConstraintMap) -> str:
    """Say which constraints there are, and how far the file is from the next."""
    names = [_title(found, region.names) for region in found.regions]
    everywhere = len(names) == 1
    return f"{_regions(names)} {_own(found, everywhere=everywhere)}"


def _regions(names: Sequence[str]) -> str:
    """Say which constraints there are on a map."""
    if len(names) == 1:
        return phrase_of(
            "On the whole map {node} is the constraint.",
            "On the whole map {node} are the constraint.",
            2 if is_many(names[0]) else 1,
            node=names[0],
        )
    if len(names) == 2:  # noqa: PLR2004 - one or the other
        one, other = names
        return phrase(
            "The constraint on this map is {one} or {other}.", one=one, other=other
        )
    has_lists = any(joined(["", ""]) in name for name in names)
    every = "; ".join(names) if has_lists else joined(names)
    return phrase("The constraints on this map are {nodes}.", nodes=every)


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
            verdict = each.simulated.verdict
            named = verdict.constraint if verdict else ()
            if verdict and verdict.word != "tie":
                named = named[:1]  # who leads, where they do not tie
            same += not set(named).isdisjoint(region.names)
    return phrase("{same} of {seen}", same=same, seen=seen)
