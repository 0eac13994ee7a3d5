"""What stands first on the page: the constraint, its number, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from toc_sim.constraint.sensitivity import Lift
from toc_sim.experiment.compare.comparison import ComparisonRow
from toc_sim.report.formats import printable
from toc_sim.report.html.page_parts import MOST_NAMED, Context, Section
from toc_sim.report.html.phrases import _, say
from toc_sim.report.text.breakdown import breakdown_sentence
from toc_sim.report.text.comparison_sentence import comparison_sentence
from toc_sim.report.text.roadmap import roadmap_sentence

_NOTHING = 0.1
"""A lift that brings a smaller part of its step than this brings nothing [1]."""


def summary(page: Context) -> Section:
    """Return the sentence, the number and the next step."""
    parts = {
        "checked": checked(page),
        "number": _number(page),
        "facts": tuple(_facts(page)),
        "next": tuple(_next(page)),
    }
    return Section("summary", _verdict(page), parts=parts)


def _verdict(page: Context) -> str | Markup:
    """Return the verdict as it is told everywhere, or in short where it is long."""
    verdict = page.found.verdict
    if len(verdict.constraint) <= MOST_NAMED:
        return printable(verdict.sentence)
    return say(
        "{nodes} share the constraint: chance does not tell which is the largest.",
        nodes=page.nodes_called(verdict.constraint),
    )


def checked(page: Context) -> Markup:
    """Say what was lifted, and what was seen to lift."""
    verdict = page.found.verdict
    if verdict.kind == "policy" or not verdict.lifts:
        if verdict.policies and verdict.kind == "policy":
            return say(
                "Checked: the policy was relaxed by one step, and the throughput "
                "changed by {gain}.",
                gain=page.shown.figure(
                    *("run", "constraint", "policies", 0, "gain"),
                    times=100,
                    plus=True,
                    unit="%",
                    term="share",
                ),
            )
        return say("Not checked by lifting: nothing was lifted in this run.")
    return Markup(" ").join(
        _lifted(page, place, lift) for place, lift in enumerate(verdict.lifts)
    )


def _lifted(page: Context, place: int, lift: Lift) -> Markup:
    """Say what one lift was, and what it brought."""
    root = ("run", "constraint", "lifts", place)
    step = page.shown.figure(
        *root, "step", times=100, given=True, unit="%", term="lift"
    )
    names = page.nodes_called(lift.names)
    gain = page.shown.figure(
        *root, "gain", times=100 * lift.step, unit="%", term="lift"
    )
    if place:
        return say("{names}, {step} faster: {gain}.", names=names, step=step, gain=gain)
    parts = {"names": names, "step": step, "gain": gain}
    if not lift.gain.is_known:
        return say(
            "Tried: {names} made {step} faster changed the throughput by {gain}, in "
            "one run, which cannot tell how sure that is.",
            **parts,
        )
    if abs(lift.gain.mean) <= _NOTHING or lift.gain.low <= 0:
        return say(
            "Tried: {names} made {step} faster changed the throughput by {gain}, which "
            "does not stand out.",
            **parts,
        )
    return say(
        "Checked: {names} made {step} faster lifted the throughput by {gain}.", **parts
    )


def _number(page: Context) -> tuple[Markup, Markup]:
    """Return the one number, and what it is."""
    shown, found = page.shown, page.found
    if found.per_constraint_time is not None:
        figure = shown.figure(
            *("run", "money", "per_constraint_time"),
            unit=page.currency,
            term="constraint-time",
            alone=True,
        )
        told = say(
            "is what one {period} of work at {node} earns; one lost costs as much",
            period=page.period,
            node=page.node(found.verdict.constraint[0]),
        )
        return figure, told
    figure = shown.figure(
        *("run", "throughput"), unit=page.pace, term="throughput", alone=True
    )
    return figure, say("is what the whole pipeline brings, and no more")


def _facts(page: Context) -> Iterator[tuple[str, Markup]]:
    """Yield the few figures beside it, each with its name."""
    shown = page.shown
    if page.found.per_constraint_time is not None:
        yield (
            _("Throughput"),
            shown.figure("run", "throughput", unit=page.pace, term="throughput"),
        )
    if page.has_money:
        yield (
            _("Net profit"),
            shown.figure("run", "money", "net_profit", unit=page.money, term="profit"),
        )
    if page.found.verdict.kind != "policy":
        yield (
            _("Constraint share"),
            shown.figure(
                *("run", "constraint", "share"), times=100, unit="%", term="share"
            ),
        )
    following = page.found.verdict.capacity.next_constraint
    if following and shown.at("run", "static", "next", "throughput") is not None:
        yield (
            _("If it is lifted, by capacity"),
            say(
                "{pace}, then {nodes}",
                pace=shown.figure(
                    *("run", "static", "next", "throughput"),
                    unit=page.pace,
                    term="capacity",
                ),
                nodes=page.nodes_called(following),
            ),
        )


def _next(page: Context) -> Iterator[Markup]:
    """Yield what to do next, a sentence each."""
    report = page.report
    if report.comparison is None:
        yield from _without_tools(page)
        return
    best = report.best
    if best is None:
        yield Markup("<strong>{}</strong>").format(
            comparison_sentence(report.comparison)
        )
        yield say(
            "No money is at stake in doing nothing; what it leaves on the table is "
            "told below."
        )
        return
    yield from _bet(page, best)
    if report.roadmap is not None and len(report.roadmap.steps) > 2:  # noqa: PLR2004 - more than one purchase
        yield Markup("{}").format(roadmap_sentence(report.roadmap))


def _bet(page: Context, best: ComparisonRow) -> Iterator[Markup]:
    """Yield which tools to buy first, what they bring, and what is at stake."""
    shown, root = page.shown, ("compare", "variants", 0)
    found = page.report.comparison
    if found is not None and best.word != "hits":
        yield Markup("<strong>{}</strong>").format(comparison_sentence(found))
    else:
        yield Markup("<strong>{}</strong>").format(
            say(
                "Buy {tools} first: throughput goes from {before} to {after}.",
                tools=page.tools(best.tools),
                before=shown.figure("run", "throughput", term="throughput", alone=True),
                after=shown.figure(
                    *root, "throughput", unit=page.pace, term="throughput", alone=True
                ),
            )
        )
    if found is not None and found.best.unseparated:
        yield say("Chance does not tell it from the next best; see the table of tools.")
    if shown.at(*root, "money") is None:
        yield say(
            "It changes the throughput by {difference}.",
            difference=shown.figure(
                *root, "difference", unit=page.pace, plus=True, term="difference"
            ),
        )
        return
    yield _worth(page)
    yield from _stake(page)


def _worth(page: Context) -> Markup:
    """Say what the tools are worth over the window, and when they are paid back."""
    shown, root = page.shown, ("compare", "variants", 0, "money")
    parts = {
        "time": page.times("run", "horizon"),
        "npv": shown.figure(*root, "npv", plus=True, unit=page.currency, term="npv"),
    }
    back = shown.at(*root, "payback")
    if back is None:
        return say(
            "Over {time} it is worth {npv} net of what it costs: it is not paid back.",
            **parts,
        )
    if not back:
        return say("Over {time} it is worth {npv} net of what it costs.", **parts)
    after = shown.figure(*root, "payback", unit=page.scenario.period, term="payback")
    return say(
        "Over {time} it is worth {npv} net of what it costs, which is back after "
        "{after}.",
        after=after,
        **parts,
    )


def _stake(page: Context) -> Iterator[Markup]:
    """Yield what is lost if the tools bring nothing."""
    shown = page.shown
    most = shown.figure("next", "at_most", given=True, unit=page.currency, term="stake")
    each = shown.figure("next", "per_period", given=True, unit=page.money, term="stake")
    once = shown.figure("next", "upfront", given=True, unit=page.currency, term="stake")
    if not shown.mean("next", "at_most"):
        yield say("The bet: it costs nothing, so nothing is lost if it brings nothing.")
    elif not shown.mean("next", "per_period"):
        yield say(
            "The bet: if it brings nothing, you lose at most the {most} that it costs.",
            most=most,
        )
    elif not shown.mean("next", "upfront"):
        yield say(
            "The bet: if it brings nothing, you lose {each} for as long as you keep "
            "it, "
            "at most {most} over {time}.",
            each=each,
            most=most,
            time=page.times("next", "horizon"),
        )
    else:
        yield say(
            "The bet: if it brings nothing, you lose {once} at once and {each} for as "
            "long as you keep it, at most {most} over {time}.",
            once=once,
            each=each,
            most=most,
            time=page.times("next", "horizon"),
        )


def _without_tools(page: Context) -> Iterator[Markup]:
    """Yield what to do where the file names no tools."""
    verdict = page.found.verdict
    yield Markup("<strong>{}</strong>").format(
        say(
            "Ask of every plan whether it touches {nodes}: what does not cannot lift "
            "the throughput much.",
            nodes=page.constraint(verdict),
        )
    )
    if page.report.breakdown is not None:
        yield Markup("{}").format(breakdown_sentence(page.report.breakdown))
    yield say(
        "The file names no tools, so no purchase was compared. Name what could be "
        "bought, and ask again: {command}",
        command=page.command("compare {file}"),
    )
