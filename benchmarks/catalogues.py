"""The catalogues of other languages: which sentences there are, and their translations.

``python benchmarks/catalogues.py`` says what is missing; ``--write`` brings the
catalogues in line with the code and compiles them; ``--new de`` begins a language.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from toc_sim.language import DOMAIN, FOLDER

PACKAGE = Path(__file__).parents[1] / "toc_sim"

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
"""What is read, and how."""

KEYWORDS = {
    "phrase": None,
    "_": None,
    "say": None,
    "phrase_of": (1, 2),
    "say_of": (1, 2),
    "said_of": (3, 4),
    "pgettext": ((1, "c"), 2),
    "phrase_in": ((1, "c"), 2),
    "counted_word": (1, 2),
}
"""The functions whose texts are translated."""

PERIODS = (
    ("minute", "minutes"),
    ("hour", "hours"),
    ("shift", "shifts"),
    ("day", "days"),
    ("week", "weeks"),
    ("month", "months"),
    ("quarter", "quarters"),
    ("year", "years"),
    ("period", "periods"),
    ("item", "items"),
    ("case", "cases"),
    ("order", "orders"),
)
"""The usual words of files that every language knows."""

Message = str | tuple[str, str]


def template() -> Catalog:
    """Return every sentence of the package, in the order of the files."""
    found = Catalog(domain=DOMAIN)
    for name, _line, message, _comments, context in extract_from_dir(
        PACKAGE, METHODS, keywords=KEYWORDS
    ):
        found.add(message, locations=[(name, 0)], context=context)
    for pair in PERIODS:
        found.add(pair, context="noun")
    return found


def path_of(language: str) -> Path:
    """Return the file of a language."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language as its file has it."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def updated(language: str) -> Catalog:
    """Return it with the sentences that there are now, and no others."""
    try:
        found = catalogue(language)
    except FileNotFoundError:
        found = Catalog(locale=language, domain=DOMAIN)
    found.update(template(), no_fuzzy_matching=True)
    found.obsolete.clear()
    return found


def written(found: Catalog) -> bytes:
    """Return a catalogue as its file has it: the same bytes each time."""
    text = io.BytesIO()
    write_po(text, found, width=88, omit_header=False, no_location=True)
    lines = text.getvalue().decode().splitlines(keepends=True)
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
    kept = [
        line
        for line in lines
        if not line.startswith("#") and not any(word in line for word in dated)
    ]
    return "".join(kept).lstrip("\n").encode()


def compiled(found: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    text = io.BytesIO()
    plain = read_po(io.BytesIO(written(found)), locale=str(found.locale))
    plain.creation_date = datetime.fromtimestamp(0, UTC)  # the same bytes at any time
    write_mo(text, plain)
    return text.getvalue()


def faults(found: Catalog) -> Iterator[str]:
    """Yield what is wrong with a catalogue: nothing said, or other parts named."""
    for message in found:
        if not message.id:
            continue
        forms = (
            message.string if isinstance(message.string, tuple) else (message.string,)
        )
        first = message.id if isinstance(message.id, str) else message.id[-1]
        if not all(forms):
            yield f"not translated: {first}"
        elif any(_parts(form) - _parts(*_ids(message.id)) for form in forms):
            yield f"names other parts: {first}"
        elif _parts(*_ids(message.id)) - _parts(*forms):
            yield f"leaves out a part: {first}"


def _ids(message: Message) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def _parts(*texts: str) -> set[str]:
    """Return the names in braces of some texts."""
    from string import Formatter

    return {
        name
        for text in texts
        for _, name, _, _ in Formatter().parse(text)
        if name is not None
    }


def translated() -> list[str]:
    """Return the languages that have a file."""
    return sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def main(arguments: list[str]) -> int:
    """Do what is asked; return how many faults there are."""
    new = arguments[1:] if arguments[:1] == ["--new"] else []
    count = 0
    for language in [*translated(), *new]:
        found = updated(language)
        if arguments:
            path = path_of(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(found))
            path.with_suffix(".mo").write_bytes(compiled(found))
        for fault in faults(found):
            count += 1
            print(f"{language}: {fault}")
    return count


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
