"""The change between two scenarios, attributed to its factors exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import expm1, fsum, log, log1p, prod

from toc_sim.accounting.decomposition import decomposed
from toc_sim.constraint.intervals import ByReplication, Interval, interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.errors import TocError
from toc_sim.experiment.breakdown.breakdown import growths, larger_factors
from toc_sim.experiment.breakdown.factors import Factor, factors
from toc_sim.experiment.breakdown.parameters import levers
from toc_sim.experiment.breakdown.responses import Growth, run_variants
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns, difference
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class FactorShare:
    """The part of one factor in the change.

    Attributes
    ----------
    factor
        As it is after, or before where there is none after.
    before, after
        Its values; 1 where there is no such factor.
    amount
        What it contributes by formula; the amounts add up to the whole change.
    through
        The elasticity of the flow to it: what part of a change of it the constraint
        lets through, the mean of both files [1].
    flow
        The same part of what is really sold, times `through`: what is left of it
        behind the constraint. The formula's own level is no measure there, since it
        promises too much in both files.
    """

    factor: Factor
    before: float
    after: float
    amount: float
    through: float
    flow: float


@dataclass(frozen=True)
class Attribution:
    """Why one scenario sells more than another.

    Attributes
    ----------
    before, after
        The two scenarios.
    has_price
        Whether money is told of, or items.
    formula
        What the formula says of both [money/period or items/period].
    flow
        What both sell, simulated; likewise.
    change
        The simulated difference, after - before; likewise.
    shares
        One for each factor, in the order of the formula.
    verdicts
        The constraints of both.
    others
        Parameters outside of the formula that differ: part of the remainder.
    trials
        All that was simulated, for the records.
    """

    before: Scenario
    after: Scenario
    has_price: bool
    formula: tuple[float, float]
    flow: tuple[Interval, Interval]
    change: Interval
    shares: tuple[FactorShare, ...]
    verdicts: tuple[Verdict, Verdict]
    others: tuple[str, ...]
    trials: tuple[VariantRuns, ...]

    @property
    def promised(self) -> float:
        """The change by formula."""
        return fsum(share.amount for share in self.shares)

    @property
    def explained(self) -> float:
        """What the constraint lets through of it, factor by factor."""
        return fsum(share.flow for share in self.shares)

    @property
    def remainder(self) -> float:
        """What the factors do not explain: capacities, chance, large steps."""
        return self.change.mean - self.explained


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two scenarios, measured."""

    scenario: Scenario
    verdict: Verdict
    growths: tuple[Growth, ...]
    sold: ByReplication
    trials: tuple[VariantRuns, ...]


def attribute(
    before: Scenario, after: Scenario, laboratory: Laboratory | None = None
) -> Attribution:
    """Attribute the change between two scenarios to the factors of their formula.

    By formula the change is split exactly (LMDI-I, Ang 2005): factor x contributes
    L(V1, V0) ln(x1 / x0). Beside it stands what the constraint lets through: the same
    with the logarithmic mean of what both really sell, times the elasticity of the
    flow to that factor, for an elasticity of 1 holds only where nothing is full.

    Parameters
    ----------
    before, after
        With the same periods and currency; names that both have are the same factor.
    laboratory
        Where to simulate.

    Raises
    ------
    TocError
        If the two cannot be compared, or the formula has no answer.
    """
    laboratory = laboratory or Laboratory()
    _check(before, after)
    first, second = _side(before, laboratory), _side(after, laboratory)
    known = (_values(before, after), _values(after, before))
    found = {**known[0], **known[1]}
    names = [*known[0], *(name for name in known[1] if name not in known[0])]
    names.sort(key=lambda name: found[name].kind == "price")
    old, new = (
        {name: each[name].value if name in each else 1.0 for name in names}
        for each in known
    )
    formula = prod(old.values()), prod(new.values())
    sold = float(first.sold.mean()), float(second.sold.mean())
    # what is really sold over what the formula says
    level = _logarithmic_mean(*sold) / _logarithmic_mean(*formula)
    shares = tuple(
        FactorShare(
            factor=found[part.name],
            before=part.before,
            after=part.after,
            amount=part.amount,
            through=(through := _through(part.name, first, second)),
            flow=part.amount * level * through,
        )
        for part in decomposed(old, new)
    )
    return Attribution(
        before=before,
        after=after,
        has_price=_has_price(before),
        formula=formula,
        flow=(_over(first), _over(second)),
        change=difference(
            first.trials[0],
            second.trials[0],
            (first.sold, second.sold),
            confidence=after.run.confidence,
        ),
        shares=shares,
        verdicts=(first.verdict, second.verdict),
        others=_others(before, after, found),
        trials=(*first.trials, *second.trials),
    )


