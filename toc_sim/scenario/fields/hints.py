"""What somebody meant who wrote it otherwise: percents, units, commas, other words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from toc_sim.scenario.fields.numbers import is_name
from toc_sim.scenario.fields.sections import Tool, Variant

_AMOUNT = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PERCENT = re.compile(rf"({_AMOUNT})\s*%")
_COMMA = re.compile(r"([-+]?\d+),(\d+)")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[ ,'_.\u00a0\u202f]\d{3})+")
_WITH_UNIT = re.compile(rf"[^\d\s.+-]?\s*({_AMOUNT})\s*[^\d\s.,].*")

SAME_AS: Mapping[str, tuple[str, ...]] = {
    "servers": (
        *(
            "people",
            "persons",
            "staff",
            "workers",
            "employees",
            "operators",
            "machines",
        ),
        *("count", "number", "headcount", "quantity", "server", "size"),
    ),
    "rate": ("speed", "pace", "throughput", "per_hour"),
    "time": (
        *("duration", "cycle_time", "service_time", "processing_time", "process_time"),
        *("mean", "minutes", "hours", "takt"),
    ),
    "capacity": ("max_rate", "output"),
    "takes": ("batch", "batch_size", "lot", "lot_size", "inputs"),
    "gives": ("outputs", "yields"),
    "conversion": (
        "yield",
        "probability",
        "success_rate",
        "conversion_rate",
        "quality",
    ),
    "buffer": ("queue", "queue_size", "wip_limit", "places", "max_queue", "space"),
    "arrivals": ("arrival_rate", "leads", "inflow", "interarrival"),
    "cost_per_item": ("unit_cost", "variable_cost", "cost"),
    "open": ("hours", "shifts", "opening_hours", "opens", "opening", "times"),
    "cycle": ("every", "period", "repeats", "length"),
    "calendar": ("hours", "schedule", "shifts", "shift", "opening_hours"),
    "resource": ("resources", "pool", "who"),
    "availability": ("failures", "downtime", "breakdowns", "mtbf", "uptime"),
    "horizon": ("length", "periods", "until"),
    "replications": ("runs", "repetitions", "samples"),
    "upfront": ("price", "capex", "investment", "once"),
    "per_period": ("opex", "monthly", "subscription", "running"),
    "mean_time_between_failures": ("mtbf",),
    "mean_time_to_repair": ("mttr",),
    "sd": ("std", "stdev", "stddev", "sigma", "standard_deviation", "deviation"),
    "observations": ("n", "observed", "sample_size"),
    "won": ("successes", "hits", "wins"),
    "of": ("trials", "total", "n", "tries"),
    "count": ("events", "counted"),
    "over": ("during", "periods", "exposure", "per"),
    "customers": ("regulars", "clients", "base", "customer_base", "installed_base"),
}
"""Our words, and what others call the same."""


def key_meant(word: str, keys: Collection[str]) -> str | None:
    """Return the key that a word of everyday language stands for, among some."""
    plain = word.casefold().replace("-", "_").replace(" ", "_")
    return next((key for key in SAME_AS if key in keys and plain in SAME_AS[key]), None)


def number_meant(text: str, *, is_share: bool = False) -> str | None:
    """Return how to write a number that was written with more than digits.

    Parameters
    ----------
    text
        As it was written.
    is_share
        Whether a share from 0 to 1 is wanted.

    Examples
    --------
    >>> from toc_sim.scenario.fields.hints import number_meant
    >>> number_meant("35%")
    'write 0.35: a share goes from 0 to 1'
    >>> number_meant("12,5"), number_meant("12")
    ('write 12.5: numbers have a point', 'write it without quotes')
    """
    text = text.strip()
    if found := _PERCENT.fullmatch(text):
        return f"write {float(found[1]) / 100:g}: a share goes from 0 to 1"
    if re.fullmatch(_AMOUNT, text):
        return "write it without quotes"
    if _THOUSANDS.fullmatch(text):
        digits = re.sub(r"[^\d+-]", "", text)
        return f"write {digits}: nothing stands between the thousands"
    if found := _COMMA.fullmatch(text):
        return f"write {found[1]}.{found[2]}: numbers have a point"
    if found := _WITH_UNIT.fullmatch(text):
        what = "a share goes from 0 to 1" if is_share else _UNITS
        return f"write the number alone, {found[1]}: {what}"
    return None


_UNITS = "rates are per 'period' of the file, and times are in periods"


def form_meant(path: tuple[str | int, ...], value: Any) -> str | None:
    """Return how a table is written for which something else stands there."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and path):
        return None
    if path[-1] == "cost" or path[0] == "measure":
        table = f"{{upfront: {value:g}}}', or 'per_period'"
        once = f"write '{{cost: {value:g}}}', and 'noise' if it is known"
        return f"write 'cost: {table}" if path[-1] == "cost" else once
    if "effects" in path[:-1]:
        return f"write '{{set: {value:g}}}', or 'scale' or 'add' in place of 'set'"
    if path[-1] in {"operating_expense", "variable_cost"}:
        return f"give it a name: '{path[-1]}: {{material: {value:g}}}'"
    if path[-1] == "availability":
        return (
            "write it like 'availability: {mean_time_between_failures: 40, "
            "mean_time_to_repair: 2}'"
        )
    return None


def pool_meant(value: Any) -> str | None:
    """Return how a stage names its pool, where it says how many there are."""
    if isinstance(value, Mapping) and value:
        name = str(next(iter(value)))
        if is_name(name):
            return (
                f"write 'resource: {name}'; how many there are stands below: "
                f"'resources: {{{name}: {{servers: ...}}}}'"
            )
    return None


def way_meant(word: str) -> str | None:
    """Return where customers at the start stand, if a key of a node means them."""
    if word != "customers" and key_meant(word, ("customers",)) is None:
        return None
    return (
        "customers at the start belong to the way back: "
        "'- market -> a_stage: {share: 0.6, delay: 1, customers: 400}'"
    )


def name_meant(text: str) -> str | None:
    """Return the name that is nearest to a text that is none."""
    fixed = re.sub(r"[^\w]+", "_", text).strip("_")
    return f"write it like '{fixed}'; a 'title' may have any letters" if fixed else None


def unnamed(path: tuple[str | int, ...]) -> str | None:
    """Return a hint where the keys of an entry stand in place of its name."""
    if len(path) < 2:  # noqa: PLR2004 - a table, and a name in it
        return None
    for table, kind in (("variants", Variant), ("tools", Tool)):
        if path[0] == table and path[1] in kind.model_fields:
            one = table[:-1]
            return (
                f"each {one} has a name of its own: "
                f"'{table}: {{a_name: {{{path[1]}: ...}}}}'"
            )
    return None
