"""What to vary, and the points of a sweep: scenarios, each with its difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation, localcontext
from itertools import product
from math import prod
from typing import Any

from toc_sim.errors import Argument, Problem, ScenarioError, TocError, quoted, shown
from toc_sim.scenario.file.dump import inline
from toc_sim.scenario.file.yaml import read_value
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import differences, value_at
from toc_sim.scenario.parameters.paths import normal
from toc_sim.tools import bare, variant

MOST_SWEEP_POINTS = 10_000
"""Points of a sweep at most: more would take too long to read or to wait for."""

LARGEST_POWER = 300
"""Numbers beyond ten to this are typing errors."""

LARGEST_WHOLE_STEP = 10**15
"""Up to here a whole number is taken as one."""

DECIMAL_DIGITS = 1000
"""Of the arithmetic: more than two numbers of sensible size need to be exact."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter and the values that it takes.

    Attributes
    ----------
    path
        Of the parameter.
    values
        In the order in which they were given.
    text
        As it was given: ``machine_2.capacity=6:16:1``.
    """

    path: str
    values: tuple[Any, ...]
    text: str


@dataclass(frozen=True, slots=True)
class AxisRange:
    """A parameter and the range of numbers in which it is looked at.

    Attributes
    ----------
    path
        Of the parameter.
    low, high
        The ends of the range, in its unit.
    text
        As it was given: ``machine_2.capacity=6:16``.
    """

    path: str
    low: float
    high: float
    text: str


def read_axis(text: str) -> Axis:
    """Read ``PATH=FROM:TO:STEP`` or ``PATH=a,b,c``.

    Steps are decimal numbers, added exactly: the third step of 0.1 is 0.3. The end
    belongs to the range if a step leads to it.

    Parameters
    ----------
    text
        As a command or a call gives it: ``machine_2.capacity=6:16:2``.

    Returns
    -------
    The parameter with its values, in the order given.

    Raises
    ------
    ValueError
        If it says neither, with what is wrong.

    Examples
    --------
    >>> from toc_sim.experiment.sweep.points import read_axis
    >>> read_axis("machine_2.capacity=6:10:2").values
    (6, 8, 10)
    """
    path, what = _halves(text, "PATH=FROM:TO:STEP or PATH=a,b,c")
    if ":" in what and "{" not in what:
        ends = what.split(":")
        if len(ends) != 3:  # noqa: PLR2004 - from, to and step
            raise ValueError(f"'{text}': a range is FROM:TO:STEP, like 6:16:1")
        return Axis(path, _steps(text, *(_decimal(text, end) for end in ends)), text)
    try:
        values = read_value(f"[{what}]")
    except ScenarioError as error:
        raise ValueError(f"'{text}': {error.problems[0].what}") from None
    if not isinstance(values, list) or not values:
        raise ValueError(f"'{text}' gives no values")
    return Axis(path, tuple(values), text)


def read_range(text: str) -> AxisRange:
    """Read ``PATH=FROM:TO``, with FROM below TO.

    Raises
    ------
    ValueError
        If it does not say that.
    """
    path, what = _halves(text, "PATH=FROM:TO")
    ends = what.split(":")
    if len(ends) != 2:  # noqa: PLR2004 - from and to
        raise ValueError(
            f"'{text}' is not of the form PATH=FROM:TO, like a.capacity=6:16"
        )
    low, high = (float(_decimal(text, end)) for end in ends)
    if not low < high:
        raise ValueError(f"'{text}': the range must go upwards")
    return AxisRange(path, low, high, text)


def refuse_too_many(axes: Sequence[Axis]) -> None:
    """Refuse parameters whose combinations are too many, or that come twice.

    Raises
    ------
    ValueError
        With how many there are.
    """
    for place, each in enumerate(axes):
        if any(each.path == other.path for other in axes[:place]):
            raise ValueError(f"{quoted(each.path)} is varied twice")
    count = prod(len(each.values) for each in axes)
    if count > MOST_SWEEP_POINTS:
        raise ValueError(
            f"that makes {count:,} points; more than {MOST_SWEEP_POINTS:,} are refused"
        )


def _halves(text: str, form: str) -> tuple[str, str]:
    path, equals, what = text.partition("=")
    if not equals or not path.strip() or not what.strip():
        raise ValueError(f"'{text}' is not of the form {form}")
    return normal(path.strip()), what.strip()


def _decimal(text: str, word: str) -> Decimal:
    try:
        value = Decimal(word.strip())
    except InvalidOperation:
        raise ValueError(f"'{text}': {quoted(word.strip())} is not a number") from None
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_POWER:
        raise ValueError(f"'{text}': {quoted(word.strip())} is not a sensible number")
    return value


def _steps(
    text: str, start: Decimal, end: Decimal, step: Decimal
) -> tuple[int | float, ...]:
    """Return the values from one end to the other."""
    if not step:
        raise ValueError(f"'{text}': a step of 0 leads nowhere")
    with localcontext(prec=DECIMAL_DIGITS):
        whole = (end - start) / step
        if whole < 0:
            raise ValueError(f"'{text}': the step leads away from the end of the range")
        if whole >= MOST_SWEEP_POINTS:
            raise ValueError(
                f"'{text}' makes more than {MOST_SWEEP_POINTS:,} points, which are "
                "refused"
            )
        return tuple(_number(start + step * count) for count in range(int(whole) + 1))


def _number(value: Decimal) -> int | float:
    """Return the nearest number there is; a whole one where it is whole."""
    if value == value.to_integral_value() and abs(value) < LARGEST_WHOLE_STEP:
        return int(value)
    return float(value)


BASELINE = "baseline"
"""What the file itself is called beside its variants."""

VARIANT = "variant"
"""The first input of a comparison of variants: which of them it is."""

WARMUP_PATH = "run.warmup"


@dataclass(frozen=True, slots=True)
class DesignPoint:
    """One point of a sweep, not yet simulated.

    Attributes
    ----------
    name
        What it is called.
    inputs
        What was varied, by name in the order of the sweep's inputs.
    scenario
        With these values.
    """

    name: str
    inputs: Mapping[str, Any]
    scenario: Scenario


def product_of(scenario: Scenario, axes: Sequence[Axis]) -> tuple[DesignPoint, ...]:
    """Return every combination of some parameters' values; the last varies fastest.

    Raises
    ------
    ScenarioError
        If a path leads nowhere, or a value cannot be; each problem begins with what was
        asked for that is at fault.
    """
    refuse_problems(_bad_paths(scenario, axes))
    asked = {axis.path: Argument("vary", axis.text) for axis in axes}
    start = bare(scenario)
    points: list[DesignPoint] = []
    problems: dict[Problem, None] = {}
    for values in product(*(axis.values for axis in axes)):
        changes = {axis.path: value for axis, value in zip(axes, values, strict=True)}
        try:
            changed = start.changed(changes)
        except ScenarioError as error:
            problems |= dict.fromkeys(
                placed_on_argument(problem, asked, changes)
                for problem in error.problems
            )
            continue
        points.append(DesignPoint(_told(changes), changes, changed))
    refuse_problems(problems)
    return tuple(points)


def variants_of(scenario: Scenario) -> tuple[tuple[str, ...], tuple[DesignPoint, ...]]:
    """Return the file itself and its variants, with all in which any of them differ.

    Returns
    -------
    The names of the inputs: ``variant``, then the paths of parameters; and the points.

    Raises
    ------
    TocError
        If the file has no variants.
    """
    if not scenario.variants:
        raise TocError(
            "nothing to sweep: the file has no 'variants'\n"
            "    hint: vary a parameter, as in machine_2.capacity=6:16:1"
        )
    scenarios = {BASELINE: scenario} | {
        name: variant(scenario, name) for name in scenario.variants
    }
    changed = {
        change.path: None
        for each in scenarios.values()
        for change in differences(scenario, each)
        if change.path not in ("run.seed", WARMUP_PATH)
    }
    paths = list(changed)
    points = (
        DesignPoint(
            name, {VARIANT: name} | {path: _value(each, path) for path in paths}, each
        )
        for name, each in scenarios.items()
    )
    return (VARIANT, *paths), tuple(points)


def placed_on_argument(
    problem: Problem, asked: Mapping[str, Argument], changes: Mapping[str, Any]
) -> Problem:
    """Return a problem with what was asked for that causes it in front.

    Parameters
    ----------
    problem
        Of changes by path.
    asked
        By path: to vary ``machine_2.capacity=6:16:1``.
    changes
        The values at fault, by path.
    """
    head = str(problem.path[0]) if problem.path else ""
    if head in asked:
        return replace(
            problem,
            path=problem.path[1:],
            found=problem.found or shown(changes.get(head)),
            asked=(asked[head],),
        )
    place = f"at {_told(changes)}"
    return replace(problem, asked=tuple(asked.values()), place=place)


def _bad_paths(scenario: Scenario, axes: Sequence[Axis]) -> Iterator[Problem]:
    for axis in axes:
        asked = Argument("vary", axis.text)
        yield from path_problems(scenario, {axis.path: asked})
        if normal(axis.path) == WARMUP_PATH:
            yield Problem(
                (),
                "the warm-up is one for all points",
                hint="set it for the whole run instead",
                asked=(asked,),
            )


def path_problems(
    scenario: Scenario, asked: Mapping[str, Argument]
) -> Iterator[Problem]:
    """Yield what is wrong with the paths of what was asked for, given by path."""
    for path, argument in asked.items():
        try:
            value_at(scenario, path)
        except ScenarioError as error:
            only = {path: argument}
            yield from (placed_on_argument(p, only, {}) for p in error.problems)


def _value(scenario: Scenario, path: str) -> Any:
    try:
        return value_at(scenario, path)
    except ScenarioError:  # a way of paying, or a table, that only some have
        return None


def _told(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{path} {inline(value)}" for path, value in changes.items())


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Refuse what has any problem."""
    if found := tuple(problems):
        raise ScenarioError(found)
