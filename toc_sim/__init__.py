"""Which stage is the constraint, and which investment lifts throughput.

The Python interface is the path that data takes: a file is loaded to a `Scenario`,
which is turned into a `Network`, which is simulated; what was measured is diagnosed.
What tools do to a scenario is compared with doing nothing.

>>> from toc_sim import diagnose, load, network_of, simulate
>>> scenario = load("scenarios/paper_cups.yaml")
>>> diagnose(simulate(network_of(scenario))).constraint
('machine_2',)
>>> from toc_sim import compare
>>> compare(load("scenarios/paper_cups_tools.yaml")).best.tools
('new_machine_2',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toc_sim.capacity.exact.theory import theory as theory_of
    from toc_sim.capacity.static import capacity as capacity_of
    from toc_sim.constraint.diagnose import diagnose
    from toc_sim.engine.simulate import simulate
    from toc_sim.errors import ScenarioError, TocError
    from toc_sim.experiment.compare.compare import compare
    from toc_sim.experiment.compare.comparison import Question
    from toc_sim.experiment.roadmap.five_steps import budget, roadmap
    from toc_sim.experiment.roadmap.reach import reach
    from toc_sim.experiment.runner.laboratory import Laboratory
    from toc_sim.network.build import network as network_of
    from toc_sim.network.model import Network
    from toc_sim.scenario.file.dump import dump
    from toc_sim.scenario.load import load
    from toc_sim.scenario.model import Scenario
    from toc_sim.tools import with_tools

    __version__: str

__all__ = [
    "Laboratory",
    "Network",
    "Question",
    "Scenario",
    "ScenarioError",
    "TocError",
    "__version__",
    "budget",
    "capacity_of",
    "compare",
    "diagnose",
    "dump",
    "load",
    "network_of",
    "reach",
    "roadmap",
    "simulate",
    "theory_of",
    "with_tools",
]

_HOMES = {
    "Laboratory": ("toc_sim.experiment.runner.laboratory", "Laboratory"),
    "Network": ("toc_sim.network.model", "Network"),
    "Question": ("toc_sim.experiment.compare.comparison", "Question"),
    "Scenario": ("toc_sim.scenario.model", "Scenario"),
    "ScenarioError": ("toc_sim.errors", "ScenarioError"),
    "TocError": ("toc_sim.errors", "TocError"),
    "budget": ("toc_sim.experiment.roadmap.five_steps", "budget"),
    "capacity_of": ("toc_sim.capacity.static", "capacity"),
    "compare": ("toc_sim.experiment.compare.compare", "compare"),
    "diagnose": ("toc_sim.constraint.diagnose", "diagnose"),
    "dump": ("toc_sim.scenario.file.dump", "dump"),
    "load": ("toc_sim.scenario.load", "load"),
    "network_of": ("toc_sim.network.build", "network"),
    "reach": ("toc_sim.experiment.roadmap.reach", "reach"),
    "roadmap": ("toc_sim.experiment.roadmap.five_steps", "roadmap"),
    "simulate": ("toc_sim.engine.simulate", "simulate"),
    "theory_of": ("toc_sim.capacity.exact.theory", "theory"),
    "with_tools": ("toc_sim.tools", "with_tools"),
}
"""Where each name lives; it is fetched when it is first used, so that importing the
package costs nothing. `network` and `capacity` are rooms of the package, so that the
functions that live there are called `network_of` and `capacity_of` here."""

_RENAMED = {"purse": "budget"}
"""Names of earlier releases that are still understood in this one, and what they are
called now."""


def __getattr__(name: str) -> Any:
    """Fetch a public name from where it lives (PEP 562)."""
    if name in _RENAMED:
        from warnings import warn

        now = _RENAMED[name]
        warn(
            f"toc_sim.{name} is called toc_sim.{now}; the old name goes with the next "
            "release",
            DeprecationWarning,
            stacklevel=2,
        )
        return __getattr__(now)
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("toc-sim")
    elif name in _HOMES:
        from importlib import import_module

        module, original = _HOMES[name]
        value = getattr(import_module(module), original)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
