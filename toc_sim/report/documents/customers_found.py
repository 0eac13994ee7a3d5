"""What a shop's records tell of its customers, for machines: one JSON object."""

from __future__ import annotations

from toc_sim.calibration.buying_figures import BuyingFigures
from toc_sim.calibration.customer_model import CustomerModel
from toc_sim.calibration.frequency_fell import FrequencyFell
from toc_sim.calibration.return_model import ReturnLevel
from toc_sim.calibration.revenue_by_quarter import QuarterFigures, RevenueChange
from toc_sim.calibration.shop_beside import ShopBeside
from toc_sim.calibration.shop_findings import ShopFindings
from toc_sim.calibration.shop_verdict import is_beyond_chance
from toc_sim.report.document import FORMAT, JsonObject, fields_of
from toc_sim.report.text.customers_found import SHORT_TIME

_GROUP = (
    "name customers orders revenue orders_each frequency basket items_per_order=items "
    "price_per_item=price"
)
_QUARTER = (
    "name begin_day=begin end_day=end whole=is_whole known known_before buyers new "
    "orders revenue active_share came_back frequency items_per_order=items "
    "price_per_item=price basket"
)
_LEVEL = "share delay.mean=mean delay.cv=cv orders returns cut_off=is_cut"
_PERCENTILES = (0.5, 0.9)


def customers_document(found: ShopFindings, beside: ShopBeside | None) -> JsonObject:
    """Return what a shop's records tell of its customers, ready for JSON.

    Parameters
    ----------
    found
        What the records tell; times in days.
    beside
        Its scenario beside the records; None: there is none.
    """
    return {
        "format": FORMAT,
        "sentence": found.verdict,
        "records": found.edges.kind,
        "customers": {
            **_group(found.whole),
            "spread": fields_of(
                found.spread, "mean cv median p95=most_of_them once top_tenth"
            ),
        },
        "cohorts": [_group(each) for each in found.cohorts],
        "segments": {
            attribute: [_group(each) for each in values]
            for attribute, values in found.segments
        },
        "quarters": [_quarter(each) for each in found.quarters],
        "change": found.change and _change(found.change),
        "frequency_halved": _fell(found.fell),
        "model": _model(found.model),
        "beside": beside and _beside(beside),
        "notices": [
            {
                **fields_of(each, "kind weight sentence"),
                "evidence": dict(each.evidence),
            }
            for each in found.notices
        ],
    }


def _group(group: BuyingFigures) -> JsonObject:
    returned = group.returned
    return {
        **fields_of(group, _GROUP),
        "back": {
            f"within_{SHORT_TIME}_days": returned.back_within(SHORT_TIME),
            "ever": group.share_back,
            "watched_days": returned.longest,
            **{
                f"p{100 * part:.0f}_days": returned.time_until(part)
                for part in _PERCENTILES
            },
        },
    }


def _quarter(quarter: QuarterFigures) -> JsonObject:
    return fields_of(quarter, _QUARTER)


def _change(change: RevenueChange) -> JsonObject:
    return {
        **fields_of(change, "before=before.name after=after.name change"),
        "parts": [
            {
                **fields_of(part, "name before after amount"),
                "share": part.amount / change.before.revenue,
                "beyond_chance": is_beyond_chance(change, part.name),
            }
            for part in change.parts
        ],
    }


def _fell(fell: FrequencyFell) -> JsonObject:
    return {
        **fields_of(
            fell, "sentence begin_day=begin middle_day=middle customers halved"
        ),
        "attributes": [
            {
                **fields_of(test, "attribute p_value p_holm separates why_not?"),
                "values": [
                    fields_of(each, "value customers halved share difference")
                    for each in test.values
                ],
            }
            for test in fell.tests
        ],
    }


def _model(model: CustomerModel) -> JsonObject:
    return {
        "levels": [_level(each) for each in model.levels],
        "one_share": {"misses": model.misses_one, "bic": model.bic_one},
        "two_shares": {"misses": model.misses_two, "bic": model.bic_two},
        "after_each_order": list(model.after_each),
        "orders": [
            {**fields_of(part, "name records=seen"), "model": model.by_model(part)}
            for part in model.parts
        ],
    }


def _level(level: ReturnLevel) -> JsonObject:
    return {**fields_of(level, _LEVEL), "family": level.fit.family}


def _beside(beside: ShopBeside) -> JsonObject:
    row = "figure quarter? records model error misses=is_missed"
    return {
        **fields_of(beside, "usable=is_usable sentence drawn_until"),
        "rows": [fields_of(each, row) for each in beside.rows],
        "held_back": beside.held_back and fields_of(beside.held_back, row),
    }
