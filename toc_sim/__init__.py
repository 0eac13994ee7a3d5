"""Which stage is the constraint, and which investment lifts throughput.

A scenario is loaded, and asked: each question is a function, named like its command,
and each gives an answer that shows itself as a sentence, a table, a dictionary, a frame
or a picture.

>>> import toc_sim
>>> cups = toc_sim.load("scenarios/paper_cups.yaml").changed({"run.horizon": 50})
>>> toc_sim.run(cups, store=False).constraint
('machine_2',)
>>> faster = cups.changed({"machine_2.capacity": 15})
>>> toc_sim.run(faster, store=False).constraint
('sales',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toc_sim.constraint.diagnose import diagnose
    from toc_sim.errors import QuestionError, ScenarioError, TocError
    from toc_sim.interface.answer import Answer
    from toc_sim.interface.calibrate import calibrate
    from toc_sim.interface.capacity import capacity
    from toc_sim.interface.columns_file import RecordsAsked
    from toc_sim.interface.compare import compare, reach, roadmap
    from toc_sim.interface.lesson import write_lesson
    from toc_sim.interface.quarter import QuarterOptions, quarter
    from toc_sim.interface.question import Options, Settings
    from toc_sim.interface.report import write_report
    from toc_sim.interface.run import run, simulate
    from toc_sim.interface.scenario_files import load
    from toc_sim.interface.sweep import breakdown, map, sweep  # noqa: A004 - its name
    from toc_sim.language import speaking
    from toc_sim.scenario.file.dump import dump
    from toc_sim.scenario.model import Scenario
    from toc_sim.tools import with_tools

    __version__: str

__all__ = [
    "Answer",
    "Options",
    "QuarterOptions",
    "QuestionError",
    "RecordsAsked",
    "Scenario",
    "ScenarioError",
    "Settings",
    "TocError",
    "__version__",
    "breakdown",
    "calibrate",
    "capacity",
    "compare",
    "diagnose",
    "dump",
    "load",
    "map",
    "quarter",
    "reach",
    "roadmap",
    "run",
    "simulate",
    "speaking",
    "sweep",
    "with_tools",
    "write_lesson",
    "write_report",
]

_HOMES = {
    "Answer": "toc_sim.interface.answer",
    "Options": "toc_sim.interface.question",
    "QuarterOptions": "toc_sim.interface.quarter",
    "QuestionError": "toc_sim.errors",
    "RecordsAsked": "toc_sim.interface.columns_file",
    "Scenario": "toc_sim.scenario.model",
    "ScenarioError": "toc_sim.errors",
    "Settings": "toc_sim.interface.question",
    "TocError": "toc_sim.errors",
    "breakdown": "toc_sim.interface.sweep",
    "calibrate": "toc_sim.interface.calibrate",
    "capacity": "toc_sim.interface.capacity",
    "compare": "toc_sim.interface.compare",
    "diagnose": "toc_sim.constraint.diagnose",
    "dump": "toc_sim.scenario.file.dump",
    "load": "toc_sim.interface.scenario_files",
    "map": "toc_sim.interface.sweep",
    "quarter": "toc_sim.interface.quarter",
    "reach": "toc_sim.interface.compare",
    "roadmap": "toc_sim.interface.compare",
    "run": "toc_sim.interface.run",
    "simulate": "toc_sim.interface.run",
    "speaking": "toc_sim.language",
    "sweep": "toc_sim.interface.sweep",
    "with_tools": "toc_sim.tools",
    "write_lesson": "toc_sim.interface.lesson",
    "write_report": "toc_sim.interface.report",
}
"""Where each name lives; it is fetched when it is first used, so that importing the
package costs nothing."""

_EARLIER = {
    "Laboratory": (
        "toc_sim.experiment.runner.laboratory",
        "Laboratory",
        "give each question store= and workers=",
    ),
    "Network": (
        "toc_sim.network.model",
        "Network",
        "give toc_sim.simulate the scenario itself",
    ),
    "Question": (
        "toc_sim.experiment.compare.comparison",
        "Question",
        "give toc_sim.compare what is asked as keywords",
    ),
    "budget": (
        "toc_sim.experiment.roadmap.five_steps",
        "budget",
        "give toc_sim.roadmap what may be spent as keywords",
    ),
    "capacity_of": (
        "toc_sim.theory.static",
        "capacity",
        "toc_sim.capacity takes a scenario",
    ),
    "network_of": (
        "toc_sim.network.build",
        "network",
        "give toc_sim.simulate the scenario itself",
    ),
    "theory_of": (
        "toc_sim.theory.exact.theory",
        "theory",
        "toc_sim.capacity takes a scenario",
    ),
}
"""Names of the release before that are still understood in this one: their homes, what
they are called there, and what to do instead."""


def __getattr__(name: str) -> Any:
    """Fetch a public name from where it lives (PEP 562)."""
    from importlib import import_module

    if name in _EARLIER:
        from warnings import warn

        module, original, instead = _EARLIER[name]
        told = f"toc_sim.{name} goes with the next release: {instead}"
        warn(told, DeprecationWarning, stacklevel=2)
        return getattr(import_module(module), original)
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("toc-sim")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
