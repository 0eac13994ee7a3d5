"""Parameters given other values: sweep, map and breakdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Unpack

from toc_sim.errors import Argument, QuestionError
from toc_sim.experiment.breakdown.attribute import Attribution, attribute
from toc_sim.experiment.breakdown.breakdown import breakdown as broken_down
from toc_sim.experiment.breakdown.responses import Breakdown
from toc_sim.experiment.map.constraint_map import ConstraintMap, constraint_map
from toc_sim.experiment.runner.laboratory import NAME_LETTERS
from toc_sim.experiment.sweep.points import (
    Axis,
    AxisRange,
    read_axis,
    read_range,
    refuse_too_many,
)
from toc_sim.experiment.sweep.sweep import Sweep
from toc_sim.experiment.sweep.sweep import sweep as swept
from toc_sim.experiment.variant import VariantRuns
from toc_sim.interface.answer import Answer
from toc_sim.interface.question import AnyScenario, Options, ask, scenario_of
from toc_sim.language import phrase
from toc_sim.report.csv_dialect import FOR_PROGRAMS
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.breakdown import attribution_document, breakdown_document
from toc_sim.report.documents.sweep import phases_document, sweep_csv, sweep_document
from toc_sim.report.formats import pace_given, pace_unit, titles
from toc_sim.report.text.attribution import attribution_blocks, attribution_sentence
from toc_sim.report.text.breakdown import breakdown_blocks, breakdown_sentence
from toc_sim.report.text.map import phases_blocks, phases_sentence
from toc_sim.report.text.sweep import sweep_blocks, sweep_sentence
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.file.dump import dump, inline
from toc_sim.scenario.model import Scenario
from toc_sim.tools import variant as variant_of

Vary = Mapping[str, Iterable[Any]] | str | Sequence[str] | Sequence[Axis]
"""What to vary: values by path, or texts as ``machine_2.capacity=6:16:1``."""


class SweepAnswer(Answer[Sweep]):
    """Throughput and constraint at each point (`toc_sim.sweep`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """How throughput goes, and which node is the constraint where."""
        return sweep_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the sweep as JSON will have it."""
        return sweep_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return the table of points."""
        return sweep_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the least and the largest throughput."""
        points, unit = self.record.points, pace_unit(self.record.scenario)
        least = min(points, key=lambda each: each.throughput.mean)
        most = max(points, key=lambda each: each.throughput.mean)
        yield (
            phrase("least, {point}", point=least.name),
            pace_given(least.throughput, unit),
        )
        yield (
            phrase("most, {point}", point=most.name),
            pace_given(most.throughput, unit),
        )

    def to_csv(self, dialect: str = FOR_PROGRAMS) -> str:
        """Return the table of points as CSV, to the last digit.

        Parameters
        ----------
        dialect
            ``plain``, or ``excel-ru`` with semicolons and decimal commas.
        """
        return sweep_csv(self.record, dialect)

    def picture(self, path: Path) -> None:
        """Draw parameters as curves, variants side by side."""
        from toc_sim.report.figures.sweep import draw_sweep, draw_variants, refuse_axes

        if self.record.axes:
            refuse_axes(self.record.axes)
            draw_sweep(self.record, path)
        else:
            draw_variants(self.record, path)


def sweep(
    scenario: AnyScenario,
    vary: Vary = (),
    *,
    variant: str | None = None,
    **options: Unpack[Options],
) -> SweepAnswer:
    """Vary parameters, or compare variants: throughput and constraint at each point.

    Parameters
    ----------
    scenario
        Where to start from; or what `toc_sim.load` reads.
    vary
        Values by path, ``{"machine_2.capacity": range(6, 17)}``, of which all
        combinations are simulated; or texts as on a command line. Empty: the file is
        compared with its variants.
    variant
        The variant of the file to start from, if not from the file itself.
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TocError
        If a value cannot be, or there is nothing to vary.

    Examples
    --------
    >>> from toc_sim import sweep
    >>> answer = sweep(
    ...     "scenarios/paper_cups.yaml", {"machine_2.capacity": [7, 15]}, horizon=20,
    ...     store=False,
    ... )
    >>> [point.throughput.mean for point in answer.points]
    [7.0, 9.0]
    """
    start = scenario_of(scenario, options)
    if variant is not None:
        start = variant_of(start, variant)
    axes = _axes(vary)
    asked = [f"--vary {axis.text}" for axis in axes] or ["--variants"]
    return SweepAnswer(
        *ask(
            "simulating",
            " ".join(("sweep", *asked)),
            start,
            options,
            lambda laboratory: swept(start, axes, laboratory),
        )
    )


def _axes(vary: Vary) -> tuple[Axis, ...]:
    """Return what is to be varied.

    Raises
    ------
    QuestionError
        If it cannot be read, or makes too many points.
    """
    if isinstance(vary, Mapping):
        texts: list[str | Axis] = []
        for path, values in vary.items():
            told = [inline(value) for value in values]
            texts.append(f"{path}={','.join(told)}")
    else:
        texts = [vary] if isinstance(vary, str) else list[str | Axis](vary)
    axes = []
    for each in texts:
        try:
            axes.append(each if isinstance(each, Axis) else read_axis(each))
        except ValueError as error:
            raise QuestionError(Argument("vary", ""), str(error)) from None
    try:
        refuse_too_many(axes)
    except ValueError as error:
        raise QuestionError(Argument("vary", ""), str(error)) from None
    return tuple(axes)


class MapAnswer(Answer[ConstraintMap]):
    """Which node is the constraint, over two parameters (`toc_sim.map`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """Which constraints there are on the map, and where the file lies."""
        return phases_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the map as JSON will have it."""
        return phases_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return the table of regions."""
        return phases_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield how much of the map each constraint has."""
        for region in self.record.regions:
            named = titles(self.record.scenario, region.names)
            yield named, f"{100 * region.part:.0f} %"

    def picture(self, path: Path) -> None:
        """Draw the map."""
        from toc_sim.report.figures.map import draw_phases

        draw_phases(self.record, path)


def map(  # noqa: A001 - what it is called everywhere else
    scenario: AnyScenario,
    x: str | AxisRange,
    y: str | AxisRange,
    *,
    points: int = 5,
    simulation: bool = True,
    **options: Unpack[Options],
) -> MapAnswer:
    """Map which node is the constraint, over two parameters.

    Parameters
    ----------
    scenario
        Of all other parameters; or what `toc_sim.load` reads.
    x, y
        The parameters and their ranges: ``"machine_2.capacity=6:16"``.
    points
        Simulated points along each side.
    simulation
        Whether they are simulated; without, the map is by capacity alone.
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TocError
        If a value cannot be.

    Examples
    --------
    >>> from toc_sim import map
    >>> answer = map(
    ...     "scenarios/paper_cups.yaml",
    ...     "machine_2.capacity=6:16",
    ...     "sales.capacity=6:16",
    ...     simulation=False,
    ... )
    >>> sorted(name for region in answer.regions for name in region.names)
    ['machine_2', 'machine_3', 'sales']
    """
    start = scenario_of(scenario, options)
    across, up = _range("x", x), _range("y", y)
    if across.path == up.path:
        raise QuestionError(Argument("y", up.text), "is the same parameter as x")
    if not simulation:
        return MapAnswer(constraint_map(start, across, up, points))
    return MapAnswer(
        *ask(
            "simulating",
            f"map --x {across.text} --y {up.text} --points {points}",
            start,
            options,
            lambda laboratory: constraint_map(start, across, up, points, laboratory),
        )
    )


def _range(name: str, given: str | AxisRange) -> AxisRange:
    if isinstance(given, AxisRange):
        return given
    try:
        return read_range(given)
    except ValueError as error:
        raise QuestionError(Argument(name, ""), str(error)) from None


class BreakdownAnswer(Answer[Breakdown]):
    """Which parameter to push (`toc_sim.breakdown`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """What to push first, and what that brings."""
        return breakdown_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the breakdown as JSON will have it."""
        return breakdown_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return the tables of parameters and the formula."""
        return breakdown_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the constraint and the throughput."""
        found = self.record
        yield phrase("constraint"), titles(found.scenario, found.verdict.constraint)
        unit = pace_unit(found.scenario)
        yield phrase("throughput"), pace_given(found.verdict.throughput, unit)

    def picture(self, path: Path) -> None:
        """Draw the tornado."""
        from toc_sim.report.figures.tornado import draw_breakdown

        draw_breakdown(self.record, path)


class AttributionAnswer(Answer[Attribution]):
    """What a change is owed to (`toc_sim.breakdown` against another)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """How large the change is, and what the formula promised."""
        return attribution_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the attribution as JSON will have it."""
        return attribution_document(self.record, self.kept)

    def blocks(self, width: int) -> Blocks:
        """Return the table of factors."""
        return attribution_blocks(self.record, width, self.kept)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the constraint before and after."""
        found = self.record
        for scenario, verdict in zip(
            (found.before, found.after), found.verdicts, strict=True
        ):
            named = phrase("constraint, {scenario}", scenario=scenario.name)
            yield named, titles(scenario, verdict.constraint)

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return both scenarios, and every factor grown."""
        return self.record.after, self.record.trials


def breakdown(
    scenario: AnyScenario,
    *,
    against: AnyScenario | None = None,
    **options: Unpack[Options],
) -> BreakdownAnswer | AttributionAnswer:
    """Say which parameter to push, or what a change is owed to.

    Parameters
    ----------
    scenario
        The pipeline; or what `toc_sim.load` reads.
    against
        Another shop or period: what the change from it to `scenario` is owed to; None:
        what 1 % more of each parameter gives, and how far it can go.
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TocError
        If nothing was bought, or the two cannot be held against each other.

    Examples
    --------
    >>> from toc_sim import breakdown
    >>> answer = breakdown("scenarios/paper_cups.yaml", horizon=20, store=False)
    >>> answer.verdict.constraint
    ('machine_2',)
    """
    start = scenario_of(scenario, options)
    if against is None:
        found = ask(
            "breaking down",
            "breakdown",
            start,
            options,
            lambda laboratory: broken_down(start, laboratory),
        )
        return BreakdownAnswer(*found)
    before = scenario_of(against, options)
    other = sha256(dump(before).encode()).hexdigest()[:NAME_LETTERS]
    return AttributionAnswer(
        *ask(
            "breaking down",
            f"breakdown --against {other}",
            start,
            options,
            lambda laboratory: attribute(before, start, laboratory),
        )
    )
