"""The five focusing steps as a table: what each found, what was bought, what next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.experiment.candidates import Trial
from toc_sim.experiment.judgement import Word
from toc_sim.experiment.planning import Plan, Purse
from toc_sim.scenario.model import Scenario

Stopped = Literal["nothing left", "no money", "no hit", "no gain"]
"""Why nothing more is bought: all is bought; what is left costs too much; nothing that
can be paid hits the constraint; what hits it does not earn its money."""


@dataclass(frozen=True, slots=True)
class Option:
    """A tool that could be bought next, with what it requires.

    Attributes
    ----------
    tool, tools
        The tool, and all that must be bought with it.
    is_exploit
        Whether it takes no purchase: to exploit the constraint comes before to
        elevate it.
    affordable
        Whether the money that is left pays for it.
    difference
        Of throughput, against what there is [items/period].
    word
        Whether it hits the constraint.
    gain
        What it would bring from now to the horizon: items, or present value [money].
    """

    tool: str
    tools: tuple[str, ...]
    is_exploit: bool
    affordable: bool
    difference: Interval
    word: Word
    gain: float


@dataclass(frozen=True, slots=True)
class FocusingStep:
    """One turn of the five focusing steps.

    Attributes
    ----------
    owned
        The tools there are.
    verdict
        The constraint with them.
    throughput, net_profit
        With them [items/period], [money/period]; no profit without `economics`.
    spent
        What they cost at once [money].
    options
        All tools that could be bought next.
    chosen
        The tool that is bought next; None at the end.
    """

    owned: tuple[str, ...]
    verdict: Verdict
    throughput: float
    net_profit: float | None
    spent: float
    options: tuple[Option, ...]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Which tools to buy, in which order.

    Attributes
    ----------
    scenario, purse
        What was asked.
    steps
        What follows the constraint; the last one chooses nothing.
    stopped
        Why it ends there.
    worth, best
        What that order is worth over the horizon, and the best order of all:
        items, or present value [money].
    best_step
        What the best set of tools comes to.
    lifts
        By tool of the best set: its part of the joint lift of throughput, by Shapley
        [items/period].
    trials
        All that was simulated.
    """

    scenario: Scenario
    purse: Purse
    steps: tuple[FocusingStep, ...]
    stopped: Stopped
    worth: float
    best: Plan
    best_step: FocusingStep
    lifts: tuple[tuple[str, float], ...]
    trials: tuple[Trial, ...]

    @property
    def regret(self) -> float:
        """What following the constraint leaves on the table, in the unit of worth."""
        return max(0.0, self.best.order.value - self.worth)
