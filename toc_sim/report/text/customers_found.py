"""What a shop's records tell of its customers, by quarter, cohort and segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from toc_sim.calibration.buying_figures import BuyingFigures
from toc_sim.calibration.customer_model import CustomerModel
from toc_sim.calibration.frequency_fell import AttributeTest, FrequencyFell
from toc_sim.calibration.revenue_by_quarter import QuarterFigures, RevenueChange
from toc_sim.calibration.shop_beside import ShopBeside, ShopRow
from toc_sim.calibration.shop_findings import ShopFindings
from toc_sim.calibration.shop_verdict import factor_said, is_beyond_chance
from toc_sim.language import figure, phrase
from toc_sim.report.formats import number, percent, printable, signed
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    intervals,
    percent_intervals,
    percents,
    texts,
)

SHORT_TIME = 90
"""Who is back within so many days is told besides who ever is [days]."""

_Block = str | Text | Fitted | tuple[str | Text | Fitted, ...]


def customers_blocks(found: ShopFindings, width: int) -> Blocks:
    """Yield the parts of the report on customers below its verdict.

    Parameters
    ----------
    found
        What the records tell.
    width
        Of the window [characters].
    """
    yield _spread(found)
    yield _quarters(found.quarters, width)
    if found.change is not None:
        yield _change(found.change, width)
    yield _groups(phrase("By first order:"), found.cohorts, width)
    for attribute, values in found.segments:
        head = phrase("By {attribute}:", attribute=printable(attribute))
        yield _groups(head, values, width)
    yield from _fell(found.fell, width)
    if found.model.levels:
        yield _model(found.model, width)


def shop_beside_blocks(found: ShopBeside, period: str, width: int) -> Blocks:
    """Yield a shop's scenario beside the records, as a table under its head.

    Parameters
    ----------
    found
        Both.
    period
        What the period of the scenario is called.
    width
        Of the window [characters].
    """
    columns = shop_beside_columns(found, period)
    missed = [row.is_missed for row in _beside_rows(found)]
    head = phrase("The model beside the records that it was drawn from:")
    yield head, fitted(columns, width, missed)


def shop_beside_columns(found: ShopBeside, period: str) -> tuple[Column, ...]:
    """Return a shop's scenario beside the records, a figure each row.

    Parameters
    ----------
    found
        Both.
    period
        What the period of the scenario is called.
    """
    rows = _beside_rows(found)
    titles = [shop_row_title(row) for row in found.rows]
    if found.held_back is not None:
        titles.append(phrase("held back, from {day}", day=found.drawn_until))
    return (
        texts(phrase("figure"), titles),
        texts(phrase("unit"), [_row_unit(row, period) for row in rows], 60),
        figures(phrase("records"), "", [row.records for row in rows], 96),
        intervals(phrase("model"), "", [row.model for row in rows], (92, 95)),
        _error([row.error for row in rows]),
        texts("", [phrase("misses") if row.is_missed else "" for row in rows], 93),
    )


def _beside_rows(found: ShopBeside) -> tuple[ShopRow, ...]:
    last = () if found.held_back is None else (found.held_back,)
    return (*found.rows, *last)


def shop_row_title(row: ShopRow) -> str:
    """Return what a figure is called at the head of its row."""
    return {
        "orders": phrase("orders"),
        "first orders": phrase("first orders"),
        "orders again": phrase("orders of those who came back"),
        "revenue": phrase("revenue"),
        "quarter": phrase("orders in {quarter}", quarter=row.quarter),
    }[row.figure]


def _row_unit(row: ShopRow, period: str) -> str:
    if row.figure == "quarter":
        return phrase("order")
    unit = phrase("money") if row.figure == "revenue" else phrase("order")
    return f"{unit}/{printable(period)}"


def _error(errors: Iterable[float]) -> Column:
    cells = tuple(signed(percent(error)) for error in errors)
    return Column(phrase("error"), "%", cells, 94)


def _spread(found: ShopFindings) -> str:
    """Say how many customers there are, and how orders are spread over them."""
    spread, whole = found.spread, found.whole
    return phrase(
        "{customers} customers made {orders} orders, {mean} each: half of them "
        "{median} or fewer, 95 % {most} or fewer; {once} % bought once, and the tenth "
        "that buys most makes {top} % of all orders.",
        customers=figure(f"{whole.customers:,}"),
        orders=figure(f"{whole.orders:,}"),
        mean=number(spread.mean, 2),
        median=number(spread.median, 0),
        most=number(spread.most_of_them, 0),
        once=number(100 * spread.once, 0),
        top=number(100 * spread.top_tenth, 0),
    )


def _quarters(every: Sequence[QuarterFigures], width: int) -> _Block:
    columns = [
        texts(phrase("quarter"), [each.name for each in every]),
        figures(phrase("known"), "", [each.known for each in every], 80, 0),
        figures(phrase("new"), "", [each.new for each in every], 82, 0),
        percent_intervals(
            phrase("active"), [each.active_share for each in every], (70, 96)
        ),
        intervals(
            phrase("orders"), phrase("a buyer"), [e.frequency for e in every], (68, 95)
        ),
        *_basket_columns(every),
        figures(
            phrase("revenue"), phrase("money"), [each.revenue for each in every], 97, 0
        ),
        texts("", ["" if e.is_whole else phrase("in part") for e in every], 92),
    ]
    return phrase("By quarter:"), fitted(columns, width)


def _basket_columns(
    every: Sequence[QuarterFigures] | Sequence[BuyingFigures],
) -> Iterator[Column]:
    """Yield basket, items and price; those that are not told have no column."""
    told = {
        "items": (phrase("items"), phrase("an order"), 64),
        "price": (phrase("price"), phrase("an item"), 62),
        "basket": (phrase("basket"), phrase("money"), 66),
    }
    for field, (name, unit, importance) in told.items():
        values = [getattr(each, field) for each in every]
        if any(value.mean == value.mean for value in values):
            yield intervals(name, unit, values, (importance, importance + 25))


def _change(change: RevenueChange, width: int) -> _Block:
    """Return what each factor contributes to a change of revenue."""
    before = change.before.revenue
    sure = {
        True: phrase("beyond chance"),
        False: phrase("may be chance"),
        None: "",
    }
    head = phrase(
        "From {before} to {after}, {change} % of revenue:",
        before=change.before.name,
        after=change.after.name,
        change=signed(percent(change.change)),
    )
    parts = [part for part in change.parts if part.before or part.after]
    columns = [
        texts(phrase("factor"), [factor_said(part.name) for part in parts]),
        _mixed(change.before.name, [part.before for part in parts]),
        _mixed(change.after.name, [part.after for part in parts]),
        Column(
            phrase("brings"),
            "%",
            tuple(signed(percent(part.amount / before)) for part in parts),
            97,
        ),
        texts(
            "",
            [
                sure[is_beyond_chance(change, part.name)] if part.amount else ""
                for part in parts
            ],
            90,
        ),
    ]
    return head, fitted(columns, width)


def _mixed(name: str, values: Iterable[float]) -> Column:
    """Return a column of figures of different units: each has its own digits."""
    cells = tuple(
        number(value, 0 if value == round(value) else 3 if abs(value) < 1 else 2)
        for value in values
    )
    return Column(name, "", cells, 80)


def _groups(head: str, groups: Sequence[BuyingFigures], width: int) -> _Block:
    columns = [
        texts("", [printable(each.name) for each in groups]),
        figures(
            phrase("customers"), "", [float(each.customers) for each in groups], 97, 0
        ),
        intervals(
            phrase("orders"), phrase("each"), [g.orders_each for g in groups], (70, 95)
        ),
        intervals(
            phrase("again"),
            phrase("a quarter"),
            [each.frequency for each in groups],
            (68, 93),
        ),
        *_basket_columns(groups),
        percent_intervals(
            phrase("back in {days} d", days=SHORT_TIME),
            [each.returned.back_within(SHORT_TIME) for each in groups],
            (60, 92),
        ),
        percent_intervals(
            phrase("back"), [each.share_back for each in groups], (61, 94)
        ),
    ]
    return head, fitted(columns, width)


def _fell(fell: FrequencyFell, width: int) -> Iterator[_Block]:
    """Yield which attribute separates those whose frequency halved."""
    yield fell.sentence
    if not fell.tests:
        return
    tests = fell.tests
    yield fitted(
        [
            texts(phrase("attribute"), [printable(each.attribute) for each in tests]),
            _p("p", [None if each.why_not else each.p_value for each in tests]),
            _p(
                phrase("p of all tried"),
                [None if each.why_not else each.p_holm for each in tests],
            ),
            texts("", [_outcome(each) for each in tests], 92),
        ],
        width,
        [each.separates for each in tests],
    )
    for each in tests:
        if each.separates:
            yield _effects(each, width)


def _p(name: str, values: Iterable[float | None]) -> Column:
    return figures(name, "", values, 95, 4)


def _outcome(test: AttributeTest) -> str:
    if test.why_not:
        return phrase("not tried: {why}", why=test.why_not)
    return phrase("separates them") if test.separates else phrase("as chance has it")


def _effects(test: AttributeTest, width: int) -> _Block:
    head = phrase("Frequency halved, by {name}:", name=printable(test.attribute))
    values = test.values
    columns = [
        texts("", [printable(each.value) for each in values]),
        figures(
            phrase("customers"), "", [float(each.customers) for each in values], 97, 0
        ),
        percent_intervals(
            phrase("halved for"), [each.share for each in values], (70, 96)
        ),
        percent_intervals(
            phrase("against others"),
            [each.difference for each in values],
            (72, 95),
            phrase("points"),
        ),
    ]
    return head, fitted(columns, width)


def _model(model: CustomerModel, width: int) -> _Block:
    """Return how well shares and delays that stay the same fit the orders."""
    parts = [part for part in model.parts if part.seen]
    errors = [model.by_model(part) / part.seen - 1 for part in parts]
    columns = [
        texts("", [part.name for part in parts]),
        figures(phrase("orders"), "", [float(part.seen) for part in parts], 97, 0),
        figures(phrase("model"), "", [model.by_model(part) for part in parts], 96, 0),
        _error(errors),
        figures(phrase("one share"), "", [part.one for part in parts], 60, 0),
        percents(phrase("missed"), [part.one / part.seen - 1 for part in parts], 58),
    ]
    if not model.is_of_two:
        columns = columns[:4]
    return (
        phrase("Orders of new customers, and what their shares and delays make of it:"),
        fitted(columns, width),
    )
