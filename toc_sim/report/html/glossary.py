"""The words of the page: what each figure is, and in which unit."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.report.html.page_parts import Context
from toc_sim.report.html.phrases import _, say


def glossary(page: Context) -> Iterator[tuple[str, str, object]]:
    """Yield the anchor of each word, the word, and what it means."""
    named = {"item": page.item, "items": page.items, "period": page.period}
    named |= {"pace": page.pace, "money": page.money, "currency": page.currency}
    for key, word, text in _ENTRIES:
        yield key, _(word), say(text, **named)


_ENTRIES: tuple[tuple[str, str, str], ...] = (
    (
        "constraint",
        "constraint",
        (
            "The node that limits the throughput: what is done elsewhere brings "
            "nothing, or little."
        ),
    ),
    (
        "throughput",
        "throughput",
        (
            "{items} bought in a {period}, on average [{pace}]. Where chance varies "
            "it is corrected for the luck of the draw."
        ),
    ),
    (
        "share",
        "constraint share",
        (
            "What 1 % more speed of a node gives to the throughput, in %: 100 % is "
            "all of it, 0 nothing."
        ),
    ),
    (
        "dual",
        "share by capacity",
        (
            "The same by averages alone, without chance and without waiting (the dual "
            "of a linear program)."
        ),
    ),
    (
        "rules",
        "classical rules",
        (
            "Rules of thumb that name a constraint by a symptom: the busiest, the "
            "longest queue, the longest active period and others."
        ),
    ),
    (
        "lift",
        "lifted",
        (
            "Made faster by a few per cent in a further simulation on the same "
            "chance; what that changes is seen, not computed."
        ),
    ),
    (
        "capacity",
        "capacity",
        (
            "What a node, or the whole pipeline, can do on average if nothing hinders "
            "it [{pace}]."
        ),
    ),
    (
        "constraint-time",
        "worth of an hour of the constraint",
        (
            "Money throughput T for each {period} that a server of the constraint "
            "works [{currency}]."
        ),
    ),
    ("T", "throughput in money (T)", "Revenue less truly variable cost [{money}]."),
    ("revenue", "revenue", "Price times {items} bought [{money}]."),
    (
        "profit",
        "net profit",
        (
            "T - OE, where OE is all that is spent whatever is sold [{money}]. With a "
            "tool, what that costs each {period} is taken off."
        ),
    ),
    (
        "I",
        "inside (I)",
        "Work in progress: {items} that came in and are not bought yet.",
    ),
    (
        "difference",
        "difference",
        (
            "Against doing nothing on the same random numbers [{pace}]; the intervals "
            "of all tools hold together."
        ),
    ),
    (
        "hits",
        "hits the constraint",
        (
            "It changes the constraint itself and surely lifts the throughput by more "
            "than makes a difference. It misses where it brings surely less than "
            "that, and harms where it surely costs throughput."
        ),
    ),
    (
        "npv",
        "net present value",
        (
            "All that a tool brings within the window less all that it costs, money "
            "later discounted as the file says [{currency}]."
        ),
    ),
    ("payback", "payback", "When the money laid out has come back for good."),
    (
        "upfront",
        "what a tool costs",
        "Paid once at the purchase, and each {period} as long as it is kept.",
    ),
    (
        "stake",
        "the bet",
        (
            "What is paid at once and over the whole window: what is lost if the tool "
            "brings nothing. A tool that harms would cost throughput besides."
        ),
    ),
    (
        "push",
        "push",
        (
            "What changes if one parameter alone is made 10 % smaller or larger, or a "
            "count one less or more, on the same chance."
        ),
    ),
    (
        "step",
        "step of a policy",
        (
            "One hour more, one place more, one item more inside, another order of "
            "work: tried on the same chance."
        ),
    ),
    ("busy", "busy", "Part of its time in which a node works."),
    (
        "blocked",
        "blocked",
        "Part of its time in which a finished item keeps its server, for want of room.",
    ),
    ("starved", "starved", "Part of its time in which a node waits for work."),
    ("down", "down", "Part of its time in repair."),
    ("off", "off", "Part of its time in which it is closed."),
    ("queue", "queue", "{items} that wait before a node: on average, and at most."),
    (
        "entering",
        "comes in",
        "{items} that are begun at a node, and those that give up before it [{pace}].",
    ),
    (
        "lost",
        "lost",
        (
            "What leaves there without being bought: scrapped, not converted, out of "
            "patience or turned away [{pace}]."
        ),
    ),
    ("drop-off", "drop-off", "What is lost at a node, as a part of what comes there."),
    (
        "worth",
        "worth at most",
        (
            "What is lost, times the part that is bought of what passes there, times "
            "the T of an {item} that is bought on average [{money}]."
        ),
    ),
    (
        "gave",
        "gave, by shares",
        (
            "Growth of a capacity times the mean of the share before and now; exact "
            "for small changes."
        ),
    ),
    (
        "replications",
        "replications",
        "Independent simulations of the same file, each with chance of its own.",
    ),
    (
        "interval",
        "interval (±)",
        (
            "Where the true mean lies, with the confidence that the file asks for. It "
            "knows of chance, not of wrong figures in the file."
        ),
    ),
    (
        "warm-up",
        "warm-up",
        "The time at the start that is not counted, while the pipeline fills.",
    ),
)
