"""From two parameters to the map that is printed and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toc_sim.commands.ask import asking
from toc_sim.commands.outputs import print_answer, refuse_picture, writing
from toc_sim.experiment.map.constraint_map import (
    ConstraintMap,
    constraint_map,
)
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.experiment.sweep.points import AxisRange
from toc_sim.report.documents.sweep import phases_document
from toc_sim.report.text.map import phases_blocks, phases_sentence
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What is wanted of a map.

    Attributes
    ----------
    x, y
        The two parameters and their ranges.
    points
        How many points of the grid lie along each side.
    simulation
        Whether they are simulated, too.
    output
        A file for the picture, or None.
    as_json
        Whether to print one JSON object.
    """

    x: AxisRange
    y: AxisRange
    points: int
    simulation: bool
    output: Path | None = None
    as_json: bool = False


def report_map(scenario: Scenario, asked: MapQuestion, facilities: Facilities) -> None:
    """Find a map, and print and draw it.

    Parameters
    ----------
    scenario
        Of all other parameters.
    asked
        What is wanted.
    facilities
        Where to simulate, and where to keep it.

    Raises
    ------
    TocError
        If a value cannot be, or a file cannot be written.
    """
    if asked.output is not None:
        refuse_picture(asked.output)
    found, run = _found(scenario, asked, facilities)
    if asked.output is not None:
        from toc_sim.report.figures.map import draw_phases

        with writing(asked.output):
            draw_phases(found, asked.output)
    print_answer(
        lambda: phases_document(found, run),
        lambda: phases_sentence(found),
        lambda width: phases_blocks(found, width, run),
        as_json=asked.as_json,
    )


def _found(
    scenario: Scenario, asked: MapQuestion, facilities: Facilities
) -> tuple[ConstraintMap, str | None]:
    """Return the map, and the name under which its runs are kept."""
    if not asked.simulation:
        return constraint_map(scenario, asked.x, asked.y, asked.points), None
    command = f"map --x {asked.x.text} --y {asked.y.text} --points {asked.points}"
    with asking("simulating", command, scenario, facilities) as study:
        place = study.laboratory
        found = constraint_map(scenario, asked.x, asked.y, asked.points, place)
        points = [each.simulated for each in found.grid if each.simulated]
        run = study.finish(points)
    return found, run
