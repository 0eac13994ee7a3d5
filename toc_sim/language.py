"""The language in which people are answered: sentences, figures and counted things.

Sentences stand in the code in English, whole, with names in braces for what changes;
every other language is one catalogue of GNU gettext in ``toc_sim/locale``. Keys of
files and of JSON, options and names of commands are the same in all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
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
