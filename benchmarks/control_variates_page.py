"""How the benchmark of control variates is told: tables, and a page around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from control_variates import Gained, Precise, Stepped

AIM = 2.5
"""How many times less variance there is to be."""

LOW, HIGH = 0.93, 0.97
"""How often intervals of 95 % are to hold the truth."""

REASONS = {
    "clinic.yaml": "a fifth of what is agreed is done at once, and how many took which "
    "way is no figure of a run (at a market it is read again from its stream)",
    "dice_game.yaml": "what one boy throws counts only as far as there is something to "
    "move, and the sum of his throws does not tell when they were low",
}
"""Why there is less to be had than is aimed at."""

PAGE = """\
# Control variates: throughput without the luck of the draw

{headline}

Written by `benchmarks/control_variates.py --write` ({repeats:,} repeats; {minutes:.0f}
minutes of one processor); do not edit.

How long services took, how many items came, how many of those finished moved on and how
many customers came back is seen of every run, and what each comes to in the mean is
known. The surplus has mean 0, whatever the queues do (Wald 1944; martingales stopped at
the end of the window). The constraint shares say what it did to the throughput: an item
more at a node is worth what it still brings, less the room that it takes of all that it
will pass. That is taken off (`toc_sim/constraint/draws.py`, `control_variates.py`).

- **Where the critical path is trusted** the shares are its own, and nothing is
  estimated.
- **Elsewhere** they are those of the static answer, and the whole of the luck gets one
  factor by regression over the replications. One degree of freedom is paid for it
  (Lavenberg & Welch 1981), and with fewer than {fewest} replications the throughput
  stays as counted.
- **A difference** between two variants on the same chance: one factor, by regression,
  of the difference of their luck. So it is in `compare`, `roadmap`, `breakdown`, and
  where `--precision` decides how many replications are made.
- Where a mean is not known exactly nothing is taken off: services that are not
  exponential in a window without warm-up, work within opening hours, conversions that
  change over time, the times after which people lose patience.
- An interval is never narrower than what one item in all replications comes to.

## The throughput

*Less variance* is that of the throughput as counted over that of the freed one: in
the window of the file from {whole} replications, a factor's cost for {replications}
replications taken off; then in repeats. These have {replications} replications each,
in a window that sells about {purchases} items (not less than 1/{part} of the file's;
where paces change over time, all of it), and a warm-up of at most half of that: the
shorter it is, the more the items weigh that are inside at its ends, and no luck
explains these. The bias is told twice: how far the freed mean of all repeats lies
*from the counted mean*, whose own luck is most of that, and *from all at once*, one
factor for the luck of all replications together, which tells what is added by
estimating in each repeat anew. Both stand with their 95 % error. *Coverage* is how
often the interval of a repeat, which says 95 %, holds the mean of all; {repeats:,}
repeats tell it to {error:.1f} points.

{throughput}

{below}

## Differences

What a tool of the file changes (of the cups, which have none, a faster machine_2), on
common random numbers. *Less variance* comes on top of what these bring already.

{differences}

## As precise as asked for

Replications grow by ten, from {first} to {most} at most, until the interval of
the difference is as narrow as asked for. Stopping at a narrow interval costs a little
coverage, freed or counted.

{precise}

## Small steps

An owner {step:.0f} % faster, as where shares are measured by experiment; {stepped}
replications each. Common random numbers alone leave little there: two runs differ by
how items lie at the ends of the window rather than by luck. Taken off as it is, luck
may even add to it. With a factor less is left, but that takes replications, and an
experiment begins with eight. **So shares by experiment stay as they are**, and so does
the choice of the best set of tools (Kim & Nelson), whose promise is made for values
that are independent of each other.

{steps}
"""


def page(
    gained: Sequence[Gained],
    pairs: Sequence[Gained],
    precise: Sequence[Precise],
    steps: Sequence[Stepped],
    *,
    repeats: int,
    minutes: float,
    constants: dict[str, float],
) -> str:
    """Return the page."""
    return PAGE.format(
        headline=_headline(gained),
        repeats=repeats,
        minutes=minutes,
        error=196 * (0.95 * 0.05 / repeats) ** 0.5,
        throughput="\n".join(_table(gained)),
        below="\n".join(_below(gained)),
        differences="\n".join(_table(pairs)),
        precise="\n".join(_precise(precise)),
        steps="\n".join(_steps(steps)),
        **constants,
    )


def _headline(gained: Sequence[Gained]) -> str:
    enough = sum(each.whole >= AIM for each in gained)
    held = sum(LOW <= each.coverage <= HIGH for each in gained)
    return (
        f"**In {enough} of {len(gained)} random scenarios that ship the throughput has "
        f"at least {AIM} times less variance than as counted (in the median "
        f"{sorted(each.whole for each in gained)[len(gained) // 2]:.0f} times), and in "
        f"{held} its intervals hold the truth in 93 to 97 % of repeats.**"
    )


def _table(gained: Sequence[Gained]) -> Iterator[str]:
    yield (
        "| scenario | by | less variance, window of the file | window of a repeat | "
        "less variance there | from the counted mean, % | from all at once, % | "
        "coverage | as counted |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for each in gained:
        yield (
            f"| {each.name} | {each.method} | {each.whole:,.1f} | "
            f"{each.horizon:g} | {each.ratio:,.1f} | "
            f"{100 * each.bias:+.3f} ± {196 * each.error:.3f} | "
            f"{_own(each)} | "
            f"{each.coverage:.1%} | {each.counted:.1%} |"
        )


def _own(each: Gained) -> str:
    if each.own != each.own:
        return "-"
    return f"{100 * each.own:+.3f} ± {196 * each.own_error:.3f}"


def _below(gained: Sequence[Gained]) -> Iterator[str]:
    for each in gained:
        if each.whole < AIM:
            reason = REASONS.get(each.name, "not known why")
            yield f"- `{each.name}` has less than {AIM} times: {reason}."
        if not LOW <= each.coverage <= HIGH:
            yield (
                f"- The interval of `{each.name}` holds the truth in "
                f"{each.coverage:.1%}; as counted in {each.counted:.1%}."
            )


def _precise(found: Sequence[Precise]) -> Iterator[str]:
    yield (
        "| scenario | half-width, of the throughput | replications | as counted | "
        "coverage | as counted |"
    )
    yield "|---|--:|--:|--:|--:|--:|"
    for each in found:
        yield (
            f"| {each.name} | {each.precision:.1%} | {each.needed:.1f} | "
            f"{each.needed_counted:.1f} | {each.coverage:.1%} | "
            f"{each.coverage_counted:.1%} |"
        )


def _steps(found: Sequence[Stepped]) -> Iterator[str]:
    yield (
        "| scenario | owner | less variance by common random numbers | "
        "then, luck taken off as it is | by regression |"
    )
    yield "|---|---|--:|--:|--:|"
    for each in found:
        yield (
            f"| {each.name} | {each.owner} | {each.shared:,.1f} | {each.plain:.2f} | "
            f"{each.factor:.2f} |"
        )
