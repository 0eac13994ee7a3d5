"""Money, the classical rules and the certificate: what stands below the main table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from toc_sim.accounting.statement import Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.proof import Proof
from toc_sim.constraint.sensitivity import STEP, WIDE_STEP
from toc_sim.report.columns import Column, fitting, table
from toc_sim.report.findings import Findings
from toc_sim.report.node_table import NO_SIGN, SIGN
from toc_sim.report.words import (
    alone,
    decimals,
    joined,
    percent,
    percent_plus_minus,
    plus_minus,
    printable,
)


def money_table(found: Findings, width: int) -> RenderableType:
    """Return throughput accounting as a statement, from revenue to net profit."""
    money = found.money
    if money is None:
        return Text("")
    scenario = found.scenario
    period = printable(scenario.period)
    currency = printable(scenario.currency)
    lines = list(_lines(found, money))
    digits = decimals([amount.mean for _, amount, _ in lines])
    columns = [
        Column("money", "", tuple(name for name, _, _ in lines), 100, "left"),
        Column(
            f"{currency or 'money'}/{period}",
            "",
            tuple(plus_minus(amount, digits) for _, amount, _ in lines),
            99,
        ),
    ]
    drawn = table(fitting(columns, width)[0], [is_sum for _, _, is_sum in lines])
    rate = found.per_constraint_time
    if rate is None:
        return drawn
    name = found.title(found.verdict.constraint[0])
    amount = f"{alone(rate.mean)} {currency}".rstrip()
    earned = (
        f"Throughput (T) for each {period} that a server of {name} works: {amount}."
    )
    return Group(drawn, Text(earned))


def _lines(found: Findings, money: Statement) -> Iterator[tuple[str, Interval, bool]]:
    item = printable(found.scenario.item)
    yield "revenue", money.revenue, False
    for cost in money.variable_costs:
        per = f"per {item} bought" if cost.per == "item" else "per service"
        name = found.title(cost.name) if cost.per == "service" else printable(cost.name)
        yield f"  less {name}, {per}", cost.amount.times(-1), False
    yield "throughput (T)", money.throughput, True
    for cost in money.operating_expenses:
        yield f"  less {printable(cost.name)}", cost.amount.times(-1), False
    yield "net profit (T - OE)", money.net_profit, True


def detector_lines(found: Findings) -> Iterator[str]:
    """Yield whom most of the classical rules name; with a proof, what each says."""
    able = [each for each in found.detections if each.applies]
    votes = Counter(name for each in able for name in each.named)
    if votes:
        most = max(votes.values())
        top = joined(
            found.title(name) for name, count in votes.items() if count == most
        )
        yield f"Classical rules: {most} of {len(able)} name {top}."
    if not found.proofs:
        return
    for each in found.detections:
        names = joined(found.title(name) for name in each.named)
        reason = f" ({printable(each.reason)})" if each.reason else ""
        yield (
            f"  {each.title}: {names}{reason}"
            if each.applies
            else (f"  {each.title}: says nothing{reason}")
        )


def proof_table(found: Findings, width: int) -> RenderableType:
    """Return the certificate: each owner's share beside what lifting it brought."""
    proofs = found.proofs
    named = [proof.name in found.verdict.constraint for proof in proofs]
    columns = [
        Column(
            f"{NO_SIGN}lifted",
            "",
            tuple(
                (SIGN if is_named else NO_SIGN) + found.title(proof.name)
                for proof, is_named in zip(proofs, named, strict=True)
            ),
            100,
            "left",
        ),
        _intervals("share", "%", [proof.share for proof in proofs], 60),
        Column("by capacity", "%", tuple(percent(proof.dual) for proof in proofs), 10),
        _intervals("gain", "% for 1 %", [proof.gain for proof in proofs], 90),
        Column("agrees", "", tuple("yes" if p.agrees else "no" for p in proofs), 50),
    ]
    kept, _ = fitting(columns, width)
    step = f"{WIDE_STEP * 100:.0f} % faster and slower"
    if found.runs.network.is_deterministic:
        step = f"{STEP * 100:.0f} % faster"
    head = (
        f"Proof: each made {step} in turn, on the same random numbers; the "
        "gain is in % of the throughput for each 1 % of speed."
    )
    parts: list[RenderableType] = [Text(head), table(kept, named)]
    parts += [Text(line) for line in _reasons(found, proofs)]
    return Group(*parts)


def _intervals(name: str, unit: str, values: list[Interval], importance: int) -> Column:
    full = tuple(percent_plus_minus(value) for value in values)
    means = tuple(percent(value.mean) for value in values)
    short = Column(name, unit, means, importance + 1)
    return (
        short if full == means else Column(name, unit, full, importance, shorter=short)
    )


def _reasons(found: Findings, proofs: tuple[Proof, ...]) -> Iterator[str]:
    """Yield why figures differ, once for all of whom it is said."""
    for note in dict.fromkeys(proof.note for proof in proofs if proof.note):
        names = joined(
            found.title(proof.name) for proof in proofs if proof.note == note
        )
        yield f"{names}: {note}."
