"""A question on its way to an answer: the bar, the laboratory, the study."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from toc_sim.commands.outputs import progress_bar
from toc_sim.engine.simulate import must_compile, waits_for_compiler
from toc_sim.experiment.runner.laboratory import Facilities, open_laboratory
from toc_sim.experiment.study import Study
from toc_sim.network import network
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Answering:
    """How a question is answered.

    Attributes
    ----------
    facilities
        Where to simulate, and where to keep it.
    as_json, quiet
        Whether to print one JSON object, or the answer alone.
    """

    facilities: Facilities
    as_json: bool
    quiet: bool


@contextmanager
def asking(
    what: str, command: str, scenario: Scenario, facilities: Facilities
) -> Iterator[Study]:
    """Yield the study of a question, begun, while a bar tells how far it is.

    Parameters
    ----------
    what
        The work, in a word: ``comparing``.
    command
        What is asked, as on a command line, without where and how fast.
    scenario
        What it is asked of.
    facilities
        Where to simulate, and where to keep it.
    """
    with progress_bar() as about:
        progress = about(what, lambda: must_compile(network(scenario)))
        waits = waits_for_compiler(scenario)
        with open_laboratory(facilities, progress, waits=waits) as place:
            study = Study(place, command, scenario)
            study.begin()
            yield study


def as_options(asked: Any) -> str:
    """Write what was asked as on a command line, defaults left out.

    Parameters
    ----------
    asked
        A dataclass whose fields are named like the options and have their defaults.
    """
    parts: list[str] = []
    for field in fields(asked):
        value = getattr(asked, field.name)
        if value == field.default:
            continue
        if field.name == "tools":
            parts += (f" --tool {tool}" for tool in value)
        else:
            parts.append(f" --{field.name}" + ("" if value is True else f" {value}"))
    return "".join(parts)