def _side(scenario: Scenario, laboratory: Laboratory) -> _Side:
    bare = scenario.changed(tools={}, variants={}, expect=None)
    larger = larger_factors(bare)
    variants = [
        (scenario.name, bare),
        *((f"{scenario.name}: {each.name} +10 %", grown) for each, grown in larger),
    ]
    trials = run_variants(laboratory, bare, variants)
    base = trials[0]
    base.refuse_nothing_bought(scenario.name)
    verdict = laboratory.verdict(base.runs())
    sold = base.revenue if _has_price(scenario) else base.throughputs
    found = growths(bare, larger, trials[1:], base, verdict)
    return _Side(scenario, verdict, found, sold, trials)


def _check(before: Scenario, after: Scenario) -> None:
    """Refuse two scenarios whose figures are not in the same unit."""
    for what, one, other in (
        ("period", before.period, after.period),
        ("currency", before.currency, after.currency),
    ):
        if one != other:
            raise TocError(
                f"--against: the files do not have the same {what}: "
                f"'{one}' before, '{other}' after\n"
                f"    hint: bring both to one {what}"
            )
    if _has_price(before) != _has_price(after):
        raise TocError(
            "--against: only one of the files has a price\n"
            "    hint: give both 'economics' with a price, or none"
        )
    for scenario in (before, after):
        if not factors(scenario):
            raise TocError(
                f"{scenario.name}: has no formula: nothing comes, or nothing ends\n"
                "    hint: give it a source or a market"
            )
    begins = [factors(each)[0].kind for each in (before, after)]
    if begins[0] != begins[1]:
        raise TocError(
            "--against: one file begins with a source, the other with its market\n"
            "    hint: give both a source, or none"
        )


def _values(scenario: Scenario, other: Scenario) -> dict[str, Factor]:
    """Return the factors by the name that both files have for them."""
    found = factors(scenario)
    begins = found[0]
    alike = begins.name == factors(other)[0].name
    named = {} if alike else {begins.name: str(begins.kind)}
    return {named.get(each.name, each.name): each for each in found}


def _has_price(scenario: Scenario) -> bool:
    return any(factor.kind == "price" for factor in factors(scenario))


def _logarithmic_mean(one: float, other: float) -> float:
    change = log(other / one)
    return one * expm1(change) / change if change else one


def _through(name: str, *sides: _Side) -> float:
    """Return the elasticity of the flow to a factor, the mean of the files [1]."""
    known = [
        log1p(growth.flow.mean) / log1p(growth.formula)
        for side in sides
        for growth in side.growths
        if name in (growth.factor.name, growth.factor.kind) and growth.flow.mean > -1
    ]
    return fsum(known) / len(known) if known else 1.0


def _over(side: _Side) -> Interval:
    confidence = side.scenario.run.confidence
    return interval(side.sold, confidence, is_certain=side.trials[0].is_certain)


def _others(
    before: Scenario, after: Scenario, found: Mapping[str, Factor]
) -> tuple[str, ...]:
    """Return the parameters that differ and are no factors, whatever they cost."""
    known = {path for factor in found.values() for path in factor.paths}
    old, new = (
        {lever.path: lever.value for lever in levers(each) if not lever.is_money}
        for each in (before, after)
    )
    return tuple(
        path
        for path in dict.fromkeys((*old, *new))
        if path not in known and old.get(path) != new.get(path)
    )
