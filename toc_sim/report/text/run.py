"""What `toc-sim run` prints: the verdict, the tables, and the notes below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan

from rich.console import Console
from rich.text import Text

from toc_sim.report.formats import alone, decimals, given, joined, number, printable
from toc_sim.report.run_summary import Findings
from toc_sim.report.text.capacity import mix_sentence, theory_note
from toc_sim.report.text.run_tables import (
    customers_table,
    detector_lines,
    money_table,
    node_table,
    products_table,
    proof_table,
)
from toc_sim.report.text.table import Part, print_report

_SEEN = 0.0005
"""A share below this is not worth a word [1]."""

_TINY = 1e-12
"""What rounding leaves of a difference of equals [items/period]."""


def setting(found: Findings) -> str:
    """Say what was run, how long and how often."""
    scenario, runs = found.scenario, found.runs
    period = printable(scenario.period)
    settings = scenario.run
    window = f"{given(settings.horizon)} {period} after a warm-up of"
    text = f"{printable(scenario.name)}: {window} {given(runs.warmup)} {period}"
    if runs.network.is_deterministic:
        return f"{text}; run once: nothing in this model is left to chance"
    confidence = (
        f"± at {number(100 * settings.confidence, 4).rstrip('0').rstrip('.')} %"
    )
    replications = f"replications: {len(runs.results)}"
    return f"{text}; {replications}, seed: {settings.seed}, {confidence}"


def notes(found: Findings) -> Iterator[str]:
    """Yield what is to be said of the table, a line each."""
    yield printable(found.verdict.explanation)
    exactly = theory_note(found.runs.network, found.theory)
    if exactly:
        yield exactly
    if found.mix is not None:
        yield mix_sentence(found.runs.network, found.mix)
    if found.verdict.reason:
        yield f"Shares are measured by experiment: {printable(found.verdict.reason)}."
    yield from _unserved(found)
    yield from _lost(found)
    yield from _nearest_revenue(found)
    yield from _pools(found)
    for name, share in found.verdict.other_shares:
        if share.mean > _SEEN:
            yield f"No rate answers for {100 * share.mean:.1f} %: {name}."
        elif share.mean < -_SEEN:
            worth = f"{-share.mean:.2f} % of the throughput"
            yield f"Time that no rate answers for ({name}): 1 % less costs {worth}."
    yield _inside(found)


def _unserved(found: Findings) -> Iterator[str]:
    for row in found.rows:
        if row.unserved > 0:
            amount = f"{alone(row.unserved)} {_pace(found)}"
            yield f"Unserved demand of {printable(row.title)}: {amount}."


def _lost(found: Findings) -> Iterator[str]:
    pace = _pace(found)
    nodes = [row for row in found.rows if row.kind != "resource" and row.lost > 0]
    served = [
        (row, row.lost - (0.0 if isnan(row.abandoned) else row.abandoned))
        for row in nodes
        if row.kind != "source"
    ]
    scrapped = [
        f"{printable(row.title)} {alone(lost)}" for row, lost in served if lost > _TINY
    ]
    refused = [
        f"{printable(row.title)} {alone(row.lost)}"
        for row in nodes
        if row.kind == "source"
    ]
    if scrapped:
        yield f"Lost after {joined(scrapped)} {pace}."
    if refused:
        yield f"Turned away at {joined(refused)} {pace}."
    yield from _out_of_patience(found)


def _out_of_patience(found: Findings) -> Iterator[str]:
    gone = [
        f"{printable(row.title)} {alone(row.abandoned)}"
        for row in found.rows
        if row.abandoned > 0
    ]
    if not gone:
        return
    text = f"Out of patience before {joined(gone)} {_pace(found)}"
    if found.lost_sales is not None:
        money = printable(found.scenario.currency) or "money"
        worth = alone(found.lost_sales.mean)
        text += f"; served, they would have brought {worth} {money}/"
        text += printable(found.scenario.period)
    yield f"{text}."


def _nearest_revenue(found: Findings) -> Iterator[str]:
    """Say what waits before a stage, where it is more than is bought in a period."""
    waits = found.backlog
    if waits is None or waits.waiting.mean < found.verdict.throughput.mean:
        return
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    money = printable(found.scenario.currency) or "money"
    digits = decimals(time for _, time in waits.loads)
    (name, time), *others = waits.loads
    work = [f"{number(time, digits)} {period} of work for {found.title(name)}"]
    work += [f"{number(time, digits)} for {found.title(name)}" for name, time in others]
    amount = f"{alone(waits.waiting.mean)} {item} on average"
    yield (
        f"Waiting before {found.title(waits.place)}: {amount}. If all are served they "
        f"are the nearest revenue, {alone(waits.revenue.mean)} {money}, and "
        f"{joined(work)}."
    )


def _pools(found: Findings) -> Iterator[str]:
    for pool in found.rows:
        if pool.kind != "resource":
            continue
        joint = [printable(row.title) for row in found.rows if pool.name in row.also]
        if joint:
            yield (
                f"Each service of {joined(joint)} takes a server of "
                f"{printable(pool.title)} as well."
            )
        stages = [printable(row.title) for row in found.rows if row.worker == pool.name]
        if stages and not _is_stage(found, pool.name):
            yield (
                f"{printable(pool.title)} does the work of {joined(stages)}: what "
                "they are busy, blocked and down are shares of its servers' time."
            )


def _is_stage(found: Findings, name: str) -> bool:
    """Return whether a pool is one stage that several products pass."""
    pools = {pool.name: pool for pool in found.runs.network.resources}
    return pools[name].kind == "stage"


def _inside(found: Findings) -> str:
    """Say how much is inside and how long it stays."""
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    inside = found.inside
    text = f"Work in progress: {alone(inside.wip_mean)} {item} on average."
    if isnan(inside.flow_mean):
        return text
    times = (inside.flow_mean, inside.flow_p50, inside.flow_p90)
    digits = decimals(times)
    mean, half, most = (number(time, digits) for time in times)
    return (
        f"{text} Flow time: {mean} {period} on average, "
        f"half within {half}, nine in ten within {most}."
    )


def _pace(found: Findings) -> str:
    return printable(f"{found.scenario.item}/{found.scenario.period}")


def show_run(found: Findings, console: Console) -> None:
    """Print what a run found.

    Parameters
    ----------
    found
        What there is to tell.
    console
        Where to; its width says how much.
    """
    sentence = printable(found.verdict.sentence)
    print_report(console, sentence, *_blocks(found, console.width))


def _blocks(found: Findings, width: int) -> Iterator[Part | Iterable[str]]:
    """Yield the parts of the report, in the order in which they are asked for."""
    yield Text(setting(found), style="dim")
    yield node_table(found, width)
    yield notes(found)
    if found.products:
        yield products_table(found, width)
    if found.customers:
        yield customers_table(found, width)
    if found.money is not None:
        yield money_table(found, width)
    if found.detections:
        yield detector_lines(found)
    if found.proofs:
        yield proof_table(found, width)
