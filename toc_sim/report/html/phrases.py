"""The words of the page: every sentence goes through here, to be translated.

A sentence is whole: ``say("{tool} pays back after {time}.", tool=..., time=...)``. What
stands in braces is put in after the sentence has been translated.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from toc_sim.report.formats import printable

LONGEST_NAME = 60
"""Characters of a name that are shown; a longer one ends in three dots."""


def _(text: str) -> str:
    """Return a sentence in the language of the page."""
    return text


def say(sentence: str, **parts: object) -> Markup:
    """Return a sentence in the language of the page, with its parts in it.

    Parameters
    ----------
    sentence
        With the names of its parts in braces.
    parts
        Text, which stays text, or pieces of the page.

    Examples
    --------
    >>> from toc_sim.report.html.phrases import say
    >>> say("{node} is the constraint.", node="<b>")
    Markup('&lt;b&gt; is the constraint.')
    """
    return Markup(_(sentence)).format(**parts)  # noqa: S704 - parts are escaped by it


def short(text: str) -> str:
    """Return a name that leaves room for what stands beside it."""
    clean = printable(text).strip()
    return clean if len(clean) <= LONGEST_NAME else f"{clean[: LONGEST_NAME - 1]}…"


def name(text: str) -> Markup:
    """Return a name, in whichever direction its letters run.

    Examples
    --------
    >>> from toc_sim.report.html.phrases import name
    >>> name("R&D")
    Markup('<bdi>R&amp;D</bdi>')
    """
    parts = map(escape, short(text).split("_"))
    return Markup("<bdi>{}</bdi>").format(Markup("_<wbr>").join(parts))


def listed(parts: Iterable[object]) -> Markup:
    """Join names as one says them: ``a, b and c``."""
    every = [escape(part) for part in parts]
    if len(every) < 2:  # noqa: PLR2004 - nothing to join
        return Markup("").join(every)
    *others, last = every
    return say("{others} and {last}", others=Markup(", ").join(others), last=last)
