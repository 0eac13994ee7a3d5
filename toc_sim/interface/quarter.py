"""What will be closed by a date, from what is open today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import TypedDict, Unpack

from toc_sim.engine.simulate import Progress
from toc_sim.errors import Argument, QuestionError, TocError
from toc_sim.experiment.store.export import TidyTable
from toc_sim.experiment.variant import VariantRuns
from toc_sim.interface.answer import Answer
from toc_sim.interface.progress import progress_for
from toc_sim.interface.question import AnyScenario, scenario_of
from toc_sim.language import phrase
from toc_sim.outlook.backtest import Backtest, backtest
from toc_sim.outlook.forecast import FUTURES, Forecast, forecast
from toc_sim.outlook.open_file import DAYS_OF, todays_items_from
from toc_sim.outlook.todays_items import TodaysItems
from toc_sim.records.shapes.any_shape import records_from
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.quarter import quarter_document
from toc_sim.report.formats import currency, number
from toc_sim.report.text.quarter import quarter_blocks, quarter_sentence
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.model import Scenario


class QuarterOptions(TypedDict, total=False):
    """How a forecast is made.

    Attributes
    ----------
    target, target_money
        How many closings [items], and how much money, are wanted by the date.
    as_of
        Today; by default the newest day that the file of open items names.
    columns
        By what a column of that file says (``stage``, ``entered``, ``age``, ``amount``,
        ``product``, ``name``, ``started``, ``in_work``), its header.
    replications
        Futures that are run; 100 at least.
    seed
        The same seed gives the same figures.
    backtest
        A file of records, or several that are joined, as of `toc_sim.calibrate`: what
        forecasts from past days would have said, and what came.
    progress
        Whether to show a bar; or a function that is told how far it is.

    Examples
    --------
    >>> import toc_sim
    >>> asked: toc_sim.QuarterOptions = {"target": 50, "replications": 500}
    """

    target: float | None
    target_money: float | None
    as_of: date | None
    columns: Mapping[str, str]
    replications: int
    seed: int | None
    backtest: str | PathLike[str] | Sequence[str | PathLike[str]] | None
    progress: bool | Progress | None


class QuarterAnswer(Answer[Forecast]):
    """What will be closed by a date (`toc_sim.quarter`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """What will be closed, P10 to P90, and who limits it."""
        return quarter_sentence(self.record)

    def document(self) -> JsonObject:
        """Return the forecast as JSON will have it."""
        return quarter_document(self.record)

    def blocks(self, width: int) -> Blocks:
        """Return targets, bands, gains, last calls, and what open items bring."""
        return quarter_blocks(self.record, width)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the bands of closings and money, and the chance of the target."""
        found = self.record
        closings = found.closings.whole
        told = f"{number(closings.p10, 0)} - {number(closings.p90, 0)}"
        yield phrase("closed by then (P10 - P90)"), told
        if found.money is not None:
            money = found.money.whole
            told = f"{number(money.p10, 0)} - {number(money.p90, 0)}"
            yield phrase("money (P10 - P90)"), f"{told} {currency(found.scenario)}"
        if found.target is not None:
            yield phrase("chance of the target"), found.target.told

    def table(self) -> TidyTable:
        """Refuse: the runs behind a forecast are not kept one by one.

        Raises
        ------
        TocError
            Always.
        """
        raise TocError(
            "a forecast keeps bands, not single runs: its dictionary has them all"
        )

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return no runs: they are not kept."""
        return self.record.scenario, ()

    def picture(self, path: Path) -> None:
        """Draw how closings add up to the date."""
        from toc_sim.report.figures.quarter import draw_quarter

        draw_quarter(self.record, path)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked, checked."""

    scenario: Scenario
    items: TodaysItems


def quarter(
    scenario: AnyScenario,
    today: str | PathLike[str] | TodaysItems,
    *,
    until: float,
    **options: Unpack[QuarterOptions],
) -> QuarterAnswer:
    """Say what will be closed by a date, from what is open today.

    Parameters
    ----------
    scenario
        The pipeline; or what `toc_sim.load` reads.
    today
        The file of what is open, a row an item.
    until
        The date, from today [periods].
    options
        `QuarterOptions`.

    Raises
    ------
    TocError
        If the file cannot be read, or too little is known for a band.

    Examples
    --------
    >>> import toc_sim
    >>> from toc_sim.outlook.todays_items import OpenItem, TodaysItems
    >>> now = TodaysItems(tuple(OpenItem(f"deal {n}", "closing") for n in range(8)))
    >>> answer = toc_sim.quarter(
    ...     "scenarios/b2b_sales.yaml", now, until=4, replications=100
    ... )
    >>> closings = answer.closings
    >>> whole = closings.in_the_bag.mean + closings.to_be_found.mean
    >>> closings.whole.mean == whole
    True
    """
    asked = _asked(scenario, today, until, options)
    with progress_for(options.get("progress")) as about:
        found = forecast(
            asked.scenario,
            asked.items,
            until=until,
            target=options.get("target"),
            target_money=options.get("target_money"),
            replications=options.get("replications", FUTURES),
            seed=options.get("seed"),
            progress=about("looking ahead"),
        )
        log = options.get("backtest")
        if log is not None:
            past = _past(asked.scenario, log, until, about("looking back"))
            found = replace(found, backtest=past)
    return QuarterAnswer(found, "quarter")


def _past(
    scenario: Scenario,
    log: str | PathLike[str] | Sequence[str | PathLike[str]],
    until: float,
    progress: Progress | None,
) -> Backtest:
    """Return how good past forecasts were, as far ahead as this one."""
    days = DAYS_OF.get(str(scenario.period).casefold())
    if days is None:
        raise TocError(
            f"past forecasts need a period of known length, not '{scenario.period}'\n"
            "    hint: tell the scenario in days, weeks or months"
        )
    paths = [log] if isinstance(log, str | PathLike) else list(log)
    records = records_from([Path(path) for path in paths])
    if records.visits is None:
        raise TocError(f"{paths[0]}: these are purchases: nothing in them is open")
    return backtest(records.visits, ahead=until * days, progress=progress)


def _asked(
    scenario: AnyScenario,
    today: str | PathLike[str] | TodaysItems,
    until: float,
    options: QuarterOptions,
) -> _Asked:
    """Return the scenario and what is open in it; refuse what is no date."""
    if not until > 0:
        raise QuestionError(Argument("until", f"{until:g}"), "must be greater than 0")
    start = scenario_of(scenario, {})
    if isinstance(today, TodaysItems):
        return _Asked(start, today)
    as_of = options.get("as_of")
    if as_of is not None and not isinstance(as_of, datetime):
        as_of = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001 - wall clock
    columns = options.get("columns") or {}
    items = todays_items_from(Path(today), start, as_of=as_of, columns=columns)
    return _Asked(start, items)
