"""What `toc-sim roadmap` and `toc-sim reach` print: what to buy, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import fsum, nan

from rich.text import Text

from toc_sim.experiment.compare.comparison import Judgement
from toc_sim.experiment.roadmap.five_steps import FocusingStep, Option, Roadmap, Stopped
from toc_sim.experiment.roadmap.reach import Attempt, Reach
from toc_sim.language import grammatical_number, joined, phrase, phrase_of
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    counted,
    currency,
    decimals,
    given,
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

_MANY = 2
"""From so many on a verb has the plural."""

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
        return phrase_of(
            "Buy nothing: {why}. {constraint} stays the constraint.",
            "Buy nothing: {why}. {constraint} stay the constraint.",
            grammatical_number(map(found.scenario.title, names)),
            why=why,
            constraint=titles(found.scenario, names),
        )
    return phrase(
        "Follow the constraint: {order}. Throughput goes from {old} to {new} {pace}; "
        "then {why}.",
        order=_in_turn(found, last.owned),
        old=alone(first.throughput),
        new=alone(last.throughput),
        pace=pace_unit(found.scenario),
        why=why,
    )


def _in_turn(found: Roadmap, tools: Iterable[str]) -> str:
    """Return what is bought, one after the other; empty for nothing."""
    told = ""
    for name in tools:
        title = tools_title(found.scenario, [name])
        told = phrase("{first}, then {next}", first=told, next=title) if told else title
    return told


def _why(found: Roadmap) -> str:
    """Say why nothing more is bought: a whole clause."""
    if found.stopped == "nothing left":
        if set(found.budget.tools) - set(found.steps[-1].owned):
            return phrase("what is left cannot stand with what is bought")
        return phrase("every tool is bought")
    hits: dict[Stopped, str] = {
        "no money": phrase(
            "the money that is left buys nothing more that hits the constraint"
        ),
        "no hit": phrase("no tool that is left hits the constraint"),
        "no gain": phrase("what hits the constraint does not earn its money back"),
    }
    lifts: dict[Stopped, str] = {
        "no money": phrase(
            "the money that is left buys nothing more that lifts throughput"
        ),
        "no hit": phrase("no tool that is left lifts throughput"),
        "no gain": phrase("what lifts throughput does not earn its money back"),
    }
    touch = _all_touch([found.steps[-1]])
    return (hits if touch else lifts)[found.stopped]


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
        texts(phrase("constraint"), constraints),
        percent_intervals(phrase("share"), shares, (94, 96)),
        figures(phrase("throughput"), pace_unit(scenario), rates, 97),
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
            phrase("hit by") if _all_touch(steps) else phrase("throughput lifted by"),
            (_hits(found, step) for step in steps),
            85,
        ),
        texts(phrase("buy"), bought, 95),
    ]
    bold = [step.chosen is not None for step in steps]
    return fitted(columns, width, bold)


def _numbers(found: Roadmap) -> Column:
    return figures(phrase("step"), "", range(len(found.steps)), 99, 0)


def _money(found: Roadmap) -> list[Column]:
    steps, scenario = found.steps, found.scenario
    amounts = tuple(given(step.spent) for step in steps)
    spent = Column(phrase("spent"), currency(scenario), amounts, 80)
    profits = [step.net_profit for step in steps if step.net_profit is not None]
    if len(profits) < len(steps):
        return [spent] if any(step.spent for step in steps) else []
    return [figures(phrase("profit"), money_unit(scenario), profits, 85), spent]


def _bought(step: FocusingStep) -> tuple[str, ...]:
    """Return what is bought next, with what it requires."""
    chosen = (option.tools for option in step.options if option.tool == step.chosen)
    return next(chosen, ())


def _hits(found: Roadmap, step: FocusingStep) -> str:
    names = (
        _option(tools_title(found.scenario, [option.tool]), option)
        for option in step.options
        if option.word == "hits"
    )
    return ", ".join(names) or phrase("none")


def _option(tool: str, option: Option) -> str:
    """Return a tool, with what is to be said of it."""
    if option.touches:
        return tool if option.affordable else phrase("{tool} (too dear)", tool=tool)
    if option.affordable:
        return phrase("{tool} (past it)", tool=tool)
    return phrase("{tool} (past it) (too dear)", tool=tool)


def _roadmap_notes(found: Roadmap) -> Iterator[str]:
    yield from _best(found)
    if len(found.lifts) > 1:
        digits = decimals(lift for _, lift in found.lifts)
        lifts = ", ".join(
            f"{tools_title(found.scenario, [name])} {number(lift, digits)}"
            for name, lift in found.lifts
        )
        total = alone(fsum(lift for _, lift in found.lifts))
        yield phrase(
            "Of the {total} {pace} more, each brings (Shapley): {lifts}.",
            total=total,
            pace=pace_unit(found.scenario),
            lifts=lifts,
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
        steps, many = joined(map(str, at["harms"])), min(len(at["harms"]), _MANY)
        later = [place for place in at.get("hits", []) if place > at["harms"][0]]
        if tool in bought:
            yield phrase_of(
                "At step {steps} {tool} would lower throughput; at step {later}, where "
                "it is bought, it lifts it.",
                "At steps {steps} {tool} would lower throughput; at step {later}, "
                "where it is bought, it lifts it.",
                many,
                steps=steps,
                tool=name,
                later=bought[tool],
            )
        elif later:
            yield phrase_of(
                "At step {steps} {tool} would lower throughput; at step {later} it "
                "would lift it.",
                "At steps {steps} {tool} would lower throughput; at step {later} it "
                "would lift it.",
                many,
                steps=steps,
                tool=name,
                later=later[0],
            )
        else:
            yield phrase_of(
                "At step {steps} {tool} would lower throughput.",
                "At steps {steps} {tool} would lower throughput.",
                many,
                steps=steps,
                tool=name,
            )


def _best(found: Roadmap) -> Iterator[str]:
    """Say how the order that follows the constraint stands against the best one."""
    order = found.best.order
    scenario = found.scenario
    money = found.budget.by_money
    unit = currency(scenario) if money else printable(scenario.item.many)
    parts = {
        "horizon": counted(given(scenario.run.horizon), scenario.period),
        "looked": _looked(found),
        "worth": f"{alone(order.value)} {unit}",
    }
    if order.value - found.worth <= _SAME * abs(order.value):
        if money:
            yield phrase(
                "No order of any set is better over {horizon} ({looked}): {worth}, net "
                "present value of the whole.",
                **parts,
            )
        else:
            yield phrase(
                "No order of any set is better over {horizon} ({looked}): {worth}, "
                "bought in all.",
                **parts,
            )
        return
    parts["order"] = _in_turn(found, order.tools) or phrase("to buy nothing")
    if money:
        yield phrase(
            "The best order of all is {order} ({looked}): {worth}, net present value "
            "of the whole, over {horizon}.",
            **parts,
        )
    else:
        yield phrase(
            "The best order of all is {order} ({looked}): {worth}, bought in all, over "
            "{horizon}.",
            **parts,
        )
    regret = f"{alone(found.regret)} {unit}"
    yield phrase(
        "To follow the constraint step by step gives up {regret} of that.",
        regret=regret,
    )


def _looked(found: Roadmap) -> str:
    """Say among how many sets the best order was looked for: a whole clause."""
    best = found.best
    if best.sets == 1:
        return phrase("there is one set")
    if best.proved:
        return phrase(
            "{sets} sets, {simulated} of them simulated, {proved} ruled out by proof",
            sets=best.sets,
            simulated=best.simulated,
            proved=best.proved,
        )
    return phrase(
        "{sets} sets, {simulated} of them simulated",
        sets=best.sets,
        simulated=best.simulated,
    )


def reach_blocks(found: Reach, width: int, run: str | None) -> Blocks:
    """Return what is told of the way to a throughput below its first sentence."""
    needs = _needs(found, width) if found.needs else ()
    return _reach_notes(found), needs, (*_turned_away(found), kept_as(run))


def reach_sentence(found: Reach) -> str:
    """Say what reaches the throughput, or how far one can go."""
    wanted = f"{given(found.wanted)} {pace_unit(found.scenario)}"
    if found.found is None:
        names = found.verdict.constraint
        many = grammatical_number(map(found.scenario.title, names))
        parts = {
            "wanted": wanted,
            "most": alone(found.furthest.throughput.mean),
            "tools": tools_title(found.scenario, found.furthest.tools),
            "constraint": titles(found.scenario, names),
        }
        if found.furthest.tools:
            return phrase_of(
                "{wanted} is out of reach: {most} with {tools} is the most, and "
                "{constraint} stops it.",
                "{wanted} is out of reach: {most} with {tools} is the most, and "
                "{constraint} stop it.",
                many,
                **parts,
            )
        return phrase_of(
            "{wanted} is out of reach: {most} is the most, and {constraint} stops it.",
            "{wanted} is out of reach: {most} is the most, and {constraint} stop it.",
            many,
            **parts,
        )
    if not found.found.tools:
        return phrase(
            "{wanted} is reached as it stands, without any tool.", wanted=wanted
        )
    cost = f"{given(found.found.cost)} {printable(found.scenario.currency)}".rstrip()
    return phrase_of(
        "{tools} reaches {wanted} at the least cost, {cost}.",
        "{tools} reach {wanted} at the least cost, {cost}.",
        min(len(found.found.tools), _MANY),
        tools=tools_title(found.scenario, found.found.tools),
        wanted=wanted,
        cost=cost,
    )


def _reach_notes(found: Reach) -> Iterator[str]:
    answer = found.furthest if found.found is None else found.found
    yield _attempt(found, answer)
    if found.found is not None:
        constraint = titles(found.scenario, found.verdict.constraint)
        yield phrase("The constraint is then {constraint}.", constraint=constraint)
    if found.sets > 1:
        yield _simulated(found)
    if found.refuted:
        count, most = len(found.refuted), max(limit for _, limit in found.refuted)
        yield phrase_of(
            "By proof, without a simulation: the critical path of doing nothing allows "
            "{most} {pace} at most, on the same chance, with one other set.",
            "By proof, without a simulation: the critical path of doing nothing allows "
            "{most} {pace} at most, on the same chance, with {count} other sets.",
            count,
            most=alone(most),
            pace=pace_unit(found.scenario),
            count=count,
        )


def _simulated(found: Reach) -> str:
    """Say how many sets were simulated, and why not the others."""
    simulated, sets = found.simulated, found.sets
    if simulated == sets:
        return phrase(
            "{simulated} of {sets} sets were simulated.", simulated=simulated, sets=sets
        )
    if found.refuted:
        return phrase(
            "{simulated} of {sets} sets were simulated; the others cost more, cannot "
            "reach it even without chance, or are refuted.",
            simulated=simulated,
            sets=sets,
        )
    return phrase(
        "{simulated} of {sets} sets were simulated; the others cost more, or cannot "
        "reach it even without chance.",
        simulated=simulated,
        sets=sets,
    )


def _attempt(found: Reach, answer: Attempt) -> str:
    digits = decimals([answer.throughput.mean, found.wanted])
    mean = plus_minus(answer.throughput, digits)
    pace = pace_unit(found.scenario)
    if not answer.throughput.half_width:
        return phrase("It makes {throughput} {pace}.", throughput=mean, pace=pace)
    return phrase(
        "It makes {throughput} {pace}; {share} % of the runs reach what is wanted.",
        throughput=mean,
        pace=pace,
        share=percent(answer.reached),
    )


def _turned_away(found: Reach) -> Iterator[str]:
    """Say what the needs leave out that comes all the same, and whom it overloads."""
    more = found.turned_away
    if more is None:
        return
    scenario, pace = found.scenario, pace_unit(found.scenario)
    let_in = joined(
        phrase(
            "{needed} of the {capacity} {pace} of {node}",
            needed=alone(each.needed),
            capacity=given(each.capacity),
            pace=pace,
            node=printable(scenario.title(each.name)),
        )
        for each in more.sources
    )
    asked = joined(
        phrase(
            "{needed} {unit} of {node} (there are {capacity})",
            needed=alone(each.needed),
            unit=phrase("servers") if each.kind == "resource" else pace,
            node=printable(scenario.title(each.name)),
            capacity=given(each.capacity),
        )
        for each in more.overloaded
    )
    yield phrase(
        "These needs let in {let_in} and turn the rest away, which nobody does: all "
        "that comes in asks for {asked}. What cannot be done waits, and takes time "
        "from what could be sold, as the order of work has it.",
        let_in=let_in,
        asked=asked,
    )


def _needs(found: Reach, width: int) -> tuple[Text, Fitted]:
    """Return the inverse funnel: what the throughput asks of every node."""
    needs, scenario = found.needs, found.scenario
    pace = pace_unit(scenario)
    short = [need.missing > 0 for need in needs]
    missing = [need.missing if need.missing > 0 else nan for need in needs]
    needed = [need.needed for need in needs]
    servers = phrase("servers")
    units = (servers if need.kind == "resource" else pace for need in needs)
    columns = [
        texts(phrase("node"), (printable(scenario.title(need.name)) for need in needs)),
        Column(phrase("has"), "", tuple(given(need.capacity) for need in needs), 80),
        figures(phrase("needs"), "", needed, 90),
        figures(phrase("lacks"), "", missing, 85, decimals(needed)),
        texts("", units, 60),
    ]
    wanted = f"{given(found.wanted)} {pace}"
    head = phrase(
        "What {wanted} asks of every node at least, without any chance:", wanted=wanted
    )
    return Text(head), fitted(columns, width, short)
