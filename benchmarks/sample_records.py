"""Writes the records that the documents begin with: a year of a small sales team.

    python benchmarks/sample_records.py

The team is simulated, so that it is known what is true of it: three sellers close three
deals a week, and more than that come to them. Its records are those of any company:
when somebody was asked, began and was done, in working hours of a calendar; who it was;
what the deal is worth. What nobody of the company did - the customer's answer to the
offer - is not in them. `scenarios/records/deals.csv` is the log, `open_deals.csv` what
is open on its last day.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from toc_sim.interface.run import run
from toc_sim.scenario.load import load

FOLDER = Path(__file__).parents[1] / "scenarios" / "records"

WEEKS = 39
FIRST_MONDAY = datetime(2025, 1, 6, 9)  # noqa: DTZ001 - the wall clock of the office

PEOPLE = {
    "First_call": ("Anna", "Boris"),
    "Offer": ("Clara", "David"),
    "Closing": ("Elena", "Farid", "Greta"),
}

TEAM = {
    "format": 1,
    "name": "A small sales team",
    "item": "deal",
    "period": "week",
    "stages": {
        "leads": {
            "kind": "source",
            "arrivals": 6.5,
            "distribution": "exponential",
        },
        "First_call": {
            "kind": "team",
            "rate": 9,
            "servers": 2,
            "cv": 0.6,
            "conversion": 0.6,
        },
        "Offer": {"kind": "team", "rate": 5, "servers": 2, "cv": 0.5},
        "answer": {"kind": "team", "rate": 0.5, "servers": 1000, "cv": 0.8},
        "Closing": {
            "kind": "team",
            "rate": 1,
            "servers": 3,
            "cv": 0.7,
            "conversion": 0.5,
        },
        "market": {"kind": "market"},
    },
    "flow": ["leads -> First_call -> Offer -> answer -> Closing -> market"],
    "run": {"horizon": WEEKS, "warmup": 0, "replications": 1, "seed": 5},
}


OPEN_B2B = "open_b2b_sales.csv"
"""What is open in scenarios/b2b_sales.yaml on some Monday: made up, as it is."""


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / OPEN_B2B).write_text(open_b2b(), encoding="utf-8", newline="")
    log, still_open = records()
    (FOLDER / "deals.csv").write_text(log, encoding="utf-8", newline="")
    (FOLDER / "open_deals.csv").write_text(still_open, encoding="utf-8", newline="")


def records() -> tuple[str, str]:
    """Return the log, and what is open at its end."""
    visits, ends = happened()
    amounts = np.random.Generator(np.random.PCG64(5)).lognormal(9, 0.5, 10_000)
    log = [("deal", "activity", "requested", "started", "finished", "person", "amount")]
    left = [("deal", "stage", "entered", "amount")]
    rows = []
    for (deal, stage), (asked, begun, done, person) in visits.items():
        worth = f"{amounts[deal]:.0f}"
        if begun is not None and begun < WEEKS and done < WEEKS:
            moments = [clock(each) for each in (asked, begun, done)]
            rows.append((done, name(deal), spoken(stage), *moments, person, worth))
        else:
            at_work = begun is not None and begun < WEEKS
            moments = [clock(asked), clock(begun) if at_work else "", ""]
            rows.append((WEEKS, name(deal), spoken(stage), *moments, person, worth))
            left.append((name(deal), spoken(stage), clock(asked), worth))
    for deal, (when, how) in ends.items():
        worth = f"{amounts[deal]:.0f}"
        rows.append((when, name(deal), how, "", "", clock(when), "", worth))
    seen = {deal for deal, stage in visits}
    waiting = seen - set(ends) - {deal for deal, stage in visits if stage == "Closing"}
    for deal in sorted(waiting):
        done = visits.get((deal, "Offer"), (0, None, WEEKS, ""))[2]
        if done < WEEKS:
            left.append(
                (name(deal), "Offer -> Closing", clock(done), f"{amounts[deal]:.0f}")
            )
    log += [row[1:] for row in sorted(rows)]
    return table(log), table(left)


def open_b2b() -> str:
    """Return proposals and closings that are open, with their ages in weeks."""
    chance = np.random.Generator(np.random.PCG64(9))
    rows = [("deal", "stage", "age", "amount")]
    for count, stage in ((9, "proposal"), (22, "closing")):
        ages = np.sort(chance.exponential(1.5, count))[::-1]
        amounts = 100 * np.round(120 * chance.lognormal(0, 0.5, count))
        for age, amount in zip(ages, amounts, strict=True):
            name = f"B-{len(rows):02d}"
            rows.append((name, stage, f"{age:.1f}", f"{amount:.0f}"))
    return table(rows)


def happened() -> tuple[dict, dict]:
    """Return each visit: asked, begun, done, by whom; and how each deal ended."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "trace.jsonl"
        run(load(TEAM), store=False, trace=file)
        events = [json.loads(line) for line in file.read_text().splitlines()]
    visits: dict = {}
    ends: dict = {}
    free = {stage: list(people) for stage, people in PEOPLE.items()}
    for event in events:
        key = event["item"], event["node"]
        match event["event"]:
            case "arrive" if event["node"] in PEOPLE:
                visits[key] = (event["time"], None, float(WEEKS), "")
            case "start" if event["node"] in PEOPLE:
                person = free[event["node"]].pop(0)
                visits[key] = (visits[key][0], event["time"], float(WEEKS), person)
            case "finish" if event["node"] in PEOPLE:
                asked, begun, _, person = visits[key]
                visits[key] = (asked, begun, event["time"], person)
                free[event["node"]].append(person)
            case "lose":
                ends[event["item"]] = (event["time"], "Lost")
            case "buy":
                ends[event["item"]] = (event["time"], "Won")
    return visits, ends


def clock(weeks: float) -> str:
    """Return a moment of working time as the clock on the wall showed it."""
    hours = weeks * 40
    day, hour = divmod(hours, 8)
    week, weekday = divmod(int(day), 5)
    moment = FIRST_MONDAY + timedelta(days=7 * week + weekday, hours=hour)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def name(deal: int) -> str:
    """Return what a deal is called."""
    return f"D-{1001 + deal}"


def spoken(stage: str) -> str:
    """Return a stage as the team calls it."""
    return stage.replace("_", " ")


def table(rows: list) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    main()
