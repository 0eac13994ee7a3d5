"""The notes below the table of `toc-sim run`: what was seen, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, isfinite, isinf, isnan, log10

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.over_time import WINDOW
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.network import CALENDAR, DELAY, Feature
from toc_sim.report.formats import (
    alone,
    counted,
    currency,
    decimals,
    money_unit,
    number,
    pace_unit,
    plus_minus,
    printable,
)
from toc_sim.report.given_command import RUN, GivenCommand
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.text.best_mix import mix_sentence
from toc_sim.report.text.capacity import batch_note, theory_note
from toc_sim.report.text.run_room import room_notes
from toc_sim.scenario.fields.words import Noun

_SEEN = 0.005
"""A share below this is not worth a word [1]."""

_BEYOND = 0.02
"""Shares further beyond 0 or 1 than this are explained [1]."""

USUAL_REPLICATIONS = 20
"""Replications that give intervals worth reading."""

_TINY = 1e-12
"""What rounding leaves of a difference of equals [items/period]."""


def run_notes(found: Findings, command: GivenCommand = RUN) -> Iterator[str]:
    """Yield what is to be said of the table, a line each.

    Parameters
    ----------
    found
        What is known after the run.
    command
        The command; a warning ends in the one that mends what it warns of.
    """
    yield printable(found.verdict.explanation)
    yield from _throughput(found)
    yield from _alone(found, command)
    exactly = theory_note(found.runs.network, found.theory)
    if exactly:
        yield exactly
    if found.mix is not None:
        yield mix_sentence(found.runs.network, found.mix)
    if found.verdict.reason:
        yield phrase(
            "Shares are measured by experiment: {reason}.",
            reason=printable(found.verdict.reason),
        )
    yield from _beyond(found)
    yield from _unserved(found)
    yield from _lost(found)
    yield from _nearest_revenue(found)
    yield from _pools(found)
    if told := batch_note(found.runs.network):
        yield told
    yield from _other_shares(found)
    yield from _inside(found, command)
    yield from room_notes(found, command)


def _other_shares(found: Findings) -> Iterator[str]:
    """Say what no rate answers for, where it surely is something."""
    for name, share in found.verdict.other_shares:
        one = not share.is_known and not found.runs.network.is_deterministic
        if one or not (share.least > _SEEN or share.most < -_SEEN):
            continue
        whole = f"{100 * (1 - share.mean):.0f}"
        if name == DELAY:
            yield _of_delay(found, share.mean)
        elif name == CALENDAR:
            yield phrase(
                "All shares come to {whole} %, not to 100 %: what is between lies in "
                "opening hours and the window, its length and what changes in it.",
                whole=whole,
            )
        else:
            yield phrase(
                "All shares come to {whole} %, not to 100 %: what is between lies in "
                "the window, its length and what changes in it.",
                whole=whole,
            )


def _of_delay(found: Findings, gain: float) -> str:
    """Say what less time away and patience brings, as far as there is any."""
    features, brings = found.runs.network.features, gain > 0
    worth = figure(f"{abs(gain):.2f}")
    if not features & Feature.PATIENCE:
        if brings:
            return phrase(
                "Time away: 1 % less of it brings {worth} % of the throughput.",
                worth=worth,
            )
        return phrase(
            "Time away: 1 % less of it costs {worth} % of the throughput.", worth=worth
        )
    if not features & Feature.DELAY:
        if brings:
            return phrase(
                "Patience: 1 % less of it brings {worth} % of the throughput.",
                worth=worth,
            )
        return phrase(
            "Patience: 1 % less of it costs {worth} % of the throughput.", worth=worth
        )
    if brings:
        return phrase(
            "Time away and patience: 1 % less of both brings {worth} % of the "
            "throughput.",
            worth=worth,
        )
    return phrase(
        "Time away and patience: 1 % less of both costs {worth} % of the throughput.",
        worth=worth,
    )


def _throughput(found: Findings) -> Iterator[str]:
    """Say how sure the throughput is, and what was counted, where there is chance."""
    told, raw = found.verdict.throughput, found.verdict.counted
    if not told.is_known or not told.half_width:
        return
    digits = decimals([told.mean]) + 1
    pace = f"{plus_minus(told, digits)} {pace_unit(found.scenario)}"
    if told == raw:
        yield phrase("Throughput: {pace}, as counted.", pace=pace)
        return
    yield phrase(
        "Throughput: {pace}, less the luck of the draw: what was drawn lay above or "
        "below its mean; counted {counted}.",
        pace=pace,
        counted=plus_minus(raw, digits),
    )


def _alone(found: Findings, command: GivenCommand) -> Iterator[str]:
    """Say how to know how sure the figures of one run are."""
    runs = found.runs
    if len(runs.results) == 1 and not runs.network.is_deterministic:
        more = command.changed({"--replications": str(USUAL_REPLICATIONS)})
        yield phrase(
            "How sure these figures are is told by more replications: {command}",
            command=more,
        )


def _beyond(found: Findings) -> Iterator[str]:
    """Say what shares beyond 0 and 100 % mean, where some surely are."""
    known = [row for row in found.rows if row.share is not None]
    ends = {
        row.title: (row.share.low, row.share.high)
        if row.share.is_known
        else (row.share.mean, row.share.mean)
        for row in known
        if row.share is not None
    }
    above = [title for title, (low, _) in ends.items() if low > 1 + _BEYOND]
    below = [title for title, (_, high) in ends.items() if high < -_BEYOND]
    if above:
        yield phrase(
            "A share above 100 %: more speed of {nodes} lifts the throughput more than "
            "in proportion.",
            nodes=joined(map(printable, above)),
        )
    if below:
        yield phrase(
            "A share below 0: more speed of {nodes} costs throughput.",
            nodes=joined(map(printable, below)),
        )


def _unserved(found: Findings) -> Iterator[str]:
    for row in found.rows:
        if row.unserved > 0:
            pace = f"{alone(row.unserved)} {pace_unit(found.scenario)}"
            yield phrase(
                "Unserved demand of {node}: {pace}.",
                node=printable(row.title),
                pace=pace,
            )


def _lost(found: Findings) -> Iterator[str]:
    """Say what leaves without being bought, and where."""
    pace = pace_unit(found.scenario)
    nodes = [row for row in found.rows if row.kind not in ("resource", "source")]
    patience = [0.0 if isnan(row.abandoned) else row.abandoned for row in nodes]
    scrap = [row.lost - gone for row, gone in zip(nodes, patience, strict=True)]
    sources = [row for row in found.rows if row.kind == "source"]
    if scrapped := _amounts(nodes, scrap, _TINY):
        yield phrase("Lost after {nodes} {pace}.", nodes=scrapped, pace=pace)
    if refused := _amounts(sources, [row.lost for row in sources]):
        yield phrase("Turned away at {nodes} {pace}.", nodes=refused, pace=pace)
    if gone := _amounts(found.rows, [row.abandoned for row in found.rows]):
        if found.lost_sales is None:
            yield phrase(
                "Out of patience before {nodes} {pace}.", nodes=gone, pace=pace
            )
            return
        worth = f"{alone(found.lost_sales.mean)} {money_unit(found.scenario)}"
        yield phrase(
            "Out of patience before {nodes} {pace}; served, they would have brought "
            "{worth}.",
            nodes=gone,
            pace=pace,
            worth=worth,
        )


def _amounts(
    rows: Sequence[NodeRow], amounts: Sequence[float], least: float = 0.0
) -> str:
    """Join nodes, each with its amount; empty where none is above the least."""
    return joined(
        f"{printable(row.title)} {alone(amount)}"
        for row, amount in zip(rows, amounts, strict=True)
        if amount > least
    )


def _nearest_revenue(found: Findings) -> Iterator[str]:
    """Say what waits before a stage, where it is more than is bought in a period."""
    waits = found.backlog
    if waits is None or waits.waiting.mean < found.verdict.throughput.mean:
        return
    item, period = found.scenario.item, found.scenario.period
    digits = decimals(time for _, time in waits.loads)
    (name, time), *others = waits.loads
    work = [
        phrase(
            "{time} of work for {node}",
            time=counted(number(time, digits), period),
            node=found.title(name),
        )
    ]
    work += [
        phrase("{time} for {node}", time=number(time, digits), node=found.title(name))
        for name, time in others
    ]
    amount = f"{alone(waits.revenue.mean)} {currency(found.scenario)}"
    yield phrase(
        "Waiting before {node}: {items} on average. If all are served they are the "
        "nearest revenue, {amount}, and {work}.",
        node=found.title(waits.place),
        items=counted(alone(waits.waiting.mean), item),
        amount=amount,
        work=joined(work),
    )


def _pools(found: Findings) -> Iterator[str]:
    for resource in found.runs.network.resources:
        name, title = resource.name, found.title(resource.name)
        joint = [printable(row.title) for row in found.rows if name in row.also]
        if joint:
            yield phrase(
                "Each service of {stages} takes a server of {pool} as well.",
                stages=joined(joint),
                pool=title,
            )
        stages = [printable(row.title) for row in found.rows if row.worker == name]
        if stages and resource.kind != "stage":  # else it is one that products share
            yield phrase_of(
                "{pool} does the work of {stages}: what these are busy, blocked and "
                "down are shares of its servers' time.",
                "{pool} do the work of {stages}: what these are busy, blocked and down "
                "are shares of their servers' time.",
                grammatical_number([title]),
                pool=title,
                stages=joined(stages),
            )


def _inside(found: Findings, command: GivenCommand) -> Iterator[str]:
    """Say how much is inside and how long it stays, and whether that has settled."""
    item, period = found.scenario.item, found.scenario.period
    inside = found.inside
    wip = _ranged(inside.wip, decimals([inside.wip_mean]), item)
    if isnan(inside.flow_mean):
        yield phrase("Work in progress: {items}.", items=wip)
        return
    times = (inside.flow_mean, inside.flow_p50, inside.flow_p90)
    digits = decimals(times)
    _, half, most = (number(time, digits) for time in times)
    yield phrase(
        "Work in progress: {items}. Flow time: {time}, half within {half}, nine in ten "
        "within {most}.",
        items=wip,
        time=_ranged(inside.flow, digits, period),
        half=half,
        most=most,
    )
    yield from _settling(found, command)
    exact = found.theory.exact
    if exact is not None and isfinite(exact.wip) and isfinite(exact.flow_time):
        yield phrase(
            "In the long run, exactly: work in progress {items}, flow time {time} "
            "({source}).",
            items=counted(alone(exact.wip), item),
            time=counted(alone(exact.flow_time), period),
            source=exact.source,
        )


def _settling(found: Findings, command: GivenCommand) -> Iterator[str]:
    """Say why work in progress and flow time are not those of the long run."""
    state = found.inside.settling
    if state.settled:
        return
    grows = found.verdict.growth is not None and not found.verdict.growth.ends
    if not grows and isinf(state.window):
        yield phrase(
            "Work in progress and flow time are not settled, in no window: as much "
            "comes to {node} as it can do, so what waits there has no mean.",
            node=found.title(state.queue),
        )
    elif not grows and state.queue:
        yield _longer(found, command)
    else:
        yield phrase(
            "Work in progress and flow time are not settled: what is inside still "
            "grows, so they depend on the window."
        )


def _longer(found: Findings, command: GivenCommand) -> str:
    """Say what is too short for queues to settle, and the command that is not."""
    state, period = found.inside.settling, found.scenario.period
    facts = {
        "node": found.title(state.queue),
        "time": counted(_about(state.time), period),
    }
    if not state.warmup:
        return phrase(
            "Work in progress and flow time are not settled: the queue before {node} "
            "swings so slowly (relaxation time {time}) that this needs a window of "
            "about {window}: {command}",
            window=counted(_about(state.window), period),
            command=command.changed(longer_options(found)),
            **facts,
        )
    options = longer_options(found)
    if "--horizon" not in options:
        return phrase(
            "Work in progress and flow time are not settled: the queue before {node} "
            "swings so slowly (relaxation time {time}) that the warm-up is too short: "
            "{command}",
            command=command.changed(options),
            **facts,
        )
    return phrase(
        "Work in progress and flow time are not settled: the queue before {node} "
        "swings so slowly (relaxation time {time}) that the warm-up and the window are "
        "too short: {command}",
        command=command.changed(options),
        **facts,
    )


def longer_options(found: Findings) -> dict[str, str]:
    """Return the options with which queues settle that have not had the time."""
    state = found.inside.settling
    if not state.warmup:
        return {"--horizon": _enough(state.window)}
    options = {"--warmup": _enough(state.warmup)}
    if found.scenario.run.horizon < WINDOW * state.time:
        options["--horizon"] = _enough(WINDOW * state.time)
    return options


def _ranged(value: Interval, digits: int, unit: Noun) -> str:
    """Write a mean with its interval, which need not be as wide on both sides."""
    mean = counted(number(value.mean, digits), unit)
    if not value.is_known or value.half_width == 0:
        return phrase("{mean} on average", mean=mean)
    return phrase(
        "{mean} on average ({low} to {high})",
        mean=mean,
        low=number(value.low, digits),
        high=number(value.high, digits),
    )


def _enough(value: float) -> str:
    """Write a time that is no shorter, with two digits, as an option takes it."""
    unit = 10.0 ** (floor(log10(value)) - 1)
    return f"{ceil(value / unit) * unit:.10g}"


def _about(value: float) -> str:
    """Write a figure with two digits: ``4,000``, ``0.13``."""
    rough = float(f"{value:.2g}")
    return alone(rough) if value < 1 else number(rough, 0)
