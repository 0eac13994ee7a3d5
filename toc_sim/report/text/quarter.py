"""What `toc-sim quarter` prints: what will be closed, and who limits it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import floor, isfinite, isnan, log10

from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.network import DELAY
from toc_sim.outlook.band import Chance, QuarterBand
from toc_sim.outlook.forecast import Forecast, Split
from toc_sim.outlook.item_worth import ItemWorth
from toc_sim.outlook.last_call import HARDLY, LastCall
from toc_sim.outlook.open_file import DAYS_OF
from toc_sim.records.notices import Dropped
from toc_sim.report.formats import (
    counted,
    currency,
    decimals,
    given,
    number,
    printable,
    titles,
)
from toc_sim.report.text.past_forecasts import past_forecasts_blocks
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    intervals,
    marked,
    percent_intervals,
    percents,
    texts,
)
from toc_sim.scenario.fields.flow import ARROW

_QUARTER_DAYS = (84.0, 98.0)
"""How long a quarter of a year may be, by weeks, months or days [days]."""

_SHOWN = 10
"""Open items that are listed; the others are in the JSON."""


def quarter_sentence(found: Forecast) -> str:
    """Say in one sentence what will be closed, and who limits it.

    Parameters
    ----------
    found
        The forecast.
    """
    closings, scenario = found.closings.whole, found.scenario
    parts = {
        "time": counted(given(found.until), scenario.period),
        "low": figure(f"{closings.p10:,.0f}"),
        "many": counted(figure(f"{closings.p90:,.0f}"), scenario.item),
    }
    if found.money is None:
        told = phrase(
            "{time} from now {low} to {many} are closed (P10 to P90)", **parts
        )
    else:
        money = found.money.whole
        told = phrase(
            "{time} from now {low} to {many} are closed (P10 to P90), worth {least} to "
            "{most} {currency}",
            **parts,
            least=_about(money.p10, money.p90),
            most=_about(money.p90, money.p90),
            currency=currency(scenario),
        )
    return phrase("{closings}; {binding}.", closings=told, binding=_binding(found))


def _about(money: float, most: float) -> str:
    """Write money with three digits of the most: a band is no surer."""
    digits = decimals([most])
    if most >= _ROUND_FROM:
        money = round(money, 2 - floor(log10(most)))
    return number(money, digits)


_ROUND_FROM = 1000
"""From here on money in a sentence is rounded to three digits [money]."""


def _binding(found: Forecast) -> str:
    """Say who limits what is closed by then, and who does in the long run."""
    now = found.gains.constraint
    later = () if found.long_run is None else found.long_run.constraint
    parts = {"now": _named(found, now), "later": _named(found, later)}
    many = grammatical_number([owner_title(found, name) for name in now])
    quarter = is_a_quarter(found)
    if not now:
        if quarter:
            return phrase("nothing surely limits this quarter")
        return phrase("nothing surely limits it until then")
    if not later:
        return _of_now(parts, many, is_quarter=quarter)
    if set(now) == set(later):
        return _of_both(parts, many, is_quarter=quarter)
    if quarter:
        return phrase_of(
            "{now} binds this quarter, {later} in the long run",
            "{now} bind this quarter, {later} in the long run",
            many,
            **parts,
        )
    return phrase_of(
        "{now} binds until then, {later} in the long run",
        "{now} bind until then, {later} in the long run",
        many,
        **parts,
    )


def _of_now(parts: dict[str, str], many: int, *, is_quarter: bool) -> str:
    if is_quarter:
        return phrase_of(
            "{now} binds this quarter", "{now} bind this quarter", many, **parts
        )
    return phrase_of("{now} binds until then", "{now} bind until then", many, **parts)


def _of_both(parts: dict[str, str], many: int, *, is_quarter: bool) -> str:
    if is_quarter:
        return phrase_of(
            "{now} binds, this quarter and in the long run",
            "{now} bind, this quarter and in the long run",
            many,
            **parts,
        )
    return phrase_of(
        "{now} binds, until then and in the long run",
        "{now} bind, until then and in the long run",
        many,
        **parts,
    )


def is_a_quarter(found: Forecast) -> bool:
    """Return whether the time up to the date is a quarter of a year.

    Parameters
    ----------
    found
        The forecast.
    """
    days = DAYS_OF.get(str(found.scenario.period).casefold())
    low, high = _QUARTER_DAYS
    return days is not None and low <= days * found.until <= high


def _named(found: Forecast, names: Sequence[str]) -> str:
    return joined(owner_title(found, name) for name in names)


def owner_title(found: Forecast, name: str) -> str:
    """Return what an owner is called.

    Parameters
    ----------
    found
        The forecast.
    name
        A node, a resource, or ``delay``.
    """
    if name == DELAY:
        return phrase("time away")
    return printable(found.scenario.title(name))


def quarter_blocks(found: Forecast, width: int) -> Blocks:
    """Yield the parts of the report below its sentence.

    Parameters
    ----------
    found
        The forecast.
    width
        Of the window [characters].
    """
    yield tuple(_targets(found))
    yield (
        _bands(found, width),
        phrase(
            "In the bag: open today. The means of both parts add up to the whole; "
            "their bands do not."
        ),
    )
    yield _gains(found, width), _gains_note(found)
    yield _last_calls(found, width), _last_call_note(found)
    yield _items(found, width), *_items_notes(found)
    if found.backtest is not None:
        yield from past_forecasts_blocks(found.backtest, width)
    yield tuple(map(_left_out, found.opened.dropped))
    yield tuple(
        Text(printable(notice.sentence), style="" if notice.weight != "note" else "dim")
        for notice in found.notices
    )
    yield Text(_footer(found), style="dim")


def _targets(found: Forecast) -> Iterator[str]:
    """Yield how likely each target is."""
    if found.target is not None:
        items = counted(given(found.target.target), found.scenario.item)
        yield _chance(found.target, items)
    if found.target_money is not None:
        money = f"{given(found.target_money.target)} {currency(found.scenario)}"
        yield _chance(found.target_money, money)


def _chance(told: Chance, what: str) -> str:
    return phrase(
        "The chance of {target} or more by then: {share} (reached in {reached} of "
        "{runs} runs).",
        target=what,
        share=told.told,
        reached=figure(f"{told.reached:,}"),
        runs=figure(f"{told.runs:,}"),
    )


def _bands(found: Forecast, width: int) -> Fitted:
    """Return the table of closings and money, and their parts."""
    rows: list[tuple[str, str, QuarterBand]] = []
    item = printable(found.scenario.item.many)
    rows += _rows_of(found.closings, item)
    if found.money is not None:
        rows += _rows_of(found.money, currency(found.scenario))
    whole = [name == phrase("closed by then") for name, _, _ in rows]
    ends = (
        ("P5", "p5", 20),
        ("P10", "p10", 90),
        ("P50", "p50", 60),
        ("P90", "p90", 90),
        ("P95", "p95", 20),
        (phrase("mean"), "mean", 70),
    )
    columns = [
        marked("", [name for name, _, _ in rows], whole),
        texts("", [unit for _, unit, _ in rows], 80),
    ]
    for name, attribute, importance in ends:
        cells = tuple(_cell(each, attribute) for _, _, each in rows)
        columns.append(Column(name, "", cells, importance))
    return fitted(columns, width, whole)


def _cell(each: QuarterBand, attribute: str) -> str:
    """Write one end of a band: counts whole, their mean with a digit."""
    value = getattr(each, attribute)
    is_small = max(each.p95, each.mean) < 1000  # noqa: PLR2004 - a digit tells something
    return number(value, 1 if attribute == "mean" and is_small else 0)


def _rows_of(split: Split, unit: str) -> Iterator[tuple[str, str, QuarterBand]]:
    yield phrase("closed by then"), unit, split.whole
    yield phrase("  in the bag"), unit, split.in_the_bag
    yield phrase("  still to be found"), unit, split.to_be_found


def _gains(found: Forecast, width: int) -> Fitted:
    """Return what 10 % more of each brings, beside its share of the long run."""
    gains = found.gains.gains
    binds = [each.name in found.gains.constraint for each in gains]
    shares: dict[str, Interval] = {}
    if found.long_run is not None:
        shares = {each.name: each.share for each in found.long_run.shares}
        shares |= dict(found.long_run.other_shares)
    item = printable(found.scenario.item.many)
    names = [owner_title(found, each.name) for each in gains]
    columns = [
        marked(phrase("10 % more of"), names, binds),
        intervals(phrase("brings"), item, [each.closings for each in gains], (70, 95)),
    ]
    if found.money is not None:
        money = [each.money for each in gains]
        columns.append(
            intervals(phrase("worth"), currency(found.scenario), money, (40, 60))
        )
    if shares:
        column = percent_intervals(
            phrase("long-run share"),
            [shares.get(each.name) for each in gains],
            (50, 80),
        )
        columns.append(column)
    return fitted(columns, width, binds)


def _gains_note(found: Forecast) -> str:
    return phrase(
        "What 10 % more pace of each brings by then: {runs} runs of each on the same "
        "chance, with intervals of {confidence} %.",
        runs=found.gains.runs,
        confidence=given(100 * found.scenario.run.confidence),
    )


def _last_calls(found: Forecast, width: int) -> Fitted:
    """Return the last call of each stage."""
    told = found.last_calls
    period = printable(found.scenario.period.many)
    columns = [
        texts(phrase("last call at"), [owner_title(found, each.name) for each in told]),
        figures(phrase("from now"), period, [_or_none(each.time) for each in told], 95),
    ]
    days = [_day(found, each) for each in told]
    if any(days):
        columns.append(texts(phrase("date"), days, 90))
    methods = {"exact": phrase("exact"), "simulated": phrase("simulated")}
    columns.append(texts(phrase("how"), [methods[each.method] for each in told], 30))
    return fitted(columns, width)


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value


def _day(found: Forecast, call: LastCall) -> str:
    """Return the date of a last call; empty where none can be told."""
    start = found.opened.as_of
    days = DAYS_OF.get(str(found.scenario.period).casefold())
    if start is None or days is None or isnan(call.time):
        return ""
    return (start + timedelta(days=days * call.time)).date().isoformat()


def _last_call_note(found: Forecast) -> str:
    """Say what a last call is, and where none could be told."""
    untold = [each.name for each in found.last_calls if isnan(each.time)]
    note = phrase(
        "New work that comes to a stage later has less than {share} % of its chance "
        "left: of what will be won in the end, fewer than that are won by then.",
        share=given(100 * HARDLY),
    )
    if not untold:
        return note
    told = phrase(
        "Too little comes to {stages} to tell.", stages=titles(found.scenario, untold)
    )
    return f"{note} {told}"


def _items(found: Forecast, width: int) -> Fitted | None:
    """Return the open items that bring most for the time of the constraint."""
    needing = [each for each in found.items if isfinite(each.per_time)][:_SHOWN]
    if not found.desk or not needing:
        return None
    names = [printable(each.item.name) or _place(each) for each in needing]
    period = printable(found.scenario.period.unit)
    money = currency(found.scenario)
    columns = [
        texts(phrase("open item"), names),
        texts(phrase("at"), [_stage(found, each.item.stage) for each in needing], 50),
        percents(phrase("chance"), [each.chance for each in needing], 60),
    ]
    if found.money is not None:
        brings = [each.money for each in needing]
        columns.append(figures(phrase("expected"), money, brings, 70))
    unit = f"{money}/{period}" if found.money is not None else f"1/{period}"
    columns += [
        figures(phrase("needs"), period, [each.work for each in needing], 65),
        figures(phrase("brings"), unit, [each.per_time for each in needing], 95),
    ]
    return fitted(columns, width)


def _place(each: ItemWorth) -> str:
    return printable(each.item.place)


def _stage(found: Forecast, name: str) -> str:
    """Return what a node is called, or a way."""
    ends = [part.strip() for part in name.split(ARROW)]
    return f" {ARROW} ".join(printable(found.scenario.title(end)) for end in ends)


def _items_notes(found: Forecast) -> Iterator[str]:
    """Yield by what the items are sorted, and what is not among them."""
    if not found.desk:
        yield phrase("No time of anybody's is short until then, so no item goes first.")
        return
    needing = [each for each in found.items if isfinite(each.per_time)]
    if needing:
        yield phrase(
            "The best for the time of {desk} first: what an item is expected to bring "
            "by then, over the time that it still needs there.",
            desk=owner_title(found, found.desk),
        )
    left = len(needing) - _SHOWN
    if left > 0:
        yield phrase_of(
            "{count} more item stands in the JSON (--json).",
            "{count} more items stand in the JSON (--json).",
            left,
            count=left,
        )
    past = len(found.items) - len(needing)
    if past:
        yield phrase_of(
            "{count} open item needs no time of {desk} any more.",
            "{count} open items need no time of {desk} any more.",
            past,
            count=past,
            desk=owner_title(found, found.desk),
        )


def _left_out(each: Dropped) -> str:
    """Say which rows of the file were left out."""
    return phrase_of(
        "{count} row was left out: {why} ({where}).",
        "{count} rows were left out: {why} ({where}).",
        each.rows,
        count=each.rows,
        why=each.why,
        where=printable(", ".join(each.examples)),
    )


def _footer(found: Forecast) -> str:
    parts = {
        "runs": figure(f"{found.runs:,}"),
        "seed": found.seed,
        "open": len(found.opened.items),
    }
    if not found.uncertain:
        return phrase("{runs} runs from {open} open items (seed {seed}).", **parts)
    return phrase_of(
        "{runs} runs from {open} open items (seed {seed}), {count} uncertain number "
        "drawn anew for each.",
        "{runs} runs from {open} open items (seed {seed}), {count} uncertain numbers "
        "drawn anew for each.",
        found.uncertain,
        count=found.uncertain,
        **parts,
    )
