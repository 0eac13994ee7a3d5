"""Which tools to buy: compare, roadmap and reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Unpack

from toc_sim.experiment.compare.compare import compare as compared
from toc_sim.experiment.compare.comparison import (
    DIFFERENCE_MARGIN,
    Comparison,
    Criterion,
    Question,
)
from toc_sim.experiment.roadmap.five_steps import Roadmap
from toc_sim.experiment.roadmap.five_steps import budget as spending
from toc_sim.experiment.roadmap.five_steps import roadmap as planned
from toc_sim.experiment.roadmap.reach import Reach
from toc_sim.experiment.roadmap.reach import reach as reached
from toc_sim.experiment.roadmap.reach_wait import WaitReach, reach_wait
from toc_sim.interface.answer import Answer
from toc_sim.interface.earlier import also_as_before
from toc_sim.interface.question import AnyScenario, Options, ask, scenario_of
from toc_sim.language import phrase, phrase_in
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.compare import (
    comparison_document,
    reach_document,
    roadmap_document,
    wait_reach_document,
)
from toc_sim.report.formats import (
    alone,
    given,
    pace_given,
    pace_unit,
    titles,
    tools_title,
)
from toc_sim.report.given_command import COMPARE, GivenCommand
from toc_sim.report.text.compare import comparison_blocks
from toc_sim.report.text.comparison_sentence import comparison_sentence
from toc_sim.report.text.roadmap import (
    reach_blocks,
    reach_sentence,
    roadmap_blocks,
    roadmap_sentence,
)
from toc_sim.report.text.table import Blocks
from toc_sim.report.text.wait_reach import wait_reach_blocks, wait_reach_sentence
from toc_sim.scenario.model import Scenario


class ComparisonAnswer(Answer[Comparison]):
    """Which tool to buy (`toc_sim.compare`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """Which set is the best, what it brings and where the constraint goes."""
        return comparison_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the comparison as JSON will have it."""
        return comparison_document(self.record, self.kept)

    def blocks(
        self, width: int, *, changes: bool = False, command: GivenCommand = COMPARE
    ) -> Blocks:
        """Return the tables, and what each candidate changes if that is wanted."""
        return comparison_blocks(
            self.record, width, self.kept, changes=changes, command=command
        )

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the constraint, the throughput as it stands, and with the best."""
        found = self.record
        unit = pace_unit(found.scenario)
        yield phrase("constraint"), titles(found.scenario, found.verdict.constraint)
        yield phrase("throughput now"), pace_given(found.verdict.throughput, unit)
        for row in found.rows:
            if row.tools == found.best.tools:
                name = tools_title(found.scenario, row.tools)
                yield (
                    phrase("with {tools}", tools=name),
                    pace_given(row.throughput, unit),
                )

    def picture(self, path: Path) -> None:
        """Draw what each candidate brings."""
        from toc_sim.report.figures.compare import draw_comparison

        draw_comparison(self.record, path)


@also_as_before(compared, 1, "give it what is asked as keywords")
def compare(  # noqa: PLR0913 - what is asked, each a keyword
    scenario: AnyScenario,
    *,
    tools: Sequence[str] = (),
    budget: float | None = None,
    sets: bool = False,
    by: Criterion | None = None,
    margin: float = DIFFERENCE_MARGIN,
    most: int | None = None,
    precision: float | None = None,
    runs: int | None = None,
    **options: Unpack[Options],
) -> ComparisonAnswer:
    """Compare tools with doing nothing: which hits the constraint, which pays.

    Parameters
    ----------
    scenario
        With `tools`; or what `toc_sim.load` reads.
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    sets
        Whether every affordable set is compared, or each tool alone with what it
        requires.
    by
        What is wanted: ``"throughput"``, ``"profit"``, ``"roi"`` or ``"npv"``; None:
        present value, or throughput where there is no money.
    margin
        The part of the throughput that makes a difference [1].
    most
        Replications that one candidate gets at most; None: ten times the file's.
    precision
        Half the width that the interval of a difference may have, as a part of the
        throughput [1]; None: any.
    runs
        Runs that all candidates get together; None: as many as it takes.
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TocError
        If there is no such tool, or nothing to compare.

    Examples
    --------
    >>> from toc_sim import compare
    >>> answer = compare(
    ...     "scenarios/paper_cups_tools.yaml", horizon=20, by="throughput", store=False
    ... )
    >>> answer.best.tools
    ('new_machine_2',)
    """
    start = scenario_of(scenario, options)
    asked = Question(tuple(tools), budget, sets, by, margin, most, precision, runs)
    return ComparisonAnswer(
        *ask(
            "comparing",
            f"compare{as_options(**asdict(asked))}",
            start,
            options,
            lambda laboratory: compared(start, asked, laboratory),
        )
    )


class RoadmapAnswer(Answer[Roadmap]):
    """What to buy in which order (`toc_sim.roadmap`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """What is bought, and where that leads."""
        return roadmap_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the roadmap as JSON will have it."""
        return roadmap_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return the steps and the purchases."""
        return roadmap_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the constraint and the throughput before and after."""
        found = self.record
        first, last = found.steps[0], found.steps[-1]
        unit = pace_unit(found.scenario)
        for constraint, throughput, step in (
            (phrase("constraint now"), phrase("throughput now"), first),
            (
                phrase("constraint after the last purchase"),
                phrase("throughput after the last purchase"),
                last,
            ),
        ):
            yield constraint, titles(found.scenario, step.verdict.constraint)
            yield throughput, f"{alone(step.throughput)} {unit}"

    def picture(self, path: Path) -> None:
        """Draw the steps and their constraints."""
        from toc_sim.report.figures.roadmap import draw_roadmap

        draw_roadmap(self.record, path)


@also_as_before(planned, 1, "give it what may be spent as keywords")
def roadmap(
    scenario: AnyScenario,
    *,
    tools: Sequence[str] = (),
    budget: float | None = None,
    every: float = 0.0,
    by: Criterion | None = None,
    margin: float = DIFFERENCE_MARGIN,
    **options: Unpack[Options],
) -> RoadmapAnswer:
    """Tell what to buy in which order: find the constraint, lift it, repeat.

    Parameters
    ----------
    scenario
        With `tools`; or what `toc_sim.load` reads.
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    every
        The least time between two purchases [periods].
    by
        What is wanted: ``"throughput"`` or ``"npv"``; None: present value, or
        throughput where there is no money.
    margin
        The part of the throughput that makes a difference [1].
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TocError
        If there is no such tool, or nothing can be bought.

    Examples
    --------
    >>> from toc_sim import roadmap
    >>> answer = roadmap(
    ...     "scenarios/paper_cups_tools.yaml", horizon=20, by="throughput", store=False
    ... )
    >>> answer.steps[-1].owned
    ('new_machine_2', 'sales_training', 'new_machine_3', 'advertising')
    """
    start = scenario_of(scenario, options)
    money = spending(start, tools, budget, every, by)
    asked = as_options(
        tools=tuple(tools), budget=budget, every=every, by=by, margin=margin
    )
    return RoadmapAnswer(
        *ask(
            "planning",
            f"roadmap{asked}",
            start,
            options,
            lambda laboratory: planned(start, money, laboratory, margin=margin),
        )
    )


class ReachAnswer(Answer[Reach]):
    """How to get to a throughput (`toc_sim.reach`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """The cheapest way, or how far one can go and what stops it."""
        return reach_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the way as JSON will have it."""
        return reach_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return what that throughput asks of every node."""
        return reach_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield what is wanted, and what is reached."""
        found = self.record
        unit = pace_unit(found.scenario)
        yield phrase_in("reach", "wanted"), f"{given(found.wanted)} {unit}"
        yield phrase("reached"), pace_given(found.furthest.throughput, unit)
        yield (
            phrase("constraint then"),
            titles(found.scenario, found.verdict.constraint),
        )

    def picture(self, path: Path) -> None:
        """Draw what is made beside what is wanted."""
        from toc_sim.report.figures.roadmap import draw_reach

        draw_reach(self.record, path)


class WaitReachAnswer(Answer[WaitReach]):
    """With which tools items wait no longer than wanted (`toc_sim.reach`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """The cheapest way, or how short a wait can be."""
        return wait_reach_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the way as JSON will have it."""
        return wait_reach_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return what was tried."""
        return wait_reach_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield nothing: the sentence has both figures."""
        yield from ()


@also_as_before(reached, 2, "give it store= and workers=")
def reach(
    scenario: AnyScenario,
    throughput: float | None = None,
    *,
    wait: tuple[str, float] | None = None,
    tools: Sequence[str] = (),
    budget: float | None = None,
    **options: Unpack[Options],
) -> ReachAnswer | WaitReachAnswer:
    """Find the cheapest tools that reach a throughput, or a wait, or what stops that.

    Parameters
    ----------
    scenario
        The pipeline, with `tools` or without; or what `toc_sim.load` reads.
    throughput
        What is wanted [items/period].
    wait
        Instead a node, and the longest mean wait there [periods]: ``("desk", 2)``.
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TypeError
        If neither or both are wanted.
    TocError
        If there is no such tool or node, or the throughput is not above 0.

    Examples
    --------
    >>> from toc_sim import reach
    >>> answer = reach("scenarios/paper_cups_tools.yaml", 9, horizon=20, store=False)
    >>> answer.found.tools
    ('new_machine_2',)
    """
    start = scenario_of(scenario, options)
    if (throughput is None) == (wait is None):
        raise TypeError("reach() takes a throughput or a wait")
    if wait is not None:
        return _reach_wait(start, wait, tools, budget, options)
    wanted = float(throughput or 0.0)
    asked = as_options(throughput=wanted, tools=tuple(tools), budget=budget)
    return ReachAnswer(
        *ask(
            "reaching",
            f"reach{asked}",
            start,
            options,
            lambda laboratory: reached(
                start, wanted, laboratory, tools=tools, budget=budget
            ),
        )
    )


def _reach_wait(
    scenario: Scenario,
    wait: tuple[str, float],
    tools: Sequence[str],
    budget: float | None,
    options: Options,
) -> WaitReachAnswer:
    """Find with which tools items wait no longer at a node."""
    node, longest = wait
    limit = f"'{node}<={longest:g}'"
    asked = as_options(wait=limit, tools=tuple(tools), budget=budget)
    return WaitReachAnswer(
        *ask(
            "reaching",
            f"reach{asked}",
            scenario,
            options,
            lambda laboratory: reach_wait(
                scenario, node, longest, laboratory, tools=tools, budget=budget
            ),
        )
    )


_DEFAULTS = {field.name: field.default for field in fields(Question)} | {"every": 0.0}
"""Of the options about tools, which need not be said."""


def as_options(**asked: Any) -> str:
    """Write what was asked as on a command line, defaults left out.

    Parameters
    ----------
    asked
        By the names of the options.
    """
    parts: list[str] = []
    for name, value in asked.items():
        if name in _DEFAULTS and value == _DEFAULTS[name]:
            continue
        if name == "tools":
            parts += (f" --tool {tool}" for tool in value)
        else:
            parts.append(f" --{name}" + ("" if value is True else f" {value}"))
    return "".join(parts)
