"""What `toc-sim run` prints, block by block."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from toc_sim.report.run_summary import Findings
from toc_sim.report.text.run import run_blocks
from toc_sim.report.text.table import print_report, terminal


def show_run(found: Findings, console: Console) -> None:
    """Print what was found on a console."""
    print_report(console, found.verdict.sentence, run_blocks(found, console.width))


def printed(found: Findings, width: int = 110) -> str:
    """Return what a window of some width would show."""
    out = StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    show_run(found, console)
    return out.getvalue()


REPORT = """\
machine_2 is the constraint: it answers for 99 % of the throughput of 8.00
cup/hour.

Paper-cup conveyor: 60 hour after a warm-up of 5 hour; run once: nothing in this
model is left to chance

  node       capacity  throughput   busy  blocked  queue  share
             cup/hour    cup/hour      %        %    cup      %
  machine_1        12       11.98  100.0      0.0    0.0    0.0
> machine_2         8        8.00  100.0      0.0  139.7   99.5  constraint
  machine_3        10        8.00   80.0      0.0    0.0    0.2
  sales             9        8.00   88.9      0.0    0.0    0.2
  market           11        8.00   72.7      0.0    0.0    0.2
left out, the window is narrow: starved, peak

Capacity alone allows 8.00, and all of it is reached.
Theory gives this exactly, without a simulation: in the long run 8.00 cup/hour,
with machine_2 as the constraint (toc-sim capacity).
Unserved demand of market: 3.00 cup/hour.
Work in progress: 144.1 cup on average. Flow time: 11.99 hour on average, half
within 11.99, nine in ten within 19.97.

Classical rules: 5 of 5 name machine_2.
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

    assert "doctors does the work of notes and advice: " in text
    assert "chairs does the work of exam: " in text
    assert "Each service of exam takes a server of doctors as well." in text


def test_what_the_table_cannot_say_is_said_below(company: Findings) -> None:
    """Losses, the resource's work, why shares were measured, what is unserved."""
    text = printed(company, width=200)

    assert "Shares are measured by experiment: priorities decide" in text
    assert "Unserved demand of market: " in text
    assert "Lost after First call " in text
    assert "sellers does the work of meet and closing" in text


def test_with_a_proof_each_classical_rule_speaks(
    random_cups: Findings, company: Findings
) -> None:
    """Without one, only the vote is told."""
    proven, plain = printed(random_cups), printed(company)

    assert "\n  Busiest: machine_2\n" in proven
    assert "\n  Longest queue: machine_2\n" in proven
    assert "Classical rules: 2 of 2 name sellers.\n" in plain
    assert "Busiest" not in plain


def test_a_narrow_window_is_told_what_it_misses(random_cups: Findings) -> None:
    """At 60 columns the table is whole lines of fewer columns."""
    lines = printed(random_cups, width=60).splitlines()

    assert "  node       capacity  throughput  busy  share" in lines
    assert "left out, the window is narrow: blocked, starved, queue, " in lines
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
