"""The language in which people are answered: sentences, figures, names and counts.

Sentences stand in the code in English, whole, with names in braces for what changes;
every other language is one catalogue of GNU gettext in ``toc_sim/locale``. Keys of
files and of JSON, options and names of commands are the same in all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

DOMAIN = "toc_sim"
"""What the catalogues are called."""

FOLDER = Path(__file__).parent / "locale"
"""Where they stand, in a folder for each language."""

ENGLISH = "en"

_NOTHING = NullTranslations()

_spoken: ContextVar[NullTranslations] = ContextVar("spoken", default=_NOTHING)


def languages() -> tuple[str, ...]:
    """Return the languages that there are: English, then those with a catalogue."""
    found = sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *found)


def system_language() -> str:
    """Return the language of the system, if there is a catalogue of it; else English.

    As gettext finds it: ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``.
    """
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for word in os.environ.get(variable, "").split(":"):
            code = word.partition(".")[0].partition("_")[0].lower()
            if code in languages():
                return code
            if code:
                return ENGLISH
    return ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer in a language within a block.

    Parameters
    ----------
    language
        One of `languages`.

    Raises
    ------
    LookupError
        If there is no such language.

    Examples
    --------
    >>> from toc_sim.language import phrase, speaking
    >>> with speaking("en"):
    ...     phrase("{node} is full", node="Sales")
    'Sales is full'
    """
    if language not in languages():
        raise LookupError(language)
    catalogue = _NOTHING
    if language != ENGLISH:
        path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
        with path.open("rb") as file:
            catalogue = GNUTranslations(file)
    token = _spoken.set(catalogue)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """Return the code of the language that is spoken: ``en``."""
    return _spoken.get().info().get("language", ENGLISH)


def phrase(sentence: str, /, **parts: object) -> str:
    """Return a sentence in the language that is spoken, its parts filled in.

    Parameters
    ----------
    sentence
        In English, with names in braces: ``"{node} is full"``. It is looked up as it
        stands, so it must be written out where it is phrase.
    parts
        By these names, as they are to be read.
    """
    text = _spoken.get().gettext(sentence)
    return text.format(**parts) if parts else text


def phrase_of(one: str, many: str, count: int, /, **parts: object) -> str:
    """Return a sentence about one or many things.

    Parameters
    ----------
    one, many
        The sentence in English, of one thing and of many.
    count
        How many there are; of a name that is one or many, 1 or 2.
    parts
        As of `phrase`.
    """
    return _spoken.get().ngettext(one, many, count).format(**parts)


def phrase_in(place: str, sentence: str, /) -> str:
    """Return a word or sentence that is said otherwise in this place than elsewhere.

    Parameters
    ----------
    place
        In a few words, for those who translate: ``head of the statement``.
    sentence
        As of `phrase`, without parts.
    """
    return _spoken.get().pgettext(place, sentence)


def counted_word(one: str, many: str, count: int) -> str:
    """Return a word for so many things, where a catalogue knows it: ``час``, ``часа``.

    Parameters
    ----------
    one, many
        The English word: ``hour``, ``hours``.
    count
        How many there are.
    """
    return _spoken.get().npgettext("noun", one, many, count)


def joined(names: Iterable[str]) -> str:
    """Join names as one says them: ``a, b and c``.

    Parameters
    ----------
    names
        In the order in which they are said.

    Examples
    --------
    >>> from toc_sim.language import joined
    >>> joined(["machine_2", "sales", "market"])
    'machine_2, sales and market'
    """
    every = list(names)
    if len(every) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(every)
    return phrase("{first} and {last}", first=", ".join(every[:-1]), last=every[-1])


_SINGULAR_S = re.compile(r"(ss|us|is|ics)$", re.IGNORECASE)
"""How words end that end in an s and are one: glass, bus, analysis, logistics."""

_ONE_THOUGH_IN_S = frozenset(
    {"sales", "news", "series", "species", "canvas", "gas", "lens", "atlas"}
)
"""Further words that are one; a department of sales is one."""

_MANY_WITHOUT_S = frozenset({"people", "men", "women", "children", "staff", "police"})
"""Words that are many without an s."""

_MANY_IN_RUSSIAN = re.compile("(?!такси$|жюри$).{3,}([иы]|[гжкхчшщ]ие|ые)")
"""How first words of Russian names end that are many, as ``менеджеры по продажам`` and
``рабочие``; a ``решение`` is one."""

_AFTER_HEAD = re.compile(r":| \(|[ _](?:of|by|for|with|without|before|after)[ _]")
"""What a name says after it agrees with no verb: the order of work of sellers is."""


def is_many(title: str) -> bool:
    """Return whether a name is one of several: ``sellers`` are, ``sales`` is.

    Parameters
    ----------
    title
        What a node, a resource or a tool is called.

    Examples
    --------
    >>> from toc_sim.language import is_many
    >>> is_many("account executives"), is_many("sales"), is_many("the press")
    (True, False, False)
    >>> is_many("review_by_managers"), is_many("managers_of_stores")
    (False, True)
    """
    head = _AFTER_HEAD.split(title, maxsplit=1)[0]
    words = re.findall(r"[^\W\d_]+", head.removeprefix("Ещё ")) or [""]
    if _MANY_IN_RUSSIAN.fullmatch(words[0].lower()):
        return True
    last = words[-1].lower()
    if last in _MANY_WITHOUT_S:
        return True
    is_one = last in _ONE_THOUGH_IN_S or _SINGULAR_S.search(last)
    ends = head.rstrip()
    return len(last) > 3 and last.endswith("s") and not is_one and ends[-1:] in "sS"  # noqa: PLR2004 - shorter ones are names


def grammatical_number(names: Iterable[str]) -> int:
    """Return 1 where a verb that goes with names has the singular, and else 2.

    Parameters
    ----------
    names
        What nodes, resources or tools are called.

    Examples
    --------
    >>> from toc_sim.language import grammatical_number
    >>> grammatical_number(["sales"]), grammatical_number(["sellers"])
    (1, 2)
    """
    every = list(names)
    return 2 if len(every) > 1 or any(map(is_many, every)) else 1


def figure(text: str) -> str:
    """Return a figure as the language that is spoken writes it.

    Parameters
    ----------
    text
        In English: ``1,234.5``.

    Examples
    --------
    >>> from toc_sim.language import figure
    >>> figure("1,234.5")
    '1,234.5'
    """
    catalogue = _spoken.get()
    if catalogue is _NOTHING:
        return text
    signs = {
        ",": catalogue.pgettext("between thousands", ","),
        ".": catalogue.pgettext("before decimals", "."),
    }
    return "".join(signs.get(letter, letter) for letter in text)
