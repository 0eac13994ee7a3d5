"""What will be closed by a date as JSON."""

from __future__ import annotations

from importlib.metadata import version
from math import isfinite

from toc_sim.outlook.backtest import Backtest, loses_to
from toc_sim.outlook.band import Chance, QuarterBand
from toc_sim.outlook.forecast import Forecast, Split
from toc_sim.outlook.item_worth import ItemWorth
from toc_sim.report.document import FORMAT, JsonObject, fields_of
from toc_sim.report.text.past_forecasts import past_forecasts_sentence
from toc_sim.report.text.quarter import quarter_sentence


def quarter_document(found: Forecast) -> JsonObject:
    """Return a forecast, ready for JSON.

    Parameters
    ----------
    found
        The forecast.
    """
    return {
        "format": FORMAT,
        "toc_sim": version("toc-sim"),
        **fields_of(found.scenario, "scenario=name item period currency"),
        "sentence": quarter_sentence(found),
        **fields_of(found, "until runs seed uncertain"),
        "open": {
            "items": len(found.opened.items),
            "as_of": found.opened.as_of and found.opened.as_of.isoformat(),
            "columns": dict(found.opened.columns),
            "dropped": found.opened.dropped,
        },
        "closings": _split(found.closings),
        "money": None if found.money is None else _split(found.money),
        "target": {
            "closings": _chance(found.target),
            "money": _chance(found.target_money),
        },
        "constraint": {
            "until_then": found.gains.constraint,
            "long_run": () if found.long_run is None else found.long_run.constraint,
            "runs": found.gains.runs,
            "gains": [
                fields_of(each, "node=name closings money")
                for each in found.gains.gains
            ],
        },
        "last_calls": [
            fields_of(each, "stage=name time method comers")
            for each in found.last_calls
        ],
        "desk": found.desk or None,
        "items": [_item(each) for each in found.items],
        "fan": found.fan,
        "notices": found.notices,
        "backtest": None if found.backtest is None else _past(found.backtest),
    }


def _past(found: Backtest) -> JsonObject:
    return {
        "sentence": past_forecasts_sentence(found),
        **fields_of(found, "ahead_days=ahead period periods best"),
        "scores": found.scores,
        "loses": loses_to(found),
        "forecasts": [
            {
                "date": each.date.isoformat(),
                **fields_of(each, "open=open_cases came place refused?"),
                "from_the_state": each.ours and _band(each.ours),
                "weighted_pipeline": each.weighted.mean,
                "past_weeks_again": _band(each.resampled),
            }
            for each in found.forecasts
        ],
    }


def _split(split: Split) -> JsonObject:
    return {
        "whole": _band(split.whole),
        "in_the_bag": _band(split.in_the_bag),
        "to_be_found": _band(split.to_be_found),
    }


def _band(band: QuarterBand) -> JsonObject:
    return fields_of(band, "mean p5 p10 p50 p90 p95")


def _chance(told: Chance | None) -> JsonObject | None:
    if told is None:
        return None
    low, high = told.ends
    head = fields_of(told, "target reached runs chance=value told")
    return {**head, "low": low, "high": high}


def _item(each: ItemWorth) -> JsonObject:
    per_time = each.per_time
    return {
        **fields_of(each, "name=item.name? stage=item.stage product=item.product?"),
        **fields_of(each, "age=item.age place=item.place amount chance money"),
        "needs": each.work,
        "per_time": per_time if isfinite(per_time) else None,
    }
