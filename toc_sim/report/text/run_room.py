"""Where a run waits for room, and what one more place was seen to bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toc_sim.constraint.buffer_share import WORTH_A_PLACE, BufferShare
from toc_sim.constraint.intervals import Interval
from toc_sim.language import figure, joined, phrase
from toc_sim.report.formats import alone, counted
from toc_sim.report.given_command import GivenCommand
from toc_sim.report.run_summary import Findings

_BLOCKED = 0.005
"""A node that is blocked for less of its time hardly waits for room [1]."""


def room_notes(found: Findings, command: GivenCommand) -> Iterator[str]:
    """Say where the critical path waits for room, and what one more place brought."""
    waits = [each for each in found.buffers if each.share.mean >= WORTH_A_PLACE]
    if not waits:
        yield from _room_to_try(found, command)
        return
    first, *others = waits
    facts = {
        "node": found.title(first.name),
        "times": alone(100 * first.share.mean),
        "items": counted("100", found.scenario.item),
        "others": joined(
            f"{found.title(each.name)} {alone(100 * each.share.mean)}"
            for each in others
        ),
    }
    if others:
        text = phrase(
            "The critical path waits for room most often before {node}, {times} times "
            "for every {items} ({others}).",
            **facts,
        )
    else:
        text = phrase(
            "The critical path waits for room most often before {node}, {times} times "
            "for every {items}.",
            **facts,
        )
    yield f"{text} {_places(found, [each for each in waits if each.gain])}"


def _places(found: Findings, tried: Sequence[BufferShare]) -> str:
    """Say what one more place brought where it was tried, the best first."""
    gains = {each.name: each.gain for each in tried if each.gain is not None}
    first, *others = sorted(gains, key=lambda name: -gains[name].mean)
    if gains[first].least <= 0:
        return phrase(
            "One more place was tried before {nodes}, and brought nothing that stands "
            "out from chance.",
            nodes=joined(map(found.title, gains)),
        )
    facts = {"node": found.title(first), "gain": _brought(gains[first])}
    if not others:
        return phrase("One more place before {node} was seen to bring {gain}.", **facts)
    less = [
        phrase(
            "before {node} {gain} %",
            node=found.title(name),
            gain=figure(f"{100 * gains[name].mean:.2g}"),
        )
        for name in others
    ]
    return phrase(
        "One more place before {node} was seen to bring {gain}, {others}.",
        others=joined(less),
        **facts,
    )


def _brought(gain: Interval) -> str:
    """Write what was gained, with its interval if there is one."""
    low, mean, high = (
        figure(f"{100 * each:.2g}") for each in (gain.low, gain.mean, gain.high)
    )
    if not gain.is_known or not gain.half_width:
        return phrase("{share} %", share=mean)
    return phrase("{share} % ({low} to {high} %)", share=mean, low=low, high=high)


def _room_to_try(found: Findings, command: GivenCommand) -> Iterator[str]:
    """Say how to see where one more place helps, where no path tells it."""
    if found.verdict.method == "path":
        return
    tried = {each.place for each in found.verdict.policies if each.kind == "buffer"}
    net = found.runs.network
    blocked = {row.name for row in found.rows if row.blocked > _BLOCKED}
    full = {
        net.nodes[link.target].name
        for node in net.nodes
        for link in node.links
        if node.name in blocked and net.nodes[link.target].buffer is not None
    }
    if full - tried:
        yield phrase(
            "Where one more place of room helps most is not told by the critical path "
            "here; to try each buffer: {command}",
            command=command.changed({"--policies": ""}),
        )
