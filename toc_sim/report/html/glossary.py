"""The words of the page: what each figure is, and in which unit."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from toc_sim.language import phrase_in
from toc_sim.report.html.page_parts import Context
from toc_sim.report.html.phrases import _


def glossary(page: Context) -> Iterator[tuple[str, str, object]]:
    """Yield the anchor of each word, the word, and what it means."""
    named = {"item": page.item, "items": page.items, "period": page.period}
    named |= {"pace": page.pace, "money": page.money, "currency": page.currency}
    for key, word, text in _entries():
        yield key, word, Markup(text).format(**named)  # noqa: S704 - parts are escaped


def _entries() -> Iterator[tuple[str, str, str]]:
    """Yield the same, the parts of each meaning in braces."""
    yield (
        "constraint",
        _("constraint"),
        _(
            "The node that limits the throughput: what is done elsewhere brings "
            "nothing, or little."
        ),
    )
    yield (
        "throughput",
        _("throughput"),
        _(
            "{items} bought in a {period}, on average [{pace}]. Where chance "
            "varies it is corrected for the luck of the draw."
        ),
    )
    yield (
        "share",
        _("constraint share"),
        _(
            "What 1 % more speed of a node gives to the throughput, in %: 100 % "
            "is all of it, 0 nothing."
        ),
    )
    yield (
        "dual",
        _("share by capacity"),
        _(
            "The same by averages alone, without chance and without waiting (the "
            "dual of a linear program)."
        ),
    )
    yield (
        "rules",
        _("classical rules"),
        _(
            "Rules of thumb that name a constraint by a symptom: the busiest, the "
            "longest queue, the longest active period and others."
        ),
    )
    yield (
        "lift",
        _("lifted"),
        _(
            "Made faster by a few per cent in a further simulation on the same "
            "chance; what that changes is seen, not computed."
        ),
    )
    yield (
        "capacity",
        _("capacity"),
        _(
            "What a node, or the whole pipeline, can do on average if nothing "
            "hinders it [{pace}]."
        ),
    )
    yield (
        "constraint-time",
        _("worth of an hour of the constraint"),
        _(
            "Money throughput T for each {period} that a server of the constraint "
            "works [{currency}]."
        ),
    )
    yield (
        "T",
        _("throughput in money (T)"),
        _("Revenue less truly variable cost [{money}]."),
    )
    yield "revenue", _("revenue"), _("Price times {items} bought [{money}].")
    yield (
        "profit",
        _("net profit"),
        _(
            "T - OE, where OE is all that is spent whatever is sold [{money}]. "
            "With a tool, what that costs each {period} is taken off."
        ),
    )
    yield (
        "I",
        _("inside (I)"),
        _("Work in progress: {items} that came in and are not bought yet."),
    )
    yield (
        "difference",
        _("difference"),
        _(
            "Against doing nothing on the same random numbers [{pace}]; the "
            "intervals of all tools hold together."
        ),
    )
    yield (
        "hits",
        _("hits the constraint"),
        _(
            "It changes the constraint itself and surely lifts the throughput by "
            "more than makes a difference. It misses where it brings surely less "
            "than that, and harms where it surely costs throughput."
        ),
    )
    yield (
        "npv",
        _("net present value"),
        _(
            "All that a tool brings within the window less all that it costs, "
            "money later discounted as the file says [{currency}]."
        ),
    )
    yield "payback", _("payback"), _("When the money laid out has come back for good.")
    yield (
        "upfront",
        _("what a tool costs"),
        _("Paid once at the purchase, and each {period} as long as it is kept."),
    )
    yield (
        "stake",
        _("the bet"),
        _(
            "What is paid at once and over the whole window: what is lost if the "
            "tool brings nothing. A tool that harms would cost throughput "
            "besides."
        ),
    )
    yield (
        "push",
        phrase_in("parameter", "push"),
        _(
            "What changes if one parameter alone is made 10 % smaller or larger, "
            "or a count one less or more, on the same chance."
        ),
    )
    yield (
        "step",
        _("step of a policy"),
        _(
            "One hour more, one place more, one item more inside, another order "
            "of work: tried on the same chance."
        ),
    )
    yield "busy", _("busy"), _("Part of its time in which a node works.")
    yield (
        "blocked",
        _("blocked"),
        _(
            "Part of its time in which a finished item keeps its server, for want "
            "of room."
        ),
    )
    yield "starved", _("starved"), _("Part of its time in which a node waits for work.")
    yield "down", _("down"), _("Part of its time in repair.")
    yield "off", _("off"), _("Part of its time in which it is closed.")
    yield (
        "queue",
        _("queue"),
        _("{items} that wait before a node: on average, and at most."),
    )
    yield (
        "wait",
        _("wait"),
        _(
            "From coming to a node until its service begins [{period}]; of products "
            "and of all that is bought, its waits at all nodes together."
        ),
    )
    yield (
        "wait-quantile",
        _("half, 90 %, 95 % within"),
        _("So many of all waits are no longer than this [{period}], within 1 %."),
    )
    yield (
        "in-time",
        _("in time"),
        _("Part of all waits that is no longer than the target of the file, counted."),
    )
    yield (
        "left-waiting",
        _("left, oldest"),
        _(
            "{items} that still wait when the window ends, on average, and how long "
            "the first of them has waited [{period}]."
        ),
    )
    yield (
        "room",
        _("room"),
        _(
            "{items} that may wait before a node. Where there is none left, who comes "
            "before it stands still."
        ),
    )
    yield (
        "entering",
        _("comes in"),
        _(
            "{items} that are begun at a node, and those that give up before it "
            "[{pace}]."
        ),
    )
    yield (
        "lost",
        _("lost"),
        _(
            "What leaves there without being bought: scrapped, not converted, out "
            "of patience or turned away [{pace}]."
        ),
    )
    yield (
        "drop-off",
        _("drop-off"),
        _("What is lost at a node, as a part of what comes there."),
    )
    yield (
        "worth",
        _("worth at most"),
        _(
            "What is lost, times the part that is bought of what passes there, "
            "times the T of an {item} that is bought on average [{money}]."
        ),
    )
    yield (
        "first",
        _("first"),
        _("Purchases of who buys for the first time [{pace}]."),
    )
    yield (
        "again",
        _("again"),
        _("Purchases of who has bought before [{pace}]."),
    )
    yield (
        "frequency",
        _("each buys"),
        _("How often a customer buys in all, by the file's chances to come back."),
    )
    yield (
        "churn",
        _("churn"),
        _("Part of all purchases after which the customer does not come back."),
    )
    yield (
        "lifetime-value",
        _("what a customer brings"),
        _("T of all purchases of one customer, not discounted [{currency}]."),
    )
    yield (
        "gave",
        _("gave, by shares"),
        _(
            "Growth of a capacity times the mean of the share before and now; "
            "exact for small changes."
        ),
    )
    yield (
        "replications",
        _("replications"),
        _("Independent simulations of the same file, each with chance of its own."),
    )
    yield (
        "interval",
        _("interval (±)"),
        _(
            "Where the true mean lies, with the confidence that the file asks "
            "for. It knows of chance, not of wrong figures in the file."
        ),
    )
    yield (
        "warm-up",
        _("warm-up"),
        _("The time at the start that is not counted, while the pipeline fills."),
    )
