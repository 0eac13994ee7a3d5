"""Who buys what: products, and customers who come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from toc_sim.report.formats import printable
from toc_sim.report.html.page_parts import Context, Heading, PageTable, Section
from toc_sim.report.html.phrases import _, say
from toc_sim.report.html.shown import FigurePath
from toc_sim.report.text.best_mix import mix_notes, mix_sentence
from toc_sim.report.text.run import customers_note


def products_section(page: Context) -> Section | None:
    """Return what each product brings; None where there is one."""
    names = list(page.shown.at("run", "products") or ())
    if not names:
        return None
    shown = page.shown
    roots = [("run", "products", each) for each in names]
    heads = [
        Heading(_("product"), is_text=True),
        Heading(_("bought"), page.pace, "throughput"),
    ]
    columns: list[Sequence[str | Markup]] = [
        [page.tools([each]) for each in names],
        shown.column([(*root, "bought") for root in roots]),
    ]
    if page.has_money:
        heads += [
            Heading(_("revenue"), page.money, "revenue"),
            Heading(_("throughput (T)"), page.money, "T"),
        ]
        columns += [
            shown.column([(*root, "revenue") for root in roots]),
            shown.column([(*root, "throughput") for root in roots]),
        ]
    key = "throughput" if page.has_money else "bought"
    best = max(names, key=lambda each: shown.mean("run", "products", each, key))
    title = say("{product} brings most.", product=page.tools([best]))
    grid = PageTable(_("By product"), heads, list(zip(*columns, strict=True)))
    subtitle = say("What was bought, averages of all replications")
    return Section(
        "products", title, subtitle, {"grid": grid, "notes": tuple(_mix(page))}
    )


def _mix(page: Context) -> Iterator[Markup]:
    """Yield what to make, by capacity, and what simpler rules would lose."""
    net, mix = page.found.runs.network, page.found.mix
    if mix is not None:
        for text in (mix_sentence(net, mix), *mix_notes(net, mix)):
            yield escape(printable(text))


def customers_section(page: Context) -> Section | None:
    """Return how often customers come back; None where nobody does."""
    lines = page.found.customers
    if not lines:
        return None
    roots: list[FigurePath] = [("run", "customers", n) for n in range(len(lines))]
    every = (
        ("first", _("first"), page.pace, 1.0),
        ("again", _("again"), page.pace, 1.0),
        ("frequency", _("each buys"), _("times"), 1.0),
        ("churn", _("churn"), "%", 100.0),
        ("lifetime_value", _("brings (T)"), page.currency, 1.0),
    )
    heads = [Heading(_("who comes back"), is_text=True)]
    columns: list[Sequence[str | Markup]] = [
        [
            say("customers of {product}", product=page.tools([line.product]))
            if line.product is not None
            else say("all customers")
            for line in lines
        ]
    ]
    for key, label, unit, times in every:
        if any(getattr(line, key) is not None for line in lines):
            heads.append(Heading(label, unit, key.replace("_", "-")))
            columns.append(
                page.shown.column([(*root, key) for root in roots], times=times)
            )
    grid = PageTable(_("Customers"), heads, list(zip(*columns, strict=True)))
    subtitle = say("Purchases in the window, averages of all replications")
    parts = {"grid": grid, "notes": (escape(customers_note(page.scenario)),)}
    return Section("customers", _faithful(page, roots), subtitle, parts)


def _faithful(page: Context, roots: Sequence[FigurePath]) -> Markup:
    """Say how often a customer buys, of several the one who brings most."""
    shown, lines = page.shown, page.found.customers
    known = all(line.lifetime_value is not None for line in lines)
    key = "lifetime_value" if known else "frequency"
    best = max(range(len(lines)), key=lambda n: shown.mean(*roots[n], key))
    product = lines[best].product
    parts = {
        "product": "" if product is None else page.tools([product]),
        "times": shown.figure(*roots[best], "frequency", term="frequency", alone=True),
        "churn": shown.figure(
            *roots[best], "churn", times=100, unit="%", term="churn", alone=True
        ),
    }
    if product is None:
        return say(
            "A customer buys {times} times in all; {churn} of purchases are the last.",
            **parts,
        )
    if len(lines) == 1:
        return say(
            "A customer of {product} buys {times} times in all; {churn} of purchases "
            "are the last.",
            **parts,
        )
    if known:
        return say(
            "Customers of {product} bring most: each buys {times} times in all; "
            "{churn} of purchases are the last.",
            **parts,
        )
    return say(
        "Customers of {product} come back most: each buys {times} times in all; "
        "{churn} of purchases are the last.",
        **parts,
    )
