"""What `toc-sim run` prints, block by block."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from toc_sim import Scenario, diagnose, load
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.report.run_summary import Findings, findings
from toc_sim.report.text.run import run_blocks
from toc_sim.report.text.table import print_report, terminal


def show_run(found: Findings, console: Console) -> None:
    """Print what was found on a console."""
    print_report(console, found.verdict.sentence, run_blocks(found, console.width))


ROOT = Path(__file__).parents[2]


def printed(found: Findings, width: int = 110) -> str:
    """Return what a window of some width would show."""
    out = StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    show_run(found, console)
    return out.getvalue()


REPORT = """\
machine_2 is the constraint: it answers for 99 % of the throughput of 8.00
cup/hour.

Paper-cup conveyor: 60 hours after a warm-up of 5 hours; run once: nothing in
this model is left to chance

  node       capacity  throughput   busy  blocked  queue  share
             cup/hour    cup/hour      %        %    cup      %
  machine_1        12       11.98  100.0      0.0    0.0    0.0
> machine_2         8        8.00  100.0      0.0  139.7   99.5  constraint
  machine_3        10        8.00   80.0      0.0    0.0    0.2
  sales             9        8.00   88.9      0.0    0.0    0.2
  market           11        8.00   72.7      0.0    0.0    0.2

Seen: 2.08 % more speed of machine_2 brought 2.1 %. Capacity alone allows 8.00,
and all of it is reached. Work inside still grows by 3.98 cup/hour, and the
longest queue is before machine_2: more comes there than is done, and how long
an item takes depends on how long this goes on.
Theory gives this exactly, without a simulation: in the long run 8.00 cup/hour,
with machine_2 as the constraint (toc-sim capacity).
Unserved demand of market: 3.00 cup/hour.
Work in progress: 144.1 cups on average. Flow time: 11.99 hours on average, half
within 11.99, nine in ten within 19.97.
Work in progress and flow time are not settled: what is inside still grows, so
they depend on the window.

Classical rules: 4 of 4 name machine_2 (busiest, arrows, turning point and
longest queue).
  Busiest: machine_1 and machine_2
"""


def test_the_report_word_for_word(cups: Findings) -> None:
    """Verdict, setting, table, what it means, second opinions, in this order."""
    told = [line.rstrip() for line in printed(cups, width=80).splitlines()]

    expected = REPORT.splitlines()
    assert told[: len(expected)] == expected


def test_the_constraint_is_marked_by_sign_and_word(random_cups: Findings) -> None:
    """On its own line of the table, and on no other; never by colour alone."""
    marked = [line for line in printed(random_cups).splitlines() if line[:2] == "> "]

    assert len(marked) == 2  # the table by node, and the proof
    assert all(line.startswith("> machine_2") for line in marked)
    assert marked[0].endswith("  constraint")


def test_a_policy_can_be_marked_too(limited: Findings) -> None:
    """The limit is no node, but it may be the constraint."""
    marked = [line for line in printed(limited).splitlines() if line[:2] == "> "]

    assert marked[0].startswith("> conwip      limit 2")
    assert marked[1].startswith("> release: conwip  one item more")


def test_who_binds_when_is_drawn(moving: Findings) -> None:
    """A line for each that binds at some time, as wide as the window allows."""
    lines = printed(moving, width=50).splitlines()

    begin = next(n for n, line in enumerate(lines) if line.startswith("Who is the"))
    strips = dict(line.split() for line in lines[begin:] if line.count("#") > 1)
    assert list(strips) == ["shop", "market"]
    assert {len(strip) for strip in strips.values()} == {40}
    assert strips["shop"].rstrip(".").strip("#") == ""
    assert strips["market"].lstrip(".").strip("#") == ""
    assert sum(strip.count("#") for strip in strips.values()) <= 40


def test_where_the_constraint_stays_nothing_is_drawn(cups: Findings) -> None:
    """No strip of one line."""
    assert "Who is the constraint when" not in printed(cups)


@pytest.mark.parametrize("width", [80, 100])
def test_shares_keep_their_intervals(random_cups: Findings, width: int) -> None:
    """In the usual windows other columns go first."""
    lines = printed(random_cups, width).splitlines()

    row = next(line for line in lines if line.startswith("> machine_2"))
    assert " ± " in row


def test_an_interval_that_goes_is_told(random_cups: Findings) -> None:
    """Where even the shares lose theirs, it does not vanish silently."""
    text = " ".join(printed(random_cups, width=34).split())

    assert "± of share" in text


def judged(scenario: Scenario) -> Findings:
    """Return what is found of a scenario."""
    runs = simulate(network_of(scenario))
    verdict = diagnose(runs)
    return findings(runs, verdict)


def test_what_time_away_costs_is_told_in_words() -> None:
    """Who comes back sooner buys oftener in the window; the window's part is named."""
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "Subscriptions",
            "stages": {
                "leads": {"kind": "source", "arrivals": 10},
                "sign": {"kind": "team", "capacity": 400},
                "market": {"kind": "market", "demand": 400},
            },
            "flow": [
                "leads -> sign -> market",
                {"market -> sign": {"share": 0.8, "delay": 50}},
            ],
            "run": {"horizon": 100, "warmup": 100, "replications": 10},
        }
    )
    text = " ".join(printed(judged(scenario)).split())

    assert "Time away: 1 % less of it brings 0." in text
    told = re.search(r"All shares come to (\d+) %, not to 100 %: what is between", text)
    assert told
    assert int(told[1]) > 110
    assert "No rate answers" not in text


