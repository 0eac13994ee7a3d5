"""What `toc-sim reach` prints: the cheapest way there, or what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from toc_sim.experiment.roadmap.reach import Attempt, Reach
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    decimals,
    given,
    joined,
    number,
    percent,
    plus_minus,
    printable,
)
from toc_sim.report.text.compare_tables import tools_title
from toc_sim.report.text.table import Column, fitting, kept_as, print_report, table


def show_reach(found: Reach, console: Console, run: str | None) -> None:
    """Print the answer.

    Parameters
    ----------
    found
        What was found.
    console
        Where to; its width says how much.
    run
        The name under which its runs are kept, or None.
    """
    print_report(
        console,
        reach_sentence(found),
        _notes(found),
        _needs(found, console.width) if found.needs else None,
        kept_as(run),
    )


def reach_sentence(found: Reach) -> str:
    """Say what reaches the throughput, or how far one can go."""
    wanted = f"{given(found.wanted)} {_pace(found)}"
    if found.found is None:
        far = alone(found.furthest.throughput.mean)
        way = tools_title(found.scenario, found.furthest.tools)
        best = f" with {way}" if found.furthest.tools else ""
        blocks = _constraint(found)
        stop = "stops" if len(blocks) == 1 else "stop"
        return (
            f"{wanted} is out of reach: {far}{best} is the most, and {joined(blocks)} "
            f"{stop} it."
        )
    if not found.found.tools:
        return f"{wanted} is reached as it stands, without any tool."
    name = tools_title(found.scenario, found.found.tools)
    cost = f"{given(found.found.cost)} {printable(found.scenario.currency)}".rstrip()
    verb = "reach" if len(found.found.tools) > 1 else "reaches"
    return f"{name} {verb} {wanted} at the least cost, {cost}."


def _constraint(found: Reach) -> list[str]:
    return [printable(found.scenario.title(name)) for name in found.verdict.constraint]


def _pace(found: Reach) -> str:
    return printable(f"{found.scenario.item}/{found.scenario.period}")


def _notes(found: Reach) -> Iterator[str]:
    answer = found.furthest if found.found is None else found.found
    yield _attempt(found, answer)
    if found.found is not None:
        yield f"The constraint is then {joined(_constraint(found))}."
    if found.sets > 1:
        passed = found.sets - found.simulated
        why = "the others cost more, or cannot reach it even without chance"
        rest = f"; {why}" if passed else ""
        yield f"{found.simulated} of {found.sets} sets were simulated{rest}."


def _attempt(found: Reach, answer: Attempt) -> str:
    digits = decimals([answer.throughput.mean, found.wanted])
    mean = plus_minus(answer.throughput, digits)
    text = f"It makes {mean} {_pace(found)}"
    if not answer.throughput.half_width:
        return f"{text}."
    return f"{text}; {percent(answer.reached)} % of the runs reach what is wanted."


def _needs(found: Reach, width: int) -> Text:
    """Return the inverse funnel: what the throughput asks of every node."""
    needs = found.needs
    digits = decimals([need.needed for need in needs])
    wanted = f"{given(found.wanted)} {_pace(found)}"
    columns = [
        Column(
            "node",
            "",
            tuple(printable(found.scenario.title(need.name)) for need in needs),
            100,
            "left",
        ),
        Column("has", "", tuple(given(need.capacity) for need in needs), 80),
        Column("needs", "", tuple(number(need.needed, digits) for need in needs), 90),
        Column(
            "lacks",
            "",
            tuple(
                number(need.missing, digits) if need.missing > 0 else NO_FIGURE
                for need in needs
            ),
            85,
        ),
        Column("", "", tuple(_unit(found, need.kind) for need in needs), 60, "left"),
    ]
    head = Text(f"What {wanted} asks of every node at least, without any chance:\n")
    short = [need.missing > 0 for need in needs]
    return head.append(table(fitting(columns, width)[0], short))


def _unit(found: Reach, kind: str) -> str:
    return "servers" if kind == "resource" else _pace(found)
