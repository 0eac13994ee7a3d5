"""How names and figures stand in the sentences of a verdict."""

from __future__ import annotations

from math import floor, log10

from toc_sim.constraint.intervals import Interval
from toc_sim.language import figure, phrase
from toc_sim.network import Network

NARROWEST_TOLD = 0.0005
"""An interval of a share narrower than this is not told [1]."""


def the_market() -> str:
    """Return what the market is called that has no other name."""
    return phrase("the market")


def name_of(net: Network, name: str) -> str:
    """Return what a node, resource or policy is called in a sentence."""
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{net.scenario.title(name)} {release.limit}"
    title = net.scenario.title(name)
    is_market = any(node.name == name and node.kind == "market" for node in net.nodes)
    return the_market() if is_market and title == "market" else title


def pace_of(net: Network, value: float) -> str:
    """Write a throughput with its unit."""
    return f"{figure_of(value)} {net.scenario.item.unit}/{net.scenario.period.unit}"


def figure_of(value: float) -> str:
    """Return a figure with two decimals, or three digits where it is below 1."""
    if not 0 < abs(value) < 1:
        return figure(f"{value:,.2f}")
    return figure(f"{value:.{2 - floor(log10(abs(value)))}f}")


def percent_of(share: Interval) -> str:
    """Return a share in words; what was measured a little above 1 is all there is."""
    is_all = round(share.mean, 2) > 1
    mean = f"{share.mean:.0%}".removesuffix("%")
    if not share.is_known or share.half_width <= NARROWEST_TOLD:
        return phrase("all") if is_all else phrase("{share} %", share=mean)
    ends = {
        "low": figure(f"{share.low * 100:.1f}"),
        "high": figure(f"{share.high:.1%}".removesuffix("%")),
    }
    if is_all:
        return phrase("all ({low} to {high} %)", **ends)
    return phrase("{share} % ({low} to {high} %)", share=mean, **ends)


def spaced(text: str) -> str:
    """Write a percentage as its language does: ``8.5 %``."""
    return figure(text).replace("%", " %")