def test_noise_is_no_part_of_the_throughput() -> None:
    """Twenty orders a day: within one of them, the shares come to 100 %."""
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "A day that ends",
            "calendars": {"day": {"cycle": 100, "open": [[0, 10]]}},
            "stages": {
                "orders": {"kind": "source", "arrivals": 2, "calendar": "day"},
                "work": {"kind": "machine", "rate": 1},
            },
            "flow": ["orders -> work"],
            "run": {"horizon": 100, "warmup": 0},
        }
    )
    text = printed(judged(scenario))

    assert "All shares come to" not in text


def test_one_run_has_no_interval(company: Findings) -> None:
    """It is said, instead of how sure it is."""
    runs = company.runs
    one = replace(company, runs=replace(runs, results=runs.results[:1]))

    assert "replications: 1, seed: 7; one run has no interval" in printed(one, 200)
    assert "± at" not in printed(one, 200)


def test_failures_get_a_column_only_where_there_are_some(
    cups: Findings, company: Findings
) -> None:
    """No column of zeros."""
    assert "down" not in printed(cups)
    assert "  down  " in printed(company)


def test_money_is_a_statement_from_revenue_to_net_profit(company: Findings) -> None:
    """In the file's currency, with what an hour of the constraint earns."""
    lines = printed(company).splitlines()
    money = lines[next(n for n, line in enumerate(lines) if line[:5] == "money") :][:8]

    assert [line[:34].rstrip() for line in money] == [
        "money",
        "revenue",
        "  less commission, per deal bought",
        "  less First call, per service",
        "throughput (T)",
        "  less office",
        "net profit (T - OE)",
        "Throughput (T) for each week that",
    ]
    assert money[0].endswith("EUR/week")
    assert "a server of sellers works" in money[7]


def test_work_that_takes_several_at_once_is_told_of_each(clinic: Findings) -> None:
    """The scarcer does the work; of the other it takes a server as well."""
    text = printed(clinic, width=200)

    assert "doctors do the work of notes and advice: " in text
    assert "chairs do the work of exam: " in text
    assert "Each service of exam takes a server of doctors as well." in text


def test_what_the_table_cannot_say_is_said_below(company: Findings) -> None:
    """Losses, the resource's work, why shares were measured, what is unserved."""
    text = printed(company, width=200)

    assert "Shares are measured by experiment: the time away after market" in text
    assert "Unserved demand of market: " in text
    assert "Lost after First call " in text
    assert "sellers do the work of meet and closing" in text


def test_with_a_proof_each_classical_rule_speaks(
    random_cups: Findings, company: Findings
) -> None:
    """Without one, only the vote is told."""
    proven, plain = printed(random_cups), printed(company)

    assert "\n  Busiest: machine_2\n" in proven
    assert "\n  Longest queue: machine_2\n" in proven
    assert "Classical rules: 1 of 1 names sellers (longest queue).\n" in plain
    assert "Busiest" not in plain


def test_a_narrow_window_is_told_what_it_misses(random_cups: Findings) -> None:
    """At 60 columns the table is whole lines of fewer columns."""
    lines = printed(random_cups, width=60).splitlines()

    assert any("± " in line and line.startswith("> machine_2") for line in lines)
    assert sum(line.startswith("left out for want of width: ") for line in lines) == 1
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize("width", range(30, 130, 7))
def test_every_width_keeps_verdict_name_and_word(
    random_cups: Findings, width: int
) -> None:
    """However narrow: who, that it is the constraint, and its share."""
    text = printed(random_cups, width)

    row = next(line for line in text.splitlines() if line.startswith("> machine_2"))
    assert row.endswith("constraint")
    assert max(map(len, text.splitlines())) <= width


def test_output_into_a_pipe_is_plain(
    random_cups: Findings, capsys: pytest.CaptureFixture[str]
) -> None:
    """No colours, and a width that does not depend on any window."""
    show_run(random_cups, terminal())

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "machine_2" in out


def test_no_color_is_honoured(
    random_cups: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal too: marks stay, colours go."""
    monkeypatch.setenv("NO_COLOR", "1")
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=110)

    show_run(random_cups, console)

    assert "\x1b[3" not in out.getvalue()
    assert "constraint" in out.getvalue()


@pytest.mark.parametrize("width", [80, 100])
def test_a_usual_window_keeps_how_sure_the_shares_are(
    random_cups: Findings, company: Findings, width: int
) -> None:
    """And capacity and throughput; the peak and what is starved go before."""
    for found in (random_cups, company):
        head = next(
            line for line in printed(found, width).splitlines() if line[:6] == "  node"
        )
        marked = next(
            line for line in printed(found, width).splitlines() if line[:2] == "> "
        )
        assert "capacity" in head
        assert "throughput" in head
        assert "±" in marked


def test_classical_rules_say_which_and_do_not_depend_on_the_engine() -> None:
    """Only SimPy may record single periods, and the count leaves out who needs them."""
    told = []
    for engine in ("simpy", "compiled"):
        changes = {"run.engine": engine, "run.horizon": "40", "run.replications": "2"}
        scenario = load(str(ROOT / "scenarios" / "paper_cups_random.yaml"), changes)
        runs = simulate(network_of(scenario), timeline=engine == "simpy")
        text = printed(findings(runs, diagnose(runs)), width=200)
        told.append(next(line for line in text.splitlines() if line[:9] == "Classical"))

    assert told[0] == told[1]
    assert "(" in told[0]
