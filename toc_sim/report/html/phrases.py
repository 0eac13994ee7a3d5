"""The words of the page: every sentence goes through here, to be translated.

A sentence is whole: ``say("{tool} pays back after {time}.", tool=..., time=...)``. What
stands in braces is put in after the sentence has been translated.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from toc_sim.language import phrase, phrase_of
from toc_sim.report.formats import printable

LONGEST_NAME = 60
"""Characters of a name that are shown; a longer one ends in three dots."""


def _(text: str) -> str:
    """Return a sentence without parts in the language that is spoken."""
    return phrase(text)


def say(sentence: str, **parts: object) -> Markup:
    """Return a sentence in the language that is spoken, with its parts in it.

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
    return Markup(phrase(sentence)).format(**parts)  # noqa: S704 - parts are escaped by it


def say_of(one: str, many: str, count: int, **parts: object) -> Markup:
    """Return a sentence about one or many things, with its parts in it.

    Parameters
    ----------
    one, many
        The sentence of one thing and of many.
    count
        How many there are; of a name that is one or many, 1 or 2.
    parts
        As of `say`.
    """
    told = {key: escape(part) for key, part in parts.items()}
    return Markup(phrase_of(one, many, count, **told))  # noqa: S704 - parts are escaped


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
