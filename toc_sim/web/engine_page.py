"""The page of a scenario: its network drawn, its sliders, its tools, and the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from toc_sim.lesson.lesson_page import BuiltPage, built, words_of
from toc_sim.network import Network, network
from toc_sim.report.document import JsonObject
from toc_sim.report.figures.layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    COLUMNS_IN_ROW,
    QUEUE_WIDTH,
    Grid,
    layout_of,
)
from toc_sim.report.formats import (
    counted,
    currency,
    given,
    money_unit,
    pace_unit,
    unit_of,
)
from toc_sim.scenario.fields.sections import Conwip, DrumBufferRope
from toc_sim.scenario.model import Scenario
from toc_sim.tools import outlay
from toc_sim.web.asked import MOST_SEED
from toc_sim.web.offer import MOST_INSIDE, Offer, Slider

NARROW = 1
"""Columns of the picture on a telephone."""

_SCALE = 100.0
"""Units of the picture for an inch of the layout."""


def engine_page(allowed: Offer, language: str) -> BuiltPage:
    """Return the page of a scenario, which asks its server for every figure.

    Parameters
    ----------
    allowed
        What may be asked.
    language
        Of its sentences.
    """
    words = {
        **words_of(language, "engine/words"),
        "page.title": allowed.scenario.name,
    }
    return built(
        language,
        "engine/main.js",
        words,
        told(allowed),
        styles=("page.css", "engine/engine.css"),
        connects=True,
    )


def told(allowed: Offer) -> JsonObject:
    """Return what the page is told of a scenario.

    Parameters
    ----------
    allowed
        What may be asked.
    """
    scenario = allowed.scenario
    net = network(scenario)
    return {
        "name": scenario.name,
        "period": scenario.period.unit,
        "currency": currency(scenario),
        "paceUnit": pace_unit(scenario),
        "moneyUnit": money_unit(scenario),
        "window": counted(given(scenario.run.horizon), scenario.period),
        "seed": scenario.run.seed,
        "mostSeed": MOST_SEED,
        "titles": {name: scenario.title(name) for name in _names(net)},
        "sliders": [_told(scenario, slider) for slider in allowed.sliders.values()],
        "tools": [_tool(scenario, name) for name in scenario.tools],
        "release": _release(scenario),
        "drums": list(allowed.drums),
        "mostInside": MOST_INSIDE,
        "pictures": [_picture(net, NARROW), _picture(net, COLUMNS_IN_ROW)],
    }


def _names(net: Network) -> Iterator[str]:
    """Yield what has a title: stages, the nodes of their products, pools and tools."""
    scenario = net.scenario
    yield from scenario.stages
    yield from (node.name for node in net.nodes)
    yield from scenario.resources
    yield from scenario.tools


def _told(scenario: Scenario, slider: Slider) -> JsonObject:
    return {
        "unit": unit_of(scenario, slider.path),
        "path": slider.path,
        "node": slider.node,
        "value": slider.value,
        "low": slider.low,
        "high": slider.high,
        "whole": slider.is_count,
        "times": slider.is_factor,
    }


def _tool(scenario: Scenario, name: str) -> JsonObject:
    cost, tool = outlay(scenario, [name]), scenario.tools[name]
    return {
        "name": name,
        "upfront": cost.upfront,
        "perPeriod": cost.per_period,
        "changes": list(tool.effects),
        "requires": list(tool.requires),
        "excludes": list(tool.excludes),
    }


def _release(scenario: Scenario) -> JsonObject:
    """Return the release policy of the file, as a request names one."""
    policy = scenario.release
    if isinstance(policy, Conwip):
        return {"conwip": policy.conwip}
    if isinstance(policy, DrumBufferRope):
        rope = policy.drum_buffer_rope
        return {"drum": rope.drum, "buffer": rope.buffer}
    return {}


def _picture(net: Network, in_row: int) -> Mapping[str, Any]:
    """Return where boxes stand and ways run, in units of the picture."""
    placed = layout_of(net.graph, in_row)
    grid = Grid(placed, 0.0, 0.0)
    corners = [grid.corner(place) for place in placed.places]
    return {
        "width": _rounded(grid.width),
        "height": _rounded(grid.height),
        "box": [_rounded(BOX_WIDTH), _rounded(BOX_HEIGHT)],
        "nodes": [
            {"name": node.name, "x": _rounded(x), "y": _rounded(-y - BOX_HEIGHT)}
            for node, (x, y) in zip(net.nodes, corners, strict=True)
        ],
        "ways": [
            [[_rounded(x), _rounded(-y)] for x, y in grid.points(way, QUEUE_WIDTH / 4)]
            for way in placed.routes
        ],
    }


def _rounded(inches: float) -> float:
    return round(inches * _SCALE, 1)
