"""What `toc-sim roadmap` and `toc-sim reach` print: what to buy, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import fsum, nan

from rich.text import Text

from toc_sim.experiment.compare.comparison import Judgement
from toc_sim.experiment.roadmap.five_steps import FocusingStep, Roadmap, Stopped
from toc_sim.experiment.roadmap.reach import Attempt, Reach
from toc_sim.report.formats import (
    NO_FIGURE,
    agreeing,
    alone,
    counted,
    currency,
    decimals,
    given,
    joined,
    listed_titles,
    money_unit,
    number,
    pace_unit,
    percent,
    plus_minus,
    printable,
    titles,
    tools_title,
)
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    kept_as,
    percent_intervals,
    texts,
)

_WHY: dict[Stopped, str] = {
    "nothing left": "every tool is bought",
    "no money": "the money that is left buys nothing more that {hits}",
    "no hit": "no tool that is left {hits}",
    "no gain": "what {hits} does not earn its money back",
}
"""Why nothing more is bought."""

_SAME = 1e-9
"""Orders that differ by less than this part are worth the same."""


def roadmap_blocks(found: Roadmap, width: int, run: str | None) -> Blocks:
    """Return what is told of a roadmap below its first sentence."""
    notes = (*_roadmap_notes(found), kept_as(run))
    return _steps(found, width), _purchases(found, width), notes


def roadmap_sentence(found: Roadmap) -> str:
    """Say what to buy in which order, what it comes to, and why it ends there."""
    first, last = found.steps[0], found.steps[-1]
    why = _why(found)
    if not last.owned:
        names = first.verdict.constraint
        named = [found.scenario.title(name) for name in names]
        stays = agreeing(named, "stays", "stay")
        constraint = titles(found.scenario, names)
        return f"Buy nothing: {why}. {constraint} {stays} the constraint."
    bought = [tools_title(found.scenario, [name]) for name in last.owned]
    return (
        f"Follow the constraint: {', then '.join(bought)}. Throughput goes from "
        f"{alone(first.throughput)} to {alone(last.throughput)} "
        f"{pace_unit(found.scenario)}; then {why}."
    )


def _why(found: Roadmap) -> str:
    """Say why nothing more is bought."""
    left = set(found.budget.tools) - set(found.steps[-1].owned)
    if found.stopped == "nothing left" and left:
        return "what is left cannot stand with what is bought"
    last = [found.steps[-1]]
    return _WHY[found.stopped].format(
        hits="hits the constraint" if _all_touch(last) else "lifts throughput"
    )


def _all_touch(steps: Iterable[FocusingStep]) -> bool:
    """Return whether all that lifts throughput does so at the constraint."""
    return all(
        option.touches
        for step in steps
        for option in step.options
        if option.word == "hits"
    )


def _steps(found: Roadmap, width: int) -> Fitted:
    steps, scenario = found.steps, found.scenario
    constraints = (listed_titles(scenario, s.verdict.constraint) for s in steps)
    shares = [step.verdict.share for step in steps]
    rates = [step.throughput for step in steps]
    columns = [
        _numbers(found),
        texts("constraint", constraints),
        percent_intervals("share", shares, (94, 96)),
        figures("throughput", pace_unit(scenario), rates, 97),
        *_money(found),
    ]
    return fitted(columns, width, [step.chosen is not None for step in steps])


def _purchases(found: Roadmap, width: int) -> Fitted:
    """Return what hits the constraint of each step, and what is bought of it."""
    steps = found.steps
    bought = (
        tools_title(found.scenario, _bought(step)) if step.chosen else NO_FIGURE
        for step in steps
    )
    columns = [
        _numbers(found),
        texts(
            "hit by" if _all_touch(steps) else "throughput lifted by",
            (_hits(found, step) for step in steps),
            85,
        ),
        texts("buy", bought, 95),
    ]
    bold = [step.chosen is not None for step in steps]
    return fitted(columns, width, bold)


def _numbers(found: Roadmap) -> Column:
    return figures("step", "", range(len(found.steps)), 99, 0)


def _money(found: Roadmap) -> list[Column]:
    steps, scenario = found.steps, found.scenario
    amounts = tuple(given(step.spent) for step in steps)
    spent = Column("spent", currency(scenario), amounts, 80)
    profits = [step.net_profit for step in steps if step.net_profit is not None]
    if len(profits) < len(steps):
        return [spent] if any(step.spent for step in steps) else []
    return [figures("profit", money_unit(scenario), profits, 85), spent]


def _bought(step: FocusingStep) -> tuple[str, ...]:
    """Return what is bought next, with what it requires."""
    chosen = (option.tools for option in step.options if option.tool == step.chosen)
    return next(chosen, ())


def _hits(found: Roadmap, step: FocusingStep) -> str:
    names = (
        tools_title(found.scenario, [option.tool])
        + ("" if option.touches else " (past it)")
        + ("" if option.affordable else " (too dear)")
        for option in step.options
        if option.word == "hits"
    )
    return ", ".join(names) or "none"


def _roadmap_notes(found: Roadmap) -> Iterator[str]:
    yield from _best(found)
    if len(found.lifts) > 1:
        digits = decimals(lift for _, lift in found.lifts)
        lifts = ", ".join(
            f"{tools_title(found.scenario, [name])} {number(lift, digits)}"
            for name, lift in found.lifts
        )
        total = alone(fsum(lift for _, lift in found.lifts))
        yield (
            f"Of the {total} {pace_unit(found.scenario)} more, each brings (Shapley): "
            f"{lifts}."
        )
    yield from _harms(found)


def _harms(found: Roadmap) -> Iterator[str]:
    """Say which tools would lower throughput, at which steps, and what comes later."""
    words: dict[str, dict[Judgement, list[int]]] = {}
    for place, step in enumerate(found.steps):
        for option in step.options:
            words.setdefault(option.tool, {}).setdefault(option.word, []).append(place)
    bought = {step.chosen: place for place, step in enumerate(found.steps)}
    for tool, at in words.items():
        if "harms" not in at:
            continue
        name = tools_title(found.scenario, [tool])
        steps = joined(map(str, at["harms"]))
        word = "step" if len(at["harms"]) == 1 else "steps"
        later = [place for place in at.get("hits", []) if place > at["harms"][0]]
        then = ""
        if tool in bought:
            then = f"; at step {bought[tool]}, where it is bought, it lifts it"
        elif later:
            then = f"; at step {later[0]} it would lift it"
        yield f"At {word} {steps} {name} would lower throughput{then}."


def _best(found: Roadmap) -> Iterator[str]:
    """Say how the order that follows the constraint stands against the best one."""
    order = found.best.order
    scenario = found.scenario
    money = found.budget.by_money
    unit = currency(scenario) if money else printable(scenario.item.many)
    what = "net present value of the whole" if money else "bought in all"
    horizon = counted(given(scenario.run.horizon), scenario.period)
    worth = f"{alone(order.value)} {unit}"
    looked = f"{found.best.sets} sets, {found.best.simulated} of them simulated"
    if found.best.proved:
        looked += f", {found.best.proved} ruled out by proof"
    if found.best.sets == 1:
        looked = "there is one set"
    if order.value - found.worth <= _SAME * abs(order.value):
        yield (
            f"No order of any set is better over {horizon} ({looked}): {worth}, {what}."
        )
        return
    bought = [tools_title(scenario, [name]) for name in order.tools]
    yield (
        f"The best order of all is {', then '.join(bought) or 'to buy nothing'} "
        f"({looked}): {worth}, {what}, over {horizon}."
    )
    regret = f"{alone(found.regret)} {unit}"
    yield f"To follow the constraint step by step gives up {regret} of that."


def reach_blocks(found: Reach, width: int, run: str | None) -> Blocks:
    """Return what is told of the way to a throughput below its first sentence."""
    needs = _needs(found, width) if found.needs else ()
    return _reach_notes(found), needs, (*_turned_away(found), kept_as(run))


def reach_sentence(found: Reach) -> str:
    """Say what reaches the throughput, or how far one can go."""
    wanted = f"{given(found.wanted)} {pace_unit(found.scenario)}"
    if found.found is None:
        far = alone(found.furthest.throughput.mean)
        way = tools_title(found.scenario, found.furthest.tools)
        best = f" with {way}" if found.furthest.tools else ""
        names = found.verdict.constraint
        named = [found.scenario.title(name) for name in names]
        stops = agreeing(named, "stops", "stop")
        stop = f"{titles(found.scenario, names)} {stops}"
        return f"{wanted} is out of reach: {far}{best} is the most, and {stop} it."
    if not found.found.tools:
        return f"{wanted} is reached as it stands, without any tool."
    name = tools_title(found.scenario, found.found.tools)
    cost = f"{given(found.found.cost)} {printable(found.scenario.currency)}".rstrip()
    verb = "reach" if len(found.found.tools) > 1 else "reaches"
    return f"{name} {verb} {wanted} at the least cost, {cost}."


def _reach_notes(found: Reach) -> Iterator[str]:
    answer = found.furthest if found.found is None else found.found
    yield _attempt(found, answer)
    if found.found is not None:
        constraint = titles(found.scenario, found.verdict.constraint)
        yield f"The constraint is then {constraint}."
    if found.sets > 1:
        passed = found.sets - found.simulated
        why = "the others cost more, or cannot reach it even without chance"
        if found.refuted:
            why = why.replace(", or", ",") + ", or are refuted"
        rest = f"; {why}" if passed else ""
        yield f"{found.simulated} of {found.sets} sets were simulated{rest}."
    if found.refuted:
        count, most = len(found.refuted), max(limit for _, limit in found.refuted)
        yield (
            "By proof, without a simulation: the critical path of doing nothing allows "
            f"{alone(most)} {pace_unit(found.scenario)} at most, on the same chance, "
            f"with {'one other set' if count == 1 else f'{count} other sets'}."
        )


def _attempt(found: Reach, answer: Attempt) -> str:
    digits = decimals([answer.throughput.mean, found.wanted])
    mean = plus_minus(answer.throughput, digits)
    text = f"It makes {mean} {pace_unit(found.scenario)}"
    if not answer.throughput.half_width:
        return f"{text}."
    return f"{text}; {percent(answer.reached)} % of the runs reach what is wanted."


def _turned_away(found: Reach) -> Iterator[str]:
    """Say what the needs leave out that comes all the same, and whom it overloads."""
    more = found.turned_away
    if more is None:
        return
    scenario, pace = found.scenario, pace_unit(found.scenario)
    let_in = joined(
        f"{alone(each.needed)} of the {given(each.capacity)} {pace} of "
        f"{printable(scenario.title(each.name))}"
        for each in more.sources
    )
    asked = joined(
        f"{alone(each.needed)} {'servers' if each.kind == 'resource' else pace} of "
        f"{printable(scenario.title(each.name))} (there are {given(each.capacity)})"
        for each in more.overloaded
    )
    yield (
        f"These needs let in {let_in} and turn the rest away, which nobody does: all "
        f"that comes in asks for {asked}. What cannot be done waits, and takes time "
        "from what could be sold, as the order of work has it."
    )


def _needs(found: Reach, width: int) -> tuple[Text, Fitted]:
    """Return the inverse funnel: what the throughput asks of every node."""
    needs, scenario = found.needs, found.scenario
    pace = pace_unit(scenario)
    short = [need.missing > 0 for need in needs]
    missing = [need.missing if need.missing > 0 else nan for need in needs]
    needed = [need.needed for need in needs]
    units = ("servers" if need.kind == "resource" else pace for need in needs)
    columns = [
        texts("node", (printable(scenario.title(need.name)) for need in needs)),
        Column("has", "", tuple(given(need.capacity) for need in needs), 80),
        figures("needs", "", needed, 90),
        figures("lacks", "", missing, 85, decimals(needed)),
        texts("", units, 60),
    ]
    wanted = f"{given(found.wanted)} {pace}"
    head = Text(f"What {wanted} asks of every node at least, without any chance:")
    return head, fitted(columns, width, short)
